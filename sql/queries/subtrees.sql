-- Roots of perfect subtrees of one level, one after the other.
-- $1 election, $2 level, $3 first index, $4 index to end before → hashes
SELECT string_agg(hash, ''::bytea ORDER BY index) FROM board.subtree
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
   AND level = $2::bigint AND index >= $3::bigint AND index < $4::bigint
