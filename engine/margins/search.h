/* search.h - the least number that changes an answer, with a bound on how often it is asked.
 */
#ifndef ENGINE_MARGINS_SEARCH_H
#define ENGINE_MARGINS_SEARCH_H

#include "engine/margins/margins.h"

/* Whether the answer for `number` is another than the one that we have. */
typedef enum status search_ask(void *context, int64_t number, bool *changed, struct fault *fault);

struct search_question {
  search_ask *ask;
  void *context;
  int64_t most;    /* numbers are from 1 to this; 0: there is none */
  int64_t first;   /* where doubling begins, at least 1 */
  bool monotone;   /* once changed, it stays so */
  uint64_t counts; /* most times to ask */
};

enum status search_least(const struct search_question *question, struct margin *margin,
                         struct fault *fault) CHECKED;

#endif
