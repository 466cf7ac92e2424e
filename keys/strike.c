/* The commands `registrar lost` and `registrar paper`: a card is struck from the electorate. */
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "ballots/entry.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/guard.h"
#include "keys/registrar.h"
#include "keys/slips.h"

enum row {
  ROW_CARDS,
  ROW_CARDS_PASSPHRASE,
  ROW_OPEN,
  ROW_KEY,
  ROW_PASSPHRASE,
  ROW_OUT,
  ROW_ADDRESS,
  ROW_SLIP,
  ROW_MEMORY,
  ROW_LOST_COUNT,
  ROW_PAPER_COUNT = ROW_ADDRESS
};

static const struct option_row rows[ROW_LOST_COUNT] = {
    [ROW_CARDS] = {"cards", "FILE", NULL, "the card file, cards.enc"},
    [ROW_CARDS_PASSPHRASE] = {"cards-passphrase-file", "FILE", NULL,
                              "take its passphrase from the file's one line; else it is typed"},
    [ROW_OPEN] = {"open", "HEX|ENTRY", NULL,
                  "the board's open entry: its leaf hash, or the file that holds it"},
    [ROW_KEY] = {"key", "FILE", NULL, "given twice: the registrar's key, then a scrutineer's"},
    [ROW_PASSPHRASE] = {"passphrase-file", "FILE", NULL,
                        "take the passphrase of the first key from the file's one line, and so on "
                        "for each; else they are typed"},
    [ROW_OUT] = {"out", "FILE", NULL, "write the entry to this new file"},
    [ROW_ADDRESS] = {"address", "URL", NULL,
                     "the voting page, with a '#' at its end: https://vote.example.fr/#; without "
                     "it the slip has no QR code"},
    [ROW_SLIP] = {"slip", "FILE.html", NULL, "write the slip of the new card to this new file"},
    [ROW_MEMORY] = {"kdf-memory", "MIB", NULL,
                    "what each guess of the card file's passphrase costs from now on: 8 to 1024 "
                    "MiB of memory; 256 unless told"},
};

struct strike {
  struct job *job;
  struct digest open;
  struct cards cards;
  const struct card_row *row;
  struct officers officers;
  struct passphrase passphrase; /* of the card file */
};

static void strike_end(struct strike *strike)
{
  officers_close(&strike->officers);
  passphrase_free(&strike->passphrase);
}

static enum status strike_begin(struct strike *strike, struct job *job, struct fault *fault)
{
  *strike = (struct strike){.job = job};
  enum status status = drafting_named("--open", job_option(job, ROW_OPEN), ENTRY_OPEN, &job->arena,
                                      &strike->open, fault);
  if (status == STATUS_OK && job->options[ROW_KEY].count != 2)
    status = fault_set(fault, STATUS_REFUSED, "--key", "the registrar's key, then a scrutineer's",
                       "two keys are needed");
  if (status == STATUS_OK)
    status =
        registrar_open_cards(job, job_option(job, ROW_CARDS), job_option(job, ROW_CARDS_PASSPHRASE),
                             &strike->cards, &strike->passphrase, fault);
  if (status != STATUS_OK)
    return status;
  strike->row = cards_find(&strike->cards, span_of(job->words[0]));
  if (strike->row == NULL)
    status = fault_set(fault, STATUS_REFUSED, job->words[0], "an id of the list, or a card number",
                       "no card is known by it");
  if (status == STATUS_OK)
    status = officers_open(job, ROW_KEY, ROW_PASSPHRASE, &strike->officers, fault);
  return status;
}

static enum status sign(struct strike *strike, const struct public_key *replacement,
                        struct span *line, struct fault *fault)
{
  struct entry entry = {
      .kind = ENTRY_REVOCATION,
      .binding = {.after_open = true, .value = strike->open},
      .body.revocation = {.credential = strike->row->key,
                          .reason = replacement != NULL ? REVOCATION_LOST : REVOCATION_PAPER,
                          .registrar = strike->officers.keys[0]->public_key,
                          .scrutineer = strike->officers.keys[1]->public_key},
  };
  if (replacement != NULL)
    entry.body.revocation.replacement = *replacement;
  return drafting_sign_entry(&entry, &strike->officers, &strike->job->arena, line, fault);
}

/* --- paper --- */

static enum status strike_for_paper(struct job *job, struct fault *fault)
{
  struct strike strike;
  struct span line;
  enum status status = strike_begin(&strike, job, fault);
  if (status == STATUS_OK)
    status = sign(&strike, NULL, &line, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), line, fault);
  strike_end(&strike);
  return status;
}

enum verdict registrar_paper_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "registrar paper",
      .words = "ID|CARD",
      .about = "Makes the entry that strikes the card of a person who votes on paper instead. A "
               "board takes it only while the card has cast nothing.",
      .rows = rows,
      .row_count = ROW_PAPER_COUNT,
      .several = TASK_ROW(ROW_KEY) | TASK_ROW(ROW_PASSPHRASE),
      .needed = TASK_ROW(ROW_CARDS) | TASK_ROW(ROW_OPEN) | TASK_ROW(ROW_KEY),
      .least = 1,
      .most = 1,
      .run = strike_for_paper,
  };
  return task_run(&task, count, arguments);
}

/* --- lost --- */

/* The card file with a row more: the new card of the same person. */
static enum status write_cards(struct strike *strike, const struct public_key *key, int64_t memory,
                               struct buffer *file, struct fault *fault)
{
  struct sealed_cost cost = sealed_cost_default();
  struct cards *cards = &strike->cards;
  struct card_row *rows_now = arena_grow(&strike->job->arena, cards->rows, cards->count,
                                         cards->count + 1, sizeof *rows_now);
  if (rows_now == NULL)
    return fault_no_memory(fault);
  rows_now[cards->count] =
      (struct card_row){.id = strike->row->id, .group = strike->row->group, .key = *key};
  cards->rows = rows_now;
  cards->count++;
  cost.memory = memory << 20;
  return cards_write(cards, passphrase_span(&strike->passphrase), &cost, file, fault);
}

static enum status put_slip(struct strike *strike, const struct new_card *card, struct fault *fault)
{
  struct slips slips;
  char number[CARD_NUMBER_TEXT];
  const struct person person = {
      .id = strike->row->id, .name = SPAN(""), .group = strike->row->group};
  card_number(&card->credential.key.public_key, number);
  enum status status =
      slips_begin(&slips, job_option(strike->job, ROW_SLIP), job_option(strike->job, ROW_ADDRESS),
                  strike->cards.origin, fault);
  if (status != STATUS_OK)
    return status;
  status = slips_add(&slips, &person, &card->code, number, fault);
  if (status == STATUS_OK)
    return slips_end(&slips, fault);
  slips_abandon(&slips);
  return status;
}

/* What the card file is now and will be, and the entry. */
struct replacing {
  struct span cards_before;
  struct buffer cards;
  struct span line;
};

static enum status draft(struct strike *strike, const struct new_card *card, int64_t memory,
                         struct replacing *replacing, struct fault *fault)
{
  const struct public_key *key = &card->credential.key.public_key;
  enum status status = sign(strike, key, &replacing->line, fault);
  if (status == STATUS_OK)
    status = file_read(job_option(strike->job, ROW_CARDS), REGISTRAR_CARDS_MAX, &strike->job->arena,
                       &replacing->cards_before, fault);
  if (status == STATUS_OK)
    status = write_cards(strike, key, memory, &replacing->cards, fault);
  return status;
}

/* The slip first: a card that is admitted but was never printed would be lost at once. The entry
 * last, for it is what has an effect. All of them or none. */
static enum status put(struct strike *strike, const struct new_card *card,
                       const struct replacing *replacing, struct fault *fault)
{
  struct job *job = strike->job;
  const char *cards = job_option(job, ROW_CARDS);
  struct fault ignored;
  bool replaced = false;
  enum status status = put_slip(strike, card, fault);
  if (status != STATUS_OK)
    return status;
  status = file_replace(cards, buffer_span(&replacing->cards), &replaced, fault);
  if (status == STATUS_OK)
    status = drafting_put(job, job_option(job, ROW_OUT), replacing->line, fault);
  if (status == STATUS_OK)
    return STATUS_OK;
  /* If not even that is possible, the file has a card more, which no board will admit. */
  if (replaced)
    (void)!file_replace(cards, replacing->cards_before, &replaced, &ignored);
  unlink(job_option(job, ROW_SLIP));
  return status;
}

static enum status replace(struct strike *strike, struct new_card *card, int64_t memory,
                           struct fault *fault)
{
  struct replacing replacing = {.line = SPAN("")};
  enum status status = registrar_make_card(strike->cards.origin, card, fault);
  if (status == STATUS_OK)
    status = draft(strike, card, memory, &replacing, fault);
  if (status == STATUS_OK)
    status = put(strike, card, &replacing, fault);
  buffer_free(&replacing.cards);
  return status;
}

static enum status strike_lost(struct job *job, struct fault *fault)
{
  struct strike strike = {.job = job};
  int64_t memory;
  enum status status =
      job_number(job, rows, ROW_MEMORY, 8, 1024, SEALED_MEMORY_DEFAULT >> 20, &memory, fault);
  if (status == STATUS_OK)
    status = slips_check_address(job_option(job, ROW_ADDRESS), fault);
  if (status == STATUS_OK)
    status = strike_begin(&strike, job, fault);
  if (status == STATUS_OK) {
    struct new_card *card = guard_take(sizeof *card);
    status = card == NULL ? fault_no_memory(fault) : replace(&strike, card, memory, fault);
    sodium_free(card);
  }
  strike_end(&strike);
  return status;
}

enum verdict registrar_lost_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "registrar lost",
      .words = "ID|CARD",
      .about =
          "Makes the entry that strikes a lost card, and a new card in its place. A board takes "
          "it only while the lost card has cast nothing, and only as often as the manifest "
          "allows. The new card is added to the card file.",
      .rows = rows,
      .row_count = ROW_LOST_COUNT,
      .several = TASK_ROW(ROW_KEY) | TASK_ROW(ROW_PASSPHRASE),
      .needed = TASK_ROW(ROW_CARDS) | TASK_ROW(ROW_OPEN) | TASK_ROW(ROW_KEY) | TASK_ROW(ROW_SLIP),
      .least = 1,
      .most = 1,
      .run = strike_lost,
  };
  return task_run(&task, count, arguments);
}
