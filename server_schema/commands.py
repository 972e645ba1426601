"""The work behind each command of `kehu-server`. What is expected to fail raises `Refused`."""

import argparse
import contextlib
import json
import platform
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2

from resources import translator
from server_schema import backup as copies
from server_schema import demo as demo_data
from server_schema import doctor as findings
from server_schema import install, keeper, names, schema, sealing, tls
from server_schema.attacks import raid
from server_schema.configuration import SUPERUSER
from server_schema.embedded import DATABASE, STOPPED, Embedded
from server_schema.home import home
from server_schema.messages import N_, Refused
from server_schema.server import Server, prefix_of, version_text

LAN = N_(
    "Other computers connect to {computer}, port {port}. What goes over the network is not"
    " encrypted, passwords excepted: use this inside the office alone."
)

NO_TLS = N_(
    "This server is built without TLS: what goes over the network is not encrypted, passwords"
    " excepted. Across a network that others use, take a full PostgreSQL or a VPN."
)
TLS_OFF = N_("Connections are not encrypted; `kehu-server tls init` makes the certificates.")


def init(options: argparse.Namespace) -> int:
    """Make the server, where it is the embedded one, and an empty office on it."""
    login = names.normal_login(options.login) if options.login else install.login_of(options.admin)
    address = Server.of_url(options.url, options.database) if options.url else None
    database = address.database if address else options.database or DATABASE
    prefix = names.normal_prefix(options.prefix or database)
    names.operator_role(prefix, login)
    password = _password_of(options.password_file)
    admin = install.NewAdmin(login, options.admin, password or install.random_password())
    embedded = Embedded(home())
    if not address and not embedded.initialised:
        embedded.init(lan=options.lan, database=database)
    server = address or started(embedded)
    install.create_office(server, prefix, admin, options.language)
    _say(options, N_("The office is ready. Login: {login}"), login=login)
    if not address and embedded.status()["lan"]:
        _say(options, LAN, computer=platform.node(), port=embedded.port)
    if not password:
        _say(options, N_("Password, shown only this once: {password}"), password=admin.password)
    return 0


def start(options: argparse.Namespace) -> int:
    """Start the embedded server."""
    embedded = _embedded(options)
    embedded.start()
    started(embedded)
    _say(options, N_("The server runs on port {port}."), port=embedded.port)
    return 0


def stop(options: argparse.Namespace) -> int:
    """Stop the embedded server; no program starts it again."""
    embedded = _embedded(options)
    if embedded.running():
        _seal(_server_of(embedded))
    embedded.stop()
    _say(options, N_("The server has stopped."))
    return 0


def status(options: argparse.Namespace) -> int:
    """Say where the server is, of which version, and whether it runs."""
    told = _status(options)
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif told["host"] is None:
        raise Refused(
            N_("There is no server in {home} yet; `kehu-server init` makes one."), home=home()
        )
    else:
        place = {key: told[key] for key in ("host", "port", "database")}
        _say(options, N_("Server: {host}, port {port}, database {database}"), **place)
        if told["running"]:
            _say(
                options,
                N_("It runs: PostgreSQL {version}, office of version {schema}."),
                version=told["version"],
                schema=told["schema"] or "–",
            )
        elif Embedded(home()).stopped:
            _say(options, STOPPED)
        else:
            _say(options, N_("It does not run."))
    return 0 if told["host"] is not None else 1


def upgrade(options: argparse.Namespace) -> int:
    """Bring the database up to this program's version; a backup is written first."""
    server = server_asked(options)
    server.check()
    with closing(server.connect()) as connection:
        prefix = _prefix(server, connection)
        before = schema.version(connection)
        if before != schema.HEAD and not options.url:
            file = home() / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}.kehu"
            copies.backup(server, file)
            _say(options, N_("A backup was written to {file}."), file=file)
        schema.upgrade(connection, prefix)
        connection.commit()
    _say(options, N_("The database is of version {version}."), version=schema.HEAD)
    return 0


def backup(options: argparse.Namespace) -> int:
    """Write the whole office to one file."""
    file = Path(options.file).expanduser().absolute()
    file = copies.backup(server_asked(options), file)
    _say(options, N_("A backup was written to {file}."), file=file)
    return 0


def restore(options: argparse.Namespace) -> int:
    """Bring an office back from a backup; the embedded server is made where there is none."""
    file = Path(options.file).expanduser().absolute()
    manifest = copies.read_manifest(file)
    if options.url:
        server = Server.of_url(options.url, options.database or manifest["database"])
    else:
        embedded = Embedded(home())
        if not embedded.initialised:
            embedded.init(database=options.database or manifest["database"])
        server = started(embedded)
    found = copies.restore(server, file)
    made = datetime.fromisoformat(manifest["made_at"]).astimezone()
    _say(
        options, N_("The office was restored, as it was at {time}."), time=f"{made:%Y-%m-%d %H:%M}"
    )
    return _tell(options, found)


def demo(options: argparse.Namespace) -> int:
    """Fill the empty office with a fictional one."""
    server = server_asked(options)
    with closing(server.connect()) as connection:
        prefix = _prefix(server, connection)
    dsn = {**server.dsn, "dbname": server.database}
    people = demo_data.load(dsn, prefix, options.language, options.seed)
    _say(options, N_("The demo office is ready. Logins:"))
    list_logins(people)
    return 0


def list_logins(people: Iterable[Sequence[str]]) -> None:
    """Print (login, password, name, what they may do) of each operator."""
    for login, password, name, what in people:
        print(f"  {login:<12} {password or '–':<14} {name}, {what}")


def unlock(options: argparse.Namespace) -> int:
    """Give a login back before its time, after too many wrong passwords."""
    login = names.normal_login(options.login)
    server = server_asked(options)
    with closing(server.connect()) as connection, connection, connection.cursor() as cursor:
        _prefix(server, connection)
        cursor.execute("SELECT set_config('kehu.via', 'server', true)")
        cursor.execute("SELECT id FROM operator WHERE login = %s", [login])
        found = cursor.fetchone()
        if found is None:
            raise Refused(N_("There is no login {login}."), login=login)
        cursor.execute("SELECT release_login(%s)", found)
        released = cursor.fetchone() == (True,)
    text = N_("{login} can log in again.") if released else N_("{login} was not locked.")
    _say(options, text, login=login)
    return 0


def doctor(options: argparse.Namespace) -> int:
    """Look for what is wrong; 1 when something is."""
    if options.attack:
        return _attack(options)
    server = server_asked(options)
    with closing(server.connect()) as connection:
        found = findings.examine(connection)
    if not options.json and not tls.has_tls(server):
        _say(options, NO_TLS)
    elif not options.json and not tls.is_on(server):
        _say(options, TLS_OFF)
    return _tell(options, found)


def _attack(options: argparse.Namespace) -> int:
    """Try to break in as a throw-away operator; 1 when something gave way."""
    server = server_asked(options)
    server.check()
    with closing(server.connect()) as connection:
        _prefix(server, connection)
    answers = raid.raid({**server.dsn, "dbname": server.database})
    found = raid.holes(answers)
    if options.json:
        print(json.dumps({"attempts": raid.as_data(answers)}, ensure_ascii=False, indent=1))
        return int(bool(found))
    for line in raid.report(answers, options.language):
        print(line)
    if found:
        _say(options, N_("Attempts that went through and must not: {n}."), n=len(found))
    else:
        _say(options, N_("{n} attempts were made, none of them with success."), n=len(answers))
    return int(bool(found))


def _tell(options: argparse.Namespace, found: list[findings.Finding]) -> int:
    if getattr(options, "json", False):
        rows = [
            {"code": f.code, "object": f.object, "sentence": f.sentence(options.language)}
            for f in found
        ]
        print(json.dumps({"findings": rows}, ensure_ascii=False, indent=1))
    elif not found:
        _say(options, N_("Nothing is wrong."))
    else:
        for finding in found:
            print(finding.sentence(options.language))
    return int(bool(found))


def _status(options: argparse.Namespace) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(("host", "port", "database", "version", "schema"))
    told["running"] = False
    if options.url:
        server = Server.of_url(options.url, options.database)
        told["host"] = server.dsn.get("host", "localhost")
        told["port"] = int(server.dsn.get("port", 5432))
        told["database"] = server.database
    else:
        embedded = Embedded(home())
        if not embedded.initialised:
            return told
        told.update(embedded.status())
        server = _server_of(embedded)
        if not told["running"]:
            return told
    with closing(server.connect("postgres")) as connection:
        told["version"] = version_text(connection.server_version)
        told["running"] = True
    if server.exists():
        with closing(server.connect()) as connection:
            told["schema"] = schema.version(connection)
    return told


def server_asked(options: argparse.Namespace) -> Server:
    """The server asked for, running."""
    if options.url:
        return Server.of_url(options.url, options.database)
    server = started(_embedded(options))
    return Server(server.dsn, options.database or server.database)


def started(embedded: Embedded) -> Server:
    """The embedded server, running and with room for every operator."""
    embedded.ensure_running()
    server = _server_of(embedded)
    if server.exists():
        with closing(server.connect()) as connection:
            larger = install.fit_connections(connection)
        if larger and not _others(server):
            embedded.stop()
            embedded.start()
    keeper.ensure(embedded)
    return server


def _others(server: Server) -> bool:
    """Whether anybody else is connected, whom a restart would disturb."""
    with closing(server.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND usename <> %s)",
            [SUPERUSER],
        )
        return cursor.fetchone() == (True,)


def _server_of(embedded: Embedded) -> Server:
    return Server(embedded.superuser_dsn(), embedded.database)


def _seal(server: Server) -> None:
    """Leave nothing unsealed; but nothing of this may keep a server from stopping."""
    with contextlib.suppress(Refused, psycopg2.Error):
        if server.exists():
            with closing(server.connect()) as connection:
                sealing.seal(connection)


def _embedded(options: argparse.Namespace) -> Embedded:
    if options.url:
        raise Refused(N_("Only the own server can be started and stopped, none at an address."))
    return Embedded(home())


def _prefix(server: Server, connection: Any) -> str:
    prefix = prefix_of(connection)
    if prefix is None:
        raise Refused(N_("There is no office in the database {name}."), name=server.database)
    return prefix


def _password_of(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused(N_("The file {file} cannot be read."), file=file) from None
    if not lines or not lines[0]:
        raise Refused(N_("The file {file} holds no password."), file=file)
    return lines[0]


def _say(options: argparse.Namespace, text: str, **values: object) -> None:
    print(translator(options.language)(text).format(**values))
