#include "api/replay/processor.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

struct process {
  pid_t pid, parent;
  double seconds; /* its own and those of children that it has waited for */
  bool counted;
};

static bool read_process(pid_t pid, struct process *process)
{
  char path[64], line[1024];
  int parent;
  unsigned long own_user, own_system;
  long children_user, children_system;
  (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return false;
  size_t length = fread(line, 1, sizeof line - 1, file);
  (void)fclose(file);
  line[length] = '\0';
  /* The name, in brackets, may have anything in it. */
  const char *rest = strrchr(line, ')');
  if (rest == NULL ||
      sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &parent,
             &own_user, &own_system, &children_user, &children_system) != 5)
    return false;
  *process = (struct process){.pid = pid, .parent = (pid_t)parent};
  process->seconds = (double)(own_user + own_system) + (double)(children_user + children_system);
  process->seconds /= (double)sysconf(_SC_CLK_TCK);
  return true;
}

static size_t read_all(struct arena *arena, struct process **processes)
{
  DIR *folder = opendir("/proc");
  size_t count = 0, capacity = 0;
  const struct dirent *found;
  *processes = NULL;
  while (folder != NULL && (found = readdir(folder)) != NULL) {
    if (!isdigit((unsigned char)found->d_name[0]))
      continue;
    if (count == capacity) {
      capacity = capacity > 0 ? 2 * capacity : 256;
      *processes = arena_grow(arena, *processes, count, capacity, sizeof **processes);
      if (*processes == NULL)
        break;
    }
    count += read_process((pid_t)strtol(found->d_name, NULL, 10), &(*processes)[count]);
  }
  if (folder != NULL)
    (void)closedir(folder);
  return *processes == NULL ? 0 : count;
}

/* Marks those whose parent is counted, until there is no more of them. */
static void mark_descendants(struct process *processes, size_t count)
{
  for (bool more = true; more;) {
    more = false;
    for (size_t i = 0; i < count; i++)
      for (size_t j = 0; !processes[i].counted && j < count; j++)
        if (processes[j].counted && processes[j].pid == processes[i].parent)
          more = processes[i].counted = true;
  }
}

double processor_seconds(const pid_t *pids, size_t count)
{
  struct arena arena = {0};
  struct process *processes;
  double seconds = 0;
  size_t found = 0, all = read_all(&arena, &processes);
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < all; j++)
      if (processes[j].pid == pids[i]) {
        processes[j].counted = true;
        found++;
      }
  mark_descendants(processes, all);
  for (size_t i = 0; i < all; i++)
    seconds += processes[i].counted ? processes[i].seconds : 0;
  arena_free(&arena);
  return count > 0 && found == count ? seconds : -1;
}
