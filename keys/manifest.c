/* The command `manifest`: a draft becomes the first entry of a board. */
#include "ballots/manifest.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "engine/rule.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"

enum row {
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_PROJECTS,
  ROW_OUT,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_KEY] = {"key", "FILE", NULL, "the organiser's key"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase from the file's one line; else it is typed"},
    [ROW_PROJECTS] = {"projects", "FILE", NULL,
                      "the attachment of projects, where the draft names one"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
};

/* --- the summary --- */

static void add_amount(struct buffer *text, const struct election *election, int64_t amount)
{
  int64_t unit = election_currency_unit(election);
  buffer_format(text, "%" PRId64, amount / unit);
  if (election->minor_unit > 0)
    buffer_format(text, ".%0*" PRId64, (int)election->minor_unit, amount % unit);
  buffer_format(text, " %.*s", SPAN_PRINT(election->currency));
}

static void add_time(struct buffer *text, int64_t seconds)
{
  char written[sizeof "9999-12-31 23:59:59 UTC"];
  struct tm parts;
  time_t moment = (time_t)seconds;
  if (gmtime_r(&moment, &parts) != NULL &&
      strftime(written, sizeof written, "%Y-%m-%d %H:%M:%S UTC", &parts) > 0)
    buffer_add(text, span_of(written));
}

static void add_times(struct buffer *text, const struct manifest *manifest)
{
  buffer_add(text, SPAN("Voting        from "));
  add_time(text, manifest->opens);
  buffer_add(text, SPAN(" to "));
  if (manifest->has_closes)
    add_time(text, manifest->closes);
  else
    buffer_add(text, SPAN("when the organiser closes it"));
  buffer_add_byte(text, '\n');
}

static void add_people(struct buffer *text, const struct manifest *manifest)
{
  buffer_format(text,
                "Signing       organiser: 1, registrars: %zu, scrutineers: %zu, mediators: %zu",
                manifest->registrars.count, manifest->scrutineers.count, manifest->mediators.count);
  buffer_format(text, ", who draw lots: %zu, witnesses: %zu, of whom must see: %u\n",
                manifest->drawer_count, manifest->witness_count, manifest->witness_quorum);
  buffer_add(text, SPAN("Custody       "));
  if (manifest->custody_count == 0)
    buffer_add(text, SPAN("each keeps their own key"));
  for (size_t i = 0; i < manifest->custody_count; i++)
    buffer_format(text, "%s%.*s", i == 0 ? "the service holds the keys of: " : ", ",
                  SPAN_PRINT(manifest->custody[i]));
  buffer_add_byte(text, '\n');
}

/* What the organiser should read once more before others sign on to it. */
static void add_summary(struct buffer *text, const struct manifest *manifest)
{
  const struct election *election = &manifest->election;
  char id[DIGEST_TEXT];
  digest_write(&manifest->id, id);
  buffer_format(text, "Election      %s\nTitle         %.*s\nBudget        ", id,
                SPAN_PRINT(election->title));
  add_amount(text, election, election->budget);
  buffer_format(text, "\nProjects      %zu%s\n", election->project_count,
                manifest->projects_attached ? ", in an attachment" : "");
  buffer_format(text, "Ballots       %s, %s\n", ballot_kind_name(election->ballot.kind),
                manifest->revote ? "the last one of a voter counts" : "one for each voter");
  buffer_format(text, "Rule          %s%s\n", manifest->settings.rule->name,
                manifest->draws ? ", ties drawn by lot" : "");
  add_times(text, manifest);
  buffer_format(text, "Board         %.*s\nCards         %.*s, at most %u replaced\n",
                SPAN_PRINT(manifest->board_key.name), SPAN_PRINT(manifest->credentials_origin),
                manifest->max_replacements);
  add_people(text, manifest);
  buffer_format(text, "Paper         %s\n", manifest->paper ? "yes" : "no");
  if (manifest->quorum > 0)
    buffer_format(text, "Quorum        %" PRId64 " ballots\n", manifest->quorum);
}

/* --- the command --- */

static enum status check(struct job *job, struct span payload, struct manifest *manifest,
                         struct fault *fault)
{
  struct span projects;
  const char *path = job_option(job, ROW_PROJECTS);
  enum status status = manifest_read(payload, &job->arena, manifest, fault);
  if (status != STATUS_OK)
    return status;
  if (manifest->projects_attached != (path != NULL))
    return fault_set(fault, STATUS_REFUSED, "--projects",
                     "--projects for a draft that names an attachment alone",
                     path == NULL ? "the projects are in an attachment"
                                  : "the projects are in the draft");
  if (path == NULL)
    return STATUS_OK;
  status = file_read(path, ATTACHMENT_MAX, &job->arena, &projects, fault);
  if (status == STATUS_OK)
    status = manifest_attach(manifest, projects, &job->arena, fault);
  return status;
}

static enum status make(struct job *job, struct fault *fault)
{
  struct officers officers = {.count = 0};
  struct span payload, line;
  struct manifest manifest;
  json_t *draft = NULL;
  enum status status = drafting_read(job->words[0], &job->arena, &draft, fault);
  if (status == STATUS_OK)
    status = canonical_text(draft, &job->arena, &payload, fault);
  if (status == STATUS_OK)
    status = check(job, payload, &manifest, fault);
  if (status == STATUS_OK)
    status = officers_open(job, ROW_KEY, ROW_PASSPHRASE, &officers, fault);
  if (status == STATUS_OK)
    status = drafting_sign("manifest", payload, &officers, &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  if (status == STATUS_OK)
    add_summary(&job->answer, &manifest);
  officers_close(&officers);
  json_decref(draft);
  return status;
}

enum verdict manifest_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "manifest",
      .words = "DRAFT.json",
      .about = "Checks the draft of a manifest, the definition of an election, signs it with the "
               "organiser's key, and says in words what it defines, the election's id first.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_KEY) | TASK_ROW(ROW_OUT),
      .least = 1,
      .most = 1,
      .run = make,
  };
  return task_run(&task, count, arguments);
}
