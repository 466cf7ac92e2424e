/* Each kind of broken .pb file is refused with the place, the value and what was expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/pabulib.h"

/* Three sections that are well, in lines 1 to 4, 5 to 8 and 9 to 11; and those of another kind of
 * votes, up to the first vote in line 11. */
#define META      "META\nkey;value\nbudget;100\nvote_type;approval\n"
#define PROJECTS  "PROJECTS\nproject_id;cost;name\na;10;Alder\nb;20;Birch\n"
#define VOTES     "VOTES\nvoter_id;vote\n1;a,b\n"
#define OF(kind)  "META\nkey;value\nbudget;100\nvote_type;" kind "\n" PROJECTS
#define GIVEN(of) OF(of) "VOTES\nvoter_id;vote;points\n"

#define AMOUNT                                                                                     \
  "an amount such as 1200 or 1200.50, with at most 6 decimals and 9007199254740991 of the "        \
  "smallest unit"
#define POINTS "points, a whole number from 0 to 1000000000"
#define SCORE  "a score, a whole number from -1000000000 to 1000000000"
#define ID     "an id of 1 to 128 bytes without commas and control characters"
#define KNOWN  "ids of projects of this file, with commas and no blanks between them"
#define CHOSEN "0 (not funded), 1 (funded), 2 or 3 (funded otherwise)"
#define TEN    "xxxxxxxxxx"
#define LONG   TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "123456789" /* 129 bytes */

static const struct broken {
  const char *name;
  struct span text;
  const char *where, *what, *expected;
} cases[] = {
    /* --- text --- */
    {"an empty file", SPAN_INIT(""), "line 1, column 1", "the file ends here",
     "the line 'META', which begins that section"},
    {"nothing but a byte order mark", SPAN_INIT("\xef\xbb\xbf"), "line 1, column 1",
     "the file ends here", "the line 'META', which begins that section"},
    {"a second byte order mark", SPAN_INIT("\xef\xbb\xbf\xef\xbb\xbf" META PROJECTS VOTES),
     "line 1, column 1", "this is '\xef\xbb\xbfMETA'",
     "the line 'META', which begins that section"},
    {"a NUL byte", SPAN_INIT("META\nkey;value\nb\0dget;100\n"), "line 3, column 2",
     "there is a NUL byte", "text in UTF-8"},
    {"Latin 2", SPAN_INIT("META\nkey;value\nunit;\xc5\x81\xf3\x64\xbc\n"), "line 3, column 7",
     "the byte 0xf3 does not begin a character of UTF-8", "text in UTF-8"},
    {"the rest of a character", SPAN_INIT("META\nkey;value\nunit;a\x80\n"), "line 3, column 7",
     "the byte 0x80 does not begin a character of UTF-8", "text in UTF-8"},
    {"a character cut at the end of the file", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;\xc5"),
     "line 10, column 10", "the byte 0xc5 does not begin a character of UTF-8", "text in UTF-8"},
    {"UTF-16", SPAN_INIT("\xff\xfeM\0E\0T\0A\0"), "line 1, column 4", "there is a NUL byte",
     "text in UTF-8"},
    {"a carriage return inside a line", SPAN_INIT("META\nkey;value\nunit;a\rb\n"),
     "line 3, column 7", "there is a carriage return inside the line",
     "lines that end with LF or CR LF"},
    {"lines that end with CR", SPAN_INIT("META\rkey;value\r"), "line 1, column 5",
     "there is a carriage return inside the line", "lines that end with LF or CR LF"},
    {"a carriage return and no more", SPAN_INIT(META PROJECTS VOTES "\r"), "line 12, column 1",
     "there is a carriage return inside the line", "lines that end with LF or CR LF"},
    {"an empty line between rows", SPAN_INIT("META\nkey;value\r\n\r\nbudget;100\n"),
     "line 3, column 1", "the line is empty", "empty lines at the end of the file only"},
    {"an empty line first", SPAN_INIT("\n" META PROJECTS VOTES), "line 1, column 1",
     "the line is empty", "empty lines at the end of the file only"},

    /* --- quotes --- */
    {"a quote that is never closed", SPAN_INIT("META\nkey;value\nunit;\"Łódź\n" PROJECTS VOTES),
     "line 3, column 6", "this quote is never closed", "another quote at the end of the field"},
    {"a quote at the end of the file", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;\""),
     "line 11, column 3", "this quote is never closed", "another quote at the end of the field"},
    {"two quotes and no third", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;\"\"\""),
     "line 11, column 3", "this quote is never closed", "another quote at the end of the field"},
    {"a quote that closes in another line",
     SPAN_INIT("META\nkey;value\nunit;\"Łódź\ncomment;\"mill\" and more\n" PROJECTS VOTES),
     "line 3, column 6",
     "this quote is closed by that of line 4, column 9, after which text goes on",
     "another quote before ';' or the end of a line"},
    {"a quote that closes in another field",
     SPAN_INIT("META\nkey;value\n\"unit;\"Łódź\n" PROJECTS VOTES), "line 3, column 1",
     "this quote is closed by that of line 3, column 7, after which text goes on",
     "another quote before ';' or the end of a line"},

    /* --- sections --- */
    {"another kind of file", SPAN_INIT("<html>\n<body>\n"), "line 1, column 1", "this is '<html>'",
     "the line 'META', which begins that section"},
    {"no META", SPAN_INIT(PROJECTS VOTES), "line 1, column 1",
     "the section 'PROJECTS' stands where 'META' must",
     "the line 'META', which begins that section"},
    {"no PROJECTS", SPAN_INIT(META VOTES), "line 5, column 1",
     "the section 'VOTES' stands where 'PROJECTS' must",
     "the line 'PROJECTS', which begins that section"},
    {"no VOTES", SPAN_INIT(META PROJECTS), "line 9, column 1", "the file ends here",
     "the line 'VOTES', which begins that section"},
    {"nothing after META", SPAN_INIT(META "\n\n"), "line 7, column 1", "the file ends here",
     "the line 'PROJECTS', which begins that section"},
    {"META twice", SPAN_INIT(META META PROJECTS VOTES), "line 5, column 1",
     "the section 'META' stands where 'PROJECTS' must",
     "the line 'PROJECTS', which begins that section"},
    {"VOTES twice", SPAN_INIT(META PROJECTS VOTES VOTES), "line 12, column 1",
     "the section 'VOTES' is repeated", "each section once, the votes last"},
    {"PROJECTS after VOTES", SPAN_INIT(META PROJECTS VOTES PROJECTS), "line 12, column 1",
     "the section 'PROJECTS' is repeated", "each section once, the votes last"},
    {"a section in other letters", SPAN_INIT("Meta\nkey;value\n"), "line 1, column 1",
     "this is 'Meta'", "the line 'META', which begins that section"},

    {"a section as spreadsheets write it", SPAN_INIT("META;;\nkey;value;\n"), "line 1, column 1",
     "'META' does not stand alone, the line has 3 fields",
     "the line 'META', which begins that section"},

    /* --- columns --- */
    {"no line of columns", SPAN_INIT("META\n"), "line 2, column 1", "META has no column 'key'",
     "the names of the columns, 'key' among them"},
    {"META without its columns", SPAN_INIT("META\nbudget;100\nvote_type;approval\n"),
     "line 2, column 1", "META has no column 'key'", "the names of the columns, 'key' among them"},
    {"no value", SPAN_INIT("META\nkey;worth\n"), "line 2, column 1", "META has no column 'value'",
     "the names of the columns, 'value' among them"},
    {"no project_id", SPAN_INIT(META "PROJECTS\nid;cost\na;1\n" VOTES), "line 6, column 1",
     "PROJECTS has no column 'project_id'", "the names of the columns, 'project_id' among them"},
    {"no cost", SPAN_INIT(META "PROJECTS\nproject_id;name\na;Alder\n" VOTES), "line 6, column 1",
     "PROJECTS has no column 'cost'", "the names of the columns, 'cost' among them"},
    {"no voter_id", SPAN_INIT(META PROJECTS "VOTES\nvote;age\na;1\n"), "line 10, column 1",
     "VOTES has no column 'voter_id'", "the names of the columns, 'voter_id' among them"},
    {"no vote", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;age\na;1\n"), "line 10, column 1",
     "VOTES has no column 'vote'", "the names of the columns, 'vote' among them"},
    {"no points", SPAN_INIT(OF("cumulative") VOTES), "line 10, column 1",
     "VOTES has no column 'points', though the vote_type is cumulative",
     "the names of the columns, 'points' among them"},
    {"no scores", SPAN_INIT(OF("scoring") VOTES), "line 10, column 1",
     "VOTES has no column 'points', though the vote_type is scoring",
     "the names of the columns, 'points' among them"},
    {"a column twice", SPAN_INIT(META "PROJECTS\nproject_id;cost;Łódź;cost\n"), "line 6, column 22",
     "'cost' is already the name of another column", "columns of different names"},
    {"a field too few", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote;age\n1;a;30\n2;b\n"),
     "line 12, column 1", "the number of fields in the line is 2",
     "3 fields, as VOTES has columns"},
    {"a line of one field", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;a\ntotal\n"),
     "line 12, column 1", "the number of fields in the line is 1",
     "2 fields, as VOTES has columns"},
    {"a field too many", SPAN_INIT(META "PROJECTS\nproject_id;cost;name\na;10;Alder; or not\n"),
     "line 7, column 1", "the number of fields in the line is 4",
     "3 fields, as PROJECTS has columns"},
    {"a separator in META", SPAN_INIT("META\nkey;value\nunit;Gdańsk;Sopot\n"), "line 3, column 1",
     "the number of fields in the line is 3", "2 fields, as META has columns"},

    /* --- META --- */
    {"a key twice", SPAN_INIT("META\nkey;value\nunit;a\nbudget;100\nunit;b\n"), "line 5, column 1",
     "'unit' is already in line 3", "each key once"},
    {"a line without a key", SPAN_INIT("META\nkey;value\n;100\n"), "line 3, column 1",
     "'' is empty", "the name of a key"},
    {"no budget", SPAN_INIT("META\nkey;value\nvote_type;approval\n" PROJECTS VOTES),
     "line 4, column 1", "META has no 'budget'",
     "a line 'budget;' with a value before the section ends"},
    {"an absent budget", SPAN_INIT("META\nkey;value\nbudget;None\nvote_type;approval\n" PROJECTS),
     "line 5, column 1", "META has no 'budget'",
     "a line 'budget;' with a value before the section ends"},
    {"no vote_type", SPAN_INIT("META\nkey;value\nbudget;100\n" PROJECTS VOTES), "line 4, column 1",
     "META has no 'vote_type'", "a line 'vote_type;' with a value before the section ends"},
    {"an unknown vote_type", SPAN_INIT("META\nkey;value\nbudget;1\nvote_type;Approval\n" PROJECTS),
     "line 4, column 11", "'Approval' is not a known vote_type",
     "approval, choose-1, cumulative, ordinal or scoring"},
    {"a budget in words", SPAN_INIT("META\nkey;value\nbudget;a lot\nvote_type;approval\n" PROJECTS),
     "line 3, column 8", "'a lot' is not a number", AMOUNT},
    {"a budget with an exponent",
     SPAN_INIT("META\nkey;value\nbudget;1e6\nvote_type;approval\n" PROJECTS), "line 3, column 8",
     "'1e6' is not a number", AMOUNT},
    {"a negative budget", SPAN_INIT("META\nkey;value\nbudget;-1\nvote_type;approval\n" PROJECTS),
     "line 3, column 8", "'-1' is not a number", AMOUNT},
    {"a budget above 2^53-1",
     SPAN_INIT("META\nkey;value\nbudget;9007199254740992\nvote_type;approval\n" PROJECTS),
     "line 3, column 8", "'9007199254740992' is too large", AMOUNT},
    {"a budget of one digit too many",
     SPAN_INIT("META\nkey;value\nbudget;90071992547409910\nvote_type;approval\n" PROJECTS),
     "line 3, column 8", "'90071992547409910' is too large", AMOUNT},
    {"a budget above 2^64",
     SPAN_INIT("META\nkey;value\nbudget;18446744073709551717\nvote_type;approval\n" PROJECTS),
     "line 3, column 8", "'18446744073709551717' is too large", AMOUNT},
    {"a budget too large in its cents",
     SPAN_INIT("META\nkey;value\nbudget;90071992547409.92\nvote_type;approval\n" PROJECTS VOTES),
     "line 3, column 8", "'90071992547409.92' is too large in a file whose amounts have 2 decimals",
     AMOUNT},
    {"a limit in words",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;approval\n"
               "max_length;five\n" PROJECTS VOTES),
     "line 5, column 12", "'five' is not a number",
     "'max_length' to be a whole number from 0 to 9007199254740991"},
    {"half a project",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;approval\n"
               "min_length;0.5\n" PROJECTS VOTES),
     "line 5, column 12", "'0.5' is not a whole number",
     "'min_length' to be a whole number from 0 to 9007199254740991"},
    {"a negative limit",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;cumulative\n"
               "max_sum_points;-3\n" PROJECTS VOTES),
     "line 5, column 16", "'-3' is too small",
     "'max_sum_points' to be a whole number from 0 to 9007199254740991"},
    {"a scale out of range",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;scoring\n"
               "max_points;1000000001\n" PROJECTS VOTES),
     "line 5, column 12", "'1000000001' is too large",
     "'max_points' to be a whole number from -1000000000 to 1000000000"},
    {"a cost limit in words",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;approval\n"
               "max_sum_cost;all\n" PROJECTS VOTES),
     "line 5, column 14", "'all' is not a number", AMOUNT},
    {"a least above the most",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;ordinal\n"
               "max_length;2\nmin_length;3\n" PROJECTS VOTES),
     "line 6, column 12", "the 'min_length' of ballots, 3, is more than their 'max_length', 2",
     "limits that some ballot can keep"},
    {"points that nobody can give",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;cumulative\n"
               "max_sum_points;2\nmin_sum_points;3\n" PROJECTS),
     "line 6, column 16",
     "the 'min_sum_points' of ballots, 3, is more than their 'max_sum_points', 2",
     "limits that some ballot can keep"},
    {"a scale from below",
     SPAN_INIT("META\nkey;value\nbudget;100\nvote_type;scoring\n"
               "max_points;-1\n" PROJECTS VOTES),
     "line 5, column 12", "the 'min_points' of ballots, 0, is more than their 'max_points', -1",
     "limits that some ballot can keep"},

    /* --- PROJECTS --- */
    {"no project", SPAN_INIT(META "PROJECTS\nproject_id;cost\n" VOTES), "line 7, column 1",
     "PROJECTS has no project", "at least one project"},
    {"an empty id", SPAN_INIT(META "PROJECTS\nproject_id;cost\n;1\n" VOTES), "line 7, column 1",
     "'' is not an id", ID},
    {"an absent id", SPAN_INIT(META "PROJECTS\ncost;project_id\n1;None\n" VOTES),
     "line 7, column 3", "'None' is not an id", ID},
    {"an id with a comma", SPAN_INIT(META "PROJECTS\nproject_id;cost\na,b;1\n" VOTES),
     "line 7, column 1", "'a,b' has a comma, which separates ids in votes", ID},
    {"an id with a tab", SPAN_INIT(META "PROJECTS\nproject_id;cost\na\tb;1\n" VOTES),
     "line 7, column 1",
     "'a\xef\xbf\xbd"
     "b' has a control character",
     ID},
    {"an id with U+0085", SPAN_INIT(META "PROJECTS\nproject_id;cost\na\xc2\x85;1\n" VOTES),
     "line 7, column 1", "'a\xef\xbf\xbd' has a control character", ID},
    {"an id with U+009F", SPAN_INIT(META "PROJECTS\nproject_id;cost\na\xc2\x9f;1\n" VOTES),
     "line 7, column 1", "'a\xef\xbf\xbd' has a control character", ID},
    {"an id of 129 bytes", SPAN_INIT(META "PROJECTS\nproject_id;cost\n" LONG ";1\n" VOTES),
     "line 7, column 1", "'" LONG "' is too long", ID},
    {"an id twice", SPAN_INIT(META "PROJECTS\nproject_id;cost\nŁ;1\nb;2\nŁ;3\n" VOTES),
     "line 9, column 1", "'Ł' is already the id of the project in line 7",
     "an id of its own for each project"},
    {"a later id twice", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;1\nb;2\nb;3\n" VOTES),
     "line 9, column 1", "'b' is already the id of the project in line 8",
     "an id of its own for each project"},
    {"no cost in the row", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;\n" VOTES),
     "line 7, column 3", "'' is not a number", AMOUNT},
    {"an absent cost", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;None\n" VOTES),
     "line 7, column 3", "'None' is not a number", AMOUNT},
    {"a cost with a comma", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;10,50\n" VOTES),
     "line 7, column 3", "'10,50' is not a number", AMOUNT},
    {"a cost with a point and no decimals", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;10.\n"),
     "line 7, column 3", "'10.' is not a number", AMOUNT},
    {"a cost without a whole part", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;.5\n"),
     "line 7, column 3", "'.5' is not a number", AMOUNT},
    {"a cost with seven decimals", SPAN_INIT(META "PROJECTS\nproject_id;cost\na;1.0000001\n"),
     "line 7, column 3", "'1.0000001' has more than 6 decimals", AMOUNT},
    {"a cost too large in millionths",
     SPAN_INIT(META "PROJECTS\nproject_id;cost\na;0.000001\nb;9007199255\n" VOTES),
     "line 8, column 3", "'9007199255' is too large in a file whose amounts have 6 decimals",
     AMOUNT},
    {"a selected that is not known",
     SPAN_INIT(META "PROJECTS\nproject_id;cost;name;selected\na;1;Łąka;4\n" VOTES),
     "line 7, column 10", "'4' is not known", CHOSEN},
    {"a selected in words", SPAN_INIT(META "PROJECTS\nproject_id;cost;selected\na;1;yes\n" VOTES),
     "line 7, column 5", "'yes' is not a number", CHOSEN},
    {"a negative selected", SPAN_INIT(META "PROJECTS\nproject_id;cost;selected\na;1;-1\n" VOTES),
     "line 7, column 5", "'-1' is not known", CHOSEN},

    /* --- VOTES --- */
    {"a vote for an unknown project",
     SPAN_INIT(META PROJECTS "VOTES\nname;voter_id;vote\nŁucja;1;a,c,b\n"), "line 11, column 11",
     "there is no project 'c'", KNOWN},
    {"a blank between ids", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;a, b\n"),
     "line 11, column 5", "there is no project ' b'", KNOWN},
    {"a comma too many", SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;a,b,\n"),
     "line 11, column 7", "there is no project ''", KNOWN},
    {"an unknown project inside quotes",
     SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;\"a,c\"\n"), "line 11, column 6",
     "there is no project 'c'", KNOWN},
    {"an unknown project with quotes",
     SPAN_INIT(META PROJECTS "VOTES\nvoter_id;vote\n1;\"a,\"\"c\"\"\"\n"), "line 11, column 3",
     "there is no project '\"c\"'", KNOWN},
    {"points missing", SPAN_INIT(GIVEN("cumulative") "1;a,b;5\n"), "line 11, column 7",
     "2 projects are named, but points are given to 1", "as many points as projects"},
    {"points too many", SPAN_INIT(GIVEN("cumulative") "1;a;5,3,1\n"), "line 11, column 5",
     "1 project is named, but points are given to 3", "as many points as projects"},
    {"points for nobody", SPAN_INIT(GIVEN("scoring") "1;;5\n"), "line 11, column 4",
     "0 projects are named, but points are given to 1", "as many points as projects"},
    {"absent points", SPAN_INIT(GIVEN("scoring") "1;b;None\n"), "line 11, column 5",
     "1 project is named, but points are given to 0", "as many points as projects"},
    {"negative points", SPAN_INIT(GIVEN("cumulative") "1;a,b;5,-3\n"), "line 11, column 9",
     "'-3' is negative", POINTS},
    {"half a point", SPAN_INIT(GIVEN("cumulative") "1;a,b;0.5,1\n"), "line 11, column 7",
     "'0.5' is not a whole number", POINTS},
    {"points in words", SPAN_INIT(GIVEN("cumulative") "1;a,b;one,1\n"), "line 11, column 7",
     "'one' is not a number", POINTS},
    {"an empty point", SPAN_INIT(GIVEN("cumulative") "1;a,b;1,\n"), "line 11, column 9",
     "'' is not a number", POINTS},
    {"points above 10^9", SPAN_INIT(GIVEN("cumulative") "1;a;1000000001\n"), "line 11, column 5",
     "'1000000001' is out of range", POINTS},
    {"a score below -10^9", SPAN_INIT(GIVEN("scoring") "1;a;-1000000001\n"), "line 11, column 5",
     "'-1000000001' is out of range", SCORE},
    {"a sign and no number", SPAN_INIT(GIVEN("scoring") "1;a;-\n"), "line 11, column 5",
     "'-' is not a number", SCORE},
};

enum {
  CASES = sizeof(cases) / sizeof(cases[0])
};

static void refuses(struct span text, const char *where, const char *what, const char *expected)
{
  struct arena arena = {0};
  struct pabulib file;
  struct fault fault = {0};
  const struct pabulib_options options = {0};
  const enum status status = pabulib_read(text, &options, &arena, &file, &fault);
  arena_free(&arena);
  assert_int_equal(status, STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  assert_string_equal(fault.what, what);
  assert_string_equal(fault.where, where);
  assert_string_equal(fault.expected, expected);
  assert_int_equal(file.meta_count + file.election.project_count + file.warning_count, 0);
}

static void a_broken_file_is_refused(void **state)
{
  const struct broken *broken = *state;
  refuses(broken->text, broken->where, broken->what, broken->expected);
}

/* --- what takes too much room to be written down --- */

static void refuses_buffer(struct buffer *buffer, const char *where, const char *what,
                           const char *expected)
{
  assert_false(buffer->failed);
  refuses(buffer_span(buffer), where, what, expected);
  buffer_free(buffer);
}

static void a_line_has_at_most_a_mebibyte(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\nunit;a\ncomment;"));
  while (buffer.length < PABULIB_LINE_MAX + 1 + sizeof("META\nkey;value\nunit;a\n") - 1)
    buffer_add_byte(&buffer, 'x');
  buffer_add(&buffer, SPAN("\n"));
  refuses_buffer(&buffer, "line 4, column 1", "the line is too long",
                 "at most 1048576 bytes in a line");
}

static void meta_has_at_most_256_keys(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value\n"));
  for (int i = 0; i <= PABULIB_META_MAX; i++)
    buffer_format(&buffer, "key%d;\n", i);
  refuses_buffer(&buffer, "line 259, column 1", "'key256' is one key too many", "at most 256 keys");
}

static void a_line_has_at_most_256_fields(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN("META\nkey;value"));
  for (int i = 2; i <= PABULIB_COLUMNS_MAX; i++)
    buffer_format(&buffer, ";%03d", i);
  buffer_add(&buffer, SPAN("\n"));
  refuses_buffer(&buffer, "line 2, column 1027", "there are more fields",
                 "at most 256 fields in a line");
}

static void there_are_at_most_65535_projects(void **state)
{
  (void)state;
  struct buffer buffer = {0};
  buffer_add(&buffer, SPAN(META "PROJECTS\nproject_id;cost\n"));
  for (int i = 0; i <= ELECTION_PROJECTS_MAX; i++)
    buffer_format(&buffer, "%d;1\n", i);
  refuses_buffer(&buffer, "line 65542, column 1", "there are more projects",
                 "at most 65535 projects");
}

int main(void)
{
  static struct broken broken[CASES];
  static struct CMUnitTest tests[CASES + 4];
  for (size_t i = 0; i < CASES; i++) {
    broken[i] = cases[i];
    tests[i] = (struct CMUnitTest){
        .name = cases[i].name, .test_func = a_broken_file_is_refused, .initial_state = &broken[i]};
  }
  const struct CMUnitTest large[] = {
      cmocka_unit_test(a_line_has_at_most_a_mebibyte),
      cmocka_unit_test(meta_has_at_most_256_keys),
      cmocka_unit_test(a_line_has_at_most_256_fields),
      cmocka_unit_test(there_are_at_most_65535_projects),
  };
  memcpy(tests + CASES, large, sizeof large);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
