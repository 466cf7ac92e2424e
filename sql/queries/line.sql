-- One entry.
-- $1 election, $2 index → kind, line
SELECT kind, line FROM board.entry
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea) AND index = $2::bigint
