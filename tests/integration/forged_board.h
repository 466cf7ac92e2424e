/* forged_board.h - boards whose last entry is forged, shown to `beffroi-audit verify`.
 *
 * A board here is a beginning of the example (tests/unit/board_example.h) with another last entry;
 * tree, tiles, checkpoint and cosignature are made anew over it, so that only the check under test
 * can refuse it, and must do so by its name at that entry and say why. The whole command runs, in
 * this process. For cmocka.
 */
#ifndef TESTS_INTEGRATION_FORGED_BOARD_H
#define TESTS_INTEGRATION_FORGED_BOARD_H

#include <jansson.h>
#include <stddef.h>

#include "ballots/envelope.h"
#include "base/arena.h"
#include "base/span.h"
#include "tests/unit/board_example.h"
#include "tests/unit/signers.h"

enum {
  FORGED_TIME = 1805569200 /* when the witness sees it: a little after the close */
};

extern struct arena forged_arena;
extern struct board_example forged_example;
/* Those of the example, unless a test puts others in their place. */
extern struct span forged_lines[EXAMPLE_ENTRIES];

/* For cmocka: before and after all tests, and before each. */
int forged_begin(void **state);
int forged_end(void **state);
int forged_begin_test(void **state);

struct signer forged_board_key(void);
struct signer forged_witness(void);

/* The first `count` lines as a whole directory; its path, in the arena. */
char *forged_keep(size_t count);

/* What stands at a place now. */
struct envelope forged_envelope(enum example_place place);

/* Canonical JSON, in the arena. */
struct span forged_canonical(const json_t *value);

/* The first `count` lines hold. */
void forged_holds(size_t count);

/* The board at `path` is refused by this name, with words that have `why` in them; `index` is the
 * entry's, or -1. `what` is for the complaint that it was not. */
void forged_refused_at(char *path, int index, const char *name, const char *why, const char *what);

/* The same of the beginning that ends with `line` at this place. */
void forged_refused(enum example_place place, struct span line, const char *name, const char *why,
                    const char *what);

#endif
