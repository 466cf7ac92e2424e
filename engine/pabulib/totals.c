#include "engine/pabulib/totals.h"

enum status totals_begin(struct totals *totals, const struct election *election,
                         struct arena *arena, struct fault *fault)
{
  *totals = (struct totals){
      .kind = election->ballot.kind,
      .votes = ARENA_TAKE(arena, int64_t, election->project_count),
      .score = ARENA_TAKE(arena, int64_t, election->project_count),
  };
  return totals->votes == NULL || totals->score == NULL ? fault_no_memory(fault) : STATUS_OK;
}

void totals_add(struct totals *totals, const struct choice *choice, uint32_t times)
{
  const bool ranks = totals->kind == BALLOT_RANKING;
  for (size_t i = 0; i < choice->count; i++) {
    const struct mark *mark = &choice->marks[i];
    const int64_t value = ranks ? (int64_t)choice->count - mark->value + 1 : mark->value;
    totals->votes[mark->project] += times;
    totals->score[mark->project] += value * times;
  }
}
