#include "audit/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum {
  FIRST_NANOSECONDS = 1000000000,
  AGAIN_NANOSECONDS = 200000000,
  SECOND = 1000000000
};

static void wait_for(struct progress_line *line, long nanoseconds)
{
  (void)clock_gettime(CLOCK_MONOTONIC, &line->next);
  line->next.tv_nsec += nanoseconds;
  while (line->next.tv_nsec >= SECOND) {
    line->next.tv_nsec -= SECOND;
    line->next.tv_sec++;
  }
}

static bool is_due(const struct progress_line *line)
{
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec != line->next.tv_sec ? now.tv_sec > line->next.tv_sec
                                         : now.tv_nsec >= line->next.tv_nsec;
}

static void tell(void *context, const char *stage, uint64_t steps)
{
  struct progress_line *line = context;
  if (!line->terminal || !is_due(line))
    return;
  (void)fprintf(stderr, "\r%s: %" PRIu64 " ", stage, steps);
  (void)fflush(stderr);
  line->shown = true;
  wait_for(line, AGAIN_NANOSECONDS);
}

void progress_begin(struct progress_line *line)
{
  *line = (struct progress_line){.progress = {.tell = tell, .context = line},
                                 .terminal = isatty(STDERR_FILENO) == 1};
  wait_for(line, FIRST_NANOSECONDS);
}

void progress_end(struct progress_line *line)
{
  if (line->shown)
    (void)fprintf(stderr, "\r%40s\r", "");
  line->shown = false;
}
