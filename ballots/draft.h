/* draft.h - payloads and signed lines: the other direction of entry.h and manifest.h.
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
#include "engine/choice.h"

/* Adds the payload of an entry to `buffer`. A ballot's choice is put there as it is written. Of `entry`, `kind`, `binding` and the `body` of the
 * kind are looked at; of the binding, `after_open` only where the kind may stand on both sides.
 * Not for manifests. Unless it returns STATUS_OK, the buffer holds what it held before. */
enum status draft_entry(const struct entry *entry, struct buffer *buffer,
                        struct fault *fault) CHECKED;

/* Adds the payload of a manifest, from the JSON that somebody has drafted (canonical_read_draft).
 * Unless it returns STATUS_OK, the buffer holds what it held before. */
enum status draft_manifest(const json_t *manifest, struct buffer *buffer,
                           struct fault *fault) CHECKED;

/* Adds the payload of a ballot with this choice, which choice_check of the manifest's election has
 * passed and which names no zero and no default score. `replaces` is the leaf hash of the
 * credential's standing ballot, or NULL. Fails as draft_entry does. */
enum status draft_ballot(const struct election *election, const struct choice *choice,
                         const struct digest *open, const struct public_key *credential,
                         const struct digest *replaces, struct buffer *buffer,
                         struct fault *fault) CHECKED;

/* The line of a payload of this kind signed by `count` keys, in `arena`, without a line break.
 * Whether they are the keys that must sign it is not looked at. Refuses what envelope_write does:
 * above all a line that is too long. */
enum status draft_sign(struct span kind, struct span payload, const struct signing_key *const *keys,
                       size_t count, struct arena *arena, struct span *line,
                       struct fault *fault) CHECKED;

#endif
