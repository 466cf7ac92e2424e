#include "api/replay/report.h"

#include <inttypes.h>

#include "base/canonical.h"
#include "console/text.h"

enum {
  LABEL_COLUMNS = 27,
  INDENT = 2,
};

static const char *const finding_words[FINDING_COUNT] = {
    [FINDING_RECEIPTS] = "receipts are on the board",
    [FINDING_AUDIT] = "the audit accepts it",
    [FINDING_OUTCOME] = "count as of the file",
    [FINDING_PUBLISHED] = "winners as published",
};

bool replay_holds(const struct replay *replay)
{
  for (size_t i = 0; i < FINDING_COUNT; i++) {
    bool asked = i != FINDING_PUBLISHED || replay->findings[i] != ANSWER_NOT_ASKED;
    if (asked && replay->findings[i] != ANSWER_YES)
      return false;
  }
  return true;
}

static double per_second(const struct replay *replay)
{
  double seconds = replay->times.casting;
  return seconds > 0 ? (double)replay->plan.cast_count / seconds : 0;
}

/* --- for people --- */

static void add_label(struct buffer *text, const char *label)
{
  buffer_format(text, "  %-*s", LABEL_COLUMNS, label);
}

static void add_number(struct buffer *text, const char *label, uint64_t number, const char *note)
{
  add_label(text, label);
  buffer_format(text, "%" PRIu64 "%s\n", number, note);
}

static void add_processor(struct buffer *text, const char *label, double seconds, size_t ballots)
{
  if (seconds < 0)
    return;
  add_label(text, label);
  buffer_format(text, "%.0f µs for each ballot\n", seconds * 1e6 / (double)ballots);
}

static void add_trouble(const struct replay *replay, struct buffer *text)
{
  const struct client_counts *counts = client_counts(replay->client);
  if (counts->cut + counts->late + counts->refused + counts->told_off == 0)
    return;
  add_label(text, "sent again");
  buffer_format(text,
                "%" PRIu64 " connections were cut, %" PRIu64 " refused, %" PRIu64
                " answers late, %" PRIu64 " told to come back\n",
                counts->cut, counts->refused, counts->late, counts->told_off);
}

static void add_winners(const struct replay *replay, size_t width, struct buffer *text)
{
  const struct election *election = &replay->restage.manifest.election;
  add_number(text, "projects funded", replay->winner_count, "");
  for (size_t i = 0; i < replay->winner_count; i++) {
    const struct project *project = &election->projects[replay->winners[i]];
    buffer_format(text, "    ");
    size_t used = text_add(text, project->id, TEXT_WHOLE);
    buffer_format(text, "  ");
    (void)text_add(text, project->title, width > used + 8 ? width - used - 8 : 1);
    buffer_add_byte(text, '\n');
  }
}

static void add_findings(const struct replay *replay, size_t width, struct buffer *text)
{
  for (size_t i = 0; i < FINDING_COUNT; i++) {
    enum answer answer = replay->findings[i];
    add_label(text, finding_words[i]);
    buffer_format(text, "%s\n",
                  answer == ANSWER_YES  ? "yes"
                  : answer == ANSWER_NO ? "NO"
                                        : "not asked: the file does not say");
    if (answer != ANSWER_NO)
      continue;
    struct buffer why = {0};
    buffer_format(&why, "%s: %s", replay->faults[i].where, replay->faults[i].what);
    text_add_wrapped(text, buffer_span(&why), 2 * INDENT, width);
    buffer_free(&why);
  }
}

void replay_report_add(const struct replay *replay, size_t width, struct buffer *text)
{
  size_t ballots = replay->plan.cast_count;
  (void)text_add(text, replay->restage.manifest.election.title, width);
  buffer_add(text, SPAN("\n\n"));
  add_label(text, "election");
  buffer_format(text, "%s\n", replay->election);
  add_number(text, "voters", restage_voters(&replay->restage), "");
  add_number(text, "ballots", ballots, ", those that were replaced too");
  add_number(text, "receipts checked", replay->receipts.checked, "");
  add_label(text, "casting took");
  buffer_format(text, "%.2f s: %.0f ballots a second\n", replay->times.casting, per_second(replay));
  add_label(text, "answers came within");
  buffer_format(text, "%.1f ms for half of them, %.1f ms for 99 in 100\n",
                replay->times.median * 1e3, replay->times.p99 * 1e3);
  add_processor(text, "processor, server", replay->times.server, ballots);
  add_processor(text, "processor, PostgreSQL", replay->times.postgres, ballots);
  add_trouble(replay, text);
  add_winners(replay, width, text);
  buffer_add_byte(text, '\n');
  add_findings(replay, width, text);
}

/* --- for machines --- */

static void write_answer(struct canonical_writer *writer, const char *name, enum answer answer)
{
  canonical_member(writer, name);
  if (answer == ANSWER_NOT_ASKED)
    canonical_null(writer);
  else
    canonical_boolean(writer, answer == ANSWER_YES);
}

static void write_seconds(struct canonical_writer *writer, const char *name, double seconds)
{
  canonical_member(writer, name);
  if (seconds < 0)
    canonical_null(writer);
  else
    canonical_integer(writer, (int64_t)(seconds * 1e6));
}

static void write_faults(const struct replay *replay, struct canonical_writer *writer)
{
  canonical_member(writer, "faults");
  canonical_array(writer);
  for (size_t i = 0; i < FINDING_COUNT; i++)
    if (replay->findings[i] == ANSWER_NO)
      canonical_string(writer, span_of(replay->faults[i].what));
  canonical_end(writer);
}

static void write_requests(const struct replay *replay, struct canonical_writer *writer)
{
  const struct client_counts *counts = client_counts(replay->client);
  canonical_member(writer, "requests");
  canonical_object(writer);
  canonical_member_integer(writer, "answered", (int64_t)counts->answers);
  canonical_member_integer(writer, "cut", (int64_t)counts->cut);
  canonical_member_integer(writer, "late", (int64_t)counts->late);
  canonical_member_integer(writer, "refused", (int64_t)counts->refused);
  canonical_member_integer(writer, "told_off", (int64_t)counts->told_off);
  canonical_end(writer);
}

static void write_winners(const struct replay *replay, struct canonical_writer *writer)
{
  canonical_member(writer, "winners");
  canonical_array(writer);
  for (size_t i = 0; i < replay->winner_count; i++)
    canonical_string(writer, replay->restage.manifest.election.projects[replay->winners[i]].id);
  canonical_end(writer);
}

void replay_report_write(const struct replay *replay, struct buffer *text)
{
  struct canonical_writer writer;
  char outcome[DIGEST_TEXT];
  const struct digest digest = digest_of(buffer_span(&replay->outcome));
  digest_write(&digest, outcome);
  canonical_begin(&writer, text);
  canonical_object(&writer);
  canonical_member(&writer, "agreement");
  canonical_object(&writer);
  write_answer(&writer, "audit", replay->findings[FINDING_AUDIT]);
  write_answer(&writer, "outcome", replay->findings[FINDING_OUTCOME]);
  write_answer(&writer, "published", replay->findings[FINDING_PUBLISHED]);
  write_answer(&writer, "receipts", replay->findings[FINDING_RECEIPTS]);
  canonical_end(&writer);
  canonical_member_integer(&writer, "ballots", (int64_t)replay->plan.cast_count);
  canonical_member_integer(&writer, "ballots_per_second", (int64_t)per_second(replay));
  canonical_member_string(&writer, "election", span_of(replay->election));
  write_faults(replay, &writer);
  canonical_member(&writer, "microseconds");
  canonical_object(&writer);
  write_seconds(&writer, "began", replay->times.began);
  write_seconds(&writer, "casting", replay->times.casting);
  write_seconds(&writer, "median_wait", replay->times.median);
  write_seconds(&writer, "p99_wait", replay->times.p99);
  write_seconds(&writer, "postgres", replay->times.postgres);
  write_seconds(&writer, "server", replay->times.server);
  canonical_end(&writer);
  canonical_member_string(&writer, "origin", replay->board_origin);
  canonical_member_string(&writer, "outcome", span_of(outcome));
  canonical_member_integer(&writer, "receipts", (int64_t)replay->receipts.checked);
  write_requests(replay, &writer);
  canonical_member_integer(&writer, "seed", (int64_t)replay->options->odds.seed);
  canonical_member_integer(&writer, "voters", (int64_t)restage_voters(&replay->restage));
  write_winners(replay, &writer);
  canonical_end(&writer);
  buffer_add_byte(text, '\n');
}
