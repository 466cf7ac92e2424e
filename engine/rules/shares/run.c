#include "engine/rules/shares/run.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "engine/rules/shares/bound.h"
#include "engine/rules/shares/fraction.h"
#include "engine/rules/shares/price.h"

/* --- rounds --- */

/* The project that is not fresh of least lower bound, or ROUND_NONE. */
static uint32_t least_stale(const struct shares *shares, double most)
{
  uint32_t least = ROUND_NONE;
  for (uint32_t i = 0; i < shares->support->project_count; i++) {
    if (!shares->fresh[i] && shares->lower[i] <= most) {
      most = shares->lower[i];
      least = i;
    }
  }
  return least;
}

/* Lets doubles find a project that is probably next: the fresh one of least bound, when no stale
 * one is below it. */
static uint32_t likely_next(struct shares *shares)
{
  double enough = DBL_MAX;
  uint32_t next = ROUND_NONE;
  for (uint32_t i = 0; i < shares->support->project_count; i++) {
    if (shares->fresh[i] && shares->lower[i] <= enough) {
      enough = shares->lower[i];
      next = i;
    }
  }
  for (;;) {
    uint32_t stale = least_stale(shares, enough);
    if (stale == ROUND_NONE)
      return next;
    bound_raise(shares, stale, enough);
    if (shares->lower[stale] < enough || (next == ROUND_NONE && shares->lower[stale] <= enough)) {
      enough = shares->lower[stale];
      next = stale;
    }
  }
}

static void take_best(struct shares *shares)
{
  struct price swap = shares->best;
  shares->best = shares->trial;
  shares->trial = swap;
}

/* An upper bound of the best price's rho. */
static double best_upper(struct shares *shares)
{
  return price_as_double(shares, &shares->best) /
         (double)shares->support->scale[shares->best.project] * (1 + PART_2_48);
}

/* Returns how many projects are next; see shares_next. */
static size_t find_next(struct shares *shares)
{
  uint32_t next;
  for (;;) {
    next = likely_next(shares);
    if (next == ROUND_NONE)
      return 0;
    shares->best.project = next;
    if (price_find(shares, &shares->best))
      break;
    shares->lower[next] = HUGE_VAL;
  }

  size_t tied = 1;
  double upper = best_upper(shares);
  shares->tied[0] = next;
  for (uint32_t i = 0; i < shares->support->project_count; i++) {
    if (i == next || shares->lower[i] > upper)
      continue;
    bound_raise(shares, i, upper);
    if (shares->lower[i] > upper)
      continue;
    shares->trial.project = i;
    if (!price_find(shares, &shares->trial)) {
      shares->lower[i] = HUGE_VAL;
      continue;
    }
    int order = price_compare_rho(shares, &shares->trial, &shares->best);
    if (order < 0) {
      take_best(shares);
      upper = best_upper(shares);
      tied = 0;
    }
    if (order <= 0)
      shares->tied[tied++] = i;
  }
  return tied;
}

/* Those who support the project pay; `best` holds its price and `stands` how they stand. */
static void pay(struct shares *shares, struct round *round)
{
  const struct support *support = shares->support;
  uint32_t project = shares->best.project, number = (uint32_t)shares->round_count;
  size_t start = support->start[project], end = support->start[project + 1];
  double price = price_as_double(shares, &shares->best);

  for (size_t i = start; i < end; i++) {
    struct purse *purse = &shares->purses[support->supporters[i].group];
    enum stand stand = (enum stand)shares->stands[i - start];
    if (stand == STAND_FULL)
      purse->money -= price * support->supporters[i].weight;
    else if (stand != STAND_OUT) {
      purse->money = 0;
      purse->out_in = number;
    }
    if (round != NULL && stand != STAND_OUT)
      *(stand == STAND_ALL ? &round->paid_all : &round->paid_full) += purse->multiplicity;
  }
  /* A payment of at most `start` rounds by less than one part in 2^50 of it, and so does the
   * difference. */
  shares->error += shares->start * (2 * PART_2_50);
}

/* Multiplies the common denominator, and all that stands over it, by a factor > 1. Factors are kept
 * together as long as they fit 64 bits: fewer of them have to be divided by later. */
static void widen_denominator(struct shares *shares, uint64_t factor)
{
  struct natural *numbers[] = {&shares->denominator, &shares->endowment};
  for (size_t i = 0; i < 2; i++) {
    natural_product(&shares->spare, numbers[i], factor);
    natural_copy(numbers[i], &shares->spare);
  }
  for (size_t i = 0; i < shares->round_count; i++) {
    natural_product(&shares->spare, &shares->prices[i], factor);
    natural_copy(&shares->prices[i], &shares->spare);
  }

  size_t count = shares->factor_count;
  if (count > 0 && shares->factors[count - 1] <= UINT64_MAX / factor)
    shares->factors[count - 1] *= factor;
  else
    shares->factors[shares->factor_count++] = factor;
}

/* Puts the price of `best` among the prices, over a denominator that now holds its weight. */
static void keep_price(struct shares *shares)
{
  struct natural *numerator = &shares->best.numerator;
  uint64_t common = natural_gcd(numerator, shares->best.weight, &shares->spare);

  (void)natural_divide(numerator, numerator, common);
  if (shares->best.weight > common)
    widen_denominator(shares, shares->best.weight / common);
  natural_copy(&shares->prices[shares->round_count], numerator);
}

static void enter(struct shares *shares, uint32_t project)
{
  shares->round_of[project] = (uint32_t)shares->round_count;
  shares->bought[shares->round_count++] = project;
  shares->spent += (int64_t)shares_cost(shares, project);
  shares->lower[project] = HUGE_VAL;
}

/* What the supporters of the project just bought have left together. */
static enum status note_money_left(struct shares *shares, struct round *round, struct fault *fault)
{
  const struct support *support = shares->support;
  uint64_t voters = 0;
  for (size_t i = support->start[round->project]; i < support->start[round->project + 1]; i++) {
    if (shares->purses[support->supporters[i].group].out_in == ROUND_NONE)
      price_add_group(shares, support->supporters[i].group, &voters);
  }
  price_money(shares, voters, &shares->sum);
  return fraction_write(shares, &shares->sum, 1, 1, &round->money_left, fault);
}

enum status shares_buy(struct shares *shares, size_t count, struct counting *books,
                       struct fault *fault)
{
  enum status status = STATUS_OK;
  struct round *round = NULL;
  uint32_t project = counting_first(shares->counting, shares->tied, count);

  if (shares->best.project != project || shares->stands_of != project) {
    shares->best.project = project;
    if (!price_find(shares, &shares->best))
      abort(); /* it was found before, and nobody has paid since */
  }

  if (books != NULL) {
    if (count > 1)
      status = counting_tie(books, shares->tied, count, fault);
    if (status != STATUS_OK)
      return status;
    round = counting_fund(books, project, books->settings->rule->name);
    round->shares_known = true;
    natural_copy(&shares->sum, &shares->best.numerator);
    status = fraction_write(shares, &shares->sum, shares->best.weight,
                            shares->support->scale[project], &round->rho, fault);
    if (status != STATUS_OK)
      return status;
  }
  pay(shares, round);
  keep_price(shares);
  enter(shares, project);
  return books == NULL ? STATUS_OK : note_money_left(shares, round, fault);
}

/* --- a run --- */

void shares_consider(struct shares *shares)
{
  const struct support *support = shares->support;
  for (uint32_t i = 0; i < support->project_count; i++) {
    shares->lower[i] = HUGE_VAL;
    if (shares->round_of[i] == ROUND_NONE && support->votes[i] > 0 && shares_cost(shares, i) > 0) {
      shares->price[i] = (double)shares_cost(shares, i) / (double)support->weight[i];
      shares->lower[i] = shares->price[i] / (double)support->scale[i] * (1 - PART_2_48);
    }
  }
}

static enum status reset(struct shares *shares, const struct endowment *endowment,
                         struct fault *fault)
{
  const struct support *support = shares->support;
  shares->round_count = 0;
  shares->spent = 0;
  shares->factor_count = 0;
  /* However long a run before became, this one begins short. */
  shares->endowment.size = 0;
  shares->denominator.size = 0;
  enum status status = shares_reserve(shares, fault);
  if (status != STATUS_OK)
    return status;

  natural_set(&shares->endowment, endowment->numerator);
  uint64_t common = natural_gcd(&shares->endowment, endowment->denominator, &shares->spare);
  (void)natural_divide(&shares->endowment, &shares->endowment, common);
  natural_set(&shares->denominator, (struct wide){.low = endowment->denominator / common});
  if (endowment->denominator / common > 1)
    shares->factors[shares->factor_count++] = endowment->denominator / common;

  shares->start = natural_ratio(&shares->endowment, &shares->denominator);
  shares->error = shares->start * PART_2_50;
  for (size_t i = 0; i < support->group_count; i++) {
    shares->purses[i].money = shares->start;
    shares->purses[i].out_in = ROUND_NONE;
  }
  for (uint32_t i = 0; i < support->project_count; i++)
    shares->round_of[i] = ROUND_NONE;
  shares_consider(shares);
  return STATUS_OK;
}

/* Projects that cost nothing are bought first, for nothing. */
static enum status buy_free(struct shares *shares, struct counting *books, struct fault *fault)
{
  const struct support *support = shares->support;
  for (;;) {
    size_t count = 0;
    for (uint32_t i = 0; i < support->project_count; i++) {
      if (support->votes[i] > 0 && shares_cost(shares, i) == 0 && shares->round_of[i] == ROUND_NONE)
        shares->tied[count++] = i;
    }
    if (count == 0)
      return STATUS_OK;

    enum status status = shares_reserve(shares, fault);
    uint32_t project = counting_first(shares->counting, shares->tied, count);
    if (status == STATUS_OK && books != NULL && count > 1)
      status = counting_tie(books, shares->tied, count, fault);
    if (status != STATUS_OK)
      return status;
    shares->prices[shares->round_count].size = 0;
    enter(shares, project);
    if (books != NULL) {
      struct round *round = counting_fund(books, project, books->settings->rule->name);
      round->shares_known = true;
      round->rho = SPAN("0/1");
      round->paid_full = support->votes[project];
      status = note_money_left(shares, round, fault);
      if (status != STATUS_OK)
        return status;
    }
  }
}

enum status shares_start(struct shares *shares, const struct endowment *endowment,
                         struct counting *books, struct fault *fault)
{
  enum status status = reset(shares, endowment, fault);
  return status == STATUS_OK ? buy_free(shares, books, fault) : status;
}

enum status shares_next(struct shares *shares, size_t *count, struct fault *fault)
{
  enum status status = shares_reserve(shares, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < shares->support->project_count; i++)
    shares->fresh[i] = false;
  *count = find_next(shares);
  return STATUS_OK;
}

enum status shares_run(struct shares *shares, const struct endowment *endowment,
                       struct counting *books, enum run_end *end, struct fault *fault)
{
  size_t count = 1;
  enum status status = shares_start(shares, endowment, books, fault);
  *end = RUN_COMPLETE;
  while (status == STATUS_OK && count > 0) {
    if (shares->spent > shares->counting->election->budget) {
      *end = RUN_OVERSPENT;
      break;
    }
    status = shares_next(shares, &count, fault);
    if (status == STATUS_OK && count > 0)
      status = shares_buy(shares, count, books, fault);
  }
  return status;
}
