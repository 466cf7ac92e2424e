/* database.c - how many rows a second PostgreSQL makes durable through api/server/db.h, on a private
 * cluster: rows of 400 bytes with a unique hash, in batches of one statement each; then as the
 * sequencer appends (docs/architecture.md), with a head that is locked in one unit and written in
 * another, so that a batch takes two trips; then how many of them a second are read, one by one.
 *
 * Processor time is told for a row, of this process and of the server's: both are here, and a shared
 * machine makes the rates unsteady. Times are told, never asserted; that each row is there is.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "api/server/db.h"
#include "tests/integration/private_cluster.h"

enum {
  LINE = 400,
  ROWS_MOST = 512,
  CONNECTIONS_MOST = 8,
  STREAMS_MOST = 64,
  SECONDS = 3 /* for each case */
};

enum bench_query {
  BENCH_BEGIN,
  BENCH_COMMIT,
  BENCH_ADD,
  BENCH_LOCK,
  BENCH_KNOWN,
  BENCH_WRITE,
  BENCH_READ,
  BENCH_COUNT
};

static const struct sql_statement statements[BENCH_COUNT] = {
    [BENCH_BEGIN] = {"begin", "BEGIN", 0, {0}},
    [BENCH_COMMIT] = {"commit", "COMMIT", 0, {0}},
    [BENCH_ADD] = {"add",
                   "INSERT INTO bench.entry SELECT * FROM unnest($1::bytea[], $2::bytea[])",
                   2,
                   {SQL_BYTEA_ARRAY, SQL_BYTEA_ARRAY}},
    [BENCH_LOCK] = {"lock",
                    "SELECT size FROM bench.head WHERE head = $1::bigint FOR NO KEY UPDATE",
                    1,
                    {SQL_BIGINT}},
    [BENCH_KNOWN] = {"known",
                     "SELECT place FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (leaf, place)"
                     " WHERE EXISTS (SELECT FROM bench.entry WHERE entry.leaf = asked.leaf)",
                     1,
                     {SQL_BYTEA_ARRAY}},
    [BENCH_WRITE] = {"write",
                     "WITH signed AS (INSERT INTO bench.checkpoint"
                     " SELECT $1::bigint, size, $2::bytea FROM bench.head WHERE head = $1::bigint)"
                     " UPDATE bench.head SET size = size + $3::bigint, roots = $2::bytea"
                     " WHERE head = $1::bigint",
                     3,
                     {SQL_BIGINT, SQL_BYTEA, SQL_BIGINT}},
    [BENCH_READ] = {"read", "SELECT line FROM bench.entry WHERE leaf = $1::bytea", 1, {SQL_BYTEA}},
};

static const char schema[] =
    "CREATE SCHEMA bench;"
    "CREATE TABLE bench.entry (leaf bytea PRIMARY KEY, line bytea NOT NULL);"
    "CREATE TABLE bench.head (head bigint PRIMARY KEY, size bigint NOT NULL, roots bytea)"
    " WITH (fillfactor = 40);"
    "CREATE TABLE bench.checkpoint (head bigint, size bigint, note bytea,"
    " PRIMARY KEY (head, size));"
    "INSERT INTO bench.head SELECT generate_series(0, 7), 0, ''";

enum what {
  APPEND,
  APPEND_UNDER_HEAD,
  READ
};

static const char *const names[] = {"append", "append under a head", "read"};

struct measured {
  enum what what;
  size_t rows; /* of a batch */
  size_t connections;
  size_t under_way; /* batches of a connection */
};

static const struct measured cases[] = {
    {APPEND, 1, 8, 1},
    {APPEND, 32, 1, 1},
    {APPEND, 32, 1, 2},
    {APPEND, 32, 2, 1},
    {APPEND, 128, 1, 1},
    {APPEND, 128, 2, 1},
    {APPEND, 512, 1, 1},
    {APPEND, 512, 2, 1},
    {APPEND_UNDER_HEAD, 32, 1, 1},
    {APPEND_UNDER_HEAD, 32, 2, 1},
    {APPEND_UNDER_HEAD, 128, 1, 1},
    {APPEND_UNDER_HEAD, 128, 2, 1},
    {APPEND_UNDER_HEAD, 512, 1, 1},
    {APPEND_UNDER_HEAD, 512, 2, 1},
    {READ, 1, 1, 1},
    {READ, 1, 1, 4},
    {READ, 1, 1, 16},
    {READ, 1, 1, 64},
    {READ, 1, 2, 16},
};

/* One batch after the other. */
struct stream {
  struct db *db;
  const struct measured *measured;
  int64_t head;
  struct db_unit unit;
  uint8_t hashes[ROWS_MOST][32];
  struct span leaves[ROWS_MOST], lines[ROWS_MOST];
  bool ended;
};

static struct event_base *base;
static struct db_session *session;
static struct arena arena;
static struct stream streams[STREAMS_MOST];
static char line[LINE];
static size_t rows_done;
static double stop_at;

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "bench_database: %s\n", what);
  exit(1);
}

static double seconds_of(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void script(const char *text)
{
  struct fault fault;
  if (db_session_script(session, text, &fault) != STATUS_OK)
    must(false, fault.what);
}

static struct span ask(const char *statement)
{
  struct span answer;
  struct fault fault;
  must(db_session_ask(session, statement, 0, NULL, &arena, &answer, &fault) == STATUS_OK,
       "the server does not answer");
  return answer;
}

static int64_t ask_number(const char *statement)
{
  int64_t number;
  must(span_to_integer(ask(statement), &number), "the server's answer is no number");
  return number;
}

/* Processor time that the server's processes have taken, those of `pids` with commas between. */
static double server_seconds(struct span pids)
{
  double ticks = 0;
  struct span pid;
  bool more = true;
  while (span_split(&pids, &more, ',', &pid)) {
    char path[64], text[1024];
    unsigned long long user = 0, system = 0;
    (void)snprintf(path, sizeof path, "/proc/%.*s/stat", SPAN_PRINT(pid));
    FILE *file = fopen(path, "r");
    must(file != NULL, "a process of the server is gone");
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    /* After the name in brackets: state, then ten numbers, then these two (man 5 proc). */
    const char *after = strrchr(text, ')');
    must(after != NULL && sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
                                 &user, &system) == 2,
         "/proc cannot be read");
    ticks += (double)(user + system);
  }
  return ticks / (double)sysconf(_SC_CLK_TCK);
}

/* --- batches --- */

static void add(struct stream *stream, enum bench_query query, size_t count,
                const struct db_value *parameters)
{
  db_add(&stream->unit, (enum query)query, count, parameters);
}

static void begin_batch(struct stream *stream);

static void on_done(void *context, enum db_end end, struct db_result *const *results,
                    const struct fault *fault)
{
  struct stream *stream = context;
  must(end == DB_DONE, fault == NULL ? "the connection was lost" : fault->what);
  must(stream->measured->what != READ || db_rows(results[0]) == 1, "a row is missing");
  rows_done += stream->measured->rows;
  stream->ended = seconds_of(CLOCK_MONOTONIC) >= stop_at;
  if (!stream->ended)
    begin_batch(stream);
}

static void add_rows(struct stream *stream)
{
  size_t rows = stream->measured->rows;
  add(stream, BENCH_ADD, 2,
      (const struct db_value[]){db_bytes_array(stream->leaves, rows),
                                db_bytes_array(stream->lines, rows)});
}

static void on_locked(void *context, enum db_end end, struct db_result *const *results,
                      const struct fault *fault)
{
  struct stream *stream = context;
  must(end == DB_DONE, fault == NULL ? "the connection was lost" : fault->what);
  must(db_rows(results[1]) == 1 && db_rows(results[2]) == 0, "the head is not as it should be");
  stream->unit = (struct db_unit){.done = on_done, .context = stream};
  add_rows(stream);
  add(stream, BENCH_WRITE, 3,
      (const struct db_value[]){db_integer(stream->head), db_bytes(line, LINE),
                                db_integer((int64_t)stream->measured->rows)});
  add(stream, BENCH_COMMIT, 0, NULL);
  db_run(stream->db, &stream->unit);
}

static void begin_batch(struct stream *stream)
{
  size_t rows = stream->measured->rows;
  enum what what = stream->measured->what;
  stream->unit =
      (struct db_unit){.done = what == APPEND_UNDER_HEAD ? on_locked : on_done, .context = stream};
  if (what != READ)
    randombytes_buf(stream->hashes, rows * sizeof stream->hashes[0]);
  if (what == APPEND) {
    add_rows(stream);
  } else if (what == APPEND_UNDER_HEAD) {
    add(stream, BENCH_BEGIN, 0, NULL);
    add(stream, BENCH_LOCK, 1, (const struct db_value[]){db_integer(stream->head)});
    add(stream, BENCH_KNOWN, 1, (const struct db_value[]){db_bytes_array(stream->leaves, rows)});
  } else {
    /* The last batch of the case before this one had the most rows. */
    add(stream, BENCH_READ, 1,
        (const struct db_value[]){db_span(streams[0].leaves[rows_done % ROWS_MOST])});
  }
  db_run(stream->db, &stream->unit);
}

/* --- a case --- */

static struct db *open_connection(size_t under_way)
{
  const struct db_options options = {.conninfo = private_cluster_url(),
                                     .name = "bench",
                                     .seconds = 60,
                                     .lock_seconds = 60,
                                     .waiting_max = 8,
                                     .under_way = (unsigned)under_way,
                                     .statements = statements,
                                     .statement_count = BENCH_COUNT};
  struct db *db;
  struct fault fault;
  must(db_open(base, &options, &db, &fault) == STATUS_OK, "no connection is begun");
  while (!db_ready(db))
    must(event_base_loop(base, EVLOOP_ONCE) == 0, "the loop does not turn");
  return db;
}

static void turn_until_ended(size_t count)
{
  size_t ended = 0;
  while (ended < count) {
    must(event_base_loop(base, EVLOOP_ONCE) == 0, "the loop does not turn");
    ended = 0;
    for (size_t i = 0; i < count; i++)
      ended += streams[i].ended;
  }
}

static void measure(const struct measured *measured)
{
  struct db *connections[CONNECTIONS_MOST];
  size_t count = measured->connections * measured->under_way;
  /* What is read was appended last. */
  script(measured->what == READ ? "CHECKPOINT"
                                : "TRUNCATE bench.entry, bench.checkpoint; CHECKPOINT");
  for (size_t i = 0; i < measured->connections; i++)
    connections[i] = open_connection(measured->under_way);
  struct span pids = ask("SELECT string_agg(pid::text, ',') FROM pg_stat_activity"
                         " WHERE backend_type <> 'autovacuum worker' AND pid <> pg_backend_pid()");

  rows_done = 0;
  double server = server_seconds(pids), own = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  double begin = seconds_of(CLOCK_MONOTONIC);
  stop_at = begin + SECONDS;
  for (size_t i = 0; i < count; i++) {
    struct stream *stream = &streams[i];
    stream->db = connections[i % measured->connections];
    stream->measured = measured;
    stream->head = (int64_t)(i % CONNECTIONS_MOST);
    stream->ended = false;
    for (size_t j = 0; j < ROWS_MOST; j++) {
      stream->leaves[j] = (struct span){.bytes = (const char *)stream->hashes[j],
                                        .length = sizeof stream->hashes[j]};
      stream->lines[j] = (struct span){.bytes = line, .length = LINE};
    }
    begin_batch(stream);
  }
  turn_until_ended(count);
  double elapsed = seconds_of(CLOCK_MONOTONIC) - begin;
  own = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - own;
  server = server_seconds(pids) - server;
  for (size_t i = 0; i < measured->connections; i++)
    db_close(connections[i]);
  must(measured->what == READ ||
           ask_number("SELECT count(*) FROM bench.entry") == (int64_t)rows_done,
       "rows are missing");

  double rows = (double)rows_done;
  printf("%-19s %5zu %11zu %9zu %9.0f %9.0f %12.1f %12.1f\n", names[measured->what], measured->rows,
         measured->connections, measured->under_way, rows / elapsed,
         rows / elapsed / (double)measured->rows, own / rows * 1e6, server / rows * 1e6);
  (void)fflush(stdout);
}

int main(void)
{
  struct fault fault;
  must(sodium_init() >= 0, "libsodium does not start");
  base = event_base_new();
  must(base != NULL && private_cluster_begin(), "there is no cluster");
  must(db_session_open(private_cluster_url(), &session, &fault) == STATUS_OK, "no session");
  script(schema);
  randombytes_buf(line, sizeof line);
  printf("PostgreSQL %.*s, rows of %d bytes, durable commits, %d s each\n",
         SPAN_PRINT(ask("SHOW server_version")), LINE, SECONDS);
  printf("%s", "                                                                  "
               "processor us a row:\n"
               "                     rows connections under way    rows/s   units/s"
               " this process   the server\n");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    measure(&cases[i]);
  db_session_close(session);
  event_base_free(base);
  arena_free(&arena);
  private_cluster_end();
  return 0;
}
