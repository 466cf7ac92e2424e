/* fuzz_config.c - a configuration file.
 *
 * What is accepted is written again and read as the same; what is refused names a place.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
  if (!holds)
    abort();
}

static void check_accepted(const struct config *config)
{
  struct arena arena = {0};
  struct buffer first = {0}, second = {0};
  struct config again;
  struct fault fault;
  config_write(config, &first);
  must(config_read_text(buffer_span(&first), NULL, &arena, &again, &fault) == STATUS_OK);
  config_write(&again, &second);
  bool hides = strstr(config->database, "password") != NULL || strstr(config->database, "://") ||
               strstr(config->owner, "password") != NULL || strstr(config->owner, "://");
  must(hides || span_equal(buffer_span(&first), buffer_span(&second)));
  must(again.connections == config->connections && strcmp(again.listen, config->listen) == 0);
  buffer_free(&first);
  buffer_free(&second);
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const struct span text = {.bytes = size == 0 ? "" : (const char *)data, .length = size};
  struct arena arena = {0};
  struct config config;
  struct fault fault = {.status = STATUS_OK};
  if (sodium_init() < 0)
    abort();
  if (config_read_text(text, NULL, &arena, &config, &fault) == STATUS_OK)
    check_accepted(&config);
  else
    must(fault.status == STATUS_REFUSED && fault.what[0] != '\0');
  arena_free(&arena);
  return 0;
}
