/* The section META: what the election is called, how much money there is, what a ballot may say. */
#include <inttypes.h>
#include <stdio.h>

#include "engine/pabulib/form.h"
#include "engine/pabulib/reader.h"

/* The place of a key among the entries read; meta_count: there is none. */
static size_t find_key(const struct reader *reader, struct span key)
{
  size_t place = 0;
  while (place < reader->file->meta_count && !span_equal(reader->meta[place].key, key))
    place++;
  return place;
}

static enum status read_row(struct reader *reader, struct fault *fault)
{
  const struct csv_field *key = reader_field(reader, META_KEY);
  const struct csv_field *value = reader_field(reader, META_VALUE);
  const size_t known = find_key(reader, key->text);
  if (key->text.length == 0)
    return reader_refuse_value(reader, key->at, key->text, "is empty", "the name of a key", fault);
  if (known < reader->file->meta_count) {
    char what[FAULT_WHAT];
    snprintf(what, sizeof what, "is already in line %zu",
             lines_number(&reader->lines, reader->value_at[known]));
    return reader_refuse_value(reader, key->at, key->text, what, "each key once", fault);
  }
  if (known == PABULIB_META_MAX)
    return reader_refuse_value(reader, key->at, key->text, "is one key too many",
                               "at most 256 keys", fault);
  reader->meta[known] = (struct pabulib_meta){.key = key->text, .value = value->text};
  reader->value_at[known] = value->at;
  reader->file->meta_count++;
  return STATUS_OK;
}

/* --- what the entries mean --- */

bool reader_find_meta(const struct reader *reader, const char *key, struct cell *value)
{
  const size_t place = find_key(reader, span_of(key));
  if (place == reader->file->meta_count || csv_is_absent(reader->meta[place].value))
    return false;
  *value = (struct cell){.text = reader->meta[place].value, .at = reader->value_at[place]};
  return true;
}

/* The section ends where the row after it begins, and that was read. */
static enum status find_needed(struct reader *reader, const char *key, struct cell *value,
                               struct fault *fault)
{
  if (reader_find_meta(reader, key, value))
    return STATUS_OK;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "a line '%s;' with a value before the section ends", key);
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, reader->csv.row).text,
                   expected, "META has no '%s'", key);
}

static void read_currency(struct reader *reader)
{
  struct cell cell;
  if (!reader_find_meta(reader, "currency", &cell))
    return;
  bool good = cell.text.length == 3;
  for (size_t i = 0; i < cell.text.length; i++)
    good = good && cell.text.bytes[i] >= 'A' && cell.text.bytes[i] <= 'Z';
  if (good) {
    reader->file->election.currency = cell.text;
    return;
  }
  struct fault *warning = reader_warning(reader);
  if (warning != NULL)
    fault_set(warning, STATUS_REFUSED, lines_place(&reader->lines, cell.at).text,
              "three letters of ISO 4217, such as EUR", "'%.*s' is not a currency's code",
              SPAN_PRINT(cell.text));
}

static enum status read_count(struct reader *reader, struct cell cell, const struct form_key *key,
                              int64_t least, int64_t most, struct fault *fault)
{
  int64_t value;
  const char *wrong = decimal_read_whole(cell.text, &value);
  if (wrong == NULL && value < least)
    wrong = "is too small";
  if (wrong == NULL && value > most)
    wrong = "is too large";
  if (wrong == NULL) {
    form_set(&reader->file->election.ballot, key, value);
    return STATUS_OK;
  }
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "'%s' to be a whole number from %" PRId64 " to %" PRId64,
           key->name, least, most);
  return reader_refuse_value(reader, cell.at, cell.text, wrong, expected, fault);
}

static enum status read_limit(struct reader *reader, const struct form_key *key,
                              struct fault *fault)
{
  struct cell cell;
  if (!form_key_applies(key, reader->file->election.ballot.kind) ||
      !reader_find_meta(reader, key->name, &cell))
    return STATUS_OK;
  switch (key->value) {
  case FORM_COUNT:
    return read_count(reader, cell, key, 0, MONEY_MAX, fault);
  case FORM_SCORE:
    return read_count(reader, cell, key, -MARK_VALUE_MAX, MARK_VALUE_MAX, fault);
  case FORM_MONEY:
    return reader_read_amount(reader, cell, &reader->max_cost, fault);
  }
  return STATUS_OK;
}

/* Where `max_length` says otherwise than `choose-1`, the latter holds: it names the ballots. */
static void choose_one(struct reader *reader)
{
  struct ballot_form *form = &reader->file->election.ballot;
  struct cell cell;
  if (form->max != 1 && form->max != LIMIT_NONE && reader_find_meta(reader, "max_length", &cell)) {
    struct fault *warning = reader_warning(reader);
    if (warning != NULL)
      fault_set(warning, STATUS_REFUSED, lines_place(&reader->lines, cell.at).text,
                "1, as the vote_type choose-1 says", "'max_length' is %" PRId64, form->max);
  }
  form->max = 1;
}

/* Limits of the same thing from below and above, as places in form_keys. */
static const struct bounds {
  size_t least, most;
} bounds[] = {{0, 1}, {3, 4}, {6, 7}};

enum {
  BOUNDS = sizeof(bounds) / sizeof(bounds[0])
};

static enum status check_order(struct reader *reader, const struct bounds *pair,
                               struct fault *fault)
{
  const struct ballot_form *form = &reader->file->election.ballot;
  const struct form_key *least = &form_keys[pair->least];
  const struct form_key *most = &form_keys[pair->most];
  const int64_t low = form_get(form, least);
  const int64_t high = form_get(form, most);
  const bool limited = least->value == FORM_SCORE || (low != LIMIT_NONE && high != LIMIT_NONE);
  if (!form_key_applies(least, form->kind) || !limited || low <= high)
    return STATUS_OK;
  struct cell cell;
  if (!reader_find_meta(reader, least->name, &cell) && !reader_find_meta(reader, most->name, &cell))
    cell.at = reader->csv.row;
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, cell.at).text,
                   "limits that some ballot can keep",
                   "the '%s' of ballots, %" PRId64 ", is more than their '%s', %" PRId64,
                   least->name, low, most->name, high);
}

static enum status read_form(struct reader *reader, struct fault *fault)
{
  struct ballot_form *form = &reader->file->election.ballot;
  struct cell vote_type;
  enum status status = find_needed(reader, "vote_type", &vote_type, fault);
  if (status != STATUS_OK)
    return status;
  enum ballot_kind kind;
  if (!form_kind_of(vote_type.text, &kind))
    return reader_refuse_value(reader, vote_type.at, vote_type.text, "is not a known vote_type",
                               FORM_VOTE_TYPES, fault);
  *form = ballot_form_any(kind);
  if (kind == BALLOT_SCORES)
    form->lowest = 0;
  reader->points_needed = kind == BALLOT_POINTS || kind == BALLOT_SCORES;
  for (size_t i = 0; i < FORM_KEYS; i++)
    if ((status = read_limit(reader, &form_keys[i], fault)) != STATUS_OK)
      return status;
  if (form_is_choose_one(vote_type.text))
    choose_one(reader);
  for (size_t i = 0; i < BOUNDS && status == STATUS_OK; i++)
    status = check_order(reader, &bounds[i], fault);
  return status;
}

static enum status end(struct reader *reader, struct fault *fault)
{
  struct election *election = &reader->file->election;
  struct cell cell;
  election->title = SPAN("");
  election->currency = SPAN("");
  if (reader_find_meta(reader, "description", &cell))
    election->title = cell.text;
  read_currency(reader);
  enum status status = find_needed(reader, "budget", &cell, fault);
  if (status == STATUS_OK)
    status = reader_read_amount(reader, cell, &reader->budget, fault);
  return status == STATUS_OK ? read_form(reader, fault) : status;
}

const struct section section_meta = {
    .name = "META",
    .columns = {{"key", true}, {"value", true}},
    .row = read_row,
    .end = end,
};
