"""The buttons that put back what the current change of a list changed: a field or the whole
record.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from client.data.history import put_back
from client.data.history.put_back import ReasonNeeded
from client.data.history.sentences import Line
from client.i18n import _
from client.model import ENTITIES
from client.ui.history import work
from client.ui.kit import Button, Question
from client.ui.requests.reason import ReasonDialog

if TYPE_CHECKING:
    from client.ui.history.changes import ChangeList


class PutBackButtons(QObject):
    """The two buttons under a list of changes, and what they do."""

    def __init__(self, shown: "ChangeList") -> None:
        super().__init__(shown)
        self._list = shown
        self._asked: Callable[..., Any] | None = None
        self._said = ""
        self.why: ReasonDialog | None = None
        self.field_button = Button(_("Put field back"), "", "arrow-u-up-left")
        self.record_button = Button(_("Put all back"))
        self.record_button.setToolTip(_("Make the whole record what it was before this change"))
        self.field_button.clicked.connect(self.put_field)
        self.record_button.clicked.connect(self.put_record)

    @property
    def buttons(self) -> tuple[Button, Button]:
        return self.field_button, self.record_button

    def fit(self) -> None:
        """Offer only what is possible for the current change."""
        line = self._list.line()
        field = line.field if line is not None else ""
        self.field_button.setEnabled(bool(field) and self._may(line, field))
        self.record_button.setEnabled(self._may(line, ""))

    def _may(self, line: Line | None, field: str) -> bool:
        if line is None:
            return False
        entity = ENTITIES.get(line.entry.table)
        module = entity.MODULE if entity is not None else "settings"
        action = "assign" if field == "owner_id" else "edit"
        rights = self._list.context.office.rights
        return put_back.may(line.entry, field) and rights.may(module, action)

    def put_field(self) -> None:
        """Give the field the value it had before this change."""
        line = self._list.line()
        if line is not None and self.field_button.isEnabled():
            office = self._list.context.office
            self._run(partial(work.put_field, office, line, self._seen(line)))

    def put_record(self) -> None:
        """Make the record what it was before this change, after a question."""
        line = self._list.line()
        if line is None or not self.record_button.isEnabled():
            return
        when = self._list.model.rows()[self._list.table.currentIndex().row()][0]
        text = _("Make the whole record what it was just after it was entered, {when}?")
        if line.entry.op != "insert":
            text = _("Make the whole record what it was before {when}?")
        text = text.format(when=when)
        box = Question(self._list, _("History"), text, _("Put back"))
        box.accepted.connect(partial(self._make_whole, line))
        box.open()

    def _make_whole(self, line: Line) -> None:
        office = self._list.context.office
        self._run(partial(work.put_record, office, line.entry, self._seen(line)))

    def _seen(self, line: Line) -> int | None:
        """The version that is shown, where the change is of the record the list is about."""
        of, entry = self._list.of, line.entry
        own = of is not None and (of == (entry.table, entry.row) or entry.table in put_back.HEADS)
        return self._list.version if own else None

    def _run(self, asked: Callable[..., Any], said: str = "") -> None:
        self._asked, self._said = asked, said or _("Put back.")
        self._list.say("")
        # Enter once more on the button would take back what it just did.
        self._list.table.setFocus()
        self._list.busy.start()
        self._list.context.jobs.run(self._list, asked, self._done, self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ReasonNeeded):
            self._list.failed(error)
            return
        self._list.stop()
        self.why = ReasonDialog(self._list.context.office, error.names, self._list.window())
        self.why.given.connect(self._run_with)
        self.why.open()

    def _run_with(self, reason: str, asks: bool) -> None:
        if self._asked is not None:
            said = _("Asked for approval.") if asks else ""
            self._run(partial(self._asked, reason=reason), said)

    def _done(self, _nothing: Any) -> None:
        self._asked = None
        self._list.refresh()
        self._list.say(self._said, "green")
