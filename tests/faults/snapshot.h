/* snapshot.h - all that is in the current folder, to be compared, and put back. */
#ifndef TESTS_FAULTS_SNAPSHOT_H
#define TESTS_FAULTS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/span.h"

enum {
  SNAPSHOT_FILES = 256,
  SNAPSHOT_PATH = 192
};

struct snapshot_file {
  char path[SNAPSHOT_PATH]; /* from the folder */
  bool folder;
  mode_t mode;
  char *bytes; /* of malloc; NULL for a folder */
  size_t length;
  ino_t number; /* these two are other ones once somebody writes */
  struct timespec changed;
};

struct snapshot {
  size_t count;
  struct snapshot_file files[SNAPSHOT_FILES]; /* a folder before what is in it */
};

/* Takes one; it is given back with snapshot_free. */
void snapshot_take(struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);

/* Whether nothing was written since it was taken: quicker than to take another and compare. */
bool snapshot_is_now(const struct snapshot *snapshot);

/* Whether both have the same files with the same bytes; if not, `difference` names a path. */
bool snapshot_same(const struct snapshot *one, const struct snapshot *other,
                   char difference[SNAPSHOT_PATH]);

/* Makes the folder what it was; `now` is what it is. */
void snapshot_restore(const struct snapshot *snapshot, const struct snapshot *now);

/* Whether a file that is not called `but` has these bytes in it; `path` then names it. */
bool snapshot_holds(const struct snapshot *snapshot, struct span bytes, const char *but,
                    char path[SNAPSHOT_PATH]);

#endif
