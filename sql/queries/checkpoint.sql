-- A checkpoint by its size.
-- $1 election, $2 size → note
SELECT note FROM board.checkpoint
 WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea) AND size = $2::bigint
