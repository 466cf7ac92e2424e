/* The section PROJECTS. After it all money is known, and so is how many decimals it has. */
#include <stdio.h>

#include "engine/pabulib/reader.h"

enum {
  FIRST_LISTINGS = 64,
  SELECTED_MAX = 3
};

static enum status reserve(struct reader *reader, struct fault *fault)
{
  if (reader->listing_count < reader->listing_capacity)
    return STATUS_OK;
  const size_t capacity =
      reader->listing_capacity == 0 ? FIRST_LISTINGS : reader->listing_capacity * 2;
  struct listing *listings = arena_grow(&reader->scratch, reader->listings, reader->listing_count,
                                        capacity, sizeof(*listings));
  if (listings == NULL)
    return fault_no_memory(fault);
  reader->listings = listings;
  reader->listing_capacity = capacity;
  return STATUS_OK;
}

/* --- one project --- */

static bool is_control(struct span text, size_t at)
{
  const unsigned char byte = (unsigned char)text.bytes[at];
  if (byte < 0x20 || byte == 0x7f)
    return true;
  /* U+0080 to U+009F. */
  return byte == 0xc2 && at + 1 < text.length && (unsigned char)text.bytes[at + 1] < 0xa0;
}

static const char *find_wrong_id(struct span id)
{
  if (csv_is_absent(id))
    return "is not an id";
  if (id.length > ELECTION_ID_MAX)
    return "is too long";
  for (size_t i = 0; i < id.length; i++) {
    if (id.bytes[i] == ',')
      return "has a comma, which separates ids in votes";
    if (is_control(id, i))
      return "has a control character";
  }
  return NULL;
}

static enum status read_id(struct reader *reader, struct listing *listing, struct fault *fault)
{
  const struct csv_field *field = reader_field(reader, PROJECT_ID);
  listing->id = (struct cell){.text = field->text, .at = field->at};
  const char *wrong = find_wrong_id(field->text);
  if (wrong == NULL)
    return STATUS_OK;
  return reader_refuse_value(reader, field->at, field->text, wrong,
                             "an id of 1 to 128 bytes without commas and control characters",
                             fault);
}

static enum status read_selected(struct reader *reader, struct listing *listing,
                                 struct fault *fault)
{
  const struct cell cell = reader_cell(reader, PROJECT_SELECTED);
  listing->selected = PABULIB_SELECTED_UNKNOWN;
  if (cell.text.length == 0)
    return STATUS_OK;
  int64_t selected;
  const char *wrong = decimal_read_whole(cell.text, &selected);
  if (wrong == NULL && (selected < 0 || selected > SELECTED_MAX))
    wrong = "is not known";
  if (wrong != NULL)
    return reader_refuse_value(reader, cell.at, cell.text, wrong,
                               "0 (not funded), 1 (funded), 2 or 3 (funded otherwise)", fault);
  listing->selected = (int8_t)selected;
  return STATUS_OK;
}

static enum status read_row(struct reader *reader, struct fault *fault)
{
  if (reader->listing_count == ELECTION_PROJECTS_MAX)
    return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, reader->csv.row).text,
                     "at most 65535 projects", "there are more projects");
  enum status status = reserve(reader, fault);
  if (status != STATUS_OK)
    return status;
  struct listing *listing = &reader->listings[reader->listing_count];
  const struct csv_field *field = reader_field(reader, PROJECT_COST);
  const struct cell cost = {.text = field->text, .at = field->at};
  if ((status = read_id(reader, listing, fault)) != STATUS_OK ||
      (status = reader_read_amount(reader, cost, &listing->cost, fault)) != STATUS_OK ||
      (status = read_selected(reader, listing, fault)) != STATUS_OK)
    return status;
  listing->title = reader_text(reader, PROJECT_NAME);
  listing->category = reader_text(reader, PROJECT_CATEGORY);
  listing->votes = reader_cell(reader, PROJECT_VOTES);
  listing->score = reader_cell(reader, PROJECT_SCORE);
  reader->listing_count++;
  return STATUS_OK;
}

/* --- all of them --- */

static enum status make_projects(struct reader *reader, struct fault *fault)
{
  struct election *election = &reader->file->election;
  const size_t count = reader->listing_count;
  struct project *projects = ARENA_TAKE(reader->arena, struct project, count);
  if (projects == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++) {
    const struct listing *listing = &reader->listings[i];
    projects[i] = (struct project){
        .id = listing->id.text, .title = listing->title, .category = listing->category};
    const enum status status =
        reader_scale_amount(reader, &listing->cost, &projects[i].cost, fault);
    if (status != STATUS_OK)
      return status;
  }
  election->project_count = count;
  election->projects = projects;
  return STATUS_OK;
}

static enum status make_selected(struct reader *reader, struct fault *fault)
{
  if (reader_field(reader, PROJECT_SELECTED) == NULL)
    return STATUS_OK;
  int8_t *selected = ARENA_TAKE(reader->arena, int8_t, reader->listing_count);
  if (selected == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < reader->listing_count; i++)
    selected[i] = reader->listings[i].selected;
  reader->file->selected = selected;
  return STATUS_OK;
}

/* Of projects with the same id the index finds one only. */
static enum status check_ids_differ(struct reader *reader, struct fault *fault)
{
  const struct listing *listings = reader->listings;
  for (size_t i = 0; i < reader->listing_count; i++) {
    const size_t found = (size_t)project_index_find(&reader->index, listings[i].id.text);
    if (found == i)
      continue;
    const struct listing *first = &listings[i < found ? i : found];
    const struct listing *again = &listings[i < found ? found : i];
    char what[FAULT_WHAT];
    snprintf(what, sizeof what, "is already the id of the project in line %zu",
             lines_number(&reader->lines, first->id.at));
    return reader_refuse_value(reader, again->id.at, again->id.text, what,
                               "an id of its own for each project", fault);
  }
  return STATUS_OK;
}

static enum status end(struct reader *reader, struct fault *fault)
{
  struct election *election = &reader->file->election;
  enum status status;
  if (reader->listing_count == 0)
    return fault_set(fault, STATUS_REFUSED, lines_place(&reader->lines, reader->csv.row).text,
                     "at least one project", "PROJECTS has no project");
  if ((status = make_projects(reader, fault)) != STATUS_OK ||
      (status = make_selected(reader, fault)) != STATUS_OK ||
      (status = reader_scale_amount(reader, &reader->budget, &election->budget, fault)) !=
          STATUS_OK)
    return status;
  if (reader->max_cost.cell.at != NULL &&
      (status = reader_scale_amount(reader, &reader->max_cost, &election->ballot.max_cost,
                                    fault)) != STATUS_OK)
    return status;
  status = project_index_make(election, &reader->scratch, &reader->index, fault);
  return status == STATUS_OK ? check_ids_differ(reader, fault) : status;
}

const struct section section_projects = {
    .name = "PROJECTS",
    .columns = {{"project_id", true},
                {"cost", true},
                {"name", false},
                {"category", false},
                {"votes", false},
                {"score", false},
                {"selected", false}},
    .row = read_row,
    .end = end,
};
