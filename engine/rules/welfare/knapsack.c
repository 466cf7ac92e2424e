#include "engine/rules/welfare/knapsack.h"

#include <inttypes.h>

#include "engine/order.h"

#define BIT_NONE UINT32_MAX

enum {
  LIST_START = 256,  /* partial sets that a list has room for at first */
  PARTIAL_WORDS = 3, /* of a partial set but for its bits */
};

struct partial {
  uint64_t cost; /* at most three times the capacity */
  struct wide utility;
};

/* Partial sets by ascending cost, and so by ascending merit. */
struct list {
  size_t count, room;
  struct partial *partials; /* [room] */
  uint64_t *bits;           /* [room * words] */
};

struct search {
  struct arena *arena;
  const struct knapsack_thing *things; /* by utility per cost, the greatest first */
  size_t count;
  uint64_t capacity;
  size_t split;         /* the break: things before it are in the set that the search starts from */
  struct partial start; /* that set */
  uint32_t *bit;        /* [count] by place in the tie list; BIT_NONE: every best set agrees */
  size_t words;         /* of the bits of a set, the first thing of the tie list in the highest */
  bool last;            /* look for the last of the best sets: bits say what a set has not */

  /* The things next to be looked at: those before `down` and from `up` on. */
  size_t down, up;
  uint64_t removable; /* what those before `down` cost that are in the starting set */

  struct list from, to;
  size_t words_max;
  size_t room_max;  /* partial sets in a list */
  uint64_t work;    /* words in all lists so far */
  struct wide best; /* the greatest utility found */
  uint64_t *best_bits;
  uint64_t *moved; /* [words] bits of the partial set that is being made */
};

/* --- bounds --- */

/* Whether a set that costs so much and is so useful cannot become as good as the best one, where
 * money that is left buys at most what `beyond` gives for it, and money that is owed costs at least
 * what `before` gave for it; NULL: nothing can be added, or taken out. */
static bool is_hopeless(const struct search *search, const struct partial *partial,
                        const struct knapsack_thing *before, const struct knapsack_thing *beyond)
{
  int order = wide_compare(partial->utility, search->best);
  if (partial->cost <= search->capacity) {
    if (order >= 0)
      return false;
    if (beyond == NULL)
      return true;
    return wide_compare_product(wide_difference(search->best, partial->utility), beyond->per,
                                wide_product(beyond->gain, search->capacity - partial->cost)) > 0;
  }
  if (order < 0 || before == NULL)
    return true;
  return wide_compare_product(wide_difference(partial->utility, search->best), before->per,
                              wide_product(before->gain, partial->cost - search->capacity)) < 0;
}

static struct partial with(const struct partial *partial, const struct knapsack_thing *thing)
{
  return (struct partial){partial->cost + thing->cost, wide_sum(partial->utility, thing->utility)};
}

static struct partial without(const struct partial *partial, const struct knapsack_thing *thing)
{
  return (struct partial){partial->cost - thing->cost,
                          wide_difference(partial->utility, thing->utility)};
}

/* Whether every set as good as the best one has the thing, or none has, as in the starting set. */
static bool is_settled(const struct search *search, size_t thing)
{
  const struct knapsack_thing *at_break = &search->things[search->split];
  struct partial changed = thing < search->split ? without(&search->start, &search->things[thing])
                                                 : with(&search->start, &search->things[thing]);
  return is_hopeless(search, &changed, at_break, at_break);
}

/* --- sets --- */

static int compare_bits(const struct search *search, const uint64_t *a, const uint64_t *b)
{
  for (size_t i = 0; i < search->words; i++) {
    if (a[i] != b[i])
      return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

/* >0 when the first is better. */
static int compare_merit(const struct search *search, struct wide utility, const uint64_t *bits,
                         struct wide other_utility, const uint64_t *other_bits)
{
  int order = wide_compare(utility, other_utility);
  return order != 0 ? order : compare_bits(search, bits, other_bits);
}

static void copy_bits(const struct search *search, uint64_t *to, const uint64_t *from)
{
  for (size_t i = 0; i < search->words; i++)
    to[i] = from[i];
}

static void flip(uint64_t *bits, uint32_t bit)
{
  bits[bit / 64] ^= UINT64_C(1) << (63 - bit % 64);
}

static bool has_bit(const uint64_t *bits, uint32_t bit)
{
  return (bits[bit / 64] >> (63 - bit % 64) & 1) != 0;
}

/* --- one step: every partial set as it is, and changed by one thing --- */

static enum status refuse(struct fault *fault, const char *what, uint64_t most)
{
  return fault_set(fault, STATUS_REFUSED, "max-welfare",
                   "fewer projects, or costs with more zeros at their end",
                   "to find the best set takes %s than %" PRIu64, what, most);
}

static enum status make_room(struct search *search, struct list *list, struct fault *fault)
{
  if (list->count < list->room)
    return STATUS_OK;
  if (list->room >= search->room_max)
    return refuse(fault, "more sets at once", search->room_max);
  size_t room = list->room == 0 ? LIST_START : 2 * list->room;
  if (room > search->room_max)
    room = search->room_max;
  void *partials =
      arena_grow(search->arena, list->partials, list->count, room, sizeof *list->partials);
  void *bits = arena_grow(search->arena, list->bits, list->count * search->words,
                          room * search->words, sizeof *list->bits);
  if (partials == NULL || bits == NULL)
    return fault_no_memory(fault);
  list->partials = partials;
  list->bits = bits;
  list->room = room;
  return STATUS_OK;
}

/* Puts the partial set into the new list, unless it is not needed. */
static enum status consider(struct search *search, const struct partial *partial,
                            const uint64_t *bits, const struct knapsack_thing *before,
                            const struct knapsack_thing *beyond, struct fault *fault)
{
  struct list *list = &search->to;
  if (list->count > 0 &&
      compare_merit(search, partial->utility, bits, list->partials[list->count - 1].utility,
                    list->bits + (list->count - 1) * search->words) <= 0)
    return STATUS_OK;
  bool affordable = partial->cost <= search->capacity;
  if (!affordable && partial->cost - search->capacity > search->removable)
    return STATUS_OK;
  if (is_hopeless(search, partial, before, beyond))
    return STATUS_OK;
  enum status status = make_room(search, list, fault);
  if (status != STATUS_OK)
    return status;
  list->partials[list->count] = *partial;
  copy_bits(search, list->bits + list->count * search->words, bits);
  list->count++;
  if (affordable &&
      compare_merit(search, partial->utility, bits, search->best, search->best_bits) > 0) {
    search->best = partial->utility;
    copy_bits(search, search->best_bits, bits);
  }
  return STATUS_OK;
}

static const struct knapsack_thing *next_before(struct search *search)
{
  while (search->down > 0 &&
         (search->bit[search->down - 1] == BIT_NONE || is_settled(search, search->down - 1)))
    search->removable -= search->things[--search->down].cost;
  return search->down > 0 ? &search->things[search->down - 1] : NULL;
}

static const struct knapsack_thing *next_beyond(struct search *search)
{
  while (search->up < search->count &&
         (search->bit[search->up] == BIT_NONE || is_settled(search, search->up)))
    search->up++;
  return search->up < search->count ? &search->things[search->up] : NULL;
}

/* Partial set number `number` of the old list, changed; its bits in `moved`. */
static struct partial change(struct search *search, size_t number, size_t thing)
{
  const struct partial *partial = &search->from.partials[number];
  copy_bits(search, search->moved, search->from.bits + number * search->words);
  flip(search->moved, search->bit[thing]);
  return thing < search->split ? without(partial, &search->things[thing])
                               : with(partial, &search->things[thing]);
}

/* Both halves, as they are and changed, are in order: they are merged. */
static enum status decide(struct search *search, size_t thing, struct fault *fault)
{
  const struct list *from = &search->from;
  const struct knapsack_thing *before = next_before(search), *beyond = next_beyond(search);
  size_t same = 0, next = 0;
  struct partial changed = change(search, 0, thing);
  const uint64_t work_max = (uint64_t)search->words_max * KNAPSACK_LISTS_MAX;
  search->work += 2 * from->count * (PARTIAL_WORDS + search->words);
  if (search->work > work_max)
    return refuse(fault, "more steps", work_max);
  search->to.count = 0;
  while (same < from->count || next < from->count) {
    const struct partial *kept = &from->partials[same];
    const uint64_t *bits = from->bits + same * search->words;
    bool take_changed = same == from->count;
    if (!take_changed && next < from->count)
      take_changed =
          changed.cost != kept->cost
              ? changed.cost < kept->cost
              : compare_merit(search, changed.utility, search->moved, kept->utility, bits) > 0;
    enum status status = take_changed
                             ? consider(search, &changed, search->moved, before, beyond, fault)
                             : consider(search, kept, bits, before, beyond, fault);
    if (status != STATUS_OK)
      return status;
    if (!take_changed)
      same++;
    else if (++next < from->count)
      changed = change(search, next, thing);
  }
  struct list old = search->from;
  search->from = search->to;
  search->to = old;
  return STATUS_OK;
}

/* --- the search --- */

static enum status search_outwards(struct search *search, struct fault *fault)
{
  bool turn = false;
  while (search->from.count > 0) {
    const struct knapsack_thing *before = next_before(search), *beyond = next_beyond(search);
    if (before == NULL && beyond == NULL)
      return STATUS_OK;
    turn = beyond == NULL || (before != NULL && !turn);
    if (turn)
      search->removable -= before->cost;
    size_t thing = turn ? --search->down : search->up++;
    enum status status = decide(search, thing, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static int compare_places(const void *context, uint32_t a, uint32_t b)
{
  const struct knapsack_thing *things = context;
  return (things[a].place > things[b].place) - (things[a].place < things[b].place);
}

/* Gives a bit to each thing that a best set may have or not. */
static enum status give_bits(struct search *search, struct fault *fault)
{
  uint32_t *open = ARENA_TAKE(search->arena, uint32_t, 2 * search->count);
  uint32_t count = 0;
  if (open == NULL)
    return fault_no_memory(fault);
  for (uint32_t i = 0; i < search->count; i++) {
    search->bit[i] = BIT_NONE;
    if (!is_settled(search, i))
      open[count++] = i;
  }
  order_sort(open, open + search->count, count, compare_places, search->things);
  for (uint32_t i = 0; i < count; i++)
    search->bit[open[i]] = i;
  search->words = (count + 63) / 64;
  search->room_max = search->words_max / (PARTIAL_WORDS + search->words);
  return STATUS_OK;
}

static void write_bits(const struct search *search, uint64_t *bits, const bool *has)
{
  for (size_t i = 0; i < search->count; i++) {
    if (search->bit[i] != BIT_NONE && has[i] != search->last)
      flip(bits, search->bit[i]);
  }
}

/* From a set that is known, `has`, to the best one, in the same place. */
static enum status find_best(struct search *search, bool *has, struct fault *fault)
{
  bool *start = ARENA_TAKE(search->arena, bool, search->count);
  enum status status = start == NULL ? fault_no_memory(fault) : give_bits(search, fault);
  if (status != STATUS_OK)
    return status;
  search->from = search->to = (struct list){0};
  search->best_bits = ARENA_TAKE(search->arena, uint64_t, search->words);
  search->moved = ARENA_TAKE(search->arena, uint64_t, search->words);
  if (search->best_bits == NULL || search->moved == NULL)
    return fault_no_memory(fault);
  status = make_room(search, &search->from, fault);
  if (status != STATUS_OK)
    return status;

  search->down = search->up = search->split;
  search->removable = search->start.cost;
  for (size_t i = 0; i < search->split; i++)
    start[i] = true;
  search->from.partials[search->from.count++] = search->start;
  write_bits(search, search->from.bits, start);
  write_bits(search, search->best_bits, has);
  status = search_outwards(search, fault);
  for (size_t i = 0; i < search->count; i++)
    has[i] = search->bit[i] == BIT_NONE
                 ? start[i]
                 : has_bit(search->best_bits, search->bit[i]) != search->last;
  return status;
}

/* The starting set, and what still fits after it. */
static void begin(struct search *search, bool *has)
{
  uint64_t left = search->capacity;
  search->split = search->count;
  for (size_t i = 0; i < search->count; i++) {
    has[i] = search->things[i].cost <= left;
    if (!has[i]) {
      if (search->split == search->count)
        search->split = i;
      continue;
    }
    left -= search->things[i].cost;
    search->best = wide_sum(search->best, search->things[i].utility);
    if (search->split == search->count)
      search->start = with(&search->start, &search->things[i]);
  }
}

enum status knapsack_solve(struct knapsack_thing *things, size_t count, uint64_t capacity,
                           size_t words_max, struct arena *arena, struct fault *fault)
{
  struct search search = {.things = things,
                          .count = count,
                          .capacity = capacity,
                          .words_max = words_max,
                          .arena = arena,
                          .bit = ARENA_TAKE(arena, uint32_t, count)};
  bool *has = ARENA_TAKE(arena, bool, count);
  if (search.bit == NULL || has == NULL)
    return fault_no_memory(fault);
  begin(&search, has);
  enum status status = STATUS_OK;
  if (search.split < count)
    status = find_best(&search, has, fault);
  for (size_t i = 0; i < count; i++)
    things[i].in_first = has[i];
  search.last = true;
  if (status == STATUS_OK && search.split < count)
    status = find_best(&search, has, fault);
  for (size_t i = 0; i < count; i++)
    things[i].in_last = has[i];
  return status;
}
