/* The command `vote`: a code and a choice become a ballot, ready for any board that takes it. */
#include <sodium.h>

#include "ballots/code.h"
#include "ballots/credential.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/guard.h"
#include "keys/passphrase.h"

enum row {
  ROW_ORIGIN,
  ROW_OPEN,
  ROW_REPLACES,
  ROW_CODE,
  ROW_OUT,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_ORIGIN] = {"origin", "HOST/CAMPAIGN/SCOPE", NULL,
                    "credentials.origin of the manifest; the slip has it too"},
    [ROW_OPEN] = {"open", "HEX", NULL, "the leaf hash of the board's open entry"},
    [ROW_REPLACES] = {"replaces", "HEX", NULL,
                      "the leaf hash of the ballot that this one takes the place of"},
    [ROW_CODE] = {"code-file", "FILE", NULL,
                  "take the voting code from the file's one line; else it is typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the ballot to this new file"},
};

/* Both secrets, in memory of guard_take. */
struct card {
  struct code code;
  struct credential credential;
};

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

static enum status cast(struct job *job, struct span choice, struct card *card, struct fault *fault)
{
  const struct officers voter = {.count = 1, .keys = {&card->credential.key}};
  const char *replaced = job_option(job, ROW_REPLACES);
  struct span line;
  struct entry entry = {
      .kind = ENTRY_BALLOT,
      .binding = {.after_open = true},
      .body.ballot = {.credential = card->credential.key.public_key,
                      .has_replaces = replaced != NULL,
                      .choice = choice},
  };
  enum status status =
      drafting_digest("--open", job_option(job, ROW_OPEN), &entry.binding.value, fault);
  if (status == STATUS_OK && replaced != NULL)
    status = drafting_digest("--replaces", replaced, &entry.body.ballot.replaces, fault);
  if (status == STATUS_OK)
    status = drafting_sign_entry(&entry, &voter, &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  return status;
}

static enum status vote(struct job *job, struct fault *fault)
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
  if (status == STATUS_OK)
    status = drafting_canonical(choice, &job->arena, &text, fault);
  if (status == STATUS_OK)
    status = read_card(job, card, fault);
  if (status == STATUS_OK)
    status = cast(job, text, card, fault);
  json_decref(choice);
  sodium_free(card);
  return status;
}

enum verdict vote_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "vote",
      .words = "CHOICE.json",
      .about = "Signs a ballot with the voting code of a card. CHOICE.json holds the choice, as "
               "{\"approve\":[\"p01\",\"p07\"]} or {\"blank\":true}; the board's manifest says "
               "what it may be.\n"
               "The ballot is one line that shows the choice, but neither code nor name. Whoever "
               "keeps the board can append it until the vote closes.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_ORIGIN) | TASK_ROW(ROW_OPEN),
      .least = 1,
      .most = 1,
      .run = vote,
  };
  return task_run(&task, count, arguments);
}
