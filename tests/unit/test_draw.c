#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/draw.h"
#include "tests/unit/example.h"

static const struct project projects[] = EXAMPLE_LIST;

/* Orders computed apart from this program, with Python's hashlib:
 * sorted(ids, key=lambda id: sha256(seed + id).digest()). */

static void draw(const uint8_t seed[DRAW_SEED_BYTES], const uint32_t expected[EXAMPLE_PROJECTS])
{
  struct election election = example_election(projects, BALLOT_APPROVAL);
  struct arena arena = {0};
  struct fault fault;
  const uint32_t *places;
  assert_int_equal(draw_lots(&election, seed, &arena, &places, &fault), STATUS_OK);
  for (uint32_t i = 0; i < EXAMPLE_PROJECTS; i++)
    assert_int_equal(places[expected[i]], i);
  arena_free(&arena);
}

static void orders_by_digest_of_seed_and_id(void **state)
{
  (void)state;
  static const uint32_t expected[] = {LIGHT, TREES, BIKES, WATER};
  uint8_t seed[DRAW_SEED_BYTES];
  for (uint8_t i = 0; i < DRAW_SEED_BYTES; i++)
    seed[i] = i;
  draw(seed, expected);
}

static void another_seed_gives_another_order(void **state)
{
  (void)state;
  static const uint32_t expected[] = {WATER, BIKES, TREES, LIGHT};
  static const uint8_t seed[DRAW_SEED_BYTES] = {0};
  draw(seed, expected);
}

static void the_order_of_the_list_does_not_matter(void **state)
{
  (void)state;
  static const struct project turned[] = {{.id = SPAN_INIT("water"), .title = SPAN_INIT("")},
                                          {.id = SPAN_INIT("trees"), .title = SPAN_INIT("")}};
  static const uint8_t seed[DRAW_SEED_BYTES] = {0};
  struct election election = {.project_count = 2, .projects = turned};
  struct arena arena = {0};
  struct fault fault;
  const uint32_t *places;
  assert_int_equal(draw_lots(&election, seed, &arena, &places, &fault), STATUS_OK);
  assert_int_equal(places[0], 0); /* water comes before trees, as above */
  assert_int_equal(places[1], 1);
  arena_free(&arena);
}

static void without_memory_it_says_so(void **state)
{
  (void)state;
  static const uint8_t seed[DRAW_SEED_BYTES] = {0};
  struct election election = example_election(projects, BALLOT_APPROVAL);
  struct arena arena = {.limit = 1};
  struct fault fault;
  const uint32_t *places;
  assert_int_equal(draw_lots(&election, seed, &arena, &places, &fault), STATUS_NO_MEMORY);
  assert_int_equal(fault.status, STATUS_NO_MEMORY);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders_by_digest_of_seed_and_id),
      cmocka_unit_test(another_seed_gives_another_order),
      cmocka_unit_test(the_order_of_the_list_does_not_matter),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
