/* maximin_support.h - the maximin support rule: the next project is the one that leaves the voter who
 * is loaded most with the least load, when the loads of all that is funded are shared out anew.
 *
 * Each project is paid by its supporters, who may share its cost in any way, and share the costs of
 * all that is funded so that the largest load is as small as can be: z(W) for a set W of projects.
 * Repeatedly, among the projects that fit in what is left of the budget, the one with the least
 * z(W and it) is funded. Unlike Phragmén's rule nobody is held to what was paid in earlier rounds.
 *
 * z(W) = max over S within W of cost(S) / voters who support one of S, and it never falls as W grows;
 * so the largest ratio that was ever found for a candidate is a lower bound ever after, and in each
 * round few candidates have to be worked out. network.h says how a load is tried. From a lower bound
 * that is too little the heavier set that is found gives the next one to be tried, each greater than
 * the one before (Newton's method on a sum of a maximum; W. Dinkelbach, "On Nonlinear Fractional
 * Programming", Management Science 13(7), 1967), and there are finitely many sets.
 *
 * Source: L. Sánchez-Fernández, N. Fernández, J. A. Fisteus, M. Brill, "The Maximin Support Method: An
 * Extension of the D'Hondt Method to Approval-Based Multiwinner Elections", AAAI 2021; with costs as
 * in pabutools.
 */
#ifndef ENGINE_RULES_MAXIMIN_SUPPORT_H
#define ENGINE_RULES_MAXIMIN_SUPPORT_H

#include "engine/rule.h"

extern const struct rule maximin_support_rule;

#endif
