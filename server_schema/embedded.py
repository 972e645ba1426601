"""The office's own database server on this computer: it is made, started, found and brought back.

PostgreSQL's programs are run directly. Whether the server runs is found out by connecting to it
only, and a stale process file is never removed, since the server itself judges it.
"""

import contextlib
import json
import os
import random
import secrets
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import psycopg2

from server_schema import account, binaries, configuration
from server_schema.configuration import HOST, SUPERUSER
from server_schema.locking import only_one
from server_schema.messages import N_, Refused

DATABASE = "kehu"
PORTS = range(15000, 30000)  # below what systems hand out to outgoing connections
TRIES_SECONDS = 30  # after a crash the dead server's memory is held for some seconds
RECOVERY_SECONDS = 600
STOPPED = N_("The server was stopped; `kehu-server start` starts it again.")


class Embedded:
    """The server of one home. Any number of programs may use the same home at once."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._state_file = home / "server.json"
        self._secret_file = home / "server.secret"

    @property
    def initialised(self) -> bool:
        """Whether `init` has been done in this home."""
        return self._state_file.exists()

    @property
    def folder(self) -> Path:
        """The folder of the server's own files; outside the home where root starts it."""
        return Path(self._state()["folder"])

    @property
    def port(self) -> int:
        """The port it listens on, the same for good."""
        return int(self._state()["port"])

    @property
    def database(self) -> str:
        """The name of the office's database."""
        return str(self._state()["database"])

    @property
    def log(self) -> Path:
        """The folder of the server's log files."""
        return self.folder / "log"

    def init(self, lan: bool = False, database: str = DATABASE) -> None:
        """Make an empty cluster. With `lan`, other computers of this network may connect."""
        with self._lock():
            if self.initialised:
                raise Refused(N_("There is already a server in {home}."), home=self.home)
            folder = account.place_for(self.home)
            who = account.account_for(folder)
            account.make_folder(folder, who)
            self._clear(folder)
            self._make_cluster(folder, who)
            configuration.write(folder, who, lan)
            state = {"folder": str(folder), "database": database, "lan": lan, "port": _free_port()}
            self._write_state(state)

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it, so that it runs again only when somebody starts it."""
        return self.initialised and bool(self._state().get("stopped"))

    def start(self) -> None:
        """Start the server unless it runs; after a crash this takes some seconds."""
        with self._lock():
            self._require()
            self._mark(stopped=False)
            if not self.running():
                self._start()

    def stop(self) -> None:
        """Stop the server until `start`; whoever is connected is cut off, and nothing committed is
        lost.
        """
        with self._lock():
            self._require()
            self._mark(stopped=True)  # programs that are cut off look for it at once
            self._control(self.folder, "stop", "-m", "fast", "-w", "-t", "60")

    def ensure_running(self) -> None:
        """Start the server unless it runs: cheap enough for each start of the program.

        Raises Refused where somebody stopped it.
        """
        self._require()
        if self.running():
            return
        with self._lock():
            if self.stopped:
                raise Refused(STOPPED)
            if not self.running():
                self._start()

    def running(self) -> bool:
        """Whether our own server answers: whoever listens there must know our secret."""
        if not self.initialised:
            return False
        try:
            psycopg2.connect(**self.superuser_dsn()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def status(self) -> dict[str, Any]:
        """Host, port, database and whether it runs."""
        self._require()
        where = {"host": HOST, "port": self.port, "database": self.database}
        return {**where, "lan": bool(self._state()["lan"]), "running": self.running()}

    def superuser_dsn(self, database: str = "postgres") -> dict[str, Any]:
        """Arguments for `psycopg2.connect` as the server's superuser."""
        password = self._secret_file.read_text(encoding="ascii").strip()
        return {**self.dsn(database), "user": SUPERUSER, "password": password}

    def dsn(self, database: str | None = None) -> dict[str, Any]:
        """Arguments for `psycopg2.connect` without the login: the office's database by default."""
        return {
            "host": HOST,
            "port": self.port,
            "dbname": database or self.database,
            "connect_timeout": 5,
            "sslmode": "disable",  # the bundled server has no TLS: spares a round trip
            "gssencmode": "disable",
        }

    def remove(self) -> None:
        """Stop the server and remove its files, with everything in them."""
        if self.initialised:
            with contextlib.suppress(Refused):
                self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
            self._state_file.unlink(missing_ok=True)
            self._secret_file.unlink(missing_ok=True)

    def _start(self) -> None:
        deadline = time.monotonic() + TRIES_SECONDS
        attempts = 0
        log = " ".join(f"-c {name}={value}" for name, value in configuration.LOG.items())
        while True:
            given = ("-o", f"-p {self.port} {log}")
            # Refused where the server runs and recovers by itself, as after a crash of one session.
            self._control(self.folder, "start", "-w", "-t", str(RECOVERY_SECONDS), *given)
            if self.running():
                return
            attempts += 1
            if attempts == 3 and not self._state()["lan"] and not _is_free(self.port):
                self._write_state({**self._state(), "port": _free_port()})
            if time.monotonic() > deadline:
                break
            time.sleep(0.3)
        raise Refused(N_("The server does not start. Its log is in {log}."), log=self.log)

    def _control(self, folder: Path, *action: str) -> bool:
        """Run `pg_ctl` and tell whether it succeeded."""
        who = account.account_for(folder)
        programs = account.readable_binaries(binaries.folder(), who)
        command = [binaries.program("pg_ctl", programs), *action, "-D", str(folder / "data")]
        # In the home, where whoever runs the server cannot lead it to another file.
        output = self.home / "server-control.log"
        return account.run(command, who, output=output).returncode == 0

    def _clear(self, folder: Path) -> None:
        """Remove what an interrupted init left, or a home that was deleted with its server on."""
        if (folder / "data" / "postmaster.pid").exists():
            self._control(folder, "stop", "-m", "immediate", "-w")
        shutil.rmtree(folder / "data", ignore_errors=True)

    def _make_cluster(self, folder: Path, who: account.Account | None) -> None:
        password = secrets.token_urlsafe(24)
        _write_private(self._secret_file, password + "\n")
        known = folder / "initial"
        _write_private(known, password + "\n")
        if who:
            who.own(known)
        programs = account.readable_binaries(binaries.folder(), who)
        command = [binaries.program("initdb", programs), "--pgdata", str(folder / "data")]
        command += ["--auth=scram-sha-256", f"--pwfile={known}", f"--username={SUPERUSER}"]
        # Nothing depends on the locale, so it is the one that is there everywhere.
        command += ["--encoding=UTF8", "--locale=C", "--no-instructions"]
        try:
            done = account.run(command, who)
        finally:
            known.unlink()
        if done.returncode:
            shutil.rmtree(folder / "data", ignore_errors=True)
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise Refused(N_("The server could not be set up: {reason}"), reason=" ".join(reason))

    def _require(self) -> None:
        if not self.initialised:
            raise Refused(
                N_("There is no server in {home} yet; `kehu-server init` makes one."),
                home=self.home,
            )

    @contextlib.contextmanager
    def _lock(self) -> Any:
        try:
            with only_one(self.home / "server.lock", RECOVERY_SECONDS):
                yield
        except TimeoutError:
            raise Refused(N_("Another program is starting or stopping the server.")) from None

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._state_file.read_text(encoding="utf-8"))
        return state

    def _mark(self, stopped: bool) -> None:
        if self.stopped != stopped:
            self._write_state({**self._state(), "stopped": stopped})

    def _write_state(self, state: dict[str, Any]) -> None:
        fresh = self._state_file.with_suffix(".new")
        _write_private(fresh, json.dumps(state, indent=1))
        fresh.replace(self._state_file)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _free_port() -> int:
    for port in random.sample(PORTS, 200):
        if _is_free(port):
            return port
    raise Refused(N_("No port is free for the server."))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if sys.platform != "win32":  # there it would allow what is taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
