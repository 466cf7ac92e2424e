-- Strikes a credential.
-- $1 election, $2 key, $3 index of the entry
INSERT INTO board.revocation (election, key, entry)
SELECT number, $2::bytea, $3::bigint FROM board.election WHERE election = $1::bytea
