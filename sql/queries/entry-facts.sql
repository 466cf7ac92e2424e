-- What admission asks about an entry that is no ballot, read after the head was locked: a statement of
-- its own, since the one that waited for the lock would see rows as they were before.
-- $1 election, $2 leaf hash, $3 credential or NULL, $4 replacement or NULL
-- → clock in seconds since 1970, index of the same line or NULL, admitted, struck,
--   leaf hash of the standing ballot or NULL, whether the replacement is known
SELECT floor(extract(epoch FROM clock_timestamp()))::bigint,
       (SELECT index FROM board.entry WHERE election = number AND leaf = $2::bytea),
       (SELECT true FROM board.credential WHERE election = number AND key = $3::bytea) IS NOT NULL,
       (SELECT true FROM board.revocation WHERE election = number AND key = $3::bytea) IS NOT NULL,
       (SELECT leaf FROM board.entry WHERE election = number AND credential = $3::bytea
         ORDER BY index DESC LIMIT 1),
       (SELECT true FROM board.credential WHERE election = number AND key = $4::bytea) IS NOT NULL
  FROM board.election WHERE election = $1::bytea
