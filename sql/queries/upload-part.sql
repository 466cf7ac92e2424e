-- Keeps a part of an upload; a part sent again replaces what was sent before.
-- $1 election, $2 digest, $3 uploader, $4 part, $5 bytes
INSERT INTO board.upload_part (election, digest, uploader, part, bytes)
VALUES ($1::bytea, $2::bytea, $3::bytea, $4::bigint, $5::bytea)
ON CONFLICT (election, digest, uploader, part) DO UPDATE SET bytes = excluded.bytes, at = now()
