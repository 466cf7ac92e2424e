/* rehearsal.h - a small election played on a board in memory, for tests.
 *
 *   struct rehearsal play;
 *   rehearsal_begin(&play);
 *   rehearsal_add(&play, "manifest", rehearsal_manifest());
 *   rehearsal_add(&play, "electorate", rehearsal_electorate(&play, 8, 5));
 *   rehearsal_add(&play, "open", rehearsal_open(&play));
 *   rehearsal_add(&play, "ballot", rehearsal_ballot(&play, 8, "{\"approve\":[\"bench\"]}"));
 *   …
 *   rehearsal_end(&play);
 *
 * Payloads are put together here as JSON, lines are signed by whoever the payload says must, and
 * tree and standing ballots are counted once more, apart from the code that is tested. A payload
 * may be altered before it is added. Keys and secrets are made from the numbers of their owners.
 * Failures of the tests' own making are failures of the test.
 */
#ifndef TESTS_UNIT_REHEARSAL_H
#define TESTS_UNIT_REHEARSAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/board.h"
#include "base/buffer.h"

/* Who takes part. Voters are any numbers from VOTER on. */
enum actor {
  NOBODY,
  ORGANISER,
  BOARD_STAFF,
  WITNESS,
  REGISTRAR,
  REGISTRAR_2,
  SCRUTINEER,
  SCRUTINEER_2,
  SCRUTINEER_3,
  MEDIATOR,
  DRAWER,
  DRAWER_2,
  STRANGER,
  VOTER = 16,
  ACTORS = 128
};

enum {
  REHEARSAL_ENTRIES = 1024,
  REHEARSAL_ATTACHMENTS = 64
};

struct rehearsal {
  struct arena arena;
  struct board board;
  struct buffer lines[REHEARSAL_ENTRIES]; /* those that were admitted */
  struct digest leaves[REHEARSAL_ENTRIES];
  size_t size;
  size_t ballot[ACTORS]; /* the entry + 1 that is the voter's standing ballot */
  struct buffer attachments[REHEARSAL_ATTACHMENTS];
  size_t attachment_count;
  struct digest election; /* the id */
  struct digest open;
  /* Of the last line. */
  enum refusal refusal;
  struct fault fault;
};

void rehearsal_begin(struct rehearsal *play);
void rehearsal_end(struct rehearsal *play);

/* The source that rehearsal_begin gives the board. */
struct attachment_source rehearsal_source(struct rehearsal *play);

/* --- people --- */

struct signing_key rehearsal_key(enum actor actor);

/* As texts of JSON. The commitment is to the bytes of the secret. */
json_t *rehearsal_key_text(enum actor actor);
json_t *rehearsal_secret(enum actor actor);
json_t *rehearsal_digest(const struct digest *digest);

/* --- payloads ---
 *
 * Each is the one that the board would admit now; the caller's, who may alter it. */

/* Approval of one or two of four projects, paper ballots, a draw, at most two replacements. */
json_t *rehearsal_manifest(void);
json_t *rehearsal_pages(const struct rehearsal *play);
/* `count` voters from `first` on. */
json_t *rehearsal_electorate(struct rehearsal *play, enum actor first, size_t count);
json_t *rehearsal_open(const struct rehearsal *play);
json_t *rehearsal_ballot(const struct rehearsal *play, enum actor voter, const char *choice);
/* Lost with a replacement, for paper with NOBODY. */
json_t *rehearsal_revocation(const struct rehearsal *play, enum actor voter,
                             enum actor replacement);
json_t *rehearsal_close(const struct rehearsal *play);
/* `choices` is the attachment, or NULL for none. */
json_t *rehearsal_paper(struct rehearsal *play, size_t count, const char *choices);
json_t *rehearsal_draw(const struct rehearsal *play, enum actor drawer);
json_t *rehearsal_result(struct rehearsal *play);
json_t *rehearsal_note(const struct rehearsal *play, enum actor author, const char *text);

/* Stores bytes; {"digest":…,"length":…} */
json_t *rehearsal_attach(struct rehearsal *play, struct span bytes);

/* --- lines --- */

/* The envelope of a payload, signed by these. The caller frees it. */
struct buffer rehearsal_sign_by(const char *kind, const json_t *payload, const enum actor *signers,
                                size_t count);

/* Signed by those whom the payload says. */
struct buffer rehearsal_sign(const char *kind, const json_t *payload);

/* Appends a line and says what came of it. */
enum refusal rehearsal_append(struct rehearsal *play, struct span line);

/* Signs, appends and gives the payload back. */
enum refusal rehearsal_try(struct rehearsal *play, const char *kind, json_t *payload);

/* The same, for what must be admitted. */
void rehearsal_add(struct rehearsal *play, const char *kind, json_t *payload);

/* The same, for what must be refused by this name. */
void rehearsal_refused(struct rehearsal *play, const char *kind, json_t *payload,
                       enum refusal refusal);

/* --- whole stretches --- */

/* Manifest, if `manifest` is NULL the one above, and 12 voters; then the opening. */
void rehearsal_prepare(struct rehearsal *play, json_t *manifest);
void rehearsal_start(struct rehearsal *play, json_t *manifest);

/* A whole election with every kind of entry, where these stand. */
enum rehearsal_place {
  AT_MANIFEST,
  AT_EARLY_PAGES,
  AT_EARLY_NOTE,
  AT_ELECTORATE,        /* VOTER to VOTER + 11 */
  AT_SECOND_ELECTORATE, /* VOTER + 20 to VOTER + 22 */
  AT_OPEN,
  AT_FIRST_BALLOT, /* VOTER: bench */
  AT_BLANK_BALLOT, /* VOTER + 1 */
  AT_LATER_PAGES,
  AT_SECOND_BALLOT,   /* VOTER again: garden */
  AT_LOST,            /* VOTER + 2, replaced by VOTER + 40 */
  AT_STRUCK,          /* VOTER + 3, for paper */
  AT_ALSO_STRUCK,     /* VOTER + 4, for paper */
  AT_REPLACED_BALLOT, /* VOTER + 40: bench, mural */
  AT_LAST_BALLOT,     /* VOTER + 20: garden, swing */
  AT_LATER_NOTE,
  AT_CLOSE,
  AT_NOTE_BEFORE_PAPER,
  AT_PAPER, /* garden; blank */
  AT_DRAW,
  AT_SECOND_DRAW,
  AT_RESULT,
  AT_LAST_NOTE,
  REHEARSAL_PLACES
};

/* The kind of entry at a place, and its payload when all before it were added. */
const char *rehearsal_kind_at(enum rehearsal_place place);
json_t *rehearsal_payload_at(struct rehearsal *play, enum rehearsal_place place);

/* Begins, and adds what stands before `place`. */
void rehearsal_until(struct rehearsal *play, enum rehearsal_place place);

#endif
