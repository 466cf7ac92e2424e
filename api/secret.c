/* The command `secret`: makes an installation's master secret, once. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "api/command.h"
#include "api/server/config.h"
#include "console/console.h"

/* Digits and a line break, durable before anybody relies on them. */
static bool write_secret(int file)
{
  uint8_t *bytes = sodium_malloc(MASTER_SECRET_BYTES);
  char *text = sodium_malloc(2 * MASTER_SECRET_BYTES + 1);
  bool written = false;
  if (bytes != NULL && text != NULL) {
    randombytes_buf(bytes, MASTER_SECRET_BYTES);
    (void)sodium_bin2hex(text, 2 * MASTER_SECRET_BYTES + 1, bytes, MASTER_SECRET_BYTES);
    text[2 * MASTER_SECRET_BYTES] = '\n';
    written = write(file, text, 2 * MASTER_SECRET_BYTES + 1) == 2 * MASTER_SECRET_BYTES + 1 &&
              fsync(file) == 0;
  }
  sodium_free(text);
  sodium_free(bytes);
  return written;
}

enum verdict secret_run(int count, char **arguments)
{
  struct fault fault;
  if (count != 2 || arguments[1][0] == '-') {
    (void)fault_set(&fault, STATUS_REFUSED, "secret", "beffroi secret FILE",
                    "it makes one file, of 32 random bytes, that nobody else can read");
    (void)console_complain(NULL, &fault);
    return VERDICT_UNUSABLE;
  }
  if (sodium_init() < 0) {
    (void)fault_set(&fault, STATUS_FAILED, "libsodium", NULL, "it does not start");
    return console_complain(NULL, &fault);
  }
  const char *path = arguments[1];
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    (void)fault_set(&fault, STATUS_FAILED, path, "a name that is free, in a folder that is there",
                    "it cannot be made: %s", strerror(errno));
    return console_complain(NULL, &fault);
  }
  bool written = write_secret(file);
  written = close(file) == 0 && written;
  if (written)
    return VERDICT_HOLDS;
  (void)unlink(path);
  (void)fault_set(&fault, STATUS_FAILED, path, NULL, "it cannot be written");
  return console_complain(NULL, &fault);
}
