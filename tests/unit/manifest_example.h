/* manifest_example.h - the manifest of board_example.h, changed here and there, read or refused. */
#ifndef TESTS_UNIT_MANIFEST_EXAMPLE_H
#define TESTS_UNIT_MANIFEST_EXAMPLE_H

#include "ballots/draft.h"
#include "ballots/manifest.h"
#include "base/canonical.h"
#include "tests/unit/board_example.h"
#include "tests/unit/spot.h"

/* The canonical bytes of a draft, right or wrong; takes the draft over. */
static inline struct span manifest_payload(json_t *draft, struct arena *arena)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  if (canonical_write(draft, &buffer, &fault) != STATUS_OK)
    fail_msg("no canonical JSON: %s: %s", fault.where, fault.what);
  const char *bytes = arena_copy(arena, buffer.bytes, buffer.length);
  assert_non_null(bytes);
  struct span payload = {.bytes = bytes, .length = buffer.length};
  buffer_free(&buffer);
  json_decref(draft);
  return payload;
}

static inline struct manifest read_manifest(struct span payload, struct arena *arena)
{
  struct manifest manifest;
  struct fault fault = {0};
  if (manifest_read(payload, arena, &manifest, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  return manifest;
}

static inline struct manifest accept(json_t *draft, struct arena *arena)
{
  return read_manifest(manifest_payload(draft, arena), arena);
}

static inline void refuse(json_t *draft, const char *where, const char *what, const char *expected)
{
  struct arena arena = {0};
  struct manifest manifest;
  struct fault fault = {0};
  struct span payload = manifest_payload(draft, &arena);
  if (manifest_read(payload, &arena, &manifest, &fault) != STATUS_REFUSED)
    fail_msg("not refused: %s: %s", where, what);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  arena_free(&arena);
}

/* The example with one value changed. */
static inline void refuse_change(const char *spot, const char *json, const char *where,
                                 const char *what, const char *expected)
{
  json_t *draft = example_manifest();
  change(draft, spot, json);
  refuse(draft, where, what, expected);
}

static inline void accept_change(const char *spot, const char *json)
{
  struct arena arena = {0};
  json_t *draft = example_manifest();
  change(draft, spot, json);
  (void)accept(draft, &arena);
  arena_free(&arena);
}

#endif
