/* site.h - the voting pages that a site serves now, held to those that were signed on the board.
 *
 * In force is the last entry `pages`: the SHA-256 of each file below the pages' address. We compare
 *
 *   each of its files, at its path;
 *   for "index.html", of a folder too, also the folder's own address, which is what people open;
 *   and what nobody has signed, where there is a place to look for it: at the paths of earlier
 *   entries, and at the address itself where no "index.html" was signed.
 *
 * Other files cannot be known: no server lists them. A page that is as it was signed leads to no
 * file that its signer did not mean.
 */
#ifndef AUDIT_SITE_H
#define AUDIT_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "audit/board_source.h"
#include "ballots/digest.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/span.h"
#include "net/address.h"
#include "net/client.h"

enum site_state {
  SITE_SAME,
  SITE_DIFFERS,
  SITE_MISSING,
  SITE_EXTRA,  /* it is served, and not signed, or not any more */
  SITE_UNREAD, /* the server does not say */
  SITE_STATES
};

struct site_file {
  struct span path;       /* "./" and "folder/" for addresses of folders */
  const char *name;       /* the same as it is asked for: "" and "folder/" */
  bool is_signed;         /* else it must not be there */
  bool is_optional;       /* it need not be there */
  struct digest expected; /* if it is signed */
  enum site_state state;
  struct digest found; /* SITE_DIFFERS */
  struct fault why;    /* SITE_UNREAD */
};

struct site {
  size_t entry;    /* the entry in force */
  size_t in_force; /* files that it names */
  size_t count;
  struct site_file *files;    /* by path */
  size_t states[SITE_STATES]; /* how many are in each */
};

enum {
  SITE_FILE_MAX = 64 << 20 /* bytes of a file; one with more differs */
};

/* Finds the files to compare on a board that was verified and holds. STATUS_REFUSED when no pages
 * were signed on it. The site's files are in `arena`, which outlives it, as the board does. */
enum status site_find(const struct board_source *board, struct arena *arena, struct site *site,
                      struct fault *fault) CHECKED;

/* Asks for all of them. A file that the server does not give is no failure of this. */
enum status site_compare(struct site *site, struct client *client, const struct address *address,
                         struct fault *fault) CHECKED;

#endif
