#include "audit/report.h"

#include <stdlib.h>

#include "audit/table.h"
#include "console/text.h"

enum {
  LABEL_GAP = 2,
  BAR_CELLS = 40,
  TITLE_MAX = 400, /* columns of the election's title, which has lines of its own */
  IDS_MAX = 12,    /* ids named in one sentence */
};

struct report {
  const struct finding *finding;
  struct arena *arena;
  struct buffer *page;
  struct buffer scratch; /* the text at work, until it is kept */
  enum language language;
  size_t width;
  size_t label_columns;
  bool failed; /* memory */
};

/* --- pieces of text --- */

/* What stands in the scratch buffer, in the arena; the buffer is empty again. */
static struct span keep(struct report *report)
{
  struct span made = buffer_span(&report->scratch);
  char *copy = arena_copy(report->arena, made.bytes, made.length);
  report->failed = report->failed || copy == NULL || report->scratch.failed;
  report->scratch.length = 0;
  if (copy == NULL)
    return SPAN("");
  return (struct span){.bytes = copy, .length = made.length};
}

static struct span harmless(struct report *report, struct span text)
{
  text_add(&report->scratch, text, TEXT_WHOLE);
  return keep(report);
}

static struct span number(struct report *report, int64_t value)
{
  words_add_number(&report->scratch, value);
  return keep(report);
}

static struct span amount(struct report *report, int64_t value)
{
  words_add_amount(&report->scratch, report->language, report->finding->election, value);
  return keep(report);
}

static struct span sentence(struct report *report, enum word word, const struct span *values,
                            size_t count)
{
  words_add(&report->scratch, report->language, word, values, count);
  return keep(report);
}

static struct span sentence_of(struct report *report, enum word word, struct span value)
{
  return sentence(report, word, &value, 1);
}

static struct span id_of(struct report *report, uint32_t project)
{
  return harmless(report, report->finding->election->projects[project].id);
}

static struct span ids_of(struct report *report, const uint32_t *projects, size_t count)
{
  size_t named = count > IDS_MAX ? IDS_MAX : count;
  for (size_t i = 0; i < named; i++) {
    if (i > 0)
      buffer_add(&report->scratch, SPAN(", "));
    text_add(&report->scratch, report->finding->election->projects[projects[i]].id, TEXT_WHOLE);
  }
  struct span list = keep(report);
  if (named == count)
    return list;
  struct span values[] = {list, number(report, (int64_t)(count - named))};
  return sentence(report, WORD_TIE_MORE, values, 2);
}

/* --- lines with a label --- */

static const enum word labels[] = {WORD_RULE,       WORD_SETTINGS,  WORD_VOTERS,  WORD_BLANK,
                                   WORD_DISTINCT,   WORD_BUDGET,    WORD_REASONS, WORD_USED,
                                   WORD_SPENT,      WORD_LEFT,      WORD_TIES,    WORD_SEED,
                                   WORD_COMPLETION, WORD_PUBLISHED, WORD_RESULT};

static size_t widest_label(enum language language)
{
  size_t widest = 0;
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    size_t columns = text_columns(words_plain(language, labels[i]));
    widest = columns > widest ? columns : widest;
  }
  return widest;
}

static void add_blanks(struct report *report, size_t count)
{
  for (size_t i = 0; i < count; i++)
    buffer_add_byte(report->page, ' ');
}

/* Starts a line; without a label it goes on below the last one. */
static void begin_line(struct report *report, struct span label)
{
  buffer_add(report->page, label);
  add_blanks(report, report->label_columns - text_columns(label) + LABEL_GAP);
}

static void add_line(struct report *report, struct span label, struct span text)
{
  begin_line(report, label);
  buffer_add(report->page, text);
  buffer_add_byte(report->page, '\n');
}

static void add_labelled(struct report *report, enum word label, struct span text)
{
  add_line(report, words_plain(report->language, label), text);
}

/* --- the head --- */

static void add_rule(struct report *report)
{
  static const enum word sentences[] = {
      [REQUEST_RULE_ASKED] = WORD_RULE_ASKED,
      [REQUEST_RULE_DEFAULT] = WORD_RULE_DEFAULT,
      [REQUEST_RULE_PUBLISHED] = WORD_RULE_PUBLISHED,
  };
  const struct settings *settings = report->finding->settings;
  enum request_rule origin = report->finding->request->origin;
  struct span name = span_of(settings->rule->name);
  struct span values[] = {words_term(report->language, name), name, SPAN("")};
  if (origin == REQUEST_RULE_DEFAULT)
    values[2] = harmless(report, settings_text(settings, "completion"));
  if (origin == REQUEST_RULE_DEFAULT && values[2].length == 0)
    values[2] = words_plain(report->language, WORD_NONE);
  add_labelled(report, WORD_RULE, sentence(report, sentences[origin], values, 3));
}

/* As --set takes them, so that the count can be repeated from the page. */
static void add_settings(struct report *report)
{
  const struct settings *settings = report->finding->settings;
  size_t start = report->label_columns + LABEL_GAP, used = start;

  begin_line(report, words_plain(report->language, WORD_SETTINGS));
  for (size_t i = 0; i < settings->rule->setting_count; i++) {
    buffer_format(&report->scratch, "%s=", settings->rule->settings[i].name);
    text_add(&report->scratch, settings->text[i], TEXT_WHOLE);
    struct span text = keep(report);
    size_t columns = text_columns(text);
    if (used > start && used + 2 + columns > report->width) {
      buffer_add_byte(report->page, '\n');
      begin_line(report, SPAN(""));
      used = start;
    } else if (used > start) {
      add_blanks(report, 2);
      used += 2;
    }
    buffer_add(report->page, text);
    used += columns;
  }
  buffer_add_byte(report->page, '\n');
}

static void add_head(struct report *report)
{
  const struct finding *finding = report->finding;
  if (finding->election->title.length == 0)
    buffer_add(report->page, words_plain(report->language, WORD_UNTITLED));
  else
    text_add(report->page, finding->election->title, TITLE_MAX);
  buffer_add(report->page, SPAN("\n\n"));

  add_rule(report);
  add_settings(report);
  add_labelled(report, WORD_VOTERS, number(report, (int64_t)finding->outcome->voters));
  if (finding->profile->blank > 0)
    add_labelled(report, WORD_BLANK, number(report, (int64_t)finding->profile->blank));
  add_labelled(report, WORD_DISTINCT, number(report, (int64_t)finding->outcome->distinct_ballots));
  add_labelled(report, WORD_BUDGET, amount(report, finding->outcome->budget));
  buffer_add_byte(report->page, '\n');
}

/* --- the projects --- */

static struct span below_threshold(struct report *report, const struct project_result *result)
{
  const struct settings *settings = report->finding->settings;
  struct span values[] = {number(report, result->score), SPAN("")};
  for (size_t i = 0; i < settings->rule->setting_count; i++) {
    if (!span_equal(span_of(settings->rule->settings[i].name), SPAN("threshold")))
      continue;
    values[1] = number(report, settings_integer(settings, "threshold"));
    return sentence(report, WORD_BELOW_THE_NUMBER, values, 2);
  }
  return sentence(report, WORD_BELOW_THRESHOLD, values, 1);
}

static struct span outcome_of(struct report *report, uint32_t project, size_t round)
{
  const struct project_result *result = &report->finding->outcome->projects[project];
  struct span values[2] = {SPAN_INIT(""), SPAN_INIT("")};

  switch (result->reason) {
  case REASON_FUNDED:
    return sentence_of(report, WORD_FUNDED, number(report, (int64_t)round));
  case REASON_NO_SUPPORT:
    return words_plain(report->language, WORD_NO_SUPPORT);
  case REASON_BELOW_THRESHOLD:
    return below_threshold(report, result);
  case REASON_TOO_LITTLE_SUPPORT:
    if (!result->shares_known)
      return words_plain(report->language, WORD_TOO_LITTLE_SUPPORT);
    return sentence_of(report, WORD_TOO_LITTLE_MONEY, amount(report, result->supporters_had));
  case REASON_MONEY_USED:
    if (!result->shares_known)
      return words_plain(report->language, WORD_MONEY_USED);
    return sentence_of(report, WORD_MONEY_LEFT, amount(report, result->supporters_left));
  case REASON_DID_NOT_FIT:
    return sentence_of(report, WORD_DID_NOT_FIT, amount(report, result->left));
  case REASON_AFTER_STOP:
    values[0] = id_of(report, result->rival);
    values[1] = amount(report, result->left);
    return sentence(report, WORD_AFTER_STOP, values, 2);
  case REASON_EXCLUDED:
    return sentence_of(report, WORD_EXCLUDED, id_of(report, result->rival));
  }
  abort();
}

/* A project not funded, to be sorted. */
struct loser {
  uint64_t votes;
  int64_t score;
  uint32_t project;
};

static int compare_losers(const void *a, const void *b)
{
  const struct loser *first = a, *second = b;
  if (first->votes != second->votes)
    return first->votes > second->votes ? -1 : 1;
  if (first->score != second->score)
    return first->score > second->score ? -1 : 1;
  return (first->project > second->project) - (first->project < second->project);
}

/* All projects in the order of the page; NULL without memory. */
static const uint32_t *order_projects(const struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  uint32_t *order = ARENA_TAKE(report->arena, uint32_t, outcome->project_count);
  struct loser *losers = ARENA_TAKE(report->arena, struct loser, outcome->project_count);
  size_t count = 0;
  if (order == NULL || losers == NULL)
    return NULL;

  for (size_t i = 0; i < outcome->project_count; i++) {
    const struct project_result *result = &outcome->projects[i];
    if (result->reason != REASON_FUNDED)
      losers[count++] = (struct loser){result->votes, result->score, (uint32_t)i};
  }
  qsort(losers, count, sizeof *losers, compare_losers);
  for (size_t i = 0; i < outcome->selected_count; i++)
    order[i] = outcome->selected[i];
  for (size_t i = 0; i < count; i++)
    order[outcome->selected_count + i] = losers[i].project;
  return order;
}

/* The number of the round, from 1, in which each project was funded; NULL without memory. */
static const size_t *find_rounds(const struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  size_t *rounds = ARENA_TAKE(report->arena, size_t, outcome->project_count);
  for (size_t i = 0; rounds != NULL && i < outcome->round_count; i++)
    rounds[outcome->rounds[i].project] = i + 1;
  return rounds;
}

static bool scores_differ(const struct outcome *outcome)
{
  for (size_t i = 0; i < outcome->project_count; i++) {
    if (outcome->projects[i].score != (int64_t)outcome->projects[i].votes)
      return true;
  }
  return false;
}

static void set_columns(const struct report *report, bool with_score, struct table *table)
{
  struct table_column columns[] = {
      {.heading = words_plain(report->language, WORD_COLUMN_ID)},
      {.heading = words_plain(report->language, WORD_COLUMN_TITLE), .elastic = true},
      {.heading = words_plain(report->language, WORD_COLUMN_COST), .right = true},
      {.heading = words_plain(report->language, WORD_COLUMN_VOTES), .right = true},
      {.heading = words_plain(report->language, WORD_COLUMN_SCORE), .right = true},
      {.heading = words_plain(report->language, WORD_COLUMN_OUTCOME)},
  };
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (i != 4 || with_score)
      table->columns[table->column_count++] = columns[i];
  }
}

static void add_projects(struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  bool with_score = scores_differ(outcome);
  struct table table = {.row_count = outcome->project_count};
  set_columns(report, with_score, &table);

  const uint32_t *order = order_projects(report);
  const size_t *rounds = find_rounds(report);
  struct span *cells = ARENA_TAKE(report->arena, struct span, table.row_count * table.column_count);
  if (order == NULL || rounds == NULL || cells == NULL) {
    report->failed = true;
    return;
  }
  table.cells = cells;
  for (size_t row = 0; row < table.row_count; row++) {
    const struct project *project = &report->finding->election->projects[order[row]];
    const struct project_result *result = &outcome->projects[order[row]];
    *cells++ = id_of(report, order[row]);
    *cells++ = harmless(report, project->title);
    *cells++ = amount(report, project->cost);
    *cells++ = number(report, (int64_t)result->votes);
    if (with_score)
      *cells++ = number(report, result->score);
    *cells++ = outcome_of(report, order[row], rounds[order[row]]);
  }
  if (report->failed) /* cells that could not be made are empty, but they are there */
    return;
  table_write(&table, report->width, report->page);
  buffer_add_byte(report->page, '\n');
}

/* --- below the projects --- */

/* What the reasons in the table mean: one line for each that was met. */
static void add_reasons(struct report *report)
{
  static const struct {
    enum reason reason;
    enum word why;
  } reasons[] = {
      {REASON_BELOW_THRESHOLD, WORD_WHY_BELOW}, {REASON_TOO_LITTLE_SUPPORT, WORD_WHY_TOO_LITTLE},
      {REASON_MONEY_USED, WORD_WHY_MONEY_USED}, {REASON_DID_NOT_FIT, WORD_WHY_DID_NOT_FIT},
      {REASON_EXCLUDED, WORD_WHY_EXCLUDED},     {REASON_AFTER_STOP, WORD_WHY_AFTER_STOP},
  };
  const struct outcome *outcome = report->finding->outcome;
  struct span label = words_plain(report->language, WORD_REASONS);

  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
    size_t project = 0;
    while (project < outcome->project_count &&
           outcome->projects[project].reason != reasons[i].reason)
      project++;
    if (project == outcome->project_count)
      continue;
    add_line(report, label, words_plain(report->language, reasons[i].why));
    label = SPAN("");
  }
  if (label.length == 0)
    buffer_add_byte(report->page, '\n');
}

static void add_money(struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  /* At most 100: what is spent is never more than the budget, which is at most 2^53. */
  int64_t percent = outcome->budget == 0 ? 0 : outcome->spent * 100 / outcome->budget;

  begin_line(report, words_plain(report->language, WORD_USED));
  for (int64_t i = 0; i < BAR_CELLS; i++)
    buffer_add(report->page, i * 100 < percent * BAR_CELLS ? SPAN("█") : SPAN("░"));
  buffer_format(report->page, " %d\xe2\x80\xaf%%\n", (int)percent);
  add_labelled(report, WORD_SPENT, amount(report, outcome->spent));
  add_labelled(report, WORD_LEFT, amount(report, outcome->budget - outcome->spent));
  buffer_add_byte(report->page, '\n');
}

/* Reads "n/d" and rounds down; false when it needs more than 63 bits. */
static bool read_fraction(struct span text, int64_t *value)
{
  struct span rest = text, top;
  bool more = true;
  int64_t numerator, denominator = 1;
  if (!span_split(&rest, &more, '/', &top) || !span_to_integer(top, &numerator))
    return false;
  if (more && (!span_to_integer(rest, &denominator) || denominator <= 0))
    return false;
  *value = numerator / denominator;
  return true;
}

static struct span completion_of(struct report *report, const struct completion_report *completion)
{
  struct span values[4] = {span_of(completion->name), SPAN_INIT(""), SPAN_INIT(""), SPAN_INIT("")};
  int64_t share;

  if (completion->stopped == NULL) {
    values[1] = number(report, (int64_t)completion->added);
    return sentence(report, WORD_COMPLETION_ADDED, values, 2);
  }
  values[1] = number(report, (int64_t)completion->steps);
  values[2] = words_term(report->language, span_of(completion->stopped));
  if (!read_fraction(completion->endowment, &share))
    return sentence(report, WORD_COMPLETION_STEPS, values, 3);
  values[3] = amount(report, share);
  return sentence(report, WORD_COMPLETION_SHARE, values, 4);
}

static void add_completions(struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  for (size_t i = 0; i < outcome->completion_count; i++) {
    struct span text = completion_of(report, &outcome->completions[i]);
    add_line(report, i > 0 ? SPAN("") : words_plain(report->language, WORD_COMPLETION), text);
  }
}

static void add_ties(struct report *report)
{
  const struct outcome *outcome = report->finding->outcome;
  if (outcome->tie_count == 0)
    add_labelled(report, WORD_TIES, words_plain(report->language, WORD_NO_TIES));
  for (size_t i = 0; i < outcome->tie_count; i++) {
    const struct tie *tie = &outcome->ties[i];
    struct span values[] = {
        number(report, (int64_t)tie->round + 1),
        ids_of(report, tie->projects, tie->count),
        id_of(report, tie->projects[0]),
        words_term(report->language, span_of(tie_key_name(tie->decided_by))),
    };
    add_line(report, i > 0 ? SPAN("") : words_plain(report->language, WORD_TIES),
             sentence(report, WORD_TIE, values, 4));
  }
  if (report->finding->request->seeded) {
    struct digest seed;
    char text[DIGEST_TEXT];
    _Static_assert(sizeof seed.bytes == DRAW_SEED_BYTES, "a seed is as long as a digest");
    for (size_t i = 0; i < DRAW_SEED_BYTES; i++)
      seed.bytes[i] = report->finding->request->seed[i];
    digest_write(&seed, text);
    add_labelled(report, WORD_SEED, span_of(text));
  }
}

static void add_comparison(struct report *report)
{
  const struct comparison *comparison = report->finding->comparison;
  if (comparison == NULL)
    return;
  add_labelled(
      report, WORD_PUBLISHED,
      words_plain(report->language, comparison_agrees(comparison) ? WORD_AGREES : WORD_DIFFERS));
  if (comparison->missing_count > 0)
    add_line(report, SPAN(""),
             sentence_of(report, WORD_MISSING,
                         ids_of(report, comparison->missing, comparison->missing_count)));
  if (comparison->extra_count > 0)
    add_line(report, SPAN(""),
             sentence_of(report, WORD_EXTRA,
                         ids_of(report, comparison->extra, comparison->extra_count)));
}

enum status report_add(const struct finding *finding, size_t width, struct arena *arena,
                       struct buffer *page, struct fault *fault)
{
  char result[DIGEST_TEXT];
  struct report report = {
      .finding = finding,
      .arena = arena,
      .page = page,
      .language = finding->request->language,
      .width = width,
      .label_columns = widest_label(finding->request->language),
  };

  add_head(&report);
  add_projects(&report);
  add_reasons(&report);
  add_money(&report);
  add_completions(&report);
  add_ties(&report);
  add_comparison(&report);
  digest_write(&finding->result, result);
  add_labelled(&report, WORD_RESULT, span_of(result));

  bool failed = report.failed || report.scratch.failed || page->failed;
  buffer_free(&report.scratch);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}
