/* Drafts: the payloads that officers fetch, sign, and send back as entries. */
#include <string.h>

#include "api/voting/handlers.h"
#include "api/voting/visit.h"
#include "ballots/draft.h"

static void send_draft(struct visit *visit, const struct entry *entry)
{
  struct buffer payload = {0};
  struct fault fault;
  if (draft_entry(entry, &payload, &fault) != STATUS_OK)
    visit_fault(visit, &fault);
  else
    visit_bytes(visit, 200, "application/json", buffer_span(&payload), cache_never);
  buffer_free(&payload);
}

static void refuse_now(struct visit *visit, const char *expected, const char *what)
{
  struct fault fault;
  (void)fault_set(&fault, STATUS_REFUSED, "phase", expected, "%s", what);
  visit_refuse(visit, REFUSAL_NOT_NOW, &fault);
}

/* --- open --- */

static void draft_open(struct visit *visit)
{
  const struct board_state *head = &visit->head;
  if (head->board.phase != PHASE_PREPARING) {
    refuse_now(visit, "a board that is being prepared", "the vote was opened before");
    return;
  }
  const struct entry entry = {
      .kind = ENTRY_OPEN,
      .binding = {.after_open = false, .value = visit->election->id},
      .body.open = {.credentials = head->board.credentials,
                    .root = merkle_root(&head->tree),
                    .size = head->board.size},
  };
  send_draft(visit, &entry);
}

static void head_for_open(struct visit *visit)
{
  visit_head(visit, draft_open);
}

void handle_draft_open(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, head_for_open);
}

/* --- close --- */

static void draft_close(struct visit *visit, struct db_result *const *results)
{
  const struct board_state *head = &visit->head;
  struct entry entry = {
      .kind = ENTRY_CLOSE,
      .binding = {.after_open = true, .value = head->board.open},
      .body.close = {.root = merkle_root(&head->tree),
                     .size = head->board.size,
                     .standing = head->board.standing},
  };
  memcpy(entry.body.close.indexes.bytes, db_get_bytes(results[0], 0, 0).bytes, DIGEST_BYTES);
  send_draft(visit, &entry);
}

static void ask_for_standing(struct visit *visit)
{
  if (visit->head.board.phase != PHASE_OPEN || board_state_takes_ballots(&visit->head)) {
    refuse_now(visit, "a vote that has ended and is not closed",
               visit->head.board.phase == PHASE_OPEN ? "ballots may still come"
                                                     : "there is no vote to close");
    return;
  }
  struct db_value id = db_bytes(visit->election->id.bytes, DIGEST_BYTES);
  db_add(visit_unit(visit), QUERY_STANDING_LIST, 1, &id);
  visit_ask(visit, draft_close);
}

static void head_for_close(struct visit *visit)
{
  visit_head(visit, ask_for_standing);
}

void handle_draft_close(struct http_request *request, const struct route_match *match,
                        void *context)
{
  visit_election(context, request, match, head_for_close);
}

/* --- result --- */

static void draft_result(struct visit *visit, struct db_result *const *results)
{
  if (db_rows(results[0]) == 0) {
    refuse_now(visit, "a vote whose ballots are counted (GET …/count)",
               "the ballots are not counted yet");
    return;
  }
  struct entry entry = {
      .kind = ENTRY_RESULT,
      .binding = {.after_open = true, .value = visit->head.board.open},
      .body.result.outcome.length = (uint64_t)db_get_integer(results[0], 0, 1),
  };
  memcpy(entry.body.result.outcome.digest.bytes, db_get_bytes(results[0], 0, 0).bytes,
         DIGEST_BYTES);
  send_draft(visit, &entry);
}

static void ask_for_outcome(struct visit *visit)
{
  db_add(visit_unit(visit), QUERY_RESULT, 2,
         (const struct db_value[]){db_bytes(visit->election->id.bytes, DIGEST_BYTES),
                                   db_bytes(visit->head.board.open.bytes, DIGEST_BYTES)});
  visit_ask(visit, draft_result);
}

static void head_for_result(struct visit *visit)
{
  visit_head(visit, ask_for_outcome);
}

void handle_draft_result(struct http_request *request, const struct route_match *match,
                         void *context)
{
  visit_election(context, request, match, head_for_result);
}
