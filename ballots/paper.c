#include "ballots/paper.h"

#include <inttypes.h>
#include <stdio.h>

#include "ballots/packed.h"
#include "base/buffer.h"
#include "base/canonical.h"

struct reader {
  const struct project_index *index;
  struct buffer packed;
  struct buffer text[2]; /* of this choice and of the one before */
};

static enum status add_packed(struct reader *reader, const struct choice *choice,
                              struct arena *arena, struct fault *fault)
{
  enum ballot_kind kind = reader->index->election->ballot.kind;
  size_t size = packed_size(choice, kind);
  uint8_t *bytes = ARENA_TAKE(arena, uint8_t, size);
  if (bytes == NULL)
    return fault_no_memory(fault);
  packed_write(choice, kind, bytes);
  buffer_add(&reader->packed, (struct span){.bytes = (const char *)bytes, .length = size});
  return reader->packed.failed ? fault_no_memory(fault) : STATUS_OK;
}

/* `arena` is for this choice alone. */
static enum status read_choice(struct reader *reader, const json_t *value, size_t place,
                               struct arena *arena, struct fault *fault)
{
  char where[FAULT_WHERE];
  struct fault why;
  struct choice choice;
  enum status status = choice_read(value, reader->index, arena, &choice, &why);
  if (status == STATUS_NO_MEMORY)
    return fault_no_memory(fault);
  if (status != STATUS_OK) {
    snprintf(where, sizeof where, "ballots[%zu].%.60s", place, why.where);
    return fault_set(fault, status, where, why.expected, "%s", why.what);
  }

  struct buffer *text = &reader->text[place % 2];
  text->length = 0;
  status = canonical_write(value, text, fault);
  if (status != STATUS_OK)
    return status;
  if (place > 0 && span_compare(buffer_span(&reader->text[1 - place % 2]), buffer_span(text)) > 0) {
    snprintf(where, sizeof where, "ballots[%zu]", place);
    return fault_set(fault, STATUS_REFUSED, where, "choices in the order of their bytes",
                     "the choice comes before the one that it stands after");
  }
  return add_packed(reader, &choice, arena, fault);
}

static enum status read_choices(struct reader *reader, const json_t *choices, uint64_t count,
                                struct fault *fault)
{
  if (!json_is_array(choices))
    return fault_set(fault, STATUS_REFUSED, "ballots", "an array of choices", "this is no array");
  if (json_array_size(choices) != count) {
    char expected[FAULT_EXPECTED];
    snprintf(expected, sizeof expected, "%" PRIu64 ", as the entry says", count);
    return fault_set(fault, STATUS_REFUSED, "ballots", expected, "there are %zu choices",
                     json_array_size(choices));
  }
  enum status status = STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < count; i++) {
    struct arena arena = {0};
    status = read_choice(reader, json_array_get(choices, i), i, &arena, fault);
    arena_free(&arena);
  }
  return status;
}

enum status paper_read(struct span bytes, uint64_t count, const struct project_index *index,
                       struct arena *arena, struct paper_ballots *ballots, struct fault *fault)
{
  struct reader reader = {.index = index};
  json_t *choices = NULL;
  enum status status = canonical_read(bytes, bytes.length, &choices, fault);
  if (status == STATUS_OK)
    status = read_choices(&reader, choices, count, fault);
  if (status == STATUS_OK) {
    const void *packed = arena_copy(arena, reader.packed.bytes, reader.packed.length);
    *ballots = (struct paper_ballots){.count = count, .packed = packed};
    if (packed == NULL)
      status = fault_no_memory(fault);
  }
  json_decref(choices);
  buffer_free(&reader.packed);
  buffer_free(&reader.text[0]);
  buffer_free(&reader.text[1]);
  return status;
}
