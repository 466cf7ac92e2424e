/* Each member that a manifest can have, altered and signed again by the organiser: either it is no
 * manifest any more, or it is another election's, whose entries the rest of the board are not.
 *
 * Several manifests together have every member there is: those of each kind of ballot, of each rule,
 * of each way to name projects. The test walks them and fails if a member has no row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/rule.h"
#include "tests/unit/rehearsal.h"

enum {
  PATH_BYTES = 128
};

/* --- manifests --- */

enum variant {
  ANY,
  APPROVAL, /* greedy, with all its settings and all that may be absent */
  POINTS,
  LEAST_POINTS,
  RANKING,
  SCORES,
  SPLIT,
  ANSWER,
  SHARES,   /* equal shares, with all its settings */
  ATTACHED, /* projects in a file */
  VARIANTS
};

static const char *const ballots[VARIANTS] = {
    [APPROVAL] = "{\"kind\":\"approval\",\"max\":3,\"max_cost\":1200,\"min\":1}",
    [POINTS] = "{\"exact\":true,\"kind\":\"points\",\"max\":3,\"max_per_project\":5,\"min\":1,"
               "\"points\":10}",
    [LEAST_POINTS] = "{\"kind\":\"points\",\"min_points\":2,\"points\":10}",
    [RANKING] = "{\"kind\":\"ranking\",\"max\":3,\"min\":1}",
    [SCORES] = "{\"default\":0,\"highest\":5,\"kind\":\"scores\",\"lowest\":-5}",
    [SPLIT] = "{\"kind\":\"split\"}",
    [ANSWER] = "{\"kind\":\"answer\"}",
};

static const char *const rules_of[VARIANTS] = {
    [APPROVAL] = "{\"borda_zero\":false,\"by\":\"density\",\"exclusive\":[[\"bench\",\"swing\"]],"
                 "\"fund_unsupported\":true,\"name\":\"greedy\",\"on_miss\":\"stop\","
                 "\"one_per\":\"category\",\"threshold\":1,\"tie_break\":[\"votes\",\"draw\"],"
                 "\"utility\":\"cost\"}",
    [POINTS] = "{\"borda_zero\":false,\"fund_unsupported\":true,\"name\":\"phragmen\","
               "\"on_miss\":\"stop\",\"tie_break\":[\"votes\",\"draw\"],\"utility\":\"cost\"}",
    [LEAST_POINTS] = "{\"borda_zero\":false,\"completion\":[\"add-opt\"],"
                     "\"name\":\"exact-equal-shares\",\"stop\":\"exhaustive\","
                     "\"tie_break\":[\"votes\",\"draw\"],\"utility\":\"cost\"}",
    [SCORES] =
        "{\"borda_zero\":false,\"name\":\"maximin-support\",\"tie_break\":[\"votes\",\"draw\"],"
        "\"utility\":\"cost\"}",
    [RANKING] = "{\"borda_zero\":false,\"name\":\"max-welfare\",\"tie_break\":[\"votes\",\"draw\"],"
                "\"utility\":\"cost\"}",
    [SPLIT] = "{\"borda_zero\":false,\"name\":\"expanding-approvals\","
              "\"tie_break\":[\"votes\",\"draw\"],\"utility\":\"points\"}",
    [ANSWER] =
        "{\"borda_zero\":false,\"fund_unsupported\":true,\"name\":\"cstv\","
        "\"tie_break\":[\"votes\",\"draw\"],\"utility\":\"cardinality\",\"variant\":\"mtc\"}",
    [SHARES] = "{\"borda_zero\":false,\"by\":\"score\",\"completion\":[\"add1\",\"greedy\"],"
               "\"forget\":true,\"fund_unsupported\":true,\"name\":\"equal-shares\","
               "\"on_miss\":\"stop\",\"peer_all\":true,"
               "\"peer_all_fit\":true,\"start\":\"exact\",\"stop\":\"exhaustive\","
               "\"tie_break\":[\"votes\",\"draw\"],\"unit\":2,\"utility\":\"cost\"}",
};

static json_t *of_text(const char *text)
{
  json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(value);
  return value;
}

static void attach_projects(struct rehearsal *play, json_t *manifest)
{
  struct buffer text = {0};
  struct fault fault;
  json_t *projects = json_object_get(manifest, "projects");
  assert_int_equal(canonical_write(projects, &text, &fault), STATUS_OK);
  json_t *attached = rehearsal_attach(play, buffer_span(&text));
  json_object_set_new(attached, "count", json_integer((json_int_t)json_array_size(projects)));
  json_object_set_new(manifest, "projects", attached);
  buffer_free(&text);
}

static void cost_nothing(json_t *manifest)
{
  json_t *projects = json_object_get(manifest, "projects");
  for (size_t i = 0; i < json_array_size(projects); i++)
    json_object_set_new(json_array_get(projects, i), "cost", json_integer(0));
}

static json_t *draft(struct rehearsal *play, enum variant variant)
{
  json_t *manifest = rehearsal_manifest();
  if (ballots[variant] != NULL)
    json_object_set_new(manifest, "ballot", of_text(ballots[variant]));
  if (rules_of[variant] != NULL)
    json_object_set_new(manifest, "rule", of_text(rules_of[variant]));
  if (variant == APPROVAL) {
    struct digest eligibility = digest_of(SPAN("rules"));
    json_object_set_new(manifest, "eligibility", rehearsal_digest(&eligibility));
    json_object_set_new(manifest, "quorum", json_integer(2));
    json_object_set_new(json_array_get(json_object_get(manifest, "projects"), 0), "category",
                        json_string("sport"));
  }
  if (variant == ANSWER)
    cost_nothing(manifest);
  if (variant == ATTACHED)
    attach_projects(play, manifest);
  return manifest;
}

/* --- how members are altered --- */

#define KEY_OF(actor) NULL, actor
#define FLIPPED       NULL, NOBODY /* another digest */

static const struct row {
  const char *member; /* elements of lists are # */
  enum variant variant;
  const char *value; /* JSON; or, when NULL, */
  enum actor key;
  enum refusal refusal; /* of the manifest itself; none: it is another election's */
} rows[] = {
    {"ballot/default", SCORES, "-1", 0, REFUSAL_NONE},
    {"ballot/exact", POINTS, "false", 0, REFUSAL_MALFORMED},
    {"ballot/highest", SCORES, "4", 0, REFUSAL_NONE},
    {"ballot/kind", ANY, "\"ranking\"", 0, REFUSAL_NONE},
    {"ballot/kind", APPROVAL, "\"ranking\"", 0, REFUSAL_MALFORMED},
    {"ballot/kind", POINTS, "\"approval\"", 0, REFUSAL_MALFORMED},
    {"ballot/kind", LEAST_POINTS, "\"approval\"", 0, REFUSAL_MALFORMED},
    {"ballot/kind", RANKING, "\"approval\"", 0, REFUSAL_NONE},
    {"ballot/kind", SCORES, "\"split\"", 0, REFUSAL_MALFORMED},
    {"ballot/kind", SPLIT, "\"answer\"", 0, REFUSAL_MALFORMED},
    {"ballot/kind", ANSWER, "\"split\"", 0, REFUSAL_NONE},
    {"ballot/lowest", SCORES, "-4", 0, REFUSAL_NONE},
    {"ballot/max", ANY, "4", 0, REFUSAL_NONE},
    {"ballot/max_cost", APPROVAL, "1201", 0, REFUSAL_NONE},
    {"ballot/max_per_project", POINTS, "6", 0, REFUSAL_NONE},
    {"ballot/min", ANY, "2", 0, REFUSAL_NONE},
    {"ballot/min_points", LEAST_POINTS, "3", 0, REFUSAL_NONE},
    {"ballot/points", ANY, "11", 0, REFUSAL_NONE},
    {"board/key", ANY, "\"elsewhere\"", 0, REFUSAL_MALFORMED},
    {"board/max_replacements", ANY, "3", 0, REFUSAL_NONE},
    {"board/origin", ANY, "\"elsewhere\"", 0, REFUSAL_MALFORMED},
    {"board/witness_quorum", ANY, "1", 0, REFUSAL_NONE},
    {"board/witnesses/#", ANY, "\"nobody\"", 0, REFUSAL_MALFORMED},
    {"budget", ANY, "1001", 0, REFUSAL_NONE},
    {"credentials/origin", ANY, "\"a/b/c\"", 0, REFUSAL_MALFORMED},
    {"credentials/registrars/#", ANY, KEY_OF(STRANGER), REFUSAL_NONE},
    {"currency", ANY, "\"USD\"", 0, REFUSAL_NONE},
    {"custody/#", ANY, "\"draw\"", 0, REFUSAL_NONE},
    {"draw/#/commitment", ANY, FLIPPED, REFUSAL_NONE},
    {"draw/#/key", ANY, KEY_OF(STRANGER), REFUSAL_NONE},
    {"eligibility", APPROVAL, FLIPPED, REFUSAL_NONE},
    {"format", ANY, "\"beffroi/2\"", 0, REFUSAL_MALFORMED},
    {"mediators/#", ANY, KEY_OF(STRANGER), REFUSAL_NONE},
    {"minor_unit", ANY, "3", 0, REFUSAL_NONE},
    {"organiser", ANY, KEY_OF(STRANGER), REFUSAL_NONE},
    {"projects/#/category", APPROVAL, "\"culture\"", 0, REFUSAL_NONE},
    {"projects/#/cost", ANY, "301", 0, REFUSAL_NONE},
    {"projects/#/cost", ANSWER, "301", 0, REFUSAL_MALFORMED},
    {"projects/#/id", ANY, "\"tower\"", 0, REFUSAL_NONE},
    {"projects/#/id", APPROVAL, "\"garden\"", 0, REFUSAL_MALFORMED},
    {"projects/#/title/fr", ANY, "\"Autre\"", 0, REFUSAL_NONE},
    {"projects/count", ATTACHED, "3", 0, REFUSAL_ATTACHMENT_WRONG},
    {"projects/digest", ATTACHED, FLIPPED, REFUSAL_ATTACHMENT_MISSING},
    {"projects/length", ATTACHED, "7", 0, REFUSAL_ATTACHMENT_WRONG},
    {"quorum", APPROVAL, "3", 0, REFUSAL_NONE},
    {"revote", ANY, "false", 0, REFUSAL_NONE},
    {"rule/borda_zero", ANY, "true", 0, REFUSAL_MALFORMED},
    {"rule/by", APPROVAL, "\"score\"", 0, REFUSAL_NONE},
    {"rule/by", SHARES, "\"density\"", 0, REFUSAL_NONE},
    {"rule/completion/#", SHARES, "\"add1-exact\"", 0, REFUSAL_NONE},
    {"rule/completion/#", LEAST_POINTS, "\"add-opt-skip\"", 0, REFUSAL_NONE},
    {"rule/exclusive/#/#", APPROVAL, "\"mural\"", 0, REFUSAL_NONE},
    {"rule/forget", SHARES, "false", 0, REFUSAL_NONE},
    {"rule/fund_unsupported", ANY, "false", 0, REFUSAL_NONE},
    {"rule/name", ANY, "\"equal-shares\"", 0, REFUSAL_NONE},
    {"rule/name", APPROVAL, "\"equal-shares\"", 0, REFUSAL_MALFORMED},
    {"rule/name", SHARES, "\"greedy\"", 0, REFUSAL_MALFORMED},
    {"rule/name", LEAST_POINTS, "\"greedy\"", 0, REFUSAL_MALFORMED},
    {"rule/name", ANSWER, "\"equal-shares\"", 0, REFUSAL_MALFORMED},
    {"rule/on_miss", ANY, "\"skip\"", 0, REFUSAL_NONE},
    {"rule/one_per", APPROVAL, "\"none\"", 0, REFUSAL_NONE},
    {"rule/peer_all", SHARES, "false", 0, REFUSAL_NONE},
    {"rule/peer_all_fit", SHARES, "false", 0, REFUSAL_NONE},
    {"rule/start", SHARES, "\"integral\"", 0, REFUSAL_NONE},
    {"rule/stop", ANY, "\"overspend\"", 0, REFUSAL_NONE},
    {"rule/threshold", APPROVAL, "2", 0, REFUSAL_NONE},
    {"rule/tie_break/#", ANY, "\"cost\"", 0, REFUSAL_NONE},
    {"rule/unit", SHARES, "3", 0, REFUSAL_NONE},
    {"rule/utility", ANY, "\"cardinality\"", 0, REFUSAL_NONE},
    {"rule/utility", ANSWER, "\"points\"", 0, REFUSAL_MALFORMED},
    {"rule/variant", ANSWER, "\"ewt\"", 0, REFUSAL_NONE},
    {"scrutineers/keys/#", ANY, KEY_OF(STRANGER), REFUSAL_NONE},
    {"scrutineers/paper", ANY, "false", 0, REFUSAL_NONE},
    {"secrecy/mode", ANY, "\"secret\"", 0, REFUSAL_MALFORMED},
    {"title/fr", ANY, "\"Autre\"", 0, REFUSAL_NONE},
    {"voting/closes", ANY, "null", 0, REFUSAL_NONE},
    {"voting/opens", ANY, "\"2027-03-06T09:00:00Z\"", 0, REFUSAL_NONE},
};

enum {
  ROWS = sizeof rows / sizeof *rows
};

static bool used[ROWS];

static const struct row *row_of(const char *member, enum variant variant)
{
  const struct row *found = NULL;
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].member, member) == 0 &&
        (rows[i].variant == variant || (rows[i].variant == ANY && found == NULL)))
      found = &rows[i];
  if (found == NULL)
    fail_msg("no row alters '%s' (manifest %u)", member, (unsigned)variant);
  used[found - rows] = true;
  return found;
}

static json_t *other_digest(const json_t *old)
{
  char text[DIGEST_TEXT];
  snprintf(text, sizeof text, "%s", json_string_value(old));
  text[40] = text[40] == '0' ? '1' : '0';
  return json_string(text);
}

static json_t *altered(const struct row *row, const json_t *old)
{
  return row->value != NULL   ? of_text(row->value)
         : row->key != NOBODY ? rehearsal_key_text(row->key)
                              : other_digest(old);
}

/* --- what comes of it --- */

/* A later entry of the right election, and who may sign it has not changed. */
static struct buffer next_line(const struct rehearsal *play)
{
  json_t *pages = rehearsal_pages(play);
  struct buffer line = rehearsal_sign("pages", pages);
  json_decref(pages);
  return line;
}

static void expect(const struct rehearsal *play, enum refusal right, const struct row *row,
                   enum variant variant)
{
  if (play->refusal != right)
    fail_msg("manifest %u, %s: %s instead of %s: %s: %s (%s)", (unsigned)variant, row->member,
             refusal_name(play->refusal), refusal_name(right), play->fault.where, play->fault.what,
             play->fault.expected);
}

/* Puts an altered manifest, and then the rest of the right board, on a new one. */
static void try_altered(const struct rehearsal *right, const json_t *manifest,
                        const struct row *row, enum variant variant)
{
  static struct rehearsal play;
  struct buffer line = rehearsal_sign("manifest", manifest), next = next_line(right);
  rehearsal_begin(&play);
  for (size_t i = 0; i < right->attachment_count; i++)
    json_decref(rehearsal_attach(&play, buffer_span(&right->attachments[i])));
  rehearsal_append(&play, buffer_span(&line));
  expect(&play, row->refusal, row, variant);
  if (row->refusal == REFUSAL_NONE) {
    rehearsal_append(&play, buffer_span(&next));
    expect(&play,
           strcmp(row->member, "organiser") == 0 ? REFUSAL_WRONG_SIGNER : REFUSAL_WRONG_ELECTION,
           row, variant);
  }
  buffer_free(&line);
  buffer_free(&next);
  rehearsal_end(&play);
}

struct walk {
  const struct rehearsal *right;
  enum variant variant;
  json_t *manifest; /* altered at one place at a time */
  size_t tried;
};

static void walk_value(struct walk *walk, const char *way, json_t *value);

static void alter_member(struct walk *walk, const char *way, json_t *outer, const char *name,
                         size_t index)
{
  json_t *old = name != NULL ? json_object_get(outer, name) : json_array_get(outer, index);
  if (json_is_object(old) || json_is_array(old)) {
    walk_value(walk, way, old);
    return;
  }
  const struct row *row = row_of(way, walk->variant);
  json_incref(old);
  json_t *value = altered(row, old);
  if (name != NULL)
    json_object_set_new(outer, name, value);
  else
    json_array_set_new(outer, index, value);
  try_altered(walk->right, walk->manifest, row, walk->variant);
  if (name != NULL)
    json_object_set_new(outer, name, old);
  else
    json_array_set_new(outer, index, old);
  walk->tried++;
}

/* Elements of a list are alike: the first is altered, which stays in order if it must. */
static void walk_value(struct walk *walk, const char *way, json_t *value)
{
  char inner[PATH_BYTES];
  if (json_is_array(value)) {
    assert_true(json_array_size(value) > 0);
    snprintf(inner, sizeof inner, "%s/#", way);
    alter_member(walk, inner, value, NULL, 0);
    return;
  }
  json_t *names = json_copy(value); /* a value may be set while it is walked, not its names */
  const char *name;
  json_t *member;
  json_object_foreach(names, name, member)
  {
    snprintf(inner, sizeof inner, "%s%s%s", way, way[0] == '\0' ? "" : "/", name);
    alter_member(walk, inner, value, name, 0);
  }
  json_decref(names);
}

static void every_member_of_every_manifest_is_bound(void **state)
{
  (void)state;
  static struct rehearsal right;
  size_t tried = 0;
  for (unsigned variant = APPROVAL; variant < VARIANTS; variant++) {
    rehearsal_begin(&right);
    struct walk walk = {.right = &right, .variant = (enum variant)variant};
    walk.manifest = draft(&right, walk.variant);
    rehearsal_add(&right, "manifest", json_deep_copy(walk.manifest));
    walk_value(&walk, "", walk.manifest);
    tried += walk.tried;
    json_decref(walk.manifest);
    rehearsal_end(&right);
  }
  assert_true(tried > 300);
}

static void every_row_alters_something(void **state)
{
  (void)state;
  for (size_t i = 0; i < ROWS; i++)
    if (!used[i])
      fail_msg("no manifest has '%s' (%u)", rows[i].member, (unsigned)rows[i].variant);
}

/* --- whether the manifests have all there is --- */

static bool has_member(const char *object, const char *name)
{
  bool found = false;
  for (unsigned variant = APPROVAL; variant < VARIANTS && !found; variant++) {
    static struct rehearsal play;
    rehearsal_begin(&play);
    json_t *manifest = draft(&play, (enum variant)variant);
    found = json_object_get(json_object_get(manifest, object), name) != NULL;
    json_decref(manifest);
    rehearsal_end(&play);
  }
  return found;
}

static void every_setting_of_every_rule_is_there(void **state)
{
  (void)state;
  for (size_t i = 0; i < rule_count; i++) {
    json_t *rule = NULL;
    for (unsigned variant = APPROVAL; variant < VARIANTS && rule == NULL; variant++) {
      rule = rules_of[variant] == NULL ? NULL : of_text(rules_of[variant]);
      const json_t *name = json_object_get(rule, "name");
      if (rule != NULL && strcmp(json_string_value(name), rules[i]->name) != 0) {
        json_decref(rule);
        rule = NULL;
      }
    }
    if (rule == NULL)
      fail_msg("no manifest is counted by '%s'", rules[i]->name);
    for (size_t j = 0; j < rules[i]->setting_count; j++)
      if (json_object_get(rule, rules[i]->settings[j].name) == NULL)
        fail_msg("no manifest has the setting '%s' of '%s'", rules[i]->settings[j].name,
                 rules[i]->name);
    json_decref(rule);
  }
}

static void every_limit_of_every_kind_of_ballot_is_there(void **state)
{
  (void)state;
  static const char *const members[] = {"default", "exact",      "highest",  "kind",
                                        "lowest",  "max",        "max_cost", "max_per_project",
                                        "min",     "min_points", "points"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++)
    assert_true(has_member("ballot", members[i]));
  for (int kind = 0; kind <= BALLOT_ANSWER; kind++) {
    bool found = false;
    for (unsigned variant = APPROVAL; variant < VARIANTS; variant++)
      found = found || (ballots[variant] != NULL &&
                        strstr(ballots[variant], ballot_kind_name((enum ballot_kind)kind)) != NULL);
    assert_true(found);
  }
}

/* What this version does not know it refuses, by whatever name. */
static void what_is_not_understood_is_refused(void **state)
{
  (void)state;
  static struct rehearsal play;
  static const char *const members[] = {"headings", "constraints", "trustees", "threshold",
                                        "extra"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    rehearsal_begin(&play);
    json_t *manifest = draft(&play, APPROVAL);
    json_object_set_new(manifest, members[i], json_object());
    rehearsal_refused(&play, "manifest", manifest, REFUSAL_MALFORMED);
    rehearsal_end(&play);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_member_of_every_manifest_is_bound),
      cmocka_unit_test(every_row_alters_something),
      cmocka_unit_test(every_setting_of_every_rule_is_there),
      cmocka_unit_test(every_limit_of_every_kind_of_ballot_is_there),
      cmocka_unit_test(what_is_not_understood_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
