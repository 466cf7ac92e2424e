#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "audit/site.h"
#include "tests/unit/board_example.h"

/* The line of an entry that signs these files, each with the digest of its own path and `salt`. */
static struct span sign_pages(struct arena *arena, const char *const *paths, size_t count,
                              const char *salt)
{
  const enum example_key organiser = EXAMPLE_ORGANISER;
  struct entry_page *pages = ARENA_TAKE(arena, struct entry_page, count);
  assert_non_null(pages);
  for (size_t i = 0; i < count; i++)
    pages[i] = (struct entry_page){.path = span_of(paths[i]),
                                   .digest = digest_of_both(span_of(paths[i]), span_of(salt))};
  const struct entry entry = {.kind = ENTRY_PAGES, .body.pages = {.count = count, .pages = pages}};
  return example_sign(ENTRY_PAGES, example_payload(&entry, arena), &organiser, 1, arena);
}

static void is_file(const struct site *site, size_t index, const char *path, const char *name,
                    bool is_signed)
{
  assert_true(index < site->count);
  assert_true(span_equal(site->files[index].path, span_of(path)));
  assert_string_equal(site->files[index].name, name);
  assert_int_equal(site->files[index].is_signed, is_signed);
}

static void the_last_entry_is_in_force_and_earlier_ones_are_remembered(void **state)
{
  (void)state;
  static const char *const first[] = {"a.js", "index.html", "old/index.html", "same.css"};
  static const char *const last[] = {"b.js", "new/index.html", "same.css", "xindex.html"};
  struct arena arena = {0};
  struct site site;
  struct fault fault;
  struct span lines[] = {SPAN("{\"leaf\":\"\"}"), sign_pages(&arena, first, 4, "1"),
                         SPAN("{\"payload\":\"x\"}"), sign_pages(&arena, last, 4, "2"),
                         SPAN("another")};
  const struct board_source board = {.lines = lines, .count = 5};
  assert_int_equal(site_find(&board, &arena, &site, &fault), STATUS_OK);
  assert_int_equal(site.entry, 3);
  assert_int_equal(site.in_force, 4);
  assert_int_equal(site.count, 10);
  is_file(&site, 0, "./", "", false);
  is_file(&site, 1, "a.js", "a.js", false);
  is_file(&site, 2, "b.js", "b.js", true);
  is_file(&site, 3, "index.html", "index.html", false);
  is_file(&site, 4, "new/", "new/", true);
  is_file(&site, 5, "new/index.html", "new/index.html", true);
  is_file(&site, 6, "old/", "old/", false);
  is_file(&site, 7, "old/index.html", "old/index.html", false);
  is_file(&site, 8, "same.css", "same.css", true);
  is_file(&site, 9, "xindex.html", "xindex.html", true);
  struct digest in_force = digest_of(SPAN("same.css2")),
                folder = digest_of(SPAN("new/index.html2"));
  assert_int_equal(digest_compare(&site.files[8].expected, &in_force), 0);
  assert_int_equal(digest_compare(&site.files[4].expected, &folder), 0);
  assert_true(site.files[4].is_optional);
  assert_false(site.files[5].is_optional);
  arena_free(&arena);
}

static void without_signed_pages_there_is_nothing_to_compare(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct site site;
  struct fault fault;
  struct span lines[] = {SPAN("another")};
  const struct board_source board = {.lines = lines, .count = 1}, none = {.count = 0};
  assert_int_equal(site_find(&board, &arena, &site, &fault), STATUS_REFUSED);
  assert_int_equal(site_find(&none, &arena, &site, &fault), STATUS_REFUSED);
  arena_free(&arena);
}

static void lines_say_of_which_kind_they_are(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct board_example example;
  board_example_make(&arena, &example);
  for (size_t i = 0; i < EXAMPLE_ENTRIES; i++) {
    for (int kind = 0; kind < ENTRY_KIND_COUNT; kind++)
      assert_int_equal(board_source_is_kind(example.entries[i].line, (enum entry_kind)kind),
                       (enum entry_kind)kind == example.entries[i].kind);
    struct span line = example.entries[i].line;
    for (; line.length > 0; line.length--)
      (void)board_source_is_kind(line, ENTRY_BALLOT); /* and read no further */
    assert_false(board_source_is_kind(line, ENTRY_BALLOT));
  }
  assert_false(board_source_is_kind(SPAN("{\"payload\":\"\",\"payloadType\":\"application/"
                                         "vnd.beffroi.ballot.v2+json\""),
                                    ENTRY_BALLOT));
  board_example_release(&example);
  arena_free(&arena);
}

static int begin(void **state)
{
  (void)state;
  return sodium_init() < 0 ? -1 : 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_last_entry_is_in_force_and_earlier_ones_are_remembered),
      cmocka_unit_test(without_signed_pages_there_is_nothing_to_compare),
      cmocka_unit_test(lines_say_of_which_kind_they_are),
  };
  return cmocka_run_group_tests(tests, begin, NULL);
}
