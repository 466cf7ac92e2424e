#include "audit/prose.h"

#include "console/text.h"

enum {
  TITLE_MAX = 400, /* columns */
  IDS_MAX = 12,
  POINT_INDENT = 4,
};

void prose_begin(struct prose *prose, const struct election *election, enum language language,
                 size_t width, struct arena *arena, struct buffer *page)
{
  *prose = (struct prose){
      .election = election, .arena = arena, .page = page, .language = language, .width = width};
}

bool prose_end(struct prose *prose)
{
  const bool whole = !prose->failed && !prose->scratch.failed && !prose->page->failed;
  buffer_free(&prose->scratch);
  return whole;
}

/* --- pieces of text --- */

/* What stands in the scratch buffer, in the arena; the buffer is empty again. */
static struct span keep(struct prose *prose)
{
  const struct span made = buffer_span(&prose->scratch);
  const char *copy = arena_copy(prose->arena, made.bytes, made.length);
  prose->failed = prose->failed || copy == NULL || prose->scratch.failed;
  prose->scratch.length = 0;
  return copy == NULL ? SPAN("") : (struct span){.bytes = copy, .length = made.length};
}

struct span prose_number(struct prose *prose, int64_t value)
{
  words_add_number(&prose->scratch, value);
  return keep(prose);
}

struct span prose_amount(struct prose *prose, int64_t value)
{
  words_add_amount(&prose->scratch, prose->language, prose->election, value);
  return keep(prose);
}

struct span prose_text(struct prose *prose, struct span text)
{
  text_add(&prose->scratch, text, TEXT_WHOLE);
  return keep(prose);
}

struct span prose_id(struct prose *prose, uint32_t project)
{
  return prose_text(prose, prose->election->projects[project].id);
}

struct span prose_ids(struct prose *prose, const uint32_t *projects, size_t count)
{
  const size_t named = count > IDS_MAX ? IDS_MAX : count;
  for (size_t i = 0; i < named; i++) {
    if (i > 0)
      buffer_add(&prose->scratch, SPAN(", "));
    text_add(&prose->scratch, prose->election->projects[projects[i]].id, TEXT_WHOLE);
  }
  const struct span list = keep(prose);
  if (named == count)
    return list;
  const struct span values[] = {list, prose_number(prose, (int64_t)(count - named))};
  words_add(&prose->scratch, prose->language, WORD_TIE_MORE, values, 2);
  return keep(prose);
}

struct span prose_percent(struct prose *prose, unsigned thousandths)
{
  words_add_percent(&prose->scratch, prose->language, thousandths);
  return keep(prose);
}

struct span prose_thousandths(struct prose *prose, unsigned thousandths)
{
  words_add_thousandths(&prose->scratch, prose->language, thousandths);
  return keep(prose);
}

struct span prose_join(struct prose *prose, struct span list, struct span more)
{
  buffer_add(&prose->scratch, list);
  if (list.length > 0 && more.length > 0)
    buffer_add(&prose->scratch, SPAN(", "));
  buffer_add(&prose->scratch, more);
  return keep(prose);
}

struct span prose_say(struct prose *prose, prose_sentence sentence, const struct span *values,
                      size_t count)
{
  words_fill(&prose->scratch, sentence[prose->language], values, count);
  return keep(prose);
}

/* --- the page --- */

void prose_title(struct prose *prose)
{
  if (prose->election->title.length == 0)
    buffer_add(prose->page, words_plain(prose->language, WORD_UNTITLED));
  else
    text_add(prose->page, prose->election->title, TITLE_MAX);
  buffer_add(prose->page, SPAN("\n\n"));
}

void prose_heading(struct prose *prose, prose_sentence sentence)
{
  buffer_add_byte(prose->page, '\n');
  prose_paragraph(prose, sentence, NULL, 0);
}

void prose_paragraph(struct prose *prose, prose_sentence sentence, const struct span *values,
                     size_t count)
{
  text_add_wrapped(prose->page, prose_say(prose, sentence, values, count), 0, prose->width);
}

void prose_point(struct prose *prose, prose_sentence sentence, const struct span *values,
                 size_t count)
{
  const size_t start = prose->page->length;
  text_add_wrapped(prose->page, prose_say(prose, sentence, values, count), POINT_INDENT,
                   prose->width);
  if (prose->page->length >= start + POINT_INDENT) /* over the blanks of the first line */
    prose->page->bytes[start + 2] = '-';
}
