/* The writing half of choice.h. */
#include <stdlib.h>
#include <string.h>

#include "engine/choice.h"

struct named_mark {
  struct span id;
  int32_t value;
};

static int compare_names(const void *left, const void *right)
{
  const struct named_mark *a = left;
  const struct named_mark *b = right;
  return span_compare(a->id, b->id);
}

static int compare_ranks(const void *left, const void *right)
{
  const struct named_mark *a = left;
  const struct named_mark *b = right;
  return (a->value > b->value) - (a->value < b->value);
}

static void write_ids(const struct named_mark *marks, size_t count, struct canonical_writer *writer)
{
  canonical_array(writer);
  for (size_t i = 0; i < count; i++)
    canonical_string(writer, marks[i].id);
  canonical_end(writer);
}

static void write_values(const struct named_mark *marks, size_t count,
                         struct canonical_writer *writer)
{
  /* The writer compares each name with the one before, so two are kept. */
  char names[2][ELECTION_ID_MAX + 1];
  canonical_object(writer);
  for (size_t i = 0; i < count; i++) {
    char *name = names[i % 2];
    memcpy(name, marks[i].id.bytes, marks[i].id.length);
    name[marks[i].id.length] = '\0';
    canonical_member_integer(writer, name, marks[i].value);
  }
  canonical_end(writer);
}

static void write_marks(struct named_mark *marks, size_t count, const struct election *election,
                        struct canonical_writer *writer)
{
  const enum ballot_kind kind = election->ballot.kind;
  qsort(marks, count, sizeof(*marks), kind == BALLOT_RANKING ? compare_ranks : compare_names);
  canonical_member(writer, choice_member(kind));
  switch (kind) {
  case BALLOT_APPROVAL:
  case BALLOT_RANKING:
    write_ids(marks, count, writer);
    break;
  case BALLOT_POINTS:
  case BALLOT_SCORES:
  case BALLOT_SPLIT:
    write_values(marks, count, writer);
    break;
  case BALLOT_ANSWER:
    canonical_string(writer, marks[0].id);
    break;
  }
}

void choice_write(const struct choice *choice, const struct election *election,
                  struct canonical_writer *writer)
{
  canonical_object(writer);
  if (choice->count == 0) {
    canonical_member_boolean(writer, "blank", true);
    canonical_end(writer);
    return;
  }
  struct named_mark *marks = calloc(choice->count, sizeof(*marks));
  if (marks != NULL) {
    for (size_t i = 0; i < choice->count; i++)
      marks[i] = (struct named_mark){.id = election->projects[choice->marks[i].project].id,
                                     .value = choice->marks[i].value};
    write_marks(marks, choice->count, election, writer);
    free(marks);
  } else {
    writer->buffer->failed = true;
  }
  canonical_end(writer);
}
