#include "api/voting/board_state.h"

#include <string.h>

enum column {
  COLUMN_PHASE,
  COLUMN_FROZEN,
  COLUMN_SIZE,
  COLUMN_ROOTS,
  COLUMN_OPENING,
  COLUMN_CREDENTIALS,
  COLUMN_REPLACEMENTS,
  COLUMN_STRUCK_FOR_PAPER,
  COLUMN_STANDING,
  COLUMN_PAPER_GIVEN,
  COLUMN_DRAWN,
  COLUMN_PUBLIC_SIZE,
  COLUMN_PUBLIC_AT,
  COLUMN_TURNOUT,
  COLUMN_TURNOUT_AT,
  COLUMN_CLOCK
};

static enum status read_roots(struct span roots, struct merkle_frontier *tree, struct fault *fault)
{
  const char *at = roots.bytes;
  size_t left = roots.length;
  for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
    if ((tree->size >> level & 1) == 0)
      continue;
    if (left < DIGEST_BYTES)
      break;
    memcpy(tree->roots[level].bytes, at, DIGEST_BYTES);
    at += DIGEST_BYTES;
    left -= DIGEST_BYTES;
  }
  if (left != 0 || roots.length != (size_t)__builtin_popcountll(tree->size) * DIGEST_BYTES)
    return fault_set(fault, STATUS_FAILED, "board.head", "a root for each bit of the size",
                     "the head's roots are not those of its size");
  return STATUS_OK;
}

enum status board_state_read(const struct db_result *result, bool with_clock,
                             struct board_state *head, struct fault *fault)
{
  *head = (struct board_state){
      .board = {.phase = (enum phase)db_get_integer(result, 0, COLUMN_PHASE),
                .frozen = db_get_boolean(result, 0, COLUMN_FROZEN),
                .size = (uint64_t)db_get_integer(result, 0, COLUMN_SIZE),
                .credentials = (uint64_t)db_get_integer(result, 0, COLUMN_CREDENTIALS),
                .replacements = (uint64_t)db_get_integer(result, 0, COLUMN_REPLACEMENTS),
                .struck_for_paper = (uint64_t)db_get_integer(result, 0, COLUMN_STRUCK_FOR_PAPER),
                .standing = (uint64_t)db_get_integer(result, 0, COLUMN_STANDING),
                .paper_given = db_get_boolean(result, 0, COLUMN_PAPER_GIVEN),
                .drawn = (uint32_t)db_get_integer(result, 0, COLUMN_DRAWN)},
      .public_size = (uint64_t)db_get_integer(result, 0, COLUMN_PUBLIC_SIZE),
      .public_at = db_get_integer(result, 0, COLUMN_PUBLIC_AT),
      .turnout = (uint64_t)db_get_integer(result, 0, COLUMN_TURNOUT),
      .turnout_at = db_get_integer(result, 0, COLUMN_TURNOUT_AT),
      .clock = with_clock ? db_get_integer(result, 0, COLUMN_CLOCK) : 0,
  };
  if (!db_is_null(result, 0, COLUMN_OPENING))
    memcpy(head->board.open.bytes, db_get_bytes(result, 0, COLUMN_OPENING).bytes, DIGEST_BYTES);
  head->tree.size = head->board.size;
  return read_roots(db_get_bytes(result, 0, COLUMN_ROOTS), &head->tree, fault);
}

static struct span write_roots(const struct merkle_frontier *tree, struct board_state_row *row)
{
  size_t length = 0;
  for (unsigned level = 0; level < MERKLE_LEVELS; level++)
    if ((tree->size >> level & 1) != 0) {
      memcpy(row->roots + length, tree->roots[level].bytes, DIGEST_BYTES);
      length += DIGEST_BYTES;
    }
  return (struct span){.bytes = row->roots, .length = length};
}

void board_state_write(const struct board_state *head, const struct digest *election,
                       struct span note, struct board_state_row *row, struct db_unit *unit)
{
  const struct board_head *board = &head->board;
  const struct db_value values[] = {
      db_bytes(election->bytes, DIGEST_BYTES),
      db_integer(board->phase),
      db_boolean(board->frozen),
      db_integer((int64_t)board->size),
      db_span(write_roots(&head->tree, row)),
      board->phase >= PHASE_OPEN ? db_bytes(board->open.bytes, DIGEST_BYTES) : db_null(),
      db_integer((int64_t)board->credentials),
      db_integer((int64_t)board->replacements),
      db_integer((int64_t)board->struck_for_paper),
      db_integer((int64_t)board->standing),
      db_boolean(board->paper_given),
      db_integer(board->drawn),
      db_integer((int64_t)head->public_size),
      db_integer(head->public_at),
      db_integer((int64_t)head->turnout),
      db_integer(head->turnout_at),
      note.length > 0 ? db_span(note) : db_null(),
  };
  db_add(unit, QUERY_HEAD_WRITE, sizeof values / sizeof *values, values);
}

/* The beginning of the step of time that the clock is in. */
static int64_t step_of(int64_t clock, int64_t seconds)
{
  return clock - clock % seconds;
}

void board_state_show(struct board_state *head, const struct board_state *before, bool at_once)
{
  int64_t clock = head->clock;
  if (at_once || head->board.size - head->public_size >= PUBLIC_BALLOTS) {
    head->public_size = head->board.size;
    if (at_once)
      head->public_at = step_of(clock, PUBLIC_SECONDS);
  } else if (clock >= head->public_at + PUBLIC_SECONDS) {
    head->public_size = before->board.size;
    head->public_at = step_of(clock, PUBLIC_SECONDS);
  }
  if (clock >= head->turnout_at + TURNOUT_SECONDS) {
    head->turnout = before->board.standing;
    head->turnout_at = step_of(clock, TURNOUT_SECONDS);
  }
}

bool board_state_takes_ballots(const struct board_state *head)
{
  const struct manifest *manifest = head->board.manifest;
  return head->board.phase == PHASE_OPEN && !head->board.frozen &&
         !(manifest->has_closes && head->clock >= manifest->closes);
}

uint64_t board_state_public_size(const struct board_state *head)
{
  bool moves = !board_state_takes_ballots(head) || head->clock >= head->public_at + PUBLIC_SECONDS;
  return moves ? head->board.size : head->public_size;
}

uint64_t board_state_public_turnout(const struct board_state *head)
{
  bool moves =
      !board_state_takes_ballots(head) || head->clock >= head->turnout_at + TURNOUT_SECONDS;
  return moves ? head->board.standing : head->turnout;
}

bool board_state_released(const struct board_state *head)
{
  return head->board.phase >= PHASE_CLOSED &&
         (!head->board.manifest->paper || head->board.paper_given);
}
