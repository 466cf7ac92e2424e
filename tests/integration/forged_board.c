#include "tests/integration/forged_board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "audit/command.h"
#include "base/canonical.h"
#include "console/text.h"
#include "tests/integration/board_files.h"

static char root[] = "/tmp/forgeries.XXXXXX";
struct arena forged_arena;
struct board_example forged_example;
struct span forged_lines[EXAMPLE_ENTRIES];

/* --- showing a board to the program --- */

static struct signer signer_of(const char *name, enum note_key_type type, enum example_key which)
{
  struct signer signer = {.signing_key = example_key(which)};
  struct fault fault;
  assert_int_equal(
      note_key_make(span_of(name), type, &signer.signing_key.public_key, &signer.key, &fault),
      STATUS_OK);
  return signer;
}

struct signer forged_board_key(void)
{
  return signer_of("vote.example.fr/bpl-2027/faidherbe/projets", NOTE_KEY_SIGNER, EXAMPLE_BOARD);
}

struct signer forged_witness(void)
{
  return signer_of("witness.example.org", NOTE_KEY_COSIGNER, EXAMPLE_WITNESS);
}

char *forged_keep(size_t count)
{
  static unsigned number;
  const struct signer board = forged_board_key(), witness = forged_witness();
  char path[sizeof root + 16];
  snprintf(path, sizeof path, "%s/%u", root, number++);
  assert_int_equal(mkdir(path, 0700), 0);
  board_files_keep_entries(path, forged_lines, count);
  for (size_t i = 0; i < EXAMPLE_ATTACHMENTS; i++)
    board_files_keep_attachment(path, &forged_example.attachments[i].name,
                                forged_example.attachments[i].bytes);
  board_files_keep(
      path, "checkpoint",
      board_files_checkpoint(forged_lines, count, &board, &witness, FORGED_TIME, &forged_arena));
  return arena_copy(&forged_arena, path, strlen(path) + 1);
}

struct envelope forged_envelope(enum example_place place)
{
  struct envelope envelope;
  struct fault fault;
  assert_int_equal(envelope_read(forged_lines[place], &forged_arena, &envelope, &fault), STATUS_OK);
  return envelope;
}

struct span forged_canonical(const json_t *value)
{
  struct buffer text = {0};
  struct fault fault;
  assert_int_equal(canonical_write(value, &text, &fault), STATUS_OK);
  return board_files_take(&text, &forged_arena);
}

/* What the command says of a board, and its verdict: on standard output, which is ours meanwhile. */
static json_t *verify(char *path, enum verdict *verdict)
{
  char name[] = "verify", threads[] = "--threads", one[] = "1", json[] = "--json";
  char *arguments[] = {name, json, threads, one, path, NULL};
  FILE *answer = tmpfile();
  assert_non_null(answer);
  fflush(stdout);
  int saved = dup(STDOUT_FILENO);
  assert_true(saved >= 0 && dup2(fileno(answer), STDOUT_FILENO) >= 0);
  *verdict = verify_run(5, arguments);
  assert_true(dup2(saved, STDOUT_FILENO) >= 0);
  close(saved);
  rewind(answer);
  json_t *value = json_loadf(answer, 0, NULL);
  fclose(answer);
  assert_non_null(value);
  return value;
}

void forged_holds(size_t count)
{
  enum verdict verdict;
  json_t *value = verify(forged_keep(count), &verdict);
  json_decref(value);
  if (verdict != VERDICT_HOLDS)
    fail_msg("a board of %zu entries does not hold", count);
}

void forged_refused_at(char *path, int index, const char *name, const char *why, const char *what)
{
  enum verdict verdict;
  json_t *value = verify(path, &verdict);
  const json_t *fault = json_object_get(value, "fault");
  const char *found = json_string_value(json_object_get(fault, "name"));
  const json_t *at = json_object_get(fault, "index");
  if (verdict != VERDICT_DOES_NOT_HOLD || found == NULL || strcmp(found, name) != 0)
    fail_msg("%s, entry %d: verdict %d, %s instead of %s", what, index, (int)verdict,
             found == NULL ? "no fault" : found, name);
  const char *said = json_string_value(json_object_get(fault, "what"));
  const char *wanted = json_string_value(json_object_get(fault, "expected"));
  if (said == NULL || wanted == NULL || (strstr(said, why) == NULL && strstr(wanted, why) == NULL))
    fail_msg("%s, entry %d: '%s' (%s) instead of '%s'", what, index, said == NULL ? "" : said,
             wanted == NULL ? "" : wanted, why);
  assert_int_equal(json_is_integer(at) ? (int)json_integer_value(at) : -1, index);
  json_decref(value);
}

void forged_refused(enum example_place place, struct span line, const char *name, const char *why,
                    const char *what)
{
  const struct span right = forged_lines[place];
  forged_lines[place] = line;
  forged_refused_at(forged_keep((size_t)place + 1), (int)place, name, why, what);
  forged_lines[place] = right;
}

/* --- cmocka --- */

int forged_begin(void **state)
{
  (void)state;
  if (mkdtemp(root) == NULL || sodium_init() < 0)
    return -1;
  text_begin();
  board_example_make(&forged_arena, &forged_example);
  board_example_count(&forged_arena, &forged_example);
  return 0;
}

int forged_begin_test(void **state)
{
  (void)state;
  for (size_t i = 0; i < EXAMPLE_ENTRIES; i++)
    forged_lines[i] = forged_example.entries[i].line;
  return 0;
}

int forged_end(void **state)
{
  (void)state;
  char command[sizeof "rm -r " + sizeof root];
  board_example_release(&forged_example);
  arena_free(&forged_arena);
  snprintf(command, sizeof command, "rm -r %s", root);
  return system(command);
}
