-- Adds roots of subtrees that are full now.
-- $1 election, $2 levels, $3 indexes, $4 hashes
INSERT INTO board.subtree (election, level, index, hash)
SELECT number, level, index, hash
  FROM board.election, unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS added (level, index, hash)
 WHERE election = $1::bytea
