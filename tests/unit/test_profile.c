#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/profile.h"
#include "tests/unit/example.h"

static const struct project projects[] = EXAMPLE_LIST;

struct fixture {
  struct arena arena;
  struct election election;
  struct profile_builder builder;
  struct fault fault;
};

static void begin(struct fixture *fixture, enum ballot_kind kind, bool group_equal)
{
  memset(fixture, 0, sizeof *fixture);
  fixture->election = example_election(projects, kind);
  assert_int_equal(profile_begin(&fixture->builder, &fixture->arena, &fixture->election,
                                 group_equal, &fixture->fault),
                   STATUS_OK);
}

static enum status try_add(struct fixture *fixture, const struct mark *marks, size_t count,
                           uint32_t times)
{
  const struct choice choice = {.count = count, .marks = marks};
  return profile_add(&fixture->builder, &choice, times, &fixture->fault);
}

static void add(struct fixture *fixture, const struct mark *marks, size_t count, uint32_t times)
{
  assert_int_equal(try_add(fixture, marks, count, times), STATUS_OK);
}

/* A group has this multiplicity and these marks. */
static void group_is(const struct profile *profile, size_t group, uint32_t multiplicity,
                     const struct mark *marks, size_t count)
{
  assert_true(group < profile->group_count);
  assert_int_equal(profile->multiplicity[group], multiplicity);
  assert_int_equal(profile->start[group + 1] - profile->start[group], count);
  for (size_t i = 0; i < count; i++) {
    const size_t at = profile->start[group] + i;
    assert_int_equal(profile->project[at], marks[i].project);
    assert_int_equal(profile->value == NULL ? 1 : profile->value[at], marks[i].value);
  }
}

static const struct mark trees[] = {{TREES, 1}};
static const struct mark trees_water[] = {{TREES, 1}, {WATER, 1}};
static const struct mark water[] = {{WATER, 1}};
static const struct mark trees_3[] = {{TREES, 3}};
static const struct mark trees_2_water[] = {{TREES, 2}, {WATER, 1}};

static void no_ballots_are_a_profile_too(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING, true);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.project_count, EXAMPLE_PROJECTS);
  assert_int_equal(profile.kind, BALLOT_RANKING);
  assert_int_equal(profile.voters, 0);
  assert_int_equal(profile.blank, 0);
  assert_int_equal(profile.distinct, 0);
  assert_int_equal(profile.group_count, 0);
  assert_non_null(profile.start);
  assert_int_equal(profile.start[0], 0);
  assert_non_null(profile.multiplicity);
  assert_non_null(profile.project);
  assert_null(profile.value);
  arena_free(&fixture.arena);
}

static void equal_ballots_are_one_group_in_order_of_appearance(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL, true);
  add(&fixture, water, 1, 1);
  add(&fixture, trees_water, 2, 1);
  add(&fixture, water, 1, 1);
  add(&fixture, trees, 1, 1);
  add(&fixture, trees_water, 2, 5);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.voters, 9);
  assert_int_equal(profile.distinct, 3);
  assert_int_equal(profile.group_count, 3);
  group_is(&profile, 0, 2, water, 1);
  group_is(&profile, 1, 6, trees_water, 2);
  group_is(&profile, 2, 1, trees, 1);
  assert_null(profile.value);
  arena_free(&fixture.arena);
}

static void blank_ballots_are_counted_and_grouped(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL, true);
  add(&fixture, NULL, 0, 2);
  add(&fixture, trees, 1, 1);
  add(&fixture, NULL, 0, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.voters, 4);
  assert_int_equal(profile.blank, 3);
  assert_int_equal(profile.distinct, 2);
  assert_int_equal(profile.group_count, 2);
  group_is(&profile, 0, 3, NULL, 0);
  group_is(&profile, 1, 1, trees, 1);
  arena_free(&fixture.arena);
}

static void no_times_is_no_ballot(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL, true);
  add(&fixture, trees, 1, 0);
  add(&fixture, NULL, 0, 0);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.voters, 0);
  assert_int_equal(profile.blank, 0);
  assert_int_equal(profile.group_count, 0);
  assert_int_equal(profile.distinct, 0);
  arena_free(&fixture.arena);
}

static void values_tell_ballots_apart(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS, true);
  add(&fixture, trees, 1, 1);
  add(&fixture, trees_3, 1, 1);
  add(&fixture, trees, 1, 1);
  add(&fixture, trees_3, 1, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.group_count, 2);
  group_is(&profile, 0, 2, trees, 1);
  group_is(&profile, 1, 2, trees_3, 1);
  arena_free(&fixture.arena);
}

static void values_are_kept_from_the_first_that_is_not_1(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS, true);
  add(&fixture, trees_water, 2, 1);
  assert_null(fixture.builder.value);
  add(&fixture, trees_2_water, 2, 1);
  assert_non_null(fixture.builder.value);
  add(&fixture, water, 1, 1);
  add(&fixture, trees_water, 2, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_non_null(profile.value);
  assert_int_equal(profile.group_count, 3);
  group_is(&profile, 0, 2, trees_water, 2);
  group_is(&profile, 1, 1, trees_2_water, 2);
  group_is(&profile, 2, 1, water, 1);
  arena_free(&fixture.arena);
}

static void negative_and_zero_values_are_kept(void **state)
{
  (void)state;
  static const struct mark marks[] = {{TREES, -MARK_VALUE_MAX}, {WATER, 0}};
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES, true);
  add(&fixture, marks, 2, 1);
  const struct profile profile = profile_end(&fixture.builder);
  group_is(&profile, 0, 1, marks, 2);
  assert_int_equal(profile.blank, 0);
  arena_free(&fixture.arena);
}

static void kept_apart_each_ballot_is_a_group_and_distinct_is_the_same(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS, false);
  add(&fixture, trees, 1, 2);
  add(&fixture, trees_3, 1, 1);
  add(&fixture, NULL, 0, 2);
  add(&fixture, trees, 1, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.voters, 6);
  assert_int_equal(profile.blank, 2);
  assert_int_equal(profile.distinct, 3);
  assert_int_equal(profile.group_count, 6);
  group_is(&profile, 0, 1, trees, 1);
  group_is(&profile, 1, 1, trees, 1);
  group_is(&profile, 2, 1, trees_3, 1);
  group_is(&profile, 3, 1, NULL, 0);
  group_is(&profile, 4, 1, NULL, 0);
  group_is(&profile, 5, 1, trees, 1);
  arena_free(&fixture.arena);
}

/* Ballot number `i` of a made-up election with 7 × 11 × 13 different ones. */
static size_t make_ballot(uint32_t i, struct mark marks[3])
{
  marks[0] = (struct mark){TREES, (int32_t)(i % 7)};
  marks[1] = (struct mark){BIKES, (int32_t)(i % 11)};
  marks[2] = (struct mark){LIGHT, (int32_t)(i % 13)};
  return 3;
}

static void many_ballots_are_grouped_exactly(void **state)
{
  (void)state;
  enum {
    DIFFERENT = 7 * 11 * 13,
    ROUNDS = 5
  };
  for (int group_equal = 0; group_equal < 2; group_equal++) {
    struct fixture fixture;
    begin(&fixture, BALLOT_SCORES, group_equal == 1);
    struct mark marks[3];
    for (uint32_t i = 0; i < DIFFERENT * ROUNDS; i++)
      add(&fixture, marks, make_ballot(i, marks), 1);
    const struct profile profile = profile_end(&fixture.builder);
    assert_int_equal(profile.voters, DIFFERENT * ROUNDS);
    assert_int_equal(profile.distinct, DIFFERENT);
    assert_int_equal(profile.group_count, group_equal == 1 ? DIFFERENT : DIFFERENT * ROUNDS);
    for (uint32_t i = 0; i < profile.group_count; i++) {
      make_ballot(i, marks);
      group_is(&profile, i, group_equal == 1 ? ROUNDS : 1, marks, 3);
    }
    arena_free(&fixture.arena);
  }
}

static void ballots_of_equal_hash_are_told_apart_by_their_marks(void **state)
{
  (void)state;
  /* Found by search: other projects, other values, and one mark more. */
  static const struct mark pairs[][2][3] = {
      {{{151, 1}, {3346, 1}, {40000, 1}}, {{2278, 1}, {8812, 1}, {58861, 1}}},
      {{{0, 895}, {1, 1498}, {2, 1}}, {{0, 1424}, {1, 706}, {2, -96741336}}},
      {{{0, 56883}, {22887, -95286040}}, {{0, 56883}}},
  };
  static const size_t counts[][2] = {{3, 3}, {3, 3}, {2, 1}};
  for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
    struct fixture fixture;
    begin(&fixture, BALLOT_SCORES, true);
    fixture.builder.profile.project_count = ELECTION_PROJECTS_MAX;
    for (int round = 0; round < 2; round++) {
      add(&fixture, pairs[i][0], counts[i][0], 1);
      add(&fixture, pairs[i][1], counts[i][1], 1);
    }
    const struct profile profile = profile_end(&fixture.builder);
    assert_true(fixture.builder.hash[0] == fixture.builder.hash[1]);
    assert_int_equal(profile.group_count, 2);
    assert_int_equal(profile.distinct, 2);
    group_is(&profile, 0, 2, pairs[i][0], counts[i][0]);
    group_is(&profile, 1, 2, pairs[i][1], counts[i][1]);
    arena_free(&fixture.arena);
  }
}

static void long_ballots_make_room(void **state)
{
  (void)state;
  enum {
    LENGTH = 5000
  };
  static struct mark marks[LENGTH];
  for (uint32_t i = 0; i < LENGTH; i++)
    marks[i] = (struct mark){i, 1};
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL, true);
  add(&fixture, trees, 1, 1);
  add(&fixture, marks, LENGTH, 1);
  marks[LENGTH - 1].value = 2;
  add(&fixture, marks, LENGTH, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.group_count, 3);
  group_is(&profile, 0, 1, trees, 1);
  group_is(&profile, 2, 1, marks, LENGTH);
  marks[LENGTH - 1].value = 1;
  group_is(&profile, 1, 1, marks, LENGTH);
  arena_free(&fixture.arena);
}

static void the_number_of_voters_is_bounded(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL, true);
  add(&fixture, trees, 1, PROFILE_VOTERS_MAX - 1);
  add(&fixture, water, 1, 1);
  assert_int_equal(try_add(&fixture, trees, 1, 1), STATUS_REFUSED);
  assert_string_equal(fixture.fault.where, "voters");
  assert_string_equal(fixture.fault.what, "1073741824 voters and 1 more are too many");
  assert_string_equal(fixture.fault.expected, "at most 1073741824 voters");
  assert_int_equal(try_add(&fixture, trees, 1, UINT32_MAX), STATUS_REFUSED);

  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.voters, PROFILE_VOTERS_MAX);
  group_is(&profile, 0, PROFILE_VOTERS_MAX - 1, trees, 1);
  group_is(&profile, 1, 1, water, 1);
  arena_free(&fixture.arena);
}

static void an_arena_that_is_full_is_an_error(void **state)
{
  (void)state;
  struct fixture fixture;
  memset(&fixture, 0, sizeof fixture);
  fixture.arena.limit = 1;
  fixture.election = example_election(projects, BALLOT_APPROVAL);
  assert_int_equal(
      profile_begin(&fixture.builder, &fixture.arena, &fixture.election, true, &fixture.fault),
      STATUS_NO_MEMORY);
  arena_free(&fixture.arena);
}

static void after_a_failed_allocation_the_builder_is_as_before(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES, true);
  fixture.arena.limit = 200000;
  struct mark marks[3];
  uint32_t added = 0;
  while (try_add(&fixture, marks, make_ballot(added, marks), 1) == STATUS_OK) {
    added++;
    assert_true(added < 7 * 11 * 13);
    /* So that the same group does not come again and the arena must fill. */
    const struct mark other[] = {{BIKES, (int32_t)added}, {WATER, 7}};
    if (try_add(&fixture, other, 2, 1) != STATUS_OK)
      break;
  }
  assert_int_equal(fixture.fault.status, STATUS_NO_MEMORY);
  const size_t groups = fixture.builder.profile.group_count;
  add(&fixture, NULL, 0, 0);
  fixture.arena.limit = 0;
  add(&fixture, trees_3, 1, 1);
  const struct profile profile = profile_end(&fixture.builder);
  assert_int_equal(profile.group_count, groups + 1);
  assert_int_equal(profile.voters, groups + 1);
  assert_int_equal(profile.distinct, groups + 1);
  group_is(&profile, 0, 1, (make_ballot(0, marks), marks), 3);
  group_is(&profile, groups, 1, trees_3, 1);
  arena_free(&fixture.arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_ballots_are_a_profile_too),
      cmocka_unit_test(equal_ballots_are_one_group_in_order_of_appearance),
      cmocka_unit_test(blank_ballots_are_counted_and_grouped),
      cmocka_unit_test(no_times_is_no_ballot),
      cmocka_unit_test(values_tell_ballots_apart),
      cmocka_unit_test(values_are_kept_from_the_first_that_is_not_1),
      cmocka_unit_test(negative_and_zero_values_are_kept),
      cmocka_unit_test(kept_apart_each_ballot_is_a_group_and_distinct_is_the_same),
      cmocka_unit_test(many_ballots_are_grouped_exactly),
      cmocka_unit_test(ballots_of_equal_hash_are_told_apart_by_their_marks),
      cmocka_unit_test(long_ballots_make_room),
      cmocka_unit_test(the_number_of_voters_is_bounded),
      cmocka_unit_test(an_arena_that_is_full_is_an_error),
      cmocka_unit_test(after_a_failed_allocation_the_builder_is_as_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
