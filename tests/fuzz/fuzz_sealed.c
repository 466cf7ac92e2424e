/* fuzz_sealed.c - what is encrypted under a passphrase: a file, or what is in one.
 *
 * What begins with "{" is taken for a file, of any purpose. Anything else is sealed first, after its
 * first byte, and read as a list of cards: so the fuzzer gets behind the encryption. Argon2id has a
 * stand-in that costs nothing (the linker's --wrap).
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/canonical.h"
#include "keys/cards.h"
#include "keys/officer.h"
#include "keys/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length,
                                  const char *passphrase, unsigned long long length,
                                  const unsigned char *salt, unsigned long long operations,
                                  size_t memory, int algorithm);

static void must(bool holds)
{
  if (!holds)
    abort();
}

/* The costs were bounded before anybody asks for a key. */
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long out_length,
                                  const char *passphrase, unsigned long long length,
                                  const unsigned char *salt, unsigned long long operations,
                                  size_t memory, int algorithm)
{
  (void)passphrase;
  (void)length;
  (void)salt;
  must(operations >= 1 && operations <= SEALED_OPERATIONS_MAX);
  must(memory >= (size_t)SEALED_MEMORY_MIN && memory <= (size_t)SEALED_MEMORY_MAX);
  must(algorithm == crypto_pwhash_argon2id_ALG_ARGON2ID13);
  memset(out, 1, (size_t)out_length);
  return 0;
}

static void check_refused(enum status status, const struct fault *fault)
{
  must(status == STATUS_REFUSED && fault->status == status && fault->what[0] != '\0');
}

static void read_file(struct span file)
{
  static const char *const purposes[] = {"officer-key", "draw-secret", "cards"};
  for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
    struct sealed sealed;
    struct buffer about = {0};
    struct fault fault = {0};
    enum status shown = sealed_read_about(file, purposes[i], &about, &fault);
    if (shown != STATUS_OK)
      check_refused(shown, &fault);
    enum status status = sealed_read(file, purposes[i], SPAN("passphrase"), &sealed, &fault);
    if (status == STATUS_OK) {
      must(shown == STATUS_OK && span_equal(buffer_span(&about), buffer_span(&sealed.about)));
      sealed_free(&sealed);
    } else {
      check_refused(status, &fault);
    }
    buffer_free(&about);
  }
  struct public_key key;
  struct fault fault = {0};
  enum status status = officer_read_public(file, &key, &fault);
  if (status != STATUS_OK)
    check_refused(status, &fault);
}

static void check_cards(const struct cards *cards)
{
  for (size_t i = 0; i < cards->count; i++) {
    const struct card_row *found = cards_find(cards, cards->rows[i].id);
    must(found != NULL && span_equal(found->id, cards->rows[i].id));
  }
}

static void read_cards(struct span secret)
{
  const struct sealed_cost cost = {.memory = SEALED_MEMORY_MIN, .operations = 1};
  struct arena arena = {0};
  struct buffer file = {0};
  struct cards cards;
  struct fault fault = {0};
  must(sealed_write("cards", SPAN("a/b/c"), secret, SPAN("passphrase"), &cost, &file, &fault) ==
       STATUS_OK);
  enum status status = cards_read(buffer_span(&file), SPAN("passphrase"), &arena, &cards, &fault);
  if (status == STATUS_OK)
    check_cards(&cards);
  else
    check_refused(status, &fault);
  buffer_free(&file);
  arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  must(sodium_init() >= 0);
  if (size > 0 && data[0] == '{')
    read_file((struct span){.bytes = (const char *)data, .length = size});
  else if (size > 1)
    read_cards((struct span){.bytes = (const char *)data + 1, .length = size - 1});
  return 0;
}
