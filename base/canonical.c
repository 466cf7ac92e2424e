/* Writing; reading is in canonical_read.c. */
#include "base/canonical.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_ascii(struct span name)
{
  for (size_t i = 0; i < name.length; i++)
    if (name.bytes[i] == '\0' || (unsigned char)name.bytes[i] >= 0x80)
      return false;
  return true;
}

/* --- without a tree --- */

/* What a caller can only get wrong by a mistake in the program. */
static void require(bool holds)
{
  if (!holds)
    abort();
}

/* RFC 8785 section 3.2.2.2. */
static void add_escaped(struct buffer *buffer, unsigned char byte)
{
  static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                 ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
  if (letters[byte] == '\0') {
    buffer_format(buffer, "\\u%04x", (unsigned)byte);
    return;
  }
  buffer_add_byte(buffer, '\\');
  buffer_add_byte(buffer, letters[byte]);
}

static void add_string(struct buffer *buffer, struct span text)
{
  buffer_add_byte(buffer, '"');
  size_t begin = 0;
  for (size_t i = 0; i < text.length; i++) {
    unsigned char byte = (unsigned char)text.bytes[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\')
      continue;
    buffer_add(buffer, (struct span){.bytes = text.bytes + begin, .length = i - begin});
    add_escaped(buffer, byte);
    begin = i + 1;
  }
  buffer_add(buffer, (struct span){.bytes = text.bytes + begin, .length = text.length - begin});
  buffer_add_byte(buffer, '"');
}

static struct canonical_level *innermost(struct canonical_writer *writer)
{
  return writer->depth == 0 ? NULL : &writer->levels[writer->depth - 1];
}

/* Only a name ends with ':', so the bytes themselves tell whether one waits for its value. */
static bool after_name(const struct canonical_writer *writer)
{
  const struct buffer *buffer = writer->buffer;
  return buffer->length > 0 && buffer->bytes[buffer->length - 1] == ':';
}

static void begin_value(struct canonical_writer *writer)
{
  struct canonical_level *level = innermost(writer);
  if (level == NULL)
    return;
  if (level->object) {
    require(writer->buffer->failed || after_name(writer));
    return;
  }
  if (level->started)
    buffer_add_byte(writer->buffer, ',');
  level->started = true;
}

static void begin_level(struct canonical_writer *writer, bool object)
{
  begin_value(writer);
  require(writer->depth < CANONICAL_DEPTH_MAX);
  writer->levels[writer->depth] = (struct canonical_level){.object = object, .last = SPAN_INIT("")};
  writer->depth++;
  buffer_add_byte(writer->buffer, object ? '{' : '[');
}

void canonical_begin(struct canonical_writer *writer, struct buffer *buffer)
{
  writer->buffer = buffer;
  writer->depth = 0;
}

void canonical_object(struct canonical_writer *writer)
{
  begin_level(writer, true);
}

void canonical_array(struct canonical_writer *writer)
{
  begin_level(writer, false);
}

void canonical_end(struct canonical_writer *writer)
{
  const struct canonical_level *level = innermost(writer);
  require(level != NULL);
  require(writer->buffer->failed || !after_name(writer));
  buffer_add_byte(writer->buffer, level->object ? '}' : ']');
  writer->depth--;
}

void canonical_member(struct canonical_writer *writer, const char *name)
{
  struct canonical_level *level = innermost(writer);
  struct span bytes = span_of(name);
  require(level != NULL && level->object && is_ascii(bytes));
  require(writer->buffer->failed || !after_name(writer));
  require(!level->started || span_compare(level->last, bytes) < 0);
  if (level->started)
    buffer_add_byte(writer->buffer, ',');
  level->started = true;
  level->last = bytes;
  add_string(writer->buffer, bytes);
  buffer_add_byte(writer->buffer, ':');
}

void canonical_integer(struct canonical_writer *writer, int64_t value)
{
  require(value >= -CANONICAL_INTEGER_MAX && value <= CANONICAL_INTEGER_MAX);
  begin_value(writer);
  buffer_add_integer(writer->buffer, value);
}

void canonical_boolean(struct canonical_writer *writer, bool value)
{
  begin_value(writer);
  buffer_add(writer->buffer, value ? SPAN("true") : SPAN("false"));
}

void canonical_null(struct canonical_writer *writer)
{
  begin_value(writer);
  buffer_add(writer->buffer, SPAN("null"));
}

void canonical_string(struct canonical_writer *writer, struct span text)
{
  begin_value(writer);
  add_string(writer->buffer, text);
}

void canonical_member_integer(struct canonical_writer *writer, const char *name, int64_t value)
{
  canonical_member(writer, name);
  canonical_integer(writer, value);
}

void canonical_member_string(struct canonical_writer *writer, const char *name, struct span text)
{
  canonical_member(writer, name);
  canonical_string(writer, text);
}

void canonical_member_boolean(struct canonical_writer *writer, const char *name, bool value)
{
  canonical_member(writer, name);
  canonical_boolean(writer, value);
}

/* --- a tree --- */

/* The way from the outermost value to one inside it, for messages. */
struct place {
  const struct place *outer; /* NULL for the outermost value itself */
  const char *name;          /* NULL for an element of an array */
  size_t index;
};

struct member {
  struct span name;
  const json_t *value;
};

static enum status write_value(struct canonical_writer *writer, const json_t *value,
                               const struct place *place, struct fault *fault);

static size_t print_place(const struct place *place, char *text, size_t size)
{
  if (place->outer == NULL) {
    text[0] = '\0';
    return 0;
  }
  size_t used = print_place(place->outer, text, size);
  int added = place->name != NULL ? snprintf(text + used, size - used, "/%s", place->name)
                                  : snprintf(text + used, size - used, "/%zu", place->index);
  if (added < 0)
    return used;
  return (size_t)added < size - used ? used + (size_t)added : size - 1;
}

/* "/projects/3/cost"; too long a one is cut. */
static const char *where_is(const struct place *place, char text[FAULT_WHERE])
{
  print_place(place, text, FAULT_WHERE);
  return text;
}

/* jansson's functions that only read want an object that is not const all the same. */
static json_t *not_const(const json_t *value)
{
  return (json_t *)(uintptr_t)value;
}

static int compare_members(const void *a, const void *b)
{
  const struct member *one = a;
  const struct member *other = b;
  return span_compare(one->name, other->name);
}

static enum status write_member(struct canonical_writer *writer, const struct member *member,
                                const struct place *place, struct fault *fault)
{
  struct place inner = {.outer = place, .name = member->name.bytes};
  char where[FAULT_WHERE];
  if (!is_ascii(member->name))
    return fault_set(fault, STATUS_REFUSED, where_is(place, where),
                     "a name in ASCII without U+0000", "'%.*s' cannot name a member",
                     SPAN_PRINT(member->name));
  canonical_member(writer, member->name.bytes);
  return write_value(writer, member->value, &inner, fault);
}

static enum status write_object(struct canonical_writer *writer, const json_t *object,
                                const struct place *place, struct fault *fault)
{
  size_t count = json_object_size(object);
  struct member *members = calloc(count + 1, sizeof *members);
  if (members == NULL)
    return fault_no_memory(fault);

  size_t found = 0;
  for (void *at = json_object_iter(not_const(object)); at != NULL;
       at = json_object_iter_next(not_const(object), at)) {
    struct span name = {.bytes = json_object_iter_key(at), .length = json_object_iter_key_len(at)};
    members[found++] = (struct member){.name = name, .value = json_object_iter_value(at)};
  }
  require(found == count);
  qsort(members, count, sizeof *members, compare_members);

  enum status status = STATUS_OK;
  canonical_object(writer);
  for (size_t i = 0; i < count && status == STATUS_OK; i++)
    status = write_member(writer, &members[i], place, fault);
  if (status == STATUS_OK)
    canonical_end(writer);
  free(members);
  return status;
}

static enum status write_array(struct canonical_writer *writer, const json_t *array,
                               const struct place *place, struct fault *fault)
{
  canonical_array(writer);
  for (size_t i = 0; i < json_array_size(array); i++) {
    struct place inner = {.outer = place, .index = i};
    enum status status = write_value(writer, json_array_get(array, i), &inner, fault);
    if (status != STATUS_OK)
      return status;
  }
  canonical_end(writer);
  return STATUS_OK;
}

static enum status write_integer(struct canonical_writer *writer, const json_t *number,
                                 const struct place *place, struct fault *fault)
{
  char where[FAULT_WHERE];
  json_int_t value = json_integer_value(number);
  if (value < -CANONICAL_INTEGER_MAX || value > CANONICAL_INTEGER_MAX)
    return fault_set(fault, STATUS_REFUSED, where_is(place, where), CANONICAL_INTEGER_EXPECTED,
                     "%" JSON_INTEGER_FORMAT " is too large", value);
  canonical_integer(writer, value);
  return STATUS_OK;
}

static enum status write_string(struct canonical_writer *writer, const json_t *string,
                                const struct place *place, struct fault *fault)
{
  struct span text = {.bytes = json_string_value(string), .length = json_string_length(string)};
  char where[FAULT_WHERE];
  if (memchr(text.bytes, '\0', text.length) != NULL)
    return fault_set(fault, STATUS_REFUSED, where_is(place, where), "text without U+0000",
                     "U+0000 comes after '%s'", text.bytes);
  if (!span_is_utf8(text))
    return fault_set(fault, STATUS_REFUSED, where_is(place, where), "text in UTF-8",
                     "'%.*s' is not UTF-8", SPAN_PRINT(text));
  canonical_string(writer, text);
  return STATUS_OK;
}

static enum status write_value(struct canonical_writer *writer, const json_t *value,
                               const struct place *place, struct fault *fault)
{
  char where[FAULT_WHERE];
  bool holds_others = json_is_object(value) || json_is_array(value);
  if (holds_others && writer->depth == CANONICAL_DEPTH_MAX)
    return fault_set(fault, STATUS_REFUSED, where_is(place, where), CANONICAL_DEPTH_EXPECTED,
                     "one more is inside %d others", writer->depth);
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return write_object(writer, value, place, fault);
  case JSON_ARRAY:
    return write_array(writer, value, place, fault);
  case JSON_STRING:
    return write_string(writer, value, place, fault);
  case JSON_INTEGER:
    return write_integer(writer, value, place, fault);
  case JSON_TRUE:
  case JSON_FALSE:
    canonical_boolean(writer, json_is_true(value));
    return STATUS_OK;
  case JSON_NULL:
    canonical_null(writer);
    return STATUS_OK;
  case JSON_REAL:
    break;
  }
  return fault_set(fault, STATUS_REFUSED, where_is(place, where), CANONICAL_INTEGER_EXPECTED,
                   "%.17g is a number with a fraction or an exponent", json_real_value(value));
}

enum status canonical_write(const json_t *value, struct buffer *buffer, struct fault *fault)
{
  size_t length = buffer->length;
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  const struct place outermost = {.outer = NULL};
  enum status status = write_value(&writer, value, &outermost, fault);
  if (status == STATUS_OK && buffer->failed)
    status = fault_no_memory(fault);
  if (status != STATUS_OK)
    buffer->length = length; /* nothing half written */
  return status;
}

enum status canonical_text(const json_t *value, struct arena *arena, struct span *text,
                           struct fault *fault)
{
  struct buffer buffer = {0};
  const char *copy = NULL;
  enum status status = canonical_write(value, &buffer, fault);
  if (status == STATUS_OK) {
    copy = arena_copy(arena, buffer.bytes, buffer.length);
    *text = (struct span){.bytes = copy, .length = buffer.length};
  }
  buffer_free(&buffer);
  return status == STATUS_OK && copy == NULL ? fault_no_memory(fault) : status;
}
