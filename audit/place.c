#include "audit/place.h"

#include <stdio.h>
#include <string.h>

#include "audit/fetch.h"
#include "audit/store.h"
#include "ballots/digest.h"
#include "base/hex.h"
#include "console/console.h"
#include "net/address.h"

/* A board that was found. */
struct place {
  const char *path;       /* of its files here */
  struct store store;     /* where they were copied */
  bool named;             /* the address names an election */
  struct digest election; /* its id */
};

static const struct option_row rows[PLACE_ROW_COUNT] = {PLACE_ROWS};

void place_add_help(struct buffer *text)
{
  buffer_add(text, SPAN("\nOptions for a board at an address:\n"));
  options_add_help(text, rows, PLACE_ROW_COUNT);
}

/* --- options --- */

static enum status read_timeout(const char *value, struct place_options *options,
                                struct fault *fault)
{
  int64_t seconds;
  if (!span_to_integer(span_of(value), &seconds) || seconds < 1 || seconds > CLIENT_TIMEOUT_MAX)
    return fault_set(fault, STATUS_REFUSED, "--timeout", "a whole number from 1 to 3600",
                     "'%s' is no number of seconds", value);
  options->timeout = (unsigned)seconds;
  return STATUS_OK;
}

enum status place_option(struct place_options *options, enum place_row row, const char *value,
                         struct fault *fault)
{
  if (row == PLACE_KEEP || row == PLACE_TILES)
    options->copy = rows[row].name;
  else
    options->way = rows[row].name;
  switch (row) {
  case PLACE_KEEP:
    options->keep = value;
    return STATUS_OK;
  case PLACE_TIMEOUT:
    return read_timeout(value, options, fault);
  case PLACE_AUTHORITIES:
    options->authorities = value;
    return STATUS_OK;
  case PLACE_TILES:
    options->tiles = true;
    return STATUS_OK;
  case PLACE_PLAIN:
  case PLACE_ROW_COUNT:
    break;
  }
  options->plain = true;
  return STATUS_OK;
}

enum status place_read_address(const char *text, const struct place_options *options,
                               struct address *address, struct fault *fault)
{
  enum status status = address_read_folder(span_of(text), address, fault);
  if (status != STATUS_OK || address->secure || options->plain || address_is_here(address))
    return status;
  /* client.h would refuse it too, at the first file. */
  return fault_set(fault, STATUS_REFUSED, "address",
                   "https://; http:// to this machine; or --plain-http",
                   "by http anybody on the way can alter what is sent");
}

enum status place_check(const char *board, const struct place_options *options, struct fault *fault)
{
  struct address address;
  char where[FAULT_WHERE];
  const char *given = options->copy != NULL ? options->copy : options->way;
  if (address_is(board))
    return place_read_address(board, options, &address, fault);
  if (given == NULL)
    return STATUS_OK;
  (void)snprintf(where, sizeof where, "--%s", given);
  return fault_set(fault, STATUS_REFUSED, where, "a board at an address: https://…/board/",
                   "the board is in files here: nothing is fetched");
}

/* --- opening --- */

static void tell(void *context, uint64_t bytes)
{
  const struct progress *progress = context;
  progress->tell(progress->context, "bytes fetched", bytes);
}

struct client_settings place_client(const struct place_options *options, struct progress *progress)
{
  return (struct client_settings){.agent = console_agent(),
                                  .timeout = options->timeout == 0 ? CLIENT_TIMEOUT_DEFAULT
                                                                   : options->timeout,
                                  .authorities = options->authorities,
                                  .plain = options->plain,
                                  .progress = progress == NULL ? NULL : tell,
                                  .progress_context = progress};
}

/* The id in "…/elections/<id>/board/", as the service names boards. */
static void read_election(const struct address *address, struct place *place)
{
  static const struct span tail = SPAN_INIT("/board/"), head = SPAN_INIT("/elections/");
  const size_t digits = 2 * (size_t)DIGEST_BYTES, length = head.length + digits + tail.length;
  if (address->path_end - address->path < length)
    return;
  const char *from = address->text + address->path_end - length;
  struct span id = {.bytes = from + head.length, .length = digits};
  place->named = memcmp(from, head.bytes, head.length) == 0 &&
                 memcmp(id.bytes + digits, tail.bytes, tail.length) == 0 &&
                 hex_read(id, place->election.bytes, DIGEST_BYTES);
}

static enum status copy(struct place *place, const struct address *address,
                        const struct place_options *options, struct progress *progress,
                        struct fault *fault)
{
  const struct client_settings settings = place_client(options, progress);
  struct client client;
  enum status status = client_begin(&client, &settings, fault);
  if (status != STATUS_OK)
    return status;
  status = fetch_board(&client, address, options->tiles, &place->store, fault);
  client_end(&client);
  return status;
}

static enum status find(struct place *place, const char *board, const struct place_options *options,
                        struct progress *progress, struct arena *arena, struct fault *fault)
{
  struct address address;
  *place = (struct place){.path = board};
  if (!address_is(board))
    return STATUS_OK;
  enum status status = address_read_folder(span_of(board), &address, fault);
  if (status == STATUS_OK)
    status = options->keep == NULL ? store_open_temporary(&place->store, arena, fault)
                                   : store_open_kept(&place->store, options->keep, arena, fault);
  if (status != STATUS_OK)
    return status;
  place->path = place->store.path;
  read_election(&address, place);
  return copy(place, &address, options, progress, fault);
}

static void compare(const struct place *place, struct verification *verification)
{
  const struct manifest *manifest = verification->board.head.manifest;
  char asked[DIGEST_TEXT], found[DIGEST_TEXT];
  if (!place->named || manifest == NULL || verification->problem.kind != PROBLEM_NONE ||
      digest_compare(&place->election, &manifest->id) == 0)
    return;
  digest_write(&place->election, asked);
  digest_write(&manifest->id, found);
  verification->problem = (struct problem){.kind = PROBLEM_OTHER_ELECTION};
  fault_set(&verification->problem.fault, STATUS_REFUSED, "address", asked,
            "the board at this address is that of the election %s", found);
}

enum status place_verify(const char *board, const struct place_options *options, size_t threads,
                         struct progress *progress, struct arena *arena,
                         struct verification *verification, struct fault *fault)
{
  struct place place;
  *verification = (struct verification){.arena = NULL};
  enum status status = find(&place, board, options, progress, arena, fault);
  if (status == STATUS_OK)
    status = verification_run(place.path, threads, progress, arena, verification, fault);
  if (status == STATUS_OK)
    compare(&place, verification);
  store_close(&place.store);
  return status;
}
