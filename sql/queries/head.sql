-- Reads an election's head, and the clock.
-- $1 election
-- → as head-lock, then the clock in seconds since 1970
SELECT phase, frozen, size, roots, opening, credentials, replacements, struck_for_paper, standing,
       paper_given, drawn, public_size, extract(epoch FROM public_at)::bigint, turnout,
       extract(epoch FROM turnout_at)::bigint, floor(extract(epoch FROM clock_timestamp()))::bigint
  FROM board.head WHERE election = $1::bytea
