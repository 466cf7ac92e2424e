#include "ballots/payload.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ballots/instant.h"
#include "base/base64.h"
#include "base/hex.h"

enum {
  VALUE_SIZE = 272, /* of a value shown in a message */
  PATH_MAX_BYTES = 255
};

enum status payload_read(const char *name, struct span text, size_t limit, json_t **value,
                         struct fault *fault)
{
  enum status status = canonical_read(text, limit, value, fault);
  if (status != STATUS_REFUSED)
    return status;
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, fault->where[0] == '\0' ? "%s%s" : "%s, %s", name, fault->where);
  return fault_set(fault, status, where, fault->expected, "%s", fault->what);
}

/* --- where --- */

/* jansson's functions that only read want an object that is not const all the same. */
static json_t *iterable(const json_t *value)
{
  return (json_t *)(uintptr_t)value;
}

static struct span text_of(const json_t *value)
{
  return (struct span){.bytes = json_string_value(value), .length = json_string_length(value)};
}

struct node node_member(const struct node *object, const char *name)
{
  return (struct node){
      .value = json_object_get(object->value, name), .outer = object, .name = name};
}

struct node node_element(const struct node *array, size_t index)
{
  return (struct node){
      .value = json_array_get(array->value, index), .outer = array, .index = index};
}

bool node_stands(const struct node *node)
{
  return node->value != NULL;
}

bool node_is_null(const struct node *node)
{
  return json_is_null(node->value);
}

/* "board.witnesses[1]"; too long a one is cut. */
static size_t print_where(const struct node *node, char *text, size_t size)
{
  size_t used = 0;
  int added;
  text[0] = '\0';
  if (node->outer != NULL)
    used = print_where(node->outer, text, size);
  if (node->name != NULL)
    added = snprintf(text + used, size - used, used > 0 ? ".%s" : "%s", node->name);
  else if (node->outer != NULL)
    added = snprintf(text + used, size - used, "[%zu]", node->index);
  else
    return 0;
  if (added < 0)
    return used;
  return (size_t)added < size - used ? used + (size_t)added : size - 1;
}

static const char *where_is(const struct node *node, char where[FAULT_WHERE])
{
  return print_where(node, where, FAULT_WHERE) > 0 ? where : "payload";
}

static void show_value(const json_t *value, char shown[VALUE_SIZE])
{
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    snprintf(shown, VALUE_SIZE, "an object");
    return;
  case JSON_ARRAY:
    snprintf(shown, VALUE_SIZE, "an array");
    return;
  case JSON_STRING:
    snprintf(shown, VALUE_SIZE, "'%.*s'", SPAN_PRINT(text_of(value)));
    return;
  case JSON_INTEGER:
    snprintf(shown, VALUE_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return;
  case JSON_REAL:
    snprintf(shown, VALUE_SIZE, "%g", json_real_value(value));
    return;
  case JSON_TRUE:
  case JSON_FALSE:
    snprintf(shown, VALUE_SIZE, json_is_true(value) ? "true" : "false");
    return;
  case JSON_NULL:
    snprintf(shown, VALUE_SIZE, "null");
    return;
  }
}

enum status node_refuse(const struct node *node, const char *wrong, const char *expected,
                        struct fault *fault)
{
  char where[FAULT_WHERE];
  char shown[VALUE_SIZE];
  show_value(node->value, shown);
  return fault_set(fault, STATUS_REFUSED, where_is(node, where), expected, "%s %s", shown, wrong);
}

enum status node_retell(const struct node *node, enum status status, struct fault *fault)
{
  char where[FAULT_WHERE];
  if (status != STATUS_REFUSED)
    return status;
  return fault_set(fault, status, where_is(node, where), fault->expected, "%s", fault->what);
}

/* --- objects and arrays --- */

/* The next of "ballot board draw? …". */
static bool next_name(struct span *rest, bool *more, struct span *name, bool *optional)
{
  if (!span_split(rest, more, ' ', name))
    return false;
  *optional = name->length > 0 && name->bytes[name->length - 1] == '?';
  if (*optional)
    name->length--;
  return true;
}

static bool is_among(struct span name, const char *names)
{
  struct span rest = span_of(names);
  struct span one;
  bool more = true;
  bool optional;
  while (next_name(&rest, &more, &one, &optional))
    if (span_equal(one, name))
      return true;
  return false;
}

/* Adds those that must stand, or those that may; as many as there is room for. */
static size_t add_names(const char *names, bool wanted, const char *before, char *text, size_t used)
{
  struct span rest = span_of(names);
  struct span name;
  bool more = true;
  bool optional;
  while (next_name(&rest, &more, &name, &optional)) {
    if (optional != wanted)
      continue;
    int added = snprintf(text + used, FAULT_EXPECTED - used, "%s%.*s", before, SPAN_PRINT(name));
    if (added < 0 || (size_t)added >= FAULT_EXPECTED - used) {
      text[used] = '\0';
      break;
    }
    used += (size_t)added;
    before = ", ";
  }
  return used;
}

static const char *spell_names(const char *names, char text[FAULT_EXPECTED])
{
  size_t used = add_names(names, false, "an object of ", text, 0);
  add_names(names, true, "; perhaps ", text, used);
  return text;
}

static enum status refuse_member(const struct node *member, const char *what, const char *names,
                                 struct fault *fault)
{
  char where[FAULT_WHERE];
  char expected[FAULT_EXPECTED];
  return fault_set(fault, STATUS_REFUSED, where_is(member, where), spell_names(names, expected),
                   "%s", what);
}

static enum status refuse_unknown(const struct node *node, const char *name, const char *names,
                                  struct fault *fault)
{
  const struct node member = node_member(node, name);
  return refuse_member(&member, "this version knows no such member", names, fault);
}

static enum status refuse_missing(const struct node *node, struct span name, const char *names,
                                  struct fault *fault)
{
  char text[64];
  snprintf(text, sizeof text, "%.*s", SPAN_PRINT(name));
  const struct node member = {.outer = node, .name = text};
  return refuse_member(&member, "the member is missing", names, fault);
}

enum status node_object(const struct node *node, const char *names, struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  if (!json_is_object(node->value))
    return node_refuse(node, "is not an object", spell_names(names, expected), fault);
  json_t *object = iterable(node->value);
  struct span rest = span_of(names);
  struct span name;
  bool more = true;
  bool optional;
  while (next_name(&rest, &more, &name, &optional))
    if (!optional && json_object_getn(object, name.bytes, name.length) == NULL)
      return refuse_missing(node, name, names, fault);
  for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
    if (!is_among(span_of(json_object_iter_key(at)), names))
      return refuse_unknown(node, json_object_iter_key(at), names, fault);
  return STATUS_OK;
}

enum status node_array(const struct node *node, size_t least, size_t most, const char *of,
                       size_t *count, struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "an array of %zu to %zu %s", least, most, of);
  if (!json_is_array(node->value))
    return node_refuse(node, "is not an array", expected, fault);
  *count = json_array_size(node->value);
  if (*count >= least && *count <= most)
    return STATUS_OK;
  char where[FAULT_WHERE];
  return fault_set(fault, STATUS_REFUSED, where_is(node, where), expected, "there are %zu", *count);
}

/* --- values --- */

static enum status copy(struct span text, struct arena *arena, struct span *result,
                        struct fault *fault)
{
  const char *bytes = arena_copy(arena, text.bytes, text.length);
  if (bytes == NULL)
    return fault_no_memory(fault);
  *result = (struct span){.bytes = bytes, .length = text.length};
  return STATUS_OK;
}

enum status node_text(const struct node *node, struct arena *arena, struct span *text,
                      struct fault *fault)
{
  if (!json_is_string(node->value) || json_string_length(node->value) == 0)
    return node_refuse(node, "is not such a text", "a text that is not empty", fault);
  return copy(text_of(node->value), arena, text, fault);
}

static bool has_id_characters(struct span text)
{
  for (size_t i = 0; i < text.length; i++) {
    char byte = text.bytes[i];
    bool good = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '/' ||
                byte == '-';
    if (!good)
      return false;
  }
  return true;
}

enum status node_id(const struct node *node, struct arena *arena, struct span *id,
                    struct fault *fault)
{
  struct span text = SPAN("");
  if (json_is_string(node->value))
    text = text_of(node->value);
  if (text.length == 0 || text.length > MANIFEST_ID_MAX || !has_id_characters(text))
    return node_refuse(node, "is not an id", "1 to 64 of the characters A-Z a-z 0-9 . _ / -",
                       fault);
  return copy(text, arena, id, fault);
}

/* Nothing that leads out of the folder, and each file by one path only. */
static bool is_path(struct span text)
{
  struct span part;
  bool more = true;
  if (text.length > PATH_MAX_BYTES || !has_id_characters(text))
    return false;
  while (span_split(&text, &more, '/', &part))
    if (part.length == 0 || span_equal(part, SPAN(".")) || span_equal(part, SPAN("..")))
      return false;
  return true;
}

enum status node_path(const struct node *node, struct arena *arena, struct span *path,
                      struct fault *fault)
{
  if (!json_is_string(node->value) || !is_path(text_of(node->value)))
    return node_refuse(node, "is not the path of a file",
                       "1 to 255 of the characters A-Z a-z 0-9 . _ / -, no part of it empty, . "
                       "or ..",
                       fault);
  return copy(text_of(node->value), arena, path, fault);
}

static bool is_language(struct span name)
{
  return name.length == 2 && name.bytes[0] >= 'a' && name.bytes[0] <= 'z' && name.bytes[1] >= 'a' &&
         name.bytes[1] <= 'z';
}

enum status node_languages(const struct node *node, struct arena *arena, struct span *text,
                           struct fault *fault)
{
  static const char expected[] = "texts by language, as in {\"fr\":\"Budget participatif\"}";
  if (!json_is_object(node->value) || json_object_size(node->value) == 0)
    return node_refuse(node, "is not texts by language", expected, fault);

  struct node chosen = {0};
  json_t *object = iterable(node->value);
  for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
    const struct node one = node_member(node, json_object_iter_key(at));
    if (!is_language(span_of(one.name)))
      return node_refuse(&one, "stands under a name that is no language",
                         "a language in two lower-case letters, as in fr", fault);
    if (!json_is_string(one.value) || json_string_length(one.value) == 0)
      return node_refuse(&one, "is not such a text", "a text that is not empty", fault);
    if (chosen.name == NULL || strcmp(one.name, chosen.name) < 0)
      chosen = one;
  }
  const struct node french = node_member(node, "fr");
  return node_text(node_stands(&french) ? &french : &chosen, arena, text, fault);
}

enum status node_integer(const struct node *node, int64_t least, int64_t most, int64_t *value,
                         struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, least, most);
  if (!json_is_integer(node->value))
    return node_refuse(node, "is not a whole number", expected, fault);
  json_int_t number = json_integer_value(node->value);
  if (number < least || number > most)
    return node_refuse(node, "is out of range", expected, fault);
  *value = number;
  return STATUS_OK;
}

enum status node_boolean(const struct node *node, bool *value, struct fault *fault)
{
  if (!json_is_boolean(node->value))
    return node_refuse(node, "is neither", "true or false", fault);
  *value = json_is_true(node->value);
  return STATUS_OK;
}

enum status node_digest(const struct node *node, struct digest *digest, struct fault *fault)
{
  if (!json_is_string(node->value) || !hex_read(text_of(node->value), digest->bytes, DIGEST_BYTES))
    return node_refuse(node, "is not 32 bytes in hex", "64 lower-case hexadecimal digits", fault);
  return STATUS_OK;
}

enum status node_instant(const struct node *node, int64_t *seconds, struct fault *fault)
{
  if (!json_is_string(node->value) || !instant_read(text_of(node->value), seconds))
    return node_refuse(node, "is not a date and time", INSTANT_EXPECTED, fault);
  return STATUS_OK;
}

enum status node_named_key(const struct node *node, struct public_key *key, struct fault *fault)
{
  size_t length;
  if (!json_is_string(node->value) ||
      !base64_read(text_of(node->value), key->bytes, PUBLIC_KEY_BYTES, &length) ||
      length != PUBLIC_KEY_BYTES)
    return node_refuse(node, "is not a key",
                       "a public key of 32 bytes in base64: 43 characters and =", fault);
  return STATUS_OK;
}

enum status node_key(const struct node *node, struct public_key *key, struct fault *fault)
{
  struct public_key named;
  enum status status = node_named_key(node, &named, fault);
  if (status != STATUS_OK)
    return status;
  return node_retell(node, public_key_admit(named.bytes, key, fault), fault);
}

enum status node_attachment(const struct node *node, struct attachment *attachment,
                            struct fault *fault)
{
  enum status status = node_object(node, "digest length", fault);
  if (status != STATUS_OK)
    return status;
  const struct node digest = node_member(node, "digest");
  const struct node length = node_member(node, "length");
  int64_t bytes;
  if ((status = node_digest(&digest, &attachment->digest, fault)) != STATUS_OK ||
      (status = node_integer(&length, 1, (int64_t)ATTACHMENT_MAX, &bytes, fault)) != STATUS_OK)
    return status;
  attachment->length = (uint64_t)bytes;
  return STATUS_OK;
}
