-- Adds a job, unless it is there.
-- $1 election, $2 kind, $3 input, $4 subject or NULL
INSERT INTO board.job (election, kind, input, subject)
VALUES ($1::bytea, convert_from($2::bytea, 'UTF8'), $3::bytea, $4::bytea) ON CONFLICT DO NOTHING
