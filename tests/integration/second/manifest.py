"""The definition of an election: docs/board.md, Manifest."""

import re

from . import ed25519, spelling
from .choices import VALUE_MAX
from .spelling import Attachment, ascending, members, need, sha256, word

KEYS_MAX = 32
PROJECTS_MAX = 65535
PRINTABLE = "[!-*,-~]{1,255}"  # ASCII without space and "+"


class VerifierKey:
    def __init__(self, text, kind):
        """Reads a verifier key, which must be of this type: 1 or 4."""
        name, found, encoded = (spelling.text(text).split("+", 2) + ["", ""])[:3]
        data = spelling.read_base64(encoded, 33)
        need(re.fullmatch(PRINTABLE, name), f"{name!r} is no name of a key")
        need(data[0] == kind, f"{text!r} is of another type")
        self.name, self.key = name, data[1:]
        need(ed25519.admitted(self.key), f"{text!r} has no key")
        self.id = sha256(name.encode() + b"\n" + data)[:4]
        need(spelling.read_hex(found, 4) == self.id, f"{text!r} has another id")


def keys(value, least=1):
    return [spelling.key(each) for each in spelling.array(value, least, KEYS_MAX)]


class Ballot:
    """The form of ballots; what is not set is None."""

    LIMITS = {"approval": "min max max_cost", "points": "min max points min_points max_per_project",
              "ranking": "min max", "scores": "", "split": "", "answer": ""}
    NAMES = ("min", "max", "max_cost", "points", "min_points", "max_per_project")

    def __init__(self, value):
        need(isinstance(value, dict) and "kind" in value, "a ballot has a kind")
        self.kind = word(value["kind"], self.LIMITS)
        scores = self.kind == "scores"
        members(value, "kind" + (" default highest lowest" if scores else ""),
                self.LIMITS[self.kind] + (" exact" if self.kind == "points" else ""))
        for name in self.NAMES:
            setattr(self, name, spelling.count(value[name]) if name in value else None)
        for name in ("default", "highest", "lowest"):
            setattr(self, name,
                    spelling.whole(value[name], -VALUE_MAX, VALUE_MAX) if scores else None)
        need(not scores or self.default <= 0, "what ballots do not name has a score")
        self.exact = "exact" in value
        need(not self.exact or (value["exact"] is True and self.points is not None),
             "exact is true, of points that are set")
        need(not scores or self.lowest <= self.highest, "the scale is empty")
        for least, most in ((self.min, self.max), (self.min_points, self.points)):
            need(least is None or most is None or least <= most, "a range is empty")

    def check_possible(self, costs):
        """Whether some choice is left besides the blank one, with projects of these costs."""
        least = max(1, self.min or 0)
        most = len(costs) if self.max is None else min(self.max, len(costs))
        need(self.max != 0 and least <= len(costs), "no projects can be named")
        if self.max_cost is not None:
            need(sum(sorted(costs)[:least]) <= self.max_cost, "no choice is cheap enough")
        if self.kind == "points":
            each = VALUE_MAX if self.max_per_project is None else min(
                VALUE_MAX, self.max_per_project)
            wanted = self.points if self.exact else self.min_points
            need(each >= 1, "no points can be given")
            need(self.points is None or least <= self.points, "there are too few points")
            need(most * each >= (wanted or 0), "there are too many points to give")
        if self.kind == "scores":
            need(len({self.lowest, self.highest, self.default}) > 1, "there is one score only")


COMPLETIONS = ("add1", "add1-exhaustive", "add1-exact", "add1u", "phragmen", "greedy",
               "comparison")
TOTAL_TIE_KEYS = ("id", "id-numeric", "listed", "draw")
TIE_KEYS = ("votes", "score", "cost", "cost-desc", *TOTAL_TIE_KEYS)
UTILITIES = ("cardinality", "cost", "points", "borda", "borda-max")
KINDS_OF_UTILITY = {"points": ["points", "scores", "split"], "borda": ["ranking"],
                    "borda-max": ["ranking"]}
DEFAULT_UTILITY = {"approval": "cardinality", "answer": "cardinality", "ranking": "borda"}


def words_of(words):
    def check(value):
        for each in spelling.array(value):
            word(each, words)
        need(len(set(value)) == len(value), "a word stands twice")
    return check


def check_ties(value):
    words_of(TIE_KEYS)(value)
    total = [each for each in value if each in TOTAL_TIE_KEYS]
    need(len(total) == 1 and value[-1] == total[0], "a tie list ends in a key that leaves no tie")


def check_groups(value):
    for group in spelling.array(value):
        for each in spelling.array(group, 1):
            spelling.identifier(each)


def check_unit(value):
    if isinstance(value, str):
        need(re.fullmatch("([1-9][0-9]?|100)%", value), f"{value!r} is not a unit")
    else:
        spelling.count(value, 1)


def one_of(*words):
    return lambda value: word(value, words)


PLAIN = {"borda_zero": spelling.boolean, "tie_break": check_ties, "utility": one_of(*UTILITIES)}
SHARED = {**PLAIN, "fund_unsupported": spelling.boolean, "on_miss": one_of("skip", "stop")}
BY = one_of("score", "density")
STOP = one_of("overspend", "exhaustive")


def check_add_opt(value):
    words_of(("add-opt", "add-opt-skip"))(value)
    need(len(value) <= 1, "add-opt stands in two ways")


# The utility by default, where it does not follow from the ballots.
UTILITY_OF = {"exact-equal-shares": "cardinality"}
RULES = {
    "greedy": {**SHARED, "by": BY, "exclusive": check_groups,
               "one_per": one_of("none", "category"), "threshold": spelling.count},
    "phragmen": SHARED,
    "max-welfare": PLAIN,
    "maximin-support": PLAIN,
    "exact-equal-shares": {"borda_zero": spelling.boolean, "completion": check_add_opt,
                           "stop": STOP, "tie_break": check_ties,
                           "utility": one_of("cardinality", "cost")},
    "cstv": {"borda_zero": spelling.boolean, "fund_unsupported": spelling.boolean,
             "tie_break": check_ties,
             "utility": one_of("cardinality", "points", "borda", "borda-max"),
             "variant": one_of("ewt", "ewtc", "ewts", "mt", "mtc", "mts")},
    "expanding-approvals": {"borda_zero": spelling.boolean, "tie_break": check_ties,
                            "utility": one_of("cardinality", "points", "borda")},
    "equal-shares": {**SHARED, "by": BY, "completion": words_of(COMPLETIONS),
                     "forget": spelling.boolean,
                     "peer_all": spelling.boolean, "peer_all_fit": spelling.boolean,
                     "start": one_of("integral", "exact"),
                     "stop": STOP, "unit": check_unit},
}


class Manifest:
    """After a payload was read; `costs` and `projects` are there once the projects are."""

    def __init__(self, value, identity):
        members(value, "ballot board budget credentials currency custody format minor_unit "
                "organiser projects revote rule secrecy title voting",
                "draw eligibility mediators quorum scrutineers")
        need(value["format"] == "beffroi/1", "another format")
        members(value["secrecy"], "mode")
        need(value["secrecy"]["mode"] == "open", "another mode")
        self.id = identity
        self.ballot = Ballot(value["ballot"])
        self.budget = spelling.count(value["budget"])
        self.minor_unit = spelling.count(value["minor_unit"], 0, 6)
        need(re.fullmatch("[A-Z]{3}", spelling.string(value["currency"])), "not a currency")
        self.revote = spelling.boolean(value["revote"])
        self.eligibility = spelling.digest(value["eligibility"]) if "eligibility" in value else None
        self.quorum = spelling.count(value["quorum"], 1) if "quorum" in value else None
        self.title = spelling.texts(value["title"])
        ascending([word(each, ("board-staff", "draw", "organiser", "registrars", "scrutineers"))
                   for each in spelling.array(value["custody"])])
        self.read_voting(value["voting"])
        self.read_roles(value)
        self.read_rule(value["rule"])
        self.read_projects(value["projects"])

    def read_voting(self, value):
        members(value, "closes opens")
        self.opens = spelling.time(value["opens"])
        self.closes = None if value["closes"] is None else spelling.time(value["closes"])
        need(self.closes is None or self.closes > self.opens, "it closes before it opens")

    # --- roles ---

    def read_board(self, value):
        members(value, "key max_replacements origin witness_quorum witnesses")
        self.board = VerifierKey(value["key"], 1)
        need(spelling.text(value["origin"]) == self.board.name, "the origin is not the key's name")
        self.max_replacements = spelling.count(value["max_replacements"], 0, 65535)
        self.witnesses = [VerifierKey(each, 4)
                          for each in spelling.array(value["witnesses"], 0, KEYS_MAX)]
        self.witness_quorum = spelling.count(value["witness_quorum"], 0, len(self.witnesses))

    def read_credentials(self, value):
        members(value, "origin registrars")
        self.origin = spelling.text(value["origin"])
        need(re.fullmatch(PRINTABLE, self.origin), "not an origin of credentials")
        need(re.fullmatch("[^/]+/[^/]+/[^/]+", self.origin), "an origin has three parts")
        self.registrars = keys(value["registrars"])

    def read_scrutineers(self, value):
        self.scrutineers, self.paper = [], False
        if value is None:
            return
        members(value, "keys paper")
        self.scrutineers = keys(value["keys"])
        self.paper = spelling.boolean(value["paper"])
        need(not self.paper or len(self.scrutineers) >= 2, "paper needs two scrutineers")

    def read_draw(self, value):
        self.drawers = {}
        for each in value:
            members(each, "commitment key")
            drawer = spelling.key(each["key"])
            need(drawer not in self.drawers, "a drawer stands twice")
            self.drawers[drawer] = spelling.digest(each["commitment"])

    def read_roles(self, value):
        self.organiser = spelling.key(value["organiser"])
        self.read_board(value["board"])
        self.read_credentials(value["credentials"])
        need("scrutineers" not in value or value["scrutineers"] is not None, "null is no object")
        self.read_scrutineers(value.get("scrutineers"))
        self.read_draw(spelling.array(value["draw"], 2, KEYS_MAX) if "draw" in value else [])
        self.mediators = keys(value["mediators"]) if "mediators" in value else []
        officers = [self.organiser, self.board.key, *(each.key for each in self.witnesses),
                    *self.registrars, *self.scrutineers, *self.mediators, *self.drawers]
        self.officers = set(officers)
        need(len(self.officers) == len(officers), "two officers have one key")
        need(re.fullmatch(re.escape(self.origin) + "/[^/]+", self.board.name),
             "the board is not within the credentials' origin")

    # --- the rule and the projects ---

    def read_rule(self, value):
        need(isinstance(value, dict) and "name" in value, "a rule has a name")
        settings = RULES[word(value["name"], RULES)]
        members(value, "name", " ".join(settings))
        for name in value:
            if name != "name":
                settings[name](value[name])
        self.rule = value
        self.tie_break = value.get("tie_break", ["id"])
        by_ballots = DEFAULT_UTILITY.get(self.ballot.kind, "points")
        self.utility = value.get("utility", UTILITY_OF.get(value["name"], by_ballots))
        need((self.tie_break[-1] == "draw") == bool(self.drawers), "lots and drawers go together")

    def read_projects(self, value):
        self.attachment = None
        if isinstance(value, dict):
            self.attachment = Attachment(value, "count")
            self.announced = spelling.count(value["count"], 1, PROJECTS_MAX)
        else:
            self.attach(value)

    def attach(self, value):
        """What is asked once the projects are there. Raises Wrong."""
        self.projects = spelling.array(value, 1, PROJECTS_MAX)
        self.costs = {}
        for each in value:
            members(each, "cost id title", "category")
            if "category" in each:
                spelling.text(each["category"])
            spelling.texts(each["title"])
            name = spelling.identifier(each["id"])
            need(name not in self.costs, f"{name!r} stands twice")
            self.costs[name] = spelling.count(each["cost"])
            need(self.ballot.kind != "answer" or each["cost"] == 0, "an answer costs nothing")
        need(self.attachment is None or len(value) == self.announced, "another number of projects")
        self.ballot.check_possible(list(self.costs.values()))
        self.check_settings()

    def check_settings(self):
        need(not self.rule.get("borda_zero") or self.utility == "borda", "borda_zero needs borda")
        need(self.ballot.kind in KINDS_OF_UTILITY.get(self.utility, [self.ballot.kind]),
             "the ballots have no such utility")
        need(self.utility != "borda-max" or (self.ballot.max or 0) <= VALUE_MAX, "too many ranks")
        steps = []
        for each in self.rule.get("completion", []):
            if not each.startswith("add-opt"):
                steps += ["add1", "greedy"] if each == "add1u" else [each.split("-")[0]]
        ascending([("add1", "phragmen", "greedy", "comparison").index(each) for each in steps])
        grouped = [each for group in self.rule.get("exclusive", []) for each in group]
        need(len(set(grouped)) == len(grouped) and set(grouped) <= set(self.costs),
             "alternatives are projects, each once")
