/* manifest_read.h - the parts of a manifest, read one by one for manifest.c.
 *
 * Each fills in its own fields of the manifest and leaves what concerns several parts to those
 * called *_check*.
 */
#ifndef BALLOTS_MANIFEST_READ_H
#define BALLOTS_MANIFEST_READ_H

#include "ballots/manifest.h"
#include "ballots/payload.h"
#include "base/arena.h"
#include "base/fault.h"

typedef enum status manifest_part(const struct node *node, struct arena *arena,
                                  struct manifest *manifest, struct fault *fault);

/* --- manifest_read_roles.c: who does what --- */

manifest_part manifest_read_board;
manifest_part manifest_read_credentials;
manifest_part manifest_read_custody;
manifest_part manifest_read_draw;
manifest_part manifest_read_mediators;
manifest_part manifest_read_organiser;
manifest_part manifest_read_scrutineers;

/* Whether no key has two roles or stands twice in one, and the board is one of the scope. */
enum status manifest_check_roles(const struct manifest *manifest, struct fault *fault) CHECKED;

/* --- manifest_read_ballot.c: what a ballot may say --- */

manifest_part manifest_read_ballot;

/* Whether there is a choice, other than a blank one, that keeps to all limits. */
enum status manifest_check_ballot(const struct election *election, struct arena *arena,
                                  struct fault *fault) CHECKED;

/* --- manifest_read_projects.c --- */

/* The list itself or the attachment. */
manifest_part manifest_read_projects;

/* The list: of the manifest, or of the attachment. */
enum status manifest_read_list(const struct node *node, struct arena *arena,
                               struct election *election, struct fault *fault) CHECKED;

/* --- manifest_read_rule.c: how it is counted --- */

manifest_part manifest_read_rule;

/* Whether the tie list leaves no tie, and draws if and only if there are people to draw; says in
 * the manifest which of the two. */
enum status manifest_check_ties(struct manifest *manifest, struct fault *fault) CHECKED;

#endif
