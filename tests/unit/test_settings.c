#include "engine/settings.h"

#include <stdio.h>

#include "tests/unit/ballot_box.h"

/* A rule with a setting of every kind, not in the order of their names. */
static const struct setting table[] = {
    {.name = "tie_break", .kind = SETTING_TIES, .fallback = "id", .meaning = "ties"},
    {.name = "by", .kind = SETTING_WORD, .words = "score density", .fallback = "score"},
    {.name = "zeal", .kind = SETTING_BOOLEAN, .fallback = "false"},
    {.name = "least", .kind = SETTING_INTEGER, .fallback = "0"},
    {.name = "namely", .kind = SETTING_WORDS, .words = "one two three", .fallback = ""},
    {.name = "unit", .kind = SETTING_UNIT, .fallback = NULL},
    {.name = "groups", .kind = SETTING_GROUPS, .fallback = ""},
};

static enum status resolve(struct settings *settings, const struct election *election,
                           struct arena *arena, struct fault *fault)
{
  (void)arena;
  if (election->budget == 0)
    return fault_set(fault, STATUS_REFUSED, "unit", NULL, "no budget");
  if (!settings_given(settings, "unit"))
    settings_fill(settings, "unit", SPAN("100"));
  return STATUS_OK;
}

static const struct rule rule = {
    .name = "all-kinds",
    .settings = table,
    .setting_count = sizeof table / sizeof table[0],
    .resolve = resolve,
};

static void takes(const char *name, const char *text)
{
  struct settings settings;
  struct fault fault = {0};
  settings_begin(&settings, &rule);
  if (settings_set(&settings, span_of(name), span_of(text), &fault) != STATUS_OK)
    fail_msg("%s=%s: %s", name, text, fault.what);
  assert_true(settings_given(&settings, name));
  box_says(settings_text(&settings, name), text);
}

static void refuses_because(const char *name, const char *text, const char *where, const char *what,
                            const char *expected)
{
  struct settings settings;
  struct fault fault = {0};
  settings_begin(&settings, &rule);
  if (settings_set(&settings, span_of(name), span_of(text), &fault) != STATUS_REFUSED)
    fail_msg("%s=%s is taken", name, text);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  for (size_t i = 0; i < rule.setting_count; i++)
    assert_false(settings.given[i]);
}

static void refuses(const char *name, const char *text, const char *expected)
{
  char what[FAULT_WHAT];
  snprintf(what, sizeof what, "'%s' is not a value for it", text);
  refuses_because(name, text, name, what, expected);
}

static void booleans_are_true_or_false(void **state)
{
  (void)state;
  takes("zeal", "true");
  takes("zeal", "false");
  static const char *const wrong[] = {"", "True", "yes", "1", "true ", "truefalse"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refuses("zeal", wrong[i], "true or false");
}

static void integers_are_those_of_canonical_json_from_0(void **state)
{
  (void)state;
  takes("least", "0");
  takes("least", "9007199254740991");
  static const char *const wrong[] = {
      "", "-1", "9007199254740992", "99999999999999999999", "5.0", "05", "+5", "five"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refuses("least", wrong[i], "a whole number from 0 to 9007199254740991");
}

static void a_word_is_one_of_its_words(void **state)
{
  (void)state;
  takes("by", "score");
  takes("by", "density");
  static const char *const wrong[] = {"", "scor", "scores", "score density", "score,density", " "};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refuses("by", wrong[i], "score density");
}

static void words_stand_once_each(void **state)
{
  (void)state;
  takes("namely", "");
  takes("namely", "two");
  takes("namely", "three,one,two");
  static const char *const wrong[] = {"four", "one,four", "one,one", "one,two,one",
                                      "one,", ",one",     ",",       "one two"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refuses("namely", wrong[i], "one two three");
}

static void a_unit_is_an_amount_or_a_percentage(void **state)
{
  (void)state;
  takes("unit", "1");
  takes("unit", "9007199254740991");
  takes("unit", "1%");
  takes("unit", "100%");
  static const char *const wrong[] = {
      "",    "0",  "-1", "9007199254740992", "%", "0%", "101%", "-1%", "1.5%", "1%%",
      "1 %", "%1", "01%"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    refuses("unit", wrong[i], "minor units from 1, or a share of the budget from 1% to 100%");
}

static void tie_lists_are_checked_as_such(void **state)
{
  (void)state;
  takes("tie_break", "votes,cost,id");
  refuses_because("tie_break", "votes", "tie_break", "the last key, 'votes', can leave a tie",
                  "keys among votes, score, cost, cost-desc, id, id-numeric, listed, draw; the "
                  "last one of id, id-numeric, listed, draw");
}

static void groups_are_left_to_the_rule(void **state)
{
  (void)state;
  takes("groups", "");
  takes("groups", "a+b,c+d+e");
}

static void unknown_names_are_refused_with_those_that_are_known(void **state)
{
  (void)state;
  static const char known[] = "tie_break, by, zeal, least, namely, unit, groups";
  refuses_because("ties", "id", "settings", "the rule all-kinds has no setting 'ties'", known);
  refuses_because("", "id", "settings", "the rule all-kinds has no setting ''", known);
  refuses_because("by ", "score", "settings", "the rule all-kinds has no setting 'by '", known);
  /* The rule's own name is no setting, though outcomes show it among them. */
  refuses_because("name", "greedy", "settings", "the rule all-kinds has no setting 'name'", known);
}

static void names_that_would_not_fit_are_left_out(void **state)
{
  (void)state;
  enum { LONG = FAULT_EXPECTED / 2 - 2 }; /* two of them, a comma and a blank find room */
  char names[3][LONG + 1], both[2 * LONG + sizeof ", "];
  struct setting many[3] = {0};
  for (size_t i = 0; i < 3; i++) {
    memset(names[i], (int)('a' + i), LONG);
    names[i][LONG] = '\0';
    many[i].name = names[i];
  }
  (void)snprintf(both, sizeof both, "%s, %s", names[0], names[1]);
  const struct rule long_names = {.name = "long", .settings = many, .setting_count = 3};
  struct settings settings;
  struct fault fault;
  settings_begin(&settings, &long_names);
  assert_int_equal(settings_set(&settings, SPAN("x"), SPAN(""), &fault), STATUS_REFUSED);
  assert_string_equal(fault.expected, both);
}

static void what_came_from_outside_is_made_printable(void **state)
{
  (void)state;
  struct settings settings;
  struct fault fault;
  settings_begin(&settings, &rule);
  assert_int_equal(settings_set(&settings, SPAN("by"), SPAN("a\nb"), &fault), STATUS_REFUSED);
  assert_null(strchr(fault.what, '\n'));
}

static void a_later_value_replaces_an_earlier_one_unless_refused(void **state)
{
  (void)state;
  struct settings settings;
  struct fault fault;
  settings_begin(&settings, &rule);
  assert_int_equal(settings_set(&settings, SPAN("by"), SPAN("density"), &fault), STATUS_OK);
  assert_int_equal(settings_set(&settings, SPAN("by"), SPAN("score"), &fault), STATUS_OK);
  box_says(settings_text(&settings, "by"), "score");
  assert_int_equal(settings_set(&settings, SPAN("by"), SPAN("size"), &fault), STATUS_REFUSED);
  box_says(settings_text(&settings, "by"), "score");
}

static void resolved(struct settings *settings, const struct rule *of_rule)
{
  const struct election election = {.budget = 1};
  struct arena arena = {0};
  struct fault fault;
  assert_ptr_equal(settings->rule, of_rule);
  assert_int_equal(settings_resolve(settings, &election, &arena, &fault), STATUS_OK);
  arena_free(&arena);
}

static void resolving_fills_what_was_not_given(void **state)
{
  (void)state;
  struct settings settings;
  struct fault fault;
  settings_begin(&settings, &rule);
  assert_int_equal(settings_set(&settings, SPAN("least"), SPAN("12"), &fault), STATUS_OK);
  assert_int_equal(settings_set(&settings, SPAN("namely"), SPAN("two,one"), &fault), STATUS_OK);
  resolved(&settings, &rule);
  box_says(settings_text(&settings, "tie_break"), "id");
  box_says(settings_text(&settings, "by"), "score");
  box_says(settings_text(&settings, "unit"), "100");
  assert_false(settings_boolean(&settings, "zeal"));
  assert_int_equal(settings_integer(&settings, "least"), 12);
  assert_true(settings_has(&settings, "namely", "one"));
  assert_true(settings_has(&settings, "namely", "two"));
  assert_false(settings_has(&settings, "namely", "three"));
  assert_false(settings_has(&settings, "groups", "a"));
  assert_true(settings_given(&settings, "least"));
  assert_false(settings_given(&settings, "unit"));
}

static void what_was_given_is_not_filled_in(void **state)
{
  (void)state;
  struct settings settings;
  struct fault fault;
  settings_begin(&settings, &rule);
  assert_int_equal(settings_set(&settings, SPAN("unit"), SPAN("7%"), &fault), STATUS_OK);
  assert_int_equal(settings_set(&settings, SPAN("zeal"), SPAN("true"), &fault), STATUS_OK);
  resolved(&settings, &rule);
  box_says(settings_text(&settings, "unit"), "7%");
  assert_true(settings_boolean(&settings, "zeal"));
}

static void the_rule_can_refuse_what_the_table_takes(void **state)
{
  (void)state;
  const struct election election = {.budget = 0};
  struct settings settings;
  struct arena arena = {0};
  struct fault fault;
  settings_begin(&settings, &rule);
  assert_int_equal(settings_resolve(&settings, &election, &arena, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "no budget");
  arena_free(&arena);
}

static void a_rule_need_not_resolve_anything(void **state)
{
  (void)state;
  const struct rule plain = {.name = "plain", .settings = table, .setting_count = 2};
  struct settings settings;
  settings_begin(&settings, &plain);
  resolved(&settings, &plain);
  box_says(settings_text(&settings, "by"), "score");
}

/* --- writing --- */

static void writes(const struct settings *settings, const char *expected)
{
  struct buffer buffer = {0}, again = {0};
  struct canonical_writer writer;
  struct fault fault;
  json_t *value;
  canonical_begin(&writer, &buffer);
  settings_write(settings, &writer);
  box_says(buffer_span(&buffer), expected);
  assert_int_equal(canonical_read(buffer_span(&buffer), 1 << 16, &value, &fault), STATUS_OK);
  assert_int_equal(canonical_write(value, &again, &fault), STATUS_OK);
  assert_true(span_equal(buffer_span(&buffer), buffer_span(&again)));
  json_decref(value);
  buffer_free(&buffer);
  buffer_free(&again);
}

static void settings_are_written_sorted_with_their_defaults(void **state)
{
  (void)state;
  struct settings settings;
  settings_begin(&settings, &rule);
  resolved(&settings, &rule);
  writes(&settings, "{\"by\":\"score\",\"groups\":[],\"least\":0,\"name\":\"all-kinds\","
                    "\"namely\":[],\"tie_break\":[\"id\"],\"unit\":100,\"zeal\":false}");
}

static void settings_are_written_in_their_kind(void **state)
{
  (void)state;
  struct settings settings;
  struct fault fault;
  static const char *const given[][2] = {
      {"by", "density"},     {"groups", "a+b,c+d+e"},       {"least", "9007199254740991"},
      {"namely", "two,one"}, {"tie_break", "votes,listed"}, {"unit", "5%"},
      {"zeal", "true"},
  };
  settings_begin(&settings, &rule);
  for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
    assert_int_equal(settings_set(&settings, span_of(given[i][0]), span_of(given[i][1]), &fault),
                     STATUS_OK);
  resolved(&settings, &rule);
  writes(&settings,
         "{\"by\":\"density\",\"groups\":[[\"a\",\"b\"],[\"c\",\"d\",\"e\"]],"
         "\"least\":9007199254740991,\"name\":\"all-kinds\",\"namely\":[\"two\",\"one\"],"
         "\"tie_break\":[\"votes\",\"listed\"],\"unit\":\"5%\",\"zeal\":true}");
}

static void the_name_of_the_rule_has_its_place_at_either_end_too(void **state)
{
  (void)state;
  static const struct setting after[] = {{.name = "z", .kind = SETTING_WORD, .fallback = "1"},
                                         {.name = "o", .kind = SETTING_WORD, .fallback = "2"}};
  static const struct setting before[] = {{.name = "b", .kind = SETTING_WORD, .fallback = "1"},
                                          {.name = "a", .kind = SETTING_WORD, .fallback = "2"}};
  const struct rule rules_of_two[] = {{.name = "r", .settings = after, .setting_count = 2},
                                      {.name = "r", .settings = before, .setting_count = 2},
                                      {.name = "r"}};
  static const char *const expected[] = {"{\"name\":\"r\",\"o\":\"2\",\"z\":\"1\"}",
                                         "{\"a\":\"2\",\"b\":\"1\",\"name\":\"r\"}",
                                         "{\"name\":\"r\"}"};
  for (size_t i = 0; i < 3; i++) {
    struct settings settings;
    settings_begin(&settings, &rules_of_two[i]);
    resolved(&settings, &rules_of_two[i]);
    writes(&settings, expected[i]);
  }
}

/* --- the registry --- */

static void rules_are_found_by_name(void **state)
{
  (void)state;
  assert_true(rule_count > 0);
  for (size_t i = 0; i < rule_count; i++) {
    assert_ptr_equal(rule_find(span_of(rules[i]->name)), rules[i]);
    assert_true(rules[i]->setting_count <= SETTINGS_MAX);
    assert_true(strlen(rules[i]->summary) > 0);
  }
  assert_null(rule_find(SPAN("")));
  assert_null(rule_find(SPAN("greed")));
  assert_null(rule_find(SPAN("greedy ")));
}

/* What tables say must itself be right: settings_set would refuse a fallback that is not. */
static void tables_of_rules_keep_to_their_kinds(void **state)
{
  (void)state;
  for (size_t i = 0; i < rule_count; i++) {
    struct settings settings;
    struct fault fault;
    settings_begin(&settings, rules[i]);
    for (size_t j = 0; j < rules[i]->setting_count; j++) {
      const struct setting *setting = &rules[i]->settings[j];
      assert_true(strlen(setting->meaning) > 0);
      assert_string_not_equal(setting->name, "name");
      if (setting->fallback != NULL &&
          settings_set(&settings, span_of(setting->name), span_of(setting->fallback), &fault) !=
              STATUS_OK)
        fail_msg("%s: %s", setting->name, fault.what);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(booleans_are_true_or_false),
      cmocka_unit_test(integers_are_those_of_canonical_json_from_0),
      cmocka_unit_test(a_word_is_one_of_its_words),
      cmocka_unit_test(words_stand_once_each),
      cmocka_unit_test(a_unit_is_an_amount_or_a_percentage),
      cmocka_unit_test(tie_lists_are_checked_as_such),
      cmocka_unit_test(groups_are_left_to_the_rule),
      cmocka_unit_test(unknown_names_are_refused_with_those_that_are_known),
      cmocka_unit_test(names_that_would_not_fit_are_left_out),
      cmocka_unit_test(what_came_from_outside_is_made_printable),
      cmocka_unit_test(a_later_value_replaces_an_earlier_one_unless_refused),
      cmocka_unit_test(resolving_fills_what_was_not_given),
      cmocka_unit_test(what_was_given_is_not_filled_in),
      cmocka_unit_test(the_rule_can_refuse_what_the_table_takes),
      cmocka_unit_test(a_rule_need_not_resolve_anything),
      cmocka_unit_test(settings_are_written_sorted_with_their_defaults),
      cmocka_unit_test(settings_are_written_in_their_kind),
      cmocka_unit_test(the_name_of_the_rule_has_its_place_at_either_end_too),
      cmocka_unit_test(rules_are_found_by_name),
      cmocka_unit_test(tables_of_rules_keep_to_their_kinds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
