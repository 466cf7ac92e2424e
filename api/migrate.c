#include "api/migrate.h"

#include <stdio.h>
#include <string.h>

#include "api/command.h"
#include "api/server/config.h"
#include "api/server/db.h"
#include "ballots/digest.h"
#include "console/console.h"
#include "console/options.h"
#include "sql/migrations.h"
#include "sql/scripts.h"

enum {
  NUMBER_TEXT = 16,
  WAIT_SECONDS = 60,
  WAIT_MOST = 86400
};

#define LOCK_NOT_AVAILABLE "55P03" /* SQLSTATE of a lock that was waited for too long */

/* --- asking --- */

static enum status ask(struct db_session *session, enum script script,
                       const char *const *parameters, struct arena *arena, struct span *answer,
                       struct fault *fault)
{
  const struct sql_statement *statement = &sql_scripts[script];
  return db_session_ask(session, statement->text, statement->count, parameters, arena, answer,
                        fault);
}

static enum status run(struct db_session *session, enum script script, struct fault *fault)
{
  return db_session_script(session, sql_scripts[script].text, fault);
}

/* --- applying --- */

struct step {
  const struct sql_migration *migration;
  char number[NUMBER_TEXT], oldest[NUMBER_TEXT];
  char digest[DIGEST_TEXT];
};

static struct step step_of(const struct sql_migration *migration)
{
  struct step step = {.migration = migration};
  struct digest digest = digest_of(span_of(migration->text));
  digest_write(&digest, step.digest);
  (void)snprintf(step.number, sizeof step.number, "%d", migration->number);
  (void)snprintf(step.oldest, sizeof step.oldest, "%d", migration->oldest);
  return step;
}

/* Whether it was applied; refuses one that was applied with another text. */
static enum status was_applied(struct db_session *session, const struct step *step, bool *applied,
                               struct fault *fault)
{
  struct arena arena = {0};
  struct span found;
  const char *const parameters[] = {step->number};
  enum status status = ask(session, SCRIPT_MIGRATION_DIGEST, parameters, &arena, &found, fault);
  *applied = status == STATUS_OK && found.length > 0;
  if (*applied && !span_equal(found, span_of(step->digest)))
    status = fault_set(fault, STATUS_REFUSED, step->migration->name,
                       "the program that applied it, or a newer one",
                       "migration %s was applied with another text", step->number);
  arena_free(&arena);
  return status;
}

/* Says in a fault of its text which migration it is of. */
static void name_migration(const struct step *step, struct fault *fault)
{
  const struct fault within = *fault;
  char where[sizeof "migration , " + NUMBER_TEXT + FAULT_WHERE];
  (void)snprintf(where, sizeof where, "migration %s%s%s", step->number,
                 within.where[0] == '\0' ? "" : ", ", within.where);
  (void)fault_set(fault, within.status, where, within.expected, "%s", within.what);
}

static enum status apply(struct db_session *session, const struct step *step, struct fault *fault)
{
  struct arena arena = {0};
  struct span nothing;
  const char *const parameters[] = {step->number, step->oldest, step->migration->name,
                                    step->digest};
  enum status status = run(session, SCRIPT_BEGIN, fault);
  if (status == STATUS_OK) {
    status = db_session_script(session, step->migration->text, fault);
    if (status != STATUS_OK)
      name_migration(step, fault);
  }
  if (status == STATUS_OK)
    status = ask(session, SCRIPT_MIGRATION_RECORD, parameters, &arena, &nothing, fault);
  if (status == STATUS_OK)
    status = run(session, SCRIPT_COMMIT, fault);
  arena_free(&arena);
  return status; /* a session that failed is closed, and with it its transaction */
}

static enum status list_is_there(struct db_session *session, bool *there, struct fault *fault)
{
  struct arena arena = {0};
  struct span answer;
  enum status status = ask(session, SCRIPT_MIGRATIONS_THERE, NULL, &arena, &answer, fault);
  *there = status == STATUS_OK && span_equal(answer, SPAN("true"));
  arena_free(&arena);
  return status;
}

/* The newest migration that was applied; refuses a newer schema that does not agree with us. */
static enum status read_newest(struct db_session *session, int64_t *newest, struct fault *fault)
{
  struct arena arena = {0};
  struct span answer, part;
  bool more = true;
  int64_t oldest = 0;
  *newest = 0;
  enum status status = ask(session, SCRIPT_MIGRATION_NEWEST, NULL, &arena, &answer, fault);
  if (status == STATUS_OK && answer.length > 0 &&
      (!span_split(&answer, &more, ' ', &part) || !span_to_integer(part, newest) ||
       !span_split(&answer, &more, ' ', &part) || !span_to_integer(part, &oldest)))
    status = fault_set(fault, STATUS_FAILED, "board.migration", NULL, "it cannot be read");
  if (status == STATUS_OK && oldest > MIGRATION_COUNT)
    status =
        fault_set(fault, STATUS_REFUSED, "database", "a newer release of this program",
                  "its schema agrees with programs from migration %lld on, and this one has %d",
                  (long long)oldest, MIGRATION_COUNT);
  arena_free(&arena);
  return status;
}

static enum status apply_all(struct db_session *session, bool dry, struct buffer *told,
                             struct fault *fault)
{
  bool there;
  int64_t newest = 0;
  enum status status = list_is_there(session, &there, fault);
  if (status == STATUS_OK && there)
    status = read_newest(session, &newest, fault);
  for (int i = 0; status == STATUS_OK && i < MIGRATION_COUNT; i++) {
    const struct step step = step_of(&sql_migrations[i]);
    bool applied = false;
    if (there)
      status = was_applied(session, &step, &applied, fault);
    if (status != STATUS_OK || applied)
      continue;
    if (!dry)
      status = apply(session, &step, fault);
    if (status == STATUS_OK)
      buffer_format(told, "%s migration %s, %s\n", dry ? "would apply" : "applied", step.number,
                    step.migration->name);
  }
  if (status == STATUS_OK && newest > MIGRATION_COUNT)
    buffer_format(told, "the schema is that of migration %lld, and agrees with this program\n",
                  (long long)newest);
  else if (status == STATUS_OK && told->length == 0)
    buffer_add(told, SPAN("the schema is what this program needs\n"));
  return status;
}

/* How long statements of the session wait for a lock. */
static enum status wait_for_locks(struct db_session *session, unsigned seconds, struct fault *fault)
{
  struct arena arena = {0};
  struct span nothing;
  char milliseconds[NUMBER_TEXT];
  const char *const parameters[] = {milliseconds};
  (void)snprintf(milliseconds, sizeof milliseconds, "%u000", seconds);
  enum status status = ask(session, SCRIPT_MIGRATE_SETTINGS, parameters, &arena, &nothing, fault);
  arena_free(&arena);
  return status;
}

static enum status take_turn(struct db_session *session, const struct migrate_options *options,
                             struct fault *fault)
{
  enum status status = wait_for_locks(session, options->wait_seconds, fault);
  if (status == STATUS_OK)
    status = run(session, SCRIPT_MIGRATE_LOCK, fault);
  if (status == STATUS_FAILED && strcmp(fault->expected, LOCK_NOT_AVAILABLE) == 0)
    status =
        fault_set(fault, STATUS_FAILED, "database", "its end, or more time (--wait)",
                  "another process has been migrating it for %u seconds", options->wait_seconds);
  if (status == STATUS_OK)
    status = wait_for_locks(session, options->lock_seconds, fault);
  return status;
}

enum status migrate(const struct migrate_options *options, struct buffer *told, struct fault *fault)
{
  struct db_session *session = NULL;
  enum status status = db_session_open(options->conninfo, &session, fault);
  if (status == STATUS_OK)
    status = take_turn(session, options, fault);
  if (status == STATUS_OK && !options->dry)
    status = run(session, SCRIPT_MIGRATE_PREPARE, fault);
  if (status == STATUS_OK)
    status = apply_all(session, options->dry, told, fault);
  db_session_close(session);
  return status;
}

/* --- before serving --- */

static enum status check_schema(struct db_session *session, struct fault *fault)
{
  bool there, applied = true;
  int64_t newest = 0;
  enum status status = list_is_there(session, &there, fault);
  if (status == STATUS_OK && there)
    status = read_newest(session, &newest, fault);
  for (int i = 0; status == STATUS_OK && there && applied && i < MIGRATION_COUNT; i++) {
    const struct step step = step_of(&sql_migrations[i]);
    status = was_applied(session, &step, &applied, fault);
  }
  if (status == STATUS_OK && (!there || !applied))
    status = fault_set(fault, STATUS_REFUSED, "database", "`beffroi migrate` first",
                       "its schema is that of migration %lld, and this program needs %d",
                       (long long)newest, MIGRATION_COUNT);
  return status;
}

/* A script that gives what is wrong, or nothing. */
static enum status check_none(struct db_session *session, enum script script, struct arena *arena,
                              const char *expected, const char *what, struct fault *fault)
{
  struct span answer;
  enum status status = ask(session, script, NULL, arena, &answer, fault);
  if (status == STATUS_OK && answer.length > 0)
    status = fault_set(fault, STATUS_REFUSED, "database", expected, "%s: %.*s", what,
                       SPAN_PRINT(answer));
  return status;
}

enum status migrate_check(const char *conninfo, struct fault *fault)
{
  struct arena arena = {0};
  struct db_session *session = NULL;
  enum status status = db_session_open(conninfo, &session, fault);
  if (status == STATUS_OK)
    status = check_none(session, SCRIPT_SERVER_UNFIT, &arena,
                        "fsync, full_page_writes and synchronous_commit on, UTF8, PostgreSQL 15",
                        "receipts could outlive their ballots there", fault);
  if (status == STATUS_OK)
    status = check_schema(session, fault);
  if (status == STATUS_OK)
    status = check_none(session, SCRIPT_INSERT_ONLY_MISSING, &arena,
                        "the triggers that `beffroi migrate` made, switched on",
                        "nothing keeps these insert-only", fault);
  if (status == STATUS_OK)
    status =
        check_none(session, SCRIPT_RIGHTS_TOO_MANY, &arena,
                   "the role beffroi_casting, with no more rights than `beffroi migrate` gives",
                   "the role may do too much", fault);
  db_session_close(session);
  arena_free(&arena);
  return status;
}

/* --- the command --- */

enum row {
  ROW_CONFIG,
  ROW_CHECK,
  ROW_DRY,
  ROW_WAIT,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_CONFIG] = {"config", "FILE", NULL,
                    "the configuration; else only what the environment says (BEFFROI_SECTION_KEY)"},
    [ROW_CHECK] = {"check", NULL, NULL,
                   "change nothing; say whether `beffroi serve` could use the database as it is"},
    [ROW_DRY] = {"dry-run", NULL, NULL, "say what would be done"},
    [ROW_WAIT] = {"wait", "SECONDS", NULL, "for another process that migrates; unless told, 60"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

struct request {
  const char *config;
  unsigned wait;
  bool check, dry, help;
};

static enum status read_wait(const char *value, unsigned *wait, struct fault *fault)
{
  int64_t seconds;
  if (!span_to_integer(span_of(value), &seconds) || seconds < 1 || seconds > WAIT_MOST)
    return fault_set(fault, STATUS_REFUSED, "--wait", "a whole number from 1 to 86400",
                     "'%s' is not one", value);
  *wait = (unsigned)seconds;
  return STATUS_OK;
}

static enum status read_request(int count, char **arguments, struct request *request,
                                struct fault *fault)
{
  struct options options;
  int row;
  const char *value;
  char **rest;
  enum status status;
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  while ((status = options_next(&options, &row, &value, fault)) == STATUS_OK &&
         row != OPTIONS_END) {
    if (row == ROW_CONFIG)
      request->config = value;
    request->check = request->check || row == ROW_CHECK;
    request->dry = request->dry || row == ROW_DRY;
    request->help = request->help || row == ROW_HELP;
    if (row == ROW_WAIT && (status = read_wait(value, &request->wait, fault)) != STATUS_OK)
      return status;
  }
  if (status == STATUS_OK && options_rest(&options, &rest) > 0)
    status =
        fault_set(fault, STATUS_REFUSED, "migrate", "options only", "'%s' is not one", rest[0]);
  return status;
}

static enum verdict show_help(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN("Usage: beffroi migrate [OPTION]...\n\n"
                         "Brings the database to what this program needs: roles, schemas, tables.\n"
                         "Connects as [database] owner says; --check as [database] casting.\n\n"));
  options_add_help(&text, rows, ROW_COUNT);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum status do_request(const struct request *request, const struct config *config,
                              struct buffer *told, struct fault *fault)
{
  if (request->check) {
    enum status status = migrate_check(config->database, fault);
    if (status == STATUS_OK)
      buffer_add(told, SPAN("`beffroi serve` can use this database\n"));
    return status;
  }
  if (config->owner[0] == '\0')
    return fault_set(fault, STATUS_REFUSED, "[database] owner", "how to connect to migrate",
                     "the configuration does not say");
  const struct migrate_options options = {.conninfo = config->owner,
                                          .wait_seconds = request->wait,
                                          .lock_seconds = (unsigned)config->lock_seconds,
                                          .dry = request->dry};
  return migrate(&options, told, fault);
}

enum verdict migrate_run(int count, char **arguments)
{
  struct request request = {.wait = WAIT_SECONDS};
  struct arena arena = {0};
  struct buffer told = {0};
  struct config config;
  struct fault fault;
  enum verdict verdict;
  enum status status = read_request(count, arguments, &request, &fault);
  if (status == STATUS_OK && request.help)
    return show_help();
  if (status == STATUS_OK)
    status = config_read(request.config, &arena, &config, &fault);
  if (status == STATUS_OK)
    status = do_request(&request, &config, &told, &fault);
  /* What was applied before something failed is applied. */
  verdict = console_show(&told, VERDICT_HOLDS);
  if (status != STATUS_OK)
    verdict = console_complain(NULL, &fault);
  buffer_free(&told);
  arena_free(&arena);
  return verdict;
}
