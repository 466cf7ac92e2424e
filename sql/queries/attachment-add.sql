-- Names an attachment that the service made.
-- $1 election, $2 digest, $3 length
INSERT INTO board.attachment (election, digest, length) VALUES ($1::bytea, $2::bytea, $3::bigint)
ON CONFLICT DO NOTHING
