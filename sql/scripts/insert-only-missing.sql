-- The insert-only tables that nothing keeps so: their triggers, before UPDATE, DELETE and TRUNCATE,
-- are not there or are switched off. NULL when there is none.
SELECT string_agg(name, ', ' ORDER BY name)
  FROM unnest(ARRAY['board.election', 'board.entry', 'board.credential', 'board.revocation',
                    'board.checkpoint', 'board.subtree', 'board.attachment',
                    'board.attachment_part', 'board.examination']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
                    WHERE tgrelid = pg_catalog.to_regclass(name)
                      AND tgfoid = pg_catalog.to_regproc('board.refuse_change')
                      AND tgenabled IN ('O', 'A') AND tgqual IS NULL
                    -- its bits (src/include/catalog/pg_trigger.h): before, delete, update, truncate
                   HAVING bit_or(tgtype) & 58 = 58)
