#include "engine/pabulib/reader.h"

#include <stdio.h>

static const struct section *const sections[] = {&section_meta, &section_projects, &section_votes};

enum {
  SECTION_COUNT = sizeof(sections) / sizeof(sections[0])
};

/* --- what the sections use --- */

const struct csv_field *reader_field(const struct reader *reader, size_t column)
{
  const size_t place = reader->place[column];
  return place < reader->field_count ? &reader->csv.fields[place] : NULL;
}

struct span reader_text(const struct reader *reader, size_t column)
{
  const struct csv_field *field = reader_field(reader, column);
  return field == NULL || csv_is_absent(field->text) ? SPAN("") : field->text;
}

struct cell reader_cell(const struct reader *reader, size_t column)
{
  const struct csv_field *field = reader_field(reader, column);
  return (struct cell){.text = reader_text(reader, column),
                       .at = field == NULL ? reader->csv.row : field->at};
}

struct fault *reader_warning(struct reader *reader)
{
  const size_t place = reader->file->warning_count++;
  return place < PABULIB_WARNINGS_MAX ? &reader->warnings[place] : NULL;
}

enum status reader_refuse_value(struct reader *reader, const char *at, struct span value,
                                const char *what, const char *expected, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, at).text, expected,
                   "'%.*s' %s", SPAN_PRINT(value), what);
}

static const char amount_expected[] = "an amount such as 1200 or 1200.50, with at most 6 decimals "
                                      "and 9007199254740991 of the smallest unit";

enum status reader_read_amount(struct reader *reader, struct cell cell, struct amount *amount,
                               struct fault *fault)
{
  amount->cell = cell;
  const char *wrong = decimal_read(cell.text, &amount->number);
  if (wrong != NULL)
    return reader_refuse_value(reader, cell.at, cell.text, wrong, amount_expected, fault);
  struct election *election = &reader->file->election;
  if (amount->number.decimals > election->minor_unit)
    election->minor_unit = amount->number.decimals;
  return STATUS_OK;
}

enum status reader_scale_amount(struct reader *reader, const struct amount *amount, int64_t *money,
                                struct fault *fault)
{
  const unsigned minor_unit = reader->file->election.minor_unit;
  if (decimal_scale(&amount->number, minor_unit, money))
    return STATUS_OK;
  char what[FAULT_WHAT];
  snprintf(what, sizeof what, "is too large in a file whose amounts have %u decimals", minor_unit);
  return reader_refuse_value(reader, amount->cell.at, amount->cell.text, what, amount_expected,
                             fault);
}

/* --- sections --- */

static size_t column_count(const struct section *section)
{
  size_t count = 0;
  while (count < SECTION_COLUMNS_MAX && section->columns[count].name != NULL)
    count++;
  return count;
}

/* The section of which the row read last is the name; NULL for any other row. */
static const struct section *section_named(const struct csv *csv)
{
  if (csv->count != 1)
    return NULL;
  for (size_t i = 0; i < SECTION_COUNT; i++)
    if (span_equal(csv->fields[0].text, span_of(sections[i]->name)))
      return sections[i];
  return NULL;
}

/* Reads the line that begins a section; it may have been read as the end of the one before. */
static enum status expect_section(struct reader *reader, const struct section *section,
                                  struct fault *fault)
{
  struct csv *csv = &reader->csv;
  const struct section *named = section_named(csv);
  if (named == section)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "the line '%s', which begins that section", section->name);
  struct place place = lines_place(&reader->lines, csv->row);
  if (csv->count == 0)
    return fault_set(fault, STATUS_REFUSED, place.text, expected, "the file ends here");
  if (named != NULL)
    return fault_set(fault, STATUS_REFUSED, place.text, expected,
                     "the section '%s' stands where '%s' must", named->name, section->name);
  if (span_equal(csv->fields[0].text, span_of(section->name)))
    return fault_set(fault, STATUS_REFUSED, place.text, expected,
                     "'%s' does not stand alone, the line has %zu fields", section->name,
                     csv->count);
  return fault_set(fault, STATUS_REFUSED, place.text, expected, "this is '%.*s'",
                   SPAN_PRINT(csv->fields[0].text));
}

static enum status check_columns_differ(struct reader *reader, struct fault *fault)
{
  const struct csv *csv = &reader->csv;
  for (size_t i = 1; i < csv->count; i++)
    for (size_t j = 0; j < i; j++)
      if (span_equal(csv->fields[i].text, csv->fields[j].text))
        return reader_refuse_value(reader, csv->fields[i].at, csv->fields[i].text,
                                   "is already the name of another column",
                                   "columns of different names", fault);
  return STATUS_OK;
}

static enum status find_column(struct reader *reader, size_t column, struct fault *fault)
{
  const struct csv *csv = &reader->csv;
  const struct column *wanted = &reader->section->columns[column];
  size_t place = 0;
  while (place < csv->count && !span_equal(csv->fields[place].text, span_of(wanted->name)))
    place++;
  reader->place[column] = place;
  if (place < csv->count || !wanted->required)
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "the names of the columns, '%s' among them", wanted->name);
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, csv->row).text, expected,
                   "%s has no column '%s'", reader->section->name, wanted->name);
}

static enum status read_columns(struct reader *reader, struct fault *fault)
{
  enum status status = csv_read(&reader->csv, fault);
  if (status == STATUS_OK)
    status = check_columns_differ(reader, fault);
  reader->field_count = reader->csv.count;
  for (size_t i = 0; i < column_count(reader->section) && status == STATUS_OK; i++)
    status = find_column(reader, i, fault);
  return status;
}

static enum status refuse_field_count(struct reader *reader, struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "%zu fields, as %s has columns", reader->field_count,
           reader->section->name);
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, reader->csv.row).text,
                   expected, "the number of fields in the line is %zu", reader->csv.count);
}

/* Reads up to the name of another section or the end of the file. */
static enum status read_section(struct reader *reader, const struct section *section,
                                struct fault *fault)
{
  enum status status = expect_section(reader, section, fault);
  if (status != STATUS_OK)
    return status;
  reader->section = section;
  if ((status = read_columns(reader, fault)) != STATUS_OK)
    return status;
  if (section->begin != NULL && (status = section->begin(reader, fault)) != STATUS_OK)
    return status;

  struct csv *csv = &reader->csv;
  while ((status = csv_read(csv, fault)) == STATUS_OK && csv->count > 0) {
    if (csv->count == reader->field_count)
      status = section->row(reader, fault);
    else if (section_named(csv) == NULL)
      status = refuse_field_count(reader, fault);
    else
      break;
    if (status != STATUS_OK)
      return status;
  }
  return status == STATUS_OK ? section->end(reader, fault) : status;
}

/* --- the file --- */

static enum status begin(struct reader *reader, struct span text, struct fault *fault)
{
  enum status status = lines_begin(&reader->lines, text, fault);
  if (status != STATUS_OK)
    return status;
  csv_begin(&reader->csv, &reader->lines, reader->arena);
  reader->meta = ARENA_TAKE(reader->arena, struct pabulib_meta, PABULIB_META_MAX);
  reader->warnings = ARENA_TAKE(reader->arena, struct fault, PABULIB_WARNINGS_MAX);
  reader->value_at = ARENA_TAKE(&reader->scratch, const char *, PABULIB_META_MAX);
  if (reader->meta == NULL || reader->warnings == NULL || reader->value_at == NULL)
    return fault_no_memory(fault);
  reader->file->meta = reader->meta;
  reader->file->warnings = reader->warnings;
  return csv_read(&reader->csv, fault);
}

static enum status read_all(struct reader *reader, struct span text, struct fault *fault)
{
  enum status status = begin(reader, text, fault);
  for (size_t i = 0; i < SECTION_COUNT && status == STATUS_OK; i++)
    status = read_section(reader, sections[i], fault);
  const struct csv *csv = &reader->csv;
  if (status == STATUS_OK && csv->count > 0)
    return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, csv->row).text,
                     "each section once, the votes last", "the section '%.*s' is repeated",
                     SPAN_PRINT(csv->fields[0].text));
  return status;
}

enum status pabulib_read(struct span text, const struct pabulib_options *options,
                         struct arena *arena, struct pabulib *file, struct fault *fault)
{
  *file = (struct pabulib){0};
  struct reader reader = {
      .options = options,
      .arena = arena,
      .scratch = {.limit = arena->limit},
      .file = file,
  };
  const enum status status = read_all(&reader, text, fault);
  if (status != STATUS_OK)
    *file = (struct pabulib){0};
  arena_free(&reader.scratch);
  return status;
}

struct span pabulib_meta_value(const struct pabulib *file, const char *key)
{
  for (size_t i = 0; i < file->meta_count; i++)
    if (span_equal(file->meta[i].key, span_of(key)))
      return file->meta[i].value;
  return SPAN("");
}
