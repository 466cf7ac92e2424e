/* refusal_words.h - what is wrong with a board, said to people in every language that words.h knows.
 *
 * The fault itself says where and what, for whoever can mend it; this says what it means.
 */
#ifndef AUDIT_REFUSAL_WORDS_H
#define AUDIT_REFUSAL_WORDS_H

#include "audit/problem.h"
#include "audit/words.h"
#include "base/span.h"

/* For a problem that is one. */
struct span refusal_words(const struct problem *problem, enum language language);

#endif
