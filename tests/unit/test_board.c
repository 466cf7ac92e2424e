#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_example.h"
#include "tests/unit/rehearsal.h"

static const char bench[] = "{\"approve\":[\"bench\"]}";
static const char garden[] = "{\"approve\":[\"garden\"]}";
static const char blank[] = "{\"blank\":true}";

/* --- the whole way --- */

static void a_whole_election_goes_through(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, REHEARSAL_PLACES);
  const struct board_head *head = &play.board.head;
  assert_int_equal(head->phase, PHASE_ENDED);
  assert_int_equal(head->size, REHEARSAL_PLACES);
  assert_int_equal(head->credentials, 12 + 3 + 1);
  assert_int_equal(head->replacements, 1);
  assert_int_equal(head->struck_for_paper, 2);
  assert_int_equal(head->standing, 4);
  assert_true(head->paper_given);
  assert_int_equal(head->drawn, 3);
  assert_int_equal(play.board.withheld, 0);
  assert_int_equal(play.board.kinds[ENTRY_BALLOT], 5);
  assert_int_equal(play.board.kinds[ENTRY_NOTE], 4);
  uint64_t entries = 0;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++)
    entries += play.board.kinds[kind];
  assert_int_equal(entries, REHEARSAL_PLACES);
  assert_memory_equal(&head->open, &play.leaves[AT_OPEN], DIGEST_BYTES);
  rehearsal_end(&play);
}

static void an_empty_board_is_empty(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_begin(&play);
  struct digest root = board_root(&play.board);
  struct digest nothing = digest_of(SPAN(""));
  assert_memory_equal(&root, &nothing, DIGEST_BYTES);
  assert_int_equal(play.board.head.phase, PHASE_EMPTY);
  rehearsal_end(&play);
}

static void an_election_without_voters_or_paper_goes_through(void **state)
{
  (void)state;
  struct rehearsal play;
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(json_object_get(manifest, "scrutineers"), "paper", json_false());
  rehearsal_start(&play, manifest);
  rehearsal_add(&play, "close", rehearsal_close(&play));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER_2));
  rehearsal_add(&play, "draw", rehearsal_draw(&play, DRAWER));
  rehearsal_add(&play, "result", rehearsal_result(&play));
  rehearsal_end(&play);
}

/* Its lines are written by draft.c; its outcome is a stand-in. */
static void the_shared_example_goes_through_up_to_its_result(void **state)
{
  (void)state;
  struct arena arena = {0};
  static struct board_example example;
  struct board board;
  struct fault fault = {0};
  enum refusal refusal;
  const struct attachment_source source = board_example_attachments(&example);
  board_example_make(&arena, &example);
  board_begin(&board, &arena, &source);
  for (size_t i = 0; i < EXAMPLE_AT_RESULT; i++)
    if (board_append(&board, example.entries[i].line, &refusal, &fault) != STATUS_OK)
      fail_msg("entry %zu: %s: %s: %s", i, refusal_name(refusal), fault.where, fault.what);
  assert_int_equal(board_append(&board, example.entries[EXAMPLE_AT_RESULT].line, &refusal, &fault),
                   STATUS_REFUSED);
  assert_int_equal(refusal, REFUSAL_OUTCOME_DIFFERS);
  assert_string_equal(fault.where, "outcome/budget");
  assert_int_equal(board.head.standing, 3);
  board_example_release(&example);
  arena_free(&arena);
}

static void the_draft_of_a_close_is_the_one_that_is_admitted(void **state)
{
  (void)state;
  struct rehearsal play;
  struct entry_close close;
  rehearsal_until(&play, AT_CLOSE);
  board_draft_close(&play.board, &close);
  json_t *payload = rehearsal_close(&play);
  json_t *root = rehearsal_digest(&close.root);
  json_t *indexes = rehearsal_digest(&close.indexes);
  assert_true(json_equal(root, json_object_get(payload, "root")));
  assert_true(json_equal(indexes, json_object_get(payload, "indexes")));
  assert_int_equal(close.size, json_integer_value(json_object_get(payload, "size")));
  assert_int_equal(close.standing, json_integer_value(json_object_get(payload, "standing")));
  json_decref(root);
  json_decref(indexes);
  json_decref(payload);
  rehearsal_end(&play);
}

/* What each kind would be if it came next: well made, and new. */
static json_t *any_draft(struct rehearsal *play, enum entry_kind kind, unsigned number)
{
  char text[32];
  json_t *manifest;
  snprintf(text, sizeof text, "Note %u", number);
  switch (kind) {
  case ENTRY_MANIFEST:
    manifest = rehearsal_manifest();
    json_object_set_new(manifest, "budget", json_integer(2000));
    return manifest;
  case ENTRY_PAGES:
    manifest = rehearsal_pages(play);
    json_array_remove(json_object_get(manifest, "files"), 1 - number % 2);
    return manifest;
  case ENTRY_ELECTORATE:
    return rehearsal_electorate(play, VOTER + 60, 2);
  case ENTRY_OPEN:
    return rehearsal_open(play);
  case ENTRY_BALLOT:
    return rehearsal_ballot(play, VOTER + 6, bench);
  case ENTRY_REVOCATION:
    return rehearsal_revocation(play, VOTER + 7, VOTER + 70);
  case ENTRY_CLOSE:
    return rehearsal_close(play);
  case ENTRY_PAPER:
    return rehearsal_paper(play, 0, NULL);
  case ENTRY_DRAW:
    return rehearsal_draw(play, DRAWER_2);
  case ENTRY_RESULT:
    return rehearsal_result(play);
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
    break;
  }
  return rehearsal_note(play, MEDIATOR, text);
}

/* Which kinds may come next at each place, as letters: manifest m, pages p, electorate e, open o,
 * ballot b, revocation r, close c, paper a, draw d, result t, note n. */
static const char *may_come(enum rehearsal_place place)
{
  return place == AT_MANIFEST      ? "m"
         : place <= AT_OPEN        ? "peon"
         : place <= AT_CLOSE       ? "pbrcn"
         : place <= AT_PAPER       ? "an"
         : place <= AT_SECOND_DRAW ? "dn"
         : place == AT_RESULT      ? "tn"
                                   : "n";
}

static void every_kind_is_tried_at_every_place(void **state)
{
  (void)state;
  static const char letters[] = "mpeobrcadtn";
  for (unsigned place = 0; place < REHEARSAL_PLACES; place++)
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
      struct rehearsal play;
      const char *name = entry_kind_name((enum entry_kind)kind);
      rehearsal_until(&play, (enum rehearsal_place)place);
      enum refusal refusal =
          rehearsal_try(&play, name, any_draft(&play, (enum entry_kind)kind, place));
      enum refusal right = REFUSAL_NOT_NOW;
      if (strchr(may_come((enum rehearsal_place)place), letters[kind]) != NULL)
        right = REFUSAL_NONE;
      else if (kind == ENTRY_RESULT && (place == AT_DRAW || place == AT_SECOND_DRAW))
        right = REFUSAL_DRAW_INCOMPLETE;
      else if ((kind == ENTRY_DRAW && place > AT_SECOND_DRAW) ||
               (kind == ENTRY_RESULT && place > AT_RESULT))
        right = REFUSAL_REPEATED;
      if (refusal != right)
        fail_msg("%s at %u: %s instead of %s: %s: %s", name, place, refusal_name(refusal),
                 refusal_name(right), play.fault.where, play.fault.what);
      rehearsal_end(&play);
    }
}

static void what_is_no_entry_is_malformed(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_FIRST_BALLOT);
  assert_int_equal(rehearsal_append(&play, SPAN("")), REFUSAL_MALFORMED);
  assert_int_equal(rehearsal_append(&play, SPAN("{}")), REFUSAL_MALFORMED);
  json_t *payload = rehearsal_note(&play, ORGANISER, "?");
  rehearsal_refused(&play, "remark", payload, REFUSAL_MALFORMED);
  rehearsal_end(&play);
}

/* A line that was refused leaves nothing behind, on an empty board too. */
static void a_refused_manifest_leaves_the_board_empty(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_begin(&play);
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(manifest, "budget", json_integer(-1));
  rehearsal_refused(&play, "manifest", manifest, REFUSAL_MALFORMED);
  assert_null(play.board.head.manifest);
  rehearsal_add(&play, "manifest", rehearsal_manifest());
  rehearsal_end(&play);
}

/* --- ballots --- */

static void a_chain_of_ballots_leaves_one_standing(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  for (int i = 0; i < 10; i++) {
    rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, i % 2 == 0 ? bench : garden));
    assert_int_equal(play.board.head.standing, 1);
  }
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 1, blank));
  assert_int_equal(play.board.head.standing, 2);
  rehearsal_add(&play, "close", rehearsal_close(&play));
  rehearsal_end(&play);
}

/* Somebody keeps a ballot back until its voter has cast another. */
static void a_ballot_held_back_cannot_land_later(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  json_t *first = rehearsal_ballot(&play, VOTER, bench);
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, garden));
  rehearsal_refused(&play, "ballot", first, REFUSAL_STALE);
  assert_string_equal(play.fault.where, "replaces");
  json_t *second = rehearsal_ballot(&play, VOTER, bench);
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, blank));
  rehearsal_refused(&play, "ballot", second, REFUSAL_STALE);
  rehearsal_end(&play);
}

static void two_devices_cannot_race_unseen(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  json_t *one = rehearsal_ballot(&play, VOTER, bench);
  json_t *other = rehearsal_ballot(&play, VOTER, garden);
  rehearsal_add(&play, "ballot", one);
  rehearsal_refused(&play, "ballot", other, REFUSAL_STALE);
  assert_string_equal(play.fault.what, "a ballot was cast with this card already");
  char standing[DIGEST_TEXT];
  digest_write(&play.leaves[play.size - 1], standing);
  assert_string_equal(play.fault.expected, standing);
  rehearsal_end(&play);
}

/* A ballot that says that it replaces another voter's. */
static void a_ballot_replaces_none_but_its_own(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, bench));
  json_t *payload = rehearsal_ballot(&play, VOTER + 1, garden);
  json_object_set_new(payload, "replaces", rehearsal_digest(&play.leaves[play.size - 1]));
  rehearsal_refused(&play, "ballot", payload, REFUSAL_STALE);
  assert_string_equal(play.fault.expected, "null");
  rehearsal_end(&play);
}

static void without_revoting_the_first_ballot_stays(void **state)
{
  (void)state;
  struct rehearsal play;
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(manifest, "revote", json_false());
  rehearsal_start(&play, manifest);
  json_t *early = rehearsal_ballot(&play, VOTER, garden);
  json_t *wrong = rehearsal_ballot(&play, VOTER, garden);
  json_object_set_new(wrong, "replaces", rehearsal_digest(&play.leaves[0]));
  rehearsal_refused(&play, "ballot", wrong, REFUSAL_STALE);
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, bench));
  rehearsal_refused(&play, "ballot", rehearsal_ballot(&play, VOTER, garden), REFUSAL_ALREADY_VOTED);
  rehearsal_refused(&play, "ballot", early, REFUSAL_ALREADY_VOTED);
  rehearsal_end(&play);
}

/* --- revocations --- */

static void a_struck_credential_casts_nothing(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER, VOTER + 50));
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER + 1, NOBODY));
  rehearsal_refused(&play, "ballot", rehearsal_ballot(&play, VOTER, bench), REFUSAL_STRUCK);
  rehearsal_refused(&play, "ballot", rehearsal_ballot(&play, VOTER + 1, bench), REFUSAL_STRUCK);
  rehearsal_refused(&play, "revocation", rehearsal_revocation(&play, VOTER + 1, VOTER + 51),
                    REFUSAL_STRUCK);
  rehearsal_end(&play);
}

static void a_replacement_votes_and_votes_again(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_refused(&play, "ballot", rehearsal_ballot(&play, VOTER + 50, bench),
                    REFUSAL_UNKNOWN_CREDENTIAL);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER, VOTER + 50));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 50, bench));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 50, garden));
  rehearsal_refused(&play, "revocation", rehearsal_revocation(&play, VOTER + 50, NOBODY),
                    REFUSAL_ALREADY_VOTED);
  assert_int_equal(play.board.head.credentials, 13);
  rehearsal_end(&play);
}

static void a_replacement_may_be_lost_again(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER, VOTER + 50));
  /* A key that was struck comes never back. */
  rehearsal_refused(&play, "revocation", rehearsal_revocation(&play, VOTER + 50, VOTER),
                    REFUSAL_CREDENTIAL_REPEATED);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER + 50, VOTER + 51));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 51, bench));
  rehearsal_end(&play);
}

static void nobody_elses_key_is_a_replacement(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  for (unsigned i = 0; i < 12; i++)
    rehearsal_refused(&play, "revocation",
                      rehearsal_revocation(&play, VOTER, (enum actor)(VOTER + i)),
                      REFUSAL_CREDENTIAL_REPEATED);
  rehearsal_end(&play);
}

/* As many as the manifest allows, each in place of the one before. */
static void all_replacements_find_room(void **state)
{
  (void)state;
  struct rehearsal play;
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(json_object_get(manifest, "board"), "max_replacements", json_integer(70));
  rehearsal_start(&play, manifest);
  for (unsigned i = 0; i < 70; i++)
    rehearsal_add(&play, "revocation",
                  rehearsal_revocation(&play, (enum actor)(i == 0 ? VOTER : VOTER + 29 + i),
                                       (enum actor)(VOTER + 30 + i)));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER + 99, bench));
  assert_int_equal(play.board.head.credentials, 82);
  rehearsal_end(&play);
}

static void replacements_are_bounded_and_paper_is_not(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER, VOTER + 50));
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER + 1, VOTER + 51));
  rehearsal_refused(&play, "revocation", rehearsal_revocation(&play, VOTER + 2, VOTER + 52),
                    REFUSAL_TOO_MANY);
  assert_string_equal(play.fault.expected, "at most 2");
  for (unsigned i = 2; i < 6; i++)
    rehearsal_add(&play, "revocation",
                  rehearsal_revocation(&play, (enum actor)(VOTER + i), NOBODY));
  rehearsal_end(&play);
}

/* --- bodies withheld --- */

static void withhold(struct rehearsal *play, const char *name, enum status right,
                     enum refusal right_name)
{
  struct digest leaf = digest_of(span_of(name));
  enum refusal refusal = REFUSAL_COUNT;
  assert_int_equal(board_append_withheld(&play->board, &leaf, &refusal, &play->fault), right);
  assert_string_equal(refusal_name(refusal), refusal_name(right_name));
  if (right == STATUS_OK)
    play->leaves[play->size++] = leaf;
}

static void bodies_may_be_withheld_until_the_close(void **state)
{
  (void)state;
  struct rehearsal play;
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(json_object_get(manifest, "scrutineers"), "paper", json_false());
  rehearsal_prepare(&play, manifest);
  withhold(&play, "too early", STATUS_REFUSED, REFUSAL_NOT_NOW);
  rehearsal_add(&play, "open", rehearsal_open(&play));
  withhold(&play, "one", STATUS_OK, REFUSAL_NONE);
  withhold(&play, "two", STATUS_OK, REFUSAL_NONE);
  withhold(&play, "one", STATUS_REFUSED, REFUSAL_REPEATED);
  assert_true(play.board.head.partial);
  assert_int_equal(play.board.withheld, 2);
  rehearsal_refused(&play, "ballot", rehearsal_ballot(&play, VOTER, bench), REFUSAL_WITHHELD);
  rehearsal_add(&play, "revocation", rehearsal_revocation(&play, VOTER, VOTER + 50));
  rehearsal_add(&play, "note", rehearsal_note(&play, MEDIATOR, "?"));
  rehearsal_refused(&play, "close", rehearsal_close(&play), REFUSAL_WITHHELD);
  rehearsal_end(&play);
}

static void with_paper_bodies_may_be_withheld_until_it_stands(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  withhold(&play, "one", STATUS_OK, REFUSAL_NONE);
  json_t *close = rehearsal_close(&play);
  json_object_set_new(close, "standing", json_integer(1)); /* nobody here can tell */
  rehearsal_add(&play, "close", close);
  withhold(&play, "too late", STATUS_REFUSED, REFUSAL_NOT_NOW);
  rehearsal_add(&play, "note", rehearsal_note(&play, MEDIATOR, "?"));
  rehearsal_refused(&play, "paper", rehearsal_paper(&play, 0, NULL), REFUSAL_WITHHELD);
  rehearsal_end(&play);
}

static void bodies_are_withheld_of_all_or_of_none(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, bench));
  withhold(&play, "one", STATUS_REFUSED, REFUSAL_WITHHELD);
  assert_false(play.board.head.partial);
  rehearsal_end(&play);
}

/* --- judged elsewhere --- */

static void an_entry_that_was_judged_elsewhere_is_appended(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  for (int again = 0; again < 2; again++) {
    struct arena arena = {0};
    struct entry entry;
    struct choice choice;
    enum refusal refusal;
    play.ballot[VOTER] = 0;
    json_t *payload = rehearsal_ballot(&play, VOTER, garden);
    struct buffer line = rehearsal_sign("ballot", payload);
    assert_int_equal(entry_read(buffer_span(&line), &arena, &entry, &play.fault), STATUS_OK);
    assert_int_equal(admission_judge_alone(play.board.head.manifest, play.board.head.projects,
                                           &entry, &arena, &choice, &refusal, &play.fault),
                     STATUS_OK);
    assert_int_equal(board_append_judged(&play.board, &entry, &choice, &refusal, &play.fault),
                     again == 0 ? STATUS_OK : STATUS_REFUSED);
    assert_int_equal(refusal, again == 0 ? REFUSAL_NONE : REFUSAL_REPEATED);
    entry_release(&entry);
    arena_free(&arena);
    buffer_free(&line);
    json_decref(payload);
  }
  assert_int_equal(play.board.head.standing, 1);
  rehearsal_end(&play);
}

/* Enough entries for every array to have grown. */
static void many_ballots_stay_in_order(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_start(&play, NULL);
  for (unsigned i = 0; i < 500; i++)
    rehearsal_add(
        &play, "ballot",
        rehearsal_ballot(&play, (enum actor)(VOTER + i % 12), i % 5 < 3 ? bench : garden));
  assert_int_equal(play.board.head.standing, 12);
  rehearsal_add(&play, "close", rehearsal_close(&play));
  rehearsal_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_election_goes_through),
      cmocka_unit_test(an_empty_board_is_empty),
      cmocka_unit_test(an_election_without_voters_or_paper_goes_through),
      cmocka_unit_test(the_shared_example_goes_through_up_to_its_result),
      cmocka_unit_test(the_draft_of_a_close_is_the_one_that_is_admitted),
      cmocka_unit_test(every_kind_is_tried_at_every_place),
      cmocka_unit_test(what_is_no_entry_is_malformed),
      cmocka_unit_test(a_refused_manifest_leaves_the_board_empty),
      cmocka_unit_test(a_chain_of_ballots_leaves_one_standing),
      cmocka_unit_test(a_ballot_held_back_cannot_land_later),
      cmocka_unit_test(two_devices_cannot_race_unseen),
      cmocka_unit_test(a_ballot_replaces_none_but_its_own),
      cmocka_unit_test(without_revoting_the_first_ballot_stays),
      cmocka_unit_test(a_struck_credential_casts_nothing),
      cmocka_unit_test(a_replacement_votes_and_votes_again),
      cmocka_unit_test(a_replacement_may_be_lost_again),
      cmocka_unit_test(nobody_elses_key_is_a_replacement),
      cmocka_unit_test(all_replacements_find_room),
      cmocka_unit_test(replacements_are_bounded_and_paper_is_not),
      cmocka_unit_test(bodies_may_be_withheld_until_the_close),
      cmocka_unit_test(with_paper_bodies_may_be_withheld_until_it_stands),
      cmocka_unit_test(bodies_are_withheld_of_all_or_of_none),
      cmocka_unit_test(an_entry_that_was_judged_elsewhere_is_appended),
      cmocka_unit_test(many_ballots_stay_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
