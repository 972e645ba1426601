"""The options of an import, and its result: every problem with its cell and reason."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from client.data.importing.report import Problem, Report
from client.i18n import _
from client.ui.kit import FlowBar, Label, StateMark
from client.ui.tables.columns import Column
from client.ui.tables.plain import PlainModel
from client.ui.tables.table import Table

DUPLICATES = ("name", "phone", "tax_number")


class ImportOptions(QWidget):
    """The options of an import; `changed` when one is switched."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._create = QCheckBox(_("Take over words that are new to the base settings"))
        self._leave_out = QCheckBox(_("Leave out rows with problems, saved as a workbook"))
        names = (_("name"), _("phone"), _("tax number"))
        self._same = [QCheckBox(name) for name in names]
        self._label = Label(_("There already if the same:"), "text2")
        groups = ((self._create,), (self._leave_out,), (self._label, *self._same))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(FlowBar(groups, gap=12))
        for box in (self._create, self._leave_out, *self._same):
            box.toggled.connect(self.changed)

    def show_duplicates(self, shown: bool) -> None:
        """The rules for customers make sense only where some are imported."""
        for widget in (self._label, *self._same):
            widget.setVisible(shown)

    def leave_out(self) -> bool:
        return self._leave_out.isChecked()

    def values(self) -> dict[str, Any]:
        """As `Options` takes them."""
        same = [name for name, box in zip(DUPLICATES, self._same, strict=True) if box.isChecked()]
        return {"create_missing": self._create.isChecked(), "duplicates": tuple(same)}


class ImportResult(QWidget):
    """A sentence, or a report with the table of its problems."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.verdict = StateMark("", "ring", "text2")
        self.lines = Label("", "text2")
        self.lines.setWordWrap(True)
        self.lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows = PlainModel(4)
        self.table = Table(
            [
                Column("kind", "", 90, "text2"),
                Column("place", _("Cell"), 150, "code"),
                Column("header", _("Column"), 160, "name"),
                Column("reason", _("Reason"), 400, "text", stretch=True),
            ]
        )
        self.table.setModel(self.rows)
        self.table.setAccessibleName(_("Problems"))
        self._stack = QStackedWidget()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lines.setContentsMargins(12, 0, 12, 8)
        scroll.setWidget(self.lines)
        scroll.viewport().setAutoFillBackground(False)
        self._stack.addWidget(scroll)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._padded(self.verdict))
        column.addWidget(self._stack, 1)

    def show_sentence(self, text: str) -> None:
        """Instead of a report: what to do, or why it did not work."""
        self.verdict.set(text, "ring", "text2")
        self.lines.setText("")
        self._stack.setCurrentIndex(0)

    def show_report(self, report: Report) -> None:
        """The verdict first; below it the problems, or what was found in each sheet."""
        shape, token = ("cross", "red") if report.problem_count else ("check", "green")
        self.verdict.set(report.verdict(), shape, token)
        self.lines.setText("\n".join(report.lines()))
        rows = _rows(report.problems, _("Problem")) + _rows(report.warnings, _("Note"))
        self.rows.show_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)

    def _padded(self, widget: QWidget) -> QWidget:
        around = QWidget()
        column = QVBoxLayout(around)
        column.setContentsMargins(12, 6, 12, 6)
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        return around


def _rows(problems: Sequence[Problem], kind: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for problem in problems:
        letter = problem.column.letter if problem.column is not None else ""
        header = problem.column.header if problem.column is not None else ""
        found.append((kind, f"{problem.sheet}!{letter}{problem.row}", header, problem.reason))
    return found
