#include "ballots/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

enum {
  SIZE_DIGITS = 19, /* of MERKLE_SIZE_MAX */
  ROOT_CHARACTERS = (DIGEST_BYTES + 2) / 3 * 4,
  TEXT_MAX = NOTE_NAME_MAX + 1 + SIZE_DIGITS + 1 + ROOT_CHARACTERS + 1,
  TIME_BYTES = 8,
  TIME_LINES_MAX = sizeof "cosignature/v1\ntime \n" + SIZE_DIGITS
};

static void require(bool holds)
{
  if (!holds)
    abort();
}

void checkpoint_sign(const struct merkle_head *head, const struct note_key *key,
                     const struct signing_key *signing_key, struct buffer *buffer)
{
  require(head->size <= MERKLE_SIZE_MAX);
  char root[ROOT_CHARACTERS + 1] = {0};
  char text[TEXT_MAX + 1];
  base64_write(head->root.bytes, DIGEST_BYTES, root);
  int length = snprintf(text, sizeof text, "%.*s\n%" PRIu64 "\n%s\n", SPAN_PRINT(key->name),
                        head->size, root);
  require(length > 0 && (size_t)length < sizeof text);

  /* All lines are whole and printable, since the name of a key is. */
  struct fault unused;
  struct span lines = {.bytes = text, .length = (size_t)length};
  require(note_sign(lines, key, signing_key, buffer, &unused) == STATUS_OK);
}

/* --- reading --- */

static enum status refuse(struct fault *fault, const char *where, const char *expected,
                          const char *what, struct span value)
{
  return fault_set(fault, STATUS_REFUSED, where, expected, "'%.*s' is %s", SPAN_PRINT(value), what);
}

static bool read_root(struct span line, struct digest *root)
{
  size_t length;
  return base64_read(line, root->bytes, DIGEST_BYTES, &length) && length == DIGEST_BYTES;
}

static enum status read_head(struct span size, struct span root, struct merkle_head *head,
                             struct fault *fault)
{
  int64_t number;
  if (!span_to_integer(size, &number) || number < 0)
    return refuse(fault, "line 2", "a whole number from 0 to 9223372036854775807",
                  "no size of a tree", size);
  head->size = (uint64_t)number;
  if (!read_root(root, &head->root))
    return refuse(fault, "line 3", "the base64 of 32 bytes", "no root of a tree", root);
  struct digest nothing = digest_of(SPAN(""));
  if (head->size == 0 && digest_compare(&head->root, &nothing) != 0)
    return refuse(fault, "line 3", "the SHA-256 of nothing", "not the root of the empty tree",
                  root);
  return STATUS_OK;
}

enum status checkpoint_read(struct span bytes, struct checkpoint *checkpoint, struct fault *fault)
{
  enum status status = note_read(bytes, &checkpoint->note, fault);
  if (status != STATUS_OK)
    return status;
  struct span rest = checkpoint->note.text;
  struct span lines[3] = {SPAN_INIT(""), SPAN_INIT(""), SPAN_INIT("")};
  bool more = true;
  rest.length--; /* the last line break ends a line and begins none */
  for (size_t i = 0; i < 3; i++)
    if (!span_split(&rest, &more, '\n', &lines[i]))
      return fault_set(fault, STATUS_REFUSED, NULL, "origin, size, root",
                       "a checkpoint of %zu lines", i);
  if (more)
    return fault_set(fault, STATUS_REFUSED, "line 4", "nothing after the root",
                     "the checkpoint has more than origin, size and root");
  if (!note_is_key_name(lines[0]))
    return refuse(fault, "line 1", "1 to 255 printable ASCII characters, neither space nor '+'",
                  "no origin of a board", lines[0]);
  checkpoint->origin = lines[0];
  return read_head(lines[1], lines[2], &checkpoint->head, fault);
}

/* --- verifying --- */

enum status checkpoint_verify(const struct checkpoint *checkpoint, const struct note_key *board,
                              struct fault *fault)
{
  if (!span_equal(checkpoint->origin, board->name)) {
    char name[NOTE_NAME_MAX + 1];
    snprintf(name, sizeof name, "%.*s", SPAN_PRINT(board->name));
    return refuse(fault, "origin", name, "another board", checkpoint->origin);
  }
  return note_verify(&checkpoint->note, board, fault);
}

static enum status refuse_cosignature(struct fault *fault, const struct note_key *witness,
                                      const char *expected, const char *what)
{
  return fault_set(fault, STATUS_REFUSED, "cosignatures", expected, "that of '%.*s' %s",
                   SPAN_PRINT(witness->name), what);
}

static uint64_t read_time(const uint8_t bytes[TIME_BYTES])
{
  uint64_t time = 0;
  for (size_t i = 0; i < TIME_BYTES; i++)
    time = time << 8 | bytes[i];
  return time;
}

static bool cosignature_holds(const struct signature *signature, int64_t time, struct span text,
                              const struct public_key *witness)
{
  char message[TIME_LINES_MAX + TEXT_MAX];
  int length = snprintf(message, TIME_LINES_MAX, "cosignature/v1\ntime %" PRId64 "\n", time);
  require(length > 0 && length < TIME_LINES_MAX && text.length <= TEXT_MAX);
  memcpy(message + length, text.bytes, text.length);
  struct span whole = {.bytes = message, .length = (size_t)length + text.length};
  return signature_holds(signature, whole, witness);
}

enum status checkpoint_cosigned(const struct checkpoint *checkpoint, const struct note_key *witness,
                                struct cosignature *cosignature, struct fault *fault)
{
  require(witness->type == NOTE_KEY_COSIGNER);
  *cosignature = (struct cosignature){.present = false};
  const struct note_signature *line = note_find(&checkpoint->note, witness);
  if (line == NULL)
    return STATUS_OK;
  uint8_t bytes[TIME_BYTES + SIGNATURE_BYTES];
  if (!note_signature_bytes(line, bytes, sizeof bytes))
    return refuse_cosignature(fault, witness, "8 bytes of time and 64 of signature",
                              "has another length");
  uint64_t time = read_time(bytes);
  if (time > INT64_MAX)
    return refuse_cosignature(fault, witness, "a time of at most 2^63-1 seconds",
                              "has a time out of range");
  struct signature signature;
  memcpy(signature.bytes, bytes + TIME_BYTES, SIGNATURE_BYTES);
  if (!cosignature_holds(&signature, (int64_t)time, checkpoint->note.text, &witness->public_key))
    return refuse_cosignature(fault, witness, "an Ed25519 signature of the time and the checkpoint",
                              "does not hold");
  *cosignature = (struct cosignature){.present = true, .time = (int64_t)time};
  return STATUS_OK;
}

/* Whether the key of a witness has signed under an earlier name: a cosignature does not name the
 * witness, so one key could sign under many names. */
static bool counted_before(const struct note *note, const struct note_key *witnesses, size_t at)
{
  const struct public_key *key = &witnesses[at].public_key;
  for (size_t i = 0; i < at; i++)
    if (memcmp(witnesses[i].public_key.bytes, key->bytes, PUBLIC_KEY_BYTES) == 0 &&
        note_find(note, &witnesses[i]) != NULL)
      return true;
  return false;
}

enum status checkpoint_count_witnesses(const struct checkpoint *checkpoint,
                                       const struct note_key *witnesses, size_t count,
                                       size_t *cosigned, struct fault *fault)
{
  *cosigned = 0;
  for (size_t i = 0; i < count; i++) {
    struct cosignature cosignature;
    enum status status = checkpoint_cosigned(checkpoint, &witnesses[i], &cosignature, fault);
    if (status != STATUS_OK)
      return status;
    if (cosignature.present && !counted_before(&checkpoint->note, witnesses, i))
      (*cosigned)++;
  }
  return STATUS_OK;
}
