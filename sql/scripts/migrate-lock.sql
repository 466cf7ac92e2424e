-- Lets one migration at a time through; whoever waits gives up after a minute.
SET lock_timeout = '60s';
SELECT pg_catalog.pg_advisory_lock(7161727461); -- any number that is only ours
SET client_min_messages = warning
