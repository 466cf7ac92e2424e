#!/usr/bin/env python3
"""Says how a run of `meson test` went, for people: programs and their cases, then what failed, then
what was skipped, and last of all "N passed, N failed".

Usage: summary.py TESTLOG.json

A case is one line of TAP in a program's output. A program that ended badly without naming a failed
case (a crash, a timeout, fewer cases than it announced) counts as one failure.
"""

import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b[ \t]*\d*[ \t]*(?:- )?(.*)$")
SKIP = re.compile(r"#[ \t]*SKIP\S*[ \t]*(.*)$", re.IGNORECASE)
GOOD = {"OK", "EXPECTEDFAIL", "SKIP"}
SHOWN = 60  # lines of the output of a program that failed


def cases_of(run):
    """Passed, failed and skipped cases of one program, the last two by name."""
    passed, failed, skipped = 0, [], []
    for line in (run.get("stdout") or "").splitlines():
        match = CASE.match(line)
        if not match:
            continue
        skip = SKIP.search(match[2])
        if skip:
            name = match[2][: skip.start()].strip()
            skipped.append(": ".join(part for part in (name, skip[1].strip()) if part))
        elif match[1]:
            failed.append(match[2])
        else:
            passed += 1
    if run["result"] == "SKIP" and not skipped:
        skipped.append("all of it")
    # cmocka writes "not ok # SKIP", which meson takes for a failure.
    only_skipped = skipped and run["result"] == "FAIL" and run["returncode"] == 0
    if run["result"] not in GOOD and not failed and not only_skipped:
        failed.append(f"ended with {run['result']}, status {run['returncode']}")
    return passed, failed, skipped


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        runs = [json.loads(line) for line in file if line.strip()]
    runs.sort(key=lambda run: run["name"])
    passed_all, failed_all, skipped_all, broken = 0, [], [], []
    for run in runs:
        name = run["name"].replace("beffroi:", "")
        passed, failed, skipped = cases_of(run)
        passed_all += passed
        failed_all += [f"{name}: {case}" for case in failed]
        skipped_all += [f"{name}: {case}" for case in skipped]
        if failed:
            broken.append((name, run))
        verdict = "FAILED" if failed else "ok" if passed else "skipped"
        rest = "".join(
            f", {len(part)} {word}" for part, word in ((failed, "failed"), (skipped, "skipped")) if part
        )
        print(f"  {name:<44} {verdict:<8} {passed} passed{rest}  ({run['duration']:.1f} s)")
    for name, run in broken:
        print(f"\n-- {name} --")
        output = (run.get("stdout") or "") + (run.get("stderr") or "")
        lines = [line for line in output.splitlines() if not line.startswith("ok ")]
        print("\n".join(lines[:SHOWN]))
        if len(lines) > SHOWN:
            print(f"… {len(lines) - SHOWN} more lines in {sys.argv[1]}")
    for title, names in (("failed", failed_all), ("SKIPPED", skipped_all)):
        for name in names:
            print(f"{title}: {name}")
    print(f"{passed_all} passed, {len(failed_all)} failed")
    return 1 if failed_all else 0


if __name__ == "__main__":
    sys.exit(main())
