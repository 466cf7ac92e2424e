#!/usr/bin/env python3
"""Runs the lines of docs/api.md with curl, on an election that ended on a service of its own.

Usage: api_document.py; finds the programs in BUILD_ROOT, the sources in SOURCE_ROOT. Says what it
found as TAP, one case for each command.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from service import SOURCE, Cluster, Service  # noqa: E402
from service_client import Election  # noqa: E402


def commands():
    """The commands of the page's blocks, lines that go on put together."""
    with open(os.path.join(SOURCE, "docs", "api.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```sh\n(.*?)```", file.read(), re.DOTALL)
    return [command for block in blocks
            for command in block.replace("\\\n", "").splitlines() if command]


def routes():
    """What the program serves: method and pattern, from its table."""
    with open(os.path.join(SOURCE, "api", "voting", "voting.c"), encoding="utf-8") as file:
        text = file.read().replace('ELECTION "', '"/v1/elections/:election').replace(
            "ELECTION,", '"/v1/elections/:election",')
    return re.findall(r'\{HTTP_(\w+), "([^"]+)"', text)


def documented(method, pattern):
    """Whether the page's table has the route."""
    with open(os.path.join(SOURCE, "docs", "api.md"), encoding="utf-8") as file:
        page = file.read()
    names = {":election": "<id>", ":digest": "<hex>", ":part": "<n>", "*": "…"}
    path = "/".join(names.get(part, part) for part in pattern.split("/"))
    last = "…/" + path.rsplit("/", 1)[1]
    return f"`{method} {path}" in page or f"`{last}`" in page


def main():
    if shutil.which("curl") is None:
        print("1..1\nok 1 - the page's commands # SKIP there is no curl")
        return 0
    cluster, failed, number = Cluster(), 0, 0
    found = commands() + routes()
    print(f"1..{len(found)}")
    try:
        service = Service(cluster, {"server.workers": 1})
        election = Election(service).open()
        ballot = election.ballot(0, "bench")
        assert election.cast(ballot).status == 201
        assert election.freeze().status == 200
        election.close()
        election.finish()
        with tempfile.NamedTemporaryFile() as file:
            file.write(ballot)
            file.flush()
            variables = {**os.environ, "URL": service.address, "ELECTION": election.id,
                         "BALLOT": file.name}
            for command in commands():
                number += 1
                done = subprocess.run(["sh", "-c", command], env=variables, capture_output=True,
                                      text=True, check=False, timeout=60)
                good = done.returncode == 0
                failed += not good
                print(f"{'ok' if good else 'not ok'} {number} - {command.split('#')[0][:60]}")
                if not good:
                    print(f"# exit {done.returncode}: {done.stdout}{done.stderr}".replace("\n", " "))
        for method, pattern in routes():
            number += 1
            good = documented(method, pattern)
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {method} {pattern} is on the page")
        service.end()
    finally:
        cluster.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
