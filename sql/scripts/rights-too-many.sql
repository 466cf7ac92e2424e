-- What this role may do that it must not; NULL when nothing. What is insert-only is known by its
-- trigger, so that this holds for newer schemas too.
WITH me AS (
  SELECT * FROM pg_catalog.pg_roles WHERE rolname = current_user
), ours AS (
  SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname IN ('board', 'campaign', 'people')
), relation AS (
  SELECT pg_class.oid, nspname, relname, relowner,
         EXISTS (SELECT FROM pg_catalog.pg_trigger
                  WHERE tgrelid = pg_class.oid
                    AND tgfoid = pg_catalog.to_regproc('board.refuse_change')) AS insert_only
    FROM pg_catalog.pg_class JOIN ours ON ours.oid = relnamespace
   WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT string_agg(what, ', ' ORDER BY what NOT LIKE 'it %', what) FROM (
  SELECT 'it is a superuser' FROM me WHERE rolsuper
  UNION ALL SELECT 'it may make roles' FROM me WHERE rolcreaterole
  UNION ALL SELECT 'it may make databases' FROM me WHERE rolcreatedb
  UNION ALL SELECT 'it may replicate' FROM me WHERE rolreplication
  UNION ALL SELECT 'it passes row security' FROM me WHERE rolbypassrls
  UNION ALL
  SELECT format('it is a member of %s', pg_roles.rolname) FROM pg_catalog.pg_roles, me
   WHERE NOT me.rolsuper AND pg_roles.oid <> me.oid
     AND pg_catalog.pg_has_role(me.oid, pg_roles.oid, 'MEMBER')
  UNION ALL
  SELECT format('CREATE in schema %s', nspname) FROM ours, me
   WHERE NOT rolsuper AND pg_catalog.has_schema_privilege(ours.oid, 'CREATE')
  UNION ALL
  SELECT 'USAGE of schema people' FROM ours, me
   WHERE NOT rolsuper AND nspname = 'people' AND pg_catalog.has_schema_privilege(ours.oid, 'USAGE')
  UNION ALL
  SELECT format('it owns %s.%s', nspname, relname) FROM relation, me
   WHERE NOT rolsuper AND relowner = me.oid
  UNION ALL
  SELECT format('%s on %s.%s', privilege, nspname, relname)
    FROM relation, me,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
   WHERE NOT rolsuper AND relowner <> me.oid
     AND (pg_catalog.has_table_privilege(relation.oid, privilege)
          OR privilege IN ('SELECT', 'INSERT', 'UPDATE')
             AND pg_catalog.has_any_column_privilege(relation.oid, privilege))
     AND (nspname = 'people' OR privilege IN ('TRUNCATE', 'TRIGGER')
          OR insert_only AND privilege IN ('UPDATE', 'DELETE')
          OR nspname = 'board' AND relname = 'migration' AND privilege <> 'SELECT')
) AS held (what)
