-- A credential's standing ballot; a row without one when it has none, no row when it is unknown.
-- $1 election, $2 credential → index or NULL, leaf hash or NULL
SELECT standing.index, standing.leaf
  FROM board.election JOIN board.credential AS member ON member.election = election.number
  LEFT JOIN LATERAL (SELECT index, leaf FROM board.entry
                      WHERE election = member.election AND credential = $2::bytea
                      ORDER BY index DESC LIMIT 1) AS standing ON true
 WHERE election.election = $1::bytea AND member.key = $2::bytea
