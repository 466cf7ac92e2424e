/* What .pb files mean. What is only warned of is in test_pabulib_warnings.c, what they must not be
 * in test_pabulib_broken.c, how they are written in test_pabulib_write.c. */
#include "tests/unit/pabulib_reading.h"

/* --- the whole --- */

static void a_file_is_an_election_and_its_ballots(void **state)
{
  (void)state;
  reads("META\nkey;value\ndescription;Plac Łódzki\ncountry;Poland\nnum_projects;3\nnum_votes;4\n"
        "budget;1000\nvote_type;approval\nmin_length;1\nmax_length;2\nmax_sum_cost;800\n"
        "currency;PLN\n"
        "PROJECTS\nproject_id;cost;votes;name;category;selected\n"
        "7;500;2;Ławki;zieleń,sport;1\n12;300;3;Światło;;0\n3;0;1;None;None;2\n"
        "VOTES\nvoter_id;age;vote\n1;30;12,7\n2;40;12\n3;50;7,12\n4;60;3\n");
  assert_int_equal(file.warning_count, 0);
  const struct election *election = &file.election;
  is(election->title, "Plac Łódzki");
  is(election->currency, "PLN");
  assert_int_equal(election->minor_unit, 0);
  assert_int_equal(election->budget, 1000);
  assert_int_equal(election->ballot.kind, BALLOT_APPROVAL);
  assert_int_equal(election->ballot.min, 1);
  assert_int_equal(election->ballot.max, 2);
  assert_int_equal(election->ballot.max_cost, 800);
  assert_int_equal(election->project_count, 3);
  is(election->projects[0].id, "7");
  is(election->projects[0].title, "Ławki");
  is(election->projects[0].category, "zieleń,sport");
  assert_int_equal(election->projects[0].cost, 500);
  is(election->projects[1].category, "");
  is(election->projects[2].title, "");
  is(election->projects[2].category, "");
  assert_int_equal(election->projects[2].cost, 0);
  assert_int_equal(file.selected[0], 1);
  assert_int_equal(file.selected[1], 0);
  assert_int_equal(file.selected[2], 2);
  assert_int_equal(file.profile.voters, 4);
  assert_int_equal(file.profile.distinct, 3);
  assert_null(file.profile.value);
  group_is(0, "2 x 0:1 1:1");
  group_is(1, "1 x 1:1");
  group_is(2, "1 x 2:1");
}

static void what_is_not_there_is_empty(void **state)
{
  (void)state;
  reads(META("approval", "unit;None\n") PROJECTS VOTES);
  is(file.election.title, "");
  is(file.election.currency, "");
  is(file.election.projects[0].title, "");
  is(file.election.projects[0].category, "");
  assert_null(file.selected);
  assert_int_equal(file.warning_count, 0);
  is(pabulib_meta_value(&file, "budget"), "100");
  is(pabulib_meta_value(&file, "unit"), "None");
  is(pabulib_meta_value(&file, "rule"), "");
}

static void meta_is_kept_in_its_order(void **state)
{
  (void)state;
  reads(META("approval", "a;1\nb;\na b;\"2;3\"\n") PROJECTS VOTES);
  assert_int_equal(file.meta_count, 5);
  is(file.meta[2].key, "a");
  is(file.meta[3].key, "b");
  is(file.meta[3].value, "");
  is(file.meta[4].key, "a b");
  is(file.meta[4].value, "2;3");
}

static void the_names_of_columns_decide(void **state)
{
  (void)state;
  reads("META\nvalue;note;key\n100;;budget\nordinal;;vote_type\n"
        "PROJECTS\nname;cost;;project_id\nAlder;10;x;a\nBirch;20;;b\n"
        "VOTES\nvote;points;voter_id\nb,a;9,9;1\n");
  is(file.election.projects[1].id, "b");
  is(file.election.projects[1].title, "Birch");
  assert_int_equal(file.election.projects[1].cost, 20);
  group_is(0, "1 x 0:2 1:1");
}

static void no_vote_is_a_file_too(void **state)
{
  (void)state;
  reads(META("approval", "") PROJECTS "VOTES\nvoter_id;vote");
  assert_int_equal(file.profile.voters, 0);
  assert_int_equal(file.profile.group_count, 0);
}

/* --- text --- */

static void line_ends_may_be_mixed(void **state)
{
  (void)state;
  reads("META\r\nkey;value\nbudget;100\r\nvote_type;approval\n"
        "PROJECTS\r\nproject_id;cost\na;10\r\nVOTES\nvoter_id;vote\r\n1;a\n2;a\r\n\n\r\n\n");
  assert_int_equal(file.profile.voters, 2);
  is(file.meta[0].value, "100");
}

static void the_last_line_need_not_end(void **state)
{
  (void)state;
  reads(META("approval", "") PROJECTS "VOTES\nvoter_id;vote\n1;a\n2;b");
  assert_int_equal(file.profile.voters, 2);
  reads(META("approval", "") PROJECTS "VOTES\nvoter_id;vote\n1;a\n2;\"b\"");
  assert_int_equal(file.profile.voters, 2);
  reads(META("approval", "") PROJECTS "VOTES\nvoter_id;vote\n1;a\n2;");
  assert_int_equal(file.profile.blank, 1);
}

static void a_byte_order_mark_is_passed_over(void **state)
{
  (void)state;
  reads("\xef\xbb\xbf" META("approval", "num_votes;2\n") PROJECTS VOTES);
  warns(0, "line 5, column 11", "num_votes is '2'", "1, as counted");
}

static void quotes_hold_separators_and_lines(void **state)
{
  (void)state;
  reads(META("approval", "comment;\"a;b\r\nc \"\"d\"\"\"\n\"e;\";\"\"\nnum_votes;9\n") PROJECTS
        "VOTES\n\"voter_id\";vote\n\"1\n1\";\"a,b\"\n2;c\n");
  is(pabulib_meta_value(&file, "comment"), "a;b\r\nc \"d\"");
  is(file.meta[3].key, "e;");
  is(file.meta[3].value, "");
  assert_int_equal(file.profile.voters, 2);
  group_is(0, "1 x 0:1 1:1");
  warns(0, "line 8, column 11", "num_votes is '9'", "2, as counted");
}

static void other_quotes_are_text(void **state)
{
  (void)state;
  reads(
      META("approval",
           "comment;the \"old\" mill\n") "PROJECTS\nproject_id;cost;name\n"
                                         "a;10;\"Mill\" and \"more\"\n\"b\"c;20;a\"\"b\n\"d\"\"e\" "
                                         "f;30;\"\"\"g\"\"\"\n"
                                         "VOTES\nvoter_id;vote\n1;\"a,\"\"b\"\"c\"\n2;\"b\"c,a\n");
  is(pabulib_meta_value(&file, "comment"), "the \"old\" mill");
  is(file.election.projects[0].title, "\"Mill\" and \"more\"");
  is(file.election.projects[1].id, "\"b\"c");
  is(file.election.projects[1].title, "a\"\"b");
  is(file.election.projects[2].id, "\"d\"\"e\" f");
  is(file.election.projects[2].title, "\"g\"");
  group_is(0, "2 x 0:1 1:1");
}

static void a_line_of_a_mebibyte_is_read(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\nbudget;100\nvote_type;approval\n"));
  const size_t before = buffer.length;
  buffer_add(&buffer, SPAN("comment;"));
  while (buffer.length - before < PABULIB_LINE_MAX)
    buffer_add_byte(&buffer, 'x');
  buffer_add(&buffer, SPAN("\r\n" PROJECTS VOTES));
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  assert_int_equal(pabulib_meta_value(&file, "comment").length, PABULIB_LINE_MAX - 8);
  buffer_free(&buffer);
}

static void an_id_may_have_any_character_that_is_shown(void **state)
{
  (void)state;
  reads(META("approval", "") "PROJECTS\nproject_id;cost\n \xc2\xa0~;1\nBO.D4.67/24;2\n"
                             "VOTES\nvoter_id;vote\n1; \xc2\xa0~,BO.D4.67/24\n");
  group_is(0, "1 x 0:1 1:1");
}

static void an_id_has_up_to_128_bytes(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  char id[ELECTION_ID_MAX + 1] = "";
  for (size_t i = 0; i < ELECTION_ID_MAX; i += 2)
    memcpy(id + i, "\xc5\x81", 2);
  buffer_format(&buffer, META("approval", "") "PROJECTS\nproject_id;cost\n%s;1\n", id);
  buffer_format(&buffer, "VOTES\nvoter_id;vote\n1;%s\n", id);
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  is(file.election.projects[0].id, id);
  group_is(0, "1 x 0:1");
  buffer_free(&buffer);
}

/* --- money --- */

static void money_has_the_decimals_that_are_not_zero(void **state)
{
  (void)state;
  static const struct {
    const char *budget, *cost, *limit;
    unsigned minor_unit;
    int64_t amounts[3];
  } cases[] = {
      {"400000", "007", "3", 0, {400000, 7, 3}},
      {"400000.0", "10.00000000", "3.0", 0, {400000, 10, 3}},
      {"100.50", "2", "3", 1, {1005, 20, 30}},
      {"100", "2.05", "3", 2, {10000, 205, 300}},
      {"100", "2", "3.125", 3, {100000, 2000, 3125}},
      {"1.000001", "0.5", "0", 6, {1000001, 500000, 0}},
      {"9007199254740991",
       "0",
       "9007199254740991.00",
       0,
       {INT64_C(9007199254740991), 0, INT64_C(9007199254740991)}},
      {"90071992547409.91", "0", "1", 2, {INT64_C(9007199254740991), 0, 100}},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char text[512];
    snprintf(text, sizeof text,
             "META\nkey;value\nbudget;%s\nvote_type;approval\nmax_sum_cost;%s\n"
             "PROJECTS\nproject_id;cost\na;%s\nVOTES\nvoter_id;vote\n",
             cases[i].budget, cases[i].limit, cases[i].cost);
    reads(text);
    assert_int_equal(file.election.minor_unit, cases[i].minor_unit);
    assert_int_equal(file.election.budget, cases[i].amounts[0]);
    assert_int_equal(file.election.projects[0].cost, cases[i].amounts[1]);
    assert_int_equal(file.election.ballot.max_cost, cases[i].amounts[2]);
  }
}

/* --- the ballot form --- */

static void form_is(struct ballot_form expected)
{
  const struct ballot_form *form = &file.election.ballot;
  assert_int_equal(form->kind, expected.kind);
  assert_int_equal(form->min, expected.min);
  assert_int_equal(form->max, expected.max);
  assert_int_equal(form->max_cost, expected.max_cost);
  assert_int_equal(form->points, expected.points);
  assert_int_equal(form->min_points, expected.min_points);
  assert_int_equal(form->max_per_project, expected.max_per_project);
  assert_int_equal(form->exact, expected.exact);
  assert_int_equal(form->lowest, expected.lowest);
  assert_int_equal(form->highest, expected.highest);
  assert_int_equal(form->unscored, expected.unscored);
}

/* Every key that sets a limit, so that those of other kinds are seen to be left alone. */
#define LIMITS                                                                                     \
  "min_length;1\nmax_length;5.0\nmax_sum_cost;70\nmin_sum_points;2\nmax_sum_points;10\n"           \
  "max_points;4\nmin_points;-3\ndefault_score;-1\n"
#define ABSENT                                                                                     \
  "min_length;\nmax_length;None\nmax_sum_cost;None\nmin_sum_points;None\nmax_sum_points;\n"        \
  "max_points;None\nmin_points;\ndefault_score;None\n"

static void limits_are_those_of_the_kind(void **state)
{
  (void)state;
  struct ballot_form form = ballot_form_any(BALLOT_APPROVAL);
  form.min = 1;
  form.max = 5;
  form.max_cost = 70;
  reads(META("approval", LIMITS) PROJECTS VOTES);
  form_is(form);

  form = ballot_form_any(BALLOT_RANKING);
  form.min = 1;
  form.max = 5;
  reads(META("ordinal", LIMITS) PROJECTS VOTES);
  form_is(form);

  form = ballot_form_any(BALLOT_POINTS);
  form.min = 1;
  form.max = 5;
  form.min_points = 2;
  form.points = 10;
  form.max_per_project = 4;
  reads(META("cumulative", LIMITS) PROJECTS POINTS);
  form_is(form);

  form = ballot_form_any(BALLOT_SCORES);
  form.lowest = -3;
  form.highest = 4;
  form.unscored = -1;
  reads(META("scoring", LIMITS) PROJECTS POINTS);
  form_is(form);
}

static void absent_limits_are_none(void **state)
{
  (void)state;
  reads(META("approval", ABSENT) PROJECTS VOTES);
  form_is(ballot_form_any(BALLOT_APPROVAL));
  reads(META("ordinal", ABSENT) PROJECTS VOTES);
  form_is(ballot_form_any(BALLOT_RANKING));
  reads(META("cumulative", ABSENT) PROJECTS POINTS);
  form_is(ballot_form_any(BALLOT_POINTS));
  struct ballot_form scores = ballot_form_any(BALLOT_SCORES);
  scores.lowest = 0;
  reads(META("scoring", ABSENT) PROJECTS POINTS);
  form_is(scores);
}

static void choose_1_names_one_project_at_most(void **state)
{
  (void)state;
  struct ballot_form form = ballot_form_any(BALLOT_APPROVAL);
  form.max = 1;
  reads(META("choose-1", "") PROJECTS "VOTES\nvoter_id;vote\n1;a\n");
  form_is(form);
  reads(META("choose-1", "max_length;1\n") PROJECTS "VOTES\nvoter_id;vote\n1;a\n");
  form_is(form);
  assert_int_equal(file.warning_count, 0);
  reads(META("choose-1", "max_length;2\n") PROJECTS "VOTES\nvoter_id;vote\n1;a\n");
  form_is(form);
  assert_int_equal(file.warning_count, 1);
  warns(0, "line 5, column 12", "'max_length' is 2", "1, as the vote_type choose-1 says");
}

static void limits_may_meet(void **state)
{
  (void)state;
  reads(META("cumulative", "min_length;2\nmax_length;2\nmin_sum_points;5\nmax_sum_points;5\n")
            PROJECTS POINTS "1;a,b;2,3\n");
  assert_int_equal(file.warning_count, 0);
  reads(META("scoring", "min_points;-1\nmax_points;-1\n") PROJECTS POINTS);
  assert_int_equal(file.election.ballot.highest, -1);
  reads(META("scoring", "min_points;-1000000000\nmax_points;1000000000\ndefault_score;0\n")
            PROJECTS POINTS "1;a,b;-1000000000,1000000000\n");
  assert_int_equal(file.election.ballot.lowest, -1000000000);
  assert_int_equal(file.warning_count, 0);
  reads(META("approval", "min_length;0\nmax_length;0\n") PROJECTS "VOTES\nvoter_id;vote\n1;\n");
  assert_int_equal(file.election.ballot.min, 0);
  assert_int_equal(file.election.ballot.max, 0);
}

/* --- ballots --- */

static void an_absent_vote_is_a_blank_ballot(void **state)
{
  (void)state;
  reads(META("approval", "min_length;1\n") PROJECTS
        "VOTES\nvoter_id;vote\n1;\n2;None\n3;\"\"\n4;a\n");
  assert_int_equal(file.profile.voters, 4);
  assert_int_equal(file.profile.blank, 3);
  assert_int_equal(file.warning_count, 0);
  group_is(0, "3 x");
  reads(META("cumulative", "") PROJECTS POINTS "1;;\n2;None;None\n");
  assert_int_equal(file.profile.blank, 2);
}

static void points_stand_in_the_order_of_the_projects(void **state)
{
  (void)state;
  reads(META("cumulative", "") PROJECTS POINTS "1;c,a;5,3.0\n2;b;1000000000\n");
  group_is(0, "1 x 0:3 2:5");
  group_is(1, "1 x 1:1000000000");
}

static void a_project_with_0_points_keeps_its_mark(void **state)
{
  (void)state;
  reads(META("cumulative", "min_length;3\n") "PROJECTS\nproject_id;cost;votes;score\n"
                                             "a;1;1;3\nb;1;1;0\nc;1;1;2\n" POINTS
                                             "1;a,c,b;3,2,0\n");
  assert_int_equal(file.warning_count, 0);
  group_is(0, "1 x 0:3 1:0 2:2");
}

static void scores_may_be_negative(void **state)
{
  (void)state;
  reads(META("scoring", "min_points;-5\nmax_points;5\n") PROJECTS POINTS
        "1;a,b,c;-5,0,5\n2;a;-0\n");
  assert_int_equal(file.warning_count, 0);
  group_is(0, "1 x 0:-5 1:0 2:5");
  group_is(1, "1 x 0:0");
}

static void a_ranking_ranks_in_the_order_of_the_vote(void **state)
{
  (void)state;
  reads(META("ordinal", "") PROJECTS "VOTES\nvoter_id;vote;points\n1;c,a,b;x\n2;b;\n");
  group_is(0, "1 x 0:2 1:3 2:1");
  group_is(1, "1 x 1:1");
}

static void long_ballots_are_sorted_too(void **state)
{
  (void)state;
  enum {
    LONG = 100
  };
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\nbudget;1\nvote_type;ordinal\n"
                           "PROJECTS\nproject_id;cost\n"));
  for (int i = 0; i < LONG; i++)
    buffer_format(&buffer, "%d;1\n", i);
  buffer_add(&buffer, SPAN("VOTES\nvoter_id;vote\n1;0"));
  for (int i = LONG - 1; i > 0; i--)
    buffer_format(&buffer, ",%d", i);
  assert_false(buffer.failed);
  reads_with(buffer_span(&buffer), (struct pabulib_options){0});
  assert_int_equal(file.profile.start[1], LONG);
  assert_int_equal(file.profile.value[0], 1);
  for (uint32_t i = 1; i < LONG; i++) {
    assert_int_equal(file.profile.project[i], i);
    assert_int_equal(file.profile.value[i], LONG - i + 1);
  }
  buffer_free(&buffer);
}

static void equal_ballots_are_grouped_unless_told(void **state)
{
  (void)state;
  const struct span text =
      SPAN(META("approval", "") PROJECTS "VOTES\nvoter_id;vote\n1;a,b\n2;c\n3;b,a\n");
  reads_with(text, (struct pabulib_options){0});
  assert_int_equal(file.profile.group_count, 2);
  reads_with(text, (struct pabulib_options){.keep_equal_apart = true});
  assert_int_equal(file.profile.group_count, 3);
  assert_int_equal(file.profile.distinct, 2);
  group_is(0, "1 x 0:1 1:1");
  group_is(1, "1 x 2:1");
  group_is(2, "1 x 0:1 1:1");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(a_file_is_an_election_and_its_ballots, end),
      cmocka_unit_test_teardown(what_is_not_there_is_empty, end),
      cmocka_unit_test_teardown(meta_is_kept_in_its_order, end),
      cmocka_unit_test_teardown(the_names_of_columns_decide, end),
      cmocka_unit_test_teardown(no_vote_is_a_file_too, end),
      cmocka_unit_test_teardown(line_ends_may_be_mixed, end),
      cmocka_unit_test_teardown(the_last_line_need_not_end, end),
      cmocka_unit_test_teardown(a_byte_order_mark_is_passed_over, end),
      cmocka_unit_test_teardown(quotes_hold_separators_and_lines, end),
      cmocka_unit_test_teardown(other_quotes_are_text, end),
      cmocka_unit_test_teardown(a_line_of_a_mebibyte_is_read, end),
      cmocka_unit_test_teardown(an_id_may_have_any_character_that_is_shown, end),
      cmocka_unit_test_teardown(an_id_has_up_to_128_bytes, end),
      cmocka_unit_test_teardown(money_has_the_decimals_that_are_not_zero, end),
      cmocka_unit_test_teardown(limits_are_those_of_the_kind, end),
      cmocka_unit_test_teardown(absent_limits_are_none, end),
      cmocka_unit_test_teardown(choose_1_names_one_project_at_most, end),
      cmocka_unit_test_teardown(limits_may_meet, end),
      cmocka_unit_test_teardown(an_absent_vote_is_a_blank_ballot, end),
      cmocka_unit_test_teardown(points_stand_in_the_order_of_the_projects, end),
      cmocka_unit_test_teardown(a_project_with_0_points_keeps_its_mark, end),
      cmocka_unit_test_teardown(scores_may_be_negative, end),
      cmocka_unit_test_teardown(a_ranking_ranks_in_the_order_of_the_vote, end),
      cmocka_unit_test_teardown(long_ballots_are_sorted_too, end),
      cmocka_unit_test_teardown(equal_ballots_are_grouped_unless_told, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
