#include "api/server/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum log_level level_most = LOG_INFO;
static unsigned dropped; /* lines that nobody read */

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

void log_set_level(enum log_level level)
{
  level_most = level;
}

bool log_level_read(struct span text, enum log_level *level)
{
  for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
    if (span_equal(text, span_of(level_names[i]))) {
      *level = (enum log_level)i;
      return true;
    }
  }
  return false;
}

/* One line being made. A field is added whole or not at all. */
struct line {
  char bytes[LOG_LINE];
  size_t length;
  bool cut;
};

enum {
  LINE_RESERVE = 32 /* kept for what is said at the end */
};

static bool plain(unsigned char byte)
{
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-_.:/+@%", byte) != NULL);
}

static size_t add_bytes(char *to, const char *bytes)
{
  size_t length = strlen(bytes);
  memcpy(to, bytes, length);
  return length;
}

/* `to` has room for 4 × LOG_VALUE + 2 bytes. */
static size_t spell(char *to, const char *text, bool *cut)
{
  static const char digits[] = "0123456789abcdef";
  size_t length = strlen(text);
  size_t used = 0;
  bool quoted = length == 0;
  if (length > LOG_VALUE) {
    length = LOG_VALUE;
    *cut = true;
  }
  for (size_t i = 0; i < length; i++)
    quoted = quoted || !plain((unsigned char)text[i]);
  if (quoted)
    to[used++] = '"';
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\') {
      to[used++] = text[i];
      continue;
    }
    to[used++] = '\\';
    to[used++] = 'x';
    to[used++] = digits[byte >> 4];
    to[used++] = digits[byte & 15];
  }
  if (quoted)
    to[used++] = '"';
  return used;
}

static void add_field(struct line *line, const char *name, const char *text)
{
  char spelt[4 * LOG_VALUE + 2];
  size_t length = spell(spelt, text, &line->cut);
  size_t name_length = strlen(name);
  if (line->length + name_length + length + 2 > LOG_LINE - LINE_RESERVE) {
    line->cut = true;
    return;
  }
  if (line->length > 0)
    line->bytes[line->length++] = ' ';
  line->length += add_bytes(line->bytes + line->length, name);
  line->bytes[line->length++] = '=';
  memcpy(line->bytes + line->length, spelt, length);
  line->length += length;
}

static void add_number(struct line *line, const char *name, int64_t number)
{
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)number);
  add_field(line, name, digits);
}

static void add_time(struct line *line)
{
  struct timespec now;
  struct tm parts;
  char second[32], text[48];
  clock_gettime(CLOCK_REALTIME, &now);
  if (gmtime_r(&now.tv_sec, &parts) == NULL ||
      strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
    second[0] = '\0';
  snprintf(text, sizeof text, "%s.%03ldZ", second, now.tv_nsec / 1000000);
  add_field(line, "time", text);
}

static void write_line(const struct line *line)
{
  /* A full pipe would stop the loop; poll says of a pipe whether it takes PIPE_BUF bytes. */
  struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
  int ready = poll(&standard_error, 1, 0);
  if (ready != 1 || (standard_error.revents & POLLOUT) == 0 ||
      write(STDERR_FILENO, line->bytes, line->length) < 0)
    dropped++;
  else
    dropped = 0;
}

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
  struct line line = {.length = 0};
  int error = errno;
  if (level > level_most)
    return;
  add_time(&line);
  add_field(&line, "level", level_names[level]);
  add_field(&line, "event", event);
  add_number(&line, "pid", getpid());
  for (size_t i = 0; i < count; i++) {
    if (fields[i].text != NULL)
      add_field(&line, fields[i].name, fields[i].text);
    else
      add_number(&line, fields[i].name, fields[i].number);
  }
  if (line.cut)
    line.length += add_bytes(line.bytes + line.length, " cut=yes");
  if (dropped > 0)
    line.length +=
        (size_t)snprintf(line.bytes + line.length, LOG_LINE - line.length, " dropped=%u", dropped);
  line.bytes[line.length++] = '\n';
  write_line(&line);
  errno = error;
}

void log_fault(enum log_level level, const char *event, const struct fault *fault)
{
  LOG(level, event, LOG_TEXT("where", fault->where), LOG_TEXT("what", fault->what),
      LOG_TEXT("expected", fault->expected));
}
