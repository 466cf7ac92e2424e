#!/usr/bin/env python3
"""Holds the tree to tests/rooms.txt: who includes whom, what pure rooms call, what programs load.

Usage: rooms.py; reads SOURCE_ROOT and BUILD_ROOT from the environment and CC, if set. Says what
it found as TAP: one case for each room and law, one for each program.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

C_HEADERS = set(
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal "
    "stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath "
    "threads time uchar wchar wctype".split()
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]*)[>"]', re.MULTILINE)
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
# The sanitizers of gcc, and what those of clang, which are linked in, need.
SANITIZERS = {"asan", "ubsan", "lsan", "tsan", "gcc_s"}


class Table:
    def __init__(self, path):
        self.knows, self.third_party = {}, {}
        self.pure, self.posix, self.never_calls, self.never_named = [], [], set(), []
        self.programs = {}
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                words = line.split("#")[0].split()
                if words:
                    self.take(words, f"{path}:{number}")

    def take(self, words, where):
        kind, rest = words[0], words[1:]
        if kind == "room":
            named = [word for word in rest[1:] if word != "-"]
            self.knows[rest[0]] = [word for word in named if not word.endswith(".h")]
            self.third_party[rest[0]] = {word for word in named if word.endswith(".h")}
        elif kind == "pure":
            self.pure += rest
        elif kind == "posix":
            self.posix += rest
        elif kind == "never-calls":
            self.never_calls |= set(rest)
        elif kind == "never-named":
            self.never_named += rest
        elif kind == "program":
            self.programs[rest[0]] = set(rest[1:])
        else:
            sys.exit(f"rooms.py: {where}: '{kind}' is no kind of line")


def sources_of(root, room, endings):
    """Every file of a room and its wings, as paths from the root."""
    for folder, _, names in os.walk(os.path.join(root, room)):
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(folder, name), root)


def made_headers(build, room):
    """The headers of a room that the build makes, as paths from the build's root."""
    yield from sources_of(build, room, (".h",))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def wrong_includes(table, root, build, room):
    """Includes that the room has no right to."""
    own = [room] + table.knows[room]
    for path in sources_of(root, room, (".c", ".h")):
        for mark, name in INCLUDE.findall(read(root, path)):
            if mark == '"':
                if name.split("/")[0] not in own or "/" not in name:
                    yield f'{path}: "{name}": {room} knows {", ".join(own)}, as "room/name.h"'
                elif not any(os.path.isfile(os.path.join(tree, name)) for tree in (root, build)):
                    yield f'{path}: "{name}" does not exist'
            elif name.removesuffix(".h") not in C_HEADERS and name not in table.third_party[room]:
                if room not in table.posix or os.path.isfile(os.path.join(root, name)):
                    yield f"{path}: <{name}>: {room} may not include it"


def named_in_vain(table, root, room):
    """Calls of functions that have a better one."""
    ban = re.compile(r"\b(" + "|".join(table.never_named) + r")[ \t]*\(")
    for path in sources_of(root, room, (".c", ".h")):
        text = COMMENT_OR_TEXT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), read(root, path))
        for match in ban.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {match[1]} is not used here"


def compiler():
    return os.environ.get("CC", "cc").split()


def compile_alone(table, root, build, room, folder):
    """Compiles each header and, in pure rooms, each source where nothing exists but what the room
    may know. Yields faults; leaves the objects in `folder`."""
    view, made = os.path.join(folder, "view"), os.path.join(folder, "made")
    os.mkdir(view)
    for name in [room] + table.knows[room]:
        os.symlink(os.path.join(root, name), os.path.join(view, name))
        for header in made_headers(build, name):
            os.makedirs(os.path.dirname(os.path.join(made, header)), exist_ok=True)
            os.symlink(os.path.join(build, header), os.path.join(made, header))
    flags = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-fPIE"]
    flags += ["-I", view, "-I", made]
    if room in table.posix:
        flags.append("-D_POSIX_C_SOURCE=200809L")
    endings = (".c", ".h") if room in table.pure else (".h",)
    for path in [*sources_of(root, room, endings), *made_headers(build, room)]:
        target = os.path.join(folder, path.replace("/", "-") + ".o")
        wanted = ["-c", "-o", target, path]
        if path.endswith(".h"):
            wanted = ["-fsyntax-only", "-x", "c", "-"]
        done = subprocess.run(
            compiler() + flags + wanted, cwd=view, text=True, capture_output=True, check=False,
            input=f'#include "{path}"\n#include "{path}"\n',
        )
        if done.returncode != 0:
            yield f"{path} does not compile alone:\n{done.stderr}"


def impure_symbols(table, folder):
    """What objects of a pure room call or keep that they must not."""
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".o"):
            continue
        listing = subprocess.run(
            ["nm", os.path.join(folder, name)], text=True, capture_output=True, check=True
        ).stdout
        for line in listing.splitlines():
            kind, symbol = line.split()[-2:]
            if kind == "U" and symbol.removeprefix("__isoc99_") in table.never_calls:
                yield f"{name}: calls {symbol}"
            # .data.rel.ro holds constants with addresses in them; nm shows it as data.
            elif kind in "bBcCdD" and not constant(os.path.join(folder, name), symbol):
                yield f"{name}: keeps {symbol} between calls"


def constant(path, symbol):
    """Whether the data called `symbol` is read-only once the program has been loaded."""
    listing = subprocess.run(
        ["objdump", "-t", path], text=True, capture_output=True, check=True
    ).stdout
    return any(
        line.split()[-1] == symbol and ".data.rel.ro" in line
        for line in listing.splitlines() if line.strip()
    )


def never_built(table, root, build):
    """Sources that no meson.build names: tests that were forgotten, code that is dead."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        built = {
            os.path.realpath(os.path.join(command["directory"], command["file"]))
            for command in json.load(file)
        }
    for room in table.knows:
        for path in sources_of(root, room, (".c",)):
            if os.path.realpath(os.path.join(root, path)) not in built:
                yield f"{path} is named in no meson.build"


def wrong_libraries(program, allowed):
    """Shared libraries that a program would load without the right to."""
    if not os.path.isfile(program):
        yield f"{program} was not built"
        return
    listing = subprocess.run(
        ["readelf", "-d", program], text=True, capture_output=True, check=True
    ).stdout
    for name in re.findall(r"\(NEEDED\).*\[(.*?)\]", listing):
        plain = re.sub(r"^lib|\.so.*$", "", name)
        if plain not in allowed | SANITIZERS and not plain.startswith("ld-linux"):
            yield f"{os.path.basename(program)} needs {name}"


class Report:
    def __init__(self):
        self.count, self.failed = 0, 0

    def case(self, name, faults):
        self.count += 1
        faults = list(faults)
        self.failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {self.count} - {name}")
        for fault in faults:
            print("# " + fault.replace("\n", "\n# "))


def main():
    root = os.environ["SOURCE_ROOT"]
    build = os.environ["BUILD_ROOT"]
    table = Table(os.path.join(root, "tests", "rooms.txt"))
    report = Report()
    for room in table.knows:
        faults = wrong_includes(table, root, build, room)
        report.case(f"{room} includes only what it may know", faults)
        report.case(f"{room} calls nothing that has a better", named_in_vain(table, root, room))
        with tempfile.TemporaryDirectory() as folder:
            what = "each file" if room in table.pure else "each header"
            faults = list(compile_alone(table, root, build, room, folder))
            report.case(f"{what} of {room} compiles alone, seeing only what it may know", faults)
            if room in table.pure:
                report.case(
                    f"{room} has no state and calls nothing of the system",
                    impure_symbols(table, folder),
                )
    report.case("every source is built", never_built(table, root, build))
    for program, allowed in table.programs.items():
        faults = wrong_libraries(os.path.join(build, program), allowed)
        report.case(f"{program} needs only the libraries it may", faults)
    print(f"1..{report.count}")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
