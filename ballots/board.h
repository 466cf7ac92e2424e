/* board.h - a board in memory: entries appended one by one through admission.
 *
 * The auditor reads a board with it from the first line to the last, and a small committee keeps
 * one with it in a directory. It holds the tree, the credentials and which ballot of each stands;
 * bodies of ballots may be withheld until they are released after the close: then only their leaf
 * hashes are appended, and the board is *partial*.
 *
 * Lines are not kept. Of a ballot that was admitted the choice is, packed (packed.h): a ballot is
 * then read and judged once, the count needs no second source of lines that might differ from the
 * first, and choices take a few bytes each where lines take hundreds. With the tree and the
 * credentials that is about 100 bytes for each ballot and 60 for each credential. All of it is in
 * the board's arena, which gives nothing back before its end; a ballot that was replaced stays
 * there, so that memory is bounded by the length of the board and not by that of its lines.
 */
#ifndef BALLOTS_BOARD_H
#define BALLOTS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/admission.h"
#include "ballots/electorate.h"
#include "ballots/entry.h"
#include "ballots/lookup.h"
#include "ballots/manifest.h"
#include "ballots/merkle.h"
#include "ballots/paper.h"
#include "base/arena.h"
#include "base/fault.h"
#include "engine/outcome.h"
#include "engine/profile.h"
#include "engine/rule.h"

/* Where attachments come from: a directory, a store. The bytes stay valid as long as the board.
 * STATUS_REFUSED when there is none of this digest; the board checks digest and length itself. */
struct attachment_source {
  void *context;
  enum status (*read)(void *context, const struct attachment *attachment, struct span *bytes,
                      struct fault *fault);
};

/* Asks electorate_check_keys of all `keys`, in parts of its choosing, and fails with the fault of
 * the first part that does. */
struct key_checker {
  void *context;
  enum status (*check)(void *context, struct span keys, struct fault *fault);
};

struct board_entry {
  struct digest leaf;
  uint32_t credential; /* of a ballot: its row in the electorate + 1; else 0 */
};

/* Not to be copied or moved: its head points into it. */
struct board {
  struct arena *arena;
  struct attachment_source attachments;
  const struct key_checker *key_checker; /* NULL: keys are checked one after the other */
  const struct progress *progress;       /* of counts; or NULL */

  /* As admission needs it; but root and standing_list are made when they are needed. */
  struct board_head head;
  struct merkle_frontier tree;
  struct project_index projects;
  struct electorate electorate;
  struct board_entry *entries; /* [head.size] */
  size_t entry_capacity;
  struct lookup leaves;
  uint64_t kinds[ENTRY_KIND_COUNT]; /* how many of each, withheld ballots among ENTRY_BALLOT */
  uint64_t withheld;                /* ballots whose bodies are not there */
  struct paper_ballots paper;
  uint64_t attendance;    /* signatures on its sheet, as the paper's entry says */
  uint8_t (*secrets)[32]; /* [drawer_count], those that head.drawn says are there */
};

/* An empty board. `arena` outlives it; so does what `attachments` and the two that may be set
 * afterwards point to. */
void board_begin(struct board *board, struct arena *arena,
                 const struct attachment_source *attachments);

/* Judges a line and, unless it is refused, appends it. Answers as admission_judge does; unless it
 * is STATUS_OK, the board is as it was. */
enum status board_append(struct board *board, struct span line, enum refusal *refusal,
                         struct fault *fault) CHECKED;

/* The same for an entry that was read, and passed admission_judge_alone with the board's manifest,
 * elsewhere: an auditor does that on several threads. A manifest, with the arena that it was read
 * into, must outlive the board; of other entries nothing is kept. */
enum status board_append_judged(struct board *board, const struct entry *entry,
                                const struct choice *choice, enum refusal *refusal,
                                struct fault *fault) CHECKED;

/* Appends a ballot of which only the leaf hash is known: before its release. */
enum status board_append_withheld(struct board *board, const struct digest *leaf,
                                  enum refusal *refusal, struct fault *fault) CHECKED;

/* The root over all entries. */
struct digest board_root(const struct board *board);

/* The `close` that would be admitted now: root, size, standing ballots. For whoever drafts it. The
 * board must be open and not partial. */
void board_draft_close(const struct board *board, struct entry_close *close);

/* --- count.c --- */

/* Counts a closed board: the standing ballot of each credential, and the paper ballots → profile →
 * rule → outcome. Fails with STATUS_REFUSED while ballots may still come, lots are missing or
 * bodies withheld. All is in `arena`, and the outcome points into the board. */
enum status board_count(const struct board *board, struct arena *arena, struct profile *profile,
                        struct outcome *outcome, struct fault *fault) CHECKED;

/* The lots that break ties on a board that can be counted (struct tally); NULL where none are drawn. */
enum status board_draw(const struct board *board, struct arena *arena, const uint32_t **places,
                       struct fault *fault) CHECKED;

/* Adds the canonical bytes of the outcome, with the manifest's id as `election`: the attachment
 * of the `result` that would be admitted now. A failed allocation is STATUS_NO_MEMORY. */
enum status board_outcome(const struct board *board, struct buffer *bytes,
                          struct fault *fault) CHECKED;

#endif
