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
  BOARD_WORD_COUNT
};

/* Adds a sentence with `values`, as many as its template names. */
void board_words_add(struct buffer *buffer, enum language language, enum board_word word,
                     const struct span *values, size_t count);

/* A sentence without values. */
struct span board_words_plain(enum language language, enum board_word word);

#endif
