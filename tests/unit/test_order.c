#include "engine/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
  MOST = 300
};

/* Compares by a key that many items share, so that stability shows. */
static int by_key(const void *context, uint32_t a, uint32_t b)
{
  const uint32_t *keys = context;
  return (keys[a] > keys[b]) - (keys[a] < keys[b]);
}

static void sorts(size_t count, uint32_t different)
{
  uint32_t items[MOST], spare[MOST + 1], keys[MOST] = {0}, state = 12345;
  spare[count] = 777;
  for (uint32_t i = 0; i < count; i++) {
    state = state * 1664525U + 1013904223U;
    keys[i] = (state >> 8) % different;
    items[i] = i;
  }
  order_sort(items, spare, count, by_key, keys);
  assert_int_equal(spare[count], 777);

  bool seen[MOST] = {false};
  for (size_t i = 0; i < count; i++) {
    assert_true(items[i] < count);
    assert_false(seen[items[i]]);
    seen[items[i]] = true;
    if (i > 0)
      assert_true(keys[items[i - 1]] < keys[items[i]] ||
                  (keys[items[i - 1]] == keys[items[i]] && items[i - 1] < items[i]));
  }
}

static void every_length_is_sorted_and_equal_items_keep_their_order(void **state)
{
  (void)state;
  for (size_t count = 0; count <= 70; count++) {
    sorts(count, 1);
    sorts(count, 4);
    sorts(count, 1000);
  }
  sorts(255, 16);
  sorts(256, 16);
  sorts(257, 16);
  sorts(MOST, 3);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_length_is_sorted_and_equal_items_keep_their_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
