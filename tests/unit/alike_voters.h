/* alike_voters.h - ids of voters that all have one hash, as somebody with bad intentions makes. */
#ifndef TESTS_UNIT_ALIKE_VOTERS_H
#define TESTS_UNIT_ALIKE_VOTERS_H

#include <stdint.h>
#include <string.h>

enum {
  ALIKE_LENGTH = 16
};

/* The second half undoes what the first one, 8 bytes, did to the hash. */
static inline void make_alike(char id[ALIKE_LENGTH], const char first[8])
{
  uint64_t hash;
  memcpy(&hash, first, sizeof hash);
  hash = (hash ^ UINT64_C(0x9e3779b97f4a7c15) ^ ALIKE_LENGTH) * UINT64_C(0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  memcpy(id, first, 8);
  memcpy(id + 8, &hash, sizeof hash);
}

#endif
