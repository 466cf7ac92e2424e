/* Exact sums, made from the payments that led to what voters have.
 *
 * With asked / given the ratio of a payment j and W the weight that was open then on a ballot that
 * gives its project w, that voter's money was multiplied by
 *     (given - asked · w / W) / given = (given · common - asked · w · (common / W)) / whole,
 * common being a multiple of every such W. So a voter's money is the budget / voters times one
 * fraction over `whole` for each payment; a sum over voters stands over the product of the `whole`
 * of all payments that any of them made. */
#include <string.h>

#include "engine/rules/cstv/ledger.h"

/* Limbs kept free in every number, for products with 64-bit factors. */
static const size_t headroom = 4 * NATURAL_LIMBS_OF_64;

static enum status make(struct ledger *ledger, struct fault *fault)
{
  struct replay *replay = &ledger->replay;
  struct arena *arena = ledger->counting->arena;
  struct natural *numbers[] = {&replay->unit, &replay->common, &replay->sum,   &replay->term,
                               &replay->left, &replay->right,  &replay->spare, &replay->other};
  if (replay->made)
    return STATUS_OK;
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    mp_limb_t *limbs = ARENA_TAKE(arena, mp_limb_t, NATURAL_LIMBS_MAX);
    if (limbs == NULL)
      return fault_no_memory(fault);
    *numbers[i] = natural_in(limbs, NATURAL_LIMBS_MAX);
  }
  replay->needed = ARENA_TAKE(arena, bool, ledger->support->project_count);
  replay->matters = ARENA_TAKE(arena, bool, ledger->support->project_count);
  if (replay->needed == NULL || replay->matters == NULL)
    return fault_no_memory(fault);
  replay->made = true;
  return STATUS_OK;
}

/* --- numbers of any length --- */

/* to = to · a, unless that is too long. */
static void times(struct replay *replay, struct natural *to, const struct natural *a)
{
  if (to->size + a->size + headroom > NATURAL_LIMBS_MAX) {
    replay->too_long = true;
    return;
  }
  natural_multiply(&replay->spare, to, a);
  natural_copy(to, &replay->spare);
}

static void times_small(struct replay *replay, struct natural *to, uint64_t factor)
{
  if (to->size + headroom > NATURAL_LIMBS_MAX) {
    replay->too_long = true;
    return;
  }
  natural_product(&replay->spare, to, factor);
  natural_copy(to, &replay->spare);
}

static bool keep(struct ledger *ledger, struct natural *to, const struct natural *from)
{
  mp_limb_t *limbs = ARENA_TAKE(ledger->counting->arena, mp_limb_t, from->size);
  if (limbs == NULL)
    return false;
  *to = natural_in(limbs, from->size);
  natural_copy(to, from);
  return true;
}

/* --- which payments matter --- */

static uint64_t open_before(const struct ledger *ledger, uint32_t group, uint32_t when)
{
  const struct support *support = ledger->support;
  uint64_t open = 0;
  for (size_t at = support->ballot_start[group]; at < support->ballot_start[group + 1]; at++) {
    if (ledger->closed_in[support->ballot[at].project] >= when)
      open += (uint64_t)support->ballot[at].value;
  }
  return open;
}

static void mark_payments(const struct ledger *ledger, enum part part, uint32_t project,
                          uint32_t when, bool *marks)
{
  const struct support *support = ledger->support;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (!ledger_takes_part(ledger, group, part, when))
      continue;
    for (size_t at = support->ballot_start[group]; at < support->ballot_start[group + 1]; at++) {
      uint32_t event = ledger->closed_in[support->ballot[at].project];
      if (event < when && ledger->events[event].pays)
        marks[event] = true;
    }
  }
}

/* Makes `common` a multiple of what the weights of a sum are divided by. */
static void widen_common(struct ledger *ledger, enum part part, uint32_t project, uint32_t when)
{
  const struct support *support = ledger->support;
  struct replay *replay = &ledger->replay;
  if (part == PART_MONEY || part == PART_ALL)
    return;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (!ledger_takes_part(ledger, group, part, when))
      continue;
    uint64_t open = open_before(ledger, group, when);
    times_small(replay, &replay->common, open / natural_gcd(&replay->common, open, &replay->spare));
  }
}

/* The denominator of the sums to come: voters · common · the product of what matters. */
static void set_unit(struct ledger *ledger, uint32_t when)
{
  struct replay *replay = &ledger->replay;
  natural_set(&replay->unit, (struct wide){.low = ledger->support->voters});
  times(replay, &replay->unit, &replay->common);
  for (uint32_t i = 0; i < when; i++) {
    if (replay->matters[i])
      times(replay, &replay->unit, &ledger->events[i].whole);
  }
}

static void begin_sums(struct ledger *ledger)
{
  struct replay *replay = &ledger->replay;
  memset(replay->matters, 0, ledger->support->project_count * sizeof *replay->matters);
  natural_set(&replay->common, (struct wide){.low = 1});
}

/* --- sums --- */

/* other = common / open · weight */
static void share_of(struct ledger *ledger, const struct natural *common, uint64_t open,
                     uint64_t weight)
{
  struct replay *replay = &ledger->replay;
  (void)natural_divide(&replay->other, common, open);
  times_small(replay, &replay->other, weight);
}

/* term = term · what a payment left of a voter's money. */
static void follow(struct ledger *ledger, uint32_t group, uint32_t number)
{
  const struct support *support = ledger->support;
  const struct event *event = &ledger->events[number];
  struct replay *replay = &ledger->replay;
  uint64_t weight = 0;
  for (size_t at = support->ballot_start[group]; at < support->ballot_start[group + 1]; at++) {
    if (support->ballot[at].project == event->project)
      weight = (uint64_t)support->ballot[at].value;
  }
  if (weight == 0) {
    times(replay, &replay->term, &event->whole);
    return;
  }
  share_of(ledger, &event->common, open_before(ledger, group, number), weight);
  times(replay, &replay->other, &event->asked);
  if (replay->too_long)
    return;
  /* whole - other, in the place of other */
  natural_copy(&replay->spare, &event->whole);
  natural_subtract(&replay->spare, &replay->other);
  natural_copy(&replay->other, &replay->spare);
  times(replay, &replay->term, &replay->other);
}

/* sum = what is summed, over `unit`. */
static void add_up(struct ledger *ledger, enum part part, uint32_t project, uint32_t when)
{
  const struct support *support = ledger->support;
  struct replay *replay = &ledger->replay;
  replay->sum.size = 0;
  for (size_t i = support->start[project]; i < support->start[project + 1]; i++) {
    uint32_t group = support->supporters[i].group;
    if (!ledger_takes_part(ledger, group, part, when) || replay->too_long)
      continue;
    if (part == PART_SUPPORT || part == PART_REST)
      share_of(ledger, &replay->common, open_before(ledger, group, when),
               support->supporters[i].weight);
    else
      natural_copy(&replay->other, &replay->common);
    natural_copy(&replay->term, &replay->other);
    times_small(replay, &replay->term, (uint64_t)ledger->counting->election->budget);
    for (uint32_t event = 0; event < when && !replay->too_long; event++) {
      if (replay->matters[event])
        follow(ledger, group, event);
    }
    if (replay->too_long || replay->sum.size + headroom > NATURAL_LIMBS_MAX)
      replay->too_long = true;
    else
      natural_add_product(&replay->sum, &replay->term, support->multiplicity[group]);
  }
}

/* --- payments --- */

/* Works out asked / given of a payment, all earlier ones that matter for it being known. */
static enum status work_out(struct ledger *ledger, uint32_t number, struct fault *fault)
{
  struct event *event = &ledger->events[number];
  struct replay *replay = &ledger->replay;
  uint32_t project = event->project;
  begin_sums(ledger);
  mark_payments(ledger, PART_MONEY, project, number, replay->matters);
  widen_common(ledger, PART_REST, project, number);
  set_unit(ledger, number);
  add_up(ledger, PART_ALL, project, number);
  natural_copy(&replay->left, &replay->sum);
  add_up(ledger, PART_REST, project, number);
  times_small(replay, &replay->unit, ledger_cost(ledger, project));
  if (replay->too_long)
    return STATUS_OK;
  natural_subtract(&replay->unit, &replay->left);
  if (!keep(ledger, &event->asked, &replay->unit) || !keep(ledger, &event->given, &replay->sum) ||
      !keep(ledger, &event->common, &replay->common))
    return fault_no_memory(fault);
  times(replay, &replay->sum, &replay->common);
  if (!replay->too_long && !keep(ledger, &event->whole, &replay->sum))
    return fault_no_memory(fault);
  event->known = !replay->too_long;
  return STATUS_OK;
}

static enum status work_out_needed(struct ledger *ledger, struct fault *fault)
{
  struct replay *replay = &ledger->replay;
  for (uint32_t i = ledger->event_count; i-- > 0;) {
    if (replay->needed[i] && !ledger->events[i].known)
      mark_payments(ledger, PART_MONEY, ledger->events[i].project, i, replay->needed);
  }
  for (uint32_t i = 0; i < ledger->event_count && !replay->too_long; i++) {
    if (!replay->needed[i] || ledger->events[i].known)
      continue;
    enum status status = work_out(ledger, i, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

/* --- comparing --- */

static void set_side(struct ledger *ledger, const struct ledger_side *side, struct natural *to)
{
  struct replay *replay = &ledger->replay;
  natural_set(to, side->constant);
  times(replay, to, &replay->unit);
  for (size_t i = 0; i < side->count && !replay->too_long; i++) {
    add_up(ledger, side->terms[i].part, side->terms[i].project, ledger->event_count);
    if (to->size + headroom > NATURAL_LIMBS_MAX)
      replay->too_long = true;
    else
      natural_add_product(to, &replay->sum, side->terms[i].factor);
  }
}

static enum status refuse(struct ledger *ledger, const struct ledger_side *left,
                          struct fault *fault)
{
  const struct election *election = ledger->counting->election;
  struct span id = left->count > 0 ? election->projects[left->terms[0].project].id : SPAN("");
  return fault_set(fault, STATUS_REFUSED, ledger->counting->settings->rule->name,
                   "fewer projects, or another rule",
                   "what is given to '%.*s' is too close to something else to be told apart within "
                   "65536 bits",
                   SPAN_PRINT(id));
}

enum status replay_compare(struct ledger *ledger, const struct ledger_side *left,
                           const struct ledger_side *right, int *order, struct fault *fault)
{
  const struct ledger_side *const sides[] = {left, right};
  struct replay *replay = &ledger->replay;
  uint32_t now = ledger->event_count;
  enum status status = make(ledger, fault);
  if (status != STATUS_OK)
    return status;
  replay->too_long = false;
  memset(replay->needed, 0, ledger->support->project_count * sizeof *replay->needed);
  for (size_t i = 0; i < 2; i++)
    for (size_t term = 0; term < sides[i]->count; term++)
      mark_payments(ledger, sides[i]->terms[term].part, sides[i]->terms[term].project, now,
                    replay->needed);
  status = work_out_needed(ledger, fault);
  if (status != STATUS_OK)
    return status;

  begin_sums(ledger);
  for (size_t i = 0; i < 2; i++) {
    for (size_t term = 0; term < sides[i]->count; term++) {
      mark_payments(ledger, sides[i]->terms[term].part, sides[i]->terms[term].project, now,
                    replay->matters);
      widen_common(ledger, sides[i]->terms[term].part, sides[i]->terms[term].project, now);
    }
  }
  if (!replay->too_long) {
    set_unit(ledger, now);
    set_side(ledger, left, &replay->left);
    set_side(ledger, right, &replay->right);
  }
  if (replay->too_long)
    return refuse(ledger, left->count > 0 ? left : right, fault);
  *order = natural_compare(&replay->left, &replay->right);
  return STATUS_OK;
}
