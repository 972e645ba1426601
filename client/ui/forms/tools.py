"""What every form offers about its record: its history, and why one may (not) change it."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.data.history.entries import may_read
from client.i18n import _
from client.ui.history.dialog import HistoryDialog
from client.ui.kit import IconButton
from client.ui.screen import Navigator

GAP = 4


class RecordTools(QWidget):
    """The same two buttons at the end of every form's head, shown once its record is stored.

    `navigator` may be set for forms that are no panel and have none themselves.
    """

    def __init__(self, form: Any, kind: str) -> None:
        super().__init__()
        self._form, self._kind = form, kind
        self.navigator: Navigator | None = None
        self.history = IconButton("clock-counter-clockwise", _("History (Ctrl+H)"))
        self.why = IconButton(
            "circle-wavy-question", _("Why can I (not) see or change it? (Shift+F1)")
        )
        self.history.clicked.connect(self.show_history)
        self.why.clicked.connect(self.explain)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for button in (self.history, self.why):
            button.hide()
            row.addWidget(button)
        form.title_changed.connect(self.fit)

    def stand_in(self, head: QWidget) -> None:
        """Be the last in a head that is one line."""
        line = head.layout()
        if line is not None:
            line.addWidget(self)

    def fit(self) -> None:
        """Show what may be used on the record as it is now."""
        known = self._form.record_id is not None
        self.history.setVisible(known and self._may_read())
        self.why.setVisible(known and self._guide() is not None)

    def show_history(self) -> None:
        """Show who changed the record, when and how."""
        form, number = self._form, self._form.record_id
        if number is not None and self._may_read():
            title = str(form.title).removesuffix(" *")
            HistoryDialog(form.context, (self._kind, number), title, form.window()).open()

    def explain(self) -> None:
        """Say beside the form why one can, or cannot, see or change the record."""
        guide, number = self._guide(), self._form.record_id
        if guide is not None and number is not None:
            guide.explain_record(self._kind, number)

    def _guide(self) -> Navigator | None:
        return self.navigator or self._form.navigator

    def _may_read(self) -> bool:
        return may_read(self._form.context.office.rights, self._kind)
