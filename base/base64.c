#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_text_length(size_t length)
{
  return (length / 3 + (length % 3 != 0)) * 4;
}

void base64_write(const uint8_t *bytes, size_t length, char *text)
{
  for (; length >= 3; length -= 3, bytes += 3) {
    *text++ = alphabet[bytes[0] >> 2];
    *text++ = alphabet[(bytes[0] & 0x03) << 4 | bytes[1] >> 4];
    *text++ = alphabet[(bytes[1] & 0x0f) << 2 | bytes[2] >> 6];
    *text++ = alphabet[bytes[2] & 0x3f];
  }
  if (length == 0)
    return;
  uint8_t second = length == 2 ? bytes[1] : 0;
  *text++ = alphabet[bytes[0] >> 2];
  *text++ = alphabet[(bytes[0] & 0x03) << 4 | second >> 4];
  *text++ = length == 2 ? alphabet[(second & 0x0f) << 2] : '=';
  *text = '=';
}

enum {
  FOREIGN = 64
};

static uint32_t character_value(char character)
{
  if (character >= 'A' && character <= 'Z')
    return (uint32_t)(character - 'A');
  if (character >= 'a' && character <= 'z')
    return (uint32_t)(character - 'a') + 26;
  if (character >= '0' && character <= '9')
    return (uint32_t)(character - '0') + 52;
  if (character == '+')
    return 62;
  return character == '/' ? 63 : FOREIGN;
}

/* Four characters, of which the last `padding` are '=', make three bytes less the padding. */
static bool read_group(const char *text, size_t padding, uint8_t *bytes)
{
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; i++) {
    uint32_t value = i < 4 - padding ? character_value(text[i]) : 0;
    if (value == FOREIGN)
      return false;
    bits = bits << 6 | value;
  }
  if ((bits & ((UINT32_C(1) << 8 * padding) - 1)) != 0)
    return false;
  for (size_t i = 0; i < 3 - padding; i++)
    bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
  return true;
}

bool base64_read(struct span text, uint8_t *bytes, size_t capacity, size_t *length)
{
  if (text.length % 4 != 0)
    return false;
  size_t padding = 0;
  while (padding < 2 && padding < text.length && text.bytes[text.length - 1 - padding] == '=')
    padding++;
  size_t whole = text.length / 4 * 3 - padding;
  if (whole > capacity)
    return false;

  for (size_t at = 0; at < text.length; at += 4) {
    bool last = at + 4 == text.length;
    if (!read_group(text.bytes + at, last ? padding : 0, bytes + at / 4 * 3))
      return false;
  }
  *length = whole;
  return true;
}
