/* What is read as canonical JSON is written as the same bytes, and means what jansson's own reader
 * takes it to mean; and whatever jansson reads, once it is written canonically, is read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/canonical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
  if (!holds)
    abort();
}

/* The canonical bytes of `value` are added to `buffer` and read back as the same value. */
static bool written_and_read(const json_t *value, struct buffer *buffer)
{
  struct fault fault = {.status = STATUS_OK};
  if (canonical_write(value, buffer, &fault) != STATUS_OK) {
    require(fault.status == STATUS_REFUSED && fault.what[0] != '\0' && buffer->length == 0);
    return false;
  }
  json_t *again = NULL;
  require(canonical_read(buffer_span(buffer), buffer->length, &again, &fault) == STATUS_OK);
  require(json_equal(value, again) == 1);
  json_decref(again);
  return true;
}

/* What is read as a draft means what jansson takes it to mean. */
static void draft(struct span text, const json_t *expected)
{
  struct fault fault = {.status = STATUS_OK};
  json_t *value = NULL;
  if (canonical_read_draft(text, text.length, &value, &fault) == STATUS_OK)
    require(expected != NULL && json_equal(value, expected) == 1);
  else
    require(value == NULL && fault.status == STATUS_REFUSED && fault.what[0] != '\0');
  json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct buffer buffer = {0};
  struct fault fault = {.status = STATUS_OK};
  json_t *value = NULL;
  json_t *expected = json_loadb(text.bytes, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

  draft(text, expected);
  if (canonical_read(text, size, &value, &fault) == STATUS_OK) {
    require(expected != NULL && json_equal(value, expected) == 1);
    require(written_and_read(value, &buffer) && span_equal(buffer_span(&buffer), text));
  } else {
    require(value == NULL && fault.status == STATUS_REFUSED);
    require(fault.what[0] != '\0' && fault.expected[0] != '\0');
    require(span_is_utf8(span_of(fault.what)) && span_is_utf8(span_of(fault.expected)));
    /* What jansson reads and we refuse must not be what we write. */
    if (expected != NULL && written_and_read(expected, &buffer))
      require(!span_equal(buffer_span(&buffer), text));
  }
  buffer_free(&buffer);
  json_decref(expected);
  json_decref(value);
  return 0;
}
