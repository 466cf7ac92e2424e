/* What a manifest says, and what is right about it as a whole. Members one by one:
 * test_manifest_members.c, test_manifest_election.c. */
#include "tests/unit/manifest_example.h"

#include "engine/rule.h"

static void same_text(struct span text, const char *expected)
{
  if (!span_equal(text, span_of(expected)))
    fail_msg("'%.*s' is not '%s'", SPAN_PRINT(text), expected);
}

static void same_key(const struct public_key *key, enum example_key which)
{
  struct public_key expected = example_public_key(which);
  assert_memory_equal(key->bytes, expected.bytes, PUBLIC_KEY_BYTES);
}

/* --- reading the example --- */

static void its_id_is_the_digest_of_its_bytes(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct span payload = manifest_payload(example_manifest(), &arena);
  struct manifest manifest = read_manifest(payload, &arena);
  struct digest expected = digest_of(payload);
  assert_int_equal(digest_compare(&manifest.id, &expected), 0);
  arena_free(&arena);
}

static void the_election_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  const struct election *election = &manifest.election;
  same_text(election->title, "Budget participatif 2027");
  same_text(election->currency, "EUR");
  assert_int_equal(election->minor_unit, 2);
  assert_int_equal(election->budget, 2000000);
  assert_int_equal(election->ballot.kind, BALLOT_APPROVAL);
  assert_int_equal(election->ballot.min, 1);
  assert_int_equal(election->ballot.max, 3);
  assert_int_equal(election->ballot.max_cost, LIMIT_NONE);
  assert_false(manifest.projects_attached);
  assert_int_equal(election->project_count, 4);
  same_text(election->projects[0].id, "p01");
  same_text(election->projects[0].title, "Un abri pour les v\xc3\xa9los");
  same_text(election->projects[0].category, "sport");
  same_text(election->projects[1].category, "");
  assert_int_equal(election->projects[3].cost, 650000);
  arena_free(&arena);
}

static void the_roles_are_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  same_key(&manifest.organiser, EXAMPLE_ORGANISER);
  same_key(&manifest.board_key.public_key, EXAMPLE_BOARD);
  same_text(manifest.board_key.name, "vote.example.fr/bpl-2027/faidherbe/projets");
  assert_int_equal(manifest.board_key.type, NOTE_KEY_SIGNER);
  assert_int_equal(manifest.witness_count, 1);
  same_key(&manifest.witnesses[0].public_key, EXAMPLE_WITNESS);
  assert_int_equal(manifest.witness_quorum, 1);
  assert_int_equal(manifest.max_replacements, 2);
  same_text(manifest.credentials_origin, "vote.example.fr/bpl-2027/faidherbe");
  assert_int_equal(manifest.registrars.count, 1);
  same_key(&manifest.registrars.keys[0], EXAMPLE_REGISTRAR);
  assert_int_equal(manifest.scrutineers.count, 2);
  same_key(&manifest.scrutineers.keys[0], EXAMPLE_SCRUTINEER_0);
  same_key(&manifest.scrutineers.keys[1], EXAMPLE_SCRUTINEER_1);
  assert_true(manifest.paper);
  assert_int_equal(manifest.mediators.count, 1);
  same_key(&manifest.mediators.keys[0], EXAMPLE_MEDIATOR);
  assert_int_equal(manifest.drawer_count, 2);
  same_key(&manifest.drawers[1].key, EXAMPLE_DRAWER_1);
  assert_int_equal(manifest.drawers[0].commitment.bytes[0], 0x92);
  assert_int_equal(manifest.custody_count, 1);
  same_text(manifest.custody[0], "organiser");
  arena_free(&arena);
}

static void the_rest_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  assert_true(manifest.revote);
  assert_true(manifest.has_eligibility);
  struct digest nothing = digest_of(SPAN(""));
  assert_int_equal(digest_compare(&manifest.eligibility, &nothing), 0);
  assert_int_equal(manifest.quorum, 2);
  assert_true(manifest.opens == 1804320000);
  assert_true(manifest.has_closes);
  assert_true(manifest.closes == 1805565600);
  arena_free(&arena);
}

static void the_rule_is_resolved_for_the_election(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  assert_string_equal(manifest.settings.rule->name, "equal-shares");
  same_text(settings_text(&manifest.settings, "tie_break"), "votes,cost,draw");
  same_text(settings_text(&manifest.settings, "completion"), "add1,greedy");
  same_text(settings_text(&manifest.settings, "utility"), "cost");
  same_text(settings_text(&manifest.settings, "unit"), "100");
  assert_true(manifest.draws);
  arena_free(&arena);
}

/* Nothing that is kept points into the JSON value, which is gone. */
static void what_is_read_outlives_the_json(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  struct buffer buffer = {0};
  struct canonical_writer writer;
  election_write(&manifest.election, &buffer);
  canonical_begin(&writer, &buffer);
  settings_write(&manifest.settings, &writer);
  buffer_add_byte(&buffer, '\0');
  assert_false(buffer.failed);
  assert_non_null(strstr(buffer.bytes, "Une radio du lyc\xc3\xa9"
                                       "e"));
  buffer_free(&buffer);
  arena_free(&arena);
}

static void without_all_that_may_be_absent_it_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  static const char *const optional[] = {"draw",   "eligibility", "mediators",
                                         "quorum", "scrutineers", "projects[0].category"};
  json_t *draft = example_manifest();
  for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
    leave_out(draft, optional[i]);
  change(draft, "rule", "{\"name\":\"greedy\"}");
  change(draft, "ballot", "{\"kind\":\"approval\"}");
  change(draft, "voting.closes", "null");
  change(draft, "board.witnesses", "[]");
  change(draft, "board.witness_quorum", "0");
  change(draft, "custody", "[]");
  struct manifest manifest = accept(draft, &arena);
  assert_false(manifest.draws);
  assert_int_equal(manifest.drawer_count, 0);
  assert_false(manifest.has_eligibility);
  assert_int_equal(manifest.mediators.count, 0);
  assert_int_equal(manifest.quorum, 0);
  assert_int_equal(manifest.scrutineers.count, 0);
  assert_false(manifest.paper);
  assert_false(manifest.has_closes);
  assert_int_equal(manifest.witness_count, 0);
  assert_int_equal(manifest.custody_count, 0);
  same_text(settings_text(&manifest.settings, "tie_break"), "id");
  arena_free(&arena);
}

static void a_title_is_french_or_in_the_first_language(void **state)
{
  (void)state;
  struct arena arena = {0};
  json_t *draft = example_manifest();
  change(draft, "title", "{\"nl\":\"Begroting\",\"en\":\"Budget\",\"oc\":\"Pressupost\"}");
  same_text(accept(draft, &arena).election.title, "Budget");
  draft = example_manifest();
  change(draft, "title", "{\"nl\":\"Begroting\",\"en\":\"Budget\",\"fr\":\"Le budget\"}");
  same_text(accept(draft, &arena).election.title, "Le budget");
  arena_free(&arena);
}

/* --- bytes --- */

static void only_canonical_bytes_are_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest;
  struct fault fault = {0};
  assert_int_equal(manifest_read(SPAN("{ }"), &arena, &manifest, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "payload, byte 2");
  assert_int_equal(manifest_read(SPAN("[]"), &arena, &manifest, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "payload");
  assert_string_equal(fault.what, "an array is not an object");
  assert_int_equal(manifest_read(SPAN(""), &arena, &manifest, &fault), STATUS_REFUSED);
  assert_int_equal(manifest_read(SPAN("{}"), &arena, &manifest, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "ballot");
  assert_string_equal(fault.what, "the member is missing");
  arena_free(&arena);
}

static void at_most_65535_bytes_are_read(void **state)
{
  (void)state;
  static char text[65536];
  struct arena arena = {0};
  struct manifest manifest;
  struct fault fault = {0};
  memset(text, '1', sizeof text);
  assert_int_equal(
      manifest_read((struct span){.bytes = text, .length = sizeof text}, &arena, &manifest, &fault),
      STATUS_REFUSED);
  assert_string_equal(fault.where, "payload");
  assert_string_equal(fault.what, "the text has 65536 bytes");
  assert_string_equal(fault.expected, "at most 65535 bytes");
  arena_free(&arena);
}

static void a_refusal_leaves_the_manifest_as_it_was(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = {.quorum = 77};
  struct fault fault = {0};
  json_t *draft = example_manifest();
  change(draft, "voting.opens", "\"2028-01-01T00:00:00Z\"");
  struct span payload = manifest_payload(draft, &arena);
  assert_int_equal(manifest_read(payload, &arena, &manifest, &fault), STATUS_REFUSED);
  assert_int_equal(manifest.quorum, 77);
  arena_free(&arena);
}

static void another_format_is_told_before_all_else(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  change(draft, "format", "\"beffroi/2\"");
  change(draft, "colour", "1");
  refuse(draft, "format", "'beffroi/2' is not a format that this version knows", "\"beffroi/1\"");
}

/* --- key lists --- */

static void a_key_is_in_its_list_only(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct manifest manifest = accept(example_manifest(), &arena);
  struct public_key first = example_public_key(EXAMPLE_SCRUTINEER_0);
  struct public_key second = example_public_key(EXAMPLE_SCRUTINEER_1);
  struct public_key stranger = example_public_key(EXAMPLE_STRANGER);
  assert_true(key_list_has(&manifest.scrutineers, &first));
  assert_true(key_list_has(&manifest.scrutineers, &second));
  assert_false(key_list_has(&manifest.scrutineers, &stranger));
  assert_false(key_list_has(&manifest.registrars, &first));
  assert_false(key_list_has(&(struct key_list){0}, &first));
  arena_free(&arena);
}

/* --- projects that are an attachment --- */

static const char list[] = "[{\"cost\":5,\"id\":\"a\",\"title\":{\"fr\":\"A\"}},"
                           "{\"cost\":7,\"id\":\"b\",\"title\":{\"fr\":\"B\"}}]";

static json_t *attached(struct span bytes, int count)
{
  char digest[DIGEST_TEXT];
  char text[256];
  struct digest found = digest_of(bytes);
  digest_write(&found, digest);
  snprintf(text, sizeof text, "{\"count\":%d,\"digest\":\"%s\",\"length\":%zu}", count, digest,
           bytes.length);
  json_t *draft = example_manifest();
  change(draft, "projects", text);
  return draft;
}

static void refuse_attached(json_t *draft, struct span bytes, const char *where, const char *what)
{
  struct arena arena = {0};
  struct manifest manifest = accept(draft, &arena);
  struct fault fault = {0};
  assert_int_equal(manifest_attach(&manifest, bytes, &arena, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_null(manifest.election.projects);
  arena_free(&arena);
}

static void projects_may_be_attached(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct fault fault;
  struct manifest manifest = accept(attached(span_of(list), 2), &arena);
  assert_true(manifest.projects_attached);
  assert_int_equal(manifest.election.project_count, 2);
  assert_null(manifest.election.projects);
  assert_true(manifest.projects.length == sizeof list - 1);
  assert_int_equal(manifest_attach(&manifest, span_of(list), &arena, &fault), STATUS_OK);
  assert_int_equal(manifest.election.project_count, 2);
  same_text(manifest.election.projects[1].id, "b");
  same_text(settings_text(&manifest.settings, "unit"), "100"); /* resolved */
  arena_free(&arena);
}

static void without_an_attachment_there_is_nothing_to_attach(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct fault fault;
  struct manifest manifest = accept(example_manifest(), &arena);
  const struct project *projects = manifest.election.projects;
  assert_int_equal(manifest_attach(&manifest, SPAN("anything"), &arena, &fault), STATUS_OK);
  assert_ptr_equal(manifest.election.projects, projects);
  arena_free(&arena);
}

static void only_the_bytes_that_it_names_are_attached(void **state)
{
  (void)state;
  refuse_attached(attached(SPAN("[]"), 1), SPAN("[1]"), "projects", "3 bytes instead of 2");
  refuse_attached(attached(SPAN("[]"), 1), SPAN("{}"), "projects",
                  "SHA-256 is 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a "
                  "instead of 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
}

static void attached_projects_are_held_to_the_same(void **state)
{
  (void)state;
  refuse_attached(attached(span_of(list), 3), span_of(list), "projects",
                  "there are 2 instead of 3");
  refuse_attached(attached(SPAN("[ ]"), 1), SPAN("[ ]"), "projects, byte 2",
                  "' ]' does not begin with a value");
  refuse_attached(attached(SPAN("[]"), 1), SPAN("[]"), "projects", "there are 0");
  refuse_attached(attached(SPAN("{}"), 1), SPAN("{}"), "projects", "an object is not an array");
  refuse_attached(attached(SPAN("[{}]"), 1), SPAN("[{}]"), "projects[0].cost",
                  "the member is missing");
  const struct span twice = SPAN("[{\"cost\":5,\"id\":\"a\",\"title\":{\"fr\":\"A\"}},"
                                 "{\"cost\":7,\"id\":\"a\",\"title\":{\"fr\":\"B\"}}]");
  refuse_attached(attached(twice, 2), twice, "projects[1].id",
                  "'a' is already the id of projects[0]");
}

static void limits_and_settings_are_held_to_attached_projects(void **state)
{
  (void)state;
  json_t *draft = attached(span_of(list), 2);
  change(draft, "ballot.min", "3");
  refuse_attached(draft, span_of(list), "ballot.min", "too many are 3");
  draft = attached(span_of(list), 2);
  leave_out(draft, "draw");
  change(draft, "rule", "{\"exclusive\":[[\"a\",\"c\"]],\"name\":\"greedy\"}");
  refuse_attached(draft, span_of(list), "rule.exclusive", "no project is called 'c'");
}

static void what_needs_no_projects_is_refused_without_them(void **state)
{
  (void)state;
  json_t *draft = attached(span_of(list), 2);
  change(draft, "ballot", "{\"kind\":\"approval\",\"max\":2,\"min\":3}");
  refuse(draft, "ballot.min", "the least, 3, is more than the most, 2",
         "a range that some value is in");
  draft = attached(span_of(list), 2);
  change(draft, "currency", "\"euro\"");
  refuse(draft, "currency", "'euro' is not a currency's code",
         "three letters of ISO 4217, such as EUR");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(its_id_is_the_digest_of_its_bytes),
      cmocka_unit_test(the_election_is_read),
      cmocka_unit_test(the_roles_are_read),
      cmocka_unit_test(the_rest_is_read),
      cmocka_unit_test(the_rule_is_resolved_for_the_election),
      cmocka_unit_test(what_is_read_outlives_the_json),
      cmocka_unit_test(without_all_that_may_be_absent_it_is_read),
      cmocka_unit_test(a_title_is_french_or_in_the_first_language),
      cmocka_unit_test(only_canonical_bytes_are_read),
      cmocka_unit_test(at_most_65535_bytes_are_read),
      cmocka_unit_test(a_refusal_leaves_the_manifest_as_it_was),
      cmocka_unit_test(another_format_is_told_before_all_else),
      cmocka_unit_test(a_key_is_in_its_list_only),
      cmocka_unit_test(projects_may_be_attached),
      cmocka_unit_test(without_an_attachment_there_is_nothing_to_attach),
      cmocka_unit_test(only_the_bytes_that_it_names_are_attached),
      cmocka_unit_test(attached_projects_are_held_to_the_same),
      cmocka_unit_test(limits_and_settings_are_held_to_attached_projects),
      cmocka_unit_test(what_needs_no_projects_is_refused_without_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
