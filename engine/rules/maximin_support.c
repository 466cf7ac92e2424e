#include "engine/rules/maximin_support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/rules/counting.h"
#include "engine/rules/maximin/network.h"

enum {
  LOAD_TEXT = 48 /* two numbers of 64 bits, a stroke and a terminator */
};

struct rebalancing {
  struct counting *counting;
  struct network network;
  struct load largest; /* of those who pay for what is funded so far */
  bool *waiting;       /* [project_count] may still be funded */
  struct load *lower;  /* [project_count] of those waiting: z with it is at least this */
  bool *fresh;         /* [project_count] was compared with the best this round */
  uint32_t *tied;      /* [project_count] */
};

static int64_t cost_of(const struct rebalancing *count, uint32_t project)
{
  return count->counting->election->projects[project].cost;
}

static enum status begin(struct rebalancing *count, struct counting *counting, struct fault *fault)
{
  struct arena *arena = counting->arena;
  const struct support *support = &counting->support;
  size_t projects = support->project_count;
  *count = (struct rebalancing){.counting = counting,
                                .largest = {0, 1},
                                .waiting = ARENA_TAKE(arena, bool, projects),
                                .lower = ARENA_TAKE(arena, struct load, projects),
                                .fresh = ARENA_TAKE(arena, bool, projects),
                                .tied = ARENA_TAKE(arena, uint32_t, projects)};
  if (count->waiting == NULL || count->lower == NULL || count->fresh == NULL || count->tied == NULL)
    return fault_no_memory(fault);
  for (uint32_t i = 0; i < projects; i++) {
    count->waiting[i] = support->votes[i] > 0;
    if (count->waiting[i])
      count->lower[i] = (struct load){(uint64_t)cost_of(count, i), support->votes[i]};
  }
  return network_begin(&count->network, counting->election, support, arena, fault);
}

static void drop_what_does_not_fit(struct rebalancing *count)
{
  struct counting *counting = count->counting;
  for (uint32_t i = 0; i < counting->support.project_count; i++) {
    if (!count->waiting[i] || cost_of(count, i) <= counting->left)
      continue;
    count->waiting[i] = false;
    counting->results[i].reason = REASON_DID_NOT_FIT;
    counting->results[i].left = counting->left;
  }
}

/* z with a candidate, exactly, from a load that it is not below. */
static struct load work_out(struct rebalancing *count, uint32_t candidate)
{
  struct load load = count->lower[candidate], heavier;
  if (load_compare(&load, &count->largest) < 0)
    load = count->largest;
  while (network_try(&count->network, candidate, &load, &heavier) > 0) {
    if (load_compare(&heavier, &load) <= 0)
      abort(); /* a set that lacks something at a load has a greater ratio */
    load = heavier;
  }
  return load;
}

/* The candidate of least lower bound among those that were not compared this round. */
static bool find_least(const struct rebalancing *count, uint32_t *least)
{
  bool found = false;
  for (uint32_t i = 0; i < count->counting->support.project_count; i++) {
    if (!count->waiting[i] || count->fresh[i])
      continue;
    if (!found || load_compare(&count->lower[i], &count->lower[*least]) < 0)
      *least = i;
    found = true;
  }
  return found;
}

/* Puts into `tied` all those with which z is least, which `best` becomes, and returns how many. */
static size_t find_next(struct rebalancing *count, struct load *best)
{
  size_t tied = 0;
  uint32_t candidate = 0;
  memset(count->fresh, 0, count->counting->support.project_count * sizeof *count->fresh);
  while (find_least(count, &candidate) &&
         (tied == 0 || load_compare(&count->lower[candidate], best) <= 0)) {
    struct load *lower = &count->lower[candidate], heavier;
    count->fresh[candidate] = true;
    int order = tied == 0 ? -1 : network_try(&count->network, candidate, best, &heavier);
    if (order > 0) {
      *lower = heavier;
      continue;
    }
    /* Nothing is below what is funded already. */
    if (order < 0 && (tied == 0 || load_compare(best, &count->largest) > 0)) {
      *best = work_out(count, candidate);
      tied = 0;
    }
    *lower = *best;
    count->tied[tied++] = candidate;
  }
  return tied;
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

static enum status write_load(struct arena *arena, const struct load *load, struct span *text,
                              struct fault *fault)
{
  char *written = ARENA_TAKE(arena, char, LOAD_TEXT);
  uint64_t divisor = common_divisor(load->amount, load->voters);
  if (written == NULL)
    return fault_no_memory(fault);
  int length = snprintf(written, LOAD_TEXT, "%" PRIu64 "/%" PRIu64, load->amount / divisor,
                        load->voters / divisor);
  *text = (struct span){.bytes = written, .length = (size_t)length};
  return STATUS_OK;
}

static enum status fund(struct rebalancing *count, size_t tied, const struct load *load,
                        struct fault *fault)
{
  struct counting *counting = count->counting;
  const uint32_t project = counting_first(counting, count->tied, tied);
  enum status status = STATUS_OK;
  if (tied > 1)
    status = counting_tie(counting, count->tied, tied, fault);
  if (status != STATUS_OK)
    return status;
  struct round *round = counting_fund(counting, project, "maximin-support");
  count->waiting[project] = false;
  count->largest = *load;
  if (cost_of(count, project) > 0)
    network_add(&count->network, project);
  return write_load(counting->arena, load, &round->load, fault);
}

static enum status fund_in_turn(struct counting *counting, struct fault *fault)
{
  struct rebalancing count;
  enum status status = begin(&count, counting, fault);
  while (status == STATUS_OK) {
    struct load load = {0, 1};
    drop_what_does_not_fit(&count);
    size_t tied = find_next(&count, &load);
    if (tied == 0)
      return STATUS_OK;
    status = fund(&count, tied, &load, fault);
  }
  return status;
}

/* --- the rule --- */

static const struct setting maximin_support_settings[] = {
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
    SETTING_ROW_UTILITY,
};

static enum status maximin_support_resolve(struct settings *settings,
                                           const struct election *election, struct arena *arena,
                                           struct fault *fault)
{
  (void)arena;
  return counting_resolve(settings, election, fault);
}

static enum status maximin_support_count(const struct tally *tally, struct arena *arena,
                                         struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = fund_in_turn(&counting, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule maximin_support_rule = {
    .name = "maximin-support",
    .summary = "fund next what leaves the heaviest load least, all costs shared out anew",
    .settings = maximin_support_settings,
    .setting_count = sizeof maximin_support_settings / sizeof maximin_support_settings[0],
    .resolve = maximin_support_resolve,
    .count = maximin_support_count,
};
