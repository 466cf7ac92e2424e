#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/packed.h"

enum {
  ROOM = 600000
};

static uint8_t bytes[ROOM];
static struct mark marks[ELECTION_PROJECTS_MAX];
static struct mark found[ELECTION_PROJECTS_MAX];

/* Packs, unpacks, and says how many bytes it took. */
static size_t go_round(const struct choice *choice, enum ballot_kind kind)
{
  struct choice read;
  size_t size = packed_size(choice, kind);
  assert_in_range(size, 1, ROOM);
  memset(bytes, 0xff, size + 1 < ROOM ? size + 1 : size);
  assert_ptr_equal(packed_write(choice, kind, bytes), bytes + size);
  assert_ptr_equal(packed_read(bytes, kind, found, &read), bytes + size);
  assert_int_equal(read.count, choice->count);
  for (size_t i = 0; i < read.count; i++) {
    assert_int_equal(read.marks[i].project, choice->marks[i].project);
    assert_int_equal(read.marks[i].value, choice->marks[i].value);
  }
  return size;
}

static void a_blank_choice_takes_one_byte(void **state)
{
  (void)state;
  const struct choice blank = {0};
  for (int kind = BALLOT_APPROVAL; kind <= BALLOT_ANSWER; kind++)
    assert_int_equal(go_round(&blank, (enum ballot_kind)kind), 1);
}

static void approvals_take_a_byte_each(void **state)
{
  (void)state;
  const struct mark three[] = {{0, 1}, {5, 1}, {100, 1}};
  const struct choice choice = {.count = 3, .marks = three};
  assert_int_equal(go_round(&choice, BALLOT_APPROVAL), 4);
}

static void an_answer_is_packed(void **state)
{
  (void)state;
  const struct mark one[] = {{1, 1}};
  const struct choice choice = {.count = 1, .marks = one};
  assert_int_equal(go_round(&choice, BALLOT_ANSWER), 2);
}

static void values_of_either_sign_and_any_size_are_kept(void **state)
{
  (void)state;
  static const int32_t values[] = {0,         -1,       1,     63,         -64,         64,
                                   -65,       8191,     -8192, 1000000000, -1000000000, INT32_MAX,
                                   INT32_MIN, 12345678, 2,     -2};
  enum {
    COUNT = sizeof values / sizeof *values
  };
  for (size_t i = 0; i < COUNT; i++)
    marks[i] = (struct mark){.project = (uint32_t)(i * 7), .value = values[i]};
  const struct choice choice = {.count = COUNT, .marks = marks};
  go_round(&choice, BALLOT_SCORES);
  go_round(&choice, BALLOT_POINTS);
  go_round(&choice, BALLOT_RANKING);
  go_round(&choice, BALLOT_SPLIT);
}

static void small_scores_of_either_sign_take_a_byte(void **state)
{
  (void)state;
  const struct mark one[] = {{0, -64}, {1, 63}};
  const struct choice choice = {.count = 2, .marks = one};
  assert_int_equal(go_round(&choice, BALLOT_SCORES), 5);
}

static void steps_around_the_length_of_a_number_are_kept(void **state)
{
  (void)state;
  static const uint32_t projects[] = {127, 128, 255, 256, 16383, 16384, 65534};
  for (size_t i = 0; i < sizeof projects / sizeof *projects; i++) {
    const struct mark one = {.project = projects[i], .value = 1};
    const struct choice choice = {.count = 1, .marks = &one};
    assert_int_equal(go_round(&choice, BALLOT_APPROVAL), projects[i] < 128     ? 2
                                                         : projects[i] < 16384 ? 3
                                                                               : 4);
  }
}

static void the_longest_choice_is_packed(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < ELECTION_PROJECTS_MAX; i++)
    marks[i] = (struct mark){.project = i, .value = (int32_t)(i + 1)};
  const struct choice choice = {.count = ELECTION_PROJECTS_MAX, .marks = marks};
  go_round(&choice, BALLOT_RANKING);
}

static void choices_follow_each_other(void **state)
{
  (void)state;
  const struct mark one[] = {{3, 1}};
  const struct choice first = {.count = 1, .marks = one};
  const struct choice second = {0};
  uint8_t *end = packed_write(&first, BALLOT_APPROVAL, bytes);
  packed_write(&second, BALLOT_APPROVAL, end);
  struct choice read;
  const uint8_t *at = packed_read(bytes, BALLOT_APPROVAL, found, &read);
  assert_int_equal(read.count, 1);
  packed_read(at, BALLOT_APPROVAL, found, &read);
  assert_int_equal(read.count, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_blank_choice_takes_one_byte),
      cmocka_unit_test(approvals_take_a_byte_each),
      cmocka_unit_test(an_answer_is_packed),
      cmocka_unit_test(values_of_either_sign_and_any_size_are_kept),
      cmocka_unit_test(small_scores_of_either_sign_take_a_byte),
      cmocka_unit_test(steps_around_the_length_of_a_number_are_kept),
      cmocka_unit_test(the_longest_choice_is_packed),
      cmocka_unit_test(choices_follow_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
