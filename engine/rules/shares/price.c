#include "engine/rules/shares/price.h"

/* --- exact sums --- */

void price_add_group(struct shares *shares, uint32_t group, uint64_t *voters)
{
  const struct support *support = shares->support;
  uint64_t multiplicity = shares->purses[group].multiplicity;
  *voters += multiplicity;
  /* What was not bought goes to the place behind the rounds, which nobody reads: cheaper than asking. */
  const uint32_t nowhere = (uint32_t)support->project_count;
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    uint32_t round = shares->round_of[support->ballot[i].project];
    shares->coefficients[round < nowhere ? round : nowhere] +=
        multiplicity * (uint64_t)support->ballot[i].value;
  }
}

void price_money(struct shares *shares, uint64_t voters, struct natural *sum)
{
  natural_product(sum, &shares->endowment, voters);
  shares->taken.size = 0;
  for (size_t i = 0; i < shares->round_count; i++) {
    natural_add_product(&shares->taken, &shares->prices[i], shares->coefficients[i]);
    shares->coefficients[i] = 0;
  }
  natural_subtract(sum, &shares->taken);
}

/* <0, 0 or >0: one voter's money in `group`, which never ran out, against price · weight. */
static int compare_money(struct shares *shares, uint32_t group, const struct price *price,
                         uint32_t weight)
{
  const struct support *support = shares->support;
  shares->taken.size = 0;
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    uint32_t round = shares->round_of[support->ballot[i].project];
    if (round != ROUND_NONE)
      natural_add_product(&shares->taken, &shares->prices[round],
                          (uint64_t)support->ballot[i].value);
  }
  natural_copy(&shares->spare, &shares->endowment);
  natural_subtract(&shares->spare, &shares->taken);
  natural_product(&shares->left_side, &shares->spare, price->weight);
  natural_product(&shares->right_side, &price->numerator, weight);
  return natural_compare(&shares->left_side, &shares->right_side);
}

double price_as_double(struct shares *shares, const struct price *price)
{
  natural_product(&shares->spare, &shares->denominator, price->weight);
  return natural_ratio(&price->numerator, &shares->spare);
}

/* --- exact prices --- */

static bool gives_all(uint8_t stand)
{
  return stand == STAND_ALL || stand == STAND_OUT;
}

size_t price_stand(struct shares *shares, const struct price *price)
{
  const struct support *support = shares->support;
  size_t start = support->start[price->project], end = support->start[price->project + 1];
  double about = price_as_double(shares, price);
  size_t changed = 0;

  for (size_t i = start; i < end; i++) {
    const struct supporter *supporter = &support->supporters[i];
    const struct purse *purse = &shares->purses[supporter->group];
    double full = about * supporter->weight;
    double margin = shares->error + full * PART_2_48;
    uint8_t stand;
    if (purse->out_in != ROUND_NONE)
      stand = STAND_OUT;
    else if (purse->money > full + margin)
      stand = STAND_FULL;
    else if (purse->money < full - margin)
      stand = STAND_ALL;
    else {
      int order = compare_money(shares, supporter->group, price, supporter->weight);
      stand = order > 0 ? STAND_FULL : order == 0 ? STAND_LEVEL : STAND_ALL;
    }
    changed += gives_all(stand) != gives_all(shares->stands[i - start]);
    shares->stands[i - start] = stand;
  }
  return changed;
}

/* How the supporters stand as far as doubles can tell: where to start looking. */
static void guess_stands(struct shares *shares, uint32_t project)
{
  const struct support *support = shares->support;
  size_t start = support->start[project], end = support->start[project + 1];
  for (size_t i = start; i < end; i++) {
    const struct supporter *supporter = &support->supporters[i];
    const struct purse *purse = &shares->purses[supporter->group];
    shares->stands[i - start] = purse->out_in != ROUND_NONE ? STAND_OUT
                                : purse->money < shares->price[project] * supporter->weight
                                    ? STAND_ALL
                                    : STAND_FULL;
  }
}

static void stand_in_full(struct shares *shares, uint32_t project)
{
  const struct support *support = shares->support;
  size_t start = support->start[project], end = support->start[project + 1];
  for (size_t i = start; i < end; i++) {
    bool out = shares->purses[support->supporters[i].group].out_in != ROUND_NONE;
    shares->stands[i - start] = out ? STAND_OUT : STAND_FULL;
  }
}

/* From how the supporters stand, the price at which those who pay in full cover what the others
 * leave; false when nobody pays in full or the others alone give more than the cost. */
static bool solve(struct shares *shares, struct price *price)
{
  const struct support *support = shares->support;
  size_t start = support->start[price->project], end = support->start[price->project + 1];
  uint64_t voters = 0;

  price->weight = 0;
  for (size_t i = start; i < end; i++) {
    const struct supporter *supporter = &support->supporters[i];
    if (shares->stands[i - start] == STAND_ALL)
      price_add_group(shares, supporter->group, &voters);
    else if (shares->stands[i - start] != STAND_OUT)
      price->weight += (uint64_t)shares->purses[supporter->group].multiplicity * supporter->weight;
  }
  price_money(shares, voters, &shares->sum);
  natural_product(&price->numerator, &shares->denominator, shares_cost(shares, price->project));
  if (price->weight == 0 || natural_compare(&price->numerator, &shares->sum) < 0)
    return false;
  natural_subtract(&price->numerator, &shares->sum);
  return true;
}

bool price_find(struct shares *shares, struct price *price)
{
  shares->stands_of = price->project;
  guess_stands(shares, price->project);
  if (!solve(shares, price)) {
    /* The guess was too high for doubles to tell: start from below. */
    stand_in_full(shares, price->project);
    if (!solve(shares, price))
      return false;
  }
  while (price_stand(shares, price) > 0) {
    if (!solve(shares, price))
      return false;
  }
  return true;
}

int price_compare_rho(struct shares *shares, const struct price *a, const struct price *b)
{
  const uint64_t *scale = shares->support->scale;
  natural_product(&shares->spare, &a->numerator, b->weight);
  natural_product(&shares->left_side, &shares->spare, scale[b->project]);
  natural_product(&shares->spare, &b->numerator, a->weight);
  natural_product(&shares->right_side, &shares->spare, scale[a->project]);
  return natural_compare(&shares->left_side, &shares->right_side);
}
