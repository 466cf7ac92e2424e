/* db_link.h - a connection to PostgreSQL, in pipeline mode, that is made again by itself: db.c's
 * lower half.
 *
 * A link that is ready has its settings made and its statements prepared. It says so to its user,
 * then each time that something has arrived, and once when it is lost. Everything is said from the
 * loop.
 */
#ifndef API_SERVER_DB_LINK_H
#define API_SERVER_DB_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "api/server/db.h"
#include "base/fault.h"
#include "sql/types.h"

struct event;
struct event_base;
struct pg_conn; /* libpq's PGconn */

enum db_link_state {
  LINK_PAUSING,    /* not connected; the timer says when to try again */
  LINK_CONNECTING, /* libpq's handshake; the timer ends it when it takes too long */
  LINK_PREPARING,  /* settings and statements were sent; the timer as before */
  LINK_READY
};

struct db_link {
  /* Set before db_link_open. */
  void (*ready)(void *context);
  void (*arrived)(void *context); /* ask PQisBusy and PQgetResult; may call db_link_lose */
  void (*lost)(void *context);    /* was ready; `connection` is gone */
  void *context;

  enum db_link_state state;
  struct pg_conn *connection; /* NULL while LINK_PAUSING */

  /* db_link.c's own. */
  struct event_base *base;
  char *conninfo, *name;
  unsigned seconds, lock_seconds;
  const struct sql_statement *statements;
  size_t statement_count;
  struct event *socket; /* of the connection; NULL without */
  struct event *timer;
  size_t answered;       /* while LINK_PREPARING: how many statements */
  bool failed;           /* one of them did, */
  struct fault fault;    /* so */
  unsigned attempts;     /* to connect since it last was ready */
  char said[FAULT_WHAT]; /* why it is not connected, as last logged */
};

/* Begins to connect. Errors as db_open. */
enum status db_link_open(struct db_link *link, struct event_base *base,
                         const struct db_options *options, struct fault *fault) CHECKED;

/* Sends what libpq has kept back; what does not go at once goes later. False: the link is of no
 * more use. */
bool db_link_flush(struct db_link *link) CHECKED;

/* The connection is of no more use: it ends, `lost` is called, and it will be made again. NULL: why
 * is what libpq says. */
void db_link_lose(struct db_link *link, const struct fault *fault);

/* Reads, and calls `arrived`, as if something had arrived. */
void db_link_look(struct db_link *link);

/* Says nothing to the user. For a link that was opened, or is all zero. */
void db_link_close(struct db_link *link);

#endif
