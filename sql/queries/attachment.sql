-- Whether an attachment is stored.
-- $1 election, $2 digest → length
SELECT length FROM board.attachment WHERE election = $1::bytea AND digest = $2::bytea
