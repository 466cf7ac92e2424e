#include "engine/rules/equal_shares.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/rules/shares/fraction.h"
#include "engine/rules/shares/price.h"
#include "engine/rules/shares/run.h"
#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, const char *rho,
                     uint64_t paid_full, uint64_t paid_all, const char *money_left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "equal-shares");
  assert_true(round->shares_known);
  box_says(round->rho, rho);
  assert_int_equal(round->paid_full, paid_full);
  assert_int_equal(round->paid_all, paid_all);
  box_says(round->money_left, money_left);
}

static void supporters_are(const struct ballot_box *box, const char *id, const char *effective,
                           int64_t had, int64_t left)
{
  const struct project_result *result = box_result(box, id);
  assert_true(result->shares_known);
  box_says(result->effective_support, effective);
  assert_int_equal(result->supporters_had, had);
  assert_int_equal(result->supporters_left, left);
}

/* "bench=9 garden=30" */
/* --- the example of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "bench garden");
  assert_int_equal(box.outcome.spent, 4800);
  assert_int_equal(box.outcome.budget - box.outcome.spent, 5200);
  round_is(&box, 0, "bench", "900/1", 2, 0, "2200/1");
  round_is(&box, 1, "garden", "1000/1", 3, 0, "2100/1");
  assert_int_equal(box.outcome.rounds[0].left, 8200);
  assert_int_equal(box.outcome.rounds[1].left, 5200);
  assert_int_equal(box.outcome.tie_count, 0);
  box_reason(&box, "mural", REASON_MONEY_USED);
  supporters_are(&box, "mural", "21/20", 6000, 2100);
  box_payments(&box, "mural", "bench=900 garden=3000");
  supporters_are(&box, "garden", "3/1", 6000, 2100);
  box_payments(&box, "garden", "bench=900 garden=3000");
  supporters_are(&box, "bench", "2/1", 4000, 1200);
  box_payments(&box, "bench", "bench=1800 garden=1000");
  box_close(&box);
}

static void begin_shares(struct ballot_box *box, const char *settings, struct counting *counting,
                         struct shares *shares)
{
  assert_int_equal(box_settle(box, "equal-shares", settings), STATUS_OK);
  box->profile = profile_end(&box->builder);
  const struct tally tally = {
      .election = &box->election, .profile = &box->profile, .settings = &box->settings};
  assert_int_equal(counting_begin(counting, &tally, &box->arena, &box->fault), STATUS_OK);
  assert_int_equal(shares_begin(shares, counting, &box->fault), STATUS_OK);
}

/* One voter's money after a run, for a group that has some. */
static void money_is(struct ballot_box *box, struct shares *shares, uint32_t group,
                     const char *expected)
{
  struct natural sum = shares->sum;
  struct span text;
  uint64_t voters = 0;
  assert_true(shares->purses[group].out_in == ROUND_NONE);
  price_add_group(shares, group, &voters);
  for (size_t i = 0; i < shares->round_count; i++)
    shares->coefficients[i] /= shares->purses[group].multiplicity;
  price_money(shares, 1, &sum);
  assert_int_equal(fraction_write(shares, &sum, 1, 1, &text, &box->fault), STATUS_OK);
  box_says(text, expected);
}

static void each_voter_of_the_example_keeps_what_the_manual_says(void **state)
{
  (void)state;
  static const char *const steps[][4] = {
      /* Ana and Bao, Chloé, Driss, Éva */
      {"2000/1", "1100/1", "1100/1", "2000/1"},
      {"1000/1", "100/1", "1100/1", "2000/1"},
  };
  for (size_t rounds = 1; rounds <= 2; rounds++) {
    struct ballot_box box;
    struct counting counting;
    struct shares shares;
    enum run_end end;
    const struct endowment endowment = {.numerator = {.low = 10000}, .denominator = 5};
    box_open_five(&box, "garden=3000 bench=1800 mural=6000");
    /* Without the projects that come later, to look between the rounds. */
    box.projects[2].cost = MONEY_MAX;
    if (rounds == 1)
      box.projects[0].cost = MONEY_MAX;
    begin_shares(&box, "", &counting, &shares);
    assert_int_equal(shares_run(&shares, &endowment, NULL, &end, &box.fault), STATUS_OK);
    assert_int_equal(end, RUN_COMPLETE);
    assert_int_equal(shares.round_count, rounds);
    for (uint32_t group = 0; group < 4; group++)
      money_is(&box, &shares, group, steps[rounds - 1][group]);
    box_close(&box);
  }
}

/* --- who pays how --- */

static void supporters_can_be_left_with_exactly_nothing(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=10 b=1");
  box_cast(&box, 3, "a b"); /* 10/3 each, which no double is */
  box_cast(&box, 0, "b");
  box_count(&box, "equal-shares", "tie_break=votes,cost-desc,id");
  box_selected(&box, "b");
  round_is(&box, 0, "b", "1/3", 3, 0, "9/1");
  supporters_are(&box, "a", "27/10", 10, 9);
  box_close(&box);

  box_open(&box, BALLOT_APPROVAL, 10, "a=10 b=11");
  box_cast(&box, 3, "a b");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a");
  round_is(&box, 0, "a", "10/3", 3, 0, "0/1");
  supporters_are(&box, "a", "3/1", 10, 0);
  supporters_are(&box, "b", "0/1", 10, 0);
  box_reason(&box, "b", REASON_TOO_LITTLE_SUPPORT);
  box_close(&box);
}

static void some_pay_all_they_have_and_one_exactly_so(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 10, "a=6 b=4 c=5");
  box_cast(&box, 2, "a b c"); /* keep 1/3 each */
  box_cast(&box, 1, "b c");
  box_count(&box, "equal-shares", "");
  /* b is 4/3 for each at first, a 3. */
  box_selected(&box, "b c");
  round_is(&box, 0, "b", "4/3", 3, 0, "6/1");
  round_is(&box, 1, "c", "5/3", 3, 0, "1/1");
  box_close(&box);

  box_open(&box, BALLOT_APPROVAL, 10, "a=2 b=4");
  box_cast(&box, 2, "a b");
  box_cast(&box, 1, "b");
  box.projects[0].cost = 6;
  box.projects[1].cost = 4;
  box_count(&box, "equal-shares", "utility=cost"); /* a 1/2, b 1/3 */
  round_is(&box, 0, "b", "1/3", 3, 0, "6/1");
  box_reason(&box, "a", REASON_MONEY_USED);
  supporters_are(&box, "a", "4/3", 6, 4);
  box_close(&box);

  /* The two who give most to `a` pay for it first; then b takes every cent there is. */
  box_open(&box, BALLOT_POINTS, 10, "a=6 b=4");
  box_cast(&box, 2, "a=9 b=1");
  box_cast(&box, 1, "b=1");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a b");
  round_is(&box, 0, "a", "1/3", 2, 0, "2/3");
  round_is(&box, 1, "b", "10/3", 1, 2, "0/1");
  supporters_are(&box, "b", "6/5", 10, 0);
  box_payments(&box, "b", "a=6 b=4");
  box_payments(&box, "a", "a=6 b=0");
  box_close(&box);
}

static void whoever_is_out_of_money_pays_no_more(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 40, "a=20 b=5 c=12");
  box_cast(&box, 2, "a c");
  box_cast(&box, 1, "b");
  box_cast(&box, 1, "c b");
  box_count(&box, "equal-shares", "");
  /* b 5/2; c 4 for three; a then has 6 + 6 of 20. */
  box_selected(&box, "b c");
  round_is(&box, 0, "b", "5/2", 2, 0, "15/1");
  round_is(&box, 1, "c", "4/1", 3, 0, "31/2");
  supporters_are(&box, "a", "6/5", 20, 12);
  supporters_are(&box, "c", "3/1", 30, 15);
  box_payments(&box, "c", "b=2 c=12");
  box_close(&box);

  box_open(&box, BALLOT_APPROVAL, 40, "a=20 c=12");
  box_cast(&box, 2, "a c");
  box_cast(&box, 1, "");
  box_cast(&box, 1, "c");
  box_count(&box, "equal-shares", "utility=cost");
  box_selected(&box, "c"); /* 1/3 against 1/2 */
  box_count(&box, "equal-shares", "");
  box_selected(&box, "c");
  box.projects[0].cost = 8;
  box.projects[1].cost = 24;
  box_count(&box, "equal-shares", ""); /* a 4 each; c: 6 + 6 + 10 are too few */
  box_selected(&box, "a");
  box.projects[0].cost = 14;
  box.projects[1].cost = 12;
  box_count(&box, "equal-shares", ""); /* c 4 each, then a: 6 + 6 of 14 */
  box_selected(&box, "c");
  box.projects[1].cost = 16;
  box.projects[0].cost = 10;
  box_count(&box, "equal-shares", ""); /* a 5 each, then c: 5, 5 and 6 */
  box_selected(&box, "a c");
  round_is(&box, 1, "c", "6/1", 1, 2, "4/1");
  supporters_are(&box, "c", "8/3", 30, 4);
  supporters_are(&box, "a", "2/1", 20, 0);
  box_payments(&box, "a", "a=10 c=10");
  box_close(&box);
}

/* --- utilities --- */

static void points_weigh_payments(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 20, "a=9 b=12 c=1");
  box_cast(&box, 1, "a=3 b=1");
  box_cast(&box, 1, "a=1 b=9 c=0");
  box_count(&box, "equal-shares", "");
  /* b: the second would pay 9 rho but has 10; the first pays 2 more. a: 9/4. */
  box_selected(&box, "b");
  round_is(&box, 0, "b", "2/1", 1, 1, "8/1");
  supporters_are(&box, "a", "3/1", 20, 8); /* min(3, 8 · 4 / 9) */
  box_reason(&box, "a", REASON_MONEY_USED);
  box_reason(&box, "c", REASON_NO_SUPPORT);
  supporters_are(&box, "c", "0/1", 0, 0);
  box_payments(&box, "c", "");
  box_close(&box);
}

static void rankings_are_read_as_borda(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=3 b=8");
  box_cast(&box, 1, "b a");
  box_cast(&box, 1, "a");
  box_count(&box, "equal-shares", "");
  box_says(settings_text(&box.settings, "utility"), "borda");
  round_is(&box, 0, "a", "3/2", 2, 0, "17/1"); /* weights 1 and 1 */
  round_is(&box, 1, "b", "4/1", 1, 0, "1/2");
  box_close(&box);
}

static void borda_zero_leaves_the_last_unsupported(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_RANKING, 20, "a=3 b=9 c=1");
  box_cast(&box, 1, "b c a");
  box_cast(&box, 1, "a");
  box_count(&box, "equal-shares", "borda_zero=true");
  box_selected(&box, "c b");
  round_is(&box, 0, "c", "1/1", 1, 0, "9/1");
  round_is(&box, 1, "b", "9/2", 1, 0, "0/1");
  box_reason(&box, "a", REASON_NO_SUPPORT);
  assert_int_equal(box_result(&box, "a")->votes, 0);
  assert_int_equal(box_result(&box, "a")->score, 2);
  box_close(&box);
}

static void by_cost_what_more_want_goes_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "utility=cost");
  /* Garden and mural 1/3 each, bench 1/2. */
  box_selected(&box, "garden bench");
  round_is(&box, 0, "garden", "1/3", 3, 0, "3000/1");
  round_is(&box, 1, "bench", "1/2", 2, 0, "1200/1");
  assert_int_equal(box.outcome.tie_count, 1);
  box_tie(&box, 0, 0, "garden mural", TIE_ID);
  box_count(&box, "equal-shares", "utility=cost tie_break=cost-desc,id");
  box_selected(&box, "mural bench");
  round_is(&box, 0, "mural", "1/3", 3, 0, "0/1");
  box_tie(&box, 0, 0, "mural garden", TIE_COST_DESC);
  supporters_are(&box, "bench", "1/1", 4000, 200); /* Driss pays alone */
  box_close(&box);
}

/* --- edges --- */

static void free_projects_are_bought_first_for_nothing(void **state)
{
  (void)state;
  static const char *const utilities[] = {"utility=cardinality", "utility=cost"};
  for (size_t i = 0; i < 2; i++) {
    struct ballot_box box;
    box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0 also=0 shut=0");
    box_cast(&box, 2, "a free");
    box_cast(&box, 1, "also");
    box_cast(&box, 1, "");
    box_count(&box, "equal-shares", utilities[i]);
    box_selected(&box, "also free a");
    round_is(&box, 0, "also", "0/1", 1, 0, "5/1");
    round_is(&box, 1, "free", "0/1", 2, 0, "10/1");
    assert_int_equal(box.outcome.tie_count, 1);
    box_tie(&box, 0, 0, "also free", TIE_ID);
    supporters_are(&box, "free", "2/1", 10, 5);
    box_payments(&box, "free", "a=5");
    supporters_are(&box, "shut", "0/1", 0, 0);
    box_reason(&box, "shut", REASON_NO_SUPPORT);
    box_close(&box);
  }
}

static void blank_ballots_hold_their_share(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=15");
  box_cast(&box, 2, "a");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a");
  box_cast(&box, 2, "");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "");
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  supporters_are(&box, "a", "4/3", 10, 10);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  static const char *const ways[] = {"", "completion=add1", "completion=add1-exact unit=3%",
                                     "completion=add1u,comparison"};
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    struct ballot_box box;
    box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0");
    box_count(&box, "equal-shares", ways[i]);
    box_selected(&box, "");
    assert_int_equal(box.outcome.voters, 0);
    supporters_are(&box, "a", "0/1", 0, 0);
    box_reason(&box, "a", REASON_NO_SUPPORT);
    box_close(&box);
  }
}

static void nobody_supports_anything(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0");
  box_cast(&box, 3, "");
  box_count(&box, "equal-shares", "completion=add1");
  box_selected(&box, "");
  assert_string_equal(box.outcome.completions[0].stopped, "all-funded");
  assert_int_equal(box.outcome.completions[0].steps, 0);
  box_says(box.outcome.completions[0].endowment, "6/1");
  box_close(&box);
}

static void a_budget_of_nothing_buys_what_is_free(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 0, "a=5 free=0");
  box_cast(&box, 3, "a free");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "free");
  round_is(&box, 0, "free", "0/1", 3, 0, "0/1");
  supporters_are(&box, "a", "0/1", 0, 0);
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  box_close(&box);
}

static void the_largest_budget_is_shared_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740991 b=9007199254740991 c=1");
  box_cast(&box, 1, "a");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a");
  round_is(&box, 0, "a", "9007199254740991/1", 1, 0, "0/1");
  box_cast(&box, 6, "a b");
  box_count(&box, "equal-shares", "utility=cost");
  round_is(&box, 0, "a", "1/7", 7, 0, "0/1");
  supporters_are(&box, "b", "0/1", 7720456504063706, 0);
  box_count(&box, "equal-shares", "");
  round_is(&box, 0, "a", "9007199254740991/7", 7, 0, "0/1");
  supporters_are(&box, "a", "7/1", MONEY_MAX, 0);
  box_payments(&box, "b", "a=7720456504063706");
  box_close(&box);
}

/* One unit of money among 2^30 voters with the largest points: the smallest prices there are. */
static void the_smallest_prices_are_found_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_SPLIT, 1, "a=1 b=1");
  box_cast(&box, (UINT32_C(1) << 30) - 1, "a=10000");
  box_cast(&box, 1, "a=9999 b=1");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a");
  /* All but one would pay a bit more than they have, so the last gives all as well. */
  round_is(&box, 0, "a", "1/10736344498176", 1, (UINT32_C(1) << 30) - 1, "0/1");
  box_reason(&box, "b", REASON_TOO_LITTLE_SUPPORT);
  supporters_are(&box, "b", "0/1", 0, 0);
  box_close(&box);
}

static void many_equal_projects_tie_in_every_round(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 22,
           "t=1 s=1 r=1 q=1 p=1 o=1 n=1 m=1 l=1 k=1 j=1 i=1 h=1 g=1 f=1 e=1 d=1 c=1 b=1 a=1");
  box_cast(&box, 7, "a b c d e f g h i j k l m n o p q r s t");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "a b c d e f g h i j k l m n o p q r s t");
  assert_int_equal(box.outcome.tie_count, 19);
  for (size_t i = 0; i < 19; i++) {
    assert_int_equal(box.outcome.ties[i].round, i);
    assert_int_equal(box.outcome.ties[i].count, 20 - i);
    box_says(box.outcome.rounds[i].rho, "1/7");
  }
  round_is(&box, 19, "t", "1/7", 7, 0, "2/1");
  box_close(&box);
}

/* Equal although their supporters pay differently. */
static void prices_that_are_equal_for_different_reasons_tie(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 20, "a=8 b=12");
  box_cast(&box, 1, "a=3 b=1");
  box_cast(&box, 1, "a=1 b=9");
  box_count(&box, "equal-shares", "tie_break=cost-desc,id");
  box_tie(&box, 0, 0, "b a", TIE_COST_DESC);
  round_is(&box, 0, "b", "2/1", 1, 1, "8/1");
  box_count(&box, "equal-shares", "");
  box_tie(&box, 0, 0, "a b", TIE_ID);
  round_is(&box, 0, "a", "2/1", 2, 0, "12/1");
  round_is(&box, 1, "b", "4/1", 1, 1, "0/1");
  box_close(&box);
}

static void dearer_than_the_budget_is_never_bought(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=21");
  box_cast(&box, 3, "a");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "");
  box_reason(&box, "a", REASON_TOO_LITTLE_SUPPORT);
  supporters_are(&box, "a", "20/7", 20, 20);
  box_close(&box);
}

/* As if the run had gone on to a common denominator of so many limbs. */
static void make_long(struct ballot_box *box, struct shares *shares, size_t limbs)
{
  mp_limb_t *room = ARENA_TAKE(&box->arena, mp_limb_t, limbs);
  assert_non_null(room);
  room[limbs - 1] = 1;
  shares->denominator = natural_in(room, limbs);
  shares->denominator.size = limbs;
}

static void fractions_beyond_the_room_are_refused(void **state)
{
  (void)state;
  const size_t headroom = 8 * NATURAL_LIMBS_OF_64;
  struct ballot_box box;
  struct counting counting;
  struct shares shares;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  begin_shares(&box, "", &counting, &shares);
  make_long(&box, &shares, NATURAL_LIMBS_MAX - headroom);
  assert_int_equal(shares_reserve(&shares, &box.fault), STATUS_OK);
  make_long(&box, &shares, NATURAL_LIMBS_MAX - headroom + 1);
  assert_int_equal(shares_reserve(&shares, &box.fault), STATUS_REFUSED);
  assert_string_equal(box.fault.where, "equal-shares");
  assert_string_equal(box.fault.what, "the shares need fractions of more than 65536 bits");
  assert_string_equal(box.fault.expected, "fewer projects or smaller points");
  box_close(&box);
}

/* A run that overspends ends before it is asked for room. */
static void the_fractions_of_one_run_do_not_burden_the_next(void **state)
{
  (void)state;
  struct ballot_box box;
  struct counting counting;
  struct shares shares;
  enum run_end end;
  const struct endowment endowment = {.numerator = {.low = 10000}, .denominator = 5};
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  begin_shares(&box, "", &counting, &shares);
  assert_int_equal(shares_run(&shares, &endowment, NULL, &end, &box.fault), STATUS_OK);
  make_long(&box, &shares, NATURAL_LIMBS_MAX);
  assert_int_equal(shares_run(&shares, &endowment, NULL, &end, &box.fault), STATUS_OK);
  assert_int_equal(end, RUN_COMPLETE);
  assert_int_equal(shares.round_count, 2);
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(each_voter_of_the_example_keeps_what_the_manual_says),
      cmocka_unit_test(supporters_can_be_left_with_exactly_nothing),
      cmocka_unit_test(some_pay_all_they_have_and_one_exactly_so),
      cmocka_unit_test(whoever_is_out_of_money_pays_no_more),
      cmocka_unit_test(points_weigh_payments),
      cmocka_unit_test(rankings_are_read_as_borda),
      cmocka_unit_test(borda_zero_leaves_the_last_unsupported),
      cmocka_unit_test(by_cost_what_more_want_goes_first),
      cmocka_unit_test(free_projects_are_bought_first_for_nothing),
      cmocka_unit_test(blank_ballots_hold_their_share),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(nobody_supports_anything),
      cmocka_unit_test(a_budget_of_nothing_buys_what_is_free),
      cmocka_unit_test(the_largest_budget_is_shared_exactly),
      cmocka_unit_test(the_smallest_prices_are_found_exactly),
      cmocka_unit_test(many_equal_projects_tie_in_every_round),
      cmocka_unit_test(prices_that_are_equal_for_different_reasons_tie),
      cmocka_unit_test(dearer_than_the_budget_is_never_bought),
      cmocka_unit_test(fractions_beyond_the_room_are_refused),
      cmocka_unit_test(the_fractions_of_one_run_do_not_burden_the_next),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
