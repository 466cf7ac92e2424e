/* fuzz_address.c - addresses, and where redirects lead: what is accepted is read again as the same,
 * is terminated text of the characters that may stand there, and keeps its parts in order.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check(const struct address *address)
{
  size_t length = strlen(address->text);
  struct address again;
  struct fault fault;
  must(length < ADDRESS_MAX);
  for (size_t i = 0; i < length; i++)
    must(address->text[i] > ' ' && address->text[i] < 0x7f);
  must(address->host < address->host_end && address->host_end <= address->path &&
       address->path < address->path_end && address->path_end <= length);
  must(address->text[address->path] == '/');
  must(strchr(address->text, '#') == NULL);
  must(memchr(address->text, '@', address->path) == NULL);
  must(address_is(address->text));
  must(address_read(span_of(address->text), &again, &fault) == STATUS_OK);
  must(strcmp(again.text, address->text) == 0 && again.path_end == address->path_end);
}

static void refused(const struct fault *fault)
{
  must(fault->status == STATUS_REFUSED && fault->what[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span bytes = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct address address, here;
  struct fault fault = {.status = STATUS_OK};
  if (address_read(bytes, &address, &fault) == STATUS_OK) {
    check(&address);
    (void)address_is_here(&address);
  } else {
    refused(&fault);
  }
  if (address_read_folder(bytes, &address, &fault) == STATUS_OK) {
    check(&address);
    must(address.text[address.path_end - 1] == '/' && address.text[address.path_end] == '\0');
    if (address_below(&address, "entries/12", &here, &fault) == STATUS_OK)
      check(&here);
  }
  must(address_read(SPAN("https://a.example/x"), &here, &fault) == STATUS_OK);
  if (address_follow(&here, bytes, &address, &fault) == STATUS_OK) {
    check(&address);
    must(address.secure);
  } else {
    refused(&fault);
  }
  return 0;
}
