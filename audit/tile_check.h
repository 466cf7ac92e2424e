/* tile_check.h - the files of a board's tree, as far as they are there, held to its entries. */
#ifndef AUDIT_TILE_CHECK_H
#define AUDIT_TILE_CHECK_H

#include <stdint.h>

#include "audit/board_source.h"
#include "audit/problem.h"
#include "ballots/board.h"
#include "base/fault.h"

/* Compares each tile and each entry bundle of the tree that is in the source's directory, and counts
 * them. The first that differs is the problem. Bundles are left alone where they are what was read,
 * or while they hold a ballot that is withheld. */
enum status tile_check(struct board_source *source, const struct board *board, uint64_t *compared,
                       struct problem *problem, struct fault *fault) CHECKED;

#endif
