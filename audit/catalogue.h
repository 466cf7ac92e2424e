/* catalogue.h - the counting rules and their settings, as help and as JSON, made from the registry
 * (engine/rule.h): a rule that is added there shows here.
 */
#ifndef AUDIT_CATALOGUE_H
#define AUDIT_CATALOGUE_H

#include "base/buffer.h"
#include "base/span.h"
#include "engine/rule.h"

/* Adds every rule, its settings, their values, defaults and meanings, for people. */
void catalogue_add(struct buffer *buffer);

/* The same as canonical JSON: {"rules":[{"name","settings":[{"default" (absent when it follows
 * from the election),"kind","meaning","name","words" (of kinds word and words)}],"summary"}]}. */
void catalogue_write(struct buffer *buffer);

/* Adds the names of the rules: "greedy, equal-shares". */
void catalogue_add_names(struct buffer *buffer);

#endif
