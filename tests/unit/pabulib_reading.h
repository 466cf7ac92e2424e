/* pabulib_reading.h - reads small .pb files for the tests of what they mean. */
#ifndef TESTS_UNIT_PABULIB_READING_H
#define TESTS_UNIT_PABULIB_READING_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/pabulib.h"

/* The sections, to be put together; the first with the vote_type and more lines. */
#define META(type, more) "META\nkey;value\nbudget;100\nvote_type;" type "\n" more
#define PROJECTS         "PROJECTS\nproject_id;cost\na;10\nb;20\nc;30\n"
#define VOTES            "VOTES\nvoter_id;vote\n1;a,b\n"
#define POINTS           "VOTES\nvoter_id;vote;points\n"

static struct arena arena;
static struct pabulib file;

static inline int end(void **state)
{
  (void)state;
  arena_free(&arena);
  return 0;
}

static inline void reads_with(struct span text, struct pabulib_options options)
{
  struct fault fault = {0};
  arena_free(&arena);
  if (pabulib_read(text, &options, &arena, &file, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  if (election_check(&file.election, &fault) != STATUS_OK)
    fail_msg("not an election: %s: %s (%s)", fault.where, fault.what, fault.expected);
}

static inline void reads(const char *text)
{
  reads_with(span_of(text), (struct pabulib_options){0});
}

static inline void is(struct span span, const char *text)
{
  if (!span_equal(span, span_of(text)))
    fail_msg("'%.*s' is not '%s'", SPAN_PRINT(span), text);
}

static inline void warns(size_t place, const char *where, const char *what, const char *expected)
{
  assert_true(place < file.warning_count);
  assert_string_equal(file.warnings[place].what, what);
  assert_string_equal(file.warnings[place].where, where);
  assert_string_equal(file.warnings[place].expected, expected);
  assert_int_equal(file.warnings[place].status, STATUS_REFUSED);
}

/* A group of the profile as "2 x 0:1 2:3": how many voters, project and value of each mark. */
static inline void group_is(size_t group, const char *expected)
{
  char text[256];
  const struct profile *profile = &file.profile;
  assert_true(group < profile->group_count);
  int length = snprintf(text, sizeof text, "%" PRIu32 " x", profile->multiplicity[group]);
  for (size_t i = profile->start[group]; i < profile->start[group + 1]; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, " %" PRIu32 ":%" PRId32,
                       profile->project[i], profile->value == NULL ? 1 : profile->value[i]);
  assert_string_equal(text, expected);
}

#endif
