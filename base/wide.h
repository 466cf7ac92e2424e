/* wide.h - products of two 64-bit numbers, which need 128 bits.
 *
 * With the compiler's 128-bit type where there is one, by halves elsewhere (32-bit targets); both
 * ways give the same bits, and the second can be had by defining BASE_WIDE_PORTABLE.
 */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

struct wide {
  uint64_t high;
  uint64_t low;
};

#if defined(__SIZEOF_INT128__) && !defined(BASE_WIDE_PORTABLE)

static inline struct wide wide_product(uint64_t a, uint64_t b)
{
  __extension__ typedef unsigned __int128 uint128;
  uint128 product = (uint128)a * b;
  return (struct wide){.high = (uint64_t)(product >> 64), .low = (uint64_t)product};
}

#else

static inline struct wide wide_product(uint64_t a, uint64_t b)
{
  const uint64_t mask = 0xffffffffU;
  uint64_t low = (a & mask) * (b & mask);
  uint64_t middle = (a >> 32) * (b & mask) + (low >> 32);
  uint64_t other = (a & mask) * (b >> 32) + (middle & mask);
  return (struct wide){.high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32),
                       .low = (other << 32) | (low & mask)};
}

#endif

/* <0, 0 or >0. */
static inline int wide_compare(struct wide a, struct wide b)
{
  if (a.high != b.high)
    return a.high < b.high ? -1 : 1;
  return (a.low > b.low) - (a.low < b.low);
}

static inline struct wide wide_sum(struct wide a, struct wide b)
{
  uint64_t low = a.low + b.low;
  return (struct wide){.high = a.high + b.high + (low < a.low), .low = low};
}

/* `a` - `b`, which must not be less than 0. */
static inline struct wide wide_difference(struct wide a, struct wide b)
{
  return (struct wide){.high = a.high - b.high - (a.low < b.low), .low = a.low - b.low};
}

/* `a` · `factor`, which may need 192 bits, against `b`: <0, 0 or >0. */
static inline int wide_compare_product(struct wide a, uint64_t factor, struct wide b)
{
  struct wide low = wide_product(a.low, factor);
  struct wide high = wide_sum(wide_product(a.high, factor), (struct wide){.low = low.high});
  return high.high > 0 ? 1 : wide_compare((struct wide){.high = high.low, .low = low.low}, b);
}

/* `a` / `b` against `c` / `d` for whole numbers ≥ 0 and denominators > 0, exactly: <0, 0 or >0. */
static inline int wide_compare_fractions(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
  return wide_compare(wide_product(a, d), wide_product(c, b));
}

#endif
