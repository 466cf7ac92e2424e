/* manifest_write.h - a manifest written from its values: the other direction of manifest.h.
 *
 * For elections that a program defines. People draft manifests as JSON (draft_manifest), in as many
 * languages as they like; here all titles are in one.
 */
#ifndef BALLOTS_MANIFEST_WRITE_H
#define BALLOTS_MANIFEST_WRITE_H

#include "ballots/manifest.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"

/* Two lower-case letters of ISO 639-1. */
struct language {
  char code[3];
};

/* Adds the payload to `buffer`. All members of the manifest are looked at but `id` and `draws`; its
 * settings must be resolved. With `projects_attached` the projects are named as an attachment, else
 * they are written out. The payload is read back, and refused as manifest_read refuses it. Unless it
 * returns STATUS_OK, the buffer holds what it held before. */
enum status manifest_write(const struct manifest *manifest, const struct language *language,
                           struct buffer *buffer, struct fault *fault) CHECKED;

/* Adds the list of an election's projects: the attachment. Not read back. A failed allocation shows
 * in the buffer. */
void manifest_write_projects(const struct election *election, const struct language *language,
                             struct buffer *buffer);

#endif
