#include "tests/property/trial.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/oracle/counting.h"
#include "tests/oracle/facts.h"

enum {
  STEPS_MAX = 200, /* of add1: each costs the brute oracle a run */
  TEXT_MAX = 512,
  ROUNDS_IN_SLOW_TESTS = 10, /* times as many as usual */
  LONGER = 20,               /* at most, to see what is rare */
};

/* --- trials --- */

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
  const char *text = getenv(variable);
  return text != NULL && *text != '\0' ? strtoull(text, NULL, 0) : otherwise;
}

static uint64_t fresh_seed(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return ((uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec) % UINT64_C(1000000000000);
}

static void trial_begin(struct trial *trial, uint64_t seed)
{
  *trial = (struct trial){.seed = seed, .source = {.state = seed}};
  random_election_small(&trial->source, &trial->arena, &trial->made);
  trial->ballots = random_election_ballots(&trial->made);
  size_t projects = trial->made.election.project_count;
  uint32_t *lots = ORACLE_TAKE(&trial->arena, uint32_t, projects);
  for (uint32_t i = 0; i < projects; i++) {
    uint64_t place = random_below(&trial->source, i + 1);
    lots[i] = lots[place];
    lots[place] = i;
  }
  trial->draw = lots;
}

static void try_one(trial_law *law, uint64_t seed)
{
  struct trial trial;
  trial_begin(&trial, seed);
  law(&trial);
  arena_free(&trial.arena);
}

static bool all_will_do(void)
{
  return true;
}

void trial_run(trial_law *law, unsigned rounds)
{
  (void)trial_run_until(law, rounds, all_will_do);
}

bool trial_run_until(trial_law *law, unsigned rounds, bool (*enough)(void))
{
  uint64_t seed = number_from("BEFFROI_SEED", fresh_seed());
  uint64_t all = getenv("BEFFROI_ALL") != NULL ? ROUNDS_IN_SLOW_TESTS : 1;
  uint64_t count = number_from("BEFFROI_ROUNDS", rounds * all), tried = 0;
  print_message("# %" PRIu64 " elections, BEFFROI_SEED=%" PRIu64 "\n", count, seed);
  while (tried < count)
    try_one(law, seed + tried++);
  if (getenv("BEFFROI_ROUNDS") != NULL)
    return true;
  while (!enough() && tried < count * LONGER)
    try_one(law, seed + tried++);
  if (tried > count)
    print_message("# and %" PRIu64 " more\n", tried - count);
  return enough();
}

static void print_election(const struct random_election *made)
{
  const struct election *election = &made->election;
  print_error("budget %" PRId64 ", minor unit %u, %s ballots\n", election->budget,
              election->minor_unit, ballot_kind_name(election->ballot.kind));
  for (size_t i = 0; i < election->project_count; i++)
    print_error("  project %zu '%.*s' costs %" PRId64 " [%.*s]\n", i,
                SPAN_PRINT(election->projects[i].id), election->projects[i].cost,
                SPAN_PRINT(election->projects[i].category));
  for (size_t i = 0; i < made->ballot_count; i++) {
    print_error("  ballot %zu:", i);
    for (size_t mark = 0; mark < made->ballots[i].count; mark++)
      print_error(" %" PRIu32 "=%" PRId32, made->ballots[i].marks[mark].project,
                  made->ballots[i].marks[mark].value);
    print_error("\n");
  }
}

void trial_fail(struct trial *trial, const char *format, ...)
{
  char what[TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  print_error("BEFFROI_SEED=%" PRIu64 " BEFFROI_ROUNDS=1\n%s %s\n", trial->seed,
              counting_rule_name(trial->rule), trial->settings);
  print_election(&trial->made);
  arena_free(&trial->arena);
  fail_msg("%s", what);
}

const char *trial_text(struct trial *trial, const char *format, ...)
{
  char *text = ORACLE_TAKE(&trial->arena, char, TEXT_MAX);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, TEXT_MAX, format, arguments);
  va_end(arguments);
  return text;
}

/* --- settings --- */

static void say(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct trial *trial, const char *format, ...)
{
  size_t length = strlen(trial->settings);
  va_list arguments;
  va_start(arguments, format);
  int more = vsnprintf(trial->settings + length, TRIAL_SETTINGS - length, format, arguments);
  va_end(arguments);
  if (more < 0 || (size_t)more >= TRIAL_SETTINGS - length)
    oracle_fail("no room for settings");
}

#define PICK(trial, words) (words)[random_below(&(trial)->source, sizeof(words) / sizeof *(words))]

static void say_ties(struct trial *trial)
{
  static const char *const ties[] = {"id",
                                     "id",
                                     "votes,cost,id",
                                     "score,id-numeric",
                                     "cost-desc,listed",
                                     "id-numeric",
                                     "votes,listed",
                                     "cost,votes,score,id",
                                     "draw",
                                     "score,cost-desc,draw"};
  say(trial, "tie_break=%s", PICK(trial, ties));
}

static void say_common(struct trial *trial)
{
  static const char *const any[] = {"", " utility=cardinality", " utility=cost"};
  static const char *const valued[] = {"", " utility=cardinality", " utility=cost",
                                       " utility=points"};
  static const char *const ranked[] = {"",
                                       " utility=cardinality",
                                       " utility=cost",
                                       " utility=borda",
                                       " utility=borda borda_zero=true",
                                       " borda_zero=true",
                                       " utility=borda-max"};
  say_ties(trial);
  switch (trial->made.election.ballot.kind) {
  case BALLOT_APPROVAL:
  case BALLOT_ANSWER:
    say(trial, "%s", PICK(trial, any));
    break;
  case BALLOT_POINTS:
  case BALLOT_SCORES:
  case BALLOT_SPLIT:
    say(trial, "%s", PICK(trial, valued));
    break;
  case BALLOT_RANKING:
    say(trial, "%s", PICK(trial, ranked));
    break;
  }
}

/* Groups of alternatives: no project in two of them. */
static void say_exclusive(struct trial *trial)
{
  const struct election *election = &trial->made.election;
  size_t next = 0;
  const char *separator = " exclusive=";
  while (next + 1 < election->project_count && random_once_in(&trial->source, 2)) {
    size_t size = random_once_in(&trial->source, 3) ? 3 : 2;
    for (size_t i = 0; i < size && next < election->project_count; i++, next++) {
      say(trial, "%s%.*s", separator, SPAN_PRINT(election->projects[next].id));
      separator = "+";
    }
    separator = ",";
  }
}

void trial_draw_greedy(struct trial *trial)
{
  static const char *const orders[] = {"", " by=score", " by=density"};
  static const char *const misses[] = {"", " on_miss=skip", " on_miss=stop"};
  static const char *const unsupported[] = {"", "", " fund_unsupported=true"};
  trial->rule = ORACLE_GREEDY;
  trial->settings[0] = '\0';
  say_common(trial);
  say(trial, "%s%s%s", PICK(trial, orders), PICK(trial, misses), PICK(trial, unsupported));
  if (random_once_in(&trial->source, 3))
    say(trial, " threshold=%d", (int)random_below(&trial->source, 9));
  if (random_once_in(&trial->source, 3))
    say(trial, " one_per=category");
  say_exclusive(trial);
}

static int64_t total_cost(const struct election *election)
{
  int64_t total = 0;
  for (size_t i = 0; i < election->project_count; i++)
    total += election->projects[i].cost;
  return total;
}

/* A raise with which add1 ends soon: at the latest a voter who holds the cost of everything ends
 * it. */
static void say_unit(struct trial *trial)
{
  const struct election *election = &trial->made.election;
  int64_t total = total_cost(election), voters = (int64_t)trial->made.ballot_count;
  int64_t percent = 1 + (int64_t)random_below(&trial->source, 30);
  int64_t by_percent = voters > 0 ? election->budget * percent / 100 / voters : 0;
  int64_t least = total / STEPS_MAX + 1;
  if (by_percent >= least && random_once_in(&trial->source, 2))
    say(trial, " unit=%" PRId64 "%%", percent);
  else if (election_currency_unit(election) < least || random_once_in(&trial->source, 2))
    say(trial, " unit=%" PRId64,
        least + (int64_t)random_below(&trial->source, (uint64_t)(3 * least + 2)));
}

/* What Phragmén's rule does when nothing fits or nobody wants it. */
static void say_misses(struct trial *trial)
{
  static const char *const misses[] = {"", " on_miss=skip", " on_miss=stop"};
  static const char *const unsupported[] = {"", "", " fund_unsupported=true"};
  say(trial, "%s%s", PICK(trial, misses), PICK(trial, unsupported));
}

void trial_draw_equal_shares(struct trial *trial)
{
  static const char *const completions[] = {"",
                                            "",
                                            "greedy",
                                            "phragmen",
                                            "phragmen,greedy",
                                            "add1,phragmen",
                                            "add1-exact,phragmen,greedy,comparison",
                                            "add1",
                                            "add1-exhaustive",
                                            "add1-exact",
                                            "add1u",
                                            "add1,greedy",
                                            "add1-exact,greedy",
                                            "add1-exhaustive,greedy",
                                            "comparison",
                                            "greedy,comparison",
                                            "add1,comparison",
                                            "add1u,comparison"};
  static const char *const starts[] = {"", "", " start=integral", " start=exact"};
  static const char *const stops[] = {"", "", " stop=overspend", " stop=exhaustive"};
  static const char *const orders[] = {"", " by=score", " by=density"};
  static const char *const unsupported[] = {"", "", " fund_unsupported=true"};
  static const char *const peer_all[] = {"", "", " peer_all=true"};
  static const char *const peer_all_fit[] = {"", "", " peer_all_fit=true"};
  static const char *const forget[] = {"", "", " forget=true"};
  trial->rule = ORACLE_EQUAL_SHARES;
  trial->settings[0] = '\0';
  say_common(trial);
  const char *completion = PICK(trial, completions);
  if (*completion != '\0')
    say(trial, " completion=%s", completion);
  if (strstr(completion, "add1") != NULL) {
    say(trial, "%s%s%s%s", PICK(trial, starts), PICK(trial, stops), PICK(trial, peer_all),
        PICK(trial, peer_all_fit));
    say_unit(trial);
  }
  if (strstr(completion, "greedy") != NULL || strstr(completion, "comparison") != NULL ||
      strstr(completion, "add1u") != NULL)
    say(trial, "%s", PICK(trial, orders));
  if (strstr(completion, "phragmen") != NULL) {
    say_misses(trial);
    say(trial, "%s", PICK(trial, forget));
  } else if (strstr(completion, "greedy") != NULL || strstr(completion, "comparison") != NULL ||
             strstr(completion, "add1u") != NULL) {
    say(trial, "%s", PICK(trial, unsupported));
  }
}

void trial_draw_phragmen(struct trial *trial)
{
  trial->rule = ORACLE_PHRAGMEN;
  trial->settings[0] = '\0';
  say_common(trial);
  say_misses(trial);
}

void trial_draw_exact(struct trial *trial)
{
  static const char *const utilities[] = {"", " utility=cardinality", " utility=cost"};
  static const char *const completions[] = {"", " completion=add-opt", " completion=add-opt-skip"};
  static const char *const stops[] = {"", " stop=overspend", " stop=exhaustive"};
  trial->rule = ORACLE_EXACT;
  trial->settings[0] = '\0';
  say_ties(trial);
  say(trial, "%s%s%s", PICK(trial, utilities), PICK(trial, completions), PICK(trial, stops));
}

void trial_draw_max_welfare(struct trial *trial)
{
  trial->rule = ORACLE_MAX_WELFARE;
  trial->settings[0] = '\0';
  say_common(trial);
}

void trial_draw_maximin(struct trial *trial)
{
  trial->rule = ORACLE_MAXIMIN;
  trial->settings[0] = '\0';
  say_common(trial);
}

void trial_draw_expanding(struct trial *trial)
{
  static const char *const valued[] = {"", " utility=cardinality", " utility=points"};
  static const char *const ranked[] = {"", "", " utility=cardinality", " utility=borda",
                                       " borda_zero=true"};
  trial->rule = ORACLE_EXPANDING;
  trial->settings[0] = '\0';
  say_ties(trial);
  if (trial->made.election.ballot.kind == BALLOT_RANKING)
    say(trial, "%s", PICK(trial, ranked));
  else if (trial->made.election.ballot.kind != BALLOT_APPROVAL &&
           trial->made.election.ballot.kind != BALLOT_ANSWER)
    say(trial, "%s", PICK(trial, valued));
}

void trial_draw_cstv(struct trial *trial)
{
  static const char *const variants[] = {"",
                                         " variant=ewt",
                                         " variant=ewtc",
                                         " variant=ewts",
                                         " variant=mt",
                                         " variant=mtc",
                                         " variant=mts"};
  static const char *const unsupported[] = {"", "", " fund_unsupported=true"};
  do {
    trial->settings[0] = '\0';
    say_common(trial);
  } while (strstr(trial->settings, "utility=cost") != NULL);
  trial->rule = ORACLE_CSTV;
  say(trial, "%s%s", PICK(trial, variants), PICK(trial, unsupported));
}

/* The rules with many settings are drawn more often. */
void trial_draw_settings(struct trial *trial)
{
  static void (*const draw[])(struct trial *) = {
      trial_draw_greedy,    trial_draw_greedy, trial_draw_equal_shares, trial_draw_equal_shares,
      trial_draw_phragmen,  trial_draw_exact,  trial_draw_max_welfare,  trial_draw_maximin,
      trial_draw_expanding, trial_draw_cstv,
  };
  PICK(trial, draw)(trial);
}

/* --- counting --- */

void trial_count(struct trial *trial, const struct random_election *made, bool group_equal,
                 const char *settings, struct count *count)
{
  struct fault fault;
  struct profile *profile = ORACLE_TAKE(&trial->arena, struct profile, 1);
  *profile = random_election_profile(made, group_equal, &trial->arena);
  if (counting_run(trial->rule, settings, &made->election, profile, trial->draw, &trial->arena,
                   &count->settings, &count->outcome, &fault) != STATUS_OK)
    trial_fail(trial, "the engine refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
}

struct buffer trial_bytes(struct trial *trial, const struct random_election *made,
                          const struct count *count)
{
  struct buffer buffer = {0};
  outcome_write(&count->outcome, &made->election, &count->settings, SPAN("00"), &buffer);
  if (buffer.failed)
    trial_fail(trial, "no memory for an outcome");
  return buffer;
}
