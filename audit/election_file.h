/* election_file.h - a .pb file that was named: opened, read, and what it says against itself told.
 */
#ifndef AUDIT_ELECTION_FILE_H
#define AUDIT_ELECTION_FILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"
#include "console/source.h"
#include "engine/pabulib.h"

/* What complaints call the file at `path`: "standard input" for "-". */
const char *election_file_name(const char *path);

/* Reads the file and warns on standard error: how many warnings there are or, with `warnings`, each.
 * What was read points into the source: the caller closes it, whatever is returned, and asks
 * source_unchanged before anything is said. */
enum status election_file_read(const char *path, bool warnings,
                               const struct pabulib_options *options, struct arena *arena,
                               struct source *source, struct pabulib *file,
                               struct fault *fault) CHECKED;

#endif
