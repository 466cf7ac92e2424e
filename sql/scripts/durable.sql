-- The settings that make a commit last; those that are off.
SELECT string_agg(name, ', ' ORDER BY name) FROM pg_catalog.pg_settings
 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
