#include "api/voting/sequencer.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "api/server/log.h"
#include "api/voting/batch.h"
#include "api/voting/crash.h"

enum {
  ATTEMPTS_MAX = 3,   /* of a batch whose connection was lost */
  LATEST_START = 5000 /* microseconds that an item waits for others while the loop is not idle */
};

struct sequencer {
  struct db *db;
  const struct marks *marks;
  bool behind;
  size_t pool, batch_max;
  struct sequencer_item *first, **last; /* waiting, in order */
  size_t waiting;
  struct event *idle, *late; /* the loop has nothing else to do; or goes on and on */
  bool busy;                 /* the connection has a batch, or cleans up after one */
  unsigned attempts;
  struct batch batch;
  struct db_unit unit;
};

static void start(struct sequencer *sequencer);
static void start_soon(struct sequencer *sequencer);
static void take_batch(struct sequencer *sequencer);

static void on_turn(evutil_socket_t nothing, short what, void *context)
{
  (void)nothing;
  (void)what;
  start(context);
}

enum status sequencer_open(struct event_base *base, struct db *db, const struct marks *marks,
                           size_t pool, size_t batch, struct sequencer **sequencer,
                           struct fault *fault)
{
  struct sequencer *made = calloc(1, sizeof *made);
  if (made == NULL)
    return fault_no_memory(fault);
  made->batch.items = calloc(batch, sizeof *made->batch.items);
  made->idle = event_new(base, -1, 0, on_turn, made);
  made->late = event_new(base, -1, 0, on_turn, made);
  if (made->batch.items == NULL || made->idle == NULL || made->late == NULL ||
      event_priority_set(made->idle, event_base_get_npriorities(base) - 1) != 0) {
    sequencer_close(made);
    return fault_no_memory(fault);
  }
  made->db = db;
  made->marks = marks;
  made->pool = pool;
  made->batch_max = batch;
  made->last = &made->first;
  *sequencer = made;
  return STATUS_OK;
}

void sequencer_close(struct sequencer *sequencer)
{
  if (sequencer == NULL)
    return;
  if (sequencer->idle != NULL)
    event_free(sequencer->idle);
  if (sequencer->late != NULL)
    event_free(sequencer->late);
  batch_reset(&sequencer->batch);
  free(sequencer->batch.items);
  free(sequencer);
}

bool sequencer_is_behind(const struct sequencer *sequencer)
{
  return sequencer->behind;
}

size_t sequencer_pending(const struct sequencer *sequencer)
{
  return sequencer->waiting + sequencer->batch.count;
}

/* --- answers --- */

/* An item, and all that wait for the same line. */
static void answer_all(struct sequencer_item *item, const struct sequencer_answer *answer)
{
  while (item != NULL) {
    struct sequencer_item *next = item->same;
    item->done(item->context, answer);
    item = next;
  }
}

static void answer_one(struct batch *batch, size_t i)
{
  const struct verdict *verdict = &batch->verdicts[i];
  struct buffer receipt = {0};
  struct fault fault = verdict->fault;
  struct sequencer_answer answer = {
      .end = verdict->end,
      .index = verdict->index,
      .refusal = verdict->refusal,
      .head = {.size = batch->after.tree.size},
      .fault = &fault,
  };
  if (verdict->end == SEQUENCER_APPENDED) {
    if (batch_receipt(batch, i, &receipt, &fault) != STATUS_OK)
      answer.end = SEQUENCER_STOOD; /* it does: the receipt is made from what is stored */
    answer.receipt = buffer_span(&receipt);
  } else {
    answer.head.root = merkle_root(&batch->after.tree);
  }
  answer_all(batch->items[i], &answer);
  buffer_free(&receipt);
}

/* The batch is over: answer everybody, then go on with who came meanwhile. */
static void finish(struct sequencer *sequencer)
{
  struct batch *batch = &sequencer->batch;
  size_t count = batch->count;
  for (size_t i = 0; i < count; i++) {
    answer_one(batch, i);
    /* After a crash here some have their receipts and others do not: the board has all. */
    if (i == 0)
      CRASH_POINT("answered");
  }
  batch->count = 0;
  batch_reset(batch);
  sequencer->attempts = 0;
}

static void give_up(struct sequencer *sequencer, const struct fault *fault)
{
  struct batch *batch = &sequencer->batch;
  struct sequencer_answer answer = {.end = SEQUENCER_UNAVAILABLE, .fault = fault};
  log_fault(LOG_ERROR, "batch-failed", fault);
  take_batch(sequencer);
  size_t count = batch->count;
  for (size_t i = 0; i < count; i++)
    answer_all(batch->items[i], &answer);
  batch->count = 0;
  batch_reset(batch);
  sequencer->attempts = 0;
}

/* --- the steps --- */

static void next_unit(struct sequencer *sequencer, db_done *done)
{
  sequencer->unit = (struct db_unit){.done = done, .context = sequencer};
}

static void rolled_back(void *context, enum db_end end, struct db_result *const *results,
                        const struct fault *fault)
{
  struct sequencer *sequencer = context;
  (void)end; /* a connection that was lost has no transaction either */
  (void)results;
  (void)fault;
  sequencer->busy = false;
  start_soon(sequencer);
}

static void roll_back(struct sequencer *sequencer)
{
  next_unit(sequencer, rolled_back);
  db_add(&sequencer->unit, QUERY_ROLLBACK, 0, NULL);
  db_run(sequencer->db, &sequencer->unit);
}

static void begin(struct sequencer *sequencer);

/* True when the unit succeeded; else the batch is tried again or given up. */
static bool went_well(struct sequencer *sequencer, enum db_end end, const struct fault *fault)
{
  struct fault mine;
  switch (end) {
  case DB_DONE:
    return true;
  case DB_LOST:
    /* Before COMMIT was sent nothing is there; after it, perhaps everything is: the lines that stand
     * already are then found in step 2, and get the receipts that they would have had. */
    if (++sequencer->attempts < ATTEMPTS_MAX) {
      begin(sequencer);
      return false;
    }
    (void)fault_set(&mine, STATUS_FAILED, "database", NULL, "the connection was lost");
    fault = &mine;
    break;
  case DB_TIMEOUT:
    (void)fault_set(&mine, STATUS_FAILED, "database", NULL, "it did not answer in time");
    fault = &mine;
    break;
  case DB_FAILED:
    break;
  }
  give_up(sequencer, fault);
  roll_back(sequencer);
  return false;
}

static void fail(struct sequencer *sequencer, const struct fault *fault)
{
  give_up(sequencer, fault);
  roll_back(sequencer);
}

static void committed(void *context, enum db_end end, struct db_result *const *results,
                      const struct fault *fault)
{
  struct sequencer *sequencer = context;
  (void)results;
  if (!went_well(sequencer, end, fault))
    return;
  /* After a crash here the batch is on the board and nobody has a receipt: whoever sends the same
   * bytes again gets it. */
  CRASH_POINT("committed");
  marks_set(sequencer->marks, &sequencer->batch.election->id, &sequencer->batch.after.tree);
  finish(sequencer);
  sequencer->busy = false;
  start_soon(sequencer);
}

static void asked(void *context, enum db_end end, struct db_result *const *results,
                  const struct fault *fault)
{
  struct sequencer *sequencer = context;
  struct batch *batch = &sequencer->batch;
  struct fault mine;
  if (!went_well(sequencer, end, fault))
    return;
  if (batch_judge(batch, results, &mine) != STATUS_OK) {
    fail(sequencer, &mine);
    return;
  }
  if (!batch_changes(batch)) {
    finish(sequencer);
    roll_back(sequencer);
    return;
  }
  next_unit(sequencer, committed);
  if (batch_write(batch, &sequencer->unit, &mine) != STATUS_OK) {
    fail(sequencer, &mine);
    return;
  }
  /* After a crash here no row was sent. */
  CRASH_POINT("judged");
  db_run(sequencer->db, &sequencer->unit);
  /* After a crash here the server has got all of it, COMMIT included, or not all, and then nothing
   * holds. */
  CRASH_POINT("sent");
}

static void locked(void *context, enum db_end end, struct db_result *const *results,
                   const struct fault *fault)
{
  struct sequencer *sequencer = context;
  struct batch *batch = &sequencer->batch;
  struct fault mine;
  if (!went_well(sequencer, end, fault))
    return;
  /* After a crash here the server ends the transaction and with it the lock: nothing was written. */
  CRASH_POINT("locked");
  take_batch(sequencer);
  enum status status = batch_take_head(batch, results, &mine);
  if (status == STATUS_OK) {
    status = marks_check(sequencer->marks, &batch->election->id, &batch->before.tree, &mine);
    sequencer->behind = status != STATUS_OK;
  }
  if (status != STATUS_OK) {
    fail(sequencer, &mine);
    return;
  }
  next_unit(sequencer, asked);
  if (batch_ask(batch, &sequencer->unit, &mine) != STATUS_OK)
    fail(sequencer, &mine);
  else
    db_run(sequencer->db, &sequencer->unit);
}

static const struct sequencer_item *oldest(const struct sequencer *sequencer)
{
  return sequencer->batch.count > 0 ? sequencer->batch.items[0] : sequencer->first;
}

/* Waits for the head first: who comes until it is locked is in the batch. */
static void begin(struct sequencer *sequencer)
{
  struct batch *batch = &sequencer->batch;
  batch_reset(batch);
  batch->election = oldest(sequencer)->election;
  next_unit(sequencer, locked);
  batch_lock(batch, oldest(sequencer)->entry, &sequencer->unit);
  /* After a crash here, or any time before, nothing has happened. */
  CRASH_POINT("begun");
  db_run(sequencer->db, &sequencer->unit);
}

/* --- the pool --- */

static bool is_ballot(const struct sequencer_item *item)
{
  return item->entry != NULL && item->entry->kind == ENTRY_BALLOT;
}

/* Takes the oldest item of the election whose head is locked and, when it is a ballot, those after
 * it, up to the next entry of another kind: the order of what came is kept. A batch that is tried
 * again stays as it is. */
static void take_batch(struct sequencer *sequencer)
{
  struct batch *batch = &sequencer->batch;
  struct sequencer_item **at = &sequencer->first;
  if (batch->count > 0)
    return;
  while (*at != NULL && batch->count < sequencer->batch_max) {
    struct sequencer_item *item = *at;
    if (item->election != batch->election) {
      at = &item->next;
      continue;
    }
    if (batch->count > 0 && !is_ballot(item))
      break;
    *at = item->next;
    batch->items[batch->count++] = item;
    sequencer->waiting--;
    if (!is_ballot(item))
      break;
  }
  sequencer->last = &sequencer->first;
  while (*sequencer->last != NULL)
    sequencer->last = &(*sequencer->last)->next;
}

static void start(struct sequencer *sequencer)
{
  event_del(sequencer->idle);
  event_del(sequencer->late);
  if (sequencer->busy || sequencer->first == NULL)
    return;
  sequencer->busy = true;
  begin(sequencer);
}

/* Ballots come in bursts, often right after the answers to the last batch: those that are at the door
 * go into the same batch. */
static void start_soon(struct sequencer *sequencer)
{
  static const struct timeval latest = {.tv_usec = LATEST_START};
  if (sequencer->busy || sequencer->first == NULL)
    return;
  if (sequencer->waiting >= sequencer->batch_max) {
    start(sequencer);
    return;
  }
  event_active(sequencer->idle, EV_TIMEOUT, 0);
  if (!event_pending(sequencer->late, EV_TIMEOUT, NULL))
    event_add(sequencer->late, &latest);
}

static bool join(struct sequencer_item *there, struct sequencer_item *item)
{
  if (there->entry == NULL || there->election != item->election ||
      memcmp(there->entry->leaf.bytes, item->entry->leaf.bytes, DIGEST_BYTES) != 0)
    return false;
  item->same = there->same;
  there->same = item;
  return true;
}

/* Whether the same line waits or is under way: then this one waits for its answer. */
static bool join_any(struct sequencer *sequencer, struct sequencer_item *item)
{
  if (item->entry == NULL)
    return false;
  for (size_t i = 0; i < sequencer->batch.count; i++)
    if (join(sequencer->batch.items[i], item))
      return true;
  for (struct sequencer_item *there = sequencer->first; there != NULL; there = there->next)
    if (join(there, item))
      return true;
  return false;
}

bool sequencer_submit(struct sequencer *sequencer, struct sequencer_item *item)
{
  item->next = item->same = NULL;
  if (join_any(sequencer, item))
    return true;
  if (sequencer->waiting >= sequencer->pool)
    return false;
  *sequencer->last = item;
  sequencer->last = &item->next;
  sequencer->waiting++;
  start_soon(sequencer);
  return true;
}
