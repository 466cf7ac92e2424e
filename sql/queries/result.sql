-- The digest of the outcome that the count of an election found, if it is there.
-- $1 election, $2 leaf hash of its opening
-- → digest, length
SELECT job.result, attachment.length
  FROM board.job JOIN board.attachment
    ON attachment.election = job.election AND attachment.digest = job.result
 WHERE job.election = $1::bytea AND job.kind = 'count' AND job.input = $2::bytea AND job.ended
