/* spot.h - the values inside a JSON value, one by one, to be changed by a test.
 *
 * Spots are named as refusals name them: "board.witnesses[0]".
 */
#ifndef TESTS_UNIT_SPOT_H
#define TESTS_UNIT_SPOT_H

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct spot {
  json_t *parent;
  const char *name; /* NULL for an element of an array */
  size_t index;
  json_t *value;
  char where[128];
};

static inline bool spot_find_below(json_t *value, const char *where, size_t *number,
                                   struct spot *spot);

/* Whether `child` or something in it is number `*number`, counting on. */
static inline bool spot_is_at(struct spot child, size_t *number, struct spot *spot)
{
  if (*number == 0) {
    *spot = child;
    return true;
  }
  (*number)--;
  return spot_find_below(child.value, child.where, number, spot);
}

static inline bool spot_find_below(json_t *value, const char *where, size_t *number,
                                   struct spot *spot)
{
  for (size_t i = 0; i < json_array_size(value); i++) {
    struct spot child = {.parent = value, .index = i, .value = json_array_get(value, i)};
    snprintf(child.where, sizeof child.where, "%.100s[%zu]", where, i);
    if (spot_is_at(child, number, spot))
      return true;
  }
  for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at)) {
    struct spot child = {
        .parent = value, .name = json_object_iter_key(at), .value = json_object_iter_value(at)};
    snprintf(child.where, sizeof child.where, *where == '\0' ? "%.60s%.60s" : "%.60s.%.60s", where,
             child.name);
    if (spot_is_at(child, number, spot))
      return true;
  }
  return false;
}

/* The spot of this number below `root`, which is none itself; false when there are not so many. */
static inline bool spot_find(json_t *root, size_t number, struct spot *spot)
{
  return spot_find_below(root, "", &number, spot);
}

static inline struct spot spot_named(json_t *root, const char *where)
{
  struct spot spot;
  for (size_t i = 0; spot_find(root, i, &spot); i++)
    if (strcmp(spot.where, where) == 0)
      return spot;
  fail_msg("there is no '%s'", where);
  return spot;
}

/* Puts `value`, which it takes over, in place of what is there. */
static inline void spot_set(const struct spot *spot, json_t *value)
{
  assert_non_null(value);
  if (spot->name != NULL)
    assert_int_equal(json_object_set_new(spot->parent, spot->name, value), 0);
  else
    assert_int_equal(json_array_set_new(spot->parent, spot->index, value), 0);
}

static inline void spot_remove(const struct spot *spot)
{
  if (spot->name != NULL)
    assert_int_equal(json_object_del(spot->parent, spot->name), 0);
  else
    assert_int_equal(json_array_remove(spot->parent, spot->index), 0);
}

static inline json_t *json_of(const char *text)
{
  json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
  if (value == NULL)
    fail_msg("the test's own JSON is wrong: %s", text);
  return value;
}

/* Gives a member of `root`, there or not yet there, or an element, another value. */
static inline void change(json_t *root, const char *where, const char *text)
{
  char parent[128];
  snprintf(parent, sizeof parent, "%s", where);
  char *dot = strrchr(parent, '.');
  if (where[strlen(where) - 1] == ']') {
    struct spot spot = spot_named(root, where);
    spot_set(&spot, json_of(text));
    return;
  }
  json_t *object = root;
  if (dot != NULL) {
    *dot = '\0';
    object = spot_named(root, parent).value;
  }
  assert_int_equal(json_object_set_new(object, dot == NULL ? where : dot + 1, json_of(text)), 0);
}

static inline void leave_out(json_t *root, const char *where)
{
  struct spot spot = spot_named(root, where);
  spot_remove(&spot);
}

#endif
