-- Makes an attachment of an upload whose digest and length hold, asked again here so that a part
-- replaced meanwhile cannot slip in; gives a row when it did.
-- $1 election, $2 digest, $3 uploader, $4 how many parts, $5 length
WITH whole AS (
  SELECT part, bytes FROM board.upload_part
   WHERE election = $1::bytea AND digest = $2::bytea AND uploader = $3::bytea AND part < $4::bigint
), held AS (
  SELECT 1 FROM whole HAVING sum(octet_length(bytes)) = $5::bigint
     AND sha256(string_agg(bytes, ''::bytea ORDER BY part)) = $2::bytea
     AND count(*) = $4::bigint
     AND bool_and(octet_length(bytes) = 1048576 OR part = $4::bigint - 1)
), named AS (
  INSERT INTO board.attachment (election, digest, length)
  SELECT $1::bytea, $2::bytea, $5::bigint FROM held ON CONFLICT DO NOTHING RETURNING 1
), kept AS (
  INSERT INTO board.attachment_part (election, digest, part, bytes)
  SELECT $1::bytea, $2::bytea, part, bytes FROM whole, named ON CONFLICT DO NOTHING
)
SELECT 1 FROM named
