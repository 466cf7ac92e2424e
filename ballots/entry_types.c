#include "ballots/entry_fields.h"

#include <inttypes.h>
#include <string.h>

#include "base/base64.h"

/* --- types --- */

static enum status read_count(const struct node *node, void *field, struct arena *arena,
                              struct fault *fault)
{
  (void)arena;
  uint64_t *count = field;
  int64_t value;
  enum status status = node_integer(node, 0, CANONICAL_INTEGER_MAX, &value, fault);
  if (status == STATUS_OK)
    *count = (uint64_t)value;
  return status;
}

static enum status write_count(const void *field, struct canonical_writer *writer,
                               struct fault *fault)
{
  const uint64_t *count = field;
  if (*count > (uint64_t)CANONICAL_INTEGER_MAX)
    return fault_set(fault, STATUS_REFUSED, NULL, CANONICAL_INTEGER_EXPECTED,
                     "%" PRIu64 " is too large", *count);
  canonical_integer(writer, (int64_t)*count);
  return STATUS_OK;
}

static enum status read_digest(const struct node *node, void *field, struct arena *arena,
                               struct fault *fault)
{
  (void)arena;
  return node_digest(node, field, fault);
}

static enum status write_digest(const void *field, struct canonical_writer *writer,
                                struct fault *fault)
{
  (void)fault;
  char text[DIGEST_TEXT];
  digest_write(field, text);
  canonical_string(writer, span_of(text));
  return STATUS_OK;
}

static enum status read_named_key(const struct node *node, void *field, struct arena *arena,
                                  struct fault *fault)
{
  (void)arena;
  return node_named_key(node, field, fault);
}

static enum status read_new_key(const struct node *node, void *field, struct arena *arena,
                                struct fault *fault)
{
  (void)arena;
  return node_key(node, field, fault);
}

static enum status write_key(const void *field, struct canonical_writer *writer,
                             struct fault *fault)
{
  (void)fault;
  enum {
    TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4
  };
  const struct public_key *key = field;
  char text[TEXT];
  base64_write(key->bytes, PUBLIC_KEY_BYTES, text);
  canonical_string(writer, (struct span){.bytes = text, .length = sizeof text});
  return STATUS_OK;
}

static enum status read_attachment(const struct node *node, void *field, struct arena *arena,
                                   struct fault *fault)
{
  (void)arena;
  return node_attachment(node, field, fault);
}

static enum status write_attachment(const void *field, struct canonical_writer *writer,
                                    struct fault *fault)
{
  const struct attachment *attachment = field;
  canonical_object(writer);
  canonical_member(writer, "digest");
  enum status status = write_digest(&attachment->digest, writer, fault);
  canonical_member(writer, "length");
  if (status == STATUS_OK)
    status = write_count(&attachment->length, writer, fault);
  if (status == STATUS_OK)
    canonical_end(writer);
  return status;
}

/* As it stands: admission holds it to the election. */
static enum status read_choice(const struct node *node, void *field, struct arena *arena,
                               struct fault *fault)
{
  if (!json_is_object(node->value))
    return node_refuse(node, "is not a choice", "an object, such as {\"blank\":true}", fault);
  return canonical_text(node->value, arena, field, fault);
}

static enum status read_texts(const struct node *node, void *field, struct arena *arena,
                              struct fault *fault)
{
  struct entry_note *note = field;
  note->texts = node->value;
  return node_languages(node, arena, &note->text, fault);
}

/* Whatever it is: a draft is read again. */
static enum status write_choice(const void *field, struct canonical_writer *writer,
                                struct fault *fault)
{
  (void)fault;
  const struct span *choice = field;
  buffer_add(writer->buffer, *choice);
  return STATUS_OK;
}

static enum status write_texts(const void *field, struct canonical_writer *writer,
                               struct fault *fault)
{
  const struct entry_note *note = field;
  return canonical_write(note->texts, writer->buffer, fault);
}

static const struct span reasons[] = {
    [REVOCATION_LOST] = SPAN_INIT("lost"),
    [REVOCATION_PAPER] = SPAN_INIT("paper"),
};

static enum status read_reason(const struct node *node, void *field, struct arena *arena,
                               struct fault *fault)
{
  (void)arena;
  enum revocation_reason *reason = field;
  const char *text = json_string_value(node->value);
  for (unsigned i = 0; text != NULL && i < sizeof reasons / sizeof *reasons; i++) {
    if (strcmp(text, reasons[i].bytes) == 0) {
      *reason = (enum revocation_reason)i;
      return STATUS_OK;
    }
  }
  return node_refuse(node, "is no reason to strike a credential", "lost or paper", fault);
}

static enum status write_reason(const void *field, struct canonical_writer *writer,
                                struct fault *fault)
{
  (void)fault;
  const enum revocation_reason *reason = field;
  canonical_string(writer, reasons[*reason]);
  return STATUS_OK;
}

static enum status read_scrutineers(const struct node *node, void *field, struct arena *arena,
                                    struct fault *fault)
{
  (void)arena;
  struct public_key *keys = field;
  size_t count;
  enum status status = node_array(node, 2, 2, "keys", &count, fault);
  for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
    const struct node element = node_element(node, i);
    status = node_named_key(&element, &keys[i], fault);
  }
  if (status != STATUS_OK || memcmp(keys[0].bytes, keys[1].bytes, PUBLIC_KEY_BYTES) < 0)
    return status;
  return node_refuse(node, "is not in order", "two keys in ascending order of their bytes", fault);
}

static enum status write_scrutineers(const void *field, struct canonical_writer *writer,
                                     struct fault *fault)
{
  const struct public_key *keys = field;
  canonical_array(writer);
  enum status status = write_key(&keys[0], writer, fault);
  if (status == STATUS_OK)
    status = write_key(&keys[1], writer, fault);
  canonical_end(writer);
  return status;
}

/* --- pages --- */

static enum status read_page(const struct node *node, struct entry_page *page, struct arena *arena,
                             struct fault *fault)
{
  enum status status = node_object(node, "digest path", fault);
  if (status != STATUS_OK)
    return status;
  const struct node digest = node_member(node, "digest");
  const struct node path = node_member(node, "path");
  status = node_digest(&digest, &page->digest, fault);
  return status == STATUS_OK ? node_path(&path, arena, &page->path, fault) : status;
}

static enum status read_files(const struct node *node, void *field, struct arena *arena,
                              struct fault *fault)
{
  struct entry_pages *files = field;
  size_t count;
  enum status status = node_array(node, 1, ENVELOPE_MAX, "files", &count, fault);
  if (status != STATUS_OK)
    return status;
  struct entry_page *pages = ARENA_TAKE(arena, struct entry_page, count);
  if (pages == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    const struct node path = node_member(&element, "path");
    status = read_page(&element, &pages[i], arena, fault);
    if (status != STATUS_OK)
      return status;
    if (i > 0 && span_compare(pages[i - 1].path, pages[i].path) >= 0)
      return node_refuse(&path, "does not come after the one before",
                         "paths in the order of their bytes, each once", fault);
  }
  *files = (struct entry_pages){.count = count, .pages = pages};
  return STATUS_OK;
}

static enum status write_files(const void *field, struct canonical_writer *writer,
                               struct fault *fault)
{
  const struct entry_pages *files = field;
  enum status status = STATUS_OK;
  canonical_array(writer);
  for (size_t i = 0; i < files->count && status == STATUS_OK; i++) {
    canonical_object(writer);
    canonical_member(writer, "digest");
    status = write_digest(&files->pages[i].digest, writer, fault);
    canonical_member_string(writer, "path", files->pages[i].path);
    canonical_end(writer);
  }
  canonical_end(writer);
  return status;
}

const struct field_type entry_type_count = {read_count, write_count};
const struct field_type entry_type_digest = {read_digest, write_digest};
const struct field_type entry_type_named_key = {read_named_key, write_key};
const struct field_type entry_type_new_key = {read_new_key, write_key};
const struct field_type entry_type_attachment = {read_attachment, write_attachment};
const struct field_type entry_type_choice = {read_choice, write_choice};
const struct field_type entry_type_texts = {read_texts, write_texts};
const struct field_type entry_type_reason = {read_reason, write_reason};
const struct field_type entry_type_scrutineers = {read_scrutineers, write_scrutineers};
const struct field_type entry_type_files = {read_files, write_files};
