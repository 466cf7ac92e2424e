#include "api/voting/batch.h"

#include <string.h>

#include "ballots/checkpoint.h"
#include "ballots/receipt.h"
#include "ballots/tile.h"

static bool is_freeze(const struct batch *batch)
{
  return batch->items[0]->entry == NULL;
}

/* The kind of all entries of the batch. */
static enum entry_kind kind_of(const struct batch *batch)
{
  return is_freeze(batch) ? ENTRY_KIND_COUNT : batch->items[0]->entry->kind;
}

void batch_reset(struct batch *batch)
{
  arena_free(&batch->arena);
  buffer_free(&batch->note);
  batch->note = (struct buffer){0};
  batch->verdicts = NULL;
  batch->appended = 0;
  batch->conflicts = false;
  batch->counts = false;
}

/* --- step 1 --- */

static struct span span_of_digest(const struct digest *digest)
{
  return (struct span){.bytes = (const char *)digest->bytes, .length = DIGEST_BYTES};
}

static struct span span_of_key(const struct public_key *key)
{
  return (struct span){.bytes = (const char *)key->bytes, .length = PUBLIC_KEY_BYTES};
}

static struct db_value id_value(const struct batch *batch)
{
  return db_bytes(batch->election->id.bytes, DIGEST_BYTES);
}

void batch_lock(const struct batch *batch, const struct entry *entry, struct db_unit *unit)
{
  struct db_value id = id_value(batch);
  db_add(unit, QUERY_BEGIN, 0, NULL);
  if (entry != NULL && entry->kind == ENTRY_MANIFEST)
    db_add(unit, QUERY_ELECTION_REGISTER, 2,
           (const struct db_value[]){id, db_span(batch->election->manifest->board_key.name)});
  db_add(unit, QUERY_HEAD_LOCK, 1, &id);
}

enum status batch_take_head(struct batch *batch, struct db_result *const *results,
                            struct fault *fault)
{
  const struct db_result *lock = results[kind_of(batch) == ENTRY_MANIFEST ? 2 : 1];
  batch->before = batch->after = (struct board_state){0};
  batch->conflicts = db_rows(lock) == 0;
  return batch->conflicts ? STATUS_OK : board_state_read(lock, false, &batch->before, fault);
}

/* --- step 2 --- */

enum {
  FACTS_AT, /* where the results of step 2 stand */
  MORE_AT
};

static void ask_for_kind(const struct batch *batch, struct db_unit *unit)
{
  const struct entry *entry = batch->items[0]->entry;
  struct db_value id = id_value(batch);
  switch (kind_of(batch)) {
  case ENTRY_CLOSE:
    db_add(unit, QUERY_STANDING_LIST, 1, &id);
    break;
  case ENTRY_ELECTORATE:
    db_add(unit, QUERY_KEYS_KNOWN, 2,
           (const struct db_value[]){
               id, db_bytes(entry->body.electorate.keys.digest.bytes, DIGEST_BYTES)});
    break;
  case ENTRY_RESULT:
    db_add(unit, QUERY_RESULT, 2,
           (const struct db_value[]){id, db_bytes(entry->binding.value.bytes, DIGEST_BYTES)});
    break;
  case ENTRY_MANIFEST:
  case ENTRY_PAGES:
  case ENTRY_OPEN:
  case ENTRY_BALLOT:
  case ENTRY_REVOCATION:
  case ENTRY_PAPER:
  case ENTRY_DRAW:
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
    break;
  }
}

static enum status ask_for_ballots(struct batch *batch, struct db_unit *unit, struct fault *fault)
{
  struct span *leaves = ARENA_TAKE(&batch->arena, struct span, batch->count);
  struct span *credentials = ARENA_TAKE(&batch->arena, struct span, batch->count);
  struct span *replaced = ARENA_TAKE(&batch->arena, struct span, batch->count);
  if (leaves == NULL || credentials == NULL || replaced == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < batch->count; i++) {
    const struct entry *entry = batch->items[i]->entry;
    const struct entry_ballot *ballot = &entry->body.ballot;
    leaves[i] = span_of_digest(&entry->leaf);
    credentials[i] = span_of_key(&ballot->credential);
    replaced[i] = ballot->has_replaces ? span_of_digest(&ballot->replaces) : (struct span){0};
  }
  const struct board_head *board = &batch->before.board;
  db_add(unit, QUERY_BALLOT_FACTS, 5,
         (const struct db_value[]){
             id_value(batch), db_bytes_array(leaves, batch->count),
             db_bytes_array(credentials, batch->count), db_bytes_array(replaced, batch->count),
             db_boolean(board->replacements + board->struck_for_paper > 0)});
  return STATUS_OK;
}

static void ask_for_entry(const struct batch *batch, struct db_unit *unit)
{
  static const struct digest nothing;
  const struct entry *entry = batch->items[0]->entry;
  struct db_value credential = db_null(), replacement = db_null();
  if (kind_of(batch) == ENTRY_REVOCATION) {
    const struct entry_revocation *revocation = &entry->body.revocation;
    credential = db_bytes(revocation->credential.bytes, PUBLIC_KEY_BYTES);
    if (revocation->reason == REVOCATION_LOST)
      replacement = db_bytes(revocation->replacement.bytes, PUBLIC_KEY_BYTES);
  }
  const struct digest *leaf = is_freeze(batch) ? &nothing : &entry->leaf;
  db_add(unit, QUERY_ENTRY_FACTS, 4,
         (const struct db_value[]){id_value(batch), db_bytes(leaf->bytes, DIGEST_BYTES), credential,
                                   replacement});
  ask_for_kind(batch, unit);
}

enum status batch_ask(struct batch *batch, struct db_unit *unit, struct fault *fault)
{
  batch->verdicts = ARENA_TAKE(&batch->arena, struct verdict, batch->count);
  if (batch->verdicts == NULL)
    return fault_no_memory(fault);
  if (kind_of(batch) == ENTRY_BALLOT)
    return ask_for_ballots(batch, unit, fault);
  ask_for_entry(batch, unit);
  return STATUS_OK;
}

/* --- step 3 --- */

enum fact {
  FACT_CLOCK,
  FACT_SAME,
  FACT_ADMITTED,
  FACT_STRUCK,
  FACT_STANDING,
  FACT_REPLACEMENT_KNOWN
};

static struct credential_facts facts_of(const struct db_result *facts, size_t row)
{
  struct credential_facts found = {
      .admitted = db_get_boolean(facts, row, FACT_ADMITTED),
      .struck = db_get_boolean(facts, row, FACT_STRUCK),
      .has_standing = !db_is_null(facts, row, FACT_STANDING),
      .replacement_known = db_get_boolean(facts, row, FACT_REPLACEMENT_KNOWN),
  };
  if (found.has_standing)
    memcpy(found.standing.bytes, db_get_bytes(facts, row, FACT_STANDING).bytes, DIGEST_BYTES);
  return found;
}

/* An earlier ballot of this batch is the standing one by now. */
static void see_batch(const struct batch *batch, size_t item, struct credential_facts *facts)
{
  const struct entry *entry = batch->items[item]->entry;
  if (entry->kind != ENTRY_BALLOT)
    return;
  for (size_t i = item; i-- > 0;) {
    const struct entry *earlier = batch->items[i]->entry;
    if (batch->verdicts[i].end != SEQUENCER_APPENDED ||
        memcmp(earlier->body.ballot.credential.bytes, entry->body.ballot.credential.bytes,
               PUBLIC_KEY_BYTES) != 0)
      continue;
    facts->has_standing = true;
    facts->standing = earlier->leaf;
    return;
  }
}

static enum status refuse(struct verdict *verdict, enum refusal refusal, const char *where,
                          const char *expected, const char *what)
{
  verdict->refusal = refusal;
  return fault_set(&verdict->fault, STATUS_REFUSED, where, expected, "%s", what);
}

/* What the board cannot say, for it has no clock. */
static enum status judge_time(const struct batch *batch, const struct entry *entry,
                              struct verdict *verdict)
{
  const struct manifest *manifest = batch->election->manifest;
  const struct board_state *head = &batch->after;
  if (entry->kind == ENTRY_BALLOT && head->board.phase == PHASE_OPEN &&
      head->clock < manifest->opens)
    return refuse(verdict, REFUSAL_NOT_NOW, "voting.opens", "a ballot after the opening time",
                  "the vote has not begun");
  if (entry->kind == ENTRY_CLOSE && head->board.phase == PHASE_OPEN && !head->board.frozen)
    return refuse(verdict, REFUSAL_NOT_NOW, "voting.closes",
                  manifest->has_closes ? "a close after the closing time"
                                       : "a close after the head was frozen",
                  "ballots may still come");
  return STATUS_OK;
}

/* What the attachment must hold against the board; what is in it was examined before. */
static enum status judge_attachment(const struct entry *entry, struct db_result *const *results,
                                    struct verdict *verdict)
{
  const struct db_result *answer = results[MORE_AT];
  if (entry->kind == ENTRY_ELECTORATE && db_get_integer(answer, 0, 0) > 0)
    return refuse(verdict, REFUSAL_CREDENTIAL_REPEATED, "keys", "keys that no one has yet",
                  "some of the keys are credentials already");
  if (entry->kind != ENTRY_RESULT)
    return STATUS_OK;
  if (db_rows(answer) == 0)
    return refuse(verdict, REFUSAL_NOT_NOW, "outcome", "a result after the count",
                  "the ballots are not counted yet");
  const struct attachment *outcome = &entry->body.result.outcome;
  if (memcmp(db_get_bytes(answer, 0, 0).bytes, outcome->digest.bytes, DIGEST_BYTES) != 0 ||
      (uint64_t)db_get_integer(answer, 0, 1) != outcome->length)
    return refuse(verdict, REFUSAL_OUTCOME_DIFFERS, "outcome",
                  "the outcome of GET /v1/elections/<id>/drafts/result",
                  "it is not what the ballots come to");
  return STATUS_OK;
}

static void apply(struct batch *batch, const struct entry *entry,
                  const struct credential_facts *facts)
{
  struct board_head *board = &batch->after.board;
  const struct manifest *manifest = batch->election->manifest;
  switch (entry->kind) {
  case ENTRY_ELECTORATE:
    board->credentials += entry->body.electorate.credentials;
    break;
  case ENTRY_OPEN:
    board->open = entry->leaf;
    break;
  case ENTRY_BALLOT:
    board->standing += facts->has_standing ? 0 : 1;
    break;
  case ENTRY_REVOCATION:
    if (entry->body.revocation.reason == REVOCATION_PAPER) {
      board->struck_for_paper++;
    } else {
      board->replacements++;
      board->credentials++;
    }
    break;
  case ENTRY_PAPER:
    board->paper_given = true;
    break;
  case ENTRY_DRAW:
    for (size_t i = 0; i < manifest->drawer_count; i++)
      if (memcmp(manifest->drawers[i].key.bytes, entry->body.draw.drawer.bytes, PUBLIC_KEY_BYTES) ==
          0)
        board->drawn |= UINT32_C(1) << i;
    break;
  case ENTRY_MANIFEST:
  case ENTRY_PAGES:
  case ENTRY_CLOSE:
  case ENTRY_RESULT:
  case ENTRY_NOTE:
  case ENTRY_KIND_COUNT:
    break;
  }
  board->phase = phase_after(board->phase, entry->kind);
  board->size++;
}

static void judge_freeze(struct batch *batch)
{
  struct verdict *verdict = &batch->verdicts[0];
  struct board_state *head = &batch->after;
  verdict->end = SEQUENCER_FROZEN;
  if (head->board.phase != PHASE_OPEN) {
    verdict->end = SEQUENCER_REFUSED;
    (void)refuse(verdict, REFUSAL_NOT_NOW, NULL, "an open vote", "there is no vote to freeze");
  } else if (!head->board.frozen && batch->election->manifest->has_closes) {
    verdict->end = SEQUENCER_REFUSED;
    (void)refuse(verdict, REFUSAL_NOT_NOW, "voting.closes", "a freeze after the closing time",
                 "the manifest says when the vote ends");
  } else {
    head->board.frozen = true;
  }
}

static void judge_entry(struct batch *batch, size_t item, struct db_result *const *results)
{
  const struct db_result *rows = results[FACTS_AT];
  const struct entry *entry = batch->items[item]->entry;
  struct verdict *verdict = &batch->verdicts[item];
  if (!db_is_null(rows, item, FACT_SAME)) {
    verdict->end = SEQUENCER_STOOD;
    verdict->index = (uint64_t)db_get_integer(rows, item, FACT_SAME);
    return;
  }
  struct board_head *head = &batch->after.board;
  struct credential_facts facts = facts_of(rows, item);
  see_batch(batch, item, &facts);
  if (entry->kind == ENTRY_OPEN || entry->kind == ENTRY_CLOSE)
    head->root = merkle_root(&batch->after.tree);
  if (entry->kind == ENTRY_CLOSE)
    memcpy(head->standing_list.bytes, db_get_bytes(results[MORE_AT], 0, 0).bytes, DIGEST_BYTES);

  enum status status = judge_time(batch, entry, verdict);
  if (status == STATUS_OK)
    status = admission_judge_on_board(head, entry, &facts, &verdict->refusal, &verdict->fault);
  if (status == STATUS_OK)
    status = judge_attachment(entry, results, verdict);
  if (status != STATUS_OK) {
    verdict->end = SEQUENCER_REFUSED;
    return;
  }
  verdict->end = SEQUENCER_APPENDED;
  verdict->index = head->size;
  apply(batch, entry, &facts);
  batch->appended++;
}

/* Whether the count can begin: nothing that it needs is still to come. */
static bool can_count(const struct board_state *head)
{
  const struct manifest *manifest = head->board.manifest;
  return head->board.phase == PHASE_CLOSED && board_state_released(head) &&
         head->board.drawn + 1U == UINT64_C(1) << manifest->drawer_count;
}

static enum status grow(struct batch *batch, struct fault *fault)
{
  struct digest *leaves = ARENA_TAKE(&batch->arena, struct digest, batch->appended);
  if (leaves == NULL)
    return fault_no_memory(fault);
  size_t count = 0;
  for (size_t i = 0; i < batch->count; i++)
    if (batch->verdicts[i].end == SEQUENCER_APPENDED)
      leaves[count++] = batch->items[i]->entry->leaf;
  enum status status =
      merkle_grow(&batch->before.tree, leaves, count, &batch->arena, &batch->growth, fault);
  if (status != STATUS_OK)
    return status;
  batch->after.tree = batch->growth.after;
  struct merkle_head head = {.size = batch->after.tree.size,
                             .root = merkle_root(&batch->after.tree)};
  checkpoint_sign(&head, &batch->election->manifest->board_key, &batch->election->board_key,
                  &batch->note);
  return batch->note.failed ? fault_no_memory(fault) : STATUS_OK;
}

enum status batch_judge(struct batch *batch, struct db_result *const *results, struct fault *fault)
{
  if (batch->conflicts) {
    /* The manifest's registration gave way to another one of this origin. */
    batch->verdicts[0].end = SEQUENCER_CONFLICT;
    return STATUS_OK;
  }
  batch->before.clock = db_get_integer(results[FACTS_AT], 0, FACT_CLOCK);
  batch->before.board.manifest = batch->election->manifest;
  batch->before.board.projects = &batch->election->projects;
  batch->after = batch->before;
  /* The time is over: whoever comes first freezes the head. */
  if (batch->after.board.phase == PHASE_OPEN && !board_state_takes_ballots(&batch->after))
    batch->after.board.frozen = true;

  if (is_freeze(batch))
    judge_freeze(batch);
  else
    for (size_t i = 0; i < batch->count; i++)
      judge_entry(batch, i, results);
  if (batch->appended == 0)
    return STATUS_OK;
  batch->counts = kind_of(batch) != ENTRY_NOTE && can_count(&batch->after);
  board_state_show(&batch->after, &batch->before, kind_of(batch) != ENTRY_BALLOT);
  return grow(batch, fault);
}

bool batch_changes(const struct batch *batch)
{
  return batch->appended > 0 || batch->after.board.frozen != batch->before.board.frozen;
}

/* --- step 4 --- */

static enum status write_entries(struct batch *batch, struct db_unit *unit, struct fault *fault)
{
  size_t count = batch->appended;
  int64_t *indexes = ARENA_TAKE(&batch->arena, int64_t, count);
  int64_t *kinds = ARENA_TAKE(&batch->arena, int64_t, count);
  struct span *leaves = ARENA_TAKE(&batch->arena, struct span, count);
  struct span *credentials = ARENA_TAKE(&batch->arena, struct span, count);
  struct span *lines = ARENA_TAKE(&batch->arena, struct span, count);
  if (indexes == NULL || kinds == NULL || leaves == NULL || credentials == NULL || lines == NULL)
    return fault_no_memory(fault);
  size_t row = 0;
  for (size_t i = 0; i < batch->count; i++) {
    if (batch->verdicts[i].end != SEQUENCER_APPENDED)
      continue;
    const struct entry *entry = batch->items[i]->entry;
    indexes[row] = (int64_t)batch->verdicts[i].index;
    kinds[row] = entry->kind;
    leaves[row] = span_of_digest(&entry->leaf);
    credentials[row] = (struct span){0};
    if (entry->kind == ENTRY_BALLOT)
      credentials[row] = span_of_key(&entry->body.ballot.credential);
    lines[row++] = entry->line;
  }
  db_add(unit, QUERY_ENTRIES_APPEND, 6,
         (const struct db_value[]){id_value(batch), db_integer_array(indexes, count),
                                   db_bytes_array(leaves, count), db_integer_array(kinds, count),
                                   db_bytes_array(credentials, count),
                                   db_bytes_array(lines, count)});
  return STATUS_OK;
}

/* Subtrees of the levels that tiles are made of, full now and not before. */
static enum status write_subtrees(struct batch *batch, struct db_unit *unit, struct fault *fault)
{
  uint64_t before = batch->before.tree.size, after = batch->after.tree.size;
  size_t count = 0;
  for (unsigned level = TILE_HEIGHT; level < MERKLE_LEVELS; level += TILE_HEIGHT)
    count += (size_t)((after >> level) - (before >> level));
  if (count == 0)
    return STATUS_OK;
  int64_t *levels = ARENA_TAKE(&batch->arena, int64_t, count);
  int64_t *indexes = ARENA_TAKE(&batch->arena, int64_t, count);
  struct digest *hashes = ARENA_TAKE(&batch->arena, struct digest, count);
  struct span *spans = ARENA_TAKE(&batch->arena, struct span, count);
  if (levels == NULL || indexes == NULL || hashes == NULL || spans == NULL)
    return fault_no_memory(fault);
  struct merkle_source source = merkle_growth_source(&batch->growth);
  size_t row = 0;
  for (unsigned level = TILE_HEIGHT; level < MERKLE_LEVELS; level += TILE_HEIGHT)
    for (uint64_t index = before >> level; index < after >> level; index++, row++) {
      levels[row] = level;
      indexes[row] = (int64_t)index;
      spans[row] = span_of_digest(&hashes[row]);
      enum status status = source.read(source.context, level, index, &hashes[row], fault);
      if (status != STATUS_OK)
        return status;
    }
  db_add(unit, QUERY_SUBTREES_ADD, 4,
         (const struct db_value[]){id_value(batch), db_integer_array(levels, count),
                                   db_integer_array(indexes, count), db_bytes_array(spans, count)});
  return STATUS_OK;
}

static void write_for_kind(struct batch *batch, struct db_unit *unit)
{
  const struct entry *entry = batch->items[0]->entry;
  struct db_value id = id_value(batch);
  struct db_value index = db_integer((int64_t)batch->verdicts[0].index);
  if (kind_of(batch) == ENTRY_ELECTORATE)
    db_add(unit, QUERY_KEYS_ADMIT, 3,
           (const struct db_value[]){
               id, db_bytes(entry->body.electorate.keys.digest.bytes, DIGEST_BYTES), index});
  if (kind_of(batch) != ENTRY_REVOCATION)
    return;
  const struct entry_revocation *revocation = &entry->body.revocation;
  db_add(unit, QUERY_CREDENTIAL_STRIKE, 3,
         (const struct db_value[]){id, db_bytes(revocation->credential.bytes, PUBLIC_KEY_BYTES),
                                   index});
  if (revocation->reason == REVOCATION_LOST)
    db_add(unit, QUERY_CREDENTIAL_ADMIT, 3,
           (const struct db_value[]){id, db_bytes(revocation->replacement.bytes, PUBLIC_KEY_BYTES),
                                     index});
}

enum status batch_write(struct batch *batch, struct db_unit *unit, struct fault *fault)
{
  enum status status = STATUS_OK;
  if (batch->appended > 0) {
    status = write_entries(batch, unit, fault);
    if (status == STATUS_OK)
      status = write_subtrees(batch, unit, fault);
    if (status != STATUS_OK)
      return status;
    write_for_kind(batch, unit);
  }
  board_state_write(&batch->after, &batch->election->id, buffer_span(&batch->note),
                    &batch->head_row, unit);
  if (batch->counts)
    db_add(unit, QUERY_JOB_ADD, 4,
           (const struct db_value[]){id_value(batch), db_span(SPAN("count")),
                                     db_bytes(batch->after.board.open.bytes, DIGEST_BYTES),
                                     db_null()});
  db_add(unit, QUERY_COMMIT, 0, NULL);
  return STATUS_OK;
}

/* --- step 5 --- */

enum status batch_receipt(const struct batch *batch, size_t item, struct buffer *receipt,
                          struct fault *fault)
{
  struct merkle_plan plan;
  struct merkle_proof proof;
  struct merkle_source source = merkle_growth_source(&batch->growth);
  uint64_t index = batch->verdicts[item].index;
  enum status status = merkle_plan_inclusion(index, batch->after.tree.size, &plan, fault);
  if (status == STATUS_OK)
    status = merkle_prove(&plan, &source, &proof, fault);
  if (status != STATUS_OK)
    return status;
  receipt_write(index, &proof, buffer_span(&batch->note), receipt);
  return receipt->failed ? fault_no_memory(fault) : STATUS_OK;
}
