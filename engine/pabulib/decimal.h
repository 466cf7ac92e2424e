/* decimal.h - the numbers of .pb files: "1200", "1200.50", and "3.0" for whole ones.
 *
 * How many decimals money has is known only when all amounts were read, so an amount is kept as it
 * is written until then.
 */
#ifndef ENGINE_PABULIB_DECIMAL_H
#define ENGINE_PABULIB_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

struct decimal {
  int64_t whole;      /* 0 to MONEY_MAX */
  int64_t millionths; /* 0 to 999,999 */
  unsigned decimals;  /* those that are not zeros at the end, at most ELECTION_MINOR_UNIT_MAX */
};

/* Each returns NULL, or what is wrong with the number: "is not a number", "is too large",
 * "has more than 6 decimals", "is not a whole number". */
const char *decimal_read(struct span text, struct decimal *number);
/* From -MONEY_MAX to MONEY_MAX. */
const char *decimal_read_whole(struct span text, int64_t *number);

/* In units of 10^-minor_unit; `minor_unit` is at least the number's own decimals. False when that
 * is more than MONEY_MAX. */
bool decimal_scale(const struct decimal *number, unsigned minor_unit, int64_t *amount);

/* Adds an amount without zeros at the end of its decimals. */
void decimal_write(int64_t amount, unsigned minor_unit, struct buffer *buffer);

#endif
