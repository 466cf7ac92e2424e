#include "base/hex.h"

#include <limits.h>

void hex_write(const uint8_t *bytes, size_t length, char *text)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) {
    *text++ = digits[bytes[i] >> 4];
    *text++ = digits[bytes[i] & 0x0f];
  }
  *text = '\0';
}

/* Values of digits, and 1: what is not listed is none. */
static const uint8_t values[UCHAR_MAX + 1] = {
    ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16};

bool hex_read(struct span text, uint8_t *bytes, size_t length)
{
  if (text.length % 2 != 0 || text.length / 2 != length)
    return false;
  for (size_t i = 0; i < length; i++) {
    unsigned high = values[(unsigned char)text.bytes[2 * i]];
    unsigned low = values[(unsigned char)text.bytes[2 * i + 1]];
    if (high == 0 || low == 0)
      return false;
    bytes[i] = (uint8_t)((high - 1) << 4 | (low - 1));
  }
  return true;
}
