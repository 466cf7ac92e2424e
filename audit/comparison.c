#include "audit/comparison.h"

enum {
  SELECTED_BY_RULE = 1
};

enum status comparison_make(const struct pabulib *file, const struct outcome *outcome,
                            struct arena *arena, struct comparison *comparison, struct fault *fault)
{
  size_t count = file->election.project_count;
  if (file->selected == NULL)
    return fault_set(fault, STATUS_REFUSED, "--check-published",
                     "a column 'selected' in the section PROJECTS",
                     "the file does not say which projects were funded");
  uint32_t *missing = ARENA_TAKE(arena, uint32_t, count);
  uint32_t *extra = ARENA_TAKE(arena, uint32_t, count);
  if (missing == NULL || extra == NULL)
    return fault_no_memory(fault);

  *comparison = (struct comparison){.missing = missing, .extra = extra};
  for (size_t i = 0; i < count; i++) {
    bool published = file->selected[i] == SELECTED_BY_RULE;
    bool funded = outcome->projects[i].reason == REASON_FUNDED;
    if (published && !funded)
      missing[comparison->missing_count++] = (uint32_t)i;
    if (funded && !published)
      extra[comparison->extra_count++] = (uint32_t)i;
  }
  return STATUS_OK;
}

bool comparison_agrees(const struct comparison *comparison)
{
  return comparison->missing_count == 0 && comparison->extra_count == 0;
}
