-- What this role may do that it must not: change or empty what is insert-only, or anything with people.
SELECT string_agg(DISTINCT format('%s on %s.%s', privilege_type, table_schema, table_name), ', ')
  FROM (SELECT privilege AS privilege_type, nspname AS table_schema, relname AS table_name
          FROM pg_catalog.pg_class
          JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
         CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE relkind = 'r' AND nspname IN ('board', 'people')
           AND has_table_privilege(pg_class.oid, privilege)
           AND (nspname = 'people' OR privilege = 'TRUNCATE'
                OR privilege IN ('UPDATE', 'DELETE')
                   AND relname NOT IN ('head', 'job', 'upload_part'))) AS held
