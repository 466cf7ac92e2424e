-- Tells how far a job is and holds its lease; gives a row unless somebody else took it.
-- $1 job, $2 attempts, $3 seconds of the lease, $4 done, $5 total
UPDATE board.job SET lease = clock_timestamp() + make_interval(secs => $3::bigint),
                     done = $4::bigint, total = $5::bigint
 WHERE job = $1::bigint AND attempts = $2::bigint AND NOT ended
RETURNING job
