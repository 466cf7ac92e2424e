#include "ballots/restage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/manifest_read.h"
#include "ballots/manifest_write.h"
#include "engine/support.h"

/* --- choices --- */

/* Whether a board's ballot says this by not naming the project. */
static bool is_default(const struct ballot_form *form, int64_t value)
{
  return (form->kind == BALLOT_POINTS && value == 0) ||
         (form->kind == BALLOT_SCORES && value == form->unscored);
}

static int32_t value_at(const struct profile *profile, size_t at)
{
  return profile->value == NULL ? 1 : profile->value[at];
}

uint64_t restage_voters(const struct restage *restage)
{
  return restage->file->profile.group_count;
}

struct choice restage_choice(const struct restage *restage, uint64_t voter, struct mark *marks)
{
  const struct profile *profile = &restage->file->profile;
  const struct ballot_form *form = &restage->file->election.ballot;
  size_t count = 0;
  for (size_t at = profile->start[voter]; at < profile->start[voter + 1]; at++) {
    const int32_t value = value_at(profile, at);
    if (!is_default(form, value))
      marks[count++] = (struct mark){.project = profile->project[at], .value = value};
  }
  return (struct choice){.count = count, .marks = marks};
}

/* --- marks that a board's ballots cannot say --- */

static bool has_utility(const struct settings *settings, enum utility utility)
{
  return span_equal(settings_text(settings, "utility"), span_of(utility_name(utility)));
}

/* Whether leaving a mark of 0 points or the default score out changes what rules see. */
static bool is_worth_something(int64_t value, const struct ballot_form *form,
                               const struct settings *settings)
{
  if (form->kind == BALLOT_SCORES)
    return value != 0;
  return has_utility(settings, UTILITY_CARDINALITY) || has_utility(settings, UTILITY_COST);
}

static enum status refuse_mark(size_t voter, const struct project *project, int64_t value,
                               struct fault *fault)
{
  char where[FAULT_WHERE];
  (void)snprintf(where, sizeof where, "vote %zu", voter + 1);
  return fault_set(fault, STATUS_REFUSED, where,
                   "a rule to which such a mark is the same as none, as a board's ballots have it",
                   "'%.*s' is named with %" PRId64, SPAN_PRINT(project->id), value);
}

static enum status count_left_out(struct restage *restage, const struct settings *settings,
                                  struct fault *fault)
{
  const struct profile *profile = &restage->file->profile;
  const struct election *election = &restage->file->election;
  for (size_t voter = 0; voter < profile->group_count; voter++) {
    for (size_t at = profile->start[voter]; at < profile->start[voter + 1]; at++) {
      const int32_t value = value_at(profile, at);
      if (!is_default(&election->ballot, value))
        continue;
      if (is_worth_something(value, &election->ballot, settings))
        return refuse_mark(voter, &election->projects[profile->project[at]], value, fault);
      restage->left_out++;
    }
  }
  return STATUS_OK;
}

/* --- limits --- */

/* What ballots that are not blank take of each limit. */
struct extent {
  int64_t named_least, named_most;
  int64_t sum_least, sum_most; /* of the marks' values */
  int64_t mark_least, mark_most;
  int64_t cost_most; /* at most MONEY_MAX + 1, which is as good as more */
};

static const struct extent no_extent = {
    .named_least = INT64_MAX,
    .named_most = INT64_MIN,
    .sum_least = INT64_MAX,
    .sum_most = INT64_MIN,
    .mark_least = INT64_MAX,
    .mark_most = INT64_MIN,
};

static void reach(int64_t value, int64_t *least, int64_t *most)
{
  if (value < *least)
    *least = value;
  if (value > *most)
    *most = value;
}

static void reach_choice(const struct choice *choice, const struct election *election,
                         struct extent *extent)
{
  int64_t sum = 0, cost = 0;
  for (size_t i = 0; i < choice->count; i++) {
    const struct mark *mark = &choice->marks[i];
    sum += mark->value;
    reach(mark->value, &extent->mark_least, &extent->mark_most);
    cost += election->projects[mark->project].cost;
    if (cost > MONEY_MAX)
      cost = MONEY_MAX + 1;
  }
  reach((int64_t)choice->count, &extent->named_least, &extent->named_most);
  reach(sum, &extent->sum_least, &extent->sum_most);
  if (cost > extent->cost_most)
    extent->cost_most = cost;
}

static enum status measure(const struct restage *restage, struct arena *arena,
                           struct extent *extent, struct fault *fault)
{
  const struct election *election = &restage->file->election;
  struct mark *marks = ARENA_TAKE(arena, struct mark, election->project_count);
  if (marks == NULL)
    return fault_no_memory(fault);
  for (uint64_t voter = 0; voter < restage_voters(restage); voter++) {
    const struct choice choice = restage_choice(restage, voter, marks);
    if (choice.count > 0)
      reach_choice(&choice, election, extent);
  }
  return STATUS_OK;
}

static void widen_from_below(int64_t *limit, int64_t least)
{
  if (least < *limit)
    *limit = LIMIT_NONE;
}

static void widen_from_above(int64_t *limit, int64_t most)
{
  if (most > *limit)
    *limit = LIMIT_NONE;
}

/* LIMIT_NONE is below all that is counted: it stays from below, and becomes itself from above. */
static void widen(struct ballot_form *form, const struct extent *extent)
{
  form->exact = form->exact && extent->sum_least >= form->points;
  widen_from_below(&form->min, extent->named_least);
  widen_from_below(&form->min_points, extent->sum_least);
  widen_from_above(&form->max, extent->named_most);
  widen_from_above(&form->max_cost, extent->cost_most);
  widen_from_above(&form->points, extent->sum_most);
  widen_from_above(&form->max_per_project, extent->mark_most);
  form->exact = form->exact && form->points != LIMIT_NONE;
  if (form->kind != BALLOT_SCORES)
    return;
  if (extent->mark_least < form->lowest)
    form->lowest = (int32_t)extent->mark_least;
  if (extent->mark_most > form->highest)
    form->highest = (int32_t)extent->mark_most;
}

static unsigned count_differences(const struct ballot_form *a, const struct ballot_form *b)
{
  return (unsigned)(a->min != b->min) + (a->max != b->max) + (a->max_cost != b->max_cost) +
         (a->points != b->points) + (a->min_points != b->min_points) +
         (a->max_per_project != b->max_per_project) + (a->exact != b->exact) +
         (a->lowest != b->lowest) + (a->highest != b->highest);
}

/* A form that all ballots keep to, and some choice that is not blank. */
static enum status fit_form(struct restage *restage, const struct settings *settings,
                            struct election *election, struct arena *arena, struct fault *fault)
{
  const struct ballot_form *published = &restage->file->election.ballot;
  struct ballot_form *form = &election->ballot;
  struct extent extent = no_extent;
  struct fault inner;
  enum status status = measure(restage, arena, &extent, fault);
  if (status != STATUS_OK)
    return status;
  widen(form, &extent);
  status = manifest_check_ballot(election, arena, &inner);
  if (status == STATUS_NO_MEMORY)
    return fault_no_memory(fault);
  if (status != STATUS_OK) {
    *form = ballot_form_any(published->kind);
    form->unscored = published->unscored;
  }
  restage->widened = count_differences(published, form);
  if (form->max != published->max && extent.named_most > published->max &&
      has_utility(settings, UTILITY_BORDA_MAX))
    return fault_set(fault, STATUS_REFUSED, "utility",
                     "a utility that does not count from the limit",
                     "rankings have up to %" PRId64 " ranks, and %" PRId64 " are allowed",
                     extent.named_most, published->max);
  return STATUS_OK;
}

/* --- the manifest --- */

static struct language language_of(const struct pabulib *file)
{
  struct language language = {"en"};
  const struct span named = pabulib_meta_value(file, "language");
  if (named.length == 2 && named.bytes[0] >= 'a' && named.bytes[0] <= 'z' &&
      named.bytes[1] >= 'a' && named.bytes[1] <= 'z')
    memcpy(language.code, named.bytes, 2);
  return language;
}

static enum status fill_gaps(struct election *election, struct span origin, struct arena *arena,
                             struct fault *fault)
{
  struct project *projects = ARENA_TAKE(arena, struct project, election->project_count);
  if (projects == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < election->project_count; i++) {
    projects[i] = election->projects[i];
    if (projects[i].title.length == 0)
      projects[i].title = projects[i].id;
  }
  election->projects = projects;
  if (election->title.length == 0)
    election->title = origin;
  if (election->currency.length == 0)
    election->currency = SPAN("XXX");
  return STATUS_OK;
}

static enum status keep(struct buffer *buffer, struct arena *arena, struct span *kept,
                        struct fault *fault)
{
  const struct span bytes = buffer_span(buffer);
  char *copy = buffer->failed ? NULL : arena_copy(arena, bytes.bytes, bytes.length);
  if (copy == NULL)
    return fault_no_memory(fault);
  *kept = (struct span){.bytes = copy, .length = bytes.length};
  return STATUS_OK;
}

/* Puts a list of projects that is too long for a manifest beside it. */
static enum status list_projects(struct restage *restage, struct manifest *manifest,
                                 const struct language *language, struct arena *arena,
                                 struct fault *fault)
{
  struct buffer list = {0};
  enum status status = STATUS_OK;
  manifest_write_projects(&manifest->election, language, &list);
  if (list.failed || list.length > RESTAGE_LIST_MAX) {
    status = keep(&list, arena, &restage->projects, fault);
    manifest->projects_attached = true;
    manifest->projects = (struct attachment){.digest = digest_of(restage->projects),
                                             .length = restage->projects.length};
  }
  buffer_free(&list);
  return status;
}

static enum status write_payload(struct restage *restage, const struct manifest *manifest,
                                 const struct language *language, struct arena *arena,
                                 struct fault *fault)
{
  struct buffer payload = {0};
  enum status status = manifest_write(manifest, language, &payload, fault);
  if (status == STATUS_OK)
    status = keep(&payload, arena, &restage->payload, fault);
  buffer_free(&payload);
  if (status == STATUS_OK)
    status = manifest_read(restage->payload, arena, &restage->manifest, fault);
  return status == STATUS_OK ? manifest_attach(&restage->manifest, restage->projects, arena, fault)
                             : status;
}

enum status restage_make(const struct pabulib *file, const struct settings *settings,
                         const struct manifest *terms, struct arena *arena, struct restage *restage,
                         struct fault *fault)
{
  struct manifest manifest = *terms;
  const struct language language = language_of(file);
  enum status status;
  if (file->profile.group_count != file->profile.voters)
    abort(); /* the file was read without keep_equal_apart */
  *restage = (struct restage){.file = file, .projects = SPAN_INIT("")};
  manifest.election = file->election;
  manifest.projects_attached = false;
  manifest.settings = *settings;
  if ((status = settings_resolve(&manifest.settings, &file->election, arena, fault)) != STATUS_OK ||
      (status = count_left_out(restage, &manifest.settings, fault)) != STATUS_OK ||
      (status = fit_form(restage, &manifest.settings, &manifest.election, arena, fault)) !=
          STATUS_OK ||
      (status = fill_gaps(&manifest.election, manifest.board_key.name, arena, fault)) !=
          STATUS_OK ||
      (status = list_projects(restage, &manifest, &language, arena, fault)) != STATUS_OK)
    return status;
  return write_payload(restage, &manifest, &language, arena, fault);
}

/* --- voters --- */

static uint64_t number_of(const uint8_t bytes[8])
{
  uint64_t number = 0;
  for (unsigned i = 0; i < 8; i++)
    number = number << 8 | bytes[i];
  return number;
}

void restage_voter(const struct restage *restage, const uint8_t seed[RESTAGE_SEED_BYTES],
                   uint64_t number, struct restage_voter *voter)
{
  enum {
    CODE = 0,
    MIND = CODE_RANDOM_BYTES,
    FIRST,
    BLANK = FIRST + 8,
    REPEAT
  }; /* where in the digest what is drawn from */
  const uint64_t voters = restage_voters(restage);
  uint8_t place[8];
  for (unsigned i = 0; i < 8; i++)
    place[i] = (uint8_t)(number >> (56 - 8 * i));
  const struct digest drawn =
      digest_of_both((struct span){.bytes = (const char *)seed, .length = RESTAGE_SEED_BYTES},
                     (struct span){.bytes = (const char *)place, .length = sizeof place});

  code_make(drawn.bytes + CODE, &voter->code);
  voter->changes_mind = restage->manifest.revote && drawn.bytes[MIND] % 8 == 0;
  voter->first = number_of(drawn.bytes + FIRST) % voters;
  if (drawn.bytes[BLANK] % 4 == 0 || voter->first == number)
    voter->first = voters;
  voter->repeats = drawn.bytes[REPEAT] % 16 == 0;
}
