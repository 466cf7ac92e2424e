"""Manifests, and the choices that they allow."""

from second import spelling

from . import forge
from .both import agree
from .forge import CARDS, ORGANISER, REGISTRAR, STRANGER, Draft


def test_manifests():
    board = forge.manifest_of()["board"]
    origin = "vote.example.fr/a/b"
    paper = forge.with_paper()
    project = forge.project
    ballots = [
        {"kind": "approval", "max": 0}, {"kind": "approval", "min": 5}, {"kind": "approval", "min": 4},
        {"kind": "approval", "max": 1, "min": 2}, {"kind": "approval", "max_cost": 0},
        {"kind": "approval", "max_cost": 19, "min": 2}, {"kind": "approval", "max_cost": 20, "min": 2},
        {"kind": "approval", "points": 1}, {"kind": "points"}, {"kind": "points", "exact": True},
        {"kind": "points", "exact": False, "points": 1}, {"kind": "points", "max_per_project": 0},
        {"exact": True, "kind": "points", "max_per_project": 2, "points": 8},
        {"exact": True, "kind": "points", "max_per_project": 2, "points": 9},
        {"kind": "points", "min": 3, "points": 2}, {"kind": "points", "min_points": 3, "points": 2},
        {"kind": "points", "max": 2, "max_per_project": 2, "min_points": 5},
        {"kind": "ranking", "max": 9}, {"kind": "ranking", "max_cost": 9}, {"kind": "scores"},
        {"default": 0, "highest": 0, "kind": "scores", "lowest": 0},
        {"default": 1, "highest": 0, "kind": "scores", "lowest": 0},
        {"default": 0, "highest": 1, "kind": "scores", "lowest": 2},
        {"default": 0, "highest": 10**9, "kind": "scores", "lowest": -10**9},
        {"default": -1, "highest": 1, "kind": "scores", "lowest": 0},
        {"default": 0, "highest": 10**9 + 1, "kind": "scores", "lowest": 0},
        {"kind": "split"}, {"kind": "answer"}, {"kind": "other"}]
    rules = [
        {"name": "greedy", "tie_break": []}, {"name": "greedy", "tie_break": ["votes"]},
        {"name": "greedy", "tie_break": ["id", "votes"]}, {"name": "greedy", "tie_break": ["draw"]},
        {"name": "greedy", "tie_break": ["votes", "listed"]},
        {"name": "greedy", "tie_break": ["id-numeric"]},
        {"name": "greedy", "tie_break": ["listed", "id"]},
        {"name": "greedy", "tie_break": ["cost-desc", "cost", "votes", "score", "id"]},
        {"name": "greedy", "exclusive": [["a", "b"], ["c"]]}, {"name": "greedy", "exclusive": [[]]},
        {"name": "greedy", "exclusive": [["a"], ["a"]]}, {"name": "greedy", "exclusive": [["z"]]},
        {"name": "greedy", "borda_zero": True}, {"name": "greedy", "borda_zero": False},
        {"name": "greedy", "borda_zero": True, "utility": "borda"},
        {"name": "greedy", "completion": []}, {"name": "greedy", "utility": "points"},
        {"name": "greedy", "utility": "borda"}, {"name": "equal-shares", "utility": "borda-max"},
        {"name": "equal-shares", "utility": "cost"},
        {"name": "greedy", "threshold": -1}, {"name": "equal-shares", "unit": 0},
        {"name": "equal-shares", "unit": 1}, {"name": "equal-shares", "unit": "1"},
        {"name": "equal-shares", "unit": "100%"}, {"name": "equal-shares", "unit": "101%"},
        {"name": "equal-shares", "unit": "01%"}, {"name": "equal-shares", "unit": "%"},
        {"name": "equal-shares", "completion": ["add1u", "comparison"]},
        {"name": "equal-shares", "completion": ["add1u", "greedy"]},
        {"name": "equal-shares", "completion": ["add1", "add1-exact"]},
        {"name": "equal-shares", "completion": ["greedy", "add1"]},
        {"name": "equal-shares", "completion": ["add1-exhaustive", "greedy", "comparison"]},
        {"name": "equal-shares", "completion": ["greedy", "greedy"]},
        {"name": "equal-shares", "completion": ["add1", "phragmen", "greedy", "comparison"]},
        {"name": "equal-shares", "completion": ["add1u", "phragmen"]},
        {"name": "equal-shares", "completion": ["greedy", "phragmen"]},
        {"name": "equal-shares", "completion": ["phragmen"], "forget": True, "on_miss": "skip"},
        {"name": "exact-equal-shares"}, {"name": "exact-equal-shares", "utility": "cost"},
        {"name": "exact-equal-shares", "utility": "points"},
        {"name": "exact-equal-shares", "borda_zero": True},
        {"name": "exact-equal-shares", "on_miss": "skip"},
        {"name": "exact-equal-shares", "completion": ["add-opt"], "stop": "exhaustive"},
        {"name": "exact-equal-shares", "completion": ["add-opt-skip"]},
        {"name": "exact-equal-shares", "completion": ["add-opt", "add-opt-skip"]},
        {"name": "exact-equal-shares", "completion": ["add1"]},
        {"name": "equal-shares", "completion": ["add-opt"]},
        {"name": "cstv"}, {"name": "cstv", "variant": "mts", "fund_unsupported": True},
        {"name": "cstv", "variant": "MT"}, {"name": "cstv", "utility": "cost"},
        {"name": "cstv", "utility": "cardinality"}, {"name": "cstv", "utility": "points"},
        {"name": "cstv", "on_miss": "skip"}, {"name": "cstv", "borda_zero": True},
        {"name": "max-welfare"}, {"name": "max-welfare", "utility": "cost"},
        {"name": "max-welfare", "utility": "points"}, {"name": "max-welfare", "on_miss": "skip"},
        {"name": "max-welfare", "borda_zero": True},
        {"name": "maximin-support"}, {"name": "maximin-support", "borda_zero": True},
        {"name": "maximin-support", "utility": "points"}, {"name": "maximin-support", "by": "score"},
        {"name": "expanding-approvals"}, {"name": "expanding-approvals", "utility": "cardinality"},
        {"name": "expanding-approvals", "utility": "cost"},
        {"name": "expanding-approvals", "utility": "borda"},
        {"name": "expanding-approvals", "utility": "points"},
        {"name": "expanding-approvals", "borda_zero": True},
        {"name": "expanding-approvals", "completion": ["greedy"]},
        {"name": "expanding-approvals", "on_miss": "skip"},
        {"name": "phragmen"}, {"name": "phragmen", "on_miss": "skip", "fund_unsupported": True},
        {"name": "phragmen", "on_miss": "go"}, {"name": "phragmen", "by": "score"},
        {"name": "phragmen", "borda_zero": True}, {"name": "phragmen", "forget": True},
        {"name": "phragmen", "tie_break": ["votes"]}, {"name": "phragmen", "utility": "points"},
        {"name": "equal-shares", "start": "exact", "stop": "overspend", "peer_all": True},
        {"name": "other"}, {}]
    projects = [
        [], [project("a", 1), project("a", 2)], [project("a", -1)], [project("a" * 65, 1)],
        [project("a" * 64, 2**53 - 1)], [project("\u00e9", 1)], [project("a+b", 1)],
        [project("a", 1, category="")], [project("a", 1, category="x,y")],
        [project("a", 1, title={})], [project("a", 1, title={"FR": "x"})]]
    changes = [
        {"voting": {"closes": "2027-03-06T08:00:00Z", "opens": "2027-03-06T08:00:00Z"}},
        {"voting": {"closes": "2027-03-06T08:00:01Z", "opens": "2027-03-06T08:00:00Z"}},
        {"voting": {"closes": None, "opens": "2027-02-29T08:00:00Z"}},
        {"voting": {"closes": None, "opens": "2028-02-29T23:59:59Z"}},
        {"voting": {"closes": None, "opens": "2028-02-29T23:59:60Z"}},
        {"voting": {"closes": None, "opens": "1969-12-31T23:59:59Z"}},
        {"voting": {"closes": None, "opens": "2027-03-06t08:00:00z"}},
        {"currency": "EURO"}, {"currency": "eur"}, {"minor_unit": 7}, {"budget": 2**53 - 1},
        {"custody": ["organiser", "draw"]}, {"custody": ["draw", "organiser"]},
        {"custody": ["voters"]}, {"quorum": 0}, {"quorum": 1}, {"headings": []},
        {"secrecy": {"mode": "secret"}}, {"format": "beffroi/2"}, {"mediators": []},
        {"mediators": [ORGANISER.text]}, {"mediators": [STRANGER.text, STRANGER.text]},
        {"scrutineers": paper}, {"scrutineers": {**paper, "keys": paper["keys"][:1]}},
        {"scrutineers": {"keys": [], "paper": False}}, {"draw": forge.with_draw([b"", b"x"])},
        {"draw": forge.with_draw([b"x"]), "rule": {"name": "greedy", "tie_break": ["draw"]}},
        {"credentials": {"origin": "vote.example.fr/bpl-2027", "registrars": [REGISTRAR.text]}},
        {"credentials": {"origin": origin, "registrars": [REGISTRAR.text]}},
        {"board": {**board, "witness_quorum": 2}}, {"board": {**board, "witness_quorum": 1}},
        {"board": {**board, "max_replacements": 65536}},
        {"board": {**board, "witnesses": [board["key"]]}},
        {"board": {**board, "witnesses": board["witnesses"] * 2}},
        {"board": {**board, "witnesses": ["w+00000000+" + board["key"].split("+", 2)[2]]}},
        {"board": {**board, "key": board["key"].upper()}},
        {"board": {**board, "origin": origin + "/c"}}]
    for member, values in (("ballot", ballots), ("rule", rules), ("projects", projects)):
        changes += [{member: value} for value in values]
    agree({f"{number} {change}": Draft(forge.manifest_of(**change)).files()
           for number, change in enumerate(changes)})


def test_projects_in_an_attachment():
    listed = forge.manifest_of()["projects"]

    def attached(data=None, number=4, **changes):
        data = spelling.write_json(listed) if data is None else data
        value = {"count": number, **forge.attachment_of(data)}
        draft = Draft(forge.manifest_of(projects=value, **changes))
        draft.attach(data)
        draft.electorate(CARDS[:1])
        draft.open()
        draft.ballot(CARDS[0], {"approve": ["a"]})
        return draft.files()
    answers = agree({
        "right": attached(), "another number": attached(number=3), "no project": attached(b"[]"),
        "a blank": attached(spelling.write_json(listed) + b" "),
        "not an array": attached(b"{}"), "an unknown member": attached(
            spelling.write_json([{**listed[0], "zz": 0}] + listed[1:])),
        "none possible": attached(ballot={"kind": "approval", "min": 5}),
        "no range": attached(ballot={"kind": "approval", "max": 1, "min": 2}),
        "none named": attached(ballot={"kind": "approval", "max": 0}),
        "answers that cost": attached(ballot={"kind": "answer"}),
        "one score": attached(ballot={"default": 0, "highest": 0, "kind": "scores", "lowest": 0}),
        "no scale": attached(ballot={"default": 0, "highest": 0, "kind": "scores", "lowest": 1}),
        "unknown alternatives": attached(rule={"name": "greedy", "exclusive": [["z"]]}),
        "alternatives of none": attached(rule={"name": "greedy", "exclusive": [[]]}),
        "borda_zero": attached(rule={"name": "greedy", "borda_zero": True}),
        "completions": attached(rule={"name": "equal-shares", "completion": ["greedy", "add1"]}),
        "completions twice": attached(
            rule={"name": "equal-shares", "completion": ["greedy", "greedy"]}),
        "ties": attached(rule={"name": "greedy", "tie_break": ["votes"]})})
    assert isinstance(answers["right"], str), answers
    assert {answer[0] for answer in answers.values() if isinstance(answer, tuple)} == {
        "malformed", "attachment-wrong"}, answers


CHOICES = {
    (("kind", "approval"), ("max", 2), ("max_cost", 60), ("min", 1)): [
        {"approve": ["a"]}, {"approve": ["a", "c"]}, {"approve": ["c", "a"]}, {"approve": ["a", "a"]},
        {"approve": []}, {"approve": ["z"]}, {"approve": ["a", "c", "d"]}, {"approve": ["a", "b"]},
        {"approve": "a"}, {"approve": [1]}, {"blank": True}, {"blank": False}, {"blank": 1},
        {"blank": None}, {"rank": ["a"]}, {},
        {"approve": ["a"], "blank": True}],
    (("kind", "points"), ("max_per_project", 3), ("min", 2), ("min_points", 4), ("points", 5)): [
        {"points": {"a": 3, "b": 2}}, {"points": {"a": 3, "b": 3}}, {"points": {"a": 4, "b": 1}},
        {"points": {"a": 3, "b": 0, "c": 2}}, {"points": {"a": 3}}, {"points": {"a": 1, "b": 2}},
        {"points": {"a": 3, "z": 2}}, {"points": {}}, {"points": ["a"]}, {"points": {"a": True}}],
    (("exact", True), ("kind", "points"), ("points", 5)): [
        {"points": {"a": 5}}, {"points": {"a": 4}}, {"points": {"a": 6}}],
    (("kind", "points"),): [
        {"points": {"a": 10**9}}, {"points": {"a": 10**9 + 1}}, {"points": {"a": -1}}],
    (("kind", "ranking"), ("max", 3), ("min", 2)): [
        {"rank": ["c", "a"]}, {"rank": ["c"]}, {"rank": ["c", "c"]}, {"rank": ["a", "b", "c", "d"]}],
    (("default", -1), ("highest", 5), ("kind", "scores"), ("lowest", -2)): [
        {"scores": {"a": 5, "b": -2}}, {"scores": {"a": 6}}, {"scores": {"a": -3}},
        {"scores": {"a": -1}}, {"scores": {"a": 0}}, {"scores": {}}],
    (("kind", "split"),): [
        {"split": {"a": 6000, "b": 4000}}, {"split": {"a": 10000}}, {"split": {"a": 9999}},
        {"split": {"a": 10001}}, {"split": {"a": 10000, "b": 0}}],
    (("kind", "answer"),): [
        {"answer": "a"}, {"answer": "z"}, {"answer": ["a"]}, {"answer": ""}, {"blank": True}],
}


def test_choices():
    boards = {}
    for form, choices in CHOICES.items():
        ballot = dict(form)
        projects = forge.manifest_of()["projects"]
        if ballot["kind"] == "answer":
            projects = [{**each, "cost": 0} for each in projects]
        for choice in choices:
            draft = Draft(forge.manifest_of(ballot=ballot, projects=projects))
            draft.electorate(CARDS[:1])
            draft.open()
            draft.ballot(CARDS[0], choice)
            boards[f"{ballot} {choice}"] = draft.files()
    answers = agree(boards)
    assert {answer[0] for answer in answers.values() if isinstance(answer, tuple)} == {"choice"}
    assert sum(isinstance(answer, str) for answer in answers.values()) == 13, answers
