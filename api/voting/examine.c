/* The long look at an attachment, before its entry takes its turn: all that does not depend on what
 * else is on the board by then. */
#include "api/voting/jobs.h"
#include "ballots/admission.h"
#include "ballots/electorate.h"
#include "ballots/paper.h"

enum {
  KEYS_AT_A_TIME = 4096
};

struct examination {
  struct job_worker *worker;
  struct job *job;
  struct manifest *manifest;
  struct project_index projects;
  struct entry entry;
  struct span bytes; /* the attachment's */
  enum refusal refusal;
  struct fault *fault;     /* of the refusal, or of the job */
  enum status interrupted; /* the job itself could not go on */
};

static enum status read_election(struct examination *examination)
{
  struct job *job = examination->job;
  struct fault *fault = examination->fault;
  struct span line, projects = SPAN("");
  struct entry entry = {0};
  enum status status = job_line(examination->worker, &job->election, 0, &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = entry_read(line, &job->arena, &entry, fault);
  if (status != STATUS_OK)
    return status;
  examination->manifest = entry.body.manifest;
  if (examination->manifest->projects_attached)
    status = job_attachment(examination->worker, &job->election, &examination->manifest->projects,
                            &job->arena, &projects, fault);
  if (status == STATUS_OK)
    status = manifest_attach(examination->manifest, projects, &job->arena, fault);
  if (status == STATUS_OK)
    status = project_index_make(&examination->manifest->election, &job->arena,
                                &examination->projects, fault);
  return status;
}

/* In pieces, so that the lease is renewed on the way. */
static enum status check_keys(struct examination *examination)
{
  size_t count = examination->bytes.length / PUBLIC_KEY_BYTES;
  for (size_t first = 0; first < count; first += KEYS_AT_A_TIME) {
    size_t some = count - first < KEYS_AT_A_TIME ? count - first : KEYS_AT_A_TIME;
    examination->interrupted =
        job_beat(examination->worker, examination->job, first, count, examination->fault);
    if (examination->interrupted != STATUS_OK)
      return examination->interrupted;
    enum status status = electorate_check_keys(examination->bytes, first, some, examination->fault);
    if (status == STATUS_REFUSED)
      examination->refusal = REFUSAL_ATTACHMENT_WRONG;
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static enum status look(struct examination *examination)
{
  const struct entry *entry = &examination->entry;
  struct fault *fault = examination->fault;
  enum status status = admission_check_attachment(admission_attachment(entry), examination->bytes,
                                                  &examination->refusal, fault);
  if (status != STATUS_OK)
    return status;
  if (entry->kind == ENTRY_ELECTORATE) {
    status = electorate_check_order(examination->bytes, examination->manifest,
                                    &examination->refusal, fault);
    if (status == STATUS_OK &&
        examination->bytes.length / PUBLIC_KEY_BYTES != entry->body.electorate.credentials) {
      examination->refusal = REFUSAL_ATTACHMENT_WRONG;
      status = fault_set(fault, STATUS_REFUSED, "credentials", "as many as there are keys",
                         "the entry announces another number of keys");
    }
    return status == STATUS_OK ? check_keys(examination) : status;
  }
  if (entry->kind == ENTRY_PAPER) {
    struct paper_ballots ballots;
    status = paper_read(examination->bytes, entry->body.paper.count, &examination->projects,
                        &examination->job->arena, &ballots, fault);
    if (status == STATUS_REFUSED)
      examination->refusal = REFUSAL_ATTACHMENT_WRONG;
  }
  return status;
}

static enum status write_down(struct examination *examination, const struct fault *found,
                              struct fault *fault)
{
  struct job *job = examination->job;
  struct db_unit unit = {0};
  db_add(&unit, QUERY_EXAMINATION_WRITE, 6,
         (const struct db_value[]){
             db_bytes(job->election.bytes, DIGEST_BYTES), db_bytes(job->input.bytes, DIGEST_BYTES),
             db_integer(examination->refusal), db_span(span_of(found->where)),
             db_span(span_of(found->what)), db_span(span_of(found->expected))});
  return job_ask(examination->worker, &unit, NULL, NULL, fault);
}

enum status job_examine(struct job_worker *worker, struct job *job, struct fault *fault)
{
  static const struct fault nothing;
  struct examination examination = {.worker = worker, .job = job, .fault = fault};
  enum status status = read_election(&examination);
  if (status == STATUS_OK)
    status = entry_read(job->subject, &job->arena, &examination.entry, fault);
  if (status == STATUS_OK)
    status = job_attachment(worker, &job->election, admission_attachment(&examination.entry),
                            &job->arena, &examination.bytes, fault);
  if (status == STATUS_OK) {
    status = look(&examination);
    struct fault found = status == STATUS_OK ? nothing : *fault;
    if (examination.interrupted == STATUS_OK && (status == STATUS_OK || status == STATUS_REFUSED))
      status = write_down(&examination, &found, fault);
  }
  entry_release(&examination.entry);
  return status;
}
