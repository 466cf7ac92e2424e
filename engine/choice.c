#include "engine/choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"

enum {
  WHERE_SIZE = 48
};

/* --- projects by id --- */

static uint64_t hash_id(struct span id)
{
  uint64_t hash = UINT64_C(0x9e3779b97f4a7c15);
  for (size_t i = 0; i < id.length; i++)
    hash = (hash ^ (unsigned char)id.bytes[i]) * UINT64_C(0xd6e8feb86659fd93);
  return hash ^ hash >> 32;
}

/* The slot that holds the project called `id`, or the free one where it belongs. */
static size_t find_slot(const struct election *election, const uint32_t *slots, size_t mask,
                        struct span id)
{
  size_t slot = (size_t)hash_id(id) & mask;
  while (slots[slot] != 0 && !span_equal(election->projects[slots[slot] - 1].id, id))
    slot = (slot + 1) & mask;
  return slot;
}

enum status project_index_make(const struct election *election, struct arena *arena,
                               struct project_index *index, struct fault *fault)
{
  size_t size = 2;
  while (size < election->project_count * 2)
    size *= 2;
  uint32_t *slots = ARENA_TAKE(arena, uint32_t, size);
  if (slots == NULL)
    return fault_no_memory(fault);
  for (uint32_t i = 0; i < election->project_count; i++)
    slots[find_slot(election, slots, size - 1, election->projects[i].id)] = i + 1;
  *index = (struct project_index){.election = election, .mask = size - 1, .slots = slots};
  return STATUS_OK;
}

int64_t project_index_find(const struct project_index *index, struct span id)
{
  return (int64_t)index->slots[find_slot(index->election, index->slots, index->mask, id)] - 1;
}

/* --- the kinds --- */

struct reader {
  const struct project_index *index;
  struct arena *arena;
  struct mark *marks;
  size_t count;
};

static enum status read_approve(const json_t *value, struct reader *reader, struct fault *fault);
static enum status read_rank(const json_t *value, struct reader *reader, struct fault *fault);
static enum status read_values(const json_t *value, struct reader *reader, struct fault *fault);
static enum status read_answer(const json_t *value, struct reader *reader, struct fault *fault);

static enum status read_plain_list(struct span *rest, struct reader *reader, struct fault *fault);
static enum status read_plain_values(struct span *rest, struct reader *reader, struct fault *fault);
static enum status read_plain_answer(struct span *rest, struct reader *reader, struct fault *fault);

static const struct kind_row {
  const char *member;   /* the only one of the choice */
  const char *expected; /* its shape, for people */
  enum status (*read)(const json_t *value, struct reader *reader, struct fault *fault);
  enum status (*read_plain)(struct span *rest, struct reader *reader, struct fault *fault);
} kinds[] = {
    [BALLOT_APPROVAL] = {"approve", "{\"approve\":[ids, sorted]} or {\"blank\":true}", read_approve,
                         read_plain_list},
    [BALLOT_POINTS] = {"points", "{\"points\":{id: points}} or {\"blank\":true}", read_values,
                       read_plain_values},
    [BALLOT_RANKING] = {"rank", "{\"rank\":[ids, the most wanted first]} or {\"blank\":true}",
                        read_rank, read_plain_list},
    [BALLOT_SCORES] = {"scores", "{\"scores\":{id: score}} or {\"blank\":true}", read_values,
                       read_plain_values},
    [BALLOT_SPLIT] = {"split", "{\"split\":{id: basis points}} or {\"blank\":true}", read_values,
                      read_plain_values},
    [BALLOT_ANSWER] = {"answer", "{\"answer\":id} or {\"blank\":true}", read_answer,
                       read_plain_answer},
};

const char *choice_member(enum ballot_kind kind)
{
  return kinds[kind].member;
}

static const struct kind_row *kind_of(const struct election *election)
{
  return &kinds[election->ballot.kind];
}

/* --- holding a choice to the limits --- */

/* Both ends belong to it; INT64_MIN and INT64_MAX are no ends, since -1 is a good score. */
struct range {
  int64_t least, most;
};

static struct range range_of_limits(int64_t least, int64_t most)
{
  return (struct range){.least = least == LIMIT_NONE ? INT64_MIN : least,
                        .most = most == LIMIT_NONE ? INT64_MAX : most};
}

static bool is_within(int64_t value, struct range range)
{
  return value >= range.least && value <= range.most;
}

static enum status refuse_range(const char *where, struct range range, struct fault *fault,
                                const char *what, int64_t value)
{
  char expected[FAULT_EXPECTED];
  if (range.least == range.most)
    snprintf(expected, sizeof expected, "exactly %" PRId64, range.least);
  else if (range.most == INT64_MAX)
    snprintf(expected, sizeof expected, "at least %" PRId64, range.least);
  else if (range.least == INT64_MIN)
    snprintf(expected, sizeof expected, "at most %" PRId64, range.most);
  else
    snprintf(expected, sizeof expected, "from %" PRId64 " to %" PRId64, range.least, range.most);
  return fault_set(fault, STATUS_REFUSED, where, expected, "%s is %" PRId64, what, value);
}

static int64_t most_points(const struct ballot_form *form)
{
  const bool free = form->max_per_project == LIMIT_NONE || form->max_per_project > MARK_VALUE_MAX;
  return free ? MARK_VALUE_MAX : form->max_per_project;
}

/* What a mark may say in each kind, zeros and defaults included. */
static struct range mark_range(const struct choice *choice, const struct ballot_form *form)
{
  switch (form->kind) {
  case BALLOT_APPROVAL:
  case BALLOT_ANSWER:
    return (struct range){1, 1};
  case BALLOT_POINTS:
    return (struct range){0, most_points(form)};
  case BALLOT_RANKING:
    return (struct range){1, (int64_t)choice->count};
  case BALLOT_SCORES:
    return (struct range){form->lowest, form->highest};
  case BALLOT_SPLIT:
    return (struct range){0, SPLIT_TOTAL};
  }
  return (struct range){1, 0};
}

static enum status check_marks(const struct choice *choice, const struct election *election,
                               struct fault *fault)
{
  const struct range range = mark_range(choice, &election->ballot);
  for (size_t i = 0; i < choice->count; i++) {
    const struct mark *mark = &choice->marks[i];
    if (is_within(mark->value, range))
      continue;
    char what[FAULT_WHAT];
    snprintf(what, sizeof what, "the %s of '%.*s'",
             election->ballot.kind == BALLOT_RANKING ? "rank" : "value",
             SPAN_PRINT(election->projects[mark->project].id));
    return refuse_range(kind_of(election)->member, range, fault, what, mark->value);
  }
  return STATUS_OK;
}

/* Every rank is from 1 to the number of them by now: without a repeat there is no gap. */
static enum status check_ranks_differ(const struct choice *choice, struct fault *fault)
{
  /* Only as much is cleared as there are ranks: this is done for each ballot. */
  uint64_t seen[ELECTION_PROJECTS_MAX / 64 + 1];
  memset(seen, 0, (choice->count / 64 + 1) * sizeof *seen);
  for (size_t i = 0; i < choice->count; i++) {
    const uint32_t rank = (uint32_t)choice->marks[i].value;
    const uint64_t bit = UINT64_C(1) << (rank % 64);
    if ((seen[rank / 64] & bit) != 0)
      return fault_set(fault, STATUS_REFUSED, "rank", "each rank from 1 up once",
                       "the rank %" PRIu32 " is given twice", rank);
    seen[rank / 64] |= bit;
  }
  return STATUS_OK;
}

static enum status check_cost(const struct choice *choice, const struct election *election,
                              struct fault *fault)
{
  const struct range range = range_of_limits(LIMIT_NONE, election->ballot.max_cost);
  int64_t cost = 0;
  for (size_t i = 0; i < choice->count && cost <= MONEY_MAX; i++)
    cost += election->projects[choice->marks[i].project].cost;
  if (is_within(cost, range))
    return STATUS_OK;
  /* Past MONEY_MAX the sum stopped short: adding on could overflow. */
  return refuse_range("approve", range, fault,
                      cost <= MONEY_MAX ? "the cost of the projects named together"
                                        : "the cost of some of the projects named",
                      cost);
}

static enum status check_sum(const struct choice *choice, const struct election *election,
                             struct range range, struct fault *fault)
{
  int64_t sum = 0;
  for (size_t i = 0; i < choice->count; i++)
    sum += choice->marks[i].value;
  if (is_within(sum, range))
    return STATUS_OK;
  return refuse_range(kind_of(election)->member, range, fault,
                      election->ballot.kind == BALLOT_SPLIT ? "the sum of the basis points"
                                                            : "the sum of the points",
                      sum);
}

/* What the kind asks of all marks together. */
static enum status check_whole(const struct choice *choice, const struct election *election,
                               struct fault *fault)
{
  const struct ballot_form *form = &election->ballot;
  switch (form->kind) {
  case BALLOT_APPROVAL:
    return check_cost(choice, election, fault);
  case BALLOT_POINTS:
    return check_sum(choice, election,
                     range_of_limits(form->exact ? form->points : form->min_points, form->points),
                     fault);
  case BALLOT_RANKING:
    return check_ranks_differ(choice, fault);
  case BALLOT_SPLIT:
    return check_sum(choice, election, (struct range){SPLIT_TOTAL, SPLIT_TOTAL}, fault);
  case BALLOT_SCORES:
  case BALLOT_ANSWER:
    return STATUS_OK;
  }
  return STATUS_OK;
}

enum status choice_check(const struct choice *choice, const struct election *election,
                         struct fault *fault)
{
  if (choice->count == 0)
    return STATUS_OK;
  const struct ballot_form *form = &election->ballot;
  const struct range named =
      form->kind == BALLOT_ANSWER ? (struct range){1, 1} : range_of_limits(form->min, form->max);
  if (!is_within((int64_t)choice->count, named))
    return refuse_range(kind_of(election)->member, named, fault, "the number of projects named",
                        (int64_t)choice->count);
  const enum status status = check_marks(choice, election, fault);
  return status == STATUS_OK ? check_whole(choice, election, fault) : status;
}

/* --- reading --- */

static enum status refuse_shape(const char *where, const struct election *election,
                                struct fault *fault, const char *what)
{
  return fault_set(fault, STATUS_REFUSED, where, kind_of(election)->expected, "%s", what);
}

static enum status add_mark(struct reader *reader, const char *where, struct span id, int32_t value,
                            struct fault *fault)
{
  const int64_t project = project_index_find(reader->index, id);
  if (project < 0)
    return fault_set(fault, STATUS_REFUSED, where, "the id of a project of this election",
                     "there is no project '%.*s'", SPAN_PRINT(id));
  reader->marks[reader->count++] = (struct mark){.project = (uint32_t)project, .value = value};
  return STATUS_OK;
}

static enum status take_marks(struct reader *reader, size_t count, const char *where,
                              struct fault *fault)
{
  if (count == 0)
    return fault_set(fault, STATUS_REFUSED, where, "{\"blank\":true}",
                     "a choice that names nothing has another spelling");
  if (count > reader->index->election->project_count)
    return fault_set(fault, STATUS_REFUSED, where, "each project of the election at most once",
                     "%zu are named of %zu projects", count,
                     reader->index->election->project_count);
  reader->marks = ARENA_TAKE(reader->arena, struct mark, count);
  return reader->marks == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static struct span text_of(const json_t *text)
{
  return (struct span){.bytes = json_string_value(text), .length = json_string_length(text)};
}

/* jansson's iterators want an object that may change, though reading does not change it. */
static json_t *iterable(const json_t *object)
{
  return (json_t *)(uintptr_t)object;
}

/* Reads ids in the order in which they are listed: the value of each mark is its place from 1. */
static enum status read_list(const json_t *value, struct reader *reader, struct fault *fault)
{
  const struct election *election = reader->index->election;
  const char *member = kind_of(election)->member;
  if (!json_is_array(value))
    return refuse_shape(member, election, fault, "this is not a list");
  enum status status = take_marks(reader, json_array_size(value), member, fault);
  for (size_t i = 0; i < json_array_size(value) && status == STATUS_OK; i++) {
    char where[WHERE_SIZE];
    snprintf(where, sizeof where, "%s[%zu]", member, i);
    const json_t *id = json_array_get(value, i);
    if (!json_is_string(id))
      return refuse_shape(where, election, fault, "this is not the id of a project");
    status = add_mark(reader, where, text_of(id), (int32_t)i + 1, fault);
  }
  return status;
}

static int compare_marks(const void *left, const void *right)
{
  const struct mark *a = left;
  const struct mark *b = right;
  return (a->project > b->project) - (a->project < b->project);
}

static void sort_marks(struct reader *reader)
{
  size_t sorted = 1;
  while (sorted < reader->count &&
         compare_marks(&reader->marks[sorted - 1], &reader->marks[sorted]) < 0)
    sorted++;
  if (sorted >= reader->count)
    return;
  qsort(reader->marks, reader->count, sizeof(*reader->marks), compare_marks);
}

static enum status read_approve(const json_t *value, struct reader *reader, struct fault *fault)
{
  const enum status status = read_list(value, reader, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < reader->count; i++) {
    reader->marks[i].value = 1;
    if (i == 0)
      continue;
    const struct span before = text_of(json_array_get(value, i - 1));
    const struct span id = text_of(json_array_get(value, i));
    if (span_compare(before, id) < 0)
      continue;
    char where[WHERE_SIZE];
    snprintf(where, sizeof where, "approve[%zu]", i);
    return fault_set(fault, STATUS_REFUSED, where, "ids in the order of their bytes, each once",
                     "'%.*s' stands after '%.*s'", SPAN_PRINT(id), SPAN_PRINT(before));
  }
  sort_marks(reader);
  return STATUS_OK;
}

static enum status finish_rank(struct reader *reader, struct fault *fault)
{
  sort_marks(reader);
  for (size_t i = 1; i < reader->count; i++) {
    const struct mark *mark = &reader->marks[i];
    if (mark->project != mark[-1].project)
      continue;
    return fault_set(fault, STATUS_REFUSED, "rank", "each project once", "'%.*s' is ranked twice",
                     SPAN_PRINT(reader->index->election->projects[mark->project].id));
  }
  return STATUS_OK;
}

static enum status read_rank(const json_t *value, struct reader *reader, struct fault *fault)
{
  const enum status status = read_list(value, reader, fault);
  return status == STATUS_OK ? finish_rank(reader, fault) : status;
}

/* Whether the only spelling leaves a project with this value out. */
static bool is_left_out(const struct ballot_form *form, int64_t value)
{
  return value == (form->kind == BALLOT_SCORES ? form->unscored : 0);
}

static enum status add_value(struct reader *reader, struct span id, int64_t number,
                             struct fault *fault)
{
  const struct election *election = reader->index->election;
  const char *member = kind_of(election)->member;
  if (number < -MARK_VALUE_MAX || number > MARK_VALUE_MAX)
    return fault_set(fault, STATUS_REFUSED, member, "from -1000000000 to 1000000000",
                     "the value of '%.*s' is %" PRId64, SPAN_PRINT(id), number);
  if (is_left_out(&election->ballot, number))
    return fault_set(fault, STATUS_REFUSED, member, "only projects with another value",
                     "the value of '%.*s' is %" PRId64 ", which it has without being named",
                     SPAN_PRINT(id), number);
  return add_mark(reader, member, id, (int32_t)number, fault);
}

static enum status read_value(const char *name, const json_t *value, struct reader *reader,
                              struct fault *fault)
{
  const struct span id = span_of(name);
  if (!json_is_integer(value))
    return fault_set(fault, STATUS_REFUSED, kind_of(reader->index->election)->member,
                     "a whole number", "the value of '%.*s' is not a whole number", SPAN_PRINT(id));
  return add_value(reader, id, json_integer_value(value), fault);
}

static enum status read_values(const json_t *value, struct reader *reader, struct fault *fault)
{
  const struct election *election = reader->index->election;
  const char *member = kind_of(election)->member;
  if (!json_is_object(value))
    return refuse_shape(member, election, fault, "this is not an object");
  enum status status = take_marks(reader, json_object_size(value), member, fault);
  json_t *object = iterable(value);
  for (void *at = json_object_iter(object); at != NULL && status == STATUS_OK;
       at = json_object_iter_next(object, at))
    status = read_value(json_object_iter_key(at), json_object_iter_value(at), reader, fault);
  if (status == STATUS_OK)
    sort_marks(reader);
  return status;
}

static enum status read_answer(const json_t *value, struct reader *reader, struct fault *fault)
{
  if (!json_is_string(value))
    return refuse_shape("answer", reader->index->election, fault, "this is not an answer's id");
  const enum status status = take_marks(reader, 1, "answer", fault);
  return status == STATUS_OK ? add_mark(reader, "answer", text_of(value), 1, fault) : status;
}

/* Gives the marks that were read, if they keep to the limits. */
static enum status give(const struct reader *reader, struct choice *choice, struct fault *fault)
{
  const struct choice read = {.count = reader->count, .marks = reader->marks};
  const enum status status = choice_check(&read, reader->index->election, fault);
  if (status == STATUS_OK)
    *choice = read;
  return status;
}

enum status choice_read(const json_t *value, const struct project_index *index, struct arena *arena,
                        struct choice *choice, struct fault *fault)
{
  const struct election *election = index->election;
  const struct kind_row *kind = kind_of(election);
  if (!json_is_object(value) || json_object_size(value) != 1)
    return refuse_shape("choice", election, fault, "this is not an object with one member");

  void *only = json_object_iter(iterable(value));
  const char *name = json_object_iter_key(only);
  const json_t *content = json_object_iter_value(only);
  if (strcmp(name, "blank") == 0) {
    if (!json_is_true(content))
      return refuse_shape("blank", election, fault, "a blank choice says true and nothing else");
    *choice = (struct choice){0};
    return STATUS_OK;
  }
  if (strcmp(name, kind->member) != 0)
    return fault_set(fault, STATUS_REFUSED, "choice", kind->expected,
                     "'%.*s' is not a member of a choice on '%s' ballots",
                     SPAN_PRINT(span_of(name)), ballot_kind_name(election->ballot.kind));

  struct reader reader = {.index = index, .arena = arena};
  const enum status status = kind->read(content, &reader, fault);
  return status == STATUS_OK ? give(&reader, choice, fault) : status;
}

/* --- reading plain text ---
 *
 * What nearly every ballot says is taken as it stands. What is refused here, perhaps without a word,
 * is left to choice_read. */

/* Room for as many marks as there can be in `rest`: no id that is known has a comma. */
static enum status take_plain_marks(struct span rest, struct reader *reader, struct fault *fault)
{
  size_t count = 1;
  for (size_t i = 0; i < rest.length; i++)
    count += rest.bytes[i] == ',';
  return take_marks(reader, count, NULL, fault);
}

/* Whether an id may follow the one before where they ascend. */
static bool may_follow(const struct reader *reader, struct span before, struct span id)
{
  return reader->count == 0 || span_compare(before, id) < 0;
}

static enum status read_plain_list(struct span *rest, struct reader *reader, struct fault *fault)
{
  const bool ranked = reader->index->election->ballot.kind == BALLOT_RANKING;
  struct span id, before = SPAN("");
  if (!plain_take(rest, SPAN("[")))
    return STATUS_REFUSED;
  do {
    if (!plain_string(rest, &id) || (!ranked && !may_follow(reader, before, id)))
      return STATUS_REFUSED;
    const int32_t value = ranked ? (int32_t)reader->count + 1 : 1;
    const enum status status = add_mark(reader, NULL, id, value, fault);
    if (status != STATUS_OK)
      return status;
    before = id;
  } while (plain_take(rest, SPAN(",")));
  if (!plain_take(rest, SPAN("]")))
    return STATUS_REFUSED;
  if (ranked)
    return finish_rank(reader, fault);
  sort_marks(reader);
  return STATUS_OK;
}

static enum status read_plain_values(struct span *rest, struct reader *reader, struct fault *fault)
{
  struct span id, before = SPAN("");
  int64_t number;
  if (!plain_take(rest, SPAN("{")))
    return STATUS_REFUSED;
  do {
    if (!plain_string(rest, &id) || !may_follow(reader, before, id) ||
        !plain_take(rest, SPAN(":")) || !plain_integer(rest, &number))
      return STATUS_REFUSED;
    const enum status status = add_value(reader, id, number, fault);
    if (status != STATUS_OK)
      return status;
    before = id;
  } while (plain_take(rest, SPAN(",")));
  if (!plain_take(rest, SPAN("}")))
    return STATUS_REFUSED;
  sort_marks(reader);
  return STATUS_OK;
}

static enum status read_plain_answer(struct span *rest, struct reader *reader, struct fault *fault)
{
  struct span id;
  return plain_string(rest, &id) ? add_mark(reader, NULL, id, 1, fault) : STATUS_REFUSED;
}

static enum status read_plain(struct span text, struct reader *reader, struct choice *choice,
                              struct fault *fault)
{
  const struct kind_row *kind = kind_of(reader->index->election);
  struct span rest = text, name;
  if (span_equal(text, SPAN("{\"blank\":true}"))) {
    *choice = (struct choice){0};
    return STATUS_OK;
  }
  if (!plain_take(&rest, SPAN("{")) || !plain_string(&rest, &name) ||
      !span_equal(name, span_of(kind->member)) || !plain_take(&rest, SPAN(":")))
    return STATUS_REFUSED;
  enum status status = take_plain_marks(rest, reader, fault);
  if (status == STATUS_OK)
    status = kind->read_plain(&rest, reader, fault);
  if (status == STATUS_OK && !span_equal(rest, SPAN("}")))
    status = STATUS_REFUSED;
  return status == STATUS_OK ? give(reader, choice, fault) : status;
}

enum status choice_read_text(struct span text, const struct project_index *index,
                             struct arena *arena, struct choice *choice, struct fault *fault)
{
  struct reader reader = {.index = index, .arena = arena};
  json_t *value;
  enum status status = read_plain(text, &reader, choice, fault);
  if (status != STATUS_REFUSED)
    return status;
  status = canonical_read(text, text.length, &value, fault);
  if (status != STATUS_OK)
    return status;
  status = choice_read(value, index, arena, choice, fault);
  json_decref(value);
  return status;
}
