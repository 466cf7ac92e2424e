/* What is in attachments, altered: each is stored under its right digest, which the entry names, and
 * the entry is signed again by those who must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rehearsal.h"

enum {
  PATH_BYTES = 256
};

/* The election as it went. */
static struct rehearsal original;

static int start(void **state)
{
  (void)state;
  rehearsal_until(&original, REHEARSAL_PLACES);
  return 0;
}

static int stop(void **state)
{
  (void)state;
  rehearsal_end(&original);
  return 0;
}

static void replay_until(struct rehearsal *play, enum rehearsal_place place)
{
  rehearsal_begin(play);
  for (size_t i = 0; i < original.attachment_count; i++)
    json_decref(rehearsal_attach(play, buffer_span(&original.attachments[i])));
  for (unsigned i = 0; i < place; i++)
    assert_int_equal(rehearsal_append(play, buffer_span(&original.lines[i])), REFUSAL_NONE);
}

static json_t *payload_of(enum rehearsal_place place)
{
  struct arena arena = {0};
  struct envelope envelope;
  struct fault fault;
  json_t *payload;
  assert_int_equal(envelope_read(buffer_span(&original.lines[place]), &arena, &envelope, &fault),
                   STATUS_OK);
  assert_int_equal(canonical_read(envelope.payload, ENVELOPE_MAX, &payload, &fault), STATUS_OK);
  arena_free(&arena);
  return payload;
}

/* The bytes of the attachment that the member of an entry names. */
static struct span attached(enum rehearsal_place place, const char *member)
{
  json_t *payload = payload_of(place);
  const char *digest =
      json_string_value(json_object_get(json_object_get(payload, member), "digest"));
  struct span bytes = SPAN("");
  for (size_t i = 0; i < original.attachment_count; i++) {
    char text[DIGEST_TEXT];
    struct digest found = digest_of(buffer_span(&original.attachments[i]));
    digest_write(&found, text);
    if (strcmp(text, digest) == 0)
      bytes = buffer_span(&original.attachments[i]);
  }
  json_decref(payload);
  assert_true(bytes.length > 0);
  return bytes;
}

/* The entry with other bytes attached, on the board up to there; what comes of it. */
static enum refusal try_bytes(struct rehearsal *play, enum rehearsal_place place,
                              const char *member, struct span bytes)
{
  json_t *payload = payload_of(place);
  replay_until(play, place);
  json_object_set_new(payload, member, rehearsal_attach(play, bytes));
  return rehearsal_try(play, rehearsal_kind_at(place), payload);
}

/* The entries after `place`, as they were: `last` is refused so. */
static void is_noticed(struct rehearsal *play, enum rehearsal_place place,
                       enum rehearsal_place last, enum refusal refusal)
{
  for (unsigned i = place + 1U; i <= last; i++) {
    enum refusal found = rehearsal_append(play, buffer_span(&original.lines[i]));
    assert_string_equal(refusal_name(found),
                        refusal_name(i == (unsigned)last ? refusal : REFUSAL_NONE));
  }
}

static int compare_keys(const void *left, const void *right)
{
  return memcmp(left, right, PUBLIC_KEY_BYTES);
}

/* An invented credential in the place of each that was admitted. */
static void every_credential_of_an_electorate_is_bound(void **state)
{
  (void)state;
  static struct rehearsal play;
  struct span bytes = attached(AT_ELECTORATE, "keys");
  const size_t count = bytes.length / PUBLIC_KEY_BYTES;
  struct public_key *keys = malloc(bytes.length);
  assert_non_null(keys);
  for (size_t i = 0; i < count; i++) {
    memcpy(keys, bytes.bytes, bytes.length);
    keys[i] = rehearsal_key(VOTER + 60).public_key;
    qsort(keys, count, sizeof *keys, compare_keys);
    struct span other = {.bytes = (const char *)keys, .length = bytes.length};
    assert_int_equal(try_bytes(&play, AT_ELECTORATE, "keys", other), REFUSAL_NONE);
    is_noticed(&play, AT_ELECTORATE, AT_OPEN, REFUSAL_TREE_DIFFERS);
    rehearsal_end(&play);
  }
  free(keys);
}

/* Another choice on paper is for the scrutineers to notice; but then it is not the result any more. */
static void every_paper_ballot_is_counted(void **state)
{
  (void)state;
  static const char *const others[] = {
      "[{\"approve\":[\"bench\"]},{\"blank\":true}]",
      "[{\"approve\":[\"garden\"]},{\"approve\":[\"swing\"]}]",
      "[{\"blank\":true},{\"blank\":true}]",
  };
  static struct rehearsal play;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(try_bytes(&play, AT_PAPER, "ballots", span_of(others[i])), REFUSAL_NONE);
    is_noticed(&play, AT_PAPER, AT_RESULT, REFUSAL_OUTCOME_DIFFERS);
    rehearsal_end(&play);
  }
}

/* --- the outcome, member by member --- */

static json_t *other_value(const json_t *old)
{
  char text[PATH_BYTES];
  if (json_is_integer(old))
    return json_integer(json_integer_value(old) + 1);
  if (json_is_boolean(old))
    return json_boolean(!json_is_true(old));
  if (json_is_null(old))
    return json_integer(0);
  snprintf(text, sizeof text, "%.200sx", json_string_value(old));
  return json_string(text);
}

static void outcome_is_refused(const json_t *outcome, const char *way)
{
  static struct rehearsal play;
  struct buffer text = {0};
  struct fault fault;
  char where[PATH_BYTES];
  assert_int_equal(canonical_write(outcome, &text, &fault), STATUS_OK);
  if (try_bytes(&play, AT_RESULT, "outcome", buffer_span(&text)) != REFUSAL_OUTCOME_DIFFERS)
    fail_msg("outcome%s: %s", way, refusal_name(play.refusal));
  snprintf(where, sizeof where, "outcome%s", way);
  assert_string_equal(play.fault.where, where);
  buffer_free(&text);
  rehearsal_end(&play);
}

static size_t alter_all(const json_t *outcome, const char *way, json_t *value);

/* One element or member: altered by itself, or walked if there is more in it. */
static size_t alter_one(const json_t *outcome, const char *way, json_t *outer, const char *name,
                        size_t index)
{
  json_t *old = name != NULL ? json_object_get(outer, name) : json_array_get(outer, index);
  if (json_is_object(old) || json_is_array(old))
    return alter_all(outcome, way, old);
  json_incref(old);
  if (name != NULL)
    json_object_set_new(outer, name, other_value(old));
  else
    json_array_set_new(outer, index, other_value(old));
  outcome_is_refused(outcome, way);
  if (name != NULL)
    json_object_set_new(outer, name, old);
  else
    json_array_set_new(outer, index, old);
  return 1;
}

static size_t alter_all(const json_t *outcome, const char *way, json_t *value)
{
  char inner[PATH_BYTES];
  size_t tried = 0;
  for (size_t i = 0; i < json_array_size(value); i++) {
    snprintf(inner, sizeof inner, "%s/%zu", way, i);
    tried += alter_one(outcome, inner, value, NULL, i);
  }
  if (!json_is_object(value))
    return tried;
  json_t *names = json_copy(value);
  const char *name;
  json_t *member;
  json_object_foreach(names, name, member)
  {
    snprintf(inner, sizeof inner, "%s/%s", way, name);
    tried += alter_one(outcome, inner, value, name, 0);
  }
  json_decref(names);
  return tried;
}

static void every_value_of_an_outcome_is_counted_again(void **state)
{
  (void)state;
  struct span bytes = attached(AT_RESULT, "outcome");
  json_t *outcome;
  struct fault fault;
  assert_int_equal(canonical_read(bytes, ENVELOPE_MAX, &outcome, &fault), STATUS_OK);
  assert_true(alter_all(outcome, "", outcome) > 40);
  json_decref(outcome);
}

/* As JSON it says the same. */
static void an_outcome_has_one_spelling(void **state)
{
  (void)state;
  static struct rehearsal play;
  struct span bytes = attached(AT_RESULT, "outcome");
  struct buffer text = {0};
  buffer_add(&text, bytes);
  buffer_add_byte(&text, '\n');
  assert_int_equal(try_bytes(&play, AT_RESULT, "outcome", buffer_span(&text)),
                   REFUSAL_OUTCOME_DIFFERS);
  rehearsal_end(&play);
  text.length = 0;
  buffer_add(&text, SPAN("{ "));
  buffer_add(&text, (struct span){.bytes = bytes.bytes + 1, .length = bytes.length - 1});
  assert_int_equal(try_bytes(&play, AT_RESULT, "outcome", buffer_span(&text)),
                   REFUSAL_OUTCOME_DIFFERS);
  rehearsal_end(&play);
  buffer_free(&text);
}

/* --- attached projects, member by member --- */

/* The first entries of an election whose projects are these, in a file. */
static enum refusal begin_with(struct rehearsal *play, const json_t *projects, json_t **election)
{
  struct buffer text = {0};
  struct fault fault;
  json_t *manifest = rehearsal_manifest();
  rehearsal_begin(play);
  assert_int_equal(canonical_write(projects, &text, &fault), STATUS_OK);
  json_t *file = rehearsal_attach(play, buffer_span(&text));
  json_object_set_new(file, "count", json_integer((json_int_t)json_array_size(projects)));
  json_object_set_new(manifest, "projects", file);
  buffer_free(&text);
  enum refusal refusal = rehearsal_try(play, "manifest", manifest);
  if (election != NULL)
    *election = rehearsal_pages(play);
  return refusal;
}

static void every_member_of_attached_projects_is_bound(void **state)
{
  (void)state;
  static const struct {
    const char *name, *value;
    enum refusal refusal;
  } rows[] = {
      {"category", "\"culture\"", REFUSAL_NONE},
      {"cost", "301", REFUSAL_NONE},
      {"id", "\"bench2\"", REFUSAL_NONE},
      {"id", "\"garden\"", REFUSAL_ATTACHMENT_WRONG},
      {"title", "{\"fr\":\"Banc\"}", REFUSAL_NONE},
      {"title", "{\"fr\":\"\"}", REFUSAL_ATTACHMENT_WRONG},
      {"cost", "-1", REFUSAL_ATTACHMENT_WRONG},
      {"other", "1", REFUSAL_ATTACHMENT_WRONG},
  };
  static struct rehearsal play;
  json_t *manifest = rehearsal_manifest();
  json_t *projects = json_object_get(manifest, "projects"), *next;
  json_t *first = json_array_get(projects, 0);
  const char *name;
  json_t *member;
  json_object_set_new(first, "category", json_string("sport"));
  assert_int_equal(begin_with(&play, projects, &next), REFUSAL_NONE);
  rehearsal_end(&play);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    json_t *others = json_deep_copy(projects);
    json_object_set_new(json_array_get(others, 0), rows[i].name,
                        json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
    assert_string_equal(refusal_name(begin_with(&play, others, NULL)),
                        refusal_name(rows[i].refusal));
    if (rows[i].refusal == REFUSAL_NONE)
      rehearsal_refused(&play, "pages", json_incref(next), REFUSAL_WRONG_ELECTION);
    json_decref(others);
    rehearsal_end(&play);
  }
  json_object_foreach(first, name, member)
  {
    bool found = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
      found = found || strcmp(rows[i].name, name) == 0;
    if (!found)
      fail_msg("no row alters '%s' of an attached project", name);
  }
  json_decref(next);
  json_decref(manifest);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_credential_of_an_electorate_is_bound),
      cmocka_unit_test(every_paper_ballot_is_counted),
      cmocka_unit_test(every_value_of_an_outcome_is_counted_again),
      cmocka_unit_test(an_outcome_has_one_spelling),
      cmocka_unit_test(every_member_of_attached_projects_is_bound),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
