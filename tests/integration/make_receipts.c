/* make_receipts - a small tree of notes and the receipts of one of them, for receipts.py.
 *
 * Usage: make_receipts FOLDER. Writes there `entry`, `other-entry`, the receipts `receipt` (no
 * witness), `cosigned` (two witnesses) and `forked` (another tree), and the verifier keys `vkey`,
 * `other-vkey`, `witness-1` and `witness-2`. The same every time.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "ballots/envelope.h"
#include "ballots/receipt.h"
#include "tests/unit/signers.h"

enum {
  ENTRIES = 11,
  INDEX = 6,
  TIME = 1803801600
};

static const char *folder;
static struct arena arena;
static struct fault fault;

static void must(bool holds)
{
  if (holds)
    return;
  fprintf(stderr, "make_receipts: %s: %s\n", fault.where, fault.what);
  exit(1);
}

static void keep(const char *name, struct buffer *bytes)
{
  char path[4096];
  must(!bytes->failed && snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
  FILE *file = fopen(path, "wb");
  must(file != NULL);
  must(fwrite(bytes->bytes, 1, bytes->length, file) == bytes->length && fclose(file) == 0);
  buffer_free(bytes);
}

static void keep_key(const char *name, const struct signer *signer)
{
  struct buffer text = {0};
  note_key_write(&signer->key, &text);
  keep(name, &text);
}

static struct buffer entry_of(unsigned number, const char *text)
{
  struct buffer payload = {0}, line = {0};
  struct envelope_signature signature;
  struct signer author = signer_make("author", NOTE_KEY_SIGNER, 9);
  buffer_format(&payload, "{\"number\":%u,\"text\":\"%s\"}", number, text);
  must(envelope_sign(SPAN("note"), buffer_span(&payload), &author.signing_key, &arena, &signature,
                     &fault) == STATUS_OK);
  must(envelope_write(SPAN("note"), buffer_span(&payload), &signature, 1, &line, &fault) ==
       STATUS_OK);
  buffer_free(&payload);
  return line;
}

/* The receipt of entry INDEX in a tree of entries that say `text`. */
static struct buffer receipt_of(const char *text, const struct signer *board,
                                const struct signer *witnesses, size_t witness_count)
{
  const struct merkle_frontier none = {0};
  struct digest leaves[ENTRIES];
  struct merkle_growth growth;
  struct merkle_plan plan;
  struct merkle_proof proof = {0};
  struct checkpoint checkpoint;
  struct buffer signed_head = {0}, receipt = {0};
  for (unsigned i = 0; i < ENTRIES; i++) {
    struct buffer entry = entry_of(i, i == INDEX ? "hello" : text);
    leaves[i] = merkle_leaf(buffer_span(&entry));
    buffer_free(&entry);
  }
  must(merkle_grow(&none, leaves, ENTRIES, &arena, &growth, &fault) == STATUS_OK);
  struct merkle_source source = merkle_growth_source(&growth);
  must(merkle_plan_inclusion(INDEX, ENTRIES, &plan, &fault) == STATUS_OK &&
       merkle_prove(&plan, &source, &proof, &fault) == STATUS_OK);
  struct merkle_head head = {.size = ENTRIES, .root = merkle_root(&growth.after)};
  checkpoint_sign(&head, &board->key, &board->signing_key, &signed_head);
  must(checkpoint_read(buffer_span(&signed_head), &checkpoint, &fault) == STATUS_OK);
  size_t length = checkpoint.note.text.length;
  for (size_t i = 0; i < witness_count; i++)
    signer_cosign(&witnesses[i], (struct span){.bytes = signed_head.bytes, .length = length}, TIME,
                  &signed_head);
  receipt_write(INDEX, &proof, buffer_span(&signed_head), &receipt);
  buffer_free(&signed_head);
  return receipt;
}

int main(int count, char **arguments)
{
  if (count != 2 || sodium_init() < 0)
    return 2;
  folder = arguments[1];
  struct signer board = signer_make("vote.example/faidherbe/projets", NOTE_KEY_SIGNER, 1);
  struct signer other = signer_make("vote.example/faidherbe/projets", NOTE_KEY_SIGNER, 2);
  struct signer witnesses[] = {signer_make("witness.example/w1", NOTE_KEY_COSIGNER, 3),
                               signer_make("witness.example/w2", NOTE_KEY_COSIGNER, 4)};
  struct buffer made = entry_of(INDEX, "hello");
  keep("entry", &made);
  made = entry_of(INDEX, "goodbye");
  keep("other-entry", &made);
  made = receipt_of("hello", &board, witnesses, 0);
  keep("receipt", &made);
  made = receipt_of("hello", &board, witnesses, 2);
  keep("cosigned", &made);
  made = receipt_of("goodbye", &board, witnesses, 2);
  keep("forked", &made);
  keep_key("vkey", &board);
  keep_key("other-vkey", &other);
  keep_key("witness-1", &witnesses[0]);
  keep_key("witness-2", &witnesses[1]);
  arena_free(&arena);
  return 0;
}
