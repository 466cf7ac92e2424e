"""What a ballot may say: docs/board.md, Choices."""

from .spelling import Wrong, ascending, identifier, need, whole

VALUE_MAX = 10**9

MEMBER = {"approval": "approve", "points": "points", "ranking": "rank", "scores": "scores",
          "split": "split", "answer": "answer"}


def within(number, least, most, what):
    need(least is None or number >= least, f"{what}: {number} is less than {least}")
    need(most is None or number <= most, f"{what}: {number} is more than {most}")


def check_values(ballot, values):
    """Points, scores, basis points: an object of whole numbers."""
    need(isinstance(values, dict), "this is not an object")
    if ballot.kind == "scores":
        least, most = ballot.lowest, ballot.highest
        need(ballot.default not in values.values(), "a score is the default")
    elif ballot.kind == "points":
        least, most = 1, min(VALUE_MAX, VALUE_MAX if ballot.max_per_project is None
                             else ballot.max_per_project)
    else:
        least, most = 1, 10000
    for value in values.values():
        whole(value, least, most)
    return list(values)


def check_list(ballot, values):
    need(isinstance(values, list) and all(isinstance(each, str) for each in values),
         "this is not a list of ids")
    need(len(set(values)) == len(values), "an id stands twice")
    return ascending(values) if ballot.kind == "approval" else values


def check_together(ballot, named, values, costs):
    if ballot.kind == "approval":
        within(sum(costs[each] for each in named), None, ballot.max_cost, "cost")
    if ballot.kind == "points":
        least = ballot.points if ballot.exact else ballot.min_points
        within(sum(values.values()), least, ballot.points, "points")
    if ballot.kind == "split":
        need(sum(values.values()) == 10000, "the basis points are not 10,000")


def check(choice, manifest):
    """Raises Wrong unless this is a choice of the election."""
    ballot = manifest.ballot
    need(isinstance(choice, dict) and len(choice) == 1, "a choice has one member")
    (name, values), = choice.items()
    if name == "blank":
        need(values is True, "a blank choice says true")
        return
    need(name == MEMBER[ballot.kind], f"{name!r} is no member of a choice of this kind")
    if ballot.kind == "answer":
        named = [identifier(values)]
    elif ballot.kind in ("approval", "ranking"):
        named = check_list(ballot, values)
    else:
        named = check_values(ballot, values)
    need(named, "a choice that names nothing is blank")
    need(all(each in manifest.costs for each in named), "a project is not one of this election")
    within(len(named), ballot.min, ballot.max, "projects named")
    check_together(ballot, named, values, manifest.costs)


def allows(choice, manifest):
    try:
        check(choice, manifest)
    except Wrong:
        return False
    return True
