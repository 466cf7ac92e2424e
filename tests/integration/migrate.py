#!/usr/bin/env python3
"""Runs `beffroi migrate` on databases of a private cluster: new, old, newer, altered, busy; and tries
what the roles that it makes may do.

Usage: migrate.py; finds the programs in BUILD_ROOT. Says what it found as TAP, one case for each
function `test_…`.
"""

import contextlib
import os
import re
import secrets
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from http_client import BOUND
from keys_folder import tell
from service import PROGRAM, SOURCE, Cluster

HOLDS, UNUSABLE, UNFINISHED = 0, 2, 3
LOCK = 7161727461  # of sql/scripts/migrate-lock.sql
PATIENTLY = ["--wait", str(BOUND)]
CLUSTER = None
NAMES = sorted(os.listdir(os.path.join(SOURCE, "sql", "migrations")))
NEWEST = len([name for name in NAMES if name.endswith(".sql")])

HASH = r"'\x" + "ab" * 32 + "'"
ROWS = {  # one for each insert-only table
    "election": f"({HASH}, 'example.org/a')",
    "entry": f"(1, 0, {HASH}, 0, NULL, 'line')",
    "credential": f"(1, {HASH}, 0)",
    "revocation": f"(1, {HASH}, 0)",
    "checkpoint": "(1, 1, 'note')",
    "subtree": f"(1, 8, 0, {HASH})",
    "attachment": f"({HASH}, {HASH}, 1)",
    "attachment_part": f"({HASH}, {HASH}, 0, 'x')",
    "examination": f"({HASH}, {HASH}, 0, '', '', '')",
}


class Database:
    """A new database of the cluster."""

    def __init__(self, options=""):
        self.name = "trial_" + secrets.token_hex(4)
        psql(CLUSTER.url("postgres"), f"CREATE DATABASE {self.name} {options}")

    def url(self, role="postgres"):
        return CLUSTER.url(role).replace("dbname=beffroi", f"dbname={self.name}")

    def sql(self, *statements, role="postgres"):
        return psql(self.url(role), *statements)

    def command(self, *arguments, owner="postgres", lock_seconds=BOUND):
        environment = {**os.environ, "BEFFROI_DATABASE_CASTING": self.url("beffroi_casting"),
                       "BEFFROI_DATABASE_OWNER": owner and self.url(owner),
                       "BEFFROI_DATABASE_LOCK_SECONDS": str(lock_seconds)}
        return [PROGRAM, "migrate", *arguments], environment

    def migrate(self, *arguments, exit_status=HOLDS, **options):
        command, environment = self.command(*arguments, **options)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False,
                              timeout=2 * BOUND)
        assert done.returncode == exit_status, (done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def check(self, wrong=None):
        """What `serve` would say: that it can, or why not."""
        said = self.migrate("--check", exit_status=UNUSABLE if wrong else HOLDS)
        assert (wrong or "can use this database") in said, said


def psql(url, *statements):
    arguments = [argument for statement in statements for argument in ("--command", statement)]
    done = subprocess.run(["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                           "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose", url, *arguments],
                          capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


@contextlib.contextmanager
def refused(sqlstate):
    """What is within is refused by the server with this SQLSTATE."""
    try:
        yield
    except RuntimeError as error:
        assert re.search(rf"ERROR:  {sqlstate}:", str(error)), error
    else:
        raise AssertionError(f"not refused with {sqlstate}")


@contextlib.contextmanager
def session(database, statement):
    """A session that has done the statement and stays."""
    process = subprocess.Popen(["psql", "--no-psqlrc", "--quiet", "--tuples-only", database.url()],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(statement + ";\n\\echo done\n")
    process.stdin.flush()
    while process.stdout.readline() != "done\n":
        assert process.poll() is None
    try:
        yield
    finally:
        process.communicate()


def all_at_once(commands):
    processes = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True)
                 for command, environment in commands]
    said = [process.communicate(timeout=2 * BOUND)[0] for process in processes]
    assert [process.returncode for process in processes] == [HOLDS] * len(processes), said
    return said


def migrated():
    database = Database()
    database.migrate()
    return database


# First of all: only now there are no roles.
def test_databases_of_one_cluster_are_migrated_at_once():
    databases = [Database() for _ in range(4)]
    all_at_once([database.command(*PATIENTLY) for database in databases])
    for database in databases:
        database.check()


def test_an_empty_database_gets_all_migrations_once():
    database = Database()
    database.check("`beffroi migrate` first")
    for _ in range(2):
        said = database.migrate("--dry-run")
        assert said.count("would apply") == NEWEST, said
    assert database.sql("SELECT to_regnamespace('board')") == ""
    said = database.migrate()
    assert said.count("applied migration") == NEWEST, said
    database.check()
    listed = database.sql("SELECT number, oldest, name, length(sha256) FROM board.migration"
                          " ORDER BY number")
    assert len(listed.splitlines()) == NEWEST and listed.startswith("1|1|board|32"), listed
    for again in (["--dry-run"], []):
        assert "is what this program needs" in database.migrate(*again)
    assert database.sql("SELECT number, oldest, name, length(sha256) FROM board.migration"
                        " ORDER BY number") == listed


def test_of_many_at_once_one_migrates_and_the_others_find_it_done():
    database = Database()
    said = all_at_once([database.command(*PATIENTLY) for _ in range(6)])
    assert sum(one.count("applied migration") for one in said) == NEWEST, said
    assert sum("is what this program needs" in one for one in said) == 5, said
    database.check()


def test_another_that_migrates_is_not_waited_for_for_ever():
    database = Database()
    with session(database, f"SELECT pg_advisory_lock({LOCK})"):
        said = database.migrate("--wait", "1", exit_status=UNFINISHED)
    assert "another process has been migrating it for 1 seconds" in said, said
    assert database.sql("SELECT to_regnamespace('board')") == ""
    database.migrate()


def test_a_migration_that_fails_leaves_nothing_and_says_its_line():
    database = Database()
    database.sql("CREATE SCHEMA board AUTHORIZATION beffroi_owner",
                 "CREATE TABLE board.revocation ()")
    said = database.migrate(exit_status=UNFINISHED)
    assert "migration 1" in said and "revocation" in said, said
    assert database.sql("SELECT count(*) FROM board.migration") == "0"
    assert database.sql("SELECT to_regclass('board.entry')") == ""
    database.sql("DROP TABLE board.revocation")
    database.migrate()
    database.check()


def test_a_migration_waits_for_locks_only_so_long():
    database = Database()
    database.sql("CREATE SCHEMA board AUTHORIZATION beffroi_owner")
    # What asks for the same name waits for the other transaction.
    with session(database, "BEGIN; CREATE TABLE board.revocation ()"):
        said = database.migrate(exit_status=UNFINISHED, lock_seconds=1)
    assert "lock timeout" in said and "55P03" in said, said
    database.migrate()


def test_a_migration_that_was_altered_is_refused():
    database = migrated()
    database.sql("UPDATE board.migration SET sha256 = sha256(sha256) WHERE number = 1")
    for arguments in ([], ["--dry-run"], ["--check"]):
        said = database.migrate(*arguments, exit_status=UNUSABLE)
        assert "migration 1 was applied with another text" in said, said


def test_a_newer_schema_is_used_if_it_agrees():
    database = migrated()
    add = "INSERT INTO board.migration SELECT {}, {}, 'later', sha256('')"
    database.sql(add.format(NEWEST + 1, NEWEST))
    database.check()
    assert f"is that of migration {NEWEST + 1}" in database.migrate()
    database.sql(add.format(NEWEST + 2, NEWEST + 1))
    database.check("a newer release")
    assert "a newer release" in database.migrate(exit_status=UNUSABLE)


def test_the_owner_itself_can_migrate_from_then_on():
    database = migrated()
    assert "is what this program needs" in database.migrate(owner="beffroi_owner")
    with refused("42501"):
        database.sql("CREATE ROLE another", role="beffroi_owner")
    # A database where it may make schemas, with the roles there already.
    database = Database("OWNER beffroi_owner")
    database.migrate(owner="beffroi_owner")
    database.check()


def test_whoever_may_make_roles_and_schemas_can_migrate():
    psql(CLUSTER.url("postgres"), "CREATE ROLE administrator LOGIN CREATEROLE")
    database = Database("OWNER administrator")
    database.migrate(owner="administrator")
    database.check()
    assert database.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'board'"
                        ) == "beffroi_owner"


def test_a_schema_of_somebody_else_is_left_alone():
    database = Database()
    database.sql("CREATE SCHEMA people")
    said = database.migrate(exit_status=UNFINISHED)
    assert "schema people that does not belong to beffroi_owner" in said, said


def test_it_must_be_told_how_to_connect():
    database = Database()
    assert "[database] owner" in database.migrate(exit_status=UNUSABLE, owner="")
    for wait in ("0", "x", "86401"):
        assert "--wait" in database.migrate("--wait", wait, exit_status=UNUSABLE)
    command, environment = database.command()
    environment["BEFFROI_DATABASE_OWNER"] = "host=/nowhere"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == UNFINISHED and "/nowhere" in done.stderr, done


def test_what_a_board_has_said_stays_for_both_roles():
    database = migrated()
    listed = database.sql("SELECT tgrelid::regclass FROM pg_trigger"
                          " WHERE tgname = 'insert_only' ORDER BY 1")
    assert sorted(listed.split()) == sorted(f"board.{table}" for table in ROWS), listed
    for table, row in ROWS.items():
        database.sql(f"INSERT INTO board.{table} VALUES {row}", role="beffroi_casting")
        for change in (f"UPDATE board.{table} SET election = election",
                       f"DELETE FROM board.{table}", f"TRUNCATE board.{table} CASCADE"):
            for role in ("beffroi_casting", "beffroi_owner"):
                with refused("42501"):
                    database.sql(change, role=role)
        assert database.sql(f"SELECT count(*) FROM board.{table}") == "1"


def test_the_casting_role_has_nothing_to_do_with_people():
    database = migrated()
    database.sql("CREATE TABLE people.person (name text)", role="beffroi_owner")
    database.check()
    for statement in ("SELECT FROM people.person", "INSERT INTO people.person VALUES ('')",
                      "CREATE TABLE people.other ()", "CREATE TABLE board.other ()",
                      "CREATE SCHEMA other", "SET ROLE beffroi_owner",
                      "INSERT INTO board.migration VALUES (9, 9, '', sha256(''))"):
        with refused("42501"):
            database.sql(statement, role="beffroi_casting")


def test_a_role_that_may_too_much_does_not_serve():
    database = migrated()
    database.sql("CREATE TABLE people.person (name text)", role="beffroi_owner")
    casting = "beffroi_casting"
    for give, take, said in (
        (f"GRANT UPDATE ON board.entry TO {casting}",
         f"REVOKE UPDATE ON board.entry FROM {casting}", "UPDATE on board.entry"),
        (f"GRANT UPDATE (line) ON board.entry TO {casting}",
         f"REVOKE UPDATE (line) ON board.entry FROM {casting}", "UPDATE on board.entry"),
        (f"GRANT TRUNCATE ON board.head TO {casting}",
         f"REVOKE TRUNCATE ON board.head FROM {casting}", "TRUNCATE on board.head"),
        (f"GRANT INSERT ON board.migration TO {casting}",
         f"REVOKE INSERT ON board.migration FROM {casting}", "INSERT on board.migration"),
        ("GRANT SELECT ON people.person TO PUBLIC",
         "REVOKE SELECT ON people.person FROM PUBLIC", "SELECT on people.person"),
        (f"GRANT SELECT (name) ON people.person TO {casting}",
         f"REVOKE SELECT (name) ON people.person FROM {casting}", "SELECT on people.person"),
        (f"GRANT USAGE ON SCHEMA people TO {casting}",
         f"REVOKE USAGE ON SCHEMA people FROM {casting}", "USAGE of schema people"),
        (f"GRANT CREATE ON SCHEMA board TO {casting}",
         f"REVOKE CREATE ON SCHEMA board FROM {casting}", "CREATE in schema board"),
        (f"GRANT beffroi_owner TO {casting}",
         f"REVOKE beffroi_owner FROM {casting}", "it is a member of beffroi_owner"),
        (f"GRANT pg_write_all_data TO {casting}",
         f"REVOKE pg_write_all_data FROM {casting}", "it is a member of pg_write_all_data"),
        (f"ALTER ROLE {casting} CREATEROLE",
         f"ALTER ROLE {casting} NOCREATEROLE", "it may make roles"),
        (f"ALTER ROLE {casting} SUPERUSER",
         f"ALTER ROLE {casting} NOSUPERUSER", "it is a superuser"),
    ):
        database.sql(give)
        database.check(said)
        database.sql(take)
    database.check()


def test_triggers_must_be_there_and_on():
    database = migrated()
    for trigger in ("insert_only", "insert_only_truncate"):
        database.sql(*(f"ALTER TABLE board.{table} DISABLE TRIGGER {trigger}" for table in ROWS))
        database.check(", ".join(sorted(f"board.{table}" for table in ROWS)))
        database.sql(*(f"ALTER TABLE board.{table} ENABLE TRIGGER {trigger}" for table in ROWS))
        database.check()
    database.sql("DROP TRIGGER insert_only ON board.entry")
    database.check("insert-only: board.entry")


def test_a_server_that_would_forget_does_not_serve():
    database = migrated()
    database.sql("ALTER ROLE beffroi_casting SET synchronous_commit = local")
    database.check("synchronous_commit is local")
    database.sql("ALTER ROLE beffroi_casting RESET synchronous_commit",
                 "ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM SET fsync = off")
    for said in ("fsync is off, full_page_writes is off", None):
        CLUSTER.run("stop")
        CLUSTER.run("start")
        database.check(said)
        database.sql("ALTER SYSTEM RESET ALL")


def test_a_database_of_another_encoding_does_not_serve():
    Database("ENCODING 'LATIN1' TEMPLATE template0").check("encoding is LATIN1")


def main():
    global CLUSTER  # pylint: disable=global-statement
    CLUSTER = Cluster()
    try:
        return tell(globals())
    finally:
        CLUSTER.end()


if __name__ == "__main__":
    sys.exit(main())
