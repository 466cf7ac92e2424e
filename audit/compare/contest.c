#include "audit/compare/contest.h"

#include <string.h>

#include "ballots/draw.h"
#include "base/buffer.h"

enum status contest_id(const struct election *election, struct digest *id, struct fault *fault)
{
  struct buffer definition = {0};
  election_write(election, &definition);
  *id = digest_of(buffer_span(&definition));
  bool failed = definition.failed;
  buffer_free(&definition);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}

/* --- one rule --- */

/* Keeps of an outcome what outlives the count. */
static enum status keep(const struct ground *ground, const struct support *support,
                        const struct outcome *outcome, struct arena *arena,
                        struct standing *standing, struct fault *fault)
{
  struct buffer written = {0};
  char id[DIGEST_TEXT];
  uint32_t *selected = ARENA_TAKE(arena, uint32_t, outcome->selected_count);
  if (selected == NULL)
    return fault_no_memory(fault);
  if (outcome->selected_count > 0)
    memcpy(selected, outcome->selected, outcome->selected_count * sizeof *selected);
  standing->selected = selected;
  standing->selected_count = outcome->selected_count;

  digest_write(&ground->id, id);
  outcome_write(outcome, ground->election, &standing->settings, span_of(id), &written);
  standing->result = digest_of(buffer_span(&written));
  bool failed = written.failed;
  buffer_free(&written);
  if (failed)
    return fault_no_memory(fault);
  return figures_of(support, selected, outcome->selected_count, outcome->spent, arena,
                    &standing->figures, fault);
}

static enum status count(const struct ground *ground, const struct contender *contender,
                         const struct support *support, struct arena *arena,
                         struct standing *standing, struct fault *fault)
{
  struct arena scratch = {0};
  struct outcome outcome;
  struct tally tally = {.election = ground->election,
                        .profile = ground->profile,
                        .settings = &standing->settings,
                        .progress = ground->progress};
  enum status status = STATUS_OK;
  if (request_draws(&standing->settings)) {
    if (ground->seed == NULL)
      return fault_set(fault, STATUS_REFUSED, "--seed", "the seed that was drawn",
                       "%.*s breaks ties by the draw, and it has no seed",
                       SPAN_PRINT(contender->said));
    status = draw_lots(ground->election, ground->seed, &scratch, &tally.draw, fault);
  }
  if (status == STATUS_OK)
    status = rule_count_ballots(&tally, &scratch, &outcome, fault);
  if (status == STATUS_OK)
    status = keep(ground, support, &outcome, arena, standing, fault);
  arena_free(&scratch);
  return status;
}

/* A board's own rule was counted when the board was verified. */
static bool was_counted(const struct ground *ground, const struct contender *contender)
{
  return ground->counted != NULL && contender->origin == REQUEST_RULE_PUBLISHED &&
         contender->setting_count == 0;
}

/* --- all of them --- */

enum status contest_run(const struct contenders *contenders, const struct ground *ground,
                        struct arena *arena, struct contest *contest, struct fault *fault)
{
  *contest = (struct contest){.count = contenders->count};
  enum status status = support_make(ground->election, ground->profile, UTILITY_CARDINALITY, arena,
                                    &contest->support, fault);
  for (size_t i = 0; status == STATUS_OK && i < contenders->count; i++) {
    const struct contender *contender = &contenders->list[i];
    struct standing *standing = &contest->standings[i];
    status = contender_settings(contender, ground->election, ground->file, ground->manifest, arena,
                                &standing->settings, fault);
    if (status != STATUS_OK)
      return status;
    if (was_counted(ground, contender)) {
      status = keep(ground, &contest->support, ground->counted, arena, standing, fault);
    } else {
      contest->drawn = contest->drawn || request_draws(&standing->settings);
      status = count(ground, contender, &contest->support, arena, standing, fault);
    }
  }
  return status;
}
