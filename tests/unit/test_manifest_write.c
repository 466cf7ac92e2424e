/* A manifest that was read is written as it was, in one language and with every setting. */
#include "ballots/manifest_write.h"
#include "tests/unit/manifest_example.h"

static const struct language french = {"fr"};

/* Reads a draft and writes it again; takes the draft over. */
static struct span write_again(json_t *draft, struct arena *arena)
{
  struct manifest manifest = accept(draft, arena);
  struct buffer buffer = {0};
  struct fault fault;
  buffer_add(&buffer, SPAN("before"));
  if (manifest_write(&manifest, &french, &buffer, &fault) != STATUS_OK)
    fail_msg("%s: %s (%s)", fault.where, fault.what, fault.expected);
  const char *bytes = arena_copy(arena, buffer.bytes, buffer.length);
  assert_non_null(bytes);
  assert_memory_equal(bytes, "before", 6);
  const struct span written = {.bytes = bytes + 6, .length = buffer.length - 6};
  buffer_free(&buffer);
  return written;
}

/* What is written must be the draft but for its rule, of which all settings are told. */
static void comes_back(json_t *draft)
{
  struct arena arena = {0};
  json_t *again;
  struct fault fault;
  const struct span written = write_again(json_incref(draft), &arena);
  assert_int_equal(canonical_read(written, written.length, &again, &fault), STATUS_OK);
  json_t *rule = json_object_get(draft, "rule");
  const char *name;
  json_t *value;
  json_object_foreach(rule, name, value)
      assert_true(json_equal(value, json_object_get(json_object_get(again, "rule"), name)));
  json_object_set(draft, "rule", json_object_get(again, "rule"));
  assert_true(json_equal(draft, again));
  json_decref(again);
  json_decref(draft);
  arena_free(&arena);
}

static json_t *in_french(void)
{
  json_t *draft = example_manifest();
  json_object_del(json_object_get(draft, "title"), "en");
  /* A preset's short name is written as what it stands for. */
  change(draft, "rule.completion", "[\"add1\"]");
  return draft;
}

static void every_member_is_written(void **state)
{
  (void)state;
  comes_back(in_french());
}

static void members_that_may_be_absent_are(void **state)
{
  (void)state;
  json_t *draft = in_french();
  static const char *const absent[] = {"draw", "eligibility", "mediators", "quorum", "scrutineers"};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    leave_out(draft, absent[i]);
  change(draft, "rule", "{\"name\":\"greedy\",\"threshold\":3}");
  change(draft, "voting.closes", "null");
  change(draft, "revote", "false");
  change(draft, "custody", "[]");
  change(draft, "board.witnesses", "[]");
  change(draft, "board.witness_quorum", "0");
  comes_back(draft);
}

static void each_kind_of_ballot_is_written(void **state)
{
  (void)state;
  static const char *const ballots[] = {
      "{\"kind\":\"approval\",\"max\":3,\"max_cost\":2000000,\"min\":2}",
      ("{\"exact\":true,\"kind\":\"points\",\"max\":3,\"max_per_project\":5,\"min\":1,"
       "\"min_points\":2,\"points\":10}"),
      "{\"kind\":\"ranking\",\"max\":4}",
      "{\"default\":-1,\"highest\":5,\"kind\":\"scores\",\"lowest\":-5}",
      "{\"kind\":\"split\"}",
  };
  for (size_t i = 0; i < sizeof ballots / sizeof *ballots; i++) {
    json_t *draft = in_french();
    change(draft, "ballot", ballots[i]);
    leave_out(draft, "rule.utility");
    comes_back(draft);
  }
}

static void projects_may_stand_beside(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(in_french(), &arena);
  struct manifest again;
  struct buffer list = {0};
  struct buffer payload = {0};
  struct fault fault;
  manifest_write_projects(&manifest.election, &french, &list);
  manifest.projects_attached = true;
  manifest.projects =
      (struct attachment){.digest = digest_of(buffer_span(&list)), .length = list.length};
  assert_int_equal(manifest_write(&manifest, &french, &payload, &fault), STATUS_OK);
  again = read_manifest(buffer_span(&payload), &arena);
  assert_true(again.projects_attached);
  assert_int_equal(manifest_attach(&again, buffer_span(&list), &arena, &fault), STATUS_OK);
  assert_int_equal(again.election.project_count, 4);
  for (size_t i = 0; i < 4; i++) {
    const struct project *a = &manifest.election.projects[i];
    const struct project *b = &again.election.projects[i];
    assert_true(span_equal(a->id, b->id) && span_equal(a->title, b->title) &&
                span_equal(a->category, b->category) && a->cost == b->cost);
  }
  buffer_free(&list);
  buffer_free(&payload);
  arena_free(&arena);
}

/* --- refusals --- */

static void refuses(const struct manifest *manifest, const char *where)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(manifest_write(manifest, &french, &buffer, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  buffer_free(&buffer);
}

static void what_would_not_be_read_is_not_written(void **state)
{
  (void)state;
  struct arena arena = {0};
  const struct manifest good = accept(in_french(), &arena);
  struct manifest manifest = good;
  manifest.election.title = SPAN("");
  refuses(&manifest, "title.fr");
  manifest = good;
  manifest.election.currency = SPAN("euro");
  refuses(&manifest, "currency");
  manifest = good;
  manifest.opens = -1;
  refuses(&manifest, "opens");
  manifest = good;
  manifest.closes = manifest.opens;
  refuses(&manifest, "voting.closes");
  manifest = good;
  manifest.drawer_count = 0;
  refuses(&manifest, "draw");
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_member_is_written),
      cmocka_unit_test(members_that_may_be_absent_are),
      cmocka_unit_test(each_kind_of_ballot_is_written),
      cmocka_unit_test(projects_may_stand_beside),
      cmocka_unit_test(what_would_not_be_read_is_not_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
