/* files.h - whole files into memory, and where the shared elections are.
 */
#ifndef TESTS_ORACLE_FILES_H
#define TESTS_ORACLE_FILES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

/* Reads a file whole; false when it cannot be read. */
bool files_read(const char *path, struct arena *arena, struct span *content);

/* The path of something in the folder of shared elections: $BEFFROI_SHARED, or `shared` beside the
 * sources. NULL when it is not there. */
const char *files_shared(const char *name, struct arena *arena);

/* The names in a folder that end with `suffix`, sorted; returns how many. */
size_t files_list(const char *folder, const char *suffix, struct arena *arena,
                  const char *const **names);

/* "folder/name". */
const char *files_join(const char *folder, const char *name, struct arena *arena);

#endif
