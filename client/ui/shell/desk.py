"""Opens screens and records in panels, each once, and remembers which were open."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from client.ui.screen import RecordSpec, ScreenSpec
from client.ui.shell.docks import Docks
from client.ui.shell.visits import Visits


class Desk(QObject):
    """The navigator that screens are given. A record's key is `kind:id`; a kind may have a
    colon itself, like `paper:order`."""

    status = Signal(str, str)  # a sentence, and the key of the panel that says it
    counted = Signal(str, str, bool)
    import_requested = Signal()
    explain_requested = Signal(str, int)
    page_changed = Signal()

    def __init__(
        self,
        context: Any,
        docks: Docks,
        screens: list[ScreenSpec],
        records: list[RecordSpec],
        visits: Visits,
    ) -> None:
        super().__init__(docks)
        self._context, self._docks, self._visits = context, docks, visits
        self._screens = {spec.key: spec for spec in screens}
        self._records = {spec.kind: spec for spec in records}
        self._made = 0
        self._opened: set[str] = set()  # panels that have not told their title yet

    def open_screen(self, key: str) -> None:
        """Open or raise a screen; a page of the settings opens inside them."""
        spec = self._screens.get(key)
        if spec is None:
            return
        if spec.group == "settings" and key != "settings" and "settings" in self._screens:
            self.open_screen("settings")
            page = getattr(self._docks.widget("settings"), "show_page", None)
            if page is not None:
                page(key)
            return
        factory = spec.factory
        self._open(key, spec.title, "center", lambda: factory(self._context, self))

    def open_import(self) -> None:
        """Have the window open its dialog."""
        self.import_requested.emit()

    def explain_record(self, kind: str, id: int) -> None:
        """Have the window say why one can, or cannot, see or change a record."""
        self.explain_requested.emit(kind, id)

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        """Open or raise the form of a record; without id a new one that begins with `start`."""
        spec = self._records.get(kind)
        if spec is None:
            self._open_beside_list(kind, id)
            return
        key = self._key_of(kind, id)
        again = getattr(self._docks.widget(key), "open_again", None)
        if again is not None:
            again(**start)
        factory = spec.factory
        self._open(key, spec.title, spec.area, lambda: factory(self._context, self, id, **start))

    def _open_beside_list(self, kind: str, id: int | None) -> None:
        """Kinds without a panel of their own open beside their list."""
        self.open_screen(kind)
        shown: Any = self._docks.widget(self._docks.current())
        page = shown.active() if hasattr(shown, "active") else shown
        if kind in self._screens and hasattr(page, "open_record"):
            page.open_record(kind, id)

    def open_key(self, key: str) -> None:
        """Open what a key names: a screen, or `kind:id`."""
        kind, number = _parts(key)
        if kind in self._records and number:
            self.open_record(kind, int(number))
        else:
            self.open_screen(key)

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        self.counted.emit(key, text, alert)

    def close_widget(self, widget: QWidget) -> None:
        self._docks.close(self._docks.key_of(widget))

    def kept(self) -> dict[str, str]:
        """The open panels that can be opened again another day, and by which key."""
        keys = {key: self._lasting(key) for key in self._docks.open_keys()}
        return {key: name for key, name in keys.items() if name and self._keeps(_parts(name)[0])}

    def _lasting(self, key: str) -> str:
        """The key under which a record opens again that was new when its panel opened."""
        if ":new:" not in key:
            return key
        stored = getattr(self._docks.widget(key), "record_id", None)
        return f"{_parts(key)[0]}:{stored}" if stored else ""

    def icon_of(self, key: str) -> str:
        spec = self._records.get(_parts(key)[0]) or self._screens.get(key)
        return spec.icon if spec is not None else "file-text"

    def _key_of(self, kind: str, id: int | None) -> str:
        if id is None:
            self._made += 1
            return f"{kind}:new:{self._made}"
        for key in self._docks.open_keys():
            shown = self._docks.widget(key)
            # A record that was new when its panel opened has its number only now.
            if key.startswith(f"{kind}:") and getattr(shown, "record_id", None) == id:
                return key
        return f"{kind}:{id}"

    def _open(self, key: str, title: str, area: str, make: Callable[[], QWidget]) -> None:
        if key in self._docks.open_keys():
            self._docks.raise_panel(key)
            return
        content = self._docks.open(key, title, make, area)
        self._opened.add(key)
        heard: tuple[tuple[str, Any], ...] = (
            ("title_changed", self._titled),
            ("status_changed", self._said),
            ("page_changed", self.page_changed),
        )
        for name, slot in heard:
            signal = getattr(content, name, None)
            if signal is not None:
                signal.connect(slot)
        named = getattr(content, "title", None)
        if isinstance(named, str) and named:
            self._title(key, named, content)

    def _said(self, text: str) -> None:
        content = self.sender()
        if isinstance(content, QWidget):
            self.status.emit(text, self._docks.key_of(content))

    def _titled(self, title: str) -> None:
        content = self.sender()
        if isinstance(content, QWidget):
            self._title(self._docks.key_of(content), title, content)

    def _title(self, key: str, title: str, content: QWidget) -> None:
        self._docks.set_title(key, title)
        kind, number = _parts(key)
        known = getattr(content, "record_id", None) or number
        if kind in self._records and known and self._keeps(kind):
            icon, opened = self._records[kind].icon, key in self._opened
            self._opened.discard(key)
            self._visits.note(icon, title.rstrip(" *"), f"{kind}:{known}", opened)

    def _keeps(self, kind: str) -> bool:
        return kind not in self._records or self._records[kind].kept


def _parts(key: str) -> tuple[str, str]:
    """The kind that a record's key names and its id, which is empty while it has none."""
    kind, _colon, number = key.rpartition(":")
    if kind.endswith(":new"):
        return kind.removesuffix(":new"), ""
    return kind, number if number.isdigit() else ""
