"""Which version this is and what it is built on."""

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.kit import Button, Label, bar
from client.ui.login.logo import Logo


class AboutDialog(QDialog):
    """Frees itself when closed."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About Kehu"))
        self.setProperty("kind", "surface")
        close = Button(_("Close"), "Esc", kind="primary")
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(24, 24, 24, 24)
        inner.setSpacing(12)
        inner.addWidget(Logo())
        inner.addWidget(Label(_("Version {number}").format(number=version or "0")))
        licence = _("Free software under the Apache License 2.0.")
        inner.addWidget(Label(licence, "text2"))
        built = _("Built on PostgreSQL, Qt {qt} and Python.").format(qt=qVersion())
        inner.addWidget(Label(built, "text2"))
        column.addLayout(inner, 1)
        column.addWidget(bar(None, close, kind="footbar"))
        self.setMinimumWidth(380)
        close.setFocus()
