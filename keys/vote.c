/* The command `vote`: a code and a choice become a ballot, ready for any board that takes it, and
 * sent to a service if there is one. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ballots/code.h"
#include "ballots/credential.h"
#include "ballots/merkle.h"
#include "console/console.h"
#include "console/text.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/guard.h"
#include "keys/passphrase.h"
#include "keys/service.h"

enum row {
  ROW_ORIGIN,
  ROW_OPEN,
  ROW_REPLACES,
  ROW_CODE,
  ROW_OUT,
  ROW_URL,
  ROW_MANIFEST,
  ROW_RECEIPT,
  ROW_TIMEOUT,
  ROW_AUTHORITIES,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_ORIGIN] = {"origin", "HOST/CAMPAIGN/SCOPE", NULL,
                    "credentials.origin of the manifest; the slip has it too"},
    [ROW_OPEN] = {"open", "HEX|ENTRY", NULL,
                  "the board's open entry: its leaf hash, or the file that holds it"},
    [ROW_REPLACES] = {"replaces", "HEX|ENTRY", NULL,
                      "the ballot that this one takes the place of: its leaf hash, or the file "
                      "that holds it"},
    [ROW_CODE] = {"code-file", "FILE", NULL,
                  "take the voting code from the file's one line; else it is typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the ballot to this new file"},
    [ROW_URL] = {"url", "URL", NULL,
                 "send the ballot to the election at this service, https://HOST/v1/elections/ID; "
                 "--manifest, --out and --receipt are needed with it"},
    [ROW_MANIFEST] = {"manifest", "ENTRY", NULL,
                      "the board's first entry: who must sign the receipt"},
    [ROW_RECEIPT] = {"receipt", "FILE", NULL, "write the receipt to this new file"},
    [ROW_TIMEOUT] = {"timeout", "SECONDS", NULL,
                     "how long the service may take, 1 to 3600, else 30"},
    [ROW_AUTHORITIES] = {"ca-file", "FILE", NULL,
                         "trust the certificates in this file, not the system's"},
};

/* Both secrets, in memory of guard_take. */
struct card {
  struct code code;
  struct credential credential;
};

/* --- the ballot --- */

static enum status read_card(const struct job *job, struct card *card, struct fault *fault)
{
  struct passphrase typed;
  enum status status =
      passphrase_read(job_option(job, ROW_CODE), "Voting code: ", false, &typed, fault);
  if (status != STATUS_OK)
    return status;
  status = code_read(passphrase_span(&typed), &card->code, fault);
  if (status == STATUS_OK)
    status = credential_derive(&card->code, span_of(job_option(job, ROW_ORIGIN)), &card->credential,
                               fault);
  passphrase_free(&typed);
  return status;
}

static enum status sign(struct job *job, struct span choice, struct card *card, struct span *line,
                        struct fault *fault)
{
  const struct officers voter = {.count = 1, .keys = {&card->credential.key}};
  const char *replaced = job_option(job, ROW_REPLACES);
  struct entry entry = {
      .kind = ENTRY_BALLOT,
      .binding = {.after_open = true},
      .body.ballot = {.credential = card->credential.key.public_key,
                      .has_replaces = replaced != NULL,
                      .choice = choice},
  };
  enum status status = drafting_named("--open", job_option(job, ROW_OPEN), ENTRY_OPEN, &job->arena,
                                      &entry.binding.value, fault);
  if (status == STATUS_OK && replaced != NULL)
    status = drafting_named("--replaces", replaced, ENTRY_BALLOT, &job->arena,
                            &entry.body.ballot.replaces, fault);
  if (status == STATUS_OK)
    status = drafting_sign_entry(&entry, &voter, &job->arena, line, fault);
  return status;
}

/* The ballot's line, in the job's arena. No secret is in memory any more when it returns. */
static enum status make_ballot(struct job *job, struct span *line, struct fault *fault)
{
  json_t *choice = NULL;
  struct span text = SPAN("");
  struct card *card = guard_take(sizeof *card);
  if (card == NULL)
    return fault_no_memory(fault);
  enum status status = drafting_read(job->words[0], &job->arena, &choice, fault);
  if (status == STATUS_OK && !json_is_object(choice))
    status = fault_set(fault, STATUS_REFUSED, job->words[0], "a choice: {\"approve\":[\"p01\"]}",
                       "it is no choice");
  if (status == STATUS_OK) {
    drafting_order(choice);
    status = canonical_text(choice, &job->arena, &text, fault);
  }
  if (status == STATUS_OK)
    status = read_card(job, card, fault);
  if (status == STATUS_OK)
    status = sign(job, text, card, line, fault);
  json_decref(choice);
  sodium_free(card);
  return status;
}

/* --- sending it --- */

static bool is_there(const char *path)
{
  struct stat facts;
  return stat(path, &facts) == 0;
}

/* What must be right before a code is asked for, and long before anything is sent. */
static enum status prepare(struct job *job, struct service *service, struct fault *fault)
{
  static const int needed[] = {ROW_MANIFEST, ROW_OUT, ROW_RECEIPT};
  struct client_settings settings = {.agent = console_agent(),
                                     .authorities = job_option(job, ROW_AUTHORITIES)};
  struct manifest *manifest = NULL;
  int64_t timeout;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (job_option(job, needed[i]) == NULL)
      return fault_set(fault, STATUS_REFUSED, "--url",
                       "--manifest ENTRY, --out FILE and --receipt FILE", "--%s is missing",
                       rows[needed[i]].name);
  }
  enum status status = job_number(job, rows, ROW_TIMEOUT, 1, CLIENT_TIMEOUT_MAX,
                                  CLIENT_TIMEOUT_DEFAULT, &timeout, fault);
  if (status == STATUS_OK)
    status = drafting_read_manifest("--manifest", job_option(job, ROW_MANIFEST), &job->arena,
                                    &manifest, fault);
  if (status != STATUS_OK)
    return status;
  if (!span_equal(manifest->credentials_origin, span_of(job_option(job, ROW_ORIGIN))))
    return fault_set(fault, STATUS_REFUSED, "--origin", "credentials.origin of the manifest",
                     "the manifest has %.*s", SPAN_PRINT(manifest->credentials_origin));
  if (is_there(job_option(job, ROW_RECEIPT)))
    return fault_set(fault, STATUS_REFUSED, job_option(job, ROW_RECEIPT),
                     "a path where nothing is yet", "there is something already");
  settings.timeout = (unsigned)timeout;
  return service_begin(service, job_option(job, ROW_URL), manifest, &settings, fault);
}

/* The same ballot may be there from an earlier time, when no answer came. */
static enum status keep_ballot(struct job *job, struct span line, struct fault *fault)
{
  const char *path = job_option(job, ROW_OUT);
  struct span kept;
  struct fault ignored;
  if (is_there(path) &&
      file_read(path, ENVELOPE_MAX + 1, &job->arena, &kept, &ignored) == STATUS_OK &&
      kept.length == line.length + 1 && kept.bytes[line.length] == '\n' &&
      memcmp(kept.bytes, line.bytes, line.length) == 0)
    return STATUS_OK;
  return drafting_put(job, path, line, fault);
}

static void tell_cast(struct job *job, struct span line, const struct service_reply *reply)
{
  const struct merkle_head *head = &reply->receipt.checkpoint.head;
  const struct digest leaf = merkle_leaf(line);
  char code[CODE_SHORT + 1];
  code_write_bits(leaf.bytes, CODE_SHORT, code);
  buffer_format(&job->answer,
                "Cast: entry number %" PRIu64 ", counted from 0, of %" PRIu64 " on the board\n",
                reply->receipt.index, head->size);
  text_add(&job->answer, reply->receipt.checkpoint.origin, TEXT_WHOLE);
  buffer_format(&job->answer, "\nShort code  %s\n", code);
  if (reply->standing == RECEIPT_PROVISIONAL)
    buffer_add(&job->answer, SPAN("The receipt is provisional: too few witnesses have cosigned "
                                  "yet. Ask for it again later, with the same\ncommand and "
                                  "another --receipt.\n"));
  buffer_add(&job->answer,
             SPAN("Keep ballot and receipt: 'beffroi-audit check-receipt' checks them "
                  "against the board's key.\n"));
}

static enum status cast(struct job *job, const struct service *service, struct span line,
                        struct fault *fault)
{
  static const char *const verdicts[] = {
      [SERVICE_REFUSED] = "the ballot is not cast",
      [SERVICE_UNPROVEN] = "the ballot is not known to be cast",
  };
  struct service_reply reply;
  struct fault inner;
  char where[FAULT_WHERE];
  enum status status = service_cast(service, line, &job->arena, &reply, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, "--url", inner.expected, "%s", inner.what);
  if (reply.answer == SERVICE_CAST) {
    tell_cast(job, line, &reply);
    status = file_make(job_option(job, ROW_RECEIPT), reply.text, &inner);
    return status == STATUS_OK
               ? status
               : fault_set(fault, STATUS_FAILED, inner.where, inner.expected,
                           "the ballot is cast, and its receipt is lost: %s", inner.what);
  }
  (void)snprintf(where, sizeof where, "%s", verdicts[reply.answer]);
  fault_set(&inner, STATUS_REFUSED, where, reply.why.expected, "%s", reply.why.what);
  console_warn(NULL, &inner);
  job->verdict = VERDICT_DOES_NOT_HOLD;
  return STATUS_OK;
}

/* --- all of it --- */

static enum status check_alone(const struct job *job, struct fault *fault)
{
  static const int others[] = {ROW_MANIFEST, ROW_RECEIPT, ROW_TIMEOUT, ROW_AUTHORITIES};
  char where[FAULT_WHERE];
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    (void)snprintf(where, sizeof where, "--%s", rows[others[i]].name);
    if (job_option(job, others[i]) != NULL)
      return fault_set(fault, STATUS_REFUSED, where, "--url with it", "nothing is sent");
  }
  return STATUS_OK;
}

static enum status vote(struct job *job, struct fault *fault)
{
  struct service service;
  struct span line;
  bool sends = job_option(job, ROW_URL) != NULL;
  enum status status = sends ? prepare(job, &service, fault) : check_alone(job, fault);
  if (status == STATUS_OK)
    status = make_ballot(job, &line, fault);
  if (status != STATUS_OK)
    return status;
  if (!sends)
    return drafting_put(job, job_option(job, ROW_OUT), line, fault);
  status = keep_ballot(job, line, fault);
  return status == STATUS_OK ? cast(job, &service, line, fault) : status;
}

enum verdict vote_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "vote",
      .words = "CHOICE.json",
      .about =
          "Signs a ballot with the voting code of a card. CHOICE.json holds the choice, as "
          "{\"approve\":[\"p01\",\"p07\"]} or {\"blank\":true}; the board's manifest says "
          "what it may be, and ids may stand in any order.\n"
          "The ballot is one line that shows the choice, but neither code nor name. Whoever "
          "keeps the board can append it until the vote closes.\n"
          "With --url it is sent to a service, and nothing else is. It is cast once the "
          "receipt proves that it stands on the board of the manifest; the exit code is 1 when "
          "the service refuses it or does not prove that. When there is no answer, the same "
          "command can be given again: a ballot counts once.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_ORIGIN) | TASK_ROW(ROW_OPEN),
      .least = 1,
      .most = 1,
      .run = vote,
  };
  return task_run(&task, count, arguments);
}
