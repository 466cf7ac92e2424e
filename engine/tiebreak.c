#include "engine/tiebreak.h"

#include <stdlib.h>

#include "engine/order.h"

static const struct {
  struct span name;
  bool total;
} key_table[TIE_KEY_COUNT] = {
    [TIE_VOTES] = {SPAN_INIT("votes"), false},  [TIE_SCORE] = {SPAN_INIT("score"), false},
    [TIE_COST] = {SPAN_INIT("cost"), false},    [TIE_COST_DESC] = {SPAN_INIT("cost-desc"), false},
    [TIE_ID] = {SPAN_INIT("id"), true},         [TIE_ID_NUMERIC] = {SPAN_INIT("id-numeric"), true},
    [TIE_LISTED] = {SPAN_INIT("listed"), true}, [TIE_DRAW] = {SPAN_INIT("draw"), true},
};

static const char expected_keys[] =
    "keys among votes, score, cost, cost-desc, id, id-numeric, listed, draw; the last one of id, "
    "id-numeric, listed, draw";

const char *tie_key_name(enum tie_key key)
{
  return key_table[key].name.bytes;
}

static bool key_of(struct span name, enum tie_key *key)
{
  for (int i = 0; i < TIE_KEY_COUNT; i++) {
    if (span_equal(name, key_table[i].name)) {
      *key = (enum tie_key)i;
      return true;
    }
  }
  return false;
}

enum status tiebreak_read(struct span text, struct tiebreak *tiebreak, struct fault *fault)
{
  bool seen[TIE_KEY_COUNT] = {false};
  struct span rest = text, part;
  bool more = true;

  tiebreak->count = 0;
  while (span_split(&rest, &more, ',', &part)) {
    enum tie_key key;
    if (!key_of(part, &key))
      return fault_set(fault, STATUS_REFUSED, "tie_break", expected_keys,
                       "no tie key is called '%.*s'", SPAN_PRINT(part));
    if (seen[key])
      return fault_set(fault, STATUS_REFUSED, "tie_break", expected_keys, "'%s' stands twice",
                       tie_key_name(key));
    if (tiebreak->count > 0 && key_table[tiebreak->keys[tiebreak->count - 1]].total)
      return fault_set(fault, STATUS_REFUSED, "tie_break", expected_keys,
                       "nothing is left to decide after '%s'",
                       tie_key_name(tiebreak->keys[tiebreak->count - 1]));
    seen[key] = true;
    tiebreak->keys[tiebreak->count++] = key;
  }
  if (!key_table[tiebreak->keys[tiebreak->count - 1]].total)
    return fault_set(fault, STATUS_REFUSED, "tie_break", expected_keys,
                     "the last key, '%s', can leave a tie",
                     tie_key_name(tiebreak->keys[tiebreak->count - 1]));
  return STATUS_OK;
}

static bool all_digits(struct span id)
{
  for (size_t i = 0; i < id.length; i++) {
    if (id.bytes[i] < '0' || id.bytes[i] > '9')
      return false;
  }
  return id.length > 0;
}

static struct span without_zeros(struct span id)
{
  while (id.length > 1 && id.bytes[0] == '0') {
    id.bytes++;
    id.length--;
  }
  return id;
}

static int compare_numeric(struct span a, struct span b)
{
  bool a_number = all_digits(a), b_number = all_digits(b);
  if (a_number != b_number)
    return a_number ? -1 : 1;
  if (a_number) {
    struct span a_value = without_zeros(a), b_value = without_zeros(b);
    if (a_value.length != b_value.length)
      return a_value.length < b_value.length ? -1 : 1;
    int order = span_compare(a_value, b_value);
    if (order != 0)
      return order;
  }
  return span_compare(a, b);
}

static int ascending(uint64_t a, uint64_t b)
{
  return (a > b) - (a < b);
}

static int compare_by(enum tie_key key, const struct tie_facts *facts, uint32_t a, uint32_t b)
{
  const struct project *projects = facts->election->projects;

  switch (key) {
  case TIE_VOTES:
    return ascending(facts->votes[b], facts->votes[a]);
  case TIE_SCORE:
    return (facts->score[a] < facts->score[b]) - (facts->score[a] > facts->score[b]);
  case TIE_COST:
    return ascending((uint64_t)projects[a].cost, (uint64_t)projects[b].cost);
  case TIE_COST_DESC:
    return ascending((uint64_t)projects[b].cost, (uint64_t)projects[a].cost);
  case TIE_ID:
    return span_compare(projects[a].id, projects[b].id);
  case TIE_ID_NUMERIC:
    return compare_numeric(projects[a].id, projects[b].id);
  case TIE_LISTED:
    return ascending(a, b);
  case TIE_DRAW:
    return ascending(facts->draw[a], facts->draw[b]);
  case TIE_KEY_COUNT:
    break;
  }
  abort();
}

struct comparison {
  const struct tiebreak *tiebreak;
  const struct tie_facts *facts;
};

static int compare_all(const void *context, uint32_t a, uint32_t b)
{
  const struct comparison *comparison = context;
  for (size_t i = 0; i < comparison->tiebreak->count; i++) {
    int order = compare_by(comparison->tiebreak->keys[i], comparison->facts, a, b);
    if (order != 0)
      return order;
  }
  return 0;
}

enum status tiebreak_order(const struct tiebreak *tiebreak, const struct tie_facts *facts,
                           struct arena *arena, const uint32_t **order, struct fault *fault)
{
  size_t count = facts->election->project_count;
  uint32_t *sorted = ARENA_TAKE(arena, uint32_t, count);
  uint32_t *spare = ARENA_TAKE(arena, uint32_t, count);
  uint32_t *place = ARENA_TAKE(arena, uint32_t, count);
  if (sorted == NULL || spare == NULL || place == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < tiebreak->count; i++) {
    if (tiebreak->keys[i] == TIE_DRAW && facts->draw == NULL)
      return fault_set(fault, STATUS_REFUSED, "tie_break", "the seed of the draw",
                       "'draw' needs lots, and none were drawn");
  }

  for (size_t i = 0; i < count; i++)
    sorted[i] = (uint32_t)i;
  order_sort(sorted, spare, count, compare_all, &(struct comparison){tiebreak, facts});
  for (size_t i = 0; i < count; i++)
    place[sorted[i]] = (uint32_t)i;
  *order = place;
  return STATUS_OK;
}

enum tie_key tiebreak_decides(const struct tiebreak *tiebreak, const struct tie_facts *facts,
                              uint32_t a, uint32_t b)
{
  for (size_t i = 0; i + 1 < tiebreak->count; i++) {
    if (compare_by(tiebreak->keys[i], facts, a, b) != 0)
      return tiebreak->keys[i];
  }
  return tiebreak->keys[tiebreak->count - 1];
}
