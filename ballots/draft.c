#include "ballots/draft.h"

#include <stdlib.h>

#include "ballots/entry_fields.h"
#include "ballots/envelope.h"
#include "ballots/payload.h"

/* --- entries --- */

static enum status write_row(const struct field *row, const struct entry *entry,
                             struct canonical_writer *writer, struct fault *fault)
{
  bool stands = row->stands == NULL || row->stands(entry);
  if (!stands && !row->null_otherwise)
    return STATUS_OK;
  canonical_member(writer, row->name);
  if (!stands) {
    canonical_null(writer);
    return STATUS_OK;
  }
  const struct node node = {.name = row->name};
  enum status status = row->type->write((const char *)entry + row->offset, writer, fault);
  return node_retell(&node, status, fault);
}

static enum status write_rows(const struct entry *entry, struct buffer *buffer, struct fault *fault)
{
  const struct entry_fields *fields = entry_fields_of(entry->kind);
  struct canonical_writer writer;
  enum status status = STATUS_OK;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  for (size_t i = 0; i < fields->count && status == STATUS_OK; i++)
    status = write_row(&fields->rows[i], entry, &writer, fault);
  if (status != STATUS_OK)
    return status;
  canonical_end(&writer);
  return buffer->failed ? fault_no_memory(fault) : STATUS_OK;
}

static enum status read_back(enum entry_kind kind, struct span payload, struct fault *fault)
{
  json_t *value;
  enum status status = payload_read("payload", payload, ENVELOPE_MAX, &value, fault);
  if (status != STATUS_OK)
    return status;
  struct arena arena = {0};
  struct entry entry = {.kind = kind};
  status = entry_read_payload(value, &arena, &entry, fault);
  arena_free(&arena);
  json_decref(value);
  return status;
}

static struct span written_since(const struct buffer *buffer, size_t length)
{
  struct span all = buffer_span(buffer);
  return (struct span){.bytes = all.bytes + length, .length = all.length - length};
}

enum status draft_entry(const struct entry *entry, struct buffer *buffer, struct fault *fault)
{
  if (entry->kind == ENTRY_MANIFEST)
    abort(); /* draft_manifest is for those */
  size_t length = buffer->length;
  enum status status = write_rows(entry, buffer, fault);
  if (status == STATUS_OK)
    status = read_back(entry->kind, written_since(buffer, length), fault);
  if (status != STATUS_OK)
    buffer->length = length;
  return status;
}

enum status draft_ballot(const struct election *election, const struct choice *choice,
                         const struct digest *open, const struct public_key *credential,
                         const struct digest *replaces, struct buffer *buffer, struct fault *fault)
{
  struct buffer text = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &text);
  choice_write(choice, election, &writer);
  struct entry entry = {
      .kind = ENTRY_BALLOT,
      .binding = {.after_open = true, .value = *open},
      .body.ballot = {.credential = *credential,
                      .has_replaces = replaces != NULL,
                      .choice = buffer_span(&text)},
  };
  if (replaces != NULL)
    entry.body.ballot.replaces = *replaces;
  enum status status = text.failed ? fault_no_memory(fault) : draft_entry(&entry, buffer, fault);
  buffer_free(&text);
  return status;
}

/* --- manifests --- */

enum status draft_manifest(const json_t *manifest, struct buffer *buffer, struct fault *fault)
{
  size_t length = buffer->length;
  enum status status = canonical_write(manifest, buffer, fault);
  if (status != STATUS_OK)
    return status;
  struct arena arena = {0};
  struct manifest read;
  status = manifest_read(written_since(buffer, length), &arena, &read, fault);
  arena_free(&arena);
  if (status != STATUS_OK)
    buffer->length = length;
  return status;
}

/* --- signing --- */

enum status draft_sign(struct span kind, struct span payload, const struct signing_key *const *keys,
                       size_t count, struct arena *arena, struct span *line, struct fault *fault)
{
  struct envelope_signature signatures[ENVELOPE_SIGNATURES];
  struct buffer buffer = {0};
  enum status status = STATUS_OK;
  for (size_t i = 0; i < count && i < ENVELOPE_SIGNATURES && status == STATUS_OK; i++)
    status = envelope_sign(kind, payload, keys[i], arena, &signatures[i], fault);
  if (status == STATUS_OK)
    status = envelope_write(kind, payload, signatures, count, &buffer, fault);
  if (status == STATUS_OK) {
    char *copy = arena_copy(arena, buffer_span(&buffer).bytes, buffer.length);
    *line = (struct span){copy, buffer.length};
    status = copy == NULL ? fault_no_memory(fault) : STATUS_OK;
  }
  buffer_free(&buffer);
  return status;
}
