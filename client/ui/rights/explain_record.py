"""Explains beside the page why one can, or cannot, see or change a record."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data import rights, rights_explained
from client.data.errors import sentence
from client.data.rights_explained import Line, Part
from client.i18n import _
from client.model import ENTITIES
from client.ui.jobs import Latest
from client.ui.kit import Button, Label, Section, StateMark
from client.ui.kit.room import fit_to_screen

MARKS = {True: ("check", "green"), False: ("cross", "red"), None: ("ring", "ghost")}


def read(office: Any, kind: str, id: int) -> tuple[str, list[Part]]:
    with office.session() as session:
        told = rights.explain_record(session, kind, id)
    title = _(ENTITIES[kind].LABEL) if kind in ENTITIES else kind
    return f"{title} {told.get('number') or ''}".strip(), rights_explained.of_record(told)


def look_up(office: Any, number: str) -> tuple[str, int] | None:
    with office.session() as session:
        return rights.find_number(session, number)


class ExplainPanel(QScrollArea):
    """Explains the record of the current page, or one whose number is typed."""

    found = Signal(str, int)  # a record whose number was typed

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._asking = Latest(context.jobs, self)
        self.parts: list[Part] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.number = QLineEdit()
        self.number.setPlaceholderText(_("C-00012, SO-2026-0003 …"))
        self.number.setAccessibleName(_("A number you know"))
        self.number.returnPressed.connect(self.look)
        look = Button(_("Look"), icon="magnifying-glass")
        look.clicked.connect(self.look)
        line = QHBoxLayout()
        line.addWidget(self.number, 1)
        line.addWidget(look)
        page = QWidget()
        page.setProperty("kind", "body")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(12)
        self.title = Label("", "text", 10.5)
        self.title.setWordWrap(True)
        self._column.addWidget(self.title)
        self._place = QVBoxLayout()
        self._place.setSpacing(12)
        self._column.addLayout(self._place)
        ask = Section(_("A number you know"), foldable=False)
        ask.body.addLayout(line)
        self._column.addWidget(ask)
        self._column.addStretch(1)
        self.setWidget(page)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No record is on the page."""
        self._asking.drop()
        self._show((_("Open a record, or type its number below."), []))

    def explain(self, kind: str, id: int) -> None:
        """Explain a record."""
        work = partial(read, self._context.office, kind, id)
        self._asking.run(work, self._show, self._failed)

    def look(self) -> None:
        """Explain the record whose number is typed."""
        number = self.number.text().strip()
        if number:
            work = partial(look_up, self._context.office, number)
            self._asking.run(work, partial(self._looked, number), self._failed)

    def _looked(self, number: str, found: tuple[str, int] | None) -> None:
        if found is not None:
            self.found.emit(*found)
            self.explain(*found)
            return
        nothing = _(
            "There is no such record, or it is not yours to see. Which of both is not told."
        )
        self._show((number, [Part(_("Why I do not see it"), [Line(nothing, False)])]))

    def _failed(self, error: Exception) -> None:
        self._show((sentence(error), []))

    def _show(self, answer: tuple[str, list[Part]]) -> None:
        title, self.parts = answer
        self.title.setText(title)
        while item := self._place.takeAt(0):
            if old := item.widget():
                old.deleteLater()
        for part in self.parts:
            section = Section(part.title, foldable=False)
            for line in part.lines:
                section.body.addWidget(_line(line))
            self._place.addWidget(section)


class ExplainDialog(QDialog):
    """The same in a window of its own, over one from which no panel can be reached."""

    def __init__(self, context: Context, kind: str, id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Why can I (not)?"))
        fit_to_screen(self, 420, 520)
        self.panel = ExplainPanel(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.panel.explain(kind, id)


def _line(line: Line) -> QWidget:
    """A sentence behind the mark of whether it allows."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    mark = StateMark("", *MARKS[line.holds])
    mark.set(" ", *MARKS[line.holds])
    words = {True: _("yes"), False: _("no"), None: ""}
    mark.setAccessibleName(words[line.holds])
    text = Label(line.text)
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return widget
