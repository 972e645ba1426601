"""The servers one can log in to: a small dialog that edits the list of profiles."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from client.i18n import _
from client.settings import EMBEDDED, Settings
from client.ui.kit import Button, FormGrid, IconButton, Label, bar
from client.ui.kit.room import fit_to_screen
from client.ui.login.pages import shown_name

PORT, DATABASE = 5432, "kehu"


class ServersDialog(QDialog):
    """Writes the profiles into the settings when accepted. "This computer" cannot be changed."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._profiles = [dict(profile) for profile in settings.profiles]
        self.setWindowTitle(_("Server settings"))
        self.setProperty("kind", "surface")
        self._build()
        self._fill(0)

    def _build(self) -> None:
        self._list = QListWidget()
        self._list.setProperty("framed", True)
        self._list.setFixedWidth(160)
        self._list.setAccessibleName(_("Servers"))
        self._fields = {
            "name": QLineEdit(),
            "host": QLineEdit(),
            "port": QLineEdit(),
            "database": QLineEdit(),
            "sslrootcert": QLineEdit(),
        }
        self._fields["port"].setValidator(QIntValidator(1, 65535, self))
        self._fields["host"].setPlaceholderText("192.168.1.20")
        self._form = FormGrid(1)
        self._form.add(_("Server name"), self._fields["name"], required=True)
        self._form.add(_("Host"), self._fields["host"], required=True)
        self._form.add(_("Port"), self._fields["port"])
        self._form.add(_("Database"), self._fields["database"])
        self._fields["sslrootcert"].setPlaceholderText(_("none: encrypted if the server offers it"))
        self._form.add(_("Certificate"), self._fields["sslrootcert"])
        self._choose = Button(_("Choose the office's certificate…"), icon="folder-open")
        self._choose.clicked.connect(self._choose_clicked)
        self._note = Label(_("The office's data is on this computer; nothing to set."), "text2")
        self._note.setWordWrap(True)
        self._lay_out()

    def _lay_out(self) -> None:
        self._add = Button(_("New server"), icon="plus")
        self._drop = IconButton("trash", _("Remove this server"))
        save = Button(_("Save"), "Enter", kind="primary")
        cancel = Button(_("Cancel"), "Esc")
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._list, 1)
        under = QHBoxLayout()
        under.addWidget(self._add)
        under.addStretch(1)
        under.addWidget(self._drop)
        left.addLayout(under)
        right.addWidget(self._form)
        right.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self._note)
        right.addStretch(1)
        middle = QHBoxLayout()
        middle.setContentsMargins(16, 16, 16, 16)
        middle.setSpacing(16)
        middle.addLayout(left)
        middle.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(middle, 1)
        whole.addWidget(bar(None, cancel, save, kind="footbar"))
        fit_to_screen(self, 560, 320)
        self._list.currentRowChanged.connect(self._show)
        self._add.clicked.connect(self._add_clicked)
        self._drop.clicked.connect(self._drop_clicked)
        save.clicked.connect(self._save_clicked)
        save.setDefault(True)
        cancel.clicked.connect(self.reject)
        for field in self._fields.values():
            field.textEdited.connect(self._edited)

    def _fill(self, row: int) -> None:
        self._list.clear()
        for profile in self._profiles:
            self._list.addItem(shown_name(profile))
        self._list.setCurrentRow(min(row, len(self._profiles) - 1))

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._profiles):
            return
        profile = self._profiles[row]
        own = profile["name"] == EMBEDDED
        for key, field in self._fields.items():
            field.setText("" if own else str(profile.get(key) or ""))
            self._form.set_message(field, "")
        self._form.setVisible(not own)
        self._choose.setVisible(not own)
        self._note.setVisible(own)
        self._drop.setEnabled(not own)

    def _edited(self) -> None:
        profile = self._profiles[self._list.currentRow()]
        for key in ("name", "host", "database", "sslrootcert"):
            profile[key] = self._fields[key].text().strip()
        profile["port"] = int(self._fields["port"].text() or 0)
        item = self._list.currentItem()
        if item is not None:
            item.setText(profile["name"] or profile["host"])

    def _add_clicked(self) -> None:
        self._profiles.append({"name": "", "host": "", "port": PORT, "database": DATABASE})
        self._fill(len(self._profiles) - 1)
        self._fields["name"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_clicked(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose the office's certificate…"), "", "*.crt *.pem *.cer"
        )
        if path:
            self._fields["sslrootcert"].setText(path)
            self._edited()

    def _drop_clicked(self) -> None:
        row = self._list.currentRow()
        del self._profiles[row]
        self._fill(row)

    def _save_clicked(self) -> None:
        for row, profile in enumerate(self._profiles):
            problem = self._problem(row, profile)
            if problem is not None:
                self._list.setCurrentRow(row)
                field, text = problem
                self._form.set_message(self._fields[field], text)
                self._fields[field].setFocus()
                return
        self._settings.profiles = [_complete(profile) for profile in self._profiles]
        self.accept()

    def _problem(self, row: int, profile: dict[str, Any]) -> tuple[str, str] | None:
        if profile["name"] == EMBEDDED and row == 0:
            return None
        names = [other["name"] for place, other in enumerate(self._profiles) if place != row]
        if not profile["name"]:
            return "name", _("Please give the server a name.")
        if profile["name"] in names:
            return "name", _("This name is taken already.")
        if not profile["host"]:
            return "host", _("Please type the server's name or address.")
        file = profile.get("sslrootcert")
        if file and not Path(file).is_file():
            return "sslrootcert", _("There is no such file.")
        return None


def _complete(profile: dict[str, Any]) -> dict[str, Any]:
    if profile["name"] == EMBEDDED:
        return profile
    port, database = profile["port"] or PORT, profile["database"] or DATABASE
    complete = {**profile, "port": port, "database": database}
    if not complete.get("sslrootcert"):
        complete.pop("sslrootcert", None)
    return complete
