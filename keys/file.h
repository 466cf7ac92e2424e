/* file.h - files that are there whole and for good, or not at all.
 *
 * All are readable by their owner only. Success means that a power failure right after does not
 * undo it: the bytes and the name in its folder are on the disk.
 */
#ifndef KEYS_FILE_H
#define KEYS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"

/* The content of a file of at most `limit` bytes, copied into `arena`; "-" is standard input. */
enum status file_read(const char *path, size_t limit, struct arena *arena, struct span *bytes,
                      struct fault *fault) CHECKED;

/* Makes a file that must not be there yet. What failed leaves none. */
enum status file_make(const char *path, struct span bytes, struct fault *fault) CHECKED;

/* Makes a file or puts it in the place of one: at any moment one of the two is there, whole. Whether it
 * is this one is in `*replaced`, whatever is returned: it may be there and not be durable. */
enum status file_replace(const char *path, struct span bytes, bool *replaced,
                         struct fault *fault) CHECKED;

/* Makes a folder that must not be there yet. What failed leaves none. */
enum status file_make_folder(const char *path, struct fault *fault) CHECKED;

/* Makes those folders of `path` that are missing, up to its last '/'. */
enum status file_make_folders(const char *path, struct fault *fault) CHECKED;

/* "folder/name" in `arena`; NULL when there is no memory. */
char *file_path(struct arena *arena, const char *folder, const char *name);

/* --- a new file in pieces: what is too large, or too secret, to be held in memory --- */

struct file_writer {
  const char *path; /* must outlive the writer */
  int descriptor;
};

enum status file_begin(struct file_writer *writer, const char *path, struct fault *fault) CHECKED;
enum status file_add(struct file_writer *writer, struct span bytes, struct fault *fault) CHECKED;
/* Makes it durable. Unless it returns STATUS_OK there is no file. */
enum status file_end(struct file_writer *writer, struct fault *fault) CHECKED;
/* Takes a file away that was begun and not ended. */
void file_abandon(struct file_writer *writer);

#endif
