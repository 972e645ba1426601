"""The part of a customer's form about key fields: the reason, and a change that waits for
approval.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.data import key_fields, requests
from client.data.requests import Request
from client.i18n import N_, _
from client.ui.jobs import Latest
from client.ui.kit import Label, bar, mark_wrong
from client.ui.requests import work
from client.ui.requests.panel import RequestPanel

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

ASKED = N_("Asked for approval.")


class KeyFields(QWidget):
    """Stands above the bar of one form; the line for the reason appears when a key field is
    changed.
    """

    def __init__(self, form: "RecordForm") -> None:
        super().__init__()
        self._form = form
        self._demanded = self._asked = False
        self._reading = Latest(form.context.jobs, self)
        self.waiting = RequestPanel(form.context, form)
        self.reason = QLineEdit(maxLength=500)
        self.reason.setPlaceholderText(_("Why does it change?"))
        self.reason.setAccessibleName(_("Reason"))
        self.reason.textEdited.connect(self._typed)
        self.reason.returnPressed.connect(form.save)
        self.line = bar(Label(_("Reason"), "text2"), self.reason, kind="footbar")
        self.line.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.waiting)
        column.addWidget(self.line)
        form.loaded.connect(self._loaded)
        form.saved.connect(self._saved)
        form.context.bus.changed.connect(self._changed)
        form.context.bus.connection_back.connect(self.read)
        self.waiting.decided.connect(self.read)

    def names(self) -> set[str]:
        """The key fields of a stored customer that were changed."""
        form = self._form
        if form.record_id is None:
            return set()
        return key_fields.changed(form.context.office.settings, form.values(), form.base)

    def changed(self) -> bool:
        """Whether a reason is needed."""
        return self._demanded or bool(self.names())

    def asks(self) -> bool:
        """Whether saving asks for approval."""
        return bool(key_fields.to_approve(self._form.context.office, self.names()))

    def writer(self) -> Callable[..., dict[str, Any]]:
        """The function that stores the customer with the reason."""
        self._asked = self.asks()
        return partial(work.write, self.text())

    def text(self) -> str:
        return self.reason.text().strip()

    def ready(self) -> bool:
        """Whether it can be saved; where a reason lacks, the cursor goes there."""
        if not self.changed() or self.text():
            return True
        self.line.show()
        said = _("Key field: say why.")
        mark_wrong(self.reason, said)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self._form.say(said, "red")
        return False

    def demand(self) -> None:
        """Ask for a reason, since the database wants one, whatever is known here."""
        self._demanded = True
        self.settle()
        self.ready()

    def settle(self) -> None:
        """Fit the line and the button to what is typed."""
        shown = self.changed()
        self.line.setVisible(shown)
        asks = self.asks()
        self._form.save_button.setText(_("Ask for approval") if asks else _("Save"))
        self._form.save_button.updateGeometry()

    def recover(self, text: str) -> None:
        self.reason.setText(text)
        self.settle()

    def read(self) -> None:
        """Read whether a change waits for approval."""
        number = self._form.record_id
        if number is None:
            self._reading.drop()
            self.waiting.show_request(None)
            return
        job = partial(work.latest, self._form.context.office, number)
        self._reading.run(job, self._read)

    def _read(self, request: Request | None) -> None:
        self.waiting.show_request(request)
        waits = request is not None and request.state == requests.OPEN
        if not waits and self._form.message.text() == _(ASKED):
            self._form.say("")

    def _loaded(self) -> None:
        self._demanded, had_keys = False, self.reason.hasFocus()
        self.reason.clear()
        mark_wrong(self.reason, "")
        self.settle()
        if had_keys and self.line.isHidden():
            self._form.setFocus()  # not the button that stands next
        self.read()

    def _saved(self, _number: int) -> None:
        asked, self._asked = self._asked, False
        if asked:
            self._form.say(_(ASKED))

    def _typed(self) -> None:
        mark_wrong(self.reason, "")
        self._form.say("")
        self._form.journal.note()

    def _changed(self, table: str, _operation: str, _ids: list[int]) -> None:
        if table == requests.TABLE:
            self.read()
