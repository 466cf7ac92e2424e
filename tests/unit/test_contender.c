#include "audit/compare/contender.h"

#include "tests/unit/ballot_box.h"

static enum status add(struct contenders *contenders, const char *text, char separator,
                       struct fault *fault)
{
  return contenders_add(contenders, separator == '\0' ? "--rule" : "--rules", text, separator,
                        fault);
}

static void assert_span(struct span span, const char *expected)
{
  assert_true(span_equal(span, span_of(expected)));
}

static void a_list_of_names(void **state)
{
  (void)state;
  struct contenders contenders = {0};
  struct fault fault;
  assert_int_equal(add(&contenders, "greedy,phragmen,published,default", ',', &fault), STATUS_OK);
  assert_int_equal(contenders.count, 4);
  assert_string_equal(contenders.list[0].rule->name, "greedy");
  assert_int_equal(contenders.list[0].origin, REQUEST_RULE_ASKED);
  assert_string_equal(contenders.list[1].rule->name, "phragmen");
  assert_null(contenders.list[2].rule);
  assert_int_equal(contenders.list[2].origin, REQUEST_RULE_PUBLISHED);
  assert_string_equal(contenders.list[3].rule->name, "equal-shares");
  assert_int_equal(contenders.list[3].origin, REQUEST_RULE_DEFAULT);
  assert_span(contenders.list[3].said, "default");
}

static void settings_follow_colons(void **state)
{
  (void)state;
  struct contenders contenders = {0};
  struct fault fault;
  assert_int_equal(add(&contenders, "greedy:by=density:on_miss=stop,greedy", ',', &fault),
                   STATUS_OK);
  assert_int_equal(contenders.count, 2);
  assert_int_equal(contenders.list[0].setting_count, 2);
  assert_span(contenders.list[0].names[1], "on_miss");
  assert_span(contenders.list[0].values[1], "stop");
  assert_span(contenders.list[0].said, "greedy:by=density:on_miss=stop");
  assert_int_equal(contenders.list[1].setting_count, 0);
}

static void one_rule_may_have_commas(void **state)
{
  (void)state;
  struct contenders contenders = {0};
  struct fault fault;
  assert_int_equal(add(&contenders, "equal-shares:completion=add1,greedy", '\0', &fault),
                   STATUS_OK);
  assert_int_equal(contenders.count, 1);
  assert_span(contenders.list[0].values[0], "add1,greedy");
}

static void refused(const char *text, const char *what)
{
  struct contenders contenders = {0};
  struct fault fault;
  assert_int_equal(add(&contenders, text, ',', &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "--rules");
  if (strstr(fault.what, what) == NULL)
    fail_msg("'%s' does not say '%s'", fault.what, what);
}

static void what_is_no_rule_is_refused(void **state)
{
  (void)state;
  refused("dice", "no rule is called 'dice'");
  refused("", "no rule is called ''");
  refused("greedy,", "no rule is called ''");
  refused("greedy:by", "'by' is not a setting");
  refused("greedy:=density", "'=density' is not a setting");
  refused("greedy:", "'' is not a setting");
  refused("greedy:by=luck", "greedy:by=luck: ");
  refused("phragmen:by=score", "has no setting 'by'");
  refused("greedy,greedy,greedy,greedy,greedy,greedy,greedy,greedy,greedy,greedy,greedy",
          "there are more rules");
  refused("greedy:by=score:by=score:by=score:by=score:by=score:by=score:by=score:by=score:by=score:"
          "by=score:by=score:by=score:by=score:by=score:by=score:by=score:by=score",
          "there are more settings");
}

/* --- settings --- */

static void resolve(const char *text, const struct pabulib *file, const struct settings *manifest,
                    struct ballot_box *box, struct settings *settings, enum status expected)
{
  struct contenders contenders = {0};
  assert_int_equal(add(&contenders, text, '\0', &box->fault), STATUS_OK);
  assert_int_equal(contender_settings(&contenders.list[0], &box->election, file, manifest,
                                      &box->arena, settings, &box->fault),
                   expected);
}

static void what_is_named_goes_before_the_default(void **state)
{
  (void)state;
  struct ballot_box box;
  struct settings settings;
  box_open(&box, BALLOT_APPROVAL, 100, "garden=30");
  resolve("default", NULL, NULL, &box, &settings, STATUS_OK);
  assert_span(settings_text(&settings, "completion"), REQUEST_DEFAULT_COMPLETION);
  resolve("default:completion=greedy", NULL, NULL, &box, &settings, STATUS_OK);
  assert_span(settings_text(&settings, "completion"), "greedy");
  resolve("equal-shares", NULL, NULL, &box, &settings, STATUS_OK);
  assert_span(settings_text(&settings, "completion"), "");
  box_close(&box);
}

static void the_published_rule_is_the_manifests_or_the_files(void **state)
{
  (void)state;
  const struct pabulib_meta meta = {.key = SPAN("rule"), .value = SPAN("greedy-no-skip")};
  const struct pabulib file = {.meta_count = 1, .meta = &meta};
  struct ballot_box box;
  struct settings settings, manifest;
  box_open(&box, BALLOT_APPROVAL, 100, "garden=30");
  resolve("published", &file, NULL, &box, &settings, STATUS_OK);
  assert_string_equal(settings.rule->name, "greedy");
  assert_span(settings_text(&settings, "on_miss"), "stop");
  resolve("published:on_miss=skip", &file, NULL, &box, &settings, STATUS_OK);
  assert_span(settings_text(&settings, "on_miss"), "skip");

  settings_begin(&manifest, rule_find(SPAN("phragmen")));
  resolve("published", NULL, &manifest, &box, &settings, STATUS_OK);
  assert_string_equal(settings.rule->name, "phragmen");
  resolve("published", NULL, NULL, &box, &settings, STATUS_REFUSED);
  assert_string_equal(box.fault.where, "--rules");
  box_close(&box);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_list_of_names),
      cmocka_unit_test(settings_follow_colons),
      cmocka_unit_test(one_rule_may_have_commas),
      cmocka_unit_test(what_is_no_rule_is_refused),
      cmocka_unit_test(what_is_named_goes_before_the_default),
      cmocka_unit_test(the_published_rule_is_the_manifests_or_the_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
