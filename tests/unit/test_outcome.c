#include "engine/outcome.h"

#include "tests/unit/ballot_box.h"

/* These bytes are what an election publishes the digest of: they may change only together with
 * `format`. Line breaks are for reading only. */

static const char funded_and_excluded[] =
    "{\"budget\":50,\"completion\":[],\"distinct_ballots\":4,\"election\":\"0f1e2d3c\","
    "\"format\":\"beffroi-outcome/1\",\"projects\":[{\"cost\":30,\"excluded_by\":\"b\","
    "\"id\":\"a\",\"reason\":\"excluded\",\"score\":2,\"selected\":false,\"votes\":2},"
    "{\"cost\":20,\"id\":\"b\",\"reason\":\"funded\",\"score\":3,\"selected\":true,"
    "\"votes\":3},{\"cost\":25,\"id\":\"c\",\"reason\":\"funded\",\"score\":1,"
    "\"selected\":true,\"votes\":1},{\"cost\":1,\"id\":\"d\",\"reason\":\"no-support\","
    "\"score\":0,\"selected\":false,\"votes\":0},{\"cost\":4,\"id\":\"e\","
    "\"reason\":\"funded\",\"score\":1,\"selected\":true,\"votes\":1}],"
    "\"rounds\":[{\"left\":30,\"project\":\"b\",\"stage\":\"greedy\"},{\"left\":5,"
    "\"project\":\"c\",\"stage\":\"greedy\"},{\"left\":1,\"project\":\"e\","
    "\"stage\":\"greedy\"}],\"rule\":{\"borda_zero\":false,\"by\":\"score\","
    "\"exclusive\":[[\"d\",\"e\"]],\"fund_unsupported\":false,\"name\":\"greedy\","
    "\"on_miss\":\"stop\",\"one_per\":\"category\",\"threshold\":1,\"tie_break\":[\"id\"],"
    "\"utility\":\"cardinality\"},\"selected\":[\"b\",\"c\",\"e\"],\"spent\":49,"
    "\"ties\":[{\"decided_by\":\"id\",\"projects\":[\"c\",\"e\"],\"round\":1}],"
    "\"voters\":5}";

static const char stopped[] =
    "{\"budget\":49,\"completion\":[],\"distinct_ballots\":3,\"election\":\"0f1e2d3c\","
    "\"format\":\"beffroi-outcome/1\",\"projects\":[{\"cost\":50,\"id\":\"trees\","
    "\"left\":49,\"reason\":\"did-not-fit\",\"score\":3,\"selected\":false,\"votes\":3},"
    "{\"cost\":30,\"id\":\"bikes\",\"left\":49,\"reason\":\"after-stop\",\"score\":2,"
    "\"selected\":false,\"stopped_at\":\"trees\",\"votes\":2},{\"cost\":10,"
    "\"id\":\"clock\",\"reason\":\"no-support\",\"score\":0,\"selected\":false,"
    "\"votes\":0},{\"cost\":2,\"id\":\"pond\",\"reason\":\"below-threshold\",\"score\":1,"
    "\"selected\":false,\"votes\":1}],\"rounds\":[],\"rule\":{\"borda_zero\":false,"
    "\"by\":\"score\",\"exclusive\":[],\"fund_unsupported\":false,\"name\":\"greedy\","
    "\"on_miss\":\"stop\",\"one_per\":\"none\",\"threshold\":2,\"tie_break\":[\"id\"],"
    "\"utility\":\"cardinality\"},\"selected\":[],\"spent\":0,\"ties\":[],\"voters\":6}";

static const char shared[] =
    "{\"budget\":60,\"completion\":[{\"added\":0,\"endowment\":\"24/1\",\"name\":\"add1\","
    "\"steps\":13,\"stopped\":\"overspend\"},{\"added\":0,\"name\":\"greedy\"},"
    "{\"added\":0,\"kept\":\"equal-shares\",\"name\":\"comparison\",\"prefer_kept\":0,"
    "\"prefer_other\":0}],\"distinct_ballots\":4,\"election\":\"0f1e2d3c\","
    "\"format\":\"beffroi-outcome/1\",\"projects\":[{\"cost\":30,"
    "\"effective_support\":\"2/1\",\"id\":\"a\",\"payments\":[{\"amount\":13,"
    "\"project\":\"b\"},{\"amount\":30,\"project\":\"a\"}],\"reason\":\"funded\","
    "\"score\":2,\"selected\":true,\"supporters_had\":48,\"supporters_left\":4,"
    "\"votes\":2},{\"cost\":20,\"effective_support\":\"3/1\",\"id\":\"b\","
    "\"payments\":[{\"amount\":4,\"project\":\"e\"},{\"amount\":20,\"project\":\"b\"},"
    "{\"amount\":30,\"project\":\"a\"}],\"reason\":\"funded\",\"score\":3,"
    "\"selected\":true,\"supporters_had\":72,\"supporters_left\":18,\"votes\":3},"
    "{\"cost\":25,\"effective_support\":\"24/25\",\"id\":\"c\",\"left\":6,\"payments\":[],"
    "\"reason\":\"did-not-fit\",\"score\":1,\"selected\":false,\"supporters_had\":24,"
    "\"supporters_left\":24,\"votes\":1},{\"cost\":1,\"effective_support\":\"0/1\","
    "\"id\":\"d\",\"payments\":[],\"reason\":\"no-support\",\"score\":0,\"selected\":false,"
    "\"supporters_had\":0,\"supporters_left\":0,\"votes\":0},{\"cost\":4,"
    "\"effective_support\":\"1/1\",\"id\":\"e\",\"payments\":[{\"amount\":4,"
    "\"project\":\"e\"},{\"amount\":6,\"project\":\"b\"}],\"reason\":\"funded\","
    "\"score\":1,\"selected\":true,\"supporters_had\":24,\"supporters_left\":13,"
    "\"votes\":1}],\"rounds\":[{\"left\":56,\"money_left\":\"20/1\",\"paid_all\":0,"
    "\"paid_full\":1,\"project\":\"e\",\"rho\":\"4/1\",\"stage\":\"equal-shares\"},"
    "{\"left\":36,\"money_left\":\"48/1\",\"paid_all\":0,\"paid_full\":3,\"project\":\"b\","
    "\"rho\":\"20/3\",\"stage\":\"equal-shares\"},{\"left\":6,\"money_left\":\"14/3\","
    "\"paid_all\":0,\"paid_full\":2,\"project\":\"a\",\"rho\":\"15/1\","
    "\"stage\":\"equal-shares\"}],\"rule\":{\"borda_zero\":false,\"by\":\"density\","
    "\"completion\":[\"add1\",\"greedy\",\"comparison\"],\"forget\":false,"
    "\"fund_unsupported\":false,"
    "\"name\":\"equal-shares\",\"on_miss\":\"stop\",\"peer_all\":false,\"peer_all_fit\":false,"
    "\"start\":\"integral\",\"stop\":\"overspend\",\"tie_break\":[\"id\"],\"unit\":1,"
    "\"utility\":\"cardinality\"},\"selected\":[\"e\",\"b\",\"a\"],\"spent\":54,"
    "\"ties\":[],\"voters\":5}";

static const char greedy_kept[] =
    "{\"budget\":100,\"completion\":[{\"added\":0,\"kept\":\"greedy\","
    "\"name\":\"comparison\",\"prefer_kept\":6,\"prefer_other\":4}],\"distinct_ballots\":2,"
    "\"election\":\"0f1e2d3c\",\"format\":\"beffroi-outcome/1\","
    "\"projects\":[{\"cost\":100,\"id\":\"big\",\"reason\":\"funded\",\"score\":6,"
    "\"selected\":true,\"votes\":6},{\"cost\":10,\"id\":\"small\",\"left\":0,"
    "\"reason\":\"did-not-fit\",\"score\":4,\"selected\":false,\"votes\":4}],"
    "\"rounds\":[{\"left\":0,\"project\":\"big\",\"stage\":\"greedy\"}],"
    "\"rule\":{\"borda_zero\":false,\"by\":\"density\",\"completion\":[\"comparison\"],"
    "\"forget\":false,\"fund_unsupported\":false,\"name\":\"equal-shares\","
    "\"on_miss\":\"stop\",\"peer_all\":false,"
    "\"peer_all_fit\":false,\"start\":\"integral\",\"stop\":\"overspend\","
    "\"tie_break\":[\"id\"],\"unit\":1,\"utility\":\"cardinality\"},\"selected\":[\"big\"],"
    "\"spent\":100,\"ties\":[],\"voters\":10}";

static void writes(const struct ballot_box *box, const char *expected)
{
  struct buffer bytes = box_bytes(box), again = {0};
  struct fault fault;
  json_t *value;
  assert_false(bytes.failed);
  box_says(buffer_span(&bytes), expected);
  assert_int_equal(canonical_read(buffer_span(&bytes), 1 << 20, &value, &fault), STATUS_OK);
  assert_int_equal(canonical_write(value, &again, &fault), STATUS_OK);
  box_says(buffer_span(&again), expected);
  json_decref(value);
  buffer_free(&bytes);
  buffer_free(&again);
}

static void open_five_projects(struct ballot_box *box, int64_t budget)
{
  box_open(box, BALLOT_APPROVAL, budget, "a=30:x b=20:x c=25 d=1 e=4");
  box_cast(box, 2, "a b");
  box_cast(box, 1, "c");
  box_cast(box, 1, "e b");
  box_cast(box, 1, "");
}

static void greedy_is_written_with_all_it_did(void **state)
{
  (void)state;
  struct ballot_box box;
  open_five_projects(&box, 50);
  box_count(&box, "greedy", "on_miss=stop threshold=1 one_per=category exclusive=d+e");
  writes(&box, funded_and_excluded);
  box_close(&box);
}

static void misses_are_written_with_their_numbers(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 49, "trees=50 bikes=30 clock=10 pond=2");
  box_cast(&box, 3, "trees");
  box_cast(&box, 2, "bikes");
  box_cast(&box, 1, "pond");
  box_count(&box, "greedy", "on_miss=stop threshold=2");
  writes(&box, stopped);
  box_close(&box);
}

static void shares_and_completions_are_written(void **state)
{
  (void)state;
  struct ballot_box box;
  open_five_projects(&box, 60);
  box_count(&box, "equal-shares", "completion=add1u,comparison");
  writes(&box, shared);
  box_close(&box);
}

static void greedy_in_place_of_shares_is_written_without_them(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "big=100 small=10");
  box_cast(&box, 6, "big");
  box_cast(&box, 4, "small");
  box_count(&box, "equal-shares", "completion=comparison");
  writes(&box, greedy_kept);
  box_close(&box);
}

/* Neither the order of the ballots nor whether equal ones are kept together shows. */
static void the_same_ballots_in_another_way_are_the_same_bytes(void **state)
{
  (void)state;
  struct ballot_box box;
  const struct ballot_form form = ballot_form_any(BALLOT_APPROVAL);
  box_open_with(&box, &form, 60, "a=30 b=20 c=25 d=1 e=4", false);
  box_cast(&box, 1, "b a");
  box_cast(&box, 1, "");
  box_cast(&box, 1, "b e");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "c");
  box_count(&box, "equal-shares", "completion=add1u,comparison");
  assert_int_equal(box.profile.group_count, 5);
  writes(&box, shared);
  box_close(&box);
}

static void ids_and_numbers_of_every_size_are_written(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "\"\\\xc3\xa9=9007199254740991 \xe2\x82\xac=1");
  box_cast(&box, 1 << 30, "\"\\\xc3\xa9");
  box_count(&box, "equal-shares", "");
  struct buffer bytes = box_bytes(&box);
  json_t *value;
  assert_int_equal(canonical_read(buffer_span(&bytes), 1 << 20, &value, &box.fault), STATUS_OK);
  const json_t *selected = json_array_get(json_object_get(value, "selected"), 0);
  assert_string_equal(json_string_value(selected), "\"\\\xc3\xa9");
  assert_int_equal(json_integer_value(json_object_get(value, "spent")), MONEY_MAX);
  assert_int_equal(json_integer_value(json_object_get(value, "voters")), 1 << 30);
  json_decref(value);
  buffer_free(&bytes);
  box_close(&box);
}

static void reasons_have_their_names(void **state)
{
  (void)state;
  static const char *const names[] = {
      "funded",     "no-support",  "below-threshold", "too-little-support",
      "money-used", "did-not-fit", "excluded",        "after-stop"};
  for (int reason = REASON_FUNDED; reason <= REASON_AFTER_STOP; reason++)
    assert_string_equal(reason_name((enum reason)reason), names[reason]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(greedy_is_written_with_all_it_did),
      cmocka_unit_test(misses_are_written_with_their_numbers),
      cmocka_unit_test(shares_and_completions_are_written),
      cmocka_unit_test(greedy_in_place_of_shares_is_written_without_them),
      cmocka_unit_test(the_same_ballots_in_another_way_are_the_same_bytes),
      cmocka_unit_test(ids_and_numbers_of_every_size_are_written),
      cmocka_unit_test(reasons_have_their_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
