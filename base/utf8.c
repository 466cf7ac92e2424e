#include "base/utf8.h"

/* RFC 3629 section 4. The bounds of the second byte are what keeps overlong forms, surrogates and
 * numbers above U+10FFFF out; the bytes after it are always 80 to BF. */
static const struct form {
  unsigned char first_low, first_high;
  unsigned char second_low, second_high;
  unsigned char length;
  unsigned char bits; /* of the first byte that belong to the number */
} forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f}, {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f},
    {0xe1, 0xec, 0x80, 0xbf, 3, 0x0f}, {0xed, 0xed, 0x80, 0x9f, 3, 0x0f},
    {0xee, 0xef, 0x80, 0xbf, 3, 0x0f}, {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07},
    {0xf1, 0xf3, 0x80, 0xbf, 4, 0x07}, {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
};

static const struct form *form_of(unsigned char first)
{
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (first >= forms[i].first_low && first <= forms[i].first_high)
      return &forms[i];
  return NULL;
}

size_t utf8_read(const char *bytes, size_t length, uint32_t *character)
{
  if (length == 0)
    return 0;
  unsigned char first = (unsigned char)bytes[0];
  if (first < 0x80) {
    *character = first;
    return 1;
  }

  const struct form *form = form_of(first);
  if (form == NULL || length < form->length)
    return 0;
  uint32_t number = first & form->bits;
  for (size_t i = 1; i < form->length; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    unsigned char low = i == 1 ? form->second_low : 0x80;
    unsigned char high = i == 1 ? form->second_high : 0xbf;
    if (byte < low || byte > high)
      return 0;
    number = number << 6 | (byte & 0x3fU);
  }
  *character = number;
  return form->length;
}
