"""Moves a document's end date along with its own date."""

from datetime import date
from typing import Any

from PySide6.QtCore import QObject

from client.context import Context
from client.data.parsing import BadValue
from client.data.priced import store as order_store
from client.data.priced.kinds import DocumentKind


class EndDateFollower(QObject):
    """Sets the end date (payment due, valid until) to the usual term after the date in the editor
    `first`.

    An end date in `last` that is not the usual one was agreed, and stays.
    """

    def __init__(self, context: Context, kind: DocumentKind, first: Any, last: Any) -> None:
        super().__init__(first)
        self._office, self._kind = context.office, kind
        self._first, self._last = first, last
        self.day: date | None = None
        first.edited.connect(self._edited)

    def _edited(self) -> None:
        try:
            day, last = self._first.value(), self._last.value()
        except BadValue:
            return
        if day is None or day == self.day:
            return
        before = self.day
        usual = order_store.last_day(self._office, self._kind, before) if before else None
        self.day = day
        if last in (None, usual):
            self._last.set_value(order_store.last_day(self._office, self._kind, day))
