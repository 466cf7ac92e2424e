"""A second verifier of boards, written from docs/board.md and not from the code in C.

It has nothing but Python's standard library, and shares nothing with the programs that it is held
against. Each module is a chapter of that page:

  ed25519   the predicate for signatures, with arithmetic of its own
  spelling  hex, base64, canonical JSON, and the types of values
  entries   envelopes and payloads
  manifest  the definition of an election
  choices   what a ballot may say
  tree      leaf hashes, roots, notes, checkpoints, receipts, tiles
  count     the rule `greedy` by score for approvals; no other
  board     what may stand, check by check
  files     a directory, and the whole verification

What does not hold is a Wrong, or a Refused that has the refusal's name.
"""
