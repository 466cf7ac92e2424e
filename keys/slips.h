/* slips.h - the sheets that are printed, cut and handed out: one card for each voter.
 *
 * A page of HTML in French and English that needs nothing else: no script, no picture, no font from
 * elsewhere. Each slip has the voting code as text and, where there is a voting page, as a QR code
 * of its address with the code in the fragment, which browsers never send; and, below a line to cut at, the card
 * number, by which a desk can strike the card without seeing the code.
 *
 * Codes pass through memory of guard_take only, and libqrencode's, which keeps them until the
 * process ends.
 */
#ifndef KEYS_SLIPS_H
#define KEYS_SLIPS_H

#include <stdbool.h>
#include <stddef.h>

#include "ballots/code.h"
#include "ballots/credential.h"
#include "base/fault.h"
#include "base/span.h"
#include "keys/file.h"
#include "keys/roll.h"

enum {
  SLIPS_ADDRESS_MAX = 200
};

struct slips {
  struct file_writer file;
  struct span address, origin; /* no address: empty */
  struct span group;           /* of the last slip */
  bool started;
  char *text; /* of guard_take: what is not written yet */
  size_t length;
};

/* Whether it is NULL, or codes can follow it: "https://…#", printable ASCII without what HTML would misread. */
enum status slips_check_address(const char *address, struct fault *fault) CHECKED;

/* Begins a new file. `address` is NULL where there is no voting page. `path` and the others must
 * outlive the slips. */
enum status slips_begin(struct slips *slips, const char *path, const char *address,
                        struct span origin, struct fault *fault) CHECKED;

/* Adds a slip; a group that differs from the last one's begins a sheet. */
enum status slips_add(struct slips *slips, const struct person *person, const struct code *code,
                      const char card[CARD_NUMBER_TEXT], struct fault *fault) CHECKED;

/* Makes the file durable. */
enum status slips_end(struct slips *slips, struct fault *fault) CHECKED;

/* Takes the file away and wipes what is in memory; for slips that were not ended. */
void slips_abandon(struct slips *slips);

#endif
