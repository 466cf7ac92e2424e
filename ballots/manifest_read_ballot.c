#include <inttypes.h>
#include <stdlib.h>

#include "ballots/manifest_read.h"

/* --- reading --- */

/* What may stand beside the kind. */
static const char *const member_names[] = {
    [BALLOT_APPROVAL] = "kind max? max_cost? min?",
    [BALLOT_POINTS] = "exact? kind max? max_per_project? min? min_points? points?",
    [BALLOT_RANKING] = "kind max? min?",
    [BALLOT_SCORES] = "default highest kind lowest",
    [BALLOT_SPLIT] = "kind",
    [BALLOT_ANSWER] = "kind",
};

static enum status read_limit(const struct node *ballot, const char *name, int64_t *limit,
                              struct fault *fault)
{
  const struct node node = node_member(ballot, name);
  return node_stands(&node) ? node_integer(&node, 0, MONEY_MAX, limit, fault) : STATUS_OK;
}

static enum status read_limits(const struct node *ballot, struct ballot_form *form,
                               struct fault *fault)
{
  const struct {
    const char *name;
    int64_t *limit;
  } limits[] = {
      {"max", &form->max},       {"max_cost", &form->max_cost},
      {"min", &form->min},       {"max_per_project", &form->max_per_project},
      {"points", &form->points}, {"min_points", &form->min_points},
  };
  enum status status = STATUS_OK;
  for (size_t i = 0; i < sizeof limits / sizeof *limits && status == STATUS_OK; i++)
    status = read_limit(ballot, limits[i].name, limits[i].limit, fault);
  return status;
}

static enum status read_scale(const struct node *ballot, struct ballot_form *form,
                              struct fault *fault)
{
  const struct {
    const char *name;
    int32_t *score;
  } scores[] = {
      {"default", &form->unscored},
      {"highest", &form->highest},
      {"lowest", &form->lowest},
  };
  for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
    const struct node node = node_member(ballot, scores[i].name);
    int64_t score;
    enum status status = node_integer(&node, -MARK_VALUE_MAX, MARK_VALUE_MAX, &score, fault);
    if (status != STATUS_OK)
      return status;
    *scores[i].score = (int32_t)score;
  }
  if (form->unscored > 0)
    return fault_set(
        fault, STATUS_REFUSED, "ballot.default", "0 or less",
        "no rule counts what ballots do not name, and it would have a score of %" PRId32,
        form->unscored);
  return STATUS_OK;
}

/* Left out when it does not hold, so that each form has one spelling. */
static enum status read_exact(const struct node *ballot, struct ballot_form *form,
                              struct fault *fault)
{
  const struct node node = node_member(ballot, "exact");
  if (!node_stands(&node))
    return STATUS_OK;
  if (!json_is_true(node.value))
    return node_refuse(&node, "is not true", "true, or no such member", fault);
  form->exact = true;
  return STATUS_OK;
}

enum status manifest_read_ballot(const struct node *node, struct arena *arena,
                                 struct manifest *manifest, struct fault *fault)
{
  (void)arena;
  const struct node name = node_member(node, "kind");
  if (!node_stands(&name))
    return node_object(node, "kind", fault);
  enum ballot_kind kind;
  if (!json_is_string(name.value) || !ballot_kind_of(span_of(json_string_value(name.value)), &kind))
    return node_refuse(&name, "is not a kind of ballot",
                       "one of approval, points, ranking, scores, split, answer", fault);

  struct ballot_form form = ballot_form_any(kind);
  enum status status = node_object(node, member_names[kind], fault);
  if (status == STATUS_OK)
    status = read_limits(node, &form, fault);
  if (status == STATUS_OK && kind == BALLOT_SCORES)
    status = read_scale(node, &form, fault);
  if (status == STATUS_OK)
    status = read_exact(node, &form, fault);
  manifest->election.ballot = form;
  return status;
}

/* --- whether any choice is left --- */

static enum status refuse_form(const char *where, const char *expected, const char *what,
                               int64_t value, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s %" PRId64, what, value);
}

static int compare_costs(const void *left, const void *right)
{
  const int64_t *a = left;
  const int64_t *b = right;
  return (*a > *b) - (*a < *b);
}

/* Whether the `least` cheapest projects together cost at most `max_cost`. */
static enum status check_cost(const struct election *election, size_t least, struct arena *arena,
                              struct fault *fault)
{
  int64_t *costs = ARENA_TAKE(arena, int64_t, election->project_count);
  if (costs == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < election->project_count; i++)
    costs[i] = election->projects[i].cost;
  qsort(costs, election->project_count, sizeof *costs, compare_costs);

  int64_t left = election->ballot.max_cost;
  for (size_t i = 0; i < least; i++) {
    if (costs[i] > left)
      return refuse_form("ballot.max_cost", "enough for the cheapest projects that must be named",
                         "no choice costs at most", election->ballot.max_cost, fault);
    left -= costs[i];
  }
  return STATUS_OK;
}

/* Whether `most` projects can take all the points that must be given, and `least` of them one each.
 */
static enum status check_points(const struct ballot_form *form, int64_t least, int64_t most,
                                struct fault *fault)
{
  int64_t each = form->max_per_project == LIMIT_NONE || form->max_per_project > MARK_VALUE_MAX
                     ? MARK_VALUE_MAX
                     : form->max_per_project;
  int64_t needed = form->exact ? form->points : form->min_points;
  if (each < 1)
    return refuse_form("ballot.max_per_project", "1 or more", "nothing can be given with", each,
                       fault);
  if (form->points != LIMIT_NONE && form->points < least)
    return refuse_form("ballot.points", "a point for each project that must be named",
                       "too few are", form->points, fault);
  if (needed > most * each)
    return refuse_form(form->exact ? "ballot.points" : "ballot.min_points",
                       "as many as the projects that may be named can take", "too many are", needed,
                       fault);
  return STATUS_OK;
}

enum status manifest_check_ballot(const struct election *election, struct arena *arena,
                                  struct fault *fault)
{
  const struct ballot_form *form = &election->ballot;
  const int64_t projects = (int64_t)election->project_count;
  const int64_t least = form->min > 1 ? form->min : 1;
  const int64_t most = form->max == LIMIT_NONE || form->max > projects ? projects : form->max;

  if (form->max == 0)
    return refuse_form("ballot.max", "1 or more", "no project can be named with", form->max, fault);
  if (least > projects)
    return refuse_form("ballot.min", "at most the number of projects", "too many are", least,
                       fault);
  if (form->max_cost != LIMIT_NONE)
    return check_cost(election, (size_t)least, arena, fault);
  if (form->kind == BALLOT_POINTS)
    return check_points(form, least, most, fault);
  if (form->kind == BALLOT_SCORES && form->lowest == form->highest &&
      form->unscored == form->lowest)
    return refuse_form("ballot.default", "a score that can be told from the others",
                       "every project has the score", form->unscored, fault);
  return STATUS_OK;
}
