/* explain_words.h - the sentences of explanations, in every language that words.h knows.
 */
#ifndef AUDIT_EXPLAIN_WORDS_H
#define AUDIT_EXPLAIN_WORDS_H

#include "audit/prose.h"

enum explain_word {
  EXPLAIN_BOUND,    /* most counts for one project */
  EXPLAIN_PROJECT,  /* id, title, cost, votes */
  EXPLAIN_NO_TITLE, /* id, cost, votes */
  /* reasons, in the order of enum reason */
  EXPLAIN_FUNDED,             /* round */
  EXPLAIN_NO_SUPPORT,         /* - */
  EXPLAIN_BELOW_THRESHOLD,    /* votes or points */
  EXPLAIN_TOO_LITTLE_SUPPORT, /* cost */
  EXPLAIN_MONEY_USED,         /* cost */
  EXPLAIN_DID_NOT_FIT,        /* cost, what was left */
  EXPLAIN_EXCLUDED,           /* the alternative */
  EXPLAIN_AFTER_STOP,         /* where the count stopped, what was left */
  EXPLAIN_SUPPORTERS_HAD,     /* at the start, at the end */
  EXPLAIN_PAID,               /* a list of "id: amount" */
  EXPLAIN_PAID_FOR,           /* id, amount */
  /* margins: of a project that is not funded, then of one that is; proved, not proved */
  EXPLAIN_VOTES_LOSER,        /* number */
  EXPLAIN_VOTES_LOSER_SOME,   /* number, tried in vain */
  EXPLAIN_VOTES_LOSER_NONE,   /* - */
  EXPLAIN_VOTES_LOSER_OPEN,   /* tried in vain, counts */
  EXPLAIN_VOTES_WINNER,       /* number, of how many */
  EXPLAIN_VOTES_WINNER_SOME,  /* number, tried in vain */
  EXPLAIN_VOTES_WINNER_NONE,  /* - */
  EXPLAIN_VOTES_WINNER_OPEN,  /* tried in vain, counts */
  EXPLAIN_COST_LOSER,         /* cost */
  EXPLAIN_COST_LOSER_SOME,    /* cost, lowest of the higher ones tried */
  EXPLAIN_COST_LOSER_NONE,    /* - */
  EXPLAIN_COST_LOSER_OPEN,    /* lowest tried, counts */
  EXPLAIN_COST_WINNER,        /* cost */
  EXPLAIN_COST_WINNER_SOME,   /* cost, highest of the lower ones tried */
  EXPLAIN_COST_WINNER_NONE,   /* - */
  EXPLAIN_COST_WINNER_OPEN,   /* highest tried, counts */
  EXPLAIN_RIVALS_LOSER,       /* ids */
  EXPLAIN_RIVALS_LOSER_NONE,  /* projects tried */
  EXPLAIN_RIVALS_WINNER,      /* ids */
  EXPLAIN_RIVALS_WINNER_NONE, /* projects tried */
  EXPLAIN_RIVALS_LEFT,        /* how many were not tried */
  EXPLAIN_WORD_COUNT
};

extern prose_sentence explain_words[EXPLAIN_WORD_COUNT];

#endif
