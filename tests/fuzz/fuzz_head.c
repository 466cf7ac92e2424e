/* fuzz_head.c - the head of a request.
 *
 * Bytes mean the same however they come; what is accepted keeps what the header promises, has one
 * reading, and written again field by field is read as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/http/head.h"
#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static struct head head, again;

static void check_characters(struct span text, const char *never)
{
  for (size_t i = 0; i < text.length; i++) {
    unsigned char byte = (unsigned char)text.bytes[i];
    must(byte > 0 && byte != '\r' && byte != '\n' && byte != 0x7f);
    must(strchr(never, text.bytes[i]) == NULL);
  }
}

static void check_accepted(void)
{
  unsigned hosts = 0, lengths = 0, codings = 0;
  must(head.target.length > 0 && head.target.bytes[0] == '/');
  must(head.path.bytes == head.target.bytes && head.path.length <= head.target.length);
  check_characters(head.target, " \t#\"<>\\");
  check_characters(head.path, "?");
  for (size_t i = 0; i < head.field_count; i++) {
    const struct head_field *field = &head.fields[i];
    must(field->name.length > 0);
    check_characters(field->name, " \t:,;()\"/");
    check_characters(field->value, "");
    must(span_equal(field->value, span_trim(field->value)));
    hosts += head_same(field->name, SPAN("Host"));
    lengths += head_same(field->name, SPAN("Content-Length"));
    codings += head_same(field->name, SPAN("Transfer-Encoding"));
  }
  must(hosts == 1 && lengths <= 1 && codings == 0);
  must(span_equal(head_value(&head, SPAN("host")), head.host) && head.host.length > 0);
  check_characters(head.host, " \t,/@?#");
  must(head.has_length == (lengths == 1));
  if (head.has_length) {
    struct buffer digits = {0};
    buffer_add_integer(&digits, (int64_t)head.length);
    must(span_equal(buffer_span(&digits), head_value(&head, SPAN("CONTENT-LENGTH"))));
    buffer_free(&digits);
  }
}

static void write_again(struct span line, struct buffer *buffer)
{
  buffer_add(buffer, line);
  buffer_add(buffer, SPAN("\r\n"));
  for (size_t i = 0; i < head.field_count; i++) {
    buffer_add(buffer, head.fields[i].name);
    buffer_add(buffer, SPAN(": "));
    buffer_add(buffer, head.fields[i].value);
    buffer_add(buffer, SPAN("\r\n"));
  }
  buffer_add(buffer, SPAN("\r\n"));
}

static void check_same(void)
{
  must(again.method == head.method && span_equal(again.target, head.target));
  must(span_equal(again.path, head.path) && span_equal(again.query, head.query));
  must(span_equal(again.host, head.host) && again.field_count == head.field_count);
  must(again.has_length == head.has_length && again.length == head.length);
  must(again.close == head.close && again.expects == head.expects);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct fault fault = {.status = STATUS_OK};
  size_t checked = 0, slowly = 0;
  enum head_progress progress = head_find_end(bytes, &checked), found = HEAD_MORE;
  for (size_t length = 1; found == HEAD_MORE && length <= size; length++)
    found = head_find_end((struct span){bytes.bytes, length}, &slowly);
  must(found == progress && (progress != HEAD_WHOLE || slowly == checked));
  if (progress != HEAD_WHOLE) {
    must(head_read(bytes, &head, &fault) == HEAD_BAD && fault.status == STATUS_REFUSED);
    return 0;
  }
  if (head_read((struct span){bytes.bytes, checked}, &head, &fault) != HEAD_OK) {
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0');
    return 0;
  }
  check_accepted();
  struct buffer buffer = {0};
  const char *end = memchr(bytes.bytes, '\r', checked);
  write_again((struct span){bytes.bytes, (size_t)(end - bytes.bytes)}, &buffer);
  must(head_read(buffer_span(&buffer), &again, &fault) == HEAD_OK);
  check_same();
  buffer_free(&buffer);
  return 0;
}
