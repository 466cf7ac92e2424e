/* console.h - how the program speaks: answers on standard output, complaints on standard error.
 *
 * An answer is made in a buffer and written at once, at the end, so that there is none, or a whole
 * one, or a complaint that it could not be written (a full disk, a closed pipe). A complaint is
 * one line, "<program>: what: why; expected …", made harmless for the terminal.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"

/* What a program exits with. */
enum verdict {
  VERDICT_HOLDS = 0,
  VERDICT_DOES_NOT_HOLD = 1,
  VERDICT_UNUSABLE = 2,  /* bad usage, or a file or configuration that cannot be read */
  VERDICT_UNFINISHED = 3 /* memory, the system, or nowhere to write the answer */
};

/* Once, at the start of main: the program's name, which stays in use, the locale of characters,
 * closed standard files. False when the system does not let us go on. */
bool console_begin(const char *program);

/* The name that console_begin was given. */
const char *console_program(void);

/* What we call ourselves to servers: name and version, as "beffroi-audit/0.1.0". */
const char *console_agent(void);

/* Columns of a line: the terminal's, or COLUMNS, or 100 where neither says so. */
size_t console_width(void);

/* Writes a text for people, without UTF-8 where the terminal has none. Returns `verdict`, or
 * VERDICT_UNFINISHED after complaining that not all could be written. */
enum verdict console_show(const struct buffer *text, enum verdict verdict);

/* The same for bytes that are not for people. */
enum verdict console_write(const struct buffer *bytes, enum verdict verdict);

/* Complains of `fault`, and of what it befell: a file, or NULL when the fault says it all. Returns
 * what the program should exit with. */
enum verdict console_complain(const char *what, const struct fault *fault);

/* Says something that changes nothing: a warning of a file. */
void console_warn(const char *what, const struct fault *fault);

#endif
