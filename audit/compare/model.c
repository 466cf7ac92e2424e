#include "audit/compare/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "engine/choice.h"

static const char *const names[MODEL_COUNT] = {
    [MODEL_IMPARTIAL] = "impartial",
    [MODEL_EUCLIDEAN] = "euclidean",
    [MODEL_RESAMPLE] = "resample",
};

enum {
  PERCENT = 100
};

const char *model_name(enum model model)
{
  return names[model];
}

bool model_of(struct span name, enum model *model)
{
  for (int i = 0; i < MODEL_COUNT; i++) {
    if (span_equal(name, span_of(names[i]))) {
      *model = (enum model)i;
      return true;
    }
  }
  return false;
}

/* One election being made. */
struct making {
  const struct recipe *recipe;
  struct arena *arena;
  struct dice *dice;
  struct pabulib *made;
  struct profile_builder builder;
  struct mark *marks; /* room for a ballot of all projects */
  /* euclidean */
  struct place {
    int64_t x, y;
  } * places;
  struct near {
    int64_t distance; /* squared */
    uint32_t project;
  } * nearest;
};

static struct span title(const struct recipe *recipe, uint64_t number, struct span of,
                         struct arena *arena)
{
  struct buffer text = {0};
  buffer_format(&text, "Simulated (%s, seed %" PRIu64 ", number %" PRIu64 ")", names[recipe->model],
                recipe->seed, number);
  if (of.length > 0)
    buffer_add(&text, SPAN(": "));
  buffer_add(&text, of);
  struct span made = buffer_span(&text);
  char *copy = text.failed ? NULL : arena_copy(arena, made.bytes, made.length);
  size_t length = made.length;
  buffer_free(&text);
  return copy == NULL ? SPAN("") : (struct span){.bytes = copy, .length = length};
}

/* --- projects --- */

/* "p01" of 20: all as long as the last, so that the order of ids is that of the list. */
static bool name_project(struct project *project, size_t number, size_t count, struct arena *arena)
{
  char text[24], last[24];
  int width = snprintf(last, sizeof last, "%zu", count);
  int length = snprintf(text, sizeof text, "p%0*zu", width, number);
  const char *copy = arena_copy(arena, text, (size_t)length);
  if (copy != NULL)
    project->id = (struct span){.bytes = copy, .length = (size_t)length};
  return copy != NULL;
}

static enum status make_projects(struct making *making, struct fault *fault)
{
  const struct recipe *recipe = making->recipe;
  struct election *election = &making->made->election;
  struct project *projects = ARENA_TAKE(making->arena, struct project, recipe->projects);
  if (projects == NULL)
    return fault_no_memory(fault);
  *election = (struct election){
      .title = SPAN(""),
      .currency = SPAN(""),
      .budget = recipe->budget,
      .ballot = ballot_form_any(BALLOT_APPROVAL),
      .project_count = recipe->projects,
      .projects = projects,
  };
  for (size_t i = 0; i < recipe->projects; i++) {
    uint64_t range = (uint64_t)(recipe->most_cost - recipe->least_cost) + 1;
    projects[i] = (struct project){.title = SPAN(""), .category = SPAN("")};
    projects[i].cost = recipe->least_cost + (int64_t)dice_below(making->dice, range);
    if (!name_project(&projects[i], i + 1, recipe->projects, making->arena))
      return fault_no_memory(fault);
  }
  return STATUS_OK;
}

static struct place draw_place(struct dice *dice)
{
  struct place place;
  place.x = (int64_t)dice_below(dice, MODEL_SQUARE);
  place.y = (int64_t)dice_below(dice, MODEL_SQUARE);
  return place;
}

static enum status make_places(struct making *making, struct fault *fault)
{
  size_t count = making->recipe->projects;
  making->places = ARENA_TAKE(making->arena, struct place, count);
  making->nearest = ARENA_TAKE(making->arena, struct near, count);
  if (making->places == NULL || making->nearest == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++)
    making->places[i] = draw_place(making->dice);
  return STATUS_OK;
}

/* --- ballots --- */

static enum status add_ballot(struct making *making, size_t count, struct fault *fault)
{
  const struct choice choice = {.count = count, .marks = making->marks};
  return profile_add(&making->builder, &choice, 1, fault);
}

static enum status cast_impartial(struct making *making, struct fault *fault)
{
  size_t count = 0;
  for (size_t i = 0; i < making->recipe->projects; i++) {
    if (dice_below(making->dice, PERCENT) < making->recipe->approve)
      making->marks[count++] = (struct mark){.project = (uint32_t)i, .value = 1};
  }
  return add_ballot(making, count, fault);
}

static int compare_near(const void *a, const void *b)
{
  const struct near *first = a, *second = b;
  if (first->distance != second->distance)
    return first->distance < second->distance ? -1 : 1;
  return (first->project > second->project) - (first->project < second->project);
}

static int compare_marks(const void *a, const void *b)
{
  const struct mark *first = a, *second = b;
  return (first->project > second->project) - (first->project < second->project);
}

static enum status cast_euclidean(struct making *making, struct fault *fault)
{
  size_t projects = making->recipe->projects, count = 0;
  struct place home = draw_place(making->dice);
  for (size_t i = 0; i < projects; i++) {
    int64_t x = making->places[i].x - home.x, y = making->places[i].y - home.y;
    making->nearest[i] = (struct near){.distance = x * x + y * y, .project = (uint32_t)i};
    count += dice_below(making->dice, PERCENT) < making->recipe->approve;
  }
  qsort(making->nearest, projects, sizeof *making->nearest, compare_near);
  for (size_t i = 0; i < count; i++)
    making->marks[i] = (struct mark){.project = making->nearest[i].project, .value = 1};
  qsort(making->marks, count, sizeof *making->marks, compare_marks);
  return add_ballot(making, count, fault);
}

static enum status cast_again(struct making *making, struct fault *fault)
{
  const struct profile *profile = &making->recipe->file->profile;
  size_t group = (size_t)dice_below(making->dice, profile->group_count);
  size_t start = profile->start[group], count = profile->start[group + 1] - start;
  for (size_t i = 0; i < count; i++)
    making->marks[i] = (struct mark){
        .project = profile->project[start + i],
        .value = profile->value == NULL ? 1 : profile->value[start + i],
    };
  return add_ballot(making, count, fault);
}

static enum status make_ballots(struct making *making, struct fault *fault)
{
  static enum status (*const cast[MODEL_COUNT])(struct making *, struct fault *) = {
      [MODEL_IMPARTIAL] = cast_impartial,
      [MODEL_EUCLIDEAN] = cast_euclidean,
      [MODEL_RESAMPLE] = cast_again,
  };
  const struct election *election = &making->made->election;
  making->marks = ARENA_TAKE(making->arena, struct mark, election->project_count);
  if (making->marks == NULL)
    return fault_no_memory(fault);
  enum status status = profile_begin(&making->builder, making->arena, election, true, fault);
  for (size_t i = 0; status == STATUS_OK && i < making->recipe->voters; i++)
    status = cast[making->recipe->model](making, fault);
  if (status == STATUS_OK)
    making->made->profile = profile_end(&making->builder);
  return status;
}

/* --- the election --- */

static enum status begin(struct making *making, struct fault *fault)
{
  const struct pabulib *file = making->recipe->file;
  if (making->recipe->model != MODEL_RESAMPLE) {
    enum status status = make_projects(making, fault);
    return status == STATUS_OK && making->recipe->model == MODEL_EUCLIDEAN
               ? make_places(making, fault)
               : status;
  }
  if (file->profile.group_count == 0)
    return fault_set(fault, STATUS_REFUSED, "resample", "a file with ballots",
                     "there are no ballots to cast again");
  making->made->election = file->election;
  making->made->meta_count = file->meta_count;
  making->made->meta = file->meta;
  return STATUS_OK;
}

enum status model_make(const struct recipe *recipe, uint64_t number, struct arena *arena,
                       struct dice *dice, struct pabulib *made, struct fault *fault)
{
  struct making making = {.recipe = recipe, .arena = arena, .dice = dice, .made = made};
  *made = (struct pabulib){0};
  dice_begin(dice, recipe->seed, number);
  enum status status = begin(&making, fault);
  if (status == STATUS_OK)
    status = make_ballots(&making, fault);
  if (status != STATUS_OK)
    return status;
  made->election.title = title(recipe, number, made->election.title, arena);
  return made->election.title.length == 0 ? fault_no_memory(fault) : STATUS_OK;
}
