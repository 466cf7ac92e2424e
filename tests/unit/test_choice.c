#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/choice.h"
#include "tests/unit/ballot_readers.h"
#include "tests/unit/example.h"

static const struct project projects[] = EXAMPLE_LIST;

struct fixture {
  struct arena arena;
  struct election election;
  struct project_index index;
  struct choice choice;
  struct fault fault;
};

static void begin(struct fixture *fixture, enum ballot_kind kind)
{
  memset(fixture, 0, sizeof *fixture);
  fixture->election = example_election(projects, kind);
  assert_int_equal(
      project_index_make(&fixture->election, &fixture->arena, &fixture->index, &fixture->fault),
      STATUS_OK);
}

static void end(struct fixture *fixture)
{
  arena_free(&fixture->arena);
}

static enum status try_read(struct fixture *fixture, const char *text)
{
  json_t *value = NULL;
  assert_int_equal(canonical_read(span_of(text), 4096, &value, &fixture->fault), STATUS_OK);
  const enum status status =
      choice_read(value, &fixture->index, &fixture->arena, &fixture->choice, &fixture->fault);
  json_decref(value);
  assert_true(readers_of_choices_agree(span_of(text), &fixture->index));
  return status;
}

/* Reads a choice with these marks, which must be written as the same text again. */
static void reads(struct fixture *fixture, const char *text, const struct mark *marks, size_t count)
{
  if (try_read(fixture, text) != STATUS_OK)
    fail_msg("%s refused: %s: %s (%s)", text, fixture->fault.where, fixture->fault.what,
             fixture->fault.expected);
  assert_int_equal(fixture->choice.count, count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(fixture->choice.marks[i].project, marks[i].project);
    assert_int_equal(fixture->choice.marks[i].value, marks[i].value);
  }

  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  choice_write(&fixture->choice, &fixture->election, &writer);
  buffer_add_byte(&buffer, '\0');
  assert_false(buffer.failed);
  assert_string_equal(buffer.bytes, text);
  buffer_free(&buffer);
}

#define READS(fixture, text, marks)                                                                \
  reads((fixture), (text), (marks), sizeof(marks) / sizeof(*(marks)))

static void accepts(struct fixture *fixture, const char *text)
{
  if (try_read(fixture, text) != STATUS_OK)
    fail_msg("%s refused: %s: %s (%s)", text, fixture->fault.where, fixture->fault.what,
             fixture->fault.expected);
}

static void refusal_is(const struct fixture *fixture, const char *where, const char *what,
                       const char *expected)
{
  assert_int_equal(fixture->fault.status, STATUS_REFUSED);
  assert_string_equal(fixture->fault.where, where);
  assert_string_equal(fixture->fault.what, what);
  assert_string_equal(fixture->fault.expected, expected);
}

static void refuses(struct fixture *fixture, const char *text, const char *where, const char *what,
                    const char *expected)
{
  fixture->choice.count = 99;
  assert_int_equal(try_read(fixture, text), STATUS_REFUSED);
  assert_int_equal(fixture->choice.count, 99);
  refusal_is(fixture, where, what, expected);
}

/* Marks as a reader of another format has them. */
static enum status check(struct fixture *fixture, const struct mark *marks, size_t count)
{
  const struct choice choice = {.count = count, .marks = marks};
  return choice_check(&choice, &fixture->election, &fixture->fault);
}

/* --- projects by id --- */

static void projects_are_found_by_id(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  for (size_t i = 0; i < EXAMPLE_PROJECTS; i++)
    assert_int_equal(project_index_find(&fixture.index, projects[i].id), i);
  assert_int_equal(project_index_find(&fixture.index, SPAN("tree")), -1);
  assert_int_equal(project_index_find(&fixture.index, SPAN("Trees")), -1);
  assert_int_equal(project_index_find(&fixture.index, SPAN("")), -1);
  end(&fixture);
}

static void many_projects_are_found(void **state)
{
  (void)state;
  enum {
    COUNT = 3000
  };
  static struct project many[COUNT];
  static char ids[COUNT][8];
  for (unsigned i = 0; i < COUNT; i++) {
    snprintf(ids[i], sizeof ids[i], "%u", i);
    many[i] = (struct project){span_of(ids[i]), 1, SPAN(""), SPAN("")};
  }
  struct arena arena = {0};
  struct fault fault;
  struct project_index index;
  struct election election = example_election(many, BALLOT_APPROVAL);
  election.project_count = COUNT;
  assert_int_equal(project_index_make(&election, &arena, &index, &fault), STATUS_OK);
  for (unsigned i = 0; i < COUNT; i++)
    assert_int_equal(project_index_find(&index, many[i].id), i);
  assert_int_equal(project_index_find(&index, SPAN("3000")), -1);
  arena_free(&arena);
}

static void an_election_of_one_project_has_an_index(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct fault fault;
  struct project_index index;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  election.project_count = 1;
  assert_int_equal(project_index_make(&election, &arena, &index, &fault), STATUS_OK);
  assert_int_equal(project_index_find(&index, SPAN("trees")), 0);
  assert_int_equal(project_index_find(&index, SPAN("bikes")), -1);
  arena_free(&arena);
}

static void an_index_needs_memory(void **state)
{
  (void)state;
  struct arena arena = {.limit = 1};
  struct fault fault;
  struct project_index index;
  const struct election election = example_election(projects, BALLOT_APPROVAL);
  assert_int_equal(project_index_make(&election, &arena, &index, &fault), STATUS_NO_MEMORY);
  arena_free(&arena);
}

/* --- blank and shape --- */

static const enum ballot_kind all_kinds[] = {BALLOT_APPROVAL, BALLOT_POINTS, BALLOT_RANKING,
                                             BALLOT_SCORES,   BALLOT_SPLIT,  BALLOT_ANSWER};
enum {
  KIND_COUNT = sizeof(all_kinds) / sizeof(all_kinds[0])
};

static const char *const shapes[] = {
    "{\"approve\":[ids, sorted]} or {\"blank\":true}",
    "{\"points\":{id: points}} or {\"blank\":true}",
    "{\"rank\":[ids, the most wanted first]} or {\"blank\":true}",
    "{\"scores\":{id: score}} or {\"blank\":true}",
    "{\"split\":{id: basis points}} or {\"blank\":true}",
    "{\"answer\":id} or {\"blank\":true}",
};

static void blank_is_possible_in_every_kind(void **state)
{
  (void)state;
  for (size_t i = 0; i < KIND_COUNT; i++) {
    struct fixture fixture;
    begin(&fixture, all_kinds[i]);
    fixture.election.ballot.min = all_kinds[i] == BALLOT_APPROVAL ? 2 : LIMIT_NONE;
    reads(&fixture, "{\"blank\":true}", NULL, 0);
    end(&fixture);
  }
}

static void blank_has_one_spelling(void **state)
{
  (void)state;
  const char *what = "a choice that names nothing has another spelling";
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  refuses(&fixture, "{\"approve\":[]}", "approve", what, "{\"blank\":true}");
  refuses(&fixture, "{\"blank\":false}", "blank", "a blank choice says true and nothing else",
          shapes[0]);
  refuses(&fixture, "{\"blank\":1}", "blank", "a blank choice says true and nothing else",
          shapes[0]);
  refuses(&fixture, "{\"approve\":[],\"blank\":true}", "choice",
          "this is not an object with one member", shapes[0]);
  end(&fixture);
  static const char *const empty[] = {NULL, "{\"points\":{}}", "{\"rank\":[]}", "{\"scores\":{}}",
                                      "{\"split\":{}}"};
  static const char *const members[] = {NULL, "points", "rank", "scores", "split"};
  for (size_t i = 1; i < 5; i++) {
    begin(&fixture, all_kinds[i]);
    refuses(&fixture, empty[i], members[i], what, "{\"blank\":true}");
    end(&fixture);
  }
  begin(&fixture, BALLOT_ANSWER);
  refuses(&fixture, "{\"answer\":\"\"}", "answer", "there is no project ''",
          "the id of a project of this election");
  end(&fixture);
}

static void a_choice_is_an_object_with_one_member(void **state)
{
  (void)state;
  const char *what = "this is not an object with one member";
  for (size_t i = 0; i < KIND_COUNT; i++) {
    struct fixture fixture;
    begin(&fixture, all_kinds[i]);
    refuses(&fixture, "{}", "choice", what, shapes[i]);
    refuses(&fixture, "[]", "choice", what, shapes[i]);
    refuses(&fixture, "null", "choice", what, shapes[i]);
    refuses(&fixture, "\"trees\"", "choice", what, shapes[i]);
    refuses(&fixture, "{\"a\":1,\"b\":2}", "choice", what, shapes[i]);
    end(&fixture);
  }
}

static void a_member_of_another_kind_is_refused(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  refuses(&fixture, "{\"approve\":[\"trees\"]}", "choice",
          "'approve' is not a member of a choice on 'ranking' ballots", shapes[2]);
  refuses(&fixture, "{\"ran\":[\"trees\"]}", "choice",
          "'ran' is not a member of a choice on 'ranking' ballots", shapes[2]);
  end(&fixture);
}

static void a_member_of_the_wrong_shape_is_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *where;
    const char *what;
  } cases[] = {
      {"{\"approve\":\"trees\"}", "approve", "this is not a list"},
      {"{\"points\":[1]}", "points", "this is not an object"},
      {"{\"rank\":{\"trees\":1}}", "rank", "this is not a list"},
      {"{\"scores\":5}", "scores", "this is not an object"},
      {"{\"split\":null}", "split", "this is not an object"},
      {"{\"answer\":[\"trees\"]}", "answer", "this is not an answer's id"},
  };
  for (size_t i = 0; i < KIND_COUNT; i++) {
    struct fixture fixture;
    begin(&fixture, all_kinds[i]);
    refuses(&fixture, cases[i].text, cases[i].where, cases[i].what, shapes[i]);
    end(&fixture);
  }
}

static void an_unknown_project_is_named(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    const char *where;
  } cases[] = {
      {"{\"approve\":[\"bikes\",\"roads\"]}", "approve[1]"},
      {"{\"points\":{\"roads\":1}}", "points"},
      {"{\"rank\":[\"roads\"]}", "rank[0]"},
      {"{\"scores\":{\"roads\":1}}", "scores"},
      {"{\"split\":{\"roads\":10000}}", "split"},
      {"{\"answer\":\"roads\"}", "answer"},
  };
  for (size_t i = 0; i < KIND_COUNT; i++) {
    struct fixture fixture;
    begin(&fixture, all_kinds[i]);
    refuses(&fixture, cases[i].text, cases[i].where, "there is no project 'roads'",
            "the id of a project of this election");
    end(&fixture);
  }
}

static void more_marks_than_projects_are_refused(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  refuses(&fixture, "{\"rank\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", "rank",
          "5 are named of 4 projects", "each project of the election at most once");
  end(&fixture);
}

/* --- approval --- */

static void approvals_are_read_in_the_order_of_the_election(void **state)
{
  (void)state;
  static const struct mark one[] = {{BIKES, 1}};
  static const struct mark all[] = {{TREES, 1}, {BIKES, 1}, {WATER, 1}, {LIGHT, 1}};
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  READS(&fixture, "{\"approve\":[\"bikes\"]}", one);
  READS(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\",\"water\"]}", all);
  end(&fixture);
}

static void approvals_are_sorted_without_repeats(void **state)
{
  (void)state;
  const char *expected = "ids in the order of their bytes, each once";
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  refuses(&fixture, "{\"approve\":[\"trees\",\"bikes\"]}", "approve[1]",
          "'bikes' stands after 'trees'", expected);
  refuses(&fixture, "{\"approve\":[\"bikes\",\"trees\",\"trees\"]}", "approve[2]",
          "'trees' stands after 'trees'", expected);
  end(&fixture);
}

static void approvals_are_ids(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  refuses(&fixture, "{\"approve\":[\"bikes\",1]}", "approve[1]", "this is not the id of a project",
          shapes[0]);
  end(&fixture);
}

static void approvals_number_from_min_to_max(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  fixture.election.ballot.min = 2;
  fixture.election.ballot.max = 3;
  refuses(&fixture, "{\"approve\":[\"bikes\"]}", "approve", "the number of projects named is 1",
          "from 2 to 3");
  accepts(&fixture, "{\"approve\":[\"bikes\",\"light\"]}");
  accepts(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\"]}");
  refuses(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\",\"water\"]}", "approve",
          "the number of projects named is 4", "from 2 to 3");
  fixture.election.ballot.min = LIMIT_NONE;
  refuses(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\",\"water\"]}", "approve",
          "the number of projects named is 4", "at most 3");
  fixture.election.ballot.min = 2;
  fixture.election.ballot.max = LIMIT_NONE;
  refuses(&fixture, "{\"approve\":[\"bikes\"]}", "approve", "the number of projects named is 1",
          "at least 2");
  fixture.election.ballot.max = 2;
  refuses(&fixture, "{\"approve\":[\"bikes\"]}", "approve", "the number of projects named is 1",
          "exactly 2");
  end(&fixture);
}

static void a_knapsack_holds_exactly_its_cost(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  fixture.election.ballot.max_cost = 800;
  accepts(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\"]}");
  fixture.election.ballot.max_cost = 799;
  refuses(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\"]}", "approve",
          "the cost of the projects named together is 800", "at most 799");
  fixture.election.ballot.max_cost = 0;
  accepts(&fixture, "{\"approve\":[\"light\"]}");
  end(&fixture);
}

static void the_largest_costs_do_not_overflow(void **state)
{
  (void)state;
  struct project dear[EXAMPLE_PROJECTS] = EXAMPLE_LIST;
  for (size_t i = 0; i < EXAMPLE_PROJECTS; i++)
    dear[i].cost = MONEY_MAX;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  fixture.election.projects = dear;
  fixture.election.ballot.max_cost = MONEY_MAX;
  accepts(&fixture, "{\"approve\":[\"trees\"]}");
  refuses(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\"]}", "approve",
          "the cost of some of the projects named is 18014398509481982",
          "at most 9007199254740991");
  fixture.election.ballot.max_cost = LIMIT_NONE;
  accepts(&fixture, "{\"approve\":[\"bikes\",\"light\",\"trees\",\"water\"]}");
  end(&fixture);
}

/* --- points --- */

static void points_are_read_with_their_values(void **state)
{
  (void)state;
  static const struct mark marks[] = {{TREES, 2}, {BIKES, 5}};
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  READS(&fixture, "{\"points\":{\"bikes\":5,\"trees\":2}}", marks);
  end(&fixture);
}

static void points_are_whole_numbers_above_zero(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  refuses(&fixture, "{\"points\":{\"trees\":0}}", "points",
          "the value of 'trees' is 0, which it has without being named",
          "only projects with another value");
  refuses(&fixture, "{\"points\":{\"trees\":-1}}", "points", "the value of 'trees' is -1",
          "from 0 to 1000000000");
  refuses(&fixture, "{\"points\":{\"trees\":\"1\"}}", "points",
          "the value of 'trees' is not a whole number", "a whole number");
  accepts(&fixture, "{\"points\":{\"trees\":1000000000}}");
  refuses(&fixture, "{\"points\":{\"trees\":1000000001}}", "points",
          "the value of 'trees' is 1000000001", "from -1000000000 to 1000000000");
  refuses(&fixture, "{\"points\":{\"trees\":4294967297}}", "points",
          "the value of 'trees' is 4294967297", "from -1000000000 to 1000000000");
  end(&fixture);
}

static void one_project_has_at_most_its_points(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  fixture.election.ballot.max_per_project = 3;
  accepts(&fixture, "{\"points\":{\"bikes\":3,\"trees\":3}}");
  refuses(&fixture, "{\"points\":{\"bikes\":3,\"trees\":4}}", "points", "the value of 'trees' is 4",
          "from 0 to 3");
  static const struct mark large[] = {{TREES, MARK_VALUE_MAX + 1}};
  fixture.election.ballot.max_per_project = MONEY_MAX;
  assert_int_equal(check(&fixture, large, 1), STATUS_REFUSED);
  refusal_is(&fixture, "points", "the value of 'trees' is 1000000001", "from 0 to 1000000000");
  end(&fixture);
}

static void points_add_up_to_at_most_those_to_give(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  fixture.election.ballot.points = 5;
  accepts(&fixture, "{\"points\":{\"bikes\":3,\"trees\":2}}");
  accepts(&fixture, "{\"points\":{\"bikes\":1}}");
  refuses(&fixture, "{\"points\":{\"bikes\":3,\"trees\":3}}", "points",
          "the sum of the points is 6", "at most 5");
  fixture.election.ballot.min_points = 2;
  accepts(&fixture, "{\"points\":{\"bikes\":2}}");
  refuses(&fixture, "{\"points\":{\"bikes\":1}}", "points", "the sum of the points is 1",
          "from 2 to 5");
  end(&fixture);
}

static void exact_points_are_all_given(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  fixture.election.ballot.points = 5;
  fixture.election.ballot.exact = true;
  accepts(&fixture, "{\"points\":{\"bikes\":3,\"trees\":2}}");
  refuses(&fixture, "{\"points\":{\"bikes\":3,\"trees\":1}}", "points",
          "the sum of the points is 4", "exactly 5");
  refuses(&fixture, "{\"points\":{\"bikes\":3,\"trees\":3}}", "points",
          "the sum of the points is 6", "exactly 5");
  accepts(&fixture, "{\"blank\":true}");
  end(&fixture);
}

static void points_go_to_at_least_min_projects(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  fixture.election.ballot.min = 2;
  accepts(&fixture, "{\"points\":{\"bikes\":3,\"trees\":2}}");
  refuses(&fixture, "{\"points\":{\"bikes\":5}}", "points", "the number of projects named is 1",
          "at least 2");
  end(&fixture);
}

/* --- ranking --- */

static void ranks_follow_the_list(void **state)
{
  (void)state;
  static const struct mark marks[] = {{TREES, 3}, {BIKES, 2}, {WATER, 1}};
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  READS(&fixture, "{\"rank\":[\"water\",\"bikes\",\"trees\"]}", marks);
  end(&fixture);
}

static void a_project_has_one_rank(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  refuses(&fixture, "{\"rank\":[\"water\",\"bikes\",\"water\"]}", "rank", "'water' is ranked twice",
          "each project once");
  end(&fixture);
}

static void ranks_number_from_min_to_max(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  fixture.election.ballot.min = 2;
  fixture.election.ballot.max = 2;
  accepts(&fixture, "{\"rank\":[\"water\",\"bikes\"]}");
  refuses(&fixture, "{\"rank\":[\"water\"]}", "rank", "the number of projects named is 1",
          "exactly 2");
  refuses(&fixture, "{\"rank\":[\"water\",\"bikes\",\"trees\"]}", "rank",
          "the number of projects named is 3", "exactly 2");
  end(&fixture);
}

/* --- scores --- */

static void scores_are_read_with_their_values(void **state)
{
  (void)state;
  static const struct mark marks[] = {{TREES, -2}, {WATER, 2}};
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES);
  fixture.election.ballot.lowest = -2;
  fixture.election.ballot.highest = 2;
  READS(&fixture, "{\"scores\":{\"trees\":-2,\"water\":2}}", marks);
  end(&fixture);
}

static void scores_are_on_the_scale(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES);
  fixture.election.ballot.lowest = -2;
  fixture.election.ballot.highest = 2;
  refuses(&fixture, "{\"scores\":{\"trees\":-3}}", "scores", "the value of 'trees' is -3",
          "from -2 to 2");
  refuses(&fixture, "{\"scores\":{\"trees\":3}}", "scores", "the value of 'trees' is 3",
          "from -2 to 2");
  end(&fixture);
}

static void a_scale_below_minus_one_has_ends_too(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES);
  fixture.election.ballot.lowest = -5;
  fixture.election.ballot.highest = -1;
  accepts(&fixture, "{\"scores\":{\"trees\":-1}}");
  refuses(&fixture, "{\"scores\":{\"trees\":4}}", "scores", "the value of 'trees' is 4",
          "from -5 to -1");
  fixture.election.ballot.lowest = -1;
  fixture.election.ballot.highest = 1;
  refuses(&fixture, "{\"scores\":{\"trees\":2}}", "scores", "the value of 'trees' is 2",
          "from -1 to 1");
  end(&fixture);
}

static void a_score_is_not_the_default(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_SCORES);
  fixture.election.ballot.lowest = 0;
  fixture.election.ballot.highest = 5;
  fixture.election.ballot.unscored = 2;
  accepts(&fixture, "{\"scores\":{\"trees\":0}}");
  refuses(&fixture, "{\"scores\":{\"trees\":2}}", "scores",
          "the value of 'trees' is 2, which it has without being named",
          "only projects with another value");
  end(&fixture);
}

/* --- split and answer --- */

static void a_split_adds_up_to_10000(void **state)
{
  (void)state;
  static const struct mark one[] = {{TREES, 10000}};
  static const struct mark two[] = {{TREES, 6000}, {WATER, 4000}};
  struct fixture fixture;
  begin(&fixture, BALLOT_SPLIT);
  READS(&fixture, "{\"split\":{\"trees\":10000}}", one);
  READS(&fixture, "{\"split\":{\"trees\":6000,\"water\":4000}}", two);
  refuses(&fixture, "{\"split\":{\"trees\":6000,\"water\":3999}}", "split",
          "the sum of the basis points is 9999", "exactly 10000");
  refuses(&fixture, "{\"split\":{\"trees\":6000,\"water\":4001}}", "split",
          "the sum of the basis points is 10001", "exactly 10000");
  end(&fixture);
}

static void a_split_has_no_zeros_and_nothing_below(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_SPLIT);
  refuses(&fixture, "{\"split\":{\"trees\":10000,\"water\":0}}", "split",
          "the value of 'water' is 0, which it has without being named",
          "only projects with another value");
  refuses(&fixture, "{\"split\":{\"trees\":10001,\"water\":-1}}", "split",
          "the value of 'trees' is 10001", "from 0 to 10000");
  refuses(&fixture, "{\"split\":{\"bikes\":-1,\"trees\":9999,\"water\":2}}", "split",
          "the value of 'bikes' is -1", "from 0 to 10000");
  end(&fixture);
}

static void an_answer_is_one_project(void **state)
{
  (void)state;
  static const struct mark marks[] = {{BIKES, 1}};
  struct fixture fixture;
  begin(&fixture, BALLOT_ANSWER);
  READS(&fixture, "{\"answer\":\"bikes\"}", marks);
  end(&fixture);
}

/* --- marks from elsewhere --- */

static void ranks_have_no_gap(void **state)
{
  (void)state;
  static const struct mark gap[] = {{TREES, 1}, {BIKES, 3}};
  static const struct mark from_zero[] = {{TREES, 1}, {BIKES, 0}};
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  assert_int_equal(check(&fixture, gap, 2), STATUS_REFUSED);
  refusal_is(&fixture, "rank", "the rank of 'bikes' is 3", "from 1 to 2");
  assert_int_equal(check(&fixture, from_zero, 2), STATUS_REFUSED);
  refusal_is(&fixture, "rank", "the rank of 'bikes' is 0", "from 1 to 2");
  end(&fixture);
}

static void ranks_do_not_repeat(void **state)
{
  (void)state;
  static const struct mark repeated[] = {{TREES, 2}, {BIKES, 1}, {WATER, 2}};
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  assert_int_equal(check(&fixture, repeated, 3), STATUS_REFUSED);
  refusal_is(&fixture, "rank", "the rank 2 is given twice", "each rank from 1 up once");
  end(&fixture);
}

static void as_many_ranks_as_an_election_may_have_are_checked(void **state)
{
  (void)state;
  struct mark *marks = calloc(ELECTION_PROJECTS_MAX, sizeof(*marks));
  assert_non_null(marks);
  for (uint32_t i = 0; i < ELECTION_PROJECTS_MAX; i++)
    marks[i] = (struct mark){i, (int32_t)(ELECTION_PROJECTS_MAX - i)};
  struct fixture fixture;
  begin(&fixture, BALLOT_RANKING);
  assert_int_equal(check(&fixture, marks, ELECTION_PROJECTS_MAX), STATUS_OK);
  marks[0].value = 64;
  assert_int_equal(check(&fixture, marks, ELECTION_PROJECTS_MAX), STATUS_REFUSED);
  refusal_is(&fixture, "rank", "the rank 64 is given twice", "each rank from 1 up once");
  end(&fixture);
  free(marks);
}

static void an_approval_or_an_answer_says_1(void **state)
{
  (void)state;
  static const struct mark twice[] = {{TREES, 2}};
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  assert_int_equal(check(&fixture, twice, 1), STATUS_REFUSED);
  refusal_is(&fixture, "approve", "the value of 'trees' is 2", "exactly 1");
  end(&fixture);
  begin(&fixture, BALLOT_ANSWER);
  assert_int_equal(check(&fixture, twice, 1), STATUS_REFUSED);
  refusal_is(&fixture, "answer", "the value of 'trees' is 2", "exactly 1");
  end(&fixture);
}

static void there_is_one_answer(void **state)
{
  (void)state;
  static const struct mark two[] = {{TREES, 1}, {BIKES, 1}};
  struct fixture fixture;
  begin(&fixture, BALLOT_ANSWER);
  assert_int_equal(check(&fixture, two, 2), STATUS_REFUSED);
  refusal_is(&fixture, "answer", "the number of projects named is 2", "exactly 1");
  end(&fixture);
}

static void zeros_and_defaults_keep_to_the_limits(void **state)
{
  (void)state;
  static const struct mark zero[] = {{TREES, 0}, {BIKES, 5}};
  struct fixture fixture;
  begin(&fixture, BALLOT_POINTS);
  assert_int_equal(check(&fixture, zero, 2), STATUS_OK);
  end(&fixture);
  begin(&fixture, BALLOT_SCORES);
  assert_int_equal(check(&fixture, zero, 2), STATUS_OK);
  end(&fixture);
}

static void a_choice_needs_memory(void **state)
{
  (void)state;
  struct fixture fixture;
  begin(&fixture, BALLOT_APPROVAL);
  struct arena full = {.limit = 1};
  json_t *value = NULL;
  assert_int_equal(canonical_read(SPAN("{\"approve\":[\"trees\"]}"), 4096, &value, &fixture.fault),
                   STATUS_OK);
  assert_int_equal(choice_read(value, &fixture.index, &full, &fixture.choice, &fixture.fault),
                   STATUS_NO_MEMORY);
  json_decref(value);
  arena_free(&full);
  end(&fixture);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(projects_are_found_by_id),
      cmocka_unit_test(many_projects_are_found),
      cmocka_unit_test(an_election_of_one_project_has_an_index),
      cmocka_unit_test(an_index_needs_memory),
      cmocka_unit_test(blank_is_possible_in_every_kind),
      cmocka_unit_test(blank_has_one_spelling),
      cmocka_unit_test(a_choice_is_an_object_with_one_member),
      cmocka_unit_test(a_member_of_another_kind_is_refused),
      cmocka_unit_test(a_member_of_the_wrong_shape_is_refused),
      cmocka_unit_test(an_unknown_project_is_named),
      cmocka_unit_test(more_marks_than_projects_are_refused),
      cmocka_unit_test(approvals_are_read_in_the_order_of_the_election),
      cmocka_unit_test(approvals_are_sorted_without_repeats),
      cmocka_unit_test(approvals_are_ids),
      cmocka_unit_test(approvals_number_from_min_to_max),
      cmocka_unit_test(a_knapsack_holds_exactly_its_cost),
      cmocka_unit_test(the_largest_costs_do_not_overflow),
      cmocka_unit_test(points_are_read_with_their_values),
      cmocka_unit_test(points_are_whole_numbers_above_zero),
      cmocka_unit_test(one_project_has_at_most_its_points),
      cmocka_unit_test(points_add_up_to_at_most_those_to_give),
      cmocka_unit_test(exact_points_are_all_given),
      cmocka_unit_test(points_go_to_at_least_min_projects),
      cmocka_unit_test(ranks_follow_the_list),
      cmocka_unit_test(a_project_has_one_rank),
      cmocka_unit_test(ranks_number_from_min_to_max),
      cmocka_unit_test(scores_are_read_with_their_values),
      cmocka_unit_test(scores_are_on_the_scale),
      cmocka_unit_test(a_scale_below_minus_one_has_ends_too),
      cmocka_unit_test(a_score_is_not_the_default),
      cmocka_unit_test(a_split_adds_up_to_10000),
      cmocka_unit_test(a_split_has_no_zeros_and_nothing_below),
      cmocka_unit_test(an_answer_is_one_project),
      cmocka_unit_test(ranks_have_no_gap),
      cmocka_unit_test(ranks_do_not_repeat),
      cmocka_unit_test(as_many_ranks_as_an_election_may_have_are_checked),
      cmocka_unit_test(an_approval_or_an_answer_says_1),
      cmocka_unit_test(there_is_one_answer),
      cmocka_unit_test(zeros_and_defaults_keep_to_the_limits),
      cmocka_unit_test(a_choice_needs_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
