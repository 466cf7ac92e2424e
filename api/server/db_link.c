#include "api/server/db_link.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/db_result.h"
#include "api/server/log.h"
#include "sql/scripts.h"

enum {
  CONNECT_SECONDS = 10, /* to connect and prepare */
  PAUSE_SHORTEST = 50,  /* milliseconds before connecting again; doubled with each attempt */
  PAUSE_LONGEST = 5000,
  PAUSE_DOUBLINGS = 7, /* until it is longer than that */
  BINARY = 1
};

static void on_socket(evutil_socket_t descriptor, short what, void *context);

static void arm(struct event *timer, int milliseconds)
{
  struct timeval wait = {.tv_sec = milliseconds / 1000,
                         .tv_usec = (suseconds_t)(milliseconds % 1000) * 1000};
  /* Only memory can fail here, and without timers the service cannot go on. */
  if (event_add(timer, &wait) != 0)
    abort();
}

/* --- the end of a connection --- */

static void forget_socket(struct db_link *link)
{
  if (link->socket != NULL)
    event_free(link->socket);
  link->socket = NULL;
}

static void disconnect(struct db_link *link)
{
  forget_socket(link);
  PQfinish(link->connection);
  link->connection = NULL;
  link->state = LINK_PAUSING;
}

/* At least half of the pause is left to chance, so that workers that lost the server together do
 * not come back together. */
static int pause_of(unsigned attempts)
{
  int pause = PAUSE_SHORTEST << (attempts < PAUSE_DOUBLINGS ? attempts : PAUSE_DOUBLINGS);
  if (pause > PAUSE_LONGEST)
    pause = PAUSE_LONGEST;
  return pause / 2 + (int)randombytes_uniform((uint32_t)pause / 2 + 1);
}

static void say_lost(struct db_link *link, const struct fault *fault)
{
  /* The same again and again is said once. */
  if (strcmp(link->said, fault->what) == 0)
    return;
  memcpy(link->said, fault->what, sizeof link->said);
  LOG(LOG_WARNING, "database-lost", LOG_TEXT("name", link->name), LOG_TEXT("where", fault->where),
      LOG_TEXT("what", fault->what), LOG_TEXT("expected", fault->expected));
}

void db_link_lose(struct db_link *link, const struct fault *fault)
{
  struct fault said;
  /* libpq's own words name the server, but no password and no value. */
  if (fault == NULL)
    (void)db_result_libpq(PQerrorMessage(link->connection), NULL, &said);
  else
    said = *fault;
  say_lost(link, &said);
  bool was_ready = link->state == LINK_READY;
  disconnect(link);
  arm(link->timer, pause_of(link->attempts++));
  if (was_ready)
    link->lost(link->context);
}

/* --- the socket --- */

static bool watch(struct db_link *link, short what)
{
  forget_socket(link);
  link->socket = event_new(link->base, PQsocket(link->connection), (short)(what | EV_PERSIST),
                           on_socket, link);
  return link->socket != NULL && event_add(link->socket, NULL) == 0;
}

bool db_link_flush(struct db_link *link)
{
  int left = PQflush(link->connection);
  if (left < 0)
    return false;
  short wanted = (short)(left > 0 ? EV_READ | EV_WRITE : EV_READ);
  if (link->socket != NULL && (event_get_events(link->socket) & (EV_READ | EV_WRITE)) == wanted)
    return true;
  return watch(link, wanted);
}

/* --- preparing --- */

/* Sends settings and statements, in one go. */
static bool prepare(struct db_link *link)
{
  const struct sql_statement *settings = &sql_scripts[SCRIPT_SESSION_SETTINGS];
  char lock[16], statement[16];
  snprintf(lock, sizeof lock, "%u000", link->lock_seconds);
  snprintf(statement, sizeof statement, "%u000", link->seconds);
  const char *const values[] = {lock, statement};

  link->state = LINK_PREPARING;
  link->answered = 0;
  link->failed = false;
  if (PQsetnonblocking(link->connection, 1) != 0 || PQenterPipelineMode(link->connection) != 1 ||
      PQsendQueryParams(link->connection, settings->text, (int)settings->count, NULL, values, NULL,
                        NULL, BINARY) != 1)
    return false;
  for (size_t i = 0; i < link->statement_count; i++) {
    const struct sql_statement *text = &link->statements[i];
    Oid types[SQL_PARAMETERS_MAX];
    for (size_t j = 0; j < text->count; j++)
      types[j] = (Oid)text->types[j];
    if (PQsendPrepare(link->connection, text->name, text->text, (int)text->count, types) != 1)
      return false;
  }
  return PQpipelineSync(link->connection) == 1 && db_link_flush(link);
}

/* The first failure is kept; what follows it until the Sync was not tried. */
static void take_prepared(struct db_link *link, const PGresult *result)
{
  const struct sql_statement *text = link->answered == 0 ? &sql_scripts[SCRIPT_SESSION_SETTINGS]
                                     : link->answered <= link->statement_count
                                         ? &link->statements[link->answered - 1]
                                         : NULL;
  ExecStatusType status = PQresultStatus(result);
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "query %s", text == NULL ? "sync" : text->name);
  if (!link->failed && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    link->failed = true;
    (void)db_result_fault(result, where, &link->fault);
  } else if (!link->failed && link->answered == 0 && PQgetvalue(result, 0, 0)[0] == 0) {
    link->failed = true;
    (void)fault_set(&link->fault, STATUS_FAILED, where, "fsync and full_page_writes on",
                    "with the server's settings a commit would not be durable");
  }
  link->answered++;
}

static void become_ready(struct db_link *link)
{
  event_del(link->timer);
  link->state = LINK_READY;
  LOG(LOG_INFO, "database-connected", LOG_TEXT("name", link->name),
      LOG_NUMBER("attempts", link->attempts + 1));
  link->attempts = 0;
  link->said[0] = '\0';
  link->ready(link->context);
}

static void take_preparation(struct db_link *link)
{
  /* NULL ends the results of one statement; a second one means that nothing more is asked. */
  unsigned nulls = 0;
  while (nulls < 2 && PQisBusy(link->connection) == 0) {
    PGresult *result = PQgetResult(link->connection);
    nulls = result == NULL ? nulls + 1 : 0;
    bool over = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (result != NULL && !over)
      take_prepared(link, result);
    PQclear(result);
    if (over && link->failed) {
      struct fault fault = link->fault;
      db_link_lose(link, &fault);
      return;
    }
    if (over) {
      become_ready(link);
      return;
    }
  }
}

/* --- connecting --- */

/* The next step of libpq's handshake. */
static void shake_hands(struct db_link *link)
{
  /* libpq may close the socket and open another one with the same number. */
  forget_socket(link);
  bool good = false;
  switch (PQconnectPoll(link->connection)) {
  case PGRES_POLLING_READING:
    good = watch(link, EV_READ);
    break;
  case PGRES_POLLING_WRITING:
    good = watch(link, EV_WRITE);
    break;
  case PGRES_POLLING_OK:
    good = prepare(link);
    break;
  case PGRES_POLLING_FAILED:
  case PGRES_POLLING_ACTIVE:
    break;
  }
  if (!good)
    db_link_lose(link, NULL);
}

void db_link_look(struct db_link *link)
{
  const PGconn *connection = link->connection;
  bool alive = PQconsumeInput(link->connection) == 1;
  if (link->state == LINK_PREPARING)
    take_preparation(link);
  else
    link->arrived(link->context);
  /* It may be lost by now. */
  if (link->connection == connection && !alive)
    db_link_lose(link, NULL);
}

static void on_socket(evutil_socket_t descriptor, short what, void *context)
{
  (void)descriptor;
  struct db_link *link = context;
  if (link->state == LINK_CONNECTING) {
    shake_hands(link);
    return;
  }
  if ((what & EV_READ) != 0)
    db_link_look(link);
  if (link->state >= LINK_PREPARING && !db_link_flush(link))
    db_link_lose(link, NULL);
}

static void begin_connecting(struct db_link *link)
{
  static const char *const keywords[] = {"dbname", "application_name", "client_encoding", NULL};
  const char *const values[] = {link->conninfo, link->name, "UTF8", NULL};
  link->connection = PQconnectStartParams(keywords, values, 1);
  if (link->connection == NULL)
    abort(); /* no memory */
  PQsetNoticeReceiver(link->connection, db_result_notice, NULL);
  link->state = LINK_CONNECTING;
  arm(link->timer, CONNECT_SECONDS * 1000);
  if (PQstatus(link->connection) == CONNECTION_BAD || !watch(link, EV_WRITE))
    db_link_lose(link, NULL);
}

static void on_timer(evutil_socket_t descriptor, short what, void *context)
{
  (void)descriptor, (void)what;
  struct db_link *link = context;
  if (link->state == LINK_PAUSING) {
    begin_connecting(link);
    return;
  }
  struct fault fault;
  (void)fault_set(&fault, STATUS_FAILED, NULL, NULL, "the server did not answer in time");
  db_link_lose(link, &fault);
}

/* --- open and close --- */

static bool numeric(const char *host)
{
  unsigned char address[sizeof(struct in6_addr)];
  return host[0] == '\0' || host[0] == '/' || host[0] == '@' ||
         inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* Whether each of the hosts of a list can be connected to without asking for its address. */
static bool all_numeric(const char *hosts)
{
  struct span rest = span_of(hosts), part;
  bool more = true;
  while (span_split(&rest, &more, ',', &part)) {
    char host[256];
    if (part.length >= sizeof host)
      return false;
    memcpy(host, part.bytes, part.length);
    host[part.length] = '\0';
    if (!numeric(host))
      return false;
  }
  return true;
}

static enum status check_conninfo(const char *conninfo, struct fault *fault)
{
  PQconninfoOption *parts = PQconninfoParse(conninfo, NULL);
  if (parts == NULL)
    return db_result_unreadable(fault);
  const char *host = NULL, *address = NULL;
  for (const PQconninfoOption *part = parts; part->keyword != NULL; part++) {
    if (strcmp(part->keyword, "host") == 0)
      host = part->val;
    if (strcmp(part->keyword, "hostaddr") == 0)
      address = part->val;
  }
  enum status status = STATUS_OK;
  if (address == NULL && host != NULL && !all_numeric(host))
    status = fault_set(fault, STATUS_REFUSED, "database",
                       "the folder of a Unix socket, a numeric address, or hostaddr",
                       "host is a name, and looking it up would block");
  PQconninfoFree(parts);
  return status;
}

enum status db_link_open(struct db_link *link, struct event_base *base,
                         const struct db_options *options, struct fault *fault)
{
  enum status status = check_conninfo(options->conninfo, fault);
  if (status != STATUS_OK)
    return status;
  link->base = base;
  link->seconds = options->seconds;
  link->lock_seconds = options->lock_seconds;
  link->statements = options->statements;
  link->statement_count = options->statement_count;
  link->conninfo = strdup(options->conninfo);
  link->name = strdup(options->name);
  link->timer = evtimer_new(base, on_timer, link);
  if (link->conninfo == NULL || link->name == NULL || link->timer == NULL) {
    db_link_close(link);
    return fault_no_memory(fault);
  }
  arm(link->timer, 0);
  return STATUS_OK;
}

void db_link_close(struct db_link *link)
{
  disconnect(link);
  if (link->timer != NULL)
    event_free(link->timer);
  link->timer = NULL;
  if (link->conninfo != NULL)
    sodium_memzero(link->conninfo, strlen(link->conninfo));
  free(link->conninfo);
  free(link->name);
  link->conninfo = link->name = NULL;
}
