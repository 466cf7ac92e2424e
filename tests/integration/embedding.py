#!/usr/bin/env python3
"""Tries sql/embed.py on good files and on bad ones, and compiles what it makes.

Usage: embedding.py; finds the script in SOURCE_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are
from keys_folder import tell

SOURCE = os.environ["SOURCE_ROOT"]
EMBED = os.path.join(SOURCE, "sql", "embed.py")
COMPILER = os.environ.get("CC", "cc").split()


def embed(kind, files, listed=None):
    """What it says and the folder with what it made, which the caller removes."""
    folder = tempfile.TemporaryDirectory()
    source = os.path.join(folder.name, "source")
    os.mkdir(source)
    os.mkdir(os.path.join(folder.name, "sql"))
    for name, text in files.items():
        with open(os.path.join(source, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    made = [os.path.join(folder.name, "sql", kind + ending) for ending in (".h", ".c")]
    paths = [os.path.join(source, name) for name in (files if listed is None else listed)]
    done = subprocess.run([sys.executable, EMBED, kind, *made, *paths], capture_output=True,
                          text=True, check=False)
    return done, folder


def assert_refused(kind, files, why, listed=None):
    done, folder = embed(kind, files, listed)
    with folder:
        assert done.returncode == 1 and why in done.stderr, (files, done.stderr)
        assert not os.listdir(os.path.join(folder.name, "sql")), "it made something nevertheless"


def output(kind, files, program):
    """What a program prints that includes what was made."""
    done, folder = embed(kind, files)
    with folder:
        assert done.returncode == 0, done.stderr
        main = os.path.join(folder.name, "main.c")
        with open(main, "w", encoding="utf-8") as file:
            file.write(f'#include <stdio.h>\n#include "sql/{kind}.h"\nint main(void)\n{{{program}}}\n')
        subprocess.run([*COMPILER, "-std=c17", "-Wall", "-Wextra", "-Werror", "-I", folder.name,
                        "-I", SOURCE, "-o", main + ".out", main,
                        os.path.join(folder.name, "sql", kind + ".c")], check=True)
        return subprocess.run([main + ".out"], capture_output=True, text=True, check=True).stdout


def query(text, comment="-- Gives it."):
    return {"one.sql": f"{comment}\n{text}\n"}


def test_queries_keep_their_text_name_and_types():
    text = ('-- Gives é, \\ and "quotes" ??/ twice.\n-- $1 first, $2 second, $3 third\n'
            "SELECT $2::bytea[], '$9; \\', $1::bigint -- $7\n  , \"$8\", $3::uuid, $1\n")
    printed = output("queries", {"head-lock.sql": text, "add.sql": "-- Nothing.\nSELECT 1\n"}, """
      const struct sql_statement *head = &sql_queries[QUERY_HEAD_LOCK];
      printf("%d %d %s %zu %d %d %d|%s", QUERY_ADD, QUERY_COUNT, head->name, head->count,
             head->types[0], head->types[1], head->types[2], head->text);""")
    assert printed == "0 2 head-lock 3 20 1001 2950|" + text, printed


def test_a_query_says_what_it_gives():
    assert_refused("queries", {"one.sql": "SELECT 1\n"}, "must begin with a comment")
    assert_refused("queries", query("SELECT $1::bytea"), "does not name $1")
    assert_refused("queries", query("SELECT $1::bytea", "-- $10"), "does not name $1")


def test_parameters_are_numbered_and_cast():
    named = "-- $1, $2, $3"
    for text, why in (("SELECT $2::bytea", "without a gap"),
                      ("SELECT $1::bytea, $3::bytea", "without a gap"),
                      ("SELECT $1", "must be cast to one type"),
                      ("SELECT $1::bytea, $1::text", "must be cast to one type"),
                      ("SELECT $1::jsonb", "must be one of"),
                      ("SELECT " + ", ".join(f"${i}::text" for i in range(1, 26)), "at most 24")):
        assert_refused("queries", query(text, named), why)


def test_a_query_is_one_statement():
    assert_refused("queries", query("SELECT 1;"), "without a semicolon")
    done, folder = embed("queries", query("SELECT ';' -- ;"))
    with folder:
        assert done.returncode == 0, done.stderr


def test_names_are_words_with_hyphens():
    for name in ("Head.sql", "head_lock.sql", "1.sql", "head--lock.sql", "-head.sql"):
        assert_refused("queries", {name: "-- It.\nSELECT 1\n"}, "lower-case words")


def test_what_is_not_listed_is_missed():
    files = {"one.sql": "-- It.\nSELECT 1\n", "two.sql": "-- It.\nSELECT 2\n"}
    assert_refused("queries", files, "two.sql is not listed", listed=["one.sql"])


def test_text_is_utf_8_without_control_characters():
    assert_refused("queries", query("SELECT '\x07'"), "control character")
    assert_refused("queries", query("SELECT 1\r"), "control character")


def test_scripts_may_have_several_statements():
    printed = output("scripts", {"make.sql": "-- Makes it.\nSELECT 1;\nSELECT 2\n"},
                     'printf("%s", sql_scripts[SCRIPT_MAKE].text);')
    assert printed.endswith("SELECT 1;\nSELECT 2\n"), printed


def test_migrations_are_in_order_and_say_what_they_agree_with():
    files = {"0001_board.sql": "-- The boards.\nSELECT 1;\n",
             "0002_more.sql": "-- More.\n-- programs from 0001 on\nSELECT 2;\n"}
    printed = output("migrations", dict(reversed(files.items())), """
      for (int i = 0; i < MIGRATION_COUNT; i++)
        printf("%d %d %s|%s", sql_migrations[i].number, sql_migrations[i].oldest,
               sql_migrations[i].name, sql_migrations[i].text);""")
    assert printed == (f"1 1 board|{files['0001_board.sql']}2 1 more|{files['0002_more.sql']}"), printed


def test_migrations_have_no_gap_and_no_transaction_of_their_own():
    good = "-- It.\nSELECT 1;\n"
    assert_refused("migrations", {}, "Usage")
    for name in ("0002_board.sql", "1_board.sql", "0001-board.sql", "0001_Board.sql"):
        assert_refused("migrations", {name: good}, "0001 is due")
    assert_refused("migrations", {"0001_a.sql": good, "0003_b.sql": good}, "0002 is due")
    assert_refused("migrations", {"0001_a.sql": good, "0001_b.sql": good}, "0002 is due")
    assert_refused("migrations", {"0001_a.sql": "-- It.\n-- programs from 0002 on\nSELECT 1;\n"},
                   "from 0001 to 0001")
    for statement in ("COMMIT", "begin", "ROLLBACK AND CHAIN", "START TRANSACTION"):
        assert_refused("migrations", {"0001_a.sql": f"-- It.\nSELECT 1; {statement};\n"},
                       "has its transaction already")
    done, folder = embed("migrations", {"0001_a.sql": "-- It.\nDO $$ BEGIN COMMIT; END $$;\n"})
    with folder:
        assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    sys.exit(tell(globals()))
