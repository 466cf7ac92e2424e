-- Keeps a part of an attachment that the service made.
-- $1 election, $2 digest, $3 part, $4 bytes
INSERT INTO board.attachment_part (election, digest, part, bytes)
VALUES ($1::bytea, $2::bytea, $3::bigint, $4::bytea) ON CONFLICT DO NOTHING
