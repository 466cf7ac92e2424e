#!/usr/bin/env python3
"""Makes C tables of SQL files, so that the programs carry them.

Usage: embed.py KIND HEADER SOURCE FILE.sql...

KIND queries     statements with parameters, prepared by a connection and called by name:
                 head-lock.sql becomes QUERY_HEAD_LOCK of `enum query`
     scripts     what commands run over a plain connection: SCRIPT_NAME of `enum script`
     migrations  steps of the schema, NNNN_name.sql, in order and without a gap

Every file begins with a comment that says what it gives. That of a query or script names each
parameter ($1 first, without a gap), and the text casts each one to its type, `$1::bytea`, since
parameters are sent in binary. A query is one statement without a semicolon at its end.

A migration may say in its comment with which older programs it agrees, so that these go on serving
while the new release is installed: "programs from 0003 on" means those that were built with
migration 0003 as their last, and later ones. Without that line it agrees with none but its own.
"""

import os
import re
import sys

# What parameters can be; their numbers are in sql/types.h.
TYPES = {"boolean", "smallint", "integer", "bigint", "bytea", "text", "uuid"}
TYPES |= {"bigint[]", "bytea[]", "text[]"}
PARAMETERS_MAX = 24  # SQL_PARAMETERS_MAX
COMMENT = re.compile(r"(?:--[^\n]*\n)+")
# Comments, and what must be left alone: quoted text, quoted names, bodies of functions.
TOKEN = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|\$([a-z_]*)\$.*?\$\1\$", re.DOTALL)
PARAMETER = re.compile(r"\$(\d+)(?:::(\w+(?:\[\])?))?")


# A migration is applied in a transaction that it neither begins nor ends.
TRANSACTION = re.compile(r"(?:^|;)\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|PREPARE)\b", re.IGNORECASE)


class Refused(Exception):
    pass


def leading_comment(text):
    match = COMMENT.match(text)
    if not match:
        raise Refused("it must begin with a comment that says what it gives")
    return match[0]


def bare(text):
    """The text without comments and without what is quoted."""
    return TOKEN.sub(lambda match: "" if match[0].startswith("--") else "''", text)


def parameter_types(text):
    """The types of $1, $2, … as the text casts them."""
    types = {}
    for number, kind in PARAMETER.findall(bare(text)):
        kinds = types.setdefault(int(number), set())
        if kind:
            kinds.add(kind)
    if sorted(types) != list(range(1, len(types) + 1)):
        raise Refused(f"parameters are {sorted(types)}: they must be numbered from 1 without a gap")
    if len(types) > PARAMETERS_MAX:
        raise Refused(f"{len(types)} parameters: at most {PARAMETERS_MAX}")
    comment = leading_comment(text)
    for number, kinds in types.items():
        if len(kinds) != 1:
            raise Refused(f"${number} must be cast to one type, as in ${number}::bytea")
        if not kinds <= set(TYPES):
            raise Refused(f"${number} is {kinds}: it must be one of {', '.join(sorted(TYPES))}")
        if not re.search(rf"\${number}\b", comment):
            raise Refused(f"its first comment does not name ${number}")
    return [types[number].pop() for number in sorted(types)]


def type_name(kind):
    return "SQL_" + kind.replace("[]", "_array").upper()


def c_text(text):
    """The text as string literals, one for each line."""
    lines = []
    for line in text.splitlines(keepends=True):
        escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        if not all(" " <= character for character in escaped):
            raise Refused("it has a control character")
        # Two question marks in a row begin a trigraph.
        lines.append('"' + escaped.replace("??", '?""?') + '"')
    return "\n        ".join(lines)


def text_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def statements(kind, paths):
    """Header and source of the table of queries, or of scripts."""
    word = {"queries": "query", "scripts": "script"}[kind]
    names, rows = [], []
    for path in sorted(paths):
        name = os.path.basename(path).removesuffix(".sql")
        try:
            if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name):
                raise Refused("names are lower-case words with hyphens")
            text = text_of(path)
            types = parameter_types(text)
            if word == "query" and ";" in bare(text):
                raise Refused("a query is one statement, without a semicolon")
            constant = f"{word.upper()}_{name.replace('-', '_').upper()}"
            names.append(constant)
            listed = ", ".join(type_name(each) for each in types) or "0"
            rows.append(f'    [{constant}] = {{\n        "{name}",\n        {c_text(text)},\n'
                        f"        {len(types)},\n        {{{listed}}}}},\n")
        except (Refused, UnicodeDecodeError) as refusal:
            raise Refused(f"{path}: {refusal}") from None
    prefix = word.upper()
    constants = "".join(f"  {name},\n" for name in names)
    header = f"""
#include "sql/types.h"

enum {word} {{
{constants}  {prefix}_COUNT
}};

/* By number. */
extern const struct sql_statement sql_{kind}[{prefix}_COUNT];
"""
    source = f"""
const struct sql_statement sql_{kind}[{prefix}_COUNT] = {{
{"".join(rows)}}};
"""
    return header, source


def migrations(paths):
    """Header and source of the table of migrations."""
    rows = []
    for number, path in enumerate(sorted(paths, key=os.path.basename), 1):
        match = re.fullmatch(r"(\d{4})_([a-z]+(?:_[a-z0-9]+)*)\.sql", os.path.basename(path))
        try:
            if not match or int(match[1]) != number:
                raise Refused(f"migrations are NNNN_name.sql from 0001 without a gap; {number:04} is due")
            text = text_of(path)
            own = TRANSACTION.search(bare(text))
            if own:
                raise Refused(f"{own[1]}: a migration has its transaction already")
            agreed = re.search(r"^-- programs from (\d{4}) on$", leading_comment(text), re.MULTILINE)
            oldest = int(agreed[1]) if agreed else number
            if not 1 <= oldest <= number:
                raise Refused(f"programs from {oldest:04} on: from 0001 to {number:04}")
            rows.append(f'    {{{number}, {oldest}, "{match[2]}",\n        {c_text(text)}}},\n')
        except (Refused, UnicodeDecodeError) as refusal:
            raise Refused(f"{path}: {refusal}") from None
    if not rows:
        raise Refused("there is no migration")
    header = f"""
#include "sql/types.h"

enum {{
  MIGRATION_COUNT = {len(rows)}
}};

/* In order. */
extern const struct sql_migration sql_migrations[MIGRATION_COUNT];
"""
    source = f"""
const struct sql_migration sql_migrations[MIGRATION_COUNT] = {{
{"".join(rows)}}};
"""
    return header, source


def unlisted(paths):
    """SQL files beside the given ones, which nobody would miss until they are needed."""
    given = {os.path.realpath(path) for path in paths}
    for folder in sorted({os.path.dirname(path) for path in given}):
        for name in sorted(os.listdir(folder)):
            path = os.path.join(folder, name)
            if name.endswith(".sql") and path not in given:
                yield path


def main(kind, header_path, source_path, *paths):
    for path in unlisted(paths):
        raise Refused(f"{path} is not listed in sql/meson.build")
    if kind == "migrations":
        header, source = migrations(paths)
    else:
        header, source = statements(kind, paths)
    guard = f"SQL_{kind.upper()}_H"
    opening = f"/* {kind}.h - made by sql/embed.py from the files of sql/{kind}. */\n"
    with open(header_path, "w", encoding="utf-8") as file:
        file.write(f"{opening}#ifndef {guard}\n#define {guard}\n{header}\n#endif\n")
    with open(source_path, "w", encoding="utf-8") as file:
        file.write(f'#include "sql/{kind}.h"\n{source}')


if __name__ == "__main__":
    if len(sys.argv) < 5 or sys.argv[1] not in {"queries", "scripts", "migrations"}:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (Refused, OSError) as failure:
        sys.exit(f"embed.py: {failure}")
