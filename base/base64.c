#include "base/base64.h"

#include <limits.h>
#include <string.h>

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

/* Values of characters, and 1: what is not listed is foreign. */
static const uint8_t values[UCHAR_MAX + 1] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

static uint32_t value_of(char character)
{
  return values[(unsigned char)character];
}

static bool read_group(const char *text, uint8_t bytes[3])
{
  uint32_t a = value_of(text[0]), b = value_of(text[1]), c = value_of(text[2]),
           d = value_of(text[3]);
  if (a == 0 || b == 0 || c == 0 || d == 0)
    return false;
  uint32_t bits = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
  bytes[0] = (uint8_t)(bits >> 16);
  bytes[1] = (uint8_t)(bits >> 8);
  bytes[2] = (uint8_t)bits;
  return true;
}

/* Of four characters the last `padding`, 1 or 2, are '=': zeros, as the spare bits before them. */
static bool read_last(const char *text, size_t padding, uint8_t *bytes)
{
  const char whole[4] = {text[0], text[1], padding == 1 ? text[2] : 'A', 'A'};
  uint8_t read[3];
  if (!read_group(whole, read) || read[2] != 0 || (padding == 2 && read[1] != 0))
    return false;
  memcpy(bytes, read, 3 - padding);
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
    const char *group = text.bytes + at;
    bool last = padding > 0 && at + 4 == text.length;
    if (!(last ? read_last(group, padding, bytes + at / 4 * 3)
               : read_group(group, bytes + at / 4 * 3)))
      return false;
  }
  *length = whole;
  return true;
}
