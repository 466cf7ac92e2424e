#include "api/replay/options.h"

#include <sodium.h>
#include <string.h>

#include "base/canonical.h"
#include "console/options.h"

enum row {
  ROW_URL,
  ROW_OFFICERS,
  ROW_ORGANISER_KEY,
  ROW_ORIGIN,
  ROW_CONNECTIONS,
  ROW_RATE,
  ROW_REVOTE,
  ROW_TWICE,
  ROW_AGAIN,
  ROW_SEED,
  ROW_PATIENCE,
  ROW_EXPORT,
  ROW_AUDIT,
  ROW_SERVER_PID,
  ROW_POSTGRES_PID,
  ROW_QUIET,
  ROW_JSON,
  ROW_MAKE_KEY,
  ROW_HELP,
  ROW_COUNT
};

enum {
  CONNECTIONS = 32,
  RATE_MAX = 1000000,
  PATIENCE = 60,
  PATIENCE_MAX = 240, /* a signed request is good for five minutes */
  REVOTE = 10,
  TWICE = 5,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_URL] = {"url", "ADDRESS", NULL,
                 "the service: http://127.0.0.1:PORT or unix:/PATH; else http://127.0.0.1:8080"},
    [ROW_OFFICERS] = {"officers", "ADDRESS", NULL,
                      "where it takes officers' large bodies; else the same"},
    [ROW_ORGANISER_KEY] = {"organiser-key", "FILE", NULL,
                           "the organiser's seed, as --make-key makes it; the service must list "
                           "its public key"},
    [ROW_ORIGIN] = {"origin", "HOST/CAMPAIGN/SCOPE", NULL,
                    "the credentials' origin; else a new one. An origin has one board for ever"},
    [ROW_CONNECTIONS] = {"connections", "N", NULL, "connections that cast at once; else 32"},
    [ROW_RATE] = {"rate", "N", NULL,
                  "ballots sent a second, if the service keeps up; else as fast as it answers"},
    [ROW_REVOTE] = {"revote", "PERCENT", NULL,
                    "voters who first cast another ballot and then replace it; else 10"},
    [ROW_TWICE] = {"twice", "PERCENT", NULL,
                   "ballots that are sent twice, half of them at the same time; else 5"},
    [ROW_AGAIN] = {"again", NULL, NULL,
                   "before the close send every ballot again, and expect the same receipts"},
    [ROW_SEED] = {"seed", "N", NULL,
                  "what voters' keys and all that is left to chance follow from; else random"},
    [ROW_PATIENCE] = {"patience", "SECONDS", NULL,
                      "how long a request is sent again before giving up, 1 to 240; else 60"},
    [ROW_EXPORT] = {"export", "DIRECTORY", NULL,
                    "keep the board in this new folder; else it is removed once verified"},
    [ROW_AUDIT] = {"audit", "PROGRAM", NULL, "the beffroi-audit to verify with"},
    [ROW_SERVER_PID] = {"server-pid", "PID", NULL,
                        "measure the processor time of this process and its children: the "
                        "server's; may be given several times"},
    [ROW_POSTGRES_PID] = {"postgres-pid", "PID", NULL, "the same for PostgreSQL"},
    [ROW_QUIET] = {"quiet", NULL, NULL, "say nothing on the way"},
    [ROW_JSON] = {"json", NULL, NULL, "print what was found as canonical JSON"},
    [ROW_MAKE_KEY] = {"make-key", "FILE", NULL,
                      "only write a new organiser's seed to this new file, and print the public "
                      "key"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

static enum status read_number(enum row row, const char *text, int64_t least, int64_t most,
                               int64_t *number, struct fault *fault)
{
  if (span_to_integer(span_of(text), number) && *number >= least && *number <= most)
    return STATUS_OK;
  char where[FAULT_WHERE], expected[FAULT_EXPECTED];
  (void)snprintf(where, sizeof where, "--%s", rows[row].name);
  (void)snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)least,
                 (long long)most);
  return fault_set(fault, STATUS_REFUSED, where, expected, "'%s' is none", text);
}

static enum status read_unsigned(enum row row, const char *text, int64_t least, int64_t most,
                                 unsigned *value, struct fault *fault)
{
  int64_t number = 0;
  enum status status = read_number(row, text, least, most, &number, fault);
  *value = (unsigned)number;
  return status;
}

static enum status add_pid(enum row row, const char *text, pid_t *pids, size_t *count,
                           struct fault *fault)
{
  int64_t pid = 0;
  enum status status = read_number(row, text, 1, INT32_MAX, &pid, fault);
  if (status == STATUS_OK && *count == REPLAY_PIDS_MAX)
    status = fault_set(fault, STATUS_REFUSED, NULL, NULL, "--%s is given too many times",
                       rows[row].name);
  if (status == STATUS_OK)
    pids[(*count)++] = (pid_t)pid;
  return status;
}

static enum status read_origin(const char *text, struct replay_options *options,
                               struct fault *fault)
{
  static const char allowed[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
  options->origin = text;
  if (text[strspn(text, allowed)] != '\0')
    return fault_set(fault, STATUS_REFUSED, "--origin", "letters, digits and . _ / -",
                     "'%s' has other characters", text);
  return credential_origin_check(span_of(text), fault);
}

static enum status read_option(struct replay_options *options, enum row row, const char *value,
                               enum replay_task *task, struct fault *fault)
{
  int64_t seed = 0;
  switch (row) {
  case ROW_URL:
    options->url = value;
    return STATUS_OK;
  case ROW_OFFICERS:
    options->officers = value;
    return STATUS_OK;
  case ROW_ORGANISER_KEY:
    options->organiser_key = value;
    return STATUS_OK;
  case ROW_ORIGIN:
    return read_origin(value, options, fault);
  case ROW_CONNECTIONS:
    return read_unsigned(row, value, 1, CLIENT_CONNECTIONS_MAX, &options->connections, fault);
  case ROW_RATE:
    return read_unsigned(row, value, 1, RATE_MAX, &options->rate, fault);
  case ROW_REVOTE:
    return read_unsigned(row, value, 0, 100, &options->odds.revote, fault);
  case ROW_TWICE:
    return read_unsigned(row, value, 0, 100, &options->odds.twice, fault);
  case ROW_AGAIN:
    options->again = true;
    return STATUS_OK;
  case ROW_SEED: {
    enum status status = read_number(row, value, 0, CANONICAL_INTEGER_MAX, &seed, fault);
    options->odds.seed = (uint64_t)seed;
    return status;
  }
  case ROW_PATIENCE:
    return read_unsigned(row, value, 1, PATIENCE_MAX, &options->patience, fault);
  case ROW_EXPORT:
    options->export = value;
    return STATUS_OK;
  case ROW_AUDIT:
    options->audit = value;
    return STATUS_OK;
  case ROW_SERVER_PID:
    return add_pid(row, value, options->server, &options->server_count, fault);
  case ROW_POSTGRES_PID:
    return add_pid(row, value, options->postgres, &options->postgres_count, fault);
  case ROW_QUIET:
    options->quiet = true;
    return STATUS_OK;
  case ROW_JSON:
    options->json = true;
    return STATUS_OK;
  case ROW_MAKE_KEY:
    options->file = value;
    *task = REPLAY_MAKE_KEY;
    return STATUS_OK;
  case ROW_HELP:
  case ROW_COUNT:
    break;
  }
  *task = REPLAY_HELP;
  return STATUS_OK;
}

static enum status check(struct replay_options *options, const struct options *words,
                         struct fault *fault)
{
  char **rest;
  if (options_rest(words, &rest) != 1)
    return fault_set(fault, STATUS_REFUSED, "replay", "replay FILE.pb [OPTION]...",
                     "one file is to be named");
  options->file = rest[0];
  if (options->organiser_key == NULL)
    return fault_set(fault, STATUS_REFUSED, "--organiser-key", "--organiser-key FILE",
                     "the organiser's key is not given");
  return STATUS_OK;
}

enum status replay_options_read(int count, char **arguments, struct replay_options *options,
                                enum replay_task *task, struct fault *fault)
{
  struct options words;
  const char *value;
  int row = 0;
  enum status status;
  *options = (struct replay_options){.url = "http://127.0.0.1:8080",
                                     .connections = CONNECTIONS,
                                     .patience = PATIENCE,
                                     .odds = {.revote = REVOTE, .twice = TWICE}};
  options->odds.seed = (uint64_t)randombytes_random() << 16 ^ randombytes_random();
  *task = REPLAY_ELECTION;
  options_begin(&words, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&words, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(options, (enum row)row, value, task, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && *task == REPLAY_ELECTION);
  return status == STATUS_OK && *task == REPLAY_ELECTION ? check(options, &words, fault) : status;
}

void replay_options_add_help(struct buffer *text)
{
  buffer_add(
      text,
      SPAN("Usage: beffroi replay FILE.pb --organiser-key FILE [OPTION]...\n"
           "\n"
           "Holds a published election again on a running service: defines it, casts each vote of "
           "the\n"
           "file as a signed ballot over HTTP, checks every receipt, closes, waits for the count, "
           "fetches\n"
           "the whole board, has beffroi-audit verify it, and compares the winners with the "
           "file's.\n"
           "What is not answered is sent again, so the service may stop and come back meanwhile.\n"
           "\n"
           "Options:\n"));
  options_add_help(text, rows, ROW_COUNT);
  buffer_add(text, SPAN("\n"
                        "Exit codes: 0 all of it holds; 1 something does not, and is named; 2 bad "
                        "usage, or the file\n"
                        "cannot be held again; 3 could not finish.\n"));
}
