/* pabulib_same.h - whether two .pb files say the same, for tests that write and read back. */
#ifndef TESTS_UNIT_PABULIB_SAME_H
#define TESTS_UNIT_PABULIB_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "engine/pabulib.h"

/* Keys of META that are written from the election. */
static inline bool pabulib_is_decided(struct span key)
{
  static const char *const decided[] = {
      "description",    "num_projects", "num_votes",  "budget",        "vote_type",
      "currency",       "min_length",   "max_length", "max_sum_cost",  "min_sum_points",
      "max_sum_points", "max_points",   "min_points", "default_score",
  };
  for (size_t i = 0; i < sizeof(decided) / sizeof(decided[0]); i++)
    if (span_equal(key, span_of(decided[i])))
      return true;
  return false;
}

static inline bool pabulib_same_form(const struct ballot_form *a, const struct ballot_form *b)
{
  return a->kind == b->kind && a->min == b->min && a->max == b->max && a->max_cost == b->max_cost &&
         a->points == b->points && a->min_points == b->min_points &&
         a->max_per_project == b->max_per_project && a->exact == b->exact &&
         a->lowest == b->lowest && a->highest == b->highest && a->unscored == b->unscored;
}

static inline bool pabulib_same_projects(const struct election *a, const struct election *b)
{
  if (a->project_count != b->project_count)
    return false;
  for (size_t i = 0; i < a->project_count; i++) {
    const struct project *one = &a->projects[i];
    const struct project *two = &b->projects[i];
    if (one->cost != two->cost || !span_equal(one->id, two->id) ||
        !span_equal(one->title, two->title) || !span_equal(one->category, two->category))
      return false;
  }
  return true;
}

static inline bool pabulib_same_profile(const struct profile *a, const struct profile *b)
{
  if (a->kind != b->kind || a->project_count != b->project_count || a->voters != b->voters ||
      a->blank != b->blank || a->distinct != b->distinct || a->group_count != b->group_count ||
      (a->value == NULL) != (b->value == NULL))
    return false;
  const size_t groups = a->group_count;
  if (memcmp(a->multiplicity, b->multiplicity, groups * sizeof(*a->multiplicity)) != 0 ||
      memcmp(a->start, b->start, (groups + 1) * sizeof(*a->start)) != 0)
    return false;
  const size_t marks = a->start[groups];
  return memcmp(a->project, b->project, marks * sizeof(*a->project)) == 0 &&
         (a->value == NULL || memcmp(a->value, b->value, marks * sizeof(*a->value)) == 0);
}

/* Steps over the keys that are decided. */
static inline size_t pabulib_next_kept(const struct pabulib *of, size_t at)
{
  while (at < of->meta_count && pabulib_is_decided(of->meta[at].key))
    at++;
  return at;
}

static inline bool pabulib_same_meta(const struct pabulib *a, const struct pabulib *b)
{
  size_t i = pabulib_next_kept(a, 0);
  size_t j = pabulib_next_kept(b, 0);
  while (i < a->meta_count && j < b->meta_count) {
    if (!span_equal(a->meta[i].key, b->meta[j].key) ||
        !span_equal(a->meta[i].value, b->meta[j].value))
      return false;
    i = pabulib_next_kept(a, i + 1);
    j = pabulib_next_kept(b, j + 1);
  }
  return i >= a->meta_count && j >= b->meta_count;
}

static inline bool pabulib_same_selected(const struct pabulib *a, const struct pabulib *b)
{
  if (a->selected == NULL || b->selected == NULL)
    return a->selected == b->selected;
  return memcmp(a->selected, b->selected, a->election.project_count) == 0;
}

/* What differs, or NULL. */
static inline const char *pabulib_difference(const struct pabulib *a, const struct pabulib *b)
{
  if (!span_equal(a->election.title, b->election.title))
    return "the title";
  if (!span_equal(a->election.currency, b->election.currency))
    return "the currency";
  if (a->election.minor_unit != b->election.minor_unit)
    return "the minor unit";
  if (a->election.budget != b->election.budget)
    return "the budget";
  if (!pabulib_same_form(&a->election.ballot, &b->election.ballot))
    return "the ballot form";
  if (!pabulib_same_projects(&a->election, &b->election))
    return "the projects";
  if (!pabulib_same_profile(&a->profile, &b->profile))
    return "the profile";
  if (!pabulib_same_selected(a, b))
    return "which projects are selected";
  return pabulib_same_meta(a, b) ? NULL : "META";
}

#endif
