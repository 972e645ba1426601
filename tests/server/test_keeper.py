"""Too many wrong passwords lock a login of the embedded server, for a while and for nobody else."""

import json
import os
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest

from server_schema import cli, doctor, keeper
from server_schema.embedded import Embedded
from server_schema.keeper import Keeper, Limits
from server_schema.locking import only_one
from server_schema.server_log import KEPT, MOST_BYTES, ServerLog
from tests import servers
from tests.conftest import OfficeDatabase, hire
from tests.patience import wait_until
from tests.server.samples import refusal, value

SHORT = timedelta(seconds=4)
ACCESS = (
    "SELECT op, after FROM history WHERE table_name = 'access' AND row_id = %s"
    " AND op NOT IN ('login', 'logout') ORDER BY id"
)


@pytest.fixture(scope="module")
def kept():
    """A cluster of its own with one office, which the home's server is for."""
    with servers.cluster() as cluster:
        embedded = cluster.embedded
        embedded._write_state({**embedded._state(), "database": "kept"})
        office = OfficeDatabase(cluster, "kept", servers.new_office(cluster, "kept"))
        hire(office)
        yield office
        office.close()


@pytest.fixture
def fresh(kept):
    """The office with nobody locked, and a keeper that does not know of earlier tests."""
    for (id_,) in kept.ask(None, "SELECT id FROM operator WHERE locked_until IS NOT NULL"):
        kept.ask(None, "SELECT release_login(%s)", id_)
    time.sleep(0.2)
    return kept


def keeper_of(office, within=timedelta(minutes=15), locked=SHORT, tries=10):
    return Keeper(office.cluster.embedded, Limits(tries, within, locked))


def guess(office, user, times, password="wrong"):
    for _ in range(times):
        with pytest.raises(psycopg2.OperationalError) as refused:
            office.psql(user, password)
    return str(refused.value)


def enters(office, user):
    try:
        office.psql(user).close()
    except psycopg2.OperationalError:
        return False
    return True


def until(wanted, *keepers):
    """Let the keepers work until it is so."""

    def works():
        if wanted():
            return True
        for each in keepers:
            each.step()
        return False

    wait_until("it is so", works, pause=0.1)


def locked(office, user):
    query = "SELECT locked_until FROM operator WHERE login = %s"
    return value(office, None, query, user)


def told(office, user):
    return office.ask(None, ACCESS, office.id_of(user))


def test_ten_wrong_passwords_lock_the_right_one_out_for_a_while(fresh):
    made = keeper_of(fresh)
    guess(fresh, "ann", 9)
    until(lambda: sum(a["n"] for o, a in told(fresh, "ann") if o == "wrong"), made)
    made.step()
    assert enters(fresh, "ann")
    said = guess(fresh, "ann", 1)
    until(lambda: locked(fresh, "ann"), made)
    # The right password is refused in the very words of a wrong one.
    assert guess(fresh, "ann", 1, servers.PASSWORD) == said
    assert enters(fresh, "bob")
    # What was on its way while it was being locked does not lock it once more.
    moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.000} UTC"
    late = {"timestamp": moment, "state_code": "28P01", "user": "kept.ann", "detail": ""}
    file = fresh.cluster.embedded.log / "late.json"
    file.write_text((json.dumps(late) + "\n") * 12)
    made.step()
    file.unlink()
    assert [op for op, _ in told(fresh, "ann")].count("locked") == 1
    with closing(fresh.superuser()) as connection:
        connection.autocommit = False
        assert [f.code for f in doctor.examine(connection)] == []
    until(lambda: enters(fresh, "ann"), made)
    assert locked(fresh, "ann") is None
    op, after = next(entry for entry in told(fresh, "ann") if entry[0] == "locked")
    assert (op, after["n"], after["addresses"]) == ("locked", 10, ["127.0.0.1"])


def test_another_keeper_goes_on_where_the_first_ended(fresh):
    guess(fresh, "bob", 5)
    keeper_of(fresh).step()
    guess(fresh, "bob", 5)
    until(lambda: locked(fresh, "bob"), keeper_of(fresh))
    guess(fresh, "bob", 12)  # while it is locked
    fresh.cluster.embedded.stop()
    fresh.close()
    fresh.cluster.embedded.start()
    assert not enters(fresh, "bob")
    until(lambda: locked(fresh, "bob") is None, keeper_of(fresh))
    assert enters(fresh, "bob")
    # Neither what led to the lock nor what was tried meanwhile counts again.
    again = keeper_of(fresh)
    again.step()
    assert enters(fresh, "bob")
    assert sum(after["n"] for op, after in told(fresh, "bob") if op == "wrong") == 23


def test_who_is_disabled_meanwhile_stays_so(fresh):
    made = keeper_of(fresh)
    guess(fresh, "eve", 10)
    until(lambda: locked(fresh, "eve"), made)
    change = "SELECT save_operator(jsonb_build_object('id', id, 'active', %s), version)"
    change += " FROM operator WHERE login = 'eve'"
    fresh.ask("admin", change, False)
    until(lambda: locked(fresh, "eve") is None, made)
    assert "not permitted" in guess(fresh, "eve", 1, servers.PASSWORD)
    guess(fresh, "eve", 10)
    made.step()
    assert locked(fresh, "eve") is None
    fresh.ask("admin", change, True)
    assert enters(fresh, "eve")


def test_an_administrator_or_the_command_gives_it_back_at_once(fresh, monkeypatch, capsys):
    made = keeper_of(fresh, locked=timedelta(hours=1))
    guess(fresh, "serge", 10)
    until(lambda: locked(fresh, "serge"), made)
    serge = fresh.id_of("serge")
    assert refusal(fresh, "bob", "SELECT unlock_login(%s)", serge) == "42501"
    assert value(fresh, "admin", "SELECT unlock_login(%s)", serge)
    assert enters(fresh, "serge")
    keeper_of(fresh).step()
    made.step()
    assert enters(fresh, "serge")
    guess(fresh, "admin", 10)  # even the only administrator
    until(lambda: locked(fresh, "admin"), made)
    monkeypatch.setenv("KEHU_HOME", str(fresh.cluster.embedded.home))
    monkeypatch.setattr(keeper, "ensure", lambda embedded: None)
    assert cli.main(["unlock", " Admin", "--language", "en"]) == 0
    assert capsys.readouterr().out == "admin can log in again.\n"
    assert enters(fresh, "admin")
    assert cli.main(["unlock", "admin", "--language", "en"]) == 0
    assert cli.main(["unlock", "nobody", "--language", "en"]) == 1
    who = "SELECT c.via, c.who::text FROM history h JOIN change c ON c.id = h.change_id"
    who += " WHERE op = 'unlocked' ORDER BY h.id DESC LIMIT 2"
    assert fresh.ask(None, who) == [("server", "postgres"), (None, "kept.admin")]


def test_a_new_password_unlocks(fresh):
    made = keeper_of(fresh, locked=timedelta(hours=1))
    guess(fresh, "clerk", 10)
    until(lambda: locked(fresh, "clerk"), made)
    with closing(fresh.psql("admin")) as admin, admin.cursor() as cursor:
        role = f"{fresh.prefix}.clerk"
        verifier = psycopg2.extensions.encrypt_password("another one", role, admin, "scram-sha-256")
        asked = "SELECT set_login(id, login, %s, false) FROM operator WHERE login = 'clerk'"
        cursor.execute(asked, [verifier])
    fresh.psql("clerk", "another one").close()


def test_slow_guesses_and_strange_names_lock_nobody(fresh):
    made = keeper_of(fresh, within=timedelta(seconds=1))
    guess(fresh, "manager", 6)
    made.step()
    time.sleep(1.1)
    guess(fresh, "manager", 6)
    until(lambda: any(op == "wrong" for op, _ in told(fresh, "manager")), made)
    assert locked(fresh, "manager") is None
    for name in ("nobody", 'x" }\n{"state_code": "28P01", "user": "kept.boss', " "):
        said = guess(fresh, name, 12).replace(f"kept.{name}", "kept.NAME")
        assert said == guess(fresh, "manager", 1).replace("kept.manager", "kept.NAME"), name
    unknown = "SELECT coalesce(sum((after ->> 'n')::int), 0) FROM history"
    unknown += " WHERE table_name = 'access' AND row_id = 0"
    until(lambda: value(fresh, None, unknown), made)
    held = "SELECT count(*) FROM operator WHERE locked_until IS NOT NULL AND login = 'boss'"
    assert value(fresh, None, held) == 0
    names = "SELECT count(*) FROM history WHERE table_name = 'access' AND after::text LIKE '%%x%%'"
    assert value(fresh, None, names) == 0  # what was typed as a name may be a password


def test_who_logs_in_gives_back_what_is_due_if_no_keeper_does(fresh):
    made = keeper_of(fresh)
    guess(fresh, "ann", 10)
    until(lambda: locked(fresh, "ann"), made)

    def back():
        fresh.ask("bob", "SELECT log_access('login')")
        return enters(fresh, "ann")

    until(back)


def test_the_log_takes_only_so_much_room(tmp_path):
    now = datetime.now(UTC).timestamp()
    sizes = {"a.log": 10, "b.json": 10, "c.log": MOST_BYTES, "d.json": 10, "old.log": 10}
    for age, (name, size) in enumerate(sizes.items()):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        moment = now - (2 * KEPT.total_seconds() if name == "old.log" else age)
        os.utime(tmp_path / name, (moment, moment))
    ServerLog(tmp_path, datetime.now(UTC)).tidy()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "b.json"]


def test_lines_are_read_once_and_only_whole(tmp_path):
    file = tmp_path / "server.json"
    line = {"timestamp": "2200-01-01 10:00:00.000 UTC", "state_code": "28P01", "user": "p.a"}
    text = json.dumps(line)
    file.write_text(f"{text}\nnonsense 28P01\n{text[:20]}")
    log = ServerLog(tmp_path, datetime.now(UTC) - SHORT)
    assert [f.role for f in log.failures()] == ["p.a"]
    with file.open("a") as opened:
        opened.write(text[20:] + "\n")
    assert len(list(log.failures())) == 1
    file.write_text(text + "\n")  # written anew, and shorter
    assert len(list(log.failures())) == 1
    assert list(log.failures()) == []


def test_a_keeper_comes_and_goes_with_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    embedded = Embedded(tmp_path.resolve())

    def works():
        try:
            with only_one(tmp_path / keeper.LOCK, 0):
                return False
        except TimeoutError:
            return True

    try:
        assert cli.main(["init", "--admin", "anna", "--language", "en"]) == 0
        until(works)
        dsn = {**embedded.dsn(), "user": "kehu.anna", "password": "wrong"}
        for _ in range(10):
            with pytest.raises(psycopg2.OperationalError):
                psycopg2.connect(**dsn)

        def is_locked():
            with closing(psycopg2.connect(**embedded.superuser_dsn("kehu"))) as connection:
                cursor = connection.cursor()
                cursor.execute("SELECT locked_until > now() + '14 min' FROM operator WHERE id > 1")
                return cursor.fetchone()[0]

        until(is_locked)
        assert cli.main(["stop", "--language", "en"]) == 0
        until(lambda: not works())
    finally:
        embedded.remove()
