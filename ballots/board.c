#include "ballots/board.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "ballots/difference.h"
#include "ballots/packed.h"
#include "base/buffer.h"

enum {
  ENTRIES_FIRST = 64
};

void board_begin(struct board *board, struct arena *arena,
                 const struct attachment_source *attachments)
{
  *board = (struct board){.arena = arena, .attachments = *attachments};
}

/* --- entries --- */

static struct lookup_rows leaf_rows(const struct board *board)
{
  return (struct lookup_rows){
      .bytes = board->entries,
      .stride = sizeof *board->entries,
      .count = (size_t)board->head.size,
  };
}

static enum status reserve_entry(struct board *board, struct fault *fault)
{
  struct lookup_rows rows = leaf_rows(board);
  enum status status = lookup_reserve(&board->leaves, &rows, 1, board->arena, fault);
  if (status != STATUS_OK || rows.count < board->entry_capacity)
    return status;
  size_t capacity = board->entry_capacity == 0 ? ENTRIES_FIRST : 2 * board->entry_capacity;
  struct board_entry *larger =
      arena_grow(board->arena, board->entries, rows.count, capacity, sizeof *larger);
  if (larger == NULL)
    return fault_no_memory(fault);
  board->entries = larger;
  board->entry_capacity = capacity;
  return STATUS_OK;
}

static void add_entry(struct board *board, enum entry_kind kind, const struct digest *leaf,
                      uint32_t credential)
{
  board->kinds[kind]++;
  board->entries[board->head.size++] =
      (struct board_entry){.leaf = *leaf, .credential = credential};
  struct lookup_rows rows = leaf_rows(board);
  lookup_add_last(&board->leaves, &rows);
  merkle_append(&board->tree, leaf);
}

static enum status refuse_repeated(const struct board *board, const struct digest *leaf,
                                   enum refusal *refusal, struct fault *fault)
{
  struct lookup_rows rows = leaf_rows(board);
  int64_t entry = lookup_find(&board->leaves, &rows, leaf->bytes);
  *refusal = entry < 0 ? REFUSAL_NONE : REFUSAL_REPEATED;
  if (entry < 0)
    return STATUS_OK;
  return fault_set(fault, STATUS_REFUSED, NULL, "a line that does not stand on the board yet",
                   "the same line is entry %" PRId64, entry);
}

struct digest board_root(const struct board *board)
{
  return merkle_root(&board->tree);
}

/* --- standing ballots --- */

static bool stands(const struct board *board, uint64_t entry)
{
  uint32_t credential = board->entries[entry].credential;
  return credential != 0 && board->electorate.rows[credential - 1].ballot == entry;
}

static struct digest standing_list(const struct board *board)
{
  struct digest digest;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (uint64_t entry = 0; entry < board->head.size; entry++) {
    uint8_t bytes[8];
    if (!stands(board, entry))
      continue;
    for (unsigned i = 0; i < sizeof bytes; i++)
      bytes[i] = (uint8_t)(entry >> (56 - 8 * i));
    crypto_hash_sha256_update(&state, bytes, sizeof bytes);
  }
  crypto_hash_sha256_final(&state, digest.bytes);
  return digest;
}

void board_draft_close(const struct board *board, struct entry_close *close)
{
  *close = (struct entry_close){
      .root = board_root(board),
      .size = board->head.size,
      .standing = board->head.standing,
      .indexes = standing_list(board),
  };
}

/* --- what an entry will change ---
 *
 * All that can fail is done first and kept here; then the change is made. */

struct change {
  struct board *board;
  const struct entry *entry;
  const struct choice *choice;
  int64_t credential; /* its row; -1 when there is none */
  struct span attachment;
  struct project_index projects;
  uint8_t (*secrets)[32];
  uint8_t *packed;
  struct paper_ballots paper;
  enum refusal *refusal;
  struct fault *fault;
};

/* What another module refuses is an attachment that is wrong. */
static enum status name_wrong(const struct change *change, enum status status)
{
  if (status == STATUS_REFUSED)
    *change->refusal = REFUSAL_ATTACHMENT_WRONG;
  return status;
}

static enum status prepare_manifest(struct change *change)
{
  struct board *board = change->board;
  struct manifest *manifest = change->entry->body.manifest;
  enum status status = STATUS_OK;
  if (manifest->projects_attached)
    status = name_wrong(change,
                        manifest_attach(manifest, change->attachment, board->arena, change->fault));
  if (status == STATUS_OK)
    status =
        project_index_make(&manifest->election, board->arena, &change->projects, change->fault);
  if (status != STATUS_OK)
    return status;
  change->secrets = arena_take(board->arena, manifest->drawer_count, sizeof *change->secrets);
  return change->secrets == NULL ? fault_no_memory(change->fault) : STATUS_OK;
}

static void apply_manifest(const struct change *change)
{
  struct board *board = change->board;
  board->head.manifest = change->entry->body.manifest;
  board->projects = change->projects;
  board->head.projects = &board->projects;
  board->secrets = change->secrets;
}

static enum status check_keys(const struct change *change)
{
  const struct key_checker *checker = change->board->key_checker;
  struct span keys = change->attachment;
  if (checker != NULL)
    return checker->check(checker->context, keys, change->fault);
  return electorate_check_keys(keys, 0, keys.length / PUBLIC_KEY_BYTES, change->fault);
}

static enum status prepare_electorate(struct change *change)
{
  struct board *board = change->board;
  struct electorate *electorate = &board->electorate;
  const struct manifest *manifest = board->head.manifest;
  struct span keys = change->attachment;
  enum status status = electorate_check_order(keys, manifest, change->refusal, change->fault);
  if (status == STATUS_OK)
    status = electorate_check_new(electorate, keys, change->refusal, change->fault);
  if (status == STATUS_OK)
    status = name_wrong(change, check_keys(change));
  if (status != STATUS_OK)
    return status;
  /* With room for the replacements, of which there are no more: a revocation then needs none. */
  size_t room = keys.length / PUBLIC_KEY_BYTES + manifest->max_replacements;
  return electorate_reserve(electorate, room, board->arena, change->fault);
}

static void apply_electorate(const struct change *change)
{
  struct board *board = change->board;
  struct span keys = change->attachment;
  for (size_t at = 0; at < keys.length; at += PUBLIC_KEY_BYTES)
    electorate_add(&board->electorate, (const uint8_t *)keys.bytes + at);
  board->head.credentials = board->electorate.count;
}

static void apply_open(const struct change *change)
{
  change->board->head.open = change->entry->leaf;
}

static enum status prepare_ballot(struct change *change)
{
  struct board *board = change->board;
  enum ballot_kind kind = board->head.manifest->election.ballot.kind;
  change->packed = ARENA_TAKE(board->arena, uint8_t, packed_size(change->choice, kind));
  if (change->packed == NULL)
    return fault_no_memory(change->fault);
  packed_write(change->choice, kind, change->packed);
  return STATUS_OK;
}

static void apply_ballot(const struct change *change)
{
  struct board *board = change->board;
  struct credential_row *row = &board->electorate.rows[change->credential];
  if (row->choice == NULL)
    board->head.standing++;
  row->choice = change->packed;
  row->ballot = (uint32_t)board->head.size;
}

static void apply_revocation(const struct change *change)
{
  struct board *board = change->board;
  const struct entry_revocation *revocation = &change->entry->body.revocation;
  board->electorate.rows[change->credential].struck = true;
  if (revocation->reason == REVOCATION_PAPER) {
    board->head.struck_for_paper++;
    return;
  }
  board->head.replacements++;
  electorate_add(&board->electorate, revocation->replacement.bytes);
  board->head.credentials = board->electorate.count;
}

static enum status prepare_paper(struct change *change)
{
  const struct entry_paper *paper = &change->entry->body.paper;
  if (!paper->has_ballots)
    return STATUS_OK;
  return name_wrong(change,
                    paper_read(change->attachment, paper->count, change->board->head.projects,
                               change->board->arena, &change->paper, change->fault));
}

static void apply_paper(const struct change *change)
{
  change->board->paper = change->paper;
  change->board->attendance = change->entry->body.paper.attendance;
  change->board->head.paper_given = true;
}

static void apply_draw(const struct change *change)
{
  struct board *board = change->board;
  const struct entry_draw *draw = &change->entry->body.draw;
  const struct manifest *manifest = board->head.manifest;
  for (size_t i = 0; i < manifest->drawer_count; i++) {
    if (memcmp(manifest->drawers[i].key.bytes, draw->drawer.bytes, PUBLIC_KEY_BYTES) != 0)
      continue;
    memcpy(board->secrets[i], draw->secret, sizeof draw->secret);
    board->head.drawn |= UINT32_C(1) << i;
  }
}

static enum status prepare_result(struct change *change)
{
  struct buffer outcome = {0};
  enum status status = board_outcome(change->board, &outcome, change->fault);
  if (status == STATUS_OK)
    status = difference_find("outcome", buffer_span(&outcome), change->attachment, change->fault);
  if (status == STATUS_REFUSED)
    *change->refusal = REFUSAL_OUTCOME_DIFFERS;
  buffer_free(&outcome);
  return status;
}

static const struct {
  enum status (*prepare)(struct change *change); /* NULL: nothing can fail */
  void (*apply)(const struct change *change);    /* NULL: nothing but its place in the tree */
} changes[] = {
    [ENTRY_MANIFEST] = {prepare_manifest, apply_manifest},
    [ENTRY_ELECTORATE] = {prepare_electorate, apply_electorate},
    [ENTRY_OPEN] = {NULL, apply_open},
    [ENTRY_BALLOT] = {prepare_ballot, apply_ballot},
    [ENTRY_REVOCATION] = {NULL, apply_revocation},
    [ENTRY_PAPER] = {prepare_paper, apply_paper},
    [ENTRY_DRAW] = {NULL, apply_draw},
    [ENTRY_RESULT] = {prepare_result, NULL},
    [ENTRY_NOTE] = {NULL, NULL},
};

/* --- appending --- */

/* The credential of a ballot or a revocation, and all that admission asks of it. */
static void gather_facts(struct change *change, struct credential_facts *facts)
{
  const struct board *board = change->board;
  const struct entry *entry = change->entry;
  *facts = (struct credential_facts){0};
  change->credential = -1;
  if (entry->kind == ENTRY_BALLOT)
    change->credential = electorate_find(&board->electorate, &entry->body.ballot.credential);
  if (entry->kind == ENTRY_REVOCATION) {
    const struct entry_revocation *revocation = &entry->body.revocation;
    change->credential = electorate_find(&board->electorate, &revocation->credential);
    facts->replacement_known = revocation->reason == REVOCATION_LOST &&
                               electorate_find(&board->electorate, &revocation->replacement) >= 0;
  }
  if (change->credential < 0)
    return;
  const struct credential_row *row = &board->electorate.rows[change->credential];
  facts->admitted = true;
  facts->struck = row->struck;
  facts->has_standing = row->choice != NULL;
  if (facts->has_standing)
    facts->standing = board->entries[row->ballot].leaf;
}

/* The head, with what is too dear to keep up to date for every entry. */
static struct board_head head_for(const struct board *board, enum entry_kind kind)
{
  struct board_head head = board->head;
  if (kind == ENTRY_OPEN || kind == ENTRY_CLOSE)
    head.root = board_root(board);
  if (kind == ENTRY_CLOSE)
    head.standing_list = standing_list(board);
  return head;
}

static enum status read_attachment(struct change *change)
{
  const struct attachment *attachment = admission_attachment(change->entry);
  const struct attachment_source *source = &change->board->attachments;
  if (attachment == NULL)
    return STATUS_OK;
  enum status status =
      source->read(source->context, attachment, &change->attachment, change->fault);
  if (status == STATUS_REFUSED)
    *change->refusal = REFUSAL_ATTACHMENT_MISSING;
  if (status != STATUS_OK)
    return status;
  return admission_check_attachment(attachment, change->attachment, change->refusal, change->fault);
}

static void apply(const struct change *change)
{
  struct board *board = change->board;
  enum entry_kind kind = change->entry->kind;
  if (changes[kind].apply != NULL)
    changes[kind].apply(change);
  uint32_t credential = kind == ENTRY_BALLOT ? (uint32_t)change->credential + 1 : 0;
  board->head.phase = phase_after(board->head.phase, kind);
  add_entry(board, kind, &change->entry->leaf, credential);
}

enum status board_append_judged(struct board *board, const struct entry *entry,
                                const struct choice *choice, enum refusal *refusal,
                                struct fault *fault)
{
  struct credential_facts facts;
  struct change change = {.board = board,
                          .entry = entry,
                          .choice = choice,
                          .attachment = SPAN(""),
                          .refusal = refusal,
                          .fault = fault};
  enum status status = refuse_repeated(board, &entry->leaf, refusal, fault);
  if (status != STATUS_OK)
    return status;
  struct board_head head = head_for(board, entry->kind);
  gather_facts(&change, &facts);
  status = admission_judge_on_board(&head, entry, &facts, refusal, fault);
  if (status == STATUS_OK)
    status = read_attachment(&change);
  if (status == STATUS_OK)
    status = reserve_entry(board, fault);
  if (status == STATUS_OK && changes[entry->kind].prepare != NULL)
    status = changes[entry->kind].prepare(&change);
  if (status == STATUS_OK)
    apply(&change);
  return status;
}

enum status board_append(struct board *board, struct span line, enum refusal *refusal,
                         struct fault *fault)
{
  struct digest leaf = merkle_leaf(line);
  enum status status = refuse_repeated(board, &leaf, refusal, fault);
  if (status != STATUS_OK)
    return status;

  /* Only the manifest is needed again: the first entry that is admitted. */
  struct arena scratch = {0};
  struct arena *arena = board->head.phase == PHASE_EMPTY ? board->arena : &scratch;
  struct entry entry = {0};
  struct choice choice = {0};
  status = entry_read(line, arena, &entry, fault);
  if (status == STATUS_REFUSED)
    *refusal = REFUSAL_MALFORMED;
  if (status == STATUS_OK)
    status = admission_judge_alone(board->head.manifest, board->head.projects, &entry, arena,
                                   &choice, refusal, fault);
  if (status == STATUS_OK)
    status = board_append_judged(board, &entry, &choice, refusal, fault);
  entry_release(&entry);
  arena_free(&scratch);
  return status;
}

enum status board_append_withheld(struct board *board, const struct digest *leaf,
                                  enum refusal *refusal, struct fault *fault)
{
  enum status status = refuse_repeated(board, leaf, refusal, fault);
  if (status != STATUS_OK)
    return status;
  if (board->head.phase != PHASE_OPEN) {
    *refusal = REFUSAL_NOT_NOW;
    return fault_set(fault, STATUS_REFUSED, "leaf", "a whole entry",
                     "only a ballot's body may be withheld, and ballots stand between opening and "
                     "close");
  }
  if (board->head.standing > 0) {
    *refusal = REFUSAL_WITHHELD;
    return fault_set(fault, STATUS_REFUSED, "leaf", "the bodies of all ballots or of none",
                     "a ballot has no body where earlier ones have theirs");
  }
  status = reserve_entry(board, fault);
  if (status != STATUS_OK)
    return status;
  board->head.partial = true;
  board->withheld++;
  add_entry(board, ENTRY_BALLOT, leaf, 0);
  return STATUS_OK;
}
