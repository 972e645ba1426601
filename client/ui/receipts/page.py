"""The receipt screen's page, from its head to its actions.

While nobody allocates money by hand, the allocation follows the amount. What happens to a receipt
is decided in `opened.py` and `form.py`.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats
from client.data.money import allocation
from client.data.money.allocation import ZERO, Doc, OpenOrder, Parts
from client.data.money.receipts import Account
from client.data.problem import Problem
from client.i18n import N_, _, plural
from client.ui.forms.presence import PresenceLine
from client.ui.grids.parts import GridMemory, Overlay
from client.ui.kit import BusyBar, hline, pile
from client.ui.priced.page import Banner
from client.ui.receipts.foot import ReceiptFoot
from client.ui.receipts.grid import PartsGrid
from client.ui.receipts.head import ReceiptHead
from client.ui.receipts.parts import AllocationTools, Offer, ReceiptActions, ReceiptTitle
from client.ui.tables.totals import Totals


class ReceiptPage(QWidget):
    """Shows a receipt and gives back what was typed; `edited` at each change, `typing` in an open
    cell.

    `follows`: the allocation follows the amount. `first`: id of the order that is paid before all
    others. `using`: the advance of a posted receipt is being allocated.
    """

    edited = Signal()
    typing = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._doc: Doc = allocation.blank(context.office.today)
        self.account: Account | None = None
        self.first: int | None = None
        self.follows, self.using, self.editable = True, False, False
        self.title = ReceiptTitle()
        self.offer = Offer()
        self.banner, self.presence = Banner(), PresenceLine()
        self.head = ReceiptHead(context)
        self.tools = AllocationTools()
        self.grid = PartsGrid()
        self.overlay = Overlay(self.grid, "receipt")
        self.totals, self.foot = Totals(self.grid), ReceiptFoot()
        self.steps = ReceiptActions()
        self._build()
        self.busy = BusyBar(self)
        self.head.edited.connect(self._edited)
        self.head.amount_edited.connect(self._amount_edited)
        self.grid.parts_model.edited.connect(self._allocated)
        self.grid.parts_model.shown.connect(self._show_figures)
        self.grid.typing.connect(self._typed_on)
        self.grid.said.connect(self.tools.say)
        self.grid.complained.connect(self.tools.complain)
        self.grid.propose_asked.connect(self.propose)
        self.grid.passed.connect(self._go_on)
        self.tools.propose.clicked.connect(self.propose)
        self.tools.fill.clicked.connect(self.grid.fill_current)
        GridMemory(context.settings, self.grid, "lines/receipt").restore()
        self.setFocusProxy(self.head.editors["amount"])

    def _build(self) -> None:
        pile(
            self,
            self.title,
            hline(),
            self.presence,
            self.banner,
            self.offer,
            self.head,
            hline(),
            self.tools,
            self.grid,
            self.totals,
            self.foot,
            self.steps,
            grows=self.grid,
        )

    # Load

    def show_receipt(self, doc: Doc, editable: bool) -> None:
        """Show a receipt; nothing of the one shown before is left."""
        self._doc, self.editable, self.using = doc, editable, False
        self.title.show_receipt(doc)
        self.head.load(doc, editable)
        self.foot.show_people(doc)
        self.grid.set_editable(editable)
        texts = doc.get(allocation.WRONG) or {}
        cells = {int(key): text for key, text in texts.items() if str(key).isdigit()}
        self.grid.parts_model.show_parts(allocation.parts_of(doc), cells)
        self._show_orders()
        self.follows = editable and not cells and allocation.parts_of(doc) == self._proposal()
        self._show_figures()

    def show_account(self, account: Account | None) -> None:
        """Show what the customer owes now; what is typed stays."""
        before, self.account = self.account, account
        wrong, told = self.allocation_problems(), self.tools.told()
        if self.editable and _others(before, account):
            self._put({})
            self.follows = True
        self._show_orders()
        model = self.grid.parts_model
        if before is None and not model.texts and model.parts == self._proposal():
            self.follows = self.editable
        anew = _others(before, account) or self._doc.get("id") is None
        if self.editable and self.follows and anew:
            self._put(self._proposal())
        self._show_figures()
        if not _others(before, account) and wrong == self.allocation_problems():
            self.tools.say(*told)

    def use_advance(self, parts: Parts | None) -> None:
        """Hand out what is left of a posted receipt: as `parts` say, or as is proposed."""
        self.using = True
        self._put({})
        self._show_orders()
        self.grid.set_editable(True)
        self.follows = parts is None
        self._put(self._proposal() if parts is None else parts)
        self._show_figures()

    def _tell_empty(self) -> None:
        text = _("Choose who pays: what they owe appears here.")
        if self.account is not None:
            text = _("No order is open: all of it stays as an advance.")
        if self.grid.parts_model.orders:
            self.overlay.hide_empty()
        else:
            self.overlay.show_empty(text, [])

    def _show_orders(self) -> None:
        account, stored = self.account, allocation.orders_of(self._doc)
        orders = account.orders if account is not None else []
        self.grid.keep_typed(orders)
        known = self._doc | {"allocations": self._entries()}
        self.grid.show_orders(
            allocation.rows(orders, known) if self.editable or self.using else stored
        )
        self.tools.show_account(account, self.editable or self.using, self.editable)
        self._tell_empty()
        fresh = self.editable and self._doc.get("id") is None
        self.offer.show_account(account if fresh else None)

    def _entries(self) -> list[dict[str, Any]]:
        """What the rows tell of orders, and what the receipt that was opened told of them."""
        shown = self.grid.parts_model.entries()
        stored = [] if self.using else self._doc.get("allocations") or []
        number = {entry["order_id"] for entry in shown}
        kept = self.grid.parts_model.parts
        return shown + [e for e in stored if e["order_id"] in kept and e["order_id"] not in number]

    # What was typed

    def amount(self) -> Any:
        """What there is to hand out; None as long as none is typed or it cannot be read."""
        if self.using:
            return self._doc["advance"]
        return self.head.values()[0]["amount"]

    def typed(self, commit: bool = True) -> tuple[Doc, list[Problem]]:
        """The receipt as it stands on the screen, and what could not be read in it.

        `commit` takes over what still stands in the open cell.
        """
        if commit:
            self.grid.commit()
        values, problems = self.head.values()
        model = self.grid.parts_model
        doc = self._doc | values | {"allocations": self._entries()}
        doc["currency"] = self.account.currency if self.account else self._doc.get("currency")
        texts: dict[str, str] = dict(self.head.typed(problems))
        cells = dict(model.texts)
        if not commit and (open_ := self.grid.open_text()) is not None:
            cells[open_[0]] = open_[1]
        texts |= {str(number): text for number, text in cells.items()}
        doc.pop(allocation.WRONG, None)
        if texts:
            doc[allocation.WRONG] = texts
        return doc, problems

    def allocation_problems(self) -> list[Problem]:
        """What is wrong with what is handed out, the orders' first."""
        said = allocation.too_little(self.sums())
        return self.grid.problems() + ([Problem(None, "allocated", said)] if said else [])

    def show_problems(self, problems: list[Problem]) -> None:
        """Mark what is wrong, say the first of it, and go there."""
        self.head.show_problems(problems)
        orders = [order.id for order in self.grid.parts_model.orders]
        if problems and all(p.line is not None or p.field == "allocated" for p in problems):
            self.tools.say(problems[0].sentence, "red")
            row = orders.index(problems[0].line) if problems[0].line in orders else 0
            if orders:
                self.grid.go_to(row)

    def sums(self) -> allocation.Figures:
        return allocation.figures(self.amount(), self.grid.live_parts())

    def lock(self, locked: bool) -> None:
        """Prevent typing while the receipt is being posted: it would not be in what is posted."""
        if locked:
            self._go_on()
        self.head.setEnabled(not locked)
        self.grid.setEnabled(not locked)

    # How the orders follow the amount

    def propose(self) -> None:
        """Hand the money out anew, what is due longest first."""
        if not (self.editable or self.using):
            return
        row, open_ = self.grid.currentIndex().row(), self.grid.is_editing()
        self.grid.leave(keep=False)
        self._put(self._proposal())
        self.follows = True
        self.tools.say(_("Handed out to what is due longest first."))
        if open_ and row >= 0:
            self.grid.go_to(row)
        self.edited.emit()

    def _proposal(self) -> Parts:
        orders = self.account.orders if self.account is not None else []
        return allocation.propose(self.amount(), orders, self.first)

    def _put(self, parts: Parts) -> None:
        self.grid.parts_model.show_parts(parts, {})

    def _amount_edited(self) -> None:
        if self.editable and self.follows:
            self._put(self._proposal())
        self._edited()

    def _allocated(self) -> None:
        self.follows = False
        self._edited()

    def _edited(self) -> None:
        self._show_figures()
        self.edited.emit()

    def _typed_on(self) -> None:
        """Too much is told while it is typed, not only when the cell is left."""
        self._show_figures()
        self.typing.emit()

    def _go_on(self) -> None:
        """Behind the last order comes what one does with the whole."""
        steps = self.steps
        for button in (steps.post, steps.allocate, steps.save):
            if not button.isHidden():
                button.setFocus()
                return

    def _show_figures(self) -> None:
        model, sums = self.grid.parts_model, self.sums()
        self.grid.amount = self.amount()
        state = self._doc.get("state") or "draft"
        kind = "advance" if self.using else "back" if state in ("voided", "red") else "new"
        if state == "voided":
            sums = sums._replace(rest=ZERO)
        currency = self.account.currency if self.account else self._doc.get("currency")
        self.foot.show_figures(sums, currency or "CNY", kind)
        _show_sums(self.totals, model.orders, sums.allocated)
        if self.editable or self.using:
            problems = self.allocation_problems()
            self.tools.say(problems[0].sentence if problems else "", "red" if problems else "ghost")


def _others(before: Account | None, now: Account | None) -> bool:
    """Whether the orders of one account are none of the other's."""
    if before is None or now is None:
        return False
    return (before.customer_id, before.currency) != (now.customer_id, now.currency)


def _show_sums(totals: Totals, orders: Sequence[OpenOrder], allocated: Decimal) -> None:
    values = {
        "total": formats.money(sum((order.total for order in orders), ZERO)),
        "outstanding": formats.money(sum((order.outstanding for order in orders), ZERO)),
        "part": formats.money(allocated),
    }
    if orders:
        totals.set(plural(len(orders), N_("Σ {n} order"), N_("Σ {n} orders")), values)
    else:
        totals.set("", {})
