#include "tests/unit/board_example.h"

#include <stdlib.h>
#include <string.h>

#include "ballots/draft.h"
#include "ballots/envelope.h"
#include "ballots/merkle.h"
#include "ballots/note.h"
#include "base/base64.h"
#include "base/buffer.h"

#define SCOPE  "vote.example.fr/bpl-2027/faidherbe"
#define ORIGIN SCOPE "/projets"

static void must(bool holds)
{
  if (!holds)
    abort();
}

/* --- keys --- */

struct signing_key example_key(enum example_key which)
{
  uint8_t seed[SEED_BYTES];
  struct signing_key key;
  memset(seed, (int)which + 1, sizeof seed);
  signing_key_make(seed, &key);
  return key;
}

struct public_key example_public_key(enum example_key which)
{
  return example_key(which).public_key;
}

static void secret_of_drawer(unsigned number, uint8_t secret[32])
{
  memset(secret, 0x40 + (int)number, 32);
}

/* --- the manifest --- */

static json_t *key_text(enum example_key which)
{
  struct public_key key = example_public_key(which);
  char text[(PUBLIC_KEY_BYTES + 2) / 3 * 4];
  base64_write(key.bytes, sizeof key.bytes, text);
  return json_stringn(text, sizeof text);
}

static json_t *verifier_text(struct span name, enum note_key_type type, enum example_key which)
{
  struct public_key public_key = example_public_key(which);
  struct note_key key;
  struct fault fault;
  struct buffer buffer = {0};
  must(note_key_make(name, type, &public_key, &key, &fault) == STATUS_OK);
  note_key_write(&key, &buffer);
  json_t *text = json_stringn(buffer.bytes, buffer.length);
  buffer_free(&buffer);
  return text;
}

static json_t *drawer(unsigned number)
{
  uint8_t secret[32];
  char commitment[DIGEST_TEXT];
  secret_of_drawer(number, secret);
  struct digest digest =
      digest_of((struct span){.bytes = (const char *)secret, .length = sizeof secret});
  digest_write(&digest, commitment);
  return json_pack("{s:s, s:o}", "commitment", commitment, "key",
                   key_text((enum example_key)(EXAMPLE_DRAWER_0 + number)));
}

static json_t *project(const char *id, int cost, const char *category, const char *title)
{
  json_t *made = json_pack("{s:s, s:i, s:{s:s}}", "id", id, "cost", cost, "title", "fr", title);
  if (category != NULL)
    json_object_set_new(made, "category", json_string(category));
  return made;
}

static json_t *example_projects(void)
{
  return json_pack("[o, o, o, o]", project("p01", 1250000, "sport", "Un abri pour les vélos"),
                   project("p02", 400000, NULL, "Des bancs dans la cour"),
                   project("p03", 900000, "culture,sport", "Un mur d'escalade"),
                   project("p04", 650000, "culture", "Une radio du lycée"));
}

static void set(json_t *object, const char *name, json_t *value)
{
  must(value != NULL && json_object_set_new(object, name, value) == 0);
}

json_t *example_manifest(void)
{
  json_t *manifest = json_object();
  must(manifest != NULL);
  set(manifest, "ballot", json_pack("{s:s, s:i, s:i}", "kind", "approval", "max", 3, "min", 1));
  set(manifest, "board",
      json_pack("{s:o, s:i, s:s, s:i, s:[o]}", "key",
                verifier_text(SPAN(ORIGIN), NOTE_KEY_SIGNER, EXAMPLE_BOARD), "max_replacements", 2,
                "origin", ORIGIN, "witness_quorum", 1, "witnesses",
                verifier_text(SPAN("witness.example.org"), NOTE_KEY_COSIGNER, EXAMPLE_WITNESS)));
  set(manifest, "budget", json_integer(2000000));
  set(manifest, "credentials",
      json_pack("{s:s, s:[o]}", "origin", SCOPE, "registrars", key_text(EXAMPLE_REGISTRAR)));
  set(manifest, "currency", json_string("EUR"));
  set(manifest, "custody", json_pack("[s]", "organiser"));
  set(manifest, "draw", json_pack("[o, o]", drawer(0), drawer(1)));
  set(manifest, "eligibility",
      json_string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  set(manifest, "format", json_string("beffroi/1"));
  set(manifest, "mediators", json_pack("[o]", key_text(EXAMPLE_MEDIATOR)));
  set(manifest, "minor_unit", json_integer(2));
  set(manifest, "organiser", key_text(EXAMPLE_ORGANISER));
  set(manifest, "projects", example_projects());
  set(manifest, "quorum", json_integer(2));
  set(manifest, "revote", json_true());
  set(manifest, "rule",
      json_pack("{s:s, s:[s], s:[s, s, s], s:s}", "name", "equal-shares", "completion", "add1u",
                "tie_break", "votes", "cost", "draw", "utility", "cost"));
  set(manifest, "scrutineers",
      json_pack("{s:[o, o], s:b}", "keys", key_text(EXAMPLE_SCRUTINEER_0),
                key_text(EXAMPLE_SCRUTINEER_1), "paper", 1));
  set(manifest, "secrecy", json_pack("{s:s}", "mode", "open"));
  set(manifest, "title",
      json_pack("{s:s, s:s}", "en", "Participatory budget 2027", "fr", "Budget participatif 2027"));
  set(manifest, "voting",
      json_pack("{s:s, s:s}", "closes", "2027-03-20T18:00:00Z", "opens", "2027-03-06T08:00:00Z"));
  return manifest;
}

/* --- lines --- */

static struct span keep(struct buffer *buffer, struct arena *arena)
{
  char *bytes = buffer->failed ? NULL : arena_copy(arena, buffer->bytes, buffer->length);
  must(bytes != NULL);
  struct span kept = {.bytes = bytes, .length = buffer->length};
  buffer_free(buffer);
  return kept;
}

struct span example_payload(const struct entry *entry, struct arena *arena)
{
  struct buffer buffer = {0};
  struct fault fault;
  must(draft_entry(entry, &buffer, &fault) == STATUS_OK);
  return keep(&buffer, arena);
}

struct span example_sign(enum entry_kind kind, struct span payload, const enum example_key *signers,
                         size_t count, struct arena *arena)
{
  const struct span name = span_of(entry_kind_name(kind));
  struct envelope_signature signatures[ENVELOPE_SIGNATURES];
  struct buffer buffer = {0};
  struct fault fault;
  for (size_t i = 0; i < count; i++) {
    struct signing_key key = example_key(signers[i]);
    must(envelope_sign(name, payload, &key, arena, &signatures[i], &fault) == STATUS_OK);
  }
  must(envelope_write(name, payload, signatures, count, &buffer, &fault) == STATUS_OK);
  return keep(&buffer, arena);
}

size_t example_signers(enum example_place place, enum example_key signers[EXAMPLE_SIGNERS_MAX])
{
  static const struct {
    size_t count;
    enum example_key keys[EXAMPLE_SIGNERS_MAX];
  } rows[EXAMPLE_ENTRIES] = {
      [EXAMPLE_AT_MANIFEST] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_PAGES] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_ELECTORATE] = {1, {EXAMPLE_REGISTRAR}},
      [EXAMPLE_AT_EARLY_NOTE] = {1, {EXAMPLE_REGISTRAR}},
      [EXAMPLE_AT_OPEN] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_FIRST_BALLOT] = {1, {EXAMPLE_CARD_0}},
      [EXAMPLE_AT_BLANK_BALLOT] = {1, {EXAMPLE_CARD_1}},
      [EXAMPLE_AT_LATER_PAGES] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_SECOND_BALLOT] = {1, {EXAMPLE_CARD_0}},
      [EXAMPLE_AT_LOST] = {2, {EXAMPLE_REGISTRAR, EXAMPLE_SCRUTINEER_0}},
      [EXAMPLE_AT_STRUCK] = {2, {EXAMPLE_REGISTRAR, EXAMPLE_SCRUTINEER_1}},
      [EXAMPLE_AT_LAST_BALLOT] = {1, {EXAMPLE_CARD_5}},
      [EXAMPLE_AT_CLOSE] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_PAPER] = {2, {EXAMPLE_SCRUTINEER_0, EXAMPLE_SCRUTINEER_1}},
      [EXAMPLE_AT_DRAW_0] = {1, {EXAMPLE_DRAWER_0}},
      [EXAMPLE_AT_DRAW_1] = {1, {EXAMPLE_DRAWER_1}},
      [EXAMPLE_AT_RESULT] = {1, {EXAMPLE_ORGANISER}},
      [EXAMPLE_AT_LATE_NOTE] = {1, {EXAMPLE_MEDIATOR}},
  };
  memcpy(signers, rows[place].keys, sizeof rows[place].keys);
  return rows[place].count;
}

/* --- the board --- */

struct maker {
  struct arena *arena;
  struct board_example *example;
  struct merkle_frontier tree;
  struct digest election;
  struct digest open;
};

static void append_line(struct maker *maker, enum example_place place, enum entry_kind kind,
                        struct span payload)
{
  struct example_entry *made = &maker->example->entries[place];
  enum example_key signers[EXAMPLE_SIGNERS_MAX];
  size_t count = example_signers(place, signers);
  must(maker->tree.size == place);
  made->kind = kind;
  made->line = example_sign(kind, payload, signers, count, maker->arena);
  made->leaf = merkle_leaf(made->line);
  merkle_append(&maker->tree, &made->leaf);
}

static void append(struct maker *maker, enum example_place place, enum entry_kind kind,
                   struct entry entry)
{
  entry.kind = kind;
  entry.binding.after_open = place > EXAMPLE_AT_OPEN;
  entry.binding.value = entry.binding.after_open ? maker->open : maker->election;
  maker->example->entries[place].entry = entry;
  append_line(maker, place, kind, example_payload(&entry, maker->arena));
}

/* Lives as long as the example. */
static const json_t *keep_json(struct maker *maker, json_t *value)
{
  must(value != NULL && json_array_append_new(maker->example->texts, value) == 0);
  return value;
}

static struct attachment attach(struct maker *maker, size_t place, struct span bytes)
{
  struct example_attachment *attachment = &maker->example->attachments[place];
  attachment->name = (struct attachment){.digest = digest_of(bytes), .length = bytes.length};
  attachment->bytes = bytes;
  return attachment->name;
}

static void append_manifest(struct maker *maker)
{
  json_t *draft = example_manifest();
  struct buffer buffer = {0};
  struct fault fault;
  must(draft_manifest(draft, &buffer, &fault) == STATUS_OK);
  json_decref(draft);
  struct span payload = keep(&buffer, maker->arena);
  maker->election = digest_of(payload);
  maker->example->entries[EXAMPLE_AT_MANIFEST].entry.kind = ENTRY_MANIFEST;
  append_line(maker, EXAMPLE_AT_MANIFEST, ENTRY_MANIFEST, payload);
}

static void append_pages(struct maker *maker, enum example_place place)
{
  struct entry_page *pages = ARENA_TAKE(maker->arena, struct entry_page, 2);
  must(pages != NULL);
  pages[0] = (struct entry_page){SPAN("assets/vote.js"), digest_of(SPAN("vote"))};
  pages[1] = (struct entry_page){SPAN("index.html"), digest_of(SPAN("index"))};
  append(maker, place, ENTRY_PAGES, (struct entry){.body.pages = {.count = 2, .pages = pages}});
}

static int compare_keys(const void *left, const void *right)
{
  return memcmp(left, right, PUBLIC_KEY_BYTES);
}

static void append_electorate(struct maker *maker)
{
  enum {
    CARDS = 5
  };
  struct public_key *keys = ARENA_TAKE(maker->arena, struct public_key, CARDS);
  must(keys != NULL);
  for (unsigned i = 0; i < CARDS; i++)
    keys[i] = example_public_key((enum example_key)(EXAMPLE_CARD_0 + i));
  qsort(keys, CARDS, sizeof *keys, compare_keys);
  const struct span bytes = {.bytes = (const char *)keys, .length = CARDS * sizeof *keys};
  append(maker, EXAMPLE_AT_ELECTORATE, ENTRY_ELECTORATE,
         (struct entry){.body.electorate = {.credentials = CARDS,
                                            .has_eligibility = true,
                                            .eligibility = digest_of(SPAN("")),
                                            .keys = attach(maker, 0, bytes),
                                            .registrar = example_public_key(EXAMPLE_REGISTRAR),
                                            .roll = digest_of(SPAN("salt and roll"))}});
}

static void append_note(struct maker *maker, enum example_place place, enum example_key author,
                        json_t *texts)
{
  append(maker, place, ENTRY_NOTE,
         (struct entry){.body.note = {.author = example_public_key(author),
                                      .texts = keep_json(maker, texts)}});
}

static void append_open(struct maker *maker)
{
  append(maker, EXAMPLE_AT_OPEN, ENTRY_OPEN,
         (struct entry){.body.open = {.credentials = 5,
                                      .root = merkle_root(&maker->tree),
                                      .size = maker->tree.size}});
  maker->open = maker->example->entries[EXAMPLE_AT_OPEN].leaf;
}

static void append_ballot(struct maker *maker, enum example_place place, enum example_key card,
                          const struct digest *replaces, struct span choice)
{
  struct entry_ballot ballot = {
      .credential = example_public_key(card), .has_replaces = replaces != NULL, .choice = choice};
  if (replaces != NULL)
    ballot.replaces = *replaces;
  append(maker, place, ENTRY_BALLOT, (struct entry){.body.ballot = ballot});
}

static void append_revocation(struct maker *maker, enum example_place place, enum example_key card,
                              enum revocation_reason reason, enum example_key scrutineer)
{
  struct entry_revocation revocation = {.credential = example_public_key(card),
                                        .reason = reason,
                                        .registrar = example_public_key(EXAMPLE_REGISTRAR),
                                        .scrutineer = example_public_key(scrutineer)};
  if (reason == REVOCATION_LOST)
    revocation.replacement = example_public_key(EXAMPLE_CARD_5);
  append(maker, place, ENTRY_REVOCATION, (struct entry){.body.revocation = revocation});
}

static void append_votes(struct maker *maker)
{
  append_ballot(maker, EXAMPLE_AT_FIRST_BALLOT, EXAMPLE_CARD_0, NULL,
                SPAN("{\"approve\":[\"p01\",\"p03\"]}"));
  append_ballot(maker, EXAMPLE_AT_BLANK_BALLOT, EXAMPLE_CARD_1, NULL, SPAN("{\"blank\":true}"));
  append_pages(maker, EXAMPLE_AT_LATER_PAGES);
  append_ballot(maker, EXAMPLE_AT_SECOND_BALLOT, EXAMPLE_CARD_0,
                &maker->example->entries[EXAMPLE_AT_FIRST_BALLOT].leaf,
                SPAN("{\"approve\":[\"p02\"]}"));
  append_revocation(maker, EXAMPLE_AT_LOST, EXAMPLE_CARD_2, REVOCATION_LOST, EXAMPLE_SCRUTINEER_0);
  append_revocation(maker, EXAMPLE_AT_STRUCK, EXAMPLE_CARD_3, REVOCATION_PAPER,
                    EXAMPLE_SCRUTINEER_1);
  append_ballot(maker, EXAMPLE_AT_LAST_BALLOT, EXAMPLE_CARD_5, NULL,
                SPAN("{\"approve\":[\"p01\",\"p04\"]}"));
}

static void append_close(struct maker *maker)
{
  static const enum example_place standing[] = {EXAMPLE_AT_BLANK_BALLOT, EXAMPLE_AT_SECOND_BALLOT,
                                                EXAMPLE_AT_LAST_BALLOT};
  enum {
    STANDING = sizeof standing / sizeof *standing
  };
  char indexes[8 * STANDING] = {0};
  for (size_t i = 0; i < STANDING; i++)
    indexes[8 * i + 7] = (char)standing[i];
  append(maker, EXAMPLE_AT_CLOSE, ENTRY_CLOSE,
         (struct entry){.body.close = {.root = merkle_root(&maker->tree),
                                       .size = maker->tree.size,
                                       .standing = STANDING,
                                       .indexes = digest_of((struct span){
                                           .bytes = indexes, .length = sizeof indexes})}});
}

static void append_paper(struct maker *maker)
{
  struct entry_paper paper = {.attendance = 1,
                              .count = 1,
                              .has_ballots = true,
                              .ballots = attach(maker, 1, SPAN("[{\"approve\":[\"p03\"]}]")),
                              .scrutineers = {example_public_key(EXAMPLE_SCRUTINEER_0),
                                              example_public_key(EXAMPLE_SCRUTINEER_1)}};
  qsort(paper.scrutineers, 2, sizeof *paper.scrutineers, compare_keys);
  append(maker, EXAMPLE_AT_PAPER, ENTRY_PAPER, (struct entry){.body.paper = paper});
}

static void append_draw(struct maker *maker, unsigned number)
{
  struct entry_draw draw = {.drawer =
                                example_public_key((enum example_key)(EXAMPLE_DRAWER_0 + number))};
  secret_of_drawer(number, draw.secret);
  append(maker, (enum example_place)(EXAMPLE_AT_DRAW_0 + number), ENTRY_DRAW,
         (struct entry){.body.draw = draw});
}

void board_example_make(struct arena *arena, struct board_example *example)
{
  struct maker maker = {.arena = arena, .example = example};
  *example = (struct board_example){.texts = json_array()};
  append_manifest(&maker);
  append_pages(&maker, EXAMPLE_AT_PAGES);
  append_electorate(&maker);
  append_note(&maker, EXAMPLE_AT_EARLY_NOTE, EXAMPLE_REGISTRAR,
              json_pack("{s:s, s:s}", "en", "Cards are handed out on Monday.", "fr",
                        "Les cartes sont distribuées lundi."));
  append_open(&maker);
  append_votes(&maker);
  append_close(&maker);
  append_paper(&maker);
  append_draw(&maker, 0);
  append_draw(&maker, 1);
  append(&maker, EXAMPLE_AT_RESULT, ENTRY_RESULT,
         (struct entry){.body.result = {.outcome = attach(&maker, 2, SPAN("{}"))}});
  append_note(&maker, EXAMPLE_AT_LATE_NOTE, EXAMPLE_MEDIATOR,
              json_pack("{s:s}", "en", "No appeal was made."));
}

void board_example_release(struct board_example *example)
{
  json_decref(example->texts);
  example->texts = NULL;
}

/* --- the outcome --- */

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *fault)
{
  const struct board_example *example = context;
  for (size_t i = 0; i < EXAMPLE_ATTACHMENTS; i++) {
    if (digest_compare(&example->attachments[i].name.digest, &attachment->digest) != 0)
      continue;
    *bytes = example->attachments[i].bytes;
    return STATUS_OK;
  }
  return fault_set(fault, STATUS_REFUSED, NULL, NULL, "there is no such attachment");
}

struct attachment_source board_example_attachments(struct board_example *example)
{
  return (struct attachment_source){.context = example, .read = read_attachment};
}

void board_example_set_outcome(struct arena *arena, struct board_example *example,
                               struct span outcome)
{
  enum example_key signers[EXAMPLE_SIGNERS_MAX];
  const size_t count = example_signers(EXAMPLE_AT_RESULT, signers);
  struct example_attachment *attachment = &example->attachments[EXAMPLE_ATTACHMENTS - 1];
  struct example_entry *result = &example->entries[EXAMPLE_AT_RESULT];
  attachment->bytes = outcome;
  attachment->name = (struct attachment){.digest = digest_of(outcome), .length = outcome.length};
  result->entry.body.result.outcome = attachment->name;
  result->line =
      example_sign(ENTRY_RESULT, example_payload(&result->entry, arena), signers, count, arena);
  result->leaf = merkle_leaf(result->line);
}

void board_example_count(struct arena *arena, struct board_example *example)
{
  const struct attachment_source attachments = board_example_attachments(example);
  struct board board;
  struct buffer outcome = {0};
  struct fault fault;
  enum refusal refusal = REFUSAL_NONE;
  board_begin(&board, arena, &attachments);
  for (size_t i = 0; i < EXAMPLE_AT_RESULT; i++)
    must(board_append(&board, example->entries[i].line, &refusal, &fault) == STATUS_OK);
  must(board_outcome(&board, &outcome, &fault) == STATUS_OK);
  board_example_set_outcome(arena, example, keep(&outcome, arena));
}
