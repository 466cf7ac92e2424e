-- Remembers that a migration was applied.
-- $1 its number, $2 the oldest that agrees with it, $3 its name, $4 its SHA-256 in hex
INSERT INTO board.migration (number, oldest, name, sha256)
VALUES ($1::integer, $2::integer, $3::text, decode($4::text, 'hex'))
