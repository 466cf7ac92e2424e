#include "tests/oracle/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void oracle_fail(const char *format, ...)
{
  va_list arguments;
  fputs("oracle: ", stderr);
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  abort();
}

void *oracle_take(struct arena *arena, size_t count, size_t size)
{
  void *memory = arena_take(arena, count, size);
  if (memory == NULL)
    oracle_fail("no memory for %zu elements of %zu bytes", count, size);
  return memory;
}

void oracle_set(mpq_t number, int64_t value)
{
  uint64_t magnitude = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
  mpz_import(mpq_numref(number), 1, -1, sizeof magnitude, 0, 0, &magnitude);
  mpz_set_ui(mpq_denref(number), 1);
  if (value < 0)
    mpq_neg(number, number);
}

int64_t oracle_floor(mpq_srcptr number)
{
  mpz_t whole;
  mpz_init(whole);
  mpz_fdiv_q(whole, mpq_numref(number), mpq_denref(number));
  if (mpz_sgn(whole) < 0 || mpz_sizeinbase(whole, 2) > 62)
    oracle_fail("an amount of money is out of range");
  uint64_t value = 0;
  mpz_export(&value, NULL, -1, sizeof value, 0, 0, whole);
  mpz_clear(whole);
  return (int64_t)value;
}

mpq_t *oracle_numbers(size_t count)
{
  mpq_t *numbers = calloc(count + 1, sizeof *numbers);
  if (numbers == NULL)
    oracle_fail("no memory for %zu numbers", count);
  for (size_t i = 0; i < count; i++)
    mpq_init(numbers[i]);
  return numbers;
}

void oracle_numbers_free(mpq_t *numbers, size_t count)
{
  for (size_t i = 0; i < count; i++)
    mpq_clear(numbers[i]);
  free(numbers);
}

const char *oracle_text(mpq_srcptr value, struct arena *arena)
{
  size_t size = mpz_sizeinbase(mpq_numref(value), 10) + mpz_sizeinbase(mpq_denref(value), 10) + 4;
  char *text = ORACLE_TAKE(arena, char, size);
  gmp_snprintf(text, size, "%Zd/%Zd", mpq_numref(value), mpq_denref(value));
  return text;
}

const char *oracle_whole(mpz_srcptr value, struct arena *arena)
{
  size_t size = mpz_sizeinbase(value, 10) + 2;
  char *text = ORACLE_TAKE(arena, char, size);
  gmp_snprintf(text, size, "%Zd", value);
  return text;
}

static bool kind_has_values(enum ballot_kind kind)
{
  return kind == BALLOT_POINTS || kind == BALLOT_SCORES || kind == BALLOT_SPLIT;
}

struct oracle_reading oracle_reading_of(const struct election *election,
                                        const struct oracle_ballots *ballots,
                                        enum oracle_utility utility)
{
  int64_t longest = election->ballot.max;
  for (size_t i = 0; election->ballot.max == LIMIT_NONE && i < ballots->count; i++)
    if ((int64_t)ballots->choices[i].count > longest)
      longest = (int64_t)ballots->choices[i].count;
  return (struct oracle_reading){
      .kind = election->ballot.kind, .utility = utility, .longest = longest};
}

int64_t oracle_weight(const struct oracle_reading *reading, const struct choice *choice,
                      size_t mark)
{
  int64_t value = choice->marks[mark].value;
  int64_t length = (int64_t)choice->count;
  int64_t weight = 0;
  switch (reading->utility) {
  case ORACLE_CARDINALITY:
  case ORACLE_COST:
    /* Points are read as approval of what the ballot names, an explicit 0 too. */
    weight = reading->kind == BALLOT_POINTS || !kind_has_values(reading->kind) || value > 0;
    break;
  case ORACLE_POINTS:
    weight = value;
    break;
  case ORACLE_BORDA:
    weight = length - (value - 1);
    break;
  case ORACLE_BORDA_ZERO:
    weight = length - (value - 1) - 1;
    break;
  case ORACLE_BORDA_MAX:
    weight = reading->longest - (value - 1);
    break;
  }
  return weight > 0 ? weight : 0;
}

/* What a mark adds to the number that a city publishes. */
static int64_t published(enum ballot_kind kind, const struct choice *choice, size_t mark)
{
  if (kind_has_values(kind))
    return choice->marks[mark].value;
  if (kind == BALLOT_RANKING)
    return (int64_t)choice->count - (choice->marks[mark].value - 1);
  return 1;
}

/* --- the tie list --- */

struct tie_list {
  const struct election *election;
  const struct oracle_facts *facts;
  const struct oracle_settings *settings;
};

static int compare_numbers(int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

static bool all_digits(struct span id)
{
  for (size_t i = 0; i < id.length; i++)
    if (id.bytes[i] < '0' || id.bytes[i] > '9')
      return false;
  return id.length > 0;
}

static int compare_ids(struct span a, struct span b)
{
  size_t common = a.length < b.length ? a.length : b.length;
  int difference = memcmp(a.bytes, b.bytes, common);
  return difference != 0 ? difference : compare_numbers((int64_t)a.length, (int64_t)b.length);
}

static struct span without_leading_zeros(struct span digits)
{
  while (digits.length > 1 && digits.bytes[0] == '0') {
    digits.bytes++;
    digits.length--;
  }
  return digits;
}

static int compare_numeric_ids(struct span a, struct span b)
{
  bool a_number = all_digits(a), b_number = all_digits(b);
  if (a_number != b_number)
    return a_number ? -1 : 1;
  if (a_number) {
    struct span a_digits = without_leading_zeros(a), b_digits = without_leading_zeros(b);
    if (a_digits.length != b_digits.length)
      return a_digits.length < b_digits.length ? -1 : 1;
    int difference = compare_ids(a_digits, b_digits);
    if (difference != 0)
      return difference;
  }
  return compare_ids(a, b);
}

static int compare_by_key(const struct tie_list *list, const char *key, size_t length, uint32_t a,
                          uint32_t b)
{
  const struct project *first = &list->election->projects[a];
  const struct project *second = &list->election->projects[b];
  struct span name = {.bytes = key, .length = length};
  if (span_equal(name, SPAN("votes")))
    return compare_numbers((int64_t)list->facts->votes[b], (int64_t)list->facts->votes[a]);
  if (span_equal(name, SPAN("score")))
    return compare_numbers(list->facts->score[b], list->facts->score[a]);
  if (span_equal(name, SPAN("cost")))
    return compare_numbers(first->cost, second->cost);
  if (span_equal(name, SPAN("cost-desc")))
    return compare_numbers(second->cost, first->cost);
  if (span_equal(name, SPAN("id")))
    return compare_ids(first->id, second->id);
  if (span_equal(name, SPAN("id-numeric")))
    return compare_numeric_ids(first->id, second->id);
  if (span_equal(name, SPAN("listed")))
    return compare_numbers(a, b);
  if (span_equal(name, SPAN("draw")) && list->settings->draw != NULL)
    return compare_numbers(list->settings->draw[a], list->settings->draw[b]);
  oracle_fail("tie key '%.*s' is not known", SPAN_PRINT(name));
}

static int compare_by_list(const struct tie_list *list, uint32_t a, uint32_t b)
{
  const char *key = list->settings->tie_break;
  for (;;) {
    size_t length = strcspn(key, ",");
    int difference = compare_by_key(list, key, length, a, b);
    if (difference != 0)
      return difference;
    if (key[length] == '\0')
      oracle_fail("tie list '%s' is not total", list->settings->tie_break);
    key += length + 1;
  }
}

/* A project's place is the number of those that go before it. */
static void order_ties(const struct tie_list *list, uint32_t *order)
{
  for (uint32_t a = 0; a < list->facts->project_count; a++) {
    order[a] = 0;
    for (uint32_t b = 0; b < list->facts->project_count; b++)
      if (b != a && compare_by_list(list, b, a) < 0)
        order[a]++;
  }
}

void oracle_facts_make(const struct election *election, const struct oracle_ballots *ballots,
                       const struct oracle_settings *settings, struct arena *arena,
                       struct oracle_facts *facts)
{
  size_t projects = election->project_count;
  uint64_t *votes = ORACLE_TAKE(arena, uint64_t, projects);
  int64_t *score = ORACLE_TAKE(arena, int64_t, projects);
  int64_t *weight = ORACLE_TAKE(arena, int64_t, projects);
  int64_t *scale = ORACLE_TAKE(arena, int64_t, projects);
  uint32_t *order = ORACLE_TAKE(arena, uint32_t, projects);
  struct oracle_reading reading = oracle_reading_of(election, ballots, settings->utility);
  uint64_t voters = 0;
  for (size_t i = 0; i < ballots->count; i++) {
    const struct choice *choice = &ballots->choices[i];
    uint32_t times = ballots->times != NULL ? ballots->times[i] : 1;
    voters += times;
    for (size_t mark = 0; mark < choice->count; mark++) {
      uint32_t project = choice->marks[mark].project;
      int64_t worth = oracle_weight(&reading, choice, mark);
      weight[project] += worth * times;
      votes[project] += worth > 0 ? times : 0;
      score[project] += published(reading.kind, choice, mark) * times;
    }
  }
  for (size_t project = 0; project < projects; project++)
    scale[project] = settings->utility == ORACLE_COST ? election->projects[project].cost : 1;
  *facts = (struct oracle_facts){.project_count = projects,
                                 .voters = voters,
                                 .votes = votes,
                                 .score = score,
                                 .weight = weight,
                                 .scale = scale,
                                 .order = order};
  struct tie_list list = {.election = election, .facts = facts, .settings = settings};
  order_ties(&list, order);
}

/* --- alternatives --- */

/* Whether `name` is one of the parts of `text` that the characters of `separators` part. */
static bool among(struct span name, const char *text, size_t length, char separator)
{
  size_t start = 0;
  for (size_t end = 0; end <= length; end++) {
    if (end < length && text[end] != separator)
      continue;
    struct span part = {.bytes = text + start, .length = end - start};
    if (part.length > 0 && span_equal(part, name))
      return true;
    start = end + 1;
  }
  return false;
}

static bool share_category(struct span a, struct span b)
{
  size_t start = 0;
  for (size_t end = 0; end <= a.length; end++) {
    if (end < a.length && a.bytes[end] != ',')
      continue;
    struct span part = {.bytes = a.bytes + start, .length = end - start};
    if (among(part, b.bytes, b.length, ','))
      return true;
    start = end + 1;
  }
  return false;
}

static bool share_group(const char *groups, struct span a, struct span b)
{
  while (*groups != '\0') {
    size_t length = strcspn(groups, ",");
    if (among(a, groups, length, '+') && among(b, groups, length, '+'))
      return true;
    groups += length + (groups[length] == ',');
  }
  return false;
}

bool oracle_excluded(const struct election *election, const struct oracle_settings *settings,
                     const bool *funded, uint32_t project)
{
  const struct project *wanted = &election->projects[project];
  for (size_t other = 0; other < election->project_count; other++) {
    if (!funded[other] || other == project)
      continue;
    const struct project *rival = &election->projects[other];
    if (settings->one_per_category && share_category(wanted->category, rival->category))
      return true;
    if (settings->exclusive != NULL && share_group(settings->exclusive, wanted->id, rival->id))
      return true;
  }
  return false;
}

void oracle_ballots_of(const struct profile *profile, struct arena *arena,
                       struct oracle_ballots *ballots)
{
  struct choice *choices = ORACLE_TAKE(arena, struct choice, profile->group_count);
  struct mark *marks = ORACLE_TAKE(arena, struct mark, profile->start[profile->group_count]);
  for (size_t group = 0; group < profile->group_count; group++) {
    size_t first = profile->start[group], end = profile->start[group + 1];
    for (size_t i = first; i < end; i++)
      marks[i] = (struct mark){.project = profile->project[i],
                               .value = profile->value != NULL ? profile->value[i] : 1};
    choices[group] = (struct choice){.count = end - first, .marks = marks + first};
  }
  *ballots = (struct oracle_ballots){
      .count = profile->group_count, .choices = choices, .times = profile->multiplicity};
}
