/* stage_election - a .pb file as a whole board in a folder, every voter's ballot signed, for
 * replay.py.
 *
 * Usage: stage_election FILE.pb FOLDER SEED published
 *        stage_election FILE.pb FOLDER SEED RULE [SETTING=VALUE]...
 *
 * SEED is a text from which codes and what voters do follow (ballots/restage.h). Says as JSON what
 * happened. The folder is kept by keys/keeper.h, as `beffroi-keys board append` keeps it.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pabulib/preset.h"
#include "engine/rule.h"
#include "keys/keeper.h"
#include "tests/oracle/files.h"
#include "tests/unit/staging.h"

static void must(enum status status, const struct fault *fault)
{
  if (status == STATUS_OK)
    return;
  fprintf(stderr, "stage_election: %s: %s (%s)\n", fault->where, fault->what, fault->expected);
  exit(EXIT_FAILURE);
}

/* --- the stage --- */

static void attach(void *context, struct span bytes)
{
  struct fault fault;
  must(keeper_attach(context, bytes, &fault), &fault);
}

static enum status append(void *context, struct span line, enum refusal *refusal,
                          struct fault *fault)
{
  struct keeper *keeper = context;
  const char *copy = arena_copy(keeper->arena, line.bytes, line.length);
  if (copy == NULL)
    return fault_no_memory(fault);
  return keeper_append(keeper, (struct span){.bytes = copy, .length = line.length}, refusal, fault);
}

/* --- the election --- */

static void read_settings(const struct pabulib *file, char **words, int count,
                          struct settings *settings, struct arena *arena)
{
  struct fault fault;
  if (strcmp(words[0], "published") == 0) {
    must(pabulib_preset(file, settings, arena, &fault), &fault);
    return;
  }
  const struct rule *rule = rule_find(span_of(words[0]));
  if (rule == NULL)
    must(fault_set(&fault, STATUS_REFUSED, words[0], "a rule", "there is none of this name"),
         &fault);
  settings_begin(settings, rule);
  for (int i = 1; i < count; i++) {
    struct span value = span_of(words[i]), name;
    bool more = true;
    if (!span_split(&value, &more, '=', &name))
      abort(); /* there is always a first part */
    must(settings_set(settings, name, value, &fault), &fault);
  }
}

static void play(const struct restage *restage, const struct staging_people *people,
                 const char *folder, const uint8_t *seed)
{
  static struct keeper keeper;
  struct arena arena = {0};
  struct staging_report report;
  struct fault fault;
  const struct stage stage = {
      .context = &keeper, .board = &keeper.board, .attach = attach, .append = append};
  must(keeper_open(&keeper, folder, &arena, &fault), &fault);
  staging_play(restage, people, seed, &stage, &report);
  must(keeper_commit(&keeper, &people->keys[STAGING_BOARD], &fault), &fault);
  keeper_close(&keeper);
  arena_free(&arena);
  printf("{\"ballots\":%" PRIu64 ",\"blank\":%" PRIu64 ",\"left_out\":%" PRIu64
         ",\"repeated\":%" PRIu64 ",\"replaced\":%" PRIu64 ",\"voters\":%" PRIu64
         ",\"widened\":%u}\n",
         report.ballots, report.blank, restage->left_out, report.repeated, report.replaced,
         report.voters, restage->widened);
}

int main(int argument_count, char **arguments)
{
  const struct pabulib_options options = {.keep_equal_apart = true};
  struct arena arena = {0};
  struct span text;
  struct pabulib file;
  struct settings settings;
  struct staging_people people;
  struct restage restage;
  struct fault fault;
  if (argument_count < 5 || sodium_init() < 0) {
    fprintf(stderr,
            "usage: stage_election FILE.pb FOLDER SEED published|RULE [SETTING=VALUE]...\n");
    return 2;
  }
  if (!files_read(arguments[1], &arena, &text))
    must(fault_set(&fault, STATUS_FAILED, arguments[1], "a file", "it cannot be read"), &fault);
  must(pabulib_read(text, &options, &arena, &file, &fault), &fault);
  read_settings(&file, arguments + 4, argument_count - 4, &settings, &arena);
  staging_people(&people);
  must(restage_make(&file, &settings, &people.terms, &arena, &restage, &fault), &fault);
  const struct digest seed = digest_of(span_of(arguments[3]));
  play(&restage, &people, arguments[2], seed.bytes);
  arena_free(&arena);
  return EXIT_SUCCESS;
}
