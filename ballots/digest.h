/* digest.h - SHA-256 (FIPS 180-4), the one digest of this project: of results, elections, entries.
 *
 * For public values only: nothing is cleared afterwards.
 */
#ifndef BALLOTS_DIGEST_H
#define BALLOTS_DIGEST_H

#include <stdint.h>

#include "base/span.h"

enum {
  DIGEST_BYTES = 32,
  DIGEST_TEXT = 2 * DIGEST_BYTES + 1, /* lower-case hex digits and a 0 */
};

struct digest {
  uint8_t bytes[DIGEST_BYTES];
};

/* Of the bytes of `text`. */
struct digest digest_of(struct span text);

/* Of `first` and `second` as one text, the second right after the first. */
struct digest digest_of_both(struct span first, struct span second);

/* Writes the digest as hex. */
void digest_write(const struct digest *digest, char text[DIGEST_TEXT]);

/* Order of the bytes as unsigned numbers: <0, 0 or >0. */
int digest_compare(const struct digest *a, const struct digest *b);

#endif
