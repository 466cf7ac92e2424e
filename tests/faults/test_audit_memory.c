/* The k-th allocation fails, once or for ever, in the commands of beffroi-audit that look at a board
 * or a receipt. What holds is never said not to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/faults/workshop.h"

static char *board_key, *witness_keys[2];

static void verification_is_whole_or_not_there(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("verify", "box", "--threads", "1", "--lang", "fr"), WORKSHOP_WHOLE);
}

/* Without memory nothing is found, and a fault is found whole. */
static void a_fault_is_whole_or_not_there(void **state)
{
  (void)state;
  workshop_fail_each_ending(WORDS("verify", "cut", "--threads", "1", "--json"), WORKSHOP_WHOLE,
                            VERDICT_DOES_NOT_HOLD);
}

static void the_tally_of_a_board_is_whole_or_not_there(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("tally", "box", "--json"), WORKSHOP_WHOLE);
}

static void a_receipt_is_checked_or_not(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("check-receipt", "receipts/cosigned", "receipts/entry", "--vkey",
                           board_key, "--witness", witness_keys[0], "--witness", witness_keys[1]),
                     WORKSHOP_WHOLE);
  workshop_fail_each(
      WORDS("check-receipt", "receipts/cosigned", "receipts/entry", "--vkey", board_key, "--json"),
      WORKSHOP_WHOLE);
  workshop_fail_each_ending(WORDS("check-receipt", "receipts/cosigned", "receipts/other-entry",
                                  "--vkey", board_key, "--json"),
                            WORKSHOP_WHOLE, VERDICT_DOES_NOT_HOLD);
}

static int begin(void **state)
{
  static const char *const makers =
      "\"$BUILD_ROOT\"/tests/integration/make_board box && cp -r box cut && rm cut/checkpoint && "
      "sed -i 10d cut/board.jsonl && mkdir receipts && "
      "\"$BUILD_ROOT\"/tests/integration/make_receipts receipts";
  if (getenv("BUILD_ROOT") == NULL || workshop_begin(state) != 0 || system(makers) != 0)
    return -1;
  board_key = workshop_get("receipts/vkey");
  witness_keys[0] = workshop_get("receipts/witness-1");
  witness_keys[1] = workshop_get("receipts/witness-2");
  return 0;
}

static int end(void **state)
{
  free(board_key);
  free(witness_keys[0]);
  free(witness_keys[1]);
  return workshop_end(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(verification_is_whole_or_not_there),
      cmocka_unit_test(a_fault_is_whole_or_not_there),
      cmocka_unit_test(the_tally_of_a_board_is_whole_or_not_there),
      cmocka_unit_test(a_receipt_is_checked_or_not),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
