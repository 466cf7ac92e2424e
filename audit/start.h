/* start.h - what a command that looks at signatures does first. */
#ifndef AUDIT_START_H
#define AUDIT_START_H

#include "base/fault.h"

/* Prepares libsodium and refuses one that is known to take what it must not. */
enum status start_signatures(struct fault *fault) CHECKED;

#endif
