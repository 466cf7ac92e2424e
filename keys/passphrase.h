/* passphrase.h - what only its owner knows, typed without echo or read from a file.
 *
 * Never an argument and never in the environment, where other processes see it.
 */
#ifndef KEYS_PASSPHRASE_H
#define KEYS_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

enum {
  PASSPHRASE_MAX = 1023,     /* bytes */
  PASSPHRASE_CHOSEN_MIN = 12 /* bytes of one that is chosen now */
};

struct passphrase {
  char *bytes; /* of guard_take; NULL: none */
  size_t length;
};

/* Reads one line: from the file, without its line break, or, where `path` is NULL, from the
 * terminal after `prompt`. One that is `chosen` now is asked for twice and has a least length.
 * Voting codes are read by it too. */
enum status passphrase_read(const char *path, const char *prompt, bool chosen,
                            struct passphrase *passphrase, struct fault *fault) CHECKED;

struct span passphrase_span(const struct passphrase *passphrase);

/* Wipes it. */
void passphrase_free(struct passphrase *passphrase);

#endif
