/* ballot_box.h - small elections written in words, and their count.
 *
 *   struct ballot_box box;
 *   box_open(&box, BALLOT_APPROVAL, 100, "garden=30 bench=18 mural=60:art,city");
 *   box_cast(&box, 3, "garden mural");
 *   box_count(&box, "greedy", "by=score on_miss=stop");
 *   box_selected(&box, "garden mural");
 *   box_close(&box);
 *
 * A project is id=cost or id=cost:categories. A ballot names projects; points and scores follow a
 * '=', ranks follow from the order. Failures of the tests' own making are failures of the test.
 */
#ifndef TESTS_UNIT_BALLOT_BOX_H
#define TESTS_UNIT_BALLOT_BOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/choice.h"
#include "engine/election.h"
#include "engine/outcome.h"
#include "engine/profile.h"
#include "engine/rule.h"
#include "engine/settings.h"

enum {
  BOX_PROJECTS_MAX = 64
};

#define BOX_DIGEST "0f1e2d3c"

struct ballot_box {
  struct arena arena;
  struct project projects[BOX_PROJECTS_MAX];
  struct election election;
  struct project_index index;
  struct profile_builder builder;
  struct profile profile;
  const uint32_t *draw;
  struct settings settings;
  struct outcome outcome;
  struct fault fault;
};

/* What stands before the first `separator`, and the rest of `text` after it. */
static inline struct span box_cut(struct span *text, char separator)
{
  struct span part = *text;
  bool more = true;
  assert_true(span_split(text, &more, separator, &part));
  return part;
}

static inline int64_t box_number(struct span text)
{
  int64_t value = 0;
  if (!span_to_integer(text, &value))
    fail_msg("'%.*s' is not a number", SPAN_PRINT(text));
  return value;
}

static inline void box_open_with(struct ballot_box *box, const struct ballot_form *form,
                                 int64_t budget, const char *projects, bool group_equal)
{
  struct span rest = span_of(projects), word;
  bool more = true;
  memset(box, 0, sizeof *box);
  box->election = (struct election){.title = SPAN("Our street"),
                                    .currency = SPAN("EUR"),
                                    .budget = budget,
                                    .ballot = *form,
                                    .projects = box->projects};
  while (span_split(&rest, &more, ' ', &word)) {
    assert_true(box->election.project_count < BOX_PROJECTS_MAX);
    struct project *project = &box->projects[box->election.project_count++];
    *project = (struct project){.title = SPAN(""), .category = SPAN("")};
    project->id = box_cut(&word, '=');
    project->cost = box_number(box_cut(&word, ':'));
    project->category = word;
  }
  assert_int_equal(election_check(&box->election, &box->fault), STATUS_OK);
  assert_int_equal(project_index_make(&box->election, &box->arena, &box->index, &box->fault),
                   STATUS_OK);
  assert_int_equal(
      profile_begin(&box->builder, &box->arena, &box->election, group_equal, &box->fault),
      STATUS_OK);
}

static inline void box_open(struct ballot_box *box, enum ballot_kind kind, int64_t budget,
                            const char *projects)
{
  struct ballot_form form = ballot_form_any(kind);
  box_open_with(box, &form, budget, projects, true);
}

static inline uint32_t box_project(const struct ballot_box *box, struct span id)
{
  int64_t project = project_index_find(&box->index, id);
  if (project < 0)
    fail_msg("no project is called '%.*s'", SPAN_PRINT(id));
  return (uint32_t)project;
}

/* Casts a ballot `times` times; "" is blank. */
static inline void box_cast(struct ballot_box *box, uint32_t times, const char *ballot)
{
  struct mark marks[BOX_PROJECTS_MAX];
  struct choice choice = {.marks = marks};
  struct span rest = span_of(ballot), word;
  bool more = rest.length > 0, ranking = box->election.ballot.kind == BALLOT_RANKING;
  while (span_split(&rest, &more, ' ', &word)) {
    size_t place = choice.count++;
    struct span value = word;
    uint32_t project = box_project(box, box_cut(&value, '='));
    int32_t given = value.length > 0 ? (int32_t)box_number(value) : 1;
    for (; place > 0 && marks[place - 1].project > project; place--)
      marks[place] = marks[place - 1];
    marks[place] = (struct mark){project, ranking ? (int32_t)choice.count : given};
  }
  assert_int_equal(profile_add(&box->builder, &choice, times, &box->fault), STATUS_OK);
}

/* Reads "name=value name=value" into the box's settings and completes them. */
static inline enum status box_settle(struct ballot_box *box, const char *rule, const char *settings)
{
  struct span rest = span_of(settings), word;
  bool more = rest.length > 0;
  const struct rule *found = rule_find(span_of(rule));
  assert_non_null(found);
  settings_begin(&box->settings, found);
  while (span_split(&rest, &more, ' ', &word)) {
    struct span name = box_cut(&word, '=');
    enum status status = settings_set(&box->settings, name, word, &box->fault);
    if (status != STATUS_OK)
      return status;
  }
  return settings_resolve(&box->settings, &box->election, &box->arena, &box->fault);
}

static inline enum status box_try(struct ballot_box *box, const char *rule, const char *settings)
{
  enum status status = box_settle(box, rule, settings);
  if (status != STATUS_OK)
    return status;
  box->profile = profile_end(&box->builder);
  const struct tally tally = {.election = &box->election,
                              .profile = &box->profile,
                              .settings = &box->settings,
                              .draw = box->draw};
  return rule_count_ballots(&tally, &box->arena, &box->outcome, &box->fault);
}

static inline void box_count(struct ballot_box *box, const char *rule, const char *settings)
{
  if (box_try(box, rule, settings) != STATUS_OK)
    fail_msg("%s: %s (%s)", box->fault.where, box->fault.what, box->fault.expected);
}

static inline void box_refuses(struct ballot_box *box, const char *rule, const char *settings,
                               const char *where, const char *what, const char *expected)
{
  assert_int_equal(box_try(box, rule, settings), STATUS_REFUSED);
  assert_int_equal(box->fault.status, STATUS_REFUSED);
  assert_string_equal(box->fault.where, where);
  assert_string_equal(box->fault.what, what);
  assert_string_equal(box->fault.expected, expected);
}

static inline void box_close(struct ballot_box *box)
{
  arena_free(&box->arena);
}

/* --- what came out --- */

/* These projects, in this order. */
static inline void box_names(const struct ballot_box *box, const uint32_t *projects, size_t count,
                             const char *ids)
{
  struct buffer buffer = {0};
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      buffer_add_byte(&buffer, ' ');
    buffer_add(&buffer, box->election.projects[projects[i]].id);
  }
  buffer_add_byte(&buffer, '\0');
  assert_false(buffer.failed);
  assert_string_equal(buffer.bytes, ids);
  buffer_free(&buffer);
}

static inline void box_selected(const struct ballot_box *box, const char *ids)
{
  box_names(box, box->outcome.selected, box->outcome.selected_count, ids);
}

static inline const struct project_result *box_result(const struct ballot_box *box, const char *id)
{
  return &box->outcome.projects[box_project(box, span_of(id))];
}

static inline void box_reason(const struct ballot_box *box, const char *id, enum reason reason)
{
  assert_string_equal(reason_name(box_result(box, id)->reason), reason_name(reason));
}

static inline void box_tie(const struct ballot_box *box, size_t place, size_t round,
                           const char *ids, enum tie_key decided_by)
{
  assert_true(place < box->outcome.tie_count);
  const struct tie *tie = &box->outcome.ties[place];
  assert_int_equal(tie->round, round);
  box_names(box, tie->projects, tie->count, ids);
  assert_string_equal(tie_key_name(tie->decided_by), tie_key_name(decided_by));
}

static inline void box_says(struct span text, const char *expected)
{
  if (!span_equal(text, span_of(expected)))
    fail_msg("'%.*s' is not '%s'", SPAN_PRINT(text), expected);
}

/* What a project's supporters paid: "id=amount …". */
static inline void box_payments(const struct ballot_box *box, const char *id, const char *payments)
{
  char text[512] = "";
  size_t length = 0;
  const struct project_result *result = box_result(box, id);
  for (size_t i = 0; i < result->payment_count; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%.*s=%lld", i > 0 ? " " : "",
                               SPAN_PRINT(box->election.projects[result->payments[i].project].id),
                               (long long)result->payments[i].amount);
  assert_string_equal(text, payments);
}

/* The five voters of docs/rules.md, and 100 € for projects that cost what `projects` says. */
static inline void box_open_five(struct ballot_box *box, const char *projects)
{
  box_open(box, BALLOT_APPROVAL, 10000, projects);
  box->election.minor_unit = 2;
  box_cast(box, 1, "garden mural");       /* Ana */
  box_cast(box, 1, "garden mural");       /* Bao */
  box_cast(box, 1, "garden bench mural"); /* Chloé */
  box_cast(box, 1, "bench");              /* Driss */
  box_cast(box, 1, "");                   /* Éva */
}

/* The outcome's canonical bytes; the caller frees them. */
static inline struct buffer box_bytes(const struct ballot_box *box)
{
  struct buffer buffer = {0};
  outcome_write(&box->outcome, &box->election, &box->settings, SPAN(BOX_DIGEST), &buffer);
  return buffer;
}

#endif
