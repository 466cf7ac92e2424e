/* The bytes of values in PostgreSQL's binary format, written out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "api/server/db_encode.h"
#include "base/hex.h"

static void assert_encodes(struct db_value value, enum sql_type type, const char *hex)
{
  struct buffer buffer = {0};
  assert_true(db_value_fits(&value, type));
  db_encode(&buffer, &value, type);
  assert_false(buffer.failed);
  char *text = calloc(2 * buffer.length + 1, 1);
  assert_non_null(text);
  hex_write((const uint8_t *)buffer.bytes, buffer.length, text);
  assert_string_equal(text, hex);
  free(text);
  buffer_free(&buffer);
}

static void test_numbers_have_the_width_of_their_type(void **state)
{
  (void)state;
  assert_encodes(db_integer(1), SQL_BIGINT, "0000000000000001");
  assert_encodes(db_integer(INT64_MIN), SQL_BIGINT, "8000000000000000");
  assert_encodes(db_integer(-2), SQL_INTEGER, "fffffffe");
  assert_encodes(db_integer(0x0102), SQL_SMALLINT, "0102");
  assert_encodes(db_boolean(true), SQL_BOOLEAN, "01");
  assert_encodes(db_boolean(false), SQL_BOOLEAN, "00");
}

static void test_an_empty_array_has_no_dimension(void **state)
{
  (void)state;
  assert_encodes(db_bytes_array(NULL, 0), SQL_BYTEA_ARRAY,
                 "00000000"
                 "00000000"
                 "00000011");
  assert_encodes(db_integer_array(NULL, 0), SQL_BIGINT_ARRAY,
                 "00000000"
                 "00000000"
                 "00000014");
}

static void test_an_array_says_its_elements(void **state)
{
  (void)state;
  const int64_t numbers[] = {7, -1};
  const struct span bytes[] = {SPAN("ab"), {.bytes = NULL}, SPAN("")};
  assert_encodes(db_integer_array(numbers, 2), SQL_BIGINT_ARRAY,
                 "00000001"
                 "00000000"
                 "00000014"
                 "00000002"
                 "00000001"
                 "000000080000000000000007"
                 "00000008ffffffffffffffff");
  assert_encodes(db_bytes_array(bytes, 3), SQL_TEXT_ARRAY,
                 "00000001"
                 "00000001"
                 "00000019"
                 "00000003"
                 "00000001"
                 "000000026162"
                 "ffffffff"
                 "00000000");
  assert_encodes(db_bytes_array(bytes, 1), SQL_BYTEA_ARRAY,
                 "00000001"
                 "00000000"
                 "00000011"
                 "00000001"
                 "00000001"
                 "000000026162");
}

static const enum sql_type types[] = {SQL_BOOLEAN,      SQL_BYTEA, SQL_BIGINT,      SQL_SMALLINT,
                                      SQL_INTEGER,      SQL_TEXT,  SQL_BYTEA_ARRAY, SQL_TEXT_ARRAY,
                                      SQL_BIGINT_ARRAY, SQL_UUID};

enum {
  TYPES = sizeof types / sizeof *types
};

/* Which of the types a value fits, a letter each. */
static void assert_fits(struct db_value value, const char *fitting)
{
  static const char letters[TYPES + 1] = "obqsitBTQu";
  char found[TYPES + 1];
  size_t count = 0;
  for (size_t i = 0; i < TYPES; i++) {
    if (db_value_fits(&value, types[i]))
      found[count++] = letters[i];
  }
  found[count] = '\0';
  assert_string_equal(found, fitting);
}

static void test_a_value_fits_its_types_and_no_others(void **state)
{
  (void)state;
  const uint8_t uuid[17] = {0};
  assert_fits(db_null(), "obqsitBTQu");
  assert_fits(db_boolean(true), "o");
  assert_fits(db_span(SPAN("a")), "bt");
  assert_fits(db_bytes(NULL, 0), "bt");
  assert_fits(db_bytes(uuid, 16), "btu");
  assert_fits(db_bytes(uuid, 17), "bt");
  assert_fits(db_integer(INT16_MAX), "qsi");
  assert_fits(db_integer(INT16_MIN), "qsi");
  assert_fits(db_integer(INT16_MAX + 1), "qi");
  assert_fits(db_integer(INT16_MIN - 1), "qi");
  assert_fits(db_integer(INT32_MIN), "qi");
  assert_fits(db_integer((int64_t)INT32_MAX + 1), "q");
  assert_fits(db_integer((int64_t)INT32_MIN - 1), "q");
  assert_fits(db_integer_array(NULL, 0), "Q");
  assert_fits(db_bytes_array(NULL, 0), "BT");
}

int main(void)
{
  const struct CMUnitTest cases[] = {
      cmocka_unit_test(test_numbers_have_the_width_of_their_type),
      cmocka_unit_test(test_an_empty_array_has_no_dimension),
      cmocka_unit_test(test_an_array_says_its_elements),
      cmocka_unit_test(test_a_value_fits_its_types_and_no_others),
  };
  return cmocka_run_group_tests(cases, NULL, NULL);
}
