-- The settings of a session that migrates: it takes its time, but waits for locks only as long as it
-- is told, and finds names in no schema that it does not say.
-- $1 how long, in milliseconds
SELECT set_config('lock_timeout', $1::text, false), set_config('statement_timeout', '0', false),
       set_config('idle_in_transaction_session_timeout', '0', false),
       set_config('synchronous_commit', 'on', false), set_config('search_path', '', false),
       set_config('client_min_messages', 'warning', false)
