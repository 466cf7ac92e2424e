/* board_source.h - a board as files: its lines in order, its attachments, its checkpoint, its tiles.
 *
 *   board.jsonl               one entry on each line, the last line ended too
 *   tile/entries/<N>[.p/<W>]  entry bundles (ballots/tile.h), where there is no board.jsonl
 *   entries/<index>           entries of which no bundle is there
 *   tile/<L>/<N>[.p/<W>]      tiles of hashes
 *   attachments/<hex>         files named by entries
 *   checkpoint                the signed head
 *
 * A ballot that is not yet released stands as {"leaf":"<hex>"}. Without board.jsonl the checkpoint
 * says how many entries there are, and the leaf of an entry that is in no file comes from its tile.
 */
#ifndef AUDIT_BOARD_SOURCE_H
#define AUDIT_BOARD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/folder.h"
#include "audit/problem.h"
#include "ballots/board.h"
#include "ballots/digest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "console/source.h"

enum {
  BOARD_ENTRIES_MAX = 1 << 26
};

struct board_source {
  struct folder folder;
  struct source file; /* board.jsonl, where there is one */
  bool bundled;       /* read from bundles and single entries instead */
  struct arena *arena;
  size_t count;
  struct span *lines; /* without their line breaks */
  bool has_checkpoint;
  struct span checkpoint;
  struct problem problem; /* the files are not those of a board: lines up to there are good */
};

/* Opens a directory or a board.jsonl, whose directory has the other files. STATUS_REFUSED when
 * there is no board; what is there and wrong is in `problem`. */
enum status board_source_open(const char *path, struct arena *arena, struct board_source *source,
                              struct fault *fault) CHECKED;

/* Whether a line only names a ballot's leaf hash. */
bool board_source_withheld(struct span line, struct digest *leaf);

/* Whether a line calls itself an entry of this kind, without taking it apart: most of a board is
 * ballots, and who looks for something else need not decode them. */
bool board_source_is_kind(struct span line, enum entry_kind kind);

/* Attachments from the directory. Valid as long as `source`. */
struct attachment_source board_source_attachments(struct board_source *source);

/* STATUS_FAILED when board.jsonl was written to since it was opened. */
enum status board_source_unchanged(const struct board_source *source, struct fault *fault) CHECKED;

/* For a source that was opened, or failed to. */
void board_source_close(struct board_source *source);

#endif
