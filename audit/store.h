/* store.h - a directory that is filled with the files of a board that come from somewhere else.
 *
 * A file is written under another name and has its own once it is whole. A directory of our own is
 * below TMPDIR, else /tmp, its owner's alone, and goes when it is closed, or with the process when
 * that is ended by SIGHUP, SIGINT or SIGTERM; only what was put there is taken away. One that was
 * named stays.
 */
#ifndef AUDIT_STORE_H
#define AUDIT_STORE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

struct store_name; /* of a file or folder to be taken away */

struct store {
  const char *path; /* in the arena */
  bool temporary;
  int descriptor;
  int part; /* the file that is being written, or -1 */
  struct arena *arena;
  const struct store_name *volatile made; /* the last one first */
};

/* A directory of our own, one at a time. The arena outlives the store, and nobody may move it. */
enum status store_open_temporary(struct store *store, struct arena *arena,
                                 struct fault *fault) CHECKED;

/* Opens or makes a directory that stays. STATUS_REFUSED when there is something in it, and no
 * board: board.jsonl or checkpoint. */
enum status store_open_kept(struct store *store, const char *path, struct arena *arena,
                            struct fault *fault) CHECKED;

/* Whether there is something of this name, as in "tile/0/000". */
bool store_has(const struct store *store, const char *name);

/* Begins a file; one that was begun and not ended is forgotten. */
enum status store_begin(struct store *store, struct fault *fault) CHECKED;
enum status store_add(struct store *store, struct span bytes, struct fault *fault) CHECKED;
/* Gives it its name, in place of what was there, and makes the folders that the name wants. */
enum status store_end(struct store *store, const char *name, struct fault *fault) CHECKED;

/* A whole file. */
enum status store_put(struct store *store, const char *name, struct span bytes,
                      struct fault *fault) CHECKED;

/* Takes a file away, if there is one. */
enum status store_remove(struct store *store, const char *name, struct fault *fault) CHECKED;

/* For a store that was opened, or failed to, or is all zero. */
void store_close(struct store *store);

#endif
