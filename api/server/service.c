#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/server/log.h"
#include "api/server/worker.h"
#include "api/server/worker_inner.h"
#include "console/console.h"

enum {
  CHILDREN_MAX = 256 + 64, /* most workers and job workers of a configuration */
  PAUSE_FIRST = 100,       /* milliseconds before a child that ended at once is started again */
  PAUSE_LONGEST = 10000,
  LIVED_LONG = 10000, /* and how long it must live for that not to be "at once" */
  ADDRESS_TEXT = 160
};

struct child {
  bool serves; /* else it takes jobs */
  pid_t pid;   /* 0: not running */
  int64_t started;
  int64_t pause; /* before the next start */
  int64_t due;   /* when that is */
};

struct service {
  struct worker_task task;
  pid_t parent;
  int begun; /* the end of the pipe that workers write to once they serve */
  bool served;
  size_t child_count;
  struct child children[CHILDREN_MAX];
  sigset_t signals;
  sigset_t signals_before;
  bool stopping;
  bool unusable; /* no worker could ever begin */
  int64_t kill_at;
};

static int64_t clock_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- children --- */

/* In the new process. */
static int run_child(struct service *service, const struct child *child)
{
  struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
  /* A terminal sends these to all of us; to us it is the parent who says when to stop. */
  if (sigaction(SIGINT, &ignore, NULL) != 0 || sigaction(SIGHUP, &ignore, NULL) != 0 ||
      sigaction(SIGPIPE, &ignore, NULL) != 0 || sigaction(SIGCHLD, &standard, NULL) != 0 ||
      prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
    return VERDICT_UNFINISHED;
  if (getppid() != service->parent)
    return VERDICT_HOLDS; /* it ended before it could be noticed */
  close(service->begun);
  /* All but SIGTERM, which waits until it can be obeyed. */
  sigset_t blocked = service->signals_before;
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  return child->serves ? worker_serve(&service->task) : worker_work(&service->task);
}

static void delay(struct child *child, int64_t now)
{
  bool at_once = now - child->started < LIVED_LONG;
  child->pause = !at_once ? 0 : child->pause == 0 ? PAUSE_FIRST : child->pause * 2;
  if (child->pause > PAUSE_LONGEST)
    child->pause = PAUSE_LONGEST;
  child->due = now + child->pause;
}

static void start_child(struct service *service, struct child *child, int64_t now)
{
  fflush(NULL); /* what is not yet written must not be written twice */
  child->started = now;
  child->pid = fork();
  if (child->pid == 0)
    exit(run_child(service, child));
  if (child->pid > 0)
    return;
  LOG(LOG_ERROR, "cannot-fork", LOG_TEXT("what", strerror(errno)));
  child->pid = 0;
  delay(child, now);
}

static struct child *find_child(struct service *service, pid_t pid)
{
  for (size_t i = 0; i < service->child_count; i++) {
    if (service->children[i].pid == pid)
      return &service->children[i];
  }
  return NULL;
}

static void begin_stop(struct service *service, const char *why);

static void note_end(struct service *service, struct child *child, int status)
{
  char bytes[64];
  const char *what = WIFSIGNALED(status) ? "signal" : "status";
  int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  bool well = WIFEXITED(status) && number == VERDICT_HOLDS;
  delay(child, clock_now());
  LOG(well && service->stopping ? LOG_INFO : LOG_WARNING, "child-ended",
      LOG_TEXT("kind", child->serves ? "worker" : "job-worker"), LOG_NUMBER("child", child->pid),
      LOG_NUMBER(what, number), LOG_NUMBER("pause_ms", child->pause));
  child->pid = 0;
  if (read(service->begun, bytes, sizeof bytes) > 0)
    service->served = true;
  if (child->serves && !service->served && WIFEXITED(status) && number == VERDICT_UNUSABLE &&
      !service->stopping) {
    service->unusable = true;
    begin_stop(service, "no worker can begin");
  }
}

static void reap(struct service *service)
{
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    struct child *child = find_child(service, pid);
    if (child != NULL)
      note_end(service, child, status);
  }
}

static bool any_alive(const struct service *service)
{
  for (size_t i = 0; i < service->child_count; i++) {
    if (service->children[i].pid > 0)
      return true;
  }
  return false;
}

static void signal_children(const struct service *service, int signal)
{
  for (size_t i = 0; i < service->child_count; i++) {
    if (service->children[i].pid > 0)
      kill(service->children[i].pid, signal);
  }
}

/* --- the parent's life --- */

static void close_sockets(struct service *service)
{
  for (int i = 0; i < WORKER_SOCKETS; i++) {
    if (service->task.sockets[i] >= 0)
      http_unlisten(service->task.sockets[i]);
    service->task.sockets[i] = -1;
  }
}

static void begin_stop(struct service *service, const char *why)
{
  if (service->stopping) { /* told a second time: at once, then */
    service->kill_at = 0;
    return;
  }
  LOG(LOG_INFO, "service-stopping", LOG_TEXT("why", why));
  service->stopping = true;
  /* One second more than the workers take by themselves. */
  service->kill_at = clock_now() + (service->task.config->stop_seconds + 1) * 1000;
  close_sockets(service);
  signal_children(service, SIGTERM);
}

/* Starts whoever is due and kills whoever is late. Returns when to look again; 0: when told. */
static int64_t tend(struct service *service, int64_t now)
{
  int64_t next = 0;
  if (service->stopping) {
    if (now < service->kill_at)
      return service->kill_at;
    log_event(LOG_WARNING, "children-killed", NULL, 0);
    signal_children(service, SIGKILL);
    return 0;
  }
  for (size_t i = 0; i < service->child_count; i++) {
    struct child *child = &service->children[i];
    if (child->pid == 0 && child->due <= now)
      start_child(service, child, now);
    if (child->pid == 0 && (next == 0 || child->due < next))
      next = child->due;
  }
  return next;
}

static int await_signal(struct service *service, int64_t until)
{
  if (until == 0)
    return sigwaitinfo(&service->signals, NULL);
  int64_t left = until - clock_now();
  if (left < 0)
    left = 0;
  struct timespec timeout = {.tv_sec = (time_t)(left / 1000),
                             .tv_nsec = (long)(left % 1000) * 1000000};
  return sigtimedwait(&service->signals, NULL, &timeout);
}

static void run_parent(struct service *service)
{
  while (!service->stopping || any_alive(service)) {
    int signal = await_signal(service, tend(service, clock_now()));
    reap(service);
    if (signal == SIGTERM || signal == SIGINT || signal == SIGHUP)
      begin_stop(service, signal == SIGINT ? "SIGINT" : signal == SIGHUP ? "SIGHUP" : "SIGTERM");
  }
  log_event(LOG_INFO, "service-stopped", NULL, 0);
}

/* --- preparations --- */

static enum status listen_all(struct service *service, struct fault *fault)
{
  const struct config *config = service->task.config;
  const char *const addresses[WORKER_SOCKETS] = {config->listen, config->officers_listen};
  for (int i = 0; i < WORKER_SOCKETS; i++) {
    if (addresses[i][0] == '\0')
      continue;
    enum status status = http_listen(span_of(addresses[i]), &service->task.sockets[i], fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static enum status tell_addresses(const struct service *service,
                                  void (*announce)(const char *address,
                                                   const char *officers_address),
                                  struct fault *fault)
{
  char texts[WORKER_SOCKETS][ADDRESS_TEXT] = {"", ""};
  for (int i = 0; i < WORKER_SOCKETS; i++) {
    if (service->task.sockets[i] < 0)
      continue;
    enum status status = http_address(service->task.sockets[i], texts[i], ADDRESS_TEXT, fault);
    if (status != STATUS_OK)
      return status;
  }
  LOG(LOG_INFO, "service-listens", LOG_TEXT("address", texts[0]),
      LOG_TEXT("officers_address", texts[1]));
  if (announce != NULL)
    announce(texts[0], texts[1]);
  return STATUS_OK;
}

/* Enough descriptors, and no core files: they would hold what is secret. */
static enum status set_bounds(const struct config *config, struct fault *fault)
{
  struct rlimit files, none = {0, 0};
  rlim_t needed = worker_descriptors(config);
  if (setrlimit(RLIMIT_CORE, &none) != 0 || getrlimit(RLIMIT_NOFILE, &files) != 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "cannot set bounds: %s", strerror(errno));
  if (files.rlim_cur >= needed)
    return STATUS_OK;
  if (files.rlim_max != RLIM_INFINITY && files.rlim_max < needed)
    return fault_set(fault, STATUS_REFUSED, "connections in [server]",
                     "fewer, or a higher limit of open files (ulimit -n)",
                     "%lld connections need %llu descriptors, and the system allows %llu",
                     (long long)config->connections, (unsigned long long)needed,
                     (unsigned long long)files.rlim_max);
  files.rlim_cur = needed;
  if (setrlimit(RLIMIT_NOFILE, &files) != 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "cannot set bounds: %s", strerror(errno));
  return STATUS_OK;
}

static enum status make_pipe(struct service *service, struct fault *fault)
{
  int ends[2];
  if (pipe(ends) != 0)
    return fault_set(fault, STATUS_FAILED, NULL, NULL, "no pipe: %s", strerror(errno));
  service->begun = ends[0];
  service->task.begun = ends[1];
  for (int i = 0; i < 2; i++) {
    if (fcntl(ends[i], F_SETFL, O_NONBLOCK) != 0 || fcntl(ends[i], F_SETFD, FD_CLOEXEC) != 0)
      return fault_set(fault, STATUS_FAILED, NULL, NULL, "no pipe: %s", strerror(errno));
  }
  return STATUS_OK;
}

static void count_children(struct service *service)
{
  const struct config *config = service->task.config;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  size_t workers = config->workers > 0 ? (size_t)config->workers
                   : processors > 0    ? (size_t)processors
                                       : 1;
  size_t jobs = service->task.application->work == NULL ? 0 : (size_t)config->job_workers;
  service->child_count = workers + jobs > CHILDREN_MAX ? CHILDREN_MAX : workers + jobs;
  for (size_t i = 0; i < service->child_count; i++)
    service->children[i].serves = i < service->child_count - jobs;
}

static void block_signals(struct service *service)
{
  static const int waited_for[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
  /* Whoever started us may have had it ignored; then nobody would hear of a child's end. */
  signal(SIGCHLD, SIG_DFL);
  sigemptyset(&service->signals);
  for (size_t i = 0; i < sizeof waited_for / sizeof *waited_for; i++)
    sigaddset(&service->signals, waited_for[i]);
  sigprocmask(SIG_BLOCK, &service->signals, &service->signals_before);
}

static enum status prepare(struct service *service, struct fault *fault)
{
  enum log_level level;
  if (log_level_read(span_of(service->task.config->log_level), &level))
    log_set_level(level);
  enum status status = set_bounds(service->task.config, fault);
  if (status == STATUS_OK)
    status = make_pipe(service, fault);
  if (status == STATUS_OK)
    status = listen_all(service, fault);
  return status;
}

static void close_pipe(const struct service *service)
{
  if (service->begun >= 0) {
    close(service->begun);
    close(service->task.begun);
  }
}

enum status service_run(const struct config *config, const struct application *application,
                        void (*announce)(const char *address, const char *officers_address),
                        struct fault *fault)
{
  struct service service = {
      .task = {.config = config, .application = application, .sockets = {-1, -1}},
      .parent = getpid(),
      .begun = -1,
  };
  block_signals(&service);
  enum status status = prepare(&service, fault);
  if (status == STATUS_OK)
    status = tell_addresses(&service, announce, fault);
  if (status == STATUS_OK) {
    count_children(&service);
    run_parent(&service);
    if (service.unusable)
      status = fault_set(fault, STATUS_REFUSED, NULL, NULL,
                         "no worker could begin; the log above says why");
  }
  close_sockets(&service);
  close_pipe(&service);
  sigprocmask(SIG_SETMASK, &service.signals_before, NULL);
  return status;
}
