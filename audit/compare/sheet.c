#include "audit/compare/sheet.h"

#include "console/text.h"

static struct span keep(struct sheet *sheet)
{
  struct span made = buffer_span(&sheet->scratch);
  char *copy = arena_copy(sheet->arena, made.bytes, made.length);
  sheet->failed = sheet->failed || copy == NULL || sheet->scratch.failed;
  sheet->scratch.length = 0;
  if (copy == NULL)
    return SPAN("");
  return (struct span){.bytes = copy, .length = made.length};
}

struct span sheet_harmless(struct sheet *sheet, struct span text)
{
  text_add(&sheet->scratch, text, TEXT_WHOLE);
  return keep(sheet);
}

struct span sheet_number(struct sheet *sheet, uint64_t value)
{
  words_add_number(&sheet->scratch, (int64_t)value);
  return keep(sheet);
}

struct span sheet_amount(struct sheet *sheet, const struct election *election, int64_t value)
{
  words_add_amount(&sheet->scratch, sheet->language, election, value);
  return keep(sheet);
}

struct span sheet_percent(struct sheet *sheet, uint64_t tenths)
{
  words_add_percent(&sheet->scratch, sheet->language, (unsigned)tenths);
  return keep(sheet);
}

struct span sheet_hundredths(struct sheet *sheet, uint64_t hundredths)
{
  words_add_decimal(&sheet->scratch, sheet->language, hundredths, 2);
  return keep(sheet);
}

struct span sheet_sentence(struct sheet *sheet, enum word word, const struct span *values,
                           size_t count)
{
  words_add(&sheet->scratch, sheet->language, word, values, count);
  return keep(sheet);
}

void sheet_add_sentence(struct sheet *sheet, enum word word, const struct span *values,
                        size_t count)
{
  text_add_wrapped(sheet->page, sheet_sentence(sheet, word, values, count), 0, sheet->width);
}

void sheet_add_line(struct sheet *sheet, enum word label, size_t columns, struct span text)
{
  struct span head = words_plain(sheet->language, label);
  buffer_add(sheet->page, head);
  for (size_t i = text_columns(head); i < columns + 2; i++)
    buffer_add_byte(sheet->page, ' ');
  buffer_add(sheet->page, text);
  buffer_add_byte(sheet->page, '\n');
}

void sheet_add_contenders(struct sheet *sheet, const struct contenders *contenders)
{
  for (size_t i = 0; i < contenders->count; i++) {
    const struct contender *contender = &contenders->list[i];
    struct span name = contender->rule == NULL
                           ? words_plain(sheet->language, WORD_COMPARE_PUBLISHED)
                           : words_term(sheet->language, span_of(contender->rule->name));
    struct span values[] = {sheet_number(sheet, i + 1), name,
                            sheet_harmless(sheet, contender->said)};
    sheet_add_sentence(sheet, WORD_COMPARE_RULE, values, 3);
  }
}

enum status sheet_end(struct sheet *sheet, struct fault *fault)
{
  bool failed = sheet->failed || sheet->scratch.failed || sheet->page->failed;
  buffer_free(&sheet->scratch);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}
