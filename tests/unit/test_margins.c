#include "engine/margins/margins.h"

#include <stdlib.h>

#include "engine/margins/search.h"
#include "engine/margins/variant.h"
#include "tests/unit/ballot_box.h"

static struct margins find(struct ballot_box *box, const char *id, uint64_t counts)
{
  struct margins margins;
  const struct tally tally = {.election = &box->election,
                              .profile = &box->profile,
                              .settings = &box->settings,
                              .draw = box->draw};
  if (margins_find(&tally, &box->outcome, box_project(box, span_of(id)), counts, &box->arena,
                   &margins, &box->fault) != STATUS_OK)
    fail_msg("%s: %s", box->fault.where, box->fault.what);
  return margins;
}

static void proved_at(const struct margin *margin, int64_t number)
{
  assert_true(margin->found);
  assert_true(margin->proved);
  assert_int_equal(margin->number, number);
}

static void proved_never(const struct margin *margin)
{
  assert_false(margin->found);
  assert_true(margin->proved);
}

static void rivals_are(const struct ballot_box *box, const struct margins *margins, const char *ids)
{
  box_names(box, margins->rivals, margins->rival_count, ids);
}

/* --- the example of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "");
  box_selected(&box, "bench garden");

  /* Ana, Bao and Chloé have 60 €, but the garden is cheaper. Chloé pays 9 € for the bench, so the garden
   * goes when the mural costs no more than it, 30 €; at 30 € ids decide. */
  struct margins mural = find(&box, "mural", 300);
  assert_false(mural.funded);
  proved_at(&mural.cost, 3001);
  rivals_are(&box, &mural, "");
  assert_int_equal(mural.rivals_tried, 2);

  /* The garden, after the bench: 20, 20 and 11 €. Above 51 € nobody buys it. */
  struct margins garden = find(&box, "garden", 300);
  assert_true(garden.funded);
  proved_at(&garden.cost, 2101);
  /* Without Ana there are Bao and Chloé: 15 € each, which Chloé does not have. 20 + 11 will do. Without
   * both Chloé has 11 €. */
  proved_at(&garden.votes, 2);
  rivals_are(&box, &garden, "");
  box_close(&box);
}

static void greedy_is_bisected(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 100, "a=60 b=60 c=40");
  box_cast(&box, 700, "a");
  box_cast(&box, 400, "b c");
  box_cast(&box, 100, "a c");
  box_count(&box, "greedy", "");
  box_selected(&box, "a c");

  struct margins margins = find(&box, "b", 300);
  proved_at(&margins.votes, 401); /* a has 800 and goes first by its id */
  proved_at(&margins.cost, 60);   /* nothing is left for it */
  rivals_are(&box, &margins, "a");
  margins = find(&box, "a", 300);
  proved_at(&margins.votes, 401); /* until then c, or a and c, leave 60 for it */
  proved_at(&margins.cost, 41);   /* more than the budget */
  rivals_are(&box, &margins, "");
  margins = find(&box, "c", 300);
  proved_at(&margins.votes, 500); /* whoever is left, it fits */
  proved_at(&margins.cost, 1);
  box_close(&box);
}

/* At 55 p fits and is worth most, at 52 it is worth less than q, and takes nothing from it again only
 * at 2. */
static void a_cheaper_project_may_lose_again(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 55, "p=60 q=53");
  box_cast(&box, 10, "p");
  box_cast(&box, 10, "q");
  box_count(&box, "greedy", "utility=cost");
  box_selected(&box, "q");
  struct margins margins = find(&box, "p", 300);
  proved_at(&margins.cost, 5);
  margins = find(&box, "p", 9); /* one by one, doubling, and no more */
  assert_true(!margins.cost.proved);
  box_close(&box);
}

/* Of two that are equal the dearer goes first, as long as it fits: from 60 down to 55. */
static void a_cheaper_project_may_fall_behind_in_a_tie(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 60, "p=70 q=55");
  box_cast(&box, 10, "p");
  box_cast(&box, 10, "q");
  box_count(&box, "greedy", "tie_break=cost-desc,id");
  box_selected(&box, "q");
  struct margins margins = find(&box, "p", 300);
  proved_at(&margins.cost, 10);
  margins = find(&box, "p", 21); /* 1 and 2; then 4, 8, 16, 32 and 64 */
  assert_true(!margins.cost.proved);
  assert_int_equal(margins.cost.tried, 2);
  box_close(&box);
}

static void counts_are_kept_to(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "completion=add1");
  struct margins margins = find(&box, "mural", 0);
  assert_int_equal(margins.votes.counts + margins.cost.counts + margins.rivals_tried, 0);
  assert_false(margins.cost.found || margins.cost.proved);
  assert_int_equal(margins.rivals_left, box.outcome.selected_count);
  margins = find(&box, "mural", 30);
  assert_true(margins.votes.counts <= 10 && margins.cost.counts <= 10);
  box_close(&box);
}

/* --- the search --- */

struct answers {
  int64_t from, hole; /* changed from `from` on, but for `hole` */
  uint64_t asked;
};

static enum status answer(void *context, int64_t number, bool *changed, struct fault *fault)
{
  struct answers *answers = context;
  (void)fault;
  answers->asked++;
  *changed = number >= answers->from && number != answers->hole;
  return STATUS_OK;
}

static struct margin search(int64_t from, int64_t hole, int64_t most, bool monotone,
                            uint64_t counts)
{
  struct margin margin;
  struct fault fault;
  struct answers answers = {.from = from, .hole = hole};
  const struct search_question question = {.ask = answer,
                                           .context = &answers,
                                           .most = most,
                                           .first = 1,
                                           .monotone = monotone,
                                           .counts = counts};
  assert_int_equal(search_least(&question, &margin, &fault), STATUS_OK);
  assert_int_equal(margin.counts, answers.asked);
  assert_true(margin.counts <= counts);
  return margin;
}

static void a_monotone_answer_is_found_wherever_it_is(void **state)
{
  (void)state;
  for (int64_t from = 1; from <= 300; from++) {
    const struct margin margin = search(from, 0, 299, true, 40);
    if (from == 300)
      proved_never(&margin);
    else
      proved_at(&margin, from);
  }
  const struct margin margin = search(MONEY_MAX, 0, MONEY_MAX, true, 200);
  proved_at(&margin, MONEY_MAX);
}

static void what_is_not_monotone_is_scanned(void **state)
{
  (void)state;
  struct margin margin = search(7, 8, 100, false, 30); /* ten one by one */
  proved_at(&margin, 7);
  margin = search(10, 0, 100, false, 30);
  proved_at(&margin, 10);
  margin = search(11, 20, 100, false, 30);
  assert_true(margin.found);
  assert_false(margin.proved);
  assert_int_equal(margin.tried, 10);
  assert_true(margin.number >= 11 && margin.number != 20);
  margin = search(101, 0, 100, false, 30);
  assert_false(margin.found || margin.proved);
  assert_int_equal(margin.tried, 10);
  margin = search(101, 0, 9, false, 30);
  proved_never(&margin);
  margin = search(1, 0, 0, false, 30);
  proved_never(&margin);
  margin = search(1, 0, 0, true, 30);
  proved_never(&margin);
}

static void a_search_that_ends_too_soon_says_so(void **state)
{
  (void)state;
  struct margin margin = search(1000, 0, 100000, true, 5); /* 1 2 4 8 16 */
  assert_false(margin.found || margin.proved);
  assert_int_equal(margin.tried, 16);
  margin = search(1000, 0, 100000, true, 12); /* 1024, and 768 */
  assert_true(margin.found);
  assert_false(margin.proved);
  assert_int_equal(margin.number, 1024);
  assert_int_equal(margin.tried, 768);
}

/* --- the variants --- */

static void group_is(const struct profile *profile, size_t group, uint32_t voters, size_t count,
                     const struct mark *marks)
{
  assert_true(group < profile->group_count);
  assert_int_equal(profile->multiplicity[group], voters);
  assert_int_equal(profile->start[group + 1] - profile->start[group], count);
  for (size_t i = 0; i < count; i++) {
    assert_int_equal(profile->project[profile->start[group] + i], marks[i].project);
    assert_int_equal(profile->value[profile->start[group] + i], marks[i].value);
  }
}

#define MARKS(...)                                                                                 \
  sizeof((struct mark[]){__VA_ARGS__}) / sizeof(struct mark), (struct mark[])                      \
  {                                                                                                \
    __VA_ARGS__                                                                                    \
  }

static void those_with_fewest_projects_leave_first(void **state)
{
  (void)state;
  struct ballot_box box;
  struct leavers leavers;
  struct profile variant;
  box_open(&box, BALLOT_RANKING, 10, "a=1 b=1 c=1");
  box_cast(&box, 2, "b a c");
  box_cast(&box, 3, "a b");
  box_cast(&box, 1, "b a");
  box_cast(&box, 1, "c");
  box.profile = profile_end(&box.builder);
  assert_int_equal(variant_leavers(&box.profile, 1, &box.arena, &leavers, &box.fault), STATUS_OK);
  assert_int_equal(leavers.voters, 6);
  assert_int_equal(leavers.count, 3);
  assert_int_equal(leavers.groups[0], 1); /* a first, before b first */
  assert_int_equal(leavers.groups[1], 2);
  assert_int_equal(leavers.groups[2], 0);

  assert_int_equal(variant_leave(&box.profile, &leavers, 5, &box.arena, &variant, &box.fault),
                   STATUS_OK);
  assert_int_equal(variant.voters, 7);
  assert_int_equal(variant.group_count, 5);
  group_is(&variant, 0, 1, MARKS({0, 1}, {2, 2})); /* one of two left, and the others moved up */
  group_is(&variant, 1, 1, MARKS({0, 2}, {1, 1}, {2, 3}));
  group_is(&variant, 2, 3, MARKS({0, 1}));
  group_is(&variant, 3, 1, MARKS({0, 1}));
  group_is(&variant, 4, 1, MARKS({2, 1}));

  assert_int_equal(variant_join(&box.profile, 2, 9, &box.arena, &variant, &box.fault), STATUS_OK);
  assert_int_equal(variant.voters, 16);
  group_is(&variant, 4, 9, MARKS({2, 1}));
  box_close(&box);
}

static void a_further_voter_gives_as_much_as_any_does(void **state)
{
  (void)state;
  struct ballot_box box;
  struct profile variant;
  box_open(&box, BALLOT_POINTS, 10, "a=1 b=1");
  box_cast(&box, 2, "a=3 b=7");
  box.profile = profile_end(&box.builder);
  assert_int_equal(variant_join(&box.profile, 0, 1, &box.arena, &variant, &box.fault), STATUS_OK);
  group_is(&variant, 1, 1, MARKS({0, 7}));
  assert_int_equal(variant_without(&box.profile, 1, &box.arena, &variant, &box.fault), STATUS_OK);
  group_is(&variant, 0, 2, MARKS({0, 3}));
  assert_int_equal(variant.group_count, 1);
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(greedy_is_bisected),
      cmocka_unit_test(a_cheaper_project_may_lose_again),
      cmocka_unit_test(a_cheaper_project_may_fall_behind_in_a_tie),
      cmocka_unit_test(counts_are_kept_to),
      cmocka_unit_test(a_monotone_answer_is_found_wherever_it_is),
      cmocka_unit_test(what_is_not_monotone_is_scanned),
      cmocka_unit_test(a_search_that_ends_too_soon_says_so),
      cmocka_unit_test(those_with_fewest_projects_leave_first),
      cmocka_unit_test(a_further_voter_gives_as_much_as_any_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
