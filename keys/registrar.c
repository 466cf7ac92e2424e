/* The command `registrar`, and what its commands share. */
#include "keys/registrar.h"

#include <sodium.h>
#include <string.h>

#include "ballots/draft.h"
#include "ballots/entry.h"
#include "console/program.h"
#include "keys/command.h"
#include "keys/drafting.h"
#include "keys/file.h"

/* --- cards --- */

enum status registrar_make_card(struct span origin, struct new_card *card, struct fault *fault)
{
  uint8_t random[CODE_RANDOM_BYTES];
  randombytes_buf(random, sizeof random);
  code_make(random, &card->code);
  sodium_memzero(random, sizeof random);
  return credential_derive(&card->code, origin, &card->credential, fault);
}

enum status registrar_open_cards(struct job *job, const char *path, const char *passphrase_path,
                                 struct cards *cards, struct passphrase *passphrase,
                                 struct fault *fault)
{
  struct span file;
  struct passphrase typed;
  struct fault inner;
  enum status status = file_read(path, REGISTRAR_CARDS_MAX, &job->arena, &file, fault);
  if (status == STATUS_OK)
    status =
        passphrase_read(passphrase_path, "Passphrase of the card file: ", false, &typed, fault);
  if (status != STATUS_OK)
    return status;
  status = cards_read(file, passphrase_span(&typed), &job->arena, cards, &inner);
  if (status != STATUS_OK)
    fault_set(fault, status, path, inner.expected, "%s: %s", inner.where, inner.what);
  if (status == STATUS_OK && passphrase != NULL)
    *passphrase = typed;
  else
    passphrase_free(&typed);
  return status;
}

/* --- the electorate --- */

enum status registrar_read_binding(struct job *job, const char *election, const char *eligibility,
                                   struct electorate_draft *draft, struct fault *fault)
{
  enum status status =
      drafting_named("--election", election, ENTRY_MANIFEST, &job->arena, &draft->election, fault);
  draft->has_eligibility = eligibility != NULL;
  if (status == STATUS_OK && eligibility != NULL)
    status = drafting_digest("--eligibility", eligibility, &draft->eligibility, fault);
  return status;
}

enum status registrar_sign_electorate(struct job *job, const struct electorate_draft *draft,
                                      const struct officers *officers, struct span *line,
                                      struct fault *fault)
{
  const struct entry entry = {
      .kind = ENTRY_ELECTORATE,
      .binding = {.value = draft->election},
      .body.electorate = {.credentials = draft->keys.length / PUBLIC_KEY_BYTES,
                          .has_eligibility = draft->has_eligibility,
                          .eligibility = draft->eligibility,
                          .keys = {.digest = digest_of(draft->keys), .length = draft->keys.length},
                          .registrar = officers->keys[0]->public_key,
                          .roll = draft->roll},
  };
  return drafting_sign_entry(&entry, officers, &job->arena, line, fault);
}

/* --- registrar electorate --- */

enum row {
  ROW_CARDS,
  ROW_CARDS_PASSPHRASE,
  ROW_ELECTION,
  ROW_ELIGIBILITY,
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_OUT,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_CARDS] = {"cards", "FILE", NULL, "the card file, cards.enc"},
    [ROW_CARDS_PASSPHRASE] = {"cards-passphrase-file", "FILE", NULL,
                              "take its passphrase from the file's one line; else it is typed"},
    [ROW_ELECTION] = {"election", "HEX|ENTRY", NULL,
                      "the election's id, or the file of its manifest's entry"},
    [ROW_ELIGIBILITY] = {"eligibility", "HEX", NULL,
                         "the SHA-256 of the published rules of eligibility"},
    [ROW_KEY] = {"key", "FILE", NULL, "the registrar's key"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take its passphrase from the file's one line; else it is typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
};

static enum status sign_electorate(struct job *job, struct fault *fault)
{
  struct officers officers = {.count = 0};
  struct electorate_draft draft;
  struct cards cards;
  struct span line;
  enum status status = registrar_read_binding(job, job_option(job, ROW_ELECTION),
                                              job_option(job, ROW_ELIGIBILITY), &draft, fault);
  if (status == STATUS_OK)
    status = file_read(job->words[0], ATTACHMENT_MAX, &job->arena, &draft.keys, fault);
  if (status == STATUS_OK)
    status = registrar_open_cards(job, job_option(job, ROW_CARDS),
                                  job_option(job, ROW_CARDS_PASSPHRASE), &cards, NULL, fault);
  if (status == STATUS_OK)
    status = officers_open(job, ROW_KEY, ROW_PASSPHRASE, &officers, fault);
  if (status != STATUS_OK)
    return status;
  draft.roll = cards.roll;
  status = registrar_sign_electorate(job, &draft, &officers, &line, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  officers_close(&officers);
  return status;
}

enum verdict registrar_electorate_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "registrar electorate",
      .words = "ELECTORATE.bin",
      .about = "Signs the entry that admits the credentials of 'registrar codes' to an election. "
               "One card serves all elections of its scope: each has such an entry.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_CARDS) | TASK_ROW(ROW_ELECTION) | TASK_ROW(ROW_KEY),
      .least = 1,
      .most = 1,
      .run = sign_electorate,
  };
  return task_run(&task, count, arguments);
}

/* --- all of them --- */

enum verdict registrar_run(int count, char **arguments)
{
  static const struct command commands[] = {
      {"codes", "make a voting card for each person of a list", registrar_codes_run},
      {"electorate", "admit those cards to an election", registrar_electorate_run},
      {"lost", "strike a lost card and make another", registrar_lost_run},
      {"paper", "strike the card of a person who votes on paper", registrar_paper_run},
      {"turnout", "count by group who has voted", registrar_turnout_run},
  };
  static const struct program part = {
      .name = "beffroi-keys registrar",
      .purpose = "Makes voting cards, and keeps who holds which.",
      .commands = commands,
      .command_count = sizeof commands / sizeof *commands,
      .exit_codes = KEYS_EXIT_CODES,
  };
  return program_run_part(&part, count, arguments);
}
