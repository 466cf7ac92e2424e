#include "engine/rules/shares.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* One part in 2^50 covers a few roundings of a double, whatever precision they are done in;
 * sums of many terms have their own bound. */
#define PART_2_48 0x1p-48
#define PART_2_50 0x1p-50
#define PART_2_52 0x1p-52

/* --- room --- */

static const size_t headroom = 8 * NATURAL_LIMBS_OF_64;

static bool widen(struct shares *shares, struct natural *number, size_t room)
{
  mp_limb_t *limbs = ARENA_TAKE(shares->counting->arena, mp_limb_t, room);
  if (limbs == NULL)
    return false;
  struct natural wider = natural_in(limbs, room);
  natural_copy(&wider, number);
  *number = wider;
  return true;
}

/* Makes room for one round: within it numbers grow by at most `headroom` limbs, so that nothing
 * in it can fail. */
static enum status reserve(struct shares *shares, struct fault *fault)
{
  size_t size = shares->denominator.size > shares->endowment.size ? shares->denominator.size
                                                                  : shares->endowment.size;
  if (size + headroom > NATURAL_LIMBS_MAX)
    return fault_set(fault, STATUS_REFUSED, "equal-shares", "fewer projects or smaller points",
                     "the shares need fractions of more than 65536 bits");

  bool made = true;
  if (size + headroom > shares->room) {
    struct natural *numbers[] = {
        &shares->endowment,       &shares->denominator, &shares->best.numerator,
        &shares->trial.numerator, &shares->sum,         &shares->taken,
        &shares->left_side,       &shares->right_side,  &shares->spare};
    shares->room = 2 * (size + headroom);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
      made = made && widen(shares, numbers[i], shares->room);
    for (size_t i = 0; i < shares->round_count; i++)
      made = made && widen(shares, &shares->prices[i], shares->room);
  }
  struct natural *next = &shares->prices[shares->round_count];
  if (next->room < shares->room)
    made = made && widen(shares, next, shares->room);
  return made ? STATUS_OK : fault_no_memory(fault);
}

static size_t most_supporters(const struct support *support)
{
  size_t most = 0;
  for (size_t i = 0; i < support->project_count; i++) {
    size_t count = support->start[i + 1] - support->start[i];
    most = count > most ? count : most;
  }
  return most;
}

enum status shares_begin(struct shares *shares, const struct counting *counting,
                         struct fault *fault)
{
  const struct support *support = &counting->support;
  struct arena *arena = counting->arena;
  size_t projects = support->project_count;

  *shares = (struct shares){
      .counting = counting,
      .support = support,
      .purses = ARENA_TAKE(arena, struct purse, support->group_count),
      .round_of = ARENA_TAKE(arena, uint32_t, projects),
      .bought = ARENA_TAKE(arena, uint32_t, projects),
      .prices = ARENA_TAKE(arena, struct natural, projects + 1),
      .factors = ARENA_TAKE(arena, uint64_t, projects + 1),
      .lower = ARENA_TAKE(arena, double, projects),
      .price = ARENA_TAKE(arena, double, projects),
      .fresh = ARENA_TAKE(arena, bool, projects),
      .stands = ARENA_TAKE(arena, uint8_t, most_supporters(support)),
      .coefficients = ARENA_TAKE(arena, uint64_t, projects),
      .tied = ARENA_TAKE(arena, uint32_t, projects),
  };
  if (shares->purses == NULL || shares->round_of == NULL || shares->bought == NULL ||
      shares->prices == NULL || shares->factors == NULL || shares->lower == NULL ||
      shares->price == NULL || shares->fresh == NULL || shares->stands == NULL ||
      shares->coefficients == NULL || shares->tied == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < support->group_count; i++)
    shares->purses[i].multiplicity = support->multiplicity[i];
  return STATUS_OK;
}

static int64_t cost_of(const struct shares *shares, uint32_t project)
{
  return shares->counting->election->projects[project].cost;
}

/* --- exact sums --- */

void shares_add_group(struct shares *shares, uint32_t group, uint64_t *voters)
{
  const struct support *support = shares->support;
  uint64_t multiplicity = shares->purses[group].multiplicity;
  *voters += multiplicity;
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    uint32_t round = shares->round_of[support->ballot[i].project];
    if (round != ROUND_NONE)
      shares->coefficients[round] += multiplicity * (uint64_t)support->ballot[i].value;
  }
}

void shares_money(struct shares *shares, uint64_t voters, struct natural *sum)
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

static double price_as_double(struct shares *shares, const struct price *price)
{
  natural_product(&shares->spare, &shares->denominator, price->weight);
  return natural_ratio(&price->numerator, &shares->spare);
}

/* --- exact prices --- */

static bool gives_all(uint8_t stand)
{
  return stand == STAND_ALL || stand == STAND_OUT;
}

size_t shares_stand(struct shares *shares, const struct price *price)
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
      shares_add_group(shares, supporter->group, &voters);
    else if (shares->stands[i - start] != STAND_OUT)
      price->weight += (uint64_t)shares->purses[supporter->group].multiplicity * supporter->weight;
  }
  shares_money(shares, voters, &shares->sum);
  natural_product(&price->numerator, &shares->denominator,
                  (uint64_t)cost_of(shares, price->project));
  if (price->weight == 0 || natural_compare(&price->numerator, &shares->sum) < 0)
    return false;
  natural_subtract(&price->numerator, &shares->sum);
  return true;
}

/* The exact price of `price->project`; false when its supporters cannot pay it. This is Newton's
 * method on a concave, piecewise linear function: after the first step prices only rise, and each
 * step either moves a supporter to those who give all or is the last. */
static bool find_price(struct shares *shares, struct price *price)
{
  shares->stands_of = price->project;
  guess_stands(shares, price->project);
  if (!solve(shares, price)) {
    /* The guess was too high for doubles to tell: start from below. */
    stand_in_full(shares, price->project);
    if (!solve(shares, price))
      return false;
  }
  while (shares_stand(shares, price) > 0) {
    if (!solve(shares, price))
      return false;
  }
  return true;
}

/* <0, 0 or >0: rho of `a` against rho of `b`. */
static int compare_rho(struct shares *shares, const struct price *a, const struct price *b)
{
  const uint64_t *scale = shares->support->scale;
  natural_product(&shares->spare, &a->numerator, b->weight);
  natural_product(&shares->left_side, &shares->spare, scale[b->project]);
  natural_product(&shares->spare, &b->numerator, a->weight);
  natural_product(&shares->right_side, &shares->spare, scale[a->project]);
  return natural_compare(&shares->left_side, &shares->right_side);
}

/* --- bounds by doubles --- */

/* One pass over the supporters at a price: what those give who do not have price · weight, and
 * the weight of the others. */
struct pass {
  double given;    /* as summed */
  double error;    /* most that `given` is off */
  uint64_t weight; /* of those who pay in full */
};

static struct pass pass_over(const struct shares *shares, uint32_t project, double price)
{
  const struct support *support = shares->support;
  const struct supporter *supporter = &support->supporters[support->start[project]];
  size_t count = support->start[project + 1] - support->start[project];
  double given = 0;
  uint64_t voters = 0, weight = 0, terms = 0;

  for (size_t i = 0; i < count; i++) {
    const struct purse *purse = &shares->purses[supporter[i].group];
    if (purse->money < price * supporter[i].weight) {
      given += purse->multiplicity * purse->money;
      voters += purse->multiplicity;
      terms++;
    } else
      weight += (uint64_t)purse->multiplicity * supporter[i].weight;
  }
  return (struct pass){
      .given = given,
      .error = ((double)voters * shares->error + (double)(terms + 4) * PART_2_52 * fabs(given)) *
               (1 + PART_2_50),
      .weight = weight};
}

/* Raises `lower` of a project as far as one more pass brings it, and again while that is less
 * than `enough`. Each pass starts from a price that is about a lower bound, so prices rise. */
static void raise_lower(struct shares *shares, uint32_t project, double enough)
{
  double cost = (double)cost_of(shares, project);
  double scale = (double)shares->support->scale[project];

  while (shares->lower[project] <= enough) {
    struct pass pass = pass_over(shares, project, shares->price[project]);
    if (pass.weight == 0) {
      if (pass.given + pass.error < cost * (1 - PART_2_50))
        shares->lower[project] = HUGE_VAL;
      break;
    }
    double next = (cost - pass.given) / (double)pass.weight;
    double bound = (cost - pass.given - pass.error) / (double)pass.weight;
    double rho = bound / scale * (1 - PART_2_48);
    if (rho > shares->lower[project])
      shares->lower[project] = rho;
    if (!(next > shares->price[project] * (1 + 0x1p-40)))
      break;
    shares->price[project] = next;
  }
  shares->fresh[project] = true;
}

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
    raise_lower(shares, stale, enough);
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

/* The next project: `best` with its exact price, and in `tied` all whose rho is the same. Returns
 * how many those are; 0 when the run is over. */
static size_t find_next(struct shares *shares)
{
  uint32_t next;
  for (;;) {
    next = likely_next(shares);
    if (next == ROUND_NONE)
      return 0;
    shares->best.project = next;
    if (find_price(shares, &shares->best))
      break;
    shares->lower[next] = HUGE_VAL;
  }

  size_t tied = 1;
  double upper = best_upper(shares);
  shares->tied[0] = next;
  for (uint32_t i = 0; i < shares->support->project_count; i++) {
    if (i == next || shares->lower[i] > upper)
      continue;
    raise_lower(shares, i, upper);
    if (shares->lower[i] > upper)
      continue;
    shares->trial.project = i;
    if (!find_price(shares, &shares->trial)) {
      shares->lower[i] = HUGE_VAL;
      continue;
    }
    int order = compare_rho(shares, &shares->trial, &shares->best);
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

/* Puts the price of `best` among the prices, over a denominator that now holds its weight. */
static void keep_price(struct shares *shares)
{
  struct natural *numerator = &shares->best.numerator;
  uint64_t common = natural_gcd(numerator, shares->best.weight, &shares->spare);
  uint64_t factor = shares->best.weight / common;

  (void)natural_divide(numerator, numerator, common);
  if (factor > 1) {
    struct natural *numbers[] = {&shares->denominator, &shares->endowment};
    for (size_t i = 0; i < 2; i++) {
      natural_product(&shares->spare, numbers[i], factor);
      natural_copy(numbers[i], &shares->spare);
    }
    for (size_t i = 0; i < shares->round_count; i++) {
      natural_product(&shares->spare, &shares->prices[i], factor);
      natural_copy(&shares->prices[i], &shares->spare);
    }
    shares->factors[shares->factor_count++] = factor;
  }
  natural_copy(&shares->prices[shares->round_count], numerator);
}

static void enter(struct shares *shares, uint32_t project)
{
  shares->round_of[project] = (uint32_t)shares->round_count;
  shares->bought[shares->round_count++] = project;
  shares->spent += cost_of(shares, project);
  shares->lower[project] = HUGE_VAL;
}

/* What the supporters of the project just bought have left together. */
static enum status note_money_left(struct shares *shares, struct round *round, struct fault *fault)
{
  const struct support *support = shares->support;
  uint64_t voters = 0;
  for (size_t i = support->start[round->project]; i < support->start[round->project + 1]; i++) {
    if (shares->purses[support->supporters[i].group].out_in == ROUND_NONE)
      shares_add_group(shares, support->supporters[i].group, &voters);
  }
  shares_money(shares, voters, &shares->sum);
  return shares_fraction(shares, &shares->sum, 1, 1, &round->money_left, fault);
}

/* Buys one of the `count` projects in `tied`. */
static enum status buy(struct shares *shares, size_t count, struct counting *books,
                       struct fault *fault)
{
  enum status status = STATUS_OK;
  struct round *round = NULL;
  uint32_t project = counting_first(shares->counting, shares->tied, count);

  if (shares->best.project != project || shares->stands_of != project) {
    shares->best.project = project;
    if (!find_price(shares, &shares->best))
      abort(); /* it was found before, and nobody has paid since */
  }

  if (books != NULL) {
    if (count > 1)
      status = counting_tie(books, shares->tied, count, fault);
    if (status != STATUS_OK)
      return status;
    round = counting_fund(books, project, "equal-shares");
    round->shares_known = true;
    natural_copy(&shares->sum, &shares->best.numerator);
    status = shares_fraction(shares, &shares->sum, shares->best.weight,
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

static enum status reset(struct shares *shares, const struct endowment *endowment,
                         struct fault *fault)
{
  const struct support *support = shares->support;
  shares->round_count = 0;
  shares->spent = 0;
  shares->factor_count = 0;
  enum status status = reserve(shares, fault);
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
  for (uint32_t i = 0; i < support->project_count; i++) {
    shares->round_of[i] = ROUND_NONE;
    shares->lower[i] = HUGE_VAL;
    if (support->votes[i] > 0 && cost_of(shares, i) > 0) {
      shares->price[i] = (double)cost_of(shares, i) / (double)support->weight[i];
      shares->lower[i] = shares->price[i] / (double)support->scale[i] * (1 - PART_2_48);
    }
  }
  return STATUS_OK;
}

/* Projects that cost nothing are bought first, for nothing. */
static enum status buy_free(struct shares *shares, struct counting *books, struct fault *fault)
{
  const struct support *support = shares->support;
  for (;;) {
    size_t count = 0;
    for (uint32_t i = 0; i < support->project_count; i++) {
      if (support->votes[i] > 0 && cost_of(shares, i) == 0 && shares->round_of[i] == ROUND_NONE)
        shares->tied[count++] = i;
    }
    if (count == 0)
      return STATUS_OK;

    enum status status = reserve(shares, fault);
    uint32_t project = counting_first(shares->counting, shares->tied, count);
    if (status == STATUS_OK && books != NULL && count > 1)
      status = counting_tie(books, shares->tied, count, fault);
    if (status != STATUS_OK)
      return status;
    shares->prices[shares->round_count].size = 0;
    enter(shares, project);
    if (books != NULL) {
      struct round *round = counting_fund(books, project, "equal-shares");
      round->shares_known = true;
      round->rho = SPAN("0/1");
      round->paid_full = support->votes[project];
      status = note_money_left(shares, round, fault);
      if (status != STATUS_OK)
        return status;
    }
  }
}

enum status shares_run(struct shares *shares, const struct endowment *endowment,
                       struct counting *books, enum run_end *end, struct fault *fault)
{
  enum status status = reset(shares, endowment, fault);
  if (status == STATUS_OK)
    status = buy_free(shares, books, fault);
  while (status == STATUS_OK) {
    if (shares->spent > shares->counting->election->budget) {
      *end = RUN_OVERSPENT;
      return STATUS_OK;
    }
    status = reserve(shares, fault);
    if (status != STATUS_OK)
      return status;
    for (size_t i = 0; i < shares->support->project_count; i++)
      shares->fresh[i] = false;
    size_t count = find_next(shares);
    if (count == 0) {
      *end = RUN_COMPLETE;
      return STATUS_OK;
    }
    status = buy(shares, count, books, fault);
  }
  return status;
}
