#include "keys/roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/sheet.h"

enum column {
  COLUMN_ID,
  COLUMN_NAME,
  COLUMN_GROUP,
  COLUMN_COUNT
};

static const struct {
  const char *name;
  enum column column;
} headings[] = {
    {"id", COLUMN_ID},        {"external_id", COLUMN_ID}, {"identifiant", COLUMN_ID},
    {"name", COLUMN_NAME},    {"nom", COLUMN_NAME},       {"group", COLUMN_GROUP},
    {"groupe", COLUMN_GROUP}, {"classe", COLUMN_GROUP},
};

enum {
  NO_COLUMN = SHEET_FIELDS_MAX
};

static const char expected_headings[] = "a first line such as: id,name,group";

static enum status read_headings(struct sheet *sheet, size_t columns[COLUMN_COUNT],
                                 struct fault *fault)
{
  struct sheet_row record;
  bool found;
  enum status status = sheet_next(sheet, &record, &found, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    columns[i] = NO_COLUMN;
  for (size_t i = 0; found && i < record.count; i++) {
    for (size_t j = 0; j < sizeof headings / sizeof *headings; j++) {
      if (!span_equal(record.fields[i], span_of(headings[j].name)))
        continue;
      if (columns[headings[j].column] != NO_COLUMN)
        return fault_set(fault, STATUS_REFUSED, "line 1", expected_headings,
                         "'%s' is a column that was there before", headings[j].name);
      columns[headings[j].column] = i;
    }
  }
  if (columns[COLUMN_ID] == NO_COLUMN)
    return fault_set(fault, STATUS_REFUSED, "line 1", expected_headings, "no column is called id");
  return STATUS_OK;
}

static struct span field_of(const struct sheet_row *record, size_t column)
{
  return column < record->count ? record->fields[column] : SPAN("");
}

static enum status read_person(const struct sheet *sheet, const struct sheet_row *record,
                               const size_t columns[COLUMN_COUNT], struct person *person,
                               struct fault *fault)
{
  char where[FAULT_WHERE];
  *person = (struct person){.id = field_of(record, columns[COLUMN_ID]),
                            .name = field_of(record, columns[COLUMN_NAME]),
                            .group = field_of(record, columns[COLUMN_GROUP])};
  snprintf(where, sizeof where, "line %zu", sheet->line);
  if (person->id.length == 0)
    return fault_set(fault, STATUS_REFUSED, where, "an id for each person", "the id is empty");
  /* A spreadsheet that opens the list of logins would compute these. */
  if (strchr("=+-@", person->id.bytes[0]) != NULL)
    return fault_set(fault, STATUS_REFUSED, where, "an id that begins with none of = + - @",
                     "'%.*s' is no id: spreadsheets take it for a formula", SPAN_PRINT(person->id));
  return STATUS_OK;
}

static int compare_ids(const void *a, const void *b)
{
  const struct person *const *first = a, *const *second = b;
  return span_compare((*first)->id, (*second)->id);
}

static int compare_places(const void *a, const void *b)
{
  const struct person *const *first = a, *const *second = b;
  int order = span_compare((*first)->group, (*second)->group);
  return order != 0 ? order : span_compare((*first)->id, (*second)->id);
}

/* Addresses of the people in an order, in `arena`; NULL when there is no memory. */
static const struct person **sorted(const struct roll *roll, struct arena *arena,
                                    int (*compare)(const void *, const void *))
{
  const struct person **people = ARENA_TAKE(arena, const struct person *, roll->count);
  for (size_t i = 0; people != NULL && i < roll->count; i++)
    people[i] = &roll->people[i];
  if (people != NULL)
    qsort(people, roll->count, sizeof *people, compare);
  return people;
}

static enum status check_unique(const struct roll *roll, struct arena *arena, struct fault *fault)
{
  const struct person **people = sorted(roll, arena, compare_ids);
  if (people == NULL)
    return fault_no_memory(fault);
  for (size_t i = 1; i < roll->count; i++) {
    if (span_equal(people[i - 1]->id, people[i]->id))
      return fault_set(fault, STATUS_REFUSED, "id", "each id once", "'%.*s' stands twice",
                       SPAN_PRINT(people[i]->id));
  }
  return STATUS_OK;
}

enum status roll_read(struct span table, struct arena *arena, struct roll *roll,
                      struct fault *fault)
{
  struct sheet sheet;
  struct sheet_row record;
  size_t columns[COLUMN_COUNT], capacity = 0;
  struct person *people = NULL;
  bool found = true;
  *roll = (struct roll){.count = 0};
  enum status status = sheet_begin(&sheet, table, arena, fault);
  if (status == STATUS_OK)
    status = read_headings(&sheet, columns, fault);
  while (status == STATUS_OK) {
    status = sheet_next(&sheet, &record, &found, fault);
    if (status != STATUS_OK || !found)
      break;
    if (roll->count == ROLL_PEOPLE_MAX)
      return fault_set(fault, STATUS_REFUSED, NULL, "at most 100000 people; make several lists",
                       "the list is too long");
    if (roll->count == capacity) {
      size_t larger = capacity == 0 ? 64 : 2 * capacity;
      people = arena_grow(arena, people, capacity, larger, sizeof *people);
      if (people == NULL)
        return fault_no_memory(fault);
      capacity = larger;
    }
    status = read_person(&sheet, &record, columns, &people[roll->count++], fault);
  }
  roll->people = people;
  if (status == STATUS_OK && roll->count == 0)
    status = fault_set(fault, STATUS_REFUSED, NULL, "one person at least", "the list is empty");
  return status == STATUS_OK ? check_unique(roll, arena, fault) : status;
}

enum status roll_sort(const struct roll *roll, struct arena *arena, const size_t **places,
                      struct fault *fault)
{
  const struct person **people = sorted(roll, arena, compare_places);
  size_t *found = ARENA_TAKE(arena, size_t, roll->count);
  if (people == NULL || found == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < roll->count; i++)
    found[i] = (size_t)(people[i] - roll->people);
  *places = found;
  return STATUS_OK;
}

enum status roll_commit(const struct roll *roll, const uint8_t salt[ROLL_SALT_BYTES],
                        struct arena *arena, struct digest *commitment, struct fault *fault)
{
  const struct person **people = sorted(roll, arena, compare_ids);
  struct buffer text = {0};
  if (people == NULL)
    return fault_no_memory(fault);
  buffer_add(&text, SPAN("beffroi/1 roll\0"));
  buffer_add(&text, (struct span){(const char *)salt, ROLL_SALT_BYTES});
  for (size_t i = 0; i < roll->count; i++) {
    buffer_add(&text, people[i]->id);
    buffer_add_byte(&text, '\n');
  }
  bool failed = text.failed;
  *commitment = digest_of(buffer_span(&text));
  buffer_free(&text);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}
