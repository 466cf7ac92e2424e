/* natural.h - whole numbers ≥ 0 of any size, in memory that is set aside beforehand.
 *
 * Shares of money become fractions of several hundred bits. Here they are GMP's limbs in room
 * that the caller made: no operation allocates, so none can fail half-way, and a tally that runs
 * out of memory ends as any other does. (GMP's own mpz and mpq end the program instead.) Most
 * rules need only GMP's mpn functions on a number and a small factor, whose cost is one pass.
 *
 * A result that does not fit in its room is a bug of ours and aborts.
 */
#ifndef ENGINE_NATURAL_H
#define ENGINE_NATURAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gmp.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/wide.h"

/* Most limbs of a number: 65,536 bits, the size up to which GMP needs no heap for a product. */
#define NATURAL_LIMBS_MAX ((size_t)(65536 / GMP_NUMB_BITS))

/* Limbs of a 64-bit number. */
#define NATURAL_LIMBS_OF_64 ((size_t)(64 / GMP_NUMB_BITS))

struct natural {
  mp_limb_t *limbs; /* least first; the caller's */
  size_t size;      /* limbs in use, the last of them not 0; the number 0 has none */
  size_t room;
};

/* The number 0 in `room` limbs. */
struct natural natural_in(mp_limb_t *limbs, size_t room);

void natural_set(struct natural *to, struct wide value);
void natural_copy(struct natural *to, const struct natural *from);

/* to = a · factor; `to` is not `a`. */
void natural_product(struct natural *to, const struct natural *a, uint64_t factor);

/* to = a · b; `to` is neither. Together they have at most NATURAL_LIMBS_MAX limbs. */
void natural_multiply(struct natural *to, const struct natural *a, const struct natural *b);

/* to = a / b rounded down; b is not 0. `to` is none of the others; `spare` has room for `b`. */
void natural_quotient(struct natural *to, const struct natural *a, const struct natural *b,
                      struct natural *spare);

/* to = to + a · factor; `to` is not `a`. */
void natural_add_product(struct natural *to, const struct natural *a, uint64_t factor);

/* to = to - a, which must not be less than 0. */
void natural_subtract(struct natural *to, const struct natural *a);

/* to = a / divisor rounded down, returning the remainder; `to` may be `a`. */
uint64_t natural_divide(struct natural *to, const struct natural *a, uint64_t divisor);

/* Greatest common divisor with a number > 0. */
uint64_t natural_gcd(const struct natural *a, uint64_t b, struct natural *spare);

bool natural_is_zero(const struct natural *a);

/* <0, 0 or >0. */
int natural_compare(const struct natural *a, const struct natural *b);

/* a / b as a double, off by at most one part in 2^50, or by less than 2^-1022 where it is less than
 * that itself; 0 when a is. b is not 0, and a / b is less than 2^1023. */
double natural_ratio(const struct natural *a, const struct natural *b);

/* The value, or `most` when it is larger. */
uint64_t natural_to_integer(const struct natural *a, uint64_t most);

/* Room that the decimal digits of `a` and a terminator need. */
size_t natural_text_room(const struct natural *a);

/* Writes the decimal digits and a terminator, and returns how many digits. `a` is left 0. */
size_t natural_text(struct natural *a, char *text);

/* "numerator/denominator" in decimal digits, in `arena`. Both are left 0. */
enum status natural_fraction(struct natural *numerator, struct natural *denominator,
                             struct arena *arena, struct span *text, struct fault *fault) CHECKED;

#endif
