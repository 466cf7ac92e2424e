/* The k-th allocation fails, once or for ever, on the way from an election's definition to the
 * table of support: each step says so, and what was there before is as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/choice.h"
#include "engine/election.h"
#include "engine/profile.h"
#include "engine/support.h"
#include "tests/faults/failing_malloc.h"

enum {
  PROJECTS = 2000,
  BALLOTS = 6000,
  FAULT_STEPS_MAX = 1000
};

static struct project projects[PROJECTS];
static char ids[PROJECTS][8];
static struct election election;
static json_t *large_choice; /* ranks every project */
static struct profile whole_profile;

/* Does one piece of work and checks what it has to show. */
typedef enum status (*work)(void);

static enum status define(void)
{
  struct fault fault = {0};
  const enum status status = election_check(&election, &fault);
  assert_int_equal(fault.status, status);
  return status;
}

static enum status write_definition(void)
{
  struct buffer buffer = {0};
  election_write(&election, &buffer);
  const bool failed = buffer.failed;
  buffer_free(&buffer);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status choose(void)
{
  struct arena arena = {0};
  struct project_index index;
  struct choice choice = {.count = 99};
  struct fault fault = {0};
  enum status status = project_index_make(&election, &arena, &index, &fault);
  if (status == STATUS_OK)
    status = choice_read(large_choice, &index, &arena, &choice, &fault);
  assert_int_equal(fault.status, status);
  assert_int_equal(choice.count, status == STATUS_OK ? PROJECTS : 99);
  arena_free(&arena);
  return status;
}

static enum status write_choice(void)
{
  static const struct mark marks[] = {{3, 2}, {7, 1}};
  const struct choice choice = {.count = 2, .marks = marks};
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  choice_write(&choice, &election, &writer);
  const bool failed = buffer.failed;
  if (!failed)
    assert_true(span_equal(buffer_span(&buffer), SPAN("{\"rank\":[\"p7\",\"p3\"]}")));
  buffer_free(&buffer);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static size_t make_ballot(uint32_t i, struct mark marks[2])
{
  marks[0] = (struct mark){i % 50, 1};
  marks[1] = (struct mark){60 + i % 47, i < 1000 ? 1 : 2};
  return i % 3 == 0 ? 1 : 2;
}

/* Adds made-up ballots; one that could not be added is added again, as a caller might. */
static enum status add_ballots(struct profile_builder *builder)
{
  enum status worst = STATUS_OK;
  struct fault fault = {0};
  for (uint32_t i = 0; i < BALLOTS; i++) {
    struct mark marks[2];
    const struct choice choice = {.count = make_ballot(i, marks), .marks = marks};
    enum status status = profile_add(builder, &choice, 1, &fault);
    if (status == STATUS_OK)
      continue;
    worst = status;
    assert_int_equal(builder->profile.voters, i);
    status = profile_add(builder, &choice, 1, &fault);
    if (status != STATUS_OK)
      break;
  }
  return worst;
}

static void profile_is_whole(const struct profile *profile, bool group_equal)
{
  uint64_t voters = 0;
  for (size_t group = 0; group < profile->group_count; group++)
    voters += profile->multiplicity[group];
  assert_int_equal(voters, BALLOTS);
  assert_int_equal(profile->voters, BALLOTS);
  assert_int_equal(profile->distinct, whole_profile.distinct);
  if (group_equal)
    assert_int_equal(profile->group_count, profile->distinct);
  else
    assert_int_equal(profile->group_count, BALLOTS);
}

static enum status group(bool group_equal)
{
  struct arena arena = {0};
  struct profile_builder builder;
  struct fault fault = {0};
  enum status status = profile_begin(&builder, &arena, &election, group_equal, &fault);
  if (status == STATUS_OK) {
    status = add_ballots(&builder);
    const struct profile profile = profile_end(&builder);
    if (profile.voters == BALLOTS)
      profile_is_whole(&profile, group_equal);
    else
      assert_int_equal(status, STATUS_NO_MEMORY);
  }
  arena_free(&arena);
  return status;
}

static enum status group_equal_ballots(void)
{
  return group(true);
}

static enum status keep_ballots_apart(void)
{
  return group(false);
}

static enum status tabulate(void)
{
  struct arena arena = {0};
  struct support support;
  struct fault fault = {0};
  const enum status status =
      support_make(&election, &whole_profile, UTILITY_CARDINALITY, &arena, &support, &fault);
  assert_int_equal(fault.status, status);
  if (status == STATUS_OK)
    assert_int_equal(support.votes[0], BALLOTS / 50);
  arena_free(&arena);
  return status;
}

static void fail_each_allocation(work do_work, bool for_ever)
{
  size_t k = 1;
  for (; k < FAULT_STEPS_MAX; k++) {
    failing_malloc_arm(k, for_ever);
    const enum status status = do_work();
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
  assert_in_range(k, 2, FAULT_STEPS_MAX - 1);
}

static const work works[] = {define,       write_definition,    choose,
                             write_choice, group_equal_ballots, keep_ballots_apart,
                             tabulate};
enum {
  WORK_COUNT = sizeof(works) / sizeof(works[0])
};

static void each_failure_is_said_when_it_is_the_only_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < WORK_COUNT; i++)
    fail_each_allocation(works[i], false);
}

static void each_failure_is_said_when_all_after_it_fail_too(void **state)
{
  (void)state;
  for (size_t i = 0; i < WORK_COUNT; i++)
    fail_each_allocation(works[i], true);
}

static struct arena whole_arena;

static int start(void **state)
{
  (void)state;
  struct fault fault;
  for (unsigned i = 0; i < PROJECTS; i++) {
    snprintf(ids[i], sizeof ids[i], "p%u", i);
    projects[i] = (struct project){span_of(ids[i]), 1, SPAN(""), SPAN("")};
  }
  election = (struct election){
      .title = SPAN(""),
      .currency = SPAN(""),
      .ballot = ballot_form_any(BALLOT_RANKING),
      .project_count = PROJECTS,
      .projects = projects,
  };
  json_t *rank = json_array();
  for (unsigned i = 0; i < PROJECTS; i++)
    json_array_append_new(rank, json_string(ids[i]));
  large_choice = json_pack("{s:o}", "rank", rank);

  struct profile_builder builder;
  if (profile_begin(&builder, &whole_arena, &election, true, &fault) != STATUS_OK ||
      add_ballots(&builder) != STATUS_OK)
    return -1;
  whole_profile = profile_end(&builder);
  return large_choice == NULL ? -1 : 0;
}

static int stop(void **state)
{
  (void)state;
  json_decref(large_choice);
  arena_free(&whole_arena);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_failure_is_said_when_it_is_the_only_one),
      cmocka_unit_test(each_failure_is_said_when_all_after_it_fail_too),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
