/* For every set of projects that have support: its cost divided by the voters who support one of it.
 * The largest load of a set W is the greatest of these among the sets within W. */
#include "tests/oracle/maximin.h"

struct state {
  const struct oracle_count *count;
  size_t projects;
  mpq_t *load;     /* [2^projects] greatest among the sets within; of the empty one 0 */
  uint32_t funded; /* bit i: project i */
};

/* The projects that a ballot supports. */
static uint32_t wants(const struct oracle_count *count, const struct choice *choice)
{
  struct oracle_reading reading =
      oracle_reading_of(count->election, count->ballots, count->settings->utility);
  uint32_t set = 0;
  for (size_t mark = 0; mark < choice->count; mark++)
    if (oracle_weight(&reading, choice, mark) > 0)
      set |= UINT32_C(1) << choice->marks[mark].project;
  return set;
}

static void weigh_all(struct state *state, const uint32_t *wanted)
{
  const struct oracle_ballots *ballots = state->count->ballots;
  mpq_t voters;
  mpq_init(voters);
  for (uint32_t set = 1; set < UINT32_C(1) << state->projects; set++) {
    int64_t cost = 0, supporters = 0;
    for (size_t i = 0; i < ballots->count; i++)
      if ((wanted[i] & set) != 0)
        supporters += ballots->times != NULL ? ballots->times[i] : 1;
    for (size_t i = 0; i < state->projects; i++)
      if ((set >> i & 1) != 0)
        cost += state->count->election->projects[i].cost;
    if (supporters > 0) {
      oracle_set(state->load[set], cost);
      oracle_set(voters, supporters);
      mpq_div(state->load[set], state->load[set], voters);
    }
    for (size_t i = 0; i < state->projects; i++) {
      uint32_t less = set & ~(UINT32_C(1) << i);
      if (mpq_cmp(state->load[less], state->load[set]) > 0)
        mpq_set(state->load[set], state->load[less]);
    }
  }
  mpq_clear(voters);
}

static mpq_srcptr load_with(const struct state *state, uint32_t project)
{
  return state->load[state->funded | UINT32_C(1) << project];
}

/* All those of the least load that fit, in the order of the tie list. */
static size_t find_tied(const struct state *state, int64_t left, uint32_t *tied)
{
  const struct oracle_facts *facts = state->count->facts;
  size_t count = 0;
  for (uint32_t place = 0; place < state->projects; place++) {
    for (uint32_t project = 0; project < state->projects; project++) {
      if (facts->order[project] != place || facts->votes[project] == 0 ||
          (state->funded >> project & 1) != 0 ||
          state->count->election->projects[project].cost > left)
        continue;
      int order = count == 0 ? -1 : mpq_cmp(load_with(state, project), load_with(state, tied[0]));
      if (order < 0)
        count = 0;
      if (order <= 0)
        tied[count++] = project;
    }
  }
  return count;
}

void oracle_maximin(const struct oracle_count *count, struct oracle_result *result)
{
  size_t projects = count->facts->project_count;
  if (projects > ORACLE_MAXIMIN_PROJECTS)
    oracle_fail("too many projects to look at every set");
  size_t sets = (size_t)1 << projects;
  struct state state = {.count = count, .projects = projects, .load = oracle_numbers(sets)};
  struct oracle_purchase *purchases = ORACLE_TAKE(count->arena, struct oracle_purchase, projects);
  uint32_t *wanted = ORACLE_TAKE(count->arena, uint32_t, count->ballots->count);
  for (size_t i = 0; i < count->ballots->count; i++)
    wanted[i] = wants(count, &count->ballots->choices[i]);
  weigh_all(&state, wanted);
  result->stage = "maximin-support";
  result->purchases = purchases;
  for (;;) {
    uint32_t *tied = ORACLE_TAKE(count->arena, uint32_t, projects);
    size_t tied_count = find_tied(&state, count->election->budget - result->spent, tied);
    if (tied_count == 0)
      break;
    state.funded |= UINT32_C(1) << tied[0];
    purchases[result->purchase_count++] =
        (struct oracle_purchase){.load = oracle_text(state.load[state.funded], count->arena),
                                 .tied_count = tied_count,
                                 .tied = tied};
    oracle_select(count->election, result, tied[0]);
  }
  oracle_numbers_free(state.load, sets);
}
