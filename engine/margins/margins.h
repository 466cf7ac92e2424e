/* margins.h - how little would have changed whether a project is funded: found by counting again.
 *
 * Of a project that is not funded, and the reverse of one that is:
 *
 *   votes   the least number of further voters with whom it would have won, each with a ballot for
 *           this project alone; of a winner, the least number of its supporters without whom it would
 *           have lost, who leave it off their ballots and stay voters.
 *   cost    how much cheaper, at least, it would have won; how much dearer a winner would have lost.
 *   rivals  the funded projects, one by one, without which it would have won, or a winner would have
 *           lost: nobody names them, and ballots are else as they are.
 *
 * A further voter gives as much to the project as any ballot gives to one, where ballots give points
 * or scores; so nothing has to be chosen but the number. Supporters leave in an order that does not
 * depend on that of the ballots: first those whose ballots name fewest projects, among them in the
 * order of what they name. On a ranking whoever stands below moves up.
 *
 * What is sought is the least number that changes the answer. Where it is proved that, once changed,
 * the answer stays so for larger numbers (proof.h), bisection finds it. Elsewhere a third of the
 * counts allowed tries 1, 2, 3, …; beyond that a number that changes the answer is still looked for,
 * but it need not be the least, and that is said.
 *
 * Source: N. Boehmer, P. Faliszewski, Ł. Janeczko, D. Peters, G. Pierczyński, Š. Schierreich,
 * P. Skowron, S. Szufa, "Evaluation of Project Performance in Participatory Budgeting", IJCAI 2024,
 * for costs and for voters of one project; rivals and the margins of winners are ours.
 */
#ifndef ENGINE_MARGINS_MARGINS_H
#define ENGINE_MARGINS_MARGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/canonical.h"
#include "base/fault.h"
#include "engine/outcome.h"
#include "engine/rule.h"

enum {
  MARGINS_COUNTS_MAX = 1000000 /* of one project */
};

/* The least number from 1 on that changes whether the project is funded. */
struct margin {
  bool found;
  int64_t number; /* if found: one that does */
  bool proved;    /* no smaller number does; if nothing was found: none does */
  int64_t tried;  /* if not proved: all numbers up to this were tried in vain */
  uint64_t counts;
};

struct margins {
  uint32_t project;
  bool funded;
  struct margin votes;
  struct margin cost; /* in minor units */
  size_t rival_count;
  const uint32_t *rivals; /* in order of funding */
  size_t rivals_tried;
  size_t rivals_left; /* for want of counts */
};

/* Finds all three of one project, each with at most a third of `counts`, which is at most
 * MARGINS_COUNTS_MAX. `outcome` is what the tally came to. What is found is in `arena`; the counts
 * take and give back memory of their own. */
enum status margins_find(const struct tally *tally, const struct outcome *outcome, uint32_t project,
                         uint64_t counts, struct arena *arena, struct margins *margins,
                         struct fault *fault) CHECKED;

/* Writes an object (members: docs/rules.md, "Margins"). */
void margins_write(const struct margins *margins, const struct election *election,
                   enum reason reason, struct canonical_writer *writer);

#endif
