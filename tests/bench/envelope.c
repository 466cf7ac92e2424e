/* envelope.c - how long it takes to read a ballot's line and to verify its signature, against
 * libsodium's bare verification of the same bytes.
 *
 * Each figure is the median of several rounds, in processor time; the three take turns, so that
 * what else the machine does falls on all of them. Times are told, never asserted; that every
 * signature holds is.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ballots/envelope.h"

enum {
  LINES = 256,  /* ballots, each by a key of its own */
  PROJECTS = 5, /* approved on each */
  ROUNDS = 15,
  READINGS = 8, /* of each line in a round, since a reading is short */
};

struct ballot {
  struct public_key key;
  struct buffer line;
  struct span signed_bytes;
  struct signature signature;
};

static struct ballot ballots[LINES];

static void must(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "bench_envelope: %s\n", what);
  exit(1);
}

static double processor_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_payload(struct buffer *payload, unsigned number)
{
  buffer_add(payload, SPAN("{\"choice\":{\"approve\":["));
  for (unsigned i = 0; i < PROJECTS; i++)
    buffer_format(payload, "%s\"p%03u\"", i == 0 ? "" : ",", 100 * i + number % 100);
  buffer_format(payload, "]},\"credential\":\"%043u=\",\"open\":\"%064u\",\"replaces\":null}",
                number, number);
}

static void make_ballot(struct ballot *ballot, unsigned number, struct arena *arena)
{
  uint8_t seed[SEED_BYTES] = {(uint8_t)number, (uint8_t)(number >> 8)};
  struct signing_key key;
  struct buffer payload = {0};
  struct envelope_signature signature;
  struct envelope envelope;
  struct fault fault;
  signing_key_make(seed, &key);
  write_payload(&payload, number);
  must(envelope_sign(SPAN("ballot"), buffer_span(&payload), &key, arena, &signature, &fault) ==
               STATUS_OK &&
           envelope_write(SPAN("ballot"), buffer_span(&payload), &signature, 1, &ballot->line,
                          &fault) == STATUS_OK &&
           envelope_read(buffer_span(&ballot->line), arena, &envelope, &fault) == STATUS_OK,
       "a ballot could not be made");
  ballot->key = key.public_key;
  ballot->signature = signature.signature;
  ballot->signed_bytes = envelope.signed_bytes;
  buffer_free(&payload);
}

/* --- the three that are compared: seconds for one line --- */

static double verify_bare(void)
{
  double begin = processor_seconds();
  for (size_t i = 0; i < LINES; i++)
    must(crypto_sign_verify_detached(ballots[i].signature.bytes,
                                     (const unsigned char *)ballots[i].signed_bytes.bytes,
                                     ballots[i].signed_bytes.length, ballots[i].key.bytes) == 0,
         "a signature does not hold");
  return (processor_seconds() - begin) / LINES;
}

/* As the casting path does: an arena for each request. */
static void read_line(const struct ballot *ballot, bool verify)
{
  struct arena arena = {0};
  struct envelope envelope;
  struct fault fault;
  must(envelope_read(buffer_span(&ballot->line), &arena, &envelope, &fault) == STATUS_OK,
       "a line is refused");
  must(!verify || envelope_verify(&envelope, &ballot->key, 1, &fault) == STATUS_OK,
       "an envelope does not hold");
  arena_free(&arena);
}

static double read_only(void)
{
  double begin = processor_seconds();
  for (size_t i = 0; i < LINES * READINGS; i++)
    read_line(&ballots[i % LINES], false);
  return (processor_seconds() - begin) / (LINES * READINGS);
}

static double read_and_verify(void)
{
  double begin = processor_seconds();
  for (size_t i = 0; i < LINES; i++)
    read_line(&ballots[i], true);
  return (processor_seconds() - begin) / LINES;
}

static int compare(const void *a, const void *b)
{
  const double *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

static double median(double seconds[ROUNDS])
{
  qsort(seconds, ROUNDS, sizeof *seconds, compare);
  return seconds[ROUNDS / 2];
}

static void tell(const char *what, double seconds)
{
  printf("%-44s %8.2f us %9.0f /s\n", what, seconds * 1e6, 1 / seconds);
}

int main(void)
{
  struct arena arena = {0};
  double bare[ROUNDS];
  double reading[ROUNDS];
  double both[ROUNDS];
  must(sodium_init() >= 0, "libsodium does not start");
  for (unsigned i = 0; i < LINES; i++)
    make_ballot(&ballots[i], i, &arena);
  for (size_t round = 0; round < ROUNDS; round++) {
    bare[round] = verify_bare();
    reading[round] = read_only();
    both[round] = read_and_verify();
  }
  double of_bare = median(bare);
  double of_both = median(both);
  printf("ballots of %zu bytes, %zu of them signed; one core\n", ballots[0].line.length,
         ballots[0].signed_bytes.length);
  tell("libsodium's verification alone", of_bare);
  tell("read an envelope", median(reading));
  tell("read an envelope and verify its signature", of_both);
  printf("%.1f %% of the rate of libsodium's verification alone\n", 100 * of_bare / of_both);
  for (size_t i = 0; i < LINES; i++)
    buffer_free(&ballots[i].line);
  arena_free(&arena);
  return 0;
}
