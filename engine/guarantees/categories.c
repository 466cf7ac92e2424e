#include "engine/guarantees/categories.h"

#include "engine/order.h"

/* One name on one project. */
struct label {
  struct span name;
  uint32_t project;
};

/* The next name of a list; empty ones are passed over. */
static bool next_name(struct span *rest, bool *more, struct span *name)
{
  while (span_split(rest, more, ',', name)) {
    if (name->length > 0)
      return true;
  }
  return false;
}

/* How many names there are, and, unless `labels` is NULL, which. */
static size_t list_labels(const struct election *election, struct label *labels)
{
  size_t count = 0;
  for (uint32_t i = 0; i < election->project_count; i++) {
    struct span rest = election->projects[i].category, name;
    bool more = rest.length > 0;
    for (; next_name(&rest, &more, &name); count++) {
      if (labels != NULL)
        labels[count] = (struct label){.name = name, .project = i};
    }
  }
  return count;
}

static int by_name(const void *context, uint32_t a, uint32_t b)
{
  const struct label *labels = context;
  return span_compare(labels[a].name, labels[b].name);
}

static void add_project(struct category *category, const struct election *election,
                        const struct support *support, const bool *funded, uint32_t project)
{
  category->projects++;
  category->votes += support->votes[project];
  if (!funded[project])
    return;
  category->funded++;
  category->money += election->projects[project].cost;
}

enum status categories_find(const struct election *election, const struct support *support,
                            const bool *funded, struct arena *arena, struct guarantees *guarantees,
                            struct fault *fault)
{
  const size_t count = list_labels(election, NULL);
  struct label *labels = ARENA_TAKE(arena, struct label, count);
  uint32_t *order = ARENA_TAKE(arena, uint32_t, count);
  uint32_t *spare = ARENA_TAKE(arena, uint32_t, count);
  struct category *categories = ARENA_TAKE(arena, struct category, count);
  if (labels == NULL || order == NULL || spare == NULL || categories == NULL)
    return fault_no_memory(fault);

  list_labels(election, labels);
  for (size_t i = 0; i < count; i++)
    order[i] = (uint32_t)i;
  order_sort(order, spare, count, by_name, labels);
  guarantees->categories = categories;
  guarantees->category_count = 0;
  for (size_t i = 0; i < count; i++) {
    const struct label *label = &labels[order[i]];
    const struct label *last = i == 0 ? NULL : &labels[order[i - 1]];
    const bool same = last != NULL && span_equal(last->name, label->name);
    if (same && last->project == label->project) /* named twice by one project */
      continue;
    if (!same)
      categories[guarantees->category_count++].name = label->name;
    add_project(&categories[guarantees->category_count - 1], election, support, funded,
                label->project);
  }
  return STATUS_OK;
}
