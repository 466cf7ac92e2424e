#include "base/hex.h"

void hex_write(const uint8_t *bytes, size_t length, char *text)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) {
    *text++ = digits[bytes[i] >> 4];
    *text++ = digits[bytes[i] & 0x0f];
  }
  *text = '\0';
}

/* -1 when it is none. */
static int digit_value(char digit)
{
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  if (digit >= 'a' && digit <= 'f')
    return digit - 'a' + 10;
  return -1;
}

bool hex_read(struct span text, uint8_t *bytes, size_t length)
{
  if (text.length % 2 != 0 || text.length / 2 != length)
    return false;
  for (size_t i = 0; i < length; i++) {
    int high = digit_value(text.bytes[2 * i]);
    int low = digit_value(text.bytes[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    bytes[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}
