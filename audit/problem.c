#include "audit/problem.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const names[PROBLEM_KIND_COUNT] = {
    [PROBLEM_NONE] = "none",
    [PROBLEM_ENTRY] = "refused",
    [PROBLEM_ENTRY_MISSING] = "entry-missing",
    [PROBLEM_BODY_MISSING] = "body-missing",
    [PROBLEM_CHECKPOINT_MALFORMED] = "checkpoint-malformed",
    [PROBLEM_CHECKPOINT_UNSIGNED] = "checkpoint-unsigned",
    [PROBLEM_CHECKPOINT_DIFFERS] = "checkpoint-differs",
    [PROBLEM_WITNESSES_MISSING] = "witnesses-missing",
    [PROBLEM_TOO_EARLY] = "too-early",
    [PROBLEM_TILE_DIFFERS] = "tile-differs",
    [PROBLEM_OTHER_ELECTION] = "other-election",
};

const char *problem_name(const struct problem *problem)
{
  return problem->kind == PROBLEM_ENTRY ? refusal_name(problem->refusal) : names[problem->kind];
}

enum status problem_take(struct problem *problem, enum problem_kind kind, enum status status,
                         const struct fault *fault)
{
  if (status != STATUS_REFUSED)
    return status;
  problem->kind = kind;
  problem->fault = *fault;
  return STATUS_OK;
}

enum verdict problem_complain(const char *path, const struct problem *problem)
{
  struct fault fault;
  char where[32] = "";
  if (problem->indexed)
    (void)snprintf(where, sizeof where, "entry %" PRIu64, problem->index);
  fault_set(&fault, STATUS_REFUSED, where, problem->fault.expected, "%s: %s", problem_name(problem),
            problem->fault.what);
  console_warn(path, &fault);
  return VERDICT_DOES_NOT_HOLD;
}
