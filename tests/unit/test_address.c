#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/address.h"

static struct address read(const char *text)
{
  struct address address;
  struct fault fault;
  assert_int_equal(address_read(span_of(text), &address, &fault), STATUS_OK);
  return address;
}

static void refuses(const char *text, const char *what)
{
  struct address address;
  struct fault fault = {.status = STATUS_OK};
  assert_int_equal(address_read(span_of(text), &address, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, what));
}

static void is_part(const struct address *address, size_t from, size_t to, const char *text)
{
  assert_int_equal(to - from, strlen(text));
  assert_memory_equal(address->text + from, text, to - from);
}

static void the_parts_are_found(void **state)
{
  (void)state;
  struct address address = read("https://Vote.Example.fr:8443/Elections/a%20b/?q=1&r=/x");
  assert_string_equal(address.text, "https://vote.example.fr:8443/Elections/a%20b/?q=1&r=/x");
  is_part(&address, address.host, address.host_end, "vote.example.fr");
  is_part(&address, address.path, address.path_end, "/Elections/a%20b/");
  assert_true(address.secure);

  address = read("HTTP://[::1]:80/x");
  assert_string_equal(address.text, "http://[::1]:80/x");
  is_part(&address, address.host, address.host_end, "[::1]");
  is_part(&address, address.path, address.path_end, "/x");
  assert_false(address.secure);
}

static void a_path_that_is_left_out_is_a_slash(void **state)
{
  (void)state;
  assert_string_equal(read("https://a.example").text, "https://a.example/");
  assert_string_equal(read("https://a.example:1").text, "https://a.example:1/");
  struct address address = read("https://a.example?x=/y");
  assert_string_equal(address.text, "https://a.example/?x=/y");
  is_part(&address, address.path, address.path_end, "/");
}

static void what_is_an_address_is_told_from_a_path(void **state)
{
  (void)state;
  assert_true(address_is("http://x"));
  assert_true(address_is("HTTPS://x"));
  assert_true(address_is("https://"));
  assert_false(address_is("https:/x"));
  assert_false(address_is("ftp://x"));
  assert_false(address_is("board.jsonl"));
  assert_false(address_is(""));
}

static void what_is_wrong_is_said(void **state)
{
  (void)state;
  refuses("", "another kind");
  refuses("ftp://a.example/", "another kind");
  refuses("file:///etc/passwd", "another kind");
  refuses("https:///x", "is no host");
  refuses("https://", "is no host");
  refuses("https://.example/", "is no host");
  refuses("https://b\xc3\xa9.example/", "is no host");
  refuses("https://a b/", "is no host");
  refuses("https://[::1/", "is no host");
  refuses("https://[]/", "is no host");
  refuses("https://[::x]/", "is no host");
  refuses("https://[fe80::1%25eth0]/", "is no host");
  refuses("https://a\\b/", "is no host");
  refuses("https://a:/", "is no port");
  refuses("https://a:0/", "is no port");
  refuses("https://a:65536/", "is no port");
  refuses("https://a:080/", "is no port");
  refuses("https://a:-1/", "is no port");
  refuses("https://[::1]x/", "is no port");
  refuses("https://a/#part", "'#'");
  refuses("https://a#part", "'#'");
  refuses("https://a/b c", "may not stand there");
  refuses("https://a/b\nc", "may not stand there");
  refuses("https://a/b%", "may not stand there");
  refuses("https://a/b%2", "may not stand there");
  refuses("https://a/b%2g", "may not stand there");
  refuses("https://a/<b>", "may not stand there");
  refuses("https://a/\xc3\xa9", "may not stand there");
  refuses("https://a/..", "leads elsewhere");
  refuses("https://a/b/../c", "leads elsewhere");
  refuses("https://a/./c", "leads elsewhere");
  refuses("https://a/%2e%2E/c", "leads elsewhere");
  refuses("https://a/.%2e/c", "leads elsewhere");
  read("https://a/.../..b/c.d/?../..");
}

static void a_zero_byte_ends_nothing(void **state)
{
  (void)state;
  struct address address;
  struct fault fault;
  assert_int_equal(address_read(SPAN("https://a/\0b"), &address, &fault), STATUS_REFUSED);
  assert_int_equal(address_read(SPAN("https://a\0.example/"), &address, &fault), STATUS_REFUSED);
}

static void passwords_are_refused_and_not_shown(void **state)
{
  (void)state;
  const char *const texts[] = {"https://me:secret@a.example/", "http://secret@a/",
                               "https://me:secret@", "https://:secret@a:80/"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct address address;
    struct fault fault;
    assert_int_equal(address_read(span_of(texts[i]), &address, &fault), STATUS_REFUSED);
    assert_non_null(strstr(fault.what, "name or password"));
    assert_null(strstr(fault.what, "secret"));
    assert_null(strstr(fault.where, "secret"));
    assert_null(strstr(fault.expected, "secret"));
  }
  read("https://a/@b"); /* after the host it is only a sign */
}

static void the_longest_address_fits_and_no_longer(void **state)
{
  (void)state;
  char text[ADDRESS_MAX + 2];
  struct address address, below;
  struct fault fault;
  memset(text, 'x', sizeof text);
  memcpy(text, "https://a/", 10);
  const struct span longest = {text, ADDRESS_MAX - 1};
  assert_int_equal(address_read(longest, &address, &fault), STATUS_OK);
  assert_int_equal(strlen(address.text), ADDRESS_MAX - 1);
  assert_int_equal(address_read((struct span){text, ADDRESS_MAX}, &address, &fault),
                   STATUS_REFUSED);
  /* A folder needs its '/', a name its bytes. */
  assert_int_equal(address_read_folder(longest, &address, &fault), STATUS_REFUSED);
  assert_int_equal(address_read_folder((struct span){text, ADDRESS_MAX - 2}, &address, &fault),
                   STATUS_OK);
  assert_int_equal(address_below(&address, "x", &below, &fault), STATUS_REFUSED);
  assert_int_equal(address_read_folder((struct span){text, ADDRESS_MAX - 4}, &address, &fault),
                   STATUS_OK);
  assert_int_equal(address_below(&address, "ab", &below, &fault), STATUS_OK);
  assert_int_equal(strlen(below.text), ADDRESS_MAX - 1);
  assert_int_equal(address_below(&address, "abc", &below, &fault), STATUS_REFUSED);
  /* A path that is left out is one byte more than was read. */
  memset(text, 'x', sizeof text);
  memcpy(text, "https://a?", 10);
  assert_int_equal(address_read((struct span){text, ADDRESS_MAX - 1}, &address, &fault),
                   STATUS_REFUSED);
}

static void names_are_below_a_folder(void **state)
{
  (void)state;
  struct address folder, file;
  struct fault fault;
  const char *const same[] = {"https://a/b", "https://a/b/"};
  for (size_t i = 0; i < 2; i++) {
    assert_int_equal(address_read_folder(span_of(same[i]), &folder, &fault), STATUS_OK);
    assert_string_equal(folder.text, "https://a/b/");
    assert_int_equal(address_below(&folder, "tile/0/000.p/5", &file, &fault), STATUS_OK);
    assert_string_equal(file.text, "https://a/b/tile/0/000.p/5");
    is_part(&file, file.path, file.path_end, "/b/tile/0/000.p/5");
  }
  assert_int_equal(address_read_folder(SPAN("https://a/b?c"), &folder, &fault), STATUS_REFUSED);
  assert_non_null(strstr(fault.what, "it has a query: '?c'"));
}

static enum status follow(const char *from, const char *to, struct address *address,
                          struct fault *fault)
{
  struct address at = read(from);
  return address_follow(&at, span_of(to), address, fault);
}

static void redirects_lead_to_https_or_stay_on_the_host(void **state)
{
  (void)state;
  struct address address;
  struct fault fault;
  assert_int_equal(follow("https://a/", "https://b/x?y", &address, &fault), STATUS_OK);
  assert_string_equal(address.text, "https://b/x?y");
  assert_int_equal(follow("http://a/", "https://b/", &address, &fault), STATUS_OK);
  assert_int_equal(follow("http://a/", "http://A:81/", &address, &fault), STATUS_OK);
  assert_int_equal(follow("https://a/", "http://a/", &address, &fault), STATUS_REFUSED);
  assert_int_equal(follow("http://a/", "http://b/", &address, &fault), STATUS_REFUSED);
  assert_int_equal(follow("http://a/", "http://127.0.0.1/", &address, &fault), STATUS_REFUSED);
  assert_int_equal(follow("https://a/", "file:///x", &address, &fault), STATUS_REFUSED);
  assert_int_equal(follow("https://a/", "https://me:you@b/", &address, &fault), STATUS_REFUSED);
  assert_int_equal(follow("https://a/", "https://b/x#part", &address, &fault), STATUS_OK);
  assert_string_equal(address.text, "https://b/x");
}

static void this_machine_is_known_by_its_names(void **state)
{
  (void)state;
  const struct {
    const char *text;
    bool here;
  } cases[] = {
      {"http://localhost/", true},
      {"http://LOCALHOST:80/", true},
      {"http://127.0.0.1/", true},
      {"http://127.255.3.4:1/", true},
      {"http://[::1]/", true},
      {"http://128.0.0.1/", false},
      {"http://127.0.0.1.example/", false},
      {"http://127.0.0/", false},
      {"http://127.0.0.256/", false},
      {"http://127.0.0.01/", false},
      {"http://127.0.0.1.2/", false},
      {"http://localhost.example/", false},
      {"http://[::2]/", false},
      {"http://0.0.0.0/", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct address address = read(cases[i].text);
    assert_int_equal(address_is_here(&address), cases[i].here);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_parts_are_found),
      cmocka_unit_test(a_path_that_is_left_out_is_a_slash),
      cmocka_unit_test(what_is_an_address_is_told_from_a_path),
      cmocka_unit_test(what_is_wrong_is_said),
      cmocka_unit_test(a_zero_byte_ends_nothing),
      cmocka_unit_test(passwords_are_refused_and_not_shown),
      cmocka_unit_test(the_longest_address_fits_and_no_longer),
      cmocka_unit_test(names_are_below_a_folder),
      cmocka_unit_test(redirects_lead_to_https_or_stay_on_the_host),
      cmocka_unit_test(this_machine_is_known_by_its_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
