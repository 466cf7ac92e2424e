#include "api/replay/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/source.h"

extern char **environ;

enum {
  SELECTED_BY_RULE = 1,
  AUDIT_HOLDS = 0,
  AUDIT_DOES_NOT_HOLD = 1,
};

static void answer(struct replay *replay, enum finding finding, enum status status,
                   const struct fault *fault)
{
  replay->findings[finding] = status == STATUS_OK ? ANSWER_YES : ANSWER_NO;
  if (status != STATUS_OK)
    replay->faults[finding] = *fault;
}

/* --- receipts --- */

static enum status compare_lines(const struct receipts *receipts, struct span text,
                                 struct fault *fault)
{
  struct span line;
  bool more = true;
  size_t index = 0;
  while (text.length > 0 && span_split(&text, &more, '\n', &line)) {
    const struct digest leaf = merkle_leaf(line);
    if (index == receipts->count)
      return fault_set(fault, STATUS_REFUSED, "board.jsonl", NULL,
                       "it has entries beyond the %zu that receipts were given for", index);
    if (digest_compare(&leaf, &receipts->notes[index].leaf) != 0)
      return fault_set(fault, STATUS_REFUSED, "board.jsonl", NULL,
                       "entry %zu is not the one that a receipt was given for", index);
    index++;
  }
  if (index < receipts->count)
    return fault_set(fault, STATUS_REFUSED, "board.jsonl", NULL,
                     "it has %zu entries, and receipts were given for %zu", index, receipts->count);
  return STATUS_OK;
}

enum status check_receipts(struct replay *replay, const char *folder, struct fault *fault)
{
  char path[PATH_MAX];
  struct source source = {0};
  struct fault why;
  (void)snprintf(path, sizeof path, "%s/board.jsonl", folder);
  enum status status = source_open(path, &source, fault);
  if (status != STATUS_OK)
    return status;
  enum status found = receipts_sort(&replay->receipts, &why);
  if (found == STATUS_OK)
    found = compare_lines(&replay->receipts, source.text, &why);
  if (found == STATUS_OK)
    found = receipts_check_heads(&replay->receipts, &why);
  answer(replay, FINDING_RECEIPTS, found, &why);
  source_close(&source);
  return STATUS_OK;
}

/* --- the audit --- */

/* The auditor's program as it is built and as it is installed: in the folder beside ours, in ours,
 * or wherever PATH says. */
static void find_audit(const struct replay_options *options, char path[PATH_MAX])
{
  static const char *const places[] = {"../audit/beffroi-audit", "beffroi-audit"};
  char own[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
  (void)snprintf(path, PATH_MAX, "%s", options->audit == NULL ? "" : options->audit);
  if (options->audit != NULL)
    return;
  own[length < 0 ? 0 : length] = '\0';
  char *name = strrchr(own, '/');
  if (name != NULL)
    name[1] = '\0';
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    int written = snprintf(path, PATH_MAX, "%s%s", own, places[i]);
    if (written > 0 && written < PATH_MAX && access(path, X_OK) == 0)
      return;
  }
  (void)snprintf(path, PATH_MAX, "beffroi-audit");
}

/* Runs it with its answer in `report`; its complaints go where ours go. */
static enum status run_audit(const char *program, const char *folder, FILE *report, int *ended,
                             struct fault *fault)
{
  char *const arguments[] = {(char[]){"beffroi-audit"}, (char[]){"verify"},
                             (char[]){"--json"},        (char[]){"--"},
                             (char *)(uintptr_t)folder, NULL};
  posix_spawn_file_actions_t actions;
  pid_t child;
  int error = posix_spawn_file_actions_init(&actions);
  if (error == 0) {
    error = posix_spawn_file_actions_adddup2(&actions, fileno(report), STDOUT_FILENO);
    if (error == 0)
      error = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
  }
  if (error != 0)
    return fault_set(fault, STATUS_FAILED, program, NULL, "cannot be run: %s", strerror(error));
  while (waitpid(child, ended, 0) < 0)
    if (errno != EINTR)
      return fault_set(fault, STATUS_FAILED, program, NULL, "it was lost: %s", strerror(errno));
  return STATUS_OK;
}

/* The start of what it reported, on one line: enough to name the fault. */
static void quote_report(FILE *report, const char *program, struct fault *fault)
{
  char text[FAULT_WHAT];
  rewind(report);
  size_t length = fread(text, 1, sizeof text - 1, report);
  text[length] = '\0';
  fault_set(fault, STATUS_REFUSED, program, NULL, "%s", text);
}

enum status check_audit(struct replay *replay, const char *folder, struct fault *fault)
{
  char program[PATH_MAX];
  struct fault why;
  int ended = 0;
  find_audit(replay->options, program);
  FILE *report = tmpfile();
  if (report == NULL)
    return fault_set(fault, STATUS_FAILED, program, NULL, "no room for its report: %s",
                     strerror(errno));
  enum status status = run_audit(program, folder, report, &ended, fault);
  if (status == STATUS_OK && (!WIFEXITED(ended) || WEXITSTATUS(ended) > AUDIT_DOES_NOT_HOLD))
    status = fault_set(fault, STATUS_FAILED, program, NULL, "it could not finish");
  if (status == STATUS_OK) {
    bool holds = WEXITSTATUS(ended) == AUDIT_HOLDS;
    if (!holds)
      quote_report(report, program, &why);
    answer(replay, FINDING_AUDIT, holds ? STATUS_OK : STATUS_REFUSED, &why);
  }
  (void)fclose(report);
  return status;
}

/* --- the winners --- */

void check_published(struct replay *replay)
{
  const struct pabulib *file = &replay->file;
  size_t published = 0, agreed = 0;
  if (file->selected == NULL || !replay->has_rule)
    return;
  for (size_t i = 0; i < file->election.project_count; i++)
    published += file->selected[i] == SELECTED_BY_RULE;
  for (size_t i = 0; i < replay->winner_count; i++)
    agreed += file->selected[replay->winners[i]] == SELECTED_BY_RULE;
  struct fault why;
  fault_set(&why, STATUS_REFUSED, "selected", NULL,
            "of %zu projects funded here and %zu published, %zu are the same", replay->winner_count,
            published, agreed);
  answer(replay, FINDING_PUBLISHED,
         agreed == published && agreed == replay->winner_count ? STATUS_OK : STATUS_REFUSED, &why);
}
