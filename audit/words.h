/* words.h - every sentence that a report for people is made of, in every language it speaks.
 *
 * A sentence is a template in which {0} to {9} stand for values; the values are text made
 * harmless before. A language is a column of the table in words.c.
 */
#ifndef AUDIT_WORDS_H
#define AUDIT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "base/span.h"
#include "engine/election.h"

enum language {
  LANGUAGE_ENGLISH,
  LANGUAGE_FRENCH,
  LANGUAGE_COUNT,
};

enum word {
  WORD_UNTITLED,
  WORD_RULE,
  WORD_RULE_ASKED,     /* the rule in words, its name */
  WORD_RULE_DEFAULT,   /* the same, its completion */
  WORD_RULE_PUBLISHED, /* the rule in words, its name */
  WORD_SETTINGS,
  WORD_NONE,
  WORD_VOTERS,
  WORD_BLANK, /* blank ballots */
  WORD_DISTINCT,
  WORD_BUDGET,
  WORD_COLUMN_ID,
  WORD_COLUMN_TITLE,
  WORD_COLUMN_COST,
  WORD_COLUMN_VOTES,
  WORD_COLUMN_SCORE,
  WORD_COLUMN_OUTCOME,
  WORD_FUNDED,             /* round */
  WORD_NO_SUPPORT,         /* - */
  WORD_BELOW_THRESHOLD,    /* votes or points it has */
  WORD_BELOW_THE_NUMBER,   /* votes or points it has, threshold */
  WORD_TOO_LITTLE_SUPPORT, /* - */
  WORD_TOO_LITTLE_MONEY,   /* what its supporters had */
  WORD_MONEY_USED,         /* - */
  WORD_MONEY_LEFT,         /* what its supporters had left */
  WORD_DID_NOT_FIT,        /* what was left of the budget */
  WORD_AFTER_STOP,         /* id of the project that did not fit, what was left */
  WORD_EXCLUDED,           /* id of the alternative */
  WORD_REASONS,
  WORD_WHY_BELOW,
  WORD_WHY_TOO_LITTLE,
  WORD_WHY_MONEY_USED,
  WORD_WHY_DID_NOT_FIT,
  WORD_WHY_EXCLUDED,
  WORD_WHY_AFTER_STOP,
  WORD_USED,
  WORD_SPENT,
  WORD_LEFT,
  WORD_COMPLETION,
  WORD_COMPLETION_ADDED, /* name, projects added */
  WORD_COMPLETION_STEPS, /* name, raises, why it stopped */
  WORD_COMPLETION_SHARE, /* name, raises, why it stopped, share of each voter */
  WORD_TIES,
  WORD_NO_TIES,
  WORD_TIE,      /* round, ids, id taken, what decided */
  WORD_TIE_MORE, /* ids, how many more */
  WORD_SEED,
  WORD_PUBLISHED,
  WORD_AGREES,
  WORD_DIFFERS,
  WORD_MISSING, /* ids */
  WORD_EXTRA,   /* ids */
  WORD_RESULT,
  WORD_COMPARE_RULE, /* number, the rule in words, how it was named */
  WORD_COMPARE_PUBLISHED,
  WORD_COMPARE_PLACES,
  WORD_COMPARE_NOWHERE, /* how many projects */
  WORD_COMPARE_COLUMN_RULE,
  WORD_COMPARE_COLUMN_FUNDED,
  WORD_COMPARE_COLUMN_SPENT,
  WORD_COMPARE_COLUMN_WITHOUT,
  WORD_COMPARE_COLUMN_EACH,
  WORD_COMPARE_WITHOUT,
  WORD_COMPARE_EACH,
  WORD_SIMULATE_HEAD,  /* elections, model, seed */
  WORD_SIMULATE_SIZES, /* voters, projects, budget */
  WORD_SIMULATE_COLUMN_RANGE,
  WORD_SIMULATE_RANGE, /* from, to */
  WORD_SIMULATE_SPENT,
  WORD_SIMULATE_WHY_RANGE,
  WORD_COUNT,
};

/* "en", "fr"; also the beginning of a locale's name such as "fr_BE.UTF-8". */
bool language_of(struct span name, enum language *language) CHECKED;

/* Reads what an option says: the name alone. The fault is the option's, "--lang". */
enum status language_read(const char *value, enum language *language, struct fault *fault) CHECKED;

/* The language that the environment asks for; English when it asks for none that we speak. */
enum language language_of_environment(void);

/* Adds a sentence with `values`, as many as its template names. */
void words_add(struct buffer *buffer, enum language language, enum word word,
               const struct span *values, size_t count);

/* The same for a template of another table. */
void words_fill(struct buffer *buffer, const char *sentence, const struct span *values,
                size_t count);

/* A sentence without values. */
struct span words_plain(enum language language, enum word word);

/* What a name of the engine (of a rule, a tie key, a reason to stop) is called by people; the name
 * itself when nothing better is known. */
struct span words_term(enum language language, struct span name);

/* A whole number, by thousands: alike in all our languages. */
void words_add_number(struct buffer *buffer, int64_t value);

/* Thousandths of a whole, as a percentage with one decimal and as a number with three. */
void words_add_percent(struct buffer *buffer, enum language language, unsigned thousandths);
void words_add_thousandths(struct buffer *buffer, enum language language, unsigned thousandths);

/* A number of `decimals` decimals, which `value` is 10^decimals times as much as: 625 of 1 as 62.5. At
 * most 9 decimals. */
void words_add_decimal(struct buffer *buffer, enum language language, uint64_t value,
                       unsigned decimals);

/* An amount in minor units with its currency, by thousands, with all decimals in use. */
void words_add_amount(struct buffer *buffer, enum language language,
                      const struct election *election, int64_t amount);

#endif
