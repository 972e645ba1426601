"""Which part of each panel had the keys last, so that it has them again."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from client.ui.shell.docks import Docks


class PanelKeys(QObject):
    """Qt itself forgets it as soon as a panel is hidden behind another."""

    def __init__(self, docks: "Docks") -> None:
        super().__init__(docks)
        self._docks = docks
        self._last: dict[str, QWidget] = {}
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._note)

    def _note(self, _old: QWidget | None, now: QWidget | None) -> None:
        key = self._docks.key_of(now) if now is not None else ""
        if now is not None and key:
            self._last[key] = now

    def give(self, key: str) -> None:
        """Let the keys be in a panel: where they were in it, or else where it begins."""
        content, focused = self._docks.widget(key), QApplication.focusWidget()
        if content is None or (focused is not None and self._docks.key_of(focused) == key):
            return
        last = self._last.get(key)
        again = last is not None and isValid(last) and last.isVisible() and last.isEnabled()
        (last if last is not None and again else content).setFocus()

    def forget(self, key: str) -> None:
        """The panel has gone."""
        self._last.pop(key, None)
