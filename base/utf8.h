/* utf8.h - one character of UTF-8 at a time (RFC 3629).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* How many bytes the first character of `bytes` has, and which one it is; 0, and `*character`
 * undefined, when these `length` bytes do not begin with a whole well-formed character (no
 * overlong form, no surrogate, at most U+10FFFF). */
size_t utf8_read(const char *bytes, size_t length, uint32_t *character);

#endif
