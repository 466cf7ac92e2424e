-- Makes what migrations stand on: the roles, which belong to the cluster and log in as its pg_hba.conf
-- says, the schemas, and the list of migrations that were applied. Does nothing where all is there.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'beffroi_owner') THEN
    CREATE ROLE beffroi_owner LOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'beffroi_casting') THEN
    CREATE ROLE beffroi_casting LOGIN;
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO beffroi_owner', current_database());
END $$;
CREATE SCHEMA IF NOT EXISTS board AUTHORIZATION beffroi_owner;
CREATE SCHEMA IF NOT EXISTS campaign AUTHORIZATION beffroi_owner;
CREATE SCHEMA IF NOT EXISTS people AUTHORIZATION beffroi_owner;
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
