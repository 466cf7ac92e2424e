#include "audit/compare/figures.h"

#include <stdbool.h>

enum status figures_of(const struct support *support, const uint32_t *selected, size_t count,
                       int64_t spent, struct arena *arena, struct figures *figures,
                       struct fault *fault)
{
  bool *funded = ARENA_TAKE(arena, bool, support->project_count);
  if (funded == NULL)
    return fault_no_memory(fault);
  *figures = (struct figures){.funded = count, .spent = spent, .without = support->voters};
  for (size_t i = 0; i < count; i++) {
    funded[selected[i]] = true;
    figures->approved += support->votes[selected[i]];
  }
  for (size_t group = 0; group < support->group_count; group++) {
    size_t at = support->ballot_start[group], end = support->ballot_start[group + 1];
    while (at < end && !funded[support->ballot[at].project])
      at++;
    if (at < end)
      figures->without -= support->multiplicity[group];
  }
  return STATUS_OK;
}

uint64_t figures_ratio(uint64_t part, uint64_t whole, uint64_t scale)
{
  if (whole == 0)
    return 0;
  while (whole > UINT64_MAX / 4 || part > UINT64_MAX / 4 / scale) {
    part /= 2;
    whole /= 2;
  }
  if (whole == 0) /* a part that is so much more than the whole */
    return UINT64_MAX;
  return (2 * part * scale + whole) / (2 * whole);
}
