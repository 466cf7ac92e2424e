-- Gives up what `begin` began.
ROLLBACK
