#include "api/replay/stages.h"

#include <ctype.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/replay/talk.h"
#include "ballots/draft.h"
#include "ballots/electorate.h"
#include "base/canonical.h"
#include "base/hex.h"
#include "engine/pabulib/preset.h"
#include "engine/rule.h"

enum {
  DRAFT_MAX = 64 * 1024,
  OUTCOME_MAX = 64 << 20,
  STANDING_ASKED = 50, /* voters, at most */
  POLL_MILLISECONDS = 100,
  SLUG_MAX = 60,
};

/* --- keys and origins --- */

static void make_seed(uint64_t number, uint8_t seed[RESTAGE_SEED_BYTES])
{
  char text[64];
  (void)snprintf(text, sizeof text, "beffroi replay %" PRIu64, number);
  const struct digest digest = digest_of(span_of(text));
  memcpy(seed, digest.bytes, RESTAGE_SEED_BYTES);
}

static void make_key(struct signing_key *key)
{
  uint8_t seed[SEED_BYTES];
  randombytes_buf(seed, sizeof seed);
  signing_key_make(seed, key);
  sodium_memzero(seed, sizeof seed);
}

static enum status make_voters(struct replay *replay, struct fault *fault)
{
  uint64_t count = restage_voters(&replay->restage);
  uint8_t seed[RESTAGE_SEED_BYTES];
  enum status status = STATUS_OK;
  replay->voters = ARENA_TAKE(&replay->arena, struct signing_key, (size_t)count);
  if (replay->voters == NULL)
    return fault_no_memory(fault);
  make_seed(replay->options->odds.seed, seed);
  for (uint64_t i = 0; status == STATUS_OK && i < count; i++) {
    struct restage_voter voter;
    struct credential credential;
    restage_voter(&replay->restage, seed, i, &voter);
    status = credential_derive(&voter.code, replay->credentials_origin, &credential, fault);
    if (status != STATUS_OK)
      break;
    replay->voters[i] = credential.key;
    credential_wipe(&credential);
  }
  return status;
}

/* Of the file's name what may stand in an origin. */
static void make_slug(const char *path, char slug[SLUG_MAX + 1])
{
  const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
  size_t length = 0;
  for (; *name != '\0' && *name != '.' && length < SLUG_MAX; name++)
    slug[length++] = isalnum((unsigned char)*name) ? (char)tolower((unsigned char)*name) : '-';
  slug[length] = '\0';
}

static enum status make_origins(struct replay *replay, struct fault *fault)
{
  char slug[SLUG_MAX + 1];
  struct buffer origin = {0};
  if (replay->options->origin != NULL) {
    buffer_add(&origin, span_of(replay->options->origin));
  } else {
    /* An origin has one board for ever, so each replay needs its own. */
    make_slug(replay->options->file, slug);
    buffer_format(&origin, "localhost/replay/%s-%" PRId64 "-%08" PRIx32, slug, (int64_t)time(NULL),
                  randombytes_random());
  }
  size_t length = origin.length;
  buffer_add(&origin, SPAN("/vote"));
  const char *text = origin.failed ? NULL : arena_copy(&replay->arena, origin.bytes, origin.length);
  replay->board_origin = (struct span){.bytes = text, .length = origin.length};
  replay->credentials_origin = (struct span){.bytes = text, .length = length};
  buffer_free(&origin);
  return text == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static enum status ask_board_key(struct replay *replay, struct fault *fault)
{
  json_t *answer = NULL;
  struct buffer path = {0};
  buffer_add(&path, SPAN("/v1/board-key?origin="));
  buffer_add(&path, replay->board_origin);
  buffer_add_byte(&path, '\0');
  enum status status =
      path.failed ? fault_no_memory(fault) : talk_get_json(replay, path.bytes, &answer, fault);
  buffer_free(&path);
  if (status != STATUS_OK)
    return status;
  const char *key = json_string_value(json_object_get(answer, "key"));
  const char *copy = key == NULL ? "" : arena_copy(&replay->arena, key, strlen(key));
  json_decref(answer);
  if (copy == NULL)
    return fault_no_memory(fault);
  status = note_key_read(span_of(copy), &replay->board_key, fault);
  if (status == STATUS_OK && !span_equal(replay->board_key.name, replay->board_origin))
    status = fault_set(fault, STATUS_REFUSED, "board-key", NULL,
                       "the key that the service gave is for another origin");
  return status;
}

/* --- reading and counting the file --- */

static enum status choose_rule(struct replay *replay, struct settings *settings,
                               struct fault *fault)
{
  enum status status = pabulib_preset(&replay->file, settings, &replay->arena, fault);
  replay->has_rule = status == STATUS_OK;
  if (status != STATUS_REFUSED)
    return status;
  settings_begin(settings, rule_find(SPAN("greedy")));
  return STATUS_OK;
}

enum status stages_read(struct replay *replay, struct span text, struct fault *fault)
{
  const struct pabulib_options options = {.keep_equal_apart = true};
  enum status status = pabulib_read(text, &options, &replay->arena, &replay->file, fault);
  if (status == STATUS_OK && replay->file.profile.voters == 0)
    status = fault_set(fault, STATUS_REFUSED, "VOTES", NULL, "nobody voted");
  if (status == STATUS_OK)
    status = plan_make(replay->file.profile.group_count, &replay->options->odds, &replay->arena,
                       &replay->plan, fault);
  return status;
}

static enum status gather_votes(struct replay *replay, struct profile *profile, struct fault *fault)
{
  const struct election *election = &replay->restage.manifest.election;
  struct profile_builder builder;
  struct mark *marks = ARENA_TAKE(&replay->arena, struct mark, election->project_count);
  if (marks == NULL)
    return fault_no_memory(fault);
  enum status status = profile_begin(&builder, &replay->arena, election, true, fault);
  for (uint64_t i = 0; status == STATUS_OK && i < restage_voters(&replay->restage); i++) {
    const struct choice choice = restage_choice(&replay->restage, i, marks);
    status = profile_add(&builder, &choice, 1, fault);
  }
  if (status == STATUS_OK)
    *profile = profile_end(&builder);
  return status;
}

static enum status count_votes(struct replay *replay, struct fault *fault)
{
  const struct manifest *manifest = &replay->restage.manifest;
  struct profile profile;
  struct outcome outcome;
  const struct tally tally = {
      .election = &manifest->election, .profile = &profile, .settings = &manifest->settings};
  enum status status = gather_votes(replay, &profile, fault);
  if (status == STATUS_OK)
    status = rule_count_ballots(&tally, &replay->arena, &outcome, fault);
  if (status != STATUS_OK)
    return status;
  outcome_write(&outcome, &manifest->election, &manifest->settings, span_of(replay->election),
                &replay->outcome);
  replay->winner_count = outcome.selected_count;
  replay->winners = outcome.selected;
  return replay->outcome.failed ? fault_no_memory(fault) : STATUS_OK;
}

/* --- opening --- */

static enum status define(struct replay *replay, struct fault *fault)
{
  struct settings settings;
  struct manifest terms = {
      .board_key = replay->board_key,
      .credentials_origin = replay->credentials_origin,
      .registrars = {.count = 1, .keys = &replay->registrar.public_key},
      .organiser = replay->organiser.public_key,
      .revote = true,
      .opens = (int64_t)time(NULL) - 1,
  };
  enum status status = choose_rule(replay, &settings, fault);
  if (status == STATUS_OK)
    status =
        restage_make(&replay->file, &settings, &terms, &replay->arena, &replay->restage, fault);
  if (status == STATUS_OK)
    digest_write(&replay->restage.manifest.id, replay->election);
  return status;
}

/* A payload that we expect the service to draft just so. */
static enum status check_draft(struct replay *replay, const char *path, const struct entry *entry,
                               struct buffer *payload, struct fault *fault)
{
  struct span drafted;
  enum status status = draft_entry(entry, payload, fault);
  if (status == STATUS_OK)
    status = talk_get_of_election(replay, path, DRAFT_MAX, &drafted, fault);
  if (status == STATUS_OK && !span_equal(drafted, buffer_span(payload)))
    status = fault_set(fault, STATUS_REFUSED, path, NULL,
                       "the service drafts another entry than follows from what was sent");
  return status;
}

static enum status admit_electorate(struct replay *replay, struct fault *fault)
{
  size_t count = (size_t)restage_voters(&replay->restage);
  struct public_key *keys = ARENA_TAKE(&replay->arena, struct public_key, count);
  if (keys == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++)
    keys[i] = replay->voters[i].public_key;
  electorate_sort(keys, count);
  const struct span bytes = {.bytes = (const char *)keys, .length = count * sizeof *keys};
  struct entry entry = {
      .kind = ENTRY_ELECTORATE,
      .binding = {.value = replay->restage.manifest.id},
      .body.electorate = {.credentials = count,
                          .keys = {.digest = digest_of(bytes), .length = bytes.length},
                          .registrar = replay->registrar.public_key},
  };
  /* There is no roll: what it would be is left to chance. */
  randombytes_buf(entry.body.electorate.roll.bytes, DIGEST_BYTES);
  struct buffer payload = {0};
  enum status status = talk_attach(replay, bytes, fault);
  if (status == STATUS_OK)
    status = draft_entry(&entry, &payload, fault);
  if (status == STATUS_OK)
    status = talk_append(replay, ENTRY_ELECTORATE, buffer_span(&payload), &replay->registrar, NULL,
                         fault);
  buffer_free(&payload);
  return status;
}

static enum status open_vote(struct replay *replay, struct fault *fault)
{
  struct buffer payload = {0};
  enum status status = receipts_sort(&replay->receipts, fault);
  if (status != STATUS_OK)
    return status;
  const struct entry entry = {
      .kind = ENTRY_OPEN,
      .binding = {.value = replay->restage.manifest.id},
      .body.open = {.credentials = restage_voters(&replay->restage),
                    .root = receipts_root(&replay->receipts),
                    .size = replay->receipts.count},
  };
  status = check_draft(replay, "drafts/open", &entry, &payload, fault);
  if (status == STATUS_OK)
    status = talk_append(replay, ENTRY_OPEN, buffer_span(&payload), &replay->organiser,
                         &replay->open, fault);
  buffer_free(&payload);
  return status;
}

enum status stages_open(struct replay *replay, struct fault *fault)
{
  enum status status;
  make_key(&replay->registrar);
  if ((status = make_origins(replay, fault)) != STATUS_OK ||
      (status = ask_board_key(replay, fault)) != STATUS_OK ||
      (status = define(replay, fault)) != STATUS_OK ||
      (status = make_voters(replay, fault)) != STATUS_OK ||
      (status = count_votes(replay, fault)) != STATUS_OK)
    return status;
  receipts_begin(&replay->receipts, &replay->board_key, &replay->arena);
  if (replay->restage.projects.length > 0 &&
      (status = talk_attach(replay, replay->restage.projects, fault)) != STATUS_OK)
    return status;
  if ((status = talk_append(replay, ENTRY_MANIFEST, replay->restage.payload, &replay->organiser,
                            NULL, fault)) != STATUS_OK ||
      (status = admit_electorate(replay, fault)) != STATUS_OK)
    return status;
  return open_vote(replay, fault);
}

/* --- standing ballots --- */

static enum status check_standing_of(struct replay *replay, const struct cast *cast,
                                     struct fault *fault)
{
  const char *path;
  char leaf[DIGEST_TEXT];
  json_t *answer = NULL;
  enum status status = talk_path(replay, "standing", &path, fault);
  if (status == STATUS_OK)
    status = talk_ask_signed(replay, "GET", path, &replay->voters[cast->voter], &answer, fault);
  if (status != STATUS_OK)
    return status;
  digest_write(&cast->note.leaf, leaf);
  const char *said = json_string_value(json_object_get(answer, "leaf"));
  const json_t *index = json_object_get(answer, "index");
  if (said == NULL || strcmp(said, leaf) != 0 || !json_is_integer(index) ||
      (uint64_t)json_integer_value(index) != cast->note.index)
    status = fault_set(fault, STATUS_REFUSED, "standing", NULL,
                       "the service names another standing ballot of a voter than the last that "
                       "the voter has a receipt for");
  json_decref(answer);
  return status;
}

enum status stages_check_standing(struct replay *replay, struct fault *fault)
{
  const struct plan *plan = &replay->plan;
  size_t step = plan->cast_count / STANDING_ASKED + 1;
  enum status status = STATUS_OK;
  for (size_t i = 0; status == STATUS_OK && i < plan->cast_count; i += step) {
    const struct cast *cast = &plan->casts[i];
    if (cast->later != CAST_NONE)
      cast = &plan->casts[cast->later];
    status = check_standing_of(replay, cast, fault);
  }
  return status;
}

/* --- closing --- */

static int compare_numbers(const void *a, const void *b)
{
  const uint64_t *first = a, *second = b;
  return (*first > *second) - (*first < *second);
}

/* SHA-256 over the indexes of standing ballots, as entry.h says. */
static enum status list_standing(struct replay *replay, struct entry_close *close,
                                 struct fault *fault)
{
  const struct plan *plan = &replay->plan;
  uint64_t *indexes = ARENA_TAKE(&replay->arena, uint64_t, plan->cast_count);
  uint8_t *bytes = ARENA_TAKE(&replay->arena, uint8_t, 8 * plan->cast_count);
  if (indexes == NULL || bytes == NULL)
    return fault_no_memory(fault);
  close->standing = 0;
  for (size_t i = 0; i < plan->cast_count; i++)
    if (plan->casts[i].later == CAST_NONE)
      indexes[close->standing++] = plan->casts[i].note.index;
  qsort(indexes, (size_t)close->standing, sizeof *indexes, compare_numbers);
  for (size_t i = 0; i < close->standing; i++)
    for (unsigned byte = 0; byte < 8; byte++)
      bytes[8 * i + byte] = (uint8_t)(indexes[i] >> (56 - 8 * byte));
  close->indexes = digest_of(
      (struct span){.bytes = (const char *)bytes, .length = (size_t)(8 * close->standing)});
  return STATUS_OK;
}

static enum status freeze(struct replay *replay, struct fault *fault)
{
  const char *path;
  json_t *answer = NULL;
  enum status status = talk_path(replay, "freeze", &path, fault);
  if (status == STATUS_OK)
    status = talk_ask_signed(replay, "POST", path, &replay->organiser, &answer, fault);
  if (status != STATUS_OK)
    return status;
  const json_t *size = json_object_get(answer, "size");
  if (!json_is_integer(size) || (uint64_t)json_integer_value(size) != replay->receipts.count)
    status = fault_set(fault, STATUS_REFUSED, "freeze", NULL,
                       "the frozen board has %" PRId64 " entries, and receipts were given for %zu",
                       (int64_t)json_integer_value(size), replay->receipts.count);
  json_decref(answer);
  return status;
}

enum status stages_close(struct replay *replay, struct fault *fault)
{
  struct buffer payload = {0};
  struct entry entry = {.kind = ENTRY_CLOSE,
                        .binding = {.after_open = true, .value = replay->open}};
  enum status status;
  if ((status = receipts_sort(&replay->receipts, fault)) != STATUS_OK ||
      (status = freeze(replay, fault)) != STATUS_OK ||
      (status = list_standing(replay, &entry.body.close, fault)) != STATUS_OK)
    return status;
  entry.body.close.size = replay->receipts.count;
  entry.body.close.root = receipts_root(&replay->receipts);
  status = check_draft(replay, "drafts/close", &entry, &payload, fault);
  if (status == STATUS_OK)
    status =
        talk_append(replay, ENTRY_CLOSE, buffer_span(&payload), &replay->organiser, NULL, fault);
  buffer_free(&payload);
  return status;
}

/* --- the result --- */

static void pause_for(unsigned milliseconds)
{
  const struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
                                .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  (void)nanosleep(&time, NULL);
}

/* How far the count has come. */
struct count {
  bool ended;
  int64_t done;
  struct digest outcome; /* once it ended */
};

static enum status look_at_count(struct replay *replay, struct count *count, struct fault *fault)
{
  const char *path;
  json_t *answer = NULL;
  enum status status = talk_path(replay, "count", &path, fault);
  if (status == STATUS_OK)
    status = talk_get_json(replay, path, &answer, fault);
  if (status != STATUS_OK)
    return status;
  const char *state = json_string_value(json_object_get(answer, "state"));
  const char *outcome = json_string_value(json_object_get(answer, "outcome"));
  count->done = json_integer_value(json_object_get(answer, "done"));
  count->ended = state != NULL && strcmp(state, "done") == 0;
  if (state == NULL || strcmp(state, "failed") == 0 ||
      (count->ended && (outcome == NULL || !hex_read(span_of(outcome), count->outcome.bytes,
                                                     sizeof count->outcome.bytes))))
    status = fault_set(fault, STATUS_REFUSED, "count", NULL, "the service could not count");
  json_decref(answer);
  return status;
}

/* Patience is for a count that does not move. */
static enum status wait_for_count(struct replay *replay, struct count *count, struct fault *fault)
{
  time_t last = time(NULL);
  *count = (struct count){.done = -1};
  for (;;) {
    int64_t before = count->done;
    enum status status = look_at_count(replay, count, fault);
    if (status != STATUS_OK || count->ended)
      return status;
    if (count->done != before)
      last = time(NULL);
    if (time(NULL) - last > (time_t)replay->options->patience)
      return fault_set(fault, STATUS_FAILED, "count", NULL, "it does not come to an end");
    pause_for(POLL_MILLISECONDS);
  }
}

static enum status append_result(struct replay *replay, struct fault *fault)
{
  const struct span outcome = buffer_span(&replay->outcome);
  const struct entry entry = {
      .kind = ENTRY_RESULT,
      .binding = {.after_open = true, .value = replay->open},
      .body.result.outcome = {.digest = digest_of(outcome), .length = outcome.length},
  };
  struct buffer payload = {0};
  enum status status = check_draft(replay, "drafts/result", &entry, &payload, fault);
  if (status == STATUS_OK)
    status =
        talk_append(replay, ENTRY_RESULT, buffer_span(&payload), &replay->organiser, NULL, fault);
  buffer_free(&payload);
  return status;
}

enum status stages_end(struct replay *replay, struct fault *fault)
{
  const struct span expected = buffer_span(&replay->outcome);
  const struct digest digest = digest_of(expected);
  struct count count;
  struct span shown = SPAN("");
  enum status status = wait_for_count(replay, &count, fault);
  bool same = status == STATUS_OK && digest_compare(&count.outcome, &digest) == 0;
  if (same)
    status = append_result(replay, fault);
  if (same && status == STATUS_OK) {
    status = talk_get_of_election(replay, "result", OUTCOME_MAX, &shown, fault);
    same = span_equal(shown, expected);
  }
  replay->findings[FINDING_OUTCOME] = same ? ANSWER_YES : ANSWER_NO;
  fault_set(&replay->faults[FINDING_OUTCOME], STATUS_REFUSED, "result", NULL,
            "the service's count differs from that of the file's votes");
  return status;
}
