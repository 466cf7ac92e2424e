-- Where a line stands.
-- $1 election, $2 leaf hash → index
SELECT index FROM board.entry WHERE election = $1::bytea AND leaf = $2::bytea
