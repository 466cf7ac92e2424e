#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/pabulib/voter_set.h"
#include "tests/unit/alike_voters.h"

enum {
  MANY = 100000,
  ALIKE = 3000,
  NEIGHBOURS_MAX = 1024 /* slots that are looked at for one voter */
};

static enum voter_news add(struct voter_set *set, struct span voter)
{
  enum voter_news news = VOTER_CROWDED;
  struct fault fault = {0};
  assert_int_equal(voter_set_add(set, voter, &news, &fault), STATUS_OK);
  return news;
}

static void a_voter_is_new_once(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct voter_set set;
  struct fault fault = {0};
  assert_int_equal(voter_set_begin(&set, &arena, &fault), STATUS_OK);
  static const char ids[] = "12345678901234567890";
  for (size_t length = 0; length < sizeof ids; length++)
    assert_int_equal(add(&set, (struct span){.bytes = ids, .length = length}), VOTER_NEW);
  for (size_t length = 0; length < sizeof ids; length++)
    assert_int_equal(add(&set, (struct span){.bytes = ids, .length = length}), VOTER_KNOWN);
  /* Neither a 0 at the end nor one in the place of the end is nothing. */
  assert_int_equal(add(&set, (struct span){.bytes = "123\0", .length = 4}), VOTER_NEW);
  assert_int_equal(add(&set, SPAN("\0")), VOTER_NEW);
  arena_free(&arena);
}

static void many_voters_are_told_apart(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct voter_set set;
  struct fault fault = {0};
  assert_int_equal(voter_set_begin(&set, &arena, &fault), STATUS_OK);
  char(*ids)[12] = arena_take(&arena, MANY, sizeof *ids);
  assert_non_null(ids);
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < MANY; i++) {
      snprintf(ids[i], sizeof ids[i], "%d", i);
      assert_int_equal(add(&set, span_of(ids[i])), round == 0 ? VOTER_NEW : VOTER_KNOWN);
    }
  }
  assert_int_equal(set.count, MANY);
  arena_free(&arena);
}

static void voters_made_to_be_alike_do_not_make_it_slow(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct voter_set set;
  struct fault fault = {0};
  assert_int_equal(voter_set_begin(&set, &arena, &fault), STATUS_OK);
  char(*ids)[ALIKE_LENGTH] = arena_take(&arena, ALIKE, sizeof *ids);
  assert_non_null(ids);
  for (size_t i = 0; i < ALIKE; i++) {
    char first[16];
    snprintf(first, sizeof first, "%08zu", i);
    make_alike(ids[i], first);
    const enum voter_news expected = i < NEIGHBOURS_MAX ? VOTER_NEW : VOTER_CROWDED;
    assert_int_equal(add(&set, (struct span){.bytes = ids[i], .length = ALIKE_LENGTH}), expected);
  }
  assert_int_equal(add(&set, (struct span){.bytes = ids[0], .length = ALIKE_LENGTH}), VOTER_KNOWN);
  assert_int_equal(add(&set, SPAN("an honest voter")), VOTER_NEW);
  arena_free(&arena);
}

static void a_set_needs_memory(void **state)
{
  (void)state;
  struct arena small = {.limit = 64};
  struct voter_set set;
  struct fault fault = {0};
  assert_int_equal(voter_set_begin(&set, &small, &fault), STATUS_NO_MEMORY);
  arena_free(&small);

  struct arena arena = {.limit = 100000};
  assert_int_equal(voter_set_begin(&set, &arena, &fault), STATUS_OK);
  static char ids[MANY][12];
  enum status status = STATUS_OK;
  for (int i = 0; i < MANY && status == STATUS_OK; i++) {
    enum voter_news news;
    snprintf(ids[i], sizeof ids[i], "%d", i);
    status = voter_set_add(&set, span_of(ids[i]), &news, &fault);
  }
  assert_int_equal(status, STATUS_NO_MEMORY);
  assert_int_equal(fault.status, STATUS_NO_MEMORY);
  arena.limit = 0;
  assert_int_equal(add(&set, span_of(ids[0])), VOTER_KNOWN);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_voter_is_new_once),
      cmocka_unit_test(many_voters_are_told_apart),
      cmocka_unit_test(voters_made_to_be_alike_do_not_make_it_slow),
      cmocka_unit_test(a_set_needs_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
