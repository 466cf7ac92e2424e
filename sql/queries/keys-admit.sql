-- Makes credentials of the keys of an attachment.
-- $1 election, $2 digest of the attachment, $3 index of the entry
INSERT INTO board.credential (election, key, entry)
SELECT election.number, substring(part.bytes FROM 1 + 32 * place FOR 32), $3::bigint
  FROM board.attachment_part AS part JOIN board.election USING (election),
       LATERAL generate_series(0, octet_length(part.bytes) / 32 - 1) AS place
 WHERE part.election = $1::bytea AND part.digest = $2::bytea
