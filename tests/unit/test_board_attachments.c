/* Files that entries name: keys, projects, paper ballots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/rehearsal.h"

static const char garden[] = "{\"approve\":[\"garden\"]}";

/* --- where they come from --- */

/* A source that gives other bytes, or fails. */
struct liar {
  struct span bytes;
  enum status status;
};

static enum status lie(void *context, const struct attachment *attachment, struct span *bytes,
                       struct fault *fault)
{
  const struct liar *liar = context;
  (void)attachment;
  *bytes = liar->bytes;
  return liar->status == STATUS_OK ? STATUS_OK
                                   : fault_set(fault, liar->status, "disk", NULL, "it is broken");
}

static void a_source_is_not_believed(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_ELECTORATE);
  char zeros[12 * PUBLIC_KEY_BYTES] = {0};
  struct liar liar = {.bytes = {.bytes = zeros, .length = sizeof zeros}};
  play.board.attachments = (struct attachment_source){.context = &liar, .read = lie};
  rehearsal_refused(&play, "electorate", rehearsal_electorate(&play, VOTER, 12),
                    REFUSAL_ATTACHMENT_WRONG);
  liar.bytes.length--;
  rehearsal_refused(&play, "electorate", rehearsal_electorate(&play, VOTER, 12),
                    REFUSAL_ATTACHMENT_WRONG);
  rehearsal_end(&play);
}

static void a_source_that_fails_is_no_refusal(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_ELECTORATE);
  struct liar liar = {.bytes = SPAN(""), .status = STATUS_FAILED};
  play.board.attachments = (struct attachment_source){.context = &liar, .read = lie};
  json_t *payload = rehearsal_electorate(&play, VOTER, 12);
  struct buffer line = rehearsal_sign("electorate", payload);
  enum refusal refusal;
  assert_int_equal(board_append(&play.board, buffer_span(&line), &refusal, &play.fault),
                   STATUS_FAILED);
  assert_string_equal(play.fault.what, "it is broken");
  play.board.attachments = rehearsal_source(&play);
  assert_int_equal(rehearsal_append(&play, buffer_span(&line)), REFUSAL_NONE);
  buffer_free(&line);
  json_decref(payload);
  rehearsal_end(&play);
}

/* Tries an electorate of these keys, as they are. */
static void try_keys(struct rehearsal *play, const uint8_t *keys, size_t count,
                     enum refusal refusal, const char *where)
{
  json_t *payload = rehearsal_electorate(play, VOTER + 60, 1);
  json_object_set_new(payload, "credentials", json_integer((json_int_t)count));
  json_object_set_new(payload, "keys",
                      rehearsal_attach(play, (struct span){.bytes = (const char *)keys,
                                                           .length = count * PUBLIC_KEY_BYTES}));
  rehearsal_refused(play, "electorate", payload, refusal);
  assert_string_equal(play->fault.where, where);
}

static int compare(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

static void keys_of_an_electorate_are_checked(void **state)
{
  (void)state;
  struct rehearsal play;
  uint8_t keys[3][PUBLIC_KEY_BYTES];
  rehearsal_until(&play, AT_SECOND_ELECTORATE);
  for (unsigned i = 0; i < 3; i++)
    memcpy(keys[i], rehearsal_key((enum actor)(VOTER + 60 + i)).public_key.bytes, PUBLIC_KEY_BYTES);
  qsort(keys, 3, sizeof *keys, compare);

  uint8_t swapped[2][PUBLIC_KEY_BYTES];
  memcpy(swapped[0], keys[1], PUBLIC_KEY_BYTES);
  memcpy(swapped[1], keys[0], PUBLIC_KEY_BYTES);
  try_keys(&play, swapped[0], 2, REFUSAL_ATTACHMENT_WRONG, "keys[1]");
  memcpy(swapped[1], keys[1], PUBLIC_KEY_BYTES);
  try_keys(&play, swapped[0], 2, REFUSAL_ATTACHMENT_WRONG, "keys[1]");

  uint8_t weak[1][PUBLIC_KEY_BYTES] = {{0}};
  try_keys(&play, weak[0], 1, REFUSAL_ATTACHMENT_WRONG, "keys[0]");

  struct signing_key officer = rehearsal_key(DRAWER_2);
  try_keys(&play, officer.public_key.bytes, 1, REFUSAL_CREDENTIAL_REPEATED, "keys[0]");
  struct signing_key voter = rehearsal_key(VOTER + 3);
  try_keys(&play, voter.public_key.bytes, 1, REFUSAL_CREDENTIAL_REPEATED, "keys[0]");
  assert_int_equal(play.board.head.credentials, 12);
  rehearsal_add(&play, "electorate", rehearsal_electorate(&play, VOTER + 60, 3));
  assert_int_equal(play.board.head.credentials, 15);
  rehearsal_end(&play);
}

static enum status count_keys(void *context, struct span keys, struct fault *fault)
{
  size_t *seen = context;
  *seen += keys.length / PUBLIC_KEY_BYTES;
  return *seen > 12 ? fault_set(fault, STATUS_REFUSED, "keys[0]", NULL, "not this one") : STATUS_OK;
}

static void keys_may_be_checked_elsewhere(void **state)
{
  (void)state;
  struct rehearsal play;
  size_t seen = 0;
  const struct key_checker checker = {.context = &seen, .check = count_keys};
  rehearsal_until(&play, AT_ELECTORATE);
  play.board.key_checker = &checker;
  rehearsal_add(&play, "electorate", rehearsal_electorate(&play, VOTER, 12));
  assert_int_equal(seen, 12);
  rehearsal_refused(&play, "electorate", rehearsal_electorate(&play, VOTER + 20, 1),
                    REFUSAL_ATTACHMENT_WRONG);
  assert_string_equal(play.fault.what, "not this one");
  rehearsal_end(&play);
}

static void an_electorate_follows_the_rules_of_the_manifest(void **state)
{
  (void)state;
  struct rehearsal play;
  struct digest published = digest_of(SPAN("the rules"));
  struct digest others = digest_of(SPAN("other rules"));
  rehearsal_begin(&play);
  json_t *manifest = rehearsal_manifest();
  json_object_set_new(manifest, "eligibility", rehearsal_digest(&published));
  rehearsal_add(&play, "manifest", manifest);
  rehearsal_refused(&play, "electorate", rehearsal_electorate(&play, VOTER, 3),
                    REFUSAL_ELIGIBILITY_DIFFERS);
  json_t *payload = rehearsal_electorate(&play, VOTER, 3);
  json_object_set_new(payload, "eligibility", rehearsal_digest(&others));
  rehearsal_refused(&play, "electorate", payload, REFUSAL_ELIGIBILITY_DIFFERS);
  payload = rehearsal_electorate(&play, VOTER, 3);
  json_object_set_new(payload, "eligibility", rehearsal_digest(&published));
  rehearsal_add(&play, "electorate", payload);
  rehearsal_end(&play);
}

/* A manifest whose projects are in a file of their own. */
static json_t *attach_projects(struct rehearsal *play, const char *without)
{
  struct buffer text = {0};
  struct fault fault;
  json_t *manifest = rehearsal_manifest();
  json_t *projects = json_incref(json_object_get(manifest, "projects"));
  const json_int_t count = (json_int_t)json_array_size(projects);
  if (without != NULL)
    json_object_del(json_array_get(projects, 0), without);
  assert_int_equal(canonical_write(projects, &text, &fault), STATUS_OK);
  json_t *attachment = rehearsal_attach(play, buffer_span(&text));
  json_object_set_new(attachment, "count", json_integer(count));
  json_object_set_new(manifest, "projects", attachment);
  buffer_free(&text);
  json_decref(projects);
  return manifest;
}

static void projects_may_be_an_attachment(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_begin(&play);
  rehearsal_refused(&play, "manifest", attach_projects(&play, "cost"), REFUSAL_ATTACHMENT_WRONG);
  json_t *manifest = attach_projects(&play, NULL);
  buffer_free(&play.attachments[--play.attachment_count]);
  rehearsal_refused(&play, "manifest", json_incref(manifest), REFUSAL_ATTACHMENT_MISSING);
  json_decref(attach_projects(&play, NULL));
  rehearsal_add(&play, "manifest", manifest);
  rehearsal_add(&play, "electorate", rehearsal_electorate(&play, VOTER, 3));
  rehearsal_add(&play, "open", rehearsal_open(&play));
  rehearsal_add(&play, "ballot", rehearsal_ballot(&play, VOTER, garden));
  rehearsal_refused(&play, "ballot",
                    rehearsal_ballot(&play, VOTER + 1, "{\"approve\":[\"tower\"]}"),
                    REFUSAL_CHOICE);
  rehearsal_end(&play);
}

/* --- paper --- */

static void paper_ballots_are_checked(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_PAPER);
  static const struct {
    size_t count;
    const char *choices;
    enum refusal refusal;
  } rows[] = {
      {1, "[{\"approve\":[\"tower\"]}]", REFUSAL_ATTACHMENT_WRONG},
      {1, "{\"approve\":[\"bench\"]}", REFUSAL_ATTACHMENT_WRONG},
      {1, "[ {\"approve\":[\"bench\"]}]", REFUSAL_ATTACHMENT_WRONG},
      {2, "[{\"blank\":true},{\"approve\":[\"bench\"]}]", REFUSAL_ATTACHMENT_WRONG},
      {2, "[{\"blank\":true}]", REFUSAL_ATTACHMENT_WRONG},
      {3, "[{\"blank\":true},{\"blank\":true},{\"blank\":true}]", REFUSAL_PAPER_DIFFERS},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    rehearsal_refused(&play, "paper", rehearsal_paper(&play, rows[i].count, rows[i].choices),
                      rows[i].refusal);
  assert_false(play.board.head.paper_given);
  rehearsal_add(&play, "paper", rehearsal_paper(&play, 2, "[{\"blank\":true},{\"blank\":true}]"));
  rehearsal_refused(&play, "paper", rehearsal_paper(&play, 0, NULL), REFUSAL_NOT_NOW);
  rehearsal_end(&play);
}

static void fewer_paper_ballots_than_cards_struck_are_taken(void **state)
{
  (void)state;
  struct rehearsal play;
  rehearsal_until(&play, AT_PAPER);
  json_t *payload = rehearsal_paper(&play, 0, NULL);
  json_object_set_new(payload, "attendance", json_integer(1));
  rehearsal_add(&play, "paper", payload);
  rehearsal_end(&play);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_source_is_not_believed),
      cmocka_unit_test(a_source_that_fails_is_no_refusal),
      cmocka_unit_test(keys_of_an_electorate_are_checked),
      cmocka_unit_test(keys_may_be_checked_elsewhere),
      cmocka_unit_test(an_electorate_follows_the_rules_of_the_manifest),
      cmocka_unit_test(projects_may_be_an_attachment),
      cmocka_unit_test(paper_ballots_are_checked),
      cmocka_unit_test(fewer_paper_ballots_than_cards_struck_are_taken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
