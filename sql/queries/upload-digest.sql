-- What an upload comes to.
-- $1 election, $2 digest, $3 uploader, $4 how many parts
-- → parts, bytes, SHA-256
SELECT count(*), coalesce(sum(octet_length(bytes)), 0)::bigint,
       sha256(coalesce(string_agg(bytes, ''::bytea ORDER BY part), ''::bytea))
  FROM board.upload_part
 WHERE election = $1::bytea AND digest = $2::bytea AND uploader = $3::bytea AND part < $4::bigint
