#include "keys/cards.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/canonical.h"
#include "base/hex.h"

enum {
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4
};

static const char purpose[] = "cards";

/* --- writing --- */

static void add_row(struct canonical_writer *writer, const struct card_row *row)
{
  char key[KEY_TEXT], number[CARD_NUMBER_TEXT];
  base64_write(row->key.bytes, PUBLIC_KEY_BYTES, key);
  card_number(&row->key, number);
  canonical_object(writer);
  canonical_member_string(writer, "card", span_of(number));
  canonical_member_string(writer, "group", row->group);
  canonical_member_string(writer, "id", row->id);
  canonical_member_string(writer, "key", (struct span){key, sizeof key});
  canonical_end(writer);
}

static void add_hex(struct canonical_writer *writer, const char *name, const uint8_t bytes[32])
{
  char text[DIGEST_TEXT];
  hex_write(bytes, DIGEST_BYTES, text);
  canonical_member_string(writer, name, span_of(text));
}

static void add_cards(const struct cards *cards, struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member(&writer, "cards");
  canonical_array(&writer);
  for (size_t i = 0; i < cards->count; i++)
    add_row(&writer, &cards->rows[i]);
  canonical_end(&writer);
  add_hex(&writer, "roll", cards->roll.bytes);
  add_hex(&writer, "salt", cards->salt);
  canonical_end(&writer);
}

enum status cards_write(const struct cards *cards, struct span passphrase,
                        const struct sealed_cost *cost, struct buffer *buffer, struct fault *fault)
{
  struct buffer plain = {0};
  add_cards(cards, &plain);
  enum status status = plain.failed ? fault_no_memory(fault)
                                    : sealed_write(purpose, cards->origin, buffer_span(&plain),
                                                   passphrase, cost, buffer, fault);
  if (plain.bytes != NULL)
    sodium_memzero(plain.bytes, plain.capacity);
  buffer_free(&plain);
  return status;
}

/* --- reading --- */

static enum status refuse(const char *what, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "cards", "a file that 'registrar codes' made",
                   "%s is not what it must be", what);
}

/* A copy of a text member in `arena`; its bytes are NULL when there is no memory. */
static bool take_text(const json_t *object, const char *name, struct arena *arena,
                      struct span *text)
{
  const json_t *value = json_object_get(object, name);
  if (!json_is_string(value))
    return false;
  *text = (struct span){arena_copy(arena, json_string_value(value), json_string_length(value)),
                        json_string_length(value)};
  return true;
}

static bool read_hex(const json_t *object, const char *name, uint8_t bytes[32])
{
  const json_t *value = json_object_get(object, name);
  return json_is_string(value) &&
         hex_read((struct span){json_string_value(value), json_string_length(value)}, bytes, 32);
}

static enum status read_row(const json_t *value, struct arena *arena, struct card_row *row,
                            struct fault *fault)
{
  uint8_t bytes[PUBLIC_KEY_BYTES];
  struct span key = SPAN_INIT("");
  size_t length = 0;
  if (!take_text(value, "group", arena, &row->group) || !take_text(value, "id", arena, &row->id) ||
      !take_text(value, "key", arena, &key))
    return refuse("a card", fault);
  if (row->group.bytes == NULL || row->id.bytes == NULL || key.bytes == NULL)
    return fault_no_memory(fault);
  if (!base64_read(key, bytes, sizeof bytes, &length) || length != sizeof bytes)
    return refuse("the key of a card", fault);
  /* It was made here, and nobody without the passphrase could put another in its place. */
  memcpy(row->key.bytes, bytes, sizeof bytes);
  return STATUS_OK;
}

static enum status read_cards(const json_t *value, struct arena *arena, struct cards *cards,
                              struct fault *fault)
{
  const json_t *list = json_object_get(value, "cards");
  if (!json_is_array(list) || !read_hex(value, "roll", cards->roll.bytes) ||
      !read_hex(value, "salt", cards->salt))
    return refuse("the list", fault);
  cards->count = json_array_size(list);
  struct card_row *rows = ARENA_TAKE(arena, struct card_row, cards->count);
  if (rows == NULL)
    return fault_no_memory(fault);
  cards->rows = rows;
  enum status status = STATUS_OK;
  for (size_t i = 0; i < cards->count && status == STATUS_OK; i++)
    status = read_row(json_array_get(list, i), arena, &rows[i], fault);
  return status;
}

enum status cards_read(struct span file, struct span passphrase, struct arena *arena,
                       struct cards *cards, struct fault *fault)
{
  struct sealed sealed;
  json_t *value = NULL;
  *cards = (struct cards){.count = 0};
  enum status status = sealed_read(file, purpose, passphrase, &sealed, fault);
  if (status != STATUS_OK)
    return status;
  struct span about = buffer_span(&sealed.about);
  cards->origin = (struct span){arena_copy(arena, about.bytes, about.length), about.length};
  if (cards->origin.bytes == NULL)
    status = fault_no_memory(fault);
  if (status == STATUS_OK)
    status = canonical_read((struct span){sealed.secret, sealed.length}, SEALED_SECRET_MAX, &value,
                            fault);
  if (status == STATUS_OK)
    status = read_cards(value, arena, cards, fault);
  json_decref(value);
  sealed_free(&sealed);
  return status;
}

const struct card_row *cards_find(const struct cards *cards, struct span id_or_number)
{
  const struct card_row *numbered = NULL;
  for (size_t i = cards->count; i-- > 0;) {
    char number[CARD_NUMBER_TEXT];
    card_number(&cards->rows[i].key, number);
    if (span_equal(cards->rows[i].id, id_or_number))
      return &cards->rows[i];
    if (span_equal(span_of(number), id_or_number))
      numbered = &cards->rows[i];
  }
  return numbered;
}
