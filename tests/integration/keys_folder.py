"""What tests of beffroi-keys share: a folder to run it in, voting cards, and how cases are told."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import traceback

PROGRAM = os.path.join(os.environ["BUILD_ROOT"], "keys", "beffroi-keys")
AUDIT = os.path.join(os.environ["BUILD_ROOT"], "audit", "beffroi-audit")
DONE, DIFFERS, UNUSABLE, UNFINISHED = 0, 1, 2, 3

PASSPHRASE = "correct horse battery staple"
ORIGIN = "vote.example.fr/bpl-2027/faidherbe"
ADDRESS = "https://vote.example.fr/#"
CHEAP = ["--kdf-memory", "8"]
ANY = "0" * 63 + "1"


class Answer:
    def __init__(self, arguments, folder):
        done = subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=120, start_new_session=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


class Folder:
    """A folder to work in, with a passphrase in the file `pw`."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="beffroi-keys-")
        self.write("pw", PASSPHRASE + "\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        with open(self.at(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return name

    def read(self, name):
        with open(self.at(name), "rb") as file:
            return file.read()

    def run(self, *arguments):
        return Answer(arguments, self.path)

    def do(self, *arguments, code=DONE):
        answer = self.run(*arguments)
        assert answer.code == code, f"{arguments}: {answer}"
        return answer.out

    def key(self, role, name=None, *options):
        """A new officer's key in NAME.key; the lines that are printed."""
        name = name or role
        return self.do("new", role, f"{name}.key", "--passphrase-file", "pw", *CHEAP,
                       *options).splitlines()


def keys(*names):
    return [word for name in names for word in ("--key", f"{name}.key", "--passphrase-file", "pw")]


def refused(answer, *fragments, code=UNUSABLE):
    assert answer.code == code, answer
    assert answer.out == "", answer
    assert answer.err.startswith("beffroi-keys: ") and answer.err.count("\n") == 1, answer
    for fragment in fragments:
        assert fragment in answer.err, f"'{fragment}' is missing: {answer}"


def payload_of(line):
    return json.loads(base64.b64decode(json.loads(line)["payload"]))


PEOPLE = [(f"e{i:03}", f"Élève n° {i}", "2nde A" if i < 6 else "2nde B") for i in range(12)]


def make_cards(folder, people=PEOPLE):
    rows = "".join(f"{person};{name};{group}\r\n" for person, name, group in people)
    folder.write("list.csv", "\ufeffidentifiant;nom;classe\r\n" + rows)
    return folder.do("registrar", "codes", "list.csv", "--origin", ORIGIN, "--address", ADDRESS,
                     "--out", "cards", "--cards-passphrase-file", "pw", *CHEAP)


def slips_of(page):
    """id → (code, card number, SVG) of each slip, in the order of the page."""
    return {
        re.search(r"(e\d{3}) ", slip)[1]: (re.search(r'class="code">([^<]*)<', slip)[1],
                                           re.search(r'class="number">([^<]*)<', slip)[1],
                                           re.search(r"<svg.*?</svg>", slip, re.DOTALL)[0])
        for slip in page.split("<article>")[1:]
    }


def tell(functions):
    """Runs each function `test_…` as a case of TAP; what the program is to exit with."""
    count = failed = 0
    for name, function in list(functions.items()):
        if not name.startswith("test_"):
            continue
        count += 1
        title = name[len("test_"):].replace("_", " ")
        try:
            note = function()
            print(f"ok {count} - {title}" + (f" {note}" if note else ""))
        except Exception:  # a case that breaks is a case that fails; the next ones still run
            failed += 1
            print(f"not ok {count} - {title}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    print(f"1..{count}")
    return 1 if failed else 0
