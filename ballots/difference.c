#include "ballots/difference.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/canonical.h"

enum {
  SHOWN = 120 /* bytes of a value in a message */
};

struct comparison {
  char way[FAULT_WHERE];
  struct buffer expected; /* what stands there; empty: nothing does */
  struct buffer found;
};

/* jansson's iterators want an object that may change, though reading does not change it. */
static json_t *iterable(const json_t *object)
{
  return (json_t *)(uintptr_t)object;
}

static void show(const json_t *value, struct buffer *buffer)
{
  struct fault ignored;
  if (value != NULL && canonical_write(value, buffer, &ignored) != STATUS_OK)
    buffer->failed = true;
}

static bool compare(struct comparison *comparison, const json_t *expected, const json_t *found);

/* Members have few names, so it does not matter that each is looked for. The first name that only
 * one of the two has, or under which they differ, is the place. */
static bool compare_objects(struct comparison *comparison, const json_t *expected,
                            const json_t *found)
{
  const json_t *both[] = {expected, found};
  size_t length = strlen(comparison->way);
  for (size_t side = 0; side < 2; side++) {
    json_t *object = iterable(both[side]);
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
      const char *name = json_object_iter_key(at);
      snprintf(comparison->way + length, sizeof comparison->way - length, "/%s", name);
      if (!compare(comparison, json_object_get(expected, name), json_object_get(found, name)))
        return false;
    }
  }
  comparison->way[length] = '\0';
  return true;
}

static bool compare_arrays(struct comparison *comparison, const json_t *expected,
                           const json_t *found)
{
  size_t length = strlen(comparison->way);
  for (size_t i = 0; i < json_array_size(expected) || i < json_array_size(found); i++) {
    snprintf(comparison->way + length, sizeof comparison->way - length, "/%zu", i);
    if (!compare(comparison, json_array_get(expected, i), json_array_get(found, i)))
      return false;
  }
  comparison->way[length] = '\0';
  return true;
}

/* Whether they are the same; if not, the way leads to where they differ. As deep as
 * CANONICAL_DEPTH_MAX. */
static bool compare(struct comparison *comparison, const json_t *expected, const json_t *found)
{
  if (json_is_object(expected) && json_is_object(found))
    return compare_objects(comparison, expected, found);
  if (json_is_array(expected) && json_is_array(found))
    return compare_arrays(comparison, expected, found);
  if (expected != NULL && found != NULL && json_equal(expected, found))
    return true;
  show(expected, &comparison->expected);
  show(found, &comparison->found);
  return false;
}

/* A value, or that there is none. */
static void put_value(const struct buffer *value, char text[SHOWN + 1])
{
  struct span shown = value->length == 0 ? SPAN("nothing") : buffer_span(value);
  if (shown.length > SHOWN)
    shown.length = SHOWN;
  memcpy(text, shown.bytes, shown.length);
  text[shown.length] = '\0';
}

static enum status tell(const char *name, const json_t *expected, const json_t *found,
                        struct fault *fault)
{
  char should[SHOWN + 1];
  char is[SHOWN + 1];
  struct comparison comparison = {0};
  snprintf(comparison.way, sizeof comparison.way, "%s", name);
  compare(&comparison, expected, found);
  put_value(&comparison.expected, should);
  put_value(&comparison.found, is);
  bool failed = comparison.expected.failed || comparison.found.failed;
  buffer_free(&comparison.expected);
  buffer_free(&comparison.found);
  if (failed)
    return fault_no_memory(fault);
  return fault_set(fault, STATUS_REFUSED, comparison.way, should, "here stands %s", is);
}

enum status difference_find(const char *name, struct span expected, struct span found,
                            struct fault *fault)
{
  if (span_equal(expected, found))
    return STATUS_OK;
  json_t *right = NULL;
  json_t *other = NULL;
  enum status status = canonical_read(expected, expected.length, &right, fault);
  if (status == STATUS_OK)
    status = canonical_read(found, found.length, &other, fault);
  if (status == STATUS_OK)
    status = tell(name, right, other, fault);
  json_decref(right);
  json_decref(other);
  return status;
}
