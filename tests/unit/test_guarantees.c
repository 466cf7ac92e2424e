#include "engine/guarantees/guarantees.h"

#include <inttypes.h>
#include <stdio.h>

#include "tests/unit/ballot_box.h"

static void find(struct ballot_box *box, const char *funded, struct guarantees *guarantees)
{
  bool chosen[BOX_PROJECTS_MAX] = {false};
  struct span rest = span_of(funded), word;
  bool more = rest.length > 0;
  while (span_split(&rest, &more, ' ', &word))
    chosen[box_project(box, word)] = true;
  if (guarantees_find(&box->election, &box->profile, chosen, &box->arena, guarantees,
                      &box->fault) != STATUS_OK)
    fail_msg("%s: %s", box->fault.where, box->fault.what);
}

/* "mural:3<=1 …": project, voters, utility. */
static void breaches_are(const struct ballot_box *box, const struct ejr *ejr, const char *expected)
{
  char text[256] = "";
  size_t length = 0;
  for (size_t i = 0; i < ejr->breach_count; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%.*s:%" PRIu64 "<=%" PRId64,
                               i > 0 ? " " : "",
                               SPAN_PRINT(box->election.projects[ejr->breaches[i].project].id),
                               ejr->breaches[i].voters, ejr->breaches[i].utility);
  assert_string_equal(text, expected);
}

static void levels_are(const struct spread *spread, size_t count, const uint64_t *expected)
{
  assert_int_equal(spread->level_count, count);
  for (size_t i = 0; i < count; i++)
    assert_int_equal(spread->levels[i], expected[i]);
}

/* --- the example of docs/rules.md --- */

static void the_example_of_the_manual_holds(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open_five(&box, "garden=3000:green bench=1800:street mural=6000:art,street");
  box.profile = profile_end(&box.builder);

  find(&box, "bench garden", &found);
  breaches_are(&box, &found.by_cardinality, "");
  breaches_are(&box, &found.by_cost, "");
  levels_are(&found.spread, 3, (const uint64_t[]){1, 3, 1});
  assert_int_equal(found.spent, 4800);
  assert_int_equal(found.funded, 2);
  assert_int_equal(found.votes, 8);
  /* 0 1 1 1 2 of 5: -4·0 - 2·1 + 0·1 + 2·1 + 4·2 = 8 of 5 · 5. */
  box_says(found.spread.gini_by_cardinality_text, "8/25");
  /* 0 18 30 30 48: (-36 + 0 + 60 + 192) / (5 · 126) */
  box_says(found.spread.gini_by_cost_text, "12/35");
  assert_int_equal(portion_thousandths(&found.spread.gini_by_cost), 342);
  box_close(&box);
}

static void levels_are_told_where_they_begin_to_break(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box.profile = profile_end(&box.builder);

  /* The garden: Ana and Bao have nothing and 40 €. The mural: they do not have its 60 €, and with
   * Chloé, who has the bench, the three would need 120 € for two such projects, and 18 € more. */
  find(&box, "bench", &found);
  breaches_are(&box, &found.by_cardinality, "garden:2<=0");
  breaches_are(&box, &found.by_cost, "garden:2<=0");

  /* With nothing funded, the mural takes exactly all that is theirs. */
  find(&box, "", &found);
  breaches_are(&box, &found.by_cardinality, "garden:3<=0 bench:2<=0 mural:3<=0");
  breaches_are(&box, &found.by_cost, "garden:3<=0 bench:2<=0 mural:3<=0");
  box_says(found.spread.gini_by_cardinality_text, "0/1");
  levels_are(&found.spread, 1, (const uint64_t[]){5});
  box_close(&box);
}

static void a_cent_decides(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open(&box, BALLOT_APPROVAL, 9001, "a=3000 b=3000 c=6001");
  box_cast(&box, 2, "a b c");
  box_cast(&box, 1, "");
  box.profile = profile_end(&box.builder);
  find(&box, "a", &found); /* 6000 2/3 are theirs */
  breaches_are(&box, &found.by_cost, "b:2<=3000");
  breaches_are(&box, &found.by_cardinality, "b:2<=1");
  box.election.budget = 8999;
  find(&box, "a", &found);
  breaches_are(&box, &found.by_cost, "");
  breaches_are(&box, &found.by_cardinality, "");
  box.election.budget = 9001;
  find(&box, "", &found); /* c costs more than theirs */
  breaches_are(&box, &found.by_cost, "a:2<=0 b:2<=0");
  box_close(&box);
}

static void what_costs_nothing_is_always_owed(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open(&box, BALLOT_APPROVAL, 10, "a=0 b=10 c=0");
  box_cast(&box, 1, "a b");
  box.profile = profile_end(&box.builder);
  find(&box, "b", &found);
  breaches_are(&box, &found.by_cost, "a:1<=10");
  breaches_are(&box, &found.by_cardinality, "a:1<=1");
  find(&box, "a b", &found);
  breaches_are(&box, &found.by_cost, "");
  breaches_are(&box, &found.by_cardinality, "");
  box_close(&box);
}

static void the_largest_numbers_fit(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  const bool both[] = {true, true};
  box_open(&box, BALLOT_APPROVAL, MONEY_MAX, "a=1 b=1");
  box.projects[0].cost = MONEY_MAX;
  box.projects[1].cost = MONEY_MAX;
  box_cast(&box, 1U << 29, "a");
  box_cast(&box, 1U << 29, "b");
  box.profile = profile_end(&box.builder);
  find(&box, "a", &found);
  breaches_are(&box, &found.by_cost, "");
  box_says(found.spread.gini_by_cost_text, "1/2");
  box_says(found.spread.gini_by_cardinality_text, "1/2");
  assert_int_equal(portion_thousandths(&found.spread.gini_by_cost), 500);

  assert_int_equal(
      guarantees_find(&box.election, &box.profile, both, &box.arena, &found, &box.fault),
      STATUS_REFUSED);
  assert_string_equal(box.fault.where, "funded");
  box_close(&box);
}

static void nobody_votes(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open(&box, BALLOT_APPROVAL, 100, "a=10 b=20");
  box.profile = profile_end(&box.builder);
  find(&box, "a", &found);
  breaches_are(&box, &found.by_cost, "");
  levels_are(&found.spread, 1, (const uint64_t[]){0});
  box_says(found.spread.gini_by_cost_text, "0/1");
  assert_int_equal(found.category_count, 0);
  box_close(&box);
}

/* --- categories --- */

static void category_is(const struct guarantees *found, size_t place, const char *name,
                        uint64_t funded, uint64_t projects, int64_t money, uint64_t votes)
{
  const struct category *category = &found->categories[place];
  assert_true(place < found->category_count);
  box_says(category->name, name);
  assert_int_equal(category->funded, funded);
  assert_int_equal(category->projects, projects);
  assert_int_equal(category->money, money);
  assert_int_equal(category->votes, votes);
}

static void a_project_counts_in_each_of_its_categories_once(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  box_open_five(&box, "garden=3000:green,street bench=1800:street,,street mural=6000:art");
  box.profile = profile_end(&box.builder);
  find(&box, "bench garden", &found);
  assert_int_equal(found.category_count, 3);
  category_is(&found, 0, "art", 0, 1, 0, 3);
  category_is(&found, 1, "green", 1, 1, 3000, 3);
  category_is(&found, 2, "street", 2, 2, 4800, 5);
  box_close(&box);
}

/* --- payments --- */

static void pricing_is(struct ballot_box *box, size_t bought, enum payment_flaw flaw,
                       const char *project, int64_t amount)
{
  struct pricing pricing;
  assert_int_equal(
      guarantees_price(&box->outcome, &box->election, &box->arena, &pricing, &box->fault),
      STATUS_OK);
  assert_true(pricing.known);
  assert_int_equal(pricing.bought, bought);
  assert_int_equal(pricing.flaw, flaw);
  if (flaw == PAYMENT_SOUND)
    return;
  box_names(box, &pricing.project, 1, project);
  assert_int_equal(pricing.amount, amount);
}

static void equal_shares_are_priceable(void **state)
{
  (void)state;
  struct ballot_box box;
  struct pricing pricing;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "");
  pricing_is(&box, 2, PAYMENT_SOUND, "", 0);
  box_count(&box, "greedy", "");
  assert_int_equal(guarantees_price(&box.outcome, &box.election, &box.arena, &pricing, &box.fault),
                   STATUS_OK);
  assert_false(pricing.known);
  box_close(&box);
}

/* Two hold 20 and the third, who paid 18, has 2: nobody pays 20 alone, but 42 is more than that. */
static void exact_equal_shares_need_not_be(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open(&box, BALLOT_APPROVAL, 60, "a=18 b=41");
  box_cast(&box, 2, "b");
  box_cast(&box, 1, "a b");
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "b"); /* 41/3 each, before a */
  pricing_is(&box, 1, PAYMENT_SOUND, "", 0);
  box_close(&box);

  box_open(&box, BALLOT_APPROVAL, 60, "a=12 b=41");
  box_cast(&box, 2, "b");
  box_cast(&box, 1, "a b");
  box_count(&box, "exact-equal-shares", "");
  box_selected(&box, "a"); /* 12 against 41/3: then 20, 20 and 8 */
  pricing_is(&box, 1, PAYMENT_COULD_PAY, "b", 48);
  box_close(&box);
}

static void payments_that_are_not_the_cost_are_found(void **state)
{
  (void)state;
  struct ballot_box box;
  box_open_five(&box, "garden=3000 bench=1800 mural=6000");
  box_count(&box, "equal-shares", "");
  box.projects[1].cost = 1801;
  pricing_is(&box, 2, PAYMENT_NOT_THE_COST, "bench", 1800);
  box.projects[1].cost = 1800;
  box.projects[2].cost = 2100; /* exactly what its supporters have left */
  pricing_is(&box, 2, PAYMENT_COULD_PAY, "mural", 2100);
  box.projects[2].cost = 2101;
  pricing_is(&box, 2, PAYMENT_SOUND, "", 0);
  box_close(&box);
}

/* --- as JSON --- */

static void the_json_has_all_of_it(void **state)
{
  (void)state;
  struct ballot_box box;
  struct guarantees found;
  struct pricing pricing;
  struct buffer text = {0};
  box_open_five(&box, "garden=3000:green bench=1800:street mural=2100:street");
  box_count(&box, "equal-shares", "");
  box.projects[2].cost = 2000;
  find(&box, "bench", &found);
  assert_int_equal(guarantees_price(&box.outcome, &box.election, &box.arena, &pricing, &box.fault),
                   STATUS_OK);
  guarantees_write(&found, &pricing, &box.election, SPAN(BOX_DIGEST), &text);
  buffer_add_byte(&text, '\0');
  assert_false(text.failed);
  assert_string_equal(
      text.bytes,
      "{\"budget\":10000,\"categories\":[{\"funded\":0,\"money\":0,\"name\":\"green\",\"projects\":"
      "1,"
      "\"votes\":3},{\"funded\":1,\"money\":1800,\"name\":\"street\",\"projects\":2,\"votes\":5}],"
      "\"ejr_plus_up_to_one\":{\"cardinality\":{\"breaches\":[{\"project\":\"garden\",\"utility\":"
      "0,"
      "\"voters\":2},{\"project\":\"mural\",\"utility\":0,\"voters\":2}],\"holds\":false},"
      "\"cost\":{\"breaches\":[{\"project\":\"garden\",\"utility\":0,\"voters\":2},{\"project\":"
      "\"mural\",\"utility\":0,\"voters\":2}],\"holds\":false}},\"format\":\"beffroi-guarantees/"
      "1\","
      "\"gini\":{\"cardinality\":\"3/5\",\"cost\":\"3/5\"},\"payments\":{\"amount\":2100,"
      "\"bought\":3,\"flaw\":\"not-the-cost\",\"priceable\":false,\"project\":\"mural\"},"
      "\"result\":\"" BOX_DIGEST "\",\"spent\":1800,\"voters\":5,\"voters_by_funded\":[3,2],"
      "\"votes\":8}");
  buffer_free(&text);
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_of_the_manual_holds),
      cmocka_unit_test(levels_are_told_where_they_begin_to_break),
      cmocka_unit_test(a_cent_decides),
      cmocka_unit_test(what_costs_nothing_is_always_owed),
      cmocka_unit_test(the_largest_numbers_fit),
      cmocka_unit_test(nobody_votes),
      cmocka_unit_test(a_project_counts_in_each_of_its_categories_once),
      cmocka_unit_test(equal_shares_are_priceable),
      cmocka_unit_test(exact_equal_shares_need_not_be),
      cmocka_unit_test(payments_that_are_not_the_cost_are_found),
      cmocka_unit_test(the_json_has_all_of_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
