-- Whether any migration was applied: the list is there.
SELECT (to_regclass('board.migration') IS NOT NULL)::text
