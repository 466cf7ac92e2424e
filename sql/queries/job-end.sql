-- Ends a job, once.
-- $1 job, $2 result or NULL, $3 failure or NULL
UPDATE board.job SET ended = true, done = greatest(done, total), result = $2::bytea,
                     failure = convert_from($3::bytea, 'UTF8')
 WHERE job = $1::bigint AND NOT ended
