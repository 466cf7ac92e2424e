/* The commands `board append`, `board draft` and `board receipt`: a board in a folder. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ballots/board.h"
#include "ballots/draft.h"
#include "console/program.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/keeper.h"

enum {
  LINES_MAX = 1 << 30 /* bytes of a file of entries */
};

/* --- append --- */

enum append_row {
  APPEND_ATTACH,
  APPEND_KEY,
  APPEND_PASSPHRASE,
  APPEND_COUNT
};

static const struct option_row append_rows[APPEND_COUNT] = {
    [APPEND_ATTACH] = {"attach", "FILE", NULL,
                       "store this attachment first; may be given several times"},
    [APPEND_KEY] = {"key", "FILE", NULL,
                    "the board's key: sign a checkpoint; without it that of before stays"},
    [APPEND_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                           "take its passphrase from the file's one line; else it is typed"},
};

static enum status attach(struct job *job, struct keeper *keeper, struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = 0; i < job->options[APPEND_ATTACH].count && status == STATUS_OK; i++) {
    struct span bytes;
    status =
        file_read(job_option_at(job, APPEND_ATTACH, i), ATTACHMENT_MAX, &job->arena, &bytes, fault);
    if (status == STATUS_OK)
      status = keeper_attach(keeper, bytes, fault);
  }
  return status;
}

/* What a board does not admit is no fault of ours: it is told, and nothing is appended. */
static void tell_refusal(struct job *job, size_t line, enum refusal refusal,
                         const struct fault *inner)
{
  char where[FAULT_WHERE + 32];
  struct fault fault;
  snprintf(where, sizeof where, "line %zu%s%s", line, inner->where[0] == '\0' ? "" : ", ",
           inner->where);
  fault_set(&fault, STATUS_REFUSED, where, inner->expected, "%s: %s", refusal_name(refusal),
            inner->what);
  console_warn(job->words[1], &fault);
  job->verdict = VERDICT_DOES_NOT_HOLD;
}

static enum status append_lines(struct job *job, struct keeper *keeper, struct span text,
                                struct fault *fault)
{
  struct span line;
  bool more = true;
  for (size_t number = 1; span_split(&text, &more, '\n', &line); number++) {
    enum refusal refusal;
    struct fault inner;
    if (!more && line.length == 0)
      break;
    enum status status = keeper_append(keeper, line, &refusal, &inner);
    if (status == STATUS_REFUSED) {
      tell_refusal(job, number, refusal, &inner);
      return STATUS_OK;
    }
    if (status != STATUS_OK) {
      *fault = inner;
      return status;
    }
  }
  return STATUS_OK;
}

static void tell_entries(struct job *job, const struct keeper *keeper, size_t first)
{
  for (size_t i = first; i < keeper->board.head.size; i++) {
    char leaf[DIGEST_TEXT];
    digest_write(&keeper->board.entries[i].leaf, leaf);
    buffer_format(&job->answer, "%zu %s\n", i, leaf);
  }
}

static enum status append_to(struct job *job, struct keeper *keeper,
                             const struct officers *officers, struct fault *fault)
{
  struct span text;
  size_t first = keeper->stored;
  enum status status = attach(job, keeper, fault);
  if (status == STATUS_OK)
    status = file_read(job->words[1], LINES_MAX, &job->arena, &text, fault);
  if (status != STATUS_OK)
    return status;
  if (!keeper_ends_with(keeper, text, &first))
    status = append_lines(job, keeper, text, fault);
  if (status != STATUS_OK || job->verdict != VERDICT_HOLDS)
    return status;
  if (keeper->board.head.size == first)
    return fault_set(fault, STATUS_REFUSED, job->words[1], "one entry in each line",
                     "there is no entry in it");
  status = keeper_commit(keeper, officers->count > 0 ? officers->keys[0] : NULL, fault);
  if (status == STATUS_OK)
    tell_entries(job, keeper, first);
  return status;
}

static enum status append(struct job *job, struct fault *fault)
{
  struct officers officers = {.count = 0};
  struct keeper keeper = {.lock = -1};
  enum status status = officers_open(job, APPEND_KEY, APPEND_PASSPHRASE, &officers, fault);
  if (status == STATUS_OK)
    status = keeper_open(&keeper, job->words[0], &job->arena, fault);
  if (status == STATUS_OK)
    status = append_to(job, &keeper, &officers, fault);
  keeper_close(&keeper);
  officers_close(&officers);
  return status;
}

static enum verdict append_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "board append",
      .words = "DIR ENTRIES",
      .about =
          "Appends entries, one in each line of a file, to a board kept in a folder, which is "
          "made if it is not there: all of them, or none if the board does not admit one. "
          "Prints the index and the leaf hash of each. What the board ends with already is not "
          "appended again: a run that could not finish is repeated as it was.\n"
          "The folder holds the bodies of ballots: it is not to be published before the vote "
          "is closed.",
      .rows = append_rows,
      .row_count = APPEND_COUNT,
      .several = TASK_ROW(APPEND_ATTACH),
      .least = 2,
      .most = 2,
      .run = append,
  };
  return task_run(&task, count, arguments);
}

/* --- draft --- */

static enum status draft_open(struct keeper *keeper, struct entry *entry, struct fault *fault)
{
  const struct board_head *head = &keeper->board.head;
  if (head->manifest == NULL)
    return fault_set(fault, STATUS_REFUSED, keeper->folder, "a board that begins with a manifest",
                     "there is nothing to open");
  *entry = (struct entry){
      .kind = ENTRY_OPEN,
      .binding = {.value = head->manifest->id},
      .body.open = {.credentials = head->credentials,
                    .root = board_root(&keeper->board),
                    .size = head->size},
  };
  return STATUS_OK;
}

static enum status draft_close(struct keeper *keeper, struct entry *entry, struct fault *fault)
{
  if (keeper->board.head.phase != PHASE_OPEN)
    return fault_set(fault, STATUS_REFUSED, keeper->folder, "a board that is open",
                     "there is nothing to close");
  *entry = (struct entry){.kind = ENTRY_CLOSE,
                          .binding = {.after_open = true, .value = keeper->board.head.open}};
  board_draft_close(&keeper->board, &entry->body.close);
  return STATUS_OK;
}

static enum status draft_result(struct keeper *keeper, struct entry *entry, struct fault *fault)
{
  struct buffer outcome = {0};
  enum status status = board_outcome(&keeper->board, &outcome, fault);
  if (status == STATUS_OK)
    status = keeper_attach(keeper, buffer_span(&outcome), fault);
  *entry = (struct entry){
      .kind = ENTRY_RESULT,
      .binding = {.after_open = true, .value = keeper->board.head.open},
      .body.result = {.outcome = {.digest = digest_of(buffer_span(&outcome)),
                                  .length = outcome.length}},
  };
  buffer_free(&outcome);
  return status;
}

static enum status draft(struct job *job, struct fault *fault)
{
  static const struct {
    const char *kind;
    enum status (*draft)(struct keeper *keeper, struct entry *entry, struct fault *fault);
  } kinds[] = {{"open", draft_open}, {"close", draft_close}, {"result", draft_result}};
  struct keeper keeper = {.lock = -1};
  struct entry entry;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(job->words[0], kinds[i].kind) != 0)
      continue;
    enum status status = keeper_open(&keeper, job->words[1], &job->arena, fault);
    if (status == STATUS_OK)
      status = kinds[i].draft(&keeper, &entry, fault);
    if (status == STATUS_OK)
      status = draft_entry(&entry, &job->answer, fault);
    keeper_close(&keeper);
    buffer_add_byte(&job->answer, '\n');
    job->raw = true;
    return status;
  }
  return fault_set(fault, STATUS_REFUSED, "board draft", "open, close or result",
                   "'%s' is not drafted from a board", job->words[0]);
}

static enum verdict draft_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "board draft",
      .words = "KIND DIR",
      .about = "Prints the payload of the entry that a board would admit now, for 'sign': open, "
               "close or result. For a result the ballots are counted, and the outcome is stored "
               "with the board's attachments.",
      .least = 2,
      .most = 2,
      .run = draft,
  };
  return task_run(&task, count, arguments);
}

/* --- receipt --- */

static enum status receipt(struct job *job, struct fault *fault)
{
  struct keeper keeper = {.lock = -1};
  struct span line;
  enum status status = drafting_read_line(job->words[1], &job->arena, &line, fault);
  if (status == STATUS_OK)
    status = keeper_open(&keeper, job->words[0], &job->arena, fault);
  if (status == STATUS_OK) {
    const struct digest leaf = merkle_leaf(line);
    status = keeper_receipt(&keeper, &leaf, &job->answer, fault);
  }
  keeper_close(&keeper);
  job->raw = true;
  return status;
}

static enum verdict receipt_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "board receipt",
      .words = "DIR ENTRY",
      .about = "Prints the proof that an entry, such as a ballot, stands on a board, signed by the "
               "board's key. Whoever has it can tell when the entry is missing from the board that "
               "is published: 'beffroi-audit check-receipt'.",
      .least = 2,
      .most = 2,
      .run = receipt,
  };
  return task_run(&task, count, arguments);
}

enum verdict board_run(int count, char **arguments)
{
  static const struct command commands[] = {
      {"append", "append entries to a board kept in a folder", append_run},
      {"draft", "draft its open, close or result", draft_run},
      {"receipt", "prove that an entry stands on it", receipt_run},
  };
  static const struct program part = {
      .name = "beffroi-keys board",
      .purpose = "Keeps a board in a folder, without a service.",
      .commands = commands,
      .command_count = sizeof commands / sizeof *commands,
      .exit_codes = KEYS_EXIT_CODES,
  };
  return program_run_part(&part, count, arguments);
}
