#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "console/source.h"

/* A new file with `text` in it; the caller unlinks it. */
static void make_file(char *path, size_t size, struct span text)
{
  snprintf(path, size, "/tmp/beffroi-source-XXXXXX");
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text.bytes, text.length), (ssize_t)text.length);
  close(descriptor);
}

static void a_file_is_read_whole(void **state)
{
  (void)state;
  char path[64];
  struct source source;
  struct fault fault;
  make_file(path, sizeof path, SPAN("META\nkey;value\n\0x"));
  assert_int_equal(source_open(path, &source, &fault), STATUS_OK);
  assert_true(span_equal(source.text, SPAN("META\nkey;value\n\0x")));
  assert_true(source.mapped);
  assert_int_equal(source_unchanged(&source, &fault), STATUS_OK);
  source_close(&source);
  unlink(path);
}

static void an_empty_file_is_empty_text(void **state)
{
  (void)state;
  char path[64];
  struct source source;
  struct fault fault;
  make_file(path, sizeof path, SPAN(""));
  assert_int_equal(source_open(path, &source, &fault), STATUS_OK);
  assert_int_equal(source.text.length, 0);
  assert_non_null(source.text.bytes);
  source_close(&source);
  unlink(path);
}

static void a_pipe_is_read_to_its_end(void **state)
{
  (void)state;
  static char sent[200000];
  char path[64], command[160];
  struct source source;
  struct fault fault;
  memset(sent, 'a', sizeof sent);
  make_file(path, sizeof path, (struct span){sent, sizeof sent});
  char fifo[80];
  snprintf(fifo, sizeof fifo, "%s-fifo", path);
  assert_int_equal(mkfifo(fifo, 0600), 0);
  snprintf(command, sizeof command, "cat %.60s > %.60s &", path, fifo);
  assert_int_equal(system(command), 0);
  assert_int_equal(source_open(fifo, &source, &fault), STATUS_OK);
  assert_false(source.mapped);
  assert_true(span_equal(source.text, (struct span){sent, sizeof sent}));
  source_close(&source);
  unlink(path);
  unlink(fifo);
}

static void a_missing_file_is_refused(void **state)
{
  (void)state;
  struct source source;
  struct fault fault;
  assert_int_equal(source_open("/nowhere/at/all.pb", &source, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "there is no such file");
  source_close(&source);
}

static void a_directory_is_refused(void **state)
{
  (void)state;
  struct source source;
  struct fault fault;
  assert_int_equal(source_open("/tmp", &source, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "it is a directory");
}

/* A link to itself stands for what the system does not let us open: root may open the rest. */
static void a_file_that_cannot_be_opened_is_a_failure(void **state)
{
  (void)state;
  char path[64];
  struct source source;
  struct fault fault;
  make_file(path, sizeof path, SPAN(""));
  unlink(path);
  assert_int_equal(symlink(path, path), 0);
  assert_int_equal(source_open(path, &source, &fault), STATUS_FAILED);
  assert_non_null(strstr(fault.what, "cannot open it: "));
  unlink(path);
}

static void more_than_four_gibibytes_are_refused(void **state)
{
  (void)state;
  char path[64];
  struct source source;
  struct fault fault;
  make_file(path, sizeof path, SPAN(""));
  /* Sparse: it takes no room. */
  assert_int_equal(truncate(path, (off_t)(SOURCE_BYTES_MAX + 1)), 0);
  assert_int_equal(source_open(path, &source, &fault), STATUS_REFUSED);
  assert_string_equal(fault.what, "the file is too large");
  assert_non_null(strstr(fault.expected, "4 GiB"));
  unlink(path);
}

static void a_file_written_to_meanwhile_is_noticed(void **state)
{
  (void)state;
  char path[64];
  struct source source;
  struct fault fault;
  make_file(path, sizeof path, SPAN("12345"));
  assert_int_equal(source_open(path, &source, &fault), STATUS_OK);
  FILE *writer = fopen(path, "a");
  assert_non_null(writer);
  fputs("678", writer);
  fclose(writer);
  assert_int_equal(source_unchanged(&source, &fault), STATUS_FAILED);
  assert_string_equal(fault.what, "it was changed while it was read");
  source_close(&source);
  unlink(path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_read_whole),
      cmocka_unit_test(an_empty_file_is_empty_text),
      cmocka_unit_test(a_pipe_is_read_to_its_end),
      cmocka_unit_test(a_missing_file_is_refused),
      cmocka_unit_test(a_directory_is_refused),
      cmocka_unit_test(a_file_that_cannot_be_opened_is_a_failure),
      cmocka_unit_test(more_than_four_gibibytes_are_refused),
      cmocka_unit_test(a_file_written_to_meanwhile_is_noticed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
