-- Commits it.
COMMIT
