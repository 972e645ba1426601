"""Dumping and restoring a database with PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from psycopg2 import extensions

from server_schema import binaries
from server_schema.messages import N_, Refused


def dump(dsn: dict[str, Any], version: int, target: Path) -> None:
    """Write a database of a server of major `version` to a file."""
    arguments = ["--format=custom", "--lock-wait-timeout=60s", f"--file={target}"]
    _call("pg_dump", version, [*arguments, f"--dbname={_address(dsn)}"], dsn)


def restore(dsn: dict[str, Any], version: int, source: Path) -> None:
    """Read a dump into an empty database, whole or not at all."""
    arguments = ["--single-transaction", "--exit-on-error", f"--dbname={_address(dsn)}"]
    _call("pg_restore", version, [*arguments, str(source)], dsn)


def contents(version: int, source: Path) -> list[str]:
    """What a dump holds, one line each; refuses what cannot be read as a dump."""
    listed = _call("pg_restore", version, ["--list", str(source)], {})
    return [line for line in listed.splitlines() if line and not line.startswith(";")]


def _address(dsn: dict[str, Any]) -> str:
    return str(extensions.make_dsn(**{k: v for k, v in dsn.items() if k != "password"}))


def _call(name: str, version: int, arguments: list[str], dsn: dict[str, Any]) -> str:
    command = [_program(name, version, dsn), *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    environment.update(LC_ALL="C", LANG="C")
    if dsn.get("password"):
        environment["PGPASSWORD"] = str(dsn["password"])  # not in the list of processes
    done = _run(command, environment)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [""])[0]
        raise Refused(N_("{program} failed: {reason}"), program=name, reason=reason)
    return done.stdout


def _run(
    command: list[str], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    hidden: dict[str, Any] = {}
    if sys.platform == "win32":
        hidden["creationflags"] = subprocess.CREATE_NO_WINDOW
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **hidden,
    )


def _program(name: str, version: int, dsn: dict[str, Any]) -> str:
    """The bundled program, or the system's: for a connection with TLS, which ours cannot speak,
    and to dump a server whose own `pg_dump` it is.
    """
    found = shutil.which(name)
    if str(dsn.get("sslmode", "")) in ("require", "verify-ca", "verify-full"):
        if found is None:
            raise Refused(
                N_("A server that wants TLS needs PostgreSQL's own {program} on this computer."),
                program=name,
            )
        return found
    bundled = binaries.program(name, version=version)
    if found is None or name != "pg_dump":
        return bundled
    # Security updates of a server keep notes that only a pg_dump of the same update leaves out.
    return max((bundled, found), key=lambda program: _rank(program, version))


def _rank(program: str, version: int) -> tuple[bool, list[int]]:
    """Of two programs the one of the server's own version is better, then the newer one."""
    told = _run([program, "--version"]).stdout
    numbers = [int(number) for number in re.findall(r"\d+", told)[:2]]
    return numbers[:1] == [version], numbers
