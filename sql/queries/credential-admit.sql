-- Makes a credential of a replacement.
-- $1 election, $2 key, $3 index of the entry
INSERT INTO board.credential (election, key, entry) VALUES ($1::bytea, $2::bytea, $3::bigint)
