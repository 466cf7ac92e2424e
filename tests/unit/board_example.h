/* board_example.h - a whole board, of every kind of entry, that tests share.
 *
 * An arena, one call, and there are lines that board_append takes one after another:
 *
 *   struct arena arena = {0};
 *   struct board_example example;
 *   board_example_make(&arena, &example);
 *   … example.entries[i].line, example.attachments[j].bytes …
 *   arena_free(&arena);
 *
 * The same bytes each time: all keys come from fixed seeds, and Ed25519 signatures are
 * deterministic. Five cards vote on four projects by approval. Card 0 votes twice, card 1 casts a
 * blank ballot, card 2 is lost and replaced by card 5, which votes; card 3 votes on paper, card 4
 * not at all. Nothing counts the votes: the outcome is a stand-in, `{}`, unless
 * board_example_count is called.
 *
 * To tamper below the signatures: take the JSON of the manifest (example_manifest) or the struct of
 * an entry (example.entries[i].entry), change it, write it again (draft.h) and sign the payload
 * (example_sign). Nothing here needs cmocka; what cannot fail and does, aborts.
 */
#ifndef TESTS_UNIT_BOARD_EXAMPLE_H
#define TESTS_UNIT_BOARD_EXAMPLE_H

#include <jansson.h>

#include "ballots/board.h"
#include "ballots/entry.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/span.h"

enum example_key {
  EXAMPLE_ORGANISER,
  EXAMPLE_BOARD,
  EXAMPLE_WITNESS,
  EXAMPLE_REGISTRAR,
  EXAMPLE_MEDIATOR,
  EXAMPLE_SCRUTINEER_0,
  EXAMPLE_SCRUTINEER_1,
  EXAMPLE_DRAWER_0, /* in the manifest's order */
  EXAMPLE_DRAWER_1,
  EXAMPLE_CARD_0, /* the cards in the electorate are 0 to 4 */
  EXAMPLE_CARD_1,
  EXAMPLE_CARD_2,
  EXAMPLE_CARD_3,
  EXAMPLE_CARD_4,
  EXAMPLE_CARD_5, /* replaces card 2 */
  EXAMPLE_STRANGER,
  EXAMPLE_KEY_COUNT
};

enum {
  EXAMPLE_ENTRIES = 18,
  EXAMPLE_ATTACHMENTS = 3,
  EXAMPLE_SIGNERS_MAX = 2
};

/* Where the entries stand. */
enum example_place {
  EXAMPLE_AT_MANIFEST,
  EXAMPLE_AT_PAGES,
  EXAMPLE_AT_ELECTORATE,
  EXAMPLE_AT_EARLY_NOTE, /* before the opening */
  EXAMPLE_AT_OPEN,
  EXAMPLE_AT_FIRST_BALLOT,  /* card 0: p01, p03 */
  EXAMPLE_AT_BLANK_BALLOT,  /* card 1 */
  EXAMPLE_AT_LATER_PAGES,   /* after the opening */
  EXAMPLE_AT_SECOND_BALLOT, /* card 0: p02, replaces the first */
  EXAMPLE_AT_LOST,          /* card 2, replaced by card 5 */
  EXAMPLE_AT_STRUCK,        /* card 3, for paper */
  EXAMPLE_AT_LAST_BALLOT,   /* card 5: p01, p04 */
  EXAMPLE_AT_CLOSE,
  EXAMPLE_AT_PAPER, /* one ballot: p03 */
  EXAMPLE_AT_DRAW_0,
  EXAMPLE_AT_DRAW_1,
  EXAMPLE_AT_RESULT,
  EXAMPLE_AT_LATE_NOTE,
};

struct example_entry {
  enum entry_kind kind;
  struct span line;
  struct digest leaf;
  struct entry entry; /* as draft_entry took it; of a manifest only the kind */
};

struct example_attachment {
  struct attachment name;
  struct span bytes;
};

struct board_example {
  struct example_entry entries[EXAMPLE_ENTRIES];
  struct example_attachment attachments[EXAMPLE_ATTACHMENTS]; /* keys, paper ballots, outcome */
  json_t *texts; /* of the notes and choices; board_example_release gives it back */
};

void board_example_make(struct arena *arena, struct board_example *example);
void board_example_release(struct board_example *example);

/* Puts an outcome, which must outlive the example, in the place of the stand-in, signed. */
void board_example_set_outcome(struct arena *arena, struct board_example *example,
                               struct span outcome);

/* The same with the outcome that the board counts to. */
void board_example_count(struct arena *arena, struct board_example *example);

/* Where a board finds the attachments of the example, which must outlive it. */
struct attachment_source board_example_attachments(struct board_example *example);

struct signing_key example_key(enum example_key which);
struct public_key example_public_key(enum example_key which);

/* A new draft of the manifest, which the caller may change and gives back with json_decref. */
json_t *example_manifest(void);

/* The line of a payload, signed by `count` keys. */
struct span example_sign(enum entry_kind kind, struct span payload, const enum example_key *signers,
                         size_t count, struct arena *arena);

/* The payload of an entry that is no manifest, and its line: as draft_entry and example_sign. */
struct span example_payload(const struct entry *entry, struct arena *arena);

/* Who signed the entry at a place of the example; returns how many. */
size_t example_signers(enum example_place place, enum example_key signers[EXAMPLE_SIGNERS_MAX]);

#endif
