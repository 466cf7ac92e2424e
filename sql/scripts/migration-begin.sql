-- Begins a migration: it may wait for locks of those who serve, but not for long.
BEGIN;
SET LOCAL lock_timeout = '10s';
SET LOCAL search_path = ''
