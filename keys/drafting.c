#include "keys/drafting.h"

#include <stdlib.h>
#include <string.h>

#include "ballots/draft.h"
#include "base/hex.h"
#include "keys/file.h"

enum {
  DRAFT_MAX = 1 << 20,
  LINE_MAX_BYTES = ENVELOPE_MAX + 1
};

/* --- drafts --- */

enum status drafting_read(const char *path, struct arena *arena, json_t **value,
                          struct fault *fault)
{
  struct span text;
  struct fault inner;
  enum status status = file_read(path, DRAFT_MAX, arena, &text, fault);
  if (status != STATUS_OK)
    return status;
  status = canonical_read_draft(text, DRAFT_MAX, value, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, path, inner.expected, "%s: %s", inner.where, inner.what);
  return STATUS_OK;
}

enum status drafting_read_line(const char *path, struct arena *arena, struct span *line,
                               struct fault *fault)
{
  enum status status = file_read(path, LINE_MAX_BYTES, arena, line, fault);
  if (status == STATUS_OK && line->length > 0 && line->bytes[line->length - 1] == '\n')
    line->length--;
  return status;
}

enum status drafting_read_manifest(const char *option, const char *path, struct arena *arena,
                                   struct manifest **manifest, struct fault *fault)
{
  struct span line;
  struct entry entry = {.payload = NULL};
  struct fault inner;
  enum status status = drafting_read_line(path, arena, &line, fault);
  if (status != STATUS_OK)
    return status;
  status = entry_read(line, arena, &entry, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, option, inner.expected, "%s: %s: %s", path, inner.where,
                     inner.what);
  if (entry.kind != ENTRY_MANIFEST)
    status = fault_set(fault, STATUS_REFUSED, option, "an entry that 'manifest' made",
                       "it is another kind of entry");
  if (status == STATUS_OK)
    status = envelope_verify(&entry.envelope, &entry.body.manifest->organiser, 1, fault);
  if (status == STATUS_OK)
    *manifest = entry.body.manifest;
  entry_release(&entry);
  return status;
}

enum status drafting_digest(const char *option, const char *text, struct digest *digest,
                            struct fault *fault)
{
  if (hex_read(span_of(text), digest->bytes, DIGEST_BYTES))
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, option, "64 lower-case hexadecimal digits",
                   "'%s' is not a digest", text);
}

static int compare_texts(const void *a, const void *b)
{
  json_t *const *first = a;
  json_t *const *second = b;
  return strcmp(json_string_value(*first), json_string_value(*second));
}

void drafting_order(json_t *choice)
{
  json_t *ids = json_object_get(choice, "approve");
  const size_t count = json_array_size(ids);
  json_t **sorted = calloc(count + 1, sizeof *sorted);
  bool texts = sorted != NULL;
  for (size_t i = 0; i < count && texts; i++) {
    sorted[i] = json_array_get(ids, i);
    texts = json_is_string(sorted[i]);
  }
  if (texts) {
    qsort(sorted, count, sizeof *sorted, compare_texts);
    for (size_t i = 0; i < count; i++)
      json_incref(sorted[i]);
    for (size_t i = 0; i < count; i++)
      (void)json_array_set_new(ids, i, sorted[i]); /* the place is there: it cannot fail */
  }
  free(sorted);
}

/* --- entries that options name --- */

static enum status read_named(const char *option, const char *path, enum entry_kind kind,
                              struct arena *arena, struct digest *digest, struct fault *fault)
{
  struct span line;
  struct entry entry = {.payload = NULL};
  struct fault inner;
  enum status status = drafting_read_line(path, arena, &line, &inner);
  if (status == STATUS_OK)
    status = entry_read(line, arena, &entry, &inner);
  if (status == STATUS_NO_MEMORY)
    return fault_no_memory(fault);
  if (status != STATUS_OK)
    return fault_set(fault, STATUS_REFUSED, option,
                     "64 lower-case hexadecimal digits, or a file with the entry",
                     "'%s' is neither: %s", path, inner.what);
  if (entry.kind != kind)
    status = fault_set(fault, STATUS_REFUSED, option, entry_kind_name(kind),
                       "'%s' is another kind of entry: %s", path, entry_kind_name(entry.kind));
  else
    *digest = kind == ENTRY_MANIFEST ? entry.body.manifest->id : entry.leaf;
  entry_release(&entry);
  return status;
}

enum status drafting_named(const char *option, const char *text, enum entry_kind kind,
                           struct arena *arena, struct digest *digest, struct fault *fault)
{
  if (hex_read(span_of(text), digest->bytes, DIGEST_BYTES))
    return STATUS_OK;
  return read_named(option, text, kind, arena, digest, fault);
}

/* --- signing --- */

static bool is_among(const struct public_key *key, const struct officers *officers)
{
  for (size_t i = 0; i < officers->count; i++) {
    if (memcmp(officers->keys[i]->public_key.bytes, key->bytes, PUBLIC_KEY_BYTES) == 0)
      return true;
  }
  return false;
}

static enum status check_signers(const struct entry *entry, const struct officers *officers,
                                 struct fault *fault)
{
  struct public_key needed[2];
  size_t count = entry_signers(entry, &officers->keys[0]->public_key, needed);
  if (count != officers->count)
    return fault_set(fault, STATUS_REFUSED, "--key", count == 1 ? "one key" : "two keys",
                     "an entry of this kind is signed with another number of keys than %zu",
                     officers->count);
  for (size_t i = 0; i < count; i++) {
    if (!is_among(&needed[i], officers))
      return fault_set(fault, STATUS_REFUSED, "--key",
                       "the keys of those whom the draft names as its signers",
                       "a key that must sign is missing");
  }
  return STATUS_OK;
}

static enum status check_line(struct span line, const struct officers *officers,
                              struct arena *arena, struct fault *fault)
{
  struct entry entry = {.payload = NULL};
  enum status status = entry_read(line, arena, &entry, fault);
  if (status != STATUS_OK)
    return status;
  status = check_signers(&entry, officers, fault);
  entry_release(&entry);
  return status;
}

enum status drafting_sign(const char *kind, struct span payload, const struct officers *officers,
                          struct arena *arena, struct span *line, struct fault *fault)
{
  if (officers->count == 0)
    return fault_set(fault, STATUS_REFUSED, "--key", "a key to sign with", "none was given");
  const struct signing_key *keys[OFFICER_KEYS_MAX];
  for (size_t i = 0; i < officers->count; i++)
    keys[i] = officers->keys[i];
  enum status status =
      draft_sign(span_of(kind), payload, keys, officers->count, arena, line, fault);
  return status == STATUS_OK ? check_line(*line, officers, arena, fault) : status;
}

enum status drafting_sign_entry(const struct entry *entry, const struct officers *officers,
                                struct arena *arena, struct span *line, struct fault *fault)
{
  struct buffer payload = {0};
  enum status status = draft_entry(entry, &payload, fault);
  if (status == STATUS_OK)
    status = drafting_sign(entry_kind_name(entry->kind), buffer_span(&payload), officers, arena,
                           line, fault);
  buffer_free(&payload);
  return status;
}

enum status drafting_put(struct job *job, const char *path, struct span line, struct fault *fault)
{
  struct buffer text = {0};
  if (path == NULL) {
    job->raw = true;
    buffer_add(&job->answer, line);
    buffer_add_byte(&job->answer, '\n');
    return STATUS_OK;
  }
  buffer_add(&text, line);
  buffer_add_byte(&text, '\n');
  enum status status =
      text.failed ? fault_no_memory(fault) : file_make(path, buffer_span(&text), fault);
  buffer_free(&text);
  return status;
}
