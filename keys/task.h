/* task.h - what every command here has in common: options, words, one answer, one complaint. */
#ifndef KEYS_TASK_H
#define KEYS_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "console/console.h"
#include "console/options.h"

enum {
  TASK_VALUES_MAX = 8 /* of an option that may be given several times */
};

struct option_values {
  size_t count;
  const char *values[TASK_VALUES_MAX]; /* NULL where the option takes none */
};

/* A command at work. */
struct job {
  struct arena arena;
  struct option_values options[OPTIONS_MAX]; /* by row */
  char **words;                              /* that are not options */
  size_t word_count;
  struct buffer answer; /* shown at the end */
  bool raw;             /* the answer is for machines */
  enum verdict verdict; /* of what went well; VERDICT_HOLDS unless set */
};

struct task {
  const char *name;  /* with those before it: "registrar codes" */
  const char *words; /* as help shows them: "ROLE FILE" */
  const char *about; /* paragraphs for people */
  const struct option_row *rows;
  size_t row_count;
  uint32_t several; /* bit of a row: it may be given several times */
  uint32_t needed;  /* bit of a row: it must be given */
  size_t least, most;
  enum status (*run)(struct job *job, struct fault *fault);
};

#define TASK_ROW(row) (UINT32_C(1) << (row))

/* Reads the arguments, runs, answers. --help is there without a row. */
enum verdict task_run(const struct task *task, int count, char **arguments);

/* The value of an option, or NULL. */
const char *job_option(const struct job *job, int row);

/* That of number `index`, or NULL. */
const char *job_option_at(const struct job *job, int row, size_t index);

/* A whole number; `fallback` where the option was not given. */
enum status job_number(const struct job *job, const struct option_row *rows, int row, int64_t least,
                       int64_t most, int64_t fallback, int64_t *number,
                       struct fault *fault) CHECKED;

#endif
