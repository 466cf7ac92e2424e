/* All kinds of entries alike: lines, types, members. Kind by kind: test_entry_kinds.c. */
#include "tests/unit/entry_example.h"

#include "ballots/merkle.h"

/* --- all kinds --- */

static void each_line_is_of_its_kind(void **state)
{
  (void)state;
  for (int i = 0; i < EXAMPLE_ENTRIES; i++) {
    struct arena arena = {0};
    struct entry entry = read_place((enum example_place)i, &arena);
    struct digest leaf = merkle_leaf(example.entries[i].line);
    assert_int_equal(entry.kind, example.entries[i].kind);
    assert_true(span_equal(entry.envelope.kind, span_of(entry_kind_name(example.entries[i].kind))));
    assert_ptr_equal(entry.line.bytes, example.entries[i].line.bytes);
    same_digest(&entry.leaf, &leaf);
    entry_release(&entry);
    arena_free(&arena);
  }
}

static void each_entry_is_bound_to_its_side_of_the_opening(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry manifest = read_place(EXAMPLE_AT_MANIFEST, &arena);
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    struct entry entry = read_place((enum example_place)i, &arena);
    assert_int_equal(entry.binding.after_open, i > EXAMPLE_AT_OPEN);
    same_digest(&entry.binding.value, i > EXAMPLE_AT_OPEN ? &example.entries[EXAMPLE_AT_OPEN].leaf
                                                          : &manifest.body.manifest->id);
    entry_release(&entry);
  }
  arena_free(&arena);
}

static void those_who_must_sign_are_named(void **state)
{
  (void)state;
  struct public_key organiser = example_public_key(EXAMPLE_ORGANISER);
  for (int i = 0; i < EXAMPLE_ENTRIES; i++) {
    struct arena arena = {0};
    struct fault fault;
    struct public_key keys[2];
    enum example_key signers[EXAMPLE_SIGNERS_MAX];
    struct entry entry = read_place((enum example_place)i, &arena);
    size_t count = entry_signers(&entry, &organiser, keys);
    assert_int_equal(count, example_signers((enum example_place)i, signers));
    for (size_t j = 0; j < count; j++)
      same_key(&keys[j], signers[j]);
    assert_int_equal(envelope_verify(&entry.envelope, keys, count, &fault), STATUS_OK);
    entry_release(&entry);
    arena_free(&arena);
  }
}

static void begins_with(const char *text, const char *beginning)
{
  if (strncmp(text, beginning, strlen(beginning)) != 0)
    fail_msg("'%s' does not begin with '%s'", text, beginning);
}

static bool is_in_choice(const struct spot *spot)
{
  return strncmp(spot->where, "choice.", strlen("choice.")) == 0;
}

/* In place of a value of another type. */
static bool is_right(const struct spot *spot, const json_t *value)
{
  if (json_typeof(value) == json_typeof(spot->value) ||
      (json_is_boolean(value) && json_is_boolean(spot->value)))
    return true;
  return strcmp(spot->where, "replaces") == 0 && json_is_null(value);
}

static void each_value_has_its_type(void **state)
{
  (void)state;
  static const char *const values[] = {"null", "true", "7", "\"?\"", "[\"?\"]", "{\"?\":7}"};
  size_t tried = 0;
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    const enum example_place place = (enum example_place)i;
    json_t *payload = payload_of(place);
    struct spot spot;
    for (size_t number = 0; spot_find(payload, number, &spot); number++)
      for (size_t j = 0; j < sizeof values / sizeof *values && !is_in_choice(&spot); j++) {
        json_t *value = json_of(values[j]);
        struct fault fault = {0};
        if (is_right(&spot, value)) {
          json_decref(value);
          continue;
        }
        json_t *changed = json_deep_copy(payload);
        struct spot there = spot_named(changed, spot.where);
        spot_set(&there, value);
        if (try(place, changed, &fault) != STATUS_REFUSED)
          fail_msg("entry %d, %s: %s was not refused", i, spot.where, values[j]);
        begins_with(fault.where, spot.where);
        assert_true(fault.what[0] != '\0' && fault.expected[0] != '\0');
        tried++;
      }
    json_decref(payload);
  }
  assert_true(tried > 300);
}

static bool may_be_absent(const struct spot *spot)
{
  return spot->name == NULL || is_in_choice(spot) || strcmp(spot->name, "eligibility") == 0 ||
         strncmp(spot->where, "text.", strlen("text.")) == 0;
}

/* Of pages and notes without `open` it is `election` that is missing. */
static bool has_two_bindings(enum entry_kind kind)
{
  return kind == ENTRY_PAGES || kind == ENTRY_NOTE;
}

static void each_other_member_must_stand(void **state)
{
  (void)state;
  size_t tried = 0;
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    const enum example_place place = (enum example_place)i;
    json_t *payload = payload_of(place);
    struct spot spot;
    for (size_t number = 0; spot_find(payload, number, &spot); number++) {
      struct fault fault = {0};
      if (may_be_absent(&spot))
        continue;
      json_t *changed = json_deep_copy(payload);
      leave_out(changed, spot.where);
      assert_int_equal(try(place, changed, &fault), STATUS_REFUSED);
      bool other = strcmp(spot.where, "open") == 0 && has_two_bindings(example.entries[i].kind);
      assert_string_equal(fault.where, other ? "election" : spot.where);
      assert_string_equal(fault.what, "the member is missing");
      tried++;
    }
    json_decref(payload);
  }
  assert_true(tried > 70);
}

static void no_other_member_may_stand(void **state)
{
  (void)state;
  for (int i = EXAMPLE_AT_PAGES; i < EXAMPLE_ENTRIES; i++) {
    struct fault fault = {0};
    json_t *payload = payload_of((enum example_place)i);
    change(payload, "colour", "null");
    assert_int_equal(try((enum example_place)i, payload, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "colour");
    assert_string_equal(fault.what, "this version knows no such member");
  }
  refuse_change(EXAMPLE_AT_ELECTORATE, "keys.colour", "1", "keys.colour",
                "this version knows no such member", "an object of digest, length");
  refuse_change(EXAMPLE_AT_PAGES, "files[1].colour", "1", "files[1].colour",
                "this version knows no such member", "an object of digest, path");
}

static void an_entry_has_one_binding(void **state)
{
  (void)state;
#define DIGEST "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\""
  refuse_change(EXAMPLE_AT_EARLY_NOTE, "open", DIGEST, "election",
                "this version knows no such member", "an object of author, open, text");
  refuse_change(EXAMPLE_AT_LATER_PAGES, "election", DIGEST, "election",
                "this version knows no such member", "an object of files, open");
  refuse_change(EXAMPLE_AT_OPEN, "open", DIGEST, "open", "this version knows no such member",
                "an object of credentials, election, root, size");
  refuse_change(EXAMPLE_AT_FIRST_BALLOT, "election", DIGEST, "election",
                "this version knows no such member",
                "an object of choice, credential, open, replaces");
}

/* --- lines --- */

static void kinds_of_later_versions_are_refused(void **state)
{
  (void)state;
  static const char *const kinds[] = {"shuffle",     "opening", "key-commit", "key-share",
                                      "key-confirm", "ballots", "manifes"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct arena arena = {0};
    struct buffer buffer = {0};
    struct entry entry;
    struct fault fault = {0};
    struct envelope_signature signature = {0};
    assert_int_equal(envelope_write(span_of(kinds[i]), SPAN("{}"), &signature, 1, &buffer, &fault),
                     STATUS_OK);
    assert_int_equal(entry_read(buffer_span(&buffer), &arena, &entry, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "payloadType");
    assert_non_null(strstr(fault.what, kinds[i]));
    assert_non_null(strstr(fault.what, "is not a kind of entry that this version knows"));
    entry_release(&entry);
    buffer_free(&buffer);
    arena_free(&arena);
  }
}

static void what_is_no_envelope_is_no_entry(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry;
  struct fault fault = {0};
  assert_int_equal(entry_read(SPAN("{}"), &arena, &entry, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "byte 2");
  assert_null(entry.payload);
  entry_release(&entry);
  arena_free(&arena);
}

static void a_payload_has_one_spelling(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry;
  struct fault fault = {0};
  static const enum example_key organiser = EXAMPLE_ORGANISER;
  for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    struct span line =
        example_sign((enum entry_kind)kind, SPAN("{\"b\":1,\"a\":2}"), &organiser, 1, &arena);
    assert_int_equal(entry_read(line, &arena, &entry, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, "payload, byte 3");
    assert_string_equal(fault.what, "'b\":1,\"a\":2}' is not the canonical spelling");
    assert_null(entry.payload);
  }
  arena_free(&arena);
}

static void a_manifest_that_is_refused_says_where(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry;
  struct fault fault = {0};
  static const enum example_key organiser = EXAMPLE_ORGANISER;
  struct span line = example_sign(ENTRY_MANIFEST, SPAN("{}"), &organiser, 1, &arena);
  assert_int_equal(entry_read(line, &arena, &entry, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "ballot");
  arena_free(&arena);
}

static void entries_are_released_once_or_twice_or_never_read(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct entry entry = read_place(EXAMPLE_AT_CLOSE, &arena);
  assert_non_null(entry.payload);
  entry_release(&entry);
  assert_null(entry.payload);
  entry_release(&entry);
  entry_release(NULL);
  entry_release(&(struct entry){0});
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_line_is_of_its_kind),
      cmocka_unit_test(each_entry_is_bound_to_its_side_of_the_opening),
      cmocka_unit_test(those_who_must_sign_are_named),
      cmocka_unit_test(each_value_has_its_type),
      cmocka_unit_test(each_other_member_must_stand),
      cmocka_unit_test(no_other_member_may_stand),
      cmocka_unit_test(an_entry_has_one_binding),
      cmocka_unit_test(kinds_of_later_versions_are_refused),
      cmocka_unit_test(what_is_no_envelope_is_no_entry),
      cmocka_unit_test(a_payload_has_one_spelling),
      cmocka_unit_test(a_manifest_that_is_refused_says_where),
      cmocka_unit_test(entries_are_released_once_or_twice_or_never_read),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
