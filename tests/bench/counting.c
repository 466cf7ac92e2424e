/* counting.c - how long reading and counting an election take, the engine's and the straightforward
 * program's way, in the same run on the same machine.
 *
 *   bench_counting [FILE.pb...]   without files: large shared elections, else one from a seed
 *
 * Each figure is the median of several runs, in a process of its own so that its peak of memory is
 * its own too. The ratio is between processor times. Times are told, never asserted; that both
 * ways fund the same projects is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/pabulib.h"
#include "tests/oracle/counting.h"
#include "tests/oracle/facts.h"
#include "tests/oracle/files.h"
#include "tests/oracle/random_election.h"

enum {
  RUNS_MAX = 9,
};

#define ENOUGH_SECONDS 2.0  /* of runs of one measurement */
#define PEER_SECONDS   60.0 /* more than this is not asked of the straightforward program */

struct task {
  const char *title;
  enum oracle_rule rule;
  const char *settings; /* NULL: reading */
};

static const struct task tasks[] = {
    {"read the file", ORACLE_GREEDY, NULL},
    {"equal-shares, cost", ORACLE_EQUAL_SHARES, "utility=cost tie_break=votes,cost,id"},
    {"equal-shares, cost, add1", ORACLE_EQUAL_SHARES,
     "utility=cost tie_break=votes,cost,id completion=add1"},
    {"greedy", ORACLE_GREEDY, "utility=cardinality tie_break=votes,cost,id"},
};

enum {
  TASKS = sizeof tasks / sizeof *tasks
};

/* What a measuring process says; of fixed size, so that it goes through a pipe whole. */
struct measurement {
  bool done;
  unsigned runs;
  double wall, processor; /* seconds, medians */
  long peak;              /* KiB */
  uint64_t steps;         /* add1: raises */
  uint64_t digest;        /* of what was funded, in order */
  size_t voters, projects, distinct;
};

static double seconds_of(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t digest_of(const uint32_t *selected, size_t count)
{
  uint64_t digest = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < count; i++)
    digest = (digest ^ selected[i]) * UINT64_C(1099511628211);
  return digest;
}

/* --- one run --- */

static void count_with_engine(const struct task *task, const struct pabulib *file,
                              struct arena *arena, struct measurement *measurement)
{
  struct settings settings;
  struct outcome outcome;
  struct fault fault;
  if (counting_run(task->rule, task->settings, &file->election, &file->profile, NULL, arena,
                   &settings, &outcome, &fault) != STATUS_OK)
    oracle_fail("%s: %s", fault.where, fault.what);
  measurement->digest = digest_of(outcome.selected, outcome.selected_count);
  measurement->steps = outcome.completion_count > 0 ? outcome.completions[0].steps : 0;
}

static void count_straightforwardly(const struct task *task, const struct pabulib *file,
                                    struct arena *arena, struct measurement *measurement)
{
  struct oracle_ballots ballots;
  struct oracle_settings settings;
  struct oracle_result result;
  oracle_ballots_of(&file->profile, arena, &ballots);
  oracle_settings_read(task->rule, task->settings, &file->election, arena, &settings);
  oracle_straightforward(&file->election, &ballots, &settings, arena, &result);
  measurement->digest = digest_of(result.selected, result.selected_count);
}

static void read_file(struct span text, struct arena *arena, struct pabulib *file)
{
  struct pabulib_options options = {0};
  struct fault fault;
  if (pabulib_read(text, &options, arena, file, &fault) != STATUS_OK)
    oracle_fail("%s: %s", fault.where, fault.what);
}

/* --- many runs, in a process --- */

static int compare_doubles(const void *a, const void *b)
{
  const double *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

static double median(double *values, unsigned count)
{
  qsort(values, count, sizeof *values, compare_doubles);
  return values[count / 2];
}

static void measure(const struct task *task, bool engine, struct span text,
                    struct measurement *measurement)
{
  double wall[RUNS_MAX], processor[RUNS_MAX], total = 0;
  unsigned runs = 0;
  struct arena kept = {0};
  struct pabulib file;
  struct rusage usage;
  read_file(text, &kept, &file);
  do {
    struct arena arena = {0};
    struct pabulib again;
    double wall_before = seconds_of(CLOCK_MONOTONIC);
    double processor_before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    if (task->settings == NULL)
      read_file(text, &arena, &again);
    else if (engine)
      count_with_engine(task, &file, &arena, measurement);
    else
      count_straightforwardly(task, &file, &arena, measurement);
    wall[runs] = seconds_of(CLOCK_MONOTONIC) - wall_before;
    processor[runs] = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor_before;
    total += wall[runs++];
    arena_free(&arena);
  } while (runs < RUNS_MAX && total < ENOUGH_SECONDS);
  getrusage(RUSAGE_SELF, &usage);
  measurement->runs = runs;
  measurement->wall = median(wall, runs);
  measurement->processor = median(processor, runs);
  measurement->peak = usage.ru_maxrss;
  measurement->voters = (size_t)file.profile.voters;
  measurement->distinct = (size_t)file.profile.distinct;
  measurement->projects = file.election.project_count;
  measurement->done = true;
  arena_free(&kept);
}

static struct measurement measure_apart(const struct task *task, bool engine, struct span text)
{
  struct measurement measurement = {0};
  int ends[2];
  fflush(stdout);
  if (pipe(ends) != 0)
    oracle_fail("no pipe");
  pid_t child = fork();
  if (child == 0) {
    measure(task, engine, text, &measurement);
    ssize_t written = write(ends[1], &measurement, sizeof measurement);
    _exit(written == (ssize_t)sizeof measurement ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  close(ends[1]);
  if (child < 0 || read(ends[0], &measurement, sizeof measurement) != (ssize_t)sizeof measurement)
    measurement.done = false;
  close(ends[0]);
  if (child > 0)
    waitpid(child, NULL, 0);
  return measurement;
}

/* --- the table --- */

static void print_machine(void)
{
  struct utsname system;
  char line[256], processor[256] = "unknown processor";
  FILE *file = fopen("/proc/cpuinfo", "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "model name", strlen("model name")) == 0 && strchr(line, ':') != NULL) {
      snprintf(processor, sizeof processor, "%.200s", strchr(line, ':') + 2);
      processor[strcspn(processor, "\n")] = '\0';
      break;
    }
  }
  if (file != NULL)
    fclose(file);
  if (uname(&system) == 0)
    printf("machine: %s, %ld of them, %s %s\n", processor, sysconf(_SC_NPROCESSORS_ONLN),
           system.sysname, system.machine);
#ifdef __clang__
  printf("compiler: %s\n", __VERSION__);
#else
  printf("compiler: gcc %s\n", __VERSION__);
#endif
  printf("milliseconds, medians: of the clock / of the processor; peak: MiB\n");
}

static void print_one(const struct measurement *measurement)
{
  if (measurement->done)
    printf(" %10.1f / %9.1f %6.0f", measurement->wall * 1e3, measurement->processor * 1e3,
           (double)measurement->peak / 1024);
  else
    printf(" %10s / %9s %6s", "-", "-", "-");
}

/* One line; returns whether both ways found the same. `one_run` is what a run of the method takes
 * the straightforward program. */
static bool measure_task(const struct task *task, struct span text, double *one_run)
{
  struct measurement engine = measure_apart(task, true, text), peer = {0};
  double expected = *one_run * (double)(engine.steps + 1);
  if (task->settings != NULL && expected < PEER_SECONDS)
    peer = measure_apart(task, false, text);
  if (task->rule == ORACLE_EQUAL_SHARES && engine.steps == 0)
    *one_run = peer.wall;
  printf("  %-26s", task->title);
  print_one(&engine);
  print_one(&peer);
  if (peer.done && engine.processor > 0)
    printf(" %9.1f", peer.processor / engine.processor);
  else if (task->settings != NULL)
    printf("   (would take about %.0f s)", expected);
  printf("\n");
  bool same = engine.done && (!peer.done || peer.digest == engine.digest);
  if (!same)
    printf("  the two do not fund the same projects\n");
  return same;
}

static bool measure_file(const char *name, struct span text)
{
  double one_run = 0;
  bool same = true;
  struct measurement facts = measure_apart(&tasks[0], true, text);
  printf("\n%s: %zu votes, %zu projects, %zu distinct ballots\n", name, facts.voters,
         facts.projects, facts.distinct);
  printf("  %-26s %30s %30s %9s\n", "", "engine  peak", "straightforward  peak", "ratio");
  for (size_t i = 0; i < TASKS; i++)
    same &= measure_task(&tasks[i], text, &one_run);
  return same;
}

static bool measure_path(const char *path)
{
  struct arena arena = {0};
  struct span text;
  const char *name = strrchr(path, '/');
  bool same = files_read(path, &arena, &text);
  if (same)
    same = measure_file(name != NULL ? name + 1 : path, text);
  else
    printf("%s: cannot be read\n", path);
  arena_free(&arena);
  return same;
}

static bool measure_shared(const char *folder, struct arena *arena)
{
  static const char *const names[] = {"Poland_Warszawa_2026.pb", "Poland_Krakow_2019.pb",
                                      "France_Toulouse_2024.pb", "Poland_Swiecie_2023.pb"};
  bool same = true;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    same &= measure_path(files_join(folder, names[i], arena));
  return same;
}

static bool measure_made(struct arena *arena)
{
  struct random_source source = {.state = 1};
  struct random_sizes sizes = {.voters = 50000, .projects = 120, .kind = BALLOT_APPROVAL};
  struct random_election made;
  struct buffer text = {0};
  struct fault fault;
  random_election_large(&source, &sizes, arena, &made);
  struct pabulib file = {.election = made.election,
                         .profile = random_election_profile(&made, true, arena)};
  if (pabulib_write(&file, &text, &fault) != STATUS_OK)
    oracle_fail("%s: %s", fault.where, fault.what);
  bool same = measure_file("made from seed 1", buffer_span(&text));
  buffer_free(&text);
  return same;
}

int main(int argc, char **argv)
{
  struct arena arena = {0};
  const char *folder = files_shared("pabulib", &arena);
  bool same = true;
  print_machine();
  for (int i = 1; i < argc; i++)
    same &= measure_path(argv[i]);
  if (argc == 1 && folder != NULL)
    same = measure_shared(folder, &arena);
  else if (argc == 1)
    same = measure_made(&arena);
  arena_free(&arena);
  return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
