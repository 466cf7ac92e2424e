/* fetch.h - the files of a board from a web server into a directory, for board_source.h to read.
 *
 * Any server will do that gives files below one address by their names: the service, or a static
 * one. Asked for are
 *
 *   checkpoint, board.jsonl      always
 *   tile/entries/<N>[.p/<W>]     where there is no board.jsonl; and where one of these is not
 *     tile/0/<N>[.p/<W>]         there, the leaf hashes of its entries,
 *     entries/<index>            and each entry by itself
 *   attachments/<hex>            those that entries name
 *   tile/…                       all that is left of the tree, if asked for
 *
 * 404 and 410 say that there is no such file. Whether that is a fault, and whether what is there is
 * right, is for verification.h to say: nothing is judged here. A file that is larger than it may be
 * is kept one byte larger than that, so that it is seen. All but the first two never change, and
 * are not asked for again where the directory has them. Partial tiles are overtaken when a board
 * grows: in place of one that is gone the beginning of a wider one is taken.
 *
 * A board may grow between the first file and the second. While checkpoint and board.jsonl are of
 * different sizes, both are asked for again, FETCH_ROUNDS times in all; sizes that differ
 * and stay the same are the server's word, and are kept.
 */
#ifndef AUDIT_FETCH_H
#define AUDIT_FETCH_H

#include <stdbool.h>

#include "audit/store.h"
#include "base/fault.h"
#include "net/address.h"
#include "net/client.h"

enum {
  FETCH_ROUNDS = 4
};

/* Fills `store` from the folder at `address`, with `tiles` all tiles too. STATUS_REFUSED when there
 * is no board; STATUS_FAILED when the server does not give a file that it may have, or the board
 * does not keep still. */
enum status fetch_board(struct client *client, const struct address *address, bool tiles,
                        struct store *store, struct fault *fault) CHECKED;

#endif
