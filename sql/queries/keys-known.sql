-- How many keys of an attachment are credentials already.
-- $1 election, $2 digest of the attachment
SELECT count(*)
  FROM board.attachment_part AS part,
       LATERAL generate_series(0, octet_length(part.bytes) / 32 - 1) AS place
  JOIN board.credential AS member ON true
 WHERE part.election = $1::bytea AND part.digest = $2::bytea AND member.election =
       (SELECT number FROM board.election WHERE election = $1::bytea)
   AND member.key = substring(part.bytes FROM 1 + 32 * place FOR 32)
