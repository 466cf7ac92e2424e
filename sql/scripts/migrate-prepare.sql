-- Makes what migrations stand on, where it is not there: the roles, which belong to the cluster and
-- log in as its pg_hba.conf says, the schemas, and the list of migrations that were applied. What is
-- there is left as it is, so the owner itself, who may make no roles, can migrate from then on.
DO $$
DECLARE
  owner CONSTANT name := 'beffroi_owner';
  made name;
BEGIN
  FOREACH made IN ARRAY ARRAY[owner, 'beffroi_casting'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = made) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I LOGIN', made);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- whoever migrates another database of the cluster was as quick
      END;
    END IF;
  END LOOP;
  IF NOT pg_catalog.pg_has_role(owner, 'MEMBER') THEN
    EXECUTE format('GRANT %I TO %I', owner, current_user);
  END IF;
  IF NOT pg_catalog.has_database_privilege(owner, current_database(), 'CREATE') THEN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), owner);
  END IF;
  FOREACH made IN ARRAY ARRAY['board', 'campaign', 'people'] LOOP
    IF pg_catalog.to_regnamespace(made) IS NULL THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', made, owner);
    ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace
                       WHERE nspname = made AND nspowner = owner::regrole) THEN
      RAISE EXCEPTION 'there is a schema % that does not belong to %', made, owner
        USING ERRCODE = 'duplicate_schema';
    END IF;
  END LOOP;
END $$;
SET ROLE beffroi_owner;
CREATE TABLE IF NOT EXISTS board.migration (
  number integer PRIMARY KEY CHECK (number > 0),
  oldest integer NOT NULL, -- last migration of the oldest program that serves after this one
  name text NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  applied timestamptz NOT NULL DEFAULT now()
);
GRANT USAGE ON SCHEMA board TO beffroi_casting;
GRANT SELECT ON board.migration TO beffroi_casting;
