/* draw.h - lots for the tie key `draw`: an order of the projects that nobody chose.
 *
 * Projects stand in ascending order of SHA-256(seed ‖ id). Whoever knows the seed can draw again;
 * where the seed comes from, and why nobody can steer it, is in docs/board.md, "Lots".
 */
#ifndef BALLOTS_DRAW_H
#define BALLOTS_DRAW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/election.h"

enum {
  DRAW_SEED_BYTES = 32
};

/* The place of each project in the draw, 0 first, in `arena`: what tally.draw takes. */
enum status draw_lots(const struct election *election, const uint8_t seed[DRAW_SEED_BYTES],
                      struct arena *arena, const uint32_t **places, struct fault *fault) CHECKED;

#endif
