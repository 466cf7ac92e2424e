#include "audit/counted.h"

#include "audit/comparison.h"
#include "audit/counted_board.h"
#include "audit/election_file.h"
#include "audit/progress.h"
#include "ballots/digest.h"
#include "ballots/draw.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "console/console.h"
#include "console/source.h"
#include "engine/pabulib.h"
#include "engine/rule.h"

/* All that one count holds, so that it can be given back in one place. */
struct work {
  const struct counted_command *command;
  struct request request;
  struct arena arena;
  struct source source;
  struct pabulib file;
  struct settings settings;
  const uint32_t *draw;
  struct outcome outcome;
  struct comparison comparison;
  struct buffer written; /* the outcome's canonical bytes */
  struct buffer page;
};

static enum status read(struct work *work, struct fault *fault)
{
  const struct pabulib_options options = {.refuse_invalid = work->request.refuse_invalid};
  return election_file_read(work->request.path, work->request.warnings, &options, &work->arena,
                            &work->source, &work->file, fault);
}

static enum status count(struct work *work, struct fault *fault)
{
  const struct pabulib *file = &work->file;
  struct progress_line line;

  enum status status = request_settings(&work->request, file, &work->arena, &work->settings, fault);
  if (status == STATUS_OK && work->request.seeded)
    status = draw_lots(&file->election, work->request.seed, &work->arena, &work->draw, fault);
  const struct tally tally = {.election = &file->election,
                              .profile = &file->profile,
                              .settings = &work->settings,
                              .draw = work->draw,
                              .progress = &line.progress};
  progress_begin(&line);
  if (status == STATUS_OK)
    status = rule_count_ballots(&tally, &work->arena, &work->outcome, fault);
  progress_end(&line);
  if (status == STATUS_OK && work->request.check_published)
    status = comparison_make(file, &work->outcome, &work->arena, &work->comparison, fault);
  return status;
}

static enum status write_outcome(struct work *work, struct fault *fault)
{
  struct buffer definition = {0};
  char election[DIGEST_TEXT];
  election_write(&work->file.election, &definition);
  struct digest digest = digest_of(buffer_span(&definition));
  digest_write(&digest, election);
  outcome_write(&work->outcome, &work->file.election, &work->settings, span_of(election),
                &work->written);
  bool failed = definition.failed || work->written.failed;
  buffer_free(&definition);
  return failed ? fault_no_memory(fault) : STATUS_OK;
}

static enum status tell(struct work *work, struct fault *fault)
{
  struct finding finding = {
      .request = &work->request,
      .election = &work->file.election,
      .profile = &work->file.profile,
      .settings = &work->settings,
      .draw = work->draw,
      .outcome = &work->outcome,
      .comparison = work->request.check_published ? &work->comparison : NULL,
  };
  enum status status = write_outcome(work, fault);
  if (status != STATUS_OK)
    return status;
  finding.result = digest_of(buffer_span(&work->written));
  status = work->request.json
               ? work->command->add_json(&finding, buffer_span(&work->written), &work->arena,
                                         &work->page, fault)
               : work->command->add(&finding, console_width(), &work->arena, &work->page, fault);
  return status == STATUS_OK ? source_unchanged(&work->source, fault) : status;
}

static enum verdict run_file(struct work *work)
{
  struct fault fault;
  if (read(work, &fault) != STATUS_OK || count(work, &fault) != STATUS_OK ||
      tell(work, &fault) != STATUS_OK)
    return console_complain(election_file_name(work->request.path), &fault);

  enum verdict verdict = work->request.check_published && !comparison_agrees(&work->comparison)
                             ? VERDICT_DOES_NOT_HOLD
                             : VERDICT_HOLDS;
  return work->request.json ? console_write(&work->page, verdict)
                            : console_show(&work->page, verdict);
}

enum verdict counted_run(const struct counted_command *command, int argument_count,
                         char **arguments)
{
  struct work work = {.command = command};
  struct fault fault;
  enum verdict verdict;

  if (request_read(&command->form, argument_count, arguments, &work.arena, &work.request, &fault) !=
      STATUS_OK) {
    verdict = console_complain(NULL, &fault);
  } else if (work.request.help) {
    request_add_help(&command->form, &work.page);
    verdict = console_show(&work.page, VERDICT_HOLDS);
  } else if (counted_board_is(work.request.path)) {
    verdict = counted_board(command, &work.request);
  } else {
    verdict = run_file(&work);
  }
  source_close(&work.source);
  buffer_free(&work.written);
  buffer_free(&work.page);
  arena_free(&work.arena);
  return verdict;
}
