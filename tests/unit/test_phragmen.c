#include "engine/rules/phragmen.h"

#include <stdio.h>

#include "engine/rules/amounts.h"
#include "tests/unit/ballot_box.h"

static void round_is(const struct ballot_box *box, size_t place, const char *id, const char *load,
                     int64_t left)
{
  assert_true(place < box->outcome.round_count);
  const struct round *round = &box->outcome.rounds[place];
  box_names(box, &round->project, 1, id);
  assert_string_equal(round->stage, "phragmen");
  assert_false(round->shares_known);
  box_says(round->load, load);
  assert_int_equal(round->left, left);
}

static void misses(const struct ballot_box *box, const char *id, int64_t left)
{
  box_reason(box, id, REASON_DID_NOT_FIT);
  assert_int_equal(box_result(box, id)->left, left);
}

static void comes_after(const struct ballot_box *box, const char *id, const char *stopped_at,
                        int64_t left)
{
  box_reason(box, id, REASON_AFTER_STOP);
  box_names(box, &box_result(box, id)->rival, 1, stopped_at);
  assert_int_equal(box_result(box, id)->left, left);
}

/* --- the examples of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "phragmen", "");
  box_selected(&box, "bench garden");
  round_is(&box, 0, "bench", "900/1", 8200);
  round_is(&box, 1, "garden", "1300/1", 5200);
  assert_int_equal(box.outcome.round_count, 2);
  assert_int_equal(box.outcome.tie_count, 0);
  assert_int_equal(box.outcome.spent, 4800);
  misses(&box, "mural", 5200);
  box_close(&box);
}

/* With 8 € more the mural is bought as well, at the load that the manual says. */
static void the_mural_of_the_manual_would_weigh_33(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box.election.budget = 10800;
  box_count(&box, "phragmen", "");
  box_selected(&box, "bench garden mural");
  round_is(&box, 2, "mural", "3300/1", 0);
  box_close(&box);
}

static void the_completion_of_the_manual_goes_on_from_what_was_paid(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box.projects[2].cost = 4500;
  box_count(&box, "equal-shares", "completion=phragmen");
  box_selected(&box, "bench garden mural");
  /* Ana and Bao paid 10 €, Chloé 19 €: (45 + 39) / 3. */
  round_is(&box, 2, "mural", "2800/1", 700);
  assert_int_equal(box.outcome.completion_count, 1);
  assert_string_equal(box.outcome.completions[0].name, "phragmen");
  assert_int_equal(box.outcome.completions[0].added, 1);
  box_count(&box, "equal-shares", "completion=phragmen forget=true");
  round_is(&box, 2, "mural", "1500/1", 700);
  box_close(&box);
}

/* --- loads --- */

static void loads_are_exact_fractions(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=10 b=11 c=13");
  box_cast(&box, 3, "a b");
  box_cast(&box, 4, "b c");
  box_count(&box, "phragmen", "");
  box_selected(&box, "b c a");
  round_is(&box, 0, "b", "11/7", 89);   /* a 10/3, c 13/4 */
  round_is(&box, 1, "c", "135/28", 76); /* (13 + 4 · 11/7) / 4 */
  round_is(&box, 2, "a", "103/21", 66); /* (10 + 3 · 11/7) / 3 */
  box_close(&box);
}

/* A supporter of two that are bought carries both; one of a third keeps the other waiting. */
static void who_carries_much_makes_projects_wait(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 40, "a=10 b=10 c=10 d=10");
  box_cast(&box, 3, "a b c");
  box_cast(&box, 1, "d");
  box_count(&box, "phragmen", "");
  /* a, b, c at 10/3, 20/3, 10; d at 10: tied with the last. */
  box_selected(&box, "a b c d");
  assert_int_equal(box.outcome.tie_count, 3);
  box_tie(&box, 0, 0, "a b c", TIE_ID);
  box_tie(&box, 1, 1, "b c", TIE_ID);
  box_tie(&box, 2, 2, "c d", TIE_ID);
  round_is(&box, 2, "c", "10/1", 10);
  box_count(&box, "phragmen", "tie_break=votes,cost-desc,id");
  box_tie(&box, 2, 2, "c d", TIE_VOTES);
  box_close(&box);
}

static void points_only_say_who_supports(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_POINTS, 100, "a=10 b=10");
  box_cast(&box, 2, "a=1 b=5");
  box_cast(&box, 1, "a=1 b=0");
  box_count(&box, "phragmen", "");
  round_is(&box, 0, "a", "10/3", 90);
  round_is(&box, 1, "b", "25/3", 80); /* two supporters, with 10/3 each */
  box_count(&box, "phragmen", "utility=cardinality");
  box_tie(&box, 0, 0, "a b", TIE_ID); /* read as approvals, b has three */
  box_close(&box);

  box_open(&box, BALLOT_RANKING, 100, "a=10 b=10");
  box_cast(&box, 1, "a b");
  box_cast(&box, 1, "b a");
  box_cast(&box, 1, "a b");
  box_count(&box, "phragmen", "borda_zero=true");
  round_is(&box, 0, "a", "5/1", 90);
  box_close(&box);
}

/* --- what does not fit --- */

static void open_misfits(struct ballot_box *box)
{
  box_open(box, BALLOT_APPROVAL, 20, "a=12 b=10 c=9 d=4 e=30 f=1");
  box_cast(box, 4, "a");
  box_cast(box, 3, "b");
  box_cast(box, 2, "c e");
  box_cast(box, 1, "d");
}

static void it_stops_at_what_does_not_fit(void **state)
{
  (void)state;
  struct ballot_box box;
  open_misfits(&box);
  box_count(&box, "phragmen", ""); /* a 3, b 10/3, d 4, c 9/2, e 15 */
  box_selected(&box, "a");
  misses(&box, "b", 8);
  comes_after(&box, "c", "b", 8);
  comes_after(&box, "d", "b", 8);
  misses(&box, "e", 20); /* dearer than the whole budget: it never stops the count */
  box_reason(&box, "f", REASON_NO_SUPPORT);
  box_close(&box);
}

static void or_leaves_it_out(void **state)
{
  (void)state;
  struct ballot_box box;
  open_misfits(&box);
  box_count(&box, "phragmen", "on_miss=skip");
  box_selected(&box, "a d");
  misses(&box, "b", 8);
  misses(&box, "c", 8);
  misses(&box, "e", 20);
  box_count(&box, "phragmen", "on_miss=skip fund_unsupported=true");
  box_selected(&box, "a d f");
  round_is(&box, 2, "f", "", 3);
  box_close(&box);
}

/* Of two whose turn has come together one fits: with `stop` neither is funded. */
static void a_tie_with_what_does_not_fit_stops_it(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=12 b=8 c=16 d=1");
  box_cast(&box, 4, "a");
  box_cast(&box, 2, "b");
  box_cast(&box, 4, "c");
  box_count(&box, "phragmen", ""); /* a 3, then b and c 4 */
  box_selected(&box, "a");
  misses(&box, "c", 8);
  comes_after(&box, "b", "c", 8);
  assert_int_equal(box.outcome.tie_count, 0);
  box_count(&box, "phragmen", "on_miss=skip");
  box_selected(&box, "a b");
  assert_int_equal(box.outcome.tie_count, 0);
  box_close(&box);
}

static void unsupported_projects_come_last_if_at_all(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "w=3 v=2 u=16 a=4");
  box_cast(&box, 1, "a");
  box_count(&box, "phragmen", "fund_unsupported=true");
  box_selected(&box, "a u"); /* all three wait together, and after u nothing fits */
  box_tie(&box, 0, 1, "u v w", TIE_ID);
  misses(&box, "v", 0);
  misses(&box, "w", 0);
  box_count(&box, "phragmen", "fund_unsupported=true tie_break=cost,id");
  box_selected(&box, "a v"); /* then u does not fit any more */
  misses(&box, "u", 14);
  comes_after(&box, "w", "u", 14);
  box_count(&box, "phragmen", "fund_unsupported=true on_miss=skip tie_break=cost,id");
  box_selected(&box, "a v w");
  box_count(&box, "phragmen", "");
  box_selected(&box, "a");
  box_reason(&box, "u", REASON_NO_SUPPORT);
  box_close(&box);
}

/* --- edges --- */

static void free_projects_come_first(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0 also=0 shut=0");
  box_cast(&box, 2, "a free");
  box_cast(&box, 1, "also");
  box_count(&box, "phragmen", "");
  box_selected(&box, "also free a");
  box_tie(&box, 0, 0, "also free", TIE_ID);
  round_is(&box, 0, "also", "0/1", 20);
  round_is(&box, 2, "a", "5/2", 15);
  box_reason(&box, "shut", REASON_NO_SUPPORT);
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 20, "a=5 free=0");
  box_count(&box, "phragmen", "");
  box_selected(&box, "");
  box_count(&box, "equal-shares", "completion=phragmen");
  box_selected(&box, "");
  assert_int_equal(box.outcome.completions[0].added, 0);
  box_close(&box);
}

static void the_largest_costs_are_carried_exactly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=9007199254740990 b=1");
  box_cast(&box, 7, "a b");
  box_count(&box, "phragmen", "");
  box_selected(&box, "b a");
  round_is(&box, 0, "b", "1/7", 9007199254740990);
  round_is(&box, 1, "a", "9007199254740991/7", 0);
  box_close(&box);
}

static void settings_are_refused_clearly(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_refuses(&box, "phragmen", "on_miss=go", "on_miss", "'go' is not a value for it", "stop skip");
  box_refuses(&box, "phragmen", "by=score", "settings", "the rule phragmen has no setting 'by'",
              "on_miss, fund_unsupported, borda_zero, tie_break, utility");
  box_refuses(&box, "phragmen", "utility=points", "utility",
              "'approval' ballots have no utility 'points'", "one of cardinality, cost");
  box_refuses(&box, "phragmen", "borda_zero=true", "borda_zero",
              "it says nothing about the utility 'cardinality'", "utility borda");
  static const char *const orders[] = {"greedy,phragmen", "add1u,phragmen"};
  for (size_t i = 0; i < 2; i++) {
    char settings[64], what[96];
    snprintf(settings, sizeof settings, "completion=%s", orders[i]);
    snprintf(what, sizeof what, "'%s' is not an order of completions", orders[i]);
    box_refuses(&box, "equal-shares", settings, "completion", what,
                "at most one of the add1 kinds first, then phragmen, then greedy, then comparison, "
                "each once");
  }
  box_close(&box);
}

/* As if the count had gone on to a common denominator of so many limbs. */
static void fractions_beyond_the_room_are_refused(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct amounts amounts;
  struct fault fault;
  assert_int_equal(amounts_begin(&amounts, &arena, 4, "phragmen", &fault), STATUS_OK);
  assert_int_equal(amounts_reserve(&amounts, &fault), STATUS_OK);
  mp_limb_t *limbs = ARENA_TAKE(&arena, mp_limb_t, NATURAL_LIMBS_MAX);
  assert_non_null(limbs);
  struct natural denominator = natural_in(limbs, NATURAL_LIMBS_MAX);
  denominator.size = NATURAL_LIMBS_MAX - 8 * NATURAL_LIMBS_OF_64;
  limbs[denominator.size - 1] = 1;
  assert_int_equal(amounts_adopt(&amounts, &denominator, NULL, 0, &fault), STATUS_OK);
  assert_int_equal(amounts_reserve(&amounts, &fault), STATUS_OK);
  limbs[denominator.size++] = 1;
  assert_int_equal(amounts_adopt(&amounts, &denominator, NULL, 0, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "phragmen");
  assert_string_equal(fault.what, "the shares need fractions of more than 65536 bits");
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(the_mural_of_the_manual_would_weigh_33),
      cmocka_unit_test(the_completion_of_the_manual_goes_on_from_what_was_paid),
      cmocka_unit_test(loads_are_exact_fractions),
      cmocka_unit_test(who_carries_much_makes_projects_wait),
      cmocka_unit_test(points_only_say_who_supports),
      cmocka_unit_test(it_stops_at_what_does_not_fit),
      cmocka_unit_test(or_leaves_it_out),
      cmocka_unit_test(a_tie_with_what_does_not_fit_stops_it),
      cmocka_unit_test(unsupported_projects_come_last_if_at_all),
      cmocka_unit_test(free_projects_come_first),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(the_largest_costs_are_carried_exactly),
      cmocka_unit_test(settings_are_refused_clearly),
      cmocka_unit_test(fractions_beyond_the_room_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
