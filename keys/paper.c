/* The command `paper`: what two people keyed from paper ballots becomes an entry. */
#include "ballots/paper.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "ballots/entry.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/keyed.h"

enum row {
  ROW_MANIFEST,
  ROW_PROJECTS,
  ROW_RESOLVED,
  ROW_OPEN,
  ROW_ATTENDANCE,
  ROW_BALLOTS,
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_OUT,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_MANIFEST] = {"manifest", "ENTRY", NULL, "the board's first entry"},
    [ROW_PROJECTS] = {"projects", "FILE", NULL,
                      "the attachment of projects, where the manifest names one"},
    [ROW_RESOLVED] = {"resolved", "FILE", NULL,
                      "the ballots that were looked at again, because the two differed"},
    [ROW_OPEN] = {"open", "HEX|ENTRY", NULL,
                  "the board's open entry: its leaf hash, or the file that holds it"},
    [ROW_ATTENDANCE] = {"attendance", "N", NULL, "how many people signed the attendance sheet"},
    [ROW_BALLOTS] = {"ballots", "FILE", NULL, "write the attachment of choices to this new file"},
    [ROW_KEY] = {"key", "FILE", NULL, "given twice: the keys of two scrutineers"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase of the first key from the file's one line, and so on "
                        "for each; else they are typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
};

enum {
  KEYED_MAX = 64 << 20
};

/* --- reading --- */

static enum status read_manifest(struct job *job, struct project_index *index, struct fault *fault)
{
  struct span projects;
  struct manifest *manifest;
  const char *attachment = job_option(job, ROW_PROJECTS);
  enum status status = drafting_read_manifest("--manifest", job_option(job, ROW_MANIFEST),
                                              &job->arena, &manifest, fault);
  if (status != STATUS_OK)
    return status;
  if (manifest->projects_attached != (attachment != NULL))
    return fault_set(fault, STATUS_REFUSED, "--projects",
                     "--projects for a manifest that names an attachment alone",
                     attachment == NULL ? "the projects are in an attachment"
                                        : "the projects are in the manifest");
  if (attachment != NULL)
    status = file_read(attachment, ATTACHMENT_MAX, &job->arena, &projects, fault);
  if (status == STATUS_OK && attachment != NULL)
    status = manifest_attach(manifest, projects, &job->arena, fault);
  if (status == STATUS_OK)
    status = project_index_make(&manifest->election, &job->arena, index, fault);
  return status;
}

static enum status read_keyed(struct job *job, const char *path, const struct project_index *index,
                              struct keyed *keyed, struct fault *fault)
{
  struct span text;
  struct fault inner;
  *keyed = (struct keyed){.count = 0};
  if (path == NULL)
    return STATUS_OK;
  enum status status = file_read(path, KEYED_MAX, &job->arena, &text, fault);
  if (status != STATUS_OK)
    return status;
  status = keyed_read(text, index, &job->arena, keyed, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, path, inner.expected, "%s%s%s", inner.where,
                     inner.where[0] == '\0' ? "" : ": ", inner.what);
  return STATUS_OK;
}

/* --- telling --- */

static void add_side(struct buffer *answer, const char *path, const struct keyed_ballot *ballot)
{
  buffer_format(answer, "  %s: ", path);
  buffer_add(answer, ballot == NULL ? SPAN("not keyed") : ballot->choice);
  buffer_add_byte(answer, '\n');
}

static void tell_differences(struct job *job, const struct keyed_comparison *comparison)
{
  for (size_t i = 0; i < comparison->difference_count; i++) {
    const struct keyed_difference *difference = &comparison->differences[i];
    buffer_format(&job->answer, "Ballot %" PRId64 "\n", difference->number);
    add_side(&job->answer, job->words[0], difference->first);
    add_side(&job->answer, job->words[1], difference->second);
  }
  buffer_format(&job->answer,
                "%zu keyed differently, %zu alike. Look at those again and give them as "
                "--resolved.\n",
                comparison->difference_count, comparison->agreed.count);
  job->verdict = VERDICT_DOES_NOT_HOLD;
}

/* --- the entry --- */

static enum status draft_ballots(struct job *job, const struct keyed *agreed,
                                 struct entry_paper *paper, struct span *attachment,
                                 struct fault *fault)
{
  paper->count = agreed->count;
  paper->has_ballots = agreed->count > 0;
  if (!paper->has_ballots)
    return STATUS_OK;
  enum status status = keyed_write(agreed, &job->arena, attachment, fault);
  if (status == STATUS_OK)
    paper->ballots = (struct attachment){digest_of(*attachment), attachment->length};
  return status;
}

/* Both files or none: an entry without its attachment is of no use. */
static enum status put(struct job *job, const struct entry_paper *paper, struct span attachment,
                       struct span line, struct fault *fault)
{
  const char *path = job_option(job, ROW_BALLOTS);
  enum status status = STATUS_OK;
  if (paper->has_ballots)
    status = file_make(path, attachment, fault);
  if (status != STATUS_OK)
    return status;
  status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  if (status != STATUS_OK && paper->has_ballots)
    unlink(path);
  return status;
}

static enum status sign(struct job *job, const struct keyed *agreed,
                        const struct officers *officers, int64_t attendance, struct fault *fault)
{
  struct entry entry = {.kind = ENTRY_PAPER, .binding = {.after_open = true}};
  struct entry_paper *paper = &entry.body.paper;
  struct span line, attachment = SPAN("");
  const struct public_key *a = &officers->keys[0]->public_key, *b = &officers->keys[1]->public_key;
  bool ascending = memcmp(a->bytes, b->bytes, PUBLIC_KEY_BYTES) < 0;
  paper->attendance = (uint64_t)attendance;
  paper->scrutineers[0] = ascending ? *a : *b;
  paper->scrutineers[1] = ascending ? *b : *a;
  enum status status = drafting_named("--open", job_option(job, ROW_OPEN), ENTRY_OPEN, &job->arena,
                                      &entry.binding.value, fault);
  if (status == STATUS_OK)
    status = draft_ballots(job, agreed, paper, &attachment, fault);
  if (status == STATUS_OK)
    status = drafting_sign_entry(&entry, officers, &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = put(job, paper, attachment, line, fault);
  if (status == STATUS_OK)
    buffer_format(&job->answer, "Paper ballots %zu\nAttendance    %" PRId64 "\n", agreed->count,
                  attendance);
  return status;
}

static enum status finish(struct job *job, const struct keyed *agreed, struct fault *fault)
{
  struct officers officers;
  int64_t attendance;
  enum status status =
      job_number(job, rows, ROW_ATTENDANCE, 0, KEYED_NUMBER_MAX, 0, &attendance, fault);
  if (status == STATUS_OK && job->options[ROW_KEY].count != 2)
    status = fault_set(fault, STATUS_REFUSED, "--key", "the keys of two scrutineers",
                       "two keys are needed");
  if (status == STATUS_OK)
    status = officers_open(job, ROW_KEY, ROW_PASSPHRASE, &officers, fault);
  if (status != STATUS_OK)
    return status;
  status = sign(job, agreed, &officers, attendance, fault);
  officers_close(&officers);
  return status;
}

static enum status paper(struct job *job, struct fault *fault)
{
  struct project_index index;
  struct keyed first, second, resolved;
  struct keyed_comparison comparison;
  enum status status = read_manifest(job, &index, fault);
  if (status == STATUS_OK)
    status = read_keyed(job, job->words[0], &index, &first, fault);
  if (status == STATUS_OK)
    status = read_keyed(job, job->words[1], &index, &second, fault);
  if (status == STATUS_OK)
    status = read_keyed(job, job_option(job, ROW_RESOLVED), &index, &resolved, fault);
  if (status == STATUS_OK)
    status = keyed_compare(&first, &second, &resolved, &job->arena, &comparison, fault);
  if (status != STATUS_OK)
    return status;
  if (comparison.difference_count == 0)
    return finish(job, &comparison.agreed, fault);
  tell_differences(job, &comparison);
  return STATUS_OK;
}

enum verdict paper_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "paper",
      .words = "FIRST SECOND",
      .about = "Compares what two people have keyed from the same paper ballots. FIRST and SECOND "
               "have a line for each ballot: the number stamped on it and the choice, as in 12 "
               "{\"approve\":[\"p01\"]}. Where they differ, the differences are shown and the "
               "exit code is 1; once they agree, or --resolved decides, the entry is signed.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .several = TASK_ROW(ROW_KEY) | TASK_ROW(ROW_PASSPHRASE),
      .needed = TASK_ROW(ROW_MANIFEST) | TASK_ROW(ROW_OPEN) | TASK_ROW(ROW_ATTENDANCE) |
                TASK_ROW(ROW_BALLOTS) | TASK_ROW(ROW_KEY) | TASK_ROW(ROW_OUT),
      .least = 2,
      .most = 2,
      .run = paper,
  };
  return task_run(&task, count, arguments);
}
