-- What admission asks about each ballot of a batch: as entry-facts, of many at once, with no more
-- look-ups than it takes. A line cannot be on the board already when its credential has no ballot there,
-- nor when it replaces the one that stands. (EXISTS is not asked: it may be planned as a hash of the
-- whole table.)
-- $1 election, $2 leaf hashes, $3 credentials, $4 leaf hashes of what they replace (NULL: nothing),
-- the same length; $5 whether any credential was struck
-- → as entry-facts, in order
SELECT (SELECT floor(extract(epoch FROM clock_timestamp()))::bigint),
       CASE WHEN standing.leaf <> asked.replaces OR standing.leaf IS NOT NULL AND asked.replaces IS NULL
            THEN (SELECT index FROM board.entry WHERE election = number AND leaf = asked.leaf) END,
       (SELECT true FROM board.credential
         WHERE election = number AND key = asked.credential) IS NOT NULL,
       CASE WHEN $5::boolean
            THEN (SELECT true FROM board.revocation
                   WHERE election = number AND key = asked.credential) IS NOT NULL
            ELSE false END,
       standing.leaf, false
  FROM board.election,
       unnest($2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY
         AS asked (leaf, credential, replaces, place)
  LEFT JOIN LATERAL (SELECT leaf FROM board.entry
                      WHERE election = number AND credential = asked.credential
                      ORDER BY index DESC LIMIT 1) AS standing ON true
 WHERE election = $1::bytea ORDER BY asked.place
