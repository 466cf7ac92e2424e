#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/draw.h"
#include "tests/unit/rehearsal.h"

static const char bench[] = "{\"approve\":[\"bench\"]}";
static const char garden[] = "{\"approve\":[\"garden\"]}";

/* Of the last count. */
struct counted {
  struct arena arena;
  struct profile profile;
  struct outcome outcome;
};

static void count(struct rehearsal *play, struct counted *counted)
{
  *counted = (struct counted){0};
  if (board_count(&play->board, &counted->arena, &counted->profile, &counted->outcome,
                  &play->fault) != STATUS_OK)
    fail_msg("%s: %s", play->fault.where, play->fault.what);
}

static void not_countable(const struct rehearsal *play, const char *what)
{
  struct arena arena = {0};
  struct profile profile;
  struct outcome outcome;
  struct buffer bytes = {0};
  struct fault fault = {0};
  assert_int_equal(board_count(&play->board, &arena, &profile, &outcome, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "board");
  assert_string_equal(fault.what, what);
  assert_int_equal(board_outcome(&play->board, &bytes, &fault), STATUS_REFUSED);
  assert_int_equal(bytes.length, 0);
  buffer_free(&bytes);
  arena_free(&arena);
}

/* How many voters named project `project` with `value`. */
static uint64_t marked(const struct profile *profile, uint32_t project, int32_t value)
{
  uint64_t voters = 0;
  for (size_t group = 0; group < profile->group_count; group++)
    for (size_t i = profile->start[group]; i < profile->start[group + 1]; i++)
      if (profile->project[i] == project &&
          (profile->value == NULL ? 1 : profile->value[i]) == value)
        voters += profile->multiplicity[group];
  return voters;
}

/* --- what is counted --- */

static void standing_and_paper_ballots_are_counted(void **state)
{
  (void)state;
  struct rehearsal play;
  struct counted counted;
  rehearsal_until(&play, AT_RESULT);
  count(&play, &counted);
  /* VOTER: garden; + 1: blank; + 40: bench, mural; + 20: garden, swing; paper: garden, blank */
  assert_int_equal(counted.profile.voters, 6);
  assert_int_equal(counted.profile.blank, 2);
  assert_int_equal(marked(&counted.profile, 0, 1), 1);
  assert_int_equal(marked(&counted.profile, 1, 1), 3);
  assert_int_equal(marked(&counted.profile, 2, 1), 1);
  assert_int_equal(marked(&counted.profile, 3, 1), 1);
  assert_int_equal(counted.outcome.voters, 6);
  assert_int_equal(counted.outcome.selected[0], 1);
  arena_free(&counted.arena);
  rehearsal_end(&play);
}

static void of_a_chain_the_last_is_counted(void **state)
{
  (void)state;
  struct rehearsal play;
  struct counted counted;
  rehearsal_start(&play, NULL);
  for (int i = 0; i < 7; i++)
    rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, i < 6 ? bench : garden));
  rehearsal_add(&play, "close", rehearsal_close(&play));
  rehearsal_add(&play, "paper", rehearsal_paper(&play, 0, NULL));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER_2));
  count(&play, &counted);
  assert_int_equal(counted.profile.voters, 1);
  assert_int_equal(marked(&counted.profile, 0, 1), 0);
  assert_int_equal(marked(&counted.profile, 1, 1), 1);
  arena_free(&counted.arena);
  rehearsal_end(&play);
}

static void nobody_having_voted_is_counted(void **state)
{
  (void)state;
  struct rehearsal play;
  struct counted counted;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "close", rehearsal_close(&play));
  rehearsal_add(&play, "paper", rehearsal_paper(&play, 0, NULL));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER_2));
  count(&play, &counted);
  assert_int_equal(counted.profile.voters, 0);
  arena_free(&counted.arena);
  rehearsal_end(&play);
}

/* A manifest of another kind of ballot, decided by `id`, without paper. */
static json_t *manifest_for(const char *form)
{
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(manifest, "ballot", json_loads(form, 0, NULL));
  json_object_set_new(manifest, "rule",
                      json_pack("{s:s, s:[s, s]}", "name", "greedy", "tie_break", "votes", "id"));
  json_object_set_new(json_object_get(manifest, "scrutineers"), "paper", json_false());
  json_object_del(manifest, "draw");
  return manifest;
}

/* Two voters; `marks` are those of the first. */
static void count_kind(const char *form, const char *first, const char *second,
                       const struct mark *marks, size_t mark_count)
{
  struct rehearsal play;
  struct counted counted;
  rehearsal_start(&play, manifest_for(form));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, first));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 1, second));
  rehearsal_add(&play, "close", rehearsal_close(&play));
  count(&play, &counted);
  assert_int_equal(counted.profile.voters, 2);
  for (size_t i = 0; i < mark_count; i++)
    assert_int_equal(marked(&counted.profile, marks[i].project, marks[i].value), 1);
  rehearsal_add(&play, "result", rehearsal_result(&play));
  arena_free(&counted.arena);
  rehearsal_end(&play);
}

static void every_kind_of_ballot_comes_through(void **state)
{
  (void)state;
  count_kind("{\"kind\":\"points\",\"points\":200}", "{\"points\":{\"bench\":150,\"swing\":50}}",
             "{\"points\":{\"garden\":1}}", (const struct mark[]){{0, 150}, {3, 50}, {1, 1}}, 3);
  count_kind("{\"kind\":\"ranking\"}", "{\"rank\":[\"swing\",\"bench\",\"garden\"]}",
             "{\"rank\":[\"mural\"]}", (const struct mark[]){{3, 1}, {0, 2}, {1, 3}, {2, 1}}, 4);
  count_kind("{\"default\":0,\"highest\":5,\"kind\":\"scores\",\"lowest\":-5}",
             "{\"scores\":{\"bench\":-5,\"garden\":5}}", "{\"blank\":true}",
             (const struct mark[]){{0, -5}, {1, 5}}, 2);
}

/* --- when it cannot be counted --- */

static void a_board_counts_once_it_is_complete(void **state)
{
  (void)state;
  static const struct {
    enum rehearsal_place place;
    const char *what;
  } rows[] = {
      {AT_MANIFEST, "the vote is not closed"}, {AT_OPEN, "the vote is not closed"},
      {AT_CLOSE, "the vote is not closed"},    {AT_PAPER, "the paper ballots are missing"},
      {AT_DRAW, "2 of 2 are missing"},         {AT_SECOND_DRAW, "1 of 2 are missing"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct rehearsal play;
    rehearsal_until(&play, rows[i].place);
    not_countable(&play, rows[i].what);
    rehearsal_end(&play);
  }
}

static void bodies_withheld_are_not_counted(void **state)
{
  (void)state;
  struct rehearsal play;
  struct digest leaf = digest_of(SPAN("one"));
  enum refusal refusal;
  rehearsal_start(&play, NULL);
  assert_int_equal(board_append_withheld(&play.board, &leaf, &refusal, &play.fault), STATUS_OK);
  play.leaves[play.size++] = leaf;
  rehearsal_add(&play, "close", rehearsal_close(&play));
  not_countable(&play, "the bodies of 1 ballots are withheld");
  rehearsal_end(&play);
}

/* --- the draw --- */

static void add_secret(struct buffer *text, enum actor drawer)
{
  json_t *secret = rehearsal_secret(drawer);
  const char *digits = json_string_value(secret);
  for (size_t i = 0; i < 32; i++) {
    unsigned byte;
    assert_int_equal(sscanf(digits + 2 * i, "%2x", &byte), 1);
    buffer_add_byte(text, (char)byte);
  }
  json_decref(secret);
}

/* All projects tie, so the order of funding is that of the lots; the secrets may be revealed in
 * either order. */
static void ties_fall_as_the_secrets_say(void **state)
{
  (void)state;
  for (int swapped = 0; swapped < 2; swapped++) {
    struct rehearsal play;
    struct counted counted;
    const uint32_t *places;
    json_t *manifest = rehearsal_manifest();
    json_object_set_new(manifest, "budget", json_integer(5000));
    rehearsal_start(&play, manifest);
    rehearsal_add(&play, "ballot",
                  rehearsal_ballot(&play, VOTER, "{\"approve\":[\"bench\",\"garden\"]}"));
    rehearsal_add(&play, "ballot",
                  rehearsal_ballot(&play, VOTER + 1, "{\"approve\":[\"mural\",\"swing\"]}"));
    rehearsal_add(&play, "close", rehearsal_close(&play));
    rehearsal_add(&play, "paper", rehearsal_paper(&play, 0, NULL));
    rehearsal_add(&play, "draw", rehearsal_draw(&play, swapped ? DRAWER_2 : DRAWER));
    rehearsal_add(&play, "draw", rehearsal_draw(&play, swapped ? DRAWER : DRAWER_2));
    count(&play, &counted);

    struct buffer text = {0};
    buffer_add(&text, SPAN("beffroi/1 draw"));
    buffer_add_byte(&text, 0);
    buffer_add(&text,
               (struct span){.bytes = (const char *)play.open.bytes, .length = DIGEST_BYTES});
    add_secret(&text, DRAWER);
    add_secret(&text, DRAWER_2);
    assert_int_equal(text.length, 15 + 3 * 32);
    struct digest seed = digest_of(buffer_span(&text));
    assert_int_equal(draw_lots(&play.board.head.manifest->election, seed.bytes, &counted.arena,
                               &places, &play.fault),
                     STATUS_OK);
    assert_int_equal(counted.outcome.selected_count, 4);
    for (uint32_t i = 0; i < 4; i++)
      assert_int_equal(places[counted.outcome.selected[i]], i);
    buffer_free(&text);
    arena_free(&counted.arena);
    rehearsal_end(&play);
  }
}

/* --- results --- */

static void an_outcome_names_its_election(void **state)
{
  (void)state;
  struct rehearsal play;
  struct buffer bytes = {0};
  json_t *outcome;
  rehearsal_until(&play, AT_RESULT);
  assert_int_equal(board_outcome(&play.board, &bytes, &play.fault), STATUS_OK);
  assert_int_equal(canonical_read(buffer_span(&bytes), bytes.length, &outcome, &play.fault),
                   STATUS_OK);
  json_t *id = rehearsal_digest(&play.election);
  assert_true(json_equal(json_object_get(outcome, "election"), id));
  assert_int_equal(json_integer_value(json_object_get(outcome, "voters")), 6);
  json_decref(id);
  json_decref(outcome);
  buffer_free(&bytes);
  rehearsal_end(&play);
}

/* Publishes the outcome with a member replaced. */
static void publish(struct rehearsal *play, const char *member, json_t *value, const char *where)
{
  struct buffer bytes = {0};
  json_t *outcome;
  assert_int_equal(board_outcome(&play->board, &bytes, &play->fault), STATUS_OK);
  assert_int_equal(canonical_read(buffer_span(&bytes), bytes.length, &outcome, &play->fault),
                   STATUS_OK);
  json_object_set_new(outcome, member, value);
  bytes.length = 0;
  assert_int_equal(canonical_write(outcome, &bytes, &play->fault), STATUS_OK);
  json_decref(outcome);
  json_t *payload = rehearsal_result(play);
  json_object_set_new(payload, "outcome", rehearsal_attach(play, buffer_span(&bytes)));
  rehearsal_refused(play, "result", payload, REFUSAL_OUTCOME_DIFFERS);
  assert_string_equal(play->fault.where, where);
  buffer_free(&bytes);
}

static void a_result_that_was_altered_is_refused_by_its_first_difference(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_RESULT);
  publish(&play, "voters", json_integer(7), "outcome/voters");
  assert_string_equal(play.fault.expected, "6");
  assert_string_equal(play.fault.what, "here stands 7");
  publish(&play, "selected", json_pack("[s]", "mural"), "outcome/selected/0");
  assert_string_equal(play.fault.expected, "\"garden\"");
  publish(&play, "spent", json_integer(0), "outcome/spent");
  publish(&play, "election", json_string("x"), "outcome/election");
  publish(&play, "remark", json_string("x"), "outcome/remark");

  json_t *payload = rehearsal_result(&play);
  json_object_set_new(payload, "outcome", rehearsal_attach(&play, SPAN("no JSON")));
  rehearsal_refused(&play, "result", payload, REFUSAL_OUTCOME_DIFFERS);
  assert_int_equal(play.board.head.phase, PHASE_CLOSED);
  rehearsal_add(&play, "result", rehearsal_result(&play));
  rehearsal_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(standing_and_paper_ballots_are_counted),
      cmocka_unit_test(of_a_chain_the_last_is_counted),
      cmocka_unit_test(nobody_having_voted_is_counted),
      cmocka_unit_test(every_kind_of_ballot_comes_through),
      cmocka_unit_test(a_board_counts_once_it_is_complete),
      cmocka_unit_test(bodies_withheld_are_not_counted),
      cmocka_unit_test(ties_fall_as_the_secrets_say),
      cmocka_unit_test(an_outcome_names_its_election),
      cmocka_unit_test(a_result_that_was_altered_is_refused_by_its_first_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
