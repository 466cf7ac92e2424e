#include "keys/keyed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/canonical.h"
#include "keys/drafting.h"

enum {
  CHOICE_MAX = 65535 /* bytes of one */
};

static const char expected_line[] = "a number and a choice: 12 {\"approve\":[\"p01\"]}";

/* --- reading --- */

/* The canonical bytes of a choice, in `arena`. */
static enum status respell(const struct choice *choice, const struct election *election,
                           struct arena *arena, struct span *text, struct fault *fault)
{
  struct buffer buffer = {0};
  struct canonical_writer writer;
  canonical_begin(&writer, &buffer);
  choice_write(choice, election, &writer);
  char *copy = buffer.failed ? NULL : arena_copy(arena, buffer_span(&buffer).bytes, buffer.length);
  *text = (struct span){copy, buffer.length};
  buffer_free(&buffer);
  return copy == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static enum status read_choice(struct span text, const struct project_index *index,
                               struct arena *arena, struct span *canonical, struct fault *fault)
{
  struct choice choice;
  json_t *value = NULL;
  enum status status = canonical_read_draft(text, CHOICE_MAX, &value, fault);
  if (status != STATUS_OK)
    return status;
  drafting_order(value);
  status = choice_read(value, index, arena, &choice, fault);
  if (status == STATUS_OK)
    status = respell(&choice, index->election, arena, canonical, fault);
  json_decref(value);
  return status;
}

static enum status read_ballot(struct span line, const struct project_index *index,
                               struct arena *arena, struct keyed_ballot *ballot,
                               struct fault *fault)
{
  struct span rest = line, number;
  bool more = true;
  if (!span_split(&rest, &more, ' ', &number) || !span_to_integer(number, &ballot->number) ||
      ballot->number < 1 || ballot->number > KEYED_NUMBER_MAX)
    return fault_set(fault, STATUS_REFUSED, "number", expected_line,
                     "'%.*s' is no number of a ballot", SPAN_PRINT(number));
  return read_choice(rest, index, arena, &ballot->choice, fault);
}

static int compare_numbers(const void *a, const void *b)
{
  const struct keyed_ballot *first = a, *second = b;
  return (first->number > second->number) - (first->number < second->number);
}

static enum status sort(struct keyed *keyed, struct keyed_ballot *ballots, struct fault *fault)
{
  if (keyed->count > 0)
    qsort(ballots, keyed->count, sizeof *ballots, compare_numbers);
  keyed->ballots = ballots;
  for (size_t i = 1; i < keyed->count; i++) {
    if (ballots[i - 1].number == ballots[i].number)
      return fault_set(fault, STATUS_REFUSED, NULL, "each number once",
                       "the number %" PRId64 " stands twice", ballots[i].number);
  }
  return STATUS_OK;
}

enum status keyed_read(struct span text, const struct project_index *index, struct arena *arena,
                       struct keyed *keyed, struct fault *fault)
{
  struct span line;
  struct keyed_ballot *ballots = NULL;
  size_t capacity = 0;
  bool more = true;
  *keyed = (struct keyed){.count = 0};
  for (size_t number = 1; span_split(&text, &more, '\n', &line); number++) {
    struct fault inner;
    char where[FAULT_WHERE];
    if (line.length > 0 && line.bytes[line.length - 1] == '\r')
      line.length--;
    line = span_trim(line);
    if (line.length == 0)
      continue;
    if (keyed->count == capacity) {
      size_t larger = capacity == 0 ? 64 : 2 * capacity;
      ballots = arena_grow(arena, ballots, capacity, larger, sizeof *ballots);
      if (ballots == NULL)
        return fault_no_memory(fault);
      capacity = larger;
    }
    enum status status = read_ballot(line, index, arena, &ballots[keyed->count++], &inner);
    snprintf(where, sizeof where, "line %zu", number);
    if (status != STATUS_OK)
      return fault_set(fault, status, where, inner.expected, "%s%s%s", inner.where,
                       inner.where[0] == '\0' ? "" : ": ", inner.what);
  }
  return sort(keyed, ballots, fault);
}

/* --- comparing --- */

static const struct keyed_ballot *find(const struct keyed *keyed, int64_t number)
{
  const struct keyed_ballot wanted = {.number = number, .choice = SPAN_INIT("")};
  if (keyed->count == 0)
    return NULL;
  return bsearch(&wanted, keyed->ballots, keyed->count, sizeof wanted, compare_numbers);
}

/* The lower of the two numbers that come next, and who has it. */
static struct keyed_difference next(const struct keyed *first, size_t *i,
                                    const struct keyed *second, size_t *j)
{
  struct keyed_difference pair = {.number = INT64_MAX};
  if (*i < first->count)
    pair.number = first->ballots[*i].number;
  if (*j < second->count && second->ballots[*j].number < pair.number)
    pair.number = second->ballots[*j].number;
  if (*i < first->count && first->ballots[*i].number == pair.number)
    pair.first = &first->ballots[(*i)++];
  if (*j < second->count && second->ballots[*j].number == pair.number)
    pair.second = &second->ballots[(*j)++];
  return pair;
}

enum status keyed_compare(const struct keyed *first, const struct keyed *second,
                          const struct keyed *resolved, struct arena *arena,
                          struct keyed_comparison *comparison, struct fault *fault)
{
  const size_t most = first->count + second->count;
  struct keyed_difference *differences = ARENA_TAKE(arena, struct keyed_difference, most);
  struct keyed_ballot *agreed = ARENA_TAKE(arena, struct keyed_ballot, most);
  size_t used = 0;
  if (differences == NULL || agreed == NULL)
    return fault_no_memory(fault);
  *comparison = (struct keyed_comparison){.differences = differences, .agreed.ballots = agreed};
  for (size_t i = 0, j = 0; i < first->count || j < second->count;) {
    struct keyed_difference pair = next(first, &i, second, &j);
    const struct keyed_ballot *last_word = find(resolved, pair.number);
    bool same = pair.first != NULL && pair.second != NULL &&
                span_equal(pair.first->choice, pair.second->choice);
    used += last_word != NULL && !same;
    if (same)
      agreed[comparison->agreed.count++] = *pair.first;
    else if (last_word != NULL)
      agreed[comparison->agreed.count++] = *last_word;
    else
      differences[comparison->difference_count++] = pair;
  }
  if (used < resolved->count)
    return fault_set(fault, STATUS_REFUSED, "--resolved", "numbers that the two keyed differently",
                     "it has %zu others", resolved->count - used);
  return STATUS_OK;
}

/* --- writing --- */

static int compare_choices(const void *a, const void *b)
{
  const struct keyed_ballot *first = a, *second = b;
  return span_compare(first->choice, second->choice);
}

enum status keyed_write(const struct keyed *keyed, struct arena *arena, struct span *attachment,
                        struct fault *fault)
{
  struct buffer text = {0};
  struct keyed_ballot *sorted = ARENA_TAKE(arena, struct keyed_ballot, keyed->count);
  if (sorted == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < keyed->count; i++)
    sorted[i] = keyed->ballots[i];
  qsort(sorted, keyed->count, sizeof *sorted, compare_choices);
  for (size_t i = 0; i < keyed->count; i++) {
    buffer_add_byte(&text, i == 0 ? '[' : ',');
    buffer_add(&text, sorted[i].choice);
  }
  buffer_add_byte(&text, ']');
  char *copy = text.failed ? NULL : arena_copy(arena, buffer_span(&text).bytes, text.length);
  *attachment = (struct span){copy, text.length};
  buffer_free(&text);
  return copy == NULL ? fault_no_memory(fault) : STATUS_OK;
}
