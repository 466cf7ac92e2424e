#include "api/server/config.h"

#include <stdio.h>
#include <string.h>

#include "api/server/http.h"
#include "api/server/ini.h"
#include "api/server/log.h"
#include "base/base64.h"
#include "console/source.h"

extern char **environ;

#define ENVIRONMENT_PREFIX "BEFFROI_"

enum {
  WHERE_MAX = 64
};

/* --- the table --- */

enum type {
  NUMBER,
  TEXT,
  ADDRESS,  /* http_listen */
  CONNINFO, /* may hold a password */
  LEVEL,
  KEYS /* of organisers */
};

struct row {
  const char *section, *key;
  enum type type;
  size_t offset; /* in struct config */
  int64_t least, most;
  const char *standard; /* what holds when nothing is said */
  const char *meaning;
};

#define AT(member) offsetof(struct config, member)

static const struct row settings[] = {
    {"server", "listen", ADDRESS, AT(listen), 0, 0, "127.0.0.1:8080",
     "where the proxy finds the service"},
    {"server", "officers_listen", ADDRESS, AT(officers_listen), 0, 0, "127.0.0.1:8081",
     "where it finds the part that takes attachments; empty: nowhere"},
    {"server", "workers", NUMBER, AT(workers), 0, 256, "0",
     "processes that answer requests; 0: as many as processors"},
    {"server", "connections", NUMBER, AT(connections), 1, 65536, "1024",
     "connections that a worker has at a time"},
    {"server", "request_seconds", NUMBER, AT(request_seconds), 1, 3600, "10",
     "for a request to be whole, from its first byte"},
    {"server", "reply_seconds", NUMBER, AT(reply_seconds), 1, 3600, "30",
     "for the client to take a reply"},
    {"server", "idle_seconds", NUMBER, AT(idle_seconds), 1, 3600, "75",
     "that a connection is kept between requests; more than the proxy keeps it"},
    {"server", "stop_seconds", NUMBER, AT(stop_seconds), 1, 3600, "30",
     "for what is under way when the service stops"},
    {"server", "log_level", LEVEL, AT(log_level), 0, 0, "info", "what is logged"},
    {"database", "casting", CONNINFO, AT(database), 0, 0,
     "host=/run/postgresql dbname=beffroi user=beffroi_casting",
     "how the service connects to PostgreSQL; passwords belong in a passfile"},
    {"database", "owner", CONNINFO, AT(owner), 0, 0, "",
     "how `beffroi migrate` connects; not needed to serve"},
    {"database", "unit_seconds", NUMBER, AT(database_seconds), 1, 600, "10",
     "for the database to answer"},
    {"database", "lock_seconds", NUMBER, AT(lock_seconds), 1, 600, "3",
     "for a transaction to wait for a board, or to hold one"},
    {"voting", "master_secret", TEXT, AT(master_secret), 0, 0, "/etc/beffroi/master-secret",
     "the file with the secret that keys of boards are made from"},
    {"voting", "organisers", KEYS, AT(organisers), 0, 0, "",
     "public keys, with blanks between, whose elections are accepted"},
    {"voting", "pool", NUMBER, AT(pool), 1, 1000000, "4096",
     "entries that wait in a worker; more are answered 503"},
    {"voting", "batch", NUMBER, AT(batch), 1, 4096, "256",
     "entries that one transaction appends at most"},
    {"voting", "marks", TEXT, AT(marks), 0, 0, "",
     "folder of this node where it remembers how far boards have come, so that it signs nothing "
     "for a "
     "database that was restored to an older state; empty: it does not notice"},
    {"jobs", "workers", NUMBER, AT(job_workers), 0, 64, "1",
     "processes that count and export; 0: what is asked for waits"},
    {"jobs", "lease_seconds", NUMBER, AT(job_lease_seconds), 5, 3600, "60",
     "until another takes a job whose worker says nothing"},
};

enum {
  SETTINGS = sizeof settings / sizeof *settings
};

/* --- what is expected of a value --- */

static void expect(const struct row *setting, char expected[FAULT_EXPECTED])
{
  static const char *const words[] = {
      [TEXT] = "a path",
      [ADDRESS] = "127.0.0.1:PORT, [::1]:PORT or unix:/PATH",
      [CONNINFO] = "a connection string as libpq takes it",
      [LEVEL] = "error, warning, info or debug",
      [KEYS] = "public keys in base64, with blanks between",
  };
  if (setting->type == NUMBER)
    snprintf(expected, FAULT_EXPECTED, "a whole number from %lld to %lld",
             (long long)setting->least, (long long)setting->most);
  else
    snprintf(expected, FAULT_EXPECTED, "%s", words[setting->type]);
}

static bool may_be_empty(const struct row *setting)
{
  return setting->standard[0] == '\0' || setting->offset == AT(officers_listen);
}

static bool holds(const struct row *setting, struct span value, int64_t *number)
{
  struct fault fault;
  enum log_level level;
  if (value.length == 0)
    return may_be_empty(setting);
  switch (setting->type) {
  case NUMBER:
    return span_to_integer(value, number) && *number >= setting->least && *number <= setting->most;
  case ADDRESS:
    return http_check_address(value, &fault) == STATUS_OK;
  case LEVEL:
    return log_level_read(value, &level);
  case TEXT:
  case CONNINFO:
  case KEYS:
    break;
  }
  return true;
}

/* --- setting values --- */

static enum status set_value(const struct row *setting, struct span value, const char *where,
                             struct arena *arena, struct config *config, struct fault *fault)
{
  int64_t number = 0;
  char expected[FAULT_EXPECTED];
  char *member = (char *)config + setting->offset;
  if (!holds(setting, value, &number)) {
    expect(setting, expected);
    return fault_set(fault, STATUS_REFUSED, where, expected, "%s in [%s] cannot be '%.*s'",
                     setting->key, setting->section, SPAN_PRINT(value));
  }
  if (setting->type == NUMBER) {
    memcpy(member, &number, sizeof number);
    return STATUS_OK;
  }
  const char *text = arena_copy(arena, value.bytes, value.length);
  if (text == NULL)
    return fault_no_memory(fault);
  memcpy(member, &text, sizeof text);
  return STATUS_OK;
}

static const struct row *find(struct span section, struct span key)
{
  for (size_t i = 0; i < SETTINGS; i++) {
    if (span_equal(section, span_of(settings[i].section)) &&
        span_equal(key, span_of(settings[i].key)))
      return &settings[i];
  }
  return NULL;
}

/* Names what there is: sections, or the settings of one. */
static enum status refuse_unknown(const struct ini_setting *given, const char *where,
                                  struct fault *fault)
{
  char keys[FAULT_EXPECTED] = "one of ", sections[FAULT_EXPECTED] = "one of ";
  bool known = false;
  for (size_t i = 0; i < SETTINGS; i++) {
    if (span_equal(given->section, span_of(settings[i].section))) {
      known = true;
      fault_add_name(keys, settings[i].key);
    }
    if (i == 0 || strcmp(settings[i].section, settings[i - 1].section) != 0)
      fault_add_name(sections, settings[i].section);
  }
  if (!known)
    return fault_set(fault, STATUS_REFUSED, where, sections, "no section is called '%.*s'",
                     SPAN_PRINT(given->section));
  return fault_set(fault, STATUS_REFUSED, where, keys, "[%.*s] has no setting '%.*s'",
                   SPAN_PRINT(given->section), SPAN_PRINT(given->key));
}

static enum status read_file(struct span text, struct arena *arena, struct config *config,
                             size_t lines[SETTINGS], struct fault *fault)
{
  struct ini ini;
  struct ini_setting given;
  char where[WHERE_MAX];
  bool end;
  ini_begin(&ini, text);
  for (;;) {
    enum status status = ini_next(&ini, &given, &end, fault);
    if (status != STATUS_OK || end)
      return status;
    snprintf(where, sizeof where, "line %zu", given.line);
    const struct row *setting = find(given.section, given.key);
    if (setting == NULL)
      return refuse_unknown(&given, where, fault);
    size_t *line = &lines[setting - settings];
    if (*line != 0)
      return fault_set(fault, STATUS_REFUSED, where, "each setting once",
                       "%s in [%s] was set in line %zu already", setting->key, setting->section,
                       *line);
    *line = given.line;
    status = set_value(setting, given.value, where, arena, config, fault);
    if (status != STATUS_OK)
      return status;
  }
}

/* --- the environment --- */

/* "BEFFROI_" and the two names, in capitals. */
static void name_variable(const char *section, const char *key, char name[WHERE_MAX])
{
  snprintf(name, WHERE_MAX, ENVIRONMENT_PREFIX "%s_%s", section, key);
  for (char *letter = name; *letter != '\0'; letter++) {
    if (*letter >= 'a' && *letter <= 'z')
      *letter = (char)(*letter - 'a' + 'A');
  }
}

static const struct row *find_variable(struct span name)
{
  char known[WHERE_MAX];
  for (size_t i = 0; i < SETTINGS; i++) {
    name_variable(settings[i].section, settings[i].key, known);
    if (span_equal(name, span_of(known)))
      return &settings[i];
  }
  return NULL;
}

/* Others may have variables that begin with our name; those that begin with a section's are ours. */
static bool names_section(struct span name)
{
  char prefix[WHERE_MAX];
  for (size_t i = 0; i < SETTINGS; i++) {
    name_variable(settings[i].section, "", prefix);
    size_t length = strlen(prefix);
    if (name.length >= length && memcmp(name.bytes, prefix, length) == 0)
      return true;
  }
  return false;
}

static enum status read_environment(char *const *environment, struct arena *arena,
                                    struct config *config, struct fault *fault)
{
  char where[WHERE_MAX];
  for (; environment != NULL && *environment != NULL; environment++) {
    struct span value = span_of(*environment), name;
    bool more = true;
    if (!span_split(&value, &more, '=', &name) || !names_section(name))
      continue;
    const struct row *setting = find_variable(name);
    snprintf(where, sizeof where, "%.*s", SPAN_PRINT(name));
    if (setting == NULL)
      return fault_set(fault, STATUS_REFUSED, where, "BEFFROI_SECTION_KEY of a setting that exists",
                       "no setting has this name in the environment");
    enum status status = set_value(setting, value, where, arena, config, fault);
    if (status != STATUS_OK)
      return status;
  }
  return STATUS_OK;
}

/* --- reading --- */

static enum status set_standards(struct arena *arena, struct config *config, struct fault *fault)
{
  enum status status = STATUS_OK;
  *config = (struct config){0};
  for (size_t i = 0; status == STATUS_OK && i < SETTINGS; i++)
    status = set_value(&settings[i], span_of(settings[i].standard), NULL, arena, config, fault);
  return status;
}

enum status config_read_text(struct span text, char *const *environment, struct arena *arena,
                             struct config *config, struct fault *fault)
{
  size_t lines[SETTINGS] = {0};
  struct key_list organisers;
  enum status status = set_standards(arena, config, fault);
  if (status == STATUS_OK)
    status = read_file(text, arena, config, lines, fault);
  if (status == STATUS_OK)
    status = read_environment(environment, arena, config, fault);
  if (status == STATUS_OK)
    status = config_organisers(config, arena, &organisers, fault);
  return status;
}

/* Puts the name of the file before the place in it. */
static void name_file(const char *path, struct fault *fault)
{
  struct fault told = *fault;
  char where[FAULT_WHERE];
  snprintf(where, sizeof where, "%.60s, %.30s", path, told.where);
  fault_set(fault, told.status, where, told.expected, "%s", told.what);
}

enum status config_read(const char *path, struct arena *arena, struct config *config,
                        struct fault *fault)
{
  struct source source = {.text = SPAN("")};
  if (path == NULL)
    return config_read_text(SPAN(""), environ, arena, config, fault);
  enum status status = source_open(path, &source, fault);
  if (status != STATUS_OK)
    return status;
  if (source.text.length > CONFIG_BYTES_MAX)
    status = fault_set(fault, STATUS_REFUSED, path, "at most 65536 bytes", "the file is too long");
  else
    status = config_read_text(source.text, environ, arena, config, fault);
  if (status == STATUS_REFUSED && strncmp(fault->where, "line ", 5) == 0)
    name_file(path, fault);
  source_close(&source);
  return status;
}

enum status config_organisers(const struct config *config, struct arena *arena,
                              struct key_list *organisers, struct fault *fault)
{
  struct span rest = span_of(config->organisers), text;
  bool more = true;
  struct public_key *keys =
      ARENA_TAKE(arena, struct public_key, rest.length / PUBLIC_KEY_BYTES + 1);
  uint8_t bytes[PUBLIC_KEY_BYTES];
  size_t length;
  if (keys == NULL)
    return fault_no_memory(fault);
  *organisers = (struct key_list){.count = 0, .keys = keys};
  while (span_split(&rest, &more, ' ', &text)) {
    text = span_trim(text);
    if (text.length == 0)
      continue;
    if (!base64_read(text, bytes, sizeof bytes, &length) || length != sizeof bytes)
      return fault_set(fault, STATUS_REFUSED, "organisers in [voting]",
                       "public keys in base64, with blanks between", "'%.*s' is no public key",
                       SPAN_PRINT(text));
    enum status status = public_key_admit(bytes, &keys[organisers->count], fault);
    if (status != STATUS_OK)
      return status;
    organisers->count++;
  }
  return STATUS_OK;
}

/* --- writing --- */

static const char *text_of(const struct row *setting, const struct config *config)
{
  const char *text;
  memcpy(&text, (const char *)config + setting->offset, sizeof text);
  return text;
}

static void write_value(const struct row *setting, const struct config *config,
                        struct buffer *buffer)
{
  int64_t number;
  if (setting->type == NUMBER) {
    memcpy(&number, (const char *)config + setting->offset, sizeof number);
    buffer_format(buffer, "%s = %lld\n", setting->key, (long long)number);
    return;
  }
  const char *text = text_of(setting, config);
  if (setting->type == CONNINFO &&
      (strstr(text, "password") != NULL || strstr(text, "://") != NULL))
    buffer_format(buffer, "# %s is set, and not shown: it may hold a password\n", setting->key);
  else
    buffer_format(buffer, "%s =%s%s\n", setting->key, text[0] == '\0' ? "" : " ", text);
}

void config_write(const struct config *config, struct buffer *buffer)
{
  char expected[FAULT_EXPECTED];
  const char *section = "";
  for (size_t i = 0; i < SETTINGS; i++) {
    const struct row *setting = &settings[i];
    if (strcmp(section, setting->section) != 0) {
      section = setting->section;
      buffer_format(buffer, "%s[%s]\n", i == 0 ? "" : "\n", section);
    }
    expect(setting, expected);
    buffer_format(buffer, "# %s: %s\n", setting->meaning, expected);
    write_value(setting, config, buffer);
  }
}

void config_describe(struct buffer *buffer)
{
  char expected[FAULT_EXPECTED], variable[WHERE_MAX];
  buffer_add(buffer, SPAN("| setting | in the environment | unless told | is | expected |\n"
                          "|---|---|---|---|---|\n"));
  for (size_t i = 0; i < SETTINGS; i++) {
    const struct row *setting = &settings[i];
    bool empty = setting->standard[0] == '\0';
    expect(setting, expected);
    name_variable(setting->section, setting->key, variable);
    buffer_format(buffer, "| `[%s] %s` | `%s` | %s%s%s | %s | %s |\n", setting->section,
                  setting->key, variable, empty ? "" : "`", empty ? "nothing" : setting->standard,
                  empty ? "" : "`", setting->meaning, expected);
  }
}
