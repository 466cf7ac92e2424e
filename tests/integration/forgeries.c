/* Keys and signatures that only whoever has a secret key, and a program of their own, can make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/base64.h"
#include "base/canonical.h"
#include "tests/integration/board_files.h"
#include "tests/integration/forged_board.h"
#include "tests/unit/curve.h"

enum {
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4,
  BAD_KEYS = CURVE_TORSION + CURVE_SECOND + CURVE_TORSION + 1
};

static void every_beginning_holds_until_it_is_forged(void **state)
{
  (void)state;
  for (size_t count = 1; count <= EXAMPLE_ENTRIES; count++)
    forged_holds(count);
}

/* --- keys --- */

struct bad_key {
  const char *name;
  uint8_t point[CURVE_POINT];
};

/* All kinds of keys that no strict program takes. */
static void make_bad_keys(struct bad_key keys[BAD_KEYS])
{
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  const struct public_key owner = example_public_key(EXAMPLE_STRANGER);
  size_t count = 0;
  curve_torsion(torsion);
  for (size_t i = 0; i < CURVE_TORSION; i++) {
    keys[count].name = i == 0 ? "the identity" : "a key of small order";
    memcpy(keys[count++].point, torsion[i], CURVE_POINT);
  }
  for (size_t i = 0; i < CURVE_SECOND; i++) {
    keys[count].name = "a second encoding";
    curve_hex(curve_second[i], keys[count++].point, CURVE_POINT);
  }
  for (size_t i = 1; i < CURVE_TORSION; i++) {
    keys[count].name = "a key of mixed order";
    assert_int_equal(crypto_core_ed25519_add(keys[count++].point, owner.bytes, torsion[i]), 0);
  }
  keys[count].name = "no point of the curve";
  memset(keys[count].point, 0, CURVE_POINT);
  keys[count++].point[0] = 2;
  keys[count].name = "a second encoding of a point of large order"; /* y = p + 3 */
  memset(keys[count].point, 0xff, CURVE_POINT);
  keys[count].point[0] = 0xf0;
  keys[count++].point[CURVE_POINT - 1] = 0x7f;
  assert_int_equal(count, BAD_KEYS);
}

static int compare_keys(const void *left, const void *right)
{
  return memcmp(left, right, PUBLIC_KEY_BYTES);
}

/* In the place of card 3, in order, under its right digest. */
static void keys_in_an_electorate_are_admitted_strictly(void **state)
{
  (void)state;
  struct bad_key bad[BAD_KEYS];
  const struct example_attachment right = forged_example.attachments[0];
  const struct public_key card = example_public_key(EXAMPLE_CARD_3);
  make_bad_keys(bad);
  for (size_t i = 0; i < BAD_KEYS; i++) {
    struct entry entry = forged_example.entries[EXAMPLE_AT_ELECTORATE].entry;
    const enum example_key registrar = EXAMPLE_REGISTRAR;
    const size_t count = right.bytes.length / PUBLIC_KEY_BYTES;
    struct public_key *keys = ARENA_TAKE(&forged_arena, struct public_key, count);
    assert_non_null(keys);
    memcpy(keys, right.bytes.bytes, right.bytes.length);
    struct public_key *place = bsearch(&card, keys, count, sizeof *keys, compare_keys);
    assert_non_null(place);
    memcpy(place->bytes, bad[i].point, PUBLIC_KEY_BYTES);
    qsort(keys, count, sizeof *keys, compare_keys);
    struct example_attachment *attachment = &forged_example.attachments[0];
    attachment->bytes = (struct span){(const char *)keys, right.bytes.length};
    attachment->name.digest = digest_of(attachment->bytes);
    entry.body.electorate.keys = attachment->name;
    forged_refused(EXAMPLE_AT_ELECTORATE,
                   example_sign(ENTRY_ELECTORATE, example_payload(&entry, &forged_arena),
                                &registrar, 1, &forged_arena),
                   "attachment-wrong", "is no public key", bad[i].name);
    forged_example.attachments[0] = right;
  }
}

static json_t *base64_text(const uint8_t *bytes, size_t length)
{
  char text[2 * KEY_TEXT];
  base64_write(bytes, length, text);
  return json_stringn(text, base64_text_length(length));
}

/* As C2SP signed-note says it, whatever the key. */
static json_t *verifier_text(const char *name, uint8_t type, const uint8_t point[CURVE_POINT])
{
  struct buffer named = {0}, text = {0};
  uint8_t typed[1 + CURVE_POINT] = {type};
  char encoded[2 * KEY_TEXT];
  memcpy(typed + 1, point, CURVE_POINT);
  buffer_format(&named, "%s\n", name);
  buffer_add(&named, (struct span){(const char *)typed, sizeof typed});
  struct digest digest = digest_of(buffer_span(&named));
  base64_write(typed, sizeof typed, encoded);
  buffer_format(&text, "%s+%02x%02x%02x%02x+%.*s", name, digest.bytes[0], digest.bytes[1],
                digest.bytes[2], digest.bytes[3], (int)base64_text_length(sizeof typed), encoded);
  json_t *value = json_stringn(text.bytes, text.length);
  buffer_free(&named);
  buffer_free(&text);
  return value;
}

/* A manifest with this key in one of its roles. */
static json_t *manifest_with(unsigned role, const uint8_t point[CURVE_POINT])
{
  json_t *manifest = example_manifest();
  json_t *board = json_object_get(manifest, "board");
  json_t *key = base64_text(point, CURVE_POINT);
  switch (role) {
  case 0:
    json_object_set_new(board, "key",
                        verifier_text("vote.example.fr/bpl-2027/faidherbe/projets", 1, point));
    break;
  case 1:
    json_array_set_new(json_object_get(board, "witnesses"), 0,
                       verifier_text("witness.example.org", 4, point));
    break;
  case 2:
    json_object_set(manifest, "organiser", key);
    break;
  case 3:
    json_array_set(json_object_get(json_object_get(manifest, "credentials"), "registrars"), 0, key);
    break;
  case 4:
    json_array_set(json_object_get(json_object_get(manifest, "scrutineers"), "keys"), 1, key);
    break;
  case 5:
    json_array_set(json_object_get(manifest, "mediators"), 0, key);
    break;
  case 6:
    json_object_set(json_array_get(json_object_get(manifest, "draw"), 1), "key", key);
    break;
  default:
    json_decref(manifest);
    manifest = NULL;
  }
  json_decref(key);
  return manifest;
}

static void keys_in_a_manifest_are_admitted_strictly(void **state)
{
  (void)state;
  struct bad_key bad[BAD_KEYS];
  const enum example_key organiser = EXAMPLE_ORGANISER;
  json_t *manifest;
  make_bad_keys(bad);
  for (unsigned role = 0; (manifest = manifest_with(role, bad[0].point)) != NULL; role++) {
    json_decref(manifest);
    /* All of them for one role, one of each sort for the others. */
    for (size_t i = 0; i < BAD_KEYS; i += role == 0 ? 1 : CURVE_TORSION - 1) {
      manifest = manifest_with(role, bad[i].point);
      forged_refused(
          EXAMPLE_AT_MANIFEST,
          example_sign(ENTRY_MANIFEST, forged_canonical(manifest), &organiser, 1, &forged_arena),
          "malformed", "is no public key", bad[i].name);
      json_decref(manifest);
    }
  }
}

static void a_replacement_is_admitted_strictly(void **state)
{
  (void)state;
  struct bad_key bad[BAD_KEYS];
  enum example_key signers[EXAMPLE_SIGNERS_MAX];
  size_t count = example_signers(EXAMPLE_AT_LOST, signers);
  make_bad_keys(bad);
  for (size_t i = 0; i < BAD_KEYS; i++) {
    struct fault fault;
    json_t *payload = NULL;
    assert_int_equal(
        canonical_read(forged_envelope(EXAMPLE_AT_LOST).payload, ENVELOPE_MAX, &payload, &fault),
        STATUS_OK);
    json_object_set_new(payload, "replacement", base64_text(bad[i].point, CURVE_POINT));
    forged_refused(
        EXAMPLE_AT_LOST,
        example_sign(ENTRY_REVOCATION, forged_canonical(payload), signers, count, &forged_arena),
        "malformed", "is no public key", bad[i].name);
    json_decref(payload);
  }
}

/* --- signatures --- */

/* The line with another signature in the place of its first. */
static struct span with_signature(enum example_place place, const struct signature *signature)
{
  struct envelope envelope = forged_envelope(place);
  struct buffer line = {0};
  struct fault fault;
  envelope.signatures[0].signature = *signature;
  assert_int_equal(envelope_write(envelope.kind, envelope.payload, envelope.signatures,
                                  envelope.signature_count, &line, &fault),
                   STATUS_OK);
  return board_files_take(&line, &forged_arena);
}

/* Who made the first signature of an entry. */
static struct signing_key owner_of(enum example_place place)
{
  const struct envelope envelope = forged_envelope(place);
  for (unsigned which = 0; which < EXAMPLE_KEY_COUNT; which++) {
    struct signing_key key = example_key((enum example_key)which);
    struct digest id = public_key_id(&key.public_key);
    if (digest_compare(&id, &envelope.signatures[0].key_id) == 0)
      return key;
  }
  fail_msg("nobody signed entry %u", (unsigned)place);
  return example_key(EXAMPLE_STRANGER);
}

static void is_no_signature(enum example_place place, const struct signature *signature,
                            const char *what)
{
  forged_refused(place, with_signature(place, signature), "wrong-signer", "does not hold", what);
}

/* R is what is given, S = k·a: the equation holds as far as the cofactor goes. */
static void forge_with(enum example_place place, const uint8_t r[CURVE_POINT], const char *what)
{
  const struct signing_key owner = owner_of(place);
  const struct envelope envelope = forged_envelope(place);
  const struct signature signature =
      curve_forge(r, curve_zero, &owner, owner.public_key.bytes, envelope.signed_bytes);
  is_no_signature(place, &signature, what);
}

static void forge_mixed(enum example_place place, const uint8_t small[CURVE_POINT])
{
  const struct signing_key owner = owner_of(place);
  const struct envelope envelope = forged_envelope(place);
  const uint8_t nonce[CURVE_SCALAR] = {9};
  uint8_t r[CURVE_POINT];
  assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(r, nonce), 0);
  assert_int_equal(crypto_core_ed25519_add(r, r, small), 0);
  const struct signature signature =
      curve_forge(r, nonce, &owner, owner.public_key.bytes, envelope.signed_bytes);
  is_no_signature(place, &signature, "R of mixed order");
}

static void forge_larger(enum example_place place, int times)
{
  struct signature signature = forged_envelope(place).signatures[0].signature;
  for (int i = 0; i < times; i++)
    sodium_add(signature.bytes + CURVE_POINT, curve_order, CURVE_SCALAR);
  is_no_signature(place, &signature, "S + L");
}

static void no_forged_signature_of_a_ballot_holds(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  uint8_t point[CURVE_POINT];
  const enum example_place place = EXAMPLE_AT_LAST_BALLOT;
  curve_torsion(torsion);
  for (size_t i = 0; i < CURVE_TORSION; i++)
    forge_with(place, torsion[i], "R of small order");
  for (size_t i = 0; i < CURVE_SECOND; i++) {
    curve_hex(curve_second[i], point, CURVE_POINT);
    forge_with(place, point, "R in a second encoding");
  }
  for (size_t i = 1; i < CURVE_TORSION; i++)
    forge_mixed(place, torsion[i]);
  for (int times = 1; times < 8; times++)
    forge_larger(place, times);
}

/* The identity as R, R of mixed order, S + L, for whoever signs an entry of any kind. */
static void no_forged_signature_of_anybody_holds(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  for (unsigned place = 0; place < EXAMPLE_ENTRIES; place++) {
    forge_with((enum example_place)place, torsion[0], "R = identity");
    forge_mixed((enum example_place)place, torsion[4]);
    forge_larger((enum example_place)place, 1);
  }
}

/* Under the identity as a key anybody can sign any message with R = SB, and under another key of small
 * order some of them. */
static void a_credential_of_small_order_signs_nothing(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  for (size_t i = 0; i < CURVE_TORSION; i++) {
    struct entry entry = forged_example.entries[EXAMPLE_AT_FIRST_BALLOT].entry;
    struct envelope_signature made;
    struct buffer line = {0};
    struct fault fault;
    const uint8_t s[CURVE_SCALAR] = {8};
    memcpy(entry.body.ballot.credential.bytes, torsion[i], CURVE_POINT);
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(made.signature.bytes, s), 0);
    memcpy(made.signature.bytes + CURVE_POINT, s, CURVE_SCALAR);
    made.key_id = public_key_id(&entry.body.ballot.credential);
    assert_int_equal(envelope_write(SPAN("ballot"), example_payload(&entry, &forged_arena), &made,
                                    1, &line, &fault),
                     STATUS_OK);
    forged_refused(EXAMPLE_AT_FIRST_BALLOT, board_files_take(&line, &forged_arena), "wrong-signer",
                   "does not hold", "a credential of small order");
  }
}

/* --- checkpoints --- */

/* The checkpoint of the whole board with `signature` in the place of the board's, or of the
 * witness's when it is timed. */
static void checkpoint_is_refused(const struct signature *signature, bool witness, const char *name,
                                  const char *what)
{
  const struct signer board = forged_board_key(), cosigner = forged_witness();
  char *path = forged_keep(EXAMPLE_ENTRIES);
  const struct span alone =
      board_files_checkpoint(forged_lines, EXAMPLE_ENTRIES, &board, NULL, 0, &forged_arena);
  const char *blank = strstr(alone.bytes, "\n\n");
  assert_non_null(blank);
  const struct span text = {alone.bytes, (size_t)(blank + 1 - alone.bytes)};
  struct buffer forged = {0};
  if (witness) {
    uint8_t timed[8 + SIGNATURE_BYTES] = {0};
    for (unsigned i = 0; i < 8; i++)
      timed[i] = (uint8_t)((uint64_t)FORGED_TIME >> (56 - 8 * i));
    memcpy(timed + 8, signature->bytes, SIGNATURE_BYTES);
    buffer_add(&forged, alone);
    note_add_signature(&cosigner.key, timed, sizeof timed, &forged);
  } else {
    buffer_add(&forged, text);
    buffer_add_byte(&forged, '\n');
    note_add_signature(&board.key, signature->bytes, SIGNATURE_BYTES, &forged);
    signer_cosign(&cosigner, text, FORGED_TIME, &forged);
  }
  board_files_keep(path, "checkpoint", board_files_take(&forged, &forged_arena));
  forged_refused_at(path, -1, name, "does not hold", what);
}

/* What the board, or the witness, signs of the whole board. */
static struct span message_of(bool witness)
{
  const struct signer board = forged_board_key();
  const struct span alone =
      board_files_checkpoint(forged_lines, EXAMPLE_ENTRIES, &board, NULL, 0, &forged_arena);
  const char *blank = strstr(alone.bytes, "\n\n");
  struct buffer message = {0};
  assert_non_null(blank);
  if (witness)
    buffer_format(&message, "cosignature/v1\ntime %d\n", FORGED_TIME);
  buffer_add(&message, (struct span){alone.bytes, (size_t)(blank + 1 - alone.bytes)});
  return board_files_take(&message, &forged_arena);
}

static void no_forged_checkpoint_holds(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  uint8_t r[CURVE_POINT];
  const uint8_t nonce[CURVE_SCALAR] = {9};
  curve_torsion(torsion);
  assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(r, nonce), 0);
  assert_int_equal(crypto_core_ed25519_add(r, r, torsion[1]), 0);
  for (int witness = 0; witness < 2; witness++) {
    const struct signing_key owner = example_key(witness ? EXAMPLE_WITNESS : EXAMPLE_BOARD);
    const struct span message = message_of(witness);
    const char *name = witness ? "witnesses-missing" : "checkpoint-unsigned";
    struct signature forged =
        curve_forge(torsion[0], curve_zero, &owner, owner.public_key.bytes, message);
    checkpoint_is_refused(&forged, witness, name, "R = identity");
    forged = curve_forge(r, nonce, &owner, owner.public_key.bytes, message);
    checkpoint_is_refused(&forged, witness, name, "R of mixed order");
    forged = signature_make(&owner, message);
    sodium_add(forged.bytes + CURVE_POINT, curve_order, CURVE_SCALAR);
    checkpoint_is_refused(&forged, witness, name, "S + L");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(every_beginning_holds_until_it_is_forged, forged_begin_test),
      cmocka_unit_test_setup(keys_in_an_electorate_are_admitted_strictly, forged_begin_test),
      cmocka_unit_test_setup(keys_in_a_manifest_are_admitted_strictly, forged_begin_test),
      cmocka_unit_test_setup(a_replacement_is_admitted_strictly, forged_begin_test),
      cmocka_unit_test_setup(no_forged_signature_of_a_ballot_holds, forged_begin_test),
      cmocka_unit_test_setup(no_forged_signature_of_anybody_holds, forged_begin_test),
      cmocka_unit_test_setup(a_credential_of_small_order_signs_nothing, forged_begin_test),
      cmocka_unit_test_setup(no_forged_checkpoint_holds, forged_begin_test),
  };
  return cmocka_run_group_tests(tests, forged_begin, forged_end);
}
