/* The k-th allocation fails, once or for ever: growing a tree and writing a receipt say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "ballots/receipt.h"
#include "ballots/tile.h"
#include "tests/faults/failing_malloc.h"
#include "tests/unit/signers.h"

enum {
  LEAVES = 1000
};

typedef enum status (*work)(void);

static struct digest leaves[LEAVES];
static struct signer board;

static enum status grow(void)
{
  const struct merkle_frontier none = {0};
  struct merkle_growth growth;
  struct arena arena = {0};
  struct fault fault = {.status = STATUS_OK};
  enum status status = merkle_grow(&none, leaves, LEAVES, &arena, &growth, &fault);
  assert_int_equal(fault.status, status);
  if (status == STATUS_OK)
    assert_int_equal(growth.after.size, LEAVES);
  else
    assert_string_equal(fault.what, "out of memory");
  arena_free(&arena);
  return status;
}

static enum status write_receipt(void)
{
  struct merkle_frontier frontier = {0};
  merkle_append(&frontier, &leaves[0]);
  struct merkle_head head = {.size = 1, .root = merkle_root(&frontier)};
  struct merkle_proof empty = {.count = 0};
  struct buffer checkpoint = {0}, bytes = {0};
  checkpoint_sign(&head, &board.key, &board.signing_key, &checkpoint);
  receipt_write(0, &empty, buffer_span(&checkpoint), &bytes);
  bool failed = checkpoint.failed || bytes.failed;
  if (!failed) {
    struct receipt receipt;
    struct fault fault;
    assert_int_equal(receipt_read(buffer_span(&bytes), &receipt, &fault), STATUS_OK);
  }
  buffer_free(&checkpoint);
  buffer_free(&bytes);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status write_bundle(void)
{
  struct buffer bundle = {0};
  struct fault fault;
  for (int i = 0; i < 100; i++)
    assert_int_equal(tile_add_entry(&bundle, SPAN("an entry of some length"), &fault), STATUS_OK);
  bool failed = bundle.failed;
  if (!failed)
    assert_int_equal(bundle.length, 2500);
  buffer_free(&bundle);
  return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static void fail_each_allocation(work do_work, bool for_ever)
{
  size_t k = 1;
  for (;; k++) {
    failing_malloc_arm(k, for_ever);
    enum status status = do_work();
    failing_malloc_disarm();
    if (!failing_malloc_fired()) {
      assert_int_equal(status, STATUS_OK);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
  }
  assert_true(k > 1);
}

static const work works[] = {grow, write_receipt, write_bundle};

static void each_failure_is_said_when_it_is_the_only_one(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    fail_each_allocation(works[i], false);
}

static void each_failure_is_said_when_all_after_it_fail_too(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    fail_each_allocation(works[i], true);
}

static int start(void **state)
{
  (void)state;
  if (sodium_init() < 0)
    return -1;
  board = signer_make("board", NOTE_KEY_SIGNER, 1);
  for (size_t i = 0; i < LEAVES; i++)
    leaves[i].bytes[0] = (uint8_t)i;
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_failure_is_said_when_it_is_the_only_one),
      cmocka_unit_test(each_failure_is_said_when_all_after_it_fail_too),
  };
  return cmocka_run_group_tests_name("tree_memory", tests, start, NULL);
}
