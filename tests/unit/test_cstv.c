#include "engine/rules/cstv.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, const char *stage,
                     int64_t support, int64_t left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, stage);
  assert_false(round->shares_known);
  assert_int_equal(round->support_known, support >= 0);
  if (support >= 0)
    assert_int_equal(round->support, support);
  assert_int_equal(round->left, left);
}

static void misses(const struct ballot_box *box, const char *id, int64_t left)
{
  box_reason(box, id, REASON_DID_NOT_FIT);
  assert_int_equal(box_result(box, id)->left, left);
}

/* --- the example of docs/rules.md --- */

static void give_five(struct ballot_box *box, const char *projects)
{
  box_open(box, BALLOT_POINTS, 10000, projects);
  box->election.minor_unit = 2;
  box_cast(box, 1, "garden=3 mural=2"); /* Ana */
  box_cast(box, 1, "garden=3 mural=2"); /* Bao */
  box_cast(box, 1, "bench=2 mural=3");  /* Chloé */
  box_cast(box, 1, "bench=5");          /* Driss */
  box_cast(box, 1, "");                 /* Éva */
}

#define FIVE "garden=3000 bench=1800 mural=3900"

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  give_five(&box, FIVE);
  box_count(&box, "cstv", "");
  box_says(settings_text(&box.settings, "variant"), "mtc");
  box_says(settings_text(&box.settings, "utility"), "points");
  box_selected(&box, "bench garden mural");
  round_is(&box, 0, "bench", "cstv", 2800, 8200);
  round_is(&box, 1, "garden", "minimal-transfer", 2400, 5200);
  round_is(&box, 2, "mural", "acceptance", -1, 1300);
  assert_int_equal(box.outcome.tie_count, 0);
  box.projects[2].cost = 5500;
  box_count(&box, "cstv", "");
  box_selected(&box, "bench garden");
  misses(&box, "mural", 5200);
  box_close(&box);
}

static void elimination_in_the_manual_gives_the_garden_more(void **state)
{
  (void)state;
  struct ballot_box box;
  give_five(&box, FIVE);
  box_count(&box, "cstv", "variant=ewtc");
  box_selected(&box, "bench garden mural");
  round_is(&box, 1, "garden", "cstv", 4000, 5200);
  round_is(&box, 2, "mural", "reverse-elimination", -1, 1300);
  box_close(&box);
}

/* The mural has 8 + 8 + 12 + 2.86 €, the garden 24 €: 8.14 € and 6 € are missing. */
static void variants_differ_in_what_is_best(void **state)
{
  (void)state;
  struct ballot_box box;
  give_five(&box, FIVE);
  box_count(&box, "cstv", "variant=mt");
  round_is(&box, 1, "garden", "minimal-transfer", 2400, 5200);
  box_count(&box, "cstv", "variant=mts");
  round_is(&box, 0, "bench", "cstv", 2800, 8200);
  /* Ana and Bao give all but what the mural needs less than they have. */
  round_is(&box, 1, "mural", "minimal-transfer", 3086, 4300);
  round_is(&box, 2, "garden", "acceptance", -1, 1300);
  box_close(&box);
}

/* --- transfers --- */

static void who_runs_out_gives_all(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 30, "a=15 b=10 c=10");
  box_cast(&box, 1, "a=1 b=4");
  box_cast(&box, 1, "a=9 b=1");
  box_cast(&box, 1, "c=1");
  /* c has its 10. a has 2 + 9: by 15/11 the second voter would give 12.3 of 10; so all 10, and the
   * first 5 of 10. b has the other 5. */
  box_count(&box, "cstv", "variant=mts");
  box_selected(&box, "c a");
  round_is(&box, 0, "c", "cstv", 10, 20);
  round_is(&box, 1, "a", "minimal-transfer", 11, 5);
  misses(&box, "b", 5);
  box_close(&box);
}

/* What is accepted in the end uses up the money of its supporters, so that others come before those
 * whom the same voters want. */
static void acceptance_uses_money_up(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 40, "a=11 b=11 d=11 e=11");
  box_cast(&box, 1, "a=6 b=4");
  box_cast(&box, 1, "d=5 e=5");
  box_cast(&box, 2, "");
  /* a has 6, then b nothing; d and e 5; of b and e, which have nothing then, b is the first. */
  box_count(&box, "cstv", "");
  box_selected(&box, "a d b");
  round_is(&box, 0, "a", "acceptance", -1, 29);
  assert_int_equal(box.outcome.tie_count, 2);
  box_tie(&box, 0, 1, "d e", TIE_ID);
  box_tie(&box, 1, 2, "b e", TIE_ID);
  misses(&box, "e", 7);
  box_close(&box);
}

static void the_last_eliminated_comes_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 30, "a=16 b=17 c=18");
  box_cast(&box, 1, "a=1");
  box_cast(&box, 1, "b=1");
  box_cast(&box, 1, "c=1");
  /* 10 each, and 6, 7 and 8 missing: c goes first, then b, then a. */
  box_count(&box, "cstv", "variant=ewt");
  box_selected(&box, "a");
  misses(&box, "b", 14);
  misses(&box, "c", 14);
  assert_int_equal(box.outcome.tie_count, 0);
  /* By support all are equal: the last of the tie list goes first. */
  box_count(&box, "cstv", "variant=ewts tie_break=cost-desc,id");
  box_selected(&box, "c");
  assert_int_equal(box.outcome.tie_count, 2);
  box_tie(&box, 0, 0, "b a", TIE_COST_DESC);
  box_tie(&box, 1, 0, "c b", TIE_COST_DESC);
  box_close(&box);
}

static void approvals_divide_equally_and_rankings_by_rank(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 30, "a=10 b=30");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b");
  box_count(&box, "cstv", "");
  round_is(&box, 0, "a", "cstv", 10, 20);
  box_close(&box);
  box_open(&box, BALLOT_RANKING, 30, "a=10 b=30");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b");
  box_count(&box, "cstv", "");
  round_is(&box, 0, "a", "cstv", 13, 20); /* 2/3 of 20 */
  box_count(&box, "cstv", "borda_zero=true");
  round_is(&box, 0, "a", "cstv", 20, 20);
  box_reason(&box, "b", REASON_NO_SUPPORT);
  box_close(&box);
}

/* --- exactness --- */

static void exactly_its_cost_is_enough(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=10");
  box_cast(&box, 3, "a"); /* 10/3 each */
  box_count(&box, "cstv", "variant=ewt");
  round_is(&box, 0, "a", "cstv", 10, 0);
  box_close(&box);
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740991 b=1");
  box_cast(&box, 7, "a");
  box_count(&box, "cstv", "");
  round_is(&box, 0, "a", "cstv", MONEY_MAX, 0);
  box_reason(&box, "b", REASON_NO_SUPPORT);
  box_close(&box);
}

/* 10/3 each, of which 8/3 are left when a was bought: three times that is 8. */
static void exactly_its_cost_is_enough_after_a_payment(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 10, "a=2 b=8");
  box_cast(&box, 3, "a=1 b=2");
  box_count(&box, "cstv", "variant=ewt");
  box_selected(&box, "a b");
  round_is(&box, 1, "b", "cstv", 8, 0);
  box_close(&box);
}

/* Of a and d, 1/3 is left over each, so that b and c have 12 each, by other ways. */
static void equal_support_after_payments_is_a_tie(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 40, "a=3 b=20 c=20 d=3");
  box_cast(&box, 1, "a=1 b=2");
  box_cast(&box, 1, "b=1 c=1");
  box_cast(&box, 1, "c=2 d=1");
  box_cast(&box, 1, "");
  box_count(&box, "cstv", "variant=ewts tie_break=id");
  box_selected(&box, "a d b");
  assert_int_equal(box.outcome.tie_count, 2);
  box_tie(&box, 0, 0, "a d", TIE_ID);
  box_tie(&box, 1, 2, "b c", TIE_ID);
  misses(&box, "c", 14);
  box_close(&box);
}

/* Two halves of a town that mirror each other: all is equal, and what has to be told apart is longer
 * after each payment. */
static void numbers_that_are_too_long_are_refused(void **state)
{
  (void)state;
  struct ballot_box box;
  char projects[1024] = "", first[512] = "", second[512] = "", other[512] = "", another[512] = "";
  for (int i = 0; i < 20; i++) {
    snprintf(projects + strlen(projects), sizeof projects - strlen(projects), "%sa%d=9 b%d=9",
             i > 0 ? " " : "", i, i);
    snprintf(first + strlen(first), sizeof first - strlen(first), "%sa%d=%d", i > 0 ? " " : "", i,
             40 - i);
    snprintf(second + strlen(second), sizeof second - strlen(second), "%sb%d=%d", i > 0 ? " " : "",
             i, 40 - i);
    snprintf(other + strlen(other), sizeof other - strlen(other), "%sa%d=%d", i > 0 ? " " : "", i,
             60 - i);
    snprintf(another + strlen(another), sizeof another - strlen(another), "%sb%d=%d",
             i > 0 ? " " : "", i, 60 - i);
  }
  box_open(&box, BALLOT_POINTS, 10007, projects);
  box_cast(&box, 1, first);
  box_cast(&box, 1, second);
  box_cast(&box, 1, other);
  box_cast(&box, 1, another);
  box_refuses(&box, "cstv", "variant=ewts", "cstv",
              "what is given to 'a19' is too close to something else to be told apart within 65536 "
              "bits",
              "fewer projects, or another rule");
  box_close(&box);
}

/* --- edges --- */

static void free_projects_are_funded_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=9 free=0 also=0 shut=0");
  box_cast(&box, 2, "a free");
  box_cast(&box, 1, "also");
  box_cast(&box, 1, "");
  box_count(&box, "cstv", "");
  box_selected(&box, "also free a");
  round_is(&box, 1, "free", "cstv", 5, 20);
  round_is(&box, 2, "a", "cstv", 10, 11);
  box_tie(&box, 0, 0, "also free", TIE_ID);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_count(&box, "cstv", "fund_unsupported=true");
  box_selected(&box, "also free a shut");
  round_is(&box, 3, "shut", "acceptance", -1, 11);
  box_close(&box);
}

static void what_is_dearer_than_the_budget_gives_its_votes_away(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 20, "a=15 gold=21 shut=1");
  box_cast(&box, 2, "a=5 gold=5");
  box_count(&box, "cstv", "variant=ewtc");
  misses(&box, "gold", 5);
  box_selected(&box, "a");
  round_is(&box, 0, "a", "cstv", 20, 5);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 20, "a=5 free=0");
  box_count(&box, "cstv", "");
  box_selected(&box, "");
  box_count(&box, "cstv", "fund_unsupported=true");
  box_selected(&box, "a free");
  box_close(&box);
}

static void the_support_is_written(void **state)
{
  (void)state;
  struct ballot_box box;
  give_five(&box, FIVE);
  box_count(&box, "cstv", "");
  struct buffer bytes = box_bytes(&box);
  buffer_add_byte(&bytes, '\0');
  assert_non_null(strstr(bytes.bytes, "{\"left\":5200,\"project\":\"garden\",\"stage\":\"minimal-"
                                      "transfer\",\"support\":2400},{\"left\":1300,\"project\":"
                                      "\"mural\",\"stage\":\"acceptance\"}"));
  buffer_free(&bytes);
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  give_five(&box, FIVE);
  box_refuses(&box, "cstv", "variant=MT", "variant", "'MT' is not a value for it",
              "ewt ewtc ewts mt mtc mts");
  box_refuses(&box, "cstv", "utility=cost", "utility", "'cost' is not a value for it",
              "cardinality points borda borda-max");
  box_refuses(&box, "cstv", "utility=borda", "utility", "'points' ballots have no utility 'borda'",
              "one of cardinality, cost, points");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(elimination_in_the_manual_gives_the_garden_more),
      cmocka_unit_test(variants_differ_in_what_is_best),
      cmocka_unit_test(who_runs_out_gives_all),
      cmocka_unit_test(acceptance_uses_money_up),
      cmocka_unit_test(the_last_eliminated_comes_first),
      cmocka_unit_test(approvals_divide_equally_and_rankings_by_rank),
      cmocka_unit_test(exactly_its_cost_is_enough),
      cmocka_unit_test(exactly_its_cost_is_enough_after_a_payment),
      cmocka_unit_test(equal_support_after_payments_is_a_tie),
      cmocka_unit_test(numbers_that_are_too_long_are_refused),
      cmocka_unit_test(free_projects_are_funded_first),
      cmocka_unit_test(what_is_dearer_than_the_budget_gives_its_votes_away),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_support_is_written),
      cmocka_unit_test(settings_are_refused_clearly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
