#include "ballots/packed.h"

#include <stdbool.h>

enum {
  BITS = 7,
  MORE = 1 << BITS /* in a byte after which the number goes on */
};

static bool has_values(enum ballot_kind kind)
{
  return kind != BALLOT_APPROVAL && kind != BALLOT_ANSWER;
}

/* 0, -1, 1, -2, … as 0, 1, 2, 3, …, so that small values are small numbers. */
static uint32_t fold(int32_t value)
{
  return value < 0 ? ~((uint32_t)value << 1) : (uint32_t)value << 1;
}

static int32_t unfold(uint32_t number)
{
  int32_t half = (int32_t)(number >> 1);
  return (number & 1) != 0 ? -half - 1 : half;
}

static size_t number_size(uint32_t number)
{
  size_t size = 1;
  while ((number >>= BITS) != 0)
    size++;
  return size;
}

static uint8_t *write_number(uint32_t number, uint8_t *bytes)
{
  for (; number >= MORE; number >>= BITS)
    *bytes++ = (uint8_t)(number | MORE);
  *bytes++ = (uint8_t)number;
  return bytes;
}

static const uint8_t *read_number(const uint8_t *bytes, uint32_t *number)
{
  *number = 0;
  for (unsigned shift = 0;; shift += BITS) {
    uint8_t byte = *bytes++;
    *number |= (uint32_t)(byte & (MORE - 1)) << shift;
    if ((byte & MORE) == 0)
      return bytes;
  }
}

/* Marks ascend by project. */
static uint32_t step_to(const struct choice *choice, size_t mark)
{
  uint32_t before = mark == 0 ? 0 : choice->marks[mark - 1].project;
  return choice->marks[mark].project - before;
}

size_t packed_size(const struct choice *choice, enum ballot_kind kind)
{
  size_t size = number_size((uint32_t)choice->count);
  for (size_t i = 0; i < choice->count; i++) {
    size += number_size(step_to(choice, i));
    if (has_values(kind))
      size += number_size(fold(choice->marks[i].value));
  }
  return size;
}

uint8_t *packed_write(const struct choice *choice, enum ballot_kind kind, uint8_t *bytes)
{
  bytes = write_number((uint32_t)choice->count, bytes);
  for (size_t i = 0; i < choice->count; i++) {
    bytes = write_number(step_to(choice, i), bytes);
    if (has_values(kind))
      bytes = write_number(fold(choice->marks[i].value), bytes);
  }
  return bytes;
}

const uint8_t *packed_read(const uint8_t *bytes, enum ballot_kind kind, struct mark *marks,
                           struct choice *choice)
{
  uint32_t count;
  uint32_t project = 0;
  bytes = read_number(bytes, &count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t step;
    uint32_t value = fold(1);
    bytes = read_number(bytes, &step);
    if (has_values(kind))
      bytes = read_number(bytes, &value);
    project += step;
    marks[i] = (struct mark){.project = project, .value = unfold(value)};
  }
  *choice = (struct choice){.count = count, .marks = marks};
  return bytes;
}
