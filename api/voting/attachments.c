#include "api/voting/attachments.h"

#include <string.h>

size_t attachment_parts(uint64_t length)
{
  return (size_t)((length + ATTACHMENT_PART - 1) / ATTACHMENT_PART);
}

void attachment_ask(struct db_unit *unit, const struct digest *election,
                    const struct digest *digest, size_t part)
{
  const struct db_value values[] = {db_bytes(election->bytes, DIGEST_BYTES),
                                    db_bytes(digest->bytes, DIGEST_BYTES),
                                    db_integer((int64_t)part)};
  db_add(unit, QUERY_ATTACHMENT_PART, 3, values);
}

static void fail(struct attachment_read *read, const char *what)
{
  struct fault fault;
  (void)fault_set(&fault, STATUS_FAILED, "attachment", NULL, "%s", what);
  read->done(read->context, (struct span){0}, &fault);
}

static void ask(struct attachment_read *read);

static void got_part(void *context, enum db_end end, struct db_result *const *results,
                     const struct fault *fault)
{
  struct attachment_read *read = context;
  (void)fault;
  if (end != DB_DONE) {
    fail(read, "the database does not answer");
    return;
  }
  struct span part = db_rows(results[0]) == 1 ? db_get_bytes(results[0], 0, 0) : SPAN("");
  if (part.length == 0 || part.length > read->attachment.length - read->read) {
    fail(read, "it is not stored whole");
    return;
  }
  memcpy(read->bytes + read->read, part.bytes, part.length);
  read->read += part.length;
  read->part++;
  if (read->read < read->attachment.length)
    ask(read);
  else
    read->done(read->context, (struct span){.bytes = read->bytes, .length = read->read}, NULL);
}

static void ask(struct attachment_read *read)
{
  read->unit = (struct db_unit){.done = got_part, .context = read};
  attachment_ask(&read->unit, &read->election, &read->attachment.digest, read->part);
  db_run(read->db, &read->unit);
}

void attachment_read(struct attachment_read *read)
{
  read->read = 0;
  read->part = 0;
  read->bytes = arena_take(read->arena, (size_t)read->attachment.length, 1);
  /* Asked even without memory, so that the answer comes from the loop. */
  if (read->bytes == NULL)
    read->attachment.length = 0;
  ask(read);
}
