#include "audit/catalogue.h"

#include "base/canonical.h"
#include "console/options.h"
#include "console/text.h"

/* What stands for a value in help, and what JSON calls the kind. */
static const struct {
  const char *name;
  const char *value; /* NULL: the setting's words */
} kinds[] = {
    [SETTING_BOOLEAN] = {"boolean", "true|false"},
    [SETTING_INTEGER] = {"integer", "NUMBER"},
    [SETTING_WORD] = {"word", NULL},
    [SETTING_WORDS] = {"words", NULL},
    [SETTING_TIES] = {"ties", "KEY,..."},
    [SETTING_UNIT] = {"unit", "AMOUNT|SHARE%"},
    [SETTING_GROUPS] = {"groups", "ID+ID,ID+ID,..."},
};

static void add_words(struct buffer *buffer, const struct setting *setting)
{
  struct span rest = span_of(setting->words), word;
  bool more = true, first = true;
  while (span_split(&rest, &more, ' ', &word)) {
    if (!first)
      buffer_add_byte(buffer, '|');
    buffer_add(buffer, word);
    first = false;
  }
  if (setting->kind == SETTING_WORDS)
    buffer_add(buffer, SPAN(",..."));
}

static void add_setting(struct buffer *buffer, const struct setting *setting)
{
  struct buffer meaning = {0};

  buffer_format(buffer, "    %s=", setting->name);
  if (kinds[setting->kind].value == NULL)
    add_words(buffer, setting);
  else
    buffer_add(buffer, span_of(kinds[setting->kind].value));
  buffer_add_byte(buffer, '\n');

  buffer_add(&meaning, span_of(setting->meaning));
  if (setting->fallback != NULL)
    buffer_format(&meaning, " (default: %s)",
                  setting->fallback[0] == '\0' ? "none" : setting->fallback);
  text_add_wrapped(buffer, buffer_span(&meaning), 8, OPTIONS_HELP_WIDTH);
  buffer->failed = buffer->failed || meaning.failed;
  buffer_free(&meaning);
}

void catalogue_add(struct buffer *buffer)
{
  for (size_t i = 0; i < rule_count; i++) {
    buffer_format(buffer, "  %s\n", rules[i]->name);
    text_add_wrapped(buffer, span_of(rules[i]->summary), 6, OPTIONS_HELP_WIDTH);
    for (size_t j = 0; j < rules[i]->setting_count; j++)
      add_setting(buffer, &rules[i]->settings[j]);
  }
}

void catalogue_add_names(struct buffer *buffer)
{
  for (size_t i = 0; i < rule_count; i++)
    buffer_format(buffer, "%s%s", i > 0 ? ", " : "", rules[i]->name);
}

static void write_setting(struct canonical_writer *writer, const struct setting *setting)
{
  canonical_object(writer);
  if (setting->fallback != NULL)
    canonical_member_string(writer, "default", span_of(setting->fallback));
  canonical_member_string(writer, "kind", span_of(kinds[setting->kind].name));
  canonical_member_string(writer, "meaning", span_of(setting->meaning));
  canonical_member_string(writer, "name", span_of(setting->name));
  if (kinds[setting->kind].value == NULL) {
    struct span rest = span_of(setting->words), word;
    bool more = true;
    canonical_member(writer, "words");
    canonical_array(writer);
    while (span_split(&rest, &more, ' ', &word))
      canonical_string(writer, word);
    canonical_end(writer);
  }
  canonical_end(writer);
}

void catalogue_write(struct buffer *buffer)
{
  struct canonical_writer writer;
  canonical_begin(&writer, buffer);
  canonical_object(&writer);
  canonical_member(&writer, "rules");
  canonical_array(&writer);
  for (size_t i = 0; i < rule_count; i++) {
    canonical_object(&writer);
    canonical_member_string(&writer, "name", span_of(rules[i]->name));
    canonical_member(&writer, "settings");
    canonical_array(&writer);
    for (size_t j = 0; j < rules[i]->setting_count; j++)
      write_setting(&writer, &rules[i]->settings[j]);
    canonical_end(&writer);
    canonical_member_string(&writer, "summary", span_of(rules[i]->summary));
    canonical_end(&writer);
  }
  canonical_end(&writer);
  canonical_end(&writer);
}
