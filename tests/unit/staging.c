#include "tests/unit/staging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/credential.h"
#include "ballots/draft.h"
#include "ballots/electorate.h"

static void must(enum status status, const struct fault *fault)
{
  if (status == STATUS_OK)
    return;
  fprintf(stderr, "staging: %s: %s (%s)\n", fault->where, fault->what, fault->expected);
  abort();
}

static void must_hold(bool holds, const char *what)
{
  if (holds)
    return;
  fprintf(stderr, "staging: %s\n", what);
  abort();
}

/* --- people --- */

void staging_people(struct staging_people *people)
{
  static const struct span organiser_alone = SPAN_INIT("organiser");
  struct fault fault;
  *people = (struct staging_people){0};
  for (unsigned role = 0; role < STAGING_ROLES; role++) {
    const uint8_t seed[SEED_BYTES] = {'s', 't', 'a', 'g', 'e', (uint8_t)role};
    signing_key_make(seed, &people->keys[role]);
  }
  people->terms = (struct manifest){
      .credentials_origin = SPAN(STAGING_CREDENTIALS_ORIGIN),
      .registrars = {.count = 1, .keys = &people->keys[STAGING_REGISTRAR].public_key},
      .organiser = people->keys[STAGING_ORGANISER].public_key,
      .revote = true,
      .opens = 1804320000,
      .custody_count = 1,
      .custody = &organiser_alone,
  };
  must(note_key_make(SPAN(STAGING_BOARD_ORIGIN), NOTE_KEY_SIGNER,
                     &people->keys[STAGING_BOARD].public_key, &people->terms.board_key, &fault),
       &fault);
}

/* --- the play --- */

struct play {
  const struct restage *restage;
  const struct staging_people *people;
  const uint8_t *seed;
  const struct stage *stage;
  struct staging_report *report;
  struct digest open;
  struct mark *marks;
};

static void add(const struct play *play, struct span line)
{
  enum refusal refusal;
  struct fault fault;
  must(play->stage->append(play->stage->context, line, &refusal, &fault), &fault);
}

static void sign_and_add(const struct play *play, const char *kind, struct span payload,
                         enum staging_role role)
{
  const struct signing_key *key = &play->people->keys[role];
  struct arena arena = {0};
  struct span line;
  struct fault fault;
  must(draft_sign(span_of(kind), payload, &key, 1, &arena, &line, &fault), &fault);
  add(play, line);
  arena_free(&arena);
}

static void add_entry(const struct play *play, const struct entry *entry, enum staging_role role)
{
  struct buffer payload = {0};
  struct fault fault;
  must(draft_entry(entry, &payload, &fault), &fault);
  sign_and_add(play, entry_kind_name(entry->kind), buffer_span(&payload), role);
  buffer_free(&payload);
}

static void begin(const struct play *play)
{
  if (play->restage->projects.length > 0)
    play->stage->attach(play->stage->context, play->restage->projects);
  sign_and_add(play, "manifest", play->restage->payload, STAGING_ORGANISER);
}

static void take_card(const struct play *play, uint64_t number, struct restage_voter *voter,
                      struct credential *card)
{
  struct fault fault;
  restage_voter(play->restage, play->seed, number, voter);
  must(credential_derive(&voter->code, play->restage->manifest.credentials_origin, card, &fault),
       &fault);
}

static void admit_voters(const struct play *play)
{
  const size_t count = (size_t)play->report->voters;
  struct public_key *keys = calloc(count + 1, sizeof *keys);
  must_hold(keys != NULL, "no memory");
  for (size_t i = 0; i < count; i++) {
    struct restage_voter voter;
    struct credential card;
    take_card(play, i, &voter, &card);
    keys[i] = card.key.public_key;
  }
  electorate_sort(keys, count);
  const struct span bytes = {.bytes = (const char *)keys, .length = count * sizeof *keys};
  const struct entry entry = {
      .kind = ENTRY_ELECTORATE,
      .binding = {.value = play->restage->manifest.id},
      .body.electorate = {.credentials = count,
                          .keys = {.digest = digest_of(bytes), .length = bytes.length},
                          .registrar = play->people->keys[STAGING_REGISTRAR].public_key,
                          .roll = digest_of(SPAN("nobody's roll"))},
  };
  if (count > 0) {
    play->stage->attach(play->stage->context, bytes);
    add_entry(play, &entry, STAGING_REGISTRAR);
  }
  free(keys);
}

static void open_board(struct play *play)
{
  const struct board *board = play->stage->board;
  const struct entry entry = {
      .kind = ENTRY_OPEN,
      .binding = {.value = play->restage->manifest.id},
      .body.open = {.credentials = board->head.credentials,
                    .root = board_root(board),
                    .size = board->head.size},
  };
  add_entry(play, &entry, STAGING_ORGANISER);
  play->open = board->head.open;
}

/* Casts a choice and gives the leaf hash of its ballot. */
static struct digest cast(const struct play *play, const struct choice *choice,
                          const struct credential *card, const struct digest *replaces,
                          bool repeats)
{
  const struct signing_key *key = &card->key;
  struct arena arena = {0};
  struct buffer payload = {0};
  struct span line;
  struct fault fault;
  must(draft_ballot(&play->restage->manifest.election, choice, &play->open, &key->public_key,
                    replaces, &payload, &fault),
       &fault);
  must(draft_sign(SPAN("ballot"), buffer_span(&payload), &key, 1, &arena, &line, &fault), &fault);
  add(play, line);
  const struct digest leaf = merkle_leaf(line);
  play->report->ballots++;
  play->report->blank += choice->count == 0;
  play->report->replaced += replaces != NULL;
  if (repeats) {
    enum refusal refusal;
    must_hold(play->stage->append(play->stage->context, line, &refusal, &fault) == STATUS_REFUSED &&
                  refusal == REFUSAL_REPEATED,
              "the same line was taken twice");
    play->report->repeated++;
  }
  buffer_free(&payload);
  arena_free(&arena);
  return leaf;
}

static void vote(const struct play *play, uint64_t number)
{
  struct restage_voter voter;
  struct credential card;
  struct digest first;
  struct choice choice = {0};
  take_card(play, number, &voter, &card);
  if (voter.changes_mind) {
    if (voter.first < play->report->voters)
      choice = restage_choice(play->restage, voter.first, play->marks);
    first = cast(play, &choice, &card, NULL, false);
  }
  choice = restage_choice(play->restage, number, play->marks);
  (void)cast(play, &choice, &card, voter.changes_mind ? &first : NULL, voter.repeats);
}

static void finish(const struct play *play)
{
  const struct board *board = play->stage->board;
  struct entry entry = {.kind = ENTRY_CLOSE, .binding = {.after_open = true, .value = play->open}};
  struct buffer outcome = {0};
  struct fault fault;
  board_draft_close(board, &entry.body.close);
  add_entry(play, &entry, STAGING_ORGANISER);
  must(board_outcome(board, &outcome, &fault), &fault);
  play->stage->attach(play->stage->context, buffer_span(&outcome));
  entry.kind = ENTRY_RESULT;
  entry.body.result = (struct entry_result){
      .outcome = {.digest = digest_of(buffer_span(&outcome)), .length = outcome.length}};
  add_entry(play, &entry, STAGING_ORGANISER);
  buffer_free(&outcome);
}

void staging_play(const struct restage *restage, const struct staging_people *people,
                  const uint8_t seed[RESTAGE_SEED_BYTES], const struct stage *stage,
                  struct staging_report *report)
{
  struct play play = {
      .restage = restage, .people = people, .seed = seed, .stage = stage, .report = report};
  *report = (struct staging_report){.voters = restage_voters(restage)};
  play.marks = calloc(restage->manifest.election.project_count, sizeof *play.marks);
  must_hold(play.marks != NULL, "no memory");
  begin(&play);
  admit_voters(&play);
  open_board(&play);
  for (uint64_t i = 0; i < report->voters; i++)
    vote(&play, i);
  finish(&play);
  free(play.marks);
}
