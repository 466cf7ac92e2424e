/* Every set of projects that fits, in the order in which the tie list puts them: with a project
 * before without it, the first project of the list deciding first. */
#include "tests/oracle/welfare.h"

struct tour {
  const struct oracle_count *count;
  size_t things;
  uint32_t project[ORACLE_WELFARE_PROJECTS]; /* in the order of the tie list */
  mpz_t utility[ORACLE_WELFARE_PROJECTS];
  mpz_t total, best;
  uint32_t set, first, last; /* bit i: project number i */
  bool found;
};

static int64_t cost_of(const struct tour *tour, uint32_t project)
{
  return tour->count->election->projects[project].cost;
}

static void judge(struct tour *tour)
{
  int order = tour->found ? mpz_cmp(tour->total, tour->best) : 1;
  if (order > 0) {
    mpz_set(tour->best, tour->total);
    tour->first = tour->set;
  }
  if (order >= 0)
    tour->last = tour->set;
  tour->found = true;
}

static void visit(struct tour *tour, size_t thing, int64_t left)
{
  if (thing == tour->things) {
    judge(tour);
    return;
  }
  int64_t cost = cost_of(tour, tour->project[thing]);
  if (cost <= left) {
    mpz_add(tour->total, tour->total, tour->utility[thing]);
    tour->set |= UINT32_C(1) << thing;
    visit(tour, thing + 1, left - cost);
    tour->set &= ~(UINT32_C(1) << thing);
    mpz_sub(tour->total, tour->total, tour->utility[thing]);
  }
  visit(tour, thing + 1, left);
}

static void utility_of(const struct oracle_count *count, uint32_t project, mpz_t utility)
{
  mpq_t weight, scale;
  mpq_inits(weight, scale, (mpq_ptr)NULL);
  oracle_set(weight, count->facts->weight[project]);
  oracle_set(scale, count->facts->scale[project]);
  mpz_mul(utility, mpq_numref(weight), mpq_numref(scale));
  mpq_clears(weight, scale, (mpq_ptr)NULL);
}

/* The supported projects that cost something and fit alone, or cost nothing, in the order of the tie
 * list; returns how many. */
static size_t list_supported(const struct oracle_count *count, bool at_no_cost, uint32_t *list,
                             size_t room)
{
  size_t listed = 0;
  for (uint32_t place = 0; place < count->facts->project_count; place++) {
    for (uint32_t project = 0; project < count->facts->project_count; project++) {
      int64_t cost = count->election->projects[project].cost;
      if (count->facts->order[project] != place || count->facts->votes[project] == 0 ||
          (cost == 0) != at_no_cost || cost > count->election->budget)
        continue;
      if (listed == room)
        oracle_fail("too many projects to look at every set");
      list[listed++] = project;
    }
  }
  return listed;
}

static void buy(const struct oracle_count *count, struct oracle_result *result,
                struct oracle_purchase *purchase, uint32_t project)
{
  mpq_t utility;
  mpq_init(utility);
  utility_of(count, project, mpq_numref(utility));
  purchase->utility = oracle_whole(mpq_numref(utility), count->arena);
  mpq_clear(utility);
  oracle_select(count->election, result, project);
  result->purchase_count++;
}

static uint32_t first_of(const struct tour *tour, uint32_t set)
{
  for (size_t i = 0; i < tour->things; i++)
    if ((set >> i & 1) != 0)
      return tour->project[i];
  oracle_fail("there is nothing in a set");
}

void oracle_max_welfare(const struct oracle_count *count, struct oracle_result *result)
{
  size_t projects = count->facts->project_count;
  struct oracle_purchase *purchases = ORACLE_TAKE(count->arena, struct oracle_purchase, projects);
  uint32_t *gifts = ORACLE_TAKE(count->arena, uint32_t, projects);
  struct tour tour = {.count = count};
  result->stage = "max-welfare";
  result->purchases = purchases;
  tour.things = list_supported(count, false, tour.project, ORACLE_WELFARE_PROJECTS);
  mpz_inits(tour.total, tour.best, (mpz_ptr)NULL);
  for (size_t i = 0; i < tour.things; i++) {
    mpz_init(tour.utility[i]);
    utility_of(count, tour.project[i], tour.utility[i]);
  }
  visit(&tour, 0, count->election->budget);

  size_t gift_count = list_supported(count, true, gifts, projects);
  for (size_t i = 0; i < gift_count; i++)
    buy(count, result, &purchases[i], gifts[i]);
  for (size_t i = 0; i < tour.things; i++) {
    struct oracle_purchase *purchase = &purchases[result->purchase_count];
    if ((tour.first >> i & 1) == 0)
      continue;
    if (tour.first != tour.last && tour.project[i] == first_of(&tour, tour.first & ~tour.last)) {
      uint32_t *pair = ORACLE_TAKE(count->arena, uint32_t, 2);
      pair[0] = tour.project[i];
      pair[1] = first_of(&tour, tour.last & ~tour.first);
      purchase->tied = pair;
      purchase->tied_count = 2;
    }
    buy(count, result, purchase, tour.project[i]);
  }
  for (size_t i = 0; i < tour.things; i++)
    mpz_clear(tour.utility[i]);
  mpz_clears(tour.total, tour.best, (mpz_ptr)NULL);
}
