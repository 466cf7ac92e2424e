/* code.h - voting codes: what is printed on a voter's slip, and typed or scanned back.
 *
 * A code is 20 characters of Crockford's base 32 (crockford.com/base32.html: the digits, then the
 * letters without I, L, O and U, worth 0 to 31), written in four groups of five:
 *
 *   Y06WN-ZG14D-2PF2D-BSQP5
 *
 * The first 18 are random, 90 bits. The last 2 check them: read as the coefficients of a polynomial
 * c of degree 19 over GF(32), the first character that of x^19, a code has c(α) = c(α²) = 0. That
 * is a Reed-Solomon code (Reed and Solomon 1960) of distance 3, so it catches every one or two
 * wrong characters, and with them every two that changed places. GF(32) is the polynomials over
 * GF(2) modulo x^5 + x^2 + 1, a value's bit i being the coefficient of x^i; α is x, worth 2.
 *
 * What is typed may be in either case, with spaces and hyphens anywhere, O for 0, I and L for 1.
 * What is wrong with it is said, but not where the mistake is guessed to be: a guess that is
 * believed makes another voter's code of it.
 *
 * A code is a secret: whoever has it can vote. It is never in a fault.
 */
#ifndef BALLOTS_CODE_H
#define BALLOTS_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/span.h"

enum {
  CODE_DATA = 18,                      /* random characters */
  CODE_CHARACTERS = CODE_DATA + 2,     /* with those that check them */
  CODE_GROUP = 5,                      /* characters between two hyphens */
  CODE_TEXT = CODE_CHARACTERS + 3 + 1, /* as it is printed, and a 0 */
  CODE_SHORT = 12                      /* characters of a receipt's short code */
};

enum {
  CODE_RANDOM_BYTES = 12
}; /* that a code is made of; of the last one 2 bits */

/* Canonical: digits and capitals that check. Secret; wiped by code_wipe when it has served. */
struct code {
  char characters[CODE_CHARACTERS]; /* without hyphens, not terminated */
};

/* The code of the first 90 of these bits, which are uniformly random or not a secret at all. */
void code_make(const uint8_t random[CODE_RANDOM_BYTES], struct code *code);

/* Reads what was typed. STATUS_REFUSED is for one of three things, told apart by `where`:
 * "character 7", counted without spaces and hyphens (it is not of the alphabet), "length" or
 * "check". */
enum status code_read(struct span typed, struct code *code, struct fault *fault) CHECKED;

/* Writes the one spelling that is printed. The text is as secret as the code. */
void code_write(const struct code *code, char text[CODE_TEXT]);

void code_wipe(struct code *code);

/* Any bits in the same alphabet, the first bit of the first byte first, without check characters
 * and groups: for card numbers, the first 40 bits of a digest as 8 characters, and the short code
 * of a receipt, 60 bits as 12. Writes `count` characters and a 0; `bytes` has 5 × `count` bits. */
void code_write_bits(const uint8_t *bytes, size_t count, char *text);

#endif
