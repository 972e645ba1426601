"""Where an office's server is. A profile is what the login window and `--server` choose from."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from client.data.errors import KnownError
from client.i18n import _
from server_schema.embedded import Embedded
from server_schema.home import home
from server_schema.names import BadName, normal_prefix

EMBEDDED = "embedded"


@dataclass(frozen=True)
class Profile:
    """Address of one office. The embedded server's port is looked up when it is needed."""

    name: str = EMBEDDED
    host: str = ""
    port: int = 5432
    database: str = "kehu"
    prefix: str = ""
    sslmode: str = "prefer"
    sslrootcert: str = ""

    @property
    def embedded(self) -> bool:
        """Whether this program runs the server itself, on this computer."""
        return not self.host

    @property
    def role_prefix(self) -> str:
        """What every role of the office begins with; by default the database's name."""
        return self.prefix or (EMBEDDED_PREFIX if self.embedded else self.database)

    def arguments(self) -> dict[str, Any]:
        """Where `psycopg2.connect` goes; starts the embedded server if it does not run.

        Raises KnownError where there is no office on this computer.
        """
        if self.embedded:
            server = Embedded(home())
            if not server.initialised:
                raise KnownError(_("There is no office on this computer yet."))
            return dict(server.dsn())
        found: dict[str, Any] = {"host": self.host, "port": self.port, "dbname": self.database}
        found["sslmode"] = self.sslmode
        if self.sslrootcert:
            found["sslrootcert"] = self.sslrootcert
        return found


EMBEDDED_PREFIX = "kehu"


def profile_of(values: dict[str, Any]) -> Profile:
    """A profile as the settings keep it: name, host, port, database and, if given, the rest."""
    return Profile(
        name=str(values.get("name") or EMBEDDED),
        host=str(values.get("host") or ""),
        port=int(values.get("port") or 5432),
        database=str(values.get("database") or "kehu"),
        prefix=str(values.get("prefix") or ""),
        sslmode=str(values.get("sslmode") or _mode(values.get("sslrootcert"))),
        sslrootcert=str(values.get("sslrootcert") or ""),
    )


def _mode(certificate: object) -> str:
    """Whoever has the office's certificate has no reason to talk to anything else."""
    return "verify-full" if certificate else "prefer"


def profile_from(text: str, profiles: list[dict[str, Any]]) -> Profile:
    """The profile called `text`, or what a postgresql:// address describes. Raises KnownError."""
    if "://" in text:
        return _from_address(text)
    for values in profiles:
        if values.get("name") == text:
            return profile_of(values)
    if text in ("", EMBEDDED):
        return Profile()
    raise KnownError(_("There is no server called {name}.").format(name=text))


def _from_address(text: str) -> Profile:
    refused = KnownError(
        _("A server's address looks like this: postgresql://office-server:5432/kehu")
    )
    try:
        parts = urlsplit(text)
        port, more = parts.port or 5432, parse_qs(parts.query)
        prefix = more.get("prefix", [""])[0]
        if prefix:
            normal_prefix(prefix)
    except (ValueError, BadName):
        raise refused from None
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise refused
    return Profile(
        name=parts.hostname,
        host=parts.hostname,
        port=port,
        database=unquote(parts.path.strip("/")) or "kehu",
        prefix=prefix,
        sslmode=more.get("sslmode", [_mode("sslrootcert" in more)])[0],
        sslrootcert=more.get("sslrootcert", [""])[0],
    )
