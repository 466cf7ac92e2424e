#include "ballots/code.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
  BITS = 5, /* of a character */
  FIELD = 1 << BITS,
  MODULUS = 0x25, /* x^5 + x^2 + 1 */
  FOREIGN = FIELD,

  /* (x - α)(x - α²) = x² + (α + α²) x + α³ */
  GENERATOR_1 = 6,
  GENERATOR_0 = 8,
};

_Static_assert(CODE_DATA *BITS <= CODE_RANDOM_BYTES * 8, "there are bits for each character");

static const char alphabet[FIELD + 1] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* What is read as another character. */
static const struct likeness {
  char typed, meant;
} likenesses[] = {{'O', '0'}, {'I', '1'}, {'L', '1'}};

static uint8_t multiply(uint8_t a, uint8_t b)
{
  unsigned product = 0;
  for (unsigned bit = BITS; bit-- > 0;) {
    product <<= 1;
    if ((product & FIELD) != 0)
      product ^= MODULUS;
    if ((b >> bit & 1) != 0)
      product ^= a;
  }
  return (uint8_t)product;
}

/* A digit or capital for what was typed; anything else as it is. */
static char canonical(char typed)
{
  if (typed >= 'a' && typed <= 'z')
    typed = (char)(typed - 'a' + 'A');
  for (size_t i = 0; i < sizeof likenesses / sizeof *likenesses; i++)
    if (typed == likenesses[i].typed)
      return likenesses[i].meant;
  return typed;
}

static uint8_t value_of(char character)
{
  const char *found = memchr(alphabet, character, FIELD);
  return found == NULL ? FOREIGN : (uint8_t)(found - alphabet);
}

/* The values of the two characters that check the ones before them: the remainder of the data,
 * times x², divided by the generator. */
static void remainder_of(const char data[CODE_DATA], uint8_t check[2])
{
  check[0] = 0;
  check[1] = 0;
  for (size_t i = 0; i < CODE_DATA; i++) {
    uint8_t lead = value_of(data[i]) ^ check[0];
    check[0] = check[1] ^ multiply(lead, GENERATOR_1);
    check[1] = multiply(lead, GENERATOR_0);
  }
}

static void add_check(struct code *code)
{
  uint8_t check[2];
  remainder_of(code->characters, check);
  code->characters[CODE_DATA] = alphabet[check[0]];
  code->characters[CODE_DATA + 1] = alphabet[check[1]];
  sodium_memzero(check, sizeof check);
}

void code_make(const uint8_t random[CODE_RANDOM_BYTES], struct code *code)
{
  char data[CODE_DATA + 1];
  code_write_bits(random, CODE_DATA, data);
  memcpy(code->characters, data, CODE_DATA);
  add_check(code);
  sodium_memzero(data, sizeof data);
}

static enum status refuse_character(size_t count, struct fault *fault)
{
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "character %zu", count + 1);
  return fault_set(fault, STATUS_REFUSED, where, "0-9 and A-Z without U, which no code has",
                   "it is no character of a voting code");
}

/* Whether the code is one, and if not, what is wrong with it. */
static enum status check(const struct code *code, size_t count, struct fault *fault)
{
  if (count != CODE_CHARACTERS)
    return fault_set(fault, STATUS_REFUSED, "length",
                     "20 characters, in four groups of five on the slip",
                     "the voting code has %zu characters", count);
  struct code right = *code;
  add_check(&right);
  bool same = memcmp(&right, code, sizeof right) == 0;
  code_wipe(&right);
  if (same)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, "check",
                   "the 20 characters as they stand on the slip, each in its place",
                   "one or more characters of the voting code are mistyped");
}

enum status code_read(struct span typed, struct code *code, struct fault *fault)
{
  size_t count = 0;
  enum status status = STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < typed.length; i++) {
    char character = canonical(typed.bytes[i]);
    if (character == ' ' || character == '-')
      continue;
    if (value_of(character) == FOREIGN)
      status = refuse_character(count, fault);
    else if (count < CODE_CHARACTERS)
      code->characters[count] = character;
    count++;
  }
  if (status == STATUS_OK)
    status = check(code, count, fault);
  if (status != STATUS_OK)
    code_wipe(code);
  return status;
}

void code_write(const struct code *code, char text[CODE_TEXT])
{
  for (size_t i = 0; i < CODE_CHARACTERS; i++) {
    if (i > 0 && i % CODE_GROUP == 0)
      *text++ = '-';
    *text++ = code->characters[i];
  }
  *text = '\0';
}

void code_wipe(struct code *code)
{
  sodium_memzero(code, sizeof *code);
}

void code_write_bits(const uint8_t *bytes, size_t count, char *text)
{
  for (size_t i = 0; i < count; i++) {
    unsigned value = 0;
    for (size_t bit = i * BITS; bit < (i + 1) * BITS; bit++)
      value = value << 1 | (((unsigned)bytes[bit / 8] >> (7 - bit % 8)) & 1);
    text[i] = alphabet[value];
  }
  text[count] = '\0';
}
