/* manifest.h - the definition of an election: the payload of a board's first entry.
 *
 * Canonical JSON (base/canonical.h) with exactly these members; those marked * may be absent.
 *
 *   ballot        {"kind":…, the limits that are set}: engine/choice.h; "default" for scores
 *   board         {"key":vkey,"max_replacements":0…65535,"origin":…,"witness_quorum":0…32,
 *                 "witnesses":[vkey…]}: vkeys as in ballots/note.h; the key's name is the origin
 *   budget        minor units
 *   constraints*  must be absent in this version, as must headings, mediators' own rules and the
 *   headings*     members of secret elections: what is not understood is refused, never ignored
 *   credentials   {"origin":…,"registrars":[key…]}: ballots/credential.h; one or more
 *   currency      ISO 4217
 *   custody       sorted names among "board-staff", "draw", "organiser", "registrars",
 *                 "scrutineers": whose keys the service holds for them
 *   draw*         [{"commitment":hex,"key":key}…] two or more: SHA-256 of 32 secret bytes each
 *   eligibility*  hex SHA-256 of the published rules
 *   format        "beffroi/1"
 *   mediators*    [key…]
 *   minor_unit    0…6
 *   organiser     key
 *   projects      [{"category"*:…,"cost":…,"id":…,"title":{…}}…], or the same as an attachment
 *                 {"count":…,"digest":hex,"length":…}
 *   quorum*       least number of standing ballots for the result to count
 *   revote        true or false
 *   rule          {"name":…, settings}: engine/rule.h; lists as arrays, groups as arrays of arrays
 *   scrutineers*  {"keys":[key…],"paper":true or false}
 *   secrecy       {"mode":"open"}
 *   title         {"en":…,"fr":…}: one or more languages, two lower-case letters each
 *   voting        {"closes":time or null,"opens":time}: "2027-03-06T08:00:00Z"
 *
 * A key is the standard base64 of 32 bytes that public_key_admit takes. Ids of projects match
 * [A-Za-z0-9._/-]{1,64}. Keys of different roles differ, those of the board and its witnesses too;
 * within a role none stands twice. The tie list ends in a key that leaves no tie: if and only if there
 * are people to draw, in `draw`; else in `id`, `id-numeric` or `listed`, the order of `projects`, all of
 * which the manifest fixes before anybody votes. The board's origin is that of the credentials, a slash, and one part more. The
 * quorum of witnesses is at most their number, and paper ballots need two scrutineers. Some choice
 * that is not blank keeps to all limits of the ballot.
 *
 * The election's id is the SHA-256 of these bytes.
 */
#ifndef BALLOTS_MANIFEST_H
#define BALLOTS_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "ballots/note.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"
#include "engine/settings.h"

enum {
  MANIFEST_KEYS_MAX = 32, /* of one role */
  MANIFEST_REPLACEMENTS_MAX = 65535,
  MANIFEST_ID_MAX = 64, /* bytes of a project's id on a board */
};

struct key_list {
  size_t count;
  const struct public_key *keys;
};

struct drawer {
  struct public_key key;
  struct digest commitment; /* SHA-256 of what will be revealed */
};

/* A file named by its digest (ballots/board.h says where it is kept). */
struct attachment {
  struct digest digest;
  uint64_t length; /* bytes, 1 to ATTACHMENT_MAX */
};

#define ATTACHMENT_MAX (UINT64_C(64) << 20)

/* Valid when read: everything above holds. Spans point into the payload or the arena. */
struct manifest {
  struct digest id;
  struct election election; /* titles in French where there is one, else in the first language */
  bool projects_attached;   /* then project_count is as announced and projects NULL until
                               manifest_attach */
  struct attachment projects;
  struct settings settings; /* the rule; resolved once the projects are there */
  bool draws;               /* the tie list ends in `draw` */

  struct note_key board_key; /* named by board.origin */
  size_t witness_count;
  const struct note_key *witnesses;
  unsigned witness_quorum;
  unsigned max_replacements;

  struct span credentials_origin;
  struct key_list registrars;
  struct public_key organiser;
  struct key_list scrutineers; /* may be empty */
  bool paper;
  struct key_list mediators;
  size_t drawer_count;
  const struct drawer *drawers;

  bool revote;
  bool has_eligibility;
  struct digest eligibility;
  int64_t quorum; /* standing ballots, 0 when there is none */
  int64_t opens;  /* seconds since 1970 (UTC, no leap seconds) */
  bool has_closes;
  int64_t closes; /* after `opens`; only when has_closes */
  size_t custody_count;
  const struct span *custody;
};

/* Reads a payload. It and `arena` must outlive the manifest. STATUS_REFUSED names the member, such
 * as "voting.closes". */
enum status manifest_read(struct span payload, struct arena *arena, struct manifest *manifest,
                          struct fault *fault) CHECKED;

/* Gives a manifest the projects that it keeps as an attachment, whose bytes must be those that it
 * names and outlive it. Without an attachment there is nothing to do. */
enum status manifest_attach(struct manifest *manifest, struct span projects, struct arena *arena,
                            struct fault *fault) CHECKED;

/* Whether a key may sign for a role. */
bool key_list_has(const struct key_list *list, const struct public_key *key);

#endif
