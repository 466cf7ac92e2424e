#include <stdlib.h>

#include "ballots/manifest_read.h"
#include "base/buffer.h"
#include "engine/rule.h"
#include "engine/tiebreak.h"

/* --- JSON values as the texts that settings are given as --- */

/* Elements have the characters of ids: no separator is among them, so that what is joined can be
 * taken apart again. */
static enum status join(const struct node *node, char separator, size_t least, struct arena *arena,
                        struct buffer *text, struct fault *fault)
{
  size_t count;
  enum status status = node_array(node, least, ELECTION_PROJECTS_MAX, "words", &count, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < count; i++) {
    const struct node element = node_element(node, i);
    struct span word;
    status = node_id(&element, arena, &word, fault);
    if (status != STATUS_OK)
      return status;
    if (i > 0)
      buffer_add_byte(text, separator);
    buffer_add(text, word);
  }
  return STATUS_OK;
}

static enum status join_groups(const struct node *node, struct arena *arena, struct buffer *text,
                               struct fault *fault)
{
  size_t count;
  enum status status =
      node_array(node, 0, ELECTION_PROJECTS_MAX, "groups of projects", &count, fault);
  if (status != STATUS_OK)
    return status;
  for (size_t i = 0; i < count; i++) {
    const struct node group = node_element(node, i);
    if (i > 0)
      buffer_add_byte(text, ',');
    status = join(&group, '+', 1, arena, text, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

static enum status spell_integer(const struct node *node, struct buffer *text, struct fault *fault)
{
  int64_t value;
  enum status status = node_integer(node, 0, CANONICAL_INTEGER_MAX, &value, fault);
  if (status == STATUS_OK)
    buffer_add_integer(text, value);
  return status;
}

static enum status spell_boolean(const struct node *node, struct buffer *text, struct fault *fault)
{
  bool value;
  enum status status = node_boolean(node, &value, fault);
  if (status == STATUS_OK)
    buffer_add(text, value ? SPAN("true") : SPAN("false"));
  return status;
}

static enum status spell_word(const struct node *node, struct buffer *text, struct fault *fault)
{
  if (!json_is_string(node->value))
    return node_refuse(node, "is not a text", "a text", fault);
  buffer_add(text, (struct span){.bytes = json_string_value(node->value),
                                 .length = json_string_length(node->value)});
  return STATUS_OK;
}

/* A number of minor units, or a text with a percentage: never a text with a number. */
static enum status spell_unit(const struct node *node, struct buffer *text, struct fault *fault)
{
  if (!json_is_string(node->value))
    return spell_integer(node, text, fault);
  size_t length = json_string_length(node->value);
  if (length == 0 || json_string_value(node->value)[length - 1] != '%')
    return node_refuse(node, "is not such an amount",
                       "a number of minor units, or a text such as \"1%\"", fault);
  return spell_word(node, text, fault);
}

static enum status spell(const struct node *node, enum setting_kind kind, struct arena *arena,
                         struct buffer *text, struct fault *fault)
{
  switch (kind) {
  case SETTING_BOOLEAN:
    return spell_boolean(node, text, fault);
  case SETTING_INTEGER:
    return spell_integer(node, text, fault);
  case SETTING_WORD:
    return spell_word(node, text, fault);
  case SETTING_UNIT:
    return spell_unit(node, text, fault);
  case SETTING_WORDS:
  case SETTING_TIES:
    return join(node, ',', 0, arena, text, fault);
  case SETTING_GROUPS:
    return join_groups(node, arena, text, fault);
  }
  abort();
}

/* --- the rule --- */

/* The rule was found and knows the setting. */
static enum status read_setting(const struct node *node, const struct setting *setting,
                                struct arena *arena, struct settings *settings, struct fault *fault)
{
  struct buffer text = {0};
  enum status status = spell(node, setting->kind, arena, &text, fault);
  if (status == STATUS_OK) {
    struct span spelled = buffer_span(&text);
    char *bytes = text.failed ? NULL : arena_copy(arena, spelled.bytes, spelled.length);
    if (bytes == NULL)
      status = fault_no_memory(fault);
    else
      status =
          node_retell(node,
                      settings_set(settings, span_of(setting->name),
                                   (struct span){.bytes = bytes, .length = spelled.length}, fault),
                      fault);
  }
  buffer_free(&text);
  return status;
}

/* "name by? on_miss? …" for node_object. */
static enum status member_names(const struct rule *rule, struct buffer *names, struct fault *fault)
{
  buffer_add(names, SPAN("name"));
  for (size_t i = 0; i < rule->setting_count; i++)
    buffer_format(names, " %s?", rule->settings[i].name);
  buffer_add_byte(names, '\0');
  return names->failed ? fault_no_memory(fault) : STATUS_OK;
}

static enum status check_names(const struct node *node, const struct rule *rule,
                               struct fault *fault)
{
  struct buffer names = {0};
  enum status status = member_names(rule, &names, fault);
  if (status == STATUS_OK)
    status = node_object(node, names.bytes, fault);
  buffer_free(&names);
  return status;
}

static enum status refuse_rule(const struct node *name, struct fault *fault)
{
  char known[FAULT_EXPECTED] = "one of ";
  for (size_t i = 0; i < rule_count; i++)
    fault_add_name(known, rules[i]->name);
  return node_refuse(name, "is not a rule that this version knows", known, fault);
}

enum status manifest_read_rule(const struct node *node, struct arena *arena,
                               struct manifest *manifest, struct fault *fault)
{
  const struct node name = node_member(node, "name");
  if (!node_stands(&name))
    return node_object(node, "name", fault);
  const char *text = json_string_value(name.value);
  const struct rule *rule = text == NULL ? NULL : rule_find(span_of(text));
  if (rule == NULL)
    return refuse_rule(&name, fault);

  enum status status = check_names(node, rule, fault);
  settings_begin(&manifest->settings, rule);
  for (size_t i = 0; i < rule->setting_count && status == STATUS_OK; i++) {
    const struct node member = node_member(node, rule->settings[i].name);
    if (node_stands(&member))
      status = read_setting(&member, &rule->settings[i], arena, &manifest->settings, fault);
  }
  return status;
}

/* --- ties --- */

/* As given, or what the rule falls back on. */
static struct span tie_list(const struct settings *settings)
{
  if (settings_given(settings, "tie_break"))
    return settings_text(settings, "tie_break");
  for (size_t i = 0; i < settings->rule->setting_count; i++)
    if (settings->rule->settings[i].kind == SETTING_TIES)
      return span_of(settings->rule->settings[i].fallback);
  abort(); /* a rule that decides no ties */
}

enum status manifest_check_ties(struct manifest *manifest, struct fault *fault)
{
  static const char where[] = "rule.tie_break";
  struct tiebreak ties;
  enum status status = tiebreak_read(tie_list(&manifest->settings), &ties, fault);
  if (status != STATUS_OK)
    return status;
  const enum tie_key last = ties.keys[ties.count - 1];
  manifest->draws = last == TIE_DRAW;
  if (manifest->draws && manifest->drawer_count == 0)
    return fault_set(fault, STATUS_REFUSED, "draw", "the people who draw, two or more",
                     "rule.tie_break ends in draw, but nobody draws");
  if (!manifest->draws && manifest->drawer_count > 0)
    return fault_set(fault, STATUS_REFUSED, where, "a list that ends in draw",
                     "there are people to draw, but '%s' stands at the end", tie_key_name(last));
  return STATUS_OK;
}
