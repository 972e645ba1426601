"""Asks for the reason where key fields would change without a form."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from client.data import key_fields
from client.i18n import _, joined
from client.ui.kit import Button, FormGrid, Label, bar, lay_dialog

WIDTH = 440


class ReasonDialog(QDialog):
    """`given` tells the reason, and whether somebody has to approve first."""

    given = Signal(str, bool)

    def __init__(self, office: Any, names: Iterable[str], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Reason"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(WIDTH)
        self._asks = bool(key_fields.to_approve(office, names))
        labels = joined(key_fields.labels(n for n in key_fields.OFFERED if n in set(names)))
        said = _("{fields}: key fields change with a reason only.")
        if self._asks:
            said = _("{fields}: somebody else approves that first.")
        told = Label(said.format(fields=labels))
        told.setWordWrap(True)
        self.reason = QLineEdit(maxLength=500)
        self.reason.setAccessibleName(_("Reason"))
        self._grid = FormGrid(1)
        self._grid.add(_("Reason"), self.reason, required=True)
        text = _("Ask for approval") if self._asks else _("Put back")
        self.button = Button(text, "Enter", kind="primary")
        self.button.setDefault(True)
        leave = Button(_("Cancel"), "Esc")
        self.button.clicked.connect(self.go_on)
        leave.clicked.connect(self.reject)
        lay_dialog(self, told, self._grid, foot=bar(self.button, leave, None, kind="footbar"))
        self.reason.setFocus()

    def go_on(self) -> None:
        """Go on once there is a reason."""
        why = self.reason.text().strip()
        self._grid.set_message(self.reason, "" if why else _("Say why."))
        if why:
            self.given.emit(why, self._asks)
            self.accept()
