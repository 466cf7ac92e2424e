/* marks.h - how far boards have come, remembered outside PostgreSQL.
 *
 * A database that was restored to an older state would go on from there, and the service would sign
 * another history of what people hold receipts for. So each node writes down the largest tree of each
 * board that it has signed, and signs nothing for one that is smaller, or is as large and another.
 *
 * A mark is a file of the board's name in a folder that is not backed up with the database: the size
 * and the root in hex. It is written after the commit, and waits for no disk: a mark may be lost with
 * the machine, and then less is noticed; it is never ahead of the database.
 */
#ifndef API_VOTING_MARKS_H
#define API_VOTING_MARKS_H

#include "ballots/digest.h"
#include "ballots/merkle.h"
#include "base/fault.h"

struct marks;

/* An empty `folder`: there are no marks, and nothing is noticed. The folder is made if it is not
 * there, for this user alone. */
enum status marks_open(const char *folder, struct marks **marks, struct fault *fault) CHECKED;
void marks_close(struct marks *marks);

/* STATUS_FAILED when the board that the database has, `tree`, is behind its mark, or when the mark
 * cannot be read. */
enum status marks_check(const struct marks *marks, const struct digest *election,
                        const struct merkle_frontier *tree, struct fault *fault) CHECKED;

/* After a commit. What cannot be written is logged: the ballots stand. */
void marks_set(const struct marks *marks, const struct digest *election,
               const struct merkle_frontier *tree);

#endif
