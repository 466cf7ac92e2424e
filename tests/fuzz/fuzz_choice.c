/* fuzz_choice.c - a choice in canonical JSON, against an election of each kind.
 *
 * Whatever is accepted has marks in order, keeps to the limits, and is written as the bytes that
 * were read. The two readers of choices agree, to the words of a refusal.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/canonical.h"
#include "engine/choice.h"
#include "tests/unit/ballot_readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
  CHOICE_MAX = 65535
};

#define PROJECT(id, cost)                                                                          \
  {                                                                                                \
    SPAN_INIT(id), (cost), SPAN_INIT(""), SPAN_INIT("")                                            \
  }

static const struct project projects[] = {
    PROJECT("p02", 300), PROJECT("p10", 0),  PROJECT("p01", 500), PROJECT("a/b", 200),
    PROJECT("p1", 100),  PROJECT("yes", 50), PROJECT("P01", 1),
};

static struct election make_election(enum ballot_kind kind)
{
  struct election election = {
      .title = SPAN(""),
      .currency = SPAN(""),
      .budget = 1000,
      .ballot = ballot_form_any(kind),
      .project_count = sizeof(projects) / sizeof(projects[0]),
      .projects = projects,
  };
  struct ballot_form *form = &election.ballot;
  if (kind == BALLOT_APPROVAL)
    form->max_cost = 800;
  if (kind == BALLOT_POINTS) {
    form->points = 10;
    form->max_per_project = 6;
  }
  if (kind == BALLOT_RANKING)
    form->max = 5;
  if (kind == BALLOT_SCORES) {
    form->lowest = -3;
    form->highest = 3;
    form->unscored = 1;
  }
  return election;
}

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct choice *choice, const struct election *election,
                           struct span text)
{
  struct fault fault;
  must(choice_check(choice, election, &fault) == STATUS_OK);
  for (size_t i = 0; i < choice->count; i++) {
    must(choice->marks[i].project < election->project_count);
    must(i == 0 || choice->marks[i - 1].project < choice->marks[i].project);
  }
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  choice_write(choice, election, &writer);
  must(buffer.failed || span_equal(buffer_span(&buffer), text));
  buffer_free(&buffer);
}

/* `value` is NULL where the text is not canonical. */
static void read_as(enum ballot_kind kind, const json_t *value, struct span text)
{
  const struct election election = make_election(kind);
  struct arena arena = {0};
  struct project_index index;
  struct choice choice;
  struct fault fault = {0};
  must(project_index_make(&election, &arena, &index, &fault) == STATUS_OK);
  must(readers_of_choices_agree(text, &index));
  if (value != NULL) {
    enum status status = choice_read(value, &index, &arena, &choice, &fault);
    if (status == STATUS_OK)
      check_accepted(&choice, &election, text);
    else
      must(fault.status == status && fault.what[0] != '\0');
  }
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct fault fault;
  json_t *value = NULL;
  if (size > CHOICE_MAX || canonical_read(text, CHOICE_MAX, &value, &fault) != STATUS_OK)
    value = NULL;
  for (int kind = BALLOT_APPROVAL; kind <= BALLOT_ANSWER; kind++)
    read_as((enum ballot_kind)kind, value, text);
  json_decref(value);
  return 0;
}
