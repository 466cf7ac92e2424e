/* failing_malloc.h - an allocation that fails when the test says so.
 *
 * For programs linked with -Wl,--wrap=malloc, and so on for calloc, realloc and free. Only what is
 * linked into the program itself is reached; a shared library that takes its allocator from its
 * user is given the program's: json_set_alloc_funcs(malloc, free).
 *
 * The loop of a test: for k = 1, 2, …: arm, do the work, disarm; the work must have failed
 * properly, until it was done without a failure having been fired.
 */
#ifndef TESTS_FAULTS_FAILING_MALLOC_H
#define TESTS_FAULTS_FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the `k`-th allocation fails (the first is 1), and if `for_ever` all after it. */
void failing_malloc_arm(size_t k, bool for_ever);

/* No allocation fails any more. */
void failing_malloc_disarm(void);

/* Whether an allocation has failed since failing_malloc_arm; also after failing_malloc_disarm. */
bool failing_malloc_fired(void);

/* Allocations between failing_malloc_arm and failing_malloc_disarm, failed ones included. */
size_t failing_malloc_seen(void);

/* For whoever stands in for another function that needs memory: counts as an allocation; whether it
 * is one that fails. */
bool failing_malloc_fails(void);

/* Shows each block that is given back, or may move, to a function just before; NULL: to none. */
void failing_malloc_watch(void (*watch)(const void *block));

#endif
