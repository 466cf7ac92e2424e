#include "engine/rules/add1.h"

#include "engine/rules/shares/run.h"

/* Far beyond any election, and what an outcome can say; up to here the sums below fit their 64 and
 * 128 bits. */
static const uint64_t steps_max = CANONICAL_INTEGER_MAX;

/* a · b + c */
static struct wide product_sum(uint64_t a, uint64_t b, struct wide c)
{
  return wide_sum(wide_product(a, b), c);
}

/* start + step · unit over one denominator. With `percent`, a unit is
 * percent · budget / (100 · voters). */
struct endowment add1_endowment(const struct counting *counting, const struct add1_options *options,
                                uint64_t step)
{
  uint64_t budget = (uint64_t)counting->election->budget;
  uint64_t voters = counting->support.voters == 0 ? 1 : counting->support.voters;
  uint64_t whole = (uint64_t)election_currency_unit(counting->election);
  uint64_t start = options->exact_start ? budget : budget / (voters * whole) * whole;
  uint64_t start_over = options->exact_start ? voters : 1;

  if (options->percent == 0)
    return (struct endowment){.numerator = product_sum((uint64_t)options->unit * step, start_over,
                                                       (struct wide){.low = start}),
                              .denominator = start_over};
  uint64_t denominator = 100 * voters;
  struct wide first = wide_product(start, denominator / start_over);
  return (struct endowment){.numerator =
                                product_sum(budget, (uint64_t)options->percent * step, first),
                            .denominator = denominator};
}

static void tell(const struct progress *progress, uint64_t step)
{
  if (progress != NULL)
    progress->tell(progress->context, "add1", step);
}

static bool all_fit(const struct counting *counting)
{
  int64_t left = counting->election->budget;
  for (size_t i = 0; i < counting->election->project_count; i++) {
    if (counting->election->projects[i].cost > left)
      return false;
    left -= counting->election->projects[i].cost;
  }
  return true;
}

/* Whether no supported project is unfunded after the last run. */
static bool all_funded(const struct shares *shares)
{
  for (size_t i = 0; i < shares->support->project_count; i++) {
    if (shares->support->votes[i] > 0 && shares->round_of[i] == ROUND_NONE)
      return false;
  }
  return true;
}

/* Whether no unfunded project fits in what the last run left. */
static bool exhaustive(const struct shares *shares, bool unsupported_too)
{
  int64_t left = shares->counting->election->budget - shares->spent;
  for (size_t i = 0; i < shares->support->project_count; i++) {
    bool counts = unsupported_too || shares->support->votes[i] > 0;
    if (counts && shares->round_of[i] == ROUND_NONE &&
        shares->counting->election->projects[i].cost <= left)
      return false;
  }
  return true;
}

/* Whether the supporters of any project could pay for it if each gave a whole endowment. */
static bool anything_affordable(const struct shares *shares, const struct endowment *endowment)
{
  const struct support *support = shares->support;
  for (size_t i = 0; i < support->project_count; i++) {
    uint64_t cost = (uint64_t)shares->counting->election->projects[i].cost;
    struct wide money = wide_product(endowment->numerator.low, support->votes[i]);
    money.high += endowment->numerator.high * support->votes[i];
    if (cost > 0 && support->votes[i] > 0 &&
        wide_compare(money, wide_product(cost, endowment->denominator)) >= 0)
      return true;
  }
  return false;
}

/* After a run that bought nothing: moves `step` on to the first at which something can be bought.
 * All runs before it are alike, so they need not be made. Doubles the stride until something is
 * affordable, then halves it. */
static enum status first_purchase(const struct shares *shares, const struct add1_options *options,
                                  uint64_t *step, struct fault *fault)
{
  uint64_t stride = 1;
  struct endowment endowment;
  do {
    stride *= 2;
    if (stride > steps_max - *step)
      return fault_set(fault, STATUS_REFUSED, "unit", "a larger unit",
                       "add1 would take more than 2^53-1 raises to buy anything");
    endowment = add1_endowment(shares->counting, options, *step + stride);
  } while (!anything_affordable(shares, &endowment));

  uint64_t unaffordable = *step, affordable = *step + stride;
  while (affordable - unaffordable > 1) {
    uint64_t middle = unaffordable + (affordable - unaffordable) / 2;
    endowment = add1_endowment(shares->counting, options, middle);
    if (anything_affordable(shares, &endowment))
      affordable = middle;
    else
      unaffordable = middle;
  }
  *step = affordable;
  return STATUS_OK;
}

enum status add1_search(struct shares *shares, const struct add1_options *options,
                        struct add1_result *result, struct fault *fault)
{
  bool once = options->peer_all_fit && all_fit(shares->counting);

  for (uint64_t step = 0;;) {
    struct endowment endowment = add1_endowment(shares->counting, options, step);
    enum run_end end;
    enum status status = shares_run(shares, &endowment, NULL, &end, fault);
    if (status != STATUS_OK)
      return status;

    tell(shares->counting->progress, step);
    result->steps = step;
    if (end == RUN_OVERSPENT) {
      result->stopped = "overspend";
      return STATUS_OK;
    }
    result->endowment = endowment;
    result->stopped = all_funded(shares) ? "all-funded"
                      : once || (options->until_exhaustive && exhaustive(shares, options->peer_all))
                          ? "exhaustive"
                          : NULL;
    if (result->stopped != NULL)
      return STATUS_OK;
    if (shares->spent > 0)
      step++;
    else {
      status = first_purchase(shares, options, &step, fault);
      if (status != STATUS_OK)
        return status;
      /* The last of the runs that were not made would be the one to keep. */
      result->endowment = add1_endowment(shares->counting, options, step - 1);
    }
  }
}
