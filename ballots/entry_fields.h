/* entry_fields.h - the members of each kind of entry, as tables that are read by and written by.
 *
 * entry.c reads a payload with the same rows by which draft.c writes one, so that what is written
 * is what is read.
 */
#ifndef BALLOTS_ENTRY_FIELDS_H
#define BALLOTS_ENTRY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "ballots/entry.h"
#include "ballots/payload.h"
#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"

/* How a value is read into a field of the entry, and written from it. After a failure to write,
 * the value may be half written. */
struct field_type {
  enum status (*read)(const struct node *node, void *field, struct arena *arena,
                      struct fault *fault);
  enum status (*write)(const void *field, struct canonical_writer *writer, struct fault *fault);
};

/* --- entry_types.c --- */

extern const struct field_type entry_type_attachment;  /* struct attachment */
extern const struct field_type entry_type_choice;      /* struct span: text of an object */
extern const struct field_type entry_type_count;       /* uint64_t */
extern const struct field_type entry_type_digest;      /* struct digest, or 32 bytes */
extern const struct field_type entry_type_files;       /* struct entry_pages */
extern const struct field_type entry_type_named_key;   /* struct public_key, not admitted */
extern const struct field_type entry_type_new_key;     /* struct public_key, admitted */
extern const struct field_type entry_type_reason;      /* enum revocation_reason */
extern const struct field_type entry_type_scrutineers; /* struct public_key[2] */
extern const struct field_type entry_type_texts;       /* struct entry_note, but for the author */

/* --- entry_fields.c --- */

/* A member of the payload. */
struct field {
  const char *name;
  const struct field_type *type;
  size_t offset;                             /* of the field in struct entry */
  bool (*stands)(const struct entry *entry); /* NULL: always */
  bool null_otherwise;                       /* when it does not stand: null rather than absent */
};

struct entry_fields {
  bool after_open; /* bound to the opening, unless `prepare` says otherwise */
  /* Finds out from the payload what `stands` asks for, refusing nothing; NULL when all stand. */
  void (*prepare)(const struct node *payload, struct entry *entry);
  /* What concerns several members; NULL for nothing. */
  enum status (*check)(const struct node *payload, const struct entry *entry, struct fault *fault);
  const struct field *rows; /* in the order of their names */
  size_t count;
};

/* Of any kind but ENTRY_MANIFEST. */
const struct entry_fields *entry_fields_of(enum entry_kind kind);

/* Reads a payload into an entry of a kind that is known and is not ENTRY_MANIFEST. What is given
 * points into `payload` or the arena. */
enum status entry_read_payload(const json_t *payload, struct arena *arena, struct entry *entry,
                               struct fault *fault) CHECKED;

/* --- entry_ballot.c --- */

/* Reads the payload of a ballot whose choice is plain (base/plain.h), as payload_read and
 * entry_read_payload would, in a twentieth of the time. False, with the entry as it was, for any
 * other payload, right or wrong. The choice stays in `payload`. */
bool entry_read_plain_ballot(struct span payload, struct entry *entry) CHECKED;

#endif
