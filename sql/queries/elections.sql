-- Elections that have a board, by id.
-- $1 after which id (empty: from the first), $2 how many
-- → election, origin, phase
SELECT election.election, convert_to(election.origin, 'UTF8'), head.phase
  FROM board.election JOIN board.head USING (election)
 WHERE election.election > $1::bytea AND head.size > 0 ORDER BY election.election LIMIT $2::bigint
