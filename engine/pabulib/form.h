/* form.h - the ballot form in the words of .pb files: kinds of votes and keys of META.
 */
#ifndef ENGINE_PABULIB_FORM_H
#define ENGINE_PABULIB_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "engine/election.h"

/* The kind that a `vote_type` means; false for an unknown one. */
bool form_kind_of(struct span vote_type, enum ballot_kind *kind) CHECKED;
/* The `vote_type` of a kind; NULL for splits and answers, which .pb files do not have. */
const char *form_vote_type(enum ballot_kind kind);

/* For people. */
#define FORM_VOTE_TYPES "approval, choose-1, cumulative, ordinal or scoring"

/* Approvals of which each names one project at most. */
bool form_is_choose_one(struct span vote_type);

enum form_value {
  FORM_COUNT, /* a whole number from 0 */
  FORM_MONEY,
  FORM_SCORE, /* a whole number, of the scale */
};

/* A key of META that sets a limit of the ballot form. */
struct form_key {
  const char *name;
  enum form_value value;
  unsigned kinds; /* bit 1 << kind of the ballots that have it */
  size_t member;  /* of struct ballot_form: its offset */
};

enum {
  FORM_KEYS = 9
};

extern const struct form_key form_keys[FORM_KEYS];

/* Whether ballots of that kind have the limit. */
bool form_key_applies(const struct form_key *key, enum ballot_kind kind);

int64_t form_get(const struct ballot_form *form, const struct form_key *key);
/* A score must fit 32 bits. */
void form_set(struct ballot_form *form, const struct form_key *key, int64_t value);

#endif
