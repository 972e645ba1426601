"""A backup brings the office back on another server: its rows, its operators and their rights."""

import json
import os
import sys
import zipfile
from contextlib import closing

import psycopg2
import pytest

from server_schema import backup, binaries, demo, doctor, roles_copy
from server_schema.messages import Refused
from tests import servers

ROWS = "SELECT array_agg(c.*::text ORDER BY id) FROM customer c"


@pytest.fixture(scope="module")
def cluster():
    with servers.cluster() as made:
        yield made


@pytest.fixture(scope="module")
def elsewhere():
    """A second, empty server."""
    with servers.cluster() as made:
        yield made


@pytest.fixture(scope="module")
def saved(cluster, tmp_path_factory):
    """A backup of an office with demo customers."""
    dsn = servers.new_office(cluster, "trade")
    demo.load(dsn, "trade", "en")
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("ALTER DATABASE trade SET timezone = 'Asia/Shanghai'")
    file = tmp_path_factory.mktemp("backup") / "office.kehu"
    backup.backup(cluster.server("trade"), file)
    return file


@pytest.fixture(scope="module")
def findings(saved, elsewhere):
    return backup.restore(elsewhere.server("trade"), saved)


def ask(dsn, text):
    with closing(psycopg2.connect(**dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def changed(saved, tmp_path, name, change):
    """A copy of the backup with one of its texts changed, sums and all."""
    target = tmp_path / "changed.kehu"
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        parts = {part: old.read(part) for part in old.namelist()}
        value = json.loads(parts[name])
        change(value)
        parts[name] = json.dumps(value).encode()
        manifest = json.loads(parts["manifest.json"])
        manifest["sha256"]["roles.json"] = backup._sum_of(parts["roles.json"])
        parts["manifest.json"] = json.dumps(manifest).encode()
        for part, data in parts.items():
            new.writestr(part, data)
    return target


def test_the_file_is_private_and_says_what_it_is(saved):
    assert saved.stat().st_mode & 0o077 == 0
    manifest = backup.read_manifest(saved)
    assert (manifest["prefix"], manifest["database"]) == ("trade", "trade")
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]  # nothing left behind


@pytest.mark.parametrize("login", ["sophie", "george"])
def test_operators_log_in_with_their_old_passwords_and_see_the_same(
    cluster, elsewhere, findings, login
):
    there = ask(cluster.dsn("trade", f"trade.{login}", demo.PASSWORD), ROWS)
    here = ask(elsewhere.dsn("trade", f"trade.{login}", demo.PASSWORD), ROWS)
    assert here == there
    assert here[0][0]


def test_a_salesperson_sees_no_more_than_before(elsewhere, findings):
    own = ask(
        elsewhere.dsn("trade", "trade.sophie", demo.PASSWORD), "SELECT count(*) FROM customer"
    )
    all_of_them = ask(elsewhere.superuser_dsn("trade"), "SELECT count(*) FROM customer")
    assert 0 < own[0][0] < all_of_them[0][0]


def test_the_doctor_is_content(findings):
    assert findings == []


def test_roles_come_back_as_they_were(cluster, elsewhere, findings):
    with (
        closing(psycopg2.connect(**cluster.superuser_dsn())) as old,
        closing(psycopg2.connect(**elsewhere.superuser_dsn())) as new,
    ):
        assert roles_copy.read(new, "trade") == roles_copy.read(old, "trade")


def test_rights_can_still_be_changed_afterwards(elsewhere, findings):
    """Memberships belong to whoever gave them; only that role can take them back."""
    dsn = elsewhere.superuser_dsn("trade")
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE operator SET scope = 'own' WHERE login = 'clara'")
    with closing(psycopg2.connect(**dsn)) as connection:
        assert doctor.examine(connection) == []


def test_settings_of_the_database_come_along(elsewhere, findings):
    assert ask(elsewhere.superuser_dsn("trade"), "SHOW timezone") == [("Asia/Shanghai",)]


def test_new_records_go_on_counting(elsewhere, findings):
    """Identity columns, number counters and the transaction of a change all still work."""
    dsn = elsewhere.dsn("trade", "trade.sophie", demo.PASSWORD)
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO customer (name) VALUES ('Newcomer Ltd') RETURNING number")
        number = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM customer WHERE number = %s", [number])
        assert cursor.fetchone() == (1,)
    told = "SELECT count(*) FROM history h JOIN customer c ON c.id = h.row_id WHERE c.number = %s"
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(f"{told} AND h.table_name = 'customer' AND op = 'insert'", [number])
        assert cursor.fetchone() == (1,)


def test_nothing_is_ever_overwritten(cluster, saved):
    before = ask(cluster.superuser_dsn("trade"), ROWS)
    with pytest.raises(Refused, match="not empty"):
        backup.restore(cluster.server("trade"), saved)
    with pytest.raises(Refused, match="already"):
        backup.restore(cluster.server("another"), saved)
    assert ask(cluster.superuser_dsn("trade"), ROWS) == before
    assert not cluster.server("another").exists()


def test_a_database_with_something_in_it_is_refused(saved):
    with servers.cluster() as third:
        dsn = third.fresh_database("occupied")
        with closing(psycopg2.connect(**dsn)) as connection, connection:
            connection.cursor().execute("CREATE TABLE mine ()")
        with pytest.raises(Refused, match="not empty"):
            backup.restore(third.server("occupied"), saved)
        assert ask(dsn, "SELECT to_regclass('mine')::text") == [("mine",)]


@pytest.mark.parametrize("kept", [0, 10, 5000, -1])
def test_a_damaged_file_is_refused(elsewhere, saved, tmp_path, kept):
    damaged = tmp_path / "damaged.kehu"
    damaged.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(Refused, match="damaged"):
        backup.restore(elsewhere.server("never"), damaged)


def test_a_changed_dump_is_refused(elsewhere, saved, tmp_path):
    data = bytearray(saved.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "changed.kehu").write_bytes(data)
    with pytest.raises(Refused, match="damaged"):
        backup.restore(elsewhere.server("never"), tmp_path / "changed.kehu")
    assert not elsewhere.server("never").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda copied: copied["roles"][0].update(mighty=True),
        lambda copied: copied["roles"][0].update(rolname="postgres"),
        lambda copied: copied["roles"][0].update(rolcreaterole=True),
        lambda copied: copied["memberships"][0].update(role="pg_execute_server_program"),
    ],
    ids=["superuser", "foreign name", "maker of roles", "runs programs"],
)
def test_roles_that_no_office_has_are_refused(elsewhere, saved, tmp_path, change):
    file = changed(saved, tmp_path, "roles.json", change)
    with servers.cluster() as empty, pytest.raises(Refused, match="role"):
        backup.restore(empty.server("trade"), file)


def test_a_function_with_a_superusers_rights_is_refused(cluster, tmp_path):
    dsn = servers.new_office(cluster, "trap")
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA side")
        cursor.execute(
            "CREATE FUNCTION side.door() RETURNS void SECURITY DEFINER LANGUAGE sql AS 'SELECT'"
        )
    backup.backup(cluster.server("trap"), tmp_path / "trap.kehu")
    with servers.cluster() as empty:
        with pytest.raises(Refused, match=r"side\.door"):
            backup.restore(empty.server("trap"), tmp_path / "trap.kehu")
        assert not empty.server("trap").exists()
        names = ask(empty.superuser_dsn(), "SELECT rolname FROM pg_roles WHERE rolname ~ '^trap'")
        assert names == []


def test_an_empty_database_that_was_there_is_filled(saved):
    with servers.cluster() as third:
        third.fresh_database("ready")
        assert backup.restore(third.server("ready"), saved) == []
        dsn = third.dsn("ready", "trade.sophie", demo.PASSWORD)
        assert ask(dsn, "SELECT count(*) > 0 FROM customer") == [(True,)]


def test_no_office_no_backup(cluster, tmp_path):
    cluster.fresh_database("bare")
    with pytest.raises(Refused, match="no office"):
        backup.backup(cluster.server("bare"), tmp_path / "bare.kehu")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for a program")
@pytest.mark.parametrize(
    ("installed", "taken"),
    [("16.99", True), ("16.1", False), ("15.99", False), ("17.9", False), ("none", False)],
)
def test_a_server_is_dumped_by_the_newest_program_of_its_version(
    installed, taken, saved, cluster, tmp_path, monkeypatch
):
    """What a security update of a server keeps in its tables, only its own pg_dump leaves out."""
    bundled, used = binaries.program("pg_dump"), tmp_path / "used"
    script = tmp_path / "pg_dump"
    script.write_text(
        "#!/bin/sh\n"
        f"if [ $1 = --version ]; then echo 'pg_dump (PostgreSQL) {installed}'; exit; fi\n"
        f'touch {used}\nexec {bundled} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    backup.backup(cluster.server("trade"), tmp_path / "again.kehu")
    assert used.exists() == taken
