/* published_differences.h - the published results that no rule of ours reproduces, and why.
 */
#ifndef TESTS_INTEGRATION_PUBLISHED_DIFFERENCES_H
#define TESTS_INTEGRATION_PUBLISHED_DIFFERENCES_H

#include <stddef.h>

struct published_difference {
  const char *file;
  const char *why;
};

extern const struct published_difference published_differences[];
extern const size_t published_difference_count;

#endif
