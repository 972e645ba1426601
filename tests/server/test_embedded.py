"""The embedded server: made, found, brought back, and kept apart from others."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from server_schema.embedded import Embedded
from server_schema.messages import Refused

if sys.platform != "win32":
    import pwd

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def embedded(tmp_path):
    server = Embedded(tmp_path)
    server.init()
    server.start()
    yield server
    server.remove()


def query(server: Embedded, text: str, **changed):
    with closing(psycopg2.connect(**{**server.superuser_dsn(), **changed})) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else None


def postmaster(server: Embedded) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def kill_postmaster(server: Embedded) -> None:
    os.kill(postmaster(server), signal.SIGKILL)


def test_says_where_it_is(embedded):
    status = embedded.status()
    assert status["running"]
    assert status["host"] == "127.0.0.1"
    assert status["port"] == embedded.port
    assert query(embedded, "SHOW port") == [(str(embedded.port),)]


@pytest.mark.skipif(sys.platform == "win32", reason="the system's zone is not set so there")
def test_its_time_zone_is_the_computers(tmp_path, monkeypatch):
    """A new office takes it over: its days begin when they do where it is."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    server = Embedded(tmp_path)
    server.init()
    monkeypatch.delenv("TZ")
    server.start()
    try:
        assert query(server, "SHOW timezone") == [("Asia/Shanghai",)]
    finally:
        server.remove()


def test_secret_and_settings_are_private(embedded):
    secret = embedded.home / "server.secret"
    assert secret.stat().st_mode & 0o077 == 0
    assert embedded.folder.stat().st_mode & 0o077 == 0
    assert secret.read_text().strip() not in (embedded.home / "server.json").read_text()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_comes_in_without_the_secret(embedded, password):
    with pytest.raises(psycopg2.OperationalError):
        query(embedded, "SELECT 1", password=password)


def test_only_this_computer_may_connect(embedded):
    assert query(embedded, "SHOW listen_addresses") == [("127.0.0.1",)]
    rules = query(embedded, "SELECT DISTINCT auth_method FROM pg_hba_file_rules ORDER BY 1")
    assert rules == [("reject",), ("scram-sha-256",)]


def test_a_second_init_is_refused(embedded):
    with pytest.raises(Refused):
        embedded.init()


def test_start_and_stop_may_be_repeated(embedded):
    embedded.start()
    embedded.stop()
    assert not embedded.running()
    embedded.stop()
    embedded.start()
    assert embedded.running()


def test_what_somebody_stopped_is_started_by_nobody_in_passing(embedded):
    embedded.stop()
    for _again in range(2):
        with pytest.raises(Refused, match="kehu-server start"):
            Embedded(embedded.home).ensure_running()
    assert not embedded.running()
    embedded.start()
    kill_postmaster(embedded)  # which nobody wanted
    embedded.ensure_running()
    assert embedded.running()


def test_comes_back_after_a_kill_with_what_was_committed(embedded):
    query(embedded, "CREATE TABLE kept AS SELECT 1 AS n")
    open_one = psycopg2.connect(**embedded.superuser_dsn())
    with open_one.cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (2)")
    kill_postmaster(embedded)
    embedded.ensure_running()
    assert query(embedded, "SELECT n FROM kept") == [(1,)]
    open_one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be held there")
def test_a_server_that_answers_again_by_itself_has_been_started(embedded):
    pid = postmaster(embedded)
    os.kill(pid, signal.SIGSTOP)
    control = embedded.home / "server-control.log"

    def go_on_once_refused() -> None:
        while "could not start server" not in control.read_text():
            time.sleep(0.02)
        os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=go_on_once_refused, daemon=True)
    thread.start()
    embedded.start()
    thread.join()
    assert postmaster(embedded) == pid


def test_many_start_it_at_once(embedded):
    kill_postmaster(embedded)
    failures = []

    def start():
        try:
            Embedded(embedded.home).ensure_running()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert embedded.running()


def test_a_starter_that_crashes_does_not_hold_the_lock(embedded):
    embedded.stop()
    holder = (
        "import sys, time; from pathlib import Path; from server_schema.locking import only_one\n"
        "with only_one(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", holder, str(embedded.home / "server.lock")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    process.stdout.close()
    embedded.start()
    assert embedded.running()


def test_two_homes_do_not_disturb_each_other(embedded, tmp_path_factory):
    other = Embedded(tmp_path_factory.mktemp("other"))
    other.init()
    other.start()
    try:
        assert other.port != embedded.port
        with pytest.raises(psycopg2.OperationalError):
            query(other, "SELECT 1", port=embedded.port)
        embedded.stop()
        assert other.running()
    finally:
        other.remove()


def test_a_taken_port_is_given_up(embedded):
    embedded.stop()
    before = embedded.port
    with socket.socket() as taken:
        if sys.platform != "win32":  # where what has just ended still holds it for a while
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", before))
        taken.listen()
        embedded.start()
        assert embedded.port != before
        assert embedded.running()


def test_network_mode_lets_no_superuser_in_from_outside(tmp_path):
    server = Embedded(tmp_path)
    server.init(lan=True)
    server.start()
    try:
        assert query(server, "SHOW listen_addresses") == [("*",)]
        rules = query(
            server,
            "SELECT user_name::text, address, auth_method FROM pg_hba_file_rules"
            " ORDER BY rule_number",
        )
        assert rules[-2:] == [
            ("{postgres}", "all", "reject"),
            ("{all}", "samenet", "scram-sha-256"),
        ]
    finally:
        server.remove()


def test_a_home_that_was_deleted_can_be_made_again(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    Embedded(home).init()
    Embedded(home).start()
    shutil.rmtree(home)
    home.mkdir()
    again = Embedded(home)
    again.init()
    again.start()
    try:
        assert query(again, "SELECT 1") == [(1,)]
    finally:
        again.remove()


def test_no_server_yet_is_said_in_a_sentence(tmp_path):
    server = Embedded(tmp_path)
    assert not server.running()
    with pytest.raises(Refused, match="no server"):
        server.ensure_running()


as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else"
)


@as_root
def test_root_hands_the_server_to_its_own_account(embedded):
    pid = int((embedded.folder / "data" / "postmaster.pid").read_text().split()[0])
    assert pwd.getpwuid(os.stat(f"/proc/{pid}").st_uid).pw_name == "kehu"
    # The folders above were made by somebody else and stay as they are.
    assert embedded.home.stat().st_mode & 0o077 == 0


def python_for(options: dict) -> str | None:
    """A Python that another account can run and that finds the project and its libraries."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run([python, "-c", "import server_schema, psycopg2"], **options)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


@as_root
def test_an_ordinary_user_runs_it_as_themselves(embedded):
    user = pwd.getpwnam("kehu")  # any account but root; the server of `embedded` has made this one
    home = Path(tempfile.mkdtemp(prefix="kehu-user-"))
    os.chown(home, user.pw_uid, user.pw_gid)
    path = os.pathsep.join([str(ROOT), str(Path(psycopg2.__file__).parents[1])])
    environment = {"PYTHONPATH": path, "PATH": os.defpath, "HOME": str(home)}
    options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
    options |= {"env": environment, "capture_output": True, "text": True}
    python = python_for(options)
    if python is None:
        pytest.skip("the project lies in a folder that no other account can read")
    script = (
        "import sys; from pathlib import Path; from server_schema.embedded import Embedded\n"
        "e = Embedded(Path(sys.argv[1])); e.init(); e.start(); print(e.folder, e.running())\n"
        "e.remove()"
    )
    done = subprocess.run([python, "-c", script, str(home)], **options)
    assert done.stdout == f"{home / 'server'} True\n", done.stderr
    shutil.rmtree(home)
