/* generate.c - writes an election made from a seed as a .pb file, to try things on where no real
 * one is at hand.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pabulib.h"
#include "tests/oracle/random_election.h"

static const char usage[] =
    "usage: generate [--seed N] [--voters N] [--projects N] [--kind KIND]\n"
    "Writes a .pb file to standard output; without options 5000 voters, 60 projects, approval.\n"
    "KIND is approval, points, ranking or scores.\n";

enum {
  EXIT_USAGE = 2,
  EXIT_UNFINISHED = 3,
};

struct request {
  uint64_t seed;
  struct random_sizes sizes;
};

static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < least || value > most) {
    fprintf(stderr, "generate: '%s' is not a whole number from %" PRIu64 " to %" PRIu64 "\n", text,
            least, most);
    return false;
  }
  *number = value;
  return true;
}

static bool read_option(const char *name, const char *value, struct request *request)
{
  uint64_t number = 0;
  bool good = true;
  if (strcmp(name, "--seed") == 0) {
    good = read_number(value, 0, UINT64_MAX, &request->seed);
  } else if (strcmp(name, "--voters") == 0) {
    good = read_number(value, 0, 100000000, &number);
    request->sizes.voters = (size_t)number;
  } else if (strcmp(name, "--projects") == 0) {
    good = read_number(value, 1, ELECTION_PROJECTS_MAX, &number);
    request->sizes.projects = (size_t)number;
  } else if (strcmp(name, "--kind") == 0) {
    good = ballot_kind_of(span_of(value), &request->sizes.kind) &&
           request->sizes.kind <= BALLOT_SCORES;
    if (!good)
      fprintf(stderr, "generate: '%s' is not one of approval, points, ranking, scores\n", value);
  } else {
    good = false;
    fprintf(stderr, "generate: '%s' is unknown\n", name);
  }
  return good;
}

static int write_election(const struct request *request)
{
  static const struct pabulib_meta meta[] = {
      {SPAN_INIT("description"), SPAN_INIT("Made from a seed")},
      {SPAN_INIT("rule"), SPAN_INIT("greedy")},
  };
  struct arena arena = {0};
  struct buffer text = {0};
  struct fault fault;
  struct random_source source = {.state = request->seed};
  struct random_election made;
  int code = EXIT_SUCCESS;
  random_election_large(&source, &request->sizes, &arena, &made);
  struct pabulib file = {.election = made.election,
                         .profile = random_election_profile(&made, true, &arena),
                         .meta_count = sizeof meta / sizeof *meta,
                         .meta = meta};
  if (pabulib_write(&file, &text, &fault) != STATUS_OK) {
    fprintf(stderr, "generate: %s: %s\n", fault.where, fault.what);
    code = EXIT_UNFINISHED;
  } else if (fwrite(text.bytes, 1, text.length, stdout) != text.length || fflush(stdout) != 0) {
    fprintf(stderr, "generate: standard output: %s\n", strerror(errno));
    code = EXIT_UNFINISHED;
  }
  buffer_free(&text);
  arena_free(&arena);
  return code;
}

int main(int argc, char **argv)
{
  struct request request = {.seed = 1,
                            .sizes = {.voters = 5000, .projects = 60, .kind = BALLOT_APPROVAL}};
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    fputs(usage, stdout);
    return EXIT_SUCCESS;
  }
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !read_option(argv[i], argv[i + 1], &request)) {
      fputs(usage, stderr);
      return EXIT_USAGE;
    }
  }
  return write_election(&request);
}
