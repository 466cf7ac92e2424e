-- Forgets an upload that is complete or went wrong.
-- $1 election, $2 digest, $3 uploader
DELETE FROM board.upload_part
 WHERE election = $1::bytea AND digest = $2::bytea AND uploader = $3::bytea
