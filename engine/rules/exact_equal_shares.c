#include "engine/rules/exact_equal_shares.h"

#include <stdlib.h>
#include <string.h>

#include "engine/rules/counting.h"
#include "engine/rules/exact/exact.h"

static const struct setting exact_equal_shares_settings[] = {
    {.name = "utility",
     .kind = SETTING_WORD,
     .words = "cardinality cost",
     .fallback = "cardinality",
     .meaning =
         "what a funded project is worth to its supporter: 1, or its cost; any ballot is read "
         "as approval of what it names"},
    {.name = "completion",
     .kind = SETTING_WORDS,
     .words = "add-opt add-opt-skip",
     .fallback = "",
     .meaning = "what uses the money left over: add-opt raises everyone's money to where the run "
                "changes, add-opt-skip to where a project not funded could be"},
    {.name = "stop",
     .kind = SETTING_WORD,
     .words = "overspend exhaustive",
     .fallback = "overspend",
     .meaning = "add-opt: end at the first run that overspends, or also when nothing more fits"},
    SETTING_ROW_BORDA_ZERO,
    SETTING_ROW_TIE_BREAK,
};

static enum status exact_equal_shares_resolve(struct settings *settings,
                                              const struct election *election, struct arena *arena,
                                              struct fault *fault)
{
  (void)arena;
  struct span completion = settings_text(settings, "completion");
  if (memchr(completion.bytes, ',', completion.length) != NULL)
    return fault_set(fault, STATUS_REFUSED, "completion", "add-opt, add-opt-skip or nothing",
                     "'%.*s' are two ways to do the same", SPAN_PRINT(completion));
  return counting_resolve(settings, election, fault);
}

/* --- add-opt --- */

struct search {
  struct exact_endowment kept, tried;
  uint64_t steps;
  const char *stopped;
};

/* Whether no supported project is unfunded after the last run; or with `only_fitting`, none that
 * would fit in what is left. */
static bool nothing_more(const struct exact *exact, bool only_fitting)
{
  uint64_t left = (uint64_t)(exact->counting->election->budget - exact->spent);
  for (uint32_t i = 0; i < exact->support->project_count; i++) {
    if (exact->support->votes[i] > 0 && exact->round_of[i] == EXACT_NONE &&
        (!only_fitting || exact_cost(exact, i) <= left))
      return false;
  }
  return true;
}

static const char *reason_to_stop(const struct exact *exact, bool until_exhaustive)
{
  if (exact->spent > exact->counting->election->budget)
    return "overspend";
  if (nothing_more(exact, false))
    return "all-funded";
  return until_exhaustive && nothing_more(exact, true) ? "exhaustive" : NULL;
}

static void keep(struct search *search)
{
  search->kept.count = search->tried.count;
  memcpy(search->kept.terms, search->tried.terms, search->tried.count * sizeof *search->kept.terms);
}

static enum status raise_until_stopped(struct exact *exact, struct search *search,
                                       struct fault *fault)
{
  const struct settings *settings = exact->counting->settings;
  const struct progress *progress = exact->counting->progress;
  bool skip = settings_has(settings, "completion", "add-opt-skip");
  bool until_exhaustive = settings_has(settings, "stop", "exhaustive");
  for (;; search->steps++) {
    bool found = false;
    enum status status = exact_run(exact, &search->tried, NULL, fault);
    if (status != STATUS_OK)
      return status;
    if (progress != NULL)
      progress->tell(progress->context, "add-opt", search->steps);
    search->stopped = reason_to_stop(exact, until_exhaustive);
    if (search->stopped == NULL || strcmp(search->stopped, "overspend") != 0)
      keep(search);
    if (search->stopped != NULL)
      return STATUS_OK;
    status = exact_raise(exact, skip, &search->tried, &found, fault);
    if (status != STATUS_OK)
      return status;
    if (!found)
      abort(); /* a project that is supported and not funded is bought when money is enough */
  }
}

static enum status write_endowment(struct exact *exact, struct span *text, struct fault *fault)
{
  struct ratio endowment = {.numerator = exact->amounts.items[0], .divisor = 1};
  return amounts_write(&exact->amounts, &endowment, text, fault);
}

/* --- counting --- */

static enum status make_search(const struct counting *counting, struct search *search,
                               struct fault *fault)
{
  size_t terms = counting->support.project_count + 1;
  uint64_t voters = counting->support.voters;
  *search = (struct search){
      .kept.terms = ARENA_TAKE(counting->arena, struct exact_term, terms),
      .tried.terms = ARENA_TAKE(counting->arena, struct exact_term, terms),
  };
  if (search->kept.terms == NULL || search->tried.terms == NULL)
    return fault_no_memory(fault);
  search->tried.count = 1;
  search->tried.terms[0] =
      (struct exact_term){(uint64_t)counting->election->budget, voters > 0 ? voters : 1};
  keep(search);
  return STATUS_OK;
}

static enum status count_shares(struct counting *counting, struct fault *fault)
{
  struct exact exact;
  struct search search;
  struct completion_report *report = NULL;
  enum status status = exact_begin(&exact, counting, fault);
  if (status == STATUS_OK)
    status = make_search(counting, &search, fault);
  if (status == STATUS_OK && settings_text(counting->settings, "completion").length > 0) {
    status = raise_until_stopped(&exact, &search, fault);
    if (status != STATUS_OK)
      return status;
    report = counting_completion(counting, settings_has(counting->settings, "completion", "add-opt")
                                               ? "add-opt"
                                               : "add-opt-skip");
    report->steps = search.steps;
    report->stopped = search.stopped;
  }
  if (status == STATUS_OK)
    status = exact_run(&exact, &search.kept, counting, fault);
  if (status == STATUS_OK && report != NULL)
    status = write_endowment(&exact, &report->endowment, fault);
  if (status == STATUS_OK)
    status = exact_explain(&exact, counting, fault);
  return status;
}

static enum status exact_equal_shares_count(const struct tally *tally, struct arena *arena,
                                            struct outcome *outcome, struct fault *fault)
{
  struct counting counting;
  enum status status = counting_begin(&counting, tally, arena, fault);
  if (status == STATUS_OK)
    status = count_shares(&counting, fault);
  if (status == STATUS_OK)
    counting_end(&counting, tally->profile, outcome);
  return status;
}

const struct rule exact_equal_shares_rule = {
    .name = "exact-equal-shares",
    .summary = "as equal-shares, but all who pay for a project pay the same",
    .settings = exact_equal_shares_settings,
    .setting_count = sizeof exact_equal_shares_settings / sizeof exact_equal_shares_settings[0],
    .resolve = exact_equal_shares_resolve,
    .count = exact_equal_shares_count,
};
