#include "audit/ahead.h"

#include "audit/board_source.h"

/* --- one block --- */

static void judge(const struct ahead *ahead, struct span line, struct arena *arena,
                  struct ahead_entry *judged)
{
  struct digest leaf;
  struct fault fault;
  enum refusal refusal;

  judged->judged = false;
  if (board_source_withheld(line, &leaf))
    return;
  judged->judged = entry_read(line, arena, &judged->entry, &fault) == STATUS_OK &&
                   admission_judge_alone(ahead->manifest, ahead->projects, &judged->entry, arena,
                                         &judged->choice, &refusal, &fault) == STATUS_OK;
  /* Nothing that a board asks of an entry is in there, and it may be many times the line. */
  entry_release(&judged->entry);
}

static struct ahead_block *block_of(struct ahead *ahead, size_t number)
{
  return &ahead->blocks[number % AHEAD_BLOCKS];
}

static void judge_block(struct ahead *ahead, size_t number)
{
  struct ahead_block *block = block_of(ahead, number);
  size_t first = number * AHEAD_BLOCK;
  size_t count = ahead->line_count - first;
  count = count > AHEAD_BLOCK ? AHEAD_BLOCK : count;
  for (size_t i = 0; i < count; i++)
    judge(ahead, ahead->lines[first + i], &block->arena, &block->entries[i]);
}

/* --- threads --- */

static bool may_take(const struct ahead *ahead)
{
  return ahead->taken < ahead->block_count && ahead->taken < ahead->passed + AHEAD_BLOCKS;
}

/* With the lock held, before and after. */
static void take(struct ahead *ahead)
{
  size_t number = ahead->taken++;
  (void)pthread_mutex_unlock(&ahead->lock);
  judge_block(ahead, number);
  (void)pthread_mutex_lock(&ahead->lock);
  block_of(ahead, number)->done = true;
  (void)pthread_cond_broadcast(&ahead->changed);
}

static void *work(void *context)
{
  struct ahead *ahead = context;
  (void)pthread_mutex_lock(&ahead->lock);
  while (!ahead->stop && ahead->taken < ahead->block_count) {
    if (may_take(ahead))
      take(ahead);
    else
      (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
  }
  (void)pthread_mutex_unlock(&ahead->lock);
  return NULL;
}

enum status ahead_begin(struct ahead *ahead, const struct manifest *manifest,
                        const struct project_index *projects, const struct span *lines,
                        size_t count, size_t threads, struct arena *arena, struct fault *fault)
{
  *ahead = (struct ahead){
      .manifest = manifest,
      .projects = projects,
      .lines = lines,
      .line_count = count,
      .block_count = count / AHEAD_BLOCK + (count % AHEAD_BLOCK != 0),
      .lock = PTHREAD_MUTEX_INITIALIZER,
      .changed = PTHREAD_COND_INITIALIZER,
  };
  size_t held = ahead->block_count < AHEAD_BLOCKS ? ahead->block_count : AHEAD_BLOCKS;
  for (size_t i = 0; i < held; i++) {
    ahead->blocks[i].entries = ARENA_TAKE(arena, struct ahead_entry, AHEAD_BLOCK);
    if (ahead->blocks[i].entries == NULL)
      return fault_no_memory(fault);
  }
  while (ahead->thread_count + 1 < threads && ahead->thread_count + 1 < ahead->block_count &&
         pthread_create(&ahead->threads[ahead->thread_count], NULL, work, ahead) == 0)
    ahead->thread_count++;
  return STATUS_OK;
}

/* Waits for a block, and does what is to be done meanwhile. */
static void await(struct ahead *ahead, size_t number)
{
  (void)pthread_mutex_lock(&ahead->lock);
  while (!block_of(ahead, number)->done) {
    if (may_take(ahead))
      take(ahead);
    else
      (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
  }
  (void)pthread_mutex_unlock(&ahead->lock);
}

static void pass(struct ahead *ahead, size_t number)
{
  arena_free(&block_of(ahead, number)->arena);
  (void)pthread_mutex_lock(&ahead->lock);
  block_of(ahead, number)->done = false;
  ahead->passed = number + 1;
  (void)pthread_cond_broadcast(&ahead->changed);
  (void)pthread_mutex_unlock(&ahead->lock);
}

const struct ahead_entry *ahead_next(struct ahead *ahead)
{
  size_t number = ahead->at / AHEAD_BLOCK, place = ahead->at % AHEAD_BLOCK;
  if (place == 0) {
    if (number > 0)
      pass(ahead, number - 1);
    await(ahead, number);
  }
  ahead->at++;
  return &block_of(ahead, number)->entries[place];
}

void ahead_end(struct ahead *ahead)
{
  (void)pthread_mutex_lock(&ahead->lock);
  ahead->stop = true;
  (void)pthread_cond_broadcast(&ahead->changed);
  (void)pthread_mutex_unlock(&ahead->lock);
  for (size_t i = 0; i < ahead->thread_count; i++)
    (void)pthread_join(ahead->threads[i], NULL);
  ahead->thread_count = 0;
  for (size_t i = 0; i < AHEAD_BLOCKS; i++)
    arena_free(&ahead->blocks[i].arena);
}

/* --- keys --- */

enum {
  KEYS_PART = 256
};

struct keys_work {
  struct span keys;
  size_t count;
  pthread_mutex_t lock; /* of what follows */
  size_t next;          /* key */
  size_t refused;       /* first key of the first part that was refused */
  enum status status;
  struct fault fault;
};

static void *check_parts(void *context)
{
  struct keys_work *keys = context;
  struct fault fault;
  (void)pthread_mutex_lock(&keys->lock);
  while (keys->next < keys->count && keys->status == STATUS_OK) {
    size_t first = keys->next, count = keys->count - first;
    count = count > KEYS_PART ? KEYS_PART : count;
    keys->next = first + count;
    (void)pthread_mutex_unlock(&keys->lock);
    enum status status = electorate_check_keys(keys->keys, first, count, &fault);
    (void)pthread_mutex_lock(&keys->lock);
    /* Parts before this one may still be at work: the first of them that is refused is told. */
    if (status != STATUS_OK && (keys->status == STATUS_OK || first < keys->refused)) {
      keys->status = status;
      keys->refused = first;
      keys->fault = fault;
    }
  }
  (void)pthread_mutex_unlock(&keys->lock);
  return NULL;
}

enum status ahead_check_keys(void *threads, struct span keys, struct fault *fault)
{
  size_t wanted = *(const size_t *)threads, started = 0;
  pthread_t others[AHEAD_THREADS_MAX];
  struct keys_work work = {
      .keys = keys, .count = keys.length / PUBLIC_KEY_BYTES, .lock = PTHREAD_MUTEX_INITIALIZER};

  while (started + 1 < wanted && started < work.count / KEYS_PART &&
         pthread_create(&others[started], NULL, check_parts, &work) == 0)
    started++;
  (void)check_parts(&work);
  for (size_t i = 0; i < started; i++)
    (void)pthread_join(others[i], NULL);
  if (work.status != STATUS_OK)
    *fault = work.fault;
  return work.status;
}
