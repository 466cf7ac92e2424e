/* guard.h - a process that keeps secrets to itself.
 *
 * Secrets live in memory from sodium_malloc, which is locked where the system allows it, has guard
 * pages around it and is wiped by sodium_free; or on the stack for as long as a function runs, and
 * are then wiped by sodium_memzero. They are never arguments, never in the environment, and never
 * in a fault.
 */
#ifndef KEYS_GUARD_H
#define KEYS_GUARD_H

#include <stddef.h>

#include "base/fault.h"

/* Once, before anything else: libsodium ready and sound, no core dumps, no debugger of the same
 * user, files readable by their owner only. */
enum status guard_begin(struct fault *fault) CHECKED;

/* `size` bytes for a secret, all zero; NULL when there are none. Given back by sodium_free. */
void *guard_take(size_t size);

#endif
