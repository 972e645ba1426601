"""What a delivery looks like, from its head to its actions; what happens is decided elsewhere."""

from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats
from client.data.deliveries import edit
from client.data.deliveries.edit import WAITING, ZERO, Doc
from client.data.problem import Problem
from client.i18n import N_, plural
from client.ui.deliveries.head import DeliveryHead
from client.ui.deliveries.lines import SendGrid
from client.ui.deliveries.parts import DeliveryActions, DeliveryPeople, DeliveryTitle, SendTools
from client.ui.forms.presence import PresenceLine
from client.ui.grids.parts import GridMemory
from client.ui.kit import BusyBar, hline, pile
from client.ui.priced.page import Banner
from client.ui.tables.totals import Totals


class DeliveryPage(QWidget):
    """Shows a delivery and gives back what was typed. `edited` at each change."""

    edited = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._doc: Doc = edit.blank()
        self.title = DeliveryTitle()
        self.banner, self.presence = Banner(), PresenceLine()
        self.head = DeliveryHead(context)
        self.grid = SendGrid()
        self.tools = SendTools(self.grid)
        self.totals = Totals(self.grid)
        self.people = DeliveryPeople()
        self.steps = DeliveryActions()
        pile(
            self,
            self.title,
            hline(),
            self.presence,
            self.banner,
            self.head,
            hline(),
            self.tools,
            self.grid,
            self.totals,
            self.people,
            self.steps,
            grows=self.grid,
        )
        self.busy = BusyBar(self)
        self.head.edited.connect(self.edited)
        self.grid.lines_changed.connect(self._lines_changed)
        self.grid.passed.connect(self.steps.save.setFocus)
        GridMemory(context.settings, self.grid, "lines/delivery").restore()
        self.setFocusProxy(self.grid)

    def show_delivery(self, doc: Doc, may_edit: bool, today: date) -> None:
        """Show a delivery; nothing of the one shown before is left."""
        self._doc = doc
        waiting = doc["status"] in WAITING
        self.title.show_delivery(doc, today)
        self.head.load(doc, may_edit)
        self.people.show_delivery(doc)
        self.tools.show_delivery(doc, may_edit and waiting)
        self.grid.load(doc["lines"], may_edit and waiting)

    def typed(self, commit: bool = True) -> tuple[Doc, list[Problem]]:
        """The delivery as it stands on the screen, and what could not be read in its head.

        `commit` takes over what still stands in the open cell.
        """
        values, problems = self.head.values()
        doc = self._doc | values | {"lines": self.grid.lines(commit)}
        doc.pop(edit.WRONG, None)
        if texts := self.head.typed(problems):
            doc[edit.WRONG] = texts
        return doc, problems

    def show_problems(self, problems: list[Problem]) -> None:
        """Mark what is wrong, say the first of it, and go there."""
        self.head.show_problems(problems)
        in_lines = [p for p in problems if p.line is not None]
        if in_lines and len(in_lines) == len(problems):
            self.grid.go_to(in_lines[0].line or 0)
            self.tools.say(in_lines[0].sentence)

    def _lines_changed(self) -> None:
        lines = self.grid.line_model.lines
        sent = [line for line in lines if edit.is_filled(line)]
        quantity = sum((line.get("quantity") or ZERO for line in lines), ZERO)
        values: dict[str, Any] = {
            "quantity": formats.quantity(quantity),
            "left": formats.quantity(sum(map(edit.left, lines), ZERO)),
        }
        self.totals.set(
            plural(len(sent), N_("Σ {n} line"), N_("Σ {n} lines")), values if sent else {}
        )
        self.edited.emit()
