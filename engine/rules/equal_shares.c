#include "engine/rules/equal_shares.h"

#include <string.h>

#include "engine/rules/add1.h"
#include "engine/rules/comparison.h"
#include "engine/rules/greedy.h"
#include "engine/rules/phragmen.h"
#include "engine/rules/shares/fraction.h"
#include "engine/rules/shares/report.h"
#include "engine/rules/shares/run.h"

static const struct setting equal_shares_settings[] = {
    SETTING_ROW_UTILITY,
    {.name = "completion",
     .kind = SETTING_WORDS,
     .words = "add1 add1-exhaustive add1-exact add1u phragmen greedy comparison",
     .fallback = "",
     .meaning =
         "what uses the money left over, in order; add1 is integral + overspend, "
         "add1-exhaustive integral + exhaustive, add1-exact exact + exhaustive, add1u is "
         "add1,greedy; phragmen goes on from what voters paid; comparison keeps plain greedy "
         "if more voters prefer it"},
    {.name = "start",
     .kind = SETTING_WORD,
     .words = "integral exact",
     .fallback = NULL,
     .meaning = "add1: first endowment, budget/voters in whole currency units or exactly; unless "
                "given: as the completion says"},
    {.name = "stop",
     .kind = SETTING_WORD,
     .words = "overspend exhaustive",
     .fallback = NULL,
     .meaning = "add1: end at the first run that overspends, or also when nothing more fits; "
                "unless given: as the completion says"},
    {.name = "unit",
     .kind = SETTING_UNIT,
     .fallback = NULL,
     .meaning = "add1: each voter's raise in minor units, or P% to share out P hundredths of the "
                "budget; unless given: one currency unit"},
    {.name = "by",
     .kind = SETTING_WORD,
     .words = "score density",
     .fallback = "density",
     .meaning = "greedy completion: order of the projects"},
    {.name = "fund_unsupported",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "greedy and phragmen completions: projects that nobody supports come last instead "
                "of never"},
    {.name = "on_miss",
     .kind = SETTING_WORD,
     .words = "stop skip",
     .fallback = "stop",
     .meaning = "phragmen completion: when one of those whose turn it is does not fit, end, or "
                "leave out what does not fit and go on"},
    {.name = "forget",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "phragmen completion: everybody begins with a load of 0, whatever was paid"},
    {.name = "peer_all",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "add1: projects that nobody supports also keep it from being exhaustive"},
    {.name = "peer_all_fit",
     .kind = SETTING_BOOLEAN,
     .fallback = "false",
     .meaning = "add1: one run only when all projects together fit in the budget"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
};

/* --- completions by name --- */

static const struct preset {
  const char *name;
  const char *start;
  const char *stop;
} add1_presets[] = {
    {"add1", "integral", "overspend"},
    {"add1-exhaustive", "integral", "exhaustive"},
    {"add1-exact", "exact", "exhaustive"},
    {"add1u", "integral", "overspend"},
};

static const struct preset *find_preset(struct span name)
{
  for (size_t i = 0; i < sizeof add1_presets / sizeof add1_presets[0]; i++) {
    if (span_equal(name, span_of(add1_presets[i].name)))
      return &add1_presets[i];
  }
  return NULL;
}

/* The order in which completions make sense: each may stand once, and none before an earlier. */
enum stage {
  STAGE_NONE,
  STAGE_ADD1,
  STAGE_PHRAGMEN,
  STAGE_GREEDY,
  STAGE_COMPARISON,
  STAGE_COUNT,
};

static const char *const stage_names[STAGE_COUNT] = {
    [STAGE_ADD1] = "add1",
    [STAGE_PHRAGMEN] = "phragmen",
    [STAGE_GREEDY] = "greedy",
    [STAGE_COMPARISON] = "comparison",
};

static enum stage find_stage(struct span name)
{
  for (int i = STAGE_PHRAGMEN; i < STAGE_COUNT; i++) {
    if (span_equal(name, span_of(stage_names[i])))
      return (enum stage)i;
  }
  return STAGE_ADD1; /* one of its kinds: settings_set admits no other word */
}

static enum status refuse_completion(struct span text, struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, "completion",
                   "at most one of the add1 kinds first, then phragmen, then greedy, then "
                   "comparison, each once",
                   "'%.*s' is not an order of completions", SPAN_PRINT(text));
}

/* Which stages "add1u,comparison" asks for, and the preset of add1 among them, if any. */
static enum status read_completion(struct span text, bool *stages, const struct preset **preset,
                                   struct fault *fault)
{
  struct span rest = text, word;
  bool more = text.length > 0;
  enum stage last = STAGE_NONE;

  *preset = NULL;
  while (span_split(&rest, &more, ',', &word)) {
    const struct preset *found = find_preset(word);
    enum stage stage = find_stage(word);
    if (stage <= last)
      return refuse_completion(text, fault);
    stages[stage] = true;
    last = stage;
    if (found != NULL) {
      *preset = found;
      if (strcmp(found->name, "add1u") == 0)
        stages[last = STAGE_GREEDY] = true;
    }
  }
  return STATUS_OK;
}

static enum status fill_text(struct settings *settings, const char *name, struct buffer *buffer,
                             struct arena *arena, struct fault *fault)
{
  char *text = buffer->failed ? NULL : arena_copy(arena, buffer->bytes, buffer->length);
  if (text != NULL)
    settings_fill(settings, name, (struct span){.bytes = text, .length = buffer->length});
  buffer_free(buffer);
  return text == NULL ? fault_no_memory(fault) : STATUS_OK;
}

static enum status spell_completion(struct settings *settings, const bool *stages,
                                    struct arena *arena, struct fault *fault)
{
  struct buffer buffer = {0};
  for (int i = STAGE_ADD1; i < STAGE_COUNT; i++) {
    if (stages[i] && buffer.length > 0)
      buffer_add_byte(&buffer, ',');
    if (stages[i])
      buffer_add(&buffer, span_of(stage_names[i]));
  }
  return fill_text(settings, "completion", &buffer, arena, fault);
}

static enum status resolve_unit(struct settings *settings, const struct election *election,
                                struct arena *arena, struct fault *fault)
{
  struct buffer buffer = {0};
  buffer_add_integer(&buffer, election_currency_unit(election));
  return fill_text(settings, "unit", &buffer, arena, fault);
}

static enum status equal_shares_resolve(struct settings *settings, const struct election *election,
                                        struct arena *arena, struct fault *fault)
{
  bool stages[STAGE_COUNT] = {false};
  const struct preset *preset;
  enum status status = counting_resolve(settings, election, fault);
  if (status == STATUS_OK)
    status = read_completion(settings_text(settings, "completion"), stages, &preset, fault);
  if (status == STATUS_OK)
    status = spell_completion(settings, stages, arena, fault);
  if (status != STATUS_OK)
    return status;

  if (preset == NULL)
    preset = &add1_presets[0];
  if (!settings_given(settings, "start"))
    settings_fill(settings, "start", span_of(preset->start));
  if (!settings_given(settings, "stop"))
    settings_fill(settings, "stop", span_of(preset->stop));
  return settings_given(settings, "unit") ? STATUS_OK
                                          : resolve_unit(settings, election, arena, fault);
}

/* --- counting --- */

static void read_unit(const struct settings *settings, struct add1_options *options)
{
  struct span text = settings_text(settings, "unit");
  bool share = text.bytes[text.length - 1] == '%';
  int64_t value = 0;
  if (share)
    text.length--;
  if (!span_to_integer(text, &value))
    value = 1; /* settings_set refused anything else */
  options->unit = share ? 0 : value;
  options->percent = share ? value : 0;
}

static enum status write_endowment(struct shares *shares, struct span *text, struct fault *fault)
{
  natural_copy(&shares->sum, &shares->endowment);
  return fraction_write(shares, &shares->sum, 1, 1, text, fault);
}

/* Runs the method, with add1 if asked for, and keeps the books of the run that counts. */
static enum status run_shares(struct shares *shares, struct counting *counting, bool raise,
                              struct fault *fault)
{
  const struct settings *settings = counting->settings;
  struct add1_options options = {
      .exact_start = !raise || settings_has(settings, "start", "exact"),
      .until_exhaustive = settings_has(settings, "stop", "exhaustive"),
      .peer_all = settings_boolean(settings, "peer_all"),
      .peer_all_fit = settings_boolean(settings, "peer_all_fit"),
  };
  struct add1_result found = {.endowment = add1_endowment(counting, &options, 0)};
  struct completion_report *report = NULL;
  enum status status = STATUS_OK;

  if (raise) {
    read_unit(settings, &options);
    status = add1_search(shares, &options, &found, fault);
    if (status != STATUS_OK)
      return status;
    report = counting_completion(counting, "add1");
    report->steps = found.steps;
    report->stopped = found.stopped;
  }

  enum run_end end;
  status = shares_run(shares, &found.endowment, counting, &end, fault);
  if (status == STATUS_OK && report != NULL)
    status = write_endowment(shares, &report->endowment, fault);
  if (status == STATUS_OK)
    status = shares_explain(shares, counting, fault);
  return status;
}

static enum status fill_by_loads(struct counting *counting, const struct shares *shares,
                                 struct fault *fault)
{
  const struct settings *settings = counting->settings;
  const struct phragmen_options options = {
      .stop = settings_has(settings, "on_miss", "stop"),
      .fund_unsupported = settings_boolean(settings, "fund_unsupported"),
      .paid = settings_boolean(settings, "forget") ? NULL : shares,
  };
  struct completion_report *report = counting_completion(counting, "phragmen");
  size_t before = counting->round_count;
  enum status status = phragmen_fill(counting, &options, fault);
  report->added = counting->round_count - before;
  return status;
}

static enum status fill_greedily(struct counting *counting, struct fault *fault)
{
  const struct settings *settings = counting->settings;
  const struct greedy_options options = {
      .stage = "greedy",
      .merit = settings_has(settings, "by", "density") ? MERIT_DENSITY : MERIT_SCORE,
      .fund_unsupported = settings_boolean(settings, "fund_unsupported"),
  };
  struct completion_report *report = counting_completion(counting, "greedy");
  size_t before = counting->round_count;
  enum status status = greedy_fill(counting, &options, fault);
  report->added = counting->round_count - before;
  return status;
}

/* What plain greedy, as cities count, makes of the same ballots takes the place of the outcome so
 * far if more voters prefer it. */
static enum status compare_with_greedy(const struct tally *tally, struct counting *counting,
                                       struct fault *fault)
{
  const struct greedy_options options = {.stage = "greedy", .merit = MERIT_PUBLISHED};
  struct completion_report *report = counting_completion(counting, "comparison");
  struct counting greedy;
  enum status status = counting_begin(&greedy, tally, counting->arena, fault);
  if (status == STATUS_OK)
    status = greedy_fill(&greedy, &options, fault);
  if (status != STATUS_OK)
    return status;

  struct preference preference =
      comparison_count(&counting->support, counting->funded, greedy.funded);
  report->compared = true;
  report->prefer_kept = preference.first;
  report->prefer_other = preference.second;
  report->kept = "equal-shares";
  if (preference.second > preference.first) {
    report->prefer_kept = preference.second;
    report->prefer_other = preference.first;
    report->kept = "greedy";
    greedy.completions = counting->completions;
    greedy.completion_count = counting->completion_count;
    *counting = greedy;
  }
  return STATUS_OK;
}

static enum status equal_shares_count(const struct tally *tally, struct arena *arena,
                                      struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  struct shares shares;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = shares_begin(&shares, &counting, fault);
  if (status == STATUS_OK)
    status =
        run_shares(&shares, &counting, settings_has(tally->settings, "completion", "add1"), fault);
  if (status == STATUS_OK && settings_has(tally->settings, "completion", "phragmen"))
    status = fill_by_loads(&counting, &shares, fault);
  if (status == STATUS_OK && settings_has(tally->settings, "completion", "greedy"))
    status = fill_greedily(&counting, fault);
  if (status == STATUS_OK && settings_has(tally->settings, "completion", "comparison"))
    status = compare_with_greedy(tally, &counting, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule equal_shares_rule = {
    .name = "equal-shares",
    .summary = "give every voter the same money; groups of supporters buy what they agree on",
    .settings = equal_shares_settings,
    .setting_count = sizeof equal_shares_settings / sizeof equal_shares_settings[0],
    .resolve = equal_shares_resolve,
    .count = equal_shares_count,
};
