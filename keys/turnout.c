/* The command `registrar turnout`: how many of each group have voted, offline. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ballots/entry.h"
#include "keys/drafting.h"
#include "keys/file.h"
#include "keys/registrar.h"

enum row {
  ROW_BOARD,
  ROW_CARDS,
  ROW_CARDS_PASSPHRASE,
  ROW_LEAST,
  ROW_COUNT
};

enum {
  LEAST_DEFAULT = 5,
  LEAST_MIN = 2,
  BOARD_MAX = 1 << 30
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_BOARD] = {"board", "BOARD.jsonl", NULL, "the board, with the bodies of ballots released"},
    [ROW_CARDS] = {"cards", "FILE", NULL, "the card file, cards.enc"},
    [ROW_CARDS_PASSPHRASE] = {"cards-passphrase-file", "FILE", NULL,
                              "take its passphrase from the file's one line; else it is typed"},
    [ROW_LEAST] = {"least", "N", NULL,
                   "tell of groups of so many people or more, at least 2; 5 unless told"},
};

/* A card, to be found by its key. */
struct holder {
  struct public_key key;
  size_t row;
};

/* A person of a group, once or more: cards that replace lost ones are theirs too. */
struct vote {
  struct span group, id;
  bool cast;
};

static int compare_holders(const void *a, const void *b)
{
  return memcmp(a, b, PUBLIC_KEY_BYTES);
}

static int compare_votes(const void *a, const void *b)
{
  const struct vote *first = a, *second = b;
  int order = span_compare(first->group, second->group);
  return order != 0 ? order : span_compare(first->id, second->id);
}

struct count {
  size_t row_count;
  struct holder *holders; /* by key */
  struct vote *votes;
};

static enum status count_begin(struct count *count, const struct cards *cards, struct arena *arena,
                               struct fault *fault)
{
  count->row_count = cards->count;
  count->holders = ARENA_TAKE(arena, struct holder, cards->count);
  count->votes = ARENA_TAKE(arena, struct vote, cards->count);
  if (count->holders == NULL || count->votes == NULL)
    return fault_no_memory(fault);
  for (size_t i = 0; i < cards->count; i++) {
    count->holders[i] = (struct holder){.key = cards->rows[i].key, .row = i};
    count->votes[i] = (struct vote){.group = cards->rows[i].group, .id = cards->rows[i].id};
  }
  qsort(count->holders, cards->count, sizeof *count->holders, compare_holders);
  return STATUS_OK;
}

static enum status count_line(struct count *count, struct span line, struct fault *fault)
{
  struct arena arena = {0};
  struct entry entry = {.payload = NULL};
  enum status status = entry_read(line, &arena, &entry, fault);
  if (status == STATUS_OK && entry.kind == ENTRY_BALLOT) {
    struct holder wanted = {.key = entry.body.ballot.credential};
    const struct holder *found =
        bsearch(&wanted, count->holders, count->row_count, sizeof *count->holders, compare_holders);
    if (found != NULL)
      count->votes[found->row].cast = true;
  }
  entry_release(&entry);
  arena_free(&arena);
  return status;
}

static enum status count_board(struct count *count, const char *path, struct span board,
                               struct fault *fault)
{
  struct span line;
  struct fault inner;
  bool more = true;
  for (size_t number = 1; span_split(&board, &more, '\n', &line); number++) {
    if (line.length == 0 && !more)
      break;
    enum status status = count_line(count, line, &inner);
    if (status != STATUS_OK)
      return fault_set(fault, status, path, inner.expected, "line %zu: %s: %s", number, inner.where,
                       inner.what);
  }
  return STATUS_OK;
}

/* The people of one group from `*at` on, and how many of them voted. */
static void next_group(const struct count *count, size_t *at, size_t *people, size_t *voted)
{
  const struct vote *votes = count->votes;
  const size_t first = *at;
  *people = *voted = 0;
  while (*at < count->row_count && span_equal(votes[*at].group, votes[first].group)) {
    bool cast = false;
    const size_t person = *at;
    while (*at < count->row_count && span_equal(votes[*at].group, votes[first].group) &&
           span_equal(votes[*at].id, votes[person].id))
      cast = votes[(*at)++].cast || cast;
    ++*people;
    *voted += cast;
  }
}

/* Groups too small are told of together, and not at all when even so they are too few. A group of
 * whom all voted, or none, is told of like any other: who is in it knew that of themselves. */
static void tell(struct count *count, size_t least, struct buffer *answer)
{
  size_t small_people = 0, small_voted = 0;
  qsort(count->votes, count->row_count, sizeof *count->votes, compare_votes);
  for (size_t at = 0; at < count->row_count;) {
    const struct span group = count->votes[at].group;
    size_t people, voted;
    next_group(count, &at, &people, &voted);
    if (people < least) {
      small_people += people;
      small_voted += voted;
      continue;
    }
    buffer_format(answer, "%6zu of %6zu  ", voted, people);
    buffer_add(answer, group.length > 0 ? group : SPAN("(no group)"));
    buffer_add_byte(answer, '\n');
  }
  if (small_people >= least)
    buffer_format(answer, "%6zu of %6zu  (groups of less than %zu together)\n", small_voted,
                  small_people, least);
  else if (small_people > 0)
    buffer_format(answer, "Groups of less than %zu people are left out.\n", least);
}

static enum status turnout(struct job *job, struct fault *fault)
{
  struct cards cards;
  struct count count;
  struct span board;
  int64_t least;
  const char *path = job_option(job, ROW_BOARD);
  enum status status =
      job_number(job, rows, ROW_LEAST, LEAST_MIN, ROLL_PEOPLE_MAX, LEAST_DEFAULT, &least, fault);
  if (status == STATUS_OK)
    status = file_read(path, BOARD_MAX, &job->arena, &board, fault);
  if (status == STATUS_OK)
    status = registrar_open_cards(job, job_option(job, ROW_CARDS),
                                  job_option(job, ROW_CARDS_PASSPHRASE), &cards, NULL, fault);
  if (status == STATUS_OK)
    status = count_begin(&count, &cards, &job->arena, fault);
  if (status == STATUS_OK)
    status = count_board(&count, path, board, fault);
  if (status == STATUS_OK)
    tell(&count, (size_t)least, &job->answer);
  return status;
}

enum verdict registrar_turnout_run(int count, char **arguments)
{
  static const struct task task = {
      .name = "registrar turnout",
      .words = "",
      .about = "Counts by group how many people have voted, from the board and the card file. The "
               "board is taken as it is: 'beffroi-audit' verifies boards.",
      .rows = rows,
      .row_count = ROW_COUNT,
      .needed = TASK_ROW(ROW_BOARD) | TASK_ROW(ROW_CARDS),
      .least = 0,
      .most = 0,
      .run = turnout,
  };
  return task_run(&task, count, arguments);
}
