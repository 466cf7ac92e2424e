#include "engine/rules/shares/shares.h"

/* --- room --- */

/* Limbs by which numbers grow at most within a round. */
static const size_t headroom = 8 * NATURAL_LIMBS_OF_64;

static bool widen(struct shares *shares, struct natural *number, size_t room)
{
  mp_limb_t *limbs = ARENA_TAKE(shares->counting->arena, mp_limb_t, room);
  if (limbs == NULL)
    return false;
  struct natural wider = natural_in(limbs, room);
  natural_copy(&wider, number);
  *number = wider;
  return true;
}

enum status shares_reserve(struct shares *shares, struct fault *fault)
{
  size_t size = shares->denominator.size > shares->endowment.size ? shares->denominator.size
                                                                  : shares->endowment.size;
  if (size + headroom > NATURAL_LIMBS_MAX)
    return fault_set(fault, STATUS_REFUSED, shares->counting->settings->rule->name,
                     "fewer projects or smaller points",
                     "the shares need fractions of more than 65536 bits");

  bool made = true;
  if (size + headroom > shares->room) {
    struct natural *numbers[] = {
        &shares->endowment,       &shares->denominator, &shares->best.numerator,
        &shares->trial.numerator, &shares->sum,         &shares->taken,
        &shares->left_side,       &shares->right_side,  &shares->spare};
    shares->room = 2 * (size + headroom);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
      made = made && widen(shares, numbers[i], shares->room);
    for (size_t i = 0; i < shares->round_count; i++)
      made = made && widen(shares, &shares->prices[i], shares->room);
  }
  struct natural *next = &shares->prices[shares->round_count];
  if (next->room < shares->room)
    made = made && widen(shares, next, shares->room);
  return made ? STATUS_OK : fault_no_memory(fault);
}

static size_t most_supporters(const struct support *support)
{
  size_t most = 0;
  for (size_t i = 0; i < support->project_count; i++) {
    size_t count = support->start[i + 1] - support->start[i];
    most = count > most ? count : most;
  }
  return most;
}

enum status shares_begin(struct shares *shares, const struct counting *counting,
                         struct fault *fault)
{
  const struct support *support = &counting->support;
  struct arena *arena = counting->arena;
  size_t projects = support->project_count;

  *shares = (struct shares){
      .counting = counting,
      .support = support,
      .purses = ARENA_TAKE(arena, struct purse, support->group_count),
      .round_of = ARENA_TAKE(arena, uint32_t, projects),
      .bought = ARENA_TAKE(arena, uint32_t, projects),
      .prices = ARENA_TAKE(arena, struct natural, projects + 1),
      .factors = ARENA_TAKE(arena, uint64_t, projects + 1),
      .lower = ARENA_TAKE(arena, double, projects),
      .price = ARENA_TAKE(arena, double, projects),
      .fresh = ARENA_TAKE(arena, bool, projects),
      .stands = ARENA_TAKE(arena, uint8_t, most_supporters(support)),
      .coefficients = ARENA_TAKE(arena, uint64_t, projects + 1),
      .tied = ARENA_TAKE(arena, uint32_t, projects),
  };
  if (shares->purses == NULL || shares->round_of == NULL || shares->bought == NULL ||
      shares->prices == NULL || shares->factors == NULL || shares->lower == NULL ||
      shares->price == NULL || shares->fresh == NULL || shares->stands == NULL ||
      shares->coefficients == NULL || shares->tied == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < support->group_count; i++)
    shares->purses[i].multiplicity = support->multiplicity[i];
  return STATUS_OK;
}

uint64_t shares_cost(const struct shares *shares, uint32_t project)
{
  return (uint64_t)shares->counting->election->projects[project].cost;
}
