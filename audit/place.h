/* place.h - the board that a command was told to look at: files here, or an address.
 *
 * A board at an address is copied into a directory (fetch.h) and from there on like any other.
 */
#ifndef AUDIT_PLACE_H
#define AUDIT_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/verification.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "console/options.h"
#include "engine/rule.h"
#include "net/address.h"
#include "net/client.h"

/* What may be said of the way there. */
struct place_options {
  const char *keep;        /* the directory for the copy; NULL: one that goes again */
  const char *authorities; /* as in net/client.h */
  unsigned timeout;        /* seconds; 0: CLIENT_TIMEOUT_DEFAULT */
  bool plain;
  bool tiles;       /* copy all of the tree */
  const char *copy; /* the last option of the copy that was given, as "keep"; or NULL */
  const char *way;  /* the same of the way */
};

/* Rows for the end of a command's table of options, in the order of enum place_row. */
#define PLACE_ROWS                                                                                 \
  {"keep", "DIR", NULL,                                                                            \
   "copy the board into this directory, and leave it there; files that never "                     \
   "change are not fetched again"},                                                                \
      {"tiles", NULL, NULL, "fetch all files of the tree too, and compare them"},                  \
      {"timeout", "SECONDS", NULL,                                                                 \
       "how long an answer may take, 1 to 3600, else 30; and a second more "                       \
       "for each 1,000 bytes of it"},                                                              \
      {"ca-file", "FILE", NULL, "trust the certificates in this file, not the system's"},          \
  {                                                                                                \
    "plain-http", NULL, NULL,                                                                      \
        "allow http:// to other machines than this one, although anybody on "                      \
        "the way can then show another board"                                                      \
  }

enum place_row {
  PLACE_KEEP,
  PLACE_TILES,
  PLACE_TIMEOUT,
  PLACE_AUTHORITIES,
  PLACE_PLAIN,
  PLACE_ROW_COUNT
};

/* Adds the help of those rows. */
void place_add_help(struct buffer *text);

/* Takes an option. */
enum status place_option(struct place_options *options, enum place_row row, const char *value,
                         struct fault *fault) CHECKED;

/* Reads the address of a folder that may be spoken to with these options. */
enum status place_read_address(const char *text, const struct place_options *options,
                               struct address *address, struct fault *fault) CHECKED;

/* Whether a board at `board` can be looked for with these options: an address is one, and none of
 * them is given for files that are here. Before anything is asked or made. */
enum status place_check(const char *board, const struct place_options *options,
                        struct fault *fault) CHECKED;

/* Fetches the board if it is at an address, verifies it as verification_run does, and makes it the
 * problem of one that holds if it is another election's than the address names, as in
 * …/elections/<id>/board/. place_check has let `board` pass. `progress` may be NULL. The
 * verification is to be freed whatever is returned. */
enum status place_verify(const char *board, const struct place_options *options, size_t threads,
                         struct progress *progress, struct arena *arena,
                         struct verification *verification, struct fault *fault) CHECKED;

/* How commands that fetch are to speak to servers. */
struct client_settings place_client(const struct place_options *options, struct progress *progress);

#endif
