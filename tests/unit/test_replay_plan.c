#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/replay/plan.h"

enum {
  VOTERS = 2000
};

static struct plan make(struct arena *arena, size_t voters, struct plan_odds odds)
{
  struct plan plan;
  struct fault fault;
  assert_int_equal(plan_make(voters, &odds, arena, &plan, &fault), STATUS_OK);
  return plan;
}

static void each_voter_casts_the_own_choice_last(void **state)
{
  struct arena arena = {0};
  const struct plan plan = make(&arena, VOTERS, (struct plan_odds){.revote = 30, .seed = 1});
  uint32_t last[VOTERS] = {0};
  (void)state;
  for (uint32_t i = 0; i < plan.cast_count; i++) {
    const struct cast *cast = &plan.casts[i];
    assert_true(cast->voter < VOTERS);
    if (cast->later == CAST_NONE) {
      assert_int_equal(cast->choice, cast->voter);
      last[cast->voter]++;
    } else {
      assert_true(cast->choice <= VOTERS);
      assert_int_equal(plan.casts[cast->later].earlier, i);
      assert_int_equal(plan.casts[cast->later].voter, cast->voter);
    }
  }
  for (size_t i = 0; i < VOTERS; i++)
    assert_int_equal(last[i], 1);
  arena_free(&arena);
}

static void odds_are_kept(void **state)
{
  struct arena arena = {0};
  (void)state;
  struct plan plan = make(&arena, VOTERS, (struct plan_odds){.seed = 2});
  assert_int_equal(plan.cast_count, VOTERS);
  assert_int_equal(plan.job_count, VOTERS);
  plan = make(&arena, VOTERS, (struct plan_odds){.revote = 100, .twice = 100, .seed = 2});
  assert_int_equal(plan.cast_count, 2 * VOTERS);
  /* Half of them at once, so that their second copies are there from the start. */
  assert_in_range(plan.job_count, 2 * VOTERS + VOTERS / 2, 4 * VOTERS - VOTERS / 2);
  plan = make(&arena, VOTERS, (struct plan_odds){.revote = 10, .seed = 2});
  assert_in_range(plan.cast_count, VOTERS + VOTERS / 20, VOTERS + VOTERS / 5);
  arena_free(&arena);
}

static void every_cast_is_sent_and_copies_follow_their_first(void **state)
{
  struct arena arena = {0};
  const struct plan plan =
      make(&arena, VOTERS, (struct plan_odds){.revote = 20, .twice = 40, .seed = 3});
  unsigned *sent = calloc(plan.cast_count, sizeof *sent);
  (void)state;
  assert_non_null(sent);
  for (size_t i = 0; i < plan.job_count; i++) {
    const struct sending_job *job = &plan.jobs[i];
    assert_int_equal(job->copy, sent[job->cast]++);
    if (job->copy == 1)
      assert_int_equal(plan.jobs[i - 1].cast, job->cast);
  }
  for (size_t i = 0; i < plan.cast_count; i++)
    assert_int_equal(sent[i], plan.casts[i].sending == SENT_AT_ONCE ? 2 : 1);
  free(sent);
  arena_free(&arena);
}

static void the_seed_decides(void **state)
{
  struct arena arena = {0};
  const struct plan_odds odds = {.revote = 20, .twice = 20, .seed = 4};
  struct plan_odds other = odds;
  (void)state;
  other.seed = 5;
  const struct plan first = make(&arena, VOTERS, odds), second = make(&arena, VOTERS, odds);
  const struct plan third = make(&arena, VOTERS, other);
  assert_int_equal(first.job_count, second.job_count);
  assert_memory_equal(first.jobs, second.jobs, first.job_count * sizeof *first.jobs);
  assert_true(first.job_count != third.job_count ||
              memcmp(first.jobs, third.jobs, first.job_count * sizeof *first.jobs) != 0);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_voter_casts_the_own_choice_last),
      cmocka_unit_test(odds_are_kept),
      cmocka_unit_test(every_cast_is_sent_and_copies_follow_their_first),
      cmocka_unit_test(the_seed_decides),
  };
  return cmocka_run_group_tests_name("replay_plan", tests, NULL, NULL);
}
