#include "tests/integration/private_cluster.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/beffroi-test.XXXXXX";
static char cluster[sizeof folder + 8];
static char url[512];

static pid_t holder;
static int held = -1; /* the other end of the holder's standard input */

/* Runs the script; -1: our own standard input or output. */
static pid_t spawn(const char *verb, int input, int output)
{
  pid_t child = fork();
  if (child == 0) {
    dup2(input < 0 ? STDIN_FILENO : input, STDIN_FILENO);
    dup2(output < 0 ? STDERR_FILENO : output, STDOUT_FILENO);
    execl(SOURCE_ROOT "/sql/cluster.sh", "cluster.sh", verb, cluster, (char *)NULL);
    _exit(127);
  }
  return child;
}

static bool succeeded(pid_t child)
{
  int status;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

static bool close_on_exec(const int ends[2])
{
  return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

/* The holder's first line. */
static bool read_url(int output)
{
  size_t length = 0;
  while (length < sizeof url - 1 && read(output, url + length, 1) == 1 && url[length] != '\n')
    length++;
  url[length] = '\0';
  return length > 0;
}

bool private_cluster_begin(void)
{
  int input[2], output[2];
  /* The cluster's user may pass, so that the cluster is in the folder. */
  if (mkdtemp(folder) == NULL || chmod(folder, 0711) != 0 || pipe(input) != 0 ||
      pipe(output) != 0 || !close_on_exec(input) || !close_on_exec(output))
    return false;
  snprintf(cluster, sizeof cluster, "%s/cluster", folder);
  holder = spawn("hold", input[0], output[1]);
  held = input[1];
  close(input[0]);
  close(output[1]);
  bool good = read_url(output[0]);
  close(output[0]);
  return good;
}

void private_cluster_end(void)
{
  close(held);
  (void)succeeded(holder);
  rmdir(folder);
}

const char *private_cluster_url(void)
{
  return url;
}

pid_t private_cluster_spawn(const char *verb)
{
  return spawn(verb, -1, -1);
}

bool private_cluster_do(const char *verb)
{
  return succeeded(spawn(verb, -1, -1));
}
