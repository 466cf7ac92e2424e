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

struct migrate_options {
  const char *conninfo; /* of a role that may make roles and schemas; later beffroi_owner will do */
  unsigned wait_seconds; /* for another process that migrates */
  unsigned lock_seconds; /* that a migration waits for a lock, while who serves waits behind it */
  bool dry;              /* only tell */
};

/* Applies what is missing and tells each step in `told`. STATUS_REFUSED when what was applied is not
 * what this program has, or a newer schema does not agree with it. When a migration fails, those
 * before it stay. */
enum status migrate(const struct migrate_options *options, struct buffer *told,
                    struct fault *fault) CHECKED;

/* Whether the service may start, as the casting role: the schema is there and agrees, commits last,
 * what is insert-only is kept so, and the role may do nothing that it must not. STATUS_REFUSED says
 * what to do. */
enum status migrate_check(const char *conninfo, struct fault *fault) CHECKED;

#endif
