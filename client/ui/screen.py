"""What the shell knows of a screen, and what a screen may ask of the shell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget


class Navigator(Protocol):
    """The way from one screen to another, without screens knowing each other."""

    def open_screen(self, key: str) -> None:
        """Open or raise the screen called `key`."""

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        """Open or raise the form of a record; without id a new one that begins with `start`."""

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        """Show a number beside a screen's name; with `alert` it asks for attention."""

    def close_widget(self, widget: QWidget) -> None:
        """Close the panel that shows `widget`."""

    def explain_record(self, kind: str, id: int) -> None:
        """Say beside the page why one can, or cannot, see or change a record."""

    def open_import(self) -> None:
        """Open the dialog that takes records in from a workbook."""


@dataclass(frozen=True)
class ScreenSpec:
    """A screen the shell can offer. `group` names its menu; `module` the right one needs.

    Screens of the group `settings` open as pages of the one settings screen.
    """

    key: str
    icon: str
    title: str
    group: str
    factory: Callable[[Any, Navigator], QWidget]
    module: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing the search box found, told by its texts and opened by kind and id."""

    icon: str
    text: str
    note: str
    kind: str
    id: int


@dataclass(frozen=True)
class RecordSpec:
    """How a kind of record opens: `factory(context, navigator, id, **start)` in an area.

    What is not `kept` is neither listed among the recent nor opened again another day.
    """

    kind: str
    icon: str
    title: str
    factory: Callable[..., QWidget]
    area: str = "right"
    kept: bool = True


Search = Callable[[str], list[Hit]]


@dataclass(frozen=True)
class Extras:
    """What a window can do beyond its screens. `search` runs on a worker thread;
    `sentence` says an error in words; `open_import` opens the dialog over a window."""

    records: list[RecordSpec] = field(default_factory=list)
    search: Search | None = None
    sentence: Callable[[Exception], str] = str
    open_import: Callable[[QWidget], object] | None = None
    version: str = ""
    server: str = ""
