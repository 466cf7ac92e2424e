/* fuzz_roll.c - the list of those who may vote, as a spreadsheet writes it.
 *
 * Who is on it has an id of their own; written as a table again, the same people are read. What is
 * refused says why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/roll.h"
#include "keys/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void write_roll(const struct roll *roll, struct buffer *table)
{
  buffer_add(table, SPAN("id,name,group\r\n"));
  for (size_t i = 0; i < roll->count; i++) {
    const struct span fields[] = {roll->people[i].id, roll->people[i].name, roll->people[i].group};
    for (size_t j = 0; j < 3; j++) {
      sheet_add(table, fields[j]);
      buffer_add(table, j < 2 ? SPAN(",") : SPAN("\r\n"));
    }
  }
}

static void check_again(const struct roll *roll, struct arena *arena)
{
  struct buffer table = {0};
  struct roll again;
  struct fault fault;
  write_roll(roll, &table);
  must(!table.failed && roll_read(buffer_span(&table), arena, &again, &fault) == STATUS_OK);
  must(again.count == roll->count);
  for (size_t i = 0; i < roll->count; i++)
    must(span_equal(again.people[i].id, roll->people[i].id) &&
         span_equal(again.people[i].name, roll->people[i].name) &&
         span_equal(again.people[i].group, roll->people[i].group));
  buffer_free(&table);
}

static void check_accepted(const struct roll *roll, struct arena *arena)
{
  const size_t *places;
  const uint8_t salt[ROLL_SALT_BYTES] = {1};
  struct digest commitment;
  struct fault fault;
  must(roll->count >= 1 && roll->count <= ROLL_PEOPLE_MAX);
  must(roll_sort(roll, arena, &places, &fault) == STATUS_OK);
  uint8_t *seen = ARENA_TAKE(arena, uint8_t, roll->count);
  must(seen != NULL);
  for (size_t i = 0; i < roll->count; i++) {
    must(places[i] < roll->count && !seen[places[i]]);
    seen[places[i]] = 1;
    must(roll->people[i].id.length > 0);
    for (size_t j = 0; j < i && roll->count < 64; j++)
      must(!span_equal(roll->people[i].id, roll->people[j].id));
  }
  must(roll_commit(roll, salt, arena, &commitment, &fault) == STATUS_OK);
  check_again(roll, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span table = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct arena arena = {0};
  struct roll roll;
  struct fault fault = {0};
  enum status status = roll_read(table, &arena, &roll, &fault);
  if (status == STATUS_OK)
    check_accepted(&roll, &arena);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.what[0] != '\0');
  arena_free(&arena);
  return 0;
}
