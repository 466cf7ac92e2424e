#include "api/voting/receipts.h"

#include "ballots/receipt.h"

void tile_ask(struct db_unit *unit, const struct digest *election, const struct tile *tile)
{
  int64_t first = (int64_t)(tile->index * TILE_WIDTH);
  int64_t end = first + tile->width;
  struct db_value id = db_bytes(election->bytes, DIGEST_BYTES);
  if (tile->level == 0)
    db_add(unit, QUERY_LEAVES, 3,
           (const struct db_value[]){id, db_integer(first), db_integer(end)});
  else
    db_add(unit, QUERY_SUBTREES, 4,
           (const struct db_value[]){id, db_integer(TILE_HEIGHT * tile->level), db_integer(first),
                                     db_integer(end)});
}

static void fail(struct receipt_recall *recall, const char *what)
{
  struct fault fault;
  (void)fault_set(&fault, STATUS_FAILED, "receipt", NULL, "%s", what);
  recall->done(recall->context, (struct span){0}, &fault);
}

/* Which of the tiles that are asked for has a node's hash; asks for it when none has. */
static size_t tile_for(struct receipt_recall *recall, const struct merkle_node *node,
                       unsigned *first, unsigned *count)
{
  struct tile tile;
  if (!tile_holding(recall->size, node->level, node->index, &tile, first, count))
    return DB_STATEMENTS_MAX;
  size_t i = 0;
  while (i < recall->tile_count &&
         (recall->tiles[i].level != tile.level || recall->tiles[i].index != tile.index))
    i++;
  if (i == recall->tile_count && i < DB_STATEMENTS_MAX)
    recall->tiles[recall->tile_count++] = tile;
  return i;
}

static void got_tiles(void *context, enum db_end end, struct db_result *const *results,
                      const struct fault *fault)
{
  struct receipt_recall *recall = context;
  struct digest hashes[MERKLE_NODES_MAX];
  struct merkle_proof proof;
  struct buffer buffer = {0};
  (void)fault;
  if (end != DB_DONE) {
    fail(recall, "the database does not answer");
    return;
  }
  for (size_t i = 0; i < recall->plan.node_count; i++) {
    unsigned first, count;
    struct fault wrong;
    size_t tile = tile_for(recall, &recall->plan.nodes[i], &first, &count);
    if (tile_subtree(&recall->tiles[tile], first, count, db_get_bytes(results[tile], 0, 0),
                     &hashes[i], &wrong) != STATUS_OK) {
      recall->done(recall->context, (struct span){0}, &wrong);
      return;
    }
  }
  merkle_prove_from(&recall->plan, hashes, &proof);
  receipt_write(recall->index, &proof, recall->note, &buffer);
  char *text = buffer.failed ? NULL : arena_copy(recall->arena, buffer.bytes, buffer.length);
  struct span receipt = {.bytes = text, .length = buffer.length};
  buffer_free(&buffer);
  if (text == NULL)
    fail(recall, "there is not enough memory");
  else
    recall->done(recall->context, receipt, NULL);
}

static void got_checkpoint(void *context, enum db_end end, struct db_result *const *results,
                           const struct fault *fault)
{
  struct receipt_recall *recall = context;
  struct fault wrong;
  (void)fault;
  if (end != DB_DONE || db_rows(results[0]) == 0) {
    fail(recall, end != DB_DONE ? "the database does not answer" : "no checkpoint has the entry");
    return;
  }
  recall->size = (uint64_t)db_get_integer(results[0], 0, 0);
  recall->note = db_copy_bytes(results[0], 0, 1, recall->arena);
  if (recall->note.bytes == NULL ||
      merkle_plan_inclusion(recall->index, recall->size, &recall->plan, &wrong) != STATUS_OK) {
    fail(recall, "there is not enough memory");
    return;
  }
  recall->tile_count = 0;
  for (size_t i = 0; i < recall->plan.node_count; i++) {
    unsigned first, count;
    if (tile_for(recall, &recall->plan.nodes[i], &first, &count) == DB_STATEMENTS_MAX) {
      fail(recall, "the tree is larger than a receipt can be recalled from");
      return;
    }
  }
  recall->unit = (struct db_unit){.done = got_tiles, .context = recall};
  for (size_t i = 0; i < recall->tile_count; i++)
    tile_ask(&recall->unit, &recall->election, &recall->tiles[i]);
  if (recall->tile_count == 0) /* the only entry of its tree: a proof of nothing */
    got_tiles(recall, DB_DONE, NULL, NULL);
  else
    db_run(recall->db, &recall->unit);
}

void receipt_recall(struct receipt_recall *recall)
{
  recall->unit = (struct db_unit){.done = got_checkpoint, .context = recall};
  const struct db_value values[] = {db_bytes(recall->election.bytes, DIGEST_BYTES),
                                    db_integer((int64_t)recall->index)};
  db_add(&recall->unit, QUERY_CHECKPOINT_AFTER, 2, values);
  db_run(recall->db, &recall->unit);
}
