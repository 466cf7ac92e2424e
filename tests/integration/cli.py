#!/usr/bin/env python3
"""Runs beffroi-audit as people and scripts do, and looks at what it prints and exits with.

Usage: cli.py; finds the sources in SOURCE_ROOT and the program in BUILD_ROOT. Says what it found
as TAP, one case for each function `test_…` and one for each row of the table of bad usage.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.join(os.environ["BUILD_ROOT"], "audit", "beffroi-audit")
VECTORS = os.path.join(os.environ["SOURCE_ROOT"], "tests", "vectors", "pb")
TOWN = os.path.join(VECTORS, "town.pb")
HOSTILE = os.path.join(VECTORS, "hostile.pb")
SEED = bytes(range(32)).hex()

HOLDS, DOES_NOT_HOLD, UNUSABLE, UNFINISHED = 0, 1, 2, 3


def environment(**changes):
    """A UTF-8 terminal that speaks English, whatever the machine's does."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("LC_") and name not in ("LANG", "COLUMNS", "LANGUAGE")}
    return {**kept, "LC_ALL": "C.UTF-8", **changes}


class Answer:
    def __init__(self, arguments, stdin=b"", env=None):
        done = subprocess.run([PROGRAM, *arguments], input=stdin, env=env or environment(),
                              capture_output=True, check=False, timeout=120)
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def run(*arguments, **how):
    return Answer(arguments, **how)


def tally(*arguments, code=HOLDS, **how):
    """The outcome of the small town as parsed JSON."""
    answer = run("tally", TOWN, "--json", *arguments, **how)
    assert answer.code == code, answer
    return json.loads(answer.out)


def refused(answer, *fragments):
    """Nothing on stdout, one complaint in the program's form that says all `fragments`."""
    assert answer.code == UNUSABLE, answer
    assert answer.out == "", answer
    assert answer.err.startswith("beffroi-audit: ") and answer.err.count("\n") == 1, answer
    for fragment in fragments:
        assert fragment in answer.err, f"'{fragment}' is missing: {answer}"


def town(*changes):
    """The text of the small town with replacements (old, new), each of which must apply."""
    with open(TOWN, encoding="utf-8") as file:
        text = file.read()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def canonical(value):
    """RFC 8785 for what our outcomes hold: names in ASCII, whole numbers, text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# --- help ---


def test_help_names_the_commands():
    answer = run("--help")
    assert answer.code == HOLDS and answer.err == "", answer
    assert "\n  tally " in answer.out and "\n  rules " in answer.out, answer


def test_version_is_one_line():
    answer = run("--version")
    assert answer.code == HOLDS, answer
    assert re.fullmatch(r"beffroi-audit \d+\.\d+\.\d+\n", answer.out), answer


def test_rules_as_json_are_canonical():
    answer = run("rules", "--json")
    assert answer.code == HOLDS, answer
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer


def test_rules_have_names_settings_and_meanings():
    rules = json.loads(run("rules", "--json").out)["rules"]
    assert {"greedy", "equal-shares"} <= {rule["name"] for rule in rules}
    for rule in rules:
        assert rule["summary"]
        for setting in rule["settings"]:
            assert {"kind", "meaning", "name"} <= set(setting), setting
            assert ("words" in setting) == (setting["kind"] in ("word", "words")), setting


def document(name):
    with open(os.path.join(os.environ["SOURCE_ROOT"], "docs", name), encoding="utf-8") as page:
        return page.read()


def test_the_manual_has_a_section_for_every_rule():
    manual = document("rules.md")
    for rule in json.loads(run("rules", "--json").out)["rules"]:
        assert f"\n## `{rule['name']}`\n" in manual, rule["name"]
        assert f"\n- [`{rule['name']}`](#{rule['name']})" in manual, rule["name"]


def test_the_format_of_boards_has_every_rule_and_setting():
    rules = json.loads(run("rules", "--json").out)["rules"]
    _, _, section = document("board.md").partition("\n### Rules\n")
    names, _, table = section.partition("\n## ")[0].partition("\n| setting |")
    assert re.findall(r"`([a-z-]+)`", names)[1:] == [rule["name"] for rule in rules], names
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    for rule in rules:
        for setting in rule["settings"]:
            assert any(f"`{setting['name']}`" in row[0] and
                       (row[-1] == "all" or f"`{rule['name']}`" in row[-1]) for row in rows), (
                           rule["name"], setting["name"])


def test_help_of_tally_has_every_rule_and_setting():
    answer = run("tally", "--help")
    assert answer.code == HOLDS and answer.err == "", answer
    for rule in json.loads(run("rules", "--json").out)["rules"]:
        _, found, rest = answer.out.partition(f"\n  {rule['name']}\n")
        assert found, rule["name"]
        section = re.split(r"\n  (?! )", rest)[0]
        for setting in rule["settings"]:
            assert f"\n    {setting['name']}=" in section, (rule["name"], setting["name"])


def test_help_of_tally_states_the_default():
    assert "rule is equal-shares with completion add1" in run("tally", "--help").out


def test_help_of_tally_keeps_to_the_width():
    assert max(len(line) for line in run("tally", "--help").out.split("\n")) <= 96


def test_rules_for_people_are_those_of_help():
    listed = run("rules")
    assert listed.code == HOLDS, listed
    assert listed.out in run("tally", "--help").out


def test_help_of_rules():
    answer = run("rules", "--help")
    assert answer.code == HOLDS and "--json" in answer.out, answer


# --- JSON ---


def test_json_is_one_canonical_line():
    answer = run("tally", TOWN, "--json")
    assert answer.code == HOLDS and answer.err == "", answer
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer


def test_json_has_the_outcome():
    outcome = tally("--rule", "greedy", "--tie-break", "listed")
    assert outcome["format"] == "beffroi-outcome/1"
    assert outcome["selected"] == ["jardin", "velos", "fontaine"], outcome["selected"]
    assert outcome["budget"] == 10000 and outcome["spent"] == 10000
    assert outcome["voters"] == 10 and outcome["distinct_ballots"] == 7
    assert outcome["rule"]["name"] == "greedy"
    assert outcome["ties"] == [
        {"decided_by": "listed", "projects": ["velos", "fontaine"], "round": 1}]


def test_json_has_every_setting():
    for rule in json.loads(run("rules", "--json").out)["rules"]:
        written = tally("--rule", rule["name"])["rule"]
        named = {setting["name"] for setting in rule["settings"]}
        assert set(written) == named | {"name"}, written


def test_result_can_be_recomputed_as_help_says():
    outcome = tally("--check-published", "--rule", "greedy")
    result = outcome.pop("result")
    outcome.pop("published")
    assert hashlib.sha256(canonical(outcome).encode()).hexdigest() == result


def test_result_does_not_depend_on_the_comparison():
    assert tally("--rule", "greedy")["result"] == \
        tally("--rule", "greedy", "--check-published")["result"]


def test_result_is_that_of_the_page():
    page = run("tally", TOWN)
    assert tally()["result"] in page.out, page


def test_result_depends_on_the_settings():
    assert tally("--rule", "greedy")["result"] != tally("--rule", "greedy", "--by",
                                                       "density")["result"]


def test_json_is_the_same_in_every_language():
    assert run("tally", TOWN, "--json", "--lang", "fr").out == run("tally", TOWN, "--json").out


def test_json_is_the_same_in_every_locale():
    assert run("tally", HOSTILE, "--json", env=environment(LC_ALL="C")).out == \
        run("tally", HOSTILE, "--json").out


def test_the_order_of_ballots_does_not_matter():
    swapped = town(("1;jardin\n", ""), ("10;arbres\n", "10;arbres\n1;jardin\n"))
    answer = run("tally", "-", "--json", stdin=swapped)
    assert json.loads(answer.out) == tally(), answer


# --- options ---


def test_the_default_is_equal_shares_with_add1():
    assert tally() == tally("--rule", "equal-shares", "--completion", "add1")
    assert tally()["rule"]["completion"] == ["add1"]


def test_a_rule_that_is_named_has_its_own_defaults():
    assert tally("--rule", "equal-shares")["rule"]["completion"] == []


def test_a_completion_goes_before_the_default():
    assert tally("--completion", "greedy")["rule"]["completion"] == ["greedy"]


def test_short_options_are_settings():
    long = tally("--rule=greedy", "--set=utility=cost", "--set=by=density", "--set=on_miss=stop",
                 "--set=threshold=2", "--set=tie_break=votes,id")
    short = tally("--rule", "greedy", "--utility", "cost", "--by", "density", "--on-miss", "stop",
                  "--threshold", "2", "--tie-break", "votes,id")
    assert long == short
    rule = short["rule"]
    assert rule["utility"] == "cost" and rule["by"] == "density" and rule["on_miss"] == "stop"
    assert rule["threshold"] == 2 and rule["tie_break"] == ["votes", "id"]


def test_a_later_setting_replaces_an_earlier():
    assert tally("--rule", "greedy", "--threshold", "2", "--set", "threshold=4")["rule"][
        "threshold"] == 4


def test_options_may_stand_before_the_file():
    before = run("tally", "--json", "--rule", "greedy", TOWN)
    assert before.code == HOLDS and before.out == run("tally", TOWN, "--rule=greedy",
                                                      "--json").out


def test_a_setting_may_be_empty():
    assert tally("--set", "completion=")["rule"]["completion"] == []


def test_threshold_is_of_votes():
    outcome = tally("--rule", "greedy", "--threshold", "4")
    reasons = {project["id"]: project["reason"] for project in outcome["projects"]}
    assert reasons["arbres"] == "below-threshold", reasons


def test_standard_input_is_a_file_too():
    answer = run("tally", "-", "--json", stdin=town())
    assert answer.code == HOLDS, answer
    assert json.loads(answer.out) == tally()


def test_two_dashes_end_the_options():
    refused(run("tally", "--json", "--", "--rule"), "--rule: there is no such file")


# --- the draw ---


def test_the_draw_orders_by_sha256_of_seed_and_id():
    outcome = tally("--rule", "greedy", "--tie-break", "draw", "--seed", SEED)
    order = sorted(["velos", "fontaine"],
                   key=lambda id: hashlib.sha256(bytes.fromhex(SEED) + id.encode()).digest())
    assert outcome["selected"] == ["jardin", *order], outcome["selected"]


def test_another_seed_can_draw_another_order():
    orders = {tuple(tally("--rule", "greedy", "--tie-break", "draw", "--seed",
                          bytes([last] * 32).hex())["selected"]) for last in range(8)}
    assert orders == {("jardin", "velos", "fontaine"), ("jardin", "fontaine", "velos")}, orders


def test_the_page_shows_the_seed():
    answer = run("tally", TOWN, "--rule", "greedy", "--tie-break", "draw", "--seed", SEED)
    assert f"Seed of the draw  {SEED}\n" in answer.out, answer
    assert "came first by the draw" in answer.out, answer


# --- presets and published results ---


def test_the_published_rule_comes_from_the_file():
    outcome = tally("--preset", "published")
    assert outcome["rule"]["name"] == "greedy", outcome["rule"]


def test_settings_go_before_the_preset():
    outcome = tally("--preset", "published", "--threshold", "4")
    assert outcome["rule"]["name"] == "greedy" and outcome["rule"]["threshold"] == 4


def test_a_file_with_an_unknown_rule_is_refused():
    refused(run("tally", "-", "--preset", "published", stdin=town((";greedy\n", ";dice\n"))),
            "standard input: ", "'dice'", "greedy")


def test_agreeing_with_the_published_result():
    outcome = tally("--preset", "published", "--check-published")
    assert outcome["published"] == {"agrees": True, "extra": [], "missing": []}


def test_differing_from_the_published_result():
    changed = town(("la grande halle;1", "la grande halle;0"), ("rue;0", "rue;1"))
    answer = run("tally", "-", "--json", "--preset", "published", "--check-published",
                 stdin=changed)
    assert answer.code == DOES_NOT_HOLD, answer
    assert json.loads(answer.out)["published"] == {
        "agrees": False, "extra": ["fontaine"], "missing": ["arbres"]}, answer


def test_differing_on_the_page():
    changed = town(("la grande halle;1", "la grande halle;0"), ("rue;0", "rue;1"))
    answer = run("tally", "-", "--preset", "published", "--check-published", stdin=changed)
    assert answer.code == DOES_NOT_HOLD, answer
    assert "published as funded, but not funded here: arbres\n" in answer.out, answer
    assert "funded here, but not published as funded: fontaine\n" in answer.out, answer


def test_what_was_funded_otherwise_is_not_the_rules():
    changed = town(("la grande halle;1", "la grande halle;2"))
    answer = run("tally", "-", "--json", "--preset", "published", "--check-published",
                 stdin=changed)
    assert answer.code == DOES_NOT_HOLD, answer
    assert json.loads(answer.out)["published"]["extra"] == ["fontaine"], answer


def test_a_file_without_published_result_is_refused():
    refused(run("tally", HOSTILE, "--check-published"), HOSTILE, "--check-published",
            "does not say which projects were funded", "selected")


# --- warnings ---


WRONG_TOTAL = ("num_votes;10", "num_votes;11")


def test_warnings_are_counted():
    answer = run("tally", "-", "--json", stdin=town(WRONG_TOTAL))
    assert answer.code == HOLDS, answer
    assert answer.err == "beffroi-audit: standard input: warnings: 1 (--warnings shows them)\n", \
        answer


def test_warnings_are_shown():
    answer = run("tally", "-", "--warnings", "--json", stdin=town(WRONG_TOTAL))
    assert answer.code == HOLDS, answer
    assert re.match(r"beffroi-audit: standard input: line 8, column \d+: .*11.*\n", answer.err), \
        answer


def test_warnings_change_nothing_on_stdout():
    assert json.loads(run("tally", "-", "--json", stdin=town(WRONG_TOTAL)).out) == tally()


def test_ballots_that_break_limits_warn_or_are_refused():
    limited = town(("rule;greedy\n", "rule;greedy\nmax_length;2\n"))
    assert "warnings: 1" in run("tally", "-", stdin=limited).err
    refused(run("tally", "-", "--refuse-invalid", stdin=limited), "line 30, column 3: ")


# --- the page ---


def golden(name, *arguments, command="tally"):
    answer = run(command, TOWN, *arguments)
    assert answer.code == HOLDS and answer.err == "", answer
    shown = re.sub(r"\b[0-9a-f]{64}\b", "<digest>", answer.out)
    with open(os.path.join(VECTORS, name), encoding="utf-8") as file:
        expected = file.read()
    assert shown == expected, f"{name} is not what was printed:\n{shown}"


def test_the_page_in_english():
    golden("town.en.txt", "--preset", "published", "--check-published")


def test_the_page_in_french():
    golden("town.fr.txt", "--lang", "fr")


# --- guarantees ---


def guarantees(*arguments, **how):
    answer = run("guarantees", "-", "--json", *arguments, **how)
    assert answer.code == HOLDS and answer.err == "", answer
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer
    return json.loads(answer.out)


def test_guarantees_are_of_the_outcome_that_tally_finds():
    found = guarantees(stdin=town())
    assert found["format"] == "beffroi-guarantees/1", found
    assert found["result"] == tally()["result"] and found["spent"] == tally()["spent"]
    assert found["payments"] == {"bought": 3, "priceable": True}, found
    assert found["voters_by_funded"] == [1, 2, 7] and sum(found["voters_by_funded"]) == 10
    assert found["gini"] == {"cardinality": "3/16", "cost": "11/54"}, found


def test_guarantees_take_the_rule_as_tally_does():
    dear = town(("jardin;4000", "jardin;9000"))
    found = guarantees("--rule", "greedy", stdin=dear)
    assert "payments" not in found, found
    assert found["spent"] == 9000, found
    # Of those who want the fountain, or trees, three have no garden, and 3 000 of the 10 000.
    assert found["ejr_plus_up_to_one"]["cost"] == {"breaches": [
        {"project": "fontaine", "utility": 0, "voters": 3},
        {"project": "arbres", "utility": 0, "voters": 3}], "holds": False}, found


def test_a_broken_guarantee_is_told_with_its_numbers():
    dear = town(("jardin;4000", "jardin;9000"))
    answer = run("guarantees", "-", "--rule", "greedy", stdin=dear)
    assert answer.code == HOLDS and answer.err == "", answer
    told = " ".join(answer.out.split()).replace("\u202f", " ")
    assert "The first is fontaine: 3 of its supporters have at most 0 funded projects each, and " \
        "their share, 3 000 EUR, would have paid for 1 × 3 000 EUR." in told, answer
    assert "In this outcome voters do not pay for projects." in told, answer


def test_guarantees_are_the_same_in_every_language():
    assert guarantees("--lang", "fr", stdin=town()) == guarantees(stdin=town())


def test_guarantees_in_english():
    golden("town.guarantees.en.txt", "--rule", "greedy", command="guarantees")


def test_guarantees_in_french():
    golden("town.guarantees.fr.txt", "--lang", "fr", command="guarantees")


def test_help_of_guarantees():
    answer = run("guarantees", "--help")
    assert answer.code == HOLDS and answer.err == "", answer
    assert "--check-published" not in answer.out and "EJR+" in answer.out, answer
    assert "rule is equal-shares with completion add1" in answer.out, answer
    assert max(len(line) for line in answer.out.split("\n")) <= 96


# --- explanations ---


def explain(*arguments):
    answer = run("explain", TOWN, "--json", *arguments)
    assert answer.code == HOLDS and answer.err == "", answer
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer
    return json.loads(answer.out)


def test_explanations_are_of_the_outcome_that_tally_finds():
    found = explain("--rule", "greedy", "--counts", "30")
    outcome = tally("--rule", "greedy")
    assert found["format"] == "beffroi-explanation/1" and found["counts"] == 30, found
    assert found["result"] == outcome["result"]
    assert [(one["project"], one["funded"], one["reason"]) for one in found["projects"]] == \
        [(one["id"], one["selected"], one["reason"]) for one in outcome["projects"]]
    for one in found["projects"]:
        assert all(one[margin]["counts"] <= 10 for margin in ("cost", "votes")), one


def test_a_loser_is_told_how_to_win():
    found = explain("--rule", "greedy", "--project", "arbres")
    assert found["counts"] == 300 and len(found["projects"]) == 1, found
    told = found["projects"][0]
    # Five votes make it second, before the two that are equal with it, by its id.
    assert told["votes"]["number"] == 2 and told["votes"]["proved"], told
    assert told["cost"]["number"] == 2500, told
    assert told["rivals"] == {"left": 0, "projects": ["jardin", "fontaine", "velos"], "tried": 3}
    more = town(("num_votes;10", "num_votes;12"), ("10;arbres\n", "10;arbres\n11;arbres\n12;arbres\n"))
    won = json.loads(run("tally", "-", "--rule", "greedy", "--json", stdin=more).out)
    assert "arbres" in won["selected"], won["selected"]


def test_without_counts_only_reasons_are_told():
    answer = run("explain", TOWN, "--counts", "0", "--project", "arbres")
    assert answer.code == HOLDS, answer
    assert "counting again" not in answer.out and "further voters" not in answer.out, answer
    assert "its supporters had its cost of 2\u202f500\u202fEUR at first" in answer.out, answer


def test_explanations_in_english():
    golden("town.explain.en.txt", command="explain")


def test_explanations_in_french():
    golden("town.explain.fr.txt", "--lang", "fr", "--rule", "greedy", command="explain")


def test_help_of_explain():
    answer = run("explain", "--help")
    assert answer.code == HOLDS and answer.err == "", answer
    assert "--project ID" in answer.out and "--counts N" in answer.out, answer
    assert "--project" not in run("tally", "--help").out
    assert max(len(line) for line in answer.out.split("\n")) <= 96


def test_the_environment_chooses_the_language():
    english, french = run("tally", TOWN), run("tally", TOWN, "--lang", "fr")
    assert english.out != french.out
    for variable in ("LANG", "LC_MESSAGES", "LC_ALL"):
        env = environment(**{variable: "fr_FR.UTF-8"})
        if variable != "LC_ALL":
            del env["LC_ALL"]
            env["LC_CTYPE"] = "C.UTF-8"
        assert run("tally", TOWN, env=env).out == french.out, variable
        assert run("tally", TOWN, "--lang", "en", env=env).out == english.out, variable


def test_without_utf8_the_page_is_ascii_in_the_same_columns():
    plain = run("tally", TOWN, "--lang", "fr", env=environment(LC_ALL="C"))
    full = run("tally", TOWN, "--lang", "fr")
    assert plain.code == HOLDS and plain.out.isascii(), plain
    assert "Jardin partage des ecoles" in plain.out, plain
    assert "[" not in plain.out and "#####" in plain.out, plain
    tree = next(i for i, line in enumerate(full.out.split("\n")) if "\U0001f333" in line)
    for i, (a, b) in enumerate(zip(plain.out.split("\n"), full.out.split("\n"))):
        assert len(a) == len(b) + (1 if i == tree else 0), (a, b)


def test_the_title_gives_way_on_a_narrow_terminal():
    wide = run("tally", TOWN, env=environment(COLUMNS="200"))
    narrow = run("tally", TOWN, env=environment(COLUMNS="70"))
    assert "près de la grande halle  " in wide.out, wide
    assert "Fontaine d'eau pota…  " in narrow.out, narrow


def test_a_hostile_file_cannot_speak_to_the_terminal():
    answer = run("tally", HOSTILE, "--rule", "greedy")
    assert answer.code == HOLDS, answer
    assert "Title ?]0;owned? end\n" in answer.out and "?[2J?[31mred" in answer.out, answer
    for text in (answer.out, answer.err):
        found = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e"
                          "\u2066-\u2069]", text)
        assert not found, repr(text)


def test_a_hostile_file_keeps_its_bytes_in_json():
    answer = run("tally", HOSTILE, "--json", "--rule", "greedy")
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer


def test_a_hostile_value_cannot_speak_through_a_complaint():
    hostile = town(("10;arbres", "10;\x1b[31m\u202e"))
    answer = run("tally", "-", stdin=hostile)
    refused(answer, "line 31, column 4: ")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", answer.err), repr(answer.err)


def test_a_hostile_name_of_a_file_cannot_either():
    answer = run("tally", "/nowhere/\x1b[31m\n\u202ex")
    refused(answer, "/nowhere/?[31m??x: there is no such file")


# --- comparing rules ---

# Two thirds of the street want the dear projects, one third the cheap ones; one votes blank.
STREET = """META
key;value
num_projects;4
num_votes;7
budget;100
vote_type;approval
rule;greedy-no-skip
PROJECTS
project_id;cost
big;60
large;40
small;20
tiny;10
VOTES
voter_id;vote
1;big,large
2;big,large
3;big,large
4;big
5;small,tiny
6;small,tiny
7;
"""


def compare(*arguments, text=STREET):
    answer = run("compare", "-", "--json", *arguments, stdin=text.encode())
    assert answer.code == HOLDS and answer.err == "", answer
    assert canonical(json.loads(answer.out)) + "\n" == answer.out, answer
    return json.loads(answer.out)


def ballots_of(text):
    """The approvals of each line of VOTES."""
    return [set(filter(None, line.split(";")[1].split(",")))
            for line in text.split("voter_id;vote\n")[1].splitlines()]


def figures_of(text, selected):
    """What a row of a comparison says of the projects `selected`: voters without any, approvals."""
    funded = [len(ballot & set(selected)) for ballot in ballots_of(text)]
    return {"without": funded.count(0), "approved": sum(funded)}


def test_help_of_compare():
    answer = run("compare", "--help")
    assert answer.code == HOLDS and answer.err == "", answer
    assert "else greedy,default,exact-equal-shares,phragmen" in answer.out, answer
    assert max(len(line) for line in answer.out.split("\n")) <= 96


def test_compare_has_the_figures_of_each_rule():
    comparison = compare("--rules", "greedy,equal-shares,phragmen:on_miss=skip,greedy:by=density")
    assert comparison["format"] == "beffroi-comparison/1"
    assert comparison["voters"] == 7 and comparison["blank"] == 1 and comparison["budget"] == 100
    assert comparison["projects"] == [
        {"cost": 60, "id": "big", "votes": 4}, {"cost": 40, "id": "large", "votes": 3},
        {"cost": 20, "id": "small", "votes": 2}, {"cost": 10, "id": "tiny", "votes": 2}]
    selections = [rule["selected"] for rule in comparison["rules"]]
    assert selections[0] == ["big", "large"], selections
    assert ["tiny", "small"] in (selections[1][:2], selections[3][:2]), selections
    costs = {project["id"]: project["cost"] for project in comparison["projects"]}
    for rule in comparison["rules"]:
        assert rule["spent"] == sum(costs[id] for id in rule["selected"]), rule
        expected = figures_of(STREET, rule["selected"])
        assert {name: rule[name] for name in expected} == expected, rule
    assert comparison["rules"][0]["without"] == 3 and comparison["rules"][0]["approved"] == 7


def test_compare_has_the_results_of_tally():
    named = [("greedy", ["--rule", "greedy"]),
             ("default", []),
             ("published", ["--preset", "published"]),
             ("published:on_miss=skip", ["--preset", "published", "--on-miss", "skip"]),
             ("exact-equal-shares", ["--rule", "exact-equal-shares"]),
             ("equal-shares:utility=cost:completion=add1,greedy",
              ["--rule", "equal-shares", "--utility", "cost", "--completion", "add1,greedy"])]
    rules = compare(*(word for name, _ in named for word in ("--rule", name)))["rules"]
    assert len(rules) == len(named)
    for (name, options), rule in zip(named, rules):
        answer = run("tally", "-", "--json", *options, stdin=STREET.encode())
        outcome = json.loads(answer.out)
        assert rule["result"] == outcome["result"], name
        assert rule["rule"] == outcome["rule"], name
        assert rule["selected"] == outcome["selected"] and rule["spent"] == outcome["spent"], name


def test_compare_names_the_election_as_tally_does():
    assert compare()["election"] == json.loads(
        run("tally", "-", "--json", stdin=STREET.encode()).out)["election"]


def test_compare_draws():
    text = STREET.replace("4;big\n", "4;\n").replace("big;60", "big;70")
    comparison = compare("--rule", "greedy:tie_break=draw", "--rules", "greedy", "--seed", SEED,
                         text=text)
    answer = run("tally", "-", "--json", "--rule", "greedy", "--tie-break", "draw", "--seed", SEED,
                 stdin=text.encode())
    assert comparison["rules"][0]["result"] == json.loads(answer.out)["result"]


def test_compare_warns_of_the_file():
    answer = run("compare", "-", "--json", "--rules", "greedy", stdin=town(WRONG_TOTAL))
    assert answer.code == HOLDS and "warnings: 1 (--warnings shows them)" in answer.err, answer
    answer = run("compare", "-", "--warnings", "--rules", "greedy", stdin=town(WRONG_TOTAL))
    assert "standard input: line 8, column " in answer.err, answer


def golden_comparison(name, *arguments):
    answer = run("compare", "-", *arguments, stdin=STREET.encode())
    assert answer.code == HOLDS and answer.err == "", answer
    with open(os.path.join(VECTORS, name), encoding="utf-8") as file:
        expected = file.read()
    assert answer.out == expected, f"{name} is not what was printed:\n{answer.out}"


def test_the_comparison_in_english():
    golden_comparison("street.en.txt", "--rules", "published,greedy:by=density,equal-shares")


def test_the_comparison_in_french():
    golden_comparison("street.fr.txt", "--lang", "fr")


def test_a_hostile_file_cannot_speak_through_a_comparison():
    answer = run("compare", HOSTILE, "--rules", "greedy")
    assert answer.code == HOLDS and "?[2J?[31mred" in answer.out, answer
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", answer.out), repr(answer.out)


# --- simulated elections: made again here, as audit/compare/model.h says ---


class Dice:
    def __init__(self, seed, number):
        self.key = hashlib.sha256(b"beffroi/1 simulate\0" + seed.to_bytes(8, "big") +
                                  number.to_bytes(8, "big")).digest()
        self.block, self.rest = 0, []

    def number(self):
        if not self.rest:
            block = hashlib.sha256(self.key + self.block.to_bytes(8, "big")).digest()
            self.block += 1
            self.rest = [int.from_bytes(block[i:i + 8], "big") for i in range(0, 32, 8)]
        return self.rest.pop(0)

    def below(self, bound):
        number = self.number()
        while number >= 2 ** 64 // bound * bound:
            number = self.number()
        return number % bound


def simulated(model, dice, voters, projects, least, most, approve):
    """The costs, and for each voter the places of the projects approved."""
    costs = [least + dice.below(most - least + 1) for _ in range(projects)]
    places = [(dice.below(65536), dice.below(65536)) for _ in range(projects)] \
        if model == "euclidean" else []
    ballots = []
    for _ in range(voters):
        home = (dice.below(65536), dice.below(65536)) if places else None
        chosen = [i for i in range(projects) if dice.below(100) < approve]
        if home:
            near = sorted(range(projects), key=lambda i: (
                (places[i][0] - home[0]) ** 2 + (places[i][1] - home[1]) ** 2, i))
            chosen = sorted(near[:len(chosen)])
        ballots.append(tuple(chosen))
    return costs, ballots


def read_pb(text):
    """META, the costs by id in order, and the sorted ballots of a .pb file."""
    meta, projects, votes = re.fullmatch(
        r"META\nkey;value\n(.*)PROJECTS\n[^\n]*\n(.*)VOTES\n[^\n]*\n(.*)", text, re.S).groups()
    rows = [line.split(";") for line in projects.splitlines()]
    return (dict(line.split(";", 1) for line in meta.splitlines()),
            {row[0]: int(row[1]) for row in rows},
            sorted(tuple(filter(None, line.split(";")[1].split(","))) for line in votes.splitlines()))


def test_made_elections_can_be_made_again():
    for model, number in (("impartial", 1), ("euclidean", 1), ("euclidean", 9)):
        answer = run("simulate", model, "--seed", "5", "--number", str(number), "--voters", "60",
                     "--projects", "12", "--budget", "5000", "--least-cost", "300",
                     "--most-cost", "900", "--approve", "35")
        assert answer.code == HOLDS and answer.err == "", answer
        costs, ballots = simulated(model, Dice(5, number), 60, 12, 300, 900, 35)
        ids = [f"p{i + 1:02}" for i in range(12)]
        meta, found, votes = read_pb(answer.out)
        assert meta["budget"] == "5000" and meta["num_votes"] == "60", meta
        assert meta["description"] == f"Simulated ({model}, seed 5, number {number})", meta
        assert found == dict(zip(ids, costs)), found
        assert votes == sorted(tuple(ids[i] for i in ballot) for ballot in ballots), votes


def test_resampled_elections_can_be_made_again():
    answer = run("simulate", "resample", TOWN, "--seed", "5", "--voters", "40")
    assert answer.code == HOLDS and answer.err == "", answer
    real_meta, costs, _ = read_pb(town().decode())
    order = ballots_in_order(town().decode())
    meta, found, votes = read_pb(answer.out)
    dice = Dice(5, 1)
    assert votes == sorted(order[dice.below(len(order))] for _ in range(40)), votes
    assert found == costs and meta["rule"] == "greedy" and meta["num_votes"] == "40", answer
    assert meta["description"] == \
        f"Simulated (resample, seed 5, number 1): {real_meta['description']}", meta


def ballots_in_order(text):
    return [tuple(line.split(";")[1].split(","))
            for line in text.split("voter_id;vote\n")[1].splitlines()]


def test_a_simulation_has_the_figures_of_each_election():
    sizes = ("--voters", "30", "--projects", "9", "--seed", "11")
    for model in (["euclidean"], ["resample", TOWN]):
        options = sizes[:2] + sizes[4:] if len(model) == 2 else sizes
        answer = run("simulate", *model, *options, "--rules", "greedy,phragmen", "--elections",
                     "4", "--json")
        assert answer.code == HOLDS and answer.err == "", answer
        found = json.loads(answer.out)
        assert canonical(found) + "\n" == answer.out, answer
        assert found["format"] == "beffroi-simulation/1" and found["model"] == model[0]
        assert found["seed"] == 11 and found["voters"] == 30, found
        for number in range(1, 5):
            text = run("simulate", *model, *options, "--number", str(number)).out
            rules = compare("--rules", "greedy,phragmen", text=text)["rules"]
            for mine, theirs in zip(found["rules"], rules):
                assert mine["rule"] == theirs["rule"]
                assert mine["funded"][number - 1] == len(theirs["selected"])
                for name in ("spent", "without", "approved"):
                    assert mine[name][number - 1] == theirs[name], (number, name, answer)


def test_a_simulation_tells_means_and_middle_halves():
    options = ("simulate", "impartial", "--voters", "20", "--projects", "6", "--budget", "50000",
               "--rules", "greedy", "--elections", "5")
    spent = sorted(json.loads(run(*options, "--json").out)["rules"][0]["spent"])
    page = run(*options)
    french = run(*options, "--lang", "fr")

    def percent(value, whole):
        tenths = (2 * value * 1000 + whole) // (2 * whole)
        return f"{tenths // 10}.{tenths % 10}\u202f%"
    told = (f"{percent(sum(spent), 5 * 50000)}  {percent(spent[1], 50000)} - "
            f"{percent(spent[3], 50000)}")
    assert told in page.out, (told, page)
    assert "Simulated elections: 5 (impartial, seed 1)" in page.out, page
    assert told.replace(".", ",") in french.out and "graine 1" in french.out, french


def test_simulated_lots_follow_from_the_seed():
    options = ("simulate", "impartial", "--rules", "greedy:tie_break=draw", "--elections", "2",
               "--voters", "3", "--json")
    answer = run(*options)
    assert answer.code == HOLDS and answer.out == run(*options).out, answer


def test_help_of_simulate():
    answer = run("simulate", "--help")
    assert answer.code == HOLDS and answer.err == "", answer
    assert max(len(line) for line in answer.out.split("\n")) <= 96


# --- what cannot be done ---


def with_stdout(target, *arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=target, stderr=subprocess.PIPE,
                          env=environment(), check=False, timeout=120)


def unfinished(done):
    assert done.returncode == UNFINISHED, done
    assert done.stderr.startswith(b"beffroi-audit: standard output: cannot write the answer: "), \
        done


def test_a_full_disk_is_noticed():
    for arguments in (("tally", TOWN), ("tally", TOWN, "--json"), ("compare", TOWN),
                      ("compare", TOWN, "--json"), ("--help",), ("--version",),
                      ("rules",), ("tally", "--help")):
        with open("/dev/full", "wb") as full:
            unfinished(with_stdout(full, *arguments))


def test_a_closed_pipe_is_noticed():
    reading, writing = os.pipe()
    os.close(reading)
    try:
        unfinished(with_stdout(writing, "tally", TOWN))
    finally:
        os.close(writing)


def test_a_closed_output_is_noticed():
    done = subprocess.run(["sh", "-c", 'exec "$0" tally "$1" >&-', PROGRAM, TOWN],
                          stderr=subprocess.PIPE, env=environment(), check=False, timeout=120)
    unfinished(done)


def test_closed_errors_do_not_matter():
    done = subprocess.run(["sh", "-c", 'exec "$0" tally "$1" --json 2>&-', PROGRAM, TOWN],
                          stdout=subprocess.PIPE, env=environment(), check=False, timeout=120)
    assert done.returncode == HOLDS and json.loads(done.stdout) == tally(), done


def test_a_file_that_is_closed_to_us_is_the_systems_no():
    with tempfile.TemporaryDirectory() as folder:
        loop = os.path.join(folder, "loop.pb")
        os.symlink(loop, loop)
        answer = run("tally", loop)
    assert answer.code == UNFINISHED and answer.out == "", answer
    assert f"beffroi-audit: {loop}: cannot open it: " in answer.err, answer


def test_a_file_that_is_too_large_is_refused():
    with tempfile.NamedTemporaryFile(suffix=".pb") as file:
        try:
            file.truncate((4 << 30) + 1)
        except OSError:
            return "# SKIP no sparse files here"
        refused(run("tally", file.name), f"{file.name}: the file is too large", "4 GiB")
    return None


def test_a_refusal_names_line_and_column():
    refused(run("tally", "-", stdin=town(("jardin;4000", "jardin;4O00"))),
            "standard input: line 15, column 8: ", "4O00", "; expected ")


# --- bad usage: arguments, and what the complaint must say ---

BAD_USAGE = [
    ("no command", [], ["nothing was asked for", "tally", "rules"]),
    ("an unknown command", ["count"], ["'count'", "tally", "rules"]),
    ("no file", ["tally"], ["no file was named", "FILE.pb"]),
    ("two files", ["tally", TOWN, "more.pb"], ["'more.pb' is one too many"]),
    ("a missing file", ["tally", "/nowhere.pb"], ["/nowhere.pb: there is no such file"]),
    ("a directory", ["tally", VECTORS], [VECTORS, "there is no board in this directory"]),
    ("an empty file", ["tally", "/dev/null"], ["/dev/null: line 1"]),
    ("an unknown option", ["tally", TOWN, "--colour"], ["--colour: there is no such option"]),
    ("an abbreviated option", ["tally", TOWN, "--js"], ["--js: there is no such option"]),
    ("a letter", ["tally", TOWN, "-j"], ["-j: there is no such option"]),
    ("letters", ["tally", TOWN, "-xyz"], ["-x: there is no such option"]),
    ("an option without its value", ["tally", TOWN, "--rule"], ["--rule: its value is missing",
                                                               "--rule NAME"]),
    ("an option with a value too many", ["tally", TOWN, "--json=1"],
     ["--json=1: it takes no value"]),
    ("an unknown rule", ["tally", TOWN, "--rule", "dice"],
     ["--rule: no rule is called 'dice'", "greedy", "equal-shares"]),
    ("an unknown preset", ["tally", TOWN, "--preset", "mine"], ["'mine'", "published"]),
    ("a rule beside a preset", ["tally", TOWN, "--preset", "published", "--rule", "greedy"],
     ["--rule", "--preset"]),
    ("an unknown setting", ["tally", TOWN, "--set", "colour=red"],
     ["--set: the rule equal-shares has no setting 'colour'", "utility", "completion"]),
    ("a setting of another rule", ["tally", TOWN, "--threshold", "3"],
     ["--threshold: the rule equal-shares has no setting 'threshold'", "tie_break"]),
    ("a setting of another rule than the preset's",
     ["tally", TOWN, "--preset", "published", "--completion", "add1"],
     ["--completion: the rule greedy has no setting 'completion'", "on_miss"]),
    ("a word that is not one", ["tally", TOWN, "--rule", "greedy", "--by", "luck"],
     ["--by: 'luck'", "score", "density"]),
    ("a number that is not one", ["tally", TOWN, "--rule", "greedy", "--threshold", "3.5"],
     ["--threshold: '3.5'", "a whole number"]),
    ("a value refused of --set", ["tally", TOWN, "--set", "start=early"],
     ["--set: start: 'early'", "integral", "exact"]),
    ("a setting without '='", ["tally", TOWN, "--set", "utility"], ["'utility'", "KEY=VALUE"]),
    ("a setting without a name", ["tally", TOWN, "--set", "=cost"], ["'=cost'", "KEY=VALUE"]),
    ("a completion twice", ["tally", TOWN, "--completion", "add1,add1"], ["add1,add1"]),
    ("an unknown tie key", ["tally", TOWN, "--tie-break", "age,id"], ["--tie-break", "'age'"]),
    ("a tie list that can leave a tie", ["tally", TOWN, "--tie-break", "votes"],
     ["--tie-break", "'votes'"]),
    ("a draw without a seed", ["tally", TOWN, "--tie-break", "draw"], ["--seed"]),
    ("a seed without a draw", ["tally", TOWN, "--seed", SEED], ["--seed", "draw"]),
    ("a seed too short", ["tally", TOWN, "--tie-break", "draw", "--seed", SEED[2:]],
     ["--seed", "64"]),
    ("a seed in capitals", ["tally", TOWN, "--tie-break", "draw", "--seed", SEED.upper()],
     ["--seed", "lower-case"]),
    ("an unknown language", ["tally", TOWN, "--lang", "de"], ["--lang", "'de'", "en or fr"]),
    ("a utility that the ballots do not have",
     ["tally", TOWN, "--rule", "greedy", "--utility", "points"], ["utility", "points"]),
    ("guarantees of nothing", ["guarantees"], ["guarantees: no file was named", "FILE.pb"]),
    ("guarantees that compare", ["guarantees", TOWN, "--check-published"],
     ["--check-published: there is no such option"]),
    ("a comparison of nothing", ["compare"], ["no file was named", "FILE.pb"]),
    ("a comparison of two files", ["compare", TOWN, "more.pb"], ["'more.pb' is one too many"]),
    ("a comparison with an unknown rule", ["compare", TOWN, "--rules", "greedy,dice"],
     ["--rules: no rule is called 'dice'", "greedy", "published"]),
    ("a comparison with an unknown setting", ["compare", TOWN, "--rules", "greedy:colour=red"],
     ["--rules: greedy:colour=red: ", "colour"]),
    ("a comparison with a rule that the ballots do not suit",
     ["compare", TOWN, "--rule", "greedy:utility=points"],
     ["--rules: greedy:utility=points: ", "points"]),
    ("a comparison that draws without a seed",
     ["compare", TOWN, "--rules", "greedy:tie_break=draw"], ["--seed", "greedy:tie_break=draw"]),
    ("a comparison with a seed and no draw",
     ["compare", TOWN, "--rules", "greedy", "--seed", SEED], ["--seed", "draw"]),
    ("a comparison by what the file does not name", ["compare", HOSTILE, "--rules", "published"],
     [HOSTILE, "--rules: published: META rule: "]),
    ("a simulation of nothing", ["simulate"], ["no model was named", "euclidean"]),
    ("an unknown model", ["simulate", "dice"], ["no model is called 'dice'", "impartial"]),
    ("a resampling of no file", ["simulate", "resample"], ["no file was named"]),
    ("a model with a file", ["simulate", "impartial", TOWN], ["is one too many"]),
    ("a resampling with a budget", ["simulate", "resample", TOWN, "--budget", "5"], ["--budget"]),
    ("a model without voters", ["simulate", "impartial", "--voters", "0"],
     ["--voters", "'0'", "a whole number from 1 to 1000000"]),
    ("costs the wrong way round", ["simulate", "impartial", "--least-cost", "30001"],
     ["--least-cost", "--most-cost"]),
    ("a number of an election among many",
     ["simulate", "impartial", "--rules", "greedy", "--number", "2"], ["--number", "--elections"]),
    ("JSON of an election", ["simulate", "impartial", "--json"], ["--json", "--rules"]),
    ("a published rule of what nobody held", ["simulate", "impartial", "--rules", "published"],
     ["--rules: published: ", "nobody published its rule"]),
    ("explaining what is not there", ["explain", TOWN, "--project", "lune"],
     ["--project: no project is called 'lune'"]),
    ("too many counts", ["explain", TOWN, "--counts", "1000001"],
     ["--counts: '1000001'", "0 to 1000000"]),
    ("a number of counts that is none", ["explain", TOWN, "--counts", "x"], ["--counts: 'x'"]),
    ("rules of something", ["rules", "greedy"], ["'greedy' is one too many"]),
    ("an unknown option of rules", ["rules", "--yaml"], ["--yaml: there is no such option"]),
]


def cases():
    for name, function in list(globals().items()):
        if name.startswith("test_"):
            yield name[len("test_"):].replace("_", " "), function
    for name, arguments, fragments in BAD_USAGE:
        yield f"bad usage: {name}", lambda a=arguments, f=fragments: refused(run(*a), *f)


def main():
    count = failed = 0
    for name, function in cases():
        count += 1
        try:
            note = function()
            print(f"ok {count} - {name}" + (f" {note}" if note else ""))
        except Exception:  # a case that breaks is a case that fails; the next ones still run
            failed += 1
            print(f"not ok {count} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
