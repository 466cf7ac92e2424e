-- Lets one process at a time migrate this database; until the session ends.
SELECT pg_catalog.pg_advisory_lock(7161727461) -- any number that is only ours
