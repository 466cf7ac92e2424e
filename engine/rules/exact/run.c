#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/rules/exact/exact.h"

#define PART_2_50 0x1p-50

/* --- the next project --- */

static bool find_least(const struct exact *exact, uint32_t *least)
{
  bool found = false;
  for (uint32_t i = 0; i < exact->support->project_count; i++) {
    if (exact->most[i] == 0 || exact->fresh[i])
      continue;
    if (!found || exact_compare(exact, i, exact->most[i], *least, exact->most[*least]) < 0)
      *least = i;
    found = true;
  }
  return found;
}

/* Puts into `tied` all those of least rho, with `most` their number of payers; returns how many. */
static size_t find_next(struct exact *exact)
{
  size_t count = 0;
  uint32_t project = 0;
  memset(exact->fresh, 0, exact->support->project_count * sizeof *exact->fresh);
  while (find_least(exact, &project)) {
    uint32_t best = exact->tied[0];
    uint64_t *most = exact->most;
    if (count > 0 && exact_compare(exact, project, most[project], best, most[best]) > 0)
      break;
    most[project] = exact_settle(exact, project, most[project], NULL);
    exact->fresh[project] = true;
    if (most[project] == 0)
      continue;
    int order = count == 0 ? -1 : exact_compare(exact, project, most[project], best, most[best]);
    if (order < 0)
      count = 0;
    if (order <= 0)
      exact->tied[count++] = project;
  }
  return count;
}

/* --- buying --- */

static enum status copy_text(struct exact *exact, const char *text, struct span *span,
                             struct fault *fault)
{
  size_t length = strlen(text);
  char *copy = arena_copy(exact->counting->arena, text, length);
  if (copy == NULL)
    return fault_no_memory(fault);
  *span = (struct span){.bytes = copy, .length = length};
  return STATUS_OK;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
  while (b != 0) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static enum status write_rho(struct exact *exact, uint32_t project, uint64_t k, struct span *rho,
                             struct fault *fault)
{
  char text[48];
  uint64_t cost = exact_cost(exact, project);
  if (cost == 0)
    return copy_text(exact, "0/1", rho, fault);
  uint64_t common = exact->by_cost ? 1 : common_divisor(cost, k);
  snprintf(text, sizeof text, "%" PRIu64 "/%" PRIu64, exact->by_cost ? 1 : cost / common,
           k / common);
  return copy_text(exact, text, rho, fault);
}

static void pay(struct exact *exact, uint32_t project, uint64_t k)
{
  const struct support *support = exact->support;
  double price = (double)exact_cost(exact, project) / (double)k;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (!exact_holds(exact, group, project, k, NULL))
      continue;
    exact->money[group] -= price;
    size_t mark = support->ballot_start[group];
    while (support->ballot[mark].project != project)
      mark++;
    exact->paid[mark] = true;
  }
  /* A payment of at most `start` rounds by less than one part in 2^50 of it, and so does the
   * difference. */
  exact->error += exact->start * (2 * PART_2_50);
}

static void enter(struct exact *exact, uint32_t project, uint64_t k)
{
  struct amounts *amounts = &exact->amounts;
  natural_product(&amounts->best.numerator, &amounts->denominator, exact_cost(exact, project));
  amounts->best.divisor = k;
  amounts_keep(amounts, &amounts->best);
  exact->round_of[project] = (uint32_t)exact->round_count;
  exact->bought[exact->round_count] = project;
  exact->payers[exact->round_count++] = k;
  exact->now = exact->round_count;
  exact->spent += (int64_t)exact_cost(exact, project);
  exact->most[project] = 0;
}

static enum status note(struct exact *exact, size_t count, uint32_t project, struct counting *books,
                        struct round **round, struct fault *fault)
{
  enum status status = STATUS_OK;
  if (count > 1)
    status = counting_tie(books, exact->tied, count, fault);
  if (status != STATUS_OK)
    return status;
  *round = counting_fund(books, project, "exact-equal-shares");
  (*round)->shares_known = true;
  (*round)->paid_full = exact->most[project];
  return write_rho(exact, project, exact->most[project], &(*round)->rho, fault);
}

static enum status buy(struct exact *exact, size_t count, struct counting *books,
                       struct fault *fault)
{
  uint32_t project = counting_first(exact->counting, exact->tied, count);
  uint64_t k = exact->most[project];
  struct round *round = NULL;
  enum status status = STATUS_OK;
  if (books != NULL)
    status = note(exact, count, project, books, &round, fault);
  if (status != STATUS_OK)
    return status;
  pay(exact, project, k);
  enter(exact, project, k);
  if (books == NULL)
    return STATUS_OK;
  struct ratio left = {.numerator = exact->sum, .divisor = 1};
  exact_money_of_supporters(exact, project, &left.numerator);
  return amounts_write(&exact->amounts, &left, &round->money_left, fault);
}

/* --- a run --- */

static enum status endow(struct exact *exact, const struct exact_endowment *endowment,
                         struct fault *fault)
{
  struct amounts *amounts = &exact->amounts;
  amounts_clear(amounts);
  for (size_t i = 0; i < endowment->count; i++) {
    enum status status = exact_reserve(exact, fault);
    if (status != STATUS_OK)
      return status;
    natural_product(&amounts->best.numerator, &amounts->denominator, endowment->terms[i].cost);
    amounts->best.divisor = endowment->terms[i].payers;
    amounts_keep(amounts, &amounts->best);
  }
  enum status status = exact_reserve(exact, fault);
  if (status == STATUS_OK)
    amounts_fold(amounts);
  return status;
}

enum status exact_run(struct exact *exact, const struct exact_endowment *endowment,
                      struct counting *books, struct fault *fault)
{
  const struct support *support = exact->support;
  enum status status = endow(exact, endowment, fault);
  if (status != STATUS_OK)
    return status;

  exact->round_count = 0;
  exact->now = 0;
  exact->spent = 0;
  exact->start = natural_ratio(&exact->amounts.items[0], &exact->amounts.denominator);
  exact->error = exact->start * PART_2_50;
  memset(exact->paid, 0, support->ballot_start[support->group_count] * sizeof *exact->paid);
  for (size_t i = 0; i < support->group_count; i++)
    exact->money[i] = exact->start;
  for (size_t i = 0; i < support->project_count; i++) {
    exact->round_of[i] = EXACT_NONE;
    exact->most[i] = support->votes[i];
  }

  while (exact->spent <= exact->counting->election->budget) {
    status = exact_reserve(exact, fault);
    size_t count = status == STATUS_OK ? find_next(exact) : 0;
    if (count == 0)
      return status;
    status = buy(exact, count, books, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}
