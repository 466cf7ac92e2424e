/* fuzz_problem.c - what a service answers in place of a receipt: whatever it is, it becomes one
 * line of text that a terminal can be shown.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  static const char *const types[] = {"application/problem+json", "text/plain", ""};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    struct fault fault = {.status = STATUS_OK};
    service_explain(409, types[i], bytes, &fault);
    must(fault.status == STATUS_REFUSED);
    must(strncmp(fault.what, "the service answers 409", 23) == 0);
    must(i == 0 || fault.what[23] == '\0');
    must(span_is_utf8(span_of(fault.what)));
    for (const char *at = fault.what; *at != '\0'; at++)
      must((unsigned char)*at >= ' ' && *at != 0x7f);
  }
  return 0;
}
