#include <string.h>

#include "base/arena.h"
#include "engine/pabulib.h"
#include "engine/pabulib/csv.h"
#include "engine/pabulib/decimal.h"
#include "engine/pabulib/form.h"
#include "engine/pabulib/totals.h"

struct writer {
  const struct pabulib *file;
  struct arena scratch;
  struct buffer *buffer;
  struct buffer cell; /* a field before it is quoted */
  size_t row;         /* where in the buffer the line being written begins */
  size_t meta_count;
  struct totals totals;
};

/* --- lines and fields --- */

static bool needs_quotes(struct span text)
{
  for (size_t i = 0; i < text.length; i++)
    if (strchr(";\"\r\n", text.bytes[i]) != NULL)
      return true;
  return false;
}

static void put(struct writer *writer, struct span text)
{
  if (!needs_quotes(text)) {
    buffer_add(writer->buffer, text);
    return;
  }
  buffer_add_byte(writer->buffer, '"');
  for (size_t i = 0; i < text.length; i++) {
    buffer_add_byte(writer->buffer, text.bytes[i]);
    if (text.bytes[i] == '"')
      buffer_add_byte(writer->buffer, '"');
  }
  buffer_add_byte(writer->buffer, '"');
}

static void put_text(struct writer *writer, const char *text)
{
  buffer_add(writer->buffer, span_of(text));
}

/* Puts what was gathered in `cell`, and empties it. */
static void put_cell(struct writer *writer)
{
  put(writer, buffer_span(&writer->cell));
  writer->cell.length = 0;
}

static void put_separator(struct writer *writer)
{
  buffer_add_byte(writer->buffer, ';');
}

static enum status end_row(struct writer *writer, struct fault *fault)
{
  const size_t length = writer->buffer->length - writer->row;
  if (length > PABULIB_LINE_MAX)
    return fault_set(fault, STATUS_REFUSED, NULL, "at most 1048576 bytes in a line of a .pb file",
                     "a line has %zu bytes", length);
  buffer_add_byte(writer->buffer, '\n');
  writer->row = writer->buffer->length;
  return STATUS_OK;
}

static enum status write_line(struct writer *writer, const char *text, struct fault *fault)
{
  put_text(writer, text);
  return end_row(writer, fault);
}

/* --- META ---
 *
 * Each function says in the cell what the election has to say for a key; false when it has
 * nothing to say. */

static bool say_title(struct writer *writer)
{
  buffer_add(&writer->cell, writer->file->election.title);
  return writer->file->election.title.length > 0;
}

static bool say_projects(struct writer *writer)
{
  buffer_add_integer(&writer->cell, (int64_t)writer->file->election.project_count);
  return true;
}

static bool say_votes(struct writer *writer)
{
  buffer_add_integer(&writer->cell, (int64_t)writer->file->profile.voters);
  return true;
}

static bool say_budget(struct writer *writer)
{
  const struct election *election = &writer->file->election;
  decimal_write(election->budget, election->minor_unit, &writer->cell);
  return true;
}

/* Approvals of one project stay what they are called. */
static bool is_choose_one(const struct pabulib *file)
{
  return file->election.ballot.kind == BALLOT_APPROVAL && file->election.ballot.max == 1 &&
         form_is_choose_one(pabulib_meta_value(file, "vote_type"));
}

static bool say_vote_type(struct writer *writer)
{
  const struct pabulib *file = writer->file;
  buffer_add(&writer->cell, is_choose_one(file)
                                ? SPAN("choose-1")
                                : span_of(form_vote_type(file->election.ballot.kind)));
  return true;
}

static bool say_currency(struct writer *writer)
{
  buffer_add(&writer->cell, writer->file->election.currency);
  return writer->file->election.currency.length > 0;
}

static const struct decided {
  const char *key;
  bool (*say)(struct writer *writer);
} decided[] = {
    {"description", say_title}, {"num_projects", say_projects}, {"num_votes", say_votes},
    {"budget", say_budget},     {"vote_type", say_vote_type},   {"currency", say_currency},
};

enum {
  DECIDED = sizeof(decided) / sizeof(decided[0])
};

static bool say_limit(struct writer *writer, const struct form_key *key)
{
  const struct election *election = &writer->file->election;
  const struct ballot_form *form = &election->ballot;
  int64_t limit = form_get(form, key);
  if (form->exact && key->member == offsetof(struct ballot_form, min_points))
    limit = form->points; /* the format has no other word for it */
  if (key->value != FORM_SCORE && limit == LIMIT_NONE)
    return false;
  if (key->value == FORM_MONEY)
    decimal_write(limit, election->minor_unit, &writer->cell);
  else
    buffer_add_integer(&writer->cell, limit);
  return true;
}

static bool has_key(const struct pabulib *file, const char *key)
{
  for (size_t i = 0; i < file->meta_count; i++)
    if (span_equal(file->meta[i].key, span_of(key)))
      return true;
  return false;
}

static enum status write_entry(struct writer *writer, struct span key, struct span value,
                               struct fault *fault)
{
  if (writer->meta_count == PABULIB_META_MAX)
    return fault_set(fault, STATUS_REFUSED, "META", "at most 256 keys", "there are more keys");
  writer->meta_count++;
  put(writer, key);
  put_separator(writer);
  put(writer, value);
  return end_row(writer, fault);
}

static enum status write_said(struct writer *writer, struct span key, struct fault *fault)
{
  const enum status status = write_entry(writer, key, buffer_span(&writer->cell), fault);
  writer->cell.length = 0;
  return status;
}

/* An entry that stands in META: from the election if it has something to say, else as it is. */
static enum status rewrite_entry(struct writer *writer, const struct pabulib_meta *entry,
                                 struct fault *fault)
{
  for (size_t i = 0; i < DECIDED; i++)
    if (span_equal(entry->key, span_of(decided[i].key)) && decided[i].say(writer))
      return write_said(writer, entry->key, fault);
  for (size_t i = 0; i < FORM_KEYS; i++) {
    const struct form_key *key = &form_keys[i];
    if (!span_equal(entry->key, span_of(key->name)) ||
        !form_key_applies(key, writer->file->election.ballot.kind))
      continue;
    if (say_limit(writer, key))
      return write_said(writer, entry->key, fault);
    if (!csv_is_absent(entry->value))
      return STATUS_OK; /* a limit that the election does not have */
  }
  return write_entry(writer, entry->key, entry->value, fault);
}

/* What the election has to say and META has no key for. */
static enum status write_missing(struct writer *writer, struct fault *fault)
{
  const struct pabulib *file = writer->file;
  enum status status = STATUS_OK;
  for (size_t i = 0; i < DECIDED && status == STATUS_OK; i++)
    if (!has_key(file, decided[i].key) && decided[i].say(writer))
      status = write_said(writer, span_of(decided[i].key), fault);
  for (size_t i = 0; i < FORM_KEYS && status == STATUS_OK; i++) {
    const struct form_key *key = &form_keys[i];
    const bool implied = is_choose_one(file) && key->member == offsetof(struct ballot_form, max);
    if (form_key_applies(key, file->election.ballot.kind) && !implied &&
        !has_key(file, key->name) && say_limit(writer, key))
      status = write_said(writer, span_of(key->name), fault);
  }
  return status;
}

static enum status write_meta(struct writer *writer, struct fault *fault)
{
  enum status status = write_line(writer, "META", fault);
  if (status == STATUS_OK)
    status = write_line(writer, "key;value", fault);
  for (size_t i = 0; i < writer->file->meta_count && status == STATUS_OK; i++)
    status = rewrite_entry(writer, &writer->file->meta[i], fault);
  return status == STATUS_OK ? write_missing(writer, fault) : status;
}

/* --- PROJECTS --- */

static enum status write_project(struct writer *writer, size_t place, struct fault *fault)
{
  const struct election *election = &writer->file->election;
  const struct project *project = &election->projects[place];
  const int8_t *selected = writer->file->selected;
  put(writer, project->id);
  put_separator(writer);
  decimal_write(project->cost, election->minor_unit, writer->buffer);
  put_separator(writer);
  buffer_add_integer(writer->buffer, writer->totals.votes[place]);
  put_separator(writer);
  if (election->ballot.kind != BALLOT_APPROVAL) {
    buffer_add_integer(writer->buffer, writer->totals.score[place]);
    put_separator(writer);
  }
  put(writer, project->title);
  put_separator(writer);
  put(writer, project->category);
  if (selected != NULL)
    put_separator(writer);
  if (selected != NULL && selected[place] != PABULIB_SELECTED_UNKNOWN)
    buffer_add_integer(writer->buffer, selected[place]);
  return end_row(writer, fault);
}

static enum status write_projects(struct writer *writer, struct fault *fault)
{
  const struct election *election = &writer->file->election;
  enum status status = write_line(writer, "PROJECTS", fault);
  if (status != STATUS_OK)
    return status;
  put_text(writer, "project_id;cost;votes;");
  put_text(writer, election->ballot.kind != BALLOT_APPROVAL ? "score;" : "");
  put_text(writer, "name;category");
  put_text(writer, writer->file->selected != NULL ? ";selected" : "");
  status = end_row(writer, fault);
  for (size_t i = 0; i < election->project_count && status == STATUS_OK; i++)
    status = write_project(writer, i, fault);
  return status;
}

/* --- VOTES --- */

/* The marks of one group, in the order in which the ballot names them. */
static void gather_marks(const struct profile *profile, size_t group, struct mark *marks)
{
  const size_t start = profile->start[group];
  const size_t count = profile->start[group + 1] - start;
  for (size_t i = 0; i < count; i++) {
    const struct mark mark = {
        .project = profile->project[start + i],
        .value = profile->value == NULL ? 1 : profile->value[start + i],
    };
    marks[profile->kind == BALLOT_RANKING ? (size_t)mark.value - 1 : i] = mark;
  }
}

static void count_marks(struct writer *writer, struct mark *marks)
{
  const struct profile *profile = &writer->file->profile;
  for (size_t group = 0; group < profile->group_count; group++) {
    gather_marks(profile, group, marks);
    const struct choice choice = {
        .count = profile->start[group + 1] - profile->start[group],
        .marks = marks,
    };
    totals_add(&writer->totals, &choice, profile->multiplicity[group]);
  }
}

static void put_vote(struct writer *writer, const struct mark *marks, size_t count, bool valued)
{
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      buffer_add_byte(&writer->cell, ',');
    buffer_add(&writer->cell, writer->file->election.projects[marks[i].project].id);
  }
  put_cell(writer);
  if (!valued)
    return;
  put_separator(writer);
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      buffer_add_byte(writer->buffer, ',');
    buffer_add_integer(writer->buffer, marks[i].value);
  }
}

static enum status write_votes(struct writer *writer, struct mark *marks, struct fault *fault)
{
  const struct profile *profile = &writer->file->profile;
  const bool valued = profile->kind == BALLOT_POINTS || profile->kind == BALLOT_SCORES;
  enum status status = write_line(writer, "VOTES", fault);
  if (status == STATUS_OK)
    status = write_line(writer, valued ? "voter_id;vote;points" : "voter_id;vote", fault);
  int64_t voter = 0;
  for (size_t group = 0; group < profile->group_count; group++) {
    const size_t count = profile->start[group + 1] - profile->start[group];
    gather_marks(profile, group, marks);
    for (uint32_t i = 0; i < profile->multiplicity[group] && status == STATUS_OK; i++) {
      buffer_add_integer(writer->buffer, ++voter);
      put_separator(writer);
      put_vote(writer, marks, count, valued);
      status = end_row(writer, fault);
      if (writer->buffer->failed)
        return fault_no_memory(fault);
    }
  }
  return status;
}

/* --- the file --- */

static enum status check_writable(const struct election *election, struct fault *fault)
{
  if (form_vote_type(election->ballot.kind) == NULL)
    return fault_set(fault, STATUS_REFUSED, "ballot.kind", "approval, points, ranking or scores",
                     "a .pb file cannot hold '%s' ballots",
                     ballot_kind_name(election->ballot.kind));
  for (size_t i = 0; i < election->project_count; i++) {
    const struct span id = election->projects[i].id;
    if (memchr(id.bytes, ',', id.length) != NULL || csv_is_absent(id))
      return fault_set(fault, STATUS_REFUSED, "projects", "ids without commas, and not 'None'",
                       "a .pb file cannot hold the id '%.*s'", SPAN_PRINT(id));
  }
  return STATUS_OK;
}

static enum status write_all(struct writer *writer, struct fault *fault)
{
  const struct election *election = &writer->file->election;
  enum status status = check_writable(election, fault);
  if (status != STATUS_OK)
    return status;
  struct mark *marks = ARENA_TAKE(&writer->scratch, struct mark, election->project_count);
  if (marks == NULL)
    return fault_no_memory(fault);
  if ((status = totals_begin(&writer->totals, election, &writer->scratch, fault)) != STATUS_OK)
    return status;
  count_marks(writer, marks);
  if ((status = write_meta(writer, fault)) != STATUS_OK ||
      (status = write_projects(writer, fault)) != STATUS_OK ||
      (status = write_votes(writer, marks, fault)) != STATUS_OK)
    return status;
  return writer->buffer->failed || writer->cell.failed ? fault_no_memory(fault) : STATUS_OK;
}

enum status pabulib_write(const struct pabulib *file, struct buffer *buffer, struct fault *fault)
{
  struct writer writer = {.file = file, .buffer = buffer, .row = buffer->length};
  const size_t before = buffer->length;
  const enum status status = write_all(&writer, fault);
  if (status != STATUS_OK)
    buffer->length = before;
  arena_free(&writer.scratch);
  buffer_free(&writer.cell);
  return status;
}
