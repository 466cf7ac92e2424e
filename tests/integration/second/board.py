"""What may stand on a board, in the order of docs/board.md, The order of checks."""

from . import choices, count, ed25519, spelling
from .entries import read_entry
from .spelling import Wrong, ascending, need, sha256
from .tree import Tree

EMPTY, PREPARING, OPEN, CLOSED, ENDED = range(5)

MAY_STAND = {
    EMPTY: {"manifest"},
    PREPARING: {"pages", "electorate", "open", "note"},
    OPEN: {"pages", "ballot", "revocation", "close", "note"},
    CLOSED: {"paper", "draw", "result", "note"},
    ENDED: {"note"},
}
BEGINS = {"manifest": PREPARING, "open": OPEN, "close": CLOSED, "result": ENDED}


class Refused(Exception):
    """By the name of the refusal."""


def hold(condition, refusal):
    if not condition:
        raise Refused(refusal)


class Credential:
    def __init__(self):
        self.struck = False
        self.ballot = None  # the entry that stands, and its number
        self.index = None


class Board:
    def __init__(self, read_attachment):
        """`read_attachment` gives the bytes of a file by its digest, or None."""
        self.read_attachment = read_attachment
        self.phase = EMPTY
        self.manifest = None
        self.tree = Tree()
        self.leaves = set()
        self.opening = None
        self.credentials = {}
        self.replaced = self.struck_for_paper = 0
        self.partial = self.has_ballots = False
        self.paper = None  # its choices, once it stands
        self.secrets = {}
        self.counted = None  # whether the result was counted again; None while there is none

    # --- one line ---

    def append(self, line):
        """Takes a line without its break, or raises Refused and is as before."""
        entry = read_entry(line)
        hold(sha256(b"\0" + line) not in self.leaves, "repeated")
        hold(entry is not None, "malformed")
        self.judge_alone(entry)
        self.judge_on_board(entry)
        found = self.judge_attachment(entry)
        getattr(self, "apply_" + entry.kind, lambda *_: None)(entry, found)
        self.phase = BEGINS.get(entry.kind, self.phase)
        self.grow(entry.leaf)

    def append_withheld(self, leaf):
        hold(leaf not in self.leaves, "repeated")
        hold(self.phase == OPEN, "not-now")
        hold(not self.has_standing(), "withheld")
        self.partial = self.has_ballots = True
        self.grow(leaf)

    def grow(self, leaf):
        self.leaves.add(leaf)
        self.tree.append(leaf)

    def has_standing(self):
        return any(each.ballot for each in self.credentials.values())

    def standing(self):
        return sorted(each.index for each in self.credentials.values() if each.ballot)

    # --- 2: the entry alone ---

    def judge_alone(self, entry):
        manifest = entry.manifest if entry.kind == "manifest" else self.manifest
        hold(manifest is not None, "not-now")
        about_paper = entry.kind == "paper" or (entry.kind == "revocation"
                                                and entry.reason == "paper")
        hold(manifest.paper or not about_paper, "no-paper")
        hold(self.is_listed(entry, manifest), "not-listed")
        signers = getattr(entry, "signers", [manifest.organiser])
        hold(entry.is_signed_by(signers), "wrong-signer")
        if entry.kind == "ballot":
            hold(choices.allows(entry.choice, manifest), "choice")

    @staticmethod
    def is_listed(entry, manifest):
        authors = [manifest.organiser, *manifest.registrars, *manifest.scrutineers,
                   *manifest.mediators]
        return (getattr(entry, "registrar", None) in [None, *manifest.registrars]
                and all(each in manifest.scrutineers for each in getattr(entry, "scrutineers", []))
                and getattr(entry, "drawer", None) in [None, *manifest.drawers]
                and getattr(entry, "author", None) in [None, *authors])

    # --- 3: on the board ---

    def judge_on_board(self, entry):
        hold(self.may_stand(entry.kind), "not-now")
        releases = "paper" if self.manifest and self.manifest.paper else "close"
        hold(not self.partial or entry.kind not in ("ballot", "paper", releases), "withheld")
        if entry.kind != "manifest":
            bound = ("open", self.opening) if self.phase >= OPEN else ("election", self.manifest.id)
            hold((entry.binding, entry.bound) == bound, "wrong-election")
        getattr(self, "judge_" + entry.kind, lambda _: None)(entry)

    def may_stand(self, kind):
        if self.phase == CLOSED and kind != "note":
            waits = self.manifest.paper and self.paper is None
            return kind in MAY_STAND[CLOSED] and (kind == "paper") == waits
        return kind in MAY_STAND[self.phase]

    def judge_electorate(self, entry):
        hold(entry.eligibility == self.manifest.eligibility, "eligibility-differs")

    def judge_tree(self, entry):
        hold((entry.size, entry.root) == (self.tree.size(), self.tree.root()), "tree-differs")

    def judge_open(self, entry):
        self.judge_tree(entry)
        hold(entry.credentials == len(self.credentials), "credentials-differ")

    def judge_credential(self, entry):
        found = self.credentials.get(entry.credential)
        hold(found is not None, "unknown-credential")
        hold(not found.struck, "struck")
        return found

    def judge_ballot(self, entry):
        found = self.judge_credential(entry)
        hold(found.ballot is None or self.manifest.revote, "already-voted")
        hold(entry.replaces == (found.ballot and found.ballot.leaf), "stale")

    def judge_revocation(self, entry):
        hold(self.judge_credential(entry).ballot is None, "already-voted")
        if entry.reason == "lost":
            hold(self.replaced < self.manifest.max_replacements, "too-many")
            hold(entry.replacement not in self.manifest.officers
                 and entry.replacement not in self.credentials, "credential-repeated")

    def judge_close(self, entry):
        self.judge_tree(entry)
        standing = self.standing()
        indexes = sha256(b"".join(each.to_bytes(8, "big") for each in standing))
        hold(self.partial or (entry.standing, entry.indexes) == (len(standing), indexes),
             "standing-differs")

    def judge_paper(self, entry):
        hold(entry.count <= self.struck_for_paper, "paper-differs")

    def judge_draw(self, entry):
        hold(entry.drawer not in self.secrets, "not-now")
        hold(sha256(entry.secret) == self.manifest.drawers[entry.drawer], "commitment-differs")

    def judge_result(self, _):
        hold(len(self.secrets) == len(self.manifest.drawers), "draw-incomplete")

    # --- 4: its attachment ---

    def judge_attachment(self, entry):
        """What is in the attachment, if the entry has one."""
        if entry.attachment is None:
            return None
        data = self.read_attachment(entry.attachment.digest)
        hold(data is not None, "attachment-missing")
        hold(len(data) == entry.attachment.length and sha256(data) == entry.attachment.digest,
             "attachment-wrong")
        try:
            return getattr(self, "read_" + entry.kind)(entry, data)
        except Wrong:
            raise Refused("attachment-wrong") from None

    @staticmethod
    def read_manifest(entry, data):
        entry.manifest.attach(spelling.read_json(data))

    def read_electorate(self, _, data):
        keys = ascending([data[at:at + 32] for at in range(0, len(data), 32)])
        hold(not self.manifest.officers & set(keys), "credential-repeated")
        hold(not set(self.credentials) & set(keys), "credential-repeated")
        need(all(ed25519.admitted(each) for each in keys), "a key is none")
        return keys

    def read_paper(self, entry, data):
        found = spelling.array(spelling.read_json(data), entry.count, entry.count)
        for each in found:
            choices.check(each, self.manifest)
        written = [spelling.write_json(each) for each in found]
        need(written == sorted(written), "paper ballots are not in order")
        return found

    def read_result(self, _, data):
        self.counted = count.can_count(self.manifest)
        if self.counted:
            hold(data == self.outcome(), "outcome-differs")

    def outcome(self):
        lots = None
        if self.manifest.drawers:
            secrets = [self.secrets[each] for each in self.manifest.drawers]
            lots = count.draw(self.manifest, self.opening, secrets)
        cast = [each.ballot.choice for each in self.credentials.values() if each.ballot]
        return count.outcome_of(self.manifest, cast + (self.paper or []), lots)

    # --- what an admitted entry changes ---

    def apply_manifest(self, entry, _):
        self.manifest = entry.manifest

    def apply_electorate(self, _, keys):
        self.credentials.update((each, Credential()) for each in keys)

    def apply_open(self, entry, _):
        self.opening = entry.leaf

    def apply_ballot(self, entry, _):
        found = self.credentials[entry.credential]
        found.ballot, found.index = entry, self.tree.size()
        self.has_ballots = True

    def apply_revocation(self, entry, _):
        self.credentials[entry.credential].struck = True
        if entry.reason == "paper":
            self.struck_for_paper += 1
        else:
            self.replaced += 1
            self.credentials[entry.replacement] = Credential()

    def apply_paper(self, _, found):
        self.paper = found or []

    def apply_draw(self, entry, _):
        self.secrets[entry.drawer] = entry.secret
