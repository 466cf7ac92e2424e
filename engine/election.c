#include "engine/election.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const kind_names[] = {
    [BALLOT_APPROVAL] = "approval", [BALLOT_POINTS] = "points", [BALLOT_RANKING] = "ranking",
    [BALLOT_SCORES] = "scores",     [BALLOT_SPLIT] = "split",   [BALLOT_ANSWER] = "answer",
};

enum {
  KIND_COUNT = sizeof(kind_names) / sizeof(kind_names[0]),
  WHERE_SIZE = 48
};

struct ballot_form ballot_form_any(enum ballot_kind kind)
{
  bool scores = kind == BALLOT_SCORES;
  return (struct ballot_form){
      .kind = kind,
      .min = LIMIT_NONE,
      .max = LIMIT_NONE,
      .max_cost = LIMIT_NONE,
      .points = LIMIT_NONE,
      .min_points = LIMIT_NONE,
      .max_per_project = LIMIT_NONE,
      .lowest = scores ? -MARK_VALUE_MAX : 0,
      .highest = scores ? MARK_VALUE_MAX : 0,
  };
}

const char *ballot_kind_name(enum ballot_kind kind)
{
  return kind_names[kind];
}

bool ballot_kind_of(struct span name, enum ballot_kind *kind)
{
  for (unsigned i = 0; i < KIND_COUNT; i++) {
    if (span_equal(name, span_of(kind_names[i]))) {
      *kind = (enum ballot_kind)i;
      return true;
    }
  }
  return false;
}

/* --- the limits as a table --- */

struct limit {
  const char *name;
  int64_t value;
  unsigned kinds; /* bit 1 << kind of those that have it */
};

enum {
  LIMIT_COUNT = 6
};

#define KIND(kind) (1U << (kind))

/* In the order of their names, which canonical JSON wants. */
static void form_limits(const struct ballot_form *form, struct limit limits[LIMIT_COUNT])
{
  const unsigned counted = KIND(BALLOT_APPROVAL) | KIND(BALLOT_POINTS) | KIND(BALLOT_RANKING);
  const struct limit all[LIMIT_COUNT] = {
      {"max", form->max, counted},
      {"max_cost", form->max_cost, KIND(BALLOT_APPROVAL)},
      {"max_per_project", form->max_per_project, KIND(BALLOT_POINTS)},
      {"min", form->min, counted},
      {"min_points", form->min_points, KIND(BALLOT_POINTS)},
      {"points", form->points, KIND(BALLOT_POINTS)},
  };
  for (size_t i = 0; i < LIMIT_COUNT; i++)
    limits[i] = all[i];
}

static enum status check_limit(const struct ballot_form *form, const struct limit *limit,
                               struct fault *fault)
{
  char where[WHERE_SIZE];
  snprintf(where, sizeof where, "ballot.%s", limit->name);
  if (limit->value == LIMIT_NONE)
    return STATUS_OK;
  if ((limit->kinds & KIND(form->kind)) == 0)
    return fault_set(fault, STATUS_REFUSED, where, "no such limit", "'%s' ballots have no '%s'",
                     ballot_kind_name(form->kind), limit->name);
  if (limit->value < 0 || limit->value > MONEY_MAX)
    return fault_set(fault, STATUS_REFUSED, where, "a whole number from 0 to 9007199254740991",
                     "%" PRId64 " is out of range", limit->value);
  return STATUS_OK;
}

static enum status check_order(const char *where, int64_t least, int64_t most, struct fault *fault)
{
  if (least == LIMIT_NONE || most == LIMIT_NONE || least <= most)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, where, "a range that some value is in",
                   "the least, %" PRId64 ", is more than the most, %" PRId64, least, most);
}

static enum status check_score(const char *where, int32_t score, struct fault *fault)
{
  if (score >= -MARK_VALUE_MAX && score <= MARK_VALUE_MAX)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, where, "a whole number from -1000000000 to 1000000000",
                   "%" PRId32 " is out of range", score);
}

static enum status check_scale(const struct ballot_form *form, struct fault *fault)
{
  enum status status;
  if (form->kind != BALLOT_SCORES) {
    if (form->lowest == 0 && form->highest == 0 && form->unscored == 0)
      return STATUS_OK;
    return fault_set(fault, STATUS_REFUSED, "ballot", "a scale for 'scores' only",
                     "'%s' ballots have no scale", ballot_kind_name(form->kind));
  }
  if ((status = check_score("ballot.lowest", form->lowest, fault)) != STATUS_OK ||
      (status = check_score("ballot.highest", form->highest, fault)) != STATUS_OK ||
      (status = check_score("ballot.default", form->unscored, fault)) != STATUS_OK)
    return status;
  return form->lowest <= form->highest
             ? STATUS_OK
             : fault_set(fault, STATUS_REFUSED, "ballot.lowest", "a score of at most 'highest'",
                         "the lowest score, %" PRId32 ", is above the highest, %" PRId32,
                         form->lowest, form->highest);
}

static enum status check_form(const struct ballot_form *form, struct fault *fault)
{
  if ((unsigned)form->kind >= KIND_COUNT)
    return fault_set(fault, STATUS_REFUSED, "ballot.kind", "a known kind of ballot",
                     "there is no kind %u", (unsigned)form->kind);

  struct limit limits[LIMIT_COUNT];
  form_limits(form, limits);
  enum status status;
  for (size_t i = 0; i < LIMIT_COUNT; i++)
    if ((status = check_limit(form, &limits[i], fault)) != STATUS_OK)
      return status;
  if ((status = check_order("ballot.min", form->min, form->max, fault)) != STATUS_OK ||
      (status = check_order("ballot.min_points", form->min_points, form->points, fault)) !=
          STATUS_OK)
    return status;
  if (form->exact && form->points == LIMIT_NONE)
    return fault_set(fault, STATUS_REFUSED, "ballot.exact", "a number of 'points' to give",
                     "all points must be given, but their number is not set");
  return check_scale(form, fault);
}

/* --- texts and projects --- */

static bool is_control(struct span text, size_t at)
{
  const unsigned char byte = (unsigned char)text.bytes[at];
  if (byte < 0x20 || byte == 0x7f)
    return true;
  /* U+0080 to U+009F, of which every second byte is at most 0x9f. */
  return byte == 0xc2 && at + 1 < text.length && (unsigned char)text.bytes[at + 1] < 0xa0;
}

static enum status check_text(const char *where, struct span text, struct fault *fault)
{
  if (!span_is_utf8(text))
    return fault_set(fault, STATUS_REFUSED, where, "text in UTF-8", "the text is not valid UTF-8");
  for (size_t i = 0; i < text.length; i++)
    if (text.bytes[i] == '\0')
      return fault_set(fault, STATUS_REFUSED, where, "text without U+0000",
                       "the text has a character U+0000");
  return STATUS_OK;
}

static enum status check_money(const char *where, int64_t amount, struct fault *fault)
{
  if (amount >= 0 && amount <= MONEY_MAX)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, where,
                   "an amount in minor units, from 0 to 9007199254740991",
                   "%" PRId64 " is out of range", amount);
}

static enum status check_currency(struct span currency, struct fault *fault)
{
  bool good = currency.length == 3 || currency.length == 0;
  for (size_t i = 0; i < currency.length; i++)
    good = good && currency.bytes[i] >= 'A' && currency.bytes[i] <= 'Z';
  if (good)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "currency", "three letters of ISO 4217, such as EUR",
                   "'%.*s' is not a currency's code", SPAN_PRINT(currency));
}

static enum status check_id(const char *where, struct span id, struct fault *fault)
{
  static const char expected[] = "1 to 128 bytes of UTF-8 without control characters";
  if (id.length == 0)
    return fault_set(fault, STATUS_REFUSED, where, expected, "the id is empty");
  if (id.length > ELECTION_ID_MAX)
    return fault_set(fault, STATUS_REFUSED, where, expected, "'%.*s' has %zu bytes", SPAN_PRINT(id),
                     id.length);
  if (!span_is_utf8(id))
    return fault_set(fault, STATUS_REFUSED, where, expected, "the id is not valid UTF-8");
  for (size_t i = 0; i < id.length; i++)
    if (is_control(id, i))
      return fault_set(fault, STATUS_REFUSED, where, expected,
                       "'%.*s' has a control character at byte %zu", SPAN_PRINT(id), i + 1);
  return STATUS_OK;
}

static void project_where(char where[WHERE_SIZE], size_t place, const char *member)
{
  snprintf(where, WHERE_SIZE, "projects[%zu].%s", place, member);
}

static enum status check_project(const struct election *election, size_t place, struct fault *fault)
{
  const struct project *project = &election->projects[place];
  char where[WHERE_SIZE];
  enum status status;
  project_where(where, place, "id");
  if ((status = check_id(where, project->id, fault)) != STATUS_OK)
    return status;
  project_where(where, place, "title");
  if ((status = check_text(where, project->title, fault)) != STATUS_OK)
    return status;
  project_where(where, place, "category");
  if ((status = check_text(where, project->category, fault)) != STATUS_OK)
    return status;
  project_where(where, place, "cost");
  if (election->ballot.kind == BALLOT_ANSWER && project->cost != 0)
    return fault_set(fault, STATUS_REFUSED, where, "0, since an answer costs nothing",
                     "'%.*s' costs %" PRId64, SPAN_PRINT(project->id), project->cost);
  return check_money(where, project->cost, fault);
}

static int compare_ids(const void *left, const void *right)
{
  const struct project *const *a = left;
  const struct project *const *b = right;
  int order = span_compare((*a)->id, (*b)->id);
  return order != 0 ? order : (*a > *b) - (*a < *b);
}

/* Sorted, not hashed: whoever chooses the ids cannot make it slow. */
static enum status check_ids_differ(const struct election *election, struct fault *fault)
{
  const size_t count = election->project_count;
  const struct project **sorted = calloc(count, sizeof(*sorted));
  if (sorted == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++)
    sorted[i] = &election->projects[i];
  qsort(sorted, count, sizeof(*sorted), compare_ids);

  enum status status = STATUS_OK;
  for (size_t i = 1; i < count && status == STATUS_OK; i++) {
    if (!span_equal(sorted[i - 1]->id, sorted[i]->id))
      continue;
    char where[WHERE_SIZE];
    project_where(where, (size_t)(sorted[i] - election->projects), "id");
    status = fault_set(fault, STATUS_REFUSED, where, "an id of its own for each project",
                       "'%.*s' is already the id of projects[%zu]", SPAN_PRINT(sorted[i]->id),
                       (size_t)(sorted[i - 1] - election->projects));
  }
  free(sorted);
  return status;
}

enum status election_check(const struct election *election, struct fault *fault)
{
  enum status status;
  if ((status = check_text("title", election->title, fault)) != STATUS_OK ||
      (status = check_currency(election->currency, fault)) != STATUS_OK ||
      (status = check_money("budget", election->budget, fault)) != STATUS_OK ||
      (status = check_form(&election->ballot, fault)) != STATUS_OK)
    return status;
  if (election->minor_unit > ELECTION_MINOR_UNIT_MAX)
    return fault_set(fault, STATUS_REFUSED, "minor_unit", "a whole number from 0 to 6",
                     "%u is out of range", election->minor_unit);
  if (election->project_count < 1 || election->project_count > ELECTION_PROJECTS_MAX)
    return fault_set(fault, STATUS_REFUSED, "projects", "1 to 65535 projects",
                     "there are %zu projects", election->project_count);
  for (size_t i = 0; i < election->project_count; i++)
    if ((status = check_project(election, i, fault)) != STATUS_OK)
      return status;
  return check_ids_differ(election, fault);
}

int64_t election_currency_unit(const struct election *election)
{
  int64_t unit = 1;
  for (unsigned i = 0; i < election->minor_unit; i++)
    unit *= 10;
  return unit;
}

/* --- writing --- */

void ballot_form_write(const struct ballot_form *form, struct canonical_writer *writer)
{
  const bool scores = form->kind == BALLOT_SCORES;
  struct limit limits[LIMIT_COUNT];
  form_limits(form, limits);

  canonical_object(writer);
  if (scores)
    canonical_member_integer(writer, "default", form->unscored);
  if (form->exact)
    canonical_member_boolean(writer, "exact", true);
  if (scores)
    canonical_member_integer(writer, "highest", form->highest);
  canonical_member_string(writer, "kind", span_of(ballot_kind_name(form->kind)));
  if (scores)
    canonical_member_integer(writer, "lowest", form->lowest);
  for (size_t i = 0; i < LIMIT_COUNT; i++)
    if (limits[i].value != LIMIT_NONE)
      canonical_member_integer(writer, limits[i].name, limits[i].value);
  canonical_end(writer);
}

static void write_text(struct canonical_writer *writer, const char *name, struct span text)
{
  if (text.length > 0)
    canonical_member_string(writer, name, text);
}

static void write_project(struct canonical_writer *writer, const struct project *project)
{
  canonical_object(writer);
  write_text(writer, "category", project->category);
  canonical_member_integer(writer, "cost", project->cost);
  canonical_member_string(writer, "id", project->id);
  write_text(writer, "title", project->title);
  canonical_end(writer);
}

void election_write(const struct election *election, struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member(&writer, "ballot");
  ballot_form_write(&election->ballot, &writer);
  canonical_member_integer(&writer, "budget", election->budget);
  write_text(&writer, "currency", election->currency);
  canonical_member_integer(&writer, "minor_unit", election->minor_unit);
  canonical_member(&writer, "projects");
  canonical_array(&writer);
  for (size_t i = 0; i < election->project_count; i++)
    write_project(&writer, &election->projects[i]);
  canonical_end(&writer);
  write_text(&writer, "title", election->title);
  canonical_end(&writer);
}
