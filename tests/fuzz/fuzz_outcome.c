/* fuzz_outcome.c - an outcome that a result names, held to the one that was counted.
 *
 * Only the very bytes are the same; for all others that are canonical a place and two values are told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/difference.h"
#include "base/canonical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char counted[] =
    "{\"budget\":1000,\"cost\":700,\"projects\":{\"a\":{\"cost\":300,\"selected\":true,\"votes\":"
    "12},\"b\":{\"cost\":400,\"selected\":true,\"votes\":9}},\"rounds\":[{\"selected\":\"a\"},"
    "{\"selected\":\"b\",\"tied\":[\"b\",\"c\"]}],\"rule\":{\"name\":\"greedy\",\"threshold\":null"
    "},\"selected\":[\"a\",\"b\"],\"voters\":21}";

static void must(bool holds)
{
  if (!holds)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span found = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  const struct span expected = span_of(counted);
  struct fault fault = {0};
  enum status status = difference_find("outcome", expected, found, &fault);
  if (span_equal(found, expected)) {
    must(status == STATUS_OK);
    return 0;
  }
  must(status == STATUS_REFUSED && fault.status == status);
  must(fault.what[0] != '\0');
  /* What is not canonical has a byte for its place; all else is led to, member by member. */
  json_t *value = NULL;
  struct fault unread;
  if (canonical_read(found, found.length, &value, &unread) == STATUS_OK)
    must(strncmp(fault.where, "outcome", strlen("outcome")) == 0 && fault.expected[0] != '\0');
  json_decref(value);
  return 0;
}
