/* The section VOTES, read in place: nothing is allocated for a vote. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/pabulib/reader.h"

enum {
  SORT_BY_INSERTION = 32 /* marks; more of them are left to qsort */
};

static enum status begin(struct reader *reader, struct fault *fault)
{
  const struct election *election = &reader->file->election;
  const bool keep_apart = reader->options->keep_equal_apart;
  if (reader->points_needed && reader_field(reader, VOTE_POINTS) == NULL)
    return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, reader->csv.row).text,
                     "the names of the columns, 'points' among them",
                     "VOTES has no column 'points', though the vote_type is %.*s",
                     SPAN_PRINT(pabulib_meta_value(reader->file, "vote_type")));
  reader->marks = ARENA_TAKE(&reader->scratch, struct mark, election->project_count);
  reader->last_seen = ARENA_TAKE(&reader->scratch, uint32_t, election->project_count);
  if (reader->marks == NULL || reader->last_seen == NULL)
    return fault_no_memory(fault);
  enum status status;
  if ((status = totals_begin(&reader->totals, election, &reader->scratch, fault)) != STATUS_OK ||
      (status = voter_set_begin(&reader->voters, &reader->scratch, fault)) != STATUS_OK)
    return status;
  return profile_begin(&reader->builder, reader->arena, election, !keep_apart, fault);
}

/* --- the parts of a vote --- */

/* The parts of a field between commas, one after the other; none when it is absent. */
struct parts {
  const struct csv_field *field;
  const char *at;
  const char *end;
  bool more;
};

static struct parts parts_of(const struct csv_field *field)
{
  return (struct parts){
      .field = field,
      .at = field->text.bytes,
      .end = field->text.bytes + field->text.length,
      .more = !csv_is_absent(field->text),
  };
}

static bool next_part(struct parts *parts, struct span *part)
{
  if (!parts->more)
    return false;
  const char *begin = parts->at;
  const char *at = begin;
  while (at < parts->end && *at != ',')
    at++;
  *part = (struct span){.bytes = begin, .length = (size_t)(at - begin)};
  parts->more = at < parts->end;
  parts->at = at + parts->more;
  return true;
}

static size_t count_parts(const struct csv_field *field)
{
  struct parts parts = parts_of(field);
  struct span part;
  size_t count = 0;
  while (next_part(&parts, &part))
    count++;
  return count;
}

static enum status refuse_part_counts(struct reader *reader, struct fault *fault)
{
  const struct csv_field *points = reader_field(reader, VOTE_POINTS);
  const size_t given = count_parts(points);
  const size_t named = count_parts(reader_field(reader, VOTE_VOTE));
  return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, points->at).text,
                   "as many points as projects", "%zu %s named, but points are given to %zu", named,
                   named == 1 ? "project is" : "projects are", given);
}

/* --- marks --- */

static enum status read_value(struct reader *reader, struct span text, int32_t *value,
                              struct fault *fault)
{
  const bool scores = reader->file->election.ballot.kind == BALLOT_SCORES;
  int64_t number;
  const char *wrong = decimal_read_whole(text, &number);
  if (wrong == NULL && number < 0 && !scores)
    wrong = "is negative";
  if (wrong == NULL && (number < -MARK_VALUE_MAX || number > MARK_VALUE_MAX))
    wrong = "is out of range";
  *value = wrong == NULL ? (int32_t)number : 0;
  if (wrong == NULL)
    return STATUS_OK;
  return reader_refuse_value(reader, csv_at(reader_field(reader, VOTE_POINTS), text), text, wrong,
                             scores ? "a score, a whole number from -1000000000 to 1000000000"
                                    : "points, a whole number from 0 to 1000000000",
                             fault);
}

static void warn_repeated(struct reader *reader, struct span id)
{
  struct fault *warning = reader_warning(reader);
  if (warning == NULL)
    return;
  const char *at = csv_at(reader_field(reader, VOTE_VOTE), id);
  fault_set(warning, STATUS_REFUSED, lines_place(&reader->lines, at).text,
            "each project once; only its first mention counts",
            "the project '%.*s' is named again in the same vote", SPAN_PRINT(id));
}

/* Adds the mark for a mention of a project. */
static enum status add_mark(struct reader *reader, struct choice *choice, struct span id,
                            int32_t value, struct fault *fault)
{
  const int64_t project = project_index_find(&reader->index, id);
  if (project < 0)
    return fault_set(fault, STATUS_REFUSED,
                     lines_place(&reader->lines, csv_at(reader_field(reader, VOTE_VOTE), id)).text,
                     "ids of projects of this file, with commas and no blanks between them",
                     "there is no project '%.*s'", SPAN_PRINT(id));
  if (reader->last_seen[project] == reader->ballot) {
    warn_repeated(reader, id);
    return STATUS_OK;
  }
  reader->last_seen[project] = reader->ballot;
  const bool ranks = reader->file->election.ballot.kind == BALLOT_RANKING;
  reader->marks[choice->count] = (struct mark){
      .project = (uint32_t)project,
      .value = ranks ? (int32_t)choice->count + 1 : value,
  };
  choice->count++;
  return STATUS_OK;
}

static enum status read_marks(struct reader *reader, struct choice *choice, struct fault *fault)
{
  const bool valued = reader->points_needed;
  struct parts ids = parts_of(reader_field(reader, VOTE_VOTE));
  struct parts values = {0};
  if (valued)
    values = parts_of(reader_field(reader, VOTE_POINTS));
  struct span id;
  struct span text = SPAN("");
  while (next_part(&ids, &id)) {
    int32_t value = 1;
    enum status status = STATUS_OK;
    if (valued && !next_part(&values, &text))
      return refuse_part_counts(reader, fault);
    if (valued)
      status = read_value(reader, text, &value, fault);
    if (status == STATUS_OK)
      status = add_mark(reader, choice, id, value, fault);
    if (status != STATUS_OK)
      return status;
  }
  return values.more ? refuse_part_counts(reader, fault) : STATUS_OK;
}

static int compare_marks(const void *left, const void *right)
{
  const struct mark *a = left;
  const struct mark *b = right;
  return (a->project > b->project) - (a->project < b->project);
}

static void sort_marks(struct mark *marks, size_t count)
{
  if (count > SORT_BY_INSERTION) {
    qsort(marks, count, sizeof(*marks), compare_marks);
    return;
  }
  for (size_t i = 1; i < count; i++) {
    const struct mark mark = marks[i];
    size_t place = i;
    for (; place > 0 && marks[place - 1].project > mark.project; place--)
      marks[place] = marks[place - 1];
    marks[place] = mark;
  }
}

/* --- one vote --- */

static enum status check_voter(struct reader *reader, struct fault *fault)
{
  const struct csv_field *voter = reader_field(reader, VOTE_VOTER);
  enum voter_news news;
  const enum status status = voter_set_add(&reader->voters, voter->text, &news, fault);
  if (status != STATUS_OK || news == VOTER_NEW)
    return status;
  struct fault *warning = reader_warning(reader);
  if (warning != NULL)
    fault_set(warning, STATUS_REFUSED, lines_place(&reader->lines, voter->at).text,
              "a voter_id of its own for each vote",
              news == VOTER_KNOWN ? "the voter '%.*s' has a vote already; both count"
                                  : "the voter '%.*s' is not compared with the others, too many of "
                                    "which are alike",
              SPAN_PRINT(voter->text));
  return STATUS_OK;
}

static enum status check_limits(struct reader *reader, const struct choice *choice,
                                struct fault *fault)
{
  struct fault found;
  if (choice_check(choice, &reader->file->election, &found) == STATUS_OK)
    return STATUS_OK;
  const bool refuse = reader->options->refuse_invalid;
  struct fault *told = refuse ? fault : reader_warning(reader);
  const char *at = reader_field(reader, VOTE_VOTE)->at;
  if (told != NULL)
    fault_set(told, STATUS_REFUSED, lines_place(&reader->lines, at).text, found.expected, "%s",
              found.what);
  return refuse ? STATUS_REFUSED : STATUS_OK;
}

static enum status read_row(struct reader *reader, struct fault *fault)
{
  struct choice choice = {.count = 0, .marks = reader->marks};
  reader->ballot++;
  enum status status;
  if ((status = check_voter(reader, fault)) != STATUS_OK ||
      (status = read_marks(reader, &choice, fault)) != STATUS_OK)
    return status;
  sort_marks(reader->marks, choice.count);
  totals_add(&reader->totals, &choice, 1);
  if ((status = check_limits(reader, &choice, fault)) != STATUS_OK)
    return status;
  return profile_add(&reader->builder, &choice, 1, fault);
}

/* --- what the file says of itself --- */

static void check_figure(struct reader *reader, struct cell published, int64_t counted,
                         const char *what)
{
  int64_t number;
  if (published.text.length == 0 ||
      (decimal_read_whole(published.text, &number) == NULL && number == counted))
    return;
  struct fault *warning = reader_warning(reader);
  if (warning == NULL)
    return;
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "%" PRId64 ", as counted", counted);
  fault_set(warning, STATUS_REFUSED, lines_place(&reader->lines, published.at).text, expected,
            "%s is '%.*s'", what, SPAN_PRINT(published.text));
}

static void check_project(struct reader *reader, size_t place)
{
  const struct listing *listing = &reader->listings[place];
  char what[FAULT_WHAT];
  snprintf(what, sizeof what, "the number of votes of '%.*s'", SPAN_PRINT(listing->id.text));
  check_figure(reader, listing->votes, reader->totals.votes[place], what);
  snprintf(what, sizeof what, "the score of '%.*s'", SPAN_PRINT(listing->id.text));
  check_figure(reader, listing->score, reader->totals.score[place], what);
}

static enum status end(struct reader *reader, struct fault *fault)
{
  (void)fault;
  struct cell cell;
  if (reader_find_meta(reader, "num_projects", &cell))
    check_figure(reader, cell, (int64_t)reader->listing_count, "num_projects");
  if (reader_find_meta(reader, "num_votes", &cell))
    check_figure(reader, cell, reader->ballot, "num_votes");
  for (size_t i = 0; i < reader->listing_count; i++)
    check_project(reader, i);
  reader->file->profile = profile_end(&reader->builder);
  return STATUS_OK;
}

const struct section section_votes = {
    .name = "VOTES",
    .columns = {{"voter_id", true}, {"vote", true}, {"points", false}},
    .begin = begin,
    .row = read_row,
    .end = end,
};
