#include "engine/rules/add1.h"

#include "engine/rules/shares/pair.h"
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

/* Strides over raises that are proven to change nothing. A stride that holds makes the next one
 * twice as long, one that does not half as long; where raises change something at almost every
 * step, as in large elections, it is tried ever less often. */
struct strider {
  struct pair pair;
  uint64_t length; /* of the next stride; 1: make a plain step */
  uint64_t wait;   /* plain steps before a stride is tried again */
  uint64_t pause;  /* how many to wait after the next failure */
};

enum {
  STRIDE_PAUSE_MAX = 64
};

/* Moves `*step` over raises that buy what it buys, as far as one stride proves; true when it did. */
static enum status stride(struct strider *strider, const struct counting *counting,
                          const struct add1_options *options, uint64_t *step, bool *moved,
                          struct fault *fault)
{
  *moved = false;
  if (strider->wait > 0) {
    strider->wait--;
    return STATUS_OK;
  }
  struct endowment low = add1_endowment(counting, options, *step);
  while (strider->length > 1 && strider->length <= steps_max - *step) {
    struct endowment high = add1_endowment(counting, options, *step + strider->length);
    bool same;
    enum status status = pair_compare(&strider->pair, &low, &high, &same, fault);
    if (status != STATUS_OK)
      return status;
    if (same) {
      *step += strider->length;
      strider->length *= 2;
      strider->pause = 1;
      *moved = true;
      return STATUS_OK;
    }
    strider->length /= 2;
  }
  strider->length = 2;
  strider->wait = strider->pause;
  strider->pause = strider->pause < STRIDE_PAUSE_MAX ? 2 * strider->pause : STRIDE_PAUSE_MAX;
  return STATUS_OK;
}

/* From a step whose run is complete to the next one whose run has to be made; the run to keep
 * meanwhile is that of the step before. */
static enum status next_step(struct shares *shares, struct strider *strider,
                             const struct add1_options *options, uint64_t *step,
                             struct fault *fault)
{
  enum status status = STATUS_OK;
  bool moved = true;
  if (shares->spent == 0)
    return first_purchase(shares, options, step, fault);
  while (status == STATUS_OK && moved)
    status = stride(strider, shares->counting, options, step, &moved, fault);
  ++*step;
  return status;
}

enum status add1_search(struct shares *shares, const struct add1_options *options,
                        struct add1_result *result, struct fault *fault)
{
  const struct counting *counting = shares->counting;
  bool once = options->peer_all_fit && all_fit(counting);
  struct strider strider = {.length = 2, .pause = 1};
  enum status status = pair_begin(&strider.pair, counting, fault);
  uint64_t step = 0;

  result->stopped = NULL;
  while (status == STATUS_OK && result->stopped == NULL) {
    struct endowment endowment = add1_endowment(counting, options, step);
    enum run_end end;
    status = shares_run(shares, &endowment, NULL, &end, fault);
    if (status != STATUS_OK)
      return status;

    tell(counting->progress, step);
    result->steps = step;
    if (end == RUN_OVERSPENT) {
      result->endowment = add1_endowment(counting, options, step - 1);
      result->stopped = "overspend";
      return STATUS_OK;
    }
    result->endowment = endowment;
    result->stopped = all_funded(shares) ? "all-funded"
                      : once             ? "all-fit"
                      : options->until_exhaustive && exhaustive(shares, options->peer_all)
                          ? "exhaustive"
                          : NULL;
    if (result->stopped == NULL)
      status = next_step(shares, &strider, options, &step, fault);
  }
  return status;
}
