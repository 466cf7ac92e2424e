-- Says what an examination found.
-- $1 election, $2 leaf hash, $3 refusal, $4 where, $5 what, $6 expected
INSERT INTO board.examination (election, leaf, refusal, place, what, expected)
VALUES ($1::bytea, $2::bytea, $3::bigint, convert_from($4::bytea, 'UTF8'),
        convert_from($5::bytea, 'UTF8'), convert_from($6::bytea, 'UTF8'))
ON CONFLICT DO NOTHING
