#include "audit/page.h"

#include <time.h>

#include "console/text.h"

enum {
  LABEL_GAP = 2,
  POINT_INDENT = 4,
};

void page_begin(struct page *page, struct buffer *text, enum language language, size_t width,
                const enum board_word *labels, size_t count)
{
  *page = (struct page){.text = text, .language = language, .width = width};
  for (size_t i = 0; i < count; i++) {
    size_t columns = text_columns(board_words_plain(language, labels[i]));
    if (columns > page->label_columns)
      page->label_columns = columns;
  }
}

void page_add_time(struct buffer *buffer, int64_t seconds)
{
  struct tm parts;
  char text[sizeof "2027-03-06T08:00:00Z"];
  time_t moment = (time_t)seconds;
  if (seconds >= 0 && moment == seconds && gmtime_r(&moment, &parts) != NULL &&
      strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == sizeof text - 1)
    buffer_add(buffer, span_of(text));
  else
    buffer_add_integer(buffer, seconds);
}

void page_space(struct page *page)
{
  buffer_add_byte(page->text, '\n');
}

/* Lines after the first are indented; the first begins with `head` of `columns` columns instead. */
static void add(struct page *page, struct span head, size_t columns, size_t indent,
                struct span text)
{
  struct buffer lines = {0};
  text_add_wrapped(&lines, text, indent, page->width);
  buffer_add(page->text, head);
  for (size_t i = columns; i < indent; i++)
    buffer_add_byte(page->text, ' ');
  if (lines.length > indent)
    buffer_add(page->text,
               (struct span){.bytes = lines.bytes + indent, .length = lines.length - indent});
  else
    buffer_add_byte(page->text, '\n');
  page->text->failed = page->text->failed || lines.failed;
  buffer_free(&lines);
}

static void add_sentence(struct page *page, struct span head, size_t columns, size_t indent,
                         enum board_word word, const struct span *values, size_t count)
{
  struct buffer sentence = {0};
  board_words_add(&sentence, page->language, word, values, count);
  add(page, head, columns, indent, buffer_span(&sentence));
  page->text->failed = page->text->failed || sentence.failed;
  buffer_free(&sentence);
}

void page_sentence(struct page *page, enum board_word word, const struct span *values, size_t count)
{
  add_sentence(page, SPAN(""), 0, 0, word, values, count);
}

void page_point(struct page *page, enum board_word word, const struct span *values, size_t count)
{
  add_sentence(page, SPAN("  - "), POINT_INDENT, POINT_INDENT, word, values, count);
}

void page_line(struct page *page, enum board_word label, struct span text)
{
  struct span head = board_words_plain(page->language, label);
  add(page, head, text_columns(head), page->label_columns + LABEL_GAP, text);
}

void page_line_number(struct page *page, enum board_word label, uint64_t number)
{
  struct buffer text = {0};
  words_add_number(&text, (int64_t)number);
  page_line(page, label, buffer_span(&text));
  page->text->failed = page->text->failed || text.failed;
  buffer_free(&text);
}

void page_line_sentence(struct page *page, enum board_word label, enum board_word word,
                        const struct span *values, size_t count)
{
  struct span head = board_words_plain(page->language, label);
  add_sentence(page, head, text_columns(head), page->label_columns + LABEL_GAP, word, values,
               count);
}

void page_fault(struct page *page, const struct fault *fault)
{
  struct buffer why = {0};
  if (fault->where[0] != '\0')
    buffer_format(&why, "%s: ", fault->where);
  buffer_add(&why, span_of(fault->what));
  struct buffer harmless = {0};
  text_add(&harmless, buffer_span(&why), TEXT_WHOLE);
  page_line(page, BOARD_WORD_WHY, buffer_span(&harmless));
  page->text->failed = page->text->failed || why.failed || harmless.failed;
  buffer_free(&why);
  buffer_free(&harmless);
  if (fault->expected[0] != '\0')
    page_line(page, BOARD_WORD_EXPECTED, span_of(fault->expected));
}
