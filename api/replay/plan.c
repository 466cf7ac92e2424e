#include "api/replay/plan.h"

/* Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014: SplitMix64. */
static uint64_t draw(uint64_t *state)
{
  uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ (mixed >> 31);
}

/* The small unevenness of a remainder does not matter here. */
static uint32_t draw_below(uint64_t *state, size_t bound)
{
  return (uint32_t)(draw(state) % bound);
}

static struct cast *add_cast(struct plan *plan, uint32_t voter, uint32_t choice,
                             const struct plan_odds *odds, uint64_t *state)
{
  struct cast *cast = &plan->casts[plan->cast_count++];
  *cast = (struct cast){.voter = voter, .choice = choice, .earlier = CAST_NONE, .later = CAST_NONE};
  if (draw_below(state, 100) < odds->twice)
    cast->sending = draw_below(state, 2) == 0 ? SENT_AGAIN : SENT_AT_ONCE;
  return cast;
}

static void shuffle(struct plan *plan, uint64_t *state)
{
  for (size_t i = plan->job_count; i > 1; i--) {
    size_t other = draw_below(state, i);
    struct sending_job job = plan->jobs[i - 1];
    plan->jobs[i - 1] = plan->jobs[other];
    plan->jobs[other] = job;
  }
}

/* Second copies go right behind their first, so that both are on the way together. */
static void add_copies(struct plan *plan)
{
  size_t copies = 0;
  for (size_t i = 0; i < plan->job_count; i++)
    copies += plan->casts[plan->jobs[i].cast].sending == SENT_AT_ONCE;
  size_t to = plan->job_count + copies;
  size_t from = plan->job_count;
  plan->job_count = to;
  while (from > 0) {
    struct sending_job job = plan->jobs[--from];
    if (plan->casts[job.cast].sending == SENT_AT_ONCE)
      plan->jobs[--to] = (struct sending_job){.cast = job.cast, .copy = 1};
    plan->jobs[--to] = job;
  }
}

enum status plan_make(size_t voters, const struct plan_odds *odds, struct arena *arena,
                      struct plan *plan, struct fault *fault)
{
  uint64_t state = odds->seed;
  *plan = (struct plan){.casts = ARENA_TAKE(arena, struct cast, 2 * voters),
                        .jobs = ARENA_TAKE(arena, struct sending_job, 4 * voters)};
  if (plan->casts == NULL || plan->jobs == NULL)
    return fault_no_memory(fault);
  for (uint32_t voter = 0; voter < voters; voter++) {
    bool changes_mind = draw_below(&state, 100) < odds->revote;
    uint32_t first = (uint32_t)plan->cast_count;
    if (changes_mind)
      add_cast(plan, voter, draw_below(&state, voters + 1), odds, &state)->later = first + 1;
    struct cast *last = add_cast(plan, voter, voter, odds, &state);
    if (changes_mind)
      last->earlier = first;
  }
  for (uint32_t cast = 0; cast < plan->cast_count; cast++)
    plan->jobs[plan->job_count++] = (struct sending_job){.cast = cast};
  shuffle(plan, &state);
  add_copies(plan);
  return STATUS_OK;
}
