#include "keys/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "keys/guard.h"

enum {
  KEY_INTERRUPT = 3,
  KEY_END = 4,
  KEY_BACKSPACE = 8,
  KEY_CLEAR = 21,
  KEY_DELETE = 127
};

static const char expected_length[] = "at most 1023 bytes in one line";

static bool say(int terminal, const char *text)
{
  size_t length = strlen(text);
  return write(terminal, text, length) == (ssize_t)length;
}

static enum status refuse_terminal(struct fault *fault)
{
  return fault_set(fault, STATUS_FAILED, "terminal",
                   "a terminal to type at, or a file that an "
                   "option names",
                   "cannot read from it: %s", strerror(errno));
}

/* Takes back the last character, of one byte or more. */
static void take_back(struct passphrase *passphrase)
{
  while (passphrase->length > 0 &&
         ((unsigned char)passphrase->bytes[--passphrase->length] & 0xc0) == 0x80)
    continue;
}

static enum status read_keys(int terminal, struct passphrase *passphrase, struct fault *fault)
{
  for (;;) {
    char key = 0;
    ssize_t got = read(terminal, &key, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return refuse_terminal(fault);
    if (got == 0 || key == '\n' || key == '\r' || key == KEY_END)
      return STATUS_OK;
    if (key == KEY_INTERRUPT)
      return fault_set(fault, STATUS_FAILED, "terminal", NULL, "interrupted");
    if (key == KEY_BACKSPACE || key == KEY_DELETE) {
      take_back(passphrase);
    } else if (key == KEY_CLEAR) {
      passphrase->length = 0;
    } else {
      if (passphrase->length == PASSPHRASE_MAX)
        return fault_set(fault, STATUS_REFUSED, "terminal", expected_length, "it is too long");
      passphrase->bytes[passphrase->length++] = key;
    }
  }
}

/* Signals of the keyboard are off too, so that none leaves the terminal without its echo. */
static enum status read_terminal(const char *prompt, struct passphrase *passphrase,
                                 struct fault *fault)
{
  struct termios before, silent;
  int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0)
    return refuse_terminal(fault);
  if (tcgetattr(terminal, &before) != 0) {
    close(terminal);
    return refuse_terminal(fault);
  }
  silent = before;
  silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
  silent.c_cc[VMIN] = 1;
  silent.c_cc[VTIME] = 0;

  enum status status = STATUS_OK;
  /* Silent before the prompt: what is typed at once is neither shown nor thrown away. */
  if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0 || !say(terminal, prompt))
    status = refuse_terminal(fault);
  if (status == STATUS_OK)
    status = read_keys(terminal, passphrase, fault);
  if (tcsetattr(terminal, TCSADRAIN, &before) != 0 || !say(terminal, "\n"))
    status = status == STATUS_OK ? refuse_terminal(fault) : status;
  close(terminal);
  return status;
}

static enum status read_file(const char *path, struct passphrase *passphrase, struct fault *fault)
{
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return fault_set(fault, STATUS_REFUSED, path, "a file with one line", "cannot open it: %s",
                     strerror(errno));
  ssize_t got = 1;
  while (got > 0 && passphrase->length <= PASSPHRASE_MAX) {
    got =
        read(file, passphrase->bytes + passphrase->length, PASSPHRASE_MAX + 1 - passphrase->length);
    if (got > 0)
      passphrase->length += (size_t)got;
    else if (got < 0 && errno == EINTR)
      got = 1;
  }
  int error = errno;
  close(file);
  if (got < 0)
    return fault_set(fault, STATUS_FAILED, path, NULL, "cannot read it: %s", strerror(error));
  if (passphrase->length > 0 && passphrase->bytes[passphrase->length - 1] == '\n')
    passphrase->length--;
  if (passphrase->length > 0 && passphrase->bytes[passphrase->length - 1] == '\r')
    passphrase->length--;
  if (passphrase->length > PASSPHRASE_MAX ||
      memchr(passphrase->bytes, '\n', passphrase->length) != NULL)
    return fault_set(fault, STATUS_REFUSED, path, expected_length, "it is too long");
  return STATUS_OK;
}

static enum status read_once(const char *path, const char *prompt, struct passphrase *passphrase,
                             struct fault *fault)
{
  *passphrase = (struct passphrase){.bytes = guard_take(PASSPHRASE_MAX + 1)};
  if (passphrase->bytes == NULL)
    return fault_no_memory(fault);
  enum status status =
      path == NULL ? read_terminal(prompt, passphrase, fault) : read_file(path, passphrase, fault);
  if (status == STATUS_OK && passphrase->length == 0)
    status =
        fault_set(fault, STATUS_REFUSED, path, "one line that is not empty", "nothing was given");
  if (status != STATUS_OK)
    passphrase_free(passphrase);
  return status;
}

static enum status check_chosen(const char *path, const struct passphrase *passphrase,
                                struct fault *fault)
{
  struct passphrase again;
  if (passphrase->length < PASSPHRASE_CHOSEN_MIN)
    return fault_set(fault, STATUS_REFUSED, "passphrase",
                     "at least 12 bytes; several words taken at random are best",
                     "it is too short");
  if (path != NULL)
    return STATUS_OK;
  enum status status = read_once(NULL, "The same again: ", &again, fault);
  if (status != STATUS_OK)
    return status;
  if (!span_equal(passphrase_span(passphrase), passphrase_span(&again)))
    status = fault_set(fault, STATUS_REFUSED, "passphrase", "the same twice",
                       "the two that were typed differ");
  passphrase_free(&again);
  return status;
}

enum status passphrase_read(const char *path, const char *prompt, bool chosen,
                            struct passphrase *passphrase, struct fault *fault)
{
  enum status status = read_once(path, prompt, passphrase, fault);
  if (status == STATUS_OK && chosen) {
    status = check_chosen(path, passphrase, fault);
    if (status != STATUS_OK)
      passphrase_free(passphrase);
  }
  return status;
}

struct span passphrase_span(const struct passphrase *passphrase)
{
  return (struct span){.bytes = passphrase->bytes, .length = passphrase->length};
}

void passphrase_free(struct passphrase *passphrase)
{
  sodium_free(passphrase->bytes);
  *passphrase = (struct passphrase){.bytes = NULL};
}
