-- SHA-256 over the indexes of the standing ballots, ascending, 64-bit, the high byte first.
-- $1 election
SELECT sha256(coalesce(string_agg(int8send(index), ''::bytea ORDER BY index), ''::bytea))
  FROM (SELECT max(index) AS index FROM board.entry
         WHERE election = (SELECT number FROM board.election WHERE election = $1::bytea)
           AND credential IS NOT NULL GROUP BY credential) AS standing
