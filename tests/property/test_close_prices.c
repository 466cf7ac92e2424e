/* Elections in which doubles cannot tell: prices that differ by one part in 2^60 or less, money that
 * is exactly what is asked or one unit from it, at an endowment that no double is. The engine must
 * find what programs with rationals only find. */
#include <inttypes.h>
#include <stdio.h>

#include "engine/rules/shares/pair.h"
#include "engine/rules/shares/run.h"
#include "tests/property/trial.h"
#include "tests/unit/ballot_box.h"

enum {
  PROJECTS_MAX = 8,
  GROUPS_MAX = 800,
  BRUTE_VOTERS = 300, /* the brute program goes voter by voter */
  STEPS = 150         /* of add1, about */
};

/* An election as numbers. */
struct draft {
  struct trial *trial;
  size_t projects, groups;
  int64_t budget;
  int64_t cost[PROJECTS_MAX];
  uint32_t times[GROUPS_MAX];
  int32_t weight[GROUPS_MAX][PROJECTS_MAX]; /* 0: no support */
  bool group_equal;
  const char *settings;
};

static uint64_t below(struct draft *draft, uint64_t bound)
{
  return random_below(&draft->trial->source, bound);
}

static uint64_t voters_of(const struct draft *draft)
{
  uint64_t voters = 0;
  for (size_t group = 0; group < draft->groups; group++)
    voters += draft->times[group];
  return voters;
}

/* --- both counts --- */

static void print_draft(const struct draft *draft)
{
  print_error("BEFFROI_SEED=%" PRIu64 " BEFFROI_ROUNDS=1: %s\nbudget %" PRId64 ", costs",
              draft->trial->seed, draft->settings, draft->budget);
  for (size_t i = 0; i < draft->projects; i++)
    print_error(" %" PRId64, draft->cost[i]);
  print_error("\n");
  for (size_t group = 0; group < draft->groups && group < 40; group++) {
    print_error("  %" PRIu32 " times", draft->times[group]);
    for (size_t i = 0; i < draft->projects; i++)
      print_error(" %" PRId32, draft->weight[group][i]);
    print_error("\n");
  }
}

#define HOLD(draft, condition)                                                                     \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      print_draft(draft);                                                                          \
      fail_msg("%s", #condition);                                                                  \
    }                                                                                              \
  } while (0)

static void open_draft(const struct draft *draft, struct ballot_box *box)
{
  const struct ballot_form form = ballot_form_any(BALLOT_POINTS);
  char *text = arena_take(&draft->trial->arena, PROJECTS_MAX, 32);
  size_t length = 0;
  assert_non_null(text);
  for (size_t i = 0; i < draft->projects; i++)
    length += (size_t)snprintf(text + length, 32 * PROJECTS_MAX - length, "%sp%zu=%" PRId64,
                               i > 0 ? " " : "", i, draft->cost[i]);
  box_open_with(box, &form, draft->budget, text, draft->group_equal);
  for (size_t group = 0; group < draft->groups; group++) {
    struct mark marks[PROJECTS_MAX];
    struct choice choice = {.marks = marks};
    for (uint32_t i = 0; i < draft->projects; i++) {
      if (draft->weight[group][i] > 0)
        marks[choice.count++] = (struct mark){i, draft->weight[group][i]};
    }
    assert_int_equal(profile_add(&box->builder, &choice, draft->times[group], &box->fault),
                     STATUS_OK);
  }
}

static void same_count(const struct draft *draft, const struct outcome *outcome,
                       const struct oracle_result *result)
{
  HOLD(draft, outcome->selected_count == result->selected_count);
  HOLD(draft, outcome->spent == result->spent);
  for (size_t i = 0; i < result->round_count; i++) {
    const struct round *round = &outcome->rounds[i];
    HOLD(draft, outcome->selected[i] == result->selected[i]);
    HOLD(draft, span_equal(round->rho, span_of(result->rounds[i].rho)));
    HOLD(draft, round->paid_full == result->rounds[i].paid_full);
    HOLD(draft, round->paid_all == result->rounds[i].paid_all);
  }
  if (result->stopped != NULL) {
    HOLD(draft, outcome->completions[0].steps == result->steps);
    HOLD(draft, span_equal(outcome->completions[0].endowment, span_of(result->endowment)));
  }
}

/* The brute program also knows each tie and all sums of money. */
static void same_as_brute(const struct draft *draft, const struct outcome *outcome,
                          const struct oracle_result *result)
{
  size_t ties = 0;
  same_count(draft, outcome, result);
  for (size_t round = 0; round < result->round_count; round++) {
    if (result->tied_count[round] < 2)
      continue;
    HOLD(draft, ties < outcome->tie_count);
    const struct tie *tie = &outcome->ties[ties++];
    HOLD(draft, tie->round == round && tie->count == result->tied_count[round]);
    HOLD(draft, memcmp(tie->projects, result->tied[round], tie->count * sizeof(uint32_t)) == 0);
  }
  HOLD(draft, ties == outcome->tie_count);
  for (size_t i = 0; i < draft->projects; i++)
    HOLD(draft, outcome->projects[i].supporters_left == result->left[i]);
}

static void count_both(const struct draft *draft)
{
  struct arena *arena = &draft->trial->arena;
  struct ballot_box box;
  struct oracle_ballots ballots;
  struct oracle_settings settings;
  struct oracle_result result;
  open_draft(draft, &box);
  box_count(&box, "equal-shares", draft->settings);
  oracle_ballots_of(&box.profile, arena, &ballots);
  oracle_settings_read(ORACLE_EQUAL_SHARES, draft->settings, &box.election, arena, &settings);
  oracle_straightforward(&box.election, &ballots, &settings, arena, &result);
  same_count(draft, &box.outcome, &result);
  if (voters_of(draft) <= BRUTE_VOTERS) {
    oracle_brute(&box.election, &ballots, &settings, arena, &result);
    same_as_brute(draft, &box.outcome, &result);
  }
  box_close(&box);
}

static struct draft *begin(struct trial *trial)
{
  struct draft *draft = arena_take(&trial->arena, 1, sizeof *draft);
  assert_non_null(draft);
  draft->trial = trial;
  draft->group_equal = true;
  return draft;
}

/* --- prices next to each other --- */

static uint64_t weight_of(const struct draft *draft, size_t project)
{
  uint64_t sum = 0;
  for (size_t group = 0; group < draft->groups; group++)
    sum += (uint64_t)draft->times[group] * (uint64_t)draft->weight[group][project];
  return sum;
}

static int64_t get(mpz_srcptr value)
{
  uint64_t got = 0;
  assert_true(mpz_sgn(value) >= 0 && mpz_sizeinbase(value, 2) <= 62);
  mpz_export(&got, NULL, 1, sizeof got, 0, 0, value);
  return (int64_t)got;
}

static void set(mpz_ptr to, uint64_t value)
{
  mpz_import(to, 1, 1, sizeof value, 0, 0, &value);
}

/* Costs of `a` and the project after it such that cost/weight are equal, or differ by as little as
 * two fractions of such denominators can: 1 / (product of the denominators). */
static void set_costs(struct draft *draft, size_t a, bool equal)
{
  const uint64_t largest = UINT64_C(1) << 52;
  uint64_t weight_a = weight_of(draft, a), weight_b = weight_of(draft, a + 1);
  mpz_t x, y, common, cost_a, cost_b;
  mpz_inits(x, y, common, cost_a, cost_b, NULL);
  set(x, weight_a);
  set(y, weight_b);
  mpz_gcd(common, x, y);
  mpz_divexact(x, x, common);
  mpz_divexact(y, y, common);
  uint64_t wider = mpz_cmp(x, y) > 0 ? (uint64_t)get(x) : (uint64_t)get(y);
  if (!equal && mpz_cmp_ui(x, 1) > 0) {
    mpz_invert(cost_a, y, x); /* cost_a · y = 1 + cost_b · x */
    mpz_mul(cost_b, cost_a, y);
    mpz_sub_ui(cost_b, cost_b, 1);
    mpz_divexact(cost_b, cost_b, x);
  }
  set(common, 1 + below(draft, largest / wider + 1));
  mpz_addmul(cost_a, common, x);
  mpz_addmul(cost_b, common, y);
  draft->cost[a] = get(cost_a);
  draft->cost[a + 1] = get(cost_b);
  mpz_clears(x, y, common, cost_a, cost_b, NULL);
}

/* About as much for each voter as one of them would pay in full for a project. */
static int64_t tight_budget(struct draft *draft)
{
  size_t project = below(draft, draft->projects), group = below(draft, draft->groups);
  mpz_t budget, factor;
  mpz_inits(budget, factor, NULL);
  set(budget, (uint64_t)draft->cost[project]);
  set(factor, voters_of(draft));
  mpz_mul(budget, budget, factor);
  mpz_mul_ui(budget, budget, (unsigned long)draft->weight[group][project] + 1);
  set(factor, weight_of(draft, project));
  mpz_tdiv_q(budget, budget, factor);
  set(factor, MONEY_MAX);
  int64_t made = mpz_cmp(budget, factor) < 0 ? get(budget) : MONEY_MAX;
  mpz_clears(budget, factor, NULL);
  return made;
}

static void neighbouring_prices_are_told_apart(struct trial *trial)
{
  struct draft *draft = begin(trial);
  uint64_t times = UINT64_C(1) << below(draft, 18), points = UINT64_C(1) << below(draft, 30);
  draft->projects = 2 + 2 * below(draft, PROJECTS_MAX / 2);
  draft->groups = 1 + below(draft, 12);
  for (size_t group = 0; group < draft->groups; group++) {
    draft->times[group] = (uint32_t)(1 + below(draft, times));
    for (size_t i = 0; i < draft->projects; i++)
      draft->weight[group][i] = below(draft, 3) > 0 ? (int32_t)(1 + below(draft, points)) : 0;
  }
  for (size_t i = 0; i < draft->projects; i++)
    draft->weight[0][i] = (int32_t)(1 + below(draft, points)); /* nothing is without support */
  for (size_t a = 0; a < draft->projects; a += 2)
    set_costs(draft, a, below(draft, 4) == 0);
  draft->budget = below(draft, 2) > 0 ? MONEY_MAX : tight_budget(draft);
  draft->settings = below(draft, 2) > 0 ? "tie_break=id" : "tie_break=cost-desc,id";
  count_both(draft);
}

/* --- money that is exactly what is asked --- */

/* Money of each voter in a group, in parts of a minor unit. */
struct world {
  uint64_t parts;
  uint64_t money[GROUPS_MAX];
};

static uint64_t least_of(uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

/* A price that a supporter can just pay, or any. */
static uint64_t draw_price(struct draft *draft, const struct world *world, size_t project)
{
  size_t group = below(draft, draft->groups);
  uint64_t weight = (uint64_t)draft->weight[group][project];
  if (weight == 0 || world->money[group] == 0)
    return 1 + below(draft, 20);
  return world->money[group] / weight - (below(draft, 4) == 0 ? 1 : 0);
}

/* The cost at which supporters pay `price` or all they have: which they then do, as the generator
 * believes. */
static void ask_exactly(struct draft *draft, struct world *world, size_t project)
{
  uint64_t price = draw_price(draft, world, project), cost = 0;
  for (size_t group = 0; group < draft->groups; group++) {
    uint64_t full = price * (uint64_t)draft->weight[group][project];
    uint64_t paid = least_of(world->money[group], full);
    cost += paid * (draft->times[group] / world->parts);
    world->money[group] -= paid;
  }
  if (below(draft, 4) == 0)
    cost = cost + below(draft, 3) - (cost > 0);
  draft->cost[project] = (int64_t)least_of(cost > 0 ? cost : 1, MONEY_MAX);
}

/* Voters come in multiples of `parts`, so that what they pay together is whole. */
static void draw_voters(struct draft *draft, uint64_t parts, uint64_t most)
{
  int32_t points = below(draft, 2) > 0 ? 1 : (int32_t)(1 + below(draft, 4));
  for (size_t group = 0; group < draft->groups; group++) {
    draft->times[group] = (uint32_t)(parts * (1 + below(draft, most)));
    for (size_t i = 0; i < draft->projects; i++)
      draft->weight[group][i] =
          below(draft, 2) > 0 ? 1 + (int32_t)below(draft, (uint64_t)points) : 0;
  }
}

/* Sets costs for an endowment of `endowment` parts. */
static void draw_costs(struct draft *draft, struct world *world, uint64_t endowment)
{
  for (size_t group = 0; group < draft->groups; group++)
    world->money[group] = endowment;
  for (size_t i = 0; i < draft->projects; i++) {
    if (i > 0 && below(draft, 5) == 0)
      draft->cost[i] = draft->cost[i - 1];
    else
      ask_exactly(draft, world, i);
  }
}

static struct world *make_world(struct draft *draft)
{
  static const uint64_t parts[] = {1, 3, 7, 10, 49, 1021, 65537};
  struct world *world = arena_take(&draft->trial->arena, 1, sizeof *world);
  assert_non_null(world);
  world->parts = parts[below(draft, sizeof parts / sizeof parts[0])];
  draft->projects = 1 + below(draft, PROJECTS_MAX);
  draft->groups = 1 + below(draft, 8);
  return world;
}

static void money_that_is_just_enough_is_enough(struct trial *trial)
{
  static const char *const settings[] = {"", "tie_break=cost,id", "utility=cost",
                                         "utility=cardinality tie_break=cost-desc,id"};
  struct draft *draft = begin(trial);
  struct world *world = make_world(draft);
  draw_voters(draft, world->parts, UINT64_C(1) << below(draft, 8));
  uint64_t shares = voters_of(draft) / world->parts;
  uint64_t largest = least_of(MONEY_MAX / shares, UINT64_C(1) << (2 + below(draft, 52)));
  uint64_t endowment = 1 + below(draft, largest);
  draft->budget = (int64_t)(shares * endowment);
  draw_costs(draft, world, endowment);
  draft->settings = settings[below(draft, sizeof settings / sizeof settings[0])];
  count_both(draft);
}

/* Each ballot a group of its own, with the same money as all the others. */
static void thousands_of_equal_voters_are_alike(struct trial *trial)
{
  struct draft *draft = begin(trial);
  struct world *world = make_world(draft);
  world->parts = 3; /* and each of so many ballots is a group */
  draft->groups = GROUPS_MAX;
  draft->projects = 4;
  draft->group_equal = false;
  draw_voters(draft, world->parts, 2);
  uint64_t shares = voters_of(draft) / world->parts;
  uint64_t endowment = 1 + below(draft, MONEY_MAX / shares);
  draft->budget = (int64_t)(shares * endowment);
  draw_costs(draft, world, endowment);
  draft->settings = "";
  count_both(draft);
}

/* Money is just enough at the endowment of some raise; before it, strides are taken. */
static void raises_find_the_step_at_which_money_is_enough(struct trial *trial)
{
  static const char *const ways[] = {"completion=add1 start=exact", "completion=add1",
                                     "completion=add1-exhaustive", "completion=add1-exact",
                                     "completion=add1-exact utility=cost"};
  struct draft *draft = begin(trial);
  struct world *world = make_world(draft);
  draw_voters(draft, world->parts, 3);
  uint64_t shares = voters_of(draft) / world->parts;
  uint64_t unit = 1 + below(draft, 9), steps = below(draft, STEPS);
  uint64_t start = below(draft, world->parts * unit * STEPS);
  draw_costs(draft, world, start + steps * unit * world->parts);
  draft->budget = (int64_t)(shares * start);
  int64_t dearest = 0;
  for (size_t i = 0; i < draft->projects; i++)
    dearest = draft->cost[i] > dearest ? draft->cost[i] : dearest;
  while ((uint64_t)dearest / unit > 20 * STEPS)
    unit *= 2;
  draft->settings =
      trial_text(trial, "%s unit=%" PRIu64, ways[below(draft, sizeof ways / sizeof ways[0])], unit);
  count_both(draft);
}

/* --- what two runs say of all between them --- */

static void run_once(const struct draft *draft, struct shares *shares, uint64_t endowment,
                     uint64_t parts)
{
  struct fault fault;
  enum run_end end;
  const struct endowment exact = {.numerator = {.low = endowment}, .denominator = parts};
  HOLD(draft, shares_run(shares, &exact, NULL, &end, &fault) == STATUS_OK);
}

static bool pair_says_same(const struct draft *draft, struct pair *pair, uint64_t low,
                           uint64_t high, uint64_t parts)
{
  struct fault fault;
  bool same;
  const struct endowment first = {.numerator = {.low = low}, .denominator = parts};
  const struct endowment last = {.numerator = {.low = high}, .denominator = parts};
  HOLD(draft, pair_compare(pair, &first, &last, &same, &fault) == STATUS_OK);
  return same;
}

static size_t strides, strides_that_held;

/* Where the pair says that nothing changes, nothing may. */
static void hold_between(const struct draft *draft, struct shares *shares, struct pair *pair,
                         uint64_t low, uint64_t high, uint64_t parts)
{
  uint32_t bought[PROJECTS_MAX];
  strides++;
  if (!pair_says_same(draft, pair, low, high, parts))
    return;
  strides_that_held++;
  run_once(draft, shares, low, parts);
  const size_t count = shares->round_count;
  memcpy(bought, shares->bought, count * sizeof *bought);
  for (uint64_t between = low + 1; between <= high; between++) {
    run_once(draft, shares, between, parts);
    HOLD(draft, shares->round_count == count);
    HOLD(draft, memcmp(bought, shares->bought, count * sizeof *bought) == 0);
  }
}

/* Around the endowment at which money was made just enough, which is tried as either end. */
static void hold_around(const struct draft *draft, struct shares *shares, struct pair *pair,
                        uint64_t endowment, uint64_t parts)
{
  for (uint64_t length = 2; length <= 32 && length < endowment; length *= 2) {
    hold_between(draft, shares, pair, endowment - length, endowment, parts);
    hold_between(draft, shares, pair, endowment, endowment + length, parts);
    hold_between(draft, shares, pair, endowment - 1, endowment + length - 1, parts);
  }
}

/* Nobody runs out of budget here: a run goes on as long as anyone can pay. */
static void nothing_changes_between_runs_that_agree(struct trial *trial)
{
  struct draft *draft = begin(trial);
  struct world *world = make_world(draft);
  struct ballot_box box;
  struct counting counting;
  struct shares shares;
  struct pair pair;
  draw_voters(draft, world->parts, 3);
  uint64_t endowment = 1 + below(draft, UINT64_C(1) << (3 + below(draft, 10)));
  draw_costs(draft, world, endowment);
  draft->budget = MONEY_MAX;
  draft->settings = below(draft, 3) == 0 ? "utility=cost" : "";
  open_draft(draft, &box);
  HOLD(draft, box_settle(&box, "equal-shares", draft->settings) == STATUS_OK);
  box.profile = profile_end(&box.builder);
  const struct tally tally = {
      .election = &box.election, .profile = &box.profile, .settings = &box.settings};
  HOLD(draft, counting_begin(&counting, &tally, &box.arena, &box.fault) == STATUS_OK);
  HOLD(draft, shares_begin(&shares, &counting, &box.fault) == STATUS_OK);
  HOLD(draft, pair_begin(&pair, &counting, &box.fault) == STATUS_OK);
  hold_around(draft, &shares, &pair, endowment, world->parts);
  hold_around(draft, &shares, &pair, 1 + below(draft, 3 * endowment), world->parts);
  box_close(&box);
}

static void test_neighbouring_prices(void **state)
{
  (void)state;
  trial_run(neighbouring_prices_are_told_apart, 300);
}

static void test_just_enough(void **state)
{
  (void)state;
  trial_run(money_that_is_just_enough_is_enough, 700);
}

static void test_thousands(void **state)
{
  (void)state;
  trial_run(thousands_of_equal_voters_are_alike, 4);
}

static void test_raises(void **state)
{
  (void)state;
  trial_run(raises_find_the_step_at_which_money_is_enough, 100);
}

static void test_between(void **state)
{
  (void)state;
  trial_run(nothing_changes_between_runs_that_agree, 2000);
  assert_true(strides < 1000 || strides_that_held > strides / 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_neighbouring_prices),
      cmocka_unit_test(test_just_enough),
      cmocka_unit_test(test_thousands),
      cmocka_unit_test(test_raises),
      cmocka_unit_test(test_between),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
