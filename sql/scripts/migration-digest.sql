-- The SHA-256 of a migration as it was applied, in hex; no row when it was not.
-- $1 its number
SELECT encode(sha256, 'hex') FROM board.migration WHERE number = $1::integer
