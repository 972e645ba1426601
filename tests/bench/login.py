"""The program's own way into the measured office."""

import tempfile
from pathlib import Path
from typing import Any

from client.context import Context
from client.data.connection import Office
from client.data.profiles import Profile
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs


def office_for(where: dict[str, Any], port: int | None = None) -> Office:
    """The login that `where`, arguments for psycopg2, describes; `port` goes through a proxy."""
    prefix, login = where["user"].split(".", 1)
    profile = Profile(
        name="bench",
        host=where["host"],
        port=port or int(where["port"]),
        database=where["dbname"],
        prefix=prefix,
        sslmode="disable",
    )
    return Office.open(profile, login, where["password"])


def context_for(where: dict[str, Any]) -> Context:
    """What a screen is handed, with settings nobody else uses."""
    settings = Settings(Path(tempfile.mkdtemp(prefix="kehu-bench-")) / "settings.json")
    return Context(office_for(where), Jobs(), Bus(), settings)
