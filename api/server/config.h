/* config.h - how an installation is set up: one INI file (ini.h), the environment over it, one table.
 *
 *   [section]
 *   key = value
 *
 * BEFFROI_SECTION_KEY in the environment comes before the file. An unknown section or key (in the
 * environment: of a section that exists), a key twice and a value out of bounds are refused with file, line and
 * what is expected. The table (config.c) says of each setting its type, bounds, default and
 * meaning; `beffroi serve --print-config` and the table of docs/operations.md are made from it.
 */
#ifndef API_SERVER_CONFIG_H
#define API_SERVER_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "ballots/manifest.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  MASTER_SECRET_BYTES = 32,
  CONFIG_BYTES_MAX = 64 * 1024 /* of a file */
};

/* Texts are in the arena that it was read into. */
struct config {
  /* [server] */
  const char *listen;          /* public; http_listen */
  const char *officers_listen; /* large bodies, for officers; empty: not at all */
  int64_t workers;             /* 0: as many as cores */
  int64_t connections;         /* of each worker */
  int64_t request_seconds;
  int64_t reply_seconds;
  int64_t idle_seconds;
  int64_t stop_seconds; /* grace when stopping */
  const char *log_level;
  /* [database] */
  const char *database;     /* conninfo of the casting role */
  const char *owner;        /* conninfo of the role that migrates; may be empty when serving */
  int64_t database_seconds; /* most time for a unit */
  int64_t lock_seconds;
  /* [voting] */
  const char *master_secret; /* path of the file: 64 hex digits, 0600; made by `beffroi secret` */
  const char *organisers;    /* keys in base64, separated by blanks, whose manifests are accepted */
  int64_t pool;              /* entries that may wait in a worker */
  int64_t batch;             /* ballots of one transaction, at most */
  const char *marks;         /* folder; may be empty: api/voting/marks.h */
  /* [jobs] */
  int64_t job_workers; /* may be 0: jobs wait */
  int64_t job_lease_seconds;
};

/* `path` may be NULL: defaults and the environment. */
enum status config_read(const char *path, struct arena *arena, struct config *config,
                        struct fault *fault) CHECKED;

/* The same from the text of a file and an environment ("NAME=value", the last NULL), which both may
 * be empty. */
enum status config_read_text(struct span text, char *const *environment, struct arena *arena,
                             struct config *config, struct fault *fault) CHECKED;

/* Adds the file that would give this configuration, with the meaning of each setting. A connection string
 * that may hold a password is left out. */
void config_write(const struct config *config, struct buffer *buffer);

/* Adds the table of docs/operations.md. */
void config_describe(struct buffer *buffer);

/* Organisers' keys, admitted. */
enum status config_organisers(const struct config *config, struct arena *arena,
                              struct key_list *organisers, struct fault *fault) CHECKED;

#endif
