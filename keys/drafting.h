/* drafting.h - from what a person drafts to a signed line of a board. */
#ifndef KEYS_DRAFTING_H
#define KEYS_DRAFTING_H

#include <stddef.h>

#include "ballots/digest.h"
#include "ballots/entry.h"
#include "ballots/manifest.h"
#include "ballots/signature.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"
#include "keys/officer.h"
#include "keys/task.h"

/* Reads JSON in any spelling; the value is given back with json_decref. Faults name the file. */
enum status drafting_read(const char *path, struct arena *arena, json_t **value,
                          struct fault *fault) CHECKED;

/* The line of a file that holds one entry, in `arena`, without its line break. */
enum status drafting_read_line(const char *path, struct arena *arena, struct span *line,
                               struct fault *fault) CHECKED;

/* Reads the first entry of a board, signed by its organiser, from a file that `option` named. The
 * manifest is in `arena`. */
enum status drafting_read_manifest(const char *option, const char *path, struct arena *arena,
                                   struct manifest **manifest, struct fault *fault) CHECKED;

/* Puts the ids of an approval in the order in which a choice has them: people name them as they come
 * to mind. All else is left for others to refuse. */
void drafting_order(json_t *choice);

/* A digest in hex, of an option. */
enum status drafting_digest(const char *option, const char *text, struct digest *digest,
                            struct fault *fault) CHECKED;

/* How an option names an entry: by 64 hex digits, or by a file that holds it, an entry of this kind.
 * Of a manifest the election's id, of others the leaf hash. */
enum status drafting_named(const char *option, const char *text, enum entry_kind kind,
                           struct arena *arena, struct digest *digest, struct fault *fault) CHECKED;

/* The signed line of a payload, in `arena`. It is read back as an entry, and refused when the keys
 * are not those that must sign it. */
enum status drafting_sign(const char *kind, struct span payload, const struct officers *officers,
                          struct arena *arena, struct span *line, struct fault *fault) CHECKED;

/* The same for an entry of which kind, binding and body are set. */
enum status drafting_sign_entry(const struct entry *entry, const struct officers *officers,
                                struct arena *arena, struct span *line,
                                struct fault *fault) CHECKED;

/* Writes a line and its line break to a new file, or as the answer where `path` is NULL. */
enum status drafting_put(struct job *job, const char *path, struct span line,
                         struct fault *fault) CHECKED;

#endif
