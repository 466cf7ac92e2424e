/* What contradicts itself in a .pb file is read, and said. */
#include "tests/unit/alike_voters.h"
#include "tests/unit/pabulib_reading.h"

static void a_project_named_twice_counts_once(void **state)
{
  (void)state;
  reads(META("approval", "max_length;2\n") PROJECTS "VOTES\nvoter_id;vote\n1;b,a,b,b\n");
  assert_int_equal(file.warning_count, 2);
  warns(0, "line 13, column 7", "the project 'b' is named again in the same vote",
        "each project once; only its first mention counts");
  warns(1, "line 13, column 9", "the project 'b' is named again in the same vote",
        "each project once; only its first mention counts");
  group_is(0, "1 x 0:1 1:1");
  reads(META("cumulative", "") PROJECTS POINTS "1;b,a,b;5,4,3\n");
  group_is(0, "1 x 0:4 1:5");
  reads(META("ordinal", "") PROJECTS "VOTES\nvoter_id;vote\n1;b,b,a\n2;b\n");
  group_is(0, "1 x 0:2 1:1");
  assert_int_equal(file.warning_count, 1);
}

static void figures_are_counted_again(void **state)
{
  (void)state;
  reads("META\nkey;value\nnum_projects;2\nbudget;1\nvote_type;approval\nnum_votes;many\n"
        "PROJECTS\nproject_id;cost;votes;score\na;1;3;2\nb;1;x;\nc;1;;0.5\n"
        "VOTES\nvoter_id;vote\n1;a,b\n2;a\n");
  assert_int_equal(file.warning_count, 5);
  warns(0, "line 3, column 14", "num_projects is '2'", "3, as counted");
  warns(1, "line 6, column 11", "num_votes is 'many'", "2, as counted");
  warns(2, "line 9, column 5", "the number of votes of 'a' is '3'", "2, as counted");
  warns(3, "line 10, column 5", "the number of votes of 'b' is 'x'", "1, as counted");
  warns(4, "line 11, column 6", "the score of 'c' is '0.5'", "0, as counted");
}

static void scores_are_points_or_borda_points(void **state)
{
  (void)state;
  reads(META("cumulative", "") "PROJECTS\nproject_id;cost;votes;score\na;1;2;8\nb;1;1;4.0\n" POINTS
                               "1;a,b;5,4\n2;a;3\n");
  assert_int_equal(file.warning_count, 0);
  reads(META("ordinal", "") "PROJECTS\nproject_id;cost;votes;score\na;1;2;3\nb;1;1;2\n"
                            "VOTES\nvoter_id;vote\n1;b,a\n2;a\n");
  assert_int_equal(file.warning_count, 1);
  warns(0, "line 7, column 7", "the score of 'a' is '3'", "2, as counted");
  reads(
      META("scoring", "min_points;-9\n") "PROJECTS\nproject_id;cost;votes;score\na;1;2;-4\n" POINTS
                                         "1;a;-5\n2;a;1\n");
  assert_int_equal(file.warning_count, 0);
}

static void a_voter_comes_once(void **state)
{
  (void)state;
  reads(META("approval", "") PROJECTS "VOTES\nvote;voter_id\na;1\na;\"1\"\nb;11\n\"b\";01\n");
  assert_int_equal(file.warning_count, 1);
  warns(0, "line 13, column 3", "the voter '1' has a vote already; both count",
        "a voter_id of its own for each vote");
  assert_int_equal(file.profile.voters, 4);
}

static void a_thousand_voters_are_remembered(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\nbudget;1\nvote_type;approval\n"
                           "PROJECTS\nproject_id;cost\na;1\nVOTES\nvoter_id;vote\n"));
  for (int i = 0; i < 3000; i++)
    buffer_format(&buffer, "voter number %d;\n", i);
  buffer_add(&buffer, SPAN("voter number 7;\nvoter number 2999;\nvoter number 3000;\n"));
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  assert_int_equal(file.warning_count, 2);
  assert_string_equal(file.warnings[0].where, "line 3010, column 1");
  assert_string_equal(file.warnings[1].where, "line 3011, column 1");
  buffer_free(&buffer);
}

static bool is_plain(const char *id, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (id[i] < ' ' || id[i] > '~' || id[i] == '"')
      return false;
  return true;
}

static void voters_made_to_be_alike_are_not_all_compared(void **state)
{
  (void)state;
  enum {
    COMPARED = 1024
  };
  struct buffer buffer = {0};
  char id[ALIKE_LENGTH];
  buffer_add(&buffer, SPAN(META("approval", "") PROJECTS "VOTES\nvote;voter_id\n"));
  for (unsigned made = 0, i = 0; made <= COMPARED; i++) {
    char first[16];
    snprintf(first, sizeof first, "%08u", i);
    make_alike(id, first);
    if (!is_plain(id, ALIKE_LENGTH))
      continue;
    buffer_format(&buffer, "a;\"%.*s\"\n", ALIKE_LENGTH, id);
    made++;
  }
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  assert_int_equal(file.profile.voters, COMPARED + 1);
  assert_int_equal(file.warning_count, 1);
  char what[FAULT_WHAT];
  snprintf(what, sizeof what,
           "the voter '%.*s' is not compared with the others, too many of which are alike",
           ALIKE_LENGTH, id);
  warns(0, "line 1036, column 3", what, "a voter_id of its own for each vote");
  buffer_free(&buffer);
}

static void a_currency_is_a_code(void **state)
{
  (void)state;
  reads(META("approval", "currency;Euro\n") PROJECTS VOTES);
  is(file.election.currency, "");
  is(pabulib_meta_value(&file, "currency"), "Euro");
  assert_int_equal(file.warning_count, 1);
  warns(0, "line 5, column 10", "'Euro' is not a currency's code",
        "three letters of ISO 4217, such as EUR");
  static const char *const odd[] = {"EU", "EURO", "EUr", "eUR", "E1R", "EU[", "@UR"};
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
    char text[256];
    snprintf(text, sizeof text, META("approval", "currency;%s\n") PROJECTS VOTES, odd[i]);
    reads(text);
    assert_int_equal(file.warning_count, 1);
  }
  reads(META("approval", "currency;AZM\n") PROJECTS VOTES);
  is(file.election.currency, "AZM");
  assert_int_equal(file.warning_count, 0);
}

#define UNCHECKED                                                                                  \
  "META\nkey;value\nbudget;100\nvote_type;cumulative\nmax_sum_points;5\n" PROJECTS POINTS          \
  "1;a,b;2,3\nŁ;a,b;3,3\n"

static void a_ballot_beyond_the_limits_counts_with_a_warning(void **state)
{
  (void)state;
  reads(UNCHECKED);
  assert_int_equal(file.warning_count, 1);
  warns(0, "line 14, column 3", "the sum of the points is 6", "at most 5");
  assert_int_equal(file.profile.voters, 2);
}

static void a_ballot_beyond_the_limits_is_refused_on_request(void **state)
{
  (void)state;
  struct fault fault = {0};
  const struct pabulib_options options = {.refuse_invalid = true};
  assert_int_equal(pabulib_read(SPAN(UNCHECKED), &options, &arena, &file, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "line 14, column 3");
  assert_string_equal(fault.what, "the sum of the points is 6");
  assert_string_equal(fault.expected, "at most 5");
}

static void all_warnings_are_counted_and_the_first_kept(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\nbudget;1\nvote_type;choose-1\nnum_votes;1\n"
                           "PROJECTS\nproject_id;cost\na;1\nb;1\nVOTES\nvoter_id;vote\n"));
  for (int i = 0; i < PABULIB_WARNINGS_MAX + 50; i++)
    buffer_format(&buffer, "%d;a,b,a\n", i / 2);
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  /* Each has a project twice and one too many, every second is a voter's second vote. */
  assert_int_equal(file.warning_count, 150 + 150 + 75 + 1);
  const struct fault *last = &file.warnings[PABULIB_WARNINGS_MAX - 1];
  assert_string_equal(last->where, "line 51, column 4");
  assert_string_equal(last->what, "the number of projects named is 2");
  buffer_free(&buffer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(a_project_named_twice_counts_once, end),
      cmocka_unit_test_teardown(figures_are_counted_again, end),
      cmocka_unit_test_teardown(scores_are_points_or_borda_points, end),
      cmocka_unit_test_teardown(a_voter_comes_once, end),
      cmocka_unit_test_teardown(a_thousand_voters_are_remembered, end),
      cmocka_unit_test_teardown(voters_made_to_be_alike_are_not_all_compared, end),
      cmocka_unit_test_teardown(a_currency_is_a_code, end),
      cmocka_unit_test_teardown(a_ballot_beyond_the_limits_counts_with_a_warning, end),
      cmocka_unit_test_teardown(a_ballot_beyond_the_limits_is_refused_on_request, end),
      cmocka_unit_test_teardown(all_warnings_are_counted_and_the_first_kept, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
