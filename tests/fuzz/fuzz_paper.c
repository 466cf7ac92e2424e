/* fuzz_paper.c - the choices keyed from paper ballots, an attachment.
 *
 * The first byte is how many the entry says there are. What is accepted has so many, in the order of
 * their bytes, and is written again as the bytes that were read; what is refused says why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/packed.h"
#include "ballots/paper.h"
#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  PROJECTS = 4
};

#define PROJECT(id, cost)                                                                          \
  {                                                                                                \
    SPAN_INIT(id), (cost), SPAN_INIT(""), SPAN_INIT("")                                            \
  }

static const struct project projects[PROJECTS] = {PROJECT("p01", 300), PROJECT("p02", 500),
                                                  PROJECT("p03", 0), PROJECT("p04", 200)};

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct paper_ballots *ballots, uint64_t count,
                           const struct election *election, struct span text)
{
  struct buffer again = {0};
  struct canonical_writer writer;
  const uint8_t *at = ballots->packed;
  must(ballots->count == count);
  canonical_begin(&writer, &again);
  canonical_array(&writer);
  for (uint64_t i = 0; i < count; i++) {
    struct mark marks[PROJECTS];
    struct choice choice;
    at = packed_read(at, election->ballot.kind, marks, &choice);
    choice_write(&choice, election, &writer);
  }
  canonical_end(&writer);
  must(again.failed || span_equal(buffer_span(&again), text));
  buffer_free(&again);
}

static void read_as(enum ballot_kind kind, struct span text, uint64_t count)
{
  struct election election = {.title = SPAN(""),
                              .currency = SPAN(""),
                              .budget = 1000,
                              .ballot = ballot_form_any(kind),
                              .project_count = PROJECTS,
                              .projects = projects};
  struct arena arena = {0};
  struct project_index index;
  struct paper_ballots ballots;
  struct fault fault = {0};
  if (kind == BALLOT_SCORES)
    election.ballot.highest = 3;
  must(project_index_make(&election, &arena, &index, &fault) == STATUS_OK);
  enum status status = paper_read(text, count, &index, &arena, &ballots, &fault);
  if (status == STATUS_OK)
    check_accepted(&ballots, count, &election, text);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.what[0] != '\0');
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0 || data[0] == 0)
    return 0;
  const struct span text = {.bytes = size == 1 ? "" : (const char *)data + 1, .length = size - 1};
  /* Printable: '1' is one. */
  const uint64_t count = data[0] > '0' && data[0] <= '9' ? (uint64_t)(data[0] - '0') : data[0];
  for (int kind = BALLOT_APPROVAL; kind <= BALLOT_ANSWER; kind++)
    read_as((enum ballot_kind)kind, text, count);
  return 0;
}
