"""The first start on a developer's machine: an office with something in it, and how to log in."""

import json
import sys
from contextlib import closing

from resources import system_language, translator
from server_schema import commands, install
from server_schema import demo as demo_data
from server_schema.embedded import DATABASE, Embedded
from server_schema.home import home
from server_schema.messages import N_, Refused
from server_schema.server import Server, prefix_of

NOTE = "demo.json"  # in the home: who may log in, told again at each start


def main() -> int:
    """Start the server, make the demo office where there is none, and say how to log in."""
    language = system_language()
    try:
        embedded = _server()
        embedded.start()
        server = commands.started(embedded)
        note = home() / NOTE
        if not _has_office(server):
            people = _make(server, language)
            note.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    except Refused as refusal:
        print(refusal.sentence(language), file=sys.stderr)
        return 1
    if note.exists():
        print(translator(language)(N_("The demo office is ready. Logins:")))
        commands.list_logins(json.loads(note.read_text(encoding="utf-8")))
    return 0


def _server() -> Embedded:
    embedded = Embedded(home())
    if not embedded.initialised:
        embedded.init()
    return embedded


def _has_office(server: Server) -> bool:
    if not server.exists():
        return False
    with closing(server.connect()) as connection:
        return prefix_of(connection) is not None


def _make(server: Server, language: str) -> list[tuple[str, str, str, str]]:
    name = translator(language)(N_("Administrator"))
    admin = install.NewAdmin("admin", name, demo_data.PASSWORD)
    install.create_office(server, DATABASE, admin, language)
    dsn = {**server.dsn, "dbname": server.database}
    people = demo_data.load(dsn, DATABASE, language)
    return [
        (login, password or admin.password, name, what) for login, password, name, what in people
    ]


if __name__ == "__main__":
    sys.exit(main())
