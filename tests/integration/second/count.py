"""The rule `greedy` by score for approvals, as docs/rules.md has it; and no other rule."""

import re

from . import spelling
from .spelling import sha256

DEFAULTS = {"borda_zero": False, "by": "score", "exclusive": [], "fund_unsupported": False,
            "on_miss": "skip", "one_per": "none", "threshold": 0}


def can_count(manifest):
    """Whether this verifier knows the rule."""
    return (manifest.rule["name"] == "greedy" and manifest.ballot.kind == "approval"
            and manifest.rule.get("by", "score") == "score"
            and manifest.utility in ("cardinality", "cost"))


def draw(manifest, opening, secrets):
    """The place of each project in the draw; `secrets` in the manifest's order."""
    seed = sha256(b"beffroi/1 draw\0" + opening + b"".join(secrets))
    lots = sorted(manifest.costs, key=lambda each: sha256(seed + each.encode()))
    return {each: place for place, each in enumerate(lots)}


def by_number(identity):
    """For sorting: ids that are numbers by their value, then the others."""
    if re.fullmatch("[0-9]+", identity):
        return (0, int(identity), identity.encode())
    return (1, 0, identity.encode())


class Greedy:
    def __init__(self, manifest, choices, lots):
        self.manifest, self.choices = manifest, choices
        self.settings = {**DEFAULTS, **manifest.rule, "tie_break": manifest.tie_break,
                         "utility": manifest.utility}
        self.costs = manifest.costs
        self.categories = {each["id"]: set(each["category"].split(",") if "category" in each else ())
                           for each in manifest.projects}
        self.votes = dict.fromkeys(self.costs, 0)
        for choice in choices:
            for each in choice.get("approve", []):
                self.votes[each] += 1
        self.keys = {"votes": lambda each: -self.votes[each], "score": lambda each: -self.votes[each],
                     "cost": self.costs.get, "cost-desc": lambda each: -self.costs[each],
                     "id": str.encode, "id-numeric": by_number, "listed": list(self.costs).index,
                     "draw": (lots or {}).get}
        self.left = manifest.budget
        self.rounds, self.ties, self.results = [], [], {}

    def merit(self, each):
        """The least goes first, equal ones are tied."""
        if self.votes[each] == 0:
            return (2, 0)
        if self.costs[each] == 0:
            return (0, -self.votes[each])
        worth = self.costs[each] if self.settings["utility"] == "cost" else 1
        return (1, -self.votes[each] * worth)

    def tie_order(self, each):
        return [self.keys[key](each) for key in self.settings["tie_break"]]

    def is_candidate(self, each):
        if self.votes[each] == 0 and not self.settings["fund_unsupported"]:
            return False
        return self.votes[each] >= self.settings["threshold"]

    def exclude(self, one, other):
        if self.settings["one_per"] == "category" and self.categories[one] & self.categories[other]:
            return True
        return any(one in group and other in group for group in self.settings["exclusive"])

    def note_tie(self, turn, candidates):
        tied = [each for each in candidates if self.merit(each) == self.merit(candidates[turn])]
        if len(tied) < 2 or tied[0] != candidates[turn]:
            return
        first, second = self.tie_order(tied[0]), self.tie_order(tied[1])
        decided = next(key for key, a, b in zip(self.settings["tie_break"], first, second) if a != b)
        self.ties.append({"decided_by": decided, "projects": tied, "round": len(self.rounds)})

    def take_turn(self, each):
        """Whether the count goes on."""
        rival = next((before["project"] for before in self.rounds
                      if self.exclude(before["project"], each)), None)
        if rival is not None:
            self.results[each] = {"reason": "excluded", "excluded_by": rival}
        elif self.costs[each] <= self.left:
            self.left -= self.costs[each]
            self.rounds.append({"left": self.left, "project": each, "stage": "greedy"})
            self.results[each] = {"reason": "funded"}
        else:
            self.results[each] = {"reason": "did-not-fit", "left": self.left}
            return self.settings["on_miss"] == "skip"
        return True

    def run(self):
        for each in self.costs:
            if not self.is_candidate(each):
                self.results[each] = {
                    "reason": "below-threshold" if self.votes[each] else "no-support"}
        candidates = sorted((each for each in self.costs if each not in self.results),
                            key=lambda each: (self.merit(each), self.tie_order(each)))
        for turn, each in enumerate(candidates):
            self.note_tie(turn, candidates)
            if not self.take_turn(each):
                for later in candidates[turn + 1:]:
                    self.results[later] = {"reason": "after-stop", "stopped_at": each,
                                           "left": self.left}
                break

    def outcome(self):
        self.run()
        projects = [{"cost": self.costs[each], "id": each, "score": self.votes[each],
                     "selected": self.results[each]["reason"] == "funded",
                     "votes": self.votes[each], **self.results[each]} for each in self.costs]
        return spelling.write_json({
            "budget": self.manifest.budget, "completion": [],
            "distinct_ballots": len({spelling.write_json(each) for each in self.choices}),
            "election": self.manifest.id.hex(), "format": "beffroi-outcome/1",
            "projects": projects, "rounds": self.rounds, "rule": self.settings,
            "selected": [each["project"] for each in self.rounds],
            "spent": self.manifest.budget - self.left, "ties": self.ties,
            "voters": len(self.choices)})


def outcome_of(manifest, choices, lots):
    return Greedy(manifest, choices, lots).outcome()
