#include "engine/pabulib/preset.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

/* A file of which only META and the projects' ids matter. */
struct published {
  struct ballot_box box;
  struct pabulib_meta meta[3];
  struct pabulib file;
};

static void publish(struct published *published, const char *rule, const char *threshold,
                    const char *comment)
{
  const char *const entries[][2] = {
      {"rule", rule}, {"min_project_score_threshold", threshold}, {"comment", comment}};
  memset(published, 0, sizeof *published);
  box_open(&published->box, BALLOT_APPROVAL, 100, "201=1 1932=1 7=1 8=1 9=1 20=1 and=1");
  published->file.election = published->box.election;
  published->file.meta = published->meta;
  for (size_t i = 0; i < 3; i++) {
    if (entries[i][1] != NULL)
      published->meta[published->file.meta_count++] =
          (struct pabulib_meta){.key = span_of(entries[i][0]), .value = span_of(entries[i][1])};
  }
}

static enum status try_preset(struct published *published)
{
  struct ballot_box *box = &published->box;
  return pabulib_preset(&published->file, &box->settings, &box->arena, &box->fault);
}

static void preset(struct published *published, const char *rule, const char *threshold,
                   const char *comment)
{
  publish(published, rule, threshold, comment);
  if (try_preset(published) != STATUS_OK)
    fail_msg("%s: %s", published->box.fault.where, published->box.fault.what);
}

static void says(const struct published *published, const char *name, const char *text)
{
  assert_true(settings_given(&published->box.settings, name));
  box_says(settings_text(&published->box.settings, name), text);
}

static void is_greedy(const struct published *published, const char *on_miss)
{
  assert_ptr_equal(published->box.settings.rule, rule_find(SPAN("greedy")));
  says(published, "by", "score");
  says(published, "on_miss", on_miss);
  says(published, "tie_break", "listed");
  assert_false(settings_given(&published->box.settings, "fund_unsupported"));
  assert_false(settings_given(&published->box.settings, "utility"));
}

static void greedy_rules_skip_or_stop(void **state)
{
  (void)state;
  static const char *const rows[][2] = {{"greedy", "skip"},
                                        {"greedy-threshold", "skip"},
                                        {"greedy-no-skip", "stop"},
                                        {"greedy-custom", "stop"},
                                        {"greedy-exclusive", "skip"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct published published;
    preset(&published, rows[i][0], NULL, NULL);
    is_greedy(&published, rows[i][1]);
    assert_false(settings_given(&published.box.settings, "threshold"));
    box_close(&published.box);
  }
}

static void equal_shares_are_by_cost_with_their_completions(void **state)
{
  (void)state;
  static const char *const rows[][2] = {{"equalshares/add1", "add1"},
                                        {"equalshares/add1-comparison", "add1,comparison"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct published published;
    preset(&published, rows[i][0], "5", "projects 7 and 8");
    assert_ptr_equal(published.box.settings.rule, rule_find(SPAN("equal-shares")));
    says(&published, "utility", "cost");
    says(&published, "completion", rows[i][1]);
    says(&published, "tie_break", "votes,cost,id");
    assert_int_equal(settings_resolve(&published.box.settings, &published.box.election,
                                      &published.box.arena, &published.box.fault),
                     STATUS_OK);
    box_says(settings_text(&published.box.settings, "start"), "integral");
    box_says(settings_text(&published.box.settings, "stop"), "overspend");
    box_close(&published.box);
  }
}

static void a_threshold_is_for_the_rules_that_have_one(void **state)
{
  (void)state;
  static const char *const with[] = {"greedy-threshold", "greedy-no-skip", "greedy-custom"};
  static const char *const without[] = {"greedy", "greedy-exclusive"};
  struct published published;
  for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
    preset(&published, with[i], "150", NULL);
    says(&published, "threshold", "150");
    box_close(&published.box);
  }
  for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
    preset(&published, without[i], "150", NULL);
    assert_false(settings_given(&published.box.settings, "threshold"));
    box_close(&published.box);
  }
}

static void a_threshold_must_be_a_number(void **state)
{
  (void)state;
  struct published published;
  publish(&published, "greedy-threshold", "many", NULL);
  assert_int_equal(try_preset(&published), STATUS_REFUSED);
  assert_string_equal(published.box.fault.where, "threshold");
  assert_string_equal(published.box.fault.what, "'many' is not a value for it");
  box_close(&published.box);
}

static void alternatives_are(const char *comment, const char *groups)
{
  struct published published;
  preset(&published, "greedy-exclusive", NULL, comment);
  says(&published, "exclusive", groups);
  assert_int_equal(settings_resolve(&published.box.settings, &published.box.election,
                                    &published.box.arena, &published.box.fault),
                   STATUS_OK);
  box_close(&published.box);
}

static void alternatives_are_read_from_the_comment(void **state)
{
  (void)state;
  alternatives_are("#1: projects 201 and 1932 both targeted the same street", "201+1932");
  alternatives_are("projects 7, 8 and 9", "7+8+9");
  alternatives_are("projects 7, 8, and 9", "7+8+9");
  alternatives_are("the projects 201, 7 exclude each other", "201+7");
}

static void a_sentence_may_end_after_an_id(void **state)
{
  (void)state;
  alternatives_are("projects 7 and 8.", "7+8");
  alternatives_are("(see projects 7 and 8): one of them", "7+8");
  alternatives_are("projects 7 and 8; projects 9", "7+8");
  alternatives_are("projects 7 and 8; projects 9 and 20", "7+8,9+20");
}

static void several_groups_are_kept_apart(void **state)
{
  (void)state;
  alternatives_are("projects 7 and 8 overlap; projects 201, 1932 and 9 too", "7+8,201+1932+9");
  alternatives_are("projects 7 and 8 projects 201 and 1932", "7+8,201+1932");
}

static void fewer_than_two_known_projects_are_no_group(void **state)
{
  (void)state;
  alternatives_are(NULL, "");
  alternatives_are("", "");
  alternatives_are("there were 7 and 8 more", "");
  alternatives_are("projects 7 was withdrawn", "");
  alternatives_are("projects ", "");
  alternatives_are("projects", "");
  alternatives_are("projects that 7 and 8 wanted", "");
  alternatives_are("projects 7 was first, projects 8 and 9 later", "8+9");
  alternatives_are("projects 7.5 and 8", "");
  alternatives_are("projects .: and 8", "");
}

static void a_list_ends_at_what_is_no_project(void **state)
{
  (void)state;
  alternatives_are("projects 7, 8 and 77 others", "7+8");
  alternatives_are("projects 77, 8 and 9", "");
  alternatives_are("projects 201 and 1932, 20", "201+1932+20");
  alternatives_are("projects 7 and and and 8", "7+and+8"); /* an id like any other */
}

static void no_group_leaves_nothing_of_itself(void **state)
{
  (void)state;
  alternatives_are("projects 201 and 1932 or projects 7 or projects 8 and 9", "201+1932,8+9");
}

static const char known[] =
    "greedy, greedy-threshold, greedy-no-skip, greedy-custom, greedy-exclusive, "
    "equalshares/add1, equalshares/add1-comparison";

static void unknown_rules_are_refused(void **state)
{
  (void)state;
  static const char *const rules_unknown[] = {"phragmen", "Greedy", "greedy ", "equalshares"};
  for (size_t i = 0; i < sizeof rules_unknown / sizeof rules_unknown[0]; i++) {
    struct published published;
    char what[96];
    publish(&published, rules_unknown[i], NULL, NULL);
    snprintf(what, sizeof what, "no published rule is known as '%s'", rules_unknown[i]);
    assert_int_equal(try_preset(&published), STATUS_REFUSED);
    assert_string_equal(published.box.fault.where, "META rule");
    assert_string_equal(published.box.fault.what, what);
    assert_string_equal(published.box.fault.expected, known);
    box_close(&published.box);
  }
}

static void a_file_without_a_rule_is_refused(void **state)
{
  (void)state;
  static const char *const absent[] = {NULL, ""};
  for (size_t i = 0; i < 2; i++) {
    struct published published;
    publish(&published, absent[i], "5", "projects 7 and 8");
    assert_int_equal(try_preset(&published), STATUS_REFUSED);
    assert_string_equal(published.box.fault.where, "META rule");
    assert_string_equal(published.box.fault.what, "the file does not name its rule");
    assert_string_equal(published.box.fault.expected, known);
    box_close(&published.box);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(greedy_rules_skip_or_stop),
      cmocka_unit_test(equal_shares_are_by_cost_with_their_completions),
      cmocka_unit_test(a_threshold_is_for_the_rules_that_have_one),
      cmocka_unit_test(a_threshold_must_be_a_number),
      cmocka_unit_test(alternatives_are_read_from_the_comment),
      cmocka_unit_test(a_sentence_may_end_after_an_id),
      cmocka_unit_test(several_groups_are_kept_apart),
      cmocka_unit_test(fewer_than_two_known_projects_are_no_group),
      cmocka_unit_test(a_list_ends_at_what_is_no_project),
      cmocka_unit_test(no_group_leaves_nothing_of_itself),
      cmocka_unit_test(unknown_rules_are_refused),
      cmocka_unit_test(a_file_without_a_rule_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
