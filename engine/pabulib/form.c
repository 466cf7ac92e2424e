#include "engine/pabulib/form.h"

#include <string.h>

static const struct vote_type {
  struct span name;
  enum ballot_kind kind;
} vote_types[] = {
    {SPAN_INIT("approval"), BALLOT_APPROVAL}, {SPAN_INIT("choose-1"), BALLOT_APPROVAL},
    {SPAN_INIT("cumulative"), BALLOT_POINTS}, {SPAN_INIT("ordinal"), BALLOT_RANKING},
    {SPAN_INIT("scoring"), BALLOT_SCORES},
};

enum {
  VOTE_TYPES = sizeof(vote_types) / sizeof(vote_types[0])
};

bool form_kind_of(struct span vote_type, enum ballot_kind *kind)
{
  for (size_t i = 0; i < VOTE_TYPES; i++) {
    if (span_equal(vote_type, vote_types[i].name)) {
      *kind = vote_types[i].kind;
      return true;
    }
  }
  return false;
}

const char *form_vote_type(enum ballot_kind kind)
{
  for (size_t i = 0; i < VOTE_TYPES; i++)
    if (vote_types[i].kind == kind)
      return vote_types[i].name.bytes;
  return NULL;
}

bool form_is_choose_one(struct span vote_type)
{
  return span_equal(vote_type, SPAN("choose-1"));
}

#define KIND(kind)   (1U << (kind))
#define MEMBER(name) offsetof(struct ballot_form, name)

enum {
  APPROVAL = KIND(BALLOT_APPROVAL),
  POINTS = KIND(BALLOT_POINTS),
  SCORES = KIND(BALLOT_SCORES),
  NAMING = KIND(BALLOT_APPROVAL) | KIND(BALLOT_POINTS) | KIND(BALLOT_RANKING)
};

/* A lower limit stands before the upper one of the same thing. `max_points` is said of what one
 * project gets, and that is a limit in one kind and the scale in another. */
const struct form_key form_keys[FORM_KEYS] = {
    {"min_length", FORM_COUNT, NAMING, MEMBER(min)},
    {"max_length", FORM_COUNT, NAMING, MEMBER(max)},
    {"max_sum_cost", FORM_MONEY, APPROVAL, MEMBER(max_cost)},
    {"min_sum_points", FORM_COUNT, POINTS, MEMBER(min_points)},
    {"max_sum_points", FORM_COUNT, POINTS, MEMBER(points)},
    {"max_points", FORM_COUNT, POINTS, MEMBER(max_per_project)},
    {"min_points", FORM_SCORE, SCORES, MEMBER(lowest)},
    {"max_points", FORM_SCORE, SCORES, MEMBER(highest)},
    {"default_score", FORM_SCORE, SCORES, MEMBER(unscored)},
};

bool form_key_applies(const struct form_key *key, enum ballot_kind kind)
{
  return (key->kinds & KIND(kind)) != 0;
}

int64_t form_get(const struct ballot_form *form, const struct form_key *key)
{
  const char *member = (const char *)form + key->member;
  if (key->value == FORM_SCORE) {
    int32_t score;
    memcpy(&score, member, sizeof score);
    return score;
  }
  int64_t limit;
  memcpy(&limit, member, sizeof limit);
  return limit;
}

void form_set(struct ballot_form *form, const struct form_key *key, int64_t value)
{
  char *member = (char *)form + key->member;
  if (key->value == FORM_SCORE) {
    const int32_t score = (int32_t)value;
    memcpy(member, &score, sizeof score);
    return;
  }
  memcpy(member, &value, sizeof value);
}
