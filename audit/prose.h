/* prose.h - a page for people that is made of sentences: headings, paragraphs, lists.
 *
 * Sentences are templates as in words.h, with a column for each language, from whatever table a
 * report has; values are made harmless here. Pieces of text are in the arena. A failed allocation
 * shows in `failed` or in the page.
 */
#ifndef AUDIT_PROSE_H
#define AUDIT_PROSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/words.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/span.h"
#include "engine/election.h"

/* One template in all languages. */
typedef const char *const prose_sentence[LANGUAGE_COUNT];

struct prose {
  const struct election *election;
  struct arena *arena;
  struct buffer *page;
  struct buffer scratch; /* the text at work, until it is kept */
  enum language language;
  size_t width;
  bool failed; /* memory */
};

void prose_begin(struct prose *prose, const struct election *election, enum language language,
                 size_t width, struct arena *arena, struct buffer *page);

/* Gives back the scratch buffer; whether nothing failed, the page included. */
bool prose_end(struct prose *prose);

/* --- pieces of text --- */

struct span prose_number(struct prose *prose, int64_t value);
struct span prose_amount(struct prose *prose, int64_t value);
struct span prose_id(struct prose *prose, uint32_t project);
struct span prose_text(struct prose *prose, struct span text);
/* At most twelve, then how many more. */
struct span prose_ids(struct prose *prose, const uint32_t *projects, size_t count);
/* Thousandths, as a percentage and as a number. */
struct span prose_percent(struct prose *prose, unsigned thousandths);
struct span prose_thousandths(struct prose *prose, unsigned thousandths);
/* "list, more", or what there is of both. */
struct span prose_join(struct prose *prose, struct span list, struct span more);
struct span prose_say(struct prose *prose, prose_sentence sentence, const struct span *values,
                      size_t count);

/* --- the page --- */

void prose_title(struct prose *prose);
/* An empty line, then one of its own. */
void prose_heading(struct prose *prose, prose_sentence sentence);
void prose_paragraph(struct prose *prose, prose_sentence sentence, const struct span *values,
                     size_t count);
/* One point of a list. */
void prose_point(struct prose *prose, prose_sentence sentence, const struct span *values,
                 size_t count);

#endif
