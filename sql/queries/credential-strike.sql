-- Strikes a credential.
-- $1 election, $2 key, $3 index of the entry
INSERT INTO board.revocation (election, key, entry) VALUES ($1::bytea, $2::bytea, $3::bigint)
