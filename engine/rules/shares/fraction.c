#include "engine/rules/shares/fraction.h"

/* Divides `number` and the product of the factors by all they have in common, and leaves in
 * `product` what remains of the factors. */
static void reduce(struct shares *shares, struct natural *number, const uint64_t extra[static 3],
                   struct natural *product)
{
  natural_set(product, (struct wide){.low = 1});
  for (size_t i = 0; i < shares->factor_count + 3; i++) {
    uint64_t factor = i < 3 ? extra[i] : shares->factors[i - 3];
    uint64_t common = natural_gcd(number, factor, &shares->spare);
    (void)natural_divide(number, number, common);
    natural_product(&shares->spare, product, factor / common);
    natural_copy(product, &shares->spare);
  }
}

enum status fraction_write_terms(struct shares *shares, struct natural *numerator,
                                 struct natural *denominator, struct span *text,
                                 struct fault *fault)
{
  return natural_fraction(numerator, denominator, shares->counting->arena, text, fault);
}

enum status fraction_write(struct shares *shares, struct natural *numerator, uint64_t factor,
                           uint64_t other, struct span *text, struct fault *fault)
{
  struct natural *denominator = &shares->left_side;
  const uint64_t extra[3] = {factor, other, 1};
  if (natural_is_zero(numerator)) {
    *text = SPAN("0/1");
    return STATUS_OK;
  }
  reduce(shares, numerator, extra, denominator);
  return fraction_write_terms(shares, numerator, denominator, text, fault);
}

enum status fraction_write_inverse(struct shares *shares, struct natural *divisor, uint64_t factor,
                                   struct span *text, struct fault *fault)
{
  struct natural *numerator = &shares->left_side;
  const uint64_t extra[3] = {factor, 1, 1};
  reduce(shares, divisor, extra, numerator);
  return fraction_write_terms(shares, numerator, divisor, text, fault);
}

int64_t fraction_whole(struct shares *shares, struct natural *amount)
{
  for (size_t i = 0; i < shares->factor_count; i++)
    (void)natural_divide(amount, amount, shares->factors[i]);
  return (int64_t)natural_to_integer(amount, MONEY_MAX);
}
