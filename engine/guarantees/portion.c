#include "engine/guarantees/portion.h"

#include <stdbool.h>

#include "engine/natural.h"

enum {
  BITS = 128,
  THOUSAND = 1000
};

static bool is_zero(struct wide a)
{
  return a.high == 0 && a.low == 0;
}

struct wide portion_product(struct wide a, uint64_t factor)
{
  struct wide low = wide_product(a.low, factor);
  low.high += a.high * factor;
  return low;
}

static struct wide doubled(struct wide a, bool bit)
{
  return (struct wide){.high = a.high << 1 | a.low >> 63, .low = a.low << 1 | bit};
}

static bool bit_of(struct wide a, unsigned place)
{
  return ((place < 64 ? a.low >> place : a.high >> (place - 64)) & 1) != 0;
}

/* a / b rounded down, bit by bit, for b > 0 below 2^127; the rest is in `*rest`. */
static struct wide quotient(struct wide a, struct wide b, struct wide *rest)
{
  struct wide result = {0};
  *rest = (struct wide){0};
  for (unsigned place = BITS; place-- > 0;) {
    *rest = doubled(*rest, bit_of(a, place));
    bool fits = wide_compare(*rest, b) >= 0;
    if (fits)
      *rest = wide_difference(*rest, b);
    result = doubled(result, fits);
  }
  return result;
}

static struct wide common_divisor(struct wide a, struct wide b)
{
  while (!is_zero(b)) {
    struct wide rest;
    (void)quotient(a, b, &rest);
    a = b;
    b = rest;
  }
  return a;
}

int64_t portion_floor(struct wide a, uint64_t divisor)
{
  struct wide rest;
  return divisor == 0 ? 0 : (int64_t)quotient(a, (struct wide){.low = divisor}, &rest).low;
}

unsigned portion_thousandths(const struct portion *portion)
{
  struct wide rest;
  if (is_zero(portion->whole))
    return 0;
  return (unsigned)quotient(portion_product(portion->part, THOUSAND), portion->whole, &rest).low;
}

enum status portion_write(const struct portion *portion, struct arena *arena, struct span *text,
                          struct fault *fault)
{
  mp_limb_t part_limbs[2 * NATURAL_LIMBS_OF_64], whole_limbs[2 * NATURAL_LIMBS_OF_64];
  struct natural part = natural_in(part_limbs, 2 * NATURAL_LIMBS_OF_64);
  struct natural whole = natural_in(whole_limbs, 2 * NATURAL_LIMBS_OF_64);
  struct wide rest;
  if (is_zero(portion->part) || is_zero(portion->whole)) {
    *text = SPAN("0/1");
    return STATUS_OK;
  }
  struct wide divisor = common_divisor(portion->part, portion->whole);
  natural_set(&part, quotient(portion->part, divisor, &rest));
  natural_set(&whole, quotient(portion->whole, divisor, &rest));
  return natural_fraction(&part, &whole, arena, text, fault);
}
