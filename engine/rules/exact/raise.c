#include <stdlib.h>

#include "engine/rules/exact/exact.h"

#define PART_2_48 0x1p-48
#define PART_2_50 0x1p-50

/* Following the last run round by round, a project would be bought before the one that was if k of
 * its supporters held cost / k and rho came first. As long as every round before is the same,
 * all money of it is larger by what the endowment is, so k of them do from the raise
 *     cost / k - (the money of the k-th richest of them)
 * on. The least of these raises, over all rounds, projects and k, is the one looked for: it is kept
 * as a slack, and only who would do with less is looked at any more. With the money before round r
 * written out, the raised endowment is cost / k + what that k-th voter paid before. */

/* Whether the project bought by k would come before what the last run bought in round `now`. */
static bool comes_first(const struct exact *exact, uint32_t project, uint64_t k)
{
  if (exact->now == exact->round_count)
    return true;
  uint32_t bought = exact->bought[exact->now];
  uint64_t payers = exact->payers[exact->now];
  if (project == bought)
    return k > payers;
  int order = exact_compare(exact, project, k, bought, payers);
  return order != 0 ? order < 0 : exact->counting->order[project] < exact->counting->order[bought];
}

static int compare_groups(struct exact *exact, uint32_t a, uint32_t b)
{
  double difference = exact->money[a] - exact->money[b];
  double margin = 2 * exact->error + exact->start * PART_2_48;
  if (difference > margin || difference < -margin)
    return difference < 0 ? -1 : 1;
  exact_money(exact, a, &exact->sum);
  exact_money(exact, b, &exact->product);
  return natural_compare(&exact->sum, &exact->product);
}

/* The poorest of those who hold cost / k with the slack: the k-th richest, as these are k voters. */
static uint32_t find_poorest(struct exact *exact, uint32_t project, uint64_t k)
{
  const struct support *support = exact->support;
  uint32_t poorest = EXACT_NONE;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (exact_holds(exact, group, project, k, &exact->slack) &&
        (poorest == EXACT_NONE || compare_groups(exact, group, poorest) < 0))
      poorest = group;
  }
  if (poorest == EXACT_NONE)
    abort(); /* k > 0 of them were found */
  return poorest;
}

/* Makes what `group` lacks of cost / k the slack, and keeps the endowment that this comes to. */
static void tighten(struct exact *exact, uint32_t project, uint64_t k, uint32_t group,
                    struct exact_endowment *next)
{
  const struct support *support = exact->support;
  struct amounts *amounts = &exact->amounts;
  struct slack *slack = &exact->slack;

  exact_money(exact, group, &exact->product);
  natural_product(&amounts->spare, &exact->product, k);
  natural_product(&slack->exact.numerator, &amounts->denominator, exact_cost(exact, project));
  natural_subtract(&slack->exact.numerator, &amounts->spare);
  slack->exact.divisor = k;
  slack->about = amounts_as_double(amounts, &slack->exact);
  slack->without_end = false;

  next->count = 0;
  next->terms[next->count++] = (struct exact_term){exact_cost(exact, project), k};
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    uint32_t named = support->ballot[i].project, round = exact->round_of[named];
    if (exact->paid[i] && round < exact->now)
      next->terms[next->count++] =
          (struct exact_term){exact_cost(exact, named), exact->payers[round]};
  }
}

static bool try_project(struct exact *exact, uint32_t project, struct exact_endowment *next)
{
  bool found = false;
  uint64_t *most = &exact->most[project];
  while (*most > 0 && comes_first(exact, project, *most)) {
    *most = exact_settle(exact, project, *most, &exact->slack);
    if (*most == 0 || !comes_first(exact, project, *most))
      break;
    tighten(exact, project, *most, find_poorest(exact, project, *most), next);
    found = true;
  }
  return found;
}

/* What the last run bought in round `now` is paid for again. */
static void repeat_payments(struct exact *exact)
{
  const struct support *support = exact->support;
  uint32_t project = exact->bought[exact->now];
  double price = (double)exact_cost(exact, project) / (double)exact->payers[exact->now];
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    size_t mark = support->ballot_start[group];
    while (support->ballot[mark].project != project)
      mark++;
    if (exact->paid[mark])
      exact->money[group] -= price;
  }
  exact->error += exact->start * (2 * PART_2_50);
  exact->now++;
}

enum status exact_raise(struct exact *exact, bool unfunded_only, struct exact_endowment *next,
                        bool *found, struct fault *fault)
{
  const struct support *support = exact->support;
  enum status status = exact_reserve(exact, fault);
  if (status != STATUS_OK)
    return status;

  *found = false;
  exact->slack.without_end = true;
  exact->error = exact->start * PART_2_50;
  for (size_t i = 0; i < support->group_count; i++)
    exact->money[i] = exact->start;
  for (uint32_t i = 0; i < support->project_count; i++)
    exact->most[i] =
        exact_cost(exact, i) == 0 || (unfunded_only && exact->round_of[i] != EXACT_NONE)
            ? 0
            : support->votes[i];

  for (exact->now = 0;;) {
    for (uint32_t i = 0; i < support->project_count; i++) {
      if (exact->round_of[i] >= exact->now)
        *found = try_project(exact, i, next) || *found;
    }
    if (exact->now == exact->round_count)
      return STATUS_OK;
    repeat_payments(exact);
  }
}
