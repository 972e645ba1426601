"""All receipts: the list, narrowed to a state, a time or what is left of them if wished."""

from client.context import Context
from client.data.periods import QUICK
from client.data.rowsource import Condition
from client.i18n import _
from client.model import Receipt
from client.model.receipt import RECEIPT_STATES
from client.ui.grids.grid import Grid
from client.ui.kit.combo import Combo
from client.ui.list_screen import PaperListScreen
from client.ui.screen import Navigator


class ReceiptsScreen(PaperListScreen):
    """The list of receipts one may see."""

    kind = paper = "receipt"
    help_topic = "receipts"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self._states = _choice(_("Status"), [(_("All states"), "")])
        for value, label in RECEIPT_STATES:
            self._states.addItem(_(label), value)
        self._days = _choice(_("Date"), [(_(name), name) for name, _make in QUICK[::-1]])
        self._ahead = _choice(
            _("Advance"),
            [(_("With and without advance"), False), (_("With an advance left"), True)],
        )
        may_create = context.office.rights.may("receipt", "create")
        empty = [(_("New receipt"), self.new_record)] if may_create else []
        extra = (self.papers.button, self._states, self._days, self._ahead)
        self._show(Grid(context, Receipt, extra=extra, empty_actions=empty))
        self.grid.rows_changed.connect(self._counted)
        for choice in (self._states, self._days, self._ahead):
            choice.currentIndexChanged.connect(self._narrow)

    def _narrow(self) -> None:
        where = []
        if state := self._states.currentData():
            where.append(Condition(Receipt.state == state))
        make = dict(QUICK)[self._days.currentData()]
        first, last = make(self._context.office.today)
        if first is not None:
            where.append(Condition(Receipt.receipt_date >= first))
        if last is not None:
            where.append(Condition(Receipt.receipt_date <= last))
        if self._ahead.currentData():
            where.append(Condition(Receipt.advance > 0))
        self.grid.set_where(where)

    def _counted(self, rows: int) -> None:
        self._count("receipts", rows)


def _choice(name: str, entries: list[tuple[str, object]]) -> Combo:
    made = Combo()
    made.setAccessibleName(name)
    for text, value in entries:
        made.addItem(text, value)
    made.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
    return made
