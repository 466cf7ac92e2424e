#include "console/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "console/text.h"

enum {
  WIDTH_DEFAULT = 100,
  WIDTH_MIN = 40,
  WIDTH_MAX = 400,
  AGENT_MAX = 64,
};

static const char *name = "beffroi";
static bool unicode; /* the terminal shows UTF-8 */

bool console_begin(const char *program)
{
  name = program;
  /* A standard file that is closed would be the number of the next file that we open. The wrong
   * end of /dev/null takes its place: writing there fails as it should. */
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++) {
    if (fcntl(standard, F_GETFD) == -1 && errno == EBADF &&
        open("/dev/null", standard == STDIN_FILENO ? O_WRONLY : O_RDONLY) != standard)
      return false;
  }
  unicode = text_begin();
  return true;
}

const char *console_program(void)
{
  return name;
}

const char *console_agent(void)
{
  static char agent[AGENT_MAX];
  (void)snprintf(agent, sizeof agent, "%s/" BEFFROI_VERSION, name);
  return agent;
}

size_t console_width(void)
{
  struct winsize size;
  const char *columns = getenv("COLUMNS");
  int64_t width = 0;

  if (columns == NULL || !span_to_integer(span_of(columns), &width))
    width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  if (width <= 0)
    return WIDTH_DEFAULT;
  return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : (size_t)width;
}

static bool write_all(int descriptor, struct span bytes)
{
  while (bytes.length > 0) {
    ssize_t written = write(descriptor, bytes.bytes, bytes.length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    bytes.bytes += written;
    bytes.length -= (size_t)written;
  }
  return true;
}

static enum verdict answer(struct span bytes, enum verdict verdict)
{
  struct fault fault;
  /* A full disk may be known no earlier than when the file is closed. */
  if (write_all(STDOUT_FILENO, bytes) && close(STDOUT_FILENO) == 0)
    return verdict;
  int error = errno;
  fault_set(&fault, STATUS_FAILED, NULL, NULL, "cannot write the answer: %s", strerror(error));
  return console_complain("standard output", &fault);
}

static enum verdict no_memory(void)
{
  struct fault fault;
  fault_no_memory(&fault);
  return console_complain(NULL, &fault);
}

enum verdict console_write(const struct buffer *bytes, enum verdict verdict)
{
  return bytes->failed ? no_memory() : answer(buffer_span(bytes), verdict);
}

enum verdict console_show(const struct buffer *text, enum verdict verdict)
{
  struct buffer plain = {0};

  if (unicode)
    return console_write(text, verdict);
  text_add_ascii(&plain, buffer_span(text));
  plain.failed = plain.failed || text->failed;
  verdict = console_write(&plain, verdict);
  buffer_free(&plain);
  return verdict;
}

/* A part of a line and what separates it from the next, unless there is nothing to say. */
static void add_part(struct buffer *line, const char *before, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return;
  buffer_add(line, span_of(before));
  text_add(line, span_of(text), TEXT_WHOLE);
}

void console_warn(const char *what, const struct fault *fault)
{
  struct buffer line = {0}, plain = {0};
  add_part(&line, "", name);
  add_part(&line, ": ", what);
  add_part(&line, ": ", fault->where);
  add_part(&line, ": ", fault->what);
  add_part(&line, "; expected ", fault->expected);
  if (!unicode)
    text_add_ascii(&plain, buffer_span(&line));

  struct buffer *shown = unicode ? &line : &plain;
  buffer_add_byte(shown, '\n');
  /* Without memory for the line the bare words will do. Nobody is left to hear of a failure. */
  if (line.failed || shown->failed)
    (void)!(write_all(STDERR_FILENO, span_of(name)) &&
            write_all(STDERR_FILENO, SPAN(": out of memory\n")));
  else
    (void)!write_all(STDERR_FILENO, buffer_span(shown));
  buffer_free(&line);
  buffer_free(&plain);
}

enum verdict console_complain(const char *what, const struct fault *fault)
{
  console_warn(what, fault);
  return fault->status == STATUS_REFUSED ? VERDICT_UNUSABLE : VERDICT_UNFINISHED;
}
