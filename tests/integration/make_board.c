/* make_board - the example board as files, for verify.py.
 *
 * Usage: make_board FOLDER [COUNT [RESULT [TIME]]]. Writes there the first COUNT entries (else all) of the
 * board of tests/unit/board_example.h as a whole directory: board.jsonl, attachments, the checkpoint
 * with its cosignature, tiles and entry bundles. The result is counted; with RESULT, unless
 * empty, that text stands in its place, signed. The witness cosigns at TIME, else after the close.
 * The same every time.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/board_files.h"
#include "tests/unit/board_example.h"

enum {
  TIME = 1805569200 /* a little after the close */
};

static const char *folder;
static struct arena arena;
static struct fault fault;
static struct board_example example;

static void must(bool holds, const char *what)
{
  board_files_must(holds, what, &fault);
}

/* --- the board as files --- */

static struct signer signer_of(const char *name, enum note_key_type type, enum example_key which)
{
  struct signer signer = {.signing_key = example_key(which)};
  must(note_key_make(span_of(name), type, &signer.signing_key.public_key, &signer.key, &fault) ==
           STATUS_OK,
       name);
  return signer;
}

static void keep_checkpoint(const struct span *lines, size_t count, uint64_t time)
{
  const struct signer board =
      signer_of("vote.example.fr/bpl-2027/faidherbe/projets", NOTE_KEY_SIGNER, EXAMPLE_BOARD);
  const struct signer witness =
      signer_of("witness.example.org", NOTE_KEY_COSIGNER, EXAMPLE_WITNESS);
  board_files_keep(folder, "unwitnessed",
                   board_files_checkpoint(lines, count, &board, NULL, 0, &arena));
  board_files_keep(folder, "checkpoint",
                   board_files_checkpoint(lines, count, &board, &witness, time, &arena));
}

static void keep_board(size_t count, uint64_t time)
{
  struct span lines[EXAMPLE_ENTRIES];
  for (size_t i = 0; i < count; i++)
    lines[i] = example.entries[i].line;
  board_files_keep_entries(folder, lines, count);
  for (size_t i = 0; i < EXAMPLE_ATTACHMENTS; i++)
    board_files_keep_attachment(folder, &example.attachments[i].name, example.attachments[i].bytes);
  keep_checkpoint(lines, count, time);
}

int main(int argument_count, char **arguments)
{
  int64_t count = EXAMPLE_ENTRIES, time = TIME;
  bool good = argument_count >= 2 && argument_count <= 5 && sodium_init() >= 0;
  if (good && argument_count > 2)
    good = span_to_integer(span_of(arguments[2]), &count) && count >= 1 && count <= EXAMPLE_ENTRIES;
  if (good && argument_count > 4)
    good = span_to_integer(span_of(arguments[4]), &time) && time >= 0;
  if (!good) {
    fprintf(stderr, "make_board: usage: make_board FOLDER [COUNT [RESULT [TIME]]]\n");
    return 2;
  }
  folder = arguments[1];
  board_example_make(&arena, &example);
  if (argument_count > 3 && arguments[3][0] != '\0')
    board_example_set_outcome(&arena, &example, span_of(arguments[3]));
  else
    board_example_count(&arena, &example);
  keep_board((size_t)count, (uint64_t)time);
  board_example_release(&example);
  arena_free(&arena);
  return 0;
}
