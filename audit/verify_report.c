#include "audit/verify_report.h"

#include "audit/caution.h"
#include "audit/members.h"
#include "audit/page.h"
#include "audit/refusal_words.h"
#include "ballots/digest.h"
#include "console/text.h"

enum {
  TITLE_MAX = 400, /* columns */
};

static bool holds(const struct verification *verification)
{
  return verification->problem.kind == PROBLEM_NONE;
}

/* --- the head of the page --- */

static void add_verdict(struct page *page, const struct verification *verification)
{
  const struct board_head *head = &verification->board.head;
  if (head->manifest != NULL) {
    text_add(page->text, head->manifest->election.title, TITLE_MAX);
    buffer_add(page->text, SPAN("\n\n"));
  }
  page_sentence(page,
                !holds(verification)         ? BOARD_WORD_BOARD_FAILS
                : head->phase == PHASE_ENDED ? BOARD_WORD_BOARD_HOLDS
                                             : BOARD_WORD_BOARD_HOLDS_SO_FAR,
                NULL, 0);
  page_space(page);
}

static void add_number(struct buffer *buffer, uint64_t number)
{
  words_add_number(buffer, (int64_t)number);
}

static void add_problem(struct page *page, const struct problem *problem)
{
  struct buffer index = {0};
  add_number(&index, problem->index);
  struct span value = buffer_span(&index);
  page_line_sentence(page, BOARD_WORD_FIRST_FAULT,
                     problem->indexed ? BOARD_WORD_FAULT_ENTRY : BOARD_WORD_FAULT_WHOLE, &value, 1);
  page->text->failed = page->text->failed || index.failed;
  buffer_free(&index);
  page_line(page, BOARD_WORD_NAME, span_of(problem_name(problem)));
  page_line(page, BOARD_WORD_MEANS, refusal_words(problem, page->language));
  page_fault(page, &problem->fault);
  page_space(page);
}

/* --- numbers --- */

static void add_digest(struct page *page, enum board_word label, const struct digest *digest)
{
  char text[DIGEST_TEXT];
  digest_write(digest, text);
  page_line(page, label, span_of(text));
}

/* A sentence with up to two numbers behind a label, or, with BOARD_WORD_COUNT, as a point. */
static void add_numbers(struct page *page, enum board_word label, enum board_word word,
                        uint64_t first, uint64_t second)
{
  struct buffer one = {0}, two = {0};
  add_number(&one, first);
  add_number(&two, second);
  const struct span values[] = {buffer_span(&one), buffer_span(&two)};
  if (label == BOARD_WORD_COUNT)
    page_point(page, word, values, 2);
  else
    page_line_sentence(page, label, word, values, 2);
  page->text->failed = page->text->failed || one.failed || two.failed;
  buffer_free(&one);
  buffer_free(&two);
}

static void add_ballots(struct page *page, const struct verification *verification)
{
  const struct board *board = &verification->board;
  uint64_t cast = verification->board.kinds[ENTRY_BALLOT];
  page_line_number(page, BOARD_WORD_CREDENTIALS, board->head.credentials);
  if (board->head.replacements + board->head.struck_for_paper > 0)
    add_numbers(page, BOARD_WORD_STRUCK, BOARD_WORD_STRUCK_FOR, board->head.replacements,
                board->head.struck_for_paper);
  page_line_number(page, BOARD_WORD_CAST, cast);
  if (board->withheld > 0) {
    page_line_number(page, BOARD_WORD_WITHHELD, board->withheld);
    return;
  }
  page_line_number(page, BOARD_WORD_STANDING, board->head.standing);
  page_line_number(page, BOARD_WORD_REPLACED, cast - board->head.standing);
  page_line_number(page, BOARD_WORD_UNUSED, verification_unused(verification));
  if (board->head.paper_given)
    page_line_number(page, BOARD_WORD_PAPER, board->paper.count);
  if (verification->counted)
    page_line_number(page, BOARD_WORD_BLANK, verification->profile.blank);
}

static void add_witnesses(struct page *page, const struct verification *verification)
{
  for (size_t i = 0; i < verification->witness_count; i++) {
    const struct witness_seen *seen = &verification->witnesses[i];
    struct buffer time = {0};
    page_add_time(&time, seen->time);
    const struct span values[] = {seen->name, buffer_span(&time)};
    page_line_sentence(page, BOARD_WORD_WITNESSES, BOARD_WORD_COSIGNED, values, 2);
    page->text->failed = page->text->failed || time.failed;
    buffer_free(&time);
  }
}

static void add_result(struct page *page, const struct verification *verification)
{
  const struct outcome *outcome = &verification->outcome;
  const struct election *election = &verification->board.head.manifest->election;
  struct buffer funded = {0};
  if (!verification->counted)
    return;
  for (size_t i = 0; i < outcome->selected_count; i++) {
    buffer_add(&funded, i > 0 ? SPAN(", ") : SPAN(""));
    text_add(&funded, election->projects[outcome->selected[i]].id, TEXT_WHOLE);
  }
  if (outcome->selected_count == 0)
    buffer_add(&funded, board_words_plain(page->language, BOARD_WORD_FUNDED_NONE));
  page_line(page, BOARD_WORD_FUNDED, buffer_span(&funded));
  page->text->failed = page->text->failed || funded.failed;
  buffer_free(&funded);
  struct digest result = digest_of(buffer_span(&verification->written));
  add_digest(page, BOARD_WORD_RESULT, &result);
}

static void add_facts(struct page *page, const struct verification *verification)
{
  const struct board *board = &verification->board;
  const struct digest root = board_root(board);
  enum board_word stage = (enum board_word)(BOARD_WORD_STAGE_EMPTY + (int)board->head.phase);
  page_line(page, BOARD_WORD_BOARD, board->head.manifest->board_key.name);
  add_digest(page, BOARD_WORD_ELECTION, &board->head.manifest->id);
  page_line(page, BOARD_WORD_STAGE, board_words_plain(page->language, stage));
  page_line_number(page, BOARD_WORD_ENTRIES, board->head.size);
  add_ballots(page, verification);
  if (verification->board.kinds[ENTRY_NOTE] > 0)
    page_line_number(page, BOARD_WORD_NOTES, verification->board.kinds[ENTRY_NOTE]);
  add_digest(page, BOARD_WORD_TREE, &root);
  add_witnesses(page, verification);
  add_result(page, verification);
}

/* --- what was checked --- */

static void add_checked(struct page *page, const struct verification *verification)
{
  const struct board *board = &verification->board;
  const uint64_t bodies = board->kinds[ENTRY_BALLOT] - board->withheld;
  const struct {
    bool applies;
    enum board_word word;
    uint64_t first, second;
  } points[] = {
      {true, BOARD_WORD_CHECKED_ENTRIES, board->head.size - board->withheld, 0},
      {bodies > 0, BOARD_WORD_CHECKED_BALLOTS, bodies, 0},
      {board->head.credentials > 0, BOARD_WORD_CHECKED_CREDENTIALS, board->head.credentials, 0},
      {board->head.phase >= PHASE_OPEN, BOARD_WORD_CHECKED_OPEN, 0, 0},
      {board->head.phase >= PHASE_CLOSED && board->withheld == 0, BOARD_WORD_CHECKED_CLOSE, 0, 0},
      {verification->has_checkpoint, BOARD_WORD_CHECKED_CHECKPOINT, 0, 0},
      {verification->has_checkpoint && board->head.manifest->witness_quorum > 0,
       BOARD_WORD_CHECKED_WITNESSES, verification->witness_count,
       board->head.manifest->witness_quorum},
      {verification->tiles > 0, BOARD_WORD_CHECKED_TILES, verification->tiles, 0},
      {verification->counted, BOARD_WORD_CHECKED_COUNT, 0, 0},
      {board->head.phase == PHASE_ENDED, BOARD_WORD_CHECKED_RESULT, 0, 0},
  };
  page_space(page);
  page_sentence(page, BOARD_WORD_CHECKED, NULL, 0);
  for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
    if (points[i].applies)
      add_numbers(page, BOARD_WORD_COUNT, points[i].word, points[i].first, points[i].second);
  }
}

void verify_report_add(const struct verification *verification, enum language language,
                       size_t width, struct buffer *text)
{
  static const enum board_word labels[] = {
      BOARD_WORD_FIRST_FAULT, BOARD_WORD_NAME,        BOARD_WORD_MEANS,    BOARD_WORD_WHY,
      BOARD_WORD_EXPECTED,    BOARD_WORD_BOARD,       BOARD_WORD_ELECTION, BOARD_WORD_STAGE,
      BOARD_WORD_ENTRIES,     BOARD_WORD_CREDENTIALS, BOARD_WORD_CAST,     BOARD_WORD_STANDING,
      BOARD_WORD_REPLACED,    BOARD_WORD_WITHHELD,    BOARD_WORD_BLANK,    BOARD_WORD_UNUSED,
      BOARD_WORD_STRUCK,      BOARD_WORD_PAPER,       BOARD_WORD_NOTES,    BOARD_WORD_TREE,
      BOARD_WORD_WITNESSES,   BOARD_WORD_FUNDED,      BOARD_WORD_RESULT};
  struct page page;
  page_begin(&page, text, language, width, labels, sizeof labels / sizeof *labels);
  add_verdict(&page, verification);
  if (!holds(verification))
    add_problem(&page, &verification->problem);
  if (verification->board.head.manifest != NULL)
    add_facts(&page, verification);
  if (!holds(verification))
    return;
  add_checked(&page, verification);
  page_space(&page);
  page_sentence(&page, BOARD_WORD_UNCHECKED, NULL, 0);
  caution_add(&page, verification);
}

/* --- for machines --- */

static void write_problem(struct canonical_writer *writer, const struct problem *problem)
{
  canonical_member(writer, "fault");
  canonical_object(writer);
  canonical_member_string(writer, "expected", span_of(problem->fault.expected));
  if (problem->indexed)
    members_number(writer, "index", problem->index);
  canonical_member_string(writer, "name", span_of(problem_name(problem)));
  canonical_member_string(writer, "what", span_of(problem->fault.what));
  canonical_member_string(writer, "where", span_of(problem->fault.where));
  canonical_end(writer);
}

static void write_numbers(struct canonical_writer *writer, const struct verification *verification)
{
  const struct board *board = &verification->board;
  uint64_t cast = verification->board.kinds[ENTRY_BALLOT];
  canonical_member(writer, "numbers");
  canonical_object(writer);
  if (verification->counted)
    members_number(writer, "blank", verification->profile.blank);
  members_number(writer, "cast", cast);
  members_number(writer, "credentials", board->head.credentials);
  members_number(writer, "entries", board->head.size);
  members_number(writer, "notes", verification->board.kinds[ENTRY_NOTE]);
  if (board->head.paper_given)
    members_number(writer, "paper", board->paper.count);
  if (board->withheld == 0)
    members_number(writer, "replaced", cast - board->head.standing);
  if (board->withheld == 0)
    members_number(writer, "standing", board->head.standing);
  members_number(writer, "struck_as_lost", board->head.replacements);
  members_number(writer, "struck_for_paper", board->head.struck_for_paper);
  members_number(writer, "tiles", verification->tiles);
  members_number(writer, "withheld", board->withheld);
  members_number(writer, "witnesses", verification->witness_count);
  canonical_end(writer);
}

static void write_facts(struct canonical_writer *writer, const struct verification *verification)
{
  const struct board *board = &verification->board;
  const struct digest root = board_root(board);
  write_numbers(writer, verification);
  canonical_member_string(writer, "origin", board->head.manifest->board_key.name);
  if (verification->counted) {
    struct digest result = digest_of(buffer_span(&verification->written));
    members_digest(writer, "result", &result);
  }
  members_digest(writer, "root", &root);
}

void verify_report_write(const struct verification *verification, struct buffer *text)
{
  static const char *const stages[] = {"empty", "preparing", "open", "closed", "ended"};
  const struct board_head *head = &verification->board.head;
  struct canonical_writer writer;
  canonical_begin(&writer, text);
  canonical_object(&writer);
  if (holds(verification)) {
    canonical_member(&writer, "cautions");
    caution_write(&writer, verification);
    canonical_member_boolean(&writer, "checkpoint", verification->has_checkpoint);
  }
  if (head->manifest != NULL)
    members_digest(&writer, "election", &head->manifest->id);
  if (!holds(verification))
    write_problem(&writer, &verification->problem);
  canonical_member_string(&writer, "format", SPAN("beffroi-verification/1"));
  canonical_member_boolean(&writer, "holds", holds(verification));
  if (head->manifest != NULL)
    write_facts(&writer, verification);
  canonical_member_string(&writer, "stage", span_of(stages[head->phase]));
  canonical_end(&writer);
  buffer_add_byte(text, '\n');
}
