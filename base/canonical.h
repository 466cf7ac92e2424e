/* canonical.h - JSON in one spelling: what is signed, hashed and compared.
 *
 * The spelling is that of RFC 8785 (JCS) for the part of JSON that we allow: no spaces; members
 * sorted by name; whole numbers only, from -(2^53-1) to 2^53-1, no -0; strings in valid UTF-8
 * with the escapes of RFC 8785 section 3.2.2.2 and without U+0000; no member twice. Member names
 * are ASCII (so that the order of bytes is that of RFC 8785 section 3.2.3, by UTF-16 units).
 *
 * Reading is strict: the text is parsed, written again, and must be the same bytes.
 */
#ifndef BASE_CANONICAL_H
#define BASE_CANONICAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

#define CANONICAL_INTEGER_MAX INT64_C(9007199254740991) /* 2^53-1 */

enum {
  CANONICAL_DEPTH_MAX = 32 /* arrays and objects inside each other */
};

/* The bounds in words, for the `expected` of a fault. */
#define CANONICAL_INTEGER_EXPECTED "a whole number from -9007199254740991 to 9007199254740991"
#define CANONICAL_DEPTH_EXPECTED   "at most 32 arrays and objects inside each other"

/* --- reading --- */

/* Reads `text`, at most `limit` bytes of canonical JSON, into a new value that the caller gives
 * back with json_decref. STATUS_REFUSED names the byte where it is known, counted from 1. */
enum status canonical_read(struct span text, size_t limit, json_t **value,
                           struct fault *fault) CHECKED;

/* Reads what a person drafts: the same values in any spelling, with blanks, members in any order
 * and every escape of RFC 8259; canonical_write makes canonical text of it. Refuses as
 * canonical_read does. Never for what was signed. */
enum status canonical_read_draft(struct span text, size_t limit, json_t **value,
                                 struct fault *fault) CHECKED;

/* Adds the canonical bytes of `value` to `buffer`. Refuses what canonical JSON cannot say: a real
 * number, an integer too large, text with U+0000 or not UTF-8, a member name that is not ASCII,
 * too great a depth; and names the way there, as in "/projects/3/cost". Unless it returns
 * STATUS_OK, the buffer holds what it held before. */
enum status canonical_write(const json_t *value, struct buffer *buffer,
                            struct fault *fault) CHECKED;

/* The same, as a text in `arena`. */
enum status canonical_text(const json_t *value, struct arena *arena, struct span *text,
                           struct fault *fault) CHECKED;

/* --- writing without a tree: for outputs too large to hold twice ---
 *
 * Members must come in sorted order; that, and a name that is not ASCII, is checked: it is a bug
 * of ours and aborts. A failed allocation shows in the buffer. */

struct canonical_level {
  bool object;
  bool started;
  struct span last; /* name of the last member; must live until the next one is written */
};

struct canonical_writer {
  struct buffer *buffer;
  int depth;
  struct canonical_level levels[CANONICAL_DEPTH_MAX];
};

void canonical_begin(struct canonical_writer *writer, struct buffer *buffer);
void canonical_object(struct canonical_writer *writer);
void canonical_array(struct canonical_writer *writer);
/* Ends the innermost object or array. */
void canonical_end(struct canonical_writer *writer);
/* The name of the member whose value comes next. */
void canonical_member(struct canonical_writer *writer, const char *name);
void canonical_integer(struct canonical_writer *writer, int64_t value);
void canonical_boolean(struct canonical_writer *writer, bool value);
void canonical_null(struct canonical_writer *writer);
/* `text` must be valid UTF-8 without U+0000; whoever read it from outside has seen to that. */
void canonical_string(struct canonical_writer *writer, struct span text);

/* The common case of a member with a value. */
void canonical_member_integer(struct canonical_writer *writer, const char *name, int64_t value);
void canonical_member_string(struct canonical_writer *writer, const char *name, struct span text);
void canonical_member_boolean(struct canonical_writer *writer, const char *name, bool value);

#endif
