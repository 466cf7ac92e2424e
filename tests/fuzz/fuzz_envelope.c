/* fuzz_envelope.c - one line of a board.
 *
 * What is accepted is within its limits and is written again as the bytes that were read; what is
 * refused says where and why.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct envelope *envelope, struct span line)
{
  must(envelope->kind.length >= 1 && envelope->kind.length <= ENVELOPE_KIND_LENGTH);
  must(envelope->signature_count >= 1 && envelope->signature_count <= ENVELOPE_SIGNATURES);
  must(envelope->payload.bytes + envelope->payload.length ==
       envelope->signed_bytes.bytes + envelope->signed_bytes.length);

  struct arena arena = {0};
  struct fault fault;
  struct span signed_bytes;
  must(envelope_authenticate(envelope->type, envelope->payload, &arena, &signed_bytes, &fault) ==
       STATUS_OK);
  must(span_equal(signed_bytes, envelope->signed_bytes));
  arena_free(&arena);

  struct buffer buffer = {0};
  must(envelope_write(envelope->kind, envelope->payload, envelope->signatures,
                      envelope->signature_count, &buffer, &fault) == STATUS_OK);
  must(span_equal(buffer_span(&buffer), line));
  buffer_free(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span line = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct arena arena = {0};
  struct envelope envelope;
  struct fault fault = {0};
  enum status status = envelope_read(line, &arena, &envelope, &fault);
  if (status == STATUS_OK)
    check_accepted(&envelope, line);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.where[0] != '\0' &&
         fault.what[0] != '\0' && fault.expected[0] != '\0');
  arena_free(&arena);
  return 0;
}
