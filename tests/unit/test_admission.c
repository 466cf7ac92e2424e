/* The table of phases, roles and signers, apart from any board: heads are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rehearsal.h"

/* One entry of each kind and the manifest that they are about. */
struct scene {
  struct rehearsal play;
  struct arena arena;
  struct buffer lines[ENTRY_KIND_COUNT];
  struct entry entries[ENTRY_KIND_COUNT];
};

static json_t *draft(struct rehearsal *play, enum entry_kind kind)
{
  switch (kind) {
  case ENTRY_MANIFEST:
    return rehearsal_manifest();
  case ENTRY_PAGES:
    return rehearsal_pages(play);
  case ENTRY_ELECTORATE:
    return rehearsal_electorate(play, VOTER, 3);
  case ENTRY_OPEN:
    return rehearsal_open(play);
  case ENTRY_BALLOT:
    return rehearsal_ballot(play, VOTER, "{\"approve\":[\"bench\"]}");
  case ENTRY_REVOCATION:
    return rehearsal_revocation(play, VOTER, VOTER + 100);
  case ENTRY_CLOSE:
    return rehearsal_close(play);
  case ENTRY_PAPER:
    return rehearsal_paper(play, 0, NULL);
  case ENTRY_DRAW:
    return rehearsal_draw(play, DRAWER);
  case ENTRY_RESULT:
    return rehearsal_result(play);
  case ENTRY_NOTE:
    return rehearsal_note(play, ORGANISER, "Bonjour.");
  case ENTRY_KIND_COUNT:
    break;
  }
  return NULL;
}

static void read_entry(struct scene *scene, enum entry_kind kind, json_t *payload)
{
  struct fault fault = {0};
  if (scene->lines[kind].length > 0)
    entry_release(&scene->entries[kind]);
  buffer_free(&scene->lines[kind]);
  scene->lines[kind] = rehearsal_sign(entry_kind_name(kind), payload);
  json_decref(payload);
  if (entry_read(buffer_span(&scene->lines[kind]), &scene->arena, &scene->entries[kind], &fault) !=
      STATUS_OK)
    fail_msg("%s: %s: %s", entry_kind_name(kind), fault.where, fault.what);
}

/* Entries up to the opening are bound to the election, the others to the opening. */
static int set_up(void **state)
{
  static struct scene scene;
  scene = (struct scene){0};
  rehearsal_begin(&scene.play);
  rehearsal_add(&scene.play, "manifest", rehearsal_manifest());
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    if (kind == ENTRY_BALLOT) {
      rehearsal_add(&scene.play, "electorate", rehearsal_electorate(&scene.play, VOTER, 3));
      rehearsal_add(&scene.play, "open", rehearsal_open(&scene.play));
    }
    read_entry(&scene, (enum entry_kind)kind, draft(&scene.play, (enum entry_kind)kind));
  }
  *state = &scene;
  return 0;
}

static int tear_down(void **state)
{
  struct scene *scene = *state;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    entry_release(&scene->entries[kind]);
    buffer_free(&scene->lines[kind]);
  }
  arena_free(&scene->arena);
  rehearsal_end(&scene->play);
  return 0;
}

/* --- on the board --- */

/* A head in which nothing but the phase may be in the way. */
static struct board_head head_in(const struct scene *scene, enum phase phase,
                                 const struct entry *entry)
{
  const struct board_head *real = &scene->play.board.head;
  struct board_head head = {.phase = phase,
                            .manifest = real->manifest,
                            .projects = real->projects,
                            .open = real->open,
                            .credentials = real->credentials,
                            .paper_given = phase == PHASE_CLOSED && entry->kind != ENTRY_PAPER};
  if (phase == PHASE_EMPTY)
    head.manifest = NULL;
  if (entry->kind == ENTRY_OPEN) {
    head.size = entry->body.open.size;
    head.root = entry->body.open.root;
    head.credentials = entry->body.open.credentials;
  }
  if (entry->kind == ENTRY_CLOSE) {
    head.size = entry->body.close.size;
    head.root = entry->body.close.root;
    head.standing = entry->body.close.standing;
    head.standing_list = entry->body.close.indexes;
  }
  if (entry->kind == ENTRY_RESULT)
    head.drawn = 3;
  return head;
}

static enum refusal judge(const struct board_head *head, const struct entry *entry,
                          struct fault *fault)
{
  const struct credential_facts facts = {.admitted = true};
  enum refusal refusal = REFUSAL_COUNT;
  enum status status = admission_judge_on_board(head, entry, &facts, &refusal, fault);
  assert_int_equal(status, refusal == REFUSAL_NONE ? STATUS_OK : STATUS_REFUSED);
  return refusal;
}

/* What admission.h says, row by row, written again. */
static const char *const may_stand[][6] = {
    [PHASE_EMPTY] = {"manifest"},
    [PHASE_PREPARING] = {"pages", "electorate", "open", "note"},
    [PHASE_OPEN] = {"pages", "ballot", "revocation", "close", "note"},
    [PHASE_CLOSED] = {"paper", "draw", "result", "note"},
    [PHASE_ENDED] = {"note"},
};

static bool is_in(const char *const *names, const char *name)
{
  for (size_t i = 0; i < 6 && names[i] != NULL; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

/* Pages and notes are bound as the phase asks; the others have one way. */
static void bind_for(struct entry *entry, const struct board_head *head, const struct scene *scene)
{
  if (entry->kind != ENTRY_PAGES && entry->kind != ENTRY_NOTE)
    return;
  entry->binding.after_open = head->phase >= PHASE_OPEN;
  entry->binding.value = entry->binding.after_open ? head->open : scene->play.election;
}

static void each_kind_stands_in_its_phases_only(void **state)
{
  const struct scene *scene = *state;
  for (unsigned phase = PHASE_EMPTY; phase <= PHASE_ENDED; phase++)
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
      struct fault fault = {0};
      struct entry entry = scene->entries[kind];
      struct board_head head = head_in(scene, (enum phase)phase, &entry);
      const char *name = entry_kind_name((enum entry_kind)kind);
      bind_for(&entry, &head, scene);
      enum refusal refusal = judge(&head, &entry, &fault);
      enum refusal right = is_in(may_stand[phase], name) ? REFUSAL_NONE : REFUSAL_NOT_NOW;
      if (refusal != right)
        fail_msg("%s in phase %u: %s: %s: %s", name, phase, refusal_name(refusal), fault.where,
                 fault.what);
    }
}

static void four_kinds_begin_a_phase(void **state)
{
  (void)state;
  assert_int_equal(phase_after(PHASE_EMPTY, ENTRY_MANIFEST), PHASE_PREPARING);
  assert_int_equal(phase_after(PHASE_PREPARING, ENTRY_ELECTORATE), PHASE_PREPARING);
  assert_int_equal(phase_after(PHASE_PREPARING, ENTRY_OPEN), PHASE_OPEN);
  assert_int_equal(phase_after(PHASE_OPEN, ENTRY_BALLOT), PHASE_OPEN);
  assert_int_equal(phase_after(PHASE_OPEN, ENTRY_CLOSE), PHASE_CLOSED);
  assert_int_equal(phase_after(PHASE_CLOSED, ENTRY_PAPER), PHASE_CLOSED);
  assert_int_equal(phase_after(PHASE_CLOSED, ENTRY_RESULT), PHASE_ENDED);
  assert_int_equal(phase_after(PHASE_ENDED, ENTRY_NOTE), PHASE_ENDED);
}

static void a_refusal_says_what_may_stand(void **state)
{
  const struct scene *scene = *state;
  struct fault fault = {0};
  struct board_head head = head_in(scene, PHASE_PREPARING, &scene->entries[ENTRY_BALLOT]);
  assert_int_equal(judge(&head, &scene->entries[ENTRY_BALLOT], &fault), REFUSAL_NOT_NOW);
  assert_string_equal(fault.where, "payloadType");
  assert_string_equal(fault.what, "'ballot' may not stand before the opening");
  assert_string_equal(fault.expected, "pages, electorate, open or note");
  head = head_in(scene, PHASE_ENDED, &scene->entries[ENTRY_DRAW]);
  assert_int_equal(judge(&head, &scene->entries[ENTRY_DRAW], &fault), REFUSAL_NOT_NOW);
  assert_string_equal(fault.what, "'draw' may not stand after the result");
  assert_string_equal(fault.expected, "note");
}

static void a_frozen_head_takes_close_and_note(void **state)
{
  const struct scene *scene = *state;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    struct fault fault = {0};
    struct entry entry = scene->entries[kind];
    struct board_head head = head_in(scene, PHASE_OPEN, &entry);
    const char *name = entry_kind_name((enum entry_kind)kind);
    head.frozen = true;
    bind_for(&entry, &head, scene);
    enum refusal right = kind == ENTRY_CLOSE || kind == ENTRY_NOTE ? REFUSAL_NONE
                         : is_in(may_stand[PHASE_OPEN], name)      ? REFUSAL_FROZEN
                                                                   : REFUSAL_NOT_NOW;
    assert_string_equal(refusal_name(judge(&head, &entry, &fault)), refusal_name(right));
  }
}

/* What was frozen is over with the close. */
static void after_the_close_nothing_is_frozen(void **state)
{
  const struct scene *scene = *state;
  struct fault fault = {0};
  struct board_head head = head_in(scene, PHASE_CLOSED, &scene->entries[ENTRY_DRAW]);
  head.frozen = true;
  assert_int_equal(judge(&head, &scene->entries[ENTRY_DRAW], &fault), REFUSAL_NONE);
}

static void paper_comes_before_draw_and_result(void **state)
{
  const struct scene *scene = *state;
  static const enum entry_kind later[] = {ENTRY_DRAW, ENTRY_RESULT};
  struct fault fault = {0};
  for (size_t i = 0; i < 2; i++) {
    struct board_head head = head_in(scene, PHASE_CLOSED, &scene->entries[later[i]]);
    head.paper_given = false;
    assert_int_equal(judge(&head, &scene->entries[later[i]], &fault), REFUSAL_NOT_NOW);
    assert_string_equal(fault.expected, "paper or note");
  }
  assert_string_equal(fault.what,
                      "'result' may not stand after the close without the paper ballots");
  struct entry note = scene->entries[ENTRY_NOTE];
  struct board_head head = head_in(scene, PHASE_CLOSED, &note);
  head.paper_given = false;
  assert_int_equal(judge(&head, &note, &fault), REFUSAL_NONE);
}

static void paper_stands_once(void **state)
{
  const struct scene *scene = *state;
  struct fault fault = {0};
  struct board_head head = head_in(scene, PHASE_CLOSED, &scene->entries[ENTRY_PAPER]);
  head.paper_given = true;
  assert_int_equal(judge(&head, &scene->entries[ENTRY_PAPER], &fault), REFUSAL_NOT_NOW);
  assert_string_equal(fault.what, "'paper' may not stand after the close twice");
}

static void without_paper_draw_and_result_follow_the_close(void **state)
{
  const struct scene *scene = *state;
  struct fault fault = {0};
  struct manifest manifest = *scene->play.board.head.manifest;
  manifest.paper = false;
  static const enum entry_kind kinds[] = {ENTRY_DRAW, ENTRY_RESULT, ENTRY_NOTE};
  for (size_t i = 0; i < 3; i++) {
    struct board_head head = head_in(scene, PHASE_CLOSED, &scene->entries[kinds[i]]);
    head.paper_given = false;
    head.manifest = &manifest;
    assert_int_equal(judge(&head, &scene->entries[kinds[i]], &fault), REFUSAL_NONE);
  }
}

static void a_partial_board_takes_no_bodies(void **state)
{
  const struct scene *scene = *state;
  struct fault fault = {0};
  struct manifest manifest = *scene->play.board.head.manifest;
  manifest.paper = false;
  struct board_head head = head_in(scene, PHASE_OPEN, &scene->entries[ENTRY_BALLOT]);
  head.partial = true;
  assert_int_equal(judge(&head, &scene->entries[ENTRY_BALLOT], &fault), REFUSAL_WITHHELD);
  assert_int_equal(judge(&head, &scene->entries[ENTRY_REVOCATION], &fault), REFUSAL_NONE);

  /* Where there is paper, bodies are withheld until it stands. */
  head = head_in(scene, PHASE_OPEN, &scene->entries[ENTRY_CLOSE]);
  head.partial = true;
  head.standing = 77; /* nobody can tell */
  assert_int_equal(judge(&head, &scene->entries[ENTRY_CLOSE], &fault), REFUSAL_NONE);
  head.manifest = &manifest;
  assert_int_equal(judge(&head, &scene->entries[ENTRY_CLOSE], &fault), REFUSAL_WITHHELD);
  head = head_in(scene, PHASE_CLOSED, &scene->entries[ENTRY_PAPER]);
  head.partial = true;
  assert_int_equal(judge(&head, &scene->entries[ENTRY_PAPER], &fault), REFUSAL_WITHHELD);
}

static void each_kind_but_the_manifest_is_bound(void **state)
{
  const struct scene *scene = *state;
  static const enum phase phases[] = {
      [ENTRY_PAGES] = PHASE_PREPARING, [ENTRY_ELECTORATE] = PHASE_PREPARING,
      [ENTRY_OPEN] = PHASE_PREPARING,  [ENTRY_BALLOT] = PHASE_OPEN,
      [ENTRY_REVOCATION] = PHASE_OPEN, [ENTRY_CLOSE] = PHASE_OPEN,
      [ENTRY_PAPER] = PHASE_CLOSED,    [ENTRY_DRAW] = PHASE_CLOSED,
      [ENTRY_RESULT] = PHASE_CLOSED,   [ENTRY_NOTE] = PHASE_ENDED,
  };
  for (unsigned kind = ENTRY_PAGES; kind < ENTRY_KIND_COUNT; kind++) {
    struct fault fault = {0};
    struct entry entry = scene->entries[kind];
    struct board_head head = head_in(scene, phases[kind], &entry);
    bind_for(&entry, &head, scene);
    assert_int_equal(judge(&head, &entry, &fault), REFUSAL_NONE);
    entry.binding.value.bytes[31] ^= 1;
    assert_int_equal(judge(&head, &entry, &fault), REFUSAL_WRONG_ELECTION);
    entry.binding.value.bytes[31] ^= 1;
    entry.binding.after_open = !entry.binding.after_open;
    assert_int_equal(judge(&head, &entry, &fault), REFUSAL_WRONG_ELECTION);
  }
}

/* --- alone --- */

static enum refusal judge_alone(const struct scene *scene, const struct manifest *manifest,
                                const char *kind, const json_t *payload, const enum actor *signers,
                                size_t count, struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry = {0};
  struct choice choice = {0};
  enum refusal refusal = REFUSAL_COUNT;
  struct buffer line = signers == NULL ? rehearsal_sign(kind, payload)
                                       : rehearsal_sign_by(kind, payload, signers, count);
  assert_int_equal(entry_read(buffer_span(&line), &arena, &entry, fault), STATUS_OK);
  enum status status = admission_judge_alone(manifest, scene->play.board.head.projects, &entry,
                                             &arena, &choice, &refusal, fault);
  assert_int_equal(status, refusal == REFUSAL_NONE ? STATUS_OK : STATUS_REFUSED);
  entry_release(&entry);
  buffer_free(&line);
  arena_free(&arena);
  return refusal;
}

/* With the keys of `members` replaced by those of `actor`, who signs in their place. */
static enum refusal with_role(struct scene *scene, enum entry_kind kind, const char *member,
                              enum actor actor, struct fault *fault)
{
  json_t *payload = draft(&scene->play, kind);
  json_object_set_new(payload, member, rehearsal_key_text(actor));
  enum refusal refusal = judge_alone(scene, scene->play.board.head.manifest, entry_kind_name(kind),
                                     payload, NULL, 0, fault);
  json_decref(payload);
  return refusal;
}

static void roles_are_held_to_the_manifest(void **state)
{
  struct scene *scene = *state;
  static const struct {
    enum entry_kind kind;
    const char *member;
    enum actor listed[8];
  } roles[] = {
      {ENTRY_ELECTORATE, "registrar", {REGISTRAR, REGISTRAR_2}},
      {ENTRY_REVOCATION, "registrar", {REGISTRAR, REGISTRAR_2}},
      {ENTRY_REVOCATION, "scrutineer", {SCRUTINEER, SCRUTINEER_2, SCRUTINEER_3}},
      {ENTRY_DRAW, "drawer", {DRAWER, DRAWER_2}},
      {ENTRY_NOTE,
       "author",
       {ORGANISER, REGISTRAR, REGISTRAR_2, SCRUTINEER, SCRUTINEER_2, SCRUTINEER_3, MEDIATOR}},
  };
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    for (unsigned actor = ORGANISER; actor <= VOTER; actor++) {
      struct fault fault = {0};
      bool listed = false;
      for (size_t j = 0; j < 8; j++)
        listed |= roles[i].listed[j] == (enum actor)actor;
      if (actor > STRANGER && actor < VOTER)
        continue;
      enum refusal refusal =
          with_role(scene, roles[i].kind, roles[i].member, (enum actor)actor, &fault);
      if (refusal != (listed ? REFUSAL_NONE : REFUSAL_NOT_LISTED))
        fail_msg("%s, %s %u: %s", entry_kind_name(roles[i].kind), roles[i].member, actor,
                 refusal_name(refusal));
      assert_string_equal(fault.where, listed ? "" : roles[i].member);
    }
}

static void both_scrutineers_of_paper_are_listed(void **state)
{
  struct scene *scene = *state;
  for (size_t place = 0; place < 2; place++) {
    /* Scrutineers stand in the order of their keys: a stranger who fits is looked for. */
    bool found = false;
    for (unsigned actor = VOTER; actor < ACTORS && !found; actor++) {
      struct fault fault = {0};
      struct arena arena = {0};
      struct entry entry = {0};
      json_t *payload = draft(&scene->play, ENTRY_PAPER);
      json_array_set_new(json_object_get(payload, "scrutineers"), place,
                         rehearsal_key_text((enum actor)actor));
      struct buffer line = rehearsal_sign("paper", payload);
      found = entry_read(buffer_span(&line), &arena, &entry, &fault) == STATUS_OK;
      if (found) {
        assert_int_equal(
            judge_alone(scene, scene->play.board.head.manifest, "paper", payload, NULL, 0, &fault),
            REFUSAL_NOT_LISTED);
        assert_string_equal(fault.where, place == 0 ? "scrutineers[0]" : "scrutineers[1]");
      }
      entry_release(&entry);
      buffer_free(&line);
      json_decref(payload);
      arena_free(&arena);
    }
    assert_true(found);
  }
}

/* Every kind: one signature missing, one too many, one by somebody else. */
static void exactly_those_who_must_sign(void **state)
{
  struct scene *scene = *state;
  static const struct {
    enum entry_kind kind;
    size_t count;
    enum actor signers[3]; /* and one too many */
  } rows[] = {
      {ENTRY_MANIFEST, 1, {ORGANISER, STRANGER}},
      {ENTRY_PAGES, 1, {ORGANISER, STRANGER}},
      {ENTRY_ELECTORATE, 1, {REGISTRAR, ORGANISER}},
      {ENTRY_OPEN, 1, {ORGANISER, STRANGER}},
      {ENTRY_BALLOT, 1, {VOTER, ORGANISER}},
      {ENTRY_REVOCATION, 2, {REGISTRAR, SCRUTINEER, ORGANISER}},
      {ENTRY_CLOSE, 1, {ORGANISER, STRANGER}},
      {ENTRY_PAPER, 2, {SCRUTINEER, SCRUTINEER_2, SCRUTINEER_3}},
      {ENTRY_DRAW, 1, {DRAWER, DRAWER_2}},
      {ENTRY_RESULT, 1, {ORGANISER, STRANGER}},
      {ENTRY_NOTE, 1, {ORGANISER, REGISTRAR}},
  };
  assert_int_equal(sizeof rows / sizeof *rows, ENTRY_KIND_COUNT);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct manifest *manifest = scene->play.board.head.manifest;
    const char *kind = entry_kind_name(rows[i].kind);
    const size_t count = rows[i].count;
    struct fault fault = {0};
    json_t *payload = draft(&scene->play, rows[i].kind);
    assert_int_equal(judge_alone(scene, manifest, kind, payload, rows[i].signers, count, &fault),
                     REFUSAL_NONE);
    assert_int_equal(
        judge_alone(scene, manifest, kind, payload, rows[i].signers, count + 1, &fault),
        REFUSAL_WRONG_SIGNER);
    assert_int_equal(
        judge_alone(scene, manifest, kind, payload, rows[i].signers + 1, count, &fault),
        REFUSAL_WRONG_SIGNER);
    if (count == 2)
      assert_int_equal(judge_alone(scene, manifest, kind, payload, rows[i].signers, 1, &fault),
                       REFUSAL_WRONG_SIGNER);
    json_decref(payload);
  }
}

static void before_a_manifest_there_is_nothing_to_judge_by(void **state)
{
  struct scene *scene = *state;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
    struct fault fault = {0};
    json_t *payload = draft(&scene->play, (enum entry_kind)kind);
    assert_int_equal(
        judge_alone(scene, NULL, entry_kind_name((enum entry_kind)kind), payload, NULL, 0, &fault),
        kind == ENTRY_MANIFEST ? REFUSAL_NONE : REFUSAL_NOT_NOW);
    json_decref(payload);
  }
}

static void without_paper_nothing_is_about_paper(void **state)
{
  struct scene *scene = *state;
  struct fault fault = {0};
  struct manifest manifest = *scene->play.board.head.manifest;
  manifest.paper = false;
  json_t *payload = draft(&scene->play, ENTRY_PAPER);
  assert_int_equal(judge_alone(scene, &manifest, "paper", payload, NULL, 0, &fault),
                   REFUSAL_NO_PAPER);
  json_decref(payload);
  payload = rehearsal_revocation(&scene->play, VOTER, NOBODY);
  assert_int_equal(judge_alone(scene, &manifest, "revocation", payload, NULL, 0, &fault),
                   REFUSAL_NO_PAPER);
  json_decref(payload);
  payload = rehearsal_revocation(&scene->play, VOTER, VOTER + 1);
  assert_int_equal(judge_alone(scene, &manifest, "revocation", payload, NULL, 0, &fault),
                   REFUSAL_NONE);
  json_decref(payload);
}

static void a_choice_is_held_to_the_manifest(void **state)
{
  struct scene *scene = *state;
  static const char *const wrong[] = {
      "{\"approve\":[]}",
      "{\"approve\":[\"bench\",\"garden\",\"mural\"]}",
      "{\"approve\":[\"garden\",\"bench\"]}",
      "{\"approve\":[\"bench\",\"bench\"]}",
      "{\"approve\":[\"tower\"]}",
      "{\"answer\":\"bench\"}",
      "{\"blank\":false}",
      "{}",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct fault fault = {0};
    json_t *payload = rehearsal_ballot(&scene->play, VOTER, wrong[i]);
    assert_int_equal(
        judge_alone(scene, scene->play.board.head.manifest, "ballot", payload, NULL, 0, &fault),
        REFUSAL_CHOICE);
    json_decref(payload);
  }
}

/* A role is asked before a signature, a signature before a choice. */
static void checks_stand_in_one_order(void **state)
{
  struct scene *scene = *state;
  const struct manifest *manifest = scene->play.board.head.manifest;
  const enum actor stranger[] = {STRANGER};
  struct fault fault = {0};
  json_t *payload = rehearsal_note(&scene->play, DRAWER, "?");
  assert_int_equal(judge_alone(scene, manifest, "note", payload, stranger, 1, &fault),
                   REFUSAL_NOT_LISTED);
  json_decref(payload);
  payload = rehearsal_ballot(&scene->play, VOTER, "{\"approve\":[\"tower\"]}");
  assert_int_equal(judge_alone(scene, manifest, "ballot", payload, stranger, 1, &fault),
                   REFUSAL_WRONG_SIGNER);
  json_decref(payload);
}

/* Both parts of a ballot. */
static enum refusal judge_wholly(const struct board_head *head, const json_t *payload,
                                 const enum actor *signer, struct choice *choice)
{
  struct arena arena = {0};
  struct entry entry;
  struct fault fault;
  enum refusal refusal = REFUSAL_COUNT;
  const struct credential_facts facts = {.admitted = true};
  struct buffer line = rehearsal_sign_by("ballot", payload, signer, 1);
  assert_int_equal(entry_read(buffer_span(&line), &arena, &entry, &fault), STATUS_OK);
  enum status status = admission_judge(head, &entry, &facts, &arena, choice, &refusal, &fault);
  assert_int_equal(status, refusal == REFUSAL_NONE ? STATUS_OK : STATUS_REFUSED);
  entry_release(&entry);
  buffer_free(&line);
  arena_free(&arena);
  return refusal;
}

static void what_is_judged_alone_comes_first(void **state)
{
  struct scene *scene = *state;
  const enum actor voter[] = {VOTER};
  const enum actor stranger[] = {STRANGER};
  struct choice choice = {0};
  struct board_head head = head_in(scene, PHASE_OPEN, &scene->entries[ENTRY_BALLOT]);
  json_t *payload = draft(&scene->play, ENTRY_BALLOT);
  assert_int_equal(judge_wholly(&head, payload, voter, &choice), REFUSAL_NONE);
  assert_int_equal(choice.count, 1);
  head.phase = PHASE_CLOSED;
  assert_int_equal(judge_wholly(&head, payload, voter, &choice), REFUSAL_NOT_NOW);
  assert_int_equal(judge_wholly(&head, payload, stranger, &choice), REFUSAL_WRONG_SIGNER);
  json_decref(payload);
}

/* --- attachments --- */

static void four_kinds_name_an_attachment(void **state)
{
  const struct scene *scene = *state;
  for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++)
    assert_int_equal(admission_attachment(&scene->entries[kind]) != NULL,
                     kind == ENTRY_ELECTORATE || kind == ENTRY_RESULT);
  struct entry paper = scene->entries[ENTRY_PAPER];
  paper.body.paper.has_ballots = true;
  assert_non_null(admission_attachment(&paper));
  struct manifest manifest = {.projects_attached = true};
  struct entry entry = {.kind = ENTRY_MANIFEST, .body.manifest = &manifest};
  assert_ptr_equal(admission_attachment(&entry), &manifest.projects);
}

static void an_attachment_is_held_to_length_and_digest(void **state)
{
  (void)state;
  struct fault fault = {0};
  enum refusal refusal = REFUSAL_COUNT;
  const struct attachment attachment = {.digest = digest_of(SPAN("abc")), .length = 3};
  assert_int_equal(admission_check_attachment(&attachment, SPAN("abc"), &refusal, &fault),
                   STATUS_OK);
  assert_int_equal(refusal, REFUSAL_NONE);
  assert_int_equal(admission_check_attachment(&attachment, SPAN("abd"), &refusal, &fault),
                   STATUS_REFUSED);
  assert_int_equal(refusal, REFUSAL_ATTACHMENT_WRONG);
  assert_int_equal(admission_check_attachment(&attachment, SPAN("abcd"), &refusal, &fault),
                   STATUS_REFUSED);
  assert_int_equal(refusal, REFUSAL_ATTACHMENT_WRONG);
  assert_string_equal(fault.what, "it has 4 bytes");
  assert_string_equal(fault.expected, "3");
}

static void refusals_have_different_names(void **state)
{
  (void)state;
  for (unsigned i = 0; i < REFUSAL_COUNT; i++)
    for (unsigned j = 0; j < i; j++)
      assert_string_not_equal(refusal_name((enum refusal)i), refusal_name((enum refusal)j));
  assert_string_equal(refusal_name(REFUSAL_NOT_NOW), "not-now");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(each_kind_stands_in_its_phases_only),
      TEST(four_kinds_begin_a_phase),
      TEST(a_refusal_says_what_may_stand),
      TEST(a_frozen_head_takes_close_and_note),
      TEST(after_the_close_nothing_is_frozen),
      TEST(paper_comes_before_draw_and_result),
      TEST(paper_stands_once),
      TEST(without_paper_draw_and_result_follow_the_close),
      TEST(a_partial_board_takes_no_bodies),
      TEST(each_kind_but_the_manifest_is_bound),
      TEST(roles_are_held_to_the_manifest),
      TEST(both_scrutineers_of_paper_are_listed),
      TEST(exactly_those_who_must_sign),
      TEST(before_a_manifest_there_is_nothing_to_judge_by),
      TEST(without_paper_nothing_is_about_paper),
      TEST(a_choice_is_held_to_the_manifest),
      TEST(checks_stand_in_one_order),
      TEST(what_is_judged_alone_comes_first),
      TEST(four_kinds_name_an_attachment),
      TEST(an_attachment_is_held_to_length_and_digest),
      TEST(refusals_have_different_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
