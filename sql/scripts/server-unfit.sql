-- What is wrong with the server or the database; NULL when nothing is. Without the first three, what was
-- answered as committed could be gone after a crash.
SELECT string_agg(what, ', ' ORDER BY what) FROM (
  SELECT format('%s is %s', name, setting) FROM pg_catalog.pg_settings
   WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'
      OR name = 'synchronous_commit' AND setting NOT IN ('on', 'remote_apply')
  UNION ALL
  SELECT format('its version is %s, and 15 is needed', current_setting('server_version'))
   WHERE current_setting('server_version_num')::integer < 150000
  UNION ALL
  SELECT format('its encoding is %s, and UTF8 is needed', current_setting('server_encoding'))
   WHERE current_setting('server_encoding') <> 'UTF8'
  UNION ALL
  SELECT 'it is a standby, which takes no changes' WHERE pg_catalog.pg_is_in_recovery()
) AS found (what)
