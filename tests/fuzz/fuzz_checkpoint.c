/* fuzz_checkpoint.c - a signed checkpoint: whatever is accepted is written as the bytes that were
 * read, from its parts; and verifying it, true or false, does nothing else.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ballots/checkpoint.h"
#include "base/base64.h"
#include "tests/unit/signers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void rewrite(const struct checkpoint *checkpoint, struct span expected)
{
  char root[45] = {0};
  struct buffer text = {0}, whole = {0};
  base64_write(checkpoint->head.root.bytes, DIGEST_BYTES, root);
  buffer_add(&text, checkpoint->origin);
  buffer_add_byte(&text, '\n');
  buffer_add_integer(&text, (int64_t)checkpoint->head.size);
  buffer_format(&text, "\n%s\n", root);
  must(span_equal(buffer_span(&text), checkpoint->note.text));
  note_write(&checkpoint->note, &whole);
  must(span_equal(buffer_span(&whole), expected));
  buffer_free(&text);
  buffer_free(&whole);
}

static void verify(const struct checkpoint *checkpoint)
{
  const struct signer board = signer_make("board", NOTE_KEY_SIGNER, 1);
  const struct signer witness = signer_make("witness", NOTE_KEY_COSIGNER, 2);
  struct fault fault = {.status = STATUS_OK};
  struct cosignature cosignature;
  if (checkpoint_verify(checkpoint, &board.key, &fault) == STATUS_OK)
    must(span_equal(checkpoint->origin, board.key.name));
  else
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0');
  if (checkpoint_cosigned(checkpoint, &witness.key, &cosignature, &fault) == STATUS_OK)
    must(!cosignature.present || cosignature.time >= 0);
  else
    must(fault.status == STATUS_REFUSED && !cosignature.present);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct checkpoint checkpoint;
  struct fault fault = {.status = STATUS_OK};
  if (checkpoint_read(bytes, &checkpoint, &fault) == STATUS_OK) {
    rewrite(&checkpoint, bytes);
    verify(&checkpoint);
  } else {
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0' && fault.expected[0] != '\0');
    must(span_is_utf8(span_of(fault.what)));
  }
  return 0;
}
