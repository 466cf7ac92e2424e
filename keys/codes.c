/* The command `registrar codes`: a card for each person of a list. */
#include <sodium.h>
#include <unistd.h>

#include "ballots/electorate.h"
#include "base/hex.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/guard.h"
#include "keys/passphrase.h"
#include "keys/registrar.h"
#include "keys/roll.h"
#include "keys/sheet.h"
#include "keys/slips.h"

enum row {
  ROW_ORIGIN,
  ROW_ADDRESS,
  ROW_OUT,
  ROW_CARDS_PASSPHRASE,
  ROW_MEMORY,
  ROW_ELECTION,
  ROW_ELIGIBILITY,
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_COUNT
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_ORIGIN] = {"origin", "HOST/CAMPAIGN/SCOPE", NULL,
                    "credentials.origin of the manifests to come: fixed for ever once slips are "
                    "printed"},
    [ROW_ADDRESS] = {"address", "URL", NULL,
                     "the voting page, with a '#' at its end: https://vote.example.fr/#; without "
                     "it slips have no QR code"},
    [ROW_OUT] = {"out", "DIR", NULL, "the new folder for what is made"},
    [ROW_CARDS_PASSPHRASE] = {"cards-passphrase-file", "FILE", NULL,
                              "take the passphrase of the card file from the file's one line; else "
                              "it is typed"},
    [ROW_MEMORY] = {"kdf-memory", "MIB", NULL,
                    "what each guess of that passphrase costs: 8 to 1024 MiB of memory; 256 unless "
                    "told"},
    [ROW_ELECTION] = {"election", "HEX|ENTRY", NULL,
                      "sign the entry for this election too, named by its id or by its manifest's "
                      "entry (or later: 'registrar electorate')"},
    [ROW_ELIGIBILITY] = {"eligibility", "HEX", NULL,
                         "the SHA-256 of the published rules of eligibility, for that entry"},
    [ROW_KEY] = {"key", "FILE", NULL, "the registrar's key, for that entry"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take its passphrase from the file's one line; else it is typed"},
};

static const char *const names[] = {"slips.html", "electorate.bin", "logins.csv", "cards.enc",
                                    "electorate.json"};

enum name {
  NAME_SLIPS,
  NAME_ELECTORATE,
  NAME_LOGINS,
  NAME_CARDS,
  NAME_ENTRY,
  NAME_COUNT
};

/* What is made of a list: of each person, at the place in the roll. */
struct issue {
  struct job *job;
  char *paths[NAME_COUNT]; /* made before there is anything to take away */
  struct roll roll;
  struct span origin;
  struct card_row *rows;
  struct digest *logins; /* SHA-256 of each login secret */
  uint64_t *numbers;     /* card numbers in use + 1, found by themselves; 0: free */
  size_t mask;
  struct cards cards;
  struct electorate_draft draft;
};

/* --- cards --- */

/* Whether no other card has this number, and takes it. */
static bool take_number(struct issue *issue, const struct public_key *key)
{
  struct digest digest = public_key_id(key);
  uint64_t number = 0;
  for (int i = 0; i < 5; i++)
    number = number << 8 | digest.bytes[i];
  for (size_t slot = (size_t)number & issue->mask;; slot = (slot + 1) & issue->mask) {
    if (issue->numbers[slot] == number + 1)
      return false;
    if (issue->numbers[slot] == 0) {
      issue->numbers[slot] = number + 1;
      return true;
    }
  }
}

static enum status make_card(struct issue *issue, size_t place, struct new_card *card,
                             struct slips *slips, struct fault *fault)
{
  const struct person *person = &issue->roll.people[place];
  char number[CARD_NUMBER_TEXT];
  do {
    enum status status = registrar_make_card(issue->origin, card, fault);
    if (status != STATUS_OK)
      return status;
  } while (!take_number(issue, &card->credential.key.public_key));
  issue->rows[place] = (struct card_row){
      .id = person->id, .group = person->group, .key = card->credential.key.public_key};
  issue->logins[place] =
      digest_of((struct span){(const char *)card->credential.login, LOGIN_BYTES});
  card_number(&card->credential.key.public_key, number);
  return slips_add(slips, person, &card->code, number, fault);
}

static enum status make_slips(struct issue *issue, struct fault *fault)
{
  struct slips slips;
  const size_t *places;
  struct new_card *card = guard_take(sizeof *card);
  enum status status = card == NULL ? fault_no_memory(fault)
                                    : roll_sort(&issue->roll, &issue->job->arena, &places, fault);
  if (status == STATUS_OK)
    status = slips_begin(&slips, issue->paths[NAME_SLIPS], job_option(issue->job, ROW_ADDRESS),
                         issue->origin, fault);
  if (status == STATUS_OK) {
    for (size_t i = 0; i < issue->roll.count && status == STATUS_OK; i++)
      status = make_card(issue, places[i], card, &slips, fault);
    if (status == STATUS_OK)
      status = slips_end(&slips, fault);
    else
      slips_abandon(&slips);
  }
  sodium_free(card);
  return status;
}

/* --- the other files --- */

/* Sorted, so that the order tells nothing of the roll. */
static enum status put_electorate(struct issue *issue, struct fault *fault)
{
  const size_t count = issue->roll.count;
  struct public_key *keys = ARENA_TAKE(&issue->job->arena, struct public_key, count);
  if (keys == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < count; i++)
    keys[i] = issue->rows[i].key;
  electorate_sort(keys, count);
  issue->draft.keys = (struct span){(const char *)keys, count * sizeof *keys};
  return file_make(issue->paths[NAME_ELECTORATE], issue->draft.keys, fault);
}

static enum status put_logins(struct issue *issue, struct fault *fault)
{
  struct buffer text = {0};
  for (size_t i = 0; i < issue->roll.count; i++) {
    char login[DIGEST_TEXT];
    digest_write(&issue->logins[i], login);
    sheet_add(&text, issue->roll.people[i].id);
    buffer_format(&text, ",%s\r\n", login);
  }
  enum status status = text.failed
                           ? fault_no_memory(fault)
                           : file_make(issue->paths[NAME_LOGINS], buffer_span(&text), fault);
  buffer_free(&text);
  return status;
}

static enum status put_cards(struct issue *issue, struct span passphrase, int64_t memory,
                             struct fault *fault)
{
  struct buffer file = {0};
  struct sealed_cost cost = sealed_cost_default();
  cost.memory = memory << 20;
  issue->cards.origin = issue->origin;
  issue->cards.count = issue->roll.count;
  issue->cards.rows = issue->rows;
  randombytes_buf(issue->cards.salt, sizeof issue->cards.salt);
  enum status status =
      roll_commit(&issue->roll, issue->cards.salt, &issue->job->arena, &issue->cards.roll, fault);
  if (status == STATUS_OK)
    status = cards_write(&issue->cards, passphrase, &cost, &file, fault);
  if (status == STATUS_OK)
    status = file_make(issue->paths[NAME_CARDS], buffer_span(&file), fault);
  buffer_free(&file);
  return status;
}

static enum status put_entry(struct issue *issue, const struct officers *officers,
                             struct fault *fault)
{
  struct span line;
  if (officers->count == 0)
    return STATUS_OK;
  issue->draft.roll = issue->cards.roll;
  enum status status = registrar_sign_electorate(issue->job, &issue->draft, officers, &line, fault);
  return status == STATUS_OK ? drafting_put(issue->job, issue->paths[NAME_ENTRY], line, fault)
                             : status;
}

/* --- the command --- */

static enum status begin(struct issue *issue, struct fault *fault)
{
  struct span table;
  struct fault inner;
  struct job *job = issue->job;
  issue->origin = span_of(job_option(job, ROW_ORIGIN));
  enum status status = credential_origin_check(issue->origin, fault);
  if (status == STATUS_OK)
    status = slips_check_address(job_option(job, ROW_ADDRESS), fault);
  if (status == STATUS_OK)
    status = file_read(job->words[0], ROLL_BYTES_MAX, &job->arena, &table, fault);
  if (status != STATUS_OK)
    return status;
  status = roll_read(table, &job->arena, &issue->roll, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, job->words[0], inner.expected, "%s: %s", inner.where,
                     inner.what);

  size_t size = 2;
  while (size < 2 * issue->roll.count)
    size *= 2;
  issue->mask = size - 1;
  issue->numbers = ARENA_TAKE(&job->arena, uint64_t, size);
  issue->rows = ARENA_TAKE(&job->arena, struct card_row, issue->roll.count);
  issue->logins = ARENA_TAKE(&job->arena, struct digest, issue->roll.count);
  if (issue->numbers == NULL || issue->rows == NULL || issue->logins == NULL)
    return fault_no_memory(fault);
  return STATUS_OK;
}

static enum status write_all(struct issue *issue, struct span passphrase, int64_t memory,
                             const struct officers *officers, struct fault *fault)
{
  const char *folder = job_option(issue->job, ROW_OUT);
  for (int i = 0; i < NAME_COUNT; i++) {
    issue->paths[i] = file_path(&issue->job->arena, folder, names[i]);
    if (issue->paths[i] == NULL)
      return fault_no_memory(fault);
  }
  enum status status = file_make_folder(folder, fault);
  if (status != STATUS_OK)
    return status;
  status = make_slips(issue, fault);
  if (status == STATUS_OK)
    status = put_electorate(issue, fault);
  if (status == STATUS_OK)
    status = put_logins(issue, fault);
  if (status == STATUS_OK)
    status = put_cards(issue, passphrase, memory, fault);
  if (status == STATUS_OK)
    status = put_entry(issue, officers, fault);
  if (status == STATUS_OK)
    return STATUS_OK;
  /* Half of them would be taken for all. */
  for (int i = 0; i < NAME_COUNT; i++)
    unlink(issue->paths[i]);
  rmdir(folder);
  return status;
}

static void tell(struct issue *issue)
{
  struct buffer *answer = &issue->job->answer;
  char text[DIGEST_TEXT];
  digest_write(&issue->cards.roll, text);
  buffer_format(answer, "Cards         %zu\nRoll          %s\n", issue->roll.count, text);
  struct digest keys = digest_of(issue->draft.keys);
  digest_write(&keys, text);
  buffer_format(answer, "Electorate    %s, %zu bytes\n", text, issue->draft.keys.length);
}

static enum status read_officer(struct job *job, struct electorate_draft *draft,
                                struct officers *officers, struct fault *fault)
{
  const char *election = job_option(job, ROW_ELECTION);
  if ((election != NULL) != (job->options[ROW_KEY].count > 0))
    return fault_set(fault, STATUS_REFUSED, "--election", "--election and --key, or neither",
                     "one of the two is missing");
  if (election == NULL)
    return STATUS_OK;
  enum status status =
      registrar_read_binding(job, election, job_option(job, ROW_ELIGIBILITY), draft, fault);
  return status == STATUS_OK ? officers_open(job, ROW_KEY, ROW_PASSPHRASE, officers, fault)
                             : status;
}

static enum status codes(struct job *job, struct fault *fault)
{
  struct issue issue = {.job = job};
  struct officers officers = {.count = 0};
  struct passphrase passphrase = {.bytes = NULL};
  int64_t memory;
  enum status status =
      job_number(job, rows, ROW_MEMORY, 8, 1024, SEALED_MEMORY_DEFAULT >> 20, &memory, fault);
  if (status == STATUS_OK)
    status = begin(&issue, fault);
  if (status == STATUS_OK)
    status = read_officer(job, &issue.draft, &officers, fault);
  if (status == STATUS_OK)
    status = passphrase_read(job_option(job, ROW_CARDS_PASSPHRASE),
                             "Passphrase for the card file: ", true, &passphrase, fault);
  if (status == STATUS_OK)
    status = write_all(&issue, passphrase_span(&passphrase), memory, &officers, fault);
  if (status == STATUS_OK)
    tell(&issue);
  passphrase_free(&passphrase);
  officers_close(&officers);
  return status;
}

enum verdict registrar_codes_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "registrar codes",
      .words = "LIST.csv",
      .about =
          "Makes a voting code for each person of a list and writes to a new folder: slips.html, "
          "the cards to print and hand out; electorate.bin, the credentials in an order that tells "
          "nothing of the list; logins.csv, by which the service lets people sign in; and "
          "cards.enc, who holds which card, encrypted, to be destroyed after the last appeal.\n"
          "LIST.csv has a first line that names its columns: id, and where there are any, name and "
          "group. Codes stand on the slips alone: delete slips.html once it is printed.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_ORIGIN) | TASK_ROW(ROW_OUT),
      .least = 1,
      .most = 1,
      .run = codes,
  };
  return task_run(&task, count, arguments);
}
