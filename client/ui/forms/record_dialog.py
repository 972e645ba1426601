"""The form of one record in a window of its own, for kinds that have no panel."""

from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.context import Context
from client.i18n import _
from client.model import Customer, Entity
from client.ui.forms.form import RecordForm
from client.ui.kit.room import fit_to_screen
from client.ui.requests.form import KeyedForm
from client.ui.rights.explain_record import ExplainDialog


class RecordDialog(QDialog):
    """One record of `entity`, or a new one that begins with `start`; closes when it is saved."""

    def __init__(
        self,
        context: Context,
        entity: type[Entity],
        number: int | None,
        parent: QWidget,
        **start: Any,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_(entity.LABEL))
        fit_to_screen(self, 560, 480)
        make = KeyedForm if entity is Customer else RecordForm
        self.form = make(context, entity, number, self, **start)
        self.form.saved.connect(self.accept)
        for keys in ("F8", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.form.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)

    def reject(self) -> None:
        """Esc asks once when something was typed."""
        if self.form.may_close():
            super().reject()

    # The form knows only a navigator, which this window is to it.

    def close_widget(self, widget: QWidget) -> None:
        self.done(QDialog.DialogCode.Rejected)

    def open_screen(self, key: str) -> None:
        return None

    def open_record(self, kind: str, id: int | None, **start: Any) -> None:
        return None

    def explain_record(self, kind: str, id: int) -> None:
        """No panel can be reached from here, so it is said in a window as well."""
        ExplainDialog(self.form.context, kind, id, self).open()

    def open_import(self) -> None:
        return None

    def set_count(self, key: str, text: str, alert: bool = False) -> None:
        return None
