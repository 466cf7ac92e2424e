#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys/roll.h"
#include "keys/sheet.h"

/* Reads all of `table` and compares it: fields joined by '|', records by '\n'. */
static void reads(struct span table, const char *expected)
{
  struct arena arena = {0};
  struct buffer all = {0};
  struct fault fault = {0};
  struct sheet sheet;
  struct sheet_row record;
  bool found = true;
  assert_int_equal(sheet_begin(&sheet, table, &arena, &fault), STATUS_OK);
  for (;;) {
    if (sheet_next(&sheet, &record, &found, &fault) != STATUS_OK)
      fail_msg("%s: %s", fault.where, fault.what);
    if (!found)
      break;
    for (size_t i = 0; i < record.count; i++) {
      buffer_add(&all, record.fields[i]);
      buffer_add_byte(&all, i + 1 < record.count ? '|' : '\n');
    }
  }
  buffer_add_byte(&all, '\0');
  assert_false(all.failed);
  assert_string_equal(all.bytes, expected);
  buffer_free(&all);
  arena_free(&arena);
}

static void refuses(struct span table, const char *where, const char *what)
{
  struct arena arena = {0};
  struct fault fault = {0};
  struct sheet sheet;
  struct sheet_row record;
  bool found = true;
  enum status status = sheet_begin(&sheet, table, &arena, &fault);
  while (status == STATUS_OK && found)
    status = sheet_next(&sheet, &record, &found, &fault);
  assert_int_equal(status, STATUS_REFUSED);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.what, what);
  arena_free(&arena);
}

static void fields_stand_between_commas_or_semicolons(void **state)
{
  (void)state;
  reads(SPAN("id,name\na,b\n"), "id|name\na|b\n");
  reads(SPAN("id;name\na,b;c\n"), "id|name\na,b|c\n");
  reads(SPAN("id\n1\n2"), "id\n1\n2\n");
}

static void lines_end_in_either_way(void **state)
{
  (void)state;
  reads(SPAN("id,name\r\na,b\r\n\r\n \nc,d"), "id|name\na|b\nc|d\n");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
  (void)state;
  reads(SPAN("\xef\xbb\xbfid,name\n"), "id|name\n");
}

static void empty_fields_are_fields(void **state)
{
  (void)state;
  reads(SPAN("a,b,c\n,,\n1,\"\",\n"), "a|b|c\n||\n1||\n");
}

static void quoted_fields_hold_separators_and_quotes(void **state)
{
  (void)state;
  reads(SPAN("a,b\n\"x,y\",\"say \"\"yes\"\"\"\n\"\"\"\",1\n"), "a|b\nx,y|say \"yes\"\n\"|1\n");
}

static void blanks_around_a_field_go(void **state)
{
  (void)state;
  reads(SPAN(" a , b\n\" c \",d\t\n"), "a|b\nc|d\n");
}

static void quotes_that_do_not_match_are_refused(void **state)
{
  (void)state;
  refuses(SPAN("a\n\"b\n"), "line 2, field 1", "a '\"' is not closed on its line");
  refuses(SPAN("a,b\nx,\"y\"z\n"), "line 2, field 2", "something follows the '\"' at its end");
  refuses(SPAN("a,b\nx,y\"z\n"), "line 2, field 2", "it has a '\"' in it");
  refuses(SPAN("a\n\"b\"\"\n"), "line 2, field 1", "a '\"' is not closed on its line");
}

static void fields_are_bounded(void **state)
{
  (void)state;
  char longest[2 + SHEET_FIELD_MAX + 1];
  memset(longest, 'x', sizeof longest);
  memcpy(longest, "a\n", 2);
  struct span whole = {longest, sizeof longest - 1};
  struct arena arena = {0};
  struct fault fault;
  struct sheet sheet;
  struct sheet_row record;
  bool found;
  assert_int_equal(sheet_begin(&sheet, whole, &arena, &fault), STATUS_OK);
  assert_int_equal(sheet_next(&sheet, &record, &found, &fault), STATUS_OK);
  assert_int_equal(sheet_next(&sheet, &record, &found, &fault), STATUS_OK);
  assert_int_equal(record.fields[0].length, SHEET_FIELD_MAX);
  refuses((struct span){longest, sizeof longest}, "line 2, field 1", "it is too long");
  arena_free(&arena);
}

static void records_are_bounded(void **state)
{
  (void)state;
  char commas[SHEET_FIELDS_MAX];
  memset(commas, ',', sizeof commas);
  refuses((struct span){commas, SHEET_FIELDS_MAX}, "line 1, field 33", "it is one too many");
  reads((struct span){commas, SHEET_FIELDS_MAX - 1}, "|||||||||||||||||||||||||||||||\n");
}

static void control_characters_and_other_encodings_are_refused(void **state)
{
  (void)state;
  refuses(SPAN("a\nb\x1b[0m\n"), "line 2, field 1", "it has a control character");
  refuses(SPAN("a\nb\0c\n"), "line 2, field 1", "it has a control character");
  refuses(SPAN("a\nZo\xeb\n"), "", "it is not UTF-8");
}

static void what_is_written_is_read_again(void **state)
{
  (void)state;
  struct buffer text = {0};
  buffer_add(&text, SPAN("a,b,c\n"));
  sheet_add(&text, SPAN("x;y,z"));
  buffer_add_byte(&text, ',');
  sheet_add(&text, SPAN("\"q\""));
  buffer_add_byte(&text, ',');
  sheet_add(&text, SPAN("plain é"));
  reads(buffer_span(&text), "a|b|c\nx;y,z|\"q\"|plain é\n");
  buffer_free(&text);
}

/* --- the roll --- */

static void a_roll_names_its_columns(void **state)
{
  (void)state;
  struct arena arena = {0};
  struct fault fault;
  struct roll roll;
  const size_t *places;
  assert_int_equal(roll_read(SPAN("classe;sport;identifiant\n2B;x;e3\n2A;y;e1\n2A;;e0\n"), &arena,
                             &roll, &fault),
                   STATUS_OK);
  assert_int_equal(roll.count, 3);
  assert_true(span_equal(roll.people[0].id, SPAN("e3")));
  assert_true(span_equal(roll.people[0].group, SPAN("2B")));
  assert_int_equal(roll.people[0].name.length, 0);
  assert_int_equal(roll_sort(&roll, &arena, &places, &fault), STATUS_OK);
  assert_int_equal(places[0], 2);
  assert_int_equal(places[1], 1);
  assert_int_equal(places[2], 0);
  arena_free(&arena);
}

static void a_roll_that_is_none_is_refused(void **state)
{
  (void)state;
  static const struct {
    struct span table;
    const char *where, *what;
  } cases[] = {
      {SPAN_INIT(""), "line 1", "no column is called id"},
      {SPAN_INIT("nom;classe\na;b\n"), "line 1", "no column is called id"},
      {SPAN_INIT("id,id\na,b\n"), "line 1", "'id' is a column that was there before"},
      {SPAN_INIT("id\n"), "", "the list is empty"},
      {SPAN_INIT("id,name\n,b\n"), "line 2", "the id is empty"},
      {SPAN_INIT("id\na\nb\na\n"), "id", "'a' stands twice"},
      {SPAN_INIT("id\n=1+1\n"), "line 2", "'=1+1' is no id: spreadsheets take it for a formula"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct arena arena = {0};
    struct fault fault = {0};
    struct roll roll;
    assert_int_equal(roll_read(cases[i].table, &arena, &roll, &fault), STATUS_REFUSED);
    assert_string_equal(fault.where, cases[i].where);
    assert_string_equal(fault.what, cases[i].what);
    arena_free(&arena);
  }
}

static void a_commitment_depends_on_ids_and_salt_not_on_their_order(void **state)
{
  (void)state;
  static const uint8_t salt[ROLL_SALT_BYTES] = {1}, other[ROLL_SALT_BYTES] = {2};
  static const struct span tables[] = {SPAN_INIT("id,group\na,1\nb,2\n"),
                                       SPAN_INIT("id,group\nb,1\na,1\n"), SPAN_INIT("id\na\nc\n")};
  struct arena arena = {0};
  struct fault fault;
  struct digest digests[3], salted;
  for (size_t i = 0; i < 3; i++) {
    struct roll roll;
    assert_int_equal(roll_read(tables[i], &arena, &roll, &fault), STATUS_OK);
    assert_int_equal(roll_commit(&roll, salt, &arena, &digests[i], &fault), STATUS_OK);
    assert_int_equal(roll_commit(&roll, other, &arena, &salted, &fault), STATUS_OK);
    assert_int_not_equal(digest_compare(&digests[i], &salted), 0);
  }
  assert_int_equal(digest_compare(&digests[0], &digests[1]), 0);
  assert_int_not_equal(digest_compare(&digests[0], &digests[2]), 0);
  arena_free(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_stand_between_commas_or_semicolons),
      cmocka_unit_test(lines_end_in_either_way),
      cmocka_unit_test(a_byte_order_mark_is_passed_over),
      cmocka_unit_test(empty_fields_are_fields),
      cmocka_unit_test(quoted_fields_hold_separators_and_quotes),
      cmocka_unit_test(blanks_around_a_field_go),
      cmocka_unit_test(quotes_that_do_not_match_are_refused),
      cmocka_unit_test(fields_are_bounded),
      cmocka_unit_test(records_are_bounded),
      cmocka_unit_test(control_characters_and_other_encodings_are_refused),
      cmocka_unit_test(what_is_written_is_read_again),
      cmocka_unit_test(a_roll_names_its_columns),
      cmocka_unit_test(a_roll_that_is_none_is_refused),
      cmocka_unit_test(a_commitment_depends_on_ids_and_salt_not_on_their_order),
  };
  return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
