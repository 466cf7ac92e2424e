-- Entries in order.
-- $1 election, $2 first index, $3 index to end before
-- → kind, leaf hash, line
SELECT kind, leaf, line FROM board.entry
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
   AND index >= $2::bigint AND index < $3::bigint ORDER BY index
