-- Takes the oldest job that nobody works at, of those that were tried least often.
-- $1 seconds of the lease
-- → job, kind, election, input, subject or NULL, attempts (this one included)
UPDATE board.job SET lease = clock_timestamp() + make_interval(secs => $1::bigint),
                     attempts = attempts + 1
 WHERE job = (SELECT job FROM board.job WHERE NOT ended AND lease < clock_timestamp()
               ORDER BY attempts, job LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING job, kind, election, input, subject, attempts
