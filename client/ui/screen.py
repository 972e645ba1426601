"""The interface between the main window and its screens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget


class Navigator(Protocol):
    """What a screen may ask of the main window, so that screens need not know each other."""

    def open_screen(self, key: str) -> None:
        """Open or raise the screen called `key`."""

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        """Open or raise the form of a record; without id a new one that begins with `start`."""

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        """Show a number beside a screen's name in the navigation; `alert` makes it stand out."""

    def close_widget(self, widget: QWidget) -> None:
        """Close the panel that shows `widget`."""

    def explain_record(self, kind: str, id: int) -> None:
        """Say beside the page why one can, or cannot, see or change a record."""

    def open_import(self) -> None:
        """Open the dialog that takes records in from a workbook."""


@dataclass(frozen=True)
class ScreenSpec:
    """A screen that the main window offers in the menu `group`, if `module` may be viewed.

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
    """One record found by the search box: what to show, and its kind and id."""

    icon: str
    text: str
    note: str
    kind: str
    id: int


@dataclass(frozen=True)
class RecordSpec:
    """How a kind of record opens: `factory(context, navigator, id, **start)` makes its widget.

    `area` is `center` or `right`. A kind that is not `kept` is neither listed among the recent
    records nor opened again at the next start.
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
    """What a window needs besides its screens. `search` runs on a worker thread.

    `sentence` says an error in words; `open_import` opens the import dialog over a window.
    """

    records: list[RecordSpec] = field(default_factory=list)
    search: Search | None = None
    sentence: Callable[[Exception], str] = str
    open_import: Callable[[QWidget], object] | None = None
    version: str = ""
    server: str = ""
