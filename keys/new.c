/* The commands `new` and `public`: an officer's key pair. */
#include <string.h>

#include "ballots/note.h"
#include "base/base64.h"
#include "keys/command.h"
#include "keys/file.h"
#include "keys/officer.h"
#include "keys/passphrase.h"
#include "keys/task.h"

enum {
  FILE_MAX = 4096,
  KEY_TEXT = (PUBLIC_KEY_BYTES + 2) / 3 * 4
};

static const char *const roles[] = {"organiser", "registrar", "scrutineer", "mediator",
                                    "drawer",    "witness",   "board"};

static enum status check_role(const char *role, struct fault *fault)
{
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
    if (strcmp(roles[i], role) == 0)
      return STATUS_OK;
  }
  return fault_set(fault, STATUS_REFUSED, "new",
                   "organiser, registrar, scrutineer, mediator, drawer, witness or board",
                   "no role is called '%s'", role);
}

/* The key as base64 and, where it has a name, as a verifier key. */
static enum status tell(struct job *job, const struct public_key *key, const char *origin,
                        bool witness, struct fault *fault)
{
  char text[KEY_TEXT];
  struct note_key named;
  if (origin != NULL) {
    enum status status = note_key_make(
        span_of(origin), witness ? NOTE_KEY_COSIGNER : NOTE_KEY_SIGNER, key, &named, fault);
    if (status != STATUS_OK)
      return status;
  }
  base64_write(key->bytes, PUBLIC_KEY_BYTES, text);
  buffer_add(&job->answer, (struct span){text, sizeof text});
  buffer_add_byte(&job->answer, '\n');
  if (origin != NULL) {
    note_key_write(&named, &job->answer);
    buffer_add_byte(&job->answer, '\n');
  }
  return STATUS_OK;
}

/* --- new --- */

enum new_row {
  NEW_ORIGIN,
  NEW_PASSPHRASE,
  NEW_MEMORY,
  NEW_COUNT
};

static const struct option_row new_rows[NEW_COUNT] = {
    [NEW_ORIGIN] = {"origin", "NAME", NULL,
                    "the board's origin, or the witness's name: prints the verifier key too"},
    [NEW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase from the file's one line; else it is typed"},
    [NEW_MEMORY] = {"kdf-memory", "MIB", NULL,
                    "what each guess of the passphrase costs: 8 to 1024 MiB of memory; 256 unless "
                    "told"},
};

static enum status make(struct job *job, struct span passphrase, struct fault *fault)
{
  struct sealed_cost cost = sealed_cost_default();
  struct public_key key;
  struct buffer file = {0};
  int64_t memory;
  const char *role = job->words[0];
  bool named = strcmp(role, "board") == 0 || strcmp(role, "witness") == 0;
  enum status status =
      job_number(job, new_rows, NEW_MEMORY, 8, 1024, cost.memory >> 20, &memory, fault);
  cost.memory = memory << 20;
  if (status == STATUS_OK)
    status = officer_make(passphrase, &cost, &key, &file, fault);
  if (status == STATUS_OK)
    status = tell(job, &key, named ? job_option(job, NEW_ORIGIN) : NULL,
                  strcmp(role, "witness") == 0, fault);
  if (status == STATUS_OK)
    status = file_make(job->words[1], buffer_span(&file), fault);
  buffer_free(&file);
  return status;
}

static enum status new_key(struct job *job, struct fault *fault)
{
  struct passphrase passphrase;
  enum status status = check_role(job->words[0], fault);
  bool named = status == STATUS_OK &&
               (strcmp(job->words[0], "board") == 0 || strcmp(job->words[0], "witness") == 0);
  if (status == STATUS_OK && named != (job_option(job, NEW_ORIGIN) != NULL))
    status = fault_set(fault, STATUS_REFUSED, "--origin", "--origin for a board or witness alone",
                       named ? "the key needs a name" : "this key has no name");
  if (status == STATUS_OK)
    status = passphrase_read(job_option(job, NEW_PASSPHRASE), "Passphrase for the new key: ", true,
                             &passphrase, fault);
  if (status != STATUS_OK)
    return status;
  status = make(job, passphrase_span(&passphrase), fault);
  passphrase_free(&passphrase);
  return status;
}

enum verdict new_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "new",
      .words = "ROLE FILE",
      .about = "Makes the key pair of an officer: the secret key in FILE, encrypted under a "
               "passphrase, and the public key on standard output. ROLE is organiser, registrar, "
               "scrutineer, mediator, drawer, witness or board.",
      .rows = new_rows,
      .row_count = NEW_COUNT,
      .least = 2,
      .most = 2,
      .run = new_key,
  };
  return task_run(&task, count, arguments);
}

/* --- public --- */

enum public_row {
  PUBLIC_ORIGIN,
  PUBLIC_WITNESS,
  PUBLIC_COUNT
};

static const struct option_row public_rows[PUBLIC_COUNT] = {
    [PUBLIC_ORIGIN] = {"origin", "NAME", NULL, "print the verifier key of this name too"},
    [PUBLIC_WITNESS] = {"witness", NULL, NULL, "as one that cosigns, not one of a board"},
};

static enum status show_public(struct job *job, struct fault *fault)
{
  struct span file;
  struct public_key key;
  enum status status = file_read(job->words[0], FILE_MAX, &job->arena, &file, fault);
  if (status == STATUS_OK)
    status = officer_read_public(file, &key, fault);
  if (status == STATUS_OK)
    status = tell(job, &key, job_option(job, PUBLIC_ORIGIN), job->options[PUBLIC_WITNESS].count > 0,
                  fault);
  return status;
}

enum verdict public_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "public",
      .words = "FILE",
      .about = "Prints the public key that a key file names. It takes no passphrase, so an altered "
               "file is not noticed.",
      .rows = public_rows,
      .row_count = PUBLIC_COUNT,
      .least = 1,
      .most = 1,
      .run = show_public,
  };
  return task_run(&task, count, arguments);
}
