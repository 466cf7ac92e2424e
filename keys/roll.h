/* roll.h - the list of those who may vote: who gets a card, in which group it is handed out. */
#ifndef KEYS_ROLL_H
#define KEYS_ROLL_H

#include <stddef.h>

#include "ballots/digest.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

enum {
  ROLL_PEOPLE_MAX = 100000,
  ROLL_BYTES_MAX = 32 << 20, /* of the list */
  ROLL_SALT_BYTES = 32
};

struct person {
  struct span id;    /* what the organisation calls them: not empty, unique */
  struct span name;  /* may be empty */
  struct span group; /* a class, a district; may be empty */
};

struct roll {
  size_t count;                /* 1 or more */
  const struct person *people; /* in the order of the list */
};

/* Reads a table whose first line names its columns: `id` (or `external_id`, `identifiant`), `name`
 * (`nom`), `group` (`groupe`, `classe`); others are passed over. */
enum status roll_read(struct span table, struct arena *arena, struct roll *roll,
                      struct fault *fault) CHECKED;

/* The people by group, then by id, both by their bytes: places in `roll->people`, in `arena`. */
enum status roll_sort(const struct roll *roll, struct arena *arena, const size_t **places,
                      struct fault *fault) CHECKED;

/* What a registrar publishes of the roll, to be held to it later:
 * SHA-256("beffroi/1 roll" ‖ 0x00 ‖ salt ‖ the ids in ascending order, each with a line break). */
enum status roll_commit(const struct roll *roll, const uint8_t salt[ROLL_SALT_BYTES],
                        struct arena *arena, struct digest *commitment,
                        struct fault *fault) CHECKED;

#endif
