#include "audit/compare/simulation_report.h"

#include <stdlib.h>

#include "audit/compare/sheet.h"
#include "audit/members.h"
#include "audit/table.h"
#include "base/canonical.h"

enum {
  PERMILLE = 1000,
  HUNDREDTHS = 100,
};

/* The figures that are told, and how. */
enum kind {
  KIND_SPENT,
  KIND_WITHOUT,
  KIND_APPROVED,
  KIND_FUNDED,
  KIND_COUNT,
};

static uint64_t value_of(const struct figures *figures, enum kind kind)
{
  const uint64_t values[KIND_COUNT] = {
      [KIND_SPENT] = (uint64_t)figures->spent,
      [KIND_WITHOUT] = figures->without,
      [KIND_APPROVED] = figures->approved,
      [KIND_FUNDED] = figures->funded,
  };
  return values[kind];
}

/* --- for people --- */

static int compare_values(const void *a, const void *b)
{
  const uint64_t *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

/* A share of the budget or of the voters, or a mean over them. */
static struct span told(struct sheet *sheet, const struct simulated *simulated, enum kind kind,
                        uint64_t value, size_t elections)
{
  uint64_t whole = kind == KIND_SPENT ? (uint64_t)simulated->election->budget
                                      : (uint64_t)simulated->recipe->voters;
  return kind == KIND_APPROVED
             ? sheet_hundredths(sheet, figures_ratio(value, whole * elections, HUNDREDTHS))
             : sheet_percent(sheet, figures_ratio(value, whole * elections, PERMILLE));
}

/* The mean and the middle half of one figure: two cells. `values` is room for all elections. */
static struct span *add_spread(struct sheet *sheet, const struct simulated *simulated,
                               const struct figures *figures, enum kind kind, uint64_t *values,
                               struct span *cells)
{
  size_t count = simulated->count, quarter = (count - 1) / 4;
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    values[i] = value_of(&figures[i], kind);
    sum += values[i];
  }
  qsort(values, count, sizeof *values, compare_values);
  struct span ends[] = {told(sheet, simulated, kind, values[quarter], 1),
                        told(sheet, simulated, kind, values[count - 1 - quarter], 1)};
  *cells++ = told(sheet, simulated, kind, sum, count);
  *cells++ = sheet_sentence(sheet, WORD_SIMULATE_RANGE, ends, 2);
  return cells;
}

static void add_table(struct sheet *sheet, const struct simulated *simulated)
{
  static const enum word headings[] = {WORD_COMPARE_COLUMN_SPENT, WORD_COMPARE_COLUMN_WITHOUT,
                                       WORD_COMPARE_COLUMN_EACH};
  struct table table = {
      .column_count = 2,
      .columns = {{.heading = SPAN("")},
                  {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_RULE),
                   .elastic = true}},
      .row_count = simulated->contenders->count,
  };
  for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
    table.columns[table.column_count++] =
        (struct table_column){.heading = words_plain(sheet->language, headings[i]), .right = true};
    table.columns[table.column_count++] = (struct table_column){
        .heading = words_plain(sheet->language, WORD_SIMULATE_COLUMN_RANGE), .right = true};
  }
  struct span *cells = ARENA_TAKE(sheet->arena, struct span, table.row_count * table.column_count);
  uint64_t *values = ARENA_TAKE(sheet->arena, uint64_t, simulated->count);
  if (cells == NULL || values == NULL) {
    sheet->failed = true;
    return;
  }
  table.cells = cells;
  for (size_t i = 0; i < table.row_count; i++) {
    const struct figures *figures = &simulated->figures[i * simulated->count];
    *cells++ = sheet_number(sheet, i + 1);
    *cells++ = sheet_harmless(sheet, simulated->contenders->list[i].said);
    cells = add_spread(sheet, simulated, figures, KIND_SPENT, values, cells);
    cells = add_spread(sheet, simulated, figures, KIND_WITHOUT, values, cells);
    cells = add_spread(sheet, simulated, figures, KIND_APPROVED, values, cells);
  }
  if (!sheet->failed)
    table_write(&table, sheet->width, sheet->page);
}

enum status simulation_report_add(const struct simulated *simulated, enum language language,
                                  size_t width, struct arena *arena, struct buffer *page,
                                  struct fault *fault)
{
  struct sheet sheet = {.arena = arena, .page = page, .language = language, .width = width};
  struct span head[] = {sheet_number(&sheet, simulated->count),
                        span_of(model_name(simulated->recipe->model)),
                        sheet_number(&sheet, simulated->recipe->seed)};
  struct span sizes[] = {
      sheet_number(&sheet, simulated->recipe->voters),
      sheet_number(&sheet, simulated->election->project_count),
      sheet_amount(&sheet, simulated->election, simulated->election->budget),
  };
  sheet_add_sentence(&sheet, WORD_SIMULATE_HEAD, head, 3);
  sheet_add_sentence(&sheet, WORD_SIMULATE_SIZES, sizes, 3);
  buffer_add_byte(page, '\n');
  sheet_add_contenders(&sheet, simulated->contenders);
  buffer_add_byte(page, '\n');
  add_table(&sheet, simulated);
  sheet_add_sentence(&sheet, WORD_SIMULATE_SPENT, NULL, 0);
  sheet_add_sentence(&sheet, WORD_COMPARE_WITHOUT, NULL, 0);
  sheet_add_sentence(&sheet, WORD_COMPARE_EACH, NULL, 0);
  sheet_add_sentence(&sheet, WORD_SIMULATE_WHY_RANGE, NULL, 0);
  return sheet_end(&sheet, fault);
}

/* --- for machines --- */

static void write_values(struct canonical_writer *writer, const char *name,
                         const struct simulated *simulated, const struct figures *figures,
                         enum kind kind)
{
  canonical_member(writer, name);
  canonical_array(writer);
  for (size_t i = 0; i < simulated->count; i++)
    canonical_integer(writer, (int64_t)value_of(&figures[i], kind));
  canonical_end(writer);
}

void simulation_report_write(const struct simulated *simulated, struct buffer *text)
{
  struct canonical_writer writer;
  canonical_begin(&writer, text);
  canonical_object(&writer);
  canonical_member_integer(&writer, "budget", simulated->election->budget);
  canonical_member_string(&writer, "format", SPAN("beffroi-simulation/1"));
  canonical_member_string(&writer, "model", span_of(model_name(simulated->recipe->model)));
  members_number(&writer, "projects", simulated->election->project_count);
  canonical_member(&writer, "rules");
  canonical_array(&writer);
  for (size_t i = 0; i < simulated->contenders->count; i++) {
    const struct figures *figures = &simulated->figures[i * simulated->count];
    canonical_object(&writer);
    write_values(&writer, "approved", simulated, figures, KIND_APPROVED);
    write_values(&writer, "funded", simulated, figures, KIND_FUNDED);
    canonical_member(&writer, "rule");
    settings_write(&simulated->settings[i], &writer);
    write_values(&writer, "spent", simulated, figures, KIND_SPENT);
    write_values(&writer, "without", simulated, figures, KIND_WITHOUT);
    canonical_end(&writer);
  }
  canonical_end(&writer);
  members_number(&writer, "seed", simulated->recipe->seed);
  members_number(&writer, "voters", simulated->recipe->voters);
  canonical_end(&writer);
  buffer_add_byte(text, '\n');
}
