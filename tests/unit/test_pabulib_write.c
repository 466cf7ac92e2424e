/* How .pb files are written, and that they read back to the same. */
#include "tests/unit/pabulib_reading.h"
#include "tests/unit/pabulib_same.h"

static struct buffer written;

static int clear(void **state)
{
  buffer_free(&written);
  return end(state);
}

static void writes(const struct pabulib *from, const char *expected)
{
  struct fault fault = {0};
  written.length = 0;
  if (pabulib_write(from, &written, &fault) != STATUS_OK)
    fail_msg("not written: %s: %s (%s)", fault.where, fault.what, fault.expected);
  buffer_add_byte(&written, '\0');
  assert_false(written.failed);
  assert_string_equal(written.bytes, expected);
}

static void refuses_to_write(const struct pabulib *from, const char *where, const char *what,
                             const char *expected)
{
  struct fault fault = {0};
  written.length = 0;
  buffer_add(&written, SPAN("before"));
  assert_int_equal(pabulib_write(from, &written, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.expected, expected);
  assert_true(span_equal(buffer_span(&written), SPAN("before")));
}

/* Reads `text`, writes it, reads that and compares. */
static void comes_back(const char *text)
{
  struct fault fault = {0};
  const struct pabulib_options options = {0};
  struct arena again = {0};
  struct pabulib second;
  reads(text);
  written.length = 0;
  if (pabulib_write(&file, &written, &fault) != STATUS_OK ||
      pabulib_read(buffer_span(&written), &options, &again, &second, &fault) != STATUS_OK)
    fail_msg("%s: %s (%s)", fault.where, fault.what, fault.expected);
  const char *difference = pabulib_difference(&file, &second);
  if (difference != NULL)
    fail_msg("%s is not the same:\n%.*s", difference, (int)written.length, written.bytes);
  arena_free(&again);
}

/* --- what is written --- */

static void a_file_is_written_from_its_election(void **state)
{
  (void)state;
  reads("META\r\nkey;value\r\nunit;Łódź\r\nnum_votes;9\r\nbudget;1000.50\r\nvote_type;approval\r\n"
        "max_length;2.0\r\nmin_points;x\r\ncurrency;PLN\r\n"
        "PROJECTS\r\nselected;votes;cost;name;project_id\r\n1;;10.00;\"a;b\";p/1\r\n"
        ";;0.25;the \"old\" mill;p2\r\n"
        "VOTES\r\nvoter_id;age;vote\r\nx;20;p2,p/1\r\ny;30;\r\nz;40;p/1,p2");
  writes(&file, "META\nkey;value\nunit;Łódź\nnum_votes;3\nbudget;1000.5\nvote_type;approval\n"
                "max_length;2\nmin_points;x\ncurrency;PLN\nnum_projects;2\n"
                "PROJECTS\nproject_id;cost;votes;name;category;selected\n"
                "p/1;10;2;\"a;b\";;1\np2;0.25;2;\"the \"\"old\"\" mill\";;\n"
                "VOTES\nvoter_id;vote\n1;p/1,p2\n2;p/1,p2\n3;\n");
}

static void points_and_scores_are_written_beside_the_projects(void **state)
{
  (void)state;
  reads(META("cumulative", "max_sum_points;5\n") PROJECTS POINTS "1;c,a;5,0\n2;b;1\n3;;\n");
  writes(&file, "META\nkey;value\nbudget;100\nvote_type;cumulative\nmax_sum_points;5\n"
                "num_projects;3\nnum_votes;3\n"
                "PROJECTS\nproject_id;cost;votes;score;name;category\n"
                "a;10;1;0;;\nb;20;1;1;;\nc;30;1;5;;\n"
                "VOTES\nvoter_id;vote;points\n1;a,c;0,5\n2;b;1\n3;;\n");
}

static void rankings_are_written_in_their_order(void **state)
{
  (void)state;
  reads(META("ordinal", "") PROJECTS "VOTES\nvoter_id;vote\n1;c,a,b\n2;b\n3;b\n");
  writes(&file, "META\nkey;value\nbudget;100\nvote_type;ordinal\nnum_projects;3\nnum_votes;3\n"
                "PROJECTS\nproject_id;cost;votes;score;name;category\n"
                "a;10;1;2;;\nb;20;3;3;;\nc;30;1;3;;\n"
                "VOTES\nvoter_id;vote\n1;c,a,b\n2;b\n3;b\n");
}

/* --- an election that no .pb file was read for --- */

static const struct project two[] = {
    {SPAN_INIT("p1"), 1000, SPAN_INIT("One"), SPAN_INIT("sport,culture")},
    {SPAN_INIT("p2"), 250, SPAN_INIT(""), SPAN_INIT("")},
};

static struct pabulib make(enum ballot_kind kind)
{
  static const size_t start[] = {0, 1};
  static const uint32_t project[] = {1};
  static const uint32_t multiplicity[] = {2};
  return (struct pabulib){
      .election = {.title = SPAN("Lycée; 2027"),
                   .currency = SPAN("EUR"),
                   .minor_unit = 2,
                   .budget = 100001,
                   .ballot = ballot_form_any(kind),
                   .project_count = 2,
                   .projects = two},
      .profile = {.project_count = 2,
                  .kind = kind,
                  .voters = 2,
                  .distinct = 1,
                  .group_count = 1,
                  .multiplicity = multiplicity,
                  .start = start,
                  .project = project},
  };
}

#define MADE_PROJECTS "p1;10;0;One;sport,culture\np2;2.5;2;;\n"
#define MADE_SCORED   "p1;10;0;0;One;sport,culture\np2;2.5;2;2;;\n"
#define MADE_META                                                                                  \
  "META\nkey;value\ndescription;\"Lycée; 2027\"\nnum_projects;2\nnum_votes;2\nbudget;1000.01\n"

static void meta_is_made_where_there_is_none(void **state)
{
  (void)state;
  struct pabulib made = make(BALLOT_APPROVAL);
  made.election.ballot.min = 0;
  made.election.ballot.max = 1;
  made.election.ballot.max_cost = 1010;
  writes(&made, MADE_META "vote_type;approval\ncurrency;EUR\nmin_length;0\nmax_length;1\n"
                          "max_sum_cost;10.1\n"
                          "PROJECTS\nproject_id;cost;votes;name;category\n" MADE_PROJECTS
                          "VOTES\nvoter_id;vote\n1;p2\n2;p2\n");
}

static void all_points_to_give_are_a_least_sum(void **state)
{
  (void)state;
  struct pabulib made = make(BALLOT_POINTS);
  made.election.ballot.points = 1;
  made.election.ballot.exact = true;
  made.election.ballot.max_per_project = 1;
  writes(&made, MADE_META "vote_type;cumulative\ncurrency;EUR\nmin_sum_points;1\nmax_sum_points;1\n"
                          "max_points;1\n"
                          "PROJECTS\nproject_id;cost;votes;score;name;category\n" MADE_SCORED
                          "VOTES\nvoter_id;vote;points\n1;p2;1\n2;p2;1\n");
}

static void a_scale_is_written_whole(void **state)
{
  (void)state;
  struct pabulib made = make(BALLOT_SCORES);
  made.election.ballot.lowest = -3;
  made.election.ballot.highest = 3;
  made.election.title = SPAN("");
  made.election.currency = SPAN("");
  writes(&made, "META\nkey;value\nnum_projects;2\nnum_votes;2\nbudget;1000.01\nvote_type;scoring\n"
                "min_points;-3\nmax_points;3\ndefault_score;0\n"
                "PROJECTS\nproject_id;cost;votes;score;name;category\n" MADE_SCORED
                "VOTES\nvoter_id;vote;points\n1;p2;1\n2;p2;1\n");
}

static void a_limit_that_was_taken_away_is_not_written(void **state)
{
  (void)state;
  reads(META("approval", "max_length;2\nmin_length;None\nmax_sum_cost;90\n") PROJECTS VOTES);
  file.election.ballot.max = LIMIT_NONE;
  file.election.ballot.max_cost = 80;
  writes(&file,
         "META\nkey;value\nbudget;100\nvote_type;approval\nmin_length;None\nmax_sum_cost;80\n"
         "num_projects;3\nnum_votes;1\n"
         "PROJECTS\nproject_id;cost;votes;name;category\na;10;1;;\nb;20;1;;\nc;30;0;;\n"
         "VOTES\nvoter_id;vote\n1;a,b\n");
}

static void choose_1_is_kept_as_long_as_it_is_true(void **state)
{
  (void)state;
  reads(META("choose-1", "") PROJECTS "VOTES\nvoter_id;vote\n");
#define NO_VOTES                                                                                   \
  "PROJECTS\nproject_id;cost;votes;name;category\na;10;0;;\nb;20;0;;\nc;30;0;;\n"                  \
  "VOTES\nvoter_id;vote\n"
  writes(&file, META("choose-1", "num_projects;3\nnum_votes;0\n") NO_VOTES);
  file.election.ballot.max = 2;
  writes(&file, META("approval", "num_projects;3\nnum_votes;0\nmax_length;2\n") NO_VOTES);
}

/* --- what is not written --- */

static void splits_and_answers_are_refused(void **state)
{
  (void)state;
  const struct pabulib split = make(BALLOT_SPLIT);
  refuses_to_write(&split, "ballot.kind", "a .pb file cannot hold 'split' ballots",
                   "approval, points, ranking or scores");
  const struct pabulib answer = make(BALLOT_ANSWER);
  refuses_to_write(&answer, "ballot.kind", "a .pb file cannot hold 'answer' ballots",
                   "approval, points, ranking or scores");
}

static void ids_that_votes_cannot_name_are_refused(void **state)
{
  (void)state;
  static const char expected[] = "ids without commas, and not 'None'";
  struct project projects[2] = {two[0], two[1]};
  struct pabulib made = make(BALLOT_APPROVAL);
  made.election.projects = projects;
  projects[1].id = SPAN("a,b");
  refuses_to_write(&made, "projects", "a .pb file cannot hold the id 'a,b'", expected);
  projects[1].id = SPAN("None");
  refuses_to_write(&made, "projects", "a .pb file cannot hold the id 'None'", expected);
}

static void what_could_not_be_read_back_is_refused(void **state)
{
  (void)state;
  static char title[PABULIB_LINE_MAX];
  memset(title, 'x', sizeof title);
  struct pabulib made = make(BALLOT_APPROVAL);
  made.election.title = (struct span){.bytes = title, .length = sizeof title};
  refuses_to_write(&made, "", "a line has 1048588 bytes",
                   "at most 1048576 bytes in a line of a .pb file");
  made.election.title.length -= sizeof("description;") - 1;
  struct fault fault = {0};
  assert_int_equal(pabulib_write(&made, &written, &fault), STATUS_OK);
}

static void meta_that_could_not_be_read_back_is_refused(void **state)
{
  (void)state;
  static char keys[PABULIB_META_MAX][8];
  static struct pabulib_meta meta[PABULIB_META_MAX];
  for (size_t i = 0; i < PABULIB_META_MAX; i++) {
    snprintf(keys[i], sizeof keys[i], "key%zu", i);
    meta[i] = (struct pabulib_meta){.key = span_of(keys[i]), .value = SPAN("")};
  }
  struct pabulib made = make(BALLOT_APPROVAL);
  made.meta = meta;
  made.meta_count = PABULIB_META_MAX - 5;
  refuses_to_write(&made, "META", "there are more keys", "at most 256 keys");
  made.meta_count--;
  struct fault fault = {0};
  assert_int_equal(pabulib_write(&made, &written, &fault), STATUS_OK);
}

/* --- there and back --- */

static void what_is_written_reads_back(void **state)
{
  (void)state;
  comes_back(META("approval", "unit;\"a\"\"b;c\r\n d\"\ncomment;\n\"k;\";\"\nx\"\n")
                 PROJECTS VOTES);
  comes_back(META("choose-1", "max_length;1\n") PROJECTS "VOTES\nvoter_id;vote\n1;\n2;a");
  comes_back(META("cumulative", "max_points;3\nmin_length;1\nmax_sum_cost;x\n") PROJECTS POINTS
             "1;a,b;0,1000000000\n2;b,a;7,0\n3;b,a;1000000000,0\n");
  comes_back(META("ordinal", "max_length;2\n") PROJECTS "VOTES\nvoter_id;vote\n1;c,a\n2;a,c\n");
  comes_back(META("scoring", "default_score;-1\n") PROJECTS POINTS "1;a,b,c;-5,0,-1\n");
  comes_back(META("approval", "currency;Euro\ndescription;None\nmax_sum_cost;7.123456\n")
                 PROJECTS VOTES);
  comes_back(META("approval", "") "PROJECTS\nproject_id;cost;selected\n\"a\"b;1;\n\"c\"\"d\";2;3\n"
                                  "VOTES\nvoter_id;vote\n1;\"a\"b\n2;\"\"\"a\"\"b,c\"\"d\"\n");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(a_file_is_written_from_its_election, clear),
      cmocka_unit_test_teardown(points_and_scores_are_written_beside_the_projects, clear),
      cmocka_unit_test_teardown(rankings_are_written_in_their_order, clear),
      cmocka_unit_test_teardown(meta_is_made_where_there_is_none, clear),
      cmocka_unit_test_teardown(all_points_to_give_are_a_least_sum, clear),
      cmocka_unit_test_teardown(a_scale_is_written_whole, clear),
      cmocka_unit_test_teardown(a_limit_that_was_taken_away_is_not_written, clear),
      cmocka_unit_test_teardown(choose_1_is_kept_as_long_as_it_is_true, clear),
      cmocka_unit_test_teardown(splits_and_answers_are_refused, clear),
      cmocka_unit_test_teardown(ids_that_votes_cannot_name_are_refused, clear),
      cmocka_unit_test_teardown(what_could_not_be_read_back_is_refused, clear),
      cmocka_unit_test_teardown(meta_that_could_not_be_read_back_is_refused, clear),
      cmocka_unit_test_teardown(what_is_written_reads_back, clear),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
