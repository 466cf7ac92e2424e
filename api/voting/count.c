/* The count: the whole board is read and judged again, as an auditor does, and its outcome kept as an
 * attachment. What it needs of the board is all before it: a note that comes meanwhile changes nothing. */
#include <string.h>

#include "api/voting/attachments.h"
#include "api/voting/jobs.h"
#include "ballots/board.h"

enum {
  LINES_AT_A_TIME = 512
};

struct counting {
  struct job_worker *worker;
  struct job *job;
  struct board board;
  uint64_t size; /* of the board, as far as it is read */
};

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  struct counting *counting = context;
  return job_attachment(counting->worker, &counting->job->election, attachment,
                        &counting->job->arena, bytes, fault);
}

/* Lines that a unit gave, kept until they are appended: appending asks the database in turn. */
struct lines {
  struct arena *arena;
  size_t count;
  struct span lines[LINES_AT_A_TIME];
};

static enum status take_lines(void *context, struct db_result *const *results, struct fault *fault)
{
  struct lines *lines = context;
  lines->count = db_rows(results[0]);
  for (size_t i = 0; i < lines->count; i++) {
    lines->lines[i] = db_copy_bytes(results[0], i, 2, lines->arena);
    if (lines->lines[i].bytes == NULL)
      return fault_no_memory(fault);
  }
  return STATUS_OK;
}

static enum status append(struct counting *counting, const struct lines *lines, struct fault *fault)
{
  for (size_t i = 0; i < lines->count; i++) {
    enum refusal refusal;
    enum status status = board_append(&counting->board, lines->lines[i], &refusal, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static enum status take_size(void *context, struct db_result *const *results, struct fault *fault)
{
  struct counting *counting = context;
  if (db_rows(results[0]) == 0)
    return fault_set(fault, STATUS_REFUSED, "election", NULL, "it has no board");
  counting->size = (uint64_t)db_get_integer(results[0], 0, 2);
  return STATUS_OK;
}

static enum status read_board(struct counting *counting, struct fault *fault)
{
  struct job *job = counting->job;
  struct db_unit unit = {0};
  struct db_value id = db_bytes(job->election.bytes, DIGEST_BYTES);
  db_add(&unit, QUERY_HEAD, 1, &id);
  enum status status = job_ask(counting->worker, &unit, take_size, counting, fault);
  for (uint64_t next = 0; status == STATUS_OK && next < counting->size;) {
    struct arena some = {0};
    struct lines lines = {.arena = &some};
    unit = (struct db_unit){0};
    db_add(&unit, QUERY_LINES, 3,
           (const struct db_value[]){id, db_integer((int64_t)next),
                                     db_integer((int64_t)next + LINES_AT_A_TIME)});
    status = job_ask(counting->worker, &unit, take_lines, &lines, fault);
    if (status == STATUS_OK && lines.count == 0)
      status = fault_set(fault, STATUS_REFUSED, "board", NULL, "entries are missing");
    if (status == STATUS_OK)
      status = append(counting, &lines, fault);
    next += lines.count;
    if (status == STATUS_OK)
      status = job_beat(counting->worker, job, next, counting->size, fault);
    arena_free(&some);
  }
  return status;
}

static enum status keep_outcome(struct counting *counting, struct span outcome,
                                struct digest *result, struct fault *fault)
{
  struct job *job = counting->job;
  *result = digest_of(outcome);
  struct db_value id = db_bytes(job->election.bytes, DIGEST_BYTES);
  struct db_value digest = db_bytes(result->bytes, DIGEST_BYTES);
  enum status status = STATUS_OK;
  for (size_t part = 0; status == STATUS_OK && part < attachment_parts(outcome.length); part++) {
    struct db_unit unit = {0};
    size_t at = part * ATTACHMENT_PART;
    size_t length = outcome.length - at < ATTACHMENT_PART ? outcome.length - at : ATTACHMENT_PART;
    db_add(&unit, QUERY_ATTACHMENT_PART_ADD, 4,
           (const struct db_value[]){id, digest, db_integer((int64_t)part),
                                     db_bytes(outcome.bytes + at, length)});
    status = job_ask(counting->worker, &unit, NULL, NULL, fault);
  }
  if (status != STATUS_OK)
    return status;
  struct db_unit unit = {0};
  db_add(&unit, QUERY_ATTACHMENT_ADD, 3,
         (const struct db_value[]){id, digest, db_integer((int64_t)outcome.length)});
  return job_ask(counting->worker, &unit, NULL, NULL, fault);
}

enum status job_count(struct job_worker *worker, struct job *job, struct digest *result,
                      struct fault *fault)
{
  struct counting counting = {.worker = worker, .job = job};
  const struct attachment_source source = {&counting, read_attachment};
  struct buffer outcome = {0};
  board_begin(&counting.board, &job->arena, &source);
  enum status status = read_board(&counting, fault);
  if (status == STATUS_OK)
    status = board_outcome(&counting.board, &outcome, fault);
  if (status == STATUS_OK)
    status = keep_outcome(&counting, buffer_span(&outcome), result, fault);
  buffer_free(&outcome);
  return status;
}
