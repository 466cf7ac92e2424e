/* proof.h - where a project that is funded stays so when only it changes for the better.
 *
 * Each argument is of one form. Compare two counts that differ in one project alone, which is
 * cheaper, or wanted by more, in the second. Until it is bought both are the same, step by step, and at
 * each step it stands better in the second: so it is bought there no later, with no less of the
 * budget left. What has to be seen is only that "better" is so at every step:
 *
 *   greedy              its merit and its place in ties do not fall, and what goes before it is a
 *                       part of what went before; not by score of utility `cost`, where a cheaper
 *                       project is worth less.
 *   phragmen            s = (cost + loads) / supporters does not rise, as no load is above it; but a
 *                       project that nobody wants has no s, where those are funded too.
 *   equal-shares,       rho does not rise when the cost falls, nor with one more supporter of those
 *   exact-equal-shares  who vote anyway; a further voter would take from everybody's share. Without
 *                       completion: those that raise shares are known not to be monotone.
 *
 * A cheaper project must not fall behind in a tie, as it would by `cost-desc`. And if supporters leave
 * a ranking, those below move up, so that more than one project changes.
 */
#ifndef ENGINE_MARGINS_PROOF_H
#define ENGINE_MARGINS_PROOF_H

#include <stdbool.h>

#include "engine/rule.h"

enum change {
  CHANGE_FURTHER_VOTERS,
  CHANGE_SUPPORTERS_LEAVE,
  CHANGE_COST,
};

/* Whether it is proved for this change and these settings. */
bool proof_monotone(const struct tally *tally, enum change change);

#endif
