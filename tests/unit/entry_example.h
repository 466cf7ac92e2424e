/* entry_example.h - the entries of board_example.h, changed here and there, read or refused. */
#ifndef TESTS_UNIT_ENTRY_EXAMPLE_H
#define TESTS_UNIT_ENTRY_EXAMPLE_H

#include "ballots/draft.h"
#include "ballots/entry.h"
#include "tests/unit/board_example.h"
#include "tests/unit/spot.h"

static struct arena shared_arena;
static struct board_example example;

static inline int start(void **state)
{
  (void)state;
  board_example_make(&shared_arena, &example);
  return 0;
}

static inline int stop(void **state)
{
  (void)state;
  board_example_release(&example);
  arena_free(&shared_arena);
  return 0;
}

static inline struct entry read_line(struct span line, struct arena *arena)
{
  struct entry entry;
  struct fault fault = {0};
  if (entry_read(line, arena, &entry, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  return entry;
}

static inline struct entry read_place(enum example_place place, struct arena *arena)
{
  return read_line(example.entries[place].line, arena);
}

/* The payload of an entry as JSON, to be changed. */
static inline json_t *payload_of(enum example_place place)
{
  struct arena arena = {0};
  struct entry entry = read_place(place, &arena);
  json_t *payload;
  struct fault fault;
  assert_int_equal(canonical_read(entry.envelope.payload, ENVELOPE_MAX, &payload, &fault),
                   STATUS_OK);
  entry_release(&entry);
  arena_free(&arena);
  return payload;
}

/* A line of this payload, which it takes over. */
static inline struct span line_of(enum example_place place, json_t *payload, struct arena *arena)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  enum example_key signers[EXAMPLE_SIGNERS_MAX];
  size_t count = example_signers(place, signers);
  if (canonical_write(payload, &buffer, &fault) != STATUS_OK)
    fail_msg("no canonical JSON: %s: %s", fault.where, fault.what);
  json_decref(payload);
  struct span line =
      example_sign(example.entries[place].kind, buffer_span(&buffer), signers, count, arena);
  buffer_free(&buffer);
  return line;
}

static inline enum status try(enum example_place place, json_t *payload, struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry;
  enum status status = entry_read(line_of(place, payload, &arena), &arena, &entry, fault);
  entry_release(&entry);
  arena_free(&arena);
  return status;
}

static inline void refuse(enum example_place place, json_t *payload, const char *where,
                          const char *what, const char *expected)
{
  struct fault fault = {0};
  if (try(place, payload, &fault) != STATUS_REFUSED)
    fail_msg("not refused: %s: %s", where, what);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
}

static inline void refuse_change(enum example_place place, const char *spot, const char *json,
                                 const char *where, const char *what, const char *expected)
{
  json_t *payload = payload_of(place);
  change(payload, spot, json);
  refuse(place, payload, where, what, expected);
}

static inline void accept_change(enum example_place place, const char *spot, const char *json)
{
  struct fault fault = {0};
  json_t *payload = payload_of(place);
  change(payload, spot, json);
  if (try(place, payload, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
}

static inline void same_key(const struct public_key *key, enum example_key which)
{
  struct public_key expected = example_public_key(which);
  assert_memory_equal(key->bytes, expected.bytes, PUBLIC_KEY_BYTES);
}

static inline void same_digest(const struct digest *digest, const struct digest *expected)
{
  assert_memory_equal(digest->bytes, expected->bytes, DIGEST_BYTES);
}

#endif
