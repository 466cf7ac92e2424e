/* The command `check-receipt`: does this entry stand on a board, as its receipt says? */
#include <stdlib.h>

#include "audit/command.h"
#include "audit/members.h"
#include "audit/page.h"
#include "audit/start.h"
#include "ballots/code.h"
#include "ballots/envelope.h"
#include "ballots/receipt.h"
#include "base/canonical.h"
#include "console/console.h"
#include "console/options.h"
#include "console/source.h"

enum {
  WITNESSES_MAX = 32,
};

enum row {
  ROW_VKEY,
  ROW_WITNESS,
  ROW_QUORUM,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_VKEY] = {"vkey", "VKEY", NULL, "the board's key, as the manifest and posters name it"},
    [ROW_WITNESS] = {"witness", "VKEY", NULL,
                     "the key of a witness who counts; may be given up to 32 times"},
    [ROW_QUORUM] = {"quorum", "N", NULL,
                    "how many of these witnesses must have cosigned; else all of them"},
    [ROW_JSON] = {"json", NULL, NULL, "print what was found as canonical JSON"},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the answer; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

/* What is asked, and what was found. */
struct work {
  const char *receipt_path, *entry_path;
  struct note_key board;
  struct note_key witnesses[WITNESSES_MAX];
  struct receipt_trust trust;
  bool board_named, quorum_given, json, help;
  enum language language;

  struct arena arena;
  struct source receipt_file, entry_file;
  struct span entry; /* without its line break */
  struct span kind;  /* empty when the entry is no envelope */
  struct digest leaf;
  struct receipt receipt;
  bool receipt_known; /* it could be read */
  bool holds;
  enum receipt_standing standing; /* once it holds */
  size_t cosigned;
  struct fault fault; /* why it does not hold */
  struct buffer page;
};

/* --- what is asked --- */

static enum status read_key(const char *option, const char *value, enum note_key_type type,
                            struct note_key *key, struct fault *fault)
{
  struct fault inner;
  enum status status = note_key_read(span_of(value), key, &inner);
  if (status != STATUS_OK)
    return fault_set(fault, status, option, inner.expected, "%s", inner.what);
  if (key->type != type)
    return fault_set(fault, STATUS_REFUSED, option,
                     type == NOTE_KEY_SIGNER ? "the key of a board (type 1)"
                                             : "the key of a witness (type 4)",
                     "'%s' is a key of another type", value);
  return STATUS_OK;
}

static enum status read_quorum(const char *value, struct work *work, struct fault *fault)
{
  int64_t quorum;
  if (!span_to_integer(span_of(value), &quorum) || quorum < 0 || quorum > WITNESSES_MAX)
    return fault_set(fault, STATUS_REFUSED, "--quorum", "a whole number from 0 to 32",
                     "'%s' is no number of witnesses", value);
  work->trust.quorum = (size_t)quorum;
  work->quorum_given = true;
  return STATUS_OK;
}

static enum status read_witness(const char *value, struct work *work, struct fault *fault)
{
  if (work->trust.witness_count == WITNESSES_MAX)
    return fault_set(fault, STATUS_REFUSED, "--witness", "at most 32 witnesses",
                     "'%s' is one too many", value);
  return read_key("--witness", value, NOTE_KEY_COSIGNER,
                  &work->witnesses[work->trust.witness_count++], fault);
}

static enum status read_option(struct work *work, enum row row, const char *value,
                               struct fault *fault)
{
  switch (row) {
  case ROW_VKEY:
    work->board_named = true;
    return read_key("--vkey", value, NOTE_KEY_SIGNER, &work->board, fault);
  case ROW_WITNESS:
    return read_witness(value, work, fault);
  case ROW_QUORUM:
    return read_quorum(value, work, fault);
  case ROW_LANG:
    return language_read(value, &work->language, fault);
  case ROW_JSON:
    work->json = true;
    return STATUS_OK;
  case ROW_HELP:
  case ROW_COUNT:
    break;
  }
  work->help = true;
  return STATUS_OK;
}

static enum status finish_request(const struct options *options, struct work *work,
                                  struct fault *fault)
{
  char **rest;
  int count = options_rest(options, &rest);
  if (count != 2)
    return fault_set(fault, STATUS_REFUSED, "check-receipt", "check-receipt RECEIPT ENTRY",
                     count < 2 ? "a receipt and its entry are to be named"
                               : "more than a receipt and its entry are named");
  work->receipt_path = rest[0];
  work->entry_path = rest[1];
  if (!work->board_named)
    return fault_set(fault, STATUS_REFUSED, "--vkey", "the board's key",
                     "it is not said whose receipt this is");
  work->trust.board = &work->board;
  work->trust.witnesses = work->witnesses;
  if (!work->quorum_given)
    work->trust.quorum = work->trust.witness_count;
  if (work->trust.quorum > work->trust.witness_count)
    return fault_set(fault, STATUS_REFUSED, "--quorum", "at most as many as --witness names",
                     "%zu witnesses are wanted, and %zu named", work->trust.quorum,
                     work->trust.witness_count);
  return STATUS_OK;
}

static enum status read_request(int count, char **arguments, struct work *work, struct fault *fault)
{
  struct options options;
  enum status status;
  const char *value;
  int row = 0;

  work->language = language_of_environment();
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(work, (enum row)row, value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !work->help);
  if (status != STATUS_OK || work->help)
    return status;
  return finish_request(&options, work, fault);
}

/* --- what is found --- */

/* What is no envelope may still stand in the tree. */
static enum status read_entry(struct work *work, struct fault *fault)
{
  struct envelope envelope;
  struct span entry = work->entry_file.text;
  if (entry.length > 0 && entry.bytes[entry.length - 1] == '\n')
    entry.length--;
  work->entry = entry;
  work->leaf = merkle_leaf(entry);
  work->kind = SPAN("");
  enum status status = envelope_read(entry, &work->arena, &envelope, fault);
  if (status == STATUS_OK)
    work->kind = envelope.kind;
  return status == STATUS_REFUSED ? STATUS_OK : status;
}

/* STATUS_REFUSED: it does not hold. */
static enum status check(struct work *work)
{
  enum status status = receipt_read(work->receipt_file.text, &work->receipt, &work->fault);
  if (status != STATUS_OK)
    return status;
  work->receipt_known = true;
  if (work->entry.length == 0 || work->entry.length > ENVELOPE_MAX)
    return fault_set(&work->fault, STATUS_REFUSED, NULL, "1 to 65,535 bytes",
                     "the entry has %zu bytes", work->entry.length);
  status = receipt_check(&work->receipt, work->entry, &work->trust, &work->standing, &work->fault);
  if (status == STATUS_OK)
    status = checkpoint_count_witnesses(&work->receipt.checkpoint, work->witnesses,
                                        work->trust.witness_count, &work->cosigned, &work->fault);
  work->holds = status == STATUS_OK;
  return status;
}

static bool is_final(const struct work *work)
{
  return work->holds && work->standing == RECEIPT_FINAL;
}

/* --- what is told --- */

static void short_code(const struct work *work, char text[CODE_SHORT + 1])
{
  code_write_bits(work->leaf.bytes, CODE_SHORT, text);
}

static void add_index(struct page *page, const struct work *work)
{
  struct buffer index = {0}, size = {0};
  words_add_number(&index, (int64_t)work->receipt.index);
  words_add_number(&size, (int64_t)work->receipt.checkpoint.head.size);
  struct span values[] = {buffer_span(&index), buffer_span(&size)};
  page_line_sentence(page, BOARD_WORD_ENTRY, BOARD_WORD_ENTRY_OF, values, 2);
  page->text->failed = page->text->failed || index.failed || size.failed;
  buffer_free(&index);
  buffer_free(&size);
}

static void add_witnesses(struct page *page, const struct work *work)
{
  struct buffer cosigned = {0}, wanted = {0};
  words_add_number(&cosigned, (int64_t)work->cosigned);
  words_add_number(&wanted, (int64_t)work->trust.quorum);
  struct span values[] = {buffer_span(&cosigned), buffer_span(&wanted)};
  page_line_sentence(page, BOARD_WORD_WITNESSES,
                     work->trust.quorum == 0 ? BOARD_WORD_WITNESSES_NONE : BOARD_WORD_WITNESSES_OF,
                     values, 2);
  page->text->failed = page->text->failed || cosigned.failed || wanted.failed;
  buffer_free(&cosigned);
  buffer_free(&wanted);
}

static void add_facts(struct page *page, const struct work *work)
{
  char text[DIGEST_TEXT], code[CODE_SHORT + 1];
  if (work->receipt_known) {
    page_line(page, BOARD_WORD_BOARD, work->receipt.checkpoint.origin);
    add_index(page, work);
  }
  if (work->kind.length > 0)
    page_line(page, BOARD_WORD_KIND, work->kind);
  short_code(work, code);
  page_line(page, BOARD_WORD_SHORT_CODE, span_of(code));
  digest_write(&work->leaf, text);
  page_line(page, BOARD_WORD_LEAF, span_of(text));
  if (work->receipt_known) {
    digest_write(&work->receipt.checkpoint.head.root, text);
    page_line(page, BOARD_WORD_TREE, span_of(text));
  }
  if (work->holds)
    add_witnesses(page, work);
}

static void add_page(struct work *work)
{
  static const enum board_word labels[] = {
      BOARD_WORD_BOARD,      BOARD_WORD_ENTRY, BOARD_WORD_KIND,
      BOARD_WORD_SHORT_CODE, BOARD_WORD_LEAF,  BOARD_WORD_TREE,
      BOARD_WORD_WITNESSES,  BOARD_WORD_WHY,   BOARD_WORD_EXPECTED};
  struct page page;
  page_begin(&page, &work->page, work->language, console_width(), labels,
             sizeof labels / sizeof *labels);
  page_sentence(&page,
                is_final(work) ? BOARD_WORD_RECEIPT_HOLDS
                : work->holds  ? BOARD_WORD_RECEIPT_PROVISIONAL
                               : BOARD_WORD_RECEIPT_FAILS,
                NULL, 0);
  page_space(&page);
  if (!work->holds)
    page_fault(&page, &work->fault);
  add_facts(&page, work);
  if (!work->holds)
    return;
  page_space(&page);
  page_sentence(&page, BOARD_WORD_RECEIPT_KEEP, NULL, 0);
  page_sentence(&page, BOARD_WORD_RECEIPT_VALID, NULL, 0);
  if (work->trust.quorum == 0)
    page_sentence(&page, BOARD_WORD_RECEIPT_ALONE, NULL, 0);
}

static void write_entry(struct canonical_writer *writer, const struct work *work)
{
  char code[CODE_SHORT + 1];
  short_code(work, code);
  canonical_member(writer, "entry");
  canonical_object(writer);
  if (work->kind.length > 0)
    canonical_member_string(writer, "kind", work->kind);
  members_digest(writer, "leaf", &work->leaf);
  canonical_member_string(writer, "short_code", span_of(code));
  canonical_end(writer);
}

static void add_json(struct work *work)
{
  struct canonical_writer writer;
  const struct merkle_head *head = &work->receipt.checkpoint.head;
  canonical_begin(&writer, &work->page);
  canonical_object(&writer);
  write_entry(&writer, work);
  if (!work->holds) {
    canonical_member(&writer, "fault");
    canonical_object(&writer);
    members_fault(&writer, &work->fault);
    canonical_end(&writer);
  }
  canonical_member_string(&writer, "format", SPAN("beffroi-receipt-check/1"));
  canonical_member_boolean(&writer, "holds", is_final(work));
  if (work->receipt_known) {
    members_number(&writer, "index", work->receipt.index);
    canonical_member_string(&writer, "origin", work->receipt.checkpoint.origin);
  }
  if (work->holds)
    canonical_member_boolean(&writer, "provisional", !is_final(work));
  if (work->receipt_known) {
    members_digest(&writer, "root", &head->root);
    members_number(&writer, "size", head->size);
  }
  if (work->holds) {
    canonical_member(&writer, "witnesses");
    canonical_object(&writer);
    canonical_member_integer(&writer, "cosigned", (int64_t)work->cosigned);
    canonical_member_integer(&writer, "quorum", (int64_t)work->trust.quorum);
    canonical_end(&writer);
  }
  canonical_end(&writer);
  buffer_add_byte(&work->page, '\n');
}

static void add_help(struct buffer *text)
{
  buffer_add(text,
             SPAN("Usage: beffroi-audit check-receipt RECEIPT ENTRY --vkey VKEY [OPTION]...\n"
                  "\n"
                  "Says whether an entry stands on a board, as its receipt (a C2SP tlog-proof "
                  "file) proves.\n"
                  "ENTRY is the file of the ballot that was cast: one line, byte for byte.\n"
                  "\n"
                  "Options:\n"));
  options_add_help(text, rows, ROW_COUNT);
  buffer_add(text, SPAN("\n"
                        "Exit codes: 0 it holds; 1 it does not, or is provisional: fewer witnesses "
                        "than wanted;\n"
                        "2 bad usage or a file that is not there; 3 could not finish.\n"));
}

static enum verdict answer(struct work *work)
{
  struct fault fault;
  if (source_open(work->receipt_path, &work->receipt_file, &fault) != STATUS_OK)
    return console_complain(work->receipt_path, &fault);
  if (source_open(work->entry_path, &work->entry_file, &fault) != STATUS_OK)
    return console_complain(work->entry_path, &fault);
  if (read_entry(work, &fault) != STATUS_OK)
    return console_complain(NULL, &fault);
  enum status status = check(work);
  if (status != STATUS_OK && status != STATUS_REFUSED)
    return console_complain(NULL, &work->fault);

  if (work->json)
    add_json(work);
  else
    add_page(work);
  enum verdict verdict = is_final(work) ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD;
  return work->json ? console_write(&work->page, verdict) : console_show(&work->page, verdict);
}

enum verdict check_receipt_run(int count, char **arguments)
{
  struct work *work = calloc(1, sizeof *work);
  struct fault fault;
  enum verdict verdict;

  if (work == NULL) {
    fault_no_memory(&fault);
    return console_complain(NULL, &fault);
  }
  if (start_signatures(&fault) != STATUS_OK ||
      read_request(count, arguments, work, &fault) != STATUS_OK) {
    verdict = console_complain(NULL, &fault);
  } else if (work->help) {
    add_help(&work->page);
    verdict = console_show(&work->page, VERDICT_HOLDS);
  } else {
    verdict = answer(work);
  }
  source_close(&work->entry_file);
  source_close(&work->receipt_file);
  buffer_free(&work->page);
  arena_free(&work->arena);
  free(work);
  return verdict;
}
