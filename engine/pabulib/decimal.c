#include "engine/pabulib/decimal.h"

#include <stddef.h>

#include "engine/election.h"

static int64_t power_of_ten(unsigned exponent)
{
  int64_t power = 1;
  for (unsigned i = 0; i < exponent; i++)
    power *= 10;
  return power;
}

static bool is_digit(struct span text, size_t at)
{
  return at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

static int64_t digit_at(struct span text, size_t at)
{
  return text.bytes[at] - '0';
}

/* Reads digits from `*at` on. Past MONEY_MAX the number stays where it is. */
static int64_t read_digits(struct span text, size_t *at)
{
  int64_t number = 0;
  for (; is_digit(text, *at); (*at)++)
    if (number <= MONEY_MAX)
      number = number * 10 + digit_at(text, *at);
  return number;
}

/* Reads the decimals from `*at` on, of which those after the sixth must be zeros. */
static bool read_decimals(struct span text, size_t *at, struct decimal *number)
{
  bool fits = true;
  const size_t begin = *at;
  for (; is_digit(text, *at); (*at)++) {
    const unsigned place = (unsigned)(*at - begin);
    const int64_t digit = digit_at(text, *at);
    if (digit == 0)
      continue;
    if (*at - begin >= ELECTION_MINOR_UNIT_MAX) {
      fits = false;
      continue;
    }
    number->millionths += digit * power_of_ten(ELECTION_MINOR_UNIT_MAX - 1 - place);
    number->decimals = place + 1;
  }
  return fits;
}

const char *decimal_read(struct span text, struct decimal *number)
{
  *number = (struct decimal){0};
  size_t at = 0;
  bool fits = true;
  number->whole = read_digits(text, &at);
  if (at > 0 && at < text.length && text.bytes[at] == '.' && is_digit(text, at + 1)) {
    at++;
    fits = read_decimals(text, &at, number);
  }
  if (at == 0 || at < text.length)
    return "is not a number";
  if (number->whole > MONEY_MAX)
    return "is too large";
  return fits ? NULL : "has more than 6 decimals";
}

const char *decimal_read_whole(struct span text, int64_t *number)
{
  const bool negative = text.length > 0 && text.bytes[0] == '-';
  if (negative) {
    text.bytes++;
    text.length--;
  }
  struct decimal decimal;
  const char *wrong = decimal_read(text, &decimal);
  *number = negative ? -decimal.whole : decimal.whole;
  if (wrong == NULL && decimal.decimals > 0)
    wrong = "is not a whole number";
  return wrong;
}

bool decimal_scale(const struct decimal *number, unsigned minor_unit, int64_t *amount)
{
  const int64_t unit = power_of_ten(minor_unit);
  const int64_t part = number->millionths / power_of_ten(ELECTION_MINOR_UNIT_MAX - minor_unit);
  if (number->whole > (MONEY_MAX - part) / unit)
    return false;
  *amount = number->whole * unit + part;
  return true;
}

void decimal_write(int64_t amount, unsigned minor_unit, struct buffer *buffer)
{
  int64_t unit = power_of_ten(minor_unit);
  buffer_add_integer(buffer, amount / unit);
  int64_t part = amount % unit;
  if (part > 0)
    buffer_add_byte(buffer, '.');
  while (part > 0) {
    unit /= 10;
    buffer_add_byte(buffer, (char)('0' + part / unit));
    part %= unit;
  }
}
