#include "api/voting/custody.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/server/config.h"
#include "base/hex.h"

struct custody {
  uint8_t master[MASTER_SECRET_BYTES];
};

enum {
  FILE_TEXT = 2 * MASTER_SECRET_BYTES + 1
};

/* Where digits stand in hex.h the time depends on the bytes, so secrets are read by libsodium. */
static bool read_digits(const char text[FILE_TEXT], uint8_t *bytes)
{
  size_t length;
  return sodium_hex2bin(bytes, MASTER_SECRET_BYTES, text, FILE_TEXT - 1, NULL, &length, NULL) ==
             0 &&
         length == MASTER_SECRET_BYTES && text[FILE_TEXT - 1] == '\n';
}

static enum status read_file(int file, const char *path, struct custody *custody,
                             struct fault *fault)
{
  struct stat status;
  char text[FILE_TEXT];
  if (fstat(file, &status) != 0)
    return fault_set(fault, STATUS_FAILED, path, NULL, "it cannot be read: %s", strerror(errno));
  if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fault_set(fault, STATUS_REFUSED, path, "a file of mode 0600",
                     "others than its owner may use the master secret");
  bool right = status.st_size == FILE_TEXT && read(file, text, sizeof text) == FILE_TEXT &&
               read_digits(text, custody->master);
  sodium_memzero(text, sizeof text);
  if (!right)
    return fault_set(fault, STATUS_REFUSED, path, "64 hex digits and a line break",
                     "it is not a master secret");
  return STATUS_OK;
}

enum status custody_open(const char *path, struct custody **custody, struct fault *fault)
{
  *custody = NULL;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return fault_set(fault, STATUS_FAILED, path, "a file made by `beffroi secret`",
                     "the master secret cannot be read: %s", strerror(errno));
  struct custody *found = sodium_malloc(sizeof *found);
  enum status status = found == NULL ? fault_no_memory(fault) : read_file(file, path, found, fault);
  (void)close(file);
  if (status != STATUS_OK) {
    sodium_free(found);
    return status;
  }
  (void)sodium_mprotect_readonly(found);
  *custody = found;
  return STATUS_OK;
}

void custody_close(struct custody *custody)
{
  sodium_free(custody);
}

void custody_board_key(const struct custody *custody, struct span origin, struct signing_key *key)
{
  static const char purpose[] = "beffroi/1 board key"; /* with its 0 */
  uint8_t digest[crypto_auth_hmacsha512_BYTES];
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, custody->master, sizeof custody->master);
  crypto_auth_hmacsha512_update(&state, (const unsigned char *)purpose, sizeof purpose);
  crypto_auth_hmacsha512_update(&state, (const unsigned char *)origin.bytes, origin.length);
  crypto_auth_hmacsha512_final(&state, digest);
  signing_key_make(digest, key);
  sodium_memzero(digest, sizeof digest);
  sodium_memzero(&state, sizeof state);
}
