#include "audit/guarantees_report.h"

#include "audit/guarantee_words.h"
#include "audit/table.h"
#include "base/wide.h"

enum {
  LEVELS_MAX = 12, /* rows of their own; the rest is one row */
  LEVEL_COLUMNS = 3,
  CATEGORY_COLUMNS = 6,
};

static unsigned thousandths(uint64_t part, uint64_t whole)
{
  const struct portion portion = {.part = {.low = part}, .whole = {.low = whole}};
  return portion_thousandths(&portion);
}

static struct span plain(const struct prose *prose, enum guarantee_word word)
{
  return span_of(guarantee_words[word][prose->language]);
}

/* --- the head --- */

static void add_head(struct prose *prose, const struct guarantees *guarantees, size_t funded)
{
  const struct election *election = prose->election;
  const struct span of = prose_number(prose, (int64_t)election->project_count);
  const struct span budget = prose_amount(prose, guarantees->budget);
  const struct span voters = prose_number(prose, (int64_t)guarantees->spread.voters);
  const struct span none[] = {of, budget, voters};
  const struct span some[] = {prose_number(prose, (int64_t)funded), of,
                              prose_amount(prose, guarantees->spent), budget, voters};
  prose_title(prose);
  if (funded == 0)
    prose_paragraph(prose, guarantee_words[GUARANTEE_NONE_FUNDED], none, 3);
  else
    prose_paragraph(prose, guarantee_words[GUARANTEE_FUNDED], some, 5);
}

/* --- groups --- */

/* What part of the budget so many voters stand for, rounded down. */
static int64_t share_of(const struct guarantees *guarantees, uint64_t voters)
{
  return portion_floor(wide_product((uint64_t)guarantees->budget, voters),
                       guarantees->spread.voters);
}

static void add_breach(struct prose *prose, const struct guarantees *guarantees,
                       const struct ejr *ejr, bool in_money)
{
  const struct breach *first = &ejr->breaches[0];
  const struct span values[] = {
      prose_number(prose, (int64_t)ejr->breach_count),
      prose_id(prose, first->project),
      prose_number(prose, (int64_t)first->voters),
      in_money ? prose_amount(prose, first->utility) : prose_number(prose, first->utility),
      prose_amount(prose, share_of(guarantees, first->voters)),
      prose_amount(prose, prose->election->projects[first->project].cost),
      prose_number(prose, in_money ? 0 : first->utility + 1),
  };
  prose_point(prose, guarantee_words[in_money ? GUARANTEE_MONEY_BROKEN : GUARANTEE_PROJECTS_BROKEN],
              values, 7);
}

static void add_groups(struct prose *prose, const struct guarantees *guarantees)
{
  prose_heading(prose, guarantee_words[GUARANTEE_GROUPS]);
  prose_paragraph(prose, guarantee_words[GUARANTEE_GROUPS_MEAN], NULL, 0);
  if (guarantees->by_cardinality.breach_count == 0)
    prose_point(prose, guarantee_words[GUARANTEE_PROJECTS_HOLD], NULL, 0);
  else
    add_breach(prose, guarantees, &guarantees->by_cardinality, false);
  if (guarantees->by_cost.breach_count == 0)
    prose_point(prose, guarantee_words[GUARANTEE_MONEY_HOLDS], NULL, 0);
  else
    add_breach(prose, guarantees, &guarantees->by_cost, true);
}

/* --- payments --- */

static void add_payments(struct prose *prose, const struct pricing *pricing)
{
  prose_heading(prose, guarantee_words[GUARANTEE_PAYMENTS]);
  if (!pricing->known) {
    prose_point(prose, guarantee_words[GUARANTEE_PAYMENTS_UNKNOWN], NULL, 0);
    return;
  }
  if (pricing->flaw == PAYMENT_SOUND) {
    const struct span bought = prose_number(prose, (int64_t)pricing->bought);
    prose_point(prose, guarantee_words[GUARANTEE_PRICEABLE], &bought, 1);
    return;
  }
  const struct span values[] = {
      prose_id(prose, pricing->project),
      prose_amount(prose, pricing->amount),
      prose_amount(prose, prose->election->projects[pricing->project].cost),
  };
  prose_point(prose,
              guarantee_words[pricing->flaw == PAYMENT_COULD_PAY ? GUARANTEE_COULD_PAY
                                                                 : GUARANTEE_NOT_THE_COST],
              values, 3);
}

/* --- voters --- */

static void add_levels(struct prose *prose, const struct spread *spread)
{
  const size_t rows = spread->level_count > LEVELS_MAX ? LEVELS_MAX : spread->level_count;
  struct span *cells = ARENA_TAKE(prose->arena, struct span, rows * LEVEL_COLUMNS);
  struct table table = {
      .column_count = LEVEL_COLUMNS,
      .columns = {{.heading = plain(prose, GUARANTEE_COLUMN_FUNDED), .right = true},
                  {.heading = plain(prose, GUARANTEE_COLUMN_VOTERS), .right = true},
                  {.heading = plain(prose, GUARANTEE_COLUMN_SHARE), .right = true}},
      .row_count = rows,
      .cells = cells,
  };
  if (cells == NULL) {
    prose->failed = true;
    return;
  }
  for (size_t row = 0; row < rows; row++) {
    uint64_t voters = spread->levels[row];
    struct span name = prose_number(prose, (int64_t)row);
    if (row + 1 == rows && rows < spread->level_count) {
      name = prose_say(prose, guarantee_words[GUARANTEE_AND_MORE], &name, 1);
      for (size_t more = rows; more < spread->level_count; more++)
        voters += spread->levels[more];
    }
    *cells++ = name;
    *cells++ = prose_number(prose, (int64_t)voters);
    *cells++ = prose_percent(prose, thousandths(voters, spread->voters));
  }
  table_write(&table, prose->width, prose->page);
}

static void add_spread(struct prose *prose, const struct spread *spread)
{
  const struct span values[] = {
      prose_thousandths(prose, portion_thousandths(&spread->gini_by_cardinality)),
      spread->gini_by_cardinality_text,
      prose_thousandths(prose, portion_thousandths(&spread->gini_by_cost)),
      spread->gini_by_cost_text,
  };
  prose_heading(prose, guarantee_words[GUARANTEE_SPREAD]);
  add_levels(prose, spread);
  prose_paragraph(prose, guarantee_words[GUARANTEE_GINI], values, 4);
}

/* --- categories --- */

static void set_category(struct prose *prose, const struct guarantees *guarantees,
                         const struct category *category, struct span *cells)
{
  const struct span of[] = {prose_number(prose, (int64_t)category->funded),
                            prose_number(prose, (int64_t)category->projects)};
  cells[0] = prose_text(prose, category->name);
  cells[1] = prose_say(prose, guarantee_words[GUARANTEE_OF], of, 2);
  cells[2] = prose_amount(prose, category->money);
  cells[3] =
      prose_percent(prose, thousandths((uint64_t)category->money, (uint64_t)guarantees->spent));
  cells[4] = prose_number(prose, (int64_t)category->votes);
  cells[5] = prose_percent(prose, thousandths(category->votes, guarantees->votes));
}

static void add_categories(struct prose *prose, const struct guarantees *guarantees)
{
  static const enum guarantee_word headings[CATEGORY_COLUMNS] = {
      GUARANTEE_COLUMN_CATEGORY,    GUARANTEE_COLUMN_OF,    GUARANTEE_COLUMN_MONEY,
      GUARANTEE_COLUMN_MONEY_SHARE, GUARANTEE_COLUMN_VOTES, GUARANTEE_COLUMN_VOTES_SHARE,
  };
  const size_t rows = guarantees->category_count;
  struct table table = {.column_count = CATEGORY_COLUMNS, .row_count = rows};
  prose_heading(prose, guarantee_words[GUARANTEE_CATEGORIES]);
  if (rows == 0) {
    prose_point(prose, guarantee_words[GUARANTEE_CATEGORIES_NONE], NULL, 0);
    return;
  }
  struct span *cells = ARENA_TAKE(prose->arena, struct span, rows * CATEGORY_COLUMNS);
  if (cells == NULL) {
    prose->failed = true;
    return;
  }
  for (size_t i = 0; i < CATEGORY_COLUMNS; i++)
    table.columns[i] = (struct table_column){
        .heading = plain(prose, headings[i]), .right = i > 0, .elastic = i == 0};
  for (size_t i = 0; i < rows; i++)
    set_category(prose, guarantees, &guarantees->categories[i], cells + i * CATEGORY_COLUMNS);
  table.cells = cells;
  table_write(&table, prose->width, prose->page);
  prose_paragraph(prose, guarantee_words[GUARANTEE_CATEGORIES_MEAN], NULL, 0);
}

enum status guarantees_report_add(const struct guarantees *guarantees,
                                  const struct pricing *pricing, const struct election *election,
                                  enum language language, size_t width, struct arena *arena,
                                  struct buffer *page, struct fault *fault)
{
  struct prose prose;
  prose_begin(&prose, election, language, width, arena, page);
  add_head(&prose, guarantees, guarantees->funded);
  add_groups(&prose, guarantees);
  add_payments(&prose, pricing);
  add_spread(&prose, &guarantees->spread);
  add_categories(&prose, guarantees);
  return prose_end(&prose) ? STATUS_OK : fault_no_memory(fault);
}
