"""What the screen of a document looks like, from its head to its actions; what happens is decided
in `screen.py`.
"""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.priced import edit as order_edit
from client.data.priced.edit import Doc, Figures
from client.data.problem import Problem
from client.i18n import N_, _, plural
from client.ui.forms.presence import PresenceLine
from client.ui.grids.parts import GridMemory
from client.ui.kit import BusyBar, Button, ElidedLabel, bar, bind, hline, pile
from client.ui.kit.scroller import Scroller
from client.ui.lines.lines import LineGrid
from client.ui.priced.actions import PricedActions
from client.ui.priced.aid import LineAid
from client.ui.priced.foot import PricedFoot
from client.ui.priced.head import PricedHead
from client.ui.priced.looks import Look
from client.ui.priced.parts import LineTools, PricedTitle
from client.ui.priced.reference import ReferencePanel, ReferenceSide
from client.ui.tables.totals import Totals
from client.ui.theme import size

SHORT = 560  # below this height the lines need the room more than the sums
LEAST_LINES = 3  # are seen, however low the window is; the head is scrolled then


class Banner(QWidget):
    """A line of news under the title, with at most one thing to do about it."""

    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ElidedLabel("", "amber")
        self._action = Button("", kind="flat")
        self._action.clicked.connect(self.asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(bar(self._text, 8, self._action, None, kind="bar"))
        self.hide()

    def say(self, text: str, action: str = "", token: str = "amber") -> None:
        """Show `text`; nothing hides the line."""
        self._text.set_tone(token)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._action.updateGeometry()
        self.setVisible(bool(text))

    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""


class PricedPage(QWidget):
    """Shows a document and gives back what was typed. `edited` at each change."""

    edited = Signal()

    def __init__(self, context: Context, look: Look) -> None:
        super().__init__()
        self._doc: Doc = order_edit.blank(look.kind, context.office.today)
        self.title = PricedTitle(look)
        self.banner = Banner()
        self.presence = PresenceLine()
        self.head = PricedHead(context, look)
        self.grid = LineGrid()
        self.tools = LineTools(self.grid)
        self.totals = Totals(self.grid)
        self.foot = PricedFoot(context, look)
        self.steps = PricedActions(look)
        self.reference = ReferencePanel()
        self._build(context)
        self.busy = BusyBar(self)
        self.aid = LineAid(context, look.kind.table, self.grid, self.reference, self)
        self.aid.priced.connect(self.tools.hint_price)
        self.head.edited.connect(self._follow)
        self.head.edited.connect(self.edited)
        self.head.customer_asked.connect(self.aid.quick_create.customer)
        self.foot.edited.connect(self._lines_changed)
        self.grid.lines_changed.connect(self._lines_changed)
        self.grid.said.connect(self.tools.say)
        self.grid.complained.connect(self.tools.complain)
        GridMemory(context.settings, self.grid, "lines/order").restore()
        self.setFocusProxy(self.grid)

    def _build(self, context: Context) -> None:
        main, head = QWidget(), Scroller(self.head, "")
        self.grid.setMinimumHeight(size("header") + LEAST_LINES * size("row"))
        self.grid.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        pile(
            main,
            self.title,
            hline(),
            self.presence,
            self.banner,
            head,
            hline(),
            self.tools,
            self.grid,
            self.totals,
            self.foot,
            self.steps,
            grows=self.grid,
        )
        self.side = ReferenceSide(context.settings, main, self.reference)
        self.tools.reference.clicked.connect(self.side.toggle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.side)
        bind(self, "Ctrl+Shift+R", self.side.toggle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.foot.set_short(self.height() < SHORT)

    # Load

    def show_order(self, doc: Doc, editable: bool) -> None:
        """Show a document; nothing of the one shown before is left."""
        self._doc = doc
        self.title.show_order(doc)
        self.head.load(doc, editable)
        self.tools.show_order(doc, editable)
        self.foot.load(doc, editable)
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
        more, wrong = self.foot.values()
        doc = self._doc | values | more | {"lines": list(self.grid.lines(commit))}
        doc.pop(order_edit.WRONG, None)
        if texts := {**self.head.typed(problems), **self.foot.typed(wrong)}:
            doc[order_edit.WRONG] = texts
        return doc, problems + wrong

    def figures(self) -> Figures:
        """What the document amounts to as it stands."""
        off, _problems = self.foot.values()
        lines = self.grid.line_model.lines
        return order_edit.figures(lines, off["whole_discount"], off["wipe_off"])

    def note(self, doc: Doc) -> None:
        """What others did to the document beside what is typed in it."""
        self._doc = self._doc | doc
        self.title.show_order(self._doc)
        self.foot.show_people(self._doc)

    def show_problems(self, problems: list[Problem], go: bool = True) -> None:
        """Mark what is wrong, say the first of it, and `go` there, if it is in no line."""
        self.head.show_problems(problems, go)
        self.foot.show_problems(problems, go)
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
        sums = self.figures()
        self.grid.line_model.set_shares(sums.shares)
        values: dict[str, Any] = {
            "quantity": formats.quantity(sums.quantity),
            "tax_amount": formats.money(sums.tax),
            "amount": formats.money(sums.total),
        }
        self.totals.set(
            plural(sums.lines, N_("Σ {n} line"), N_("Σ {n} lines")), values if sums.lines else {}
        )
        self.foot.show_figures(sums, self._doc.get("currency") or "CNY")
        self.edited.emit()
