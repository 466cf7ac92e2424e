/* packed.h - choices in few bytes, to hold all ballots of an election in memory until they count.
 *
 * A choice has been judged when it is packed, and is never judged again: unpacking trusts the
 * bytes. Numbers are written seven bits to a byte, the low ones first: how many marks; of each mark
 * how far its project is from the one before, and its value, unless the kind of ballot knows one
 * only. That is one or two bytes for an approval, a tenth of what it takes on the board.
 */
#ifndef BALLOTS_PACKED_H
#define BALLOTS_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "engine/choice.h"

/* How many bytes packed_write writes. */
size_t packed_size(const struct choice *choice, enum ballot_kind kind);

/* Returns the end of what it wrote. */
uint8_t *packed_write(const struct choice *choice, enum ballot_kind kind, uint8_t *bytes);

/* Reads a choice whose marks go to `marks`, which has room for one of each project. Returns the end
 * of what was read. */
const uint8_t *packed_read(const uint8_t *bytes, enum ballot_kind kind, struct mark *marks,
                           struct choice *choice);

#endif
