-- Makes the settings of a session of the service; true when they hold. A commit is answered when it is
-- durable; nobody holds a lock and sleeps; names are found in no schema that they do not say.
--
-- Statements are planned once, for any values, and by indexes alone: each of ours is a look-up, and a
-- table that was empty when the statistics were last taken must not be read whole for every ballot.
-- $1 lock_timeout and idle_in_transaction_session_timeout, $2 statement_timeout: milliseconds
SELECT set_config('synchronous_commit', 'on', false) = 'on'
   AND set_config('lock_timeout', $1::text, false) <> '0'
   AND set_config('idle_in_transaction_session_timeout', $1::text, false) <> '0'
   AND set_config('statement_timeout', $2::text, false) <> '0'
   AND set_config('plan_cache_mode', 'force_generic_plan', false) = 'force_generic_plan'
   AND set_config('enable_seqscan', 'off', false) = 'off'
   AND set_config('enable_bitmapscan', 'off', false) = 'off'
   AND set_config('enable_hashjoin', 'off', false) = 'off'
   AND set_config('enable_mergejoin', 'off', false) = 'off'
   AND set_config('enable_material', 'off', false) = 'off'
   AND set_config('jit', 'off', false) = 'off'
   AND set_config('search_path', '', false) = ''
   AND current_setting('fsync') = 'on'
   AND current_setting('full_page_writes') = 'on'
