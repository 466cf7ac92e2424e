#include "audit/request.h"

#include <stdio.h>
#include <string.h>

#include "audit/catalogue.h"
#include "base/hex.h"
#include "console/options.h"
#include "engine/margins/margins.h"
#include "engine/pabulib/preset.h"

static const char default_rule[] = REQUEST_DEFAULT_RULE;
static const char default_completion[] = REQUEST_DEFAULT_COMPLETION;

enum row {
  ROW_RULE,
  ROW_PRESET,
  ROW_UTILITY,
  ROW_COMPLETION,
  ROW_BY,
  ROW_ON_MISS,
  ROW_THRESHOLD,
  ROW_TIE_BREAK,
  ROW_SET,
  ROW_SEED,
  ROW_CHECK_PUBLISHED,
  ROW_REFUSE_INVALID,
  ROW_WARNINGS,
  ROW_PROJECT,
  ROW_COUNTS,
  ROW_JSON,
  ROW_LANG,
  ROW_HELP,
  ROW_PLACE,
  ROW_COUNT = ROW_PLACE + PLACE_ROW_COUNT,
};

static const struct option_row all_rows[ROW_COUNT] = {
    [ROW_RULE] = {"rule", "NAME", NULL, "the rule to count by (below)"},
    [ROW_PRESET] = {"preset", "published", NULL,
                    "the rule that the file's META names, as cities ran it; settings given "
                    "beside it go before it"},
    [ROW_UTILITY] = {"utility", "WORD", "utility", "short for --set utility=WORD"},
    [ROW_COMPLETION] = {"completion", "A,B", "completion", "short for --set completion=A,B"},
    [ROW_BY] = {"by", "WORD", "by", "short for --set by=WORD"},
    [ROW_ON_MISS] = {"on-miss", "WORD", "on_miss", "short for --set on_miss=WORD"},
    [ROW_THRESHOLD] = {"threshold", "N", "threshold", "short for --set threshold=N"},
    [ROW_TIE_BREAK] = {"tie-break", "K1,K2", "tie_break", "short for --set tie_break=K1,K2"},
    [ROW_SET] = {"set", "KEY=VALUE", NULL, "one setting of the rule; may be given several times"},
    [ROW_SEED] = {"seed", "HEX", NULL,
                  "the 32 bytes of the draw, for the tie key 'draw': projects stand in "
                  "ascending order of SHA-256(seed, id)"},
    [ROW_CHECK_PUBLISHED] = {"check-published", NULL, NULL,
                             "compare with the projects that the file calls selected; exit 1 when "
                             "others are funded"},
    [ROW_REFUSE_INVALID] = {"refuse-invalid", NULL, NULL,
                            "refuse a file with ballots that break its own limits"},
    [ROW_WARNINGS] = {"warnings", NULL, NULL, "show the file's warnings, not only how many"},
    [ROW_PROJECT] = {"project", "ID", NULL, "explain this project alone"},
    [ROW_COUNTS] = {"counts", "N", NULL,
                    "count at most so many times to find one project's margins, 0 to 1000000; else "
                    "300 for a project that is named, and 60 for each of all"},
    [ROW_JSON] = {"json", NULL, NULL, NULL /* as the command says */},
    [ROW_LANG] = {"lang", "en|fr", NULL,
                  "the language of the table; else that of LC_ALL, LC_MESSAGES or LANG"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
    PLACE_ROWS,
};

/* The options that a command has. */
struct table {
  size_t count;
  struct option_row rows[ROW_COUNT];
  int which[ROW_COUNT]; /* enum row */
  size_t own;           /* those before the rows of place.h */
};

static struct table table_of(const struct request_form *form)
{
  struct table table = {0};
  for (int row = 0; row < ROW_COUNT; row++) {
    if ((row == ROW_CHECK_PUBLISHED && !form->compares) ||
        ((row == ROW_PROJECT || row == ROW_COUNTS) && !form->explains))
      continue;
    if (row == ROW_PLACE)
      table.own = table.count;
    table.rows[table.count] = all_rows[row];
    if (row == ROW_JSON)
      table.rows[table.count].meaning = form->json;
    table.which[table.count++] = row;
  }
  return table;
}

/* --- reading --- */

struct reader {
  struct arena *arena;
  struct request *request;
  struct request_setting *settings;
  const char *rule; /* the name given, or NULL */
  bool counts_given;
};

static enum status read_rule(struct reader *reader, struct fault *fault)
{
  struct request *request = reader->request;
  const char *name = reader->rule == NULL ? default_rule : reader->rule;

  if (request->origin == REQUEST_RULE_PUBLISHED && reader->rule != NULL)
    return fault_set(fault, STATUS_REFUSED, "--rule", "one of the two",
                     "'%s' and --preset cannot both name the rule", name);
  if (request->origin == REQUEST_RULE_PUBLISHED)
    return STATUS_OK;
  request->origin = reader->rule == NULL ? REQUEST_RULE_DEFAULT : REQUEST_RULE_ASKED;
  request->rule = rule_find(span_of(name));
  if (request->rule != NULL)
    return STATUS_OK;

  struct buffer known = {0};
  catalogue_add_names(&known);
  buffer_add_byte(&known, '\0');
  enum status status = known.failed ? fault_no_memory(fault)
                                    : fault_set(fault, STATUS_REFUSED, "--rule", known.bytes,
                                                "no rule is called '%s'", name);
  buffer_free(&known);
  return status;
}

static enum status read_preset(const char *value, struct request *request, struct fault *fault)
{
  if (strcmp(value, "published") != 0)
    return fault_set(fault, STATUS_REFUSED, "--preset", "published", "no preset is called '%s'",
                     value);
  request->origin = REQUEST_RULE_PUBLISHED;
  return STATUS_OK;
}

static enum status read_setting(const char *value, struct request_setting *setting,
                                struct fault *fault)
{
  struct span rest = span_of(value);
  bool more = true;
  if (strchr(value, '=') == NULL || !span_split(&rest, &more, '=', &setting->name) ||
      setting->name.length == 0)
    return fault_set(fault, STATUS_REFUSED, "--set", "KEY=VALUE", "'%s' is not a setting", value);
  setting->text = rest;
  setting->option = "--set";
  return STATUS_OK;
}

enum status request_read_seed(const char *value, uint8_t seed[DRAW_SEED_BYTES], struct fault *fault)
{
  if (!hex_read(span_of(value), seed, DRAW_SEED_BYTES))
    return fault_set(fault, STATUS_REFUSED, "--seed", "64 lower-case hexadecimal digits",
                     "'%s' is not a seed", value);
  return STATUS_OK;
}

static enum status read_counts(const char *value, struct request *request, bool *given,
                               struct fault *fault)
{
  int64_t counts;
  if (!span_to_integer(span_of(value), &counts) || counts < 0 || counts > MARGINS_COUNTS_MAX)
    return fault_set(fault, STATUS_REFUSED, "--counts", "a whole number from 0 to 1000000",
                     "'%s' is not a number of counts", value);
  request->counts = (uint64_t)counts;
  *given = true;
  return STATUS_OK;
}

static const char *option_text(struct arena *arena, const char *name)
{
  char *text = ARENA_TAKE(arena, char, strlen(name) + 3);
  if (text != NULL) {
    memcpy(text, "--", 2);
    memcpy(text + 2, name, strlen(name));
  }
  return text;
}

static enum status read_option(struct reader *reader, int row, const char *value,
                               struct fault *fault)
{
  struct request *request = reader->request;
  struct request_setting *setting = &reader->settings[request->setting_count];

  if (all_rows[row].setting != NULL) {
    setting->option = option_text(reader->arena, all_rows[row].name);
    setting->name = span_of(all_rows[row].setting);
    setting->text = span_of(value);
    request->setting_count++;
    return setting->option == NULL ? fault_no_memory(fault) : STATUS_OK;
  }
  if (row >= ROW_PLACE)
    return place_option(&request->place, (enum place_row)(row - ROW_PLACE), value, fault);
  switch (row) { /* the others are short for settings */
  case ROW_RULE:
    reader->rule = value;
    return STATUS_OK;
  case ROW_PRESET:
    return read_preset(value, request, fault);
  case ROW_SET:
    request->setting_count++;
    return read_setting(value, setting, fault);
  case ROW_SEED:
    request->seeded = true;
    return request_read_seed(value, request->seed, fault);
  case ROW_LANG:
    return language_read(value, &request->language, fault);
  case ROW_CHECK_PUBLISHED:
    request->check_published = true;
    return STATUS_OK;
  case ROW_REFUSE_INVALID:
    request->refuse_invalid = true;
    return STATUS_OK;
  case ROW_WARNINGS:
    request->warnings = true;
    return STATUS_OK;
  case ROW_PROJECT:
    request->project = value;
    return STATUS_OK;
  case ROW_COUNTS:
    return read_counts(value, request, &reader->counts_given, fault);
  case ROW_JSON:
    request->json = true;
    return STATUS_OK;
  default:
    request->help = true;
    return STATUS_OK;
  }
}

static enum status read_path(const struct options *options, const char *command,
                             struct request *request, struct fault *fault)
{
  char **rest;
  int count = options_rest(options, &rest);
  if (count == 0) {
    char expected[FAULT_EXPECTED];
    snprintf(expected, sizeof expected, "%s FILE.pb, or - for standard input", command);
    return fault_set(fault, STATUS_REFUSED, command, expected, "no file was named");
  }
  if (count > 1)
    return fault_set(fault, STATUS_REFUSED, command, "one file", "'%s' is one too many", rest[1]);
  request->path = rest[0];
  return place_check(request->path, &request->place, fault);
}

/* --- settings --- */

/* Says which option it was, and of a value also which setting. */
static enum status give(struct settings *settings, const struct request_setting *given,
                        struct fault *fault)
{
  struct fault inner;
  enum status status = settings_set(settings, given->name, given->text, &inner);
  if (status == STATUS_OK)
    return status;
  if (strcmp(given->option, "--set") == 0 && strcmp(inner.where, "settings") != 0)
    return fault_set(fault, status, given->option, inner.expected, "%s: %s", inner.where,
                     inner.what);
  return fault_set(fault, status, given->option, inner.expected, "%s", inner.what);
}

static enum status give_all(const struct request *request, struct settings *settings,
                            struct fault *fault)
{
  enum status status = STATUS_OK;
  for (size_t i = 0; i < request->setting_count && status == STATUS_OK; i++)
    status = give(settings, &request->settings[i], fault);
  return status;
}

static enum status begin(const struct request *request, struct settings *settings,
                         struct fault *fault)
{
  settings_begin(settings, request->rule);
  if (request->origin != REQUEST_RULE_DEFAULT)
    return STATUS_OK;
  return settings_set(settings, SPAN("completion"), span_of(default_completion), fault);
}

bool request_draws(const struct settings *settings)
{
  for (size_t i = 0; i < settings->rule->setting_count; i++) {
    if (settings->rule->settings[i].kind == SETTING_TIES &&
        settings_has(settings, settings->rule->settings[i].name, "draw"))
      return true;
  }
  return false;
}

enum status request_settings(const struct request *request, const struct pabulib *file,
                             struct arena *arena, struct settings *settings, struct fault *fault)
{
  enum status status = request->origin == REQUEST_RULE_PUBLISHED
                           ? pabulib_preset(file, settings, arena, fault)
                           : begin(request, settings, fault);
  if (status == STATUS_OK)
    status = give_all(request, settings, fault);
  if (status == STATUS_OK)
    status = settings_resolve(settings, &file->election, arena, fault);
  if (status != STATUS_OK)
    return status;
  if (request_draws(settings) && !request->seeded)
    return fault_set(fault, STATUS_REFUSED, "--seed", "the seed that was drawn",
                     "ties are broken by the draw, and it has no seed");
  if (request->seeded && !request_draws(settings))
    return fault_set(fault, STATUS_REFUSED, "--seed", "a tie list that ends in 'draw'",
                     "no tie is broken by the draw");
  return STATUS_OK;
}

enum status request_read(const struct request_form *form, int count, char **arguments,
                         struct arena *arena, struct request *request, struct fault *fault)
{
  const struct table table = table_of(form);
  struct reader reader = {.arena = arena, .request = request};
  struct options options;
  struct settings settings;
  enum status status;
  const char *value;
  int row = 0;

  *request = (struct request){.language = language_of_environment()};
  reader.settings = ARENA_TAKE(arena, struct request_setting, (size_t)count);
  if (reader.settings == NULL)
    return fault_no_memory(fault);
  request->settings = reader.settings;

  options_begin(&options, table.rows, table.count, count, arguments);
  do {
    status = options_next(&options, &row, &value, fault);
    if (status == STATUS_OK && row != OPTIONS_END)
      status = read_option(&reader, table.which[row], value, fault);
  } while (status == STATUS_OK && row != OPTIONS_END && !request->help);
  if (status != STATUS_OK || request->help)
    return status;

  if (!reader.counts_given)
    request->counts = request->project == NULL ? REQUEST_COUNTS_ALL : REQUEST_COUNTS_ONE;
  status = read_path(&options, form->command, request, fault);
  if (status == STATUS_OK)
    status = read_rule(&reader, fault);
  if (status != STATUS_OK || request->rule == NULL)
    return status;
  status = begin(request, &settings, fault);
  return status == STATUS_OK ? give_all(request, &settings, fault) : status;
}

/* --- help --- */

void request_add_help(const struct request_form *form, struct buffer *buffer)
{
  const struct table table = table_of(form);
  buffer_format(buffer,
                "Usage: beffroi-audit %s FILE.pb [OPTION]...\n"
                "       beffroi-audit %s BOARD [--json] [--lang en|fr]\n"
                "\n%s\n",
                form->command, form->command, form->purpose);
  buffer_add(buffer,
             SPAN("FILE may be - for standard input; at most 4 GiB. A BOARD is a directory, "
                  "a board.jsonl or\n"
                  "an address, as for 'verify', and is verified and counted as its "
                  "manifest says. Without\n"
                  "--rule and --preset the "));
  buffer_format(buffer, "rule is %s with completion %s.\n\nOptions:\n", default_rule,
                default_completion);
  options_add_help(buffer, table.rows, table.own);
  place_add_help(buffer);
  buffer_add(buffer, SPAN("\nRules and their settings:\n"));
  catalogue_add(buffer);
  buffer_format(buffer, "\n%s", form->ending);
}
