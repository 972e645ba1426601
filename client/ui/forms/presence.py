"""The line of a form that says who else is changing its record."""

import logging
import time
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data import presence
from client.ui.kit import ElidedLabel, bar

AGAIN_SECONDS = 60.0


class PresenceLine(QWidget):
    """A line under a form's title, visible only while somebody else changes the record."""

    def __init__(self) -> None:
        super().__init__()
        self._label = ElidedLabel("", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(bar(self._label, kind="status"))
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`; nothing hides the line."""
        self._label.setText(text)
        self._label.updateGeometry()
        self.setVisible(bool(text))

    def text(self) -> str:
        return self._label.text() if not self.isHidden() else ""


class Presence(QObject):
    """Tells the office that somebody types in a record, at most once a minute; `told` says who else
    does.

    It is a hint only: failures are logged and nothing more.
    """

    told = Signal(str)

    def __init__(self, context: Context, form: QWidget, kind: str) -> None:
        super().__init__(form)
        self._context, self._kind = context, kind
        self._id: int | None = None
        self._said_at: float | None = None
        self._saying = False
        self._asked = self._shown = 0  # an earlier question may be answered after a later one
        context.bus.changed.connect(self._changed)
        context.bus.connection_back.connect(self._look)

    def watch(self, id: int | None) -> None:
        """Set the record that the form shows; None for a new one."""
        if id != self._id and self._kind in presence.KINDS:
            self._id, self._said_at = id, None
            self.told.emit("")
            self._look()

    def typing(self) -> None:
        """Something was typed."""
        now = time.monotonic()
        if self._id is None or (self._said_at is not None and now - self._said_at < AGAIN_SECONDS):
            return
        self._said_at = now
        if not self._saying:
            self._saying = True
            self._run(presence.announce, self._said, self._failed)

    def gone(self) -> None:
        """Nothing unsaved is left."""
        if self._said_at is not None:
            self._said_at = None
            if not self._saying:
                self._run(presence.withdraw, _ignore, _log)

    def _said(self, _nothing: None = None) -> None:
        self._saying = False
        if self._said_at is None:  # saved or undone meanwhile
            self._run(presence.withdraw, _ignore, _log)

    def _failed(self, error: Exception) -> None:
        self._saying = False
        _log(error)

    def _look(self) -> None:
        if self._id is not None:
            self._asked += 1
            self._run(presence.others, partial(self._show, self._id, self._asked), _log)

    def _changed(self, table: str, _operation: str, ids: list[int]) -> None:
        if table == presence.PREFIX + self._kind and (not ids or self._id in ids):
            self._look()

    def _run(self, work: Any, done: Any, failed: Any) -> None:
        job = partial(work, self._context.office, self._kind, self._id)
        self._context.jobs.run(self, job, done, failed)

    def _show(self, id: int, asked: int, found: list[presence.Other]) -> None:
        if id == self._id and asked > self._shown:
            self._shown = asked
            self.told.emit(presence.sentence(found))


def _ignore(_nothing: None) -> None:
    """Nobody waits for it."""


def _log(error: Exception) -> None:
    logging.info("presence: %s", type(error).__name__)
