#include "api/migrate.h"

#include <stdio.h>
#include <string.h>

#include "api/command.h"
#include "api/server/config.h"
#include "api/server/db.h"
#include "ballots/digest.h"
#include "console/console.h"
#include "console/options.h"
#include "sql/migrations.h"
#include "sql/scripts.h"

enum {
  NUMBER_TEXT = 12,
  SERVER_OLDEST = 150000 /* PostgreSQL 15, as server_version_num says it */
};

/* --- asking --- */

static enum status ask(struct db_session *session, enum script script,
                       const char *const *parameters, struct arena *arena, struct span *answer,
                       struct fault *fault)
{
  const struct sql_statement *statement = &sql_scripts[script];
  return db_session_ask(session, statement->text, statement->count, parameters, arena, answer,
                        fault);
}

static enum status run(struct db_session *session, enum script script, struct fault *fault)
{
  return db_session_script(session, sql_scripts[script].text, fault);
}

/* --- applying --- */

struct step {
  const struct sql_migration *migration;
  char number[NUMBER_TEXT], oldest[NUMBER_TEXT];
  char digest[DIGEST_TEXT];
};

static struct step step_of(const struct sql_migration *migration)
{
  struct step step = {.migration = migration};
  struct digest digest = digest_of(span_of(migration->text));
  digest_write(&digest, step.digest);
  (void)snprintf(step.number, sizeof step.number, "%d", migration->number);
  (void)snprintf(step.oldest, sizeof step.oldest, "%d", migration->oldest);
  return step;
}

/* Whether it was applied; refuses one that was applied with another text. */
static enum status was_applied(struct db_session *session, const struct step *step, bool *applied,
                               struct fault *fault)
{
  struct arena arena = {0};
  struct span found;
  const char *const parameters[] = {step->number};
  enum status status = ask(session, SCRIPT_MIGRATION_DIGEST, parameters, &arena, &found, fault);
  *applied = status == STATUS_OK && found.length > 0;
  if (*applied && !span_equal(found, span_of(step->digest)))
    status = fault_set(fault, STATUS_REFUSED, step->migration->name,
                       "the program that applied it, or a newer one",
                       "migration %s was applied with another text", step->number);
  arena_free(&arena);
  return status;
}

static enum status apply(struct db_session *session, const struct step *step, struct fault *fault)
{
  struct arena arena = {0};
  struct span nothing;
  const char *const parameters[] = {step->number, step->oldest, step->migration->name,
                                    step->digest};
  enum status status = run(session, SCRIPT_MIGRATION_BEGIN, fault);
  if (status == STATUS_OK)
    status = db_session_script(session, step->migration->text, fault);
  if (status == STATUS_OK)
    status = ask(session, SCRIPT_MIGRATION_RECORD, parameters, &arena, &nothing, fault);
  if (status == STATUS_OK)
    status = db_session_script(session, "COMMIT", fault);
  arena_free(&arena);
  return status; /* a session that failed is closed, and with it its transaction */
}

static enum status list_is_there(struct db_session *session, bool *there, struct fault *fault)
{
  struct arena arena = {0};
  struct span answer;
  enum status status = ask(session, SCRIPT_MIGRATIONS_THERE, NULL, &arena, &answer, fault);
  *there = status == STATUS_OK && span_equal(answer, SPAN("true"));
  arena_free(&arena);
  return status;
}

static enum status apply_all(struct db_session *session, bool dry, struct buffer *told,
                             struct fault *fault)
{
  bool there;
  enum status status = list_is_there(session, &there, fault);
  for (int i = 0; status == STATUS_OK && i < MIGRATION_COUNT; i++) {
    const struct step step = step_of(&sql_migrations[i]);
    bool applied = false;
    if (there)
      status = was_applied(session, &step, &applied, fault);
    if (status != STATUS_OK || applied)
      continue;
    if (!dry)
      status = apply(session, &step, fault);
    if (status == STATUS_OK)
      buffer_format(told, "%s migration %s, %s\n", dry ? "would apply" : "applied", step.number,
                    step.migration->name);
  }
  return status;
}

enum status migrate(const char *conninfo, bool dry, struct buffer *told, struct fault *fault)
{
  struct db_session *session = NULL;
  enum status status = db_session_open(conninfo, &session, fault);
  if (status == STATUS_OK)
    status = run(session, SCRIPT_MIGRATE_LOCK, fault);
  if (status == STATUS_OK && !dry)
    status = run(session, SCRIPT_MIGRATE_PREPARE, fault);
  if (status == STATUS_OK)
    status = apply_all(session, dry, told, fault);
  db_session_close(session);
  if (status == STATUS_OK && told->length == 0)
    buffer_add(told, SPAN("the schema is what this program needs\n"));
  return status;
}

/* --- before serving --- */

static enum status check_version(struct db_session *session, struct arena *arena,
                                 struct fault *fault)
{
  struct span answer;
  int64_t version;
  enum status status = ask(session, SCRIPT_SERVER_VERSION, NULL, arena, &answer, fault);
  if (status == STATUS_OK && (!span_to_integer(answer, &version) || version < SERVER_OLDEST))
    status = fault_set(fault, STATUS_REFUSED, "database", "PostgreSQL 15 or newer",
                       "its server_version_num is %.*s", SPAN_PRINT(answer));
  return status;
}

static enum status check_schema(struct db_session *session, struct arena *arena,
                                struct fault *fault)
{
  bool there, more = true;
  struct span answer, part;
  int64_t newest = 0, oldest = 0;
  enum status status = list_is_there(session, &there, fault);
  if (status == STATUS_OK && there)
    status = ask(session, SCRIPT_MIGRATION_NEWEST, NULL, arena, &answer, fault);
  if (status != STATUS_OK)
    return status;
  if (there && answer.length > 0 &&
      (!span_split(&answer, &more, ' ', &part) || !span_to_integer(part, &newest) ||
       !span_split(&answer, &more, ' ', &part) || !span_to_integer(part, &oldest)))
    return fault_set(fault, STATUS_FAILED, "board.migration", NULL, "it cannot be read");
  if (newest < MIGRATION_COUNT)
    return fault_set(fault, STATUS_REFUSED, "database", "`beffroi migrate` first",
                     "its schema is that of migration %lld, and this program needs %d",
                     (long long)newest, MIGRATION_COUNT);
  if (oldest > MIGRATION_COUNT)
    return fault_set(fault, STATUS_REFUSED, "database", "a newer release of this program",
                     "its schema agrees with programs from migration %lld on, and this one has %d",
                     (long long)oldest, MIGRATION_COUNT);
  return STATUS_OK;
}

/* A script that gives what is wrong, or nothing. */
static enum status check_none(struct db_session *session, enum script script, struct arena *arena,
                              const char *expected, const char *what, struct fault *fault)
{
  struct span answer;
  enum status status = ask(session, script, NULL, arena, &answer, fault);
  if (status == STATUS_OK && answer.length > 0)
    status = fault_set(fault, STATUS_REFUSED, "database", expected, "%s: %.*s", what,
                       SPAN_PRINT(answer));
  return status;
}

enum status migrate_check(const char *conninfo, struct fault *fault)
{
  struct arena arena = {0};
  struct db_session *session = NULL;
  enum status status = db_session_open(conninfo, &session, fault);
  if (status == STATUS_OK)
    status = check_version(session, &arena, fault);
  if (status == STATUS_OK)
    status = check_schema(session, &arena, fault);
  if (status == STATUS_OK)
    status = check_none(session, SCRIPT_DURABLE, &arena,
                        "these settings on: else a receipt could outlive its ballot",
                        "commits may be lost, since these are off", fault);
  if (status == STATUS_OK)
    status =
        check_none(session, SCRIPT_RIGHTS_TOO_MANY, &arena,
                   "the role beffroi_casting, with no more rights than `beffroi migrate` gives",
                   "the role may do too much", fault);
  db_session_close(session);
  arena_free(&arena);
  return status;
}

/* --- the command --- */

enum row {
  ROW_CONFIG,
  ROW_DRY,
  ROW_HELP,
  ROW_COUNT,
};

static const struct option_row rows[ROW_COUNT] = {
    [ROW_CONFIG] = {"config", "FILE", NULL,
                    "the configuration; else only what the environment says (BEFFROI_SECTION_KEY)"},
    [ROW_DRY] = {"dry-run", NULL, NULL, "say what would be done"},
    [ROW_HELP] = {"help", NULL, NULL, "print this"},
};

struct request {
  const char *config;
  bool dry, help;
};

static enum status read_request(int count, char **arguments, struct request *request,
                                struct fault *fault)
{
  struct options options;
  int row;
  const char *value;
  char **rest;
  enum status status;
  options_begin(&options, rows, ROW_COUNT, count, arguments);
  while ((status = options_next(&options, &row, &value, fault)) == STATUS_OK &&
         row != OPTIONS_END) {
    if (row == ROW_CONFIG)
      request->config = value;
    request->dry = request->dry || row == ROW_DRY;
    request->help = request->help || row == ROW_HELP;
  }
  if (status == STATUS_OK && options_rest(&options, &rest) > 0)
    status =
        fault_set(fault, STATUS_REFUSED, "migrate", "options only", "'%s' is not one", rest[0]);
  return status;
}

static enum verdict show_help(void)
{
  struct buffer text = {0};
  buffer_add(&text, SPAN("Usage: beffroi migrate [OPTION]...\n\n"
                         "Brings the database to what this program needs: roles, schemas, tables.\n"
                         "Connects as [database] owner says.\n\n"));
  options_add_help(&text, rows, ROW_COUNT);
  enum verdict verdict = console_show(&text, VERDICT_HOLDS);
  buffer_free(&text);
  return verdict;
}

enum verdict migrate_run(int count, char **arguments)
{
  struct request request = {0};
  struct arena arena = {0};
  struct buffer told = {0};
  struct config config;
  struct fault fault;
  enum verdict verdict;
  enum status status = read_request(count, arguments, &request, &fault);
  if (status == STATUS_OK && request.help)
    return show_help();
  if (status == STATUS_OK)
    status = config_read(request.config, &arena, &config, &fault);
  if (status == STATUS_OK && config.owner[0] == '\0')
    status = fault_set(&fault, STATUS_REFUSED, "[database] owner", "how to connect to migrate",
                       "the configuration does not say");
  if (status == STATUS_OK)
    status = migrate(config.owner, request.dry, &told, &fault);
  if (status == STATUS_OK) {
    verdict = console_show(&told, VERDICT_HOLDS);
  } else {
    (void)console_complain(NULL, &fault);
    verdict = status == STATUS_REFUSED ? VERDICT_UNUSABLE : VERDICT_UNFINISHED;
  }
  buffer_free(&told);
  arena_free(&arena);
  return verdict;
}
