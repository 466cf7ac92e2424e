/* draft.h - payloads as they are signed: the other direction of entry.h and manifest.h.
 *
 * What is written here is read back before it is given: a draft that entry_read would refuse is
 * refused now, while it can still be mended, with the same words.
 */
#ifndef BALLOTS_DRAFT_H
#define BALLOTS_DRAFT_H

#include "ballots/entry.h"
#include "base/buffer.h"
#include "base/canonical.h"
#include "base/fault.h"

/* Adds the payload of an entry to `buffer`. Of `entry`, `kind`, `binding` and the `body` of the
 * kind are looked at; of the binding, `after_open` only where the kind may stand on both sides.
 * Not for manifests. Unless it returns STATUS_OK, the buffer holds what it held before. */
enum status draft_entry(const struct entry *entry, struct buffer *buffer,
                        struct fault *fault) CHECKED;

/* Adds the payload of a manifest, from the JSON that somebody has drafted (canonical_read_draft).
 * Unless it returns STATUS_OK, the buffer holds what it held before. */
enum status draft_manifest(const json_t *manifest, struct buffer *buffer,
                           struct fault *fault) CHECKED;

#endif
