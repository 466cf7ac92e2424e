#include "engine/rules/amounts.h"

#include <stdlib.h>
#include <string.h>

/* Limbs by which numbers grow at most within a round: a sum of 2^64 products of an amount below
 * 2^64 and a coefficient below 2^64, times a divisor, and one more factor of the denominator. */
static const size_t headroom = 8 * NATURAL_LIMBS_OF_64;

enum status amounts_begin(struct amounts *amounts, struct arena *arena, size_t capacity,
                          const char *rule, struct fault *fault)
{
  *amounts = (struct amounts){.arena = arena,
                              .rule = rule,
                              .capacity = capacity,
                              .factors = ARENA_TAKE(arena, uint64_t, capacity + 1),
                              .items = ARENA_TAKE(arena, struct natural, capacity + 1)};
  return amounts->factors == NULL || amounts->items == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static bool widen(struct amounts *amounts, struct natural *number)
{
  mp_limb_t *limbs = ARENA_TAKE(amounts->arena, mp_limb_t, amounts->room);
  if (limbs == NULL)
    return false;
  struct natural wider = natural_in(limbs, amounts->room);
  natural_copy(&wider, number);
  *number = wider;
  return true;
}

static enum status make_room(struct amounts *amounts, size_t size, struct fault *fault)
{
  if (size + headroom > NATURAL_LIMBS_MAX)
    return fault_set(fault, STATUS_REFUSED, amounts->rule, "fewer projects",
                     "the shares need fractions of more than 65536 bits");
  bool made = true;
  if (size + headroom > amounts->room) {
    struct natural *numbers[] = {&amounts->denominator,     &amounts->best.numerator,
                                 &amounts->trial.numerator, &amounts->left,
                                 &amounts->right,           &amounts->spare};
    amounts->room = 2 * (size + headroom);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
      made = made && widen(amounts, numbers[i]);
    for (size_t i = 0; i < amounts->count; i++)
      made = made && widen(amounts, &amounts->items[i]);
  }
  if (made && amounts->count < amounts->capacity &&
      amounts->items[amounts->count].room < amounts->room)
    made = widen(amounts, &amounts->items[amounts->count]);
  return made ? STATUS_OK : fault_no_memory(fault);
}

enum status amounts_adopt(struct amounts *amounts, const struct natural *denominator,
                          const uint64_t *factors, size_t factor_count, struct fault *fault)
{
  enum status status = make_room(amounts, denominator->size, fault);
  if (status != STATUS_OK)
    return status;
  natural_copy(&amounts->denominator, denominator);
  if (factor_count > 0)
    memcpy(amounts->factors, factors, factor_count * sizeof *factors);
  amounts->factor_count = factor_count;
  return STATUS_OK;
}

enum status amounts_reserve(struct amounts *amounts, struct fault *fault)
{
  enum status status = make_room(amounts, amounts->denominator.size, fault);
  if (status == STATUS_OK && natural_is_zero(&amounts->denominator))
    natural_set(&amounts->denominator, (struct wide){.low = 1});
  return status;
}

void amounts_sum(struct amounts *amounts, uint64_t whole, uint64_t *coefficients,
                 struct natural *to)
{
  natural_product(to, &amounts->denominator, whole);
  for (size_t i = 0; i < amounts->count; i++) {
    if (coefficients[i] != 0)
      natural_add_product(to, &amounts->items[i], coefficients[i]);
    coefficients[i] = 0;
  }
}

int amounts_compare(struct amounts *amounts, const struct ratio *a, const struct ratio *b)
{
  natural_product(&amounts->left, &a->numerator, b->divisor);
  natural_product(&amounts->right, &b->numerator, a->divisor);
  return natural_compare(&amounts->left, &amounts->right);
}

double amounts_as_double(struct amounts *amounts, const struct ratio *ratio)
{
  natural_product(&amounts->spare, &amounts->denominator, ratio->divisor);
  return natural_ratio(&ratio->numerator, &amounts->spare);
}

void amounts_clear(struct amounts *amounts)
{
  amounts->count = 0;
  amounts->factor_count = 0;
  amounts->denominator.size = 0;
}

void amounts_fold(struct amounts *amounts)
{
  for (size_t i = 1; i < amounts->count; i++)
    natural_add_product(&amounts->items[0], &amounts->items[i], 1);
  amounts->count = amounts->count > 0 ? 1 : 0;
}

uint64_t amounts_whole(struct amounts *amounts, struct natural *amount, uint64_t most)
{
  for (size_t i = 0; i < amounts->factor_count; i++)
    (void)natural_divide(amount, amount, amounts->factors[i]);
  return natural_to_integer(amount, most);
}

void amounts_add(struct amounts *amounts, const struct natural *numerator)
{
  if (amounts->count == amounts->capacity)
    abort(); /* the caller said how many there would be */
  natural_copy(&amounts->items[amounts->count++], numerator);
}

/* Multiplies the common denominator, and all that stands over it, by a factor > 1. Factors are kept
 * together as long as they fit 64 bits: fewer of them have to be divided by later. */
static void widen_denominator(struct amounts *amounts, uint64_t factor)
{
  natural_product(&amounts->spare, &amounts->denominator, factor);
  natural_copy(&amounts->denominator, &amounts->spare);
  for (size_t i = 0; i < amounts->count; i++) {
    natural_product(&amounts->spare, &amounts->items[i], factor);
    natural_copy(&amounts->items[i], &amounts->spare);
  }

  size_t count = amounts->factor_count;
  if (count > 0 && amounts->factors[count - 1] <= UINT64_MAX / factor)
    amounts->factors[count - 1] *= factor;
  else
    amounts->factors[amounts->factor_count++] = factor;
}

void amounts_keep(struct amounts *amounts, struct ratio *ratio)
{
  struct natural *numerator = &ratio->numerator;
  uint64_t common = natural_gcd(numerator, ratio->divisor, &amounts->spare);
  (void)natural_divide(numerator, numerator, common);
  if (ratio->divisor > common)
    widen_denominator(amounts, ratio->divisor / common);
  amounts_add(amounts, numerator);
}

enum status amounts_write(struct amounts *amounts, const struct ratio *ratio, struct span *text,
                          struct fault *fault)
{
  struct natural *numerator = &amounts->left, *denominator = &amounts->right;
  if (natural_is_zero(&ratio->numerator)) {
    *text = SPAN("0/1");
    return STATUS_OK;
  }
  natural_copy(numerator, &ratio->numerator);
  natural_set(denominator, (struct wide){.low = 1});
  for (size_t i = 0; i <= amounts->factor_count; i++) {
    uint64_t factor = i == 0 ? ratio->divisor : amounts->factors[i - 1];
    uint64_t common = natural_gcd(numerator, factor, &amounts->spare);
    (void)natural_divide(numerator, numerator, common);
    natural_product(&amounts->spare, denominator, factor / common);
    natural_copy(denominator, &amounts->spare);
  }
  return natural_fraction(numerator, denominator, amounts->arena, text, fault);
}
