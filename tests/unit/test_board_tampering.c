/* Each member of each entry is altered and the entry signed again by those who then must, so that
 * only the check under test can refuse it. Where an alteration is as good as what it replaces, the
 * first later entry that notices must refuse, or the root be another. Manifests are altered in
 * test_manifest_tampering.c, what is in attachments in test_attachment_tampering.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rehearsal.h"

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

/* Begins with the lines before `place`; attachments are all there from the beginning. */
static void replay_until(struct rehearsal *play, enum rehearsal_place place)
{
  rehearsal_begin(play);
  for (size_t i = 0; i < original.attachment_count; i++)
    json_decref(rehearsal_attach(play, buffer_span(&original.attachments[i])));
  for (unsigned i = 0; i < place; i++)
    if (rehearsal_append(play, buffer_span(&original.lines[i])) != REFUSAL_NONE)
      fail_msg("line %u: %s: %s", i, play->fault.where, play->fault.what);
}

/* --- what is altered --- */

#define ANYWHERE      REHEARSAL_PLACES /* no later entry notices; the root does */
#define KEY_OF(actor) NULL, actor
#define FLIPPED       NULL, NOBODY

static const struct row {
  enum rehearsal_place place;
  const char *member; /* the way to it; absent members are added */
  const char *value;  /* JSON; or, when NULL, */
  enum actor key;     /* whose key; or NOBODY: another digest */
  enum refusal refusal;
  enum rehearsal_place later; /* if the entry itself is admitted */
  enum refusal then;
} rows[] = {
    {AT_EARLY_PAGES, "election", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_EARLY_PAGES, "files/0/digest", FLIPPED, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_EARLY_PAGES, "files/0/path", "\"a.html\"", 0, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_EARLY_PAGES, "files/1/digest", FLIPPED, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_EARLY_PAGES, "files/1/path", "\"w.js\"", 0, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_LATER_PAGES, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_LATER_PAGES, "files/0/digest", FLIPPED, REFUSAL_NONE, AT_CLOSE, REFUSAL_TREE_DIFFERS},

    {AT_EARLY_NOTE, "author", KEY_OF(STRANGER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_EARLY_NOTE, "author", KEY_OF(VOTER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_EARLY_NOTE, "author", KEY_OF(MEDIATOR), REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_EARLY_NOTE, "election", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_EARLY_NOTE, "text/fr", "\"Rien.\"", 0, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_LATER_NOTE, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_LATER_NOTE, "text/fr", "\"Rien.\"", 0, REFUSAL_NONE, AT_CLOSE, REFUSAL_TREE_DIFFERS},
    {AT_NOTE_BEFORE_PAPER, "text/fr", "\"Rien.\"", 0, REFUSAL_NONE, ANYWHERE, 0},
    {AT_LAST_NOTE, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_LAST_NOTE, "author", KEY_OF(DRAWER), REFUSAL_NOT_LISTED, 0, 0},

    {AT_ELECTORATE, "credentials", "13", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_ELECTORATE, "election", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_ELECTORATE, "eligibility", FLIPPED, REFUSAL_ELIGIBILITY_DIFFERS, 0, 0},
    {AT_ELECTORATE, "keys/digest", FLIPPED, REFUSAL_ATTACHMENT_MISSING, 0, 0},
    {AT_ELECTORATE, "keys/length", "416", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_ELECTORATE, "registrar", KEY_OF(ORGANISER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_ELECTORATE, "registrar", KEY_OF(REGISTRAR_2), REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},
    {AT_ELECTORATE, "roll", FLIPPED, REFUSAL_NONE, AT_OPEN, REFUSAL_TREE_DIFFERS},

    {AT_OPEN, "credentials", "14", 0, REFUSAL_CREDENTIALS_DIFFER, 0, 0},
    {AT_OPEN, "credentials", "16", 0, REFUSAL_CREDENTIALS_DIFFER, 0, 0},
    {AT_OPEN, "election", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_OPEN, "root", FLIPPED, REFUSAL_TREE_DIFFERS, 0, 0},
    {AT_OPEN, "size", "4", 0, REFUSAL_TREE_DIFFERS, 0, 0},
    {AT_OPEN, "size", "6", 0, REFUSAL_TREE_DIFFERS, 0, 0},

    {AT_FIRST_BALLOT, "choice/approve/0", "\"mural\"", 0, REFUSAL_NONE, AT_SECOND_BALLOT,
     REFUSAL_STALE},
    {AT_FIRST_BALLOT, "choice/approve/0", "\"tower\"", 0, REFUSAL_CHOICE, 0, 0},
    {AT_FIRST_BALLOT, "credential", KEY_OF(VOTER + 5), REFUSAL_NONE, AT_SECOND_BALLOT,
     REFUSAL_STALE},
    {AT_FIRST_BALLOT, "credential", KEY_OF(STRANGER), REFUSAL_UNKNOWN_CREDENTIAL, 0, 0},
    {AT_FIRST_BALLOT, "credential", KEY_OF(ORGANISER), REFUSAL_UNKNOWN_CREDENTIAL, 0, 0},
    {AT_FIRST_BALLOT, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_FIRST_BALLOT, "replaces", FLIPPED, REFUSAL_STALE, 0, 0},
    {AT_BLANK_BALLOT, "choice/blank", "false", 0, REFUSAL_CHOICE, 0, 0},
    {AT_BLANK_BALLOT, "choice", "{\"approve\":[\"swing\"]}", 0, REFUSAL_NONE, AT_CLOSE,
     REFUSAL_TREE_DIFFERS},
    {AT_SECOND_BALLOT, "choice/approve/0", "\"mural\"", 0, REFUSAL_NONE, AT_CLOSE,
     REFUSAL_TREE_DIFFERS},
    {AT_SECOND_BALLOT, "credential", KEY_OF(VOTER + 5), REFUSAL_STALE, 0, 0},
    {AT_SECOND_BALLOT, "credential", KEY_OF(VOTER + 1), REFUSAL_STALE, 0, 0},
    {AT_SECOND_BALLOT, "replaces", FLIPPED, REFUSAL_STALE, 0, 0},
    {AT_SECOND_BALLOT, "replaces", "null", 0, REFUSAL_STALE, 0, 0},
    {AT_REPLACED_BALLOT, "credential", KEY_OF(VOTER + 2), REFUSAL_STRUCK, 0, 0},
    {AT_REPLACED_BALLOT, "credential", KEY_OF(VOTER + 3), REFUSAL_STRUCK, 0, 0},
    {AT_REPLACED_BALLOT, "credential", KEY_OF(VOTER + 41), REFUSAL_UNKNOWN_CREDENTIAL, 0, 0},

    {AT_LOST, "credential", KEY_OF(VOTER), REFUSAL_ALREADY_VOTED, 0, 0},
    {AT_LOST, "credential", KEY_OF(VOTER + 1), REFUSAL_ALREADY_VOTED, 0, 0},
    {AT_LOST, "credential", KEY_OF(STRANGER), REFUSAL_UNKNOWN_CREDENTIAL, 0, 0},
    {AT_LOST, "credential", KEY_OF(VOTER + 5), REFUSAL_NONE, AT_CLOSE, REFUSAL_TREE_DIFFERS},
    {AT_LOST, "credential", KEY_OF(VOTER + 3), REFUSAL_NONE, AT_STRUCK, REFUSAL_STRUCK},
    {AT_LOST, "for", "\"paper\"", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_LOST, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_LOST, "registrar", KEY_OF(ORGANISER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_LOST, "registrar", KEY_OF(SCRUTINEER_2), REFUSAL_NOT_LISTED, 0, 0},
    {AT_LOST, "registrar", KEY_OF(REGISTRAR_2), REFUSAL_NONE, AT_CLOSE, REFUSAL_TREE_DIFFERS},
    {AT_LOST, "replacement", KEY_OF(VOTER + 5), REFUSAL_CREDENTIAL_REPEATED, 0, 0},
    {AT_LOST, "replacement", KEY_OF(VOTER + 2), REFUSAL_CREDENTIAL_REPEATED, 0, 0},
    {AT_LOST, "replacement", KEY_OF(MEDIATOR), REFUSAL_CREDENTIAL_REPEATED, 0, 0},
    {AT_LOST, "replacement", KEY_OF(WITNESS), REFUSAL_CREDENTIAL_REPEATED, 0, 0},
    {AT_LOST, "replacement", KEY_OF(VOTER + 41), REFUSAL_NONE, AT_REPLACED_BALLOT,
     REFUSAL_UNKNOWN_CREDENTIAL},
    {AT_LOST, "replacement", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", 0,
     REFUSAL_MALFORMED, 0, 0},
    {AT_LOST, "scrutineer", KEY_OF(STRANGER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_LOST, "scrutineer", KEY_OF(REGISTRAR_2), REFUSAL_NOT_LISTED, 0, 0},
    {AT_LOST, "scrutineer", KEY_OF(SCRUTINEER_3), REFUSAL_NONE, AT_CLOSE, REFUSAL_TREE_DIFFERS},
    {AT_STRUCK, "credential", KEY_OF(VOTER + 2), REFUSAL_STRUCK, 0, 0},
    {AT_STRUCK, "credential", KEY_OF(VOTER + 40), REFUSAL_NONE, AT_REPLACED_BALLOT, REFUSAL_STRUCK},
    {AT_STRUCK, "for", "\"lost\"", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_STRUCK, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_STRUCK, "registrar", KEY_OF(STRANGER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_STRUCK, "replacement", KEY_OF(VOTER + 41), REFUSAL_MALFORMED, 0, 0},
    {AT_STRUCK, "scrutineer", KEY_OF(STRANGER), REFUSAL_NOT_LISTED, 0, 0},

    {AT_CLOSE, "indexes", FLIPPED, REFUSAL_STANDING_DIFFERS, 0, 0},
    {AT_CLOSE, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_CLOSE, "root", FLIPPED, REFUSAL_TREE_DIFFERS, 0, 0},
    {AT_CLOSE, "size", "15", 0, REFUSAL_TREE_DIFFERS, 0, 0},
    {AT_CLOSE, "size", "17", 0, REFUSAL_TREE_DIFFERS, 0, 0},
    {AT_CLOSE, "standing", "3", 0, REFUSAL_STANDING_DIFFERS, 0, 0},
    {AT_CLOSE, "standing", "5", 0, REFUSAL_STANDING_DIFFERS, 0, 0},

    {AT_PAPER, "attendance", "3", 0, REFUSAL_NONE, ANYWHERE, 0},
    {AT_PAPER, "ballots", "null", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_PAPER, "ballots/digest", FLIPPED, REFUSAL_ATTACHMENT_MISSING, 0, 0},
    {AT_PAPER, "ballots/length", "1", 0, REFUSAL_ATTACHMENT_WRONG, 0, 0},
    {AT_PAPER, "count", "3", 0, REFUSAL_PAPER_DIFFERS, 0, 0},
    {AT_PAPER, "count", "1", 0, REFUSAL_ATTACHMENT_WRONG, 0, 0},
    {AT_PAPER, "count", "0", 0, REFUSAL_MALFORMED, 0, 0},
    {AT_PAPER, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_PAPER, "scrutineers/0", KEY_OF(SCRUTINEER_2), REFUSAL_MALFORMED, 0, 0},
    {AT_PAPER, "scrutineers/1", KEY_OF(SCRUTINEER), REFUSAL_MALFORMED, 0, 0},

    {AT_DRAW, "drawer", KEY_OF(STRANGER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_DRAW, "drawer", KEY_OF(ORGANISER), REFUSAL_NOT_LISTED, 0, 0},
    {AT_DRAW, "drawer", KEY_OF(DRAWER_2), REFUSAL_COMMITMENT_DIFFERS, 0, 0},
    {AT_DRAW, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_DRAW, "secret", FLIPPED, REFUSAL_COMMITMENT_DIFFERS, 0, 0},
    {AT_SECOND_DRAW, "drawer", KEY_OF(DRAWER), REFUSAL_NOT_NOW, 0, 0},

    {AT_RESULT, "open", FLIPPED, REFUSAL_WRONG_ELECTION, 0, 0},
    {AT_RESULT, "outcome/digest", FLIPPED, REFUSAL_ATTACHMENT_MISSING, 0, 0},
    {AT_RESULT, "outcome/length", "17", 0, REFUSAL_ATTACHMENT_WRONG, 0, 0},
};

/* --- altering --- */

static json_t *step_into(json_t *value, const char *name)
{
  return json_is_array(value) ? json_array_get(value, (size_t)strtoul(name, NULL, 10))
                              : json_object_get(value, name);
}

/* The object or array in which the member stands, and its name. */
static json_t *walk_to(json_t *payload, const char *member, char name[64])
{
  json_t *outer = payload;
  const char *rest = member;
  for (const char *slash; (slash = strchr(rest, '/')) != NULL; rest = slash + 1) {
    snprintf(name, 64, "%.*s", (int)(slash - rest), rest);
    outer = step_into(outer, name);
  }
  snprintf(name, 64, "%s", rest);
  return outer;
}

static json_t *flip(const json_t *old)
{
  char text[DIGEST_TEXT];
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  if (json_is_string(old))
    snprintf(text, sizeof text, "%s", json_string_value(old));
  text[40] = text[40] == '0' ? '1' : '0';
  return json_string(text);
}

static void alter(json_t *payload, const struct row *row)
{
  char name[64];
  json_t *outer = walk_to(payload, row->member, name);
  json_t *value = row->value != NULL   ? json_loads(row->value, JSON_DECODE_ANY, NULL)
                  : row->key != NOBODY ? rehearsal_key_text(row->key)
                                       : flip(step_into(outer, name));
  assert_non_null(value);
  if (json_is_array(outer))
    json_array_set_new(outer, (size_t)strtoul(name, NULL, 10), value);
  else
    json_object_set_new(outer, name, value);
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

static void expect(const struct row *row, const struct rehearsal *play, enum refusal right)
{
  if (play->refusal != right)
    fail_msg("%s %u, %s: %s instead of %s: %s: %s (%s)", rehearsal_kind_at(row->place), row->place,
             row->member, refusal_name(play->refusal), refusal_name(right), play->fault.where,
             play->fault.what, play->fault.expected);
}

/* What the altered entry has led to. */
static void follow(const struct row *row, struct rehearsal *play)
{
  for (unsigned i = row->place + 1U; i < REHEARSAL_PLACES; i++) {
    rehearsal_append(play, buffer_span(&original.lines[i]));
    expect(row, play, i == (unsigned)row->later ? row->then : REFUSAL_NONE);
    if (i == (unsigned)row->later)
      return;
  }
  struct digest before = board_root(&original.board);
  struct digest after = board_root(&play->board);
  assert_true(digest_compare(&before, &after) != 0);
}

static void every_alteration_is_refused_by_name(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct rehearsal play;
    replay_until(&play, rows[i].place);
    json_t *payload = payload_of(rows[i].place);
    alter(payload, &rows[i]);
    rehearsal_try(&play, rehearsal_kind_at(rows[i].place), payload);
    expect(&rows[i], &play, rows[i].refusal);
    if (rows[i].refusal == REFUSAL_NONE)
      follow(&rows[i], &play);
    else if (rehearsal_append(&play, buffer_span(&original.lines[rows[i].place])) != REFUSAL_NONE)
      fail_msg("after a refusal the right entry is refused: %s", play.fault.what);
    rehearsal_end(&play);
  }
}

/* --- whether the table is whole --- */

static bool has_row(const char *kind, const char *member)
{
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rehearsal_kind_at(rows[i].place), kind) == 0 && strcmp(rows[i].member, member) == 0)
      return true;
  return false;
}

/* Lists are alike in all their elements; a row for each of the first two will do. */
static void look_for_rows(const char *kind, const char *way, json_t *value)
{
  char inner[256];
  if (json_is_object(value)) {
    const char *name;
    json_t *member;
    json_object_foreach(value, name, member)
    {
      snprintf(inner, sizeof inner, "%s%s%s", way, way[0] == '\0' ? "" : "/", name);
      look_for_rows(kind, inner, member);
    }
  } else if (json_is_array(value)) {
    for (size_t i = 0; i < json_array_size(value) && i < 2; i++) {
      snprintf(inner, sizeof inner, "%s/%zu", way, i);
      look_for_rows(kind, inner, json_array_get(value, i));
    }
  } else if (!json_is_array(value) && !has_row(kind, way)) {
    fail_msg("no row alters '%s' of '%s'", way, kind);
  }
}

static void every_member_of_every_kind_is_altered(void **state)
{
  (void)state;
  for (unsigned place = AT_EARLY_PAGES; place < REHEARSAL_PLACES; place++) {
    if (place == AT_REPLACED_BALLOT || place == AT_LAST_BALLOT)
      continue; /* as the first ballot, but with two projects */
    json_t *payload = payload_of((enum rehearsal_place)place);
    look_for_rows(rehearsal_kind_at((enum rehearsal_place)place), "", payload);
    json_decref(payload);
  }
}

/* --- whole lines --- */

static void a_line_signed_by_nobody_who_may_is_refused(void **state)
{
  (void)state;
  static const enum actor stranger[] = {STRANGER};
  for (unsigned place = 0; place < REHEARSAL_PLACES; place++) {
    struct rehearsal play;
    replay_until(&play, (enum rehearsal_place)place);
    json_t *payload = payload_of((enum rehearsal_place)place);
    struct buffer line =
        rehearsal_sign_by(rehearsal_kind_at((enum rehearsal_place)place), payload, stranger, 1);
    assert_string_equal(refusal_name(rehearsal_append(&play, buffer_span(&line))),
                        refusal_name(REFUSAL_WRONG_SIGNER));
    buffer_free(&line);
    json_decref(payload);
    rehearsal_end(&play);
  }
}

static void no_bit_of_a_line_may_change(void **state)
{
  (void)state;
  for (unsigned place = 0; place < REHEARSAL_PLACES; place++) {
    struct rehearsal play;
    struct span line = buffer_span(&original.lines[place]);
    struct buffer other = {0};
    replay_until(&play, (enum rehearsal_place)place);
    for (size_t at = place; at < line.length; at += 41) {
      other.length = 0;
      buffer_add(&other, line);
      other.bytes[at] = (char)(other.bytes[at] ^ (1 << at % 7));
      assert_int_not_equal(rehearsal_append(&play, buffer_span(&other)), REFUSAL_NONE);
    }
    buffer_free(&other);
    rehearsal_end(&play);
  }
}

/* Each line left out: somebody notices, or at least the root is another. */
static void no_line_may_be_missing(void **state)
{
  (void)state;
  static const struct {
    enum rehearsal_place missing, noticed;
    enum refusal refusal;
  } noticed[] = {
      {AT_MANIFEST, AT_EARLY_PAGES, REFUSAL_NOT_NOW},
      {AT_EARLY_PAGES, AT_OPEN, REFUSAL_TREE_DIFFERS},
      {AT_EARLY_NOTE, AT_OPEN, REFUSAL_TREE_DIFFERS},
      {AT_ELECTORATE, AT_OPEN, REFUSAL_TREE_DIFFERS},
      {AT_SECOND_ELECTORATE, AT_OPEN, REFUSAL_TREE_DIFFERS},
      {AT_OPEN, AT_FIRST_BALLOT, REFUSAL_NOT_NOW},
      {AT_FIRST_BALLOT, AT_SECOND_BALLOT, REFUSAL_STALE},
      {AT_BLANK_BALLOT, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_LATER_PAGES, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_SECOND_BALLOT, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_LOST, AT_REPLACED_BALLOT, REFUSAL_UNKNOWN_CREDENTIAL},
      {AT_STRUCK, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_ALSO_STRUCK, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_REPLACED_BALLOT, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_LAST_BALLOT, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_LATER_NOTE, AT_CLOSE, REFUSAL_TREE_DIFFERS},
      {AT_CLOSE, AT_PAPER, REFUSAL_NOT_NOW},
      {AT_NOTE_BEFORE_PAPER, REHEARSAL_PLACES, REFUSAL_NONE},
      {AT_PAPER, AT_DRAW, REFUSAL_NOT_NOW},
      {AT_DRAW, AT_RESULT, REFUSAL_DRAW_INCOMPLETE},
      {AT_SECOND_DRAW, AT_RESULT, REFUSAL_DRAW_INCOMPLETE},
      {AT_RESULT, REHEARSAL_PLACES, REFUSAL_NONE},
      {AT_LAST_NOTE, REHEARSAL_PLACES, REFUSAL_NONE},
  };
  assert_int_equal(sizeof noticed / sizeof *noticed, REHEARSAL_PLACES);
  for (size_t i = 0; i < sizeof noticed / sizeof *noticed; i++) {
    struct rehearsal play;
    enum refusal refusal = REFUSAL_NONE;
    unsigned at = noticed[i].missing;
    replay_until(&play, noticed[i].missing);
    while (refusal == REFUSAL_NONE && ++at < REHEARSAL_PLACES)
      refusal = rehearsal_append(&play, buffer_span(&original.lines[at]));
    assert_int_equal(at, noticed[i].noticed);
    assert_string_equal(refusal_name(refusal), refusal_name(noticed[i].refusal));
    struct digest before = board_root(&original.board);
    struct digest after = board_root(&play.board);
    assert_true(digest_compare(&before, &after) != 0);
    rehearsal_end(&play);
  }
}

static void no_line_may_stand_twice(void **state)
{
  (void)state;
  struct rehearsal play;
  replay_until(&play, AT_MANIFEST);
  for (unsigned i = 0; i < REHEARSAL_PLACES; i++) {
    assert_int_equal(rehearsal_append(&play, buffer_span(&original.lines[i])), REFUSAL_NONE);
    for (unsigned j = 0; j <= i; j++) {
      char what[64];
      snprintf(what, sizeof what, "the same line is entry %u", j);
      assert_int_equal(rehearsal_append(&play, buffer_span(&original.lines[j])), REFUSAL_REPEATED);
      assert_string_equal(play.fault.what, what);
    }
  }
  rehearsal_end(&play);
}

/* --- another board --- */

/* Plays the same election with another title; each line of one is tried on the other. */
static void nothing_can_be_replayed_in_another_election(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_begin(&play);
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(json_object_get(manifest, "title"), "fr", json_string("Autre"));
  rehearsal_add(&play, "manifest", manifest);
  for (unsigned i = AT_EARLY_PAGES; i < REHEARSAL_PLACES; i++) {
    assert_string_equal(refusal_name(rehearsal_append(&play, buffer_span(&original.lines[i]))),
                        refusal_name(REFUSAL_WRONG_ELECTION));
    rehearsal_add(&play, rehearsal_kind_at((enum rehearsal_place)i),
                  rehearsal_payload_at(&play, (enum rehearsal_place)i));
  }
  rehearsal_end(&play);
}

/* The same manifest, but one voter more: what follows the opening is for that opening only. */
static void nothing_can_be_replayed_on_another_electorate(void **state)
{
  (void)state;
  struct rehearsal play;
  replay_until(&play, AT_OPEN);
  rehearsal_add(&play, "electorate", rehearsal_electorate(&play, VOTER + 50, 1));
  assert_int_equal(rehearsal_append(&play, buffer_span(&original.lines[AT_OPEN])),
                   REFUSAL_TREE_DIFFERS);
  rehearsal_add(&play, "open", rehearsal_open(&play));
  for (unsigned i = AT_FIRST_BALLOT; i < REHEARSAL_PLACES; i++) {
    assert_string_equal(refusal_name(rehearsal_append(&play, buffer_span(&original.lines[i]))),
                        refusal_name(REFUSAL_WRONG_ELECTION));
    rehearsal_add(&play, rehearsal_kind_at((enum rehearsal_place)i),
                  rehearsal_payload_at(&play, (enum rehearsal_place)i));
  }
  rehearsal_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_alteration_is_refused_by_name),
      cmocka_unit_test(every_member_of_every_kind_is_altered),
      cmocka_unit_test(a_line_signed_by_nobody_who_may_is_refused),
      cmocka_unit_test(no_bit_of_a_line_may_change),
      cmocka_unit_test(no_line_may_be_missing),
      cmocka_unit_test(no_line_may_stand_twice),
      cmocka_unit_test(nothing_can_be_replayed_in_another_election),
      cmocka_unit_test(nothing_can_be_replayed_on_another_electorate),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
