#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/election.h"
#include "tests/unit/example.h"

static const struct project projects[] = EXAMPLE_LIST;

static const enum ballot_kind all_kinds[] = {BALLOT_APPROVAL, BALLOT_POINTS, BALLOT_RANKING,
                                             BALLOT_SCORES,   BALLOT_SPLIT,  BALLOT_ANSWER};
enum {
  KIND_COUNT = sizeof(all_kinds) / sizeof(all_kinds[0])
};

static void accepts(const struct election *election)
{
  struct fault fault = {0};
  if (election_check(election, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
}

static void refuses(const struct election *election, const char *where, const char *what,
                    const char *expected)
{
  struct fault fault = {0};
  assert_int_equal(election_check(election, &fault), STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
}

/* The example with one project only, which the test may change. */
static struct election with_project(const struct project *project)
{
  struct election election = example_election(project, BALLOT_APPROVAL);
  election.project_count = 1;
  return election;
}

/* --- kinds --- */

static void each_kind_has_a_name_that_is_read_back(void **state)
{
  (void)state;
  static const char *const names[] = {"approval", "points", "ranking", "scores", "split", "answer"};
  for (size_t i = 0; i < KIND_COUNT; i++) {
    enum ballot_kind kind = BALLOT_APPROVAL;
    assert_string_equal(ballot_kind_name(all_kinds[i]), names[i]);
    assert_true(ballot_kind_of(span_of(names[i]), &kind));
    assert_int_equal(kind, all_kinds[i]);
  }
}

static void an_unknown_kind_is_not_read(void **state)
{
  (void)state;
  enum ballot_kind kind = BALLOT_SPLIT;
  assert_false(ballot_kind_of(SPAN("Approval"), &kind));
  assert_false(ballot_kind_of(SPAN("approva"), &kind));
  assert_false(ballot_kind_of(SPAN("approvals"), &kind));
  assert_false(ballot_kind_of(SPAN(""), &kind));
  assert_int_equal(kind, BALLOT_SPLIT);
}

static void a_form_of_any_kind_sets_no_limit(void **state)
{
  (void)state;
  for (size_t i = 0; i < KIND_COUNT; i++) {
    const struct ballot_form form = ballot_form_any(all_kinds[i]);
    const bool scores = all_kinds[i] == BALLOT_SCORES;
    assert_int_equal(form.kind, all_kinds[i]);
    assert_int_equal(form.min, LIMIT_NONE);
    assert_int_equal(form.max, LIMIT_NONE);
    assert_int_equal(form.max_cost, LIMIT_NONE);
    assert_int_equal(form.points, LIMIT_NONE);
    assert_int_equal(form.min_points, LIMIT_NONE);
    assert_int_equal(form.max_per_project, LIMIT_NONE);
    assert_false(form.exact);
    assert_int_equal(form.lowest, scores ? -MARK_VALUE_MAX : 0);
    assert_int_equal(form.highest, scores ? MARK_VALUE_MAX : 0);
    assert_int_equal(form.unscored, 0);
  }
}

static void a_currency_unit_is_a_power_of_ten(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  assert_int_equal(election_currency_unit(&election), 100);
  election.minor_unit = 0;
  assert_int_equal(election_currency_unit(&election), 1);
  election.minor_unit = ELECTION_MINOR_UNIT_MAX;
  assert_int_equal(election_currency_unit(&election), 1000000);
}

/* --- texts and money --- */

static void the_example_is_valid_in_every_kind_but_answer(void **state)
{
  (void)state;
  for (size_t i = 0; i < KIND_COUNT; i++) {
    const struct election election = example_election(projects, all_kinds[i]);
    if (all_kinds[i] == BALLOT_ANSWER)
      refuses(&election, "projects[0].cost", "'trees' costs 500",
              "0, since an answer costs nothing");
    else
      accepts(&election);
  }
}

static void answers_at_no_cost_are_valid(void **state)
{
  (void)state;
  static const struct project answers[] = {{SPAN_INIT("yes"), 0, SPAN_INIT(""), SPAN_INIT("")},
                                           {SPAN_INIT("no"), 0, SPAN_INIT(""), SPAN_INIT("")}};
  struct election election = example_election(answers, BALLOT_ANSWER);
  election.project_count = 2;
  accepts(&election);
}

static void texts_are_utf8_without_nul(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  election.title = SPAN("\xc3\x28");
  refuses(&election, "title", "the text is not valid UTF-8", "text in UTF-8");
  election.title = SPAN("a\0b");
  refuses(&election, "title", "the text has a character U+0000", "text without U+0000");
  election.title = SPAN("two\nlines, \xc3\xa9");
  accepts(&election);
  election.title = SPAN("");
  accepts(&election);

  struct project project = projects[0];
  election = with_project(&project);
  project.title = SPAN("\xff");
  refuses(&election, "projects[0].title", "the text is not valid UTF-8", "text in UTF-8");
  project.title = SPAN("");
  project.category = SPAN("a\0");
  refuses(&election, "projects[0].category", "the text has a character U+0000",
          "text without U+0000");
}

static void a_currency_is_three_capitals_or_not_known(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  const char *expected = "three letters of ISO 4217, such as EUR";
  election.currency = SPAN("eur");
  refuses(&election, "currency", "'eur' is not a currency's code", expected);
  election.currency = SPAN("EURO");
  refuses(&election, "currency", "'EURO' is not a currency's code", expected);
  election.currency = SPAN("EU");
  refuses(&election, "currency", "'EU' is not a currency's code", expected);
  election.currency = SPAN("");
  accepts(&election);
}

static void the_budget_is_money(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  const char *expected = "an amount in minor units, from 0 to 9007199254740991";
  election.budget = -1;
  refuses(&election, "budget", "-1 is out of range", expected);
  election.budget = MONEY_MAX + 1;
  refuses(&election, "budget", "9007199254740992 is out of range", expected);
  election.budget = 0;
  accepts(&election);
  election.budget = MONEY_MAX;
  accepts(&election);
}

static void a_cost_is_money(void **state)
{
  (void)state;
  struct project project = projects[0];
  const struct election election = with_project(&project);
  const char *expected = "an amount in minor units, from 0 to 9007199254740991";
  project.cost = -1;
  refuses(&election, "projects[0].cost", "-1 is out of range", expected);
  project.cost = MONEY_MAX + 1;
  refuses(&election, "projects[0].cost", "9007199254740992 is out of range", expected);
  project.cost = MONEY_MAX;
  accepts(&election);
}

static void a_minor_unit_has_at_most_six_decimals(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  election.minor_unit = 6;
  accepts(&election);
  election.minor_unit = 7;
  refuses(&election, "minor_unit", "7 is out of range", "a whole number from 0 to 6");
}

/* --- projects --- */

static void an_id_has_1_to_128_bytes(void **state)
{
  (void)state;
  const char *expected = "1 to 128 bytes of UTF-8 without control characters";
  char long_id[130];
  memset(long_id, 'x', sizeof long_id);
  struct project project = projects[0];
  const struct election election = with_project(&project);
  project.id = (struct span){long_id, 128};
  accepts(&election);
  project.id.length = 1;
  accepts(&election);
  project.id.length = 0;
  refuses(&election, "projects[0].id", "the id is empty", expected);
  project.id.length = 129;
  struct fault fault = {0};
  assert_int_equal(election_check(&election, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "xxx' has 129 bytes"));
}

static void an_id_has_no_control_character(void **state)
{
  (void)state;
  static const struct {
    struct span id;
    size_t at; /* 0: good */
  } cases[] = {
      {SPAN_INIT("a\nb"), 2},       {SPAN_INIT("a\x7f"), 2},        {SPAN_INIT("\xc2\x80"), 1},
      {SPAN_INIT("ab\xc2\x9f"), 3}, {SPAN_INIT("\x1f"), 1},         {SPAN_INIT("a\0"), 2},
      {SPAN_INIT("\xc2\xa0"), 0},   {SPAN_INIT("\xc3\x9f"), 0},     {SPAN_INIT(" ~"), 0},
      {SPAN_INIT("\xc3\x80"), 0},   {SPAN_INIT("\xe2\x82\xac"), 0},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct project project = projects[0];
    project.id = cases[i].id;
    const struct election election = with_project(&project);
    struct fault fault = {0};
    char at[64];
    if (cases[i].at == 0) {
      accepts(&election);
      continue;
    }
    snprintf(at, sizeof at, "character at byte %zu", cases[i].at);
    assert_int_equal(election_check(&election, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "projects[0].id");
    assert_non_null(strstr(fault.what, at));
  }
}

static void an_id_is_utf8(void **state)
{
  (void)state;
  struct project project = projects[0];
  project.id = SPAN("\xc3");
  const struct election election = with_project(&project);
  refuses(&election, "projects[0].id", "the id is not valid UTF-8",
          "1 to 128 bytes of UTF-8 without control characters");
}

static void no_id_stands_twice(void **state)
{
  (void)state;
  struct project list[EXAMPLE_PROJECTS] = EXAMPLE_LIST;
  list[3].id = SPAN("bikes");
  const struct election election = example_election(list, BALLOT_APPROVAL);
  refuses(&election, "projects[3].id", "'bikes' is already the id of projects[1]",
          "an id of its own for each project");
  list[3].id = SPAN("bike");
  accepts(&election);
}

static void an_election_has_1_to_65535_projects(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  election.project_count = 0;
  refuses(&election, "projects", "there are 0 projects", "1 to 65535 projects");
  election.project_count = ELECTION_PROJECTS_MAX + 1;
  refuses(&election, "projects", "there are 65536 projects", "1 to 65535 projects");

  struct project *many = calloc(ELECTION_PROJECTS_MAX, sizeof(*many));
  char(*ids)[8] = calloc(ELECTION_PROJECTS_MAX, sizeof(*ids));
  assert_non_null(many);
  assert_non_null(ids);
  for (unsigned i = 0; i < ELECTION_PROJECTS_MAX; i++) {
    snprintf(ids[i], sizeof ids[i], "%u", i);
    many[i] = (struct project){span_of(ids[i]), 1, SPAN(""), SPAN("")};
  }
  election.projects = many;
  election.project_count = ELECTION_PROJECTS_MAX;
  accepts(&election);
  many[65534].id = SPAN("17");
  refuses(&election, "projects[65534].id", "'17' is already the id of projects[17]",
          "an id of its own for each project");
  free(ids);
  free(many);
}

/* --- limits --- */

static int64_t *limit_of(struct ballot_form *form, const char *name)
{
  const struct {
    const char *name;
    int64_t *limit;
  } limits[] = {
      {"min", &form->min},
      {"max", &form->max},
      {"max_cost", &form->max_cost},
      {"points", &form->points},
      {"min_points", &form->min_points},
      {"max_per_project", &form->max_per_project},
  };
  for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
    if (strcmp(limits[i].name, name) == 0)
      return limits[i].limit;
  return NULL;
}

/* Which kinds have which limits: a letter for each kind, in order. */
static const struct {
  const char *name;
  const char *kinds;
} limit_table[] = {
    {"min", "yyy---"},    {"max", "yyy---"},        {"max_cost", "y-----"},
    {"points", "-y----"}, {"min_points", "-y----"}, {"max_per_project", "-y----"},
};
enum {
  LIMIT_COUNT = sizeof(limit_table) / sizeof(limit_table[0])
};

static void limits_stand_only_where_the_kind_has_them(void **state)
{
  (void)state;
  struct project free_project = projects[0];
  free_project.cost = 0;
  for (size_t i = 0; i < LIMIT_COUNT; i++) {
    for (size_t k = 0; k < KIND_COUNT; k++) {
      struct election election = with_project(&free_project);
      election.ballot = ballot_form_any(all_kinds[k]);
      *limit_of(&election.ballot, limit_table[i].name) = 1;
      char where[64];
      char what[64];
      snprintf(where, sizeof where, "ballot.%s", limit_table[i].name);
      snprintf(what, sizeof what, "'%s' ballots have no '%s'", ballot_kind_name(all_kinds[k]),
               limit_table[i].name);
      if (limit_table[i].kinds[k] == 'y')
        accepts(&election);
      else
        refuses(&election, where, what, "no such limit");
    }
  }
}

static void limits_are_whole_numbers_that_json_can_say(void **state)
{
  (void)state;
  for (size_t i = 0; i < LIMIT_COUNT; i++) {
    struct election election = example_election(projects, BALLOT_POINTS);
    if (strcmp(limit_table[i].name, "max_cost") == 0)
      election.ballot = ballot_form_any(BALLOT_APPROVAL);
    int64_t *limit = limit_of(&election.ballot, limit_table[i].name);
    char where[64];
    snprintf(where, sizeof where, "ballot.%s", limit_table[i].name);
    const char *expected = "a whole number from 0 to 9007199254740991";
    *limit = -2;
    refuses(&election, where, "-2 is out of range", expected);
    *limit = MONEY_MAX + 1;
    refuses(&election, where, "9007199254740992 is out of range", expected);
    *limit = 0;
    accepts(&election);
    *limit = MONEY_MAX;
    accepts(&election);
  }
}

static void the_least_is_not_above_the_most(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_POINTS);
  const char *expected = "a range that some value is in";
  election.ballot.min = 3;
  election.ballot.max = 3;
  election.ballot.min_points = 5;
  election.ballot.points = 5;
  accepts(&election);
  election.ballot.max = 2;
  refuses(&election, "ballot.min", "the least, 3, is more than the most, 2", expected);
  election.ballot.max = LIMIT_NONE;
  election.ballot.points = 4;
  refuses(&election, "ballot.min_points", "the least, 5, is more than the most, 4", expected);
}

static void exact_needs_a_number_of_points(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_POINTS);
  election.ballot.exact = true;
  refuses(&election, "ballot.exact", "all points must be given, but their number is not set",
          "a number of 'points' to give");
  election.ballot.points = 10;
  accepts(&election);
  election.ballot = ballot_form_any(BALLOT_APPROVAL);
  election.ballot.exact = true;
  refuses(&election, "ballot.exact", "all points must be given, but their number is not set",
          "a number of 'points' to give");
}

static void a_scale_goes_up_within_bounds(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_SCORES);
  const char *expected = "a whole number from -1000000000 to 1000000000";
  election.ballot.lowest = 3;
  election.ballot.highest = 3;
  accepts(&election);
  election.ballot.highest = 2;
  refuses(&election, "ballot.lowest", "the lowest score, 3, is above the highest, 2",
          "a score of at most 'highest'");
  election.ballot.lowest = -MARK_VALUE_MAX - 1;
  refuses(&election, "ballot.lowest", "-1000000001 is out of range", expected);
  election.ballot.lowest = 0;
  election.ballot.highest = MARK_VALUE_MAX + 1;
  refuses(&election, "ballot.highest", "1000000001 is out of range", expected);
  election.ballot.highest = 1;
  election.ballot.unscored = MARK_VALUE_MAX + 1;
  refuses(&election, "ballot.default", "1000000001 is out of range", expected);
  election.ballot.unscored = -5;
  accepts(&election);
}

static void only_scores_have_a_scale(void **state)
{
  (void)state;
  for (int i = 0; i < 3; i++) {
    struct election election = example_election(projects, BALLOT_APPROVAL);
    *(i == 0   ? &election.ballot.lowest
      : i == 1 ? &election.ballot.highest
               : &election.ballot.unscored) = 1;
    refuses(&election, "ballot", "'approval' ballots have no scale", "a scale for 'scores' only");
  }
}

static void a_kind_beyond_the_last_is_refused(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  const unsigned beyond = KIND_COUNT;
  memcpy(&election.ballot.kind, &beyond, sizeof beyond);
  refuses(&election, "ballot.kind", "there is no kind 6", "a known kind of ballot");
}

/* --- writing --- */

static void writes(const struct election *election, const char *expected)
{
  struct buffer buffer = {0};
  election_write(election, &buffer);
  assert_false(buffer.failed);
  buffer_add_byte(&buffer, '\0');
  assert_string_equal(buffer.bytes, expected);

  json_t *value = NULL;
  struct fault fault = {0};
  assert_int_equal(
      canonical_read((struct span){buffer.bytes, buffer.length - 1}, 4096, &value, &fault),
      STATUS_OK);
  json_decref(value);
  buffer_free(&buffer);
}

static void a_definition_is_canonical_json(void **state)
{
  (void)state;
  struct election election = example_election(projects, BALLOT_APPROVAL);
  election.ballot.min = 1;
  election.ballot.max = 3;
  election.ballot.max_cost = 1000;
  writes(&election,
         "{\"ballot\":{\"kind\":\"approval\",\"max\":3,\"max_cost\":1000,\"min\":1},"
         "\"budget\":1000,\"currency\":\"EUR\",\"minor_unit\":2,\"projects\":["
         "{\"category\":\"green,city\",\"cost\":500,\"id\":\"trees\",\"title\":\"Trees\"},"
         "{\"cost\":300,\"id\":\"bikes\",\"title\":\"Bicycles\"},"
         "{\"cost\":200,\"id\":\"water\"},"
         "{\"category\":\"city\",\"cost\":0,\"id\":\"light\",\"title\":\"Light\"}],"
         "\"title\":\"Our street\"}");
}

static void empty_texts_are_left_out(void **state)
{
  (void)state;
  struct election election = with_project(&projects[WATER]);
  election.title = SPAN("");
  election.currency = SPAN("");
  writes(&election, "{\"ballot\":{\"kind\":\"approval\"},\"budget\":1000,\"minor_unit\":2,"
                    "\"projects\":[{\"cost\":200,\"id\":\"water\"}]}");
}

static void limits_of_points_are_written_when_set(void **state)
{
  (void)state;
  struct election election = with_project(&projects[WATER]);
  election.title = SPAN("");
  election.ballot = ballot_form_any(BALLOT_POINTS);
  election.ballot.min = 0;
  election.ballot.min_points = 2;
  election.ballot.points = 10;
  election.ballot.max_per_project = 4;
  election.ballot.exact = true;
  writes(&election, "{\"ballot\":{\"exact\":true,\"kind\":\"points\",\"max_per_project\":4,"
                    "\"min\":0,\"min_points\":2,\"points\":10},\"budget\":1000,"
                    "\"currency\":\"EUR\",\"minor_unit\":2,"
                    "\"projects\":[{\"cost\":200,\"id\":\"water\"}]}");
}

static void a_scale_is_always_written(void **state)
{
  (void)state;
  struct election election = with_project(&projects[WATER]);
  election.title = SPAN("");
  election.ballot = ballot_form_any(BALLOT_SCORES);
  election.ballot.lowest = -2;
  election.ballot.highest = 2;
  writes(&election, "{\"ballot\":{\"default\":0,\"highest\":2,\"kind\":\"scores\",\"lowest\":-2},"
                    "\"budget\":1000,\"currency\":\"EUR\",\"minor_unit\":2,"
                    "\"projects\":[{\"cost\":200,\"id\":\"water\"}]}");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_has_a_name_that_is_read_back),
      cmocka_unit_test(an_unknown_kind_is_not_read),
      cmocka_unit_test(a_form_of_any_kind_sets_no_limit),
      cmocka_unit_test(a_currency_unit_is_a_power_of_ten),
      cmocka_unit_test(the_example_is_valid_in_every_kind_but_answer),
      cmocka_unit_test(answers_at_no_cost_are_valid),
      cmocka_unit_test(texts_are_utf8_without_nul),
      cmocka_unit_test(a_currency_is_three_capitals_or_not_known),
      cmocka_unit_test(the_budget_is_money),
      cmocka_unit_test(a_cost_is_money),
      cmocka_unit_test(a_minor_unit_has_at_most_six_decimals),
      cmocka_unit_test(an_id_has_1_to_128_bytes),
      cmocka_unit_test(an_id_has_no_control_character),
      cmocka_unit_test(an_id_is_utf8),
      cmocka_unit_test(no_id_stands_twice),
      cmocka_unit_test(an_election_has_1_to_65535_projects),
      cmocka_unit_test(limits_stand_only_where_the_kind_has_them),
      cmocka_unit_test(limits_are_whole_numbers_that_json_can_say),
      cmocka_unit_test(the_least_is_not_above_the_most),
      cmocka_unit_test(exact_needs_a_number_of_points),
      cmocka_unit_test(a_scale_goes_up_within_bounds),
      cmocka_unit_test(only_scores_have_a_scale),
      cmocka_unit_test(a_kind_beyond_the_last_is_refused),
      cmocka_unit_test(a_definition_is_canonical_json),
      cmocka_unit_test(empty_texts_are_left_out),
      cmocka_unit_test(limits_of_points_are_written_when_set),
      cmocka_unit_test(a_scale_is_always_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
