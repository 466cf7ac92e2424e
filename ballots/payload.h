/* payload.h - canonical JSON taken apart, each value held to what it must be.
 *
 * A node is a value together with where it stands, so that every refusal can say so: "voting.closes",
 * "projects[3].cost". Nodes are made on the way and live on the stack; they own nothing.
 *
 * The readers below take a node that is there and refuse a value of another type, out of bounds, or
 * in another spelling than its only one. Texts that they give are copies in the arena, so the JSON
 * value may go.
 */
#ifndef BALLOTS_PAYLOAD_H
#define BALLOTS_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballots/digest.h"
#include "ballots/manifest.h"
#include "ballots/signature.h"
#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "base/span.h"

struct node {
  const json_t *value;      /* NULL: there is no such member */
  const struct node *outer; /* the object or array that it stands in; NULL for the outermost */
  const char *name;         /* of the member; NULL for an element */
  size_t index;             /* of the element, from 0 */
};

/* Reads `text`, at most `limit` bytes of canonical JSON. What is wrong with it is said to be in
 * `name`: "payload, byte 12". The caller gives `value` back with json_decref. */
enum status payload_read(const char *name, struct span text, size_t limit, json_t **value,
                         struct fault *fault) CHECKED;

/* --- where --- */

struct node node_member(const struct node *object, const char *name);
struct node node_element(const struct node *array, size_t index);

/* Whether the node is there, and whether it is null. */
bool node_stands(const struct node *node);
bool node_is_null(const struct node *node);

/* "'12a' is not a date": the value and what is wrong with it. Returns STATUS_REFUSED. */
enum status node_refuse(const struct node *node, const char *wrong, const char *expected,
                        struct fault *fault);

/* Tells a refusal again as one of this node: `where` becomes its place. Other failures stay. */
enum status node_retell(const struct node *node, enum status status, struct fault *fault);

/* --- objects and arrays --- */

/* Refuses what is not an object with exactly these members. `names` is "ballot board draw? …", with
 * a question mark after those that may be absent. */
enum status node_object(const struct node *node, const char *names, struct fault *fault) CHECKED;

/* Refuses what is not an array of `least` to `most` elements; `of` says of what, for people. */
enum status node_array(const struct node *node, size_t least, size_t most, const char *of,
                       size_t *count, struct fault *fault) CHECKED;

/* --- values --- */

/* Not empty. */
enum status node_text(const struct node *node, struct arena *arena, struct span *text,
                      struct fault *fault) CHECKED;

/* [A-Za-z0-9._/-]{1,64}, as ids of projects are. */
enum status node_id(const struct node *node, struct arena *arena, struct span *id,
                    struct fault *fault) CHECKED;

/* The path of a file below an address: 1 to 255 of the characters of ids, in parts that are neither
 * empty nor "." nor "..". */
enum status node_path(const struct node *node, struct arena *arena, struct span *path,
                      struct fault *fault) CHECKED;

/* A text for people, {"en":…,"fr":…}: the one in French, else in the first language. */
enum status node_languages(const struct node *node, struct arena *arena, struct span *text,
                           struct fault *fault) CHECKED;

enum status node_integer(const struct node *node, int64_t least, int64_t most, int64_t *value,
                         struct fault *fault) CHECKED;
enum status node_boolean(const struct node *node, bool *value, struct fault *fault) CHECKED;

/* 32 bytes in hex. */
enum status node_digest(const struct node *node, struct digest *digest,
                        struct fault *fault) CHECKED;

/* A time, as seconds since 1970: ballots/instant.h. */
enum status node_instant(const struct node *node, int64_t *seconds, struct fault *fault) CHECKED;

/* 32 bytes in base64 that are not admitted as a key: they mean something only once they are found
 * among keys that were. */
enum status node_named_key(const struct node *node, struct public_key *key,
                           struct fault *fault) CHECKED;

/* A key that is new here, and admitted. */
enum status node_key(const struct node *node, struct public_key *key, struct fault *fault) CHECKED;

enum status node_attachment(const struct node *node, struct attachment *attachment,
                            struct fault *fault) CHECKED;

#endif
