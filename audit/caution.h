/* caution.h - what the files of a board cannot prove, and who could have cheated how.
 *
 * A verified board is proof against some and not against others. Which of these it is depends on
 * the manifest and on what was found; each has a name for programs and a sentence for people.
 */
#ifndef AUDIT_CAUTION_H
#define AUDIT_CAUTION_H

#include "audit/page.h"
#include "audit/verification.h"
#include "base/canonical.h"

/* Adds those that apply to a board that holds, as points of a list. */
void caution_add(struct page *page, const struct verification *verification);

/* Writes their names as an array. */
void caution_write(struct canonical_writer *writer, const struct verification *verification);

#endif
