#include "engine/margins/search.h"

struct search {
  const struct search_question *question;
  struct margin *margin;
  struct fault *fault;
  int64_t low; /* the answer for it, and for what is known of those below, is the one we have */
};

enum {
  SCAN_PART = 3 /* one in so many of the counts goes one by one */
};

static bool may_ask(const struct search *search)
{
  return search->margin->counts < search->question->counts;
}

static enum status ask(struct search *search, int64_t number, bool *changed)
{
  search->margin->counts++;
  return search->question->ask(search->question->context, number, changed, search->fault);
}

static void take(struct search *search, int64_t number)
{
  search->margin->found = true;
  search->margin->number = number;
}

/* 1, 2, 3, … */
static enum status scan(struct search *search)
{
  const struct search_question *question = search->question;
  const uint64_t part = question->counts / SCAN_PART;
  enum status status = STATUS_OK;
  while (status == STATUS_OK && !search->margin->found && search->low < question->most &&
         search->margin->counts < part) {
    bool changed;
    status = ask(search, search->low + 1, &changed);
    if (status == STATUS_OK && changed)
      take(search, search->low + 1);
    else
      search->low++;
  }
  return status;
}

/* Twice as much each time, from `first` on, and the most there is at the end. */
static enum status gallop(struct search *search)
{
  const int64_t most = search->question->most;
  enum status status = STATUS_OK;
  while (status == STATUS_OK && !search->margin->found && search->low < most && may_ask(search)) {
    int64_t next = search->low > most / 2 ? most : search->low * 2;
    bool changed;
    if (next < search->question->first)
      next = search->question->first;
    status = ask(search, next, &changed);
    if (status == STATUS_OK && changed)
      take(search, next);
    else
      search->low = next;
  }
  return status;
}

/* Between `low`, which changes nothing, and what was found. Ends at a number of which one less changes
 * nothing. */
static enum status bisect(struct search *search)
{
  enum status status = STATUS_OK;
  while (status == STATUS_OK && search->margin->found && search->margin->number - search->low > 1 &&
         may_ask(search)) {
    const int64_t middle = search->low + (search->margin->number - search->low) / 2;
    bool changed;
    status = ask(search, middle, &changed);
    if (status == STATUS_OK && changed)
      take(search, middle);
    else
      search->low = middle;
  }
  return status;
}

enum status search_least(const struct search_question *question, struct margin *margin,
                         struct fault *fault)
{
  struct search search = {.question = question, .margin = margin, .fault = fault};
  *margin = (struct margin){0};
  enum status status = question->monotone ? STATUS_OK : scan(&search);
  if (status != STATUS_OK)
    return status;
  margin->tried = search.low;
  margin->proved = margin->found || search.low == question->most;
  if (margin->proved)
    return STATUS_OK;
  status = gallop(&search);
  if (status == STATUS_OK)
    status = bisect(&search);
  if (!question->monotone)
    return status;
  margin->tried = search.low;
  margin->proved = margin->found ? margin->number - search.low == 1 : search.low == question->most;
  return status;
}
