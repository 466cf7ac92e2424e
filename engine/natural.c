#include "engine/natural.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void demand(bool holds)
{
  if (!holds)
    abort();
}

static size_t trimmed(const mp_limb_t *limbs, size_t size)
{
  while (size > 0 && limbs[size - 1] == 0)
    size--;
  return size;
}

/* A 64-bit number as limbs, so that 32-bit machines take the same way. */
struct small {
  mp_limb_t limbs[NATURAL_LIMBS_OF_64];
  size_t size;
};

static struct small small_of(uint64_t value)
{
  struct small small;
  for (size_t i = 0; i < NATURAL_LIMBS_OF_64; i++)
    small.limbs[i] = (mp_limb_t)(value >> (i * (GMP_NUMB_BITS % 64)));
  small.size = trimmed(small.limbs, NATURAL_LIMBS_OF_64);
  return small;
}

static uint64_t value_of(const mp_limb_t *limbs, size_t size)
{
  uint64_t value = 0;
  for (size_t i = 0; i < size; i++)
    value |= (uint64_t)limbs[i] << (i * (GMP_NUMB_BITS % 64));
  return value;
}

struct natural natural_in(mp_limb_t *limbs, size_t room)
{
  return (struct natural){.limbs = limbs, .size = 0, .room = room};
}

void natural_set(struct natural *to, struct wide value)
{
  struct small low = small_of(value.low), high = small_of(value.high);
  demand(to->room >= 2 * NATURAL_LIMBS_OF_64);
  for (size_t i = 0; i < NATURAL_LIMBS_OF_64; i++) {
    to->limbs[i] = low.limbs[i];
    to->limbs[NATURAL_LIMBS_OF_64 + i] = high.limbs[i];
  }
  to->size = trimmed(to->limbs, 2 * NATURAL_LIMBS_OF_64);
}

void natural_copy(struct natural *to, const struct natural *from)
{
  demand(to->room >= from->size);
  if (from->size > 0)
    mpn_copyi(to->limbs, from->limbs, (mp_size_t)from->size);
  to->size = from->size;
}

void natural_product(struct natural *to, const struct natural *a, uint64_t factor)
{
  to->size = 0;
  natural_add_product(to, a, factor);
}

void natural_multiply(struct natural *to, const struct natural *a, const struct natural *b)
{
  const struct natural *longer = a->size >= b->size ? a : b;
  const struct natural *shorter = a->size >= b->size ? b : a;
  to->size = 0;
  if (shorter->size == 0)
    return;
  demand(a->size + b->size <= to->room && a->size + b->size <= NATURAL_LIMBS_MAX);
  mpn_mul(to->limbs, longer->limbs, (mp_size_t)longer->size, shorter->limbs,
          (mp_size_t)shorter->size);
  to->size = trimmed(to->limbs, a->size + b->size);
}

void natural_quotient(struct natural *to, const struct natural *a, const struct natural *b,
                      struct natural *spare)
{
  demand(b->size > 0);
  to->size = 0;
  if (a->size < b->size)
    return;
  size_t size = a->size - b->size + 1;
  demand(size <= to->room && b->size <= spare->room && a->size <= NATURAL_LIMBS_MAX);
  mpn_tdiv_qr(to->limbs, spare->limbs, 0, a->limbs, (mp_size_t)a->size, b->limbs,
              (mp_size_t)b->size);
  to->size = trimmed(to->limbs, size);
}

/* Adds a carry at limb `place` and above; limbs beyond `to->size` are taken as 0. */
static void add_carry(struct natural *to, size_t place, mp_limb_t carry)
{
  while (carry != 0) {
    demand(place < to->room);
    if (place == to->size)
      to->limbs[to->size++] = 0;
    to->limbs[place] += carry;
    carry = to->limbs[place] < carry;
    place++;
  }
}

void natural_add_product(struct natural *to, const struct natural *a, uint64_t factor)
{
  struct small small = small_of(factor);
  if (a->size == 0 || small.size == 0)
    return;

  size_t reach = a->size + small.size - 1;
  demand(reach <= to->room);
  while (to->size < reach)
    to->limbs[to->size++] = 0;
  for (size_t i = 0; i < small.size; i++) {
    mp_limb_t carry = mpn_addmul_1(to->limbs + i, a->limbs, (mp_size_t)a->size, small.limbs[i]);
    add_carry(to, i + a->size, carry);
  }
  to->size = trimmed(to->limbs, to->size);
}

void natural_subtract(struct natural *to, const struct natural *a)
{
  demand(to->size >= a->size);
  if (a->size == 0)
    return;
  mp_limb_t borrow =
      mpn_sub(to->limbs, to->limbs, (mp_size_t)to->size, a->limbs, (mp_size_t)a->size);
  demand(borrow == 0);
  to->size = trimmed(to->limbs, to->size);
}

uint64_t natural_divide(struct natural *to, const struct natural *a, uint64_t divisor)
{
  struct small small = small_of(divisor);
  mp_limb_t remainder[NATURAL_LIMBS_OF_64] = {0};
  demand(small.size > 0 && to->room >= a->size);

  if (a->size < small.size) {
    uint64_t value = value_of(a->limbs, a->size);
    to->size = 0;
    return value;
  }
  size_t size = a->size - small.size + 1;
  if (small.size == 1)
    remainder[0] = mpn_divrem_1(to->limbs, 0, a->limbs, (mp_size_t)a->size, small.limbs[0]);
  else {
    /* The quotient may not overlap the dividend here; at most NATURAL_LIMBS_MAX limbs. */
    mp_limb_t quotient[65536 / GMP_NUMB_BITS];
    demand(size <= NATURAL_LIMBS_MAX);
    mpn_tdiv_qr(quotient, remainder, 0, a->limbs, (mp_size_t)a->size, small.limbs,
                (mp_size_t)small.size);
    mpn_copyi(to->limbs, quotient, (mp_size_t)size);
  }
  to->size = trimmed(to->limbs, size);
  return value_of(remainder, NATURAL_LIMBS_OF_64);
}

uint64_t natural_gcd(const struct natural *a, uint64_t b, struct natural *spare)
{
  uint64_t rest = natural_divide(spare, a, b);
  while (rest != 0) {
    uint64_t next = b % rest;
    b = rest;
    rest = next;
  }
  return b;
}

bool natural_is_zero(const struct natural *a)
{
  return a->size == 0;
}

int natural_compare(const struct natural *a, const struct natural *b)
{
  if (a->size != b->size)
    return a->size < b->size ? -1 : 1;
  return a->size == 0 ? 0 : mpn_cmp(a->limbs, b->limbs, (mp_size_t)a->size);
}

double natural_ratio(const struct natural *a, const struct natural *b)
{
  mpz_t view_a, view_b;
  long exponent_a, exponent_b;
  if (a->size == 0)
    return 0.0;
  /* mpz_get_d_2exp cuts off below 53 bits: each operand is off by less than 2^-52, and the
   * quotient of the two by less than 2^-50. */
  double top_a = mpz_get_d_2exp(&exponent_a, mpz_roinit_n(view_a, a->limbs, (mp_size_t)a->size));
  double top_b = mpz_get_d_2exp(&exponent_b, mpz_roinit_n(view_b, b->limbs, (mp_size_t)b->size));
  return ldexp(top_a / top_b, (int)(exponent_a - exponent_b));
}

uint64_t natural_to_integer(const struct natural *a, uint64_t most)
{
  if (a->size > NATURAL_LIMBS_OF_64)
    return most;
  uint64_t value = value_of(a->limbs, a->size);
  return value < most ? value : most;
}

size_t natural_text_room(const struct natural *a)
{
  /* log10(2) < 0.30103; one digit more for the cut, one for the terminator. */
  return a->size * GMP_NUMB_BITS * 30103 / 100000 + 2;
}

size_t natural_text(struct natural *a, char *text)
{
  size_t room = natural_text_room(a);
  char *end = text + room - 1, *first = end;

  /* Eighteen digits at a time by division: mpn_get_str would take long numbers from the heap. */
  *end = '\0';
  do {
    uint64_t digits = natural_divide(a, a, UINT64_C(1000000000000000000));
    for (int i = 0; i < 18 && (digits != 0 || !natural_is_zero(a) || first == end); i++) {
      *--first = (char)('0' + digits % 10);
      digits /= 10;
    }
  } while (!natural_is_zero(a));
  memmove(text, first, (size_t)(end - first) + 1);
  return (size_t)(end - first);
}

enum status natural_fraction(struct natural *numerator, struct natural *denominator,
                             struct arena *arena, struct span *text, struct fault *fault)
{
  size_t room = natural_text_room(numerator) + natural_text_room(denominator) + 1;
  char *written = ARENA_TAKE(arena, char, room);
  if (written == NULL)
    return fault_no_memory(fault);
  size_t length = natural_text(numerator, written);
  written[length++] = '/';
  length += natural_text(denominator, written + length);
  *text = (struct span){.bytes = written, .length = length};
  return STATUS_OK;
}
