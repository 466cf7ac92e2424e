#include "engine/rules/maximin/network.h"

#include <stdlib.h>
#include <string.h>

int load_compare(const struct load *a, const struct load *b)
{
  return wide_compare_fractions(a->amount, a->voters, b->amount, b->voters);
}

static uint64_t cost_of(const struct network *network, uint32_t project)
{
  return (uint64_t)network->election->projects[project].cost;
}

static bool is_zero(struct wide value)
{
  return value.high == 0 && value.low == 0;
}

/* --- patterns --- */

enum status network_begin(struct network *network, const struct election *election,
                          const struct support *support, struct arena *arena, struct fault *fault)
{
  const size_t projects = support->project_count;
  const size_t groups = support->group_count;
  const size_t patterns = 2 * (groups + 1); /* while one is being split, both halves are there */
  const size_t edges = support->start[projects];
  *network = (struct network){
      .election = election,
      .support = support,
      .members = ARENA_TAKE(arena, uint32_t, projects),
      .member_of = ARENA_TAKE(arena, uint32_t, projects),
      .pattern_count = 1,
      .pattern_of = ARENA_TAKE(arena, uint32_t, groups),
      .renamed = ARENA_TAKE(arena, uint32_t, patterns),
      .model = ARENA_TAKE(arena, uint32_t, groups + 1),
      .voters = ARENA_TAKE(arena, uint64_t, groups + 1),
      .counted = ARENA_TAKE(arena, uint64_t, groups + 1),
      .start = ARENA_TAKE(arena, size_t, groups + 2),
      .edge_member = ARENA_TAKE(arena, uint32_t, edges),
      .edge_pattern = ARENA_TAKE(arena, uint32_t, edges),
      .member_start = ARENA_TAKE(arena, size_t, projects + 2),
      .member_edge = ARENA_TAKE(arena, size_t, edges),
      .flow = ARENA_TAKE(arena, struct wide, edges),
      .need = ARENA_TAKE(arena, struct wide, projects),
      .room = ARENA_TAKE(arena, struct wide, groups + 1),
      .level = ARENA_TAKE(arena, uint32_t, projects),
      .pattern_level = ARENA_TAKE(arena, uint32_t, groups + 1),
      .next = ARENA_TAKE(arena, size_t, projects),
      .pattern_next = ARENA_TAKE(arena, size_t, groups + 1),
      .queue = ARENA_TAKE(arena, uint32_t, projects),
      .path = ARENA_TAKE(arena, size_t, projects),
  };
  if (network->members == NULL || network->member_of == NULL || network->pattern_of == NULL ||
      network->renamed == NULL || network->model == NULL || network->voters == NULL ||
      network->counted == NULL || network->start == NULL || network->edge_member == NULL ||
      network->edge_pattern == NULL || network->member_start == NULL ||
      network->member_edge == NULL || network->flow == NULL || network->need == NULL ||
      network->room == NULL || network->level == NULL || network->pattern_level == NULL ||
      network->next == NULL || network->pattern_next == NULL || network->queue == NULL ||
      network->path == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < projects; i++)
    network->member_of[i] = NETWORK_NONE;
  return STATUS_OK;
}

/* Each pattern of a supporter is split: supporters of the project have another from now on. */
static void split_patterns(struct network *network, uint32_t project)
{
  const struct support *support = network->support;
  for (size_t i = 0; i < network->pattern_count; i++)
    network->renamed[i] = NETWORK_NONE;
  uint32_t count = (uint32_t)network->pattern_count;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t *pattern = &network->pattern_of[support->supporters[i].group];
    if (network->renamed[*pattern] == NETWORK_NONE)
      network->renamed[*pattern] = count++;
    *pattern = network->renamed[*pattern];
  }
  network->pattern_count = count;
}

/* Numbers again those patterns that somebody has. */
static void number_patterns(struct network *network)
{
  const struct support *support = network->support;
  uint32_t count = 0;
  for (size_t i = 0; i < network->pattern_count; i++)
    network->renamed[i] = NETWORK_NONE;
  for (uint32_t group = 0; group < support->group_count; group++) {
    uint32_t *pattern = &network->pattern_of[group];
    if (network->renamed[*pattern] == NETWORK_NONE) {
      network->model[count] = group;
      network->voters[count] = 0;
      network->renamed[*pattern] = count++;
    }
    *pattern = network->renamed[*pattern];
    network->voters[*pattern] += support->multiplicity[group];
  }
  network->pattern_count = count;
}

static void list_edges(struct network *network)
{
  const struct support *support = network->support;
  size_t edges = 0;
  memset(network->member_start, 0, (network->member_count + 2) * sizeof *network->member_start);
  for (uint32_t i = 0; i < network->pattern_count; i++) {
    uint32_t group = network->model[i];
    network->start[i] = edges;
    for (size_t k = support->ballot_start[group]; k < support->ballot_start[group + 1]; k++) {
      uint32_t member = network->member_of[support->ballot[k].project];
      if (member == NETWORK_NONE)
        continue;
      network->edge_member[edges] = member;
      network->edge_pattern[edges++] = i;
      network->member_start[member + 2]++;
    }
  }
  network->start[network->pattern_count] = edges;
  for (size_t i = 0; i < network->member_count; i++)
    network->member_start[i + 2] += network->member_start[i + 1];
  for (size_t i = 0; i < edges; i++)
    network->member_edge[network->member_start[network->edge_member[i] + 1]++] = i;
}

void network_add(struct network *network, uint32_t project)
{
  network->member_of[project] = (uint32_t)network->member_count;
  network->members[network->member_count++] = project;
  network->cost += cost_of(network, project);
  split_patterns(network, project);
  number_patterns(network);
  list_edges(network);
}

/* --- a flow --- */

static void send(struct network *network, size_t edge, struct wide amount)
{
  network->flow[edge] = wide_sum(network->flow[edge], amount);
}

/* What can be sent at once; first by those who can pay for one project only. */
static void send_directly(struct network *network, bool single)
{
  for (size_t pattern = 0; pattern < network->pattern_count; pattern++) {
    const size_t first = network->start[pattern], end = network->start[pattern + 1];
    if ((end - first == 1) != single)
      continue;
    for (size_t edge = first; edge < end; edge++) {
      struct wide *need = &network->need[network->edge_member[edge]];
      struct wide *room = &network->room[pattern];
      struct wide amount = wide_compare(*need, *room) < 0 ? *need : *room;
      *need = wide_difference(*need, amount);
      *room = wide_difference(*room, amount);
      send(network, edge, amount);
    }
  }
}

/* How far each member is from one that has something to send, by what can be sent or sent back; up to
 * where there is room. Whether there is. */
static bool find_levels(struct network *network)
{
  size_t waiting = 0;
  uint32_t last = NETWORK_NONE; /* the level from which there is room */
  for (uint32_t i = 0; i < network->member_count; i++) {
    network->level[i] = is_zero(network->need[i]) ? NETWORK_NONE : 0;
    network->next[i] = network->member_start[i];
    if (network->level[i] == 0)
      network->queue[waiting++] = i;
  }
  for (size_t i = 0; i < network->pattern_count; i++) {
    network->pattern_level[i] = NETWORK_NONE;
    network->pattern_next[i] = network->start[i];
  }
  for (size_t i = 0; i < waiting; i++) {
    const uint32_t member = network->queue[i], level = network->level[member];
    if (level > last)
      break;
    for (size_t k = network->member_start[member]; k < network->member_start[member + 1]; k++) {
      const uint32_t pattern = network->edge_pattern[network->member_edge[k]];
      if (network->pattern_level[pattern] != NETWORK_NONE)
        continue;
      network->pattern_level[pattern] = level;
      if (!is_zero(network->room[pattern]))
        last = level;
      for (size_t edge = network->start[pattern]; edge < network->start[pattern + 1]; edge++) {
        const uint32_t other = network->edge_member[edge];
        if (network->level[other] != NETWORK_NONE || is_zero(network->flow[edge]))
          continue;
        network->level[other] = level + 1;
        network->queue[waiting++] = other;
      }
    }
  }
  return last != NETWORK_NONE;
}

/* Goes on from a member by one step of the phase: to a pattern with room, true, or to the next member,
 * by the edge that is left in *back, or nowhere, *back = SIZE_MAX. */
static bool find_step(struct network *network, uint32_t member, size_t *back)
{
  const uint32_t level = network->level[member];
  for (; network->next[member] < network->member_start[member + 1]; network->next[member]++) {
    const size_t edge = network->member_edge[network->next[member]];
    const uint32_t pattern = network->edge_pattern[edge];
    if (network->pattern_level[pattern] != level)
      continue;
    if (!is_zero(network->room[pattern]))
      return true;
    for (; network->pattern_next[pattern] < network->start[pattern + 1];
         network->pattern_next[pattern]++) {
      const size_t other = network->pattern_next[pattern];
      if (!is_zero(network->flow[other]) &&
          network->level[network->edge_member[other]] == level + 1) {
        *back = other;
        return false;
      }
    }
  }
  *back = SIZE_MAX;
  return false;
}

static size_t edge_tried(const struct network *network, uint32_t member)
{
  return network->member_edge[network->next[member]];
}

/* Sends along the path that `path` and what each member tried describe, as much as all of it takes. */
static void send_along(struct network *network, uint32_t from, uint32_t to, size_t length)
{
  const uint32_t pattern = network->edge_pattern[edge_tried(network, to)];
  struct wide amount = network->need[from];
  if (wide_compare(network->room[pattern], amount) < 0)
    amount = network->room[pattern];
  for (size_t i = 0; i < length; i++) {
    if (wide_compare(network->flow[network->path[i]], amount) < 0)
      amount = network->flow[network->path[i]];
  }
  network->need[from] = wide_difference(network->need[from], amount);
  network->room[pattern] = wide_difference(network->room[pattern], amount);
  uint32_t member = from;
  for (size_t i = 0; i < length; i++) {
    send(network, edge_tried(network, member), amount);
    network->flow[network->path[i]] = wide_difference(network->flow[network->path[i]], amount);
    member = network->edge_member[network->path[i]];
  }
  send(network, edge_tried(network, to), amount);
}

/* All that a member has to send and that still gets through in this phase. Each path that is found
 * uses something up, and each step that leads nowhere is never tried again. */
static void send_from(struct network *network, uint32_t from)
{
  size_t length = 0;
  uint32_t member = from;
  while (!is_zero(network->need[from])) {
    size_t back;
    if (find_step(network, member, &back)) {
      send_along(network, from, member, length);
      member = from;
      length = 0;
    } else if (back != SIZE_MAX) {
      network->path[length++] = back;
      member = network->edge_member[back];
    } else {
      if (length == 0)
        return;
      /* Back to where it came from, whose pattern goes on to its next edge. */
      length--;
      network->pattern_next[network->edge_pattern[network->path[length]]]++;
      member = length == 0 ? from : network->edge_member[network->path[length - 1]];
    }
  }
}

static void send_all(struct network *network)
{
  size_t phases = 0;
  send_directly(network, true);
  send_directly(network, false);
  while (find_levels(network)) {
    if (phases++ > network->member_count)
      abort(); /* the shortest path gets longer in each, and visits no member twice */
    for (uint32_t i = 0; i < network->member_count; i++) {
      if (network->level[i] == 0)
        send_from(network, i);
    }
  }
}

/* --- the question --- */

static void count_supporters(struct network *network, uint32_t candidate, bool forget)
{
  const struct support *support = network->support;
  for (size_t i = support->start[candidate]; i < support->start[candidate + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    uint64_t *counted = &network->counted[network->pattern_of[group]];
    *counted = forget ? 0 : *counted + support->multiplicity[group];
  }
}

/* The candidate and those members from which more could be sent. */
static struct load weigh_set(const struct network *network, uint32_t candidate)
{
  struct load load = {cost_of(network, candidate), network->support->votes[candidate]};
  for (size_t i = 0; i < network->member_count; i++) {
    if (network->level[i] != NETWORK_NONE)
      load.amount += cost_of(network, network->members[i]);
  }
  for (size_t i = 0; i < network->pattern_count; i++) {
    if (network->pattern_level[i] != NETWORK_NONE)
      load.voters += network->voters[i] - network->counted[i];
  }
  return load;
}

int network_try(struct network *network, uint32_t candidate, const struct load *limit,
                struct load *heavier)
{
  count_supporters(network, candidate, false);
  for (size_t i = 0; i < network->member_count; i++)
    network->need[i] = wide_product(cost_of(network, network->members[i]), limit->voters);
  for (size_t i = 0; i < network->pattern_count; i++)
    network->room[i] = wide_product(limit->amount, network->voters[i] - network->counted[i]);
  memset(network->flow, 0, network->start[network->pattern_count] * sizeof *network->flow);
  send_all(network);

  /* cost · voters of the limit, and what was not sent, against what c's supporters may pay. */
  struct wide owed = wide_product(cost_of(network, candidate), limit->voters);
  for (size_t i = 0; i < network->member_count; i++)
    owed = wide_sum(owed, network->need[i]);
  int order = wide_compare(owed, wide_product(limit->amount, network->support->votes[candidate]));
  if (order > 0)
    *heavier = weigh_set(network, candidate);
  count_supporters(network, candidate, true);
  return order;
}
