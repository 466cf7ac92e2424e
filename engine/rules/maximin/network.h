/* network.h - can all that was funded, and one project more, be paid so that nobody pays more than λ?
 *
 * Each project is paid by its supporters, who may share its cost in any way. By the theorem of maximum
 * flows and minimum cuts they can do it with at most λ each exactly when no set S of the projects
 * costs more than λ times the number of voters who support at least one of S. So the least λ, which is
 * the load of the voter who is loaded most when loads are as even as can be, is
 *
 *   z = max over sets S of projects of  cost(S) / voters who support one of S.
 *
 * With a candidate c beside the funded projects, either S is without c, which the caller knows, or it
 * has c. Then c's supporters count anyway, and S \ {c} is to be the set of funded projects that is
 * greatest in cost(S) - λ · (its supporters who do not support c): a flow from projects, each as much
 * as it costs, to voters, each at most λ, or 0 if they support c. What does not get through is
 * that greatest value, and the projects from which something more could still be sent, if there were
 * room, are the set.
 *
 * Voters who support the same funded projects, a *pattern*, are one node. With λ = amount / voters all
 * numbers are multiplied by the divisor and whole: less than 2^84.
 *
 * Paths are found in phases, shortest first (E. A. Dinic, 1970): each phase makes the shortest
 * path longer, and no path visits a project twice, so there are at most as many phases as projects.
 */
#ifndef ENGINE_RULES_MAXIMIN_NETWORK_H
#define ENGINE_RULES_MAXIMIN_NETWORK_H

#include "base/wide.h"
#include "engine/support.h"

/* amount / voters */
struct load {
  uint64_t amount; /* < 2^53 */
  uint64_t voters; /* > 0, < 2^31 */
};

struct network {
  const struct election *election;
  const struct support *support;

  /* The funded projects that somebody supports and that cost something. */
  size_t member_count;
  uint32_t *members;   /* [member_count] projects */
  uint32_t *member_of; /* [project_count] place among them, or NETWORK_NONE */
  uint64_t cost;       /* of all of them */

  /* Patterns; an edge for each funded project of each. */
  size_t pattern_count;
  uint32_t *pattern_of; /* [group_count] */
  uint32_t *renamed;    /* [patterns at most] */
  uint32_t *model;      /* [patterns] a group that has it */
  uint64_t *voters;     /* [patterns] */
  uint64_t *counted;    /* [patterns] of them, supporters of the candidate */
  size_t *start;        /* [patterns + 1] edges of each */
  uint32_t *edge_member;
  uint32_t *edge_pattern;
  size_t *member_start; /* [members + 1] */
  size_t *member_edge;  /* edges of each member */

  /* A flow. */
  struct wide *flow; /* [edges] */
  struct wide *need; /* [members] to be sent */
  struct wide *room; /* [patterns] */
  uint32_t *level;   /* [members] in the phase, or NETWORK_NONE */
  uint32_t *pattern_level;
  size_t *next;         /* [members] place in member_edge, of what is to be tried next */
  size_t *pattern_next; /* [patterns] edge */
  uint32_t *queue;      /* [members] for searches: members */
  size_t *path;         /* [members] edges that a path comes back by */
};

#define NETWORK_NONE UINT32_MAX

/* Without a funded project. */
enum status network_begin(struct network *network, const struct election *election,
                          const struct support *support, struct arena *arena,
                          struct fault *fault) CHECKED;

/* Adds a funded project that is supported and costs something. */
void network_add(struct network *network, uint32_t project);

/* Whether there are sets with `candidate`, which is supported, for which a load of λ is too little:
 * 1, and `heavier` becomes cost / voters of one of those that lack most; 0: none, but for some it is
 * just enough; -1: it is more than enough for all. */
int network_try(struct network *network, uint32_t candidate, const struct load *limit,
                struct load *heavier);

/* <0, 0 or >0. */
int load_compare(const struct load *a, const struct load *b);

#endif
