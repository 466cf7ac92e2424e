/* hex.h - bytes as lower-case hexadecimal digits, two for each (RFC 4648 section 8, but lower
 * case, as digests are written everywhere).
 *
 * For public values only: the time taken depends on the bytes.
 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* Writes 2 × `length` digits and a 0 to `text`. */
void hex_write(const uint8_t *bytes, size_t length, char *text);

/* Reads exactly 2 × `length` lower-case digits; false, and `bytes` undefined, for anything else. */
bool hex_read(struct span text, uint8_t *bytes, size_t length) CHECKED;

#endif
