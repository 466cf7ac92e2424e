-- One part of an attachment.
-- $1 election, $2 digest, $3 part → bytes
SELECT bytes FROM board.attachment_part
 WHERE election = $1::bytea AND digest = $2::bytea AND part = $3::bigint
