/* dice.h - chance that anybody can have again: numbers that follow from a seed, on every machine.
 *
 * The generator is SHA-256 (FIPS 180-4) over a counter. Of a seed and the number of an election,
 *
 *   key     = SHA-256("beffroi/1 simulate" ‖ 0x00 ‖ seed ‖ number)
 *   block n = SHA-256(key ‖ n), n from 0
 *
 * where seed, number and n are 8 bytes, the most significant first; and a block is four numbers of
 * 8 bytes, the most significant first. For trying rules out, not for secrets.
 */
#ifndef AUDIT_COMPARE_DICE_H
#define AUDIT_COMPARE_DICE_H

#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"

enum {
  DICE_BLOCK = 4 /* numbers */
};

struct dice {
  struct digest key;
  uint64_t next; /* block to make */
  size_t left;   /* numbers not yet taken, the last ones of these */
  uint64_t numbers[DICE_BLOCK];
};

void dice_begin(struct dice *dice, uint64_t seed, uint64_t number);

/* The next number, any of 64 bits. */
uint64_t dice_number(struct dice *dice);

/* Evenly from 0 to `bound` - 1: the remainder of the next number that is below the greatest multiple
 * of `bound` that 64 bits hold. `bound` is at least 1. */
uint64_t dice_below(struct dice *dice, uint64_t bound);

#endif
