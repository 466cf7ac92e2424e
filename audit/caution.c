#include "audit/caution.h"

#include "console/text.h"

enum {
  VALUES = 3,
};

static const struct manifest *manifest_of(const struct verification *verification)
{
  return verification->board.head.manifest;
}

/* --- when they apply --- */

static bool is_unsigned(const struct verification *verification)
{
  return !verification->has_checkpoint;
}

static bool is_unwitnessed(const struct verification *verification)
{
  return manifest_of(verification)->witness_quorum == 0;
}

static bool is_withheld(const struct verification *verification)
{
  return verification->board.withheld > 0;
}

static bool is_uncounted(const struct verification *verification)
{
  return !verification->counted && verification->board.head.phase >= PHASE_CLOSED;
}

static bool is_below_quorum(const struct verification *verification)
{
  return verification->board.head.phase >= PHASE_CLOSED &&
         verification->board.head.standing < (uint64_t)manifest_of(verification)->quorum;
}

static bool holds_key(const struct verification *verification, const char *owner)
{
  const struct manifest *manifest = manifest_of(verification);
  for (size_t i = 0; i < manifest->custody_count; i++) {
    if (span_equal(manifest->custody[i], span_of(owner)))
      return true;
  }
  return false;
}

static bool holds_organiser(const struct verification *verification)
{
  return holds_key(verification, "organiser");
}

static bool holds_registrars(const struct verification *verification)
{
  return holds_key(verification, "registrars");
}

static bool holds_scrutineers(const struct verification *verification)
{
  return holds_key(verification, "scrutineers");
}

static bool holds_staff(const struct verification *verification)
{
  return holds_key(verification, "board-staff");
}

static bool holds_draw(const struct verification *verification)
{
  return holds_key(verification, "draw");
}

static bool has_electorate(const struct verification *verification)
{
  return verification->board.head.credentials > 0;
}

static bool has_voted(const struct verification *verification)
{
  return verification->board.head.phase >= PHASE_CLOSED;
}

static bool has_replacements(const struct verification *verification)
{
  return verification->board.head.replacements > 0;
}

static bool has_paper(const struct verification *verification)
{
  return verification->board.paper.count > 0;
}

static bool differs_from_attendance(const struct verification *verification)
{
  const struct board *board = &verification->board;
  return board->head.paper_given && (board->attendance != board->paper.count ||
                                     board->attendance != board->head.struck_for_paper);
}

static bool is_drawn(const struct verification *verification)
{
  return manifest_of(verification)->draws;
}

static bool has_closes(const struct verification *verification)
{
  return manifest_of(verification)->has_closes;
}

static bool has_no_closes(const struct verification *verification)
{
  return !has_closes(verification);
}

static bool always(const struct verification *verification)
{
  (void)verification;
  return true;
}

/* --- what they name --- */

static void number(struct buffer *buffer, uint64_t value)
{
  words_add_number(buffer, (int64_t)value);
}

static void name_withheld(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.withheld);
}

static void name_uncounted(const struct verification *verification, struct buffer values[VALUES])
{
  text_add(&values[0], span_of(verification->uncounted.what), TEXT_WHOLE);
}

static void name_quorum(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.head.standing);
  number(&values[1], (uint64_t)manifest_of(verification)->quorum);
}

static void name_unused(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification_unused(verification));
}

static void name_credentials(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.head.credentials);
}

static void name_replacements(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.head.replacements);
}

static void name_paper(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.paper.count);
}

static void name_attendance(const struct verification *verification, struct buffer values[VALUES])
{
  number(&values[0], verification->board.attendance);
  number(&values[1], verification->board.paper.count);
  number(&values[2], verification->board.head.struck_for_paper);
}

static void name_times(const struct verification *verification, struct buffer values[VALUES])
{
  const struct manifest *manifest = manifest_of(verification);
  page_add_time(&values[0], manifest->opens);
  if (manifest->has_closes)
    page_add_time(&values[1], manifest->closes);
}

static const struct caution {
  const char *name;
  enum board_word word;
  bool (*applies)(const struct verification *verification);
  void (*fill)(const struct verification *verification, struct buffer values[VALUES]);
} cautions[] = {
    {"no-checkpoint", BOARD_WORD_NO_CHECKPOINT, is_unsigned, NULL},
    {"no-witnesses", BOARD_WORD_NO_WITNESSES, is_unwitnessed, NULL},
    {"withheld", BOARD_WORD_WITHHELD_BODIES, is_withheld, name_withheld},
    {"not-counted", BOARD_WORD_UNCOUNTED, is_uncounted, name_uncounted},
    {"below-quorum", BOARD_WORD_BELOW_QUORUM, is_below_quorum, name_quorum},
    {"custody-organiser", BOARD_WORD_CUSTODY_ORGANISER, holds_organiser, NULL},
    {"custody-registrars", BOARD_WORD_CUSTODY_REGISTRARS, holds_registrars, NULL},
    {"custody-scrutineers", BOARD_WORD_CUSTODY_SCRUTINEERS, holds_scrutineers, NULL},
    {"custody-board-staff", BOARD_WORD_CUSTODY_STAFF, holds_staff, NULL},
    {"custody-draw", BOARD_WORD_CUSTODY_DRAW, holds_draw, NULL},
    {"kept-codes", BOARD_WORD_KEPT_CODES, has_voted, name_unused},
    {"roll", BOARD_WORD_ROLL, has_electorate, name_credentials},
    {"replacements", BOARD_WORD_REPLACEMENTS, has_replacements, name_replacements},
    {"paper", BOARD_WORD_PAPER_KEYED, has_paper, name_paper},
    {"attendance", BOARD_WORD_ATTENDANCE, differs_from_attendance, name_attendance},
    {"draw", BOARD_WORD_DRAWN, is_drawn, NULL},
    {"times", BOARD_WORD_TIMES, has_closes, name_times},
    {"no-closing-time", BOARD_WORD_NO_CLOSE, has_no_closes, name_times},
    {"dropped", BOARD_WORD_DROPPED, always, NULL},
    {"pages", BOARD_WORD_PAGES, always, NULL},
    {"open-mode", BOARD_WORD_OPEN_MODE, always, NULL},
};

static const size_t caution_count = sizeof cautions / sizeof *cautions;

static void add_one(struct page *page, const struct caution *caution,
                    const struct verification *verification)
{
  struct buffer filled[VALUES] = {{0}};
  if (caution->fill != NULL)
    caution->fill(verification, filled);
  const struct span values[VALUES] = {buffer_span(&filled[0]), buffer_span(&filled[1]),
                                      buffer_span(&filled[2])};
  page_point(page, caution->word, values, VALUES);
  for (size_t i = 0; i < VALUES; i++) {
    page->text->failed = page->text->failed || filled[i].failed;
    buffer_free(&filled[i]);
  }
}

void caution_add(struct page *page, const struct verification *verification)
{
  for (size_t i = 0; i < caution_count; i++) {
    if (cautions[i].applies(verification))
      add_one(page, &cautions[i], verification);
  }
}

void caution_write(struct canonical_writer *writer, const struct verification *verification)
{
  canonical_array(writer);
  for (size_t i = 0; i < caution_count; i++) {
    if (cautions[i].applies(verification))
      canonical_string(writer, span_of(cautions[i].name));
  }
  canonical_end(writer);
}
