/* site_report.h - what a site serves and what was signed, as a page for people and as JSON. */
#ifndef AUDIT_SITE_REPORT_H
#define AUDIT_SITE_REPORT_H

#include <stddef.h>

#include "audit/site.h"
#include "audit/words.h"
#include "ballots/manifest.h"
#include "base/buffer.h"

/* Whether the site serves what was signed, as far as it was read. */
bool site_holds(const struct site *site);

/* Adds the page, in `width` columns where that is possible. A failed allocation shows in `text`. */
void site_report_add(const struct site *site, const struct manifest *manifest, const char *address,
                     enum language language, size_t width, struct buffer *text);

/* Adds one line of canonical JSON (members: docs/auditing.md). */
void site_report_write(const struct site *site, const struct manifest *manifest,
                       struct buffer *text);

#endif
