"""Tries a form's save again until the server answers."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from client.data.errors import NO_SERVER, CommitUnknown, Gone, server_gone
from client.i18n import _

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

AGAIN_MS = 3000


class FormRetry(QObject):
    """Keeps what one form was to save while the server is away."""

    def __init__(self, form: "RecordForm") -> None:
        super().__init__(form)
        self._form = form
        self._asked: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        self._perhaps: dict[str, Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._again)
        form.context.bus.connection_back.connect(self._back)

    def begin(
        self, values: dict[str, Any], base: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Remember what is saved now; returns the values and the base to send.

        If an earlier save of a new record may have been committed, these are an update of that
        record.
        """
        self._timer.stop()
        self._asked = values, base
        known = self._perhaps
        if known is None or values.get("id") is not None:
            return values, base
        return values | {"id": known["id"], "version": known["version"]}, known

    def failed(self, error: Exception) -> bool:
        """Whether the save is tried again after this error."""
        if server_gone(error):
            if isinstance(error, CommitUnknown):
                self._perhaps = error.answer
            self._form.journal.write()
            self._form.say(_(NO_SERVER), "amber")
            self._timer.start()
            return True
        if isinstance(error, Gone) and self._perhaps is not None:
            self._perhaps = None
            if self._form.record_id is None:
                self._again()
                return True
        return False

    def stored(self) -> None:
        self._perhaps = None

    def _back(self) -> None:
        if self._timer.isActive():
            self._again()

    def _again(self) -> None:
        """Send the same once more; what was typed since then stays typed."""
        self._timer.stop()
        form = self._form
        if form.dirty and not form.saving:
            sent = form.sent
            form.store(*self._asked)
            form.sent = sent
