"""A context on a real office, and a navigator that only remembers, for tests of lists and forms."""

from typing import Any

from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import records
from client.data.connection import Office
from client.model import Customer
from client.settings import Settings
from client.ui.bus import Bus
from client.ui.jobs import Jobs


class Desk:
    """What screens asked the shell for."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, int | None, dict[str, Any]]] = []
        self.closed: list[QWidget] = []
        self.explained: list[tuple[str, int]] = []
        self.counts: dict[str, str] = {}

    def open_screen(self, key: str) -> None:
        self.opened.append((key, None, {}))

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        self.opened.append((kind, id, start))

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        self.counts[key] = text

    def explain_record(self, kind: str, id: int) -> None:
        self.explained.append((kind, id))

    def open_import(self) -> None:
        self.opened.append(("import", None, {}))

    def close_widget(self, widget: QWidget) -> None:
        self.closed.append(widget)


def make_context(office: Office, folder: Any) -> Context:
    return Context(office, Jobs(), Bus(), Settings(folder / "settings.json"))


def make_customers(office: Office, *names: str, **more: Any) -> list[int]:
    """Customers by name; answers with their ids."""
    with office.session() as session:
        return [records.save(session, Customer, {"name": name, **more})["id"] for name in names]


def change(office: Office, id: int, **values: Any) -> dict[str, Any]:
    """What a colleague does meanwhile."""
    with office.session() as session:
        stored = records.load(session, Customer, id)
        return records.save(session, Customer, stored | values, stored, reason="Changed")
