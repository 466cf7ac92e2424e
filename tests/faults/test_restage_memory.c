/* The k-th allocation fails, once or for ever, while a published election becomes a manifest and a
 * signed ballot: each time it is said, and nothing is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ballots/draft.h"
#include "ballots/restage.h"
#include "engine/rule.h"
#include "tests/faults/failing_malloc.h"
#include "tests/unit/staging.h"

enum {
  PROJECTS = 1000, /* too many for the manifest itself */
  STEPS_MAX = 100000
};

static struct arena arena;
static struct buffer text;
static struct pabulib file;
static struct settings settings;
static struct staging_people people;
static struct restage restage;

static int start(void **state)
{
  (void)state;
  struct fault fault;
  const struct pabulib_options options = {.keep_equal_apart = true};
  json_set_alloc_funcs(malloc, free);
  buffer_add(&text, SPAN("META\nkey;value\nbudget;100\nvote_type;cumulative\n"
                         "PROJECTS\nproject_id;cost\n"));
  for (int i = 0; i < PROJECTS; i++)
    buffer_format(&text, "%d;1\n", i);
  buffer_add(&text, SPAN("VOTES\nvoter_id;vote;points\n1;1,2,3;3,0,5\n"));
  if (pabulib_read(buffer_span(&text), &options, &arena, &file, &fault) != STATUS_OK)
    fail_msg("%s: %s", fault.where, fault.what);
  settings_begin(&settings, rule_find(SPAN("greedy")));
  staging_people(&people);
  if (restage_make(&file, &settings, &people.terms, &arena, &restage, &fault) != STATUS_OK)
    fail_msg("%s: %s", fault.where, fault.what);
  assert_true(restage.projects.length > 0);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  buffer_free(&text);
  arena_free(&arena);
  return 0;
}

static enum status make(struct fault *fault)
{
  struct arena own = {0};
  struct restage made;
  const enum status status = restage_make(&file, &settings, &people.terms, &own, &made, fault);
  if (status == STATUS_OK)
    assert_true(span_equal(made.payload, restage.payload));
  arena_free(&own);
  return status;
}

static enum status cast(struct fault *fault)
{
  const struct signing_key *key = &people.keys[STAGING_REGISTRAR];
  const struct digest open = digest_of(SPAN("open"));
  struct mark marks[PROJECTS];
  struct arena own = {0};
  struct buffer payload = {0};
  struct span line;
  const struct choice choice = restage_choice(&restage, 0, marks);
  enum status status = draft_ballot(&restage.manifest.election, &choice, &open, &key->public_key,
                                    &open, &payload, fault);
  if (status == STATUS_OK)
    status = draft_sign(SPAN("ballot"), buffer_span(&payload), &key, 1, &own, &line, fault);
  buffer_free(&payload);
  arena_free(&own);
  return status;
}

static void fail_each(enum status (*work)(struct fault *fault), bool for_ever, size_t step)
{
  size_t k = 1;
  for (; k < STEPS_MAX; k += k < 300 ? 1 : step) {
    struct fault fault = {0};
    failing_malloc_arm(k, for_ever);
    const enum status status = work(&fault);
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_string_equal(fault.what, "out of memory");
  }
  assert_in_range(k, 5, STEPS_MAX - 1);
}

/* Reading back a thousand projects as JSON allocates thousands of times: of those that are alike
 * some fail. */
static void each_allocation_of_making_may_fail(void **state)
{
  (void)state;
  fail_each(make, false, 97);
  fail_each(make, true, 97);
}

static void each_allocation_of_casting_may_fail(void **state)
{
  (void)state;
  fail_each(cast, false, 1);
  fail_each(cast, true, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_of_making_may_fail),
      cmocka_unit_test(each_allocation_of_casting_may_fail),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
