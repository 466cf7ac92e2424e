#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/support.h"
#include "tests/unit/example.h"

static const struct project projects[] = EXAMPLE_LIST;

struct ballot {
  uint32_t times;
  size_t count;
  struct mark marks[4];
};

struct fixture {
  struct arena arena;
  struct election election;
  struct profile profile;
  struct support support;
  struct fault fault;
};

/* Zeroed memory; every test ends with arena_free. */
static void cast(struct fixture *fixture, enum ballot_kind kind, const struct ballot *ballots,
                 size_t count)
{
  memset(fixture, 0, sizeof *fixture);
  fixture->election = example_election(projects, kind);
  struct profile_builder builder;
  assert_int_equal(
      profile_begin(&builder, &fixture->arena, &fixture->election, true, &fixture->fault),
      STATUS_OK);
  for (size_t i = 0; i < count; i++) {
    const struct choice choice = {.count = ballots[i].count, .marks = ballots[i].marks};
    assert_int_equal(profile_add(&builder, &choice, ballots[i].times, &fixture->fault), STATUS_OK);
  }
  fixture->profile = profile_end(&builder);
}

static enum status try_make(struct fixture *fixture, enum utility utility)
{
  return support_make(&fixture->election, &fixture->profile, utility, &fixture->arena,
                      &fixture->support, &fixture->fault);
}

static void make(struct fixture *fixture, enum utility utility)
{
  assert_int_equal(try_make(fixture, utility), STATUS_OK);
}

static void project_is(const struct fixture *fixture, uint32_t project, uint64_t votes,
                       int64_t score, uint64_t weight)
{
  assert_int_equal(fixture->support.votes[project], votes);
  assert_int_equal(fixture->support.score[project], score);
  assert_int_equal(fixture->support.weight[project], weight);
}

static void supporters_are(const struct fixture *fixture, uint32_t project,
                           const struct supporter *supporters, size_t count)
{
  const struct support *support = &fixture->support;
  assert_int_equal(support->start[project + 1] - support->start[project], count);
  for (size_t i = 0; i < count; i++) {
    const struct supporter *found = &support->supporters[support->start[project] + i];
    assert_int_equal(found->group, supporters[i].group);
    assert_int_equal(found->weight, supporters[i].weight);
  }
}

static void ballot_is(const struct fixture *fixture, size_t group, const struct mark *marks,
                      size_t count)
{
  const struct support *support = &fixture->support;
  assert_int_equal(support->ballot_start[group + 1] - support->ballot_start[group], count);
  for (size_t i = 0; i < count; i++) {
    const struct mark *found = &support->ballot[support->ballot_start[group] + i];
    assert_int_equal(found->project, marks[i].project);
    assert_int_equal(found->value, marks[i].value);
  }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define CAST(fixture, kind, ballots) cast((fixture), (kind), (ballots), COUNT(ballots))
#define SUPPORTERS_ARE(fixture, project, list)                                                     \
  supporters_are((fixture), (project), (list), COUNT(list))
#define BALLOT_IS(fixture, group, list) ballot_is((fixture), (group), (list), COUNT(list))

/* --- names --- */

static void each_utility_has_a_name_that_is_read_back(void **state)
{
  (void)state;
  static const char *const names[] = {"cardinality", "cost",       "points",
                                      "borda",       "borda-zero", "borda-max"};
  for (unsigned i = 0; i < COUNT(names); i++) {
    enum utility utility = UTILITY_CARDINALITY;
    assert_true(utility_of(span_of(names[i]), &utility));
    assert_int_equal(utility, i);
    assert_string_equal(utility_name(utility), names[i]);
  }
}

static void an_unknown_utility_is_not_read(void **state)
{
  (void)state;
  enum utility utility = UTILITY_COST;
  assert_false(utility_of(SPAN("Cost"), &utility));
  assert_false(utility_of(SPAN("borda_zero"), &utility));
  assert_false(utility_of(SPAN(""), &utility));
  assert_int_equal(utility, UTILITY_COST);
}

static void each_kind_has_a_default(void **state)
{
  (void)state;
  assert_int_equal(utility_default(BALLOT_APPROVAL), UTILITY_CARDINALITY);
  assert_int_equal(utility_default(BALLOT_POINTS), UTILITY_POINTS);
  assert_int_equal(utility_default(BALLOT_RANKING), UTILITY_BORDA);
  assert_int_equal(utility_default(BALLOT_SCORES), UTILITY_POINTS);
  assert_int_equal(utility_default(BALLOT_SPLIT), UTILITY_POINTS);
  assert_int_equal(utility_default(BALLOT_ANSWER), UTILITY_CARDINALITY);
}

static void a_utility_of_another_kind_is_refused(void **state)
{
  (void)state;
  /* A letter for each utility, in order. */
  static const struct {
    enum ballot_kind kind;
    const char *utilities;
  } table[] = {
      {BALLOT_APPROVAL, "yy----"}, {BALLOT_POINTS, "yyy---"}, {BALLOT_RANKING, "yy-yyy"},
      {BALLOT_SCORES, "yyy---"},   {BALLOT_SPLIT, "yyy---"},  {BALLOT_ANSWER, "yy----"},
  };
  for (size_t i = 0; i < COUNT(table); i++) {
    for (unsigned utility = 0; utility < 6; utility++) {
      struct fixture fixture;
      cast(&fixture, table[i].kind, NULL, 0);
      assert_int_equal(try_make(&fixture, (enum utility)utility),
                       table[i].utilities[utility] == 'y' ? STATUS_OK : STATUS_REFUSED);
      arena_free(&fixture.arena);
    }
  }
}

static void a_refused_utility_is_named_with_those_that_are_not(void **state)
{
  (void)state;
  struct fixture fixture;
  cast(&fixture, BALLOT_RANKING, NULL, 0);
  assert_int_equal(try_make(&fixture, UTILITY_POINTS), STATUS_REFUSED);
  assert_string_equal(fixture.fault.where, "utility");
  assert_string_equal(fixture.fault.what, "'ranking' ballots have no utility 'points'");
  assert_string_equal(fixture.fault.expected,
                      "one of cardinality, cost, borda, borda-zero, borda-max");
  arena_free(&fixture.arena);
}

/* --- approvals --- */

static const struct ballot approvals[] = {
    {3, 2, {{TREES, 1}, {WATER, 1}}},
    {2, 0, {{0, 0}}},
    {4, 3, {{TREES, 1}, {BIKES, 1}, {WATER, 1}}},
    {1, 1, {{WATER, 1}}},
};

static void approvals_count_one_for_each_voter(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_APPROVAL, approvals);
  make(&fixture, UTILITY_CARDINALITY);
  assert_int_equal(fixture.support.project_count, EXAMPLE_PROJECTS);
  assert_int_equal(fixture.support.group_count, 4);
  assert_int_equal(fixture.support.voters, 10);
  assert_ptr_equal(fixture.support.multiplicity, fixture.profile.multiplicity);
  project_is(&fixture, TREES, 7, 7, 7);
  project_is(&fixture, BIKES, 4, 4, 4);
  project_is(&fixture, WATER, 8, 8, 8);
  project_is(&fixture, LIGHT, 0, 0, 0);
  for (size_t i = 0; i < EXAMPLE_PROJECTS; i++)
    assert_int_equal(fixture.support.scale[i], 1);
  arena_free(&fixture.arena);
}

static void both_sides_say_the_same(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_APPROVAL, approvals);
  make(&fixture, UTILITY_CARDINALITY);
  static const struct supporter of_trees[] = {{0, 1}, {2, 1}};
  static const struct supporter of_bikes[] = {{2, 1}};
  static const struct supporter of_water[] = {{0, 1}, {2, 1}, {3, 1}};
  assert_int_equal(fixture.support.start[0], 0);
  SUPPORTERS_ARE(&fixture, TREES, of_trees);
  SUPPORTERS_ARE(&fixture, BIKES, of_bikes);
  SUPPORTERS_ARE(&fixture, WATER, of_water);
  supporters_are(&fixture, LIGHT, NULL, 0);
  ballot_is(&fixture, 0, approvals[0].marks, 2);
  ballot_is(&fixture, 1, NULL, 0);
  ballot_is(&fixture, 2, approvals[2].marks, 3);
  ballot_is(&fixture, 3, approvals[3].marks, 1);
  arena_free(&fixture.arena);
}

static void cost_is_the_scale_and_not_the_weight(void **state)
{
  (void)state;
  static const struct ballot ballots[] = {{2, 2, {{TREES, 1}, {LIGHT, 1}}}};
  struct fixture fixture;
  CAST(&fixture, BALLOT_APPROVAL, ballots);
  make(&fixture, UTILITY_COST);
  project_is(&fixture, TREES, 2, 2, 2);
  project_is(&fixture, LIGHT, 2, 2, 2);
  for (size_t i = 0; i < EXAMPLE_PROJECTS; i++)
    assert_int_equal(fixture.support.scale[i], projects[i].cost);
  arena_free(&fixture.arena);
}

static void nobody_voting_is_a_table_too(void **state)
{
  (void)state;
  struct fixture fixture;
  cast(&fixture, BALLOT_APPROVAL, NULL, 0);
  make(&fixture, UTILITY_CARDINALITY);
  assert_int_equal(fixture.support.voters, 0);
  assert_int_equal(fixture.support.group_count, 0);
  assert_int_equal(fixture.support.start[EXAMPLE_PROJECTS], 0);
  assert_int_equal(fixture.support.ballot_start[0], 0);
  project_is(&fixture, TREES, 0, 0, 0);
  arena_free(&fixture.arena);
}

static void answers_count_as_approvals(void **state)
{
  (void)state;
  static const struct ballot ballots[] = {{5, 1, {{LIGHT, 1}}}, {2, 1, {{BIKES, 1}}}};
  struct fixture fixture;
  CAST(&fixture, BALLOT_ANSWER, ballots);
  make(&fixture, UTILITY_CARDINALITY);
  project_is(&fixture, LIGHT, 5, 5, 5);
  project_is(&fixture, BIKES, 2, 2, 2);
  arena_free(&fixture.arena);
}

/* --- points, scores, splits --- */

static const struct ballot graded[] = {
    {2, 3, {{TREES, 5}, {BIKES, 0}, {WATER, -3}}},
    {3, 2, {{TREES, 1}, {WATER, 4}}},
};

static void points_are_weights(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_SCORES, graded);
  make(&fixture, UTILITY_POINTS);
  static const struct supporter of_trees[] = {{0, 5}, {1, 1}};
  static const struct supporter of_water[] = {{1, 4}};
  static const struct mark first[] = {{TREES, 5}};
  static const struct mark second[] = {{TREES, 1}, {WATER, 4}};
  project_is(&fixture, TREES, 5, 13, 13);
  SUPPORTERS_ARE(&fixture, TREES, of_trees);
  SUPPORTERS_ARE(&fixture, WATER, of_water);
  BALLOT_IS(&fixture, 0, first);
  BALLOT_IS(&fixture, 1, second);
  arena_free(&fixture.arena);
}

static void zero_and_less_are_no_support_but_count_in_the_score(void **state)
{
  (void)state;
  static const enum utility utilities[] = {UTILITY_POINTS, UTILITY_CARDINALITY, UTILITY_COST};
  for (size_t i = 0; i < COUNT(utilities); i++) {
    struct fixture fixture;
    CAST(&fixture, BALLOT_SCORES, graded);
    make(&fixture, utilities[i]);
    project_is(&fixture, BIKES, 0, 0, 0);
    project_is(&fixture, WATER, 3, 6, i == 0 ? 12 : 3);
    supporters_are(&fixture, BIKES, NULL, 0);
    arena_free(&fixture.arena);
  }
}

static void points_read_as_approval_weigh_one(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_POINTS, graded);
  make(&fixture, UTILITY_CARDINALITY);
  static const struct supporter of_trees[] = {{0, 1}, {1, 1}};
  project_is(&fixture, TREES, 5, 13, 5);
  SUPPORTERS_ARE(&fixture, TREES, of_trees);
  arena_free(&fixture.arena);
}

static void points_named_with_zero_are_approved_but_weigh_nothing(void **state)
{
  (void)state;
  static const struct ballot ballots[] = {{2, 2, {{TREES, 5}, {BIKES, 0}}}};
  struct fixture fixture;
  CAST(&fixture, BALLOT_POINTS, ballots);
  make(&fixture, UTILITY_CARDINALITY);
  project_is(&fixture, BIKES, 2, 0, 2);
  make(&fixture, UTILITY_COST);
  project_is(&fixture, BIKES, 2, 0, 2);
  make(&fixture, UTILITY_POINTS);
  project_is(&fixture, BIKES, 0, 0, 0);
  arena_free(&fixture.arena);
}

static void basis_points_are_weights(void **state)
{
  (void)state;
  static const struct ballot ballots[] = {{2, 2, {{TREES, 6000}, {WATER, 4000}}}};
  struct fixture fixture;
  CAST(&fixture, BALLOT_SPLIT, ballots);
  make(&fixture, UTILITY_POINTS);
  project_is(&fixture, TREES, 2, 12000, 12000);
  arena_free(&fixture.arena);
}

static void the_largest_sums_are_exact(void **state)
{
  (void)state;
  static const struct ballot ballots[] = {
      {PROFILE_VOTERS_MAX, 2, {{TREES, MARK_VALUE_MAX}, {WATER, -MARK_VALUE_MAX}}}};
  struct fixture fixture;
  CAST(&fixture, BALLOT_SCORES, ballots);
  make(&fixture, UTILITY_POINTS);
  const int64_t most = INT64_C(1073741824) * 1000000000;
  project_is(&fixture, TREES, PROFILE_VOTERS_MAX, most, (uint64_t)most);
  project_is(&fixture, WATER, 0, -most, 0);
  arena_free(&fixture.arena);
}

/* --- rankings --- */

/* bikes > trees > water, twice; water alone, once. */
static const struct ballot rankings[] = {
    {2, 3, {{TREES, 2}, {BIKES, 1}, {WATER, 3}}},
    {1, 1, {{WATER, 1}}},
};

static void borda_gives_the_last_one_point(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  make(&fixture, UTILITY_BORDA);
  static const struct mark first[] = {{TREES, 2}, {BIKES, 3}, {WATER, 1}};
  static const struct mark second[] = {{WATER, 1}};
  BALLOT_IS(&fixture, 0, first);
  BALLOT_IS(&fixture, 1, second);
  project_is(&fixture, TREES, 2, 4, 4);
  project_is(&fixture, BIKES, 2, 6, 6);
  project_is(&fixture, WATER, 3, 3, 3);
  arena_free(&fixture.arena);
}

static void borda_zero_gives_the_last_nothing(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  make(&fixture, UTILITY_BORDA_ZERO);
  static const struct mark first[] = {{TREES, 1}, {BIKES, 2}};
  BALLOT_IS(&fixture, 0, first);
  ballot_is(&fixture, 1, NULL, 0);
  project_is(&fixture, TREES, 2, 4, 2);
  project_is(&fixture, BIKES, 2, 6, 4);
  project_is(&fixture, WATER, 0, 3, 0);
  arena_free(&fixture.arena);
}

static void borda_max_counts_from_the_longest_allowed(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  fixture.election.ballot.max = 10;
  make(&fixture, UTILITY_BORDA_MAX);
  static const struct mark first[] = {{TREES, 9}, {BIKES, 10}, {WATER, 8}};
  static const struct mark second[] = {{WATER, 10}};
  BALLOT_IS(&fixture, 0, first);
  BALLOT_IS(&fixture, 1, second);
  project_is(&fixture, WATER, 3, 3, 26);
  arena_free(&fixture.arena);
}

static void borda_max_counts_from_the_longest_cast_without_a_limit(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  make(&fixture, UTILITY_BORDA_MAX);
  static const struct mark first[] = {{TREES, 2}, {BIKES, 3}, {WATER, 1}};
  static const struct mark second[] = {{WATER, 3}};
  BALLOT_IS(&fixture, 0, first);
  BALLOT_IS(&fixture, 1, second);
  arena_free(&fixture.arena);
}

static void ranks_past_the_longest_allowed_are_no_support(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  fixture.election.ballot.max = 2;
  make(&fixture, UTILITY_BORDA_MAX);
  static const struct mark first[] = {{TREES, 1}, {BIKES, 2}};
  BALLOT_IS(&fixture, 0, first);
  project_is(&fixture, WATER, 1, 3, 2);
  arena_free(&fixture.arena);
}

static void borda_max_keeps_its_sums_in_62_bits(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  fixture.election.ballot.max = MARK_VALUE_MAX;
  make(&fixture, UTILITY_BORDA_MAX);
  project_is(&fixture, BIKES, 2, 6, UINT64_C(2000000000));
  fixture.election.ballot.max = MARK_VALUE_MAX + 1;
  assert_int_equal(try_make(&fixture, UTILITY_BORDA_MAX), STATUS_REFUSED);
  assert_string_equal(fixture.fault.where, "utility");
  assert_string_equal(fixture.fault.what, "the ballots allow 1000000001 ranks");
  assert_string_equal(fixture.fault.expected,
                      "rankings of at most 1000000000 projects for 'borda-max'");
  make(&fixture, UTILITY_BORDA);
  arena_free(&fixture.arena);
}

static void rankings_read_as_approval_weigh_one_and_keep_their_score(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_RANKING, rankings);
  make(&fixture, UTILITY_COST);
  project_is(&fixture, TREES, 2, 4, 2);
  project_is(&fixture, BIKES, 2, 6, 2);
  project_is(&fixture, WATER, 3, 3, 3);
  arena_free(&fixture.arena);
}

static void a_default_score_above_zero_is_refused(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_APPROVAL, approvals);
  fixture.election.ballot.kind = BALLOT_SCORES;
  fixture.profile.kind = BALLOT_SCORES;
  fixture.election.ballot.unscored = 2;
  assert_int_equal(support_make(&fixture.election, &fixture.profile, UTILITY_POINTS, &fixture.arena,
                                &fixture.support, &fixture.fault),
                   STATUS_REFUSED);
  assert_string_equal(fixture.fault.where, "ballot");
  assert_string_equal(fixture.fault.what, "projects without a score would have 2, and rules here "
                                          "count only what ballots name");
  fixture.election.ballot.unscored = 0;
  assert_int_equal(support_make(&fixture.election, &fixture.profile, UTILITY_POINTS, &fixture.arena,
                                &fixture.support, &fixture.fault),
                   STATUS_OK);
  arena_free(&fixture.arena);
}

static void an_arena_that_is_full_is_an_error(void **state)
{
  (void)state;
  struct fixture fixture;
  CAST(&fixture, BALLOT_APPROVAL, approvals);
  struct arena full = {.limit = 1};
  assert_int_equal(support_make(&fixture.election, &fixture.profile, UTILITY_CARDINALITY, &full,
                                &fixture.support, &fixture.fault),
                   STATUS_NO_MEMORY);
  assert_int_equal(fixture.fault.status, STATUS_NO_MEMORY);
  arena_free(&full);
  arena_free(&fixture.arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_utility_has_a_name_that_is_read_back),
      cmocka_unit_test(an_unknown_utility_is_not_read),
      cmocka_unit_test(each_kind_has_a_default),
      cmocka_unit_test(a_utility_of_another_kind_is_refused),
      cmocka_unit_test(a_refused_utility_is_named_with_those_that_are_not),
      cmocka_unit_test(approvals_count_one_for_each_voter),
      cmocka_unit_test(both_sides_say_the_same),
      cmocka_unit_test(cost_is_the_scale_and_not_the_weight),
      cmocka_unit_test(nobody_voting_is_a_table_too),
      cmocka_unit_test(answers_count_as_approvals),
      cmocka_unit_test(points_are_weights),
      cmocka_unit_test(zero_and_less_are_no_support_but_count_in_the_score),
      cmocka_unit_test(points_read_as_approval_weigh_one),
      cmocka_unit_test(points_named_with_zero_are_approved_but_weigh_nothing),
      cmocka_unit_test(basis_points_are_weights),
      cmocka_unit_test(the_largest_sums_are_exact),
      cmocka_unit_test(borda_gives_the_last_one_point),
      cmocka_unit_test(borda_zero_gives_the_last_nothing),
      cmocka_unit_test(borda_max_counts_from_the_longest_allowed),
      cmocka_unit_test(borda_max_counts_from_the_longest_cast_without_a_limit),
      cmocka_unit_test(ranks_past_the_longest_allowed_are_no_support),
      cmocka_unit_test(borda_max_keeps_its_sums_in_62_bits),
      cmocka_unit_test(rankings_read_as_approval_weigh_one_and_keep_their_score),
      cmocka_unit_test(a_default_score_above_zero_is_refused),
      cmocka_unit_test(an_arena_that_is_full_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
