#include "engine/rules/expanding_approvals.h"

#include <string.h>

#include "engine/order.h"
#include "engine/rules/counting.h"
#include "engine/rules/shares/report.h"
#include "engine/rules/shares/run.h"

struct expansion {
  struct counting *counting;
  const struct support *all;
  uint32_t *rank; /* [marks of all ballots] */
  struct shares shares;

  /* What is supported up to the rank at hand, by weights of 1. */
  struct support seen;
  uint64_t *votes;
  size_t *start;
  struct supporter *supporters;
  struct mark *ballot;
};

static enum status begin(struct expansion *expansion, struct counting *counting,
                         struct fault *fault)
{
  const struct support *all = &counting->support;
  struct arena *arena = counting->arena;
  size_t marks = all->ballot_start[all->group_count];
  *expansion = (struct expansion){.counting = counting,
                                  .all = all,
                                  .rank = ARENA_TAKE(arena, uint32_t, marks),
                                  .votes = ARENA_TAKE(arena, uint64_t, all->project_count),
                                  .start = ARENA_TAKE(arena, size_t, all->project_count + 1),
                                  .supporters = ARENA_TAKE(arena, struct supporter, marks),
                                  .ballot = ARENA_TAKE(arena, struct mark, marks)};
  if (expansion->rank == NULL || expansion->votes == NULL || expansion->start == NULL ||
      expansion->supporters == NULL || expansion->ballot == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < marks; i++)
    expansion->ballot[i].project = all->ballot[i].project;
  expansion->seen = *all;
  expansion->seen.votes = expansion->seen.weight = expansion->votes;
  expansion->seen.start = expansion->start;
  expansion->seen.supporters = expansion->supporters;
  expansion->seen.ballot = expansion->ballot;
  return shares_begin(&expansion->shares, counting, fault);
}

/* --- ranks --- */

static int compare_weights(const void *context, uint32_t a, uint32_t b)
{
  const struct mark *marks = context;
  return (marks[a].value < marks[b].value) - (marks[a].value > marks[b].value);
}

static void rank_ballot(const struct mark *marks, size_t count, uint32_t *sorted, uint32_t *spare,
                        uint32_t *rank)
{
  for (uint32_t i = 0; i < count; i++)
    sorted[i] = i;
  order_sort(sorted, spare, count, compare_weights, marks);
  for (uint32_t i = 0; i < count; i++) {
    bool level = i > 0 && marks[sorted[i]].value == marks[sorted[i - 1]].value;
    rank[sorted[i]] = level ? rank[sorted[i - 1]] : i + 1;
  }
}

static enum status rank_all(struct expansion *expansion, struct fault *fault)
{
  const struct support *all = expansion->all;
  struct arena *arena = expansion->counting->arena;
  uint32_t *sorted = ARENA_TAKE(arena, uint32_t, all->project_count);
  uint32_t *spare = ARENA_TAKE(arena, uint32_t, all->project_count);
  if (sorted == NULL || spare == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < all->group_count; i++) {
    size_t start = all->ballot_start[i];
    rank_ballot(all->ballot + start, all->ballot_start[i + 1] - start, sorted, spare,
                expansion->rank + start);
  }
  return STATUS_OK;
}

/* The least rank above `rank` that a ballot gives, or 0. */
static uint32_t next_rank(const struct expansion *expansion, uint32_t rank)
{
  uint32_t next = 0;
  for (size_t i = 0; i < expansion->all->ballot_start[expansion->all->group_count]; i++) {
    if (expansion->rank[i] > rank && (next == 0 || expansion->rank[i] < next))
      next = expansion->rank[i];
  }
  return next;
}

/* --- what is supported up to a rank --- */

static void sum_votes(struct expansion *expansion, uint32_t rank)
{
  const struct support *all = expansion->all;
  memset(expansion->votes, 0, all->project_count * sizeof *expansion->votes);
  memset(expansion->start, 0, (all->project_count + 1) * sizeof *expansion->start);
  for (size_t group = 0; group < all->group_count; group++) {
    for (size_t at = all->ballot_start[group]; at < all->ballot_start[group + 1]; at++) {
      uint32_t project = all->ballot[at].project;
      if (expansion->rank[at] > rank)
        continue;
      if (expansion->rank[at] == rank)
        expansion->ballot[at].value = expansion->shares.round_of[project] == ROUND_NONE;
      expansion->votes[project] += all->multiplicity[group];
      expansion->start[project + 1]++;
    }
  }
  for (size_t i = 0; i < all->project_count; i++)
    expansion->start[i + 1] += expansion->start[i];
}

static void list_supporters(struct expansion *expansion, uint32_t rank)
{
  const struct support *all = expansion->all;
  for (size_t group = 0; group < all->group_count; group++) {
    for (size_t at = all->ballot_start[group]; at < all->ballot_start[group + 1]; at++) {
      if (expansion->rank[at] <= rank)
        expansion->supporters[expansion->start[all->ballot[at].project]++] =
            (struct supporter){.group = (uint32_t)group, .weight = 1};
    }
  }
  /* Listing moved each start to where the next project starts. */
  memmove(expansion->start + 1, expansion->start, all->project_count * sizeof *expansion->start);
  expansion->start[0] = 0;
}

static void expand(struct expansion *expansion, uint32_t rank)
{
  sum_votes(expansion, rank);
  list_supporters(expansion, rank);
  expansion->shares.support = &expansion->seen;
  shares_consider(&expansion->shares);
}

/* --- buying --- */

static enum status buy_all(struct expansion *expansion, uint32_t rank, struct fault *fault)
{
  struct counting *counting = expansion->counting;
  for (;;) {
    size_t count = 0;
    enum status status = shares_next(&expansion->shares, &count, fault);
    if (status == STATUS_OK && count > 0)
      status = shares_buy(&expansion->shares, count, counting, fault);
    if (status != STATUS_OK || count == 0)
      return status;
    counting->rounds[counting->round_count - 1].rank = rank;
  }
}

static enum status buy_by_rank(struct expansion *expansion, struct fault *fault)
{
  const struct endowment endowment = {
      .numerator.low = (uint64_t)expansion->counting->election->budget,
      .denominator = expansion->all->voters > 0 ? expansion->all->voters : 1};
  enum status status = shares_start(&expansion->shares, &endowment, expansion->counting, fault);
  uint32_t rank = 0;
  while (status == STATUS_OK && (rank = next_rank(expansion, rank)) > 0) {
    expand(expansion, rank);
    status = buy_all(expansion, rank, fault);
  }
  return status;
}

/* --- the rule --- */

static const struct setting expanding_approvals_settings[] = {
    {.name = "utility",
     .kind = SETTING_WORD,
     .words = "cardinality points borda",
     .fallback = NULL,
     .meaning = "in which order a ballot wants what it supports: all alike, by points or by rank; "
                "unless given: cardinality for approvals, points for points and scores, borda for "
                "rankings"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
};

static enum status expanding_approvals_resolve(struct settings *settings,
                                               const struct election *election, struct arena *arena,
                                               struct fault *fault)
{
  (void)arena;
  return counting_resolve(settings, election, fault);
}

static enum status expanding_approvals_count(const struct tally *tally, struct arena *arena,
                                             struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  struct expansion expansion;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = begin(&expansion, &counting, fault);
  if (status == STATUS_OK)
    status = rank_all(&expansion, fault);
  if (status == STATUS_OK)
    status = buy_by_rank(&expansion, fault);
  if (status == STATUS_OK)
    status = shares_explain(&expansion.shares, &counting, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule expanding_approvals_rule = {
    .name = "expanding-approvals",
    .summary =
        "share the budget among voters; fund what those can pay who want it first, then what "
        "those can who want it first or second, and so on",
    .settings = expanding_approvals_settings,
    .setting_count = sizeof expanding_approvals_settings / sizeof expanding_approvals_settings[0],
    .resolve = expanding_approvals_resolve,
    .count = expanding_approvals_count,
};
