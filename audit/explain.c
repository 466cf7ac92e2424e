/* The command `explain`: why each project is funded or not, and how close it was. */
#include "audit/command.h"
#include "audit/counted.h"
#include "audit/explain_words.h"
#include "audit/progress.h"
#include "base/canonical.h"
#include "engine/margins/margins.h"

/* --- finding --- */

struct found {
  size_t count;
  struct margins *margins; /* in the order of the election's projects */
};

/* The project that was named, or all. */
static enum status choose(const struct finding *finding, struct arena *arena, uint32_t *first,
                          size_t *count, struct fault *fault)
{
  const char *id = finding->request->project;
  struct project_index index;
  *first = 0;
  *count = finding->election->project_count;
  if (id == NULL)
    return STATUS_OK;
  enum status status = project_index_make(finding->election, arena, &index, fault);
  if (status != STATUS_OK)
    return status;
  const int64_t project = project_index_find(&index, span_of(id));
  if (project < 0)
    return fault_set(fault, STATUS_REFUSED, "--project", "the id of a project",
                     "no project is called '%s'", id);
  *first = (uint32_t)project;
  *count = 1;
  return STATUS_OK;
}

static enum status find(const struct finding *finding, struct arena *arena, struct found *found,
                        struct fault *fault)
{
  struct progress_line line;
  const struct tally tally = {.election = finding->election,
                              .profile = finding->profile,
                              .settings = finding->settings,
                              .draw = finding->draw,
                              .progress = &line.progress};
  uint32_t first;
  enum status status = choose(finding, arena, &first, &found->count, fault);
  if (status != STATUS_OK)
    return status;
  found->margins = ARENA_TAKE(arena, struct margins, found->count);
  if (found->margins == NULL)
    return fault_no_memory(fault);
  progress_begin(&line);
  for (uint32_t i = 0; i < found->count && status == STATUS_OK; i++)
    status = margins_find(&tally, finding->outcome, first + i, finding->request->counts, arena,
                          &found->margins[i], fault);
  progress_end(&line);
  return status;
}

/* --- for people --- */

static size_t round_of(const struct outcome *outcome, uint32_t project)
{
  size_t round = 0;
  while (round < outcome->round_count && outcome->rounds[round].project != project)
    round++;
  return round + 1;
}

static void add_head(struct prose *prose, const struct finding *finding, uint32_t number)
{
  const struct project *project = &finding->election->projects[number];
  const struct span id = prose_id(prose, number);
  const struct span cost = prose_amount(prose, project->cost);
  const struct span votes = prose_number(prose, (int64_t)finding->outcome->projects[number].votes);
  const struct span titled[] = {id, prose_text(prose, project->title), cost, votes};
  const struct span untitled[] = {id, cost, votes};
  buffer_add_byte(prose->page, '\n');
  if (project->title.length > 0)
    prose_paragraph(prose, explain_words[EXPLAIN_PROJECT], titled, 4);
  else
    prose_paragraph(prose, explain_words[EXPLAIN_NO_TITLE], untitled, 3);
}

_Static_assert(EXPLAIN_AFTER_STOP - EXPLAIN_FUNDED == (int)REASON_AFTER_STOP,
               "reasons and their sentences stand in the same order");

static void add_reason(struct prose *prose, const struct finding *finding, uint32_t project)
{
  const struct project_result *result = &finding->outcome->projects[project];
  const struct span cost = prose_amount(prose, finding->election->projects[project].cost);
  struct span values[2] = {cost, SPAN_INIT("")};
  switch (result->reason) {
  case REASON_FUNDED:
    values[0] = prose_number(prose, (int64_t)round_of(finding->outcome, project));
    break;
  case REASON_BELOW_THRESHOLD:
    values[0] = prose_number(prose, result->score);
    break;
  case REASON_DID_NOT_FIT:
    values[1] = prose_amount(prose, result->left);
    break;
  case REASON_EXCLUDED:
    values[0] = prose_id(prose, result->rival);
    break;
  case REASON_AFTER_STOP:
    values[0] = prose_id(prose, result->rival);
    values[1] = prose_amount(prose, result->left);
    break;
  case REASON_NO_SUPPORT:
  case REASON_TOO_LITTLE_SUPPORT:
  case REASON_MONEY_USED:
    break;
  }
  prose_point(prose, explain_words[EXPLAIN_FUNDED + (unsigned)result->reason], values, 2);
}

static void add_payments(struct prose *prose, const struct project_result *result)
{
  enum {
    NAMED_MAX = 12
  };
  struct span list = SPAN("");
  const struct span had[] = {prose_amount(prose, result->supporters_had),
                             prose_amount(prose, result->supporters_left)};
  prose_point(prose, explain_words[EXPLAIN_SUPPORTERS_HAD], had, 2);
  for (size_t i = 0; i < result->payment_count && i < NAMED_MAX; i++) {
    const struct span paid[] = {prose_id(prose, result->payments[i].project),
                                prose_amount(prose, result->payments[i].amount)};
    list = prose_join(prose, list, prose_say(prose, explain_words[EXPLAIN_PAID_FOR], paid, 2));
  }
  if (result->payment_count > NAMED_MAX)
    list = prose_join(prose, list, SPAN("…"));
  if (list.length > 0)
    prose_point(prose, explain_words[EXPLAIN_PAID], &list, 1);
}

/* The sentence of a margin: `first` and the three after it are of a number that is proved, of one
 * that is not, of none, and of none so far. `number` and `tried` are as the sentences name them. */
static void add_margin(struct prose *prose, const struct margin *margin, enum explain_word first,
                       struct span number, struct span tried)
{
  const struct span some[] = {number, tried};
  const struct span none[] = {tried, prose_number(prose, (int64_t)margin->counts)};
  if (margin->found)
    prose_point(prose, explain_words[first + (margin->proved ? 0U : 1U)], some, 2);
  else
    prose_point(prose, explain_words[first + (margin->proved ? 2U : 3U)], none, 2);
}

static void add_votes(struct prose *prose, const struct margins *margins)
{
  const struct margin *margin = &margins->votes;
  add_margin(prose, margin, margins->funded ? EXPLAIN_VOTES_WINNER : EXPLAIN_VOTES_LOSER,
             prose_number(prose, margin->number), prose_number(prose, margin->tried));
}

static void add_cost(struct prose *prose, const struct margins *margins)
{
  const struct margin *margin = &margins->cost;
  const int64_t cost = prose->election->projects[margins->project].cost;
  const int64_t sign = margins->funded ? 1 : -1;
  add_margin(prose, margin, margins->funded ? EXPLAIN_COST_WINNER : EXPLAIN_COST_LOSER,
             prose_amount(prose, cost + sign * margin->number),
             prose_amount(prose, cost + sign * margin->tried));
}

static void add_rivals(struct prose *prose, const struct margins *margins)
{
  const unsigned base = margins->funded ? EXPLAIN_RIVALS_WINNER : EXPLAIN_RIVALS_LOSER;
  if (margins->rival_count > 0) {
    const struct span ids = prose_ids(prose, margins->rivals, margins->rival_count);
    prose_point(prose, explain_words[base], &ids, 1);
  } else if (margins->rivals_tried > 0) {
    const struct span tried = prose_number(prose, (int64_t)margins->rivals_tried);
    prose_point(prose, explain_words[base + 1], &tried, 1);
  }
  if (margins->rivals_left > 0) {
    const struct span left = prose_number(prose, (int64_t)margins->rivals_left);
    prose_point(prose, explain_words[EXPLAIN_RIVALS_LEFT], &left, 1);
  }
}

static void add_project(struct prose *prose, const struct finding *finding,
                        const struct margins *margins)
{
  const struct project_result *result = &finding->outcome->projects[margins->project];
  add_head(prose, finding, margins->project);
  add_reason(prose, finding, margins->project);
  if (result->shares_known && result->votes > 0)
    add_payments(prose, result);
  if (finding->request->counts == 0)
    return;
  add_votes(prose, margins);
  add_cost(prose, margins);
  add_rivals(prose, margins);
}

static enum status add(const struct finding *finding, size_t width, struct arena *arena,
                       struct buffer *page, struct fault *fault)
{
  struct found found;
  struct prose prose;
  enum status status = find(finding, arena, &found, fault);
  if (status != STATUS_OK)
    return status;
  prose_begin(&prose, finding->election, finding->request->language, width, arena, page);
  prose_title(&prose);
  const struct span counts = prose_number(&prose, (int64_t)finding->request->counts);
  if (finding->request->counts > 0)
    prose_paragraph(&prose, explain_words[EXPLAIN_BOUND], &counts, 1);
  for (size_t i = 0; i < found.count; i++)
    add_project(&prose, finding, &found.margins[i]);
  return prose_end(&prose) ? STATUS_OK : fault_no_memory(fault);
}

/* --- for machines --- */

static enum status add_json(const struct finding *finding, struct span outcome, struct arena *arena,
                            struct buffer *page, struct fault *fault)
{
  char result[DIGEST_TEXT];
  struct canonical_writer writer;
  struct found found;
  (void)outcome; /* named by its digest */
  enum status status = find(finding, arena, &found, fault);
  if (status != STATUS_OK)
    return status;
  digest_write(&finding->result, result);
  canonical_begin(&writer, page);
  canonical_object(&writer);
  canonical_member_integer(&writer, "counts", (int64_t)finding->request->counts);
  canonical_member_string(&writer, "format", SPAN("beffroi-explanation/1"));
  canonical_member(&writer, "projects");
  canonical_array(&writer);
  for (size_t i = 0; i < found.count; i++)
    margins_write(&found.margins[i], finding->election,
                  finding->outcome->projects[found.margins[i].project].reason, &writer);
  canonical_end(&writer);
  canonical_member_string(&writer, "result", span_of(result));
  canonical_end(&writer);
  buffer_add_byte(page, '\n');
  return page->failed ? fault_no_memory(fault) : STATUS_OK;
}

static const struct counted_command explain = {
    .form =
        {
            .command = "explain",
            .purpose =
                "Counts the ballots as 'tally' does, and says of each project why it is funded or "
                "not, and\n"
                "how little would have changed that: voters, cost, or the absence of another "
                "project. That is\n"
                "found by counting again and again, so it takes as many times as long as --counts "
                "allows.",
            .json = "print what was found as canonical JSON (docs/rules.md)",
            .ending =
                "Exit codes: 0 counted; 1 the board does not hold; 2 bad usage or a file that "
                "cannot be\n"
                "understood; 3 could not finish.\n",
            .explains = true,
        },
    .add = add,
    .add_json = add_json,
};

enum verdict explain_run(int count, char **arguments)
{
  return counted_run(&explain, count, arguments);
}
