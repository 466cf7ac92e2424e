#include "audit/counted_board.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "audit/progress.h"
#include "audit/start.h"
#include "audit/verification.h"
#include "net/address.h"

static const struct span ending = SPAN_INIT(".jsonl");

bool counted_board_is(const char *path)
{
  struct stat facts;
  struct span name = span_of(path);
  if (address_is(path))
    return true;
  if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
    return true;
  if (name.length < ending.length)
    return false;
  struct span tail = {.bytes = name.bytes + name.length - ending.length, .length = ending.length};
  return span_equal(tail, ending);
}

/* --- options --- */

static enum status refuse_options(const struct request *request, struct fault *fault)
{
  const struct {
    bool given;
    const char *option;
  } refused[] = {
      {request->origin == REQUEST_RULE_ASKED, "--rule"},
      {request->origin == REQUEST_RULE_PUBLISHED, "--preset"},
      {request->setting_count > 0,
       request->setting_count > 0 ? request->settings[0].option : "--set"},
      {request->seeded, "--seed"},
      {request->check_published, "--check-published"},
      {request->refuse_invalid, "--refuse-invalid"},
      {request->warnings, "--warnings"},
  };
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    if (refused[i].given)
      return fault_set(fault, STATUS_REFUSED, refused[i].option, "--json, --lang or nothing",
                       "a board is counted as its manifest says");
  }
  return STATUS_OK;
}

/* --- counting --- */

static enum verdict tell(const struct counted_command *command, const struct request *request,
                         const struct verification *verification, struct arena *arena,
                         struct buffer *page)
{
  const struct manifest *manifest = verification->board.head.manifest;
  struct request said = *request;
  struct fault fault;
  const uint32_t *draw;
  said.origin = REQUEST_RULE_ASKED;
  if (board_draw(&verification->board, arena, &draw, &fault) != STATUS_OK)
    return console_complain(request->path, &fault);
  const struct finding finding = {
      .request = &said,
      .election = &manifest->election,
      .profile = &verification->profile,
      .settings = &manifest->settings,
      .draw = draw,
      .outcome = &verification->outcome,
      .result = digest_of(buffer_span(&verification->written)),
  };
  enum status status =
      request->json
          ? command->add_json(&finding, buffer_span(&verification->written), arena, page, &fault)
          : command->add(&finding, console_width(), arena, page, &fault);
  if (status != STATUS_OK)
    return console_complain(request->path, &fault);
  return request->json ? console_write(page, VERDICT_HOLDS) : console_show(page, VERDICT_HOLDS);
}

static enum verdict count(const struct counted_command *command, const struct request *request,
                          struct verification *verification, struct arena *arena,
                          struct buffer *page)
{
  struct progress_line line;
  struct fault fault;
  progress_begin(&line);
  enum status status = place_verify(request->path, &request->place, verification_cores(),
                                    &line.progress, arena, verification, &fault);
  progress_end(&line);
  if (status != STATUS_OK)
    return console_complain(request->path, &fault);
  if (verification->problem.kind != PROBLEM_NONE)
    return problem_complain(request->path, &verification->problem);
  if (!verification->counted)
    return console_complain(request->path, &verification->uncounted);
  return tell(command, request, verification, arena, page);
}

enum verdict counted_board(const struct counted_command *command, const struct request *request)
{
  struct arena arena = {0};
  struct buffer page = {0};
  struct fault fault;
  if (refuse_options(request, &fault) != STATUS_OK || start_signatures(&fault) != STATUS_OK)
    return console_complain(NULL, &fault);

  struct verification *verification = calloc(1, sizeof *verification);
  if (verification == NULL) {
    fault_no_memory(&fault);
    return console_complain(request->path, &fault);
  }
  enum verdict verdict = count(command, request, verification, &arena, &page);
  verification_free(verification);
  free(verification);
  buffer_free(&page);
  arena_free(&arena);
  return verdict;
}
