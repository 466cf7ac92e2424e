/* The command `sign`: any officer's entry, from a draft of its payload. */
#include <string.h>

#include "ballots/entry.h"
#include "keys/command.h"
#include "keys/drafting.h"

enum row {
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_OUT,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_KEY] = {"key", "FILE", NULL, "the key to sign with; twice for kinds that two people sign"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase of the first key from the file's one line, and so on "
                        "for each; else they are typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
};

/* Ballots are signed by voters, with `vote`. */
static enum status check_kind(const char *name, struct fault *fault)
{
  for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    if (kind != ENTRY_BALLOT && strcmp(entry_kind_name((enum entry_kind)kind), name) == 0)
      return STATUS_OK;
  }
  return fault_set(fault, STATUS_REFUSED, "sign",
                   "manifest, pages, electorate, open, revocation, close, paper, draw, result or "
                   "note; ballots are made by 'vote'",
                   "no entry of an officer is called '%s'", name);
}

static enum status sign(struct job *job, struct fault *fault)
{
  struct officers officers = {.count = 0};
  struct span payload, line;
  json_t *draft = NULL;
  enum status status = check_kind(job->words[0], fault);
  if (status == STATUS_OK)
    status = drafting_read(job->words[1], &job->arena, &draft, fault);
  if (status == STATUS_OK)
    status = canonical_text(draft, &job->arena, &payload, fault);
  if (status == STATUS_OK)
    status = officers_open(job, ROW_KEY, ROW_PASSPHRASE, &officers, fault);
  if (status == STATUS_OK)
    status = drafting_sign(job->words[0], payload, &officers, &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  officers_close(&officers);
  json_decref(draft);
  return status;
}

enum verdict sign_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "sign",
      .words = "KIND DRAFT.json",
      .about = "Signs an entry of a board: manifest, pages, electorate, open, revocation, close, "
               "paper, draw, result or note. DRAFT.json is its payload, in any spelling of JSON; "
               "the entry holds its canonical one.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .several = TASK_ROW(ROW_KEY) | TASK_ROW(ROW_PASSPHRASE),
      .needed = TASK_ROW(ROW_KEY),
      .least = 2,
      .most = 2,
      .run = sign,
  };
  return task_run(&task, count, arguments);
}
