/* fuzz_code.c - a voting code as somebody typed it.
 *
 * What is accepted is printed in one spelling, which is read as the same code; of what is refused,
 * nothing is left and nothing is told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct code *code)
{
  char text[CODE_TEXT];
  struct code again;
  struct fault fault;
  code_write(code, text);
  must(strlen(text) == CODE_TEXT - 1);
  must(code_read(span_of(text), &again, &fault) == STATUS_OK);
  must(memcmp(&again, code, sizeof again) == 0);
}

/* The code of the first bytes, typed with the rest between its characters. */
static void type(const uint8_t *data, size_t size)
{
  static const char between[] = {' ', '-'};
  char typed[2 * CODE_CHARACTERS];
  struct code code;
  struct code again;
  struct fault fault;
  size_t length = 0;
  if (size < CODE_RANDOM_BYTES)
    return;
  code_make(data, &code);
  for (size_t i = 0; i < CODE_CHARACTERS; i++) {
    size_t at = CODE_RANDOM_BYTES + i;
    unsigned choice = at < size ? data[at] : 0;
    char character = code.characters[i];
    if ((choice & 1) != 0 && character >= 'A')
      character = (char)(character - 'A' + 'a');
    typed[length++] = character;
    if ((choice & 2) != 0)
      typed[length++] = between[choice >> 2 & 1];
  }
  must(code_read((struct span){.bytes = typed, .length = length}, &again, &fault) == STATUS_OK);
  must(memcmp(&again, &code, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const struct code nothing;
  const struct span typed = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct code code;
  struct fault fault = {0};
  enum status status = code_read(typed, &code, &fault);
  if (status == STATUS_OK)
    check_accepted(&code);
  else
    must(status == STATUS_REFUSED && fault.status == status && fault.where[0] != '\0' &&
         memcmp(&code, &nothing, sizeof code) == 0);
  type(data, size);
  return 0;
}
