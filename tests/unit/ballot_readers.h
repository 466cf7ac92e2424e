/* ballot_readers.h - ballots that are read where they stand, held to how everything else is read. */
#ifndef TESTS_UNIT_BALLOT_READERS_H
#define TESTS_UNIT_BALLOT_READERS_H

#include <stdbool.h>
#include <string.h>

#include "ballots/entry_fields.h"
#include "engine/choice.h"

static inline bool same_ballot(const struct entry *a, const struct entry *b)
{
  const struct entry_ballot *first = &a->body.ballot, *second = &b->body.ballot;
  return a->binding.after_open == b->binding.after_open &&
         digest_compare(&a->binding.value, &b->binding.value) == 0 &&
         span_equal(first->choice, second->choice) &&
         memcmp(&first->credential, &second->credential, sizeof first->credential) == 0 &&
         first->has_replaces == second->has_replaces &&
         digest_compare(&first->replaces, &second->replaces) == 0;
}

/* Whether both readers of a ballot's payload take it for the same, or the plain one leaves it to the
 * other; `*plain` and `*general` say who took it. False too when there is no memory. */
static inline bool readers_of_ballots_agree(struct span payload, bool *plain, bool *general)
{
  struct arena arena = {0};
  struct entry here = {.kind = ENTRY_BALLOT}, there = {.kind = ENTRY_BALLOT};
  struct fault fault;
  json_t *value = NULL;
  *plain = entry_read_plain_ballot(payload, &here);
  enum status status = payload_read("payload", payload, ENVELOPE_MAX, &value, &fault);
  if (status == STATUS_OK)
    status = entry_read_payload(value, &arena, &there, &fault);
  json_decref(value);
  *general = status == STATUS_OK;
  bool agree = status != STATUS_NO_MEMORY && (!*plain || (*general && same_ballot(&here, &there)));
  arena_free(&arena);
  return agree;
}

static inline bool same_choice(const struct choice *a, const struct choice *b)
{
  if (a->count != b->count)
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (a->marks[i].project != b->marks[i].project || a->marks[i].value != b->marks[i].value)
      return false;
  return true;
}

/* Whether choice_read_text makes of any text what canonical_read and choice_read make of it, to the
 * words of a refusal. */
static inline bool readers_of_choices_agree(struct span text, const struct project_index *index)
{
  struct arena arena = {0};
  struct choice here = {0}, there = {0};
  struct fault why = {0}, expected = {0};
  json_t *value = NULL;
  enum status status = choice_read_text(text, index, &arena, &here, &why);
  enum status general = canonical_read(text, text.length, &value, &expected);
  if (general == STATUS_OK)
    general = choice_read(value, index, &arena, &there, &expected);
  json_decref(value);
  bool agree =
      status == general && (status == STATUS_OK ? same_choice(&here, &there)
                                                : strcmp(why.where, expected.where) == 0 &&
                                                      strcmp(why.what, expected.what) == 0 &&
                                                      strcmp(why.expected, expected.expected) == 0);
  arena_free(&arena);
  return agree;
}

#endif
