/* The k-th allocation fails, once or for ever, or the k-th write to the disk, in every command of
 * beffroi-keys: a whole small election on files, each step of it disturbed at every point. The cases
 * build on one another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ballots/code.h"
#include "ballots/credential.h"
#include "base/buffer.h"
#include "tests/faults/workshop.h"

#define PASSPHRASE "correct horse battery staple"
#define SCOPE      "vote.example.fr/bpl-2027/faidherbe"
#define ORIGIN     SCOPE "/projets"
#define ADDRESS    "https://vote.example.fr/#"
#define CHEAP      "--kdf-memory", "8"
#define KEY(name)  "--key", name ".key", "--passphrase-file", "pw"
#define CARDS      "--cards", "cards/cards.enc", "--cards-passphrase-file", "pw"

enum {
  LINE_BYTES = 256,
  PEOPLE = 4,
  OFFICERS = 7
};

static const char *const roles[OFFICERS][2] = {
    {"organiser", "organiser"},
    {"registrar", "registrar"},
    {"scrutineer", "scrutineer-1"},
    {"scrutineer", "scrutineer-2"},
    {"drawer", "drawer-1"},
    {"drawer", "drawer-2"},
    {"board", "board"},
};

/* What commands have printed. */
static char keys[OFFICERS][LINE_BYTES], board_key[LINE_BYTES], commitments[2][LINE_BYTES];
static char election[LINE_BYTES], opening[LINE_BYTES], first_ballot[LINE_BYTES];
static char codes[PEOPLE][CODE_TEXT];

/* The first line of a text, from the last blank of it if `last`. */
static void keep_line(const char *text, char line[LINE_BYTES], bool last)
{
  size_t length = strcspn(text, "\n");
  size_t from = 0;
  for (size_t i = 0; last && i < length; i++)
    if (text[i] == ' ')
      from = i + 1;
  assert_in_range(length - from, 1, LINE_BYTES - 1);
  memcpy(line, text + from, length - from);
  line[length - from] = '\0';
}

static void watch_seed(void)
{
  unsigned char seeds[8][64];
  assert_int_equal(workshop_random(SEED_BYTES, seeds, 8), 1);
  workshop_secret(seeds[0], SEED_BYTES, NULL);
}

/* --- keys --- */

static void keys_are_made(void **state)
{
  (void)state;
  workshop_put("pw", PASSPHRASE "\n");
  workshop_secret(PASSPHRASE, strlen(PASSPHRASE), "pw");
  for (size_t i = 0; i < OFFICERS; i++) {
    char name[LINE_BYTES];
    workshop_deal((unsigned)i);
    snprintf(name, sizeof name, "%s.key", roles[i][1]);
    const bool board = strcmp(roles[i][0], "board") == 0;
    const char *const *words =
        board
            ? WORDS("new", roles[i][0], name, "--passphrase-file", "pw", CHEAP, "--origin", ORIGIN)
            : WORDS("new", roles[i][0], name, "--passphrase-file", "pw", CHEAP);
    const char *answer =
        i == 0 || board ? workshop_fail_each(words, WORKSHOP_WHOLE) : workshop_do(words);
    keep_line(answer, keys[i], false);
    if (board)
      keep_line(strchr(answer, '\n') + 1, board_key, false);
    watch_seed();
  }
}

static void public_keys_are_shown(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("public", "board.key", "--origin", ORIGIN), WORKSHOP_WHOLE);
}

static void lots_are_made(void **state)
{
  (void)state;
  workshop_deal(OFFICERS);
  keep_line(workshop_fail_each(WORDS("draw", "new", "lot-1", "--passphrase-file", "pw", CHEAP),
                               WORKSHOP_WHOLE),
            commitments[0], false);
  watch_seed();
  workshop_deal(OFFICERS + 1);
  keep_line(workshop_do(WORDS("draw", "new", "lot-2", "--passphrase-file", "pw", CHEAP)),
            commitments[1], false);
  watch_seed();
}

/* --- cards --- */

/* A code, and what only its holder can know, may stand on one slip alone. */
static void watch_code(const unsigned char random[CODE_RANDOM_BYTES], char text[CODE_TEXT],
                       const char *slip)
{
  struct code code;
  struct credential credential;
  struct fault fault;
  code_make(random, &code);
  code_write(&code, text);
  assert_int_equal(credential_derive(&code, SPAN(SCOPE), &credential, &fault), STATUS_OK);
  workshop_secret(random, CODE_RANDOM_BYTES, NULL);
  workshop_secret(text, CODE_TEXT - 1, slip);
  workshop_secret(code.characters, CODE_CHARACTERS, NULL);
  workshop_secret(credential.key.seed, SEED_BYTES, NULL);
  workshop_secret(credential.login, LOGIN_BYTES, NULL);
}

static void cards_are_made(void **state)
{
  (void)state;
  unsigned char random[PEOPLE][64];
  const char *const *words = WORDS("registrar", "codes", "list.csv", "--origin", SCOPE, "--address",
                                   ADDRESS, "--out", "cards", "--cards-passphrase-file", "pw",
                                   CHEAP, "--election", commitments[0], KEY("registrar"));
  workshop_deal(OFFICERS + 2);
  workshop_put("list.csv", "id,name,group\ne1,Ada,2A\ne2,\"Bob, B.\",2A\ne3,Cyd,2B\ne4,Dan,2B\n");
  workshop_rehearse(words);
  assert_int_equal(workshop_random(CODE_RANDOM_BYTES, random, PEOPLE), PEOPLE);
  for (size_t i = 0; i < PEOPLE; i++)
    watch_code(random[i], codes[i], "cards/slips.html");
  workshop_fail_each(words, WORKSHOP_WHOLE);
}

/* --- the opening --- */

static void a_manifest_is_signed(void **state)
{
  (void)state;
  struct buffer text = {0};
  const bool ascending = strcmp(keys[2], keys[3]) < 0;
  buffer_format(
      &text,
      "{\"title\":{\"fr\":\"Budget\"},\"format\":\"beffroi/1\",\"ballot\":{\"kind\":\"approval\","
      "\"min\":1,\"max\":2},\"board\":{\"key\":\"%s\",\"origin\":\"%s\",\"max_replacements\":2,"
      "\"witnesses\":[],\"witness_quorum\":0},\"budget\":1000,\"currency\":\"EUR\","
      "\"minor_unit\":2,\"credentials\":{\"origin\":\"%s\",\"registrars\":[\"%s\"]},"
      "\"custody\":[],",
      board_key, ORIGIN, SCOPE, keys[1]);
  buffer_format(&text,
                "\"draw\":[{\"commitment\":\"%s\",\"key\":\"%s\"},{\"commitment\":\"%s\","
                "\"key\":\"%s\"}],\"organiser\":\"%s\",",
                commitments[0], keys[4], commitments[1], keys[5], keys[0]);
  buffer_format(&text,
                "\"projects\":[{\"id\":\"p1\",\"cost\":600,\"title\":{\"fr\":\"Un\"}},"
                "{\"id\":\"p2\",\"cost\":500,\"title\":{\"fr\":\"Deux\"}}],\"revote\":true,"
                "\"rule\":{\"name\":\"greedy\",\"tie_break\":[\"votes\",\"draw\"]},"
                "\"scrutineers\":{\"keys\":[\"%s\",\"%s\"],\"paper\":true},"
                "\"secrecy\":{\"mode\":\"open\"},"
                "\"voting\":{\"opens\":\"2027-03-06T08:00:00Z\",\"closes\":null}}",
                keys[ascending ? 2 : 3], keys[ascending ? 3 : 2]);
  buffer_add_byte(&text, '\0');
  workshop_put("manifest.json", text.bytes);
  buffer_free(&text);
  keep_line(workshop_fail_each(
                WORDS("manifest", "manifest.json", "--out", "first.json", KEY("organiser")),
                WORKSHOP_WHOLE),
            election, true);
}

static void append_first(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("board", "append", "box", "first.json", KEY("board")), WORKSHOP_RESUMED);
}

static void an_electorate_is_signed_and_appended(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("registrar", "electorate", "cards/electorate.bin", CARDS, "--election",
                           election, "--out", "electorate.json", KEY("registrar")),
                     WORKSHOP_WHOLE);
  workshop_fail_each(WORDS("board", "append", "box", "electorate.json", KEY("board"), "--attach",
                           "cards/electorate.bin"),
                     WORKSHOP_RESUMED);
}

/* Drafts an entry of the organiser, signs and appends it; the leaf hash. */
static void organise(const char *kind, bool failing, char leaf[LINE_BYTES])
{
  const char *const *draft = WORDS("board", "draft", kind, "box");
  workshop_put("draft", failing ? workshop_fail_each(draft, WORKSHOP_RESUMED) : workshop_do(draft));
  workshop_put("line", workshop_do(WORDS("sign", kind, "draft", KEY("organiser"))));
  keep_line(workshop_do(WORDS("board", "append", "box", "line", KEY("board"))), leaf, true);
}

static void a_board_is_opened(void **state)
{
  (void)state;
  organise("open", true, opening);
}

static void notes_are_signed(void **state)
{
  (void)state;
  struct buffer text = {0};
  buffer_format(&text, "{\"author\":\"%s\",\"open\":\"%s\",\"text\":{\"fr\":\"Panne.\"}}", keys[0],
                opening);
  buffer_add_byte(&text, '\0');
  workshop_put("note.json", text.bytes);
  buffer_free(&text);
  workshop_fail_each(WORDS("sign", "note", "note.json", KEY("organiser")), WORKSHOP_WHOLE);
  workshop_fail_each(WORDS("sign", "note", "note.json", KEY("organiser"), "--out", "note.line"),
                     WORKSHOP_WHOLE);
}

/* --- voting --- */

static void ballots_are_made(void **state)
{
  (void)state;
  workshop_put("choice.json", "{\"approve\": [\"p1\"]}");
  /* The voter's own file: what may have the code in it is named once. */
  workshop_forget_secrets();
  workshop_secret(PASSPHRASE, strlen(PASSPHRASE), "pw");
  workshop_secret(codes[0], CODE_TEXT - 1, "code");
  workshop_put("cards/slips.html", ""); /* printed, and deleted */
  workshop_put("code", codes[0]);
  workshop_fail_each(WORDS("vote", "choice.json", "--origin", SCOPE, "--open", opening,
                           "--code-file", "code", "--out", "ballot"),
                     WORKSHOP_WHOLE);
  keep_line(
      workshop_fail_each(WORDS("board", "append", "box", "ballot", KEY("board")), WORKSHOP_RESUMED),
      first_ballot, true);
  workshop_put("choice.json", "{\"blank\": true}");
  workshop_put("line",
               workshop_fail_each(WORDS("vote", "choice.json", "--origin", SCOPE, "--open", opening,
                                        "--code-file", "code", "--replaces", first_ballot),
                                  WORKSHOP_WHOLE));
  workshop_do(WORDS("board", "append", "box", "line", KEY("board")));
}

static void cards_are_struck(void **state)
{
  (void)state;
  unsigned char random[2][64];
  char code[CODE_TEXT];
  workshop_deal(OFFICERS + 3);
  const char *const *words = WORDS("registrar", "lost", "e2", CARDS, "--open", opening,
                                   KEY("registrar"), KEY("scrutineer-1"), "--address", ADDRESS,
                                   "--slip", "slip.html", "--out", "lost.json", CHEAP);
  workshop_rehearse(words);
  assert_int_equal(workshop_random(CODE_RANDOM_BYTES, random, 2), 1);
  watch_code(random[0], code, "slip.html");
  workshop_fail_each(words, WORKSHOP_WHOLE);
  workshop_do(WORDS("board", "append", "box", "lost.json", KEY("board")));
  workshop_put("line", workshop_fail_each(WORDS("registrar", "paper", "e3", CARDS, "--open",
                                                opening, KEY("registrar"), KEY("scrutineer-1")),
                                          WORKSHOP_WHOLE));
  workshop_do(WORDS("board", "append", "box", "line", KEY("board")));
}

/* --- the end --- */

static void paper_ballots_are_compared_and_signed(void **state)
{
  (void)state;
  char leaf[LINE_BYTES];
  organise("close", true, leaf);
  workshop_put("keyed-1", "1 {\"approve\": [\"p2\"]}\n");
  workshop_put("keyed-2", "1 {\"approve\": [\"p1\"]}\n");
  workshop_put("again", "1 {\"approve\": [\"p2\"]}\n");
  workshop_fail_each_ending(WORDS("paper", "keyed-1", "keyed-2", "--manifest", "first.json",
                                  "--open", opening, "--attendance", "1", "--ballots", "choices",
                                  "--out", "paper.json", KEY("scrutineer-1"), KEY("scrutineer-2")),
                            WORKSHOP_WHOLE, VERDICT_DOES_NOT_HOLD);
  workshop_fail_each(WORDS("paper", "keyed-1", "keyed-2", "--resolved", "again", "--manifest",
                           "first.json", "--open", opening, "--attendance", "1", "--ballots",
                           "choices", "--out", "paper.json", KEY("scrutineer-1"),
                           KEY("scrutineer-2")),
                     WORKSHOP_WHOLE);
  workshop_fail_each(
      WORDS("board", "append", "box", "paper.json", KEY("board"), "--attach", "choices"),
      WORKSHOP_RESUMED);
}

static void lots_are_revealed(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("draw", "reveal", "lot-1", "--open", opening, "--secret-passphrase-file",
                           "pw", KEY("drawer-1"), "--out", "draw-1.json"),
                     WORKSHOP_WHOLE);
  workshop_put("line", workshop_do(WORDS("draw", "reveal", "lot-2", "--open", opening,
                                         "--secret-passphrase-file", "pw", KEY("drawer-2"))));
  workshop_do(WORDS("board", "append", "box", "draw-1.json", KEY("board")));
  workshop_do(WORDS("board", "append", "box", "line", KEY("board")));
}

static void a_result_is_drafted(void **state)
{
  (void)state;
  char leaf[LINE_BYTES];
  organise("result", true, leaf);
  workshop_do(WORDS("verify", "box", "--threads", "1"));
}

static void turnout_is_counted(void **state)
{
  (void)state;
  workshop_fail_each(
      WORDS("registrar", "turnout", "--board", "box/board.jsonl", CARDS, "--least", "2"),
      WORKSHOP_WHOLE);
}

static void a_refused_entry_is_told(void **state)
{
  (void)state;
  workshop_fail_each_ending(WORDS("board", "append", "box", "ballot", KEY("board")), WORKSHOP_WHOLE,
                            VERDICT_DOES_NOT_HOLD);
}

static void help_is_printed(void **state)
{
  (void)state;
  workshop_fail_each(WORDS("sign", "--help"), WORKSHOP_WHOLE);
  workshop_fail_each(WORDS("registrar", "--help"), WORKSHOP_WHOLE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_are_made),
      cmocka_unit_test(public_keys_are_shown),
      cmocka_unit_test(lots_are_made),
      cmocka_unit_test(cards_are_made),
      cmocka_unit_test(a_manifest_is_signed),
      cmocka_unit_test(append_first),
      cmocka_unit_test(an_electorate_is_signed_and_appended),
      cmocka_unit_test(a_board_is_opened),
      cmocka_unit_test(notes_are_signed),
      cmocka_unit_test(ballots_are_made),
      cmocka_unit_test(cards_are_struck),
      cmocka_unit_test(paper_ballots_are_compared_and_signed),
      cmocka_unit_test(lots_are_revealed),
      cmocka_unit_test(a_result_is_drafted),
      cmocka_unit_test(turnout_is_counted),
      cmocka_unit_test(a_refused_entry_is_told),
      cmocka_unit_test(help_is_printed),
  };
  return cmocka_run_group_tests(tests, workshop_begin, workshop_end);
}
