#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/table.h"
#include "console/text.h"

static struct table small_table(const struct span *cells, size_t rows)
{
  return (struct table){
      .column_count = 3,
      .columns = {{.heading = SPAN("id")},
                  {.heading = SPAN("title"), .elastic = true},
                  {.heading = SPAN("cost"), .right = true}},
      .row_count = rows,
      .cells = cells,
  };
}

static void assert_table(const struct table *table, size_t width, const char *expected)
{
  struct buffer buffer = {0};
  table_write(table, width, &buffer);
  buffer_add_byte(&buffer, '\0');
  assert_false(buffer.failed);
  assert_string_equal(buffer.bytes, expected);
  buffer_free(&buffer);
}

static void columns_stand_under_each_other(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("1"),   SPAN("Trees"),    SPAN("5"),
                               SPAN("200"), SPAN("Bicycles"), SPAN("1000")};
  struct table table = small_table(cells, 2);
  assert_table(&table, 80,
               "id   title     cost\n"
               "───────────────────\n"
               "1    Trees        5\n"
               "200  Bicycles  1000\n");
}

static void width_counts_characters_not_bytes(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("é"), SPAN("東京"),       SPAN("1"),
                               SPAN("b"), SPAN("e\xcc\x81t"), SPAN("2")};
  struct table table = small_table(cells, 2);
  assert_table(&table, 80,
               "id  title  cost\n"
               "───────────────\n"
               "é   東京      1\n"
               "b   e\xcc\x81t        2\n");
}

static void the_elastic_column_is_cut_to_the_width(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("1"), SPAN("A title that is far too long"), SPAN("5000")};
  struct table table = small_table(cells, 1);
  assert_table(&table, 32,
               "id  title                   cost\n"
               "────────────────────────────────\n"
               "1   A title that is far t…  5000\n");
}

static void the_elastic_column_keeps_its_least(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("1"), SPAN("A title that is far too long"), SPAN("5000")};
  struct table table = small_table(cells, 1);
  assert_table(&table, 5,
               "id  title                 cost\n"
               "──────────────────────────────\n"
               "1   A title that is far…  5000\n");
}

static void a_short_elastic_column_is_not_stretched(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("1"), SPAN("Tree"), SPAN("5000")};
  struct table table = small_table(cells, 1);
  assert_table(&table, 5,
               "id  title  cost\n"
               "───────────────\n"
               "1   Tree   5000\n");
}

static void a_cut_before_a_wide_character_keeps_the_columns(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("1"), SPAN("東京東京東京東京東京東京"), SPAN("5000")};
  struct table table = small_table(cells, 1);
  assert_table(&table, 5,
               "id  title                 cost\n"
               "──────────────────────────────\n"
               "1   東京東京東京東京東…   5000\n");
}

static void the_last_column_is_not_filled_up(void **state)
{
  (void)state;
  const struct span cells[] = {SPAN("x"), SPAN("a"), SPAN("y"), SPAN("long text")};
  struct table table = {
      .column_count = 2,
      .columns = {{.heading = SPAN("k")}, {.heading = SPAN("v")}},
      .row_count = 2,
      .cells = cells,
  };
  assert_table(&table, 80,
               "k  v\n"
               "────────────\n"
               "x  a\n"
               "y  long text\n");
}

static void a_table_without_rows_has_its_head(void **state)
{
  (void)state;
  const struct span none = SPAN("");
  struct table table = small_table(&none, 0);
  assert_table(&table, 80,
               "id  title  cost\n"
               "───────────────\n");
}

static int choose_characters(void **state)
{
  (void)state;
  text_begin();
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns_stand_under_each_other),
      cmocka_unit_test(width_counts_characters_not_bytes),
      cmocka_unit_test(the_elastic_column_is_cut_to_the_width),
      cmocka_unit_test(the_elastic_column_keeps_its_least),
      cmocka_unit_test(a_short_elastic_column_is_not_stretched),
      cmocka_unit_test(a_cut_before_a_wide_character_keeps_the_columns),
      cmocka_unit_test(the_last_column_is_not_filled_up),
      cmocka_unit_test(a_table_without_rows_has_its_head),
  };
  return cmocka_run_group_tests(tests, choose_characters, NULL);
}
