#include "api/voting/visit.h"

#include <event2/event.h>
#include <string.h>
#include <time.h>

#include "api/server/log.h"
#include "ballots/signed_request.h"
#include "base/hex.h"

const char cache_never[] = "no-store";
const char cache_for_ever[] = "public, max-age=31536000, immutable";
const char cache_ask_again[] = "no-cache";

/* --- beginning and ending --- */

struct visit *visit_begin(struct voting *voting, struct http_request *request,
                          const struct route_match *match)
{
  struct visit *visit = ARENA_TAKE(&request->arena, struct visit, 1);
  if (visit == NULL) {
    problem_send(request, PROBLEM_UNAVAILABLE, NULL);
    return NULL;
  }
  visit->voting = voting;
  visit->request = request;
  visit->segments = *match;
  visit->match = &visit->segments;
  voting->visits++;
  return visit;
}

/* What a visit holds beside its arena, which stays until the loop turns. */
static void give_back(struct visit *visit)
{
  struct voting *voting = visit->voting;
  entry_release(&visit->entry);
  elections_release(visit->election);
  voting->visits--;
  if (voting->visits == 0 && voting->drained_event != NULL)
    event_active(voting->drained_event, 0, 0);
}

void visit_end(struct visit *visit)
{
  give_back(visit);
}

void visit_send(struct visit *visit, const struct http_reply *reply)
{
  give_back(visit);
  http_send(visit->request, reply);
}

void visit_problem(struct visit *visit, enum problem problem, const struct fault *fault)
{
  give_back(visit);
  problem_send(visit->request, problem, fault);
}

void visit_unavailable(struct visit *visit)
{
  give_back(visit);
  problem_send_later(visit->request, PROBLEM_UNAVAILABLE, NULL, 1);
}

void visit_fault(struct visit *visit, const struct fault *fault)
{
  if (fault->status == STATUS_REFUSED) {
    visit_problem(visit, PROBLEM_BAD_REQUEST, fault);
    return;
  }
  /* What failed is the database: whoever asks again finds it back. */
  if (fault->status == STATUS_FAILED) {
    LOG(LOG_WARNING, "cannot-answer", LOG_TEXT("request", visit->request->id),
        LOG_TEXT("where", fault->where), LOG_TEXT("what", fault->what));
    visit_unavailable(visit);
    return;
  }
  give_back(visit);
  problem_send_fault(visit->request, fault);
}

void visit_refuse(struct visit *visit, enum refusal refusal, const struct fault *fault)
{
  visit_refuse_at(visit, refusal, NULL, fault);
}

void visit_refuse_at(struct visit *visit, enum refusal refusal, const struct merkle_head *head,
                     const struct fault *fault)
{
  give_back(visit);
  problem_send_refusal(visit->request, refusal, head, fault);
}

/* --- the election --- */

static void found_election(void *context, struct known_election *election,
                           const struct fault *fault)
{
  struct visit *visit = context;
  visit->election = election;
  if (election != NULL)
    visit->next(visit);
  else if (fault->status == STATUS_REFUSED)
    visit_problem(visit, PROBLEM_NOT_FOUND, fault);
  else
    visit_fault(visit, fault);
}

bool visit_digest(struct visit *visit, struct span text, struct digest *digest)
{
  struct fault fault;
  if (hex_read(text, digest->bytes, DIGEST_BYTES))
    return true;
  (void)fault_set(&fault, STATUS_REFUSED, "path", "64 lower-case hex digits",
                  "'%.*s' is no SHA-256", SPAN_PRINT(text));
  visit_problem(visit, PROBLEM_NOT_FOUND, &fault);
  return false;
}

void visit_election(struct voting *voting, struct http_request *request,
                    const struct route_match *match, void (*next)(struct visit *visit))
{
  struct digest id;
  struct visit *visit = visit_begin(voting, request, match);
  if (visit == NULL || !visit_digest(visit, match->segments[0], &id))
    return;
  visit->next = next;
  elections_find(voting->elections, &id, found_election, visit);
}

/* --- the database --- */

static void database_answered(void *context, enum db_end end, struct db_result *const *results,
                              const struct fault *fault)
{
  struct visit *visit = context;
  if (end == DB_FAILED)
    log_fault(LOG_ERROR, "query-failed", fault);
  if (end != DB_DONE)
    visit_unavailable(visit);
  else
    visit->answered(visit, results);
}

struct db_unit *visit_unit(struct visit *visit)
{
  static struct db_unit nothing; /* what is added to it when there is no memory goes nowhere */
  if (visit->unit == NULL)
    visit->unit = ARENA_TAKE(&visit->request->arena, struct db_unit, 1);
  struct db_unit *unit = visit->unit != NULL ? visit->unit : &nothing;
  *unit = (struct db_unit){.done = database_answered, .context = visit};
  return unit;
}

void visit_ask(struct visit *visit,
               void (*answered)(struct visit *visit, struct db_result *const *results))
{
  if (visit->unit == NULL) {
    visit_unavailable(visit);
    return;
  }
  if (db_full(visit->voting->reads)) {
    give_back(visit);
    problem_send_later(visit->request, PROBLEM_BUSY, NULL, 1);
    return;
  }
  visit->answered = answered;
  db_run(visit->voting->reads, visit->unit);
}

static void got_head(struct visit *visit, struct db_result *const *results)
{
  struct fault fault;
  if (db_rows(results[0]) == 0) {
    visit_problem(visit, PROBLEM_NOT_FOUND, NULL);
    return;
  }
  if (board_state_read(results[0], true, &visit->head, &fault) != STATUS_OK) {
    visit_fault(visit, &fault);
    return;
  }
  visit->head.board.manifest = visit->election->manifest;
  visit->head.board.projects = &visit->election->projects;
  visit->next(visit);
}

void visit_head(struct visit *visit, void (*next)(struct visit *visit))
{
  struct db_value id = db_bytes(visit->election->id.bytes, DIGEST_BYTES);
  visit->next = next;
  db_add(visit_unit(visit), QUERY_HEAD, 1, &id);
  visit_ask(visit, got_head);
}

/* --- what was sent --- */

static struct span method_name(enum http_method method)
{
  static const struct span names[] = {
      [HTTP_GET] = SPAN_INIT("GET"),       [HTTP_HEAD] = SPAN_INIT("HEAD"),
      [HTTP_POST] = SPAN_INIT("POST"),     [HTTP_PUT] = SPAN_INIT("PUT"),
      [HTTP_DELETE] = SPAN_INIT("DELETE"), [HTTP_METHOD_OTHER] = SPAN_INIT(""),
  };
  return names[method];
}

bool visit_signed(struct visit *visit)
{
  const struct http_request *request = visit->request;
  struct fault fault;
  struct signed_request read = {.method = method_name(request->method),
                                .authority = request->host,
                                .path = request->path,
                                .body = request->body};
  const struct signed_headers headers = {http_header(request, "Content-Digest"),
                                         http_header(request, "Signature-Input"),
                                         http_header(request, "Signature")};
  enum status status = signed_request_verify(&read, &headers, &fault);
  if (status == STATUS_OK && request->query.length > 0)
    status = fault_set(&fault, STATUS_REFUSED, "query", "none", "a signed request has no query");
  int64_t away = status == STATUS_OK ? read.created - (int64_t)time(NULL) : 0;
  if (away < -SIGNED_REQUEST_SECONDS || away > SIGNED_REQUEST_SECONDS)
    status = fault_set(&fault, STATUS_REFUSED, "Signature-Input",
                       "a time within five minutes of the service's clock",
                       "the request was signed too long ago, or your clock is wrong");
  if (status != STATUS_OK) {
    if (status == STATUS_REFUSED)
      visit_problem(visit, PROBLEM_UNAUTHORISED, &fault);
    else
      visit_fault(visit, &fault);
    return false;
  }
  visit->signer = read.key;
  return true;
}

bool visit_entry(struct visit *visit)
{
  struct fault fault;
  struct span line = visit->request->body;
  if (line.length > 0 && line.bytes[line.length - 1] == '\n')
    line.length--;
  enum status status = entry_read(line, &visit->request->arena, &visit->entry, &fault);
  if (status == STATUS_REFUSED)
    visit_refuse(visit, REFUSAL_MALFORMED, &fault);
  else if (status != STATUS_OK)
    visit_fault(visit, &fault);
  return status == STATUS_OK;
}

/* --- replies --- */

void visit_bytes(struct visit *visit, int status, const char *type, struct span body,
                 const char *cache)
{
  struct http_reply reply = {.status = status, .type = type, .body = body};
  http_reply_header(&reply, "Cache-Control", cache);
  visit_send(visit, &reply);
}

void visit_receipt(struct visit *visit, int status, struct span receipt)
{
  static const char address[] = "/v1/elections/";
  struct http_reply reply = {
      .status = status, .type = "text/plain; charset=utf-8", .body = receipt};
  char *location = NULL;
  if (visit->entry.line.length > 0 && visit->entry.kind == ENTRY_MANIFEST)
    location = arena_take(&visit->request->arena, sizeof address + DIGEST_TEXT, 1);
  if (location != NULL) {
    memcpy(location, address, sizeof address - 1);
    memcpy(location + sizeof address - 1, visit->election->id_text, DIGEST_TEXT);
    http_reply_header(&reply, "Location", location);
  }
  visit_send(visit, &reply);
}

void visit_json_begin(struct visit_json *json)
{
  json->buffer = (struct buffer){0};
  canonical_begin(&json->writer, &json->buffer);
  canonical_object(&json->writer);
}

void visit_json_hex(struct visit_json *json, const char *name, const uint8_t *bytes, size_t length)
{
  char text[DIGEST_TEXT];
  canonical_member(&json->writer, name);
  if (bytes == NULL) {
    canonical_null(&json->writer);
    return;
  }
  hex_write(bytes, length, text);
  canonical_string(&json->writer, span_of(text));
}

void visit_json_send(struct visit *visit, int status, struct visit_json *json, const char *cache)
{
  canonical_end(&json->writer);
  if (json->buffer.failed)
    visit_unavailable(visit);
  else
    visit_bytes(visit, status, "application/json", buffer_span(&json->buffer), cache);
  buffer_free(&json->buffer);
}
