#include "engine/rules/shares/report.h"

#include <string.h>

#include "engine/rules/shares/fraction.h"
#include "engine/rules/shares/price.h"

/* The supporters of one project: who ran out of money in which round, and who paid in full. */
struct payers {
  uint32_t *first;          /* [rounds + 2] where those who left in each round begin in `leavers` */
  uint32_t *leavers;        /* groups */
  uint64_t *weights;        /* [rounds] weight of those who paid in full */
  struct payment *payments; /* [rounds] scratch */
};

static enum status make_payers(const struct shares *shares, struct payers *payers,
                               struct fault *fault)
{
  struct arena *arena = shares->counting->arena;
  payers->first = ARENA_TAKE(arena, uint32_t, shares->round_count + 2);
  payers->leavers = ARENA_TAKE(arena, uint32_t, shares->support->group_count);
  payers->weights = ARENA_TAKE(arena, uint64_t, shares->round_count);
  payers->payments = ARENA_TAKE(arena, struct payment, shares->round_count);
  if (payers->first == NULL || payers->leavers == NULL || payers->weights == NULL ||
      payers->payments == NULL)
    return fault_no_memory(fault);
  return STATUS_OK;
}

static void sort_leavers(const struct shares *shares, uint32_t project, struct payers *payers)
{
  const struct support *support = shares->support;
  size_t start = support->start[project], end = support->start[project + 1];
  memset(payers->first, 0, (shares->round_count + 2) * sizeof *payers->first);
  for (size_t i = start; i < end; i++) {
    uint32_t out_in = shares->purses[support->supporters[i].group].out_in;
    if (out_in != ROUND_NONE)
      payers->first[out_in + 2]++;
  }
  for (size_t i = 2; i < shares->round_count + 2; i++)
    payers->first[i] += payers->first[i - 1];
  for (size_t i = start; i < end; i++) {
    uint32_t group = support->supporters[i].group;
    uint32_t out_in = shares->purses[group].out_in;
    if (out_in != ROUND_NONE)
      payers->leavers[payers->first[out_in + 1]++] = group;
  }
}

/* What the leavers of `round` gave in it: all they had before. */
static void last_payments(struct shares *shares, const struct payers *payers, size_t round,
                          struct natural *sum)
{
  uint64_t voters = 0;
  sum->size = 0;
  if (payers->first[round] == payers->first[round + 1])
    return;
  for (size_t i = payers->first[round]; i < payers->first[round + 1]; i++)
    price_add_group(shares, payers->leavers[i], &voters);
  for (size_t i = round; i < shares->round_count; i++)
    shares->coefficients[i] = 0;
  price_money(shares, voters, sum);
}

/* Adds up, for each round, the weights of the supporters of `project` who paid in full. */
static void add_full_weights(const struct shares *shares, uint32_t project, uint64_t *weights)
{
  const struct support *support = shares->support;
  memset(weights, 0, shares->round_count * sizeof *weights);
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    const struct purse *purse = &shares->purses[group];
    for (size_t j = support->ballot_start[group]; j < support->ballot_start[group + 1]; j++) {
      uint32_t round = shares->round_of[support->ballot[j].project];
      if (round != ROUND_NONE && (purse->out_in == ROUND_NONE || round < purse->out_in))
        weights[round] += (uint64_t)purse->multiplicity * (uint64_t)support->ballot[j].value;
    }
  }
}

static enum status list_payments(struct shares *shares, struct payers *payers, uint32_t project,
                                 struct project_result *result, struct fault *fault)
{
  size_t count = 0;
  sort_leavers(shares, project, payers);
  add_full_weights(shares, project, payers->weights);
  for (size_t round = 0; round < shares->round_count; round++) {
    last_payments(shares, payers, round, &shares->sum);
    natural_add_product(&shares->sum, &shares->prices[round], payers->weights[round]);
    if (!natural_is_zero(&shares->sum))
      payers->payments[count++] = (struct payment){.project = shares->bought[round],
                                                   .amount = fraction_whole(shares, &shares->sum)};
  }

  struct payment *kept = ARENA_TAKE(shares->counting->arena, struct payment, count);
  if (kept == NULL)
    return fault_no_memory(fault);
  if (count > 0)
    memcpy(kept, payers->payments, count * sizeof *kept);
  result->payments = kept;
  result->payment_count = count;
  return STATUS_OK;
}

/* --- one project --- */

static void sum_supporters(struct shares *shares, uint32_t project, struct natural *sum)
{
  const struct support *support = shares->support;
  uint64_t voters = 0;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    if (shares->purses[support->supporters[i].group].out_in == ROUND_NONE)
      price_add_group(shares, support->supporters[i].group, &voters);
  }
  price_money(shares, voters, sum);
}

/* A funded project counts as many voters as full payments would have made its cost. */
static enum status effective_funded(struct shares *shares, uint32_t project, int64_t cost,
                                    struct span *text, struct fault *fault)
{
  natural_copy(&shares->sum, &shares->prices[shares->round_of[project]]);
  if (cost > 0)
    return fraction_write_inverse(shares, &shares->sum, (uint64_t)cost, text, fault);
  natural_set(&shares->sum, (struct wide){.low = shares->support->weight[project]});
  natural_set(&shares->right_side, (struct wide){.low = 1});
  return fraction_write_terms(shares, &shares->sum, &shares->right_side, text, fault);
}

/* Any other counts those who could still pay an equal part of its cost, for their weight, and the
 * rest by how much of it they have: sum of min(weight, money · W / cost), W all the weight. */
static enum status effective_unfunded(struct shares *shares, uint32_t project, uint64_t cost,
                                      struct span *text, struct fault *fault)
{
  const struct support *support = shares->support;
  struct price *equal = &shares->trial;
  uint64_t voters = 0, full = 0;

  equal->project = project;
  equal->weight = support->weight[project];
  natural_product(&equal->numerator, &shares->denominator, cost);
  (void)price_stand(shares, equal);
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    const struct supporter *supporter = &support->supporters[i];
    enum stand stand = (enum stand)shares->stands[i - support->start[project]];
    if (stand == STAND_ALL)
      price_add_group(shares, supporter->group, &voters);
    else if (stand != STAND_OUT)
      full += (uint64_t)support->multiplicity[supporter->group] * supporter->weight;
  }
  price_money(shares, voters, &shares->right_side);
  natural_product(&shares->sum, &equal->numerator, full);
  natural_add_product(&shares->sum, &shares->right_side, equal->weight);
  return fraction_write(shares, &shares->sum, cost, 1, text, fault);
}

static enum status explain(struct shares *shares, struct counting *books, struct payers *payers,
                           uint32_t project, struct fault *fault)
{
  struct project_result *result = &books->results[project];
  int64_t cost = books->election->projects[project].cost;
  bool bought = shares->round_of[project] != ROUND_NONE;

  natural_product(&shares->sum, &shares->endowment, shares->support->votes[project]);
  natural_product(&shares->left_side, &shares->denominator, (uint64_t)cost);
  if (!bought)
    result->reason = result->votes == 0 ? REASON_NO_SUPPORT
                     : natural_compare(&shares->sum, &shares->left_side) < 0
                         ? REASON_TOO_LITTLE_SUPPORT
                         : REASON_MONEY_USED;
  result->shares_known = true;
  result->supporters_had = fraction_whole(shares, &shares->sum);
  sum_supporters(shares, project, &shares->sum);
  result->supporters_left = fraction_whole(shares, &shares->sum);

  enum status status = STATUS_OK;
  if (result->votes == 0)
    result->effective_support = SPAN("0/1");
  else if (bought)
    status = effective_funded(shares, project, cost, &result->effective_support, fault);
  else
    status = effective_unfunded(shares, project, (uint64_t)cost, &result->effective_support, fault);
  if (status == STATUS_OK)
    status = list_payments(shares, payers, project, result, fault);
  return status;
}

enum status shares_explain(struct shares *shares, struct counting *books, struct fault *fault)
{
  struct payers payers;
  enum status status = make_payers(shares, &payers, fault);
  for (uint32_t i = 0; status == STATUS_OK && i < shares->support->project_count; i++)
    status = explain(shares, books, &payers, i, fault);
  return status;
}
