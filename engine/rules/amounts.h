/* amounts.h - exact amounts that a count comes to know one by one, over one common denominator.
 *
 * A rule that shares costs among voters gives each of them amounts that are sums of few numbers:
 * what the rounds so far came to. Those numbers are kept here, and only they are fractions: a sum
 * over thousands of voters is a sum of small whole numbers and then one product for each amount.
 * The common denominator is a product of known small factors, so that lowest terms need only the
 * greatest common divisor of a number and a small one.
 */
#ifndef ENGINE_RULES_AMOUNTS_H
#define ENGINE_RULES_AMOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/natural.h"

/* numerator / (common denominator · divisor) */
struct ratio {
  struct natural numerator;
  uint64_t divisor; /* > 0 */
};

struct amounts {
  struct arena *arena;
  const char *rule; /* for refusals */
  struct natural denominator;
  uint64_t *factors; /* [factor_count] each > 1; the denominator is their product */
  size_t factor_count;
  struct natural *items; /* [count] numerators over the denominator */
  size_t count, capacity;
  size_t room;              /* limbs of every number here */
  struct ratio best, trial; /* for the caller to compare */
  struct natural left, right, spare;
};

/* No amount yet, room for `capacity`; the denominator is 1. Needs amounts_reserve before use. */
enum status amounts_begin(struct amounts *amounts, struct arena *arena, size_t capacity,
                          const char *rule, struct fault *fault) CHECKED;

/* Takes over a denominator with its factors (at most `capacity`), before any amount is there. */
enum status amounts_adopt(struct amounts *amounts, const struct natural *denominator,
                          const uint64_t *factors, size_t factor_count,
                          struct fault *fault) CHECKED;

/* Makes room for the numbers of one round, after which at most one amount is kept, so that nothing
 * in it can fail. Refuses numbers beyond NATURAL_LIMBS_MAX. */
enum status amounts_reserve(struct amounts *amounts, struct fault *fault) CHECKED;

/* to = whole + sum of coefficients[i] · amount i, over the common denominator. Leaves the
 * coefficients, one for each amount, 0. */
void amounts_sum(struct amounts *amounts, uint64_t whole, uint64_t *coefficients,
                 struct natural *to);

/* <0, 0 or >0. */
int amounts_compare(struct amounts *amounts, const struct ratio *a, const struct ratio *b);

/* To one part in 2^49. */
double amounts_as_double(struct amounts *amounts, const struct ratio *ratio);

/* Forgets all amounts: the denominator is 1 again. */
void amounts_clear(struct amounts *amounts);

/* Puts the sum of all amounts in their place. */
void amounts_fold(struct amounts *amounts);

/* An amount over the common denominator rounded down, at most `most`; it is used up. */
uint64_t amounts_whole(struct amounts *amounts, struct natural *amount, uint64_t most);

/* Adds an amount whose numerator stands over the common denominator as it is. */
void amounts_add(struct amounts *amounts, const struct natural *numerator);

/* Adds a ratio, which is used up: the denominator grows by what it needs. */
void amounts_keep(struct amounts *amounts, struct ratio *ratio);

/* Writes a ratio in lowest terms, "n/d". */
enum status amounts_write(struct amounts *amounts, const struct ratio *ratio, struct span *text,
                          struct fault *fault) CHECKED;

#endif
