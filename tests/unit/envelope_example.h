/* envelope_example.h - an envelope, spelled out, that the tests of envelopes share. */
#ifndef TESTS_UNIT_ENVELOPE_EXAMPLE_H
#define TESTS_UNIT_ENVELOPE_EXAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ballots/envelope.h"
#include "base/hex.h"

#define PAYLOAD_1 "eyJ0ZXh0IjoiaGVsbG8ifQ==" /* {"text":"hello"} */
#define KEY_ID_1  "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"
#define KEY_ID_2  "39f713d0a644253f04529421b9f51b9b08979d08295959c4f3990ee617f5139f"
#define SIGNATURE_1                                                                                \
  "ZBJfFEcJzAa7YeZTVZbAqOEqZRmn0sWbvIY1iN6ovmBXsIOXm2jgYpkehz4pBfi6pO+Xl5SvfyIG0gdDz4tMCA=="
#define SIGNATURE_2                                                                                \
  "DRT8slhJMl8l8O17NdjHzKS6Qh80MMNAvB2kKU3AeXu0jBdXNSoMXG+C9PRU1eHG/XcgTA8bVdTli7BLzeQaDQ=="
#define TYPE "application/vnd.beffroi.note.v1+json"

#define SIGNED(id, signature) "{\"keyid\":\"" id "\",\"sig\":\"" signature "\"}"
#define LINE(payload, type, signatures)                                                            \
  "{\"payload\":\"" payload "\",\"payloadType\":\"" type "\",\"signatures\":[" signatures "]}"
#define LINE_1 LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1))
#define LINE_1_2                                                                                   \
  LINE(PAYLOAD_1, TYPE, SIGNED(KEY_ID_1, SIGNATURE_1) "," SIGNED(KEY_ID_2, SIGNATURE_2))

static const struct span kind = SPAN_INIT("note");
static const struct span payload = SPAN_INIT("{\"text\":\"hello\"}");

/* The keys of RFC 8032, section 7.1, TEST 1 and TEST 2, and others. */
static inline struct signing_key key_number(unsigned number)
{
  static const char *const seeds[] = {
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
  };
  uint8_t seed[SEED_BYTES] = {(uint8_t)number};
  struct signing_key key;
  if (number < 2)
    assert_true(hex_read(span_of(seeds[number]), seed, sizeof seed));
  signing_key_make(seed, &key);
  return key;
}

static inline struct envelope_signature sign(unsigned number, struct span text)
{
  struct arena arena = {0};
  struct fault fault;
  struct envelope_signature signature;
  struct signing_key key = key_number(number);
  assert_int_equal(envelope_sign(kind, text, &key, &arena, &signature, &fault), STATUS_OK);
  arena_free(&arena);
  return signature;
}

static inline struct envelope read_line(struct span line, struct arena *arena)
{
  struct envelope envelope;
  struct fault fault = {0};
  if (envelope_read(line, arena, &envelope, &fault) != STATUS_OK)
    fail_msg("refused: %s: %s (%s)", fault.where, fault.what, fault.expected);
  return envelope;
}

#endif
