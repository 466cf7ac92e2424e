-- The first checkpoint whose tree has an entry.
-- $1 election, $2 index → size, note
SELECT size, note FROM board.checkpoint
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
   AND size > $2::bigint ORDER BY size LIMIT 1
