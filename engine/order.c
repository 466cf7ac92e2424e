#include "engine/order.h"

#include <stdbool.h>
#include <string.h>

static void merge(const uint32_t *from, size_t start, size_t middle, size_t end, uint32_t *to,
                  order_compare *compare, const void *context)
{
  size_t left = start, right = middle;
  for (size_t i = start; i < end; i++) {
    bool take_left =
        left < middle && (right >= end || compare(context, from[left], from[right]) <= 0);
    to[i] = take_left ? from[left++] : from[right++];
  }
}

void order_sort(uint32_t *items, uint32_t *spare, size_t count, order_compare *compare,
                const void *context)
{
  uint32_t *from = items, *to = spare;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t start = 0; start < count; start += 2 * width) {
      size_t middle = start + width < count ? start + width : count;
      size_t end = start + 2 * width < count ? start + 2 * width : count;
      merge(from, start, middle, end, to, compare, context);
    }
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != items)
    memcpy(items, from, count * sizeof *items);
}
