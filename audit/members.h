/* members.h - members of the answers for machines that several commands write. */
#ifndef AUDIT_MEMBERS_H
#define AUDIT_MEMBERS_H

#include <stdint.h>

#include "ballots/digest.h"
#include "base/canonical.h"
#include "base/fault.h"

/* A count; null where JSON's numbers would not hold it exactly. */
void members_number(struct canonical_writer *writer, const char *name, uint64_t number);

/* In hex. */
void members_digest(struct canonical_writer *writer, const char *name, const struct digest *digest);

/* "expected", "what" and "where" of a fault: the caller has the object. */
void members_fault(struct canonical_writer *writer, const struct fault *fault);

#endif
