#include "api/server/db.h"

#include <event2/event.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/server/db_encode.h"
#include "api/server/db_link.h"
#include "api/server/db_result.h"
#include "api/server/log.h"

enum {
  TICK = 250,          /* milliseconds between looks at deadlines */
  ANSWER_GRACE = 1000, /* milliseconds that the server has to say that a statement took too long */
  BINARY = 1
};

struct queue {
  struct db_unit *first, *last;
  unsigned count;
};

struct db {
  struct db_link link;
  struct event_base *base;
  unsigned seconds;
  unsigned waiting_max;
  unsigned under_way_max;
  struct event *tick; /* looks at deadlines while there are units */
  struct event *turn; /* sends what waits, from the loop */

  struct queue waiting;
  struct queue under_way;
  /* Of the first unit under way: */
  size_t answered; /* statements */
  struct db_result results[DB_STATEMENTS_MAX];
  bool failed;
  struct fault fault;

  bool in_transaction;   /* one is open after the last Sync */
  bool severed;          /* the connection went while one was: its rest must not be done */
  struct buffer encoded; /* parameters of one statement */
};

/* --- queues --- */

static void queue_add(struct queue *queue, struct db_unit *unit)
{
  unit->next = NULL;
  if (queue->first == NULL)
    queue->first = unit;
  else
    queue->last->next = unit;
  queue->last = unit;
  queue->count++;
}

static struct db_unit *queue_take(struct queue *queue)
{
  struct db_unit *unit = queue->first;
  if (unit != NULL) {
    queue->first = unit->next;
    queue->count--;
  }
  return unit;
}

static void end(struct db_unit *unit, enum db_end how, struct db_result *const *results,
                const struct fault *fault)
{
  static struct db_result *const nothing[DB_STATEMENTS_MAX];
  if (unit->done != NULL)
    unit->done(unit->context, how, results == NULL ? nothing : results, fault);
}

static void end_all(struct queue *queue, enum db_end how)
{
  struct queue ended = *queue;
  *queue = (struct queue){0};
  struct db_unit *unit;
  while ((unit = queue_take(&ended)) != NULL)
    end(unit, how, NULL, NULL);
}

/* --- units come --- */

static _Noreturn void misused(const char *query, size_t parameter, const char *what)
{
  LOG(LOG_ERROR, "database-misused", LOG_TEXT("query", query), LOG_NUMBER("parameter", parameter),
      LOG_TEXT("what", what));
  abort();
}

void db_add(struct db_unit *unit, enum query query, size_t count, const struct db_value *parameters)
{
  if (unit->count == DB_STATEMENTS_MAX || count > DB_PARAMETERS_MAX)
    misused("", count, "there are too many statements or parameters");
  struct db_statement *statement = &unit->statements[unit->count++];
  statement->query = query;
  statement->count = count;
  if (count > 0)
    memcpy(statement->parameters, parameters, count * sizeof *parameters);
}

static const struct sql_statement *text_of(const struct db *db,
                                           const struct db_statement *statement)
{
  return &db->link.statements[statement->query];
}

static void check_unit(const struct db *db, const struct db_unit *unit)
{
  if (unit->count == 0)
    misused("", 0, "the unit has no statement");
  for (size_t i = 0; i < unit->count; i++) {
    const struct db_statement *statement = &unit->statements[i];
    if (statement->query >= db->link.statement_count)
      misused("", 0, "there is no such query");
    const struct sql_statement *text = text_of(db, statement);
    if (statement->count != text->count)
      misused(text->name, statement->count, "the query has another number of parameters");
    for (size_t j = 0; j < text->count; j++) {
      if (!db_value_fits(&statement->parameters[j], text->types[j]))
        misused(text->name, j + 1, "the value does not fit the parameter");
    }
  }
}

static int64_t now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t deadline_of(const struct db *db, const struct db_unit *unit)
{
  return now_ms() + (int64_t)(unit->seconds == 0 ? db->seconds : unit->seconds) * 1000;
}

static void arm_tick(struct db *db)
{
  struct timeval wait = {.tv_usec = TICK * 1000};
  /* Only memory can fail here, and without deadlines the service cannot go on. */
  if (event_add(db->tick, &wait) != 0)
    abort();
}

void db_run(struct db *db, struct db_unit *unit)
{
  check_unit(db, unit);
  unit->deadline = deadline_of(db, unit);
  queue_add(&db->waiting, unit);
  event_active(db->turn, EV_TIMEOUT, 0);
  if (!event_pending(db->tick, EV_TIMEOUT, NULL))
    arm_tick(db);
}

/* --- units go --- */

static bool send_statement(struct db *db, const struct db_statement *statement)
{
  const struct sql_statement *text = text_of(db, statement);
  const char *values[DB_PARAMETERS_MAX];
  int lengths[DB_PARAMETERS_MAX], formats[DB_PARAMETERS_MAX];
  size_t places[DB_PARAMETERS_MAX];

  db->encoded.length = 0;
  for (size_t i = 0; i < statement->count; i++) {
    const struct db_value *value = &statement->parameters[i];
    places[i] = db->encoded.length;
    if (value->kind != DB_BYTES)
      db_encode(&db->encoded, value, text->types[i]);
    size_t length = value->kind == DB_BYTES ? value->bytes.length : db->encoded.length - places[i];
    if (length > INT_MAX)
      misused(text->name, i + 1, "the value is too long");
    lengths[i] = (int)length;
    formats[i] = BINARY;
  }
  if (db->encoded.failed)
    abort(); /* no memory */
  /* Only now: the buffer moves when it grows. */
  for (size_t i = 0; i < statement->count; i++) {
    const struct db_value *value = &statement->parameters[i];
    values[i] = value->kind == DB_NULL    ? NULL
                : value->kind == DB_BYTES ? value->bytes.bytes
                                          : db->encoded.bytes + places[i];
  }
  return PQsendQueryPrepared(db->link.connection, text->name, (int)statement->count, values,
                             lengths, formats, BINARY) == 1;
}

/* Sends the first unit that waits. */
static bool send_unit(struct db *db)
{
  struct db_unit *unit = queue_take(&db->waiting);
  unit->deadline = deadline_of(db, unit) + ANSWER_GRACE;
  queue_add(&db->under_way, unit);
  for (size_t i = 0; i < unit->count; i++) {
    if (!send_statement(db, &unit->statements[i]))
      return false;
  }
  return PQpipelineSync(db->link.connection) == 1;
}

/* Ends what may be the rest of a transaction that went with its connection. */
static void end_severed(struct db *db)
{
  if (!db->severed || db->waiting.first == NULL)
    return;
  db->severed = false;
  if (strcmp(text_of(db, &db->waiting.first->statements[0])->name, "begin") != 0)
    end(queue_take(&db->waiting), DB_LOST, NULL, NULL);
}

static void on_turn(evutil_socket_t descriptor, short what, void *context)
{
  (void)descriptor, (void)what;
  struct db *db = context;
  end_severed(db);
  bool good = true, sent = false;
  while (good && db->link.state == LINK_READY && db->waiting.first != NULL &&
         db->under_way.count < db->under_way_max) {
    good = send_unit(db);
    sent = true;
  }
  if (sent && (!good || !db_link_flush(&db->link)))
    db_link_lose(&db->link, NULL);
}

/* --- answers --- */

static void forget_results(struct db *db)
{
  for (size_t i = 0; i < DB_STATEMENTS_MAX; i++) {
    PQclear(db->results[i].rows);
    db->results[i].rows = NULL;
  }
  db->answered = 0;
  db->failed = false;
}

/* Keeps the result of a statement of the first unit under way. */
static void take_answer(struct db *db, PGresult *result)
{
  const struct db_unit *unit = db->under_way.first;
  const char *query =
      db->answered < unit->count ? text_of(db, &unit->statements[db->answered])->name : "sync";
  ExecStatusType status = PQresultStatus(result);
  if (db->answered < unit->count && (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)) {
    db->results[db->answered++] = (struct db_result){.rows = result, .query = query};
    return;
  }
  /* The first failure says why; what follows it until the Sync was not tried. */
  if (!db->failed) {
    char where[FAULT_WHERE];
    snprintf(where, sizeof where, "query %s", query);
    (void)db_result_fault(result, where, &db->fault);
  }
  db->failed = true;
  db->answered++;
  PQclear(result);
}

static void note_transaction(struct db *db, const struct db_unit *unit)
{
  PGTransactionStatusType status = PQtransactionStatus(db->link.connection);
  db->in_transaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
  if (db->in_transaction && db->under_way_max > 1)
    misused(text_of(db, &unit->statements[0])->name, 0,
            "a transaction on a connection with several units under way");
}

/* The Sync of the first unit under way was answered. */
static void finish_unit(struct db *db)
{
  struct db_unit *unit = queue_take(&db->under_way);
  note_transaction(db, unit);
  /* `done` may begin a new unit, but none can be answered before it returns. */
  struct db_result *results[DB_STATEMENTS_MAX] = {0};
  for (size_t i = 0; i < unit->count; i++)
    results[i] = &db->results[i];
  if (db->failed)
    end(unit, DB_FAILED, NULL, &db->fault);
  else
    end(unit, DB_DONE, results, NULL);
  forget_results(db);
  event_active(db->turn, EV_TIMEOUT, 0);
}

static void on_arrived(void *context)
{
  struct db *db = context;
  /* NULL ends the results of one statement; a second one means that nothing more is asked. */
  unsigned nulls = 0;
  while (nulls < 2 && PQisBusy(db->link.connection) == 0) {
    PGresult *result = PQgetResult(db->link.connection);
    nulls = result == NULL ? nulls + 1 : 0;
    if (result == NULL)
      continue;
    if (db->under_way.first == NULL) {
      /* Nothing was asked: the server ends the session, and says why. */
      struct fault fault;
      (void)db_result_fault(result, NULL, &fault);
      PQclear(result);
      db_link_lose(&db->link, &fault);
      return;
    }
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
      PQclear(result);
      finish_unit(db);
    } else {
      take_answer(db, result);
    }
  }
}

static void on_ready(void *context)
{
  struct db *db = context;
  event_active(db->turn, EV_TIMEOUT, 0);
}

static void on_lost(void *context)
{
  struct db *db = context;
  forget_results(db);
  /* Who has a unit under way learns of it by that. */
  db->severed = db->severed || (db->in_transaction && db->under_way.first == NULL);
  db->in_transaction = false;
  end_all(&db->under_way, DB_LOST);
  event_active(db->turn, EV_TIMEOUT, 0);
}

/* --- deadlines --- */

/* Ends those that waited too long. */
static void end_late(struct db *db, int64_t now)
{
  struct queue all = db->waiting, late = {0};
  struct db_unit *unit;
  db->waiting = (struct queue){0};
  while ((unit = queue_take(&all)) != NULL)
    queue_add(unit->deadline <= now ? &late : &db->waiting, unit);
  end_all(&late, DB_TIMEOUT);
}

static void on_tick(evutil_socket_t descriptor, short what, void *context)
{
  (void)descriptor, (void)what;
  struct db *db = context;
  int64_t now = now_ms();
  /* A process that was stopped for a while looks at what has arrived before it gives up. */
  if (db->under_way.first != NULL && db->under_way.first->deadline <= now)
    db_link_look(&db->link);
  if (db->under_way.first != NULL && db->under_way.first->deadline <= now) {
    struct fault fault;
    (void)fault_set(&fault, STATUS_FAILED, NULL, NULL, "a unit was not answered in time");
    db_link_lose(&db->link, &fault);
  }
  end_late(db, now);
  if (db->waiting.first != NULL || db->under_way.first != NULL)
    arm_tick(db);
}

/* --- open, close, wait --- */

enum status db_open(struct event_base *base, const struct db_options *options, struct db **db,
                    struct fault *fault)
{
  struct db *made = calloc(1, sizeof *made);
  if (made == NULL)
    return fault_no_memory(fault);
  struct db_options own = *options;
  if (own.statements == NULL) {
    own.statements = sql_queries;
    own.statement_count = QUERY_COUNT;
  }
  made->base = base;
  made->seconds = options->seconds;
  made->waiting_max = options->waiting_max;
  made->under_way_max = options->under_way == 0 ? 1 : options->under_way;
  made->link.ready = on_ready;
  made->link.arrived = on_arrived;
  made->link.lost = on_lost;
  made->link.context = made;
  made->tick = evtimer_new(base, on_tick, made);
  made->turn = evtimer_new(base, on_turn, made);
  enum status status = made->tick == NULL || made->turn == NULL
                           ? fault_no_memory(fault)
                           : db_link_open(&made->link, base, &own, fault);
  if (status != STATUS_OK) {
    db_close(made);
    return status;
  }
  *db = made;
  return STATUS_OK;
}

void db_close(struct db *db)
{
  if (db == NULL)
    return;
  db_link_close(&db->link);
  forget_results(db);
  end_all(&db->under_way, DB_LOST);
  end_all(&db->waiting, DB_TIMEOUT);
  if (db->tick != NULL)
    event_free(db->tick);
  if (db->turn != NULL)
    event_free(db->turn);
  buffer_free(&db->encoded);
  free(db);
}

bool db_ready(const struct db *db)
{
  return db->link.state == LINK_READY;
}

bool db_full(const struct db *db)
{
  return db->waiting.count >= db->waiting_max;
}

unsigned db_waiting(const struct db *db)
{
  return db->waiting.count;
}

struct waited {
  struct db_unit *unit;
  db_done *done;
  void *context;
  bool over;
  enum db_end how;
};

static void on_waited(void *context, enum db_end how, struct db_result *const *results,
                      const struct fault *fault)
{
  struct waited *waited = context;
  waited->over = true;
  waited->how = how;
  waited->unit->done = waited->done;
  waited->unit->context = waited->context;
  if (waited->done != NULL)
    waited->done(waited->context, how, results, fault);
}

enum db_end db_wait(struct db *db, struct db_unit *unit)
{
  struct waited waited = {.unit = unit, .done = unit->done, .context = unit->context};
  unit->done = on_waited;
  unit->context = &waited;
  db_run(db, unit);
  while (!waited.over) {
    if (event_base_loop(db->base, EVLOOP_ONCE) < 0)
      abort(); /* the system's polling failed */
  }
  return waited.how;
}
