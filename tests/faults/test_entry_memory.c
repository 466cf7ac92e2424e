/* The k-th allocation fails: a manifest or an entry is then neither read nor drafted, and says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/draft.h"
#include "ballots/entry.h"
#include "engine/rule.h"
#include "tests/faults/failing_malloc.h"
#include "tests/unit/board_example.h"

static struct arena shared_arena;
static struct board_example example;
static enum example_place place;
static json_t *manifest_draft;
static struct span unusual_ballot;

static const struct project projects[] = {
    {SPAN_INIT("a"), 1, SPAN_INIT(""), SPAN_INIT("")},
    {SPAN_INIT("\xc3\xa9"), 1, SPAN_INIT(""), SPAN_INIT("")},
};
static struct election election = {.budget = 1, .project_count = 2, .projects = projects};
static struct project_index project_index;
static struct span choice_text;

/* --- work --- */

static enum status read_line(struct span line, enum entry_kind kind, struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry;
  enum status status = entry_read(line, &arena, &entry, fault);
  if (status == STATUS_OK)
    assert_int_equal(entry.kind, kind);
  else
    assert_null(entry.payload);
  entry_release(&entry);
  arena_free(&arena);
  return status;
}

static enum status read_entry(struct fault *fault)
{
  return read_line(example.entries[place].line, example.entries[place].kind, fault);
}

/* What is not plain is read another way. */
static enum status read_unusual_ballot(struct fault *fault)
{
  return read_line(unusual_ballot, ENTRY_BALLOT, fault);
}

static enum status read_choice(struct fault *fault)
{
  struct arena arena = {0};
  struct choice choice = {0};
  enum status status = choice_read_text(choice_text, &project_index, &arena, &choice, fault);
  assert_int_equal(choice.count, status == STATUS_OK ? 1 : 0);
  arena_free(&arena);
  return status;
}

/* Buffers that hold something already keep it. */
static enum status draft(enum status (*write)(struct buffer *buffer, struct fault *fault),
                         struct fault *fault)
{
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("before"));
  size_t before = buffer.length;
  enum status status = write(&buffer, fault);
  if (status == STATUS_OK)
    assert_true(buffer.length > before && !buffer.failed);
  else
    assert_int_equal(buffer.length, before);
  buffer_free(&buffer);
  return status;
}

static enum status write_entry(struct buffer *buffer, struct fault *fault)
{
  return draft_entry(&example.entries[place].entry, buffer, fault);
}

static enum status write_manifest(struct buffer *buffer, struct fault *fault)
{
  return draft_manifest(manifest_draft, buffer, fault);
}

static enum status draft_it(struct fault *fault)
{
  return draft(write_entry, fault);
}

static enum status draft_manifest_of_it(struct fault *fault)
{
  return draft(write_manifest, fault);
}

static const char list[] = "[{\"category\":\"c\",\"cost\":5,\"id\":\"a\",\"title\":{\"fr\":\"A\"}},"
                           "{\"cost\":7,\"id\":\"b\",\"title\":{\"fr\":\"B\"}}]";

static enum status attach_projects(struct fault *fault)
{
  struct arena arena = {0};
  struct manifest manifest = {
      .projects_attached = true,
      .projects = {.digest = digest_of(span_of(list)), .length = sizeof list - 1},
      .election = {.project_count = 2,
                   .title = SPAN_INIT(""),
                   .currency = SPAN_INIT("EUR"),
                   .ballot = ballot_form_any(BALLOT_APPROVAL)},
  };
  manifest.election.ballot.max_cost = 10; /* costs are sorted, then */
  settings_begin(&manifest.settings, rule_find(SPAN("equal-shares")));
  enum status status = manifest_attach(&manifest, span_of(list), &arena, fault);
  assert_int_equal(manifest.election.projects != NULL, status == STATUS_OK);
  arena_free(&arena);
  return status;
}

/* --- the loop --- */

typedef enum status (*work)(struct fault *fault);

static void fail_each_allocation(work do_work, bool for_ever)
{
  for (size_t k = 1;; k++) {
    struct fault fault = {0};
    failing_malloc_arm(k, for_ever);
    enum status status = do_work(&fault);
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_true(k > 1);
      assert_int_equal(status, STATUS_OK);
      return;
    }
    if (status != STATUS_NO_MEMORY)
      fail_msg("entry %d, allocation %zu: status %d: %s: %s", (int)place, k, (int)status,
               fault.where, fault.what);
    assert_int_equal(fault.status, STATUS_NO_MEMORY);
    assert_string_equal(fault.what, "out of memory");
  }
}

static void reading_says_that_there_is_no_memory(void **state)
{
  (void)state;
  for (int i = 0; i < EXAMPLE_ENTRIES; i++) {
    place = (enum example_place)i;
    fail_each_allocation(read_entry, false);
    fail_each_allocation(read_entry, true);
  }
}

static void reading_ballots_says_that_there_is_no_memory(void **state)
{
  (void)state;
  static const struct span texts[] = {SPAN_INIT("{\"approve\":[\"a\"]}"),
                                      SPAN_INIT("{\"approve\":[\"\xc3\xa9\"]}")};
  fail_each_allocation(read_unusual_ballot, false);
  fail_each_allocation(read_unusual_ballot, true);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    choice_text = texts[i];
    fail_each_allocation(read_choice, false);
    fail_each_allocation(read_choice, true);
  }
}

static void drafting_says_that_there_is_no_memory(void **state)
{
  (void)state;
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    place = (enum example_place)i;
    fail_each_allocation(draft_it, false);
    fail_each_allocation(draft_it, true);
  }
}

static void drafting_a_manifest_says_that_there_is_no_memory(void **state)
{
  (void)state;
  fail_each_allocation(draft_manifest_of_it, false);
  fail_each_allocation(draft_manifest_of_it, true);
}

static void attaching_says_that_there_is_no_memory(void **state)
{
  (void)state;
  fail_each_allocation(attach_projects, false);
  fail_each_allocation(attach_projects, true);
}

static struct span make_unusual_ballot(void)
{
  static const enum example_key card = EXAMPLE_CARD_0;
  struct entry entry = example.entries[EXAMPLE_AT_FIRST_BALLOT].entry;
  struct buffer payload = {0};
  struct fault fault;
  entry.body.ballot.choice = SPAN("{\"a\":\"\xc3\xa9\"}");
  assert_int_equal(draft_entry(&entry, &payload, &fault), STATUS_OK);
  struct span line = example_sign(ENTRY_BALLOT, buffer_span(&payload), &card, 1, &shared_arena);
  buffer_free(&payload);
  return line;
}

static int start(void **state)
{
  (void)state;
  json_set_alloc_funcs(malloc, free);
  board_example_make(&shared_arena, &example);
  unusual_ballot = make_unusual_ballot();
  struct fault fault;
  election.ballot = ballot_form_any(BALLOT_APPROVAL);
  assert_int_equal(project_index_make(&election, &shared_arena, &project_index, &fault), STATUS_OK);
  manifest_draft = example_manifest();
  return 0;
}

static int stop(void **state)
{
  (void)state;
  json_decref(manifest_draft);
  board_example_release(&example);
  arena_free(&shared_arena);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reading_says_that_there_is_no_memory),
      cmocka_unit_test(reading_ballots_says_that_there_is_no_memory),
      cmocka_unit_test(drafting_says_that_there_is_no_memory),
      cmocka_unit_test(drafting_a_manifest_says_that_there_is_no_memory),
      cmocka_unit_test(attaching_says_that_there_is_no_memory),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
