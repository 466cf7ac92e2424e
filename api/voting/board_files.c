/* The board as files (ballots/tile.h, docs/board.md): what any static server could serve, made from
 * the database, and held back where the vote demands it.
 *
 *   checkpoint         ask again       the one that is public now
 *   tile/<L>/<N>       for ever        hashes never change; those of the public tree
 *   tile/entries/<N>   for ever        404, kept by nobody, while a body in it is withheld
 *   entries/<index>    for ever        likewise
 *   attachments/<hex>  for ever
 *   board.jsonl        ask again       it grows, and bodies come
 */
#include <string.h>

#include "api/voting/attachments.h"
#include "api/voting/handlers.h"
#include "api/voting/receipts.h"
#include "api/voting/visit.h"
#include "ballots/tile.h"
#include "base/hex.h"

enum {
  LINES_AT_A_TIME = 256
};

static const char bytes_type[] = "application/octet-stream";
static const char text_type[] = "text/plain; charset=utf-8";
static const char lines_type[] = "application/jsonl";

struct board_file {
  struct tile tile;
  uint64_t index; /* of an entry */
  struct digest attachment;
  uint64_t length;    /* of the attachment */
  uint64_t next, end; /* entries, or parts, that are still to be streamed */
  bool released;      /* as it was when the stream began */
};

static struct span rest_of(const struct visit *visit)
{
  return visit->match->segments[1];
}

static void not_here(struct visit *visit, const char *what)
{
  struct fault fault;
  (void)fault_set(&fault, STATUS_REFUSED, "path", NULL, "%s", what);
  visit_problem(visit, PROBLEM_NOT_FOUND, &fault);
}

static struct db_value id_value(const struct visit *visit)
{
  return db_bytes(visit->election->id.bytes, DIGEST_BYTES);
}

/* --- checkpoint --- */

static void send_checkpoint(struct visit *visit, struct db_result *const *results)
{
  if (db_rows(results[0]) == 0)
    visit_unavailable(visit);
  else
    visit_bytes(visit, 200, text_type, db_get_bytes(results[0], 0, 0), cache_ask_again);
}

static void ask_for_checkpoint(struct visit *visit)
{
  db_add(visit_unit(visit), QUERY_CHECKPOINT, 2,
         (const struct db_value[]){id_value(visit),
                                   db_integer((int64_t)board_state_public_size(&visit->head))});
  visit_ask(visit, send_checkpoint);
}

static void head_for_checkpoint(struct visit *visit)
{
  visit_head(visit, ask_for_checkpoint);
}

/* --- tiles --- */

static void send_hashes(struct visit *visit, struct db_result *const *results)
{
  const struct board_file *file = visit->own;
  struct span hashes = db_get_bytes(results[0], 0, 0);
  if (hashes.length != (size_t)file->tile.width * DIGEST_BYTES)
    visit_unavailable(visit);
  else
    visit_bytes(visit, 200, bytes_type, hashes, cache_for_ever);
}

static void ask_for_lines(struct visit *visit, uint64_t first, uint64_t end,
                          void (*answered)(struct visit *visit, struct db_result *const *results))
{
  db_add(visit_unit(visit), board_state_released(&visit->head) ? QUERY_LINES : QUERY_LINES_SEALED,
         3,
         (const struct db_value[]){id_value(visit), db_integer((int64_t)first),
                                   db_integer((int64_t)end)});
  visit_ask(visit, answered);
}

static void send_bundle(struct visit *visit, struct db_result *const *results)
{
  const struct db_result *rows = results[0];
  struct buffer bundle = {0};
  struct fault fault;
  enum status status = STATUS_OK;
  for (size_t i = 0; i < db_rows(rows) && status == STATUS_OK; i++) {
    if (db_is_null(rows, i, 2)) {
      buffer_free(&bundle);
      not_here(visit, "bodies of ballots are withheld until the vote is over");
      return;
    }
    status = tile_add_entry(&bundle, db_get_bytes(rows, i, 2), &fault);
  }
  if (status != STATUS_OK || bundle.failed)
    visit_unavailable(visit);
  else
    visit_bytes(visit, 200, bytes_type, buffer_span(&bundle), cache_for_ever);
  buffer_free(&bundle);
}

static void ask_for_tile(struct visit *visit)
{
  const struct board_file *file = visit->own;
  const struct tile *asked = &file->tile;
  struct tile there;
  if (!tile_of(board_state_public_size(&visit->head), asked->kind, asked->level, asked->index,
               &there) ||
      there.width < asked->width) {
    not_here(visit, "the tree has no such tile, or not yet");
    return;
  }
  if (asked->kind == TILE_ENTRIES) {
    uint64_t first = asked->index * TILE_WIDTH;
    ask_for_lines(visit, first, first + asked->width, send_bundle);
    return;
  }
  tile_ask(visit_unit(visit), &visit->election->id, asked);
  visit_ask(visit, send_hashes);
}

static void head_for_tile(struct visit *visit)
{
  visit_head(visit, ask_for_tile);
}

/* --- one entry --- */

static void send_entry(struct visit *visit, struct db_result *const *results)
{
  if (db_rows(results[0]) == 0)
    not_here(visit, "there is no such entry");
  else if (db_is_null(results[0], 0, 2))
    not_here(visit, "bodies of ballots are withheld until the vote is over");
  else
    visit_bytes(visit, 200, "application/json", db_get_bytes(results[0], 0, 2), cache_for_ever);
}

static void ask_for_entry(struct visit *visit)
{
  const struct board_file *file = visit->own;
  if (file->index >= board_state_public_size(&visit->head))
    not_here(visit, "there is no such entry, or not yet");
  else
    ask_for_lines(visit, file->index, file->index + 1, send_entry);
}

static void head_for_entry(struct visit *visit)
{
  visit_head(visit, ask_for_entry);
}

/* --- an attachment, part by part --- */

static void next_part(void *context);

static void send_part(struct visit *visit, struct db_result *const *results)
{
  struct board_file *file = visit->own;
  if (db_rows(results[0]) == 0) {
    http_stream_end(visit->request, false);
    visit_end(visit);
    return;
  }
  file->next++;
  http_stream_write(visit->request, db_get_bytes(results[0], 0, 0), next_part, visit);
}

/* While a reply streams, what the database does not answer can only cut it. */
static void streamed(void *context, enum db_end end, struct db_result *const *results,
                     const struct fault *fault)
{
  struct visit *visit = context;
  (void)fault;
  if (end != DB_DONE) {
    http_stream_end(visit->request, false);
    visit_end(visit);
    return;
  }
  visit->answered(visit, results);
}

static void stream_on(struct visit *visit,
                      void (*answered)(struct visit *visit, struct db_result *const *results))
{
  visit->answered = answered;
  if (visit->unit == NULL) {
    streamed(visit, DB_TIMEOUT, NULL, NULL);
    return;
  }
  visit->unit->done = streamed;
  db_run(visit->voting->reads, visit->unit);
}

/* Whether there is more to come and somebody to take it; else the stream is ended. */
static bool goes_on(struct visit *visit)
{
  const struct board_file *file = visit->own;
  bool whole = file->next >= file->end;
  if (!whole && !http_gone(visit->request))
    return true;
  http_stream_end(visit->request, whole);
  visit_end(visit);
  return false;
}

static void next_part(void *context)
{
  struct visit *visit = context;
  const struct board_file *file = visit->own;
  if (!goes_on(visit))
    return;
  attachment_ask(visit_unit(visit), &visit->election->id, &file->attachment, (size_t)file->next);
  stream_on(visit, send_part);
}

static void found_attachment(struct visit *visit, struct db_result *const *results)
{
  struct board_file *file = visit->own;
  if (db_rows(results[0]) == 0) {
    not_here(visit, "there is no such attachment");
    return;
  }
  file->end = attachment_parts((uint64_t)db_get_integer(results[0], 0, 0));
  struct http_reply reply = {.status = 200, .type = bytes_type};
  http_reply_header(&reply, "Cache-Control", cache_for_ever);
  http_stream_begin(visit->request, &reply);
  next_part(visit);
}

static void ask_for_attachment(struct visit *visit)
{
  const struct board_file *file = visit->own;
  db_add(
      visit_unit(visit), QUERY_ATTACHMENT, 2,
      (const struct db_value[]){id_value(visit), db_bytes(file->attachment.bytes, DIGEST_BYTES)});
  visit_ask(visit, found_attachment);
}

/* --- all entries --- */

static void next_lines(void *context);

static void send_lines(struct visit *visit, struct db_result *const *results)
{
  struct board_file *file = visit->own;
  const struct db_result *rows = results[0];
  struct buffer lines = {0};
  char leaf[DIGEST_TEXT];
  for (size_t i = 0; i < db_rows(rows); i++) {
    if (!db_is_null(rows, i, 2)) {
      buffer_add(&lines, db_get_bytes(rows, i, 2));
    } else {
      hex_write((const uint8_t *)db_get_bytes(rows, i, 1).bytes, DIGEST_BYTES, leaf);
      buffer_format(&lines, "{\"leaf\":\"%s\"}", leaf);
    }
    buffer_add_byte(&lines, '\n');
  }
  if (lines.failed || db_rows(rows) == 0) {
    http_stream_end(visit->request, false);
    visit_end(visit);
  } else {
    file->next += db_rows(rows);
    http_stream_write(visit->request, buffer_span(&lines), next_lines, visit);
  }
  buffer_free(&lines);
}

static void next_lines(void *context)
{
  struct visit *visit = context;
  const struct board_file *file = visit->own;
  if (!goes_on(visit))
    return;
  uint64_t end =
      file->end - file->next < LINES_AT_A_TIME ? file->end : file->next + LINES_AT_A_TIME;
  db_add(visit_unit(visit), file->released ? QUERY_LINES : QUERY_LINES_SEALED, 3,
         (const struct db_value[]){id_value(visit), db_integer((int64_t)file->next),
                                   db_integer((int64_t)end)});
  stream_on(visit, send_lines);
}

static void stream_board(struct visit *visit)
{
  struct board_file *file = visit->own;
  file->end = board_state_public_size(&visit->head);
  file->released = board_state_released(&visit->head);
  struct http_reply reply = {.status = 200, .type = lines_type};
  http_reply_header(&reply, "Cache-Control", cache_ask_again);
  http_stream_begin(visit->request, &reply);
  next_lines(visit);
}

static void head_for_board(struct visit *visit)
{
  visit_head(visit, stream_board);
}

/* --- which file --- */

static bool after(struct span path, struct span prefix, struct span *rest)
{
  if (path.length < prefix.length || memcmp(path.bytes, prefix.bytes, prefix.length) != 0)
    return false;
  *rest = (struct span){.bytes = path.bytes + prefix.length, .length = path.length - prefix.length};
  return true;
}

static void choose(struct visit *visit)
{
  struct board_file *file = ARENA_TAKE(&visit->request->arena, struct board_file, 1);
  struct span path = rest_of(visit), rest;
  struct fault fault;
  int64_t index;
  if (file == NULL) {
    visit_unavailable(visit);
    return;
  }
  visit->own = file;
  if (span_equal(path, SPAN("checkpoint"))) {
    head_for_checkpoint(visit);
  } else if (span_equal(path, SPAN("board.jsonl"))) {
    head_for_board(visit);
  } else if (after(path, SPAN("entries/"), &rest) && span_to_integer(rest, &index) && index >= 0) {
    file->index = (uint64_t)index;
    head_for_entry(visit);
  } else if (after(path, SPAN("attachments/"), &rest)) {
    if (visit_digest(visit, rest, &file->attachment))
      ask_for_attachment(visit);
  } else if (after(path, SPAN("tile/"), &rest) &&
             tile_read_path(path, &file->tile, &fault) == STATUS_OK) {
    head_for_tile(visit);
  } else {
    not_here(visit, "a board has no such file");
  }
}

void handle_board(struct http_request *request, const struct route_match *match, void *context)
{
  visit_election(context, request, match, choose);
}
