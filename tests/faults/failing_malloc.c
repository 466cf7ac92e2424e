#include "tests/faults/failing_malloc.h"

#include <errno.h>

/* The linker's names, for what the program calls and for the C library's own. */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __wrap_free(void *block);
void __real_free(void *block);

static struct {
  bool armed;
  bool for_ever;
  bool fired;
  size_t failing;
  size_t seen;
} state;

void failing_malloc_arm(size_t k, bool for_ever)
{
  state.armed = true;
  state.for_ever = for_ever;
  state.fired = false;
  state.failing = k;
  state.seen = 0;
}

void failing_malloc_disarm(void)
{
  state.armed = false;
}

bool failing_malloc_fired(void)
{
  return state.fired;
}

size_t failing_malloc_seen(void)
{
  return state.seen;
}

static void (*watching)(const void *block);

void failing_malloc_watch(void (*watch)(const void *block))
{
  watching = watch;
}

bool failing_malloc_fails(void)
{
  if (!state.armed)
    return false;
  state.seen++;
  if (state.seen < state.failing || (state.seen > state.failing && !state.for_ever))
    return false;
  state.fired = true;
  errno = ENOMEM;
  return true;
}

void *__wrap_malloc(size_t size)
{
  return failing_malloc_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
  return failing_malloc_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
  if (failing_malloc_fails())
    return NULL;
  if (watching != NULL && old != NULL)
    watching(old);
  return __real_realloc(old, size);
}

void __wrap_free(void *block)
{
  if (watching != NULL && block != NULL)
    watching(block);
  __real_free(block);
}
