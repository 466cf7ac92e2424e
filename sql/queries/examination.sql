-- What an examination found, if it was made.
-- $1 election, $2 leaf hash
-- → refusal, where, what, expected
SELECT refusal, place, what, expected FROM board.examination
 WHERE election = $1::bytea AND leaf = $2::bytea
