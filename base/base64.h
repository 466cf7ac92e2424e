/* base64.h - standard base64 with padding, one spelling only (RFC 4648 section 4; sections 3.3 and
 * 3.5: no foreign characters, no line breaks, spare bits zero).
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Characters that `length` bytes need, without a terminator. */
size_t base64_text_length(size_t length);

/* Writes base64_text_length(length) characters, no terminator. */
void base64_write(const uint8_t *bytes, size_t length, char *text);

/* Reads into `bytes`, which has room for `capacity`; false for anything but the one spelling of at
 * most `capacity` bytes. */
bool base64_read(struct span text, uint8_t *bytes, size_t capacity, size_t *length) CHECKED;

#endif
