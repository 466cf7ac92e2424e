-- The newest migration that was applied, and the oldest program that it agrees with: "3 1".
SELECT max(number) || ' ' || max(oldest) FROM board.migration
