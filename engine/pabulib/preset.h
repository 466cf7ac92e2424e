/* preset.h - the counting rule that a .pb file says its city used.
 *
 * META `rule` names it; docs/rules.md lists which published results are reproduced so and why the
 * few others are not. Equal projects are taken in the order in which the file lists them, which
 * is the cities' own list; Equal Shares as its cities announced: more votes first, then cheaper.
 */
#ifndef ENGINE_PABULIB_PRESET_H
#define ENGINE_PABULIB_PRESET_H

#include "engine/pabulib.h"
#include "engine/settings.h"

/* Begins `settings` with the file's rule and gives what its name and META say; the caller may give
 * more. Refuses a file without a rule or with one that is not known, naming those that are. Texts
 * made on the way are in `arena`. */
enum status pabulib_preset(const struct pabulib *file, struct settings *settings,
                           struct arena *arena, struct fault *fault) CHECKED;

#endif
