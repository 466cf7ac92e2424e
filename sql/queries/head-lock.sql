-- Locks an election's head until the transaction ends, and reads it.
-- $1 election
-- → phase, frozen, size, roots, opening, credentials, replacements, struck_for_paper, standing,
--   paper_given, drawn, public_size, public_at, turnout, turnout_at (seconds since 1970)
SELECT phase, frozen, size, roots, opening, credentials, replacements, struck_for_paper, standing,
       paper_given, drawn, public_size, extract(epoch FROM public_at)::bigint, turnout,
       extract(epoch FROM turnout_at)::bigint
  FROM board.head WHERE election = $1::bytea FOR NO KEY UPDATE
