/* board_words.h - the sentences about boards and receipts, in every language that words.h knows.
 *
 * They are templates as in words.h; a language is a column of the table in board_words.c.
 */
#ifndef AUDIT_BOARD_WORDS_H
#define AUDIT_BOARD_WORDS_H

#include <stddef.h>

#include "audit/words.h"
#include "base/buffer.h"
#include "base/span.h"

enum board_word {
  /* of receipts */
  BOARD_WORD_RECEIPT_HOLDS,
  BOARD_WORD_RECEIPT_PROVISIONAL,
  BOARD_WORD_RECEIPT_FAILS,
  BOARD_WORD_RECEIPT_KEEP,
  BOARD_WORD_RECEIPT_VALID,
  BOARD_WORD_RECEIPT_ALONE,
  /* labels */
  BOARD_WORD_BOARD,
  BOARD_WORD_ENTRY,
  BOARD_WORD_KIND,
  BOARD_WORD_SHORT_CODE,
  BOARD_WORD_LEAF,
  BOARD_WORD_TREE,
  BOARD_WORD_WITNESSES,
  BOARD_WORD_WHY,
  BOARD_WORD_EXPECTED,
  /* what stands behind them */
  BOARD_WORD_ENTRY_OF,       /* index, entries */
  BOARD_WORD_WITNESSES_OF,   /* how many cosigned, how many are wanted */
  BOARD_WORD_WITNESSES_NONE, /* - */
  /* of boards */
  BOARD_WORD_BOARD_HOLDS,
  BOARD_WORD_BOARD_HOLDS_SO_FAR,
  BOARD_WORD_BOARD_FAILS,
  BOARD_WORD_FIRST_FAULT,
  BOARD_WORD_FAULT_ENTRY, /* its number */
  BOARD_WORD_FAULT_WHOLE,
  BOARD_WORD_NAME,
  BOARD_WORD_MEANS,
  BOARD_WORD_ELECTION,
  BOARD_WORD_STAGE,
  BOARD_WORD_STAGE_EMPTY, /* and so on, in the order of enum phase */
  BOARD_WORD_STAGE_PREPARING,
  BOARD_WORD_STAGE_OPEN,
  BOARD_WORD_STAGE_CLOSED,
  BOARD_WORD_STAGE_ENDED,
  BOARD_WORD_ENTRIES,
  BOARD_WORD_CREDENTIALS,
  BOARD_WORD_CAST,
  BOARD_WORD_STANDING,
  BOARD_WORD_REPLACED,
  BOARD_WORD_WITHHELD,
  BOARD_WORD_BLANK,
  BOARD_WORD_UNUSED,
  BOARD_WORD_STRUCK,
  BOARD_WORD_STRUCK_FOR, /* as lost, for paper */
  BOARD_WORD_PAPER,
  BOARD_WORD_NOTES,
  BOARD_WORD_COSIGNED,    /* name, time */
  BOARD_WORD_FUNDED,      /* ids, in order of funding */
  BOARD_WORD_FUNDED_NONE, /* - */
  BOARD_WORD_RESULT,
  BOARD_WORD_CHECKED,
  BOARD_WORD_CHECKED_ENTRIES,     /* entries */
  BOARD_WORD_CHECKED_BALLOTS,     /* ballots */
  BOARD_WORD_CHECKED_CREDENTIALS, /* credentials */
  BOARD_WORD_CHECKED_OPEN,
  BOARD_WORD_CHECKED_CLOSE,
  BOARD_WORD_CHECKED_CHECKPOINT,
  BOARD_WORD_CHECKED_WITNESSES, /* how many, how many are wanted */
  BOARD_WORD_CHECKED_TILES,     /* files */
  BOARD_WORD_CHECKED_COUNT,
  BOARD_WORD_CHECKED_RESULT,
  BOARD_WORD_UNCHECKED,
  /* of voting pages */
  BOARD_WORD_SITE_HOLDS,
  BOARD_WORD_SITE_FAILS,
  BOARD_WORD_SITE_ADDRESS,
  BOARD_WORD_SITE_SIGNED,
  BOARD_WORD_SITE_FILES,
  BOARD_WORD_SITE_DIFFERS, /* path, SHA-256 that was signed, SHA-256 that was found */
  BOARD_WORD_SITE_MISSING, /* path */
  BOARD_WORD_SITE_EXTRA,   /* path */
  BOARD_WORD_SITE_UNREAD,  /* path, why */
  BOARD_WORD_SITE_ELSEWHERE,
  /* of what cannot be checked here: in the order of the table in caution.c */
  BOARD_WORD_NO_CHECKPOINT,
  BOARD_WORD_NO_WITNESSES,
  BOARD_WORD_WITHHELD_BODIES, /* ballots */
  BOARD_WORD_UNCOUNTED,
  BOARD_WORD_BELOW_QUORUM, /* ballots, quorum */
  BOARD_WORD_CUSTODY_ORGANISER,
  BOARD_WORD_CUSTODY_REGISTRARS,
  BOARD_WORD_CUSTODY_SCRUTINEERS,
  BOARD_WORD_CUSTODY_STAFF,
  BOARD_WORD_CUSTODY_DRAW,
  BOARD_WORD_KEPT_CODES,   /* credentials that cast nothing */
  BOARD_WORD_ROLL,         /* credentials */
  BOARD_WORD_REPLACEMENTS, /* credentials */
  BOARD_WORD_PAPER_KEYED,  /* paper ballots */
  BOARD_WORD_ATTENDANCE, /* signatures on the sheet, paper ballots, credentials struck for paper */
  BOARD_WORD_DRAWN,
  BOARD_WORD_TIMES,    /* opens, closes */
  BOARD_WORD_NO_CLOSE, /* opens */
  BOARD_WORD_DROPPED,
  BOARD_WORD_PAGES,
  BOARD_WORD_OPEN_MODE,
  BOARD_WORD_COUNT
};

/* Adds a sentence with `values`, as many as its template names. */
void board_words_add(struct buffer *buffer, enum language language, enum board_word word,
                     const struct span *values, size_t count);

/* A sentence without values. */
struct span board_words_plain(enum language language, enum board_word word);

#endif
