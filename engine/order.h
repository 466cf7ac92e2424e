/* order.h - sorting places by a comparison that needs to know more than the two places.
 *
 * The C library's qsort takes no context, and need not be stable. This is a merge sort: stable,
 * n log n whatever the input.
 */
#ifndef ENGINE_ORDER_H
#define ENGINE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* <0 when `a` goes before `b`, 0 when neither, >0 when after. */
typedef int order_compare(const void *context, uint32_t a, uint32_t b);

/* Sorts `count` items; `spare` has room for as many and is left undefined. */
void order_sort(uint32_t *items, uint32_t *spare, size_t count, order_compare *compare,
                const void *context);

#endif
