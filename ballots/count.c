/* Of the ballots of a board, the outcome: the last step before a result, and of every audit. */
#include <inttypes.h>
#include <string.h>

#include "ballots/board.h"
#include "ballots/draw.h"
#include "ballots/packed.h"
#include "base/buffer.h"

static const struct span seed_label = SPAN_INIT("beffroi/1 draw\0");

static enum status check_complete(const struct board *board, struct fault *fault)
{
  const struct board_head *head = &board->head;
  if (head->phase < PHASE_CLOSED)
    return fault_set(fault, STATUS_REFUSED, "board", "a `close`", "the vote is not closed");
  if (board->withheld > 0)
    return fault_set(fault, STATUS_REFUSED, "board", "the bodies of all ballots",
                     "the bodies of %" PRIu64 " ballots are withheld", board->withheld);
  if (head->manifest->paper && !head->paper_given)
    return fault_set(fault, STATUS_REFUSED, "board", "a `paper`, perhaps without ballots",
                     "the paper ballots are missing");
  size_t drawn = 0;
  for (size_t i = 0; i < head->manifest->drawer_count; i++)
    drawn += (head->drawn >> i) & 1;
  if (head->manifest->draws && drawn < head->manifest->drawer_count)
    return fault_set(fault, STATUS_REFUSED, "board", "the secrets of all who draw",
                     "%zu of %zu are missing", head->manifest->drawer_count - drawn,
                     head->manifest->drawer_count);
  return STATUS_OK;
}

static enum status gather_ballots(const struct board *board, struct arena *arena,
                                  struct profile *profile, struct fault *fault)
{
  const struct election *election = &board->head.manifest->election;
  enum ballot_kind kind = election->ballot.kind;
  struct profile_builder builder;
  struct choice choice;
  struct mark *marks = ARENA_TAKE(arena, struct mark, election->project_count);
  if (marks == NULL)
    return fault_no_memory(fault);
  enum status status = profile_begin(&builder, arena, election, true, fault);
  for (size_t i = 0; status == STATUS_OK && i < board->electorate.count; i++) {
    const struct credential_row *row = &board->electorate.rows[i];
    if (row->choice == NULL)
      continue;
    packed_read(row->choice, kind, marks, &choice);
    status = profile_add(&builder, &choice, 1, fault);
  }
  const uint8_t *packed = board->paper.packed;
  for (uint64_t i = 0; status == STATUS_OK && i < board->paper.count; i++) {
    packed = packed_read(packed, kind, marks, &choice);
    status = profile_add(&builder, &choice, 1, fault);
  }
  if (status == STATUS_OK)
    *profile = profile_end(&builder);
  return status;
}

/* SHA-256("beffroi/1 draw" ‖ 0x00 ‖ open ‖ secrets in the manifest's order) */
enum status board_draw(const struct board *board, struct arena *arena, const uint32_t **places,
                       struct fault *fault)
{
  const struct manifest *manifest = board->head.manifest;
  *places = NULL;
  if (!manifest->draws)
    return STATUS_OK;
  struct buffer text = {0};
  buffer_add(&text, seed_label);
  buffer_add(&text,
             (struct span){.bytes = (const char *)board->head.open.bytes, .length = DIGEST_BYTES});
  for (size_t i = 0; i < manifest->drawer_count; i++)
    buffer_add(&text, (struct span){.bytes = (const char *)board->secrets[i],
                                    .length = sizeof board->secrets[i]});
  bool failed = text.failed;
  struct digest seed = digest_of(buffer_span(&text));
  buffer_free(&text);
  if (failed)
    return fault_no_memory(fault);
  return draw_lots(&manifest->election, seed.bytes, arena, places, fault);
}

enum status board_count(const struct board *board, struct arena *arena, struct profile *profile,
                        struct outcome *outcome, struct fault *fault)
{
  enum status status = check_complete(board, fault);
  if (status != STATUS_OK)
    return status;
  const struct manifest *manifest = board->head.manifest;
  const uint32_t *places;
  status = board_draw(board, arena, &places, fault);
  if (status == STATUS_OK)
    status = gather_ballots(board, arena, profile, fault);
  if (status != STATUS_OK)
    return status;
  const struct tally tally = {.election = &manifest->election,
                              .profile = profile,
                              .settings = &manifest->settings,
                              .draw = places,
                              .progress = board->progress};
  return rule_count_ballots(&tally, arena, outcome, fault);
}

enum status board_outcome(const struct board *board, struct buffer *bytes, struct fault *fault)
{
  struct arena arena = {0};
  struct profile profile;
  struct outcome outcome;
  enum status status = board_count(board, &arena, &profile, &outcome, fault);
  if (status == STATUS_OK) {
    const struct manifest *manifest = board->head.manifest;
    char id[DIGEST_TEXT];
    digest_write(&manifest->id, id);
    outcome_write(&outcome, &manifest->election, &manifest->settings, span_of(id), bytes);
    if (bytes->failed)
      status = fault_no_memory(fault);
  }
  arena_free(&arena);
  return status;
}
