/* A ballot that is read where it stands is what the general readers make of it: right ones, and what
 * becomes of them when bytes are changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "tests/property/trial.h"
#include "tests/unit/ballot_readers.h"

enum {
  CHANGES = 40, /* tried on each text */
  DEPTH_MAX = 10,
  TEXT_MAX = 8192
};

/* A text that can be changed. */
struct text {
  char bytes[TEXT_MAX];
  size_t length;
};

static struct span span_of_text(const struct text *text)
{
  return (struct span){.bytes = text->bytes, .length = text->length};
}

static void copy_text(struct span from, struct text *text)
{
  assert_true(from.length <= TEXT_MAX / 2);
  memcpy(text->bytes, from.bytes, from.length);
  text->length = from.length;
}

/* --- what is read --- */

static uint8_t random_byte(struct random_source *source)
{
  return (uint8_t)random_below(source, 256);
}

static void add_digest(struct canonical_writer *writer, const char *name,
                       struct random_source *source)
{
  struct digest digest;
  char digits[DIGEST_TEXT];
  for (size_t i = 0; i < DIGEST_BYTES; i++)
    digest.bytes[i] = random_byte(source);
  digest_write(&digest, digits);
  canonical_member_string(writer, name, span_of(digits));
}

static void add_key(struct canonical_writer *writer, struct random_source *source)
{
  uint8_t bytes[PUBLIC_KEY_BYTES];
  char text[PUBLIC_KEY_BYTES * 2];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = random_byte(source);
  base64_write(bytes, sizeof bytes, text);
  canonical_member_string(writer, "credential",
                          (struct span){.bytes = text, .length = base64_text_length(sizeof bytes)});
}

/* The payload of a ballot whose choice is already in `payload`, after the name of the member. */
static void end_payload(struct canonical_writer *writer, struct random_source *source)
{
  add_key(writer, source);
  add_digest(writer, "open", source);
  if (random_once_in(source, 2)) {
    add_digest(writer, "replaces", source);
  } else {
    canonical_member(writer, "replaces");
    canonical_null(writer);
  }
  canonical_end(writer);
}

static void begin_payload(struct canonical_writer *writer, struct buffer *payload)
{
  canonical_begin(writer, payload);
  canonical_object(writer);
  canonical_member(writer, "choice");
}

/* --- changes --- */

static char other_byte(struct random_source *source)
{
  static const char usual[] = "{}[]\":,\\ -+=/.0123456789abcpru\n\x7f\xc3\xa9";
  if (random_once_in(source, 8))
    return (char)random_byte(source);
  return usual[random_below(source, sizeof usual)];
}

static void remove_bytes(struct text *text, size_t at, size_t count)
{
  memmove(text->bytes + at, text->bytes + at + count, text->length - at - count);
  text->length -= count;
}

static void insert_bytes(struct text *text, size_t at, const char *bytes, size_t count)
{
  if (text->length + count > TEXT_MAX)
    return;
  memmove(text->bytes + at + count, text->bytes + at, text->length - at);
  memcpy(text->bytes + at, bytes, count);
  text->length += count;
}

/* One change: a byte becomes another, comes or goes, or a piece is doubled, lost or put elsewhere. */
static void change_text(struct text *text, struct random_source *source)
{
  char piece[TEXT_MAX];
  if (text->length == 0)
    return;
  size_t at = (size_t)random_below(source, text->length);
  size_t most = text->length - at < 40 ? text->length - at : 40;
  size_t count = 1 + (size_t)random_below(source, most);
  char byte = other_byte(source);
  memcpy(piece, text->bytes + at, count);
  switch (random_below(source, 6)) {
  case 0:
    text->bytes[at] = byte;
    break;
  case 1:
    insert_bytes(text, at, &byte, 1);
    break;
  case 2:
    remove_bytes(text, at, 1);
    break;
  case 3:
    insert_bytes(text, at, piece, count);
    break;
  case 4:
    remove_bytes(text, at, count);
    break;
  default:
    remove_bytes(text, at, count);
    insert_bytes(text, (size_t)random_below(source, text->length + 1), piece, count);
    break;
  }
}

/* --- laws --- */

static void compare_payload(struct trial *trial, struct span payload, bool *plain, bool *general)
{
  if (!readers_of_ballots_agree(payload, plain, general))
    trial_fail(trial, "the payload is read differently: %.*s", SPAN_PRINT(payload));
}

static void compare_choice(struct trial *trial, struct span choice,
                           const struct project_index *index)
{
  if (!readers_of_choices_agree(choice, index))
    trial_fail(trial, "the choice is read differently: %.*s", SPAN_PRINT(choice));
}

static void compare_changed_payloads(struct trial *trial, struct span payload)
{
  struct text text;
  bool plain, general;
  for (unsigned i = 0; i < CHANGES; i++) {
    copy_text(payload, &text);
    do
      change_text(&text, &trial->source);
    while (random_once_in(&trial->source, 3));
    compare_payload(trial, span_of_text(&text), &plain, &general);
  }
}

static void compare_changed_choices(struct trial *trial, struct span choice,
                                    const struct project_index *index)
{
  struct text text;
  for (unsigned i = 0; i < CHANGES; i++) {
    copy_text(choice, &text);
    do
      change_text(&text, &trial->source);
    while (random_once_in(&trial->source, 3));
    compare_choice(trial, span_of_text(&text), index);
  }
}

static bool is_plain(struct span text)
{
  for (size_t i = 0; i < text.length; i++)
    if (text.bytes[i] < ' ' || text.bytes[i] > '~')
      return false;
  return true;
}

/* An id that is not ASCII names no member. */
static bool has_spelling(const struct choice *choice, const struct election *election)
{
  bool named = election->ballot.kind != BALLOT_APPROVAL &&
               election->ballot.kind != BALLOT_RANKING && election->ballot.kind != BALLOT_ANSWER;
  for (size_t i = 0; named && i < choice->count; i++)
    if (!is_plain(election->projects[choice->marks[i].project].id))
      return false;
  return true;
}

/* What voters cast is accepted by both, unless ids are not plain. */
static void try_ballot(struct trial *trial, const struct choice *choice,
                       const struct project_index *index)
{
  struct buffer payload = {0}, text = {0};
  struct canonical_writer writer;
  bool plain, general;
  canonical_begin(&writer, &text);
  choice_write(choice, &trial->made.election, &writer);
  begin_payload(&writer, &payload);
  choice_write(choice, &trial->made.election, &writer);
  end_payload(&writer, &trial->source);
  compare_payload(trial, buffer_span(&payload), &plain, &general);
  if (!general || plain != is_plain(buffer_span(&text)))
    trial_fail(trial, "the ballot is not taken: %.*s", SPAN_PRINT(buffer_span(&payload)));
  compare_changed_payloads(trial, buffer_span(&payload));
  compare_choice(trial, buffer_span(&text), index);
  compare_changed_choices(trial, buffer_span(&text), index);
  buffer_free(&payload);
  buffer_free(&text);
}

static void ballots_are_read_alike_law(struct trial *trial)
{
  struct project_index index;
  struct fault fault;
  assert_int_equal(project_index_make(&trial->made.election, &trial->arena, &index, &fault),
                   STATUS_OK);
  for (size_t i = 0; i < trial->made.ballot_count; i++)
    if (has_spelling(&trial->made.ballots[i], &trial->made.election))
      try_ballot(trial, &trial->made.ballots[i], &index);
}

/* --- any object in place of a choice --- */

static void add_value(struct canonical_writer *writer, struct random_source *source,
                      unsigned depth);

static void add_members(struct canonical_writer *writer, struct random_source *source,
                        unsigned depth)
{
  static const char *const names[] = {"", " ", "a", "aa", "answer", "b/c", "z", "~"};
  canonical_object(writer);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!random_once_in(source, 3))
      continue;
    canonical_member(writer, names[i]);
    add_value(writer, source, depth);
  }
  canonical_end(writer);
}

static void add_value(struct canonical_writer *writer, struct random_source *source, unsigned depth)
{
  static const struct span texts[] = {SPAN_INIT(""), SPAN_INIT("p01"), SPAN_INIT("a b~"),
                                      SPAN_INIT("\xc3\xa9"), SPAN_INIT("\"\\\n")};
  switch (random_below(source, depth < DEPTH_MAX ? 6 : 4)) {
  case 0:
    canonical_string(writer, texts[random_below(source, sizeof texts / sizeof *texts)]);
    return;
  case 1:
    canonical_integer(writer, (int64_t)random_below(source, 1U << random_below(source, 31)) - 9);
    return;
  case 2:
    canonical_boolean(writer, random_once_in(source, 2));
    return;
  case 3:
    canonical_null(writer);
    return;
  case 4:
    canonical_array(writer);
    while (random_once_in(source, 2))
      add_value(writer, source, depth + 1);
    canonical_end(writer);
    return;
  default:
    add_members(writer, source, depth + 1);
    return;
  }
}

static void any_object_is_read_alike_law(struct trial *trial)
{
  struct buffer payload = {0};
  struct canonical_writer writer;
  bool plain, general;
  begin_payload(&writer, &payload);
  add_members(&writer, &trial->source, 0);
  end_payload(&writer, &trial->source);
  if (payload.length <= TEXT_MAX / 2) {
    compare_payload(trial, buffer_span(&payload), &plain, &general);
    if (!general)
      trial_fail(trial, "the ballot is not taken: %.*s", SPAN_PRINT(buffer_span(&payload)));
    compare_changed_payloads(trial, buffer_span(&payload));
  }
  buffer_free(&payload);
}

static void ballots_are_read_alike(void **state)
{
  (void)state;
  trial_run(ballots_are_read_alike_law, 300);
}

static void any_object_is_read_alike(void **state)
{
  (void)state;
  trial_run(any_object_is_read_alike_law, 1000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ballots_are_read_alike),
      cmocka_unit_test(any_object_is_read_alike),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
