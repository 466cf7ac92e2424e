#include "engine/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/rule.h"
#include "engine/tiebreak.h"

static const struct setting *specification(const struct settings *settings, size_t place)
{
  return &settings->rule->settings[place];
}

static bool find(const struct settings *settings, struct span name, size_t *place)
{
  for (size_t i = 0; i < settings->rule->setting_count; i++) {
    if (span_equal(name, span_of(specification(settings, i)->name))) {
      *place = i;
      return true;
    }
  }
  return false;
}

static size_t place_of(const struct settings *settings, const char *name)
{
  size_t place;
  if (!find(settings, span_of(name), &place))
    abort(); /* a rule asked for a setting that its own table does not have */
  return place;
}

void settings_begin(struct settings *settings, const struct rule *rule)
{
  assert(rule->setting_count <= SETTINGS_MAX);
  *settings = (struct settings){.rule = rule};
  for (size_t i = 0; i < SETTINGS_MAX; i++)
    settings->text[i] = SPAN("");
}

/* --- checking a value against its kind --- */

static bool is_boolean(struct span text)
{
  return span_equal(text, SPAN("true")) || span_equal(text, SPAN("false"));
}

static bool is_word_of(struct span text, const char *words)
{
  struct span rest = span_of(words), word;
  bool more = true;
  while (span_split(&rest, &more, ' ', &word)) {
    if (span_equal(word, text))
      return true;
  }
  return false;
}

/* Whether `list` names `word` before the part that starts at `before`. */
static bool stands_before(struct span list, const char *before, struct span word)
{
  struct span rest = list, part;
  bool more = true;
  while (span_split(&rest, &more, ',', &part) && part.bytes != before) {
    if (span_equal(part, word))
      return true;
  }
  return false;
}

static bool are_words_of(struct span text, const char *words)
{
  struct span rest = text, part;
  bool more = true;
  if (text.length == 0)
    return true;
  while (span_split(&rest, &more, ',', &part)) {
    if (!is_word_of(part, words) || stands_before(text, part.bytes, part))
      return false;
  }
  return true;
}

static bool is_amount(struct span text, int64_t least, int64_t most)
{
  int64_t value;
  return span_to_integer(text, &value) && value >= least && value <= most;
}

static bool is_unit(struct span text)
{
  if (text.length > 1 && text.bytes[text.length - 1] == '%')
    return is_amount((struct span){text.bytes, text.length - 1}, 1, 100);
  return is_amount(text, 1, MONEY_MAX);
}

static enum status refuse(const struct setting *setting, struct span text, const char *expected,
                          struct fault *fault)
{
  return fault_set(fault, STATUS_REFUSED, setting->name, expected, "'%.*s' is not a value for it",
                   SPAN_PRINT(text));
}

static enum status check(const struct setting *setting, struct span text, struct fault *fault)
{
  struct tiebreak tiebreak;

  switch (setting->kind) {
  case SETTING_BOOLEAN:
    return is_boolean(text) ? STATUS_OK : refuse(setting, text, "true or false", fault);
  case SETTING_INTEGER:
    return is_amount(text, 0, CANONICAL_INTEGER_MAX)
               ? STATUS_OK
               : refuse(setting, text, "a whole number from 0 to 9007199254740991", fault);
  case SETTING_WORD:
    return is_word_of(text, setting->words) ? STATUS_OK
                                            : refuse(setting, text, setting->words, fault);
  case SETTING_WORDS:
    return are_words_of(text, setting->words) ? STATUS_OK
                                              : refuse(setting, text, setting->words, fault);
  case SETTING_TIES:
    return tiebreak_read(text, &tiebreak, fault);
  case SETTING_UNIT:
    return is_unit(text)
               ? STATUS_OK
               : refuse(setting, text,
                        "minor units from 1, or a share of the budget from 1% to 100%", fault);
  case SETTING_GROUPS:
    return STATUS_OK; /* ids can only be checked against an election: the rule's resolve does */
  }
  abort();
}

static enum status refuse_name(const struct rule *rule, struct span name, struct fault *fault)
{
  char known[FAULT_EXPECTED] = "";
  for (size_t i = 0; i < rule->setting_count; i++)
    fault_add_name(known, rule->settings[i].name);
  return fault_set(fault, STATUS_REFUSED, "settings", known, "the rule %s has no setting '%.*s'",
                   rule->name, SPAN_PRINT(name));
}

enum status settings_set(struct settings *settings, struct span name, struct span text,
                         struct fault *fault)
{
  size_t place;
  if (!find(settings, name, &place))
    return refuse_name(settings->rule, name, fault);

  enum status status = check(specification(settings, place), text, fault);
  if (status != STATUS_OK)
    return status;
  settings->text[place] = text;
  settings->given[place] = true;
  return STATUS_OK;
}

enum status settings_resolve(struct settings *settings, const struct election *election,
                             struct arena *arena, struct fault *fault)
{
  const struct rule *rule = settings->rule;
  for (size_t i = 0; i < rule->setting_count; i++) {
    if (!settings->given[i] && rule->settings[i].fallback != NULL)
      settings->text[i] = span_of(rule->settings[i].fallback);
  }
  return rule->resolve == NULL ? STATUS_OK : rule->resolve(settings, election, arena, fault);
}

/* --- asking --- */

struct span settings_text(const struct settings *settings, const char *name)
{
  return settings->text[place_of(settings, name)];
}

bool settings_given(const struct settings *settings, const char *name)
{
  return settings->given[place_of(settings, name)];
}

bool settings_follows(const struct settings *settings, const char *name)
{
  size_t place = place_of(settings, name);
  return !settings->given[place] && specification(settings, place)->fallback == NULL;
}

void settings_fill(struct settings *settings, const char *name, struct span text)
{
  settings->text[place_of(settings, name)] = text;
}

bool settings_boolean(const struct settings *settings, const char *name)
{
  return span_equal(settings_text(settings, name), SPAN("true"));
}

int64_t settings_integer(const struct settings *settings, const char *name)
{
  int64_t value;
  if (!span_to_integer(settings_text(settings, name), &value))
    abort(); /* it was checked when it was given */
  return value;
}

bool settings_has(const struct settings *settings, const char *name, const char *word)
{
  struct span rest = settings_text(settings, name), part;
  bool more = true;
  while (span_split(&rest, &more, ',', &part)) {
    if (span_equal(part, span_of(word)))
      return true;
  }
  return false;
}

/* --- writing --- */

static void write_list(struct canonical_writer *writer, struct span text, char separator)
{
  struct span rest = text, part;
  bool more = text.length > 0;
  canonical_array(writer);
  while (span_split(&rest, &more, separator, &part))
    canonical_string(writer, part);
  canonical_end(writer);
}

static void write_groups(struct canonical_writer *writer, struct span text)
{
  struct span rest = text, part;
  bool more = text.length > 0;
  canonical_array(writer);
  while (span_split(&rest, &more, ',', &part))
    write_list(writer, part, '+');
  canonical_end(writer);
}

static void write_value(struct canonical_writer *writer, enum setting_kind kind, struct span text)
{
  int64_t value;

  switch (kind) {
  case SETTING_BOOLEAN:
    canonical_boolean(writer, span_equal(text, SPAN("true")));
    return;
  case SETTING_INTEGER:
  case SETTING_UNIT:
    if (span_to_integer(text, &value))
      canonical_integer(writer, value);
    else
      canonical_string(writer, text);
    return;
  case SETTING_WORD:
    canonical_string(writer, text);
    return;
  case SETTING_WORDS:
  case SETTING_TIES:
    write_list(writer, text, ',');
    return;
  case SETTING_GROUPS:
    write_groups(writer, text);
    return;
  }
  abort();
}

void settings_write(const struct settings *settings, struct canonical_writer *writer)
{
  const struct rule *rule = settings->rule;
  const char *last = "";

  /* Members in order of their names, "name" among them: the next one is the least not written. */
  canonical_object(writer);
  for (size_t written = 0; written <= rule->setting_count; written++) {
    size_t next = rule->setting_count;
    const char *name = strcmp("name", last) > 0 ? "name" : NULL;
    for (size_t i = 0; i < rule->setting_count; i++) {
      const char *candidate = rule->settings[i].name;
      if (strcmp(candidate, last) > 0 && (name == NULL || strcmp(candidate, name) < 0)) {
        name = candidate;
        next = i;
      }
    }
    canonical_member(writer, name);
    if (next == rule->setting_count)
      canonical_string(writer, span_of(rule->name));
    else
      write_value(writer, rule->settings[next].kind, settings->text[next]);
    last = name;
  }
  canonical_end(writer);
}
