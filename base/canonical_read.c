/* The reading half of canonical.h.
 *
 * jansson holds the values but does not read them: when an allocation fails, its parser drops a
 * byte of the text unsaid (lex_save, 2.14), and then refuses what is right or writes past the end
 * of its memory. The grammar that is left without blanks and real numbers is a small one.
 *
 * This reader sees to the grammar (RFC 8259 without blanks), the bounds, and names given twice.
 * It does not ask for the order of members nor for the one spelling of an escape: writing the
 * value again does, so that what is canonical is said in one place, by the writer.
 *
 * What a person drafts is read by the same reader, which then also takes blanks and every escape
 * of RFC 8259.
 */
#include "base/canonical.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

struct reader {
  struct span text;
  bool draft; /* any spelling: blanks, every escape */
  size_t at;
  int depth;
  struct buffer strings; /* those being read, the innermost last */
  struct fault *fault;
};

static enum status read_value(struct reader *reader, json_t **value);

/* --- refusals --- */

/* A piece of `text` from `at` that is short enough for a message and ends with a character. */
static struct span excerpt(struct span text, size_t at)
{
  enum {
    LONGEST = 32
  };
  struct span piece = {.bytes = text.bytes + at, .length = 0};
  while (piece.length < LONGEST && at + piece.length < text.length) {
    uint32_t character;
    size_t length =
        utf8_read(piece.bytes + piece.length, text.length - at - piece.length, &character);
    piece.length += length == 0 ? 1 : length;
  }
  return piece;
}

static enum status refuse_piece(struct reader *reader, size_t at, struct span piece,
                                const char *what, const char *expected)
{
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "byte %zu", at + 1);
  if (piece.length == 0)
    return fault_set(reader->fault, STATUS_REFUSED, where, expected, "the text ends too early");
  if (piece.bytes[0] == '\0') /* where "%s" would end */
    return fault_set(reader->fault, STATUS_REFUSED, where, expected, "U+0000 %s", what);
  return fault_set(reader->fault, STATUS_REFUSED, where, expected, "'%.*s' %s", SPAN_PRINT(piece),
                   what);
}

/* Shows the text from `at`, about which `what` says something. */
static enum status refuse(struct reader *reader, size_t at, const char *what, const char *expected)
{
  return refuse_piece(reader, at, excerpt(reader->text, at), what, expected);
}

/* --- the text --- */

static bool next_is(const struct reader *reader, char byte)
{
  return reader->at < reader->text.length && reader->text.bytes[reader->at] == byte;
}

static bool take(struct reader *reader, char byte)
{
  if (!next_is(reader, byte))
    return false;
  reader->at++;
  return true;
}

static void skip_blanks(struct reader *reader)
{
  while (reader->draft && reader->at < reader->text.length &&
         memchr(" \t\r\n", reader->text.bytes[reader->at], 4) != NULL)
    reader->at++;
}

/* Takes `byte`, and blanks around it. */
static bool take_sign(struct reader *reader, char byte)
{
  skip_blanks(reader);
  if (!take(reader, byte))
    return false;
  skip_blanks(reader);
  return true;
}

/* --- strings --- */

static enum status read_digits(struct reader *reader, uint32_t *number)
{
  *number = 0;
  for (int i = 0; i < 4; i++) {
    if (reader->at == reader->text.length)
      return refuse(reader, reader->at, "", "four hexadecimal digits");
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *digit = memchr(digits, reader->text.bytes[reader->at], sizeof digits - 1);
    if (digit == NULL)
      return refuse(reader, reader->at, "is not a hexadecimal digit", "four hexadecimal digits");
    *number = *number << 4 | ((uint32_t)(digit - digits) & 0x0fU);
    reader->at++;
  }
  return STATUS_OK;
}

/* Characters beyond U+FFFF are escaped as two surrogates, which alone are none. */
static enum status read_surrogate(struct reader *reader, size_t begin, uint32_t *number)
{
  static const char expected[] = "\\ud800 to \\udbff, then \\udc00 to \\udfff";
  uint32_t second = 0;
  if (*number >= 0xdc00 || !take(reader, '\\') || !take(reader, 'u'))
    return refuse(reader, begin, "begins with half a character", expected);
  enum status status = read_digits(reader, &second);
  if (status != STATUS_OK)
    return status;
  if (second < 0xdc00 || second > 0xdfff)
    return refuse(reader, begin, "begins with half a character", expected);
  *number = 0x10000 + ((*number - 0xd800) << 10) + (second - 0xdc00);
  return STATUS_OK;
}

static void add_utf8(struct buffer *buffer, uint32_t character)
{
  if (character < 0x80) {
    buffer_add_byte(buffer, (char)character);
    return;
  }
  unsigned follow = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  static const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
  buffer_add_byte(buffer, (char)(first[follow] | character >> (6 * follow)));
  while (follow-- > 0)
    buffer_add_byte(buffer, (char)(0x80 | (character >> (6 * follow) & 0x3f)));
}

/* `\u0001` to `\u001f`: canonical text never escapes other characters, or by a letter. */
static enum status read_numbered_escape(struct reader *reader, size_t begin)
{
  static const char expected[] = "a character above U+001F itself, not escaped, and no U+0000";
  uint32_t number = 0;
  enum status status = read_digits(reader, &number);
  if (status == STATUS_OK && (number == 0 || (number >= 0x20 && !reader->draft)))
    status = refuse(reader, begin, "begins with an escape that is never used", expected);
  if (status == STATUS_OK && number >= 0xd800 && number <= 0xdfff)
    status = read_surrogate(reader, begin, &number);
  if (status == STATUS_OK)
    add_utf8(&reader->strings, number);
  return status;
}

static enum status read_escape(struct reader *reader)
{
  static const char letters[] = "\"\\bfnrt";
  static const char meanings[] = "\"\\\b\f\n\r\t";
  size_t begin = reader->at;
  reader->at++;
  if (take(reader, 'u'))
    return read_numbered_escape(reader, begin);
  if (reader->at == reader->text.length)
    return refuse(reader, reader->at, "", "the rest of an escape");
  if (reader->draft && take(reader, '/')) {
    buffer_add_byte(&reader->strings, '/');
    return STATUS_OK;
  }
  const char *letter = memchr(letters, reader->text.bytes[reader->at], sizeof letters - 1);
  if (letter == NULL)
    return refuse(reader, begin, "begins with an escape that is never used",
                  "one of \\\" \\\\ \\b \\f \\n \\r \\t \\u");
  buffer_add_byte(&reader->strings, meanings[letter - letters]);
  reader->at++;
  return STATUS_OK;
}

/* Leaves the text at the end of `strings`. */
static enum status read_string(struct reader *reader)
{
  const struct span text = reader->text;
  reader->at++;
  while (!take(reader, '"')) {
    size_t begin = reader->at;
    while (reader->at < text.length && (unsigned char)text.bytes[reader->at] >= 0x20 &&
           text.bytes[reader->at] != '"' && text.bytes[reader->at] != '\\')
      reader->at++;
    buffer_add(&reader->strings,
               (struct span){.bytes = text.bytes + begin, .length = reader->at - begin});
    if (next_is(reader, '"'))
      continue;
    if (!next_is(reader, '\\'))
      return refuse(reader, reader->at, "begins with a control character",
                    "the rest of a string, with control characters escaped, and '\"'");
    enum status status = read_escape(reader);
    if (status != STATUS_OK)
      return status;
  }
  return reader->strings.failed ? fault_no_memory(reader->fault) : STATUS_OK;
}

static struct span string_from(const struct reader *reader, size_t begin)
{
  struct span all = buffer_span(&reader->strings);
  return (struct span){.bytes = all.bytes + begin, .length = all.length - begin};
}

/* --- values --- */

static enum status made(struct reader *reader, json_t *value, json_t **result)
{
  if (value == NULL)
    return fault_no_memory(reader->fault);
  *result = value;
  return STATUS_OK;
}

static enum status read_text(struct reader *reader, json_t **value)
{
  size_t begin = reader->strings.length;
  enum status status = read_string(reader);
  if (status != STATUS_OK)
    return status;
  struct span text = string_from(reader, begin);
  reader->strings.length = begin;
  return made(reader, json_stringn_nocheck(text.bytes, text.length), value);
}

static enum status read_number(struct reader *reader, json_t **value)
{
  struct span number = {.bytes = reader->text.bytes + reader->at, .length = 0};
  size_t left = reader->text.length - reader->at;
  while (number.length < left && strchr("+-.0123456789Ee", number.bytes[number.length]) != NULL &&
         number.bytes[number.length] != '\0')
    number.length++;
  int64_t integer;
  if (!span_to_integer(number, &integer) || integer < -CANONICAL_INTEGER_MAX ||
      integer > CANONICAL_INTEGER_MAX)
    return refuse_piece(reader, reader->at, excerpt(number, 0), "is not an allowed number",
                        CANONICAL_INTEGER_EXPECTED);
  reader->at += number.length;
  return made(reader, json_integer(integer), value);
}

static enum status read_word(struct reader *reader, json_t **value)
{
  static const struct span words[] = {SPAN_INIT("false"), SPAN_INIT("null"), SPAN_INIT("true")};
  json_t *const meanings[] = {json_false(), json_null(), json_true()};
  struct span rest = {.bytes = reader->text.bytes + reader->at,
                      .length = reader->text.length - reader->at};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (rest.length < words[i].length || memcmp(rest.bytes, words[i].bytes, words[i].length) != 0)
      continue;
    reader->at += words[i].length;
    *value = meanings[i];
    return STATUS_OK;
  }
  return refuse(reader, reader->at, "does not begin with a value",
                reader->draft ? "a JSON value" : "a JSON value, without blanks");
}

static enum status read_elements(struct reader *reader, json_t *array)
{
  if (take_sign(reader, ']'))
    return STATUS_OK;
  do {
    json_t *element;
    enum status status = read_value(reader, &element);
    if (status != STATUS_OK)
      return status;
    if (json_array_append_new(array, element) != 0)
      return fault_no_memory(reader->fault);
  } while (take_sign(reader, ','));
  if (!take(reader, ']'))
    return refuse(reader, reader->at, "follows an element", "',' or ']'");
  return STATUS_OK;
}

/* The name of a member is on top of `strings` from `begin`, and was at `at` in the text. */
static enum status check_name(struct reader *reader, const json_t *object, size_t begin, size_t at)
{
  struct span name = string_from(reader, begin);
  for (size_t i = 0; i < name.length; i++)
    if ((unsigned char)name.bytes[i] >= 0x80)
      return refuse(reader, at, "begins with a name that is not ASCII", "a name in ASCII");
  if (json_object_getn(object, name.bytes, name.length) != NULL)
    return refuse(reader, at, "begins with a name that was there before", "each name once");
  return STATUS_OK;
}

static enum status read_member(struct reader *reader, json_t *object)
{
  size_t at = reader->at;
  size_t begin = reader->strings.length;
  if (!next_is(reader, '"'))
    return refuse(reader, at, "is not the name of a member", "'\"' and a name");
  enum status status = read_string(reader);
  if (status == STATUS_OK)
    status = check_name(reader, object, begin, at);
  if (status != STATUS_OK)
    return status;
  if (!take_sign(reader, ':'))
    return refuse(reader, reader->at, "follows the name of a member", "':'");

  json_t *value;
  status = read_value(reader, &value);
  if (status != STATUS_OK)
    return status;
  struct span name = string_from(reader, begin);
  reader->strings.length = begin;
  if (json_object_setn_new_nocheck(object, name.bytes, name.length, value) != 0)
    return fault_no_memory(reader->fault);
  return STATUS_OK;
}

static enum status read_members(struct reader *reader, json_t *object)
{
  if (take_sign(reader, '}'))
    return STATUS_OK;
  do {
    enum status status = read_member(reader, object);
    if (status != STATUS_OK)
      return status;
  } while (take_sign(reader, ','));
  if (!take(reader, '}'))
    return refuse(reader, reader->at, "follows a member", "',' or '}'");
  return STATUS_OK;
}

/* An object or array. */
static enum status read_level(struct reader *reader, json_t **value)
{
  if (reader->depth == CANONICAL_DEPTH_MAX)
    return refuse(reader, reader->at, "begins one too many", CANONICAL_DEPTH_EXPECTED);
  bool is_object = next_is(reader, '{');
  json_t *level = is_object ? json_object() : json_array();
  if (level == NULL)
    return fault_no_memory(reader->fault);
  reader->at++;
  reader->depth++;
  enum status status = is_object ? read_members(reader, level) : read_elements(reader, level);
  reader->depth--;
  if (status != STATUS_OK) {
    json_decref(level);
    return status;
  }
  *value = level;
  return STATUS_OK;
}

static enum status read_value(struct reader *reader, json_t **value)
{
  char next = reader->at < reader->text.length ? reader->text.bytes[reader->at] : '\0';
  if (next == '{' || next == '[')
    return read_level(reader, value);
  if (next == '"')
    return read_text(reader, value);
  if (next == '-' || (next >= '0' && next <= '9'))
    return read_number(reader, value);
  return read_word(reader, value);
}

/* --- the whole --- */

static enum status check_utf8(struct reader *reader)
{
  if (span_is_utf8(reader->text))
    return STATUS_OK;
  size_t at = 0;
  size_t length;
  uint32_t character;
  while ((length = utf8_read(reader->text.bytes + at, reader->text.length - at, &character)) > 0)
    at += length;
  return refuse(reader, at, "is not UTF-8", "text in UTF-8");
}

static enum status read_all(struct reader *reader, json_t **value)
{
  enum status status = check_utf8(reader);
  skip_blanks(reader);
  if (status == STATUS_OK)
    status = read_value(reader, value);
  if (status == STATUS_OK)
    skip_blanks(reader);
  if (status != STATUS_OK || reader->at == reader->text.length)
    return status;
  json_decref(*value);
  return refuse(reader, reader->at, "follows the value", "the end of the text");
}

static enum status compare(struct reader *reader, const json_t *value)
{
  struct buffer again = {0};
  enum status status = canonical_write(value, &again, reader->fault);
  if (status != STATUS_OK || span_equal(buffer_span(&again), reader->text))
    goto out;

  const struct span right = buffer_span(&again);
  size_t at = 0;
  while (at < right.length && at < reader->text.length && right.bytes[at] == reader->text.bytes[at])
    at++;
  struct span piece = excerpt(right, at);
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "'%.*s': members sorted, and one spelling of each escape",
           SPAN_PRINT(piece));
  status = refuse(reader, at, "is not the canonical spelling", expected);
out:
  buffer_free(&again);
  return status;
}

static enum status read_within(struct reader *reader, size_t limit, json_t **value)
{
  if (reader->text.length > limit) {
    char expected[FAULT_EXPECTED];
    snprintf(expected, sizeof expected, "at most %zu bytes", limit);
    return fault_set(reader->fault, STATUS_REFUSED, NULL, expected, "the text has %zu bytes",
                     reader->text.length);
  }
  enum status status = read_all(reader, value);
  buffer_free(&reader->strings);
  return status;
}

enum status canonical_read(struct span text, size_t limit, json_t **value, struct fault *fault)
{
  struct reader reader = {.text = text, .fault = fault};
  json_t *found = NULL;
  enum status status = read_within(&reader, limit, &found);
  if (status != STATUS_OK)
    return status;
  status = compare(&reader, found);
  if (status != STATUS_OK) {
    json_decref(found);
    return status;
  }
  *value = found;
  return STATUS_OK;
}

enum status canonical_read_draft(struct span text, size_t limit, json_t **value,
                                 struct fault *fault)
{
  struct reader reader = {.text = text, .draft = true, .fault = fault};
  json_t *found = NULL;
  enum status status = read_within(&reader, limit, &found);
  if (status == STATUS_OK)
    *value = found;
  return status;
}
