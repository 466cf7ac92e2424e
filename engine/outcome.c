#include "engine/outcome.h"

#include "base/canonical.h"
#include "engine/settings.h"

static const char *const reason_names[] = {
    [REASON_FUNDED] = "funded",
    [REASON_NO_SUPPORT] = "no-support",
    [REASON_BELOW_THRESHOLD] = "below-threshold",
    [REASON_TOO_LITTLE_SUPPORT] = "too-little-support",
    [REASON_MONEY_USED] = "money-used",
    [REASON_DID_NOT_FIT] = "did-not-fit",
    [REASON_EXCLUDED] = "excluded",
    [REASON_AFTER_STOP] = "after-stop",
};

const char *reason_name(enum reason reason)
{
  return reason_names[reason];
}

static void member_id(struct canonical_writer *writer, const char *name,
                      const struct election *election, uint32_t project)
{
  canonical_member_string(writer, name, election->projects[project].id);
}

static void write_ids(struct canonical_writer *writer, const struct election *election,
                      const uint32_t *projects, size_t count)
{
  canonical_array(writer);
  for (size_t i = 0; i < count; i++)
    canonical_string(writer, election->projects[projects[i]].id);
  canonical_end(writer);
}

static void write_completion(struct canonical_writer *writer,
                             const struct completion_report *completion)
{
  canonical_object(writer);
  canonical_member_integer(writer, "added", (int64_t)completion->added);
  if (completion->endowment.length > 0)
    canonical_member_string(writer, "endowment", completion->endowment);
  if (completion->compared)
    canonical_member_string(writer, "kept", span_of(completion->kept));
  canonical_member_string(writer, "name", span_of(completion->name));
  if (completion->compared) {
    canonical_member_integer(writer, "prefer_kept", (int64_t)completion->prefer_kept);
    canonical_member_integer(writer, "prefer_other", (int64_t)completion->prefer_other);
  }
  if (completion->stopped != NULL) {
    canonical_member_integer(writer, "steps", (int64_t)completion->steps);
    canonical_member_string(writer, "stopped", span_of(completion->stopped));
  }
  canonical_end(writer);
}

static void write_payments(struct canonical_writer *writer, const struct election *election,
                           const struct project_result *result)
{
  canonical_member(writer, "payments");
  canonical_array(writer);
  for (size_t i = 0; i < result->payment_count; i++) {
    canonical_object(writer);
    canonical_member_integer(writer, "amount", result->payments[i].amount);
    member_id(writer, "project", election, result->payments[i].project);
    canonical_end(writer);
  }
  canonical_end(writer);
}

static void write_project(struct canonical_writer *writer, const struct election *election,
                          const struct project_result *result, uint32_t project)
{
  canonical_object(writer);
  canonical_member_integer(writer, "cost", election->projects[project].cost);
  if (result->shares_known && result->effective_support.length > 0)
    canonical_member_string(writer, "effective_support", result->effective_support);
  if (result->reason == REASON_EXCLUDED)
    member_id(writer, "excluded_by", election, result->rival);
  member_id(writer, "id", election, project);
  if (result->reason == REASON_DID_NOT_FIT || result->reason == REASON_AFTER_STOP)
    canonical_member_integer(writer, "left", result->left);
  if (result->shares_known)
    write_payments(writer, election, result);
  canonical_member_string(writer, "reason", span_of(reason_name(result->reason)));
  canonical_member_integer(writer, "score", result->score);
  canonical_member_boolean(writer, "selected", result->reason == REASON_FUNDED);
  if (result->reason == REASON_AFTER_STOP)
    member_id(writer, "stopped_at", election, result->rival);
  if (result->shares_known) {
    canonical_member_integer(writer, "supporters_had", result->supporters_had);
    canonical_member_integer(writer, "supporters_left", result->supporters_left);
  }
  canonical_member_integer(writer, "votes", (int64_t)result->votes);
  canonical_end(writer);
}

static void write_round(struct canonical_writer *writer, const struct election *election,
                        const struct round *round)
{
  canonical_object(writer);
  canonical_member_integer(writer, "left", round->left);
  if (round->load.length > 0)
    canonical_member_string(writer, "load", round->load);
  if (round->shares_known) {
    canonical_member_string(writer, "money_left", round->money_left);
    canonical_member_integer(writer, "paid_all", (int64_t)round->paid_all);
    canonical_member_integer(writer, "paid_full", (int64_t)round->paid_full);
  }
  member_id(writer, "project", election, round->project);
  if (round->rank > 0)
    canonical_member_integer(writer, "rank", round->rank);
  if (round->shares_known)
    canonical_member_string(writer, "rho", round->rho);
  canonical_member_string(writer, "stage", span_of(round->stage));
  if (round->support_known)
    canonical_member_integer(writer, "support", round->support);
  if (round->utility.length > 0)
    canonical_member_string(writer, "utility", round->utility);
  canonical_end(writer);
}

static void write_tie(struct canonical_writer *writer, const struct election *election,
                      const struct tie *tie)
{
  canonical_object(writer);
  canonical_member_string(writer, "decided_by", span_of(tie_key_name(tie->decided_by)));
  canonical_member(writer, "projects");
  write_ids(writer, election, tie->projects, tie->count);
  canonical_member_integer(writer, "round", (int64_t)tie->round);
  canonical_end(writer);
}

void outcome_write(const struct outcome *outcome, const struct election *election,
                   const struct settings *settings, struct span election_digest,
                   struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member_integer(&writer, "budget", outcome->budget);
  canonical_member(&writer, "completion");
  canonical_array(&writer);
  for (size_t i = 0; i < outcome->completion_count; i++)
    write_completion(&writer, &outcome->completions[i]);
  canonical_end(&writer);
  canonical_member_integer(&writer, "distinct_ballots", (int64_t)outcome->distinct_ballots);
  canonical_member_string(&writer, "election", election_digest);
  canonical_member_string(&writer, "format", SPAN("beffroi-outcome/1"));
  canonical_member(&writer, "projects");
  canonical_array(&writer);
  for (size_t i = 0; i < outcome->project_count; i++)
    write_project(&writer, election, &outcome->projects[i], (uint32_t)i);
  canonical_end(&writer);
  canonical_member(&writer, "rounds");
  canonical_array(&writer);
  for (size_t i = 0; i < outcome->round_count; i++)
    write_round(&writer, election, &outcome->rounds[i]);
  canonical_end(&writer);
  canonical_member(&writer, "rule");
  settings_write(settings, &writer);
  canonical_member(&writer, "selected");
  write_ids(&writer, election, outcome->selected, outcome->selected_count);
  canonical_member_integer(&writer, "spent", outcome->spent);
  canonical_member(&writer, "ties");
  canonical_array(&writer);
  for (size_t i = 0; i < outcome->tie_count; i++)
    write_tie(&writer, election, &outcome->ties[i]);
  canonical_end(&writer);
  canonical_member_integer(&writer, "voters", (int64_t)outcome->voters);
  canonical_end(&writer);
}
