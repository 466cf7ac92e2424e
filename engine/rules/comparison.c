#include "engine/rules/comparison.h"

#include "base/wide.h"

static struct wide utility_of_group(const struct support *support, size_t group, const bool *funded)
{
  struct wide sum = {0};
  for (size_t i = support->ballot_start[group]; i < support->ballot_start[group + 1]; i++) {
    const struct mark *mark = &support->ballot[i];
    if (funded[mark->project])
      sum = wide_sum(sum, wide_product(support->scale[mark->project], (uint64_t)mark->value));
  }
  return sum;
}

struct preference comparison_count(const struct support *support, const bool *first,
                                   const bool *second)
{
  struct preference preference = {0};
  for (size_t group = 0; group < support->group_count; group++) {
    int order = wide_compare(utility_of_group(support, group, first),
                             utility_of_group(support, group, second));
    if (order > 0)
      preference.first += support->multiplicity[group];
    else if (order < 0)
      preference.second += support->multiplicity[group];
  }
  return preference;
}
