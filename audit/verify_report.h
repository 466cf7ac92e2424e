/* verify_report.h - what a verification found, as a page for people and as JSON for machines. */
#ifndef AUDIT_VERIFY_REPORT_H
#define AUDIT_VERIFY_REPORT_H

#include <stddef.h>

#include "audit/verification.h"
#include "audit/words.h"
#include "base/buffer.h"

/* Adds the page, in `width` columns where that is possible. A failed allocation shows in `text`. */
void verify_report_add(const struct verification *verification, enum language language,
                       size_t width, struct buffer *text);

/* Adds one line of canonical JSON (members: docs/auditing.md). The same for every language, machine
 * and number of threads. */
void verify_report_write(const struct verification *verification, struct buffer *text);

#endif
