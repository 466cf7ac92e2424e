#include "engine/pabulib/preset.h"

#include <string.h>

#include "engine/choice.h"
#include "engine/rule.h"

struct given {
  const char *name;
  const char *text;
};

enum {
  GIVEN_MAX = 4
};

static const struct preset {
  const char *published; /* META `rule` */
  const char *rule;
  struct given given[GIVEN_MAX]; /* up to the first without a name */
  bool threshold;                /* META `min_project_score_threshold` applies */
  bool exclusive;                /* the comment names alternatives */
} presets[] = {
    {.published = "greedy",
     .rule = "greedy",
     .given = {{"by", "score"}, {"on_miss", "skip"}, {"tie_break", "listed"}}},
    {.published = "greedy-threshold",
     .rule = "greedy",
     .given = {{"by", "score"}, {"on_miss", "skip"}, {"tie_break", "listed"}},
     .threshold = true},
    {.published = "greedy-no-skip",
     .rule = "greedy",
     .given = {{"by", "score"}, {"on_miss", "stop"}, {"tie_break", "listed"}},
     .threshold = true},
    {.published = "greedy-custom",
     .rule = "greedy",
     .given = {{"by", "score"}, {"on_miss", "stop"}, {"tie_break", "listed"}},
     .threshold = true},
    {.published = "greedy-exclusive",
     .rule = "greedy",
     .given = {{"by", "score"}, {"on_miss", "skip"}, {"tie_break", "listed"}},
     .exclusive = true},
    {.published = "equalshares/add1",
     .rule = "equal-shares",
     .given = {{"utility", "cost"}, {"completion", "add1"}, {"tie_break", "votes,cost,id"}}},
    {.published = "equalshares/add1-comparison",
     .rule = "equal-shares",
     .given = {{"utility", "cost"},
               {"completion", "add1,comparison"},
               {"tie_break", "votes,cost,id"}}},
};

enum {
  PRESET_COUNT = sizeof presets / sizeof presets[0]
};

/* --- exclusive alternatives ---
 *
 * The format has no field for them: the comment says "projects 201 and 1932 both targeted …".
 * A list of two or more ids that the file knows, after the word "projects", is such a group. */

static bool is_id_byte(char byte)
{
  return byte != ' ' && byte != ',' && byte != '\0';
}

static struct span skip(struct span text, size_t length)
{
  return (struct span){.bytes = text.bytes + length, .length = text.length - length};
}

static bool skip_word(struct span *text, const char *word)
{
  size_t length = strlen(word);
  if (text->length < length || memcmp(text->bytes, word, length) != 0)
    return false;
  *text = skip(*text, length);
  return true;
}

/* The id at the start of `text`, without the end of a sentence unless that belongs to the id. */
static struct span next_id(struct span text, const struct project_index *index)
{
  struct span id = {.bytes = text.bytes, .length = 0};
  while (id.length < text.length && is_id_byte(text.bytes[id.length]))
    id.length++;
  while (id.length > 0 && project_index_find(index, id) < 0 &&
         memchr(".;:)", id.bytes[id.length - 1], 4) != NULL)
    id.length--;
  return id;
}

/* Adds the ids of one list at the start of `text` to `groups` as "a+b+c"; returns the text after
 * them. A list of fewer than two adds nothing. */
static struct span read_group(struct span text, const struct project_index *index,
                              struct buffer *groups)
{
  size_t before = groups->length, count = 0;
  for (;;) {
    struct span id = next_id(text, index);
    if (id.length == 0 || project_index_find(index, id) < 0)
      break;
    if (count > 0)
      buffer_add_byte(groups, '+');
    else if (before > 0)
      buffer_add_byte(groups, ',');
    buffer_add(groups, id);
    count++;
    text = skip(text, id.length);
    if (!skip_word(&text, ", and ") && !skip_word(&text, ", ") && !skip_word(&text, " and "))
      break;
  }
  if (count < 2)
    groups->length = before;
  return text;
}

static enum status read_exclusive(const struct pabulib *file, struct arena *arena,
                                  struct span *text, struct fault *fault)
{
  struct project_index index;
  struct buffer groups = {0};
  struct span rest = pabulib_meta_value(file, "comment");
  enum status status = project_index_make(&file->election, arena, &index, fault);

  while (status == STATUS_OK && rest.length > 0) {
    if (skip_word(&rest, "projects "))
      rest = read_group(rest, &index, &groups);
    else
      rest = skip(rest, 1);
  }
  if (status == STATUS_OK) {
    char *copy =
        groups.failed ? NULL : arena_copy(arena, buffer_span(&groups).bytes, groups.length);
    if (copy == NULL)
      status = fault_no_memory(fault);
    else
      *text = (struct span){.bytes = copy, .length = groups.length};
  }
  buffer_free(&groups);
  return status;
}

/* --- the preset --- */

static enum status refuse(struct span published, struct fault *fault)
{
  char known[FAULT_EXPECTED] = "";
  for (size_t i = 0; i < PRESET_COUNT; i++)
    fault_add_name(known, presets[i].published);
  if (published.length == 0)
    return fault_set(fault, STATUS_REFUSED, "META rule", known, "the file does not name its rule");
  return fault_set(fault, STATUS_REFUSED, "META rule", known,
                   "no published rule is known as '%.*s'", SPAN_PRINT(published));
}

static enum status give(struct settings *settings, const char *name, struct span text,
                        struct fault *fault)
{
  return settings_set(settings, span_of(name), text, fault);
}

enum status pabulib_preset(const struct pabulib *file, struct settings *settings,
                           struct arena *arena, struct fault *fault)
{
  struct span published = pabulib_meta_value(file, "rule");
  const struct preset *preset = NULL;
  for (size_t i = 0; i < PRESET_COUNT; i++) {
    if (span_equal(published, span_of(presets[i].published)))
      preset = &presets[i];
  }
  if (preset == NULL)
    return refuse(published, fault);

  enum status status = STATUS_OK;
  settings_begin(settings, rule_find(span_of(preset->rule)));
  for (size_t i = 0; i < GIVEN_MAX && preset->given[i].name != NULL && status == STATUS_OK; i++)
    status = give(settings, preset->given[i].name, span_of(preset->given[i].text), fault);

  struct span threshold = pabulib_meta_value(file, "min_project_score_threshold");
  if (status == STATUS_OK && preset->threshold && threshold.length > 0)
    status = give(settings, "threshold", threshold, fault);
  if (status == STATUS_OK && preset->exclusive) {
    struct span groups;
    status = read_exclusive(file, arena, &groups, fault);
    if (status == STATUS_OK)
      status = give(settings, "exclusive", groups, fault);
  }
  return status;
}
