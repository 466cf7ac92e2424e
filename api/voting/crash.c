#include "api/voting/crash.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

/* Whether this is the passing that `asked`, "name:count", is about. */
static bool is_at(const char *asked, const char *name, int64_t *passed)
{
  const char *colon = asked == NULL ? NULL : strchr(asked, ':');
  int64_t count;
  if (colon == NULL || strlen(name) != (size_t)(colon - asked) ||
      strncmp(asked, name, strlen(name)) != 0 || !span_to_integer(span_of(colon + 1), &count))
    return false;
  return ++*passed == count;
}

void crash_point(const char *name)
{
  static int64_t crashes, stops;
  if (is_at(getenv("BEFFROI_CRASH_AT"), name, &crashes))
    (void)raise(SIGKILL);
  if (is_at(getenv("BEFFROI_STOP_AT"), name, &stops))
    (void)raise(SIGSTOP);
}
