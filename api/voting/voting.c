#include "api/voting/voting.h"

#include <event2/event.h>
#include <sodium.h>
#include <stdlib.h>

#include "api/server/router.h"
#include "api/voting/attachments.h"
#include "api/voting/handlers.h"

enum {
  BALLOT_BODY = 16 * 1024,
  ENTRY_BODY = ENVELOPE_MAX + 1, /* a line break may follow */
  SMALL_BODY = 1024,
  READS_UNDER_WAY = 16 /* docs/benchmarks.md: half the cost of one after the other */
};

#define JSON_TYPE  "application/json"
#define BYTES_TYPE "application/octet-stream"
#define ELECTION   "/v1/elections/:election"

static const struct route routes[] = {
    {HTTP_POST, ELECTION "/ballots", BALLOT_BODY, JSON_TYPE, handle_cast},
    {HTTP_GET, "/v1/board-key", 0, NULL, handle_board_key},
    {HTTP_POST, "/v1/elections", ENTRY_BODY, JSON_TYPE, handle_register},
    {HTTP_GET, "/v1/elections", 0, NULL, handle_elections},
    {HTTP_GET, ELECTION, 0, NULL, handle_election},
    {HTTP_PUT, ELECTION "/attachments/:digest/parts/:part", ATTACHMENT_PART, BYTES_TYPE,
     handle_upload_part},
    {HTTP_POST, ELECTION "/attachments/:digest", SMALL_BODY, JSON_TYPE, handle_upload_complete},
    {HTTP_POST, ELECTION "/entries", ENTRY_BODY, JSON_TYPE, handle_append},
    {HTTP_POST, ELECTION "/freeze", 0, NULL, handle_freeze},
    {HTTP_GET, ELECTION "/standing", 0, NULL, handle_standing},
    {HTTP_GET, ELECTION "/turnout", 0, NULL, handle_turnout},
    {HTTP_GET, ELECTION "/drafts/open", 0, NULL, handle_draft_open},
    {HTTP_GET, ELECTION "/drafts/close", 0, NULL, handle_draft_close},
    {HTTP_GET, ELECTION "/drafts/result", 0, NULL, handle_draft_result},
    {HTTP_GET, ELECTION "/count", 0, NULL, handle_count},
    {HTTP_GET, ELECTION "/result", 0, NULL, handle_result},
    {HTTP_GET, "/elections/:election/board/*", 0, NULL, handle_board},
};

static const struct router router = {routes, sizeof routes / sizeof *routes};

/* --- a worker's life --- */

static void voting_end(void *state);

static enum status open_database(struct voting *voting, struct fault *fault)
{
  const struct config *config = voting->config;
  struct db_options options = {.conninfo = config->database,
                               .name = "beffroi reads",
                               .seconds = (unsigned)config->database_seconds,
                               .lock_seconds = (unsigned)config->lock_seconds,
                               .waiting_max = (unsigned)config->connections,
                               .under_way = READS_UNDER_WAY};
  enum status status = db_open(voting->base, &options, &voting->reads, fault);
  if (status != STATUS_OK)
    return status;
  options.name = "beffroi appends";
  options.under_way = 1; /* its transactions take two units */
  return db_open(voting->base, &options, &voting->appends, fault);
}

static enum status voting_begin(struct event_base *base, const struct config *config, void **state,
                                struct fault *fault)
{
  struct voting *voting = calloc(1, sizeof *voting);
  if (voting == NULL)
    return fault_no_memory(fault);
  if (sodium_init() < 0) {
    free(voting);
    return fault_set(fault, STATUS_FAILED, "libsodium", NULL, "it does not start");
  }
  voting->base = base;
  voting->config = config;
  enum status status = signature_library_check(fault);
  if (status == STATUS_OK)
    status = config_organisers(config, &voting->arena, &voting->organisers, fault);
  if (status == STATUS_OK)
    status = custody_open(config->master_secret, &voting->custody, fault);
  if (status == STATUS_OK)
    status = marks_open(config->marks, &voting->marks, fault);
  if (status == STATUS_OK)
    status = open_database(voting, fault);
  if (status == STATUS_OK)
    status = elections_open(voting->reads, voting->custody, &voting->elections, fault);
  if (status == STATUS_OK)
    status = sequencer_open(base, voting->appends, voting->marks, (size_t)config->pool,
                            (size_t)config->batch, &voting->sequencer, fault);
  if (status != STATUS_OK) {
    voting_end(voting);
    return status;
  }
  *state = voting;
  return STATUS_OK;
}

static void voting_handle(struct http_request *request, void *state)
{
  router_handle(&router, request, state);
}

static bool voting_ready(void *state, const char **why)
{
  const struct voting *voting = state;
  *why = NULL;
  if (!db_ready(voting->reads) || !db_ready(voting->appends))
    *why = "the database does not answer";
  else if (sequencer_pending(voting->sequencer) >= (size_t)voting->config->pool)
    *why = "the pool of entries is full";
  else if (sequencer_is_behind(voting->sequencer))
    *why = "the database is behind what was signed: see the log";
  return *why == NULL;
}

static void tell_drained(evutil_socket_t nothing, short what, void *context)
{
  struct voting *voting = context;
  (void)nothing;
  (void)what;
  voting->drained(voting->drained_context);
}

static void voting_drain(void *state, void (*drained)(void *context), void *context)
{
  struct voting *voting = state;
  voting->drained = drained;
  voting->drained_context = context;
  voting->drained_event = event_new(voting->base, -1, 0, tell_drained, voting);
  if (voting->drained_event == NULL)
    drained(context);
  else if (voting->visits == 0)
    event_active(voting->drained_event, 0, 0);
}

static void voting_end(void *state)
{
  struct voting *voting = state;
  if (voting->drained_event != NULL)
    event_free(voting->drained_event);
  if (voting->reads != NULL)
    db_close(voting->reads);
  if (voting->appends != NULL)
    db_close(voting->appends);
  sequencer_close(voting->sequencer);
  elections_close(voting->elections);
  marks_close(voting->marks);
  custody_close(voting->custody);
  arena_free(&voting->arena);
  free(voting);
}

const struct application voting_application = {
    .begin = voting_begin,
    .handle = voting_handle,
    .ready = voting_ready,
    .drain = voting_drain,
    .end = voting_end,
    .work = voting_work,
};
