-- Registers an election and gives it an empty head, unless it or its origin is there.
-- $1 election, $2 origin
WITH registered AS (
  INSERT INTO board.election (election, origin) VALUES ($1::bytea, convert_from($2::bytea, 'UTF8'))
  ON CONFLICT DO NOTHING RETURNING election
)
INSERT INTO board.head (election) SELECT election FROM registered ON CONFLICT DO NOTHING
