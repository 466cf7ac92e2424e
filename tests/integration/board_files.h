/* board_files.h - a whole board as files, for programs that make boards for scripts to look at.
 *
 * What is written is what docs/board.md says of a directory. Nothing here answers with an error:
 * what cannot fail and does is said, and ends the program.
 */
#ifndef TESTS_INTEGRATION_BOARD_FILES_H
#define TESTS_INTEGRATION_BOARD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/manifest.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "tests/unit/signers.h"

/* Ends the program unless it holds; `fault` says why, or is NULL. */
void board_files_must(bool holds, const char *what, const struct fault *fault);

/* Writes the file `name` below `folder`, and the folders on the way to it. */
void board_files_keep(const char *folder, const char *name, struct span bytes);

/* The bytes of a buffer in the arena; the buffer is freed. */
struct span board_files_take(struct buffer *buffer, struct arena *arena);

/* `board.jsonl`, tiles and entry bundles of at most 256 entries. */
void board_files_keep_entries(const char *folder, const struct span *lines, size_t count);

/* `attachments/<hex>` */
void board_files_keep_attachment(const char *folder, const struct attachment *attachment,
                                 struct span bytes);

/* The checkpoint of these entries, signed by the board and, unless `witness` is NULL, cosigned at
 * `time`; in `arena`. The origin is the name of the board's key. */
struct span board_files_checkpoint(const struct span *lines, size_t count,
                                   const struct signer *board, const struct signer *witness,
                                   uint64_t time, struct arena *arena);

#endif
