"""All quotes: the list, narrowed to one state if wished, each opened in its own panel."""

from client.context import Context
from client.data.rowsource import Condition
from client.i18n import _
from client.model import Quote
from client.model.quote import QUOTE_STATES
from client.ui.grids.grid import Grid
from client.ui.priced.listing import PricedListScreen
from client.ui.screen import Navigator


class QuotesScreen(PricedListScreen):
    """The list of quotes one may see."""

    kind = paper = "quote"
    help_topic = "quotes"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        create = context.office.rights.may("quote", "create")
        self._states = self._choice(_("Status"), _("All states"), QUOTE_STATES)
        duplicate = self._duplicating(create)
        empty = [(_("New quote"), self.new_record)] if create else []
        extra = (duplicate, self.papers.button, self._states)
        self._show(Grid(context, Quote, extra=extra, empty_actions=empty))
        self.grid.rows_changed.connect(self._counted)

    def _narrow(self) -> None:
        state = self._states.currentData()
        self.grid.set_where([Condition(Quote.state == state)] if state else [])

    def _counted(self, rows: int) -> None:
        self._count("quotes", rows)
