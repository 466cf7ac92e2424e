/* The k-th allocation fails, once or for ever, while ballots are counted and the outcome is
 * written: the bytes are those of a count without failures, or there are none. */
#include "tests/faults/failing_malloc.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

enum {
  PROJECTS = 60,
  BALLOTS = 600,
  LIMIT_STEP = 400, /* bytes */
  FAULT_STEPS_MAX = 1000
};

static const struct way {
  const char *rule;
  const char *settings;
} ways[] = {
    {"greedy", ""},
    {"greedy", "by=density one_per=category exclusive=p1+p2,p3+p4+p5 on_miss=stop threshold=3"},
    {"cstv", "variant=ewts"},
    {"cstv", "variant=mt fund_unsupported=true tie_break=votes,listed"},
    {"equal-shares", ""},
    {"equal-shares", "utility=cost completion=add1 tie_break=votes,cost,id-numeric"},
    {"equal-shares", "completion=add1-exhaustive peer_all=true"},
    {"equal-shares", "completion=add1-exact unit=1%"},
    {"equal-shares", "completion=add1u fund_unsupported=true"},
    {"equal-shares", "utility=cardinality completion=greedy by=score"},
    {"equal-shares", "completion=add1,greedy,comparison"},
    {"equal-shares", "completion=add1,phragmen,greedy on_miss=skip"},
    {"exact-equal-shares", "utility=cost"},
    {"exact-equal-shares", "completion=add-opt"},
    {"exact-equal-shares", "completion=add-opt-skip stop=exhaustive"},
    {"max-welfare", "tie_break=votes,listed"},
    {"maximin-support", ""},
    {"expanding-approvals", ""},
    {"expanding-approvals", "utility=cardinality tie_break=votes,listed"},
    {"phragmen", ""},
    {"phragmen", "on_miss=skip fund_unsupported=true tie_break=votes,listed"},
};

/* Costs, points and repeated ballots such that there are ties, voters out of money, and prices
 * over a denominator of many limbs. */
static void open_city(struct ballot_box *box)
{
  char projects[PROJECTS * 24] = "";
  for (unsigned i = 0; i < PROJECTS; i++) {
    size_t length = strlen(projects);
    snprintf(projects + length, sizeof projects - length, "%sp%u=%u:c%u", i > 0 ? " " : "", i,
             i % 20 == 0 ? 0 : 100 + 37 * (i % 7), i % 11);
  }
  box_open(box, BALLOT_POINTS, 6000, projects);
  /* The ids outlive this function. */
  char *kept = arena_copy(&box->arena, projects, strlen(projects));
  assert_non_null(kept);
  for (unsigned i = 0; i < PROJECTS; i++) {
    box->projects[i].id.bytes = kept + (box->projects[i].id.bytes - projects);
    box->projects[i].category.bytes = kept + (box->projects[i].category.bytes - projects);
  }
  for (uint32_t i = 0; i < BALLOTS; i++) {
    const struct mark marks[] = {{i * 7 % 20, (int32_t)(i % 13 + 1)},
                                 {20 + i * 11 % 20, (int32_t)(i % 5 + 1)},
                                 {40 + i * 3 % 19, 1}};
    const struct choice choice = {.count = 1 + i % 3, .marks = marks};
    assert_int_equal(profile_add(&box->builder, &choice, 1, &box->fault), STATUS_OK);
  }
}

/* Counts and writes; an empty buffer unless all went well. */
static enum status count(struct ballot_box *box, const struct way *way, struct buffer *bytes)
{
  enum status status = box_try(box, way->rule, way->settings);
  assert_int_equal(box->fault.status, status);
  if (status == STATUS_OK)
    *bytes = box_bytes(box);
  return bytes->failed ? STATUS_NO_MEMORY : status;
}

/* Whether an allocation failed at all. */
static bool counts_with_failure(const struct way *way, size_t k, bool for_ever,
                                const struct buffer *expected)
{
  struct ballot_box box;
  struct buffer bytes = {0};
  open_city(&box);
  failing_malloc_arm(k, for_ever);
  const enum status status = count(&box, way, &bytes);
  failing_malloc_disarm();
  const bool fired = failing_malloc_fired();
  assert_int_equal(status, fired ? STATUS_NO_MEMORY : STATUS_OK);
  if (!fired)
    assert_true(span_equal(buffer_span(&bytes), buffer_span(expected)));
  buffer_free(&bytes);
  box_close(&box);
  return fired;
}

static void fail_each_allocation(const struct way *way, bool for_ever)
{
  struct ballot_box box;
  struct buffer expected = {0};
  open_city(&box);
  if (count(&box, way, &expected) != STATUS_OK)
    fail_msg("%s: %s", box.fault.where, box.fault.what);
  assert_true(box.outcome.selected_count > 3);
  size_t k = 1;
  while (k < FAULT_STEPS_MAX && counts_with_failure(way, k, for_ever, &expected))
    k++;
  assert_in_range(k, 4, FAULT_STEPS_MAX - 1);
  buffer_free(&expected);
  box_close(&box);
}

static void each_failure_is_said_when_it_is_the_only_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
    fail_each_allocation(&ways[i], false);
}

static void each_failure_is_said_when_all_after_it_fail_too(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
    fail_each_allocation(&ways[i], true);
}

/* An arena takes much at a time, so few of its pieces need an allocation. With a bound that rises
 * step by step, memory ends at each of them in turn. */
static void memory_may_end_anywhere(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    struct buffer expected = {0};
    size_t refused = 0, limit = 0;
    enum status status;
    do {
      struct ballot_box box;
      struct buffer bytes = {0};
      open_city(&box);
      if (limit == 0) {
        assert_int_equal(count(&box, &ways[i], &expected), STATUS_OK);
        box_close(&box);
        open_city(&box);
        limit = box.arena.taken;
      }
      box.arena.limit = limit += LIMIT_STEP;
      status = count(&box, &ways[i], &bytes);
      assert_int_equal(status, status == STATUS_OK ? STATUS_OK : STATUS_NO_MEMORY);
      refused += status != STATUS_OK;
      if (status == STATUS_OK)
        assert_true(span_equal(buffer_span(&bytes), buffer_span(&expected)));
      buffer_free(&bytes);
      box_close(&box);
    } while (status != STATUS_OK);
    assert_in_range(refused, 20, 10000);
    buffer_free(&expected);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_failure_is_said_when_it_is_the_only_one),
      cmocka_unit_test(each_failure_is_said_when_all_after_it_fail_too),
      cmocka_unit_test(memory_may_end_anywhere),
  };
  return cmocka_run_group_tests_name("rules_memory", tests, NULL, NULL);
}
