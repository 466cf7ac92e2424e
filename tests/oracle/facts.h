/* facts.h - what both oracles read from an election before they count.
 */
#ifndef TESTS_ORACLE_FACTS_H
#define TESTS_ORACLE_FACTS_H

#include "tests/oracle/oracle.h"

/* Says what is wrong and ends the program. */
_Noreturn void oracle_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory of the arena; does not return without it. */
void *oracle_take(struct arena *arena, size_t count, size_t size);

#define ORACLE_TAKE(arena, type, count) ((type *)oracle_take((arena), (count), sizeof(type)))

/* How marks become utilities. */
struct oracle_reading {
  enum ballot_kind kind;
  enum oracle_utility utility;
  int64_t longest; /* ranking allowed, or cast where no limit is set */
};

struct oracle_reading oracle_reading_of(const struct election *election,
                                        const struct oracle_ballots *ballots,
                                        enum oracle_utility utility);

/* What a mark is worth before the project's cost comes in: 0 is no support. */
int64_t oracle_weight(const struct oracle_reading *reading, const struct choice *choice,
                      size_t mark);

struct oracle_facts {
  size_t project_count;
  uint64_t voters;
  const uint64_t *votes; /* [project_count] voters with a weight above 0 */
  const int64_t *score;  /* [project_count] what a city publishes */
  const int64_t *weight; /* [project_count] sum of weights over voters */
  const int64_t *scale;  /* [project_count] utility = weight × scale */
  const uint32_t *order; /* [project_count] place in the tie list, 0 first */
};

void oracle_facts_make(const struct election *election, const struct oracle_ballots *ballots,
                       const struct oracle_settings *settings, struct arena *arena,
                       struct oracle_facts *facts);

/* Whether `project` may not be funded beside those already funded: an alternative of the settings
 * or of its category is among them. */
bool oracle_excluded(const struct election *election, const struct oracle_settings *settings,
                     const bool *funded, uint32_t project);

/* A rational as "n/d", the denominator always written. */
const char *oracle_text(mpq_srcptr value, struct arena *arena);

/* A whole number in digits. */
const char *oracle_whole(mpz_srcptr value, struct arena *arena);

/* GMP's numbers in an array; the caller gives them back. */
mpq_t *oracle_numbers(size_t count);
void oracle_numbers_free(mpq_t *numbers, size_t count);

/* Whole numbers of 64 bits, which `long` does not hold everywhere. */
void oracle_set(mpq_t number, int64_t value);
int64_t oracle_floor(mpq_srcptr number);

#endif
