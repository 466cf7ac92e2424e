/* sheet.h - pieces of text for pages about several rules, kept until the page is written.
 *
 * Every function gives harmless text in the sheet's arena. Failed allocations are remembered.
 */
#ifndef AUDIT_COMPARE_SHEET_H
#define AUDIT_COMPARE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/compare/contender.h"
#include "audit/words.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/election.h"

struct sheet {
  struct arena *arena;
  struct buffer *page;
  struct buffer scratch; /* the text at work */
  enum language language;
  size_t width;
  bool failed; /* memory */
};

struct span sheet_harmless(struct sheet *sheet, struct span text);
struct span sheet_number(struct sheet *sheet, uint64_t value);
struct span sheet_amount(struct sheet *sheet, const struct election *election, int64_t value);
/* "62.5 %", of tenths of a percent. */
struct span sheet_percent(struct sheet *sheet, uint64_t tenths);
/* "1.40", of hundredths. */
struct span sheet_hundredths(struct sheet *sheet, uint64_t hundredths);
struct span sheet_sentence(struct sheet *sheet, enum word word, const struct span *values,
                           size_t count);

/* Lines of the page: a sentence in as many lines as it takes; a label and what it is of. */
void sheet_add_sentence(struct sheet *sheet, enum word word, const struct span *values,
                        size_t count);
void sheet_add_line(struct sheet *sheet, enum word label, size_t columns, struct span text);

/* Adds the number, the name in words and the spelling of each contender. */
void sheet_add_contenders(struct sheet *sheet, const struct contenders *contenders);

/* Gives back what is not in the arena; whether all could be written. */
enum status sheet_end(struct sheet *sheet, struct fault *fault) CHECKED;

#endif
