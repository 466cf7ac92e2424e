-- The last checkpoint.
-- $1 election → size, note
SELECT size, note FROM board.checkpoint
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
 ORDER BY size DESC LIMIT 1
