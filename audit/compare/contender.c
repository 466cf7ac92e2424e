#include "audit/compare/contender.h"

#include "audit/catalogue.h"
#include "engine/pabulib/preset.h"

static enum status refuse_rule(const char *option, struct span name, struct fault *fault)
{
  struct buffer known = {0};
  catalogue_add_names(&known);
  buffer_add(&known, SPAN(", default, published"));
  buffer_add_byte(&known, '\0');
  enum status status = known.failed ? fault_no_memory(fault)
                                    : fault_set(fault, STATUS_REFUSED, option, known.bytes,
                                                "no rule is called '%.*s'", SPAN_PRINT(name));
  buffer_free(&known);
  return status;
}

static enum status read_name(struct contender *contender, const char *option, struct span name,
                             struct fault *fault)
{
  contender->origin = REQUEST_RULE_ASKED;
  if (span_equal(name, SPAN("published"))) {
    contender->origin = REQUEST_RULE_PUBLISHED;
    return STATUS_OK;
  }
  if (span_equal(name, SPAN("default"))) {
    contender->origin = REQUEST_RULE_DEFAULT;
    name = SPAN(REQUEST_DEFAULT_RULE);
  }
  contender->rule = rule_find(name);
  return contender->rule == NULL ? refuse_rule(option, name, fault) : STATUS_OK;
}

static enum status read_setting(struct contender *contender, const char *option, struct span text,
                                struct fault *fault)
{
  struct span value = text, name;
  bool more = true;
  if (!span_split(&value, &more, '=', &name) || !more || name.length == 0)
    return fault_set(fault, STATUS_REFUSED, option, "RULE:KEY=VALUE", "'%.*s' is not a setting",
                     SPAN_PRINT(text));
  if (contender->setting_count == SETTINGS_MAX)
    return fault_set(fault, STATUS_REFUSED, option, "at most 16 settings",
                     "there are more settings");
  contender->names[contender->setting_count] = name;
  contender->values[contender->setting_count++] = value;
  return STATUS_OK;
}

/* Gives the settings that were named over those that are there. */
static enum status give(const struct contender *contender, struct settings *settings,
                        struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = 0; i < contender->setting_count && status == STATUS_OK; i++)
    status = settings_set(settings, contender->names[i], contender->values[i], fault);
  return status;
}

static enum status begin(const struct contender *contender, struct settings *settings,
                         struct fault *fault)
{
  settings_begin(settings, contender->rule);
  if (contender->origin != REQUEST_RULE_DEFAULT)
    return STATUS_OK;
  return settings_set(settings, SPAN("completion"), SPAN(REQUEST_DEFAULT_COMPLETION), fault);
}

/* Puts the contender before what was said of it. */
static enum status say_which(const struct contender *contender, const char *option,
                             enum status status, struct fault *fault)
{
  const struct fault inner = *fault;
  if (status != STATUS_REFUSED)
    return status;
  return fault_set(fault, status, option, inner.expected, "%.*s: %s%s%s",
                   SPAN_PRINT(contender->said), inner.where, inner.where[0] == '\0' ? "" : ": ",
                   inner.what);
}

static enum status add(struct contenders *contenders, const char *option, struct span text,
                       struct fault *fault)
{
  struct contender contender = {.said = text};
  struct settings settings;
  struct span part;
  bool more = true;
  if (contenders->count == CONTENDERS_MAX)
    return fault_set(fault, STATUS_REFUSED, option, "at most 10 rules", "there are more rules");
  enum status status = STATUS_OK;
  for (bool first = true; status == STATUS_OK && span_split(&text, &more, ':', &part);
       first = false)
    status = first ? read_name(&contender, option, part, fault)
                   : read_setting(&contender, option, part, fault);
  if (status != STATUS_OK)
    return status;
  if (contender.rule != NULL) {
    status = begin(&contender, &settings, fault);
    if (status == STATUS_OK)
      status = give(&contender, &settings, fault);
  }
  contenders->list[contenders->count++] = contender;
  return say_which(&contender, option, status, fault);
}

enum status contenders_add(struct contenders *contenders, const char *option, const char *text,
                           char separator, struct fault *fault)
{
  struct span rest = span_of(text), part;
  bool more = true;
  enum status status = STATUS_OK;
  if (separator == '\0')
    return add(contenders, option, rest, fault);
  while (status == STATUS_OK && span_split(&rest, &more, separator, &part))
    status = add(contenders, option, part, fault);
  return status;
}

static enum status published(const struct pabulib *file, const struct settings *manifest,
                             struct arena *arena, struct settings *settings, struct fault *fault)
{
  if (manifest != NULL) {
    *settings = *manifest;
    return STATUS_OK;
  }
  if (file == NULL)
    return fault_set(fault, STATUS_REFUSED, NULL, "a rule by its name",
                     "this election was made, nobody published its rule");
  return pabulib_preset(file, settings, arena, fault);
}

enum status contender_settings(const struct contender *contender, const struct election *election,
                               const struct pabulib *file, const struct settings *manifest,
                               struct arena *arena, struct settings *settings, struct fault *fault)
{
  enum status status = contender->origin == REQUEST_RULE_PUBLISHED
                           ? published(file, manifest, arena, settings, fault)
                           : begin(contender, settings, fault);
  if (status == STATUS_OK)
    status = give(contender, settings, fault);
  if (status == STATUS_OK)
    status = settings_resolve(settings, election, arena, fault);
  return say_which(contender, "--rules", status, fault);
}
