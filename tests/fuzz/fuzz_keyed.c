/* fuzz_keyed.c - what somebody keyed from paper ballots.
 *
 * What is accepted is in the order of the numbers, each there once, agrees with itself, and becomes an
 * attachment that a board takes; what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ballots/paper.h"
#include "keys/keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROJECT(id, cost)                                                                          \
  {                                                                                                \
    SPAN_INIT(id), (cost), SPAN_INIT(""), SPAN_INIT("")                                            \
  }

static const struct project projects[] = {PROJECT("p01", 300), PROJECT("p02", 500),
                                          PROJECT("p03", 0), PROJECT("p04", 200)};

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct keyed *keyed, const struct project_index *index,
                           struct arena *arena)
{
  const struct keyed none = {.count = 0};
  struct keyed_comparison comparison;
  struct paper_ballots ballots;
  struct span attachment;
  struct fault fault;
  for (size_t i = 0; i < keyed->count; i++) {
    must(keyed->ballots[i].number >= 1 && keyed->ballots[i].number <= KEYED_NUMBER_MAX);
    must(i == 0 || keyed->ballots[i - 1].number < keyed->ballots[i].number);
  }
  must(keyed_compare(keyed, keyed, &none, arena, &comparison, &fault) == STATUS_OK);
  must(comparison.difference_count == 0 && comparison.agreed.count == keyed->count);
  must(keyed_compare(keyed, &none, &none, arena, &comparison, &fault) == STATUS_OK);
  must(comparison.difference_count == keyed->count && comparison.agreed.count == 0);
  must(keyed_compare(keyed, &none, keyed, arena, &comparison, &fault) == STATUS_OK);
  must(comparison.difference_count == 0 && comparison.agreed.count == keyed->count);
  must(keyed_write(keyed, arena, &attachment, &fault) == STATUS_OK);
  must(keyed->count == 0 ||
       paper_read(attachment, keyed->count, index, arena, &ballots, &fault) == STATUS_OK);
}

static void read_as(enum ballot_kind kind, struct span text)
{
  struct election election = {.title = SPAN(""),
                              .currency = SPAN(""),
                              .budget = 1000,
                              .ballot = ballot_form_any(kind),
                              .project_count = sizeof projects / sizeof *projects,
                              .projects = projects};
  struct arena arena = {0};
  struct project_index index;
  struct keyed keyed;
  struct fault fault = {0};
  if (kind == BALLOT_SCORES)
    election.ballot.highest = 3;
  must(project_index_make(&election, &arena, &index, &fault) == STATUS_OK);
  enum status status = keyed_read(text, &index, &arena, &keyed, &fault);
  if (status == STATUS_OK)
    check_accepted(&keyed, &index, &arena);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.what[0] != '\0');
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  for (int kind = BALLOT_APPROVAL; kind <= BALLOT_ANSWER; kind++)
    read_as((enum ballot_kind)kind, text);
  return 0;
}
