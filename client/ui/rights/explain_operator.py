"""Shows what an operator may do and see: role, scope, shares, deputies, permissions."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from client.context import Context
from client.data import rights, rights_explained
from client.data.errors import sentence
from client.data.rights import Values
from client.i18n import _
from client.ui.kit import BusyBar, Button, Label, Section, bar
from client.ui.kit.room import fit_to_screen
from client.ui.kit.scroller import Scroller
from client.ui.rights.permission_table import PermissionTable

TITLE_PT = 13.0


def read(office: Any, operator: int) -> Values:
    with office.session() as session:
        return rights.explain_operator(session, operator)


class PersonDialog(QDialog):
    """Nothing can be changed here: it shows the result of all settings together."""

    def __init__(self, context: Context, operator: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("What may this person do?"))
        self.setProperty("kind", "surface")
        self._texts: list[tuple[str, str]] = []
        self.name = Label("", "text", TITLE_PT)
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(12)
        self.lines.setVerticalSpacing(6)
        self.lines.setColumnStretch(1, 1)
        self.boxes = PermissionTable(personal=True)
        self.boxes.set_readonly(True)
        self.message = Label("", "red")
        section = Section(_("Permissions as they result"), foldable=False)
        section.body.addWidget(self.boxes)
        close = Button(_("Close"), "Esc", kind="primary")
        close.clicked.connect(self.accept)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(16, 16, 16, 12)
        inner.setSpacing(12)
        inner.addWidget(self.name)
        inner.addLayout(self.lines)
        inner.addWidget(section)
        inner.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._area = Scroller(content)
        column.addWidget(self._area, 1)
        column.addWidget(bar(None, close, kind="footbar"))
        self.busy = BusyBar(self)
        self.setMinimumWidth(self.boxes.whole_width() + 48)
        self.busy.start()
        work = partial(read, context.office, operator)
        context.jobs.run(self, work, self._show, self._failed)

    def texts(self) -> list[tuple[str, str]]:
        """Captions and texts that are shown."""
        return self._texts

    def _show(self, told: Values) -> None:
        self.busy.stop()
        self.name.setText(told["name"])
        self._texts = rights_explained.of_operator(told)
        before = ""
        for row, (caption, text) in enumerate(self._texts):
            said, title = Label(text), Label("" if caption == before else caption, "text2")
            said.setWordWrap(True)
            self.lines.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self.lines.addWidget(said, row, 1)
            for label in (title, said):
                label.show()  # now: what is hidden has no height yet
            before = caption
        given = told["exceptions"]
        self.boxes.show_role(pair for pair in told["allowed"] if pair not in given)
        self.boxes.set_value(given)
        self._area.take_in()
        fit_to_screen(self, self.sizeHint().width(), self.sizeHint().height())

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.message.setText(sentence(error))
