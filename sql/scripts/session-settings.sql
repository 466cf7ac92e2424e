-- Makes the settings of a session of the service; true when they hold. A commit is answered when it is
-- durable; nobody holds a lock and sleeps; names are found in no schema that they do not say.
-- $1 lock_timeout and idle_in_transaction_session_timeout, $2 statement_timeout: milliseconds
SELECT set_config('synchronous_commit', 'on', false) = 'on'
   AND set_config('lock_timeout', $1::text, false) <> '0'
   AND set_config('idle_in_transaction_session_timeout', $1::text, false) <> '0'
   AND set_config('statement_timeout', $2::text, false) <> '0'
   AND set_config('search_path', '', false) = ''
   AND current_setting('fsync') = 'on'
   AND current_setting('full_page_writes') = 'on'
