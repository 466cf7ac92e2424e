-- How far a job is.
-- $1 election, $2 kind, $3 input
-- → ended, whether somebody holds its lease, done, total, result or NULL, failure or NULL
SELECT ended, lease > clock_timestamp(), done, total, result, failure
  FROM board.job
 WHERE election = $1::bytea AND kind = convert_from($2::bytea, 'UTF8') AND input = $3::bytea
