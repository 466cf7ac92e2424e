#include "audit/start.h"

#include <sodium.h>

#include "ballots/signature.h"

enum status start_signatures(struct fault *fault)
{
  if (sodium_init() < 0)
    return fault_set(fault, STATUS_FAILED, "libsodium", NULL, "it cannot be started");
  return signature_library_check(fault);
}
