-- Commits what `begin` began.
COMMIT
