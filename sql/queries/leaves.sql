-- Leaf hashes, one after the other.
-- $1 election, $2 first index, $3 index to end before → hashes
SELECT string_agg(leaf, ''::bytea ORDER BY index) FROM board.entry
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
   AND index >= $2::bigint AND index < $3::bigint
