/* The election in a manifest: ballots, projects, rule and times, with their bounds. */
#include "engine/rule.h"
#include "tests/unit/manifest_example.h"

#define MONEY_EXPECTED "a whole number from 0 to 9007199254740991"

/* A manifest with this form of ballot, no tie by draw, and four projects that cost 1,250,000,
 * 400,000, 900,000 and 650,000. */
static json_t *with_ballot(const char *ballot)
{
  json_t *draft = example_manifest();
  leave_out(draft, "draw");
  change(draft, "rule", "{\"name\":\"greedy\"}");
  change(draft, "ballot", ballot);
  return draft;
}

static struct ballot_form accept_ballot(const char *ballot)
{
  struct arena arena = {0};
  struct ballot_form form = accept(with_ballot(ballot), &arena).election.ballot;
  arena_free(&arena);
  return form;
}

static void refuse_ballot(const char *ballot, const char *where, const char *what,
                          const char *expected)
{
  refuse(with_ballot(ballot), where, what, expected);
}

/* --- ballots --- */

static void each_kind_of_ballot_is_read(void **state)
{
  (void)state;
  struct ballot_form form =
      accept_ballot("{\"kind\":\"approval\",\"max\":3,\"max_cost\":2000000,\"min\":2}");
  assert_int_equal(form.kind, BALLOT_APPROVAL);
  assert_int_equal(form.max_cost, 2000000);
  assert_int_equal(form.points, LIMIT_NONE);
  form = accept_ballot("{\"exact\":true,\"kind\":\"points\",\"max\":3,\"max_per_project\":5,"
                       "\"min\":1,\"min_points\":2,\"points\":10}");
  assert_int_equal(form.kind, BALLOT_POINTS);
  assert_true(form.exact);
  assert_int_equal(form.max_per_project, 5);
  assert_int_equal(form.min_points, 2);
  assert_int_equal(form.points, 10);
  form = accept_ballot("{\"kind\":\"ranking\",\"max\":4}");
  assert_int_equal(form.kind, BALLOT_RANKING);
  assert_int_equal(form.max, 4);
  form = accept_ballot("{\"default\":-1,\"highest\":5,\"kind\":\"scores\",\"lowest\":-5}");
  assert_int_equal(form.kind, BALLOT_SCORES);
  assert_int_equal(form.unscored, -1);
  assert_int_equal(form.highest, 5);
  assert_int_equal(form.lowest, -5);
  assert_int_equal(accept_ballot("{\"kind\":\"split\"}").kind, BALLOT_SPLIT);
}

static void an_answer_costs_nothing(void **state)
{
  (void)state;
  struct arena arena = {0};
  json_t *draft = with_ballot("{\"kind\":\"answer\"}");
  change(draft, "projects",
         "[{\"cost\":0,\"id\":\"yes\",\"title\":{\"fr\":\"Oui\"}},"
         "{\"cost\":0,\"id\":\"no\",\"title\":{\"fr\":\"Non\"}}]");
  assert_int_equal(accept(json_deep_copy(draft), &arena).election.ballot.kind, BALLOT_ANSWER);
  change(draft, "projects[1].cost", "1");
  refuse(draft, "projects[1].cost", "'no' costs 1", "0, since an answer costs nothing");
  arena_free(&arena);
}

static void a_kind_has_no_limits_of_others(void **state)
{
  (void)state;
  refuse_ballot("{\"kind\":\"plurality\"}", "ballot.kind", "'plurality' is not a kind of ballot",
                "one of approval, points, ranking, scores, split, answer");
  refuse_ballot("{\"kind\":\"ranking\",\"points\":3}", "ballot.points",
                "this version knows no such member", "an object of kind; perhaps max, min");
  refuse_ballot("{\"kind\":\"split\",\"max\":3}", "ballot.max", "this version knows no such member",
                "an object of kind");
  refuse_ballot("{\"kind\":\"approval\",\"exact\":true}", "ballot.exact",
                "this version knows no such member",
                "an object of kind; perhaps max, max_cost, min");
  refuse_ballot("{\"highest\":5,\"kind\":\"scores\",\"lowest\":0}", "ballot.default",
                "the member is missing", "an object of default, highest, kind, lowest");
  refuse_ballot("{}", "ballot.kind", "the member is missing", "an object of kind");
}

static void limits_are_bounded(void **state)
{
  (void)state;
  refuse_ballot("{\"kind\":\"approval\",\"min\":-1}", "ballot.min", "-1 is out of range",
                MONEY_EXPECTED);
  refuse_ballot("{\"default\":0,\"highest\":1000000001,\"kind\":\"scores\",\"lowest\":0}",
                "ballot.highest", "1000000001 is out of range",
                "a whole number from -1000000000 to 1000000000");
  refuse_ballot("{\"default\":0,\"highest\":1,\"kind\":\"scores\",\"lowest\":2}", "ballot.lowest",
                "the lowest score, 2, is above the highest, 1", "a score of at most 'highest'");
  refuse_ballot("{\"kind\":\"approval\",\"max\":2,\"min\":3}", "ballot.min",
                "the least, 3, is more than the most, 2", "a range that some value is in");
  refuse_ballot("{\"exact\":true,\"kind\":\"points\"}", "ballot.exact",
                "all points must be given, but their number is not set",
                "a number of 'points' to give");
  refuse_ballot("{\"exact\":false,\"kind\":\"points\",\"points\":3}", "ballot.exact",
                "false is not true", "true, or no such member");
}

static void a_ballot_names_at_most_all_projects(void **state)
{
  (void)state;
  accept_ballot("{\"kind\":\"approval\",\"min\":4}");
  refuse_ballot("{\"kind\":\"approval\",\"min\":5}", "ballot.min", "too many are 5",
                "at most the number of projects");
  refuse_ballot("{\"kind\":\"ranking\",\"min\":5}", "ballot.min", "too many are 5",
                "at most the number of projects");
  refuse_ballot("{\"kind\":\"ranking\",\"max\":0}", "ballot.max", "no project can be named with 0",
                "1 or more");
  accept_ballot("{\"kind\":\"approval\",\"max\":9}"); /* more than there are is no harm */
}

static void the_cheapest_choice_keeps_to_the_cost(void **state)
{
  (void)state;
  accept_ballot("{\"kind\":\"approval\",\"max_cost\":400000}");
  refuse_ballot("{\"kind\":\"approval\",\"max_cost\":399999}", "ballot.max_cost",
                "no choice costs at most 399999",
                "enough for the cheapest projects that must be named");
  accept_ballot("{\"kind\":\"approval\",\"max_cost\":1950000,\"min\":3}");
  refuse_ballot("{\"kind\":\"approval\",\"max_cost\":1949999,\"min\":3}", "ballot.max_cost",
                "no choice costs at most 1949999",
                "enough for the cheapest projects that must be named");
}

static void the_points_can_be_given(void **state)
{
  (void)state;
  static const char full[] = "as many as the projects that may be named can take";
  refuse_ballot("{\"kind\":\"points\",\"max_per_project\":0}", "ballot.max_per_project",
                "nothing can be given with 0", "1 or more");
  accept_ballot("{\"kind\":\"points\",\"min\":4,\"points\":4}");
  refuse_ballot("{\"kind\":\"points\",\"min\":4,\"points\":3}", "ballot.points", "too few are 3",
                "a point for each project that must be named");
  accept_ballot("{\"exact\":true,\"kind\":\"points\",\"max_per_project\":3,\"points\":12}");
  refuse_ballot("{\"exact\":true,\"kind\":\"points\",\"max_per_project\":3,\"points\":13}",
                "ballot.points", "too many are 13", full);
  accept_ballot("{\"kind\":\"points\",\"max_per_project\":3,\"points\":13}");
  refuse_ballot("{\"exact\":true,\"kind\":\"points\",\"max\":2,\"max_per_project\":3,"
                "\"points\":7}",
                "ballot.points", "too many are 7", full);
  accept_ballot("{\"kind\":\"points\",\"max_per_project\":3,\"min_points\":12}");
  refuse_ballot("{\"kind\":\"points\",\"max_per_project\":3,\"min_points\":13}",
                "ballot.min_points", "too many are 13", full);
  accept_ballot("{\"exact\":true,\"kind\":\"points\",\"points\":4000000000}");
  refuse_ballot("{\"exact\":true,\"kind\":\"points\",\"points\":4000000001}", "ballot.points",
                "too many are 4000000001", full);
}

static void a_scale_has_more_than_the_default(void **state)
{
  (void)state;
  accept_ballot("{\"default\":0,\"highest\":1,\"kind\":\"scores\",\"lowest\":1}");
  refuse_ballot("{\"default\":0,\"highest\":0,\"kind\":\"scores\",\"lowest\":0}", "ballot.default",
                "every project has the score 0", "a score that can be told from the others");
}

static void a_default_above_zero_is_counted_by_no_rule(void **state)
{
  (void)state;
  refuse_ballot("{\"default\":1,\"highest\":5,\"kind\":\"scores\",\"lowest\":0}", "ballot.default",
                "no rule counts what ballots do not name, and it would have a score of 1",
                "0 or less");
}

/* --- money --- */

static void money_is_bounded(void **state)
{
  (void)state;
  accept_change("budget", "0");
  accept_change("budget", "9007199254740991");
  refuse_change("budget", "-1", "budget", "-1 is out of range", MONEY_EXPECTED);
  accept_change("projects[0].cost", "0");
  refuse_change("projects[0].cost", "-1", "projects[0].cost", "-1 is out of range", MONEY_EXPECTED);
  accept_change("minor_unit", "0");
  accept_change("minor_unit", "6");
  refuse_change("minor_unit", "7", "minor_unit", "7 is out of range", "a whole number from 0 to 6");
}

static void a_currency_is_three_capitals(void **state)
{
  (void)state;
  accept_change("currency", "\"XOF\"");
  refuse_change("currency", "\"eur\"", "currency", "'eur' is not a currency's code",
                "three letters of ISO 4217, such as EUR");
  refuse_change("currency", "\"\"", "currency", "'' is not such a text",
                "a text that is not empty");
}

/* --- projects --- */

static void an_id_has_its_grammar(void **state)
{
  (void)state;
  static const char expected[] = "1 to 64 of the characters A-Z a-z 0-9 . _ / -";
  accept_change("projects[0].id", "\"AZaz09._/-\"");
  accept_change("projects[0].id",
                "\"0123456789012345678901234567890123456789012345678901234567890123\"");
  refuse_change(
      "projects[0].id", "\"01234567890123456789012345678901234567890123456789012345678901234\"",
      "projects[0].id",
      "'01234567890123456789012345678901234567890123456789012345678901234' is not an id", expected);
  refuse_change("projects[0].id", "\"\"", "projects[0].id", "'' is not an id", expected);
  refuse_change("projects[0].id", "\"a b\"", "projects[0].id", "'a b' is not an id", expected);
  refuse_change("projects[0].id", "\"a+b\"", "projects[0].id", "'a+b' is not an id", expected);
  refuse_change("projects[0].id", "\"v\xc3\xa9lo\"", "projects[0].id", "'v\xc3\xa9lo' is not an id",
                expected);
  refuse_change("projects[3].id", "\"p01\"", "projects[3].id",
                "'p01' is already the id of projects[0]", "an id of its own for each project");
}

static void texts_have_a_language(void **state)
{
  (void)state;
  refuse_change("title", "{}", "title", "an object is not texts by language",
                "texts by language, as in {\"fr\":\"Budget participatif\"}");
  refuse_change("title", "{\"fra\":\"x\"}", "title.fra",
                "'x' stands under a name that is no language",
                "a language in two lower-case letters, as in fr");
  refuse_change("title", "{\"FR\":\"x\"}", "title.FR",
                "'x' stands under a name that is no language",
                "a language in two lower-case letters, as in fr");
  refuse_change("projects[1].title", "{\"en\":\"\",\"fr\":\"x\"}", "projects[1].title.en",
                "'' is not such a text", "a text that is not empty");
  refuse_change("projects[0].category", "\"\"", "projects[0].category", "'' is not such a text",
                "a text that is not empty");
}

static void there_is_at_least_a_project(void **state)
{
  (void)state;
  refuse_change("projects", "[]", "projects", "there are 0", "an array of 1 to 65535 projects");
  refuse_change("projects", "7", "projects", "7 is neither",
                "a list of projects, or an attachment with their count");
}

static void an_attachment_of_projects_is_bounded(void **state)
{
  (void)state;
#define DIGEST "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\""
  accept_change("projects", "{\"count\":65535,\"digest\":" DIGEST ",\"length\":67108864}");
  refuse_change("projects", "{\"count\":0,\"digest\":" DIGEST ",\"length\":2}", "projects.count",
                "0 is out of range", "a whole number from 1 to 65535");
  refuse_change("projects", "{\"count\":65536,\"digest\":" DIGEST ",\"length\":2}",
                "projects.count", "65536 is out of range", "a whole number from 1 to 65535");
  refuse_change("projects", "{\"count\":1,\"digest\":" DIGEST ",\"length\":0}", "projects.length",
                "0 is out of range", "a whole number from 1 to 67108864");
  refuse_change("projects", "{\"count\":1,\"digest\":" DIGEST ",\"length\":67108865}",
                "projects.length", "67108865 is out of range", "a whole number from 1 to 67108864");
  refuse_change("projects", "{\"count\":1,\"digest\":\"\",\"length\":1}", "projects.digest",
                "'' is not 32 bytes in hex", "64 lower-case hexadecimal digits");
  refuse_change("projects", "{\"digest\":" DIGEST ",\"length\":1}", "projects.count",
                "the member is missing", "an object of count, digest, length");
}

/* --- the rule --- */

static void settings(const char *rule, const char *name, const char *expected)
{
  struct arena arena = {0};
  json_t *draft = example_manifest();
  leave_out(draft, "draw");
  change(draft, "rule", rule);
  struct manifest manifest = accept(draft, &arena);
  struct span text = settings_text(&manifest.settings, name);
  if (!span_equal(text, span_of(expected)))
    fail_msg("'%.*s' is not '%s'", SPAN_PRINT(text), expected);
  arena_free(&arena);
}

static void refuse_rule(const char *rule, const char *where, const char *what, const char *expected)
{
  json_t *draft = example_manifest();
  leave_out(draft, "draw");
  change(draft, "rule", rule);
  refuse(draft, where, what, expected);
}

static void settings_of_each_kind_are_read(void **state)
{
  (void)state;
  settings("{\"by\":\"density\",\"name\":\"greedy\"}", "by", "density");
  settings("{\"name\":\"greedy\",\"threshold\":12}", "threshold", "12");
  settings("{\"fund_unsupported\":true,\"name\":\"greedy\"}", "fund_unsupported", "true");
  settings("{\"fund_unsupported\":false,\"name\":\"greedy\"}", "fund_unsupported", "false");
  settings("{\"exclusive\":[[\"p01\",\"p02\"],[\"p03\",\"p04\"]],\"name\":\"greedy\"}", "exclusive",
           "p01+p02,p03+p04");
  settings("{\"exclusive\":[],\"name\":\"greedy\"}", "exclusive", "");
  settings("{\"name\":\"greedy\",\"tie_break\":[\"cost-desc\",\"id\"]}", "tie_break",
           "cost-desc,id");
  settings("{\"completion\":[],\"name\":\"equal-shares\"}", "completion", "");
  settings("{\"completion\":[\"add1\",\"greedy\"],\"name\":\"equal-shares\"}", "completion",
           "add1,greedy");
  settings("{\"name\":\"equal-shares\",\"unit\":50}", "unit", "50");
  settings("{\"name\":\"equal-shares\",\"unit\":\"2%\"}", "unit", "2%");
}

/* Each value has one spelling: no number as a text, no list as one. */
static void settings_have_the_type_of_their_kind(void **state)
{
  (void)state;
  static const char number[] = "a whole number from 0 to 9007199254740991";
  refuse_rule("{\"name\":\"greedy\",\"threshold\":\"12\"}", "rule.threshold",
              "'12' is not a whole number", number);
  refuse_rule("{\"name\":\"greedy\",\"threshold\":-1}", "rule.threshold", "-1 is out of range",
              number);
  refuse_rule("{\"fund_unsupported\":\"true\",\"name\":\"greedy\"}", "rule.fund_unsupported",
              "'true' is neither", "true or false");
  refuse_rule("{\"by\":7,\"name\":\"greedy\"}", "rule.by", "7 is not a text", "a text");
  refuse_rule("{\"name\":\"equal-shares\",\"unit\":\"50\"}", "rule.unit",
              "'50' is not such an amount", "a number of minor units, or a text such as \"1%\"");
  refuse_rule("{\"name\":\"greedy\",\"tie_break\":\"votes,id\"}", "rule.tie_break",
              "'votes,id' is not an array", "an array of 0 to 65535 words");
  refuse_rule("{\"name\":\"greedy\",\"tie_break\":[\"votes,id\"]}", "rule.tie_break[0]",
              "'votes,id' is not an id", "1 to 64 of the characters A-Z a-z 0-9 . _ / -");
  refuse_rule("{\"exclusive\":[\"p01+p02\"],\"name\":\"greedy\"}", "rule.exclusive[0]",
              "'p01+p02' is not an array", "an array of 1 to 65535 words");
  refuse_rule("{\"exclusive\":7,\"name\":\"greedy\"}", "rule.exclusive", "7 is not an array",
              "an array of 0 to 65535 groups of projects");
  refuse_rule("{\"exclusive\":[[]],\"name\":\"greedy\"}", "rule.exclusive[0]", "there are 0",
              "an array of 1 to 65535 words");
  refuse_rule("{\"exclusive\":[[\"p01\",7]],\"name\":\"greedy\"}", "rule.exclusive[0][1]",
              "7 is not an id", "1 to 64 of the characters A-Z a-z 0-9 . _ / -");
}

static void settings_are_held_to_their_rule(void **state)
{
  (void)state;
  refuse_rule("{\"by\":\"luck\",\"name\":\"greedy\"}", "rule.by", "'luck' is not a value for it",
              "score density");
  refuse_rule("{\"name\":\"equal-shares\",\"unit\":0}", "rule.unit", "'0' is not a value for it",
              "minor units from 1, or a share of the budget from 1% to 100%");
  char known[FAULT_EXPECTED] = "one of";
  for (size_t i = 0, length = strlen(known); i < rule_count && length < sizeof known; i++)
    length += (size_t)snprintf(known + length, sizeof known - length, "%s %s", i > 0 ? "," : "",
                               rules[i]->name);
  refuse_rule("{\"name\":\"lottery\"}", "rule.name",
              "'lottery' is not a rule that this version knows", known);
  refuse_rule("{\"name\":\"greedy\",\"tie_break\":[]}", "rule.tie_break", "no tie key is called ''",
              "keys among votes, score, cost, cost-desc, id, id-numeric, listed, draw; the last "
              "one of id, id-numeric, listed, draw");
  refuse_rule("{\"borda_zero\":true,\"name\":\"greedy\"}", "rule.borda_zero",
              "it says nothing about the utility 'cardinality'", "utility borda");
  refuse_rule("{\"name\":\"greedy\",\"utility\":\"points\"}", "rule.utility",
              "'approval' ballots have no utility 'points'", "one of cardinality, cost");
  refuse_rule("{\"exclusive\":[[\"p01\",\"p09\"]],\"name\":\"greedy\"}", "rule.exclusive",
              "no project is called 'p09'", "ids of projects, such as a+b,c+d+e");
  refuse_rule("{\"name\":\"phragmen\",\"on_miss\":\"go\"}", "rule.on_miss",
              "'go' is not a value for it", "stop skip");
  refuse_rule(
      "{\"name\":\"phragmen\",\"by\":\"score\"}", "rule.by", "this version knows no such member",
      "an object of name; perhaps on_miss, fund_unsupported, borda_zero, tie_break, utility");
  refuse_rule("{\"name\":\"equal-shares\",\"one_per\":\"none\"}", "rule.one_per",
              "this version knows no such member",
              "an object of name; perhaps utility, completion, start, stop, unit, by, "
              "fund_unsupported, on_miss, forget, peer_all, peer_all_fit, borda_zero, tie_break");
}

/* Ids and the list of projects stand in the manifest, so the orders of both are fixed by it. */
static void ties_end_in_a_key_that_leaves_none(void **state)
{
  (void)state;
  settings("{\"name\":\"greedy\",\"tie_break\":[\"votes\",\"listed\"]}", "tie_break",
           "votes,listed");
  settings("{\"name\":\"greedy\",\"tie_break\":[\"id-numeric\"]}", "tie_break", "id-numeric");
  refuse_rule("{\"name\":\"greedy\",\"tie_break\":[\"votes\",\"cost\"]}", "rule.tie_break",
              "the last key, 'cost', can leave a tie",
              "keys among votes, score, cost, cost-desc, id, id-numeric, listed, draw; the last "
              "one of id, id-numeric, listed, draw");
}

/* --- times --- */

#define TIME_EXPECTED "a time in UTC of a day that exists, as in 2027-03-06T08:00:00Z"

static void times_are_of_days_that_exist(void **state)
{
  (void)state;
  refuse_change("voting.closes", "\"2027-02-30T18:00:00Z\"", "voting.closes",
                "'2027-02-30T18:00:00Z' is not a date and time", TIME_EXPECTED);
  refuse_change("voting.opens", "\"2027-03-06T08:00:00+01:00\"", "voting.opens",
                "'2027-03-06T08:00:00+01:00' is not a date and time", TIME_EXPECTED);
  refuse_change("voting.opens", "\"2027-03-06\"", "voting.opens",
                "'2027-03-06' is not a date and time", TIME_EXPECTED);
}

static void voting_closes_after_it_opens(void **state)
{
  (void)state;
  accept_change("voting.closes", "\"2027-03-06T08:00:01Z\"");
  accept_change("voting.closes", "null");
  refuse_change("voting.closes", "\"2027-03-06T08:00:00Z\"", "voting.closes",
                "'2027-03-06T08:00:00Z' is not after voting.opens",
                "a time after voting.opens, or null");
  refuse_change("voting.opens", "null", "voting.opens", "null is not a date and time",
                TIME_EXPECTED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_of_ballot_is_read),
      cmocka_unit_test(an_answer_costs_nothing),
      cmocka_unit_test(a_kind_has_no_limits_of_others),
      cmocka_unit_test(limits_are_bounded),
      cmocka_unit_test(a_ballot_names_at_most_all_projects),
      cmocka_unit_test(the_cheapest_choice_keeps_to_the_cost),
      cmocka_unit_test(the_points_can_be_given),
      cmocka_unit_test(a_scale_has_more_than_the_default),
      cmocka_unit_test(a_default_above_zero_is_counted_by_no_rule),
      cmocka_unit_test(money_is_bounded),
      cmocka_unit_test(a_currency_is_three_capitals),
      cmocka_unit_test(an_id_has_its_grammar),
      cmocka_unit_test(texts_have_a_language),
      cmocka_unit_test(there_is_at_least_a_project),
      cmocka_unit_test(an_attachment_of_projects_is_bounded),
      cmocka_unit_test(settings_of_each_kind_are_read),
      cmocka_unit_test(settings_have_the_type_of_their_kind),
      cmocka_unit_test(settings_are_held_to_their_rule),
      cmocka_unit_test(ties_end_in_a_key_that_leaves_none),
      cmocka_unit_test(times_are_of_days_that_exist),
      cmocka_unit_test(voting_closes_after_it_opens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
