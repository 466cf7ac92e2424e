/* guarantee_words.h - the sentences about guarantees, in every language that words.h knows.
 */
#ifndef AUDIT_GUARANTEE_WORDS_H
#define AUDIT_GUARANTEE_WORDS_H

#include "audit/prose.h"

enum guarantee_word {
  GUARANTEE_FUNDED,      /* projects funded, of how many, what they cost, the budget, voters */
  GUARANTEE_NONE_FUNDED, /* of how many, the budget, voters */
  GUARANTEE_GROUPS,
  GUARANTEE_GROUPS_MEAN,
  GUARANTEE_PROJECTS_HOLD,
  GUARANTEE_MONEY_HOLDS,
  GUARANTEE_PROJECTS_BROKEN, /* projects it is broken for, the first, voters, utility, share, one
                                project's cost, projects wanted */
  GUARANTEE_MONEY_BROKEN, /* projects it is broken for, the first, voters, utility, share, its cost */
  GUARANTEE_PAYMENTS,
  GUARANTEE_PAYMENTS_UNKNOWN,
  GUARANTEE_PRICEABLE,    /* projects bought */
  GUARANTEE_NOT_THE_COST, /* project, what was paid, its cost */
  GUARANTEE_COULD_PAY,    /* project, what its supporters had left, its cost */
  GUARANTEE_SPREAD,
  GUARANTEE_COLUMN_FUNDED,
  GUARANTEE_COLUMN_VOTERS,
  GUARANTEE_COLUMN_SHARE,
  GUARANTEE_AND_MORE, /* number */
  GUARANTEE_GINI,     /* by projects, by money, each as number and fraction */
  GUARANTEE_CATEGORIES,
  GUARANTEE_CATEGORIES_NONE,
  GUARANTEE_CATEGORIES_MEAN,
  GUARANTEE_COLUMN_CATEGORY,
  GUARANTEE_COLUMN_OF,
  GUARANTEE_OF, /* funded, projects */
  GUARANTEE_COLUMN_MONEY,
  GUARANTEE_COLUMN_MONEY_SHARE,
  GUARANTEE_COLUMN_VOTES,
  GUARANTEE_COLUMN_VOTES_SHARE,
  GUARANTEE_WORD_COUNT
};

extern prose_sentence guarantee_words[GUARANTEE_WORD_COUNT];

#endif
