/* restage.h - a published election held again on a board of ours, every vote a signed ballot.
 *
 * To show that this system finds what a city found, and to load it as a city would. From a .pb file
 * (engine/pabulib.h) come the election, the rule and each voter's choice; the caller brings what no
 * file says: origins, keys, times, who may do what. There is no clock and no randomness here: the
 * same file, terms and seed make the same bytes.
 *
 *   struct pabulib_options options = {.keep_equal_apart = true};   voters one by one, in order
 *   pabulib_read(text, &options, &arena, &file, &fault)
 *   pabulib_preset(&file, &settings, &arena, &fault)               or another rule
 *   struct manifest terms = {.board_key = …, .credentials_origin = …, .registrars = …,
 *                            .organiser = …, .custody = …, .revote = true, .opens = …};
 *   restage_make(&file, &settings, &terms, &arena, &restage, &fault)
 *
 *   restage.payload                                 → draft_sign → the manifest's line
 *   restage.projects, if its length is not 0        → stored as an attachment before it
 *
 *   for each voter, from 0 to restage_voters - 1:
 *     restage_voter(&restage, seed, i, &voter)      a voting code and what the voter does
 *     credential_derive(&voter.code, …origin, …)    the key
 *   electorate_sort(keys, count)                    → the electorate's attachment
 *
 *   and once the board is open, for each voter:
 *     struct choice choice = restage_choice(&restage, i, marks);
 *     draft_ballot(&restage.manifest.election, &choice, &open, &key, replaces, &payload, &fault) → draft_sign
 *
 * One by one like that, with a choice that is replaced where `voter.changes_mind` and a line sent
 * again where `voter.repeats`, the standing ballots are those of the file. The outcome then is what
 * `tally` finds for the file with the same settings, in all but two members: `election`, which is
 * the manifest's id; and, where marks were left out, `distinct_ballots`.
 *
 * What a board's election has otherwise than the file's:
 *
 *   - Ballots of real files break the limits that the file itself states, and the city counted them
 *     all the same. A limit that some ballot breaks is left out of the manifest, a scale reaches as
 *     far as the scores given; `widened` says how many were. If the blank ballot alone keeps to
 *     what remains, all limits are left out.
 *   - A board's ballot has one spelling, without zeros and scores equal to the default. Such marks
 *     are left out, `left_out` says how many, where they are worth nothing; refused is a file with
 *     marks of 0 points under a utility by which they are support (support.h), or with marks of a
 *     default score below 0.
 *   - A file may have no title, no currency, projects without a title: the board's origin, XXX (ISO
 *     4217: none) and the project's id stand in their place. Titles are said to be in the language
 *     of META's `language`, or else English.
 */
#ifndef BALLOTS_RESTAGE_H
#define BALLOTS_RESTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ballots/code.h"
#include "ballots/manifest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/choice.h"
#include "engine/pabulib.h"
#include "engine/settings.h"

enum {
  RESTAGE_LIST_MAX = 32 * 1024, /* bytes of a list of projects that stands in the manifest itself */
  RESTAGE_SEED_BYTES = 32,
};

struct restage {
  const struct pabulib *file;
  struct manifest manifest; /* of the board: as read back from the payload, with its projects */
  struct span payload;
  struct span projects; /* the attachment; empty where the payload lists them itself */
  unsigned widened;     /* limits that are not the file's */
  uint64_t left_out;    /* marks that are worth nothing */
};

/* Makes the manifest. The file was read with `keep_equal_apart`; it, its text, the settings' texts
 * and the arena outlive the restage. The settings are those given: they are resolved here. Of `terms`, what follows from the file is not looked at: `id`,
 * `election`, `projects`, `projects_attached`, `settings`, `draws`. STATUS_REFUSED is for what a board
 * cannot have, such as an id of other characters than [A-Za-z0-9._/-], a mark as above, or the utility
 * borda-max with a ballot longer than the longest allowed; it names the member of the manifest, the
 * setting, or "vote 12", counted from 1 in the order of the file. */
enum status restage_make(const struct pabulib *file, const struct settings *settings,
                         const struct manifest *terms, struct arena *arena, struct restage *restage,
                         struct fault *fault) CHECKED;

uint64_t restage_voters(const struct restage *restage);

/* The choice of a voter, in the order of the file. `marks` has room for one of each project, and the
 * choice points into it. */
struct choice restage_choice(const struct restage *restage, uint64_t voter, struct mark *marks);

/* Who the voter is and what happens at the box, drawn from the seed and the voter's number: so any
 * program can play a part of the voters without the rest. Whoever knows the seed can vote for
 * everybody. */
struct restage_voter {
  struct code code;
  bool changes_mind; /* one in 8, where the manifest lets revote: casts `first` and replaces it */
  uint64_t first;    /* whose choice is cast first; of restage_voters: a blank one (one in 4) */
  bool repeats;      /* one in 16: sends the line of the last ballot twice */
};

void restage_voter(const struct restage *restage, const uint8_t seed[RESTAGE_SEED_BYTES],
                   uint64_t number, struct restage_voter *voter);

#endif
