-- What admission asks about each line of a batch, read after the head was locked: a statement of its
-- own, since the one that waited for the lock would see rows as they were before.
-- $1 election, $2 leaf hashes, $3 credentials (NULL where the line is about none),
-- $4 replacements (likewise); the same length
-- → clock in seconds since 1970, index of the same line or NULL, admitted, struck,
--   leaf hash of the standing ballot or NULL, whether the replacement is known; in order
SELECT floor(extract(epoch FROM clock_timestamp()))::bigint, same.index, member.key IS NOT NULL,
       struck.key IS NOT NULL, standing.leaf, other.key IS NOT NULL
  FROM unnest($2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY
         AS asked (leaf, credential, replacement, place)
  LEFT JOIN LATERAL (SELECT index FROM board.entry
                      WHERE election = $1::bytea AND leaf = asked.leaf) AS same ON true
  LEFT JOIN LATERAL (SELECT key FROM board.credential
                      WHERE election = $1::bytea AND key = asked.credential) AS member ON true
  LEFT JOIN LATERAL (SELECT key FROM board.revocation
                      WHERE election = $1::bytea AND key = asked.credential) AS struck ON true
  LEFT JOIN LATERAL (SELECT leaf FROM board.entry
                      WHERE election = $1::bytea AND credential = asked.credential
                      ORDER BY index DESC LIMIT 1) AS standing ON true
  LEFT JOIN LATERAL (SELECT key FROM board.credential
                      WHERE election = $1::bytea AND key = asked.replacement) AS other ON true
 ORDER BY asked.place
