/* page.h - a page for people: a heading, lines with a label, paragraphs, lists.
 *
 * Everything that is put on a page is harmless text (console/text.h) that belongs to the caller. A
 * failed allocation shows in the buffers.
 */
#ifndef AUDIT_PAGE_H
#define AUDIT_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "audit/board_words.h"
#include "audit/words.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

struct page {
  struct buffer *text;
  enum language language;
  size_t width;
  size_t label_columns; /* of the widest label */
};

void page_begin(struct page *page, struct buffer *text, enum language language, size_t width,
                const enum board_word *labels, size_t count);

/* Adds a moment, seconds since 1970, as 2027-03-06T08:00:00Z; the number itself beyond year 9999. */
void page_add_time(struct buffer *buffer, int64_t seconds);

/* An empty line. */
void page_space(struct page *page);

/* A sentence, in as many lines as it takes. */
void page_sentence(struct page *page, enum board_word word, const struct span *values,
                   size_t count);

/* A sentence as one point of a list. */
void page_point(struct page *page, enum board_word word, const struct span *values, size_t count);

/* A label, and what it is of. */
void page_line(struct page *page, enum board_word label, struct span text);
void page_line_number(struct page *page, enum board_word label, uint64_t number);
void page_line_sentence(struct page *page, enum board_word label, enum board_word word,
                        const struct span *values, size_t count);

/* Why something does not hold, and what was expected. */
void page_fault(struct page *page, const struct fault *fault);

#endif
