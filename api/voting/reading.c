/* Reading: how an election stands, for anyone; for a voter, whether the card has voted. */
#include <string.h>

#include "api/voting/attachments.h"
#include "api/voting/handlers.h"
#include "api/voting/visit.h"
#include "ballots/instant.h"
#include "base/hex.h"

enum {
  ELECTIONS_PAGE = 100
};

static const char *const phase_names[] = {
    [PHASE_EMPTY] = "empty",   [PHASE_PREPARING] = "preparing", [PHASE_OPEN] = "open",
    [PHASE_CLOSED] = "closed", [PHASE_ENDED] = "ended",
};

/* --- the list --- */

static void send_elections(struct visit *visit, struct db_result *const *results)
{
  const struct db_result *rows = results[0];
  struct visit_json json;
  struct canonical_writer *writer = &json.writer;
  visit_json_begin(&json);
  canonical_member(writer, "elections");
  canonical_array(writer);
  for (size_t i = 0; i < db_rows(rows); i++) {
    char id[DIGEST_TEXT];
    hex_write((const uint8_t *)db_get_bytes(rows, i, 0).bytes, DIGEST_BYTES, id);
    canonical_object(writer);
    canonical_member_string(writer, "election", span_of(id));
    canonical_member_string(writer, "origin", db_get_bytes(rows, i, 1));
    canonical_member_string(writer, "phase", span_of(phase_names[db_get_integer(rows, i, 2)]));
    canonical_end(writer);
  }
  canonical_end(writer);
  bool more = db_rows(rows) == ELECTIONS_PAGE;
  visit_json_hex(&json, "next",
                 more ? (const uint8_t *)db_get_bytes(rows, ELECTIONS_PAGE - 1, 0).bytes : NULL,
                 DIGEST_BYTES);
  visit_json_send(visit, 200, &json, cache_ask_again);
}

void handle_elections(struct http_request *request, const struct route_match *match, void *context)
{
  static const struct span name = SPAN_INIT("after=");
  struct visit *visit = visit_begin(context, request, match);
  struct digest *after;
  struct fault fault;
  if (visit == NULL)
    return;
  after = ARENA_TAKE(&request->arena, struct digest, 1);
  if (after == NULL) {
    visit_unavailable(visit);
    return;
  }
  bool given = request->query.length > 0;
  if (given && (request->query.length != name.length + 2 * DIGEST_BYTES ||
                memcmp(request->query.bytes, name.bytes, name.length) != 0 ||
                !hex_read((struct span){.bytes = request->query.bytes + name.length,
                                        .length = 2 * DIGEST_BYTES},
                          after->bytes, DIGEST_BYTES))) {
    (void)fault_set(&fault, STATUS_REFUSED, "query", "after=<id of an election>",
                    "'%.*s' says nowhere to go on from", SPAN_PRINT(request->query));
    visit_problem(visit, PROBLEM_BAD_REQUEST, &fault);
    return;
  }
  db_add(visit_unit(visit), QUERY_ELECTIONS, 2,
         (const struct db_value[]){db_bytes(after->bytes, given ? DIGEST_BYTES : 0),
                                   db_integer(ELECTIONS_PAGE)});
  visit_ask(visit, send_elections);
}

/* --- one election --- */

/* A moment, or null. */
static void add_instant(struct canonical_writer *writer, const char *name, bool given,
                        int64_t seconds)
{
  char text[INSTANT_TEXT];
  canonical_member(writer, name);
  if (given && instant_write(seconds, text))
    canonical_string(writer, span_of(text));
  else
    canonical_null(writer);
}

static void send_election(struct visit *visit)
{
  const struct board_state *head = &visit->head;
  const struct manifest *manifest = visit->election->manifest;
  struct visit_json json;
  struct canonical_writer *writer = &json.writer;
  bool over = head->board.phase == PHASE_OPEN && !board_state_takes_ballots(head);
  visit_json_begin(&json);
  canonical_member_string(writer, "board_key_name", manifest->board_key.name);
  canonical_member_integer(writer, "budget", manifest->election.budget);
  add_instant(writer, "closes", manifest->has_closes, manifest->closes);
  canonical_member_integer(writer, "credentials", (int64_t)head->board.credentials);
  canonical_member_string(writer, "currency", manifest->election.currency);
  canonical_member_string(writer, "election", span_of(visit->election->id_text));
  canonical_member_boolean(writer, "frozen", head->board.frozen || over);
  visit_json_hex(&json, "open", head->board.phase >= PHASE_OPEN ? head->board.open.bytes : NULL,
                 DIGEST_BYTES);
  add_instant(writer, "opens", true, manifest->opens);
  canonical_member_string(writer, "phase", span_of(phase_names[head->board.phase]));
  canonical_member_integer(writer, "size", (int64_t)board_state_public_size(head));
  canonical_member_string(writer, "title", manifest->election.title);
  canonical_member_integer(writer, "turnout", (int64_t)board_state_public_turnout(head));
  visit_json_send(visit, 200, &json, cache_ask_again);
}

static void head_for_election(struct visit *visit)
{
  visit_head(visit, send_election);
}

void handle_election(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, head_for_election);
}

static void send_turnout(struct visit *visit)
{
  struct visit_json json;
  visit_json_begin(&json);
  canonical_member_integer(&json.writer, "credentials", (int64_t)visit->head.board.credentials);
  canonical_member_integer(&json.writer, "standing",
                           (int64_t)board_state_public_turnout(&visit->head));
  visit_json_send(visit, 200, &json, cache_ask_again);
}

static void head_for_turnout(struct visit *visit)
{
  visit_head(visit, send_turnout);
}

void handle_turnout(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, head_for_turnout);
}

/* --- a credential's standing ballot --- */

static void send_standing(struct visit *visit, struct db_result *const *results)
{
  const struct db_result *row = results[0];
  struct visit_json json;
  struct fault fault;
  if (db_rows(row) == 0) {
    (void)fault_set(&fault, STATUS_REFUSED, "Signature-Input", "a credential of the electorate",
                    "the signer may not vote here");
    visit_problem(visit, PROBLEM_FORBIDDEN, &fault);
    return;
  }
  bool stands = !db_is_null(row, 0, 0);
  visit_json_begin(&json);
  canonical_member(&json.writer, "index");
  if (stands)
    canonical_integer(&json.writer, db_get_integer(row, 0, 0));
  else
    canonical_null(&json.writer);
  visit_json_hex(&json, "leaf", stands ? (const uint8_t *)db_get_bytes(row, 0, 1).bytes : NULL,
                 DIGEST_BYTES);
  visit_json_send(visit, 200, &json, cache_never);
}

static void ask_for_standing(struct visit *visit)
{
  if (!visit_signed(visit))
    return;
  db_add(visit_unit(visit), QUERY_STANDING, 2,
         (const struct db_value[]){db_bytes(visit->election->id.bytes, DIGEST_BYTES),
                                   db_bytes(visit->signer.bytes, PUBLIC_KEY_BYTES)});
  visit_ask(visit, send_standing);
}

void handle_standing(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, ask_for_standing);
}

/* --- the count --- */

static void send_count(struct visit *visit, struct db_result *const *results)
{
  enum {
    ENDED,
    HELD,
    DONE,
    TOTAL,
    RESULT,
    FAILURE
  };
  const struct db_result *row = results[0];
  struct visit_json json;
  struct canonical_writer *writer = &json.writer;
  bool there = db_rows(row) == 1;
  bool ended = there && db_get_boolean(row, 0, ENDED);
  bool done = ended && !db_is_null(row, 0, RESULT);
  const char *state = !there                         ? "none"
                      : done                         ? "done"
                      : ended                        ? "failed"
                      : db_get_boolean(row, 0, HELD) ? "running"
                                                     : "waiting";
  visit_json_begin(&json);
  canonical_member_integer(writer, "done", there ? db_get_integer(row, 0, DONE) : 0);
  if (ended && !done)
    canonical_member_string(writer, "failure", db_get_bytes(row, 0, FAILURE));
  visit_json_hex(&json, "outcome",
                 done ? (const uint8_t *)db_get_bytes(row, 0, RESULT).bytes : NULL, DIGEST_BYTES);
  canonical_member_string(writer, "state", span_of(state));
  canonical_member_integer(writer, "total", there ? db_get_integer(row, 0, TOTAL) : 0);
  visit_json_send(visit, 200, &json, cache_never);
}

static void ask_for_count(struct visit *visit)
{
  db_add(visit_unit(visit), QUERY_JOB_STATE, 3,
         (const struct db_value[]){db_bytes(visit->election->id.bytes, DIGEST_BYTES),
                                   db_span(SPAN("count")),
                                   db_bytes(visit->head.board.open.bytes, DIGEST_BYTES)});
  visit_ask(visit, send_count);
}

static void head_for_count(struct visit *visit)
{
  visit_head(visit, ask_for_count);
}

void handle_count(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, head_for_count);
}

/* --- the result --- */

static void send_outcome(void *context, struct span outcome, const struct fault *fault)
{
  struct visit *visit = context;
  if (outcome.bytes == NULL)
    visit_fault(visit, fault);
  else
    visit_bytes(visit, 200, "application/json", outcome, cache_for_ever);
}

static void read_outcome(struct visit *visit, struct db_result *const *results)
{
  struct attachment_read *read = ARENA_TAKE(&visit->request->arena, struct attachment_read, 1);
  if (read == NULL || db_rows(results[0]) == 0) {
    visit_unavailable(visit);
    return;
  }
  *read = (struct attachment_read){.db = visit->voting->reads,
                                   .election = visit->election->id,
                                   .arena = &visit->request->arena,
                                   .done = send_outcome,
                                   .context = visit};
  memcpy(read->attachment.digest.bytes, db_get_bytes(results[0], 0, 0).bytes, DIGEST_BYTES);
  read->attachment.length = (uint64_t)db_get_integer(results[0], 0, 1);
  attachment_read(read);
}

static void ask_for_result(struct visit *visit)
{
  struct fault fault;
  if (visit->head.board.phase != PHASE_ENDED) {
    (void)fault_set(&fault, STATUS_REFUSED, "phase", "a vote that has ended",
                    "there is no result yet");
    visit_problem(visit, PROBLEM_NOT_FOUND, &fault);
    return;
  }
  db_add(visit_unit(visit), QUERY_RESULT, 2,
         (const struct db_value[]){db_bytes(visit->election->id.bytes, DIGEST_BYTES),
                                   db_bytes(visit->head.board.open.bytes, DIGEST_BYTES)});
  visit_ask(visit, read_outcome);
}

static void head_for_result(struct visit *visit)
{
  visit_head(visit, ask_for_result);
}

void handle_result(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, head_for_result);
}
