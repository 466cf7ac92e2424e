/* Kind by kind: what an entry says, its bounds and words. */
#include "tests/unit/entry_example.h"

#define DIGEST       "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\""
#define KEY          "\"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\""
#define COUNT        "a whole number from 0 to 9007199254740991"
#define KEY_EXPECTED "a public key of 32 bytes in base64: 43 characters and ="
/* The neutral element, which is nobody's key. */
#define NEUTRAL "\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""

static void same_text(struct span text, const char *expected)
{
  if (!span_equal(text, span_of(expected)))
    fail_msg("'%.*s' is not '%s'", SPAN_PRINT(text), expected);
}

static void is_digest_of(const struct digest *digest, const char *text)
{
  struct digest expected = digest_of(span_of(text));
  same_digest(digest, &expected);
}

static void is_attachment(const struct attachment *attachment, size_t place)
{
  same_digest(&attachment->digest, &example.attachments[place].name.digest);
  assert_true(attachment->length == example.attachments[place].bytes.length);
}

/* --- manifest --- */

static void a_manifest_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_MANIFEST, &arena);
  struct digest id = digest_of(entry.envelope.payload);
  same_digest(&entry.body.manifest->id, &id);
  assert_int_equal(entry.body.manifest->quorum, 2);
  assert_null(entry.payload);
  entry_release(&entry);
  arena_free(&arena);
}

/* --- pages --- */

static void pages_are_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_PAGES, &arena);
  entry_release(&entry); /* what was read does not need the JSON value */
  assert_int_equal(entry.body.pages.count, 2);
  same_text(entry.body.pages.pages[0].path, "assets/vote.js");
  is_digest_of(&entry.body.pages.pages[0].digest, "vote");
  same_text(entry.body.pages.pages[1].path, "index.html");
  is_digest_of(&entry.body.pages.pages[1].digest, "index");
  arena_free(&arena);
}

static void paths_stay_in_their_folder(void **state)
{
  (void)state;
  static const char *const wrong[] = {"",     "/a",  "a/",   "a//b", ".",    "..",      "a/../b",
                                      "./a",  "a/.", "a b",  "a\\b", "a?b",  "a%2e",    "a:b",
                                      "..//", "/",   "a/..", "c++",  "\x7f", "\xc3\xa9"};
  static const char *const right[] = {"a", "...", "..a", "a..", ".well-known/x", "A-Z_0.9/-/_"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct fault fault = {0};
    json_t *payload = payload_of(EXAMPLE_AT_PAGES);
    struct spot spot = spot_named(payload, "files[1].path");
    spot_set(&spot, json_string(wrong[i]));
    assert_int_equal(try(EXAMPLE_AT_PAGES, payload, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "files[1].path");
    assert_string_equal(fault.expected, "1 to 255 of the characters A-Z a-z 0-9 . _ / -, no part "
                                        "of it empty, . or ..");
  }
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    struct fault fault = {0};
    json_t *payload = payload_of(EXAMPLE_AT_PAGES);
    struct spot spot = spot_named(payload, "files[0].path");
    spot_set(&spot, json_string(right[i]));
    leave_out(payload, "files[1]");
    if (try(EXAMPLE_AT_PAGES, payload, &fault) != STATUS_OK)
      fail_msg("'%s' was refused", right[i]);
  }
}

static void a_path_has_at_most_255_bytes(void **state)
{
  (void)state;
  for (size_t length = 255; length <= 256; length++) {
    char path[257];
    struct fault fault = {0};
    memset(path, 'z', sizeof path);
    json_t *payload = payload_of(EXAMPLE_AT_PAGES);
    struct spot spot = spot_named(payload, "files[1].path");
    spot_set(&spot, json_stringn(path, length));
    assert_int_equal(try(EXAMPLE_AT_PAGES, payload, &fault),
                     length == 255 ? STATUS_OK : STATUS_REFUSED);
  }
}

static void files_are_sorted_by_path(void **state)
{
  (void)state;
  static const char expected[] = "paths in the order of their bytes, each once";
  refuse_change(EXAMPLE_AT_PAGES, "files[1].path", "\"assets/vote.js\"", "files[1].path",
                "'assets/vote.js' does not come after the one before", expected);
  refuse_change(EXAMPLE_AT_PAGES, "files[1].path", "\"Index.html\"", "files[1].path",
                "'Index.html' does not come after the one before", expected);
  refuse_change(EXAMPLE_AT_PAGES, "files", "[]", "files", "there are 0",
                "an array of 1 to 65535 files");
}

/* --- electorate --- */

static void an_electorate_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_ELECTORATE, &arena);
  const struct entry_electorate *electorate = &entry.body.electorate;
  assert_true(electorate->credentials == 5);
  assert_true(electorate->has_eligibility);
  is_digest_of(&electorate->eligibility, "");
  is_attachment(&electorate->keys, 0);
  same_key(&electorate->registrar, EXAMPLE_REGISTRAR);
  is_digest_of(&electorate->roll, "salt and roll");
  entry_release(&entry);
  arena_free(&arena);
}

static void an_electorate_may_have_no_rules(void **state)
{
  (void)state;
  struct arena arena = {0};
  json_t *payload = payload_of(EXAMPLE_AT_ELECTORATE);
  leave_out(payload, "eligibility");
  struct entry entry = read_line(line_of(EXAMPLE_AT_ELECTORATE, payload, &arena), &arena);
  assert_false(entry.body.electorate.has_eligibility);
  entry_release(&entry);
  arena_free(&arena);
}

static void keys_have_32_bytes_each(void **state)
{
  (void)state;
  static const char *const wrong[] = {"159", "161", "128", "1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char what[64];
    snprintf(what, sizeof what, "%s is not the length of so many keys", wrong[i]);
    refuse_change(EXAMPLE_AT_ELECTORATE, "keys.length", wrong[i], "keys.length", what,
                  "32 bytes for each of 5 credentials");
  }
  refuse_change(EXAMPLE_AT_ELECTORATE, "credentials", "0", "keys.length",
                "160 is not the length of so many keys", "32 bytes for each of 0 credentials");
  /* 2^53 - 32 more credentials would be the same length in 53 bits. */
  refuse_change(EXAMPLE_AT_ELECTORATE, "credentials", "9007199254740991", "keys.length",
                "160 is not the length of so many keys",
                "32 bytes for each of 9007199254740991 credentials");
}

static void attachments_are_bounded(void **state)
{
  (void)state;
  accept_change(EXAMPLE_AT_RESULT, "outcome.length", "67108864");
  refuse_change(EXAMPLE_AT_RESULT, "outcome.length", "67108865", "outcome.length",
                "67108865 is out of range", "a whole number from 1 to 67108864");
  refuse_change(EXAMPLE_AT_RESULT, "outcome.length", "0", "outcome.length", "0 is out of range",
                "a whole number from 1 to 67108864");
  refuse_change(EXAMPLE_AT_RESULT, "outcome.digest", "\"abc\"", "outcome.digest",
                "'abc' is not 32 bytes in hex", "64 lower-case hexadecimal digits");
}

/* --- open and close --- */

static void an_opening_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_OPEN, &arena);
  assert_true(entry.body.open.credentials == 5);
  assert_true(entry.body.open.size == EXAMPLE_AT_OPEN);
  same_digest(&entry.body.open.root, &example.entries[EXAMPLE_AT_OPEN].entry.body.open.root);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_closing_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_CLOSE, &arena);
  const struct entry_close *expected = &example.entries[EXAMPLE_AT_CLOSE].entry.body.close;
  assert_true(entry.body.close.size == EXAMPLE_AT_CLOSE);
  assert_true(entry.body.close.standing == 3);
  same_digest(&entry.body.close.root, &expected->root);
  same_digest(&entry.body.close.indexes, &expected->indexes);
  assert_memory_not_equal(expected->root.bytes, expected->indexes.bytes, DIGEST_BYTES);
  entry_release(&entry);
  arena_free(&arena);
}

static void numbers_are_counts(void **state)
{
  (void)state;
  accept_change(EXAMPLE_AT_OPEN, "size", "9007199254740991");
  accept_change(EXAMPLE_AT_OPEN, "size", "0");
  refuse_change(EXAMPLE_AT_OPEN, "size", "-1", "size", "-1 is out of range", COUNT);
  refuse_change(EXAMPLE_AT_OPEN, "credentials", "-1", "credentials", "-1 is out of range", COUNT);
  refuse_change(EXAMPLE_AT_CLOSE, "standing", "-1", "standing", "-1 is out of range", COUNT);
  refuse_change(EXAMPLE_AT_CLOSE, "size", "\"12\"", "size", "'12' is not a whole number", COUNT);
  refuse_change(EXAMPLE_AT_PAPER, "attendance", "-1", "attendance", "-1 is out of range", COUNT);
}

/* --- ballots --- */

static void a_ballot_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_FIRST_BALLOT, &arena);
  same_key(&entry.body.ballot.credential, EXAMPLE_CARD_0);
  assert_false(entry.body.ballot.has_replaces);
  same_text(entry.body.ballot.choice, "{\"approve\":[\"p01\",\"p03\"]}");
  entry_release(&entry);
  arena_free(&arena);
}

static void a_ballot_may_replace_another(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_SECOND_BALLOT, &arena);
  assert_true(entry.body.ballot.has_replaces);
  same_digest(&entry.body.ballot.replaces, &example.entries[EXAMPLE_AT_FIRST_BALLOT].leaf);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_choice_is_any_object(void **state)
{
  (void)state;
  accept_change(EXAMPLE_AT_FIRST_BALLOT, "choice", "{\"whatever\":[1,null]}");
  accept_change(EXAMPLE_AT_FIRST_BALLOT, "choice", "{}");
  refuse_change(EXAMPLE_AT_FIRST_BALLOT, "choice", "[\"p01\"]", "choice",
                "an array is not a choice", "an object, such as {\"blank\":true}");
}

/* A credential means something once it is found in the electorate: no time is spent on it here. */
static void named_keys_are_any_32_bytes(void **state)
{
  (void)state;
  accept_change(EXAMPLE_AT_FIRST_BALLOT, "credential", NEUTRAL);
  accept_change(EXAMPLE_AT_ELECTORATE, "registrar", NEUTRAL);
  accept_change(EXAMPLE_AT_DRAW_0, "drawer", NEUTRAL);
  accept_change(EXAMPLE_AT_LATE_NOTE, "author", NEUTRAL);
  refuse_change(EXAMPLE_AT_FIRST_BALLOT, "credential", "\"AQ==\"", "credential",
                "'AQ==' is not a key", KEY_EXPECTED);
}

/* --- revocations --- */

static void a_lost_card_is_replaced(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_LOST, &arena);
  const struct entry_revocation *revocation = &entry.body.revocation;
  assert_int_equal(revocation->reason, REVOCATION_LOST);
  same_key(&revocation->credential, EXAMPLE_CARD_2);
  same_key(&revocation->registrar, EXAMPLE_REGISTRAR);
  same_key(&revocation->scrutineer, EXAMPLE_SCRUTINEER_0);
  same_key(&revocation->replacement, EXAMPLE_CARD_5);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_card_for_paper_is_not(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_STRUCK, &arena);
  assert_int_equal(entry.body.revocation.reason, REVOCATION_PAPER);
  same_key(&entry.body.revocation.credential, EXAMPLE_CARD_3);
  same_key(&entry.body.revocation.scrutineer, EXAMPLE_SCRUTINEER_1);
  entry_release(&entry);
  refuse_change(EXAMPLE_AT_STRUCK, "replacement", KEY, "replacement",
                "this version knows no such member",
                "an object of credential, for, open, registrar, scrutineer");
  refuse_change(EXAMPLE_AT_STRUCK, "for", "\"lost\"", "replacement", "the member is missing",
                "an object of credential, for, open, registrar, replacement, scrutineer");
  refuse_change(EXAMPLE_AT_LOST, "for", "\"paper\"", "replacement",
                "this version knows no such member",
                "an object of credential, for, open, registrar, scrutineer");
  arena_free(&arena);
}

static void there_are_two_reasons(void **state)
{
  (void)state;
  refuse_change(EXAMPLE_AT_LOST, "for", "\"stolen\"", "for",
                "'stolen' is no reason to strike a credential", "lost or paper");
  refuse_change(EXAMPLE_AT_STRUCK, "for", "\"Paper\"", "for",
                "'Paper' is no reason to strike a credential", "lost or paper");
}

static void a_replacement_is_a_key_that_can_sign(void **state)
{
  (void)state;
  refuse_change(EXAMPLE_AT_LOST, "replacement", NEUTRAL, "replacement",
                "0100000000000000000000000000000000000000000000000000000000000000 is no public key",
                "the canonical encoding of a point of prime order on Ed25519's curve");
}

/* --- paper, draw, result, note --- */

static void paper_ballots_are_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_PAPER, &arena);
  assert_true(entry.body.paper.attendance == 1);
  assert_true(entry.body.paper.count == 1);
  assert_true(entry.body.paper.has_ballots);
  is_attachment(&entry.body.paper.ballots, 1);
  same_key(&entry.body.paper.scrutineers[0], EXAMPLE_SCRUTINEER_0);
  same_key(&entry.body.paper.scrutineers[1], EXAMPLE_SCRUTINEER_1);
  entry_release(&entry);
  arena_free(&arena);
}

static void there_may_be_no_paper_ballots(void **state)
{
  (void)state;
  struct arena arena = {0};
  json_t *payload = payload_of(EXAMPLE_AT_PAPER);
  change(payload, "ballots", "null");
  change(payload, "count", "0");
  struct entry entry = read_line(line_of(EXAMPLE_AT_PAPER, payload, &arena), &arena);
  assert_false(entry.body.paper.has_ballots);
  entry_release(&entry);
  arena_free(&arena);
  static const char expected[] = "an attachment if there are ballots, null if there are none";
  refuse_change(EXAMPLE_AT_PAPER, "ballots", "null", "ballots", "null does not go with the count",
                expected);
  refuse_change(EXAMPLE_AT_PAPER, "count", "0", "ballots", "an object does not go with the count",
                expected);
}

static void two_scrutineers_stand_in_order(void **state)
{
  (void)state;
  static const char expected[] = "two keys in ascending order of their bytes";
  json_t *payload = payload_of(EXAMPLE_AT_PAPER);
  json_t *keys = json_incref(json_object_get(payload, "scrutineers"));
  json_array_append(keys, json_array_get(keys, 0));
  json_array_remove(keys, 0);
  json_decref(keys);
  refuse(EXAMPLE_AT_PAPER, payload, "scrutineers", "an array is not in order", expected);
  refuse_change(EXAMPLE_AT_PAPER, "scrutineers", "[" KEY "," KEY "]", "scrutineers",
                "an array is not in order", expected);
  refuse_change(EXAMPLE_AT_PAPER, "scrutineers", "[" KEY "]", "scrutineers", "there are 1",
                "an array of 2 to 2 keys");
  refuse_change(EXAMPLE_AT_PAPER, "scrutineers", "[" KEY "," KEY "," KEY "]", "scrutineers",
                "there are 3", "an array of 2 to 2 keys");
  refuse_change(EXAMPLE_AT_PAPER, "scrutineers[1]", "\"\"", "scrutineers[1]", "'' is not a key",
                KEY_EXPECTED);
}

static void a_draw_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_DRAW_1, &arena);
  same_key(&entry.body.draw.drawer, EXAMPLE_DRAWER_1);
  for (size_t i = 0; i < sizeof entry.body.draw.secret; i++)
    assert_int_equal(entry.body.draw.secret[i], 0x41);
  entry_release(&entry);
  refuse_change(EXAMPLE_AT_DRAW_0, "secret", "\"4A\"", "secret", "'4A' is not 32 bytes in hex",
                "64 lower-case hexadecimal digits");
  arena_free(&arena);
}

static void a_result_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_RESULT, &arena);
  is_attachment(&entry.body.result.outcome, 2);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_note_is_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_EARLY_NOTE, &arena);
  same_key(&entry.body.note.author, EXAMPLE_REGISTRAR);
  same_text(entry.body.note.text, "Les cartes sont distribu\xc3\xa9"
                                  "es lundi.");
  assert_string_equal(json_string_value(json_object_get(entry.body.note.texts, "en")),
                      "Cards are handed out on Monday.");
  entry_release(&entry);
  entry = read_place(EXAMPLE_AT_LATE_NOTE, &arena);
  entry_release(&entry);
  same_text(entry.body.note.text, "No appeal was made.");
  arena_free(&arena);
}

static void a_note_says_something(void **state)
{
  (void)state;
  refuse_change(EXAMPLE_AT_LATE_NOTE, "text", "{}", "text", "an object is not texts by language",
                "texts by language, as in {\"fr\":\"Budget participatif\"}");
  refuse_change(EXAMPLE_AT_LATE_NOTE, "text.en", "\"\"", "text.en", "'' is not such a text",
                "a text that is not empty");
}

static void a_note_is_bound_by_hex(void **state)
{
  (void)state;
  accept_change(EXAMPLE_AT_EARLY_NOTE, "election", DIGEST);
  refuse_change(EXAMPLE_AT_LATE_NOTE, "open", "null", "open", "null is not 32 bytes in hex",
                "64 lower-case hexadecimal digits");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_manifest_is_read),
      cmocka_unit_test(pages_are_read),
      cmocka_unit_test(paths_stay_in_their_folder),
      cmocka_unit_test(a_path_has_at_most_255_bytes),
      cmocka_unit_test(files_are_sorted_by_path),
      cmocka_unit_test(an_electorate_is_read),
      cmocka_unit_test(an_electorate_may_have_no_rules),
      cmocka_unit_test(keys_have_32_bytes_each),
      cmocka_unit_test(attachments_are_bounded),
      cmocka_unit_test(an_opening_is_read),
      cmocka_unit_test(a_closing_is_read),
      cmocka_unit_test(numbers_are_counts),
      cmocka_unit_test(a_ballot_is_read),
      cmocka_unit_test(a_ballot_may_replace_another),
      cmocka_unit_test(a_choice_is_any_object),
      cmocka_unit_test(named_keys_are_any_32_bytes),
      cmocka_unit_test(a_lost_card_is_replaced),
      cmocka_unit_test(a_card_for_paper_is_not),
      cmocka_unit_test(there_are_two_reasons),
      cmocka_unit_test(a_replacement_is_a_key_that_can_sign),
      cmocka_unit_test(paper_ballots_are_read),
      cmocka_unit_test(there_may_be_no_paper_ballots),
      cmocka_unit_test(two_scrutineers_stand_in_order),
      cmocka_unit_test(a_draw_is_read),
      cmocka_unit_test(a_result_is_read),
      cmocka_unit_test(a_note_is_read),
      cmocka_unit_test(a_note_says_something),
      cmocka_unit_test(a_note_is_bound_by_hex),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
