/* Each member of a manifest: left out, of another type, with another one beside it; then the
 * bounds and the words of each. The election itself is in test_manifest_election.c. */
#include "base/base64.h"
#include "tests/unit/manifest_example.h"

#define KEY_EXPECTED  "a public key of 32 bytes in base64: 43 characters and ="
#define TEXT_EXPECTED "a text that is not empty"

/* --- all members alike --- */

/* Values of every type; none is right in two places by chance. */
static const char *const values[] = {"null",  "true",      "-7",       "1.5",
                                     "\"?\"", "[[\"?\"]]", "{\"?\":7}"};

enum {
  VALUES = sizeof values / sizeof *values
};

static bool same_type(const json_t *one, const json_t *other)
{
  return json_typeof(one) == json_typeof(other) || (json_is_boolean(one) && json_is_boolean(other));
}

/* What has a value of several types. */
static bool may_be(const char *where, const json_t *value)
{
  return strcmp(where, "voting.closes") == 0 && json_is_null(value);
}

static enum status read_draft(json_t *draft, struct fault *fault)
{
  struct buffer buffer = {0};
  enum status status = draft_manifest(draft, &buffer, fault);
  buffer_free(&buffer);
  json_decref(draft);
  return status;
}

static void begins_with(const char *text, const char *beginning)
{
  if (strncmp(text, beginning, strlen(beginning)) != 0)
    fail_msg("'%s' does not begin with '%s'", text, beginning);
}

static void each_value_has_its_type(void **state)
{
  (void)state;
  struct spot spot;
  size_t tried = 0;
  json_t *draft = example_manifest();
  for (size_t number = 0; spot_find(draft, number, &spot); number++)
    for (size_t i = 0; i < VALUES; i++) {
      json_t *value = json_of(values[i]);
      struct fault fault = {0};
      if (same_type(value, spot.value) || may_be(spot.where, value) || json_is_real(value)) {
        json_decref(value);
        continue;
      }
      json_t *changed = json_deep_copy(draft);
      struct spot there = spot_named(changed, spot.where);
      spot_set(&there, value);
      if (read_draft(changed, &fault) != STATUS_REFUSED)
        fail_msg("%s: %s was not refused", spot.where, values[i]);
      begins_with(fault.where, spot.where);
      assert_true(fault.what[0] != '\0' && fault.expected[0] != '\0');
      tried++;
    }
  assert_true(tried > 300);
  json_decref(draft);
}

static void a_real_number_is_not_even_json_of_ours(void **state)
{
  (void)state;
  struct fault fault = {0};
  json_t *draft = example_manifest();
  change(draft, "budget", "1.5");
  assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "/budget");
}

/* Optional ones, and texts for people in one of several languages. */
static bool may_be_absent(const char *where)
{
  static const char *const names[] = {"draw",
                                      "eligibility",
                                      "mediators",
                                      "quorum",
                                      "scrutineers",
                                      "title.en",
                                      "title.fr",
                                      "rule.completion",
                                      "ballot.max",
                                      "ballot.min",
                                      "rule.utility",
                                      "projects[0].category",
                                      "custody[0]",
                                      "board.witnesses[0]",
                                      "projects[2].category",
                                      "projects[3].category",
                                      "rule.tie_break"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(where, names[i]) == 0)
      return true;
  return false;
}

static void each_other_member_must_stand(void **state)
{
  (void)state;
  struct spot spot;
  size_t tried = 0;
  json_t *draft = example_manifest();
  for (size_t number = 0; spot_find(draft, number, &spot); number++) {
    if (spot.name == NULL || may_be_absent(spot.where))
      continue;
    struct fault fault = {0};
    json_t *changed = json_deep_copy(draft);
    leave_out(changed, spot.where);
    assert_int_equal(read_draft(changed, &fault), STATUS_REFUSED);
    if (strstr(spot.where, ".title.") == NULL) {
      assert_string_equal(fault.where, spot.where);
      assert_string_equal(fault.what, "the member is missing");
    }
    tried++;
  }
  assert_true(tried > 40);
  json_decref(draft);
}

static void no_other_member_may_stand(void **state)
{
  (void)state;
  static const char *const objects[] = {"board",   "credentials", "ballot",
                                        "draw[1]", "projects[2]", "scrutineers",
                                        "rule",    "secrecy",     "voting"};
  struct fault fault = {0};
  json_t *draft = example_manifest();
  change(draft, "colour", "null");
  assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "colour");
  assert_string_equal(fault.what, "this version knows no such member");
  assert_string_equal(fault.expected,
                      "an object of ballot, board, budget, credentials, currency, custody, format, "
                      "minor_unit, organiser, projects, revote, rule, secrecy, title, voting; "
                      "perhaps draw, eligibility, mediators, quorum, scrutineers");
  for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
    char where[64];
    snprintf(where, sizeof where, "%s.colour", objects[i]);
    draft = example_manifest();
    change(draft, where, "7");
    assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, where);
    assert_string_equal(fault.what, "this version knows no such member");
  }
}

/* What a later version may know must not be left unseen by this one. */
static void members_of_later_versions_are_refused(void **state)
{
  (void)state;
  static const char *const names[] = {"constraints", "headings", "trustees"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    struct fault fault = {0};
    json_t *draft = example_manifest();
    change(draft, names[i], "[]");
    assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, names[i]);
  }
}

static void secret_elections_are_for_later(void **state)
{
  (void)state;
  refuse_change("secrecy.mode", "\"secret\"", "secrecy.mode",
                "'secret' elections are not known to this version", "\"open\"");
  refuse_change("secrecy.mode", "\"Open\"", "secrecy.mode", "'Open' is no way to keep ballots",
                "\"open\"");
}

/* --- keys --- */

static void a_key_is_32_bytes_in_base64(void **state)
{
  (void)state;
  refuse_change("organiser", "\"abc\"", "organiser", "'abc' is not a key", KEY_EXPECTED);
  /* 33 bytes, 31 bytes, without padding, spare bits, the other alphabet */
  static const char *const wrong[] = {"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
                                      "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\"",
                                      "\"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w\"",
                                      "\"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1x=\"",
                                      "\"-ojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\""};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct fault fault = {0};
    json_t *draft = example_manifest();
    change(draft, "mediators[0]", wrong[i]);
    assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "mediators[0]");
    assert_string_equal(fault.expected, KEY_EXPECTED);
  }
}

/* The neutral element: each signature with S = 0 would hold for it. */
static void every_key_is_admitted(void **state)
{
  (void)state;
  static const char *const spots[] = {"organiser", "mediators[0]", "credentials.registrars[0]",
                                      "scrutineers.keys[1]", "draw[0].key"};
  for (size_t i = 0; i < sizeof spots / sizeof *spots; i++)
    refuse_change(spots[i], "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", spots[i],
                  "0100000000000000000000000000000000000000000000000000000000000000 is no public "
                  "key",
                  "the canonical encoding of a point of prime order on Ed25519's curve");
}

static const char *const key_spots[] = {
    "organiser",           "mediators[0]",        "credentials.registrars[0]",
    "scrutineers.keys[0]", "scrutineers.keys[1]", "draw[0].key",
    "draw[1].key",
};

enum {
  KEY_SPOTS = sizeof key_spots / sizeof *key_spots
};

static void no_key_stands_twice(void **state)
{
  (void)state;
  for (size_t i = 0; i < KEY_SPOTS; i++)
    for (size_t j = 0; j < KEY_SPOTS; j++) {
      if (i == j)
        continue;
      struct fault fault = {0};
      json_t *draft = example_manifest();
      struct spot from = spot_named(draft, key_spots[i]);
      struct spot to = spot_named(draft, key_spots[j]);
      spot_set(&to, json_copy(from.value));
      assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
      begins_with(fault.what, "this key stands at ");
      assert_string_equal(fault.expected, "a key of its own for each role and person");
    }
  refuse_change("mediators[0]", "\"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\"", "organiser",
                "this key stands at mediators[0] already",
                "a key of its own for each role and person");
}

static void put_key(json_t *draft, const char *where, enum example_key which)
{
  struct public_key key = example_public_key(which);
  char text[(PUBLIC_KEY_BYTES + 2) / 3 * 4];
  struct spot spot = spot_named(draft, where);
  base64_write(key.bytes, PUBLIC_KEY_BYTES, text);
  spot_set(&spot, json_stringn(text, sizeof text));
}

static void the_keys_of_board_and_witnesses_are_nobodys(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  put_key(draft, "organiser", EXAMPLE_BOARD);
  refuse(draft, "organiser", "this key stands at board.key already",
         "a key of its own for each role and person");
  draft = example_manifest();
  put_key(draft, "mediators[0]", EXAMPLE_WITNESS);
  refuse(draft, "mediators[0]", "this key stands at board.witnesses[0] already",
         "a key of its own for each role and person");
}

static void a_role_has_1_to_32_keys(void **state)
{
  (void)state;
  refuse_change("mediators", "[]", "mediators", "there are 0", "an array of 1 to 32 keys");
  refuse_change("credentials.registrars", "[]", "credentials.registrars", "there are 0",
                "an array of 1 to 32 keys");
  refuse_change("scrutineers.keys", "[]", "scrutineers.keys", "there are 0",
                "an array of 1 to 32 keys");
  refuse_change("mediators", "[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6]",
                "mediators", "there are 33", "an array of 1 to 32 keys");
}

static void the_largest_manifest_of_keys_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  json_t *draft = example_manifest();
  json_t *keys = json_array();
  for (unsigned i = 0; i < MANIFEST_KEYS_MAX; i++) {
    uint8_t seed[SEED_BYTES] = {0xaa, (uint8_t)i};
    struct signing_key key;
    char text[44];
    signing_key_make(seed, &key);
    base64_write(key.public_key.bytes, PUBLIC_KEY_BYTES, text);
    json_array_append_new(keys, json_stringn(text, sizeof text));
  }
  json_object_set_new(draft, "mediators", keys);
  assert_int_equal(accept(draft, &arena).mediators.count, MANIFEST_KEYS_MAX);
  arena_free(&arena);
}

/* --- board --- */

static void the_board_is_within_the_scope(void **state)
{
  (void)state;
  static const char expected[] = "credentials.origin, '/' and the election's name";
  refuse_change("credentials.origin", "\"vote.example.fr/bpl-2027/autre\"", "board.origin",
                "'vote.example.fr/bpl-2027/faidherbe/projets' is not within the scope", expected);
  refuse_change("credentials.origin", "\"vote.example.fr/bpl-2027/faidherb\"", "board.origin",
                "'vote.example.fr/bpl-2027/faidherbe/projets' is not within the scope", expected);
  refuse_change("credentials.origin", "\"vote.example.fr/bpl-2027\"", "credentials.origin",
                "'vote.example.fr/bpl-2027' has not three parts",
                "host/campaign/scope, as in vote.example.fr/bpl-2027/faidherbe");
}

static void the_board_is_called_as_its_key(void **state)
{
  (void)state;
  refuse_change("board.origin", "\"vote.example.fr/bpl-2027/faidherbe/autre\"", "board.origin",
                "'vote.example.fr/bpl-2027/faidherbe/autre' is not the name of board.key",
                "the name of board.key");
}

static void verifier_keys_are_checked(void **state)
{
  (void)state;
  refuse_change("board.key", "\"x\"", "board.key", "'x' is no verifier key of Ed25519",
                "<name>+<key id, 8 hex digits>+<base64 of type and public key>");
  refuse_change("board.witnesses[0]", "\"\"", "board.witnesses[0]", "'' is not such a text",
                TEXT_EXPECTED);
}

static void a_board_signs_and_a_witness_cosigns(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  struct spot board = spot_named(draft, "board.key");
  struct spot witness = spot_named(draft, "board.witnesses[0]");
  json_t *witness_key = json_incref(witness.value);
  spot_set(&witness, json_incref(board.value));
  struct fault fault = {0};
  json_t *copy = json_deep_copy(draft);
  assert_int_equal(read_draft(copy, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "board.witnesses[0]");
  assert_string_equal(fault.expected, "the verifier key of a witness: type 4");
  spot_set(&board, witness_key);
  assert_int_equal(read_draft(draft, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "board.key");
  assert_string_equal(fault.expected, "the verifier key of a board: type 1");
}

static void the_numbers_of_the_board_are_bounded(void **state)
{
  (void)state;
  accept_change("board.max_replacements", "0");
  accept_change("board.max_replacements", "65535");
  refuse_change("board.max_replacements", "65536", "board.max_replacements",
                "65536 is out of range", "a whole number from 0 to 65535");
  refuse_change("board.max_replacements", "-1", "board.max_replacements", "-1 is out of range",
                "a whole number from 0 to 65535");
  accept_change("board.witness_quorum", "0");
  refuse_change("board.witness_quorum", "2", "board.witness_quorum",
                "2 is more than there are witnesses", "at most the number of board.witnesses");
  refuse_change("board.witness_quorum", "33", "board.witness_quorum", "33 is out of range",
                "a whole number from 0 to 32");
}

/* --- the other roles --- */

static void paper_ballots_need_two_scrutineers(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  leave_out(draft, "scrutineers.keys[1]");
  refuse(draft, "scrutineers.paper", "true asks two scrutineers to sign, and there is one",
         "false, or two scrutineers");
  struct arena arena = {0};
  draft = example_manifest();
  leave_out(draft, "scrutineers.keys[1]");
  change(draft, "scrutineers.paper", "false");
  assert_false(accept(draft, &arena).paper);
  arena_free(&arena);
}

static void custody_is_sorted_names(void **state)
{
  (void)state;
  static const char expected[] = "names in the order of their bytes, each once";
  accept_change("custody",
                "[\"board-staff\",\"draw\",\"organiser\",\"registrars\",\"scrutineers\"]");
  refuse_change("custody", "[\"organiser\",\"organiser\"]", "custody[1]",
                "'organiser' does not come after the one before", expected);
  refuse_change("custody", "[\"organiser\",\"draw\"]", "custody[1]",
                "'draw' does not come after the one before", expected);
  refuse_change("custody", "[\"voters\"]", "custody[0]",
                "'voters' is nobody whose keys can be kept",
                "one of board-staff, draw, organiser, registrars, scrutineers");
}

static void two_or_more_draw(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  leave_out(draft, "draw[1]");
  refuse(draft, "draw", "there are 1", "an array of 2 to 32 people who draw");
  refuse_change("draw[0].commitment",
                "\"92B7eb5290d8d6e3ac79215cb4bdb07fe89629ee720be4332b3daa842b7ec80a\"",
                "draw[0].commitment",
                "'92B7eb5290d8d6e3ac79215cb4bdb07fe89629ee720be4332b3daa842b7ec80a' is not 32 "
                "bytes in hex",
                "64 lower-case hexadecimal digits");
}

static void who_draws_and_the_tie_list_belong_together(void **state)
{
  (void)state;
  json_t *draft = example_manifest();
  leave_out(draft, "draw");
  refuse(draft, "draw", "rule.tie_break ends in draw, but nobody draws",
         "the people who draw, two or more");
  refuse_change("rule.tie_break", "[\"votes\",\"id\"]", "rule.tie_break",
                "there are people to draw, but 'id' stands at the end", "a list that ends in draw");
  draft = example_manifest();
  leave_out(draft, "rule.tie_break"); /* then it is `id` */
  refuse(draft, "rule.tie_break", "there are people to draw, but 'id' stands at the end",
         "a list that ends in draw");
}

static void eligibility_and_quorum_have_bounds(void **state)
{
  (void)state;
  refuse_change("eligibility", "\"00\"", "eligibility", "'00' is not 32 bytes in hex",
                "64 lower-case hexadecimal digits");
  refuse_change("quorum", "0", "quorum", "0 is out of range",
                "a whole number from 1 to 9007199254740991");
  accept_change("quorum", "1");
  accept_change("quorum", "9007199254740991");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_value_has_its_type),
      cmocka_unit_test(a_real_number_is_not_even_json_of_ours),
      cmocka_unit_test(each_other_member_must_stand),
      cmocka_unit_test(no_other_member_may_stand),
      cmocka_unit_test(members_of_later_versions_are_refused),
      cmocka_unit_test(secret_elections_are_for_later),
      cmocka_unit_test(a_key_is_32_bytes_in_base64),
      cmocka_unit_test(every_key_is_admitted),
      cmocka_unit_test(no_key_stands_twice),
      cmocka_unit_test(the_keys_of_board_and_witnesses_are_nobodys),
      cmocka_unit_test(a_role_has_1_to_32_keys),
      cmocka_unit_test(the_largest_manifest_of_keys_is_read),
      cmocka_unit_test(the_board_is_within_the_scope),
      cmocka_unit_test(the_board_is_called_as_its_key),
      cmocka_unit_test(verifier_keys_are_checked),
      cmocka_unit_test(a_board_signs_and_a_witness_cosigns),
      cmocka_unit_test(the_numbers_of_the_board_are_bounded),
      cmocka_unit_test(paper_ballots_need_two_scrutineers),
      cmocka_unit_test(custody_is_sorted_names),
      cmocka_unit_test(two_or_more_draw),
      cmocka_unit_test(who_draws_and_the_tie_list_belong_together),
      cmocka_unit_test(eligibility_and_quorum_have_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
