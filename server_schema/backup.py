"""The office in one file, and back from it.

A dump alone restores to a database without roles, in which policies are missing and functions
belong to the superuser; so the file holds the roles too, and whatever decides over rights is
applied anew from the program itself.
"""

import hashlib
import json
import tempfile
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from psycopg2 import extensions, sql

from server_schema import doctor, dump, names, roles_copy, schema, sealing
from server_schema.anchors import Anchor
from server_schema.install import is_empty
from server_schema.messages import N_, Refused
from server_schema.server import Server, prefix_of

FORMAT = 1
MANIFEST, ROLES, DUMP = "manifest.json", "roles.json", "database.dump"
DATABASE_SETTINGS = """
SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
WHERE datname = current_database() AND setrole = 0
"""
SUPERUSERS_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles o ON o.oid = proowner
WHERE prosecdef AND o.rolsuper AND pronamespace <> 'pg_catalog'::regnamespace
"""


def backup(server: Server, place: Path) -> Path:
    """Write the office to a file, checked before it gets its name; answers with that.

    In a folder the name tells the day and the head of history's chain, which is so kept outside the
    database.
    """
    server.check()
    parent = place if place.is_dir() else place.parent
    if not parent.is_dir():
        raise Refused(N_("There is no folder {folder}."), folder=parent)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=parent) as folder:
        dumped, fresh = Path(folder) / DUMP, Path(folder) / "whole"
        manifest, roles = _take(server, dumped)
        texts = {ROLES: json.dumps(roles, indent=1)}
        manifest["sha256"] = {ROLES: _sum_of(texts[ROLES].encode()), DUMP: _sum_of(dumped)}
        texts[MANIFEST] = json.dumps(manifest, indent=1)
        with zipfile.ZipFile(fresh, "w") as whole:  # the dump is compressed already
            for name, text in texts.items():
                whole.writestr(name, text)
            whole.write(dumped, DUMP)
        fresh.chmod(0o600)
        file = place / _name(manifest) if place.is_dir() else place
        fresh.replace(file)
    return file


def _name(manifest: dict[str, Any]) -> str:
    made = datetime.fromisoformat(manifest["made_at"]).astimezone()
    head = manifest["anchor"]
    chain = f"-{Anchor.of(head).short}" if head else ""
    return f"{manifest['database']}-{made:%Y%m%d-%H%M%S}{chain}.kehu"


def _take(server: Server, dumped: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    with closing(server.connect()) as connection:
        connection.autocommit = True
        prefix = prefix_of(connection)
        if prefix is None:
            raise Refused(N_("There is no office in the database {name}."), name=server.database)
        version = connection.server_version
        head = sealing.seal(connection)
        roles = roles_copy.read(connection, prefix)
        for _attempt in range(3):
            dump.dump({**server.dsn, "dbname": server.database}, version // 10000, dumped)
            before, roles = roles, roles_copy.read(connection, prefix)
            if before == roles:  # nobody's rights were changed meanwhile
                break
        if not dump.contents(version // 10000, dumped):
            raise Refused(N_("The backup came out empty."))
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "prefix": prefix,
            "database": server.database,
            "server": version,
            "schema": schema.version(connection),
            "anchor": head and head.as_json(),
            "settings": [row[0] for row in _query(connection, DATABASE_SETTINGS)],
        }
    return manifest, roles


def read_manifest(file: Path) -> dict[str, Any]:
    """What a backup says of itself. Refuses whatever is no backup of ours."""
    try:
        with zipfile.ZipFile(file) as whole:
            manifest: dict[str, Any] = json.loads(whole.read(MANIFEST))
            names.normal_prefix(manifest["prefix"])
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise Refused(N_("{file} is not a backup, or it is damaged."), file=file) from None
    if manifest["format"] > FORMAT:
        raise Refused(N_("The backup was written by a newer version of this program."))
    return manifest


def restore(server: Server, file: Path) -> list[doctor.Finding]:
    """Bring the office of a backup into an empty database, whole or not at all.

    Answers with what the doctor finds in it afterwards.
    """
    manifest = read_manifest(file)
    server.check()
    with tempfile.TemporaryDirectory(prefix="kehu-restore-") as folder:
        dumped, roles = _unpack(file, manifest, Path(folder))
        _check_room(server, manifest)
        return _restore(server, manifest, dumped, roles)


def _restore(
    server: Server, manifest: dict[str, Any], dumped: Path, roles: dict[str, Any]
) -> list[doctor.Finding]:
    there_before = server.exists()
    if not there_before:
        server.create_database()
    made_roles: list[str] = []
    try:
        with closing(server.connect()) as connection, connection:
            version = connection.server_version // 10000
            made_roles = roles_copy.write(connection, manifest["prefix"], roles)
        dump.restore({**server.dsn, "dbname": server.database}, version, dumped)
        with closing(server.connect()) as connection:
            _finish(connection, manifest)
            return doctor.examine(connection)
    except BaseException:
        server.drop_database()
        with closing(server.connect("postgres")) as connection, connection:
            roles_copy.drop(connection, made_roles)
        if there_before:  # and was empty
            server.create_database()
        raise


def _check_room(server: Server, manifest: dict[str, Any]) -> None:
    prefix = manifest["prefix"]
    with closing(server.connect("postgres")) as connection:
        if connection.server_version // 10000 < manifest["server"] // 10000:
            raise Refused(N_("The backup is of a newer PostgreSQL than this server's."))
        elsewhere = roles_copy.used_elsewhere(connection, prefix, server.database)
        if elsewhere:
            raise Refused(
                N_("The office {prefix} is on this server already, in the database {database}."),
                prefix=prefix,
                database=elsewhere,
            )
    if server.exists():
        with closing(server.connect()) as connection:
            if not is_empty(connection):
                raise Refused(
                    N_(
                        "The database {database} is not empty. A backup is only restored into an"
                        " empty one, so that nothing is overwritten: use another server or"
                        " another KEHU_HOME."
                    ),
                    database=server.database,
                )


def _unpack(file: Path, manifest: dict[str, Any], folder: Path) -> tuple[Path, dict[str, Any]]:
    try:
        with zipfile.ZipFile(file) as whole:
            whole.extract(DUMP, folder)
            text = whole.read(ROLES)
        sums = {ROLES: _sum_of(text), DUMP: _sum_of(folder / DUMP)}
    except (KeyError, OSError, zipfile.BadZipFile):
        sums = {}
    if not sums or sums != manifest["sha256"]:
        raise Refused(N_("{file} is not a backup, or it is damaged."), file=file)
    roles: dict[str, Any] = json.loads(text)
    roles_copy.check(roles, manifest["prefix"])
    return folder / DUMP, roles


def _finish(connection: extensions.connection, manifest: dict[str, Any]) -> None:
    """Make rights and rules ours again, and refuse what would give a superuser's power away."""
    prefix = manifest["prefix"]
    if schema.version(connection) != schema.HEAD:
        try:
            schema.upgrade(connection, prefix)
        except CommandError:
            raise Refused(
                N_("The backup was written by a newer version of this program.")
            ) from None
    schema.apply_replaceable(connection, prefix)
    with connection, connection.cursor() as cursor:
        database = sql.Identifier(connection.info.dbname)
        for setting in manifest["settings"]:
            key, _, value = setting.partition("=")
            cursor.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    database, sql.Identifier(key), sql.Literal(value)
                )
            )
        # Transaction numbers mean nothing in another cluster; what they left unsealed is sealed.
        cursor.execute("SELECT add_seal(1, true)")
        cursor.execute("UPDATE change SET xid = NULL WHERE xid IS NOT NULL")
        cursor.execute(SUPERUSERS_FUNCTIONS)
        found = cursor.fetchone()
        if found:
            raise Refused(
                N_("The backup holds a function with a superuser's rights: {function}."),
                function=found[0],
            )
        cursor.execute("ANALYZE")


def _query(connection: extensions.connection, query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _sum_of(data: bytes | Path) -> str:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
