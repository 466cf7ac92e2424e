/* A published election becomes one of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/credential.h"
#include "ballots/restage.h"
#include "base/canonical.h"
#include "engine/pabulib/preset.h"
#include "engine/rule.h"
#include "tests/unit/staging.h"

static struct arena arena;
static struct staging_people people;
static struct pabulib file;
static struct settings settings;
static struct restage restage;
static struct fault fault;

static int start(void **state)
{
  (void)state;
  staging_people(&people);
  return 0;
}

static int end(void **state)
{
  (void)state;
  arena_free(&arena);
  return 0;
}

static void read_file(struct span text)
{
  const struct pabulib_options options = {.keep_equal_apart = true};
  if (pabulib_read(text, &options, &arena, &file, &fault) != STATUS_OK)
    fail_msg("%s: %s", fault.where, fault.what);
}

static enum status try_restage(struct span text, const char *rule)
{
  read_file(text);
  if (rule == NULL) {
    assert_int_equal(pabulib_preset(&file, &settings, &arena, &fault), STATUS_OK);
  } else {
    struct span rest = span_of(rule), word, name;
    bool more = true, pair;
    assert_true(span_split(&rest, &more, ' ', &word));
    settings_begin(&settings, rule_find(word));
    while (span_split(&rest, &more, ' ', &word)) {
      pair = true;
      assert_true(span_split(&word, &pair, '=', &name));
      assert_int_equal(settings_set(&settings, name, word, &fault), STATUS_OK);
    }
  }
  return restage_make(&file, &settings, &people.terms, &arena, &restage, &fault);
}

static void make(struct span text, const char *rule)
{
  if (try_restage(text, rule) != STATUS_OK)
    fail_msg("%s: %s (%s)", fault.where, fault.what, fault.expected);
}

static void refuses(struct span text, const char *rule, const char *where, const char *what)
{
  assert_int_equal(try_restage(text, rule), STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
}

/* A member of the payload, as canonical text. */
static void says(const char *name, const char *expected)
{
  json_t *payload;
  assert_int_equal(canonical_read(restage.payload, restage.payload.length, &payload, &fault),
                   STATUS_OK);
  const json_t *member = json_object_get(payload, name);
  assert_non_null(member);
  char *written = json_dumps(member, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  assert_string_equal(written, expected);
  free(written);
  json_decref(payload);
}

#define META(vote_type, more)                                                                      \
  "META\nkey;value\ndescription;Our street\nbudget;100\ncurrency;EUR\nlanguage;fr\nrule;greedy\n"  \
  "vote_type;" vote_type "\n" more
#define PROJECTS "PROJECTS\nproject_id;cost;name;category\na;30;A;x\nb;18;B;\nc;60;C;x,y\n"
#define VOTES    "VOTES\nvoter_id;vote\n"
#define POINTS   "VOTES\nvoter_id;vote;points\n"

/* --- the manifest --- */

static void a_file_becomes_a_manifest(void **state)
{
  (void)state;
  make(SPAN(META("approval", "") PROJECTS VOTES "1;a,b\n2;\n"), NULL);
  says("ballot", "{\"kind\":\"approval\"}");
  says("budget", "100");
  says("currency", "\"EUR\"");
  says("custody", "[\"organiser\"]");
  says("minor_unit", "0");
  says("projects", "[{\"category\":\"x\",\"cost\":30,\"id\":\"a\",\"title\":{\"fr\":\"A\"}},"
                   "{\"cost\":18,\"id\":\"b\",\"title\":{\"fr\":\"B\"}},"
                   "{\"category\":\"x,y\",\"cost\":60,\"id\":\"c\",\"title\":{\"fr\":\"C\"}}]");
  says("revote", "true");
  says("rule", "{\"borda_zero\":false,\"by\":\"score\",\"exclusive\":[],\"fund_unsupported\":false,"
               "\"name\":\"greedy\",\"on_miss\":\"skip\",\"one_per\":\"none\",\"threshold\":0,"
               "\"tie_break\":[\"listed\"],\"utility\":\"cardinality\"}");
  says("title", "{\"fr\":\"Our street\"}");
  says("voting", "{\"closes\":null,\"opens\":\"2027-03-06T08:00:00Z\"}");
  assert_int_equal(restage.projects.length, 0);
  assert_int_equal(restage.widened + restage.left_out, 0);
  const struct digest id = digest_of(restage.payload);
  assert_int_equal(digest_compare(&id, &restage.manifest.id), 0);
  assert_memory_equal(restage.manifest.organiser.bytes,
                      people.keys[STAGING_ORGANISER].public_key.bytes, PUBLIC_KEY_BYTES);
}

static void the_terms_are_those_given(void **state)
{
  (void)state;
  struct staging_people before = people;
  people.terms.revote = false;
  people.terms.has_closes = true;
  people.terms.closes = people.terms.opens + 3600;
  people.terms.custody_count = 0;
  people.terms.max_replacements = 7;
  people.terms.quorum = 3;
  people.terms.election.budget = 5;
  people.terms.projects_attached = true;
  make(SPAN(META("approval", "") PROJECTS VOTES), "equal-shares completion=add1 tie_break=cost,id");
  people.terms = before.terms;
  says("budget", "100");
  says("custody", "[]");
  says("quorum", "3");
  says("revote", "false");
  says("voting", "{\"closes\":\"2027-03-06T09:00:00Z\",\"opens\":\"2027-03-06T08:00:00Z\"}");
  assert_int_equal(restage.manifest.max_replacements, 7);
  assert_string_equal(restage.manifest.settings.rule->name, "equal-shares");
  assert_true(span_equal(settings_text(&restage.manifest.settings, "tie_break"), SPAN("cost,id")));
}

static void what_a_file_lacks_is_filled_in(void **state)
{
  (void)state;
  make(SPAN("META\nkey;value\nbudget;1.5\nvote_type;approval\nlanguage;PL\n"
            "PROJECTS\nproject_id;cost\na;1\n" VOTES),
       "greedy");
  says("title", "{\"en\":\"" STAGING_BOARD_ORIGIN "\"}");
  says("currency", "\"XXX\"");
  says("minor_unit", "1");
  says("budget", "15");
  says("projects", "[{\"cost\":10,\"id\":\"a\",\"title\":{\"en\":\"a\"}}]");
}

static void a_long_list_of_projects_stands_beside(void **state)
{
  (void)state;
  for (int more = 0; more < 2; more++) {
    struct buffer text = {0};
    buffer_add(&text, SPAN(META("approval", "") "PROJECTS\nproject_id;cost\n"));
    /* {"cost":1,"id":"1000","title":{"fr":"1000"}}, is 45 bytes: 728 of them and brackets 32,761. */
    for (int i = 0; i < 728 + more; i++)
      buffer_format(&text, "%d;1\n", 1000 + i);
    buffer_add(&text, SPAN(VOTES "1;1000,1001\n"));
    make(buffer_span(&text), NULL);
    assert_int_equal(restage.projects.length > 0, more);
    assert_int_equal(restage.manifest.projects_attached, more);
    assert_int_equal(restage.manifest.election.project_count, 728 + more);
    assert_true(span_equal(restage.manifest.election.projects[727].id, SPAN("1727")));
    assert_true(more == 0 || restage.payload.length < 2000);
    buffer_free(&text);
  }
  const struct digest digest = digest_of(restage.projects);
  assert_int_equal(digest_compare(&digest, &restage.manifest.projects.digest), 0);
}

static void what_a_board_cannot_have_is_refused(void **state)
{
  (void)state;
  refuses(SPAN(META("approval", "") "PROJECTS\nproject_id;cost\na;1\nb c;1\n" VOTES), NULL,
          "projects[1].id", "'b c' is not an id");
  refuses(SPAN(META("approval", "") PROJECTS VOTES), "greedy tie_break=draw", "draw",
          "rule.tie_break ends in draw, but nobody draws");
  refuses(SPAN(META("approval", "") PROJECTS VOTES), "greedy exclusive=a+q", "exclusive",
          "no project is called 'q'");
}

/* --- limits --- */

static void limits_are(struct span text, const char *expected, unsigned widened)
{
  make(text, "greedy");
  says("ballot", expected);
  assert_int_equal(restage.widened, widened);
}

static void limits_that_ballots_keep_stay(void **state)
{
  (void)state;
  limits_are(SPAN(META("approval", "min_length;1\nmax_length;2\nmax_sum_cost;78\n") PROJECTS VOTES
                  "1;a\n2;b,c\n3;\n"),
             "{\"kind\":\"approval\",\"max\":2,\"max_cost\":78,\"min\":1}", 0);
  limits_are(SPAN(META("cumulative", "min_length;1\nmax_length;2\nmin_sum_points;3\n"
                                     "max_sum_points;4\nmax_points;3\n") PROJECTS POINTS
                  "1;a,b;3,1\n2;c;3\n3;;\n"),
             "{\"kind\":\"points\",\"max\":2,\"max_per_project\":3,\"min\":1,\"min_points\":3,"
             "\"points\":4}",
             0);
  limits_are(SPAN(META("scoring", "min_points;-1\nmax_points;2\ndefault_score;-1\n") PROJECTS POINTS
                  "1;a,b;2,0\n"),
             "{\"default\":-1,\"highest\":2,\"kind\":\"scores\",\"lowest\":-1}", 0);
  limits_are(SPAN(META("ordinal", "min_length;1\nmax_length;2\n") PROJECTS VOTES "1;a\n2;c,a\n"),
             "{\"kind\":\"ranking\",\"max\":2,\"min\":1}", 0);
}

static void limits_that_ballots_break_are_left_out(void **state)
{
  (void)state;
  limits_are(SPAN(META("approval", "min_length;2\nmax_length;2\nmax_sum_cost;78\n") PROJECTS VOTES
                  "1;a\n2;b,c\n"),
             "{\"kind\":\"approval\",\"max\":2,\"max_cost\":78}", 1);
  limits_are(SPAN(META("approval", "min_length;1\nmax_length;2\nmax_sum_cost;77\n") PROJECTS VOTES
                  "1;a,b,c\n"),
             "{\"kind\":\"approval\",\"min\":1}", 2);
  limits_are(SPAN(META("choose-1", "") PROJECTS VOTES "1;a,b\n"), "{\"kind\":\"approval\"}", 1);
  limits_are(SPAN(META("cumulative", "min_sum_points;3\nmax_sum_points;4\nmax_points;3\n")
                      PROJECTS POINTS "1;a,b;4,1\n2;c;2\n"),
             "{\"kind\":\"points\"}", 3);
  limits_are(
      SPAN(META("cumulative", "max_sum_points;4\nmax_points;3\n") PROJECTS POINTS "1;a,b;3,2\n"),
      "{\"kind\":\"points\",\"max_per_project\":3}", 1);
  limits_are(SPAN(META("scoring", "min_points;1\nmax_points;2\n") PROJECTS POINTS "1;a,b;3,-4\n"),
             "{\"default\":0,\"highest\":3,\"kind\":\"scores\",\"lowest\":-4}", 2);
  limits_are(SPAN(META("ordinal", "min_length;2\nmax_length;2\n") PROJECTS VOTES "1;a\n2;c,a,b\n"),
             "{\"kind\":\"ranking\"}", 2);
}

/* The sum of what a ballot names may be more money than there is. */
static void a_cost_beyond_all_money_is_beyond_any_limit(void **state)
{
  (void)state;
  limits_are(SPAN("META\nkey;value\nbudget;100\nvote_type;approval\nmax_sum_cost;9007199254740991\n"
                  "PROJECTS\nproject_id;cost\na;9007199254740991\nb;9007199254740991\n" VOTES
                  "1;a,b\n"),
             "{\"kind\":\"approval\"}", 1);
}

static void limits_that_leave_the_blank_ballot_alone_go(void **state)
{
  (void)state;
  limits_are(SPAN(META("approval", "max_length;0\nmin_length;0\n") PROJECTS VOTES "1;\n"),
             "{\"kind\":\"approval\"}", 2);
  limits_are(SPAN(META("approval", "max_sum_cost;17\n") PROJECTS VOTES "1;\n"),
             "{\"kind\":\"approval\"}", 1);
  limits_are(SPAN(META("ordinal", "min_length;4\n") PROJECTS VOTES), "{\"kind\":\"ranking\"}", 1);
  limits_are(SPAN(META("scoring", "min_points;0\nmax_points;0\n") PROJECTS POINTS),
             "{\"default\":0,\"highest\":1000000000,\"kind\":\"scores\",\"lowest\":-1000000000}",
             2);
}

static void borda_max_counts_from_the_limit(void **state)
{
  (void)state;
  const struct span longer =
      SPAN(META("ordinal", "max_length;2\n") PROJECTS VOTES "1;a\n2;c,a,b\n");
  make(longer, "greedy utility=borda");
  make(SPAN(META("ordinal", "max_length;2\n") PROJECTS VOTES "1;a\n2;c,a\n"),
       "greedy utility=borda-max");
  make(SPAN(META("ordinal", "") PROJECTS VOTES "1;a\n2;c,a,b\n"), "greedy utility=borda-max");
  refuses(longer, "greedy utility=borda-max", "utility",
          "rankings have up to 3 ranks, and 2 are allowed");
}

/* --- choices --- */

static void choice_is(uint64_t voter, const char *expected)
{
  struct mark marks[8];
  struct buffer text = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &text);
  const struct choice choice = restage_choice(&restage, voter, marks);
  choice_write(&choice, &restage.manifest.election, &writer);
  buffer_add_byte(&text, '\0');
  assert_string_equal(text.bytes, expected);
  buffer_free(&text);
}

static void voters_come_in_the_order_of_the_file(void **state)
{
  (void)state;
  make(SPAN(META("approval", "") PROJECTS VOTES "9;c,a\n7;b\n8;a,c\n1;\n"), NULL);
  assert_int_equal(restage_voters(&restage), 4);
  choice_is(0, "{\"approve\":[\"a\",\"c\"]}");
  choice_is(1, "{\"approve\":[\"b\"]}");
  choice_is(2, "{\"approve\":[\"a\",\"c\"]}");
  choice_is(3, "{\"blank\":true}");
  make(SPAN(META("ordinal", "") PROJECTS VOTES "1;c,a\n2;b\n"), NULL);
  choice_is(0, "{\"rank\":[\"c\",\"a\"]}");
  make(SPAN(META("scoring", "min_points;-5\n") PROJECTS POINTS "1;c,a;-5,3\n"), NULL);
  choice_is(0, "{\"scores\":{\"a\":3,\"c\":-5}}");
}

static void marks_that_are_worth_nothing_are_left_out(void **state)
{
  (void)state;
  make(SPAN(META("cumulative", "") PROJECTS POINTS "1;a,b,c;0,2,0\n2;a;0\n3;c;1\n"), NULL);
  assert_int_equal(restage.left_out, 3);
  choice_is(0, "{\"points\":{\"b\":2}}");
  choice_is(1, "{\"blank\":true}");
  choice_is(2, "{\"points\":{\"c\":1}}");
  make(SPAN(META("scoring", "min_points;-5\n") PROJECTS POINTS "1;a,b;0,2\n"),
       "greedy utility=cardinality");
  assert_int_equal(restage.left_out, 1);
  choice_is(0, "{\"scores\":{\"b\":2}}");
}

static void marks_that_are_worth_something_are_refused(void **state)
{
  (void)state;
  const struct span zeros = SPAN(META("cumulative", "") PROJECTS POINTS "1;a;1\n2;b,c;2,0\n");
  make(zeros, "equal-shares utility=points");
  refuses(zeros, "equal-shares utility=cost", "vote 2", "'c' is named with 0");
  refuses(zeros, "greedy utility=cardinality", "vote 2", "'c' is named with 0");
  refuses(SPAN(META("scoring", "min_points;-5\ndefault_score;-2\n") PROJECTS POINTS "1;b;-2\n"),
          "greedy", "vote 1", "'b' is named with -2");
}

/* --- voters --- */

static void many_voters(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN(META("approval", "") PROJECTS VOTES));
  for (int i = 0; i < 4000; i++)
    buffer_format(&text, "%d;a\n", i);
  make(buffer_span(&text), NULL);
  buffer_free(&text);
}

static void voters_do_as_the_seed_says(void **state)
{
  (void)state;
  const uint8_t seed[RESTAGE_SEED_BYTES] = {1}, other[RESTAGE_SEED_BYTES] = {2};
  unsigned changes = 0, blanks = 0, repeats = 0;
  many_voters();
  for (uint64_t i = 0; i < 4000; i++) {
    struct restage_voter voter, again, stranger;
    char written[CODE_TEXT];
    struct code read;
    restage_voter(&restage, seed, i, &voter);
    restage_voter(&restage, seed, i, &again);
    restage_voter(&restage, other, i, &stranger);
    assert_memory_equal(&voter.code, &again.code, sizeof voter.code);
    assert_memory_not_equal(&voter.code, &stranger.code, sizeof voter.code);
    assert_true(voter.changes_mind == again.changes_mind && voter.first == again.first &&
                voter.repeats == again.repeats);
    assert_true(voter.first <= 4000 && voter.first != i);
    code_write(&voter.code, written);
    assert_int_equal(code_read(span_of(written), &read, &fault), STATUS_OK);
    changes += voter.changes_mind;
    blanks += voter.changes_mind && voter.first == 4000;
    repeats += voter.repeats;
  }
  /* Of 4,000: 500, 125 and 250 are expected, give or take 5 standard deviations. */
  assert_in_range(changes, 396, 604);
  assert_in_range(blanks, 70, 180);
  assert_in_range(repeats, 174, 326);
}

static void no_mind_is_changed_where_none_may_be(void **state)
{
  (void)state;
  const uint8_t seed[RESTAGE_SEED_BYTES] = {1};
  people.terms.revote = false;
  many_voters();
  people.terms.revote = true;
  for (uint64_t i = 0; i < 4000; i++) {
    struct restage_voter voter;
    restage_voter(&restage, seed, i, &voter);
    assert_false(voter.changes_mind);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(a_file_becomes_a_manifest, end),
      cmocka_unit_test_teardown(the_terms_are_those_given, end),
      cmocka_unit_test_teardown(what_a_file_lacks_is_filled_in, end),
      cmocka_unit_test_teardown(a_long_list_of_projects_stands_beside, end),
      cmocka_unit_test_teardown(what_a_board_cannot_have_is_refused, end),
      cmocka_unit_test_teardown(limits_that_ballots_keep_stay, end),
      cmocka_unit_test_teardown(limits_that_ballots_break_are_left_out, end),
      cmocka_unit_test_teardown(a_cost_beyond_all_money_is_beyond_any_limit, end),
      cmocka_unit_test_teardown(limits_that_leave_the_blank_ballot_alone_go, end),
      cmocka_unit_test_teardown(borda_max_counts_from_the_limit, end),
      cmocka_unit_test_teardown(voters_come_in_the_order_of_the_file, end),
      cmocka_unit_test_teardown(marks_that_are_worth_nothing_are_left_out, end),
      cmocka_unit_test_teardown(marks_that_are_worth_something_are_refused, end),
      cmocka_unit_test_teardown(voters_do_as_the_seed_says, end),
      cmocka_unit_test_teardown(no_mind_is_changed_where_none_may_be, end),
  };
  return cmocka_run_group_tests(tests, start, NULL);
}
