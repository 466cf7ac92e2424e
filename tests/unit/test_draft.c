/* What is drafted is what is read, and nothing else is drafted. */
#include <stdlib.h>

#include "tests/unit/entry_example.h"

static void refuse_draft(const struct entry *entry, const char *where, const char *what,
                         const char *expected)
{
  struct buffer buffer = {0};
  struct fault fault = {0};
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(draft_entry(entry, &buffer, &fault), STATUS_REFUSED);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.expected, expected);
  buffer_free(&buffer);
}

/* --- entries --- */

static void what_is_read_is_drafted_as_the_same_bytes(void **state)
{
  (void)state;
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    struct arena arena = {0};
    struct buffer buffer = {0};
    struct fault fault;
    struct entry entry = read_place((enum example_place)i, &arena);
    assert_int_equal(draft_entry(&entry, &buffer, &fault), STATUS_OK);
    assert_true(span_equal(buffer_span(&buffer), entry.envelope.payload));
    buffer_free(&buffer);
    entry_release(&entry);
    arena_free(&arena);
  }
}

static void a_draft_is_added_to_what_is_there(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct fault fault;
  struct entry entry = {.kind = ENTRY_OPEN, .body.open = {.credentials = 1, .size = 2}};
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(draft_entry(&entry, &buffer, &fault), STATUS_OK);
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
  assert_true(span_equal(buffer_span(&buffer), SPAN("before{\"credentials\":1,\"election\":\"" ZEROS
                                                    "\",\"root\":\"" ZEROS "\",\"size\":2}")));
  buffer_free(&buffer);
}

/* The binding of a kind that stands on one side only is not asked on which. */
static void a_ballot_is_always_after_the_opening(void **state)
{
  (void)state;
  struct entry entry = example.entries[EXAMPLE_AT_FIRST_BALLOT].entry;
  struct buffer buffer = {0};
  struct fault fault;
  entry.binding.after_open = false;
  assert_int_equal(draft_entry(&entry, &buffer, &fault), STATUS_OK);
  buffer_add_byte(&buffer, '\0');
  assert_non_null(strstr(buffer.bytes, "\"open\":"));
  assert_null(strstr(buffer.bytes, "\"election\":"));
  buffer_free(&buffer);
}

static void what_would_be_refused_is_not_drafted(void **state)
{
  (void)state;
  struct entry entry = example.entries[EXAMPLE_AT_ELECTORATE].entry;
  entry.body.electorate.credentials = 4;
  refuse_draft(&entry, "keys.length", "160 is not the length of so many keys",
               "32 bytes for each of 4 credentials");
  entry = example.entries[EXAMPLE_AT_PAPER].entry;
  entry.body.paper.scrutineers[1] = entry.body.paper.scrutineers[0];
  refuse_draft(&entry, "scrutineers", "an array is not in order",
               "two keys in ascending order of their bytes");
  entry = example.entries[EXAMPLE_AT_LOST].entry;
  memset(entry.body.revocation.replacement.bytes, 0, PUBLIC_KEY_BYTES);
  refuse_draft(&entry, "replacement",
               "0000000000000000000000000000000000000000000000000000000000000000 is no public key",
               "the canonical encoding of a point of prime order on Ed25519's curve");
}

static void numbers_that_json_cannot_hold_are_not_drafted(void **state)
{
  (void)state;
  struct entry entry = example.entries[EXAMPLE_AT_CLOSE].entry;
  entry.body.close.size = UINT64_C(9007199254740992);
  refuse_draft(&entry, "size", "9007199254740992 is too large",
               "a whole number from -9007199254740991 to 9007199254740991");
  entry = example.entries[EXAMPLE_AT_RESULT].entry;
  entry.body.result.outcome.length = UINT64_MAX;
  refuse_draft(&entry, "outcome", "18446744073709551615 is too large",
               "a whole number from -9007199254740991 to 9007199254740991");
  entry.body.result.outcome.length = 0;
  refuse_draft(&entry, "outcome.length", "0 is out of range", "a whole number from 1 to 67108864");
}

static void a_choice_that_is_not_canonical_is_not_drafted(void **state)
{
  (void)state;
  struct entry entry = example.entries[EXAMPLE_AT_FIRST_BALLOT].entry;
  entry.body.ballot.choice = SPAN("{\"points\":{\"p01\":1.5}}");
  refuse_draft(&entry, "payload, byte 28", "'1.5' is not an allowed number",
               "a whole number from -9007199254740991 to 9007199254740991");
  entry.body.ballot.choice = SPAN("{ \"blank\":true}");
  refuse_draft(&entry, "payload, byte 12",
               "' \"blank\":true},\"credential\":\"Q6c' is not the name of a member",
               "'\"' and a name");
}

static void paths_that_are_no_text_are_not_drafted(void **state)
{
  (void)state;
  struct entry entry = example.entries[EXAMPLE_AT_PAGES].entry;
  const struct entry_page page = {.path = SPAN_INIT("\xff")};
  entry.body.pages = (struct entry_pages){.count = 1, .pages = &page};
  struct buffer buffer = {0};
  struct fault fault = {0};
  assert_int_equal(draft_entry(&entry, &buffer, &fault), STATUS_REFUSED);
  assert_int_equal(buffer.length, 0);
  buffer_free(&buffer);
}

static void a_payload_too_long_for_a_line_is_not_drafted(void **state)
{
  (void)state;
  static char text[65536];
  struct entry entry = example.entries[EXAMPLE_AT_LATE_NOTE].entry;
  memset(text, 'x', sizeof text - 1);
  json_t *texts = json_pack("{s:s}", "fr", text);
  entry.body.note.texts = texts;
  refuse_draft(&entry, "payload", "the text has 65683 bytes", "at most 65535 bytes");
  json_decref(texts);
}

/* --- manifests --- */

static void a_manifest_is_drafted_from_any_spelling(void **state)
{
  (void)state;
  static const char spaced[] = "{\"voting\" : null ,\n \"ballot\" : 1}";
  struct buffer buffer = {0};
  struct fault fault = {0};
  struct arena arena = {0};
  json_t *draft = example_manifest();
  char *text = json_dumps(draft, JSON_INDENT(2));
  assert_non_null(text);
  json_decref(draft);
  assert_int_equal(canonical_read_draft(span_of(text), strlen(text), &draft, &fault), STATUS_OK);
  assert_int_equal(draft_manifest(draft, &buffer, &fault), STATUS_OK);
  struct entry entry = read_place(EXAMPLE_AT_MANIFEST, &arena);
  assert_true(span_equal(buffer_span(&buffer), entry.envelope.payload));
  json_decref(draft);
  free(text);

  assert_int_equal(canonical_read_draft(span_of(spaced), sizeof spaced, &draft, &fault), STATUS_OK);
  buffer.length = 0;
  assert_int_equal(draft_manifest(draft, &buffer, &fault), STATUS_REFUSED);
  json_decref(draft);
  buffer_free(&buffer);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_manifest_that_would_be_refused_is_not_drafted(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  struct fault fault = {0};
  json_t *draft = example_manifest();
  change(draft, "voting.opens", "\"tomorrow\"");
  buffer_add(&buffer, SPAN("before"));
  assert_int_equal(draft_manifest(draft, &buffer, &fault), STATUS_REFUSED);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  assert_string_equal(fault.where, "voting.opens");
  assert_string_equal(fault.what, "'tomorrow' is not a date and time");
  change(draft, "budget", "0.5");
  assert_int_equal(draft_manifest(draft, &buffer, &fault), STATUS_REFUSED);
  assert_true(span_equal(buffer_span(&buffer), SPAN("before")));
  assert_string_equal(fault.where, "/budget");
  json_decref(draft);
  buffer_free(&buffer);
}

/* --- ballots and lines --- */

/* The choice of a ballot of the example, and the payload that was signed. */
static void a_ballot_is_drafted_from_a_choice(void **state)
{
  (void)state;
  const struct mark first_marks[] = {{.project = 0, .value = 1}, {.project = 2, .value = 1}};
  const struct mark second_mark = {.project = 1, .value = 1};
  const struct {
    enum example_place place;
    struct choice choice;
  } ballots[] = {
      {EXAMPLE_AT_FIRST_BALLOT, {.count = 2, .marks = first_marks}},
      {EXAMPLE_AT_SECOND_BALLOT, {.count = 1, .marks = &second_mark}},
      {EXAMPLE_AT_BLANK_BALLOT, {.count = 0}},
  };
  struct arena arena = {0};
  struct entry first = read_place(EXAMPLE_AT_MANIFEST, &arena);
  for (size_t i = 0; i < sizeof ballots / sizeof *ballots; i++) {
    struct buffer buffer = {0};
    struct fault fault;
    struct entry ballot = read_place(ballots[i].place, &arena);
    const struct entry_ballot *body = &ballot.body.ballot;
    assert_int_equal(draft_ballot(&first.body.manifest->election, &ballots[i].choice,
                                  &ballot.binding.value, &body->credential,
                                  body->has_replaces ? &body->replaces : NULL, &buffer, &fault),
                     STATUS_OK);
    assert_true(span_equal(buffer_span(&buffer), ballot.envelope.payload));
    buffer_free(&buffer);
    entry_release(&ballot);
  }
  entry_release(&first);
  arena_free(&arena);
}

static void a_payload_is_signed_as_a_line(void **state)
{
  (void)state;
  for (int i = 0; i < EXAMPLE_ENTRIES; i++) {
    struct arena arena = {0};
    struct fault fault;
    enum example_key signers[EXAMPLE_SIGNERS_MAX];
    struct signing_key keys[EXAMPLE_SIGNERS_MAX];
    const struct signing_key *by[EXAMPLE_SIGNERS_MAX];
    struct entry entry = read_place((enum example_place)i, &arena);
    struct span line;
    size_t count = example_signers((enum example_place)i, signers);
    for (size_t signer = 0; signer < count; signer++) {
      keys[signer] = example_key(signers[signer]);
      by[signer] = &keys[signer];
    }
    assert_int_equal(draft_sign(span_of(entry_kind_name(entry.kind)), entry.envelope.payload, by,
                                count, &arena, &line, &fault),
                     STATUS_OK);
    assert_true(span_equal(line, example.entries[i].line));
    entry_release(&entry);
    arena_free(&arena);
  }
}

static void what_is_no_line_is_not_signed(void **state)
{
  (void)state;
  const struct signing_key key = example_key(EXAMPLE_ORGANISER);
  const struct signing_key *keys[ENVELOPE_SIGNATURES + 1];
  struct arena arena = {0};
  struct span line;
  struct fault fault;
  for (size_t i = 0; i <= ENVELOPE_SIGNATURES; i++)
    keys[i] = &key;
  assert_int_equal(draft_sign(SPAN("note"), SPAN("{}"), keys, 2, &arena, &line, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.expected, "at most one signature by each key");
  assert_int_equal(draft_sign(SPAN("note"), SPAN("{}"), keys, 0, &arena, &line, &fault),
                   STATUS_REFUSED);
  assert_string_equal(fault.what, "there are 0 signatures");
  assert_int_equal(
      draft_sign(SPAN("note"), SPAN("{}"), keys, ENVELOPE_SIGNATURES + 1, &arena, &line, &fault),
      STATUS_REFUSED);
  assert_string_equal(fault.what, "there are 9 signatures");
  char *long_payload = arena_take(&arena, ENVELOPE_MAX, 1);
  assert_non_null(long_payload);
  const struct span payload = {.bytes = long_payload, .length = ENVELOPE_MAX};
  assert_int_equal(draft_sign(SPAN("note"), payload, keys, 1, &arena, &line, &fault),
                   STATUS_REFUSED);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_is_drafted_as_the_same_bytes),
      cmocka_unit_test(a_draft_is_added_to_what_is_there),
      cmocka_unit_test(a_ballot_is_always_after_the_opening),
      cmocka_unit_test(what_would_be_refused_is_not_drafted),
      cmocka_unit_test(numbers_that_json_cannot_hold_are_not_drafted),
      cmocka_unit_test(a_choice_that_is_not_canonical_is_not_drafted),
      cmocka_unit_test(paths_that_are_no_text_are_not_drafted),
      cmocka_unit_test(a_payload_too_long_for_a_line_is_not_drafted),
      cmocka_unit_test(a_manifest_is_drafted_from_any_spelling),
      cmocka_unit_test(a_manifest_that_would_be_refused_is_not_drafted),
      cmocka_unit_test(a_ballot_is_drafted_from_a_choice),
      cmocka_unit_test(a_payload_is_signed_as_a_line),
      cmocka_unit_test(what_is_no_line_is_not_signed),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
