/* Sequences of entries made at random, right ones and wrong ones, against a model of a few flags
 * and tables, written apart from admission: both must give the same verdict on every line. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/property/trial.h"
#include "tests/unit/rehearsal.h"

enum {
  STEPS = 90,
  VOTERS = 12, /* of the first electorate: VOTER to VOTER + 11 */
  CARDS = 18   /* VOTER to VOTER + 17 are drawn from */
};

/* What the model knows. */
struct model {
  bool paper, revote, draws;
  unsigned max_replacements;

  int phase; /* 0 empty, 1 preparing, 2 open, 3 closed, 4 ended */
  bool admitted[ACTORS], struck[ACTORS];
  unsigned admitted_count, replaced, for_paper;
  size_t standing[ACTORS]; /* entry + 1 */
  bool paper_given, drawn[2];
};

/* One line, before it is tried. */
struct attempt {
  enum entry_kind kind;
  enum actor who;     /* registrar, author, voter, drawer; of a revocation the credential */
  enum actor other;   /* replacement, or NOBODY: for paper */
  enum actor witness; /* of a revocation the scrutineer */
  bool wrong_signer, wrong_binding, wrong_choice, wrong_tree, wrong_number, wrong_secret;
  bool right_replaces;
  size_t count; /* paper ballots */
};

/* --- the model --- */

static bool is_one_of(enum actor actor, const enum actor *list)
{
  for (; *list != NOBODY; list++)
    if (*list == actor)
      return true;
  return false;
}

static const enum actor registrars[] = {REGISTRAR, REGISTRAR_2, NOBODY};
static const enum actor scrutineers[] = {SCRUTINEER, SCRUTINEER_2, SCRUTINEER_3, NOBODY};
static const enum actor drawers[] = {DRAWER, DRAWER_2, NOBODY};
static const enum actor authors[] = {ORGANISER,    REGISTRAR,    REGISTRAR_2, SCRUTINEER,
                                     SCRUTINEER_2, SCRUTINEER_3, MEDIATOR,    NOBODY};
static const enum actor officers[] = {ORGANISER,   BOARD_STAFF, WITNESS,      REGISTRAR,
                                      REGISTRAR_2, SCRUTINEER,  SCRUTINEER_2, SCRUTINEER_3,
                                      MEDIATOR,    NOBODY}; /* and drawers, if there are any */

static enum refusal judge_role(const struct model *model, const struct attempt *attempt)
{
  bool right = true;
  bool about_paper = attempt->kind == ENTRY_PAPER ||
                     (attempt->kind == ENTRY_REVOCATION && attempt->other == NOBODY);
  if (about_paper && !model->paper)
    return REFUSAL_NO_PAPER;
  if (attempt->kind == ENTRY_ELECTORATE)
    right = is_one_of(attempt->who, registrars);
  if (attempt->kind == ENTRY_REVOCATION)
    right = is_one_of(attempt->witness, scrutineers);
  if (attempt->kind == ENTRY_DRAW)
    right = model->draws && is_one_of(attempt->who, drawers);
  if (attempt->kind == ENTRY_NOTE)
    right = is_one_of(attempt->who, authors);
  return right ? REFUSAL_NONE : REFUSAL_NOT_LISTED;
}

static bool is_its_time(const struct model *model, enum entry_kind kind)
{
  static const char *const kinds[] = {"m", "peon", "pbrcn", "adtn", "n"};
  static const char letters[] = "mpeobrcadtn";
  if (strchr(kinds[model->phase], letters[kind]) == NULL)
    return false;
  if (model->phase != 3 || kind == ENTRY_NOTE)
    return true;
  bool paper_next = model->paper && !model->paper_given;
  return paper_next ? kind == ENTRY_PAPER : kind != ENTRY_PAPER;
}

static enum refusal judge_card(const struct model *model, const struct attempt *attempt)
{
  if (!model->admitted[attempt->who])
    return REFUSAL_UNKNOWN_CREDENTIAL;
  if (model->struck[attempt->who])
    return REFUSAL_STRUCK;
  bool cast = model->standing[attempt->who] != 0;
  if (attempt->kind == ENTRY_BALLOT) {
    if (cast && !model->revote)
      return REFUSAL_ALREADY_VOTED;
    return attempt->right_replaces ? REFUSAL_NONE : REFUSAL_STALE;
  }
  if (cast)
    return REFUSAL_ALREADY_VOTED;
  if (attempt->other == NOBODY)
    return REFUSAL_NONE;
  if (model->replaced == model->max_replacements)
    return REFUSAL_TOO_MANY;
  bool officer =
      is_one_of(attempt->other, officers) || (model->draws && is_one_of(attempt->other, drawers));
  return model->admitted[attempt->other] || officer ? REFUSAL_CREDENTIAL_REPEATED : REFUSAL_NONE;
}

static enum refusal judge_kind(const struct model *model, const struct attempt *attempt)
{
  switch (attempt->kind) {
  case ENTRY_ELECTORATE:
    return model->admitted_count > 0 ? REFUSAL_CREDENTIAL_REPEATED : REFUSAL_NONE;
  case ENTRY_OPEN:
    return attempt->wrong_tree     ? REFUSAL_TREE_DIFFERS
           : attempt->wrong_number ? REFUSAL_CREDENTIALS_DIFFER
                                   : REFUSAL_NONE;
  case ENTRY_BALLOT:
  case ENTRY_REVOCATION:
    return judge_card(model, attempt);
  case ENTRY_CLOSE:
    return attempt->wrong_tree     ? REFUSAL_TREE_DIFFERS
           : attempt->wrong_number ? REFUSAL_STANDING_DIFFERS
                                   : REFUSAL_NONE;
  case ENTRY_PAPER:
    return attempt->count > model->for_paper ? REFUSAL_PAPER_DIFFERS : REFUSAL_NONE;
  case ENTRY_DRAW:
    return model->drawn[attempt->who == DRAWER_2] ? REFUSAL_NOT_NOW
           : attempt->wrong_secret                ? REFUSAL_COMMITMENT_DIFFERS
                                                  : REFUSAL_NONE;
  case ENTRY_RESULT:
    if (model->draws && !(model->drawn[0] && model->drawn[1]))
      return REFUSAL_DRAW_INCOMPLETE;
    return attempt->wrong_number ? REFUSAL_OUTCOME_DIFFERS : REFUSAL_NONE;
  case ENTRY_MANIFEST:
  case ENTRY_PAGES:
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
    break;
  }
  return REFUSAL_NONE;
}

static enum refusal foretell(const struct model *model, const struct attempt *attempt)
{
  if (model->phase == 0 && attempt->kind != ENTRY_MANIFEST)
    return REFUSAL_NOT_NOW;
  enum refusal refusal = judge_role(model, attempt);
  if (refusal != REFUSAL_NONE)
    return refusal;
  if (attempt->wrong_signer)
    return REFUSAL_WRONG_SIGNER;
  if (attempt->kind == ENTRY_BALLOT && attempt->wrong_choice)
    return REFUSAL_CHOICE;
  if (!is_its_time(model, attempt->kind))
    return REFUSAL_NOT_NOW;
  if (attempt->kind != ENTRY_MANIFEST && attempt->wrong_binding)
    return REFUSAL_WRONG_ELECTION;
  return judge_kind(model, attempt);
}

static void follow(struct model *model, const struct attempt *attempt, size_t size)
{
  if (attempt->kind == ENTRY_MANIFEST || attempt->kind == ENTRY_OPEN ||
      attempt->kind == ENTRY_CLOSE || attempt->kind == ENTRY_RESULT)
    model->phase++;
  if (attempt->kind == ENTRY_ELECTORATE) {
    for (unsigned i = 0; i < VOTERS; i++)
      model->admitted[VOTER + i] = true;
    model->admitted_count = VOTERS;
  }
  if (attempt->kind == ENTRY_BALLOT)
    model->standing[attempt->who] = size;
  if (attempt->kind == ENTRY_REVOCATION) {
    model->struck[attempt->who] = true;
    model->for_paper += attempt->other == NOBODY;
    if (attempt->other != NOBODY) {
      model->replaced++;
      model->admitted[attempt->other] = true;
      model->admitted_count++;
    }
  }
  if (attempt->kind == ENTRY_PAPER)
    model->paper_given = true;
  if (attempt->kind == ENTRY_DRAW)
    model->drawn[attempt->who == DRAWER_2] = true;
}

/* --- making lines --- */

/* Mostly what the phase asks for. */
static enum entry_kind draw_kind(const struct model *model, struct random_source *source)
{
  static const char *const often[] = {"m", "eepon", "bbbbbbbbbbbrrrpn", "aaddt", "n"};
  static const char letters[] = "mpeobrcadtn";
  if (random_once_in(source, 6))
    return (enum entry_kind)random_below(source, ENTRY_KIND_COUNT);
  if (model->phase == 2 && random_once_in(source, 30))
    return ENTRY_CLOSE;
  const char *kinds = often[model->phase];
  char letter = kinds[random_below(source, strlen(kinds))];
  return (enum entry_kind)(strchr(letters, letter) - letters);
}

static enum actor draw_from(const enum actor *list, struct random_source *source)
{
  size_t count = 0;
  while (list[count] != NOBODY)
    count++;
  if (random_once_in(source, 8))
    return random_once_in(source, 2) ? STRANGER : DRAWER;
  return list[random_below(source, count)];
}

static enum actor draw_card(struct random_source *source)
{
  return (enum actor)(VOTER + random_below(source, CARDS));
}

static struct attempt draw_attempt(const struct model *model, struct random_source *source)
{
  struct attempt attempt = {.kind = draw_kind(model, source), .witness = SCRUTINEER};
  attempt.wrong_signer = random_once_in(source, 12);
  attempt.wrong_binding = random_once_in(source, 12);
  attempt.wrong_choice = random_once_in(source, 12);
  attempt.wrong_tree = random_once_in(source, 4);
  attempt.wrong_number = random_once_in(source, 4);
  attempt.wrong_secret = random_once_in(source, 4);
  attempt.count = (size_t)random_below(source, 4);
  if (attempt.kind == ENTRY_ELECTORATE)
    attempt.who = draw_from(registrars, source);
  if (attempt.kind == ENTRY_NOTE)
    attempt.who = draw_from(authors, source);
  if (attempt.kind == ENTRY_DRAW)
    attempt.who = draw_from(drawers, source);
  if (attempt.kind == ENTRY_BALLOT || attempt.kind == ENTRY_REVOCATION)
    attempt.who = draw_card(source);
  if (attempt.kind == ENTRY_REVOCATION) {
    attempt.witness = draw_from(scrutineers, source);
    if (!random_once_in(source, 3))
      attempt.other = random_once_in(source, 8) ? draw_from(officers, source) : draw_card(source);
  }
  return attempt;
}

static json_t *draft_manifest(const struct model *model)
{
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(json_object_get(manifest, "scrutineers"), "paper",
                      json_boolean(model->paper));
  json_object_set_new(json_object_get(manifest, "board"), "max_replacements",
                      json_integer((json_int_t)model->max_replacements));
  json_object_set_new(manifest, "revote", json_boolean(model->revote));
  if (!model->draws) {
    json_object_del(manifest, "draw");
    json_object_set_new(json_object_get(manifest, "rule"), "tie_break", json_pack("[s]", "id"));
  }
  return manifest;
}

static void add_to(json_t *payload, const char *member, json_int_t more)
{
  json_int_t number = json_integer_value(json_object_get(payload, member));
  json_object_set_new(payload, member, json_integer(number + more));
}

static void set_digest(json_t *payload, const char *member, uint64_t number)
{
  struct digest digest = {.bytes = {(uint8_t)number, (uint8_t)(number >> 8)}};
  json_object_set_new(payload, member, rehearsal_digest(&digest));
}

/* `replaces` is right, null, some entry's leaf, or nobody's. */
static json_t *draft_ballot(struct rehearsal *play, const struct model *model,
                            struct attempt *attempt, struct random_source *source)
{
  static const char *const choices[] = {"{\"blank\":true}", "{\"approve\":[\"bench\"]}",
                                        "{\"approve\":[\"garden\",\"swing\"]}",
                                        "{\"approve\":[\"mural\"]}"};
  static const char wrong[] = "{\"approve\":[\"bench\",\"garden\",\"mural\"]}";
  size_t right = model->standing[attempt->who];
  json_t *payload = rehearsal_ballot(
      play, attempt->who, attempt->wrong_choice ? wrong : choices[random_below(source, 4)]);
  size_t named = right;
  switch (random_below(source, 8)) {
  case 0:
    named = 0;
    break;
  case 1:
    named = (size_t)random_below(source, play->size + 1);
    break;
  default:
    break;
  }
  json_object_set_new(payload, "replaces",
                      named == 0 ? json_null() : rehearsal_digest(&play->leaves[named - 1]));
  attempt->right_replaces = named == right;
  return payload;
}

static json_t *draft(struct rehearsal *play, const struct model *model, struct attempt *attempt,
                     struct random_source *source)
{
  static const char *const papers[] = {NULL, "[{\"blank\":true}]",
                                       "[{\"approve\":[\"bench\"]},{\"blank\":true}]",
                                       "[{\"blank\":true},{\"blank\":true},{\"blank\":true}]"};
  char text[32];
  json_t *payload;
  switch (attempt->kind) {
  case ENTRY_MANIFEST:
    return draft_manifest(model);
  case ENTRY_PAGES:
    payload = rehearsal_pages(play);
    set_digest(json_array_get(json_object_get(payload, "files"), 0), "digest",
               random_below(source, 1000));
    return payload;
  case ENTRY_ELECTORATE:
    payload = rehearsal_electorate(play, VOTER, VOTERS);
    json_object_set_new(payload, "registrar", rehearsal_key_text(attempt->who));
    set_digest(payload, "roll", random_below(source, 1000));
    return payload;
  case ENTRY_OPEN:
    payload = rehearsal_open(play);
    add_to(payload, "credentials", attempt->wrong_number);
    break;
  case ENTRY_BALLOT:
    return draft_ballot(play, model, attempt, source);
  case ENTRY_REVOCATION:
    payload = rehearsal_revocation(play, attempt->who, attempt->other);
    json_object_set_new(payload, "scrutineer", rehearsal_key_text(attempt->witness));
    return payload;
  case ENTRY_CLOSE:
    payload = rehearsal_close(play);
    add_to(payload, "standing", attempt->wrong_number);
    break;
  case ENTRY_PAPER:
    return rehearsal_paper(play, attempt->count, papers[attempt->count]);
  case ENTRY_DRAW:
    payload = rehearsal_draw(play, attempt->who);
    if (attempt->wrong_secret)
      set_digest(payload, "secret", random_below(source, 1000));
    return payload;
  case ENTRY_RESULT:
    payload = rehearsal_result(play);
    if (attempt->wrong_number)
      json_object_set_new(payload, "outcome", rehearsal_attach(play, SPAN("{\"voters\":0}")));
    return payload;
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
  default:
    snprintf(text, sizeof text, "%" PRIu64, random_below(source, 1000));
    return rehearsal_note(play, attempt->who, text);
  }
  if (attempt->wrong_tree && random_once_in(source, 2))
    add_to(payload, "size", 1);
  else if (attempt->wrong_tree)
    set_digest(payload, "root", 7);
  return payload;
}

static struct buffer make_line(struct rehearsal *play, const struct model *model,
                               struct attempt *attempt, struct random_source *source)
{
  static const enum actor stranger[] = {STRANGER};
  json_t *payload = draft(play, model, attempt, source);
  const char *kind = entry_kind_name(attempt->kind);
  const char *binding = json_object_get(payload, "open") != NULL ? "open" : "election";
  if (attempt->wrong_binding && attempt->kind != ENTRY_MANIFEST)
    set_digest(payload, binding, 77);
  struct buffer line = attempt->wrong_signer ? rehearsal_sign_by(kind, payload, stranger, 1)
                                             : rehearsal_sign(kind, payload);
  json_decref(payload);
  return line;
}

static bool stands_already(const struct rehearsal *play, struct span line)
{
  for (size_t i = 0; i < play->size; i++)
    if (span_equal(buffer_span(&play->lines[i]), line))
      return true;
  return false;
}

/* --- both together --- */

static void take_step(struct trial *trial, struct rehearsal *play, struct model *model,
                      unsigned seen[REFUSAL_COUNT])
{
  struct attempt attempt = draw_attempt(model, &trial->source);
  struct buffer line = {0};
  if (play->size > 0 && random_once_in(&trial->source, 20))
    buffer_add(&line, buffer_span(&play->lines[random_below(&trial->source, play->size)]));
  else
    line = make_line(play, model, &attempt, &trial->source);

  enum refusal right =
      stands_already(play, buffer_span(&line)) ? REFUSAL_REPEATED : foretell(model, &attempt);
  enum refusal found = rehearsal_append(play, buffer_span(&line));
  if (found != right)
    fail_msg("BEFFROI_SEED=%" PRIu64 " BEFFROI_ROUNDS=1: entry %zu, %s: %s instead of %s: %s: %s",
             trial->seed, play->size, entry_kind_name(attempt.kind), refusal_name(found),
             refusal_name(right), play->fault.where, play->fault.what);
  if (found == REFUSAL_NONE)
    follow(model, &attempt, play->size);
  seen[found]++;
  buffer_free(&line);

  uint64_t standing = 0;
  for (size_t i = 0; i < ACTORS; i++)
    standing += model->standing[i] != 0;
  assert_int_equal(play->board.head.standing, standing);
  assert_int_equal(play->board.head.credentials, model->admitted_count);
  assert_int_equal(play->board.head.phase, model->phase);
}

static unsigned seen[REFUSAL_COUNT];

static void board_and_model_agree(struct trial *trial)
{
  struct rehearsal play;
  struct model model = {.paper = random_once_in(&trial->source, 2),
                        .revote = !random_once_in(&trial->source, 3),
                        .draws = random_once_in(&trial->source, 2),
                        .max_replacements = (unsigned)random_below(&trial->source, 4)};
  rehearsal_begin(&play);
  for (unsigned i = 0; i < STEPS; i++)
    take_step(trial, &play, &model, seen);
  rehearsal_end(&play);
}

/* What no sequence above can lead to. */
static bool is_out_of_reach(enum refusal refusal)
{
  return refusal == REFUSAL_MALFORMED || refusal == REFUSAL_FROZEN || refusal == REFUSAL_WITHHELD ||
         refusal == REFUSAL_ATTACHMENT_MISSING || refusal == REFUSAL_ATTACHMENT_WRONG ||
         refusal == REFUSAL_ELIGIBILITY_DIFFERS;
}

static bool every_verdict_was_given(void)
{
  for (unsigned refusal = 0; refusal < REFUSAL_COUNT; refusal++)
    if (seen[refusal] == 0 && !is_out_of_reach((enum refusal)refusal))
      return false;
  return true;
}

static void random_sequences_are_judged_as_the_model_says(void **state)
{
  (void)state;
  bool every = trial_run_until(board_and_model_agree, 120, every_verdict_was_given);
  for (unsigned refusal = 0; refusal < REFUSAL_COUNT; refusal++)
    if (is_out_of_reach((enum refusal)refusal) ? seen[refusal] > 0 : seen[refusal] == 0 && !every)
      fail_msg("%s was given %u times", refusal_name((enum refusal)refusal), seen[refusal]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_sequences_are_judged_as_the_model_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
