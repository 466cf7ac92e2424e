/* trial.h - one election made from a seed, and how to count it: what a law is tried on.
 *
 * Each trial has a seed of its own, which a failure prints: with $BEFFROI_SEED set to it and
 * $BEFFROI_ROUNDS to 1, it comes back. Without $BEFFROI_SEED every run tries other elections.
 */
#ifndef TESTS_PROPERTY_TRIAL_H
#define TESTS_PROPERTY_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/outcome.h"
#include "engine/settings.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/random_election.h"

enum {
  TRIAL_SETTINGS = 320
};

struct trial {
  uint64_t seed;
  struct random_source source;
  struct arena arena;
  struct random_election made;
  struct oracle_ballots ballots;
  const uint32_t *draw; /* lots */
  enum oracle_rule rule;
  char settings[TRIAL_SETTINGS];
};

/* A law: fails the test by trial_fail when it does not hold. */
typedef void trial_law(struct trial *trial);

/* Tries a law on `rounds` elections, ten times as many when $BEFFROI_ALL is set, or as many as
 * $BEFFROI_ROUNDS says. */
void trial_run(trial_law *law, unsigned rounds);

/* The same, and then goes on until `enough` says that everything has come up that must, for at most
 * twenty times as many; whether it has. What is rare does not come up in every seed's elections.
 * Where $BEFFROI_ROUNDS says how many, that is enough. */
bool trial_run_until(trial_law *law, unsigned rounds, bool (*enough)(void));

/* Ends the test, saying which election did not hold, and how it was counted. */
void trial_fail(struct trial *trial, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Other ways of counting the same election, drawn anew. */
void trial_draw_settings(struct trial *trial);
void trial_draw_greedy(struct trial *trial);
void trial_draw_equal_shares(struct trial *trial);
void trial_draw_phragmen(struct trial *trial);
void trial_draw_exact(struct trial *trial);
void trial_draw_max_welfare(struct trial *trial);
void trial_draw_maximin(struct trial *trial);
void trial_draw_expanding(struct trial *trial);
void trial_draw_cstv(struct trial *trial);

/* Counts with the engine, which must succeed. */
struct count {
  struct settings settings;
  struct outcome outcome;
};

void trial_count(struct trial *trial, const struct random_election *made, bool group_equal,
                 const char *settings, struct count *count);

/* The canonical bytes of an outcome; the caller frees them. */
struct buffer trial_bytes(struct trial *trial, const struct random_election *made,
                          const struct count *count);

/* A text made in the trial's arena. */
const char *trial_text(struct trial *trial, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
