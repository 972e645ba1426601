"""What the order screen looks like, from its head to its actions; what happens is decided in
`order.py`.
"""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.priced import edit as order_edit
from client.data.priced.edit import Doc, Problem
from client.data.priced.kinds import ORDER
from client.i18n import _
from client.ui.grids.parts import GridMemory
from client.ui.kit import BusyBar, Button, Label, bar, hline
from client.ui.lines.lines import LineGrid
from client.ui.priced.aid import LineAid
from client.ui.priced.foot import OrderFoot
from client.ui.priced.head import OrderHead
from client.ui.priced.parts import LineTools, OrderActions, OrderTitle
from client.ui.priced.reference import ReferencePanel, ReferenceSide
from client.ui.tables.totals import Totals

KIND = "sales_order"


class Banner(QWidget):
    """A line of news under the title, with at most one thing to do about it."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = Label("", "amber")
        self._action = Button("", kind="flat")
        self._action.clicked.connect(self.asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(bar(self._text, 8, self._action, None, kind="bar"))
        self.hide()

    def say(self, text: str, action: str = "") -> None:
        """Show `text`; nothing hides the line."""
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._action.updateGeometry()
        self.setVisible(bool(text))

    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""


class OrderPage(QWidget):
    """Shows a document and gives back what was typed. `edited` at each change."""

    edited = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._doc: Doc = order_edit.blank(ORDER, context.office.today)
        self.title = OrderTitle()
        self.banner = Banner()
        self.head = OrderHead(context)
        self.grid = LineGrid()
        self.tools = LineTools(self.grid)
        self.totals = Totals(self.grid)
        self.foot = OrderFoot()
        self.steps = OrderActions()
        self.reference = ReferencePanel()
        self._build(context)
        self.busy = BusyBar(self)
        self.aid = LineAid(context, KIND, self.grid, self.reference, self)
        self.aid.priced.connect(self.tools.hint_price)
        self.head.edited.connect(self._follow)
        self.head.edited.connect(self.edited)
        self.head.customer_asked.connect(self.aid.newcomers.customer)
        self.grid.lines_changed.connect(self._lines_changed)
        self.grid.keys.said.connect(self.tools.say)
        self.grid.keys.complained.connect(self.tools.complain)
        GridMemory(context.settings, self.grid, "lines/order").restore()
        self.setFocusProxy(self.grid)

    def _build(self, context: Context) -> None:
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        parts: tuple[QWidget, ...] = (
            self.title,
            hline(),
            self.banner,
            self.head,
            hline(),
            self.tools,
            self.grid,
            self.totals,
            self.foot,
            self.steps,
        )
        for part in parts:
            column.addWidget(part, 1 if part is self.grid else 0)
        self.side = ReferenceSide(context.settings, main, self.reference)
        self.tools.reference.clicked.connect(self.side.toggle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.side)
        fold = QShortcut(QKeySequence("Ctrl+Shift+R"), self)
        fold.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        fold.activated.connect(self.side.toggle)

    # Load

    def show_order(self, doc: Doc, editable: bool) -> None:
        """Show a document; nothing of the one shown before is left."""
        self._doc = doc
        self.title.show_order(doc)
        self.head.load(doc, editable)
        self.tools.show_order(doc, editable)
        self.foot.show_people(doc)
        self.grid.line_model.draft = (doc.get("status") or "draft") == "draft"
        self.grid.load(list(doc["lines"]), editable)
        self._follow()

    def _follow(self) -> None:
        """Former prices are those of the customer in the head."""
        self.aid.follow(self._doc, self.head.customer_id(), self.head.customer_name())

    # What was typed

    def typed(self, commit: bool = True) -> tuple[Doc, list[Problem]]:
        """The document as it stands on the screen, and what could not be read in its head.

        `commit` takes over what still stands in the open cell.
        """
        values, problems = self.head.values()
        doc = self._doc | values | {"lines": list(self.grid.lines(commit))}
        doc.pop(order_edit.WRONG, None)
        if texts := self.head.typed(problems):
            doc[order_edit.WRONG] = dict(texts)
        return doc, problems

    def show_problems(self, problems: list[Problem]) -> None:
        """Mark what is wrong, say the first of it, and go there."""
        self.head.show_problems(problems)
        self.grid.line_model.set_strict(any(p.line is not None for p in problems))
        in_lines = [p for p in problems if p.line is not None]
        if not problems:
            self.tools.say("")
        elif in_lines and len(in_lines) == len(problems):
            first = in_lines[0]
            row = 0 if first.line is None else first.line
            text = _("Line {n}: {sentence}").format(n=row + 1, sentence=first.sentence)
            self.tools.say(text, "red")
            self.grid.go_to(row, first.field)

    def _lines_changed(self) -> None:
        sums = order_edit.figures(self.grid.line_model.lines)
        values: dict[str, Any] = {
            "quantity": formats.quantity(sums.quantity),
            "tax_amount": formats.money(sums.tax),
            "amount": formats.money(sums.total),
        }
        self.totals.set(_("Σ {n} lines").format(n=sums.lines), values if sums.lines else {})
        self.foot.show_figures(sums, self._doc.get("currency") or "CNY")
        self.edited.emit()
