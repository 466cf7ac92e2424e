#include "keys/guard.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "ballots/signature.h"

/* The leak check of the sanitizer reads the process as a debugger does. */
#if defined(__SANITIZE_ADDRESS__)
#define DEBUGGED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DEBUGGED 1
#endif
#endif
#ifndef DEBUGGED
#define DEBUGGED 0
#endif

enum status guard_begin(struct fault *fault)
{
  const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  umask(S_IRWXG | S_IRWXO);
  if (setrlimit(RLIMIT_CORE, &none) != 0 || (!DEBUGGED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0))
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "cannot switch off core dumps: %s",
                     strerror(errno));
  if (sodium_init() < 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "libsodium cannot be used here");
  return signature_library_check(fault);
}

void *guard_take(size_t size)
{
  void *memory = sodium_malloc(size);
  if (memory != NULL)
    sodium_memzero(memory, size);
  return memory;
}
