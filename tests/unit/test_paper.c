#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ballots/packed.h"
#include "ballots/paper.h"

static const struct project projects[] = {
    {.id = SPAN_INIT("art"), .cost = 5, .title = SPAN_INIT(""), .category = SPAN_INIT("")},
    {.id = SPAN_INIT("bus"), .cost = 5, .title = SPAN_INIT(""), .category = SPAN_INIT("")},
    {.id = SPAN_INIT("car"), .cost = 5, .title = SPAN_INIT(""), .category = SPAN_INIT("")},
};

struct desk {
  struct arena arena;
  struct election election;
  struct project_index index;
  struct paper_ballots ballots;
  struct fault fault;
};

static int set_up(void **state)
{
  static struct desk desk;
  desk = (struct desk){.election = {.ballot = ballot_form_any(BALLOT_APPROVAL),
                                    .project_count = 3,
                                    .projects = projects}};
  desk.election.ballot.max = 2;
  *state = &desk;
  return project_index_make(&desk.election, &desk.arena, &desk.index, &desk.fault) != STATUS_OK;
}

static int tear_down(void **state)
{
  struct desk *desk = *state;
  arena_free(&desk->arena);
  return 0;
}

static enum status read(struct desk *desk, const char *text, uint64_t count)
{
  return paper_read(span_of(text), count, &desk->index, &desk->arena, &desk->ballots, &desk->fault);
}

static void refused(struct desk *desk, const char *text, uint64_t count, const char *where,
                    const char *what)
{
  assert_int_equal(read(desk, text, count), STATUS_REFUSED);
  assert_string_equal(desk->fault.where, where);
  assert_string_equal(desk->fault.what, what);
}

static void choices_are_packed_in_their_order(void **state)
{
  struct desk *desk = *state;
  assert_int_equal(read(desk,
                        "[{\"approve\":[\"art\",\"bus\"]},{\"approve\":[\"bus\"]},"
                        "{\"approve\":[\"bus\"]},{\"blank\":true}]",
                        4),
                   STATUS_OK);
  assert_int_equal(desk->ballots.count, 4);
  static const size_t counts[] = {2, 1, 1, 0};
  struct mark marks[3];
  const uint8_t *at = desk->ballots.packed;
  for (size_t i = 0; i < 4; i++) {
    struct choice choice;
    at = packed_read(at, BALLOT_APPROVAL, marks, &choice);
    assert_int_equal(choice.count, counts[i]);
    if (i > 0 && i < 3)
      assert_int_equal(choice.marks[0].project, 1);
  }
}

static void another_order_is_refused(void **state)
{
  refused(*state, "[{\"approve\":[\"bus\"]},{\"approve\":[\"art\"]}]", 2, "ballots[1]",
          "the choice comes before the one that it stands after");
  refused(*state, "[{\"blank\":true},{\"blank\":true},{\"approve\":[\"art\"]}]", 3, "ballots[2]",
          "the choice comes before the one that it stands after");
}

static void another_number_is_refused(void **state)
{
  struct desk *desk = *state;
  refused(desk, "[{\"blank\":true}]", 2, "ballots", "there are 1 choices");
  assert_string_equal(desk->fault.expected, "2, as the entry says");
  refused(desk, "[{\"blank\":true},{\"blank\":true}]", 1, "ballots", "there are 2 choices");
  refused(desk, "[]", 1, "ballots", "there are 0 choices");
}

static void a_choice_beyond_the_limits_is_refused(void **state)
{
  refused(*state, "[{\"approve\":[\"art\",\"bus\",\"car\"]}]", 1, "ballots[0].approve",
          "the number of projects named is 3");
  refused(*state, "[{\"approve\":[\"art\"]},{\"approve\":[\"dam\"]}]", 2, "ballots[1].approve[0]",
          "there is no project 'dam'");
}

static void what_is_no_list_is_refused(void **state)
{
  refused(*state, "{\"blank\":true}", 1, "ballots", "this is no array");
}

static void another_spelling_is_refused(void **state)
{
  struct desk *desk = *state;
  assert_int_equal(read(desk, "[{\"blank\":true} ]", 1), STATUS_REFUSED);
  assert_int_equal(read(desk, "", 1), STATUS_REFUSED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(choices_are_packed_in_their_order, set_up, tear_down),
      cmocka_unit_test_setup_teardown(another_order_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(another_number_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_choice_beyond_the_limits_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_is_no_list_is_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(another_spelling_is_refused, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
