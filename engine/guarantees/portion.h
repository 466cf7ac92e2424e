/* portion.h - a part of a whole as an exact fraction of numbers that may need 128 bits.
 */
#ifndef ENGINE_GUARANTEES_PORTION_H
#define ENGINE_GUARANTEES_PORTION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/wide.h"

/* From 0 to 1; of nothing, 0. */
struct portion {
  struct wide part;
  struct wide whole;
};

/* a · factor, which must fit. */
struct wide portion_product(struct wide a, uint64_t factor);

/* a / divisor rounded down, which must fit 63 bits; 0 where the divisor is. */
int64_t portion_floor(struct wide a, uint64_t divisor);

/* How many thousandths it is, rounded down; `part` must be less than 2^118. */
unsigned portion_thousandths(const struct portion *portion);

/* Writes "n/d" in lowest terms, "0/1" for nothing. */
enum status portion_write(const struct portion *portion, struct arena *arena, struct span *text,
                          struct fault *fault) CHECKED;

#endif
