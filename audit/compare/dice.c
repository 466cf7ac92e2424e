#include "audit/compare/dice.h"

static const struct span label = SPAN_INIT("beffroi/1 simulate\0");

enum {
  NUMBER_BYTES = 8
};

static void write_number(uint64_t number, char bytes[NUMBER_BYTES])
{
  for (size_t i = 0; i < NUMBER_BYTES; i++)
    bytes[i] = (char)(uint8_t)(number >> (8 * (NUMBER_BYTES - 1 - i)));
}

void dice_begin(struct dice *dice, uint64_t seed, uint64_t number)
{
  char bytes[2 * NUMBER_BYTES];
  write_number(seed, bytes);
  write_number(number, bytes + NUMBER_BYTES);
  *dice = (struct dice){
      .key = digest_of_both(label, (struct span){.bytes = bytes, .length = sizeof bytes})};
}

static void make_block(struct dice *dice)
{
  char counter[NUMBER_BYTES];
  write_number(dice->next++, counter);
  struct digest block = digest_of_both(
      (struct span){.bytes = (const char *)dice->key.bytes, .length = sizeof dice->key.bytes},
      (struct span){.bytes = counter, .length = sizeof counter});
  for (size_t i = 0; i < DICE_BLOCK; i++) {
    dice->numbers[i] = 0;
    for (size_t j = 0; j < NUMBER_BYTES; j++)
      dice->numbers[i] = dice->numbers[i] << 8 | block.bytes[i * NUMBER_BYTES + j];
  }
  dice->left = DICE_BLOCK;
}

uint64_t dice_number(struct dice *dice)
{
  if (dice->left == 0)
    make_block(dice);
  return dice->numbers[DICE_BLOCK - dice->left--];
}

uint64_t dice_below(struct dice *dice, uint64_t bound)
{
  uint64_t excess = (UINT64_MAX % bound + 1) % bound; /* 2^64 mod bound */
  uint64_t number;
  do
    number = dice_number(dice);
  while (number > UINT64_MAX - excess);
  return number % bound;
}
