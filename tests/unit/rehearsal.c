#include "tests/unit/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/canonical.h"

#define VOTERS_FIRST 12

/* --- people --- */

/* Made once: whoever signs is looked for among all of them. */
struct signing_key rehearsal_key(enum actor actor)
{
  static struct signing_key keys[ACTORS];
  static bool made[ACTORS];
  if (!made[actor]) {
    uint8_t seed[SEED_BYTES] = {'p', 'l', 'a', 'y', (uint8_t)actor};
    signing_key_make(seed, &keys[actor]);
    made[actor] = true;
  }
  return keys[actor];
}

static json_t *base64_text(const uint8_t *bytes, size_t length)
{
  char text[64];
  base64_write(bytes, length, text);
  return json_stringn(text, base64_text_length(length));
}

json_t *rehearsal_key_text(enum actor actor)
{
  struct signing_key key = rehearsal_key(actor);
  return base64_text(key.public_key.bytes, PUBLIC_KEY_BYTES);
}

/* Whose key the text is. */
static enum actor owner_of(const json_t *text)
{
  for (unsigned actor = 1; actor < ACTORS; actor++) {
    json_t *key = rehearsal_key_text((enum actor)actor);
    bool same = json_equal(key, text);
    json_decref(key);
    if (same)
      return (enum actor)actor;
  }
  return STRANGER;
}

static struct digest secret_of(enum actor actor)
{
  struct digest secret = {.bytes = {'s', 'e', 'c', 'r', 'e', 't', (uint8_t)actor}};
  return secret;
}

json_t *rehearsal_digest(const struct digest *digest)
{
  char text[DIGEST_TEXT];
  digest_write(digest, text);
  return json_string(text);
}

json_t *rehearsal_secret(enum actor actor)
{
  struct digest secret = secret_of(actor);
  return rehearsal_digest(&secret);
}

static json_t *commitment(enum actor actor)
{
  struct digest secret = secret_of(actor);
  struct digest digest =
      digest_of((struct span){.bytes = (const char *)secret.bytes, .length = DIGEST_BYTES});
  return json_pack("{s:o, s:o}", "commitment", rehearsal_digest(&digest), "key",
                   rehearsal_key_text(actor));
}

static json_t *note_key_text(enum actor actor, const char *name, enum note_key_type type)
{
  struct signing_key signing_key = rehearsal_key(actor);
  struct note_key key;
  struct fault fault;
  struct buffer text = {0};
  assert_int_equal(note_key_make(span_of(name), type, &signing_key.public_key, &key, &fault),
                   STATUS_OK);
  note_key_write(&key, &text);
  json_t *value = json_stringn(text.bytes, text.length);
  buffer_free(&text);
  return value;
}

/* --- the board --- */

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  struct rehearsal *play = context;
  for (size_t i = 0; i < play->attachment_count; i++) {
    struct digest digest = digest_of(buffer_span(&play->attachments[i]));
    if (digest_compare(&digest, &attachment->digest) != 0)
      continue;
    *bytes = buffer_span(&play->attachments[i]);
    return STATUS_OK;
  }
  return fault_set(fault, STATUS_REFUSED, "attachment", "one of those stored", "it is not there");
}

struct attachment_source rehearsal_source(struct rehearsal *play)
{
  return (struct attachment_source){.context = play, .read = read_attachment};
}

void rehearsal_begin(struct rehearsal *play)
{
  *play = (struct rehearsal){0};
  struct attachment_source source = rehearsal_source(play);
  board_begin(&play->board, &play->arena, &source);
}

void rehearsal_end(struct rehearsal *play)
{
  for (size_t i = 0; i < play->size; i++)
    buffer_free(&play->lines[i]);
  for (size_t i = 0; i < play->attachment_count; i++)
    buffer_free(&play->attachments[i]);
  arena_free(&play->arena);
}

json_t *rehearsal_attach(struct rehearsal *play, struct span bytes)
{
  struct digest digest = digest_of(bytes);
  bool known = false;
  for (size_t i = 0; i < play->attachment_count && !known; i++)
    known = span_equal(buffer_span(&play->attachments[i]), bytes);
  if (!known) {
    assert_in_range(play->attachment_count, 0, REHEARSAL_ATTACHMENTS - 1);
    buffer_add(&play->attachments[play->attachment_count++], bytes);
  }
  return json_pack("{s:o, s:I}", "digest", rehearsal_digest(&digest), "length",
                   (json_int_t)bytes.length);
}

/* RFC 6962 section 2.1, as it says it. */
static struct digest tree_root(const struct digest *leaves, size_t count)
{
  if (count == 0)
    return digest_of(SPAN(""));
  if (count == 1)
    return leaves[0];
  size_t half = 1;
  while (2 * half < count)
    half *= 2;
  struct digest left = tree_root(leaves, half);
  struct digest right = tree_root(leaves + half, count - half);
  struct buffer node = {0};
  buffer_add_byte(&node, 1);
  buffer_add(&node, (struct span){.bytes = (const char *)left.bytes, .length = DIGEST_BYTES});
  buffer_add(&node, (struct span){.bytes = (const char *)right.bytes, .length = DIGEST_BYTES});
  struct digest root = digest_of(buffer_span(&node));
  buffer_free(&node);
  return root;
}

/* --- payloads --- */

static json_t *project(const char *id, int cost)
{
  return json_pack("{s:i, s:s, s:{s:s}}", "cost", cost, "id", id, "title", "fr", id);
}

json_t *rehearsal_manifest(void)
{
  static const char origin[] = "vote.example/2027/lycee/projets";
  json_t *manifest = json_object();
  json_object_set_new(manifest, "ballot",
                      json_pack("{s:s, s:i, s:i}", "kind", "approval", "max", 2, "min", 1));
  json_object_set_new(manifest, "board",
                      json_pack("{s:o, s:i, s:s, s:i, s:[o]}", "key",
                                note_key_text(BOARD_STAFF, origin, NOTE_KEY_SIGNER),
                                "max_replacements", 2, "origin", origin, "witness_quorum", 0,
                                "witnesses",
                                note_key_text(WITNESS, "witness.example", NOTE_KEY_COSIGNER)));
  json_object_set_new(manifest, "budget", json_integer(1000));
  json_object_set_new(manifest, "credentials",
                      json_pack("{s:s, s:[o, o]}", "origin", "vote.example/2027/lycee",
                                "registrars", rehearsal_key_text(REGISTRAR),
                                rehearsal_key_text(REGISTRAR_2)));
  json_object_set_new(manifest, "currency", json_string("EUR"));
  json_object_set_new(manifest, "custody", json_pack("[s]", "organiser"));
  json_object_set_new(manifest, "draw",
                      json_pack("[o, o]", commitment(DRAWER), commitment(DRAWER_2)));
  json_object_set_new(manifest, "format", json_string("beffroi/1"));
  json_object_set_new(manifest, "mediators", json_pack("[o]", rehearsal_key_text(MEDIATOR)));
  json_object_set_new(manifest, "minor_unit", json_integer(2));
  json_object_set_new(manifest, "organiser", rehearsal_key_text(ORGANISER));
  json_object_set_new(manifest, "projects",
                      json_pack("[o, o, o, o]", project("bench", 300), project("garden", 500),
                                project("mural", 400), project("swing", 400)));
  json_object_set_new(manifest, "revote", json_true());
  json_object_set_new(manifest, "rule",
                      json_pack("{s:s, s:[s, s]}", "name", "greedy", "tie_break", "votes", "draw"));
  json_object_set_new(manifest, "scrutineers",
                      json_pack("{s:[o, o, o], s:b}", "keys", rehearsal_key_text(SCRUTINEER),
                                rehearsal_key_text(SCRUTINEER_2), rehearsal_key_text(SCRUTINEER_3),
                                "paper", 1));
  json_object_set_new(manifest, "secrecy", json_pack("{s:s}", "mode", "open"));
  json_object_set_new(manifest, "title", json_pack("{s:s}", "fr", "Budget du lycée"));
  json_object_set_new(
      manifest, "voting",
      json_pack("{s:s, s:s}", "closes", "2027-03-20T18:00:00Z", "opens", "2027-03-06T08:00:00Z"));
  return manifest;
}

/* The member that binds an entry to the opening or to the election. */
static void bind_to(const struct rehearsal *play, json_t *payload, bool open)
{
  json_object_set_new(payload, open ? "open" : "election",
                      rehearsal_digest(open ? &play->open : &play->election));
}

/* Of the kinds that may stand on both sides of the opening. */
static void bind(const struct rehearsal *play, json_t *payload)
{
  bind_to(play, payload, play->board.head.phase >= PHASE_OPEN);
}

json_t *rehearsal_pages(const struct rehearsal *play)
{
  struct digest page = digest_of(SPAN("page"));
  json_t *payload =
      json_pack("{s:[{s:o, s:s}, {s:o, s:s}]}", "files", "digest", rehearsal_digest(&page), "path",
                "index.html", "digest", rehearsal_digest(&page), "path", "vote.js");
  bind(play, payload);
  return payload;
}

static int compare_keys(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

json_t *rehearsal_electorate(struct rehearsal *play, enum actor first, size_t count)
{
  struct public_key keys[ACTORS];
  for (size_t i = 0; i < count; i++)
    keys[i] = rehearsal_key((enum actor)(first + i)).public_key;
  qsort(keys, count, sizeof *keys, compare_keys);
  struct digest roll = digest_of(SPAN("the roll, salted"));
  json_t *payload =
      json_pack("{s:I, s:o, s:o, s:o}", "credentials", (json_int_t)count, "keys",
                rehearsal_attach(play, (struct span){.bytes = (const char *)keys,
                                                     .length = count * PUBLIC_KEY_BYTES}),
                "registrar", rehearsal_key_text(REGISTRAR), "roll", rehearsal_digest(&roll));
  bind_to(play, payload, false);
  return payload;
}

static void add_tree(const struct rehearsal *play, json_t *payload)
{
  struct digest root = tree_root(play->leaves, play->size);
  json_object_set_new(payload, "root", rehearsal_digest(&root));
  json_object_set_new(payload, "size", json_integer((json_int_t)play->size));
}

json_t *rehearsal_open(const struct rehearsal *play)
{
  json_t *payload = json_pack("{s:I}", "credentials", (json_int_t)play->board.head.credentials);
  add_tree(play, payload);
  bind_to(play, payload, false);
  return payload;
}

json_t *rehearsal_ballot(const struct rehearsal *play, enum actor voter, const char *choice)
{
  size_t standing = play->ballot[voter];
  json_t *value = json_loads(choice, 0, NULL);
  assert_non_null(value);
  json_t *payload = json_pack(
      "{s:o, s:o, s:o}", "choice", value, "credential", rehearsal_key_text(voter), "replaces",
      standing == 0 ? json_null() : rehearsal_digest(&play->leaves[standing - 1]));
  bind_to(play, payload, true);
  return payload;
}

json_t *rehearsal_revocation(const struct rehearsal *play, enum actor voter, enum actor replacement)
{
  json_t *payload =
      json_pack("{s:o, s:s, s:o, s:o}", "credential", rehearsal_key_text(voter), "for",
                replacement == NOBODY ? "paper" : "lost", "registrar",
                rehearsal_key_text(REGISTRAR), "scrutineer", rehearsal_key_text(SCRUTINEER));
  if (replacement != NOBODY)
    json_object_set_new(payload, "replacement", rehearsal_key_text(replacement));
  bind_to(play, payload, true);
  return payload;
}

static int compare_numbers(const void *a, const void *b)
{
  const size_t *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

json_t *rehearsal_close(const struct rehearsal *play)
{
  size_t standing[ACTORS];
  size_t count = 0;
  for (size_t i = 0; i < ACTORS; i++)
    if (play->ballot[i] != 0)
      standing[count++] = play->ballot[i] - 1;
  qsort(standing, count, sizeof *standing, compare_numbers);
  struct buffer list = {0};
  for (size_t i = 0; i < count; i++)
    for (int shift = 56; shift >= 0; shift -= 8)
      buffer_add_byte(&list, (char)((uint64_t)standing[i] >> shift & 0xff));
  struct digest indexes = digest_of(buffer_span(&list));
  buffer_free(&list);
  json_t *payload =
      json_pack("{s:o, s:I}", "indexes", rehearsal_digest(&indexes), "standing", (json_int_t)count);
  add_tree(play, payload);
  bind_to(play, payload, true);
  return payload;
}

json_t *rehearsal_paper(struct rehearsal *play, size_t count, const char *choices)
{
  struct signing_key one = rehearsal_key(SCRUTINEER);
  struct signing_key two = rehearsal_key(SCRUTINEER_2);
  bool ascending = compare_keys(&one.public_key, &two.public_key) < 0;
  json_t *payload = json_pack(
      "{s:I, s:o, s:I, s:[o, o]}", "attendance", (json_int_t)count, "ballots",
      choices == NULL ? json_null() : rehearsal_attach(play, span_of(choices)), "count",
      (json_int_t)count, "scrutineers", rehearsal_key_text(ascending ? SCRUTINEER : SCRUTINEER_2),
      rehearsal_key_text(ascending ? SCRUTINEER_2 : SCRUTINEER));
  bind_to(play, payload, true);
  return payload;
}

json_t *rehearsal_draw(const struct rehearsal *play, enum actor drawer)
{
  json_t *payload = json_pack("{s:o, s:o}", "drawer", rehearsal_key_text(drawer), "secret",
                              rehearsal_secret(drawer));
  bind_to(play, payload, true);
  return payload;
}

json_t *rehearsal_result(struct rehearsal *play)
{
  struct buffer outcome = {0};
  struct fault fault;
  /* Before the ballots are complete there is none, and any will do. */
  if (board_outcome(&play->board, &outcome, &fault) != STATUS_OK)
    buffer_add(&outcome, SPAN("{}"));
  json_t *payload = json_pack("{s:o}", "outcome", rehearsal_attach(play, buffer_span(&outcome)));
  buffer_free(&outcome);
  bind_to(play, payload, true);
  return payload;
}

json_t *rehearsal_note(const struct rehearsal *play, enum actor author, const char *text)
{
  json_t *payload =
      json_pack("{s:o, s:{s:s}}", "author", rehearsal_key_text(author), "text", "fr", text);
  bind(play, payload);
  return payload;
}

/* --- lines --- */

struct buffer rehearsal_sign_by(const char *kind, const json_t *payload, const enum actor *signers,
                                size_t count)
{
  struct arena arena = {0};
  struct buffer text = {0};
  struct buffer line = {0};
  struct fault fault;
  struct envelope_signature signatures[ENVELOPE_SIGNATURES];
  assert_int_equal(canonical_write(payload, &text, &fault), STATUS_OK);
  for (size_t i = 0; i < count; i++) {
    struct signing_key key = rehearsal_key(signers[i]);
    assert_int_equal(
        envelope_sign(span_of(kind), buffer_span(&text), &key, &arena, &signatures[i], &fault),
        STATUS_OK);
  }
  assert_int_equal(
      envelope_write(span_of(kind), buffer_span(&text), signatures, count, &line, &fault),
      STATUS_OK);
  buffer_free(&text);
  arena_free(&arena);
  return line;
}

static const struct {
  const char *kind;
  const char *members[2]; /* of the payload, whose keys have to sign; none: the organiser */
} signers_of[] = {
    {"manifest", {"organiser"}}, {"electorate", {"registrar"}},
    {"ballot", {"credential"}},  {"revocation", {"registrar", "scrutineer"}},
    {"paper", {"scrutineers"}},  {"draw", {"drawer"}},
    {"note", {"author"}},
};

struct buffer rehearsal_sign(const char *kind, const json_t *payload)
{
  enum actor signers[2] = {ORGANISER};
  size_t count = 0;
  for (size_t i = 0; i < sizeof signers_of / sizeof *signers_of; i++) {
    if (strcmp(signers_of[i].kind, kind) != 0)
      continue;
    for (size_t j = 0; j < 2 && signers_of[i].members[j] != NULL; j++) {
      const json_t *member = json_object_get(payload, signers_of[i].members[j]);
      if (!json_is_array(member))
        signers[count++] = owner_of(member);
      for (size_t k = 0; k < json_array_size(member) && count < 2; k++)
        signers[count++] = owner_of(json_array_get(member, k));
    }
  }
  /* One who stands twice cannot sign twice. */
  if (count == 2 && signers[0] == signers[1])
    count = 1;
  return rehearsal_sign_by(kind, payload, signers, count == 0 ? 1 : count);
}

/* What the rehearsal itself remembers of a line that was admitted. */
static void remember(struct rehearsal *play, struct span line)
{
  struct entry entry;
  struct fault fault;
  struct arena arena = {0};
  assert_in_range(play->size, 0, REHEARSAL_ENTRIES - 1);
  assert_int_equal(entry_read(line, &arena, &entry, &fault), STATUS_OK);
  buffer_add(&play->lines[play->size], line);
  struct buffer prefixed = {0};
  buffer_add_byte(&prefixed, 0);
  buffer_add(&prefixed, line);
  play->leaves[play->size] = digest_of(buffer_span(&prefixed));
  buffer_free(&prefixed);
  if (entry.kind == ENTRY_MANIFEST)
    play->election = digest_of(entry.envelope.payload);
  if (entry.kind == ENTRY_OPEN)
    play->open = play->leaves[play->size];
  if (entry.kind == ENTRY_BALLOT) {
    for (unsigned actor = 1; actor < ACTORS; actor++) {
      struct signing_key key = rehearsal_key((enum actor)actor);
      if (compare_keys(&key.public_key, &entry.body.ballot.credential) == 0)
        play->ballot[actor] = play->size + 1;
    }
  }
  play->size++;
  entry_release(&entry);
  arena_free(&arena);
}

enum refusal rehearsal_append(struct rehearsal *play, struct span line)
{
  uint64_t size = play->board.head.size;
  play->refusal = REFUSAL_COUNT;
  play->fault = (struct fault){0};
  enum status status = board_append(&play->board, line, &play->refusal, &play->fault);
  if (status == STATUS_OK) {
    assert_int_equal(play->refusal, REFUSAL_NONE);
    assert_int_equal(play->board.head.size, size + 1);
    remember(play, line);
    return REFUSAL_NONE;
  }
  assert_int_equal(status, STATUS_REFUSED);
  assert_int_equal(play->fault.status, STATUS_REFUSED);
  assert_in_range(play->refusal, REFUSAL_NONE + 1, REFUSAL_COUNT - 1);
  assert_true(play->fault.what[0] != '\0');
  assert_int_equal(play->board.head.size, size);
  return play->refusal;
}

enum refusal rehearsal_try(struct rehearsal *play, const char *kind, json_t *payload)
{
  struct buffer line = rehearsal_sign(kind, payload);
  enum refusal refusal = rehearsal_append(play, buffer_span(&line));
  buffer_free(&line);
  json_decref(payload);
  return refusal;
}

void rehearsal_add(struct rehearsal *play, const char *kind, json_t *payload)
{
  if (rehearsal_try(play, kind, payload) != REFUSAL_NONE)
    fail_msg("%s refused (%s): %s: %s (%s)", kind, refusal_name(play->refusal), play->fault.where,
             play->fault.what, play->fault.expected);
}

void rehearsal_refused(struct rehearsal *play, const char *kind, json_t *payload,
                       enum refusal refusal)
{
  enum refusal found = rehearsal_try(play, kind, payload);
  if (found != refusal)
    fail_msg("%s: %s instead of %s: %s: %s (%s)", kind, refusal_name(found), refusal_name(refusal),
             play->fault.where, play->fault.what, play->fault.expected);
}

/* --- whole stretches --- */

void rehearsal_prepare(struct rehearsal *play, json_t *manifest)
{
  rehearsal_begin(play);
  rehearsal_add(play, "manifest", manifest == NULL ? rehearsal_manifest() : manifest);
  rehearsal_add(play, "electorate", rehearsal_electorate(play, VOTER, VOTERS_FIRST));
}

void rehearsal_start(struct rehearsal *play, json_t *manifest)
{
  rehearsal_prepare(play, manifest);
  rehearsal_add(play, "open", rehearsal_open(play));
}
