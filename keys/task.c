#include "keys/task.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "console/text.h"

static const struct option_row help_row = {"help", NULL, NULL, "print this"};

static enum verdict help(const struct task *task)
{
  struct buffer text = {0};
  buffer_format(&text, "Usage: %s %s %s%s[OPTION]...\n\n", console_program(), task->name,
                task->words, task->words[0] == '\0' ? "" : " ");
  struct span rest = span_of(task->about), paragraph;
  bool more = true;
  while (span_split(&rest, &more, '\n', &paragraph)) {
    text_add_wrapped(&text, paragraph, 0, OPTIONS_HELP_WIDTH);
    buffer_add_byte(&text, '\n');
  }
  buffer_add(&text, SPAN("Options:\n"));
  options_add_help(&text, task->rows, task->row_count);
  options_add_help(&text, &help_row, 1);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

static enum status take(const struct task *task, struct job *job, size_t row, const char *value,
                        struct fault *fault)
{
  struct option_values *values = &job->options[row];
  size_t most = task->several & TASK_ROW(row) ? TASK_VALUES_MAX : 1;
  if (values->count == most) {
    char where[FAULT_WHERE];
    snprintf(where, sizeof where, "--%s", task->rows[row].name);
    return fault_set(fault, STATUS_REFUSED, where, NULL, "it is given more than %zu %s", most,
                     most == 1 ? "time" : "times");
  }
  values->values[values->count++] = value;
  return STATUS_OK;
}

static enum status check(const struct task *task, const struct job *job, struct fault *fault)
{
  char expected[FAULT_EXPECTED];
  snprintf(expected, sizeof expected, "%s %s %s", console_program(), task->name, task->words);
  if (job->word_count < task->least)
    return fault_set(fault, STATUS_REFUSED, task->name, expected, "something is missing");
  if (job->word_count > task->most)
    return fault_set(fault, STATUS_REFUSED, task->name, expected, "'%s' is one too many",
                     job->words[task->most]);
  for (size_t row = 0; row < task->row_count; row++) {
    if ((task->needed & TASK_ROW(row)) == 0 || job->options[row].count > 0)
      continue;
    snprintf(expected, sizeof expected, "--%s %s", task->rows[row].name, task->rows[row].argument);
    return fault_set(fault, STATUS_REFUSED, task->name, expected, "an option is missing");
  }
  return STATUS_OK;
}

/* Sets `*helped` when nothing but help is wanted. */
static enum status read_arguments(const struct task *task, int count, char **arguments,
                                  struct job *job, bool *helped, struct fault *fault)
{
  struct option_row rows[OPTIONS_MAX];
  struct options options;
  const char *value = NULL;
  int row = 0;
  assert(task->row_count < OPTIONS_MAX);
  for (size_t i = 0; i < task->row_count; i++)
    rows[i] = task->rows[i];
  rows[task->row_count] = help_row;
  arguments[0] = (char *)(uintptr_t)task->name; /* what complaints call the command; only read */
  options_begin(&options, rows, task->row_count + 1, count, arguments);
  for (;;) {
    enum status status = options_next(&options, &row, &value, fault);
    if (status != STATUS_OK)
      return status;
    if (row == OPTIONS_END)
      break;
    if ((size_t)row == task->row_count) {
      *helped = true;
      return STATUS_OK;
    }
    status = take(task, job, (size_t)row, value, fault);
    if (status != STATUS_OK)
      return status;
  }
  job->word_count = (size_t)options_rest(&options, &job->words);
  return check(task, job, fault);
}

enum verdict task_run(const struct task *task, int count, char **arguments)
{
  struct job job = {.verdict = VERDICT_HOLDS};
  struct fault fault;
  enum verdict verdict;
  bool helped = false;

  enum status status = read_arguments(task, count, arguments, &job, &helped, &fault);
  if (status == STATUS_OK && helped)
    return help(task);
  if (status == STATUS_OK)
    status = task->run(&job, &fault);
  if (status != STATUS_OK)
    verdict = console_complain(NULL, &fault);
  else
    verdict =
        job.raw ? console_write(&job.answer, job.verdict) : console_show(&job.answer, job.verdict);
  buffer_free(&job.answer);
  arena_free(&job.arena);
  return verdict;
}

const char *job_option(const struct job *job, int row)
{
  return job_option_at(job, row, 0);
}

const char *job_option_at(const struct job *job, int row, size_t index)
{
  return index < job->options[row].count ? job->options[row].values[index] : NULL;
}

enum status job_number(const struct job *job, const struct option_row *rows, int row, int64_t least,
                       int64_t most, int64_t fallback, int64_t *number, struct fault *fault)
{
  const char *text = job_option(job, row);
  *number = fallback;
  if (text == NULL ||
      (span_to_integer(span_of(text), number) && *number >= least && *number <= most))
    return STATUS_OK;
  char where[FAULT_WHERE], expected[FAULT_EXPECTED];
  snprintf(where, sizeof where, "--%s", rows[row].name);
  snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, least, most);
  return fault_set(fault, STATUS_REFUSED, where, expected, "'%s' is not allowed", text);
}
