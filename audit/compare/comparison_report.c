#include "audit/compare/comparison_report.h"

#include <stdlib.h>

#include "audit/compare/sheet.h"
#include "audit/members.h"
#include "audit/table.h"
#include "console/text.h"

enum {
  TITLE_MAX = 400, /* columns of the election's title, which has lines of its own */
  PERMILLE = 1000,
  HUNDREDTHS = 100,
};

/* --- the head --- */

static const enum word labels[] = {WORD_VOTERS, WORD_BLANK, WORD_BUDGET};

static void add_head(struct sheet *sheet, const struct compared *compared)
{
  const struct election *election = compared->ground->election;
  const struct profile *profile = compared->ground->profile;
  size_t columns = 0;
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    size_t label = text_columns(words_plain(sheet->language, labels[i]));
    columns = label > columns ? label : columns;
  }
  if (election->title.length == 0)
    buffer_add(sheet->page, words_plain(sheet->language, WORD_UNTITLED));
  else
    text_add(sheet->page, election->title, TITLE_MAX);
  buffer_add(sheet->page, SPAN("\n\n"));
  sheet_add_line(sheet, WORD_VOTERS, columns, sheet_number(sheet, profile->voters));
  if (profile->blank > 0)
    sheet_add_line(sheet, WORD_BLANK, columns, sheet_number(sheet, profile->blank));
  sheet_add_line(sheet, WORD_BUDGET, columns, sheet_amount(sheet, election, election->budget));
  buffer_add_byte(sheet->page, '\n');
  sheet_add_contenders(sheet, compared->contenders);
  buffer_add_byte(sheet->page, '\n');
}

/* --- the projects --- */

/* A project that a rule funds, to be sorted. */
struct winner {
  size_t rules; /* that fund it */
  uint64_t votes;
  uint32_t project;
};

static int compare_winners(const void *a, const void *b)
{
  const struct winner *first = a, *second = b;
  if (first->rules != second->rules)
    return first->rules > second->rules ? -1 : 1;
  if (first->votes != second->votes)
    return first->votes > second->votes ? -1 : 1;
  return (first->project > second->project) - (first->project < second->project);
}

/* places[project * rules + rule]: from 1, or 0 where the rule does not fund it. */
static size_t gather(const struct contest *contest, struct winner *winners, size_t *places)
{
  size_t projects = contest->support.project_count, count = 0;
  for (size_t rule = 0; rule < contest->count; rule++) {
    const struct standing *standing = &contest->standings[rule];
    for (size_t i = 0; i < standing->selected_count; i++)
      places[standing->selected[i] * contest->count + rule] = i + 1;
  }
  for (size_t project = 0; project < projects; project++) {
    struct winner winner = {.votes = contest->support.votes[project], .project = (uint32_t)project};
    for (size_t rule = 0; rule < contest->count; rule++)
      winner.rules += places[project * contest->count + rule] > 0;
    if (winner.rules > 0)
      winners[count++] = winner;
  }
  qsort(winners, count, sizeof *winners, compare_winners);
  return count;
}

static void begin_projects(struct sheet *sheet, const struct contest *contest, struct table *table)
{
  static const struct {
    enum word heading;
    bool right, elastic;
  } facts[] = {
      {WORD_COLUMN_ID, false, false},
      {WORD_COLUMN_TITLE, false, true},
      {WORD_COLUMN_COST, true, false},
      {WORD_COLUMN_VOTES, true, false},
  };
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    table->columns[table->column_count++] =
        (struct table_column){.heading = words_plain(sheet->language, facts[i].heading),
                              .right = facts[i].right,
                              .elastic = facts[i].elastic};
  for (size_t rule = 0; rule < contest->count; rule++)
    table->columns[table->column_count++] =
        (struct table_column){.heading = sheet_number(sheet, rule + 1), .right = true};
}

static void add_projects(struct sheet *sheet, const struct compared *compared)
{
  const struct contest *contest = compared->contest;
  size_t projects = contest->support.project_count;
  struct table table = {0};
  struct winner *winners = ARENA_TAKE(sheet->arena, struct winner, projects);
  size_t *places = ARENA_TAKE(sheet->arena, size_t, projects * contest->count);
  begin_projects(sheet, contest, &table);
  struct span *cells = ARENA_TAKE(sheet->arena, struct span, projects * table.column_count);
  if (winners == NULL || places == NULL || cells == NULL) {
    sheet->failed = true;
    return;
  }
  table.row_count = gather(contest, winners, places);
  table.cells = cells;
  for (size_t row = 0; row < table.row_count; row++) {
    const struct project *project = &compared->ground->election->projects[winners[row].project];
    *cells++ = sheet_harmless(sheet, project->id);
    *cells++ = sheet_harmless(sheet, project->title);
    *cells++ = sheet_amount(sheet, compared->ground->election, project->cost);
    *cells++ = sheet_number(sheet, winners[row].votes);
    for (size_t rule = 0; rule < contest->count; rule++) {
      size_t place = places[winners[row].project * contest->count + rule];
      *cells++ = place == 0 ? SPAN("-") : sheet_number(sheet, place);
    }
  }
  if (sheet->failed)
    return;
  table_write(&table, sheet->width, sheet->page);
  struct span none = sheet_number(sheet, projects - table.row_count);
  sheet_add_sentence(sheet, WORD_COMPARE_PLACES, NULL, 0);
  sheet_add_sentence(sheet, WORD_COMPARE_NOWHERE, &none, 1);
  buffer_add_byte(sheet->page, '\n');
}

/* --- the figures --- */

static void add_figures(struct sheet *sheet, const struct compared *compared)
{
  const struct contest *contest = compared->contest;
  const struct election *election = compared->ground->election;
  uint64_t voters = contest->support.voters;
  struct table table = {
      .column_count = 8,
      .columns =
          {{.heading = SPAN("")},
           {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_RULE), .elastic = true},
           {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_FUNDED), .right = true},
           {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_SPENT), .right = true},
           {.heading = SPAN("%"), .right = true},
           {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_WITHOUT), .right = true},
           {.heading = SPAN("%"), .right = true},
           {.heading = words_plain(sheet->language, WORD_COMPARE_COLUMN_EACH), .right = true}},
      .row_count = contest->count,
  };
  struct span *cells = ARENA_TAKE(sheet->arena, struct span, table.row_count * table.column_count);
  if (cells == NULL) {
    sheet->failed = true;
    return;
  }
  table.cells = cells;
  for (size_t i = 0; i < contest->count; i++) {
    const struct figures *figures = &contest->standings[i].figures;
    *cells++ = sheet_number(sheet, i + 1);
    *cells++ = sheet_harmless(sheet, compared->contenders->list[i].said);
    *cells++ = sheet_number(sheet, figures->funded);
    *cells++ = sheet_amount(sheet, election, figures->spent);
    *cells++ = sheet_percent(
        sheet, figures_ratio((uint64_t)figures->spent, (uint64_t)election->budget, PERMILLE));
    *cells++ = sheet_number(sheet, figures->without);
    *cells++ = sheet_percent(sheet, figures_ratio(figures->without, voters, PERMILLE));
    *cells++ = sheet_hundredths(sheet, figures_ratio(figures->approved, voters, HUNDREDTHS));
  }
  if (sheet->failed)
    return;
  table_write(&table, sheet->width, sheet->page);
  sheet_add_sentence(sheet, WORD_COMPARE_WITHOUT, NULL, 0);
  sheet_add_sentence(sheet, WORD_COMPARE_EACH, NULL, 0);
}

enum status comparison_report_add(const struct compared *compared, enum language language,
                                  size_t width, struct arena *arena, struct buffer *page,
                                  struct fault *fault)
{
  struct sheet sheet = {.arena = arena, .page = page, .language = language, .width = width};
  add_head(&sheet, compared);
  add_projects(&sheet, compared);
  add_figures(&sheet, compared);
  return sheet_end(&sheet, fault);
}

/* --- for machines --- */

static void write_projects(struct canonical_writer *writer, const struct compared *compared)
{
  const struct election *election = compared->ground->election;
  canonical_member(writer, "projects");
  canonical_array(writer);
  for (size_t i = 0; i < election->project_count; i++) {
    canonical_object(writer);
    canonical_member_integer(writer, "cost", election->projects[i].cost);
    canonical_member_string(writer, "id", election->projects[i].id);
    members_number(writer, "votes", compared->contest->support.votes[i]);
    canonical_end(writer);
  }
  canonical_end(writer);
}

static void write_standing(struct canonical_writer *writer, const struct election *election,
                           const struct standing *standing)
{
  canonical_object(writer);
  members_number(writer, "approved", standing->figures.approved);
  members_digest(writer, "result", &standing->result);
  canonical_member(writer, "rule");
  settings_write(&standing->settings, writer);
  canonical_member(writer, "selected");
  canonical_array(writer);
  for (size_t i = 0; i < standing->selected_count; i++)
    canonical_string(writer, election->projects[standing->selected[i]].id);
  canonical_end(writer);
  canonical_member_integer(writer, "spent", standing->figures.spent);
  members_number(writer, "without", standing->figures.without);
  canonical_end(writer);
}

void comparison_report_write(const struct compared *compared, struct buffer *text)
{
  const struct election *election = compared->ground->election;
  struct canonical_writer writer;
  canonical_begin(&writer, text);
  canonical_object(&writer);
  members_number(&writer, "blank", compared->ground->profile->blank);
  canonical_member_integer(&writer, "budget", election->budget);
  members_digest(&writer, "election", &compared->ground->id);
  canonical_member_string(&writer, "format", SPAN("beffroi-comparison/1"));
  write_projects(&writer, compared);
  canonical_member(&writer, "rules");
  canonical_array(&writer);
  for (size_t i = 0; i < compared->contest->count; i++)
    write_standing(&writer, election, &compared->contest->standings[i]);
  canonical_end(&writer);
  members_number(&writer, "voters", compared->contest->support.voters);
  canonical_end(&writer);
  buffer_add_byte(text, '\n');
}
