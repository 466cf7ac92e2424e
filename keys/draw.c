/* The commands `draw new` and `draw reveal`: one person's share of the lots. */
#include <sodium.h>
#include <string.h>

#include "console/program.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/guard.h"
#include "keys/passphrase.h"

enum {
  SECRET_BYTES = 32,
  FILE_MAX = 4096
};

static const char purpose[] = "draw-secret";

/* --- new --- */

enum new_row {
  NEW_PASSPHRASE,
  NEW_MEMORY,
  NEW_COUNT
};

static const struct option_row new_rows[NEW_COUNT] = {
    [NEW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase from the file's one line; else it is typed"},
    [NEW_MEMORY] = {"kdf-memory", "MIB", NULL,
                    "what each guess of the passphrase costs: 8 to 1024 MiB of memory; 256 unless "
                    "told"},
};

static enum status make(struct job *job, struct span passphrase, const struct sealed_cost *cost,
                        uint8_t *secret, struct fault *fault)
{
  char commitment[DIGEST_TEXT];
  struct buffer file = {0};
  randombytes_buf(secret, SECRET_BYTES);
  struct span bytes = {(const char *)secret, SECRET_BYTES};
  struct digest digest = digest_of(bytes);
  digest_write(&digest, commitment);
  enum status status =
      sealed_write(purpose, span_of(commitment), bytes, passphrase, cost, &file, fault);
  if (status == STATUS_OK)
    status = file_make(job->words[0], buffer_span(&file), fault);
  buffer_free(&file);
  buffer_format(&job->answer, "%s\n", commitment);
  return status;
}

static enum status draw_new(struct job *job, struct fault *fault)
{
  struct passphrase passphrase;
  struct sealed_cost cost = sealed_cost_default();
  int64_t memory;
  enum status status =
      job_number(job, new_rows, NEW_MEMORY, 8, 1024, cost.memory >> 20, &memory, fault);
  if (status == STATUS_OK)
    status = passphrase_read(job_option(job, NEW_PASSPHRASE),
                             "Passphrase for the new secret: ", true, &passphrase, fault);
  if (status != STATUS_OK)
    return status;
  cost.memory = memory << 20;
  uint8_t *secret = guard_take(SECRET_BYTES);
  status = secret == NULL ? fault_no_memory(fault)
                          : make(job, passphrase_span(&passphrase), &cost, secret, fault);
  sodium_free(secret);
  passphrase_free(&passphrase);
  return status;
}

static enum verdict draw_new_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "draw new",
      .words = "FILE",
      .about = "Makes a secret for drawing lots: kept in FILE, encrypted under a passphrase. "
               "Prints the commitment to it, for the manifest's `draw`.",
      .rows = new_rows,
      .row_count = NEW_COUNT,
      .least = 1,
      .most = 1,
      .run = draw_new,
  };
  return task_run(&task, count, arguments);
}

/* --- reveal --- */

enum reveal_row {
  REVEAL_OPEN,
  REVEAL_SECRET_PASSPHRASE,
  REVEAL_KEY,
  REVEAL_PASSPHRASE,
  REVEAL_OUT,
  REVEAL_COUNT
};

static const struct option_row reveal_rows[REVEAL_COUNT] = {
    [REVEAL_OPEN] = {"open", "HEX|ENTRY", NULL,
                     "the board's open entry: its leaf hash, or the file that holds it"},
    [REVEAL_SECRET_PASSPHRASE] = {"secret-passphrase-file", "FILE", NULL,
                                  "take the passphrase of the secret from the file's one line; "
                                  "else it is typed"},
    [REVEAL_KEY] = {"key", "FILE", NULL, "the key of the person who draws"},
    [REVEAL_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                           "take the passphrase of the key from the file's one line; else it is "
                           "typed"},
    [REVEAL_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
};

static enum status open_secret(struct job *job, uint8_t secret[SECRET_BYTES], struct fault *fault)
{
  struct span file;
  struct sealed sealed;
  struct passphrase passphrase;
  enum status status = file_read(job->words[0], FILE_MAX, &job->arena, &file, fault);
  if (status == STATUS_OK)
    status = passphrase_read(job_option(job, REVEAL_SECRET_PASSPHRASE),
                             "Passphrase of the secret: ", false, &passphrase, fault);
  if (status != STATUS_OK)
    return status;
  status = sealed_read(file, purpose, passphrase_span(&passphrase), &sealed, fault);
  passphrase_free(&passphrase);
  if (status != STATUS_OK)
    return status;
  if (sealed.length == SECRET_BYTES)
    memcpy(secret, sealed.secret, SECRET_BYTES);
  else
    status = fault_set(fault, STATUS_REFUSED, job->words[0], "a secret of 32 bytes",
                       "it holds something else");
  sealed_free(&sealed);
  return status;
}

static enum status reveal(struct job *job, struct fault *fault)
{
  struct officers officers = {.count = 0};
  struct span line;
  struct entry entry = {.kind = ENTRY_DRAW, .binding = {.after_open = true}};
  enum status status = drafting_named("--open", job_option(job, REVEAL_OPEN), ENTRY_OPEN,
                                      &job->arena, &entry.binding.value, fault);
  if (status == STATUS_OK)
    status = open_secret(job, entry.body.draw.secret, fault);
  if (status == STATUS_OK)
    status = officers_open(job, REVEAL_KEY, REVEAL_PASSPHRASE, &officers, fault);
  if (status == STATUS_OK) {
    entry.body.draw.drawer = officers.keys[0]->public_key;
    status = drafting_sign_entry(&entry, &officers, &job->arena, &line, fault);
  }
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, REVEAL_OUT), line, fault);
  officers_close(&officers);
  return status;
}

static enum verdict draw_reveal_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "draw reveal",
      .words = "FILE",
      .about = "Makes the entry that reveals a secret of 'draw new', once the vote is closed.",
      .rows = reveal_rows,
      .row_count = REVEAL_COUNT,
      .needed = TASK_ROW(REVEAL_OPEN) | TASK_ROW(REVEAL_KEY),
      .least = 1,
      .most = 1,
      .run = reveal,
  };
  return task_run(&task, count, arguments);
}

enum verdict draw_run(int count, char **arguments)
{
  static const struct command commands[] = {
      {"new", "make a secret and print the commitment to it", draw_new_run},
      {"reveal", "make the entry that reveals it", draw_reveal_run},
  };
  static const struct program part = {
      .name = "beffroi-keys draw",
      .purpose = "One person's share of the lots that break ties.",
      .commands = commands,
      .command_count = sizeof commands / sizeof *commands,
      .exit_codes = KEYS_EXIT_CODES,
  };
  return program_run_part(&part, count, arguments);
}
