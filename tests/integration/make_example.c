/* make_example - the worked example of docs/board.md: an election in ten entries, and every block of
 * bytes that the document shows of it.
 *
 * Usage: make_example FOLDER. Writes there `board`, the board as files; `receipt`, of the ballot that
 * stands in entry 6, and `entry`, its line; and `blocks/<name>`, the text of each block. The same
 * every time: the keys of officers come from the seeds of tests/unit/board_example.h, those of
 * voters from voting codes, and Ed25519 signatures are deterministic.
 *
 * Five cards on four projects, by approval, counted by `greedy`. The first voter votes twice, the
 * third casts a blank ballot, the fifth none.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/board.h"
#include "ballots/credential.h"
#include "ballots/draft.h"
#include "ballots/draw.h"
#include "ballots/envelope.h"
#include "ballots/receipt.h"
#include "base/base64.h"
#include "base/hex.h"
#include "tests/integration/board_files.h"
#include "tests/unit/board_example.h"

enum {
  AT_MANIFEST,
  AT_ELECTORATE,
  AT_OPEN,
  AT_FIRST,  /* card 0: p01, p02 */
  AT_SECOND, /* card 1: p01, p03 */
  AT_BLANK,  /* card 2 */
  AT_AGAIN,  /* card 0: p02, p03; replaces AT_FIRST */
  AT_LAST,   /* card 3: p01, p04 */
  AT_CLOSE,
  AT_RESULT,
  ENTRIES
};

enum {
  CARDS = 5,
  TIME = 1805569200, /* a little after the close: 2027-03-20T19:00:00Z */
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4 + 1,
  SIGNATURE_TEXT = (SIGNATURE_BYTES + 2) / 3 * 4 + 1,
  HASH_TEXT = (DIGEST_BYTES + 2) / 3 * 4 + 1,
  DUMP_BYTES = 32, /* on a line */
};

static const char *folder;
static struct arena arena;
static struct fault fault;

/* What is made, in the order in which it is. */
static struct code codes[CARDS];
static struct credential cards[CARDS];
static struct digest election, opening;
static struct span payloads[ENTRIES], lines[ENTRIES];
static struct envelope envelopes[ENTRIES];
static struct digest leaves[ENTRIES];
static struct merkle_frontier tree;
static struct attachment keys_name, outcome_name;
static struct span keys, outcome;
static struct signer board_signer, witness;

static void must(bool holds, const char *what)
{
  board_files_must(holds, what, &fault);
}

static struct span bytes_of(const void *bytes, size_t length)
{
  return (struct span){.bytes = bytes, .length = length};
}

/* --- people --- */

static void make_cards(struct span origin)
{
  for (int i = 0; i < CARDS; i++) {
    char label[24];
    (void)snprintf(label, sizeof label, "card %d", i);
    const struct digest random = digest_of(span_of(label));
    code_make(random.bytes, &codes[i]);
    must(credential_derive(&codes[i], origin, &cards[i], &fault) == STATUS_OK, "card");
  }
}

static void make_signers(void)
{
  board_signer.signing_key = example_key(EXAMPLE_BOARD);
  witness.signing_key = example_key(EXAMPLE_WITNESS);
  must(note_key_make(SPAN("vote.example.fr/bpl-2027/faidherbe/projets"), NOTE_KEY_SIGNER,
                     &board_signer.signing_key.public_key, &board_signer.key,
                     &fault) == STATUS_OK &&
           note_key_make(SPAN("witness.example.org"), NOTE_KEY_COSIGNER,
                         &witness.signing_key.public_key, &witness.key, &fault) == STATUS_OK,
       "verifier keys");
}

/* --- entries --- */

static void append(enum entry_kind kind, struct span payload, const struct signing_key *signer)
{
  const size_t place = (size_t)tree.size;
  const struct span name = span_of(entry_kind_name(kind));
  struct envelope_signature signature;
  struct buffer line = {0};
  must(envelope_sign(name, payload, signer, &arena, &signature, &fault) == STATUS_OK, "sign");
  must(envelope_write(name, payload, &signature, 1, &line, &fault) == STATUS_OK, "line");
  payloads[place] = payload;
  lines[place] = board_files_take(&line, &arena);
  must(envelope_read(lines[place], &arena, &envelopes[place], &fault) == STATUS_OK, "envelope");
  leaves[place] = merkle_leaf(lines[place]);
  merkle_append(&tree, &leaves[place]);
}

static void append_entry(enum entry_kind kind, struct entry entry, const struct signing_key *signer)
{
  entry.kind = kind;
  entry.binding.after_open = tree.size > AT_OPEN;
  entry.binding.value = entry.binding.after_open ? opening : election;
  append(kind, example_payload(&entry, &arena), signer);
}

static void append_by_organiser(enum entry_kind kind, struct entry entry)
{
  const struct signing_key organiser = example_key(EXAMPLE_ORGANISER);
  append_entry(kind, entry, &organiser);
}

static void set(json_t *object, const char *name, json_t *value)
{
  must(value != NULL && json_object_set_new(object, name, value) == 0, name);
}

/* The manifest of the tests' example, without what this election has no use for. */
static void append_manifest(void)
{
  static const char *const unused[] = {"draw", "eligibility", "mediators", "quorum", "scrutineers"};
  const struct signing_key organiser = example_key(EXAMPLE_ORGANISER);
  json_t *draft = example_manifest();
  struct buffer payload = {0};
  for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
    must(json_object_del(draft, unused[i]) == 0, unused[i]);
  set(draft, "rule", json_pack("{s:s, s:[s, s]}", "name", "greedy", "tie_break", "cost", "id"));
  must(draft_manifest(draft, &payload, &fault) == STATUS_OK, "manifest");
  json_decref(draft);
  election = digest_of(buffer_span(&payload));
  append(ENTRY_MANIFEST, board_files_take(&payload, &arena), &organiser);
}

static int compare_keys(const void *left, const void *right)
{
  return memcmp(left, right, PUBLIC_KEY_BYTES);
}

static struct attachment name_of(struct span bytes)
{
  return (struct attachment){.digest = digest_of(bytes), .length = bytes.length};
}

static void append_electorate(void)
{
  static struct public_key sorted[CARDS];
  const struct signing_key registrar = example_key(EXAMPLE_REGISTRAR);
  for (size_t i = 0; i < CARDS; i++)
    sorted[i] = cards[i].key.public_key;
  qsort(sorted, CARDS, sizeof *sorted, compare_keys);
  keys = bytes_of(sorted, sizeof sorted);
  keys_name = name_of(keys);
  append_entry(ENTRY_ELECTORATE,
               (struct entry){.body.electorate = {.credentials = CARDS,
                                                  .keys = keys_name,
                                                  .registrar = registrar.public_key,
                                                  .roll = digest_of(SPAN("salt and roll"))}},
               &registrar);
}

static void append_open(void)
{
  append_by_organiser(ENTRY_OPEN, (struct entry){.body.open = {.credentials = CARDS,
                                                               .root = merkle_root(&tree),
                                                               .size = tree.size}});
  opening = leaves[AT_OPEN];
}

static void append_ballot(size_t card, const struct digest *replaces, struct span choice)
{
  struct entry_ballot ballot = {
      .credential = cards[card].key.public_key, .has_replaces = replaces != NULL, .choice = choice};
  if (replaces != NULL)
    ballot.replaces = *replaces;
  append_entry(ENTRY_BALLOT, (struct entry){.body.ballot = ballot}, &cards[card].key);
}

static void append_ballots(void)
{
  append_ballot(0, NULL, SPAN("{\"approve\":[\"p01\",\"p02\"]}"));
  append_ballot(1, NULL, SPAN("{\"approve\":[\"p01\",\"p03\"]}"));
  append_ballot(2, NULL, SPAN("{\"blank\":true}"));
  append_ballot(0, &leaves[AT_FIRST], SPAN("{\"approve\":[\"p02\",\"p03\"]}"));
  append_ballot(3, NULL, SPAN("{\"approve\":[\"p01\",\"p04\"]}"));
}

/* --- close and result, as the board itself says --- */

static enum status read_attachment(void *context, const struct attachment *attachment,
                                   struct span *bytes, struct fault *why)
{
  (void)context;
  (void)attachment;
  (void)why;
  *bytes = keys;
  return STATUS_OK;
}

static void append_to(struct board *board, size_t from)
{
  enum refusal refusal;
  for (size_t i = from; i < tree.size; i++)
    must(board_append(board, lines[i], &refusal, &fault) == STATUS_OK, "append");
}

static void append_close_and_result(void)
{
  const struct attachment_source attachments = {.read = read_attachment};
  struct board board;
  struct entry_close close;
  struct buffer counted = {0};
  board_begin(&board, &arena, &attachments);
  append_to(&board, AT_MANIFEST);
  board_draft_close(&board, &close);
  append_by_organiser(ENTRY_CLOSE, (struct entry){.body.close = close});
  append_to(&board, AT_CLOSE);
  must(board_outcome(&board, &counted, &fault) == STATUS_OK, "count");
  outcome = board_files_take(&counted, &arena);
  outcome_name = name_of(outcome);
  append_by_organiser(ENTRY_RESULT, (struct entry){.body.result = {.outcome = outcome_name}});
}

/* --- blocks --- */

static void keep_block(const char *name, struct buffer *text)
{
  char path[64];
  must(!text->failed && snprintf(path, sizeof path, "blocks/%s", name) < (int)sizeof path, name);
  board_files_keep(folder, path, buffer_span(text));
  buffer_free(text);
}

static void add_label(struct buffer *text, const char *label)
{
  buffer_format(text, "%-12s", label);
}

static void add_hex(struct buffer *text, const char *label, struct span bytes)
{
  add_label(text, label);
  for (size_t i = 0; i < bytes.length; i++)
    buffer_format(text, "%02x", (unsigned)(unsigned char)bytes.bytes[i]);
  buffer_add_byte(text, '\n');
}

static void add_digest(struct buffer *text, const char *label, const struct digest *digest)
{
  add_hex(text, label, bytes_of(digest->bytes, DIGEST_BYTES));
}

static void add_text(struct buffer *text, const char *label, struct span line)
{
  add_label(text, label);
  buffer_add(text, line);
  buffer_add_byte(text, '\n');
}

static void add_key(struct buffer *text, const char *label, const struct public_key *key)
{
  char base64[KEY_TEXT] = {0};
  base64_write(key->bytes, PUBLIC_KEY_BYTES, base64);
  add_text(text, label, span_of(base64));
}

static void add_vkey(struct buffer *text, const char *label, const struct note_key *key)
{
  add_label(text, label);
  note_key_write(key, text);
  buffer_add_byte(text, '\n');
}

static void keep_officers(void)
{
  static const struct {
    const char *name;
    enum example_key key;
  } officers[] = {{"organiser", EXAMPLE_ORGANISER},
                  {"board", EXAMPLE_BOARD},
                  {"witness", EXAMPLE_WITNESS},
                  {"registrar", EXAMPLE_REGISTRAR}};
  struct buffer text = {0};
  for (size_t i = 0; i < sizeof officers / sizeof *officers; i++) {
    const struct signing_key key = example_key(officers[i].key);
    const struct digest id = public_key_id(&key.public_key);
    buffer_format(&text, "%s\n", officers[i].name);
    add_hex(&text, "  seed", bytes_of(key.seed, SEED_BYTES));
    add_key(&text, "  key", &key.public_key);
    add_digest(&text, "  keyid", &id);
  }
  add_vkey(&text, "board", &board_signer.key);
  add_vkey(&text, "witness", &witness.key);
  keep_block("officers", &text);
}

static void keep_cards(void)
{
  struct buffer text = {0};
  for (size_t i = 0; i < CARDS; i++) {
    char code[CODE_TEXT], card[CARD_NUMBER_TEXT];
    code_write(&codes[i], code);
    card_number(&cards[i].key.public_key, card);
    buffer_format(&text, "card %zu\n", i);
    add_text(&text, "  code", span_of(code));
    add_hex(&text, "  seed", bytes_of(cards[i].key.seed, SEED_BYTES));
    add_hex(&text, "  login", bytes_of(cards[i].login, LOGIN_BYTES));
    add_key(&text, "  key", &cards[i].key.public_key);
    add_text(&text, "  number", span_of(card));
  }
  keep_block("cards", &text);
}

static void keep_entry(size_t place)
{
  const struct envelope *envelope = &envelopes[place];
  char name[16], signature[SIGNATURE_TEXT] = {0};
  struct buffer text = {0};
  base64_write(envelope->signatures[0].signature.bytes, SIGNATURE_BYTES, signature);
  (void)snprintf(name, sizeof name, "entry-%zu", place);
  add_text(&text, "payloadType", envelope->type);
  add_text(&text, "payload", payloads[place]);
  add_digest(&text, "keyid", &envelope->signatures[0].key_id);
  add_text(&text, "sig", span_of(signature));
  add_digest(&text, "leaf", &leaves[place]);
  keep_block(name, &text);
}

static void add_dump(struct buffer *text, struct span bytes)
{
  for (size_t at = 0; at < bytes.length; at += DUMP_BYTES) {
    char offset[24];
    size_t left = bytes.length - at;
    (void)snprintf(offset, sizeof offset, "%04zx", at);
    add_hex(text, offset, bytes_of(bytes.bytes + at, left < DUMP_BYTES ? left : DUMP_BYTES));
  }
}

/* Of one ballot all that lies between its payload and its leaf. */
static void keep_ballot(void)
{
  struct buffer text = {0};
  buffer_add(&text, envelopes[AT_FIRST].signed_bytes);
  buffer_add_byte(&text, '\n');
  keep_block("ballot-signed-text", &text);
  add_dump(&text, envelopes[AT_FIRST].signed_bytes);
  keep_block("ballot-signed-hex", &text);
  buffer_add(&text, lines[AT_FIRST]);
  buffer_add_byte(&text, '\n');
  keep_block("ballot-line", &text);
}

static void keep_attachments(void)
{
  struct buffer text = {0};
  for (size_t i = 0; i < CARDS; i++) {
    char place[16];
    (void)snprintf(place, sizeof place, "keys[%zu]", i);
    add_hex(&text, place, bytes_of(keys.bytes + i * PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES));
  }
  add_digest(&text, "SHA-256", &keys_name.digest);
  keep_block("keys", &text);
  buffer_add(&text, outcome);
  buffer_add_byte(&text, '\n');
  add_digest(&text, "SHA-256", &outcome_name.digest);
  keep_block("outcome", &text);
}

static void keep_indexes(void)
{
  static const uint64_t standing[] = {AT_SECOND, AT_BLANK, AT_AGAIN, AT_LAST};
  uint8_t bytes[8 * sizeof standing / sizeof *standing] = {0};
  struct buffer text = {0};
  for (size_t i = 0; i < sizeof standing / sizeof *standing; i++)
    bytes[8 * i + 7] = (uint8_t)standing[i];
  const struct digest digest = digest_of(bytes_of(bytes, sizeof bytes));
  add_hex(&text, "indexes", bytes_of(bytes, sizeof bytes));
  add_digest(&text, "SHA-256", &digest);
  keep_block("indexes", &text);
}

/* --- the tree --- */

static struct merkle_growth grow(void)
{
  const struct merkle_frontier nothing = {0};
  struct merkle_growth growth;
  must(merkle_grow(&nothing, leaves, ENTRIES, &arena, &growth, &fault) == STATUS_OK, "tree");
  return growth;
}

static void keep_tree(const struct merkle_growth *growth)
{
  struct buffer text = {0};
  for (unsigned level = 0; ENTRIES >> level > 0; level++)
    for (size_t i = 0; i < (size_t)ENTRIES >> level; i++) {
      char name[32];
      (void)snprintf(name, sizeof name, "%u %zu", level, i);
      add_digest(&text, name, &growth->hashes[level][i]);
    }
  keep_block("nodes", &text);

  struct merkle_frontier growing = {0};
  for (size_t i = 0; i <= ENTRIES; i++) {
    char size[24];
    const struct digest root = merkle_root(&growing);
    (void)snprintf(size, sizeof size, "%zu", i);
    add_digest(&text, size, &root);
    if (i < ENTRIES)
      merkle_append(&growing, &leaves[i]);
  }
  keep_block("roots", &text);
}

static void keep_consistency(const struct merkle_source *source)
{
  struct merkle_plan plan;
  struct merkle_proof proof;
  struct buffer text = {0};
  must(merkle_plan_consistency(AT_AGAIN, ENTRIES, &plan, &fault) == STATUS_OK &&
           merkle_prove(&plan, source, &proof, &fault) == STATUS_OK,
       "consistency");
  for (size_t i = 0; i < proof.count; i++) {
    char place[24];
    (void)snprintf(place, sizeof place, "%zu", i);
    add_digest(&text, place, &proof.hashes[i]);
  }
  keep_block("consistency", &text);
}

static void keep_receipt(const struct merkle_source *source, struct span checkpoint)
{
  struct merkle_plan plan;
  struct merkle_proof proof;
  struct buffer text = {0};
  char short_code[13];
  must(merkle_plan_inclusion(AT_AGAIN, ENTRIES, &plan, &fault) == STATUS_OK &&
           merkle_prove(&plan, source, &proof, &fault) == STATUS_OK,
       "inclusion");
  receipt_write(AT_AGAIN, &proof, checkpoint, &text);
  board_files_keep(folder, "receipt", buffer_span(&text));
  board_files_keep(folder, "entry", lines[AT_AGAIN]);
  keep_block("receipt", &text);
  code_write_bits(leaves[AT_AGAIN].bytes, sizeof short_code - 1, short_code);
  add_text(&text, "short code", span_of(short_code));
  keep_block("short-code", &text);
}

/* What the witness signs. */
static void keep_cosigned(struct span checkpoint)
{
  struct checkpoint read;
  struct buffer text = {0};
  must(checkpoint_read(checkpoint, &read, &fault) == STATUS_OK, "checkpoint");
  buffer_format(&text, "cosignature/v1\ntime %d\n", TIME);
  buffer_add(&text, read.note.text);
  keep_block("cosigned", &text);
  buffer_add(&text, checkpoint);
  keep_block("checkpoint", &text);
}

/* --- lots: not of this election, whose ties go by cost --- */

static void keep_draw(void)
{
  struct manifest manifest;
  struct buffer text = {0}, seed_text = {0};
  const uint32_t *places;
  uint8_t secrets[2][32];
  memset(secrets[0], 0x40, sizeof secrets[0]);
  memset(secrets[1], 0x41, sizeof secrets[1]);
  buffer_add(&seed_text, SPAN("beffroi/1 draw\0"));
  buffer_add(&seed_text, bytes_of(opening.bytes, DIGEST_BYTES));
  buffer_add(&seed_text, bytes_of(secrets, sizeof secrets));
  const struct digest seed = digest_of(buffer_span(&seed_text));
  must(manifest_read(payloads[AT_MANIFEST], &arena, &manifest, &fault) == STATUS_OK, "manifest");
  must(draw_lots(&manifest.election, seed.bytes, &arena, &places, &fault) == STATUS_OK, "draw");
  add_hex(&text, "secret 0", bytes_of(secrets[0], sizeof secrets[0]));
  add_hex(&text, "secret 1", bytes_of(secrets[1], sizeof secrets[1]));
  add_hex(&text, "hashed", buffer_span(&seed_text));
  add_digest(&text, "seed", &seed);
  add_label(&text, "order");
  for (uint32_t place = 0; place < manifest.election.project_count; place++)
    for (size_t i = 0; i < manifest.election.project_count; i++)
      if (places[i] == place)
        buffer_format(&text, "%s%.*s", place > 0 ? " " : "",
                      SPAN_PRINT(manifest.election.projects[i].id));
  buffer_add_byte(&text, '\n');
  buffer_free(&seed_text);
  keep_block("draw", &text);
}

/* --- all of it --- */

static void make(void)
{
  make_cards(SPAN("vote.example.fr/bpl-2027/faidherbe"));
  make_signers();
  append_manifest();
  append_electorate();
  append_open();
  append_ballots();
  append_close_and_result();
}

static void keep_board(struct span checkpoint)
{
  char board[4096];
  must(snprintf(board, sizeof board, "%s/board", folder) < (int)sizeof board, folder);
  board_files_keep(folder, "board/checkpoint", checkpoint);
  board_files_keep_entries(board, lines, ENTRIES);
  board_files_keep_attachment(board, &keys_name, keys);
  board_files_keep_attachment(board, &outcome_name, outcome);
}

static void keep_blocks(struct span checkpoint)
{
  const struct merkle_growth growth = grow();
  const struct merkle_source source = merkle_growth_source(&growth);
  keep_officers();
  keep_cards();
  for (size_t i = 0; i < ENTRIES; i++)
    keep_entry(i);
  keep_ballot();
  keep_attachments();
  keep_indexes();
  keep_tree(&growth);
  keep_consistency(&source);
  keep_cosigned(checkpoint);
  keep_receipt(&source, checkpoint);
  keep_draw();
}

int main(int argument_count, char **arguments)
{
  if (argument_count != 2 || sodium_init() < 0) {
    fprintf(stderr, "make_example: usage: make_example FOLDER\n");
    return 2;
  }
  folder = arguments[1];
  make();
  const struct span checkpoint =
      board_files_checkpoint(lines, ENTRIES, &board_signer, &witness, TIME, &arena);
  keep_board(checkpoint);
  keep_blocks(checkpoint);
  arena_free(&arena);
  return 0;
}
