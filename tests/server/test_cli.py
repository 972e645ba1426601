"""`kehu-server` as its user meets it: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import text

from client.data.connection import Office
from client.data.errors import KnownError, server_gone
from client.data.probe import probe
from client.data.profiles import Profile
from server_schema import cli, first_run
from server_schema.attacks import raid
from server_schema.attacks.attempt import title
from server_schema.embedded import Embedded

PASSWORD = "a long enough one"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path / "home"))
    place = (tmp_path / "home").resolve()
    yield place
    Embedded(place).remove()


@pytest.fixture
def run(home, capsys):
    """Run a command; answers with its exit code, its output and its complaints."""

    def call(*arguments, language="en"):
        try:
            code = cli.main([*arguments, "--language", language])
        except SystemExit as end:
            code = end.code
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret"
    file.write_text(PASSWORD + "\n")
    return str(file)


def logs_in(home: Path, role: str, password: str) -> bool:
    try:
        dsn = Embedded(home).dsn()
        psycopg2.connect(**{**dsn, "user": role, "password": password}).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_init_start_stop(run, home, secret):
    code, out, err = run("init", "--admin", "Anna", "--password-file", secret)
    assert (code, err) == (0, "")
    assert "anna" in out
    assert PASSWORD not in out
    assert logs_in(home, "kehu.anna", PASSWORD)
    assert run("stop")[0] == 0
    assert not logs_in(home, "kehu.anna", PASSWORD)
    assert run("start")[0] == 0
    assert logs_in(home, "kehu.anna", PASSWORD)


def test_what_is_stopped_stays_so_with_a_program_open_beside_it(run, home, secret):
    run("init", "--admin", "Anna", "--password-file", secret)
    office = Office.open(Profile(), "anna", PASSWORD)
    try:
        assert run("stop")[0] == 0
        for _again in range(2):
            with pytest.raises(KnownError, match="kehu-server start") as caught:
                office.run(lambda session: session.scalar(text("SELECT 1")))
            assert server_gone(caught.value)  # so it goes on once the server is there
        found = probe({})
        assert not found.answers
        assert "kehu-server start" in found.problem
        assert run("doctor")[0] != 0
        assert "kehu-server start" in run("status")[1]
        assert not logs_in(home, "kehu.anna", PASSWORD)
        assert run("start")[0] == 0
        with office.session() as session:
            assert session.scalar(text("SELECT me()")) is not None
    finally:
        office.close()


def test_a_password_is_made_up_and_shown_once(run, home):
    code, out, _ = run("init", "--admin", "Anna Berg")
    assert code == 0
    password = out.strip().splitlines()[-1].split()[-1]
    assert logs_in(home, "kehu.anna", password)
    assert password not in run("status")[1]
    for path in home.rglob("*"):
        if path.is_file() and "data" not in path.parts:
            assert password.encode() not in path.read_bytes(), path


def test_a_chinese_name_becomes_a_login_that_any_keyboard_can_type(run, home, secret):
    _code, out, _err = run("init", "--admin", "王经理", "--password-file", secret, language="zh_CN")
    assert "wangjingli" in out
    assert logs_in(home, "kehu.wangjingli", PASSWORD)


def test_a_chinese_login_can_be_asked_for(run, home, secret):
    run("init", "--admin", "x", "--login", "王经理", "--password-file", secret)
    assert logs_in(home, "kehu.王经理", PASSWORD)


def test_prefix_and_database_can_be_chosen(run, home, secret):
    arguments = ["init", "--admin", "x", "--login", "Boss", "--password-file", secret]
    assert run(*arguments, "--database", "north", "--prefix", "n1")[0] == 0
    assert logs_in(home, "n1.boss", PASSWORD)
    assert json.loads(run("status", "--json")[1])["database"] == "north"
    assert run("doctor")[0] == 0


def test_status_for_programs(run, home, secret):
    run("init", "--admin", "anna", "--password-file", secret)
    code, out, _ = run("status", "--json")
    status = json.loads(out)
    assert code == 0
    assert set(status) >= {"host", "port", "database", "version", "schema", "running"}
    assert status["running"]
    assert status["version"].startswith("16.")
    assert status["schema"]
    run("stop")
    stopped = json.loads(run("status", "--json")[1])
    assert not stopped["running"]
    assert stopped["port"] == status["port"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("command", ["start", "stop", "status", "upgrade", "demo", "doctor"])
def test_without_a_server_every_command_says_so(run, command, language):
    code, out, err = run(command, language=language)
    assert code == 1
    assert out == ""
    assert "kehu-server init" in err
    assert ("没有" in err) == (language == "zh_CN")


@pytest.mark.parametrize(
    "arguments", [[], ["init"], ["unknown"], ["backup"], ["status", "--nonsense"]]
)
def test_wrong_usage(run, arguments):
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "--admin", "x", "--login", "a b"],
        ["init", "--admin", "x", "--login", "长" * 30],
        ["init", "--admin", "x", "--prefix", "No Prefix"],
        ["init", "--admin", "x", "--password-file", "nowhere"],
        ["restore", "nowhere"],
        ["status", "--url", "nonsense"],
        ["status", "--url", "postgresql://nobody@127.0.0.1:1/kehu"],
        ["start", "--url", "postgresql://nobody@127.0.0.1:1/kehu"],
    ],
)
def test_refused_before_anything_is_made(run, home, arguments):
    code, _, err = run(*arguments)
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert not Embedded(home).initialised


def test_a_second_office_is_refused(run, home, secret):
    run("init", "--admin", "anna", "--password-file", secret)
    code, _, err = run("init", "--admin", "berta", "--password-file", secret)
    assert code == 1
    assert "already" in err
    assert logs_in(home, "kehu.anna", PASSWORD)


def test_another_server_by_its_address(run, home, secret, tmp_path):
    other = Embedded(tmp_path)
    other.init()
    other.start()
    try:
        dsn = other.superuser_dsn()
        url = f"postgresql://postgres:{dsn['password']}@127.0.0.1:{dsn['port']}/office"
        arguments = ["--url", url]
        init = ["init", "--admin", "anna", "--password-file", secret, *arguments]
        assert run(*init)[0] == 0
        assert not Embedded(home).initialised
        status = json.loads(run("status", "--json", *arguments)[1])
        assert (status["database"], status["running"]) == ("office", True)
        assert run("demo", *arguments)[0] == 0
        assert run("upgrade", *arguments)[0] == 0
        assert run("doctor", *arguments)[0] == 0
        assert run("backup", str(tmp_path / "b"), *arguments)[0] == 0
        assert run("restore", str(tmp_path / "b"))[0] == 0  # onto the own server
        assert logs_in(home, "office.anna", PASSWORD)
    finally:
        other.remove()


def test_doctor_reports_to_programs_too(run, home, secret):
    run("init", "--admin", "anna", "--password-file", secret)
    dsn = Embedded(home).superuser_dsn("kehu")
    with closing(psycopg2.connect(**dsn)) as connection, connection:
        connection.cursor().execute("CREATE TABLE loose (id integer)")
    code, out, _ = run("doctor")
    assert (code, "loose" in out) == (1, True)
    code, out, _ = run("doctor", "--json")
    assert code == 1
    assert [f["code"] for f in json.loads(out)["findings"]] == ["table-without-policies"]


def test_upgrade_writes_a_backup_first(run, home, secret, monkeypatch):
    run("init", "--admin", "anna", "--password-file", secret)
    assert run("upgrade")[0] == 0
    assert list(home.glob("before-upgrade-*")) == []  # nothing to do, nothing to keep


def test_room_for_every_operator(run, home, secret):
    run("init", "--admin", "anna", "--password-file", secret)
    dsn = Embedded(home).superuser_dsn("kehu")
    with closing(psycopg2.connect(**dsn)) as connection, connection:
        connection.cursor().execute(
            "INSERT INTO operator (code, name, login)"
            " SELECT 'C' || n, 'N', 'l' || n FROM generate_series(1, 50) n"
        )
    assert run("start")[0] == 0
    with closing(psycopg2.connect(**dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        assert int(cursor.fetchone()[0]) == 4 * 51 + 20


def test_first_run_tells_every_time_how_to_log_in(home, capsys):
    assert first_run.main() == 0
    told = capsys.readouterr().out
    rows = [line.split()[:2] for line in told.splitlines() if line.startswith("  ")]
    assert len(rows) == 8
    assert all(logs_in(home, f"kehu.{login}", password) for login, password in rows)
    assert first_run.main() == 0
    assert capsys.readouterr().out == told


def test_as_a_program_of_its_own(home):
    """Also where the console can only say ASCII."""
    done = subprocess.run(
        [sys.executable, "-m", "server_schema.cli", "status", "--language", "zh_CN"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_doctor_attacks(run, home, secret):
    run("init", "--admin", "anna", "--password-file", secret)
    code, out, err = run("doctor", "--attack")
    assert (code, err) == (0, "")
    assert "refused: become another role with SET ROLE" in out
    assert "known leak: read how large tables are" in out
    answers = json.loads(run("doctor", "--attack", "--json")[1])["attempts"]
    assert {answer["answer"] for answer in answers} >= {"refused", "nothing", "known leak"}
    tried = [(attempt.code, title(way)) for attempt in raid.ATTEMPTS for way in attempt.ways]
    assert [(answer["attempt"], answer["way"]) for answer in answers] == tried
    leaks = {answer["attempt"] for answer in answers if answer["answer"] == "known leak"}
    for attempt in raid.ATTEMPTS:
        assert f": {attempt.text} (" in out
        assert attempt.leak in out or attempt.code not in leaks
    assert run("doctor")[0] == 0
