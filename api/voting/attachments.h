/* attachments.h - files named by entries: kept in parts, read part by part.
 */
#ifndef API_VOTING_ATTACHMENTS_H
#define API_VOTING_ATTACHMENTS_H

#include "api/server/db.h"
#include "ballots/manifest.h"
#include "base/arena.h"

enum {
  ATTACHMENT_PART = 1 << 20 /* bytes of a part, the last one excepted */
};

/* Parts of an attachment of this length. */
size_t attachment_parts(uint64_t length);

/* Reads a whole attachment into an arena. Set the first members, then call attachment_read; the
 * struct stays until `done`, which is called from the loop, with bytes, or with a span without
 * bytes and a fault. */
struct attachment_read {
  struct db *db;
  struct digest election;
  struct attachment attachment;
  struct arena *arena;
  void (*done)(void *context, struct span bytes, const struct fault *fault);
  void *context;
  /* its own: */
  struct db_unit unit;
  char *bytes;
  size_t read;
  size_t part;
};

void attachment_read(struct attachment_read *read);

/* Adds QUERY_ATTACHMENT_PART to a unit. */
void attachment_ask(struct db_unit *unit, const struct digest *election,
                    const struct digest *digest, size_t part);

#endif
