/* migrate.h - the schema of the database, brought to what this program needs, and held to it.
 *
 * Migrations (sql/migrations) go forward only, each in a transaction of its own, one process at a time.
 * What was applied is remembered with its digest: a migration whose text was changed afterwards is
 * refused. A newer schema may say that older programs agree with it (sql/embed.py): so workers of the
 * previous release go on while the next is installed.
 */
#ifndef API_MIGRATE_H
#define API_MIGRATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/fault.h"

/* Applies what is missing, as the role that `conninfo` says, which may make roles; tells each step in
 * `told`. With `dry`, tells only. STATUS_REFUSED when what was applied is not what this program has. */
enum status migrate(const char *conninfo, bool dry, struct buffer *told,
                    struct fault *fault) CHECKED;

/* Whether the service may start, as the casting role: the schema is there and agrees, commits last,
 * and the role may do nothing that it must not. STATUS_REFUSED says what to do. */
enum status migrate_check(const char *conninfo, struct fault *fault) CHECKED;

#endif
