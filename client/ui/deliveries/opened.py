"""An open delivery: an order is chosen or a delivery read, shown, typed into, and kept in the
journal.

What others change in it meanwhile is handled in `form.py`.
"""

from functools import partial
from typing import Any

from client.context import Context
from client.data.deliveries import edit, store
from client.data.deliveries.edit import Doc
from client.data.deliveries.store import Opened
from client.data.errors import sentence
from client.i18n import _
from client.ui.deliveries.chooser import OrderChooser
from client.ui.deliveries.page import DeliveryPage
from client.ui.forms.stored_document import StoredDocument
from client.ui.kit import EmptyState
from client.ui.screen import Navigator

KIND = "delivery"


class OpenDelivery(StoredDocument):
    """One delivery. Without `id` a new one, of `order_id` or of an order that is chosen first.

    `base` is the delivery as stored, with what its order has open.
    """

    page: DeliveryPage

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        id: int | None = None,
        order_id: int | None = None,
    ) -> None:
        super().__init__(context, navigator, id)
        self._order_id = order_id
        self.base = edit.blank()
        self.page = DeliveryPage(context)
        self.chooser = OrderChooser(context)
        self.nothing = EmptyState("truck", "")
        self._lay_out(self.chooser, self.nothing)
        self._keep(KIND)
        self.page.grid.typing.connect(self._typing)
        self.chooser.chosen.connect(self.begin_with)

    # Load

    def load(self) -> None:
        """Read what the screen shows first; without an order, ask for one."""
        office, jobs = self.context.office, self.context.jobs
        if self.record_id is None and self._order_id is None:
            self.setFocusProxy(self.chooser)
            self.show_part(self.chooser)
            self.chooser.begin()
            return
        self.setFocusProxy(self.page)
        self.show_part(self.page)
        self.page.busy.start()
        if self.record_id is not None:
            work: Any = partial(store.load, office, self.record_id)
            jobs.run(self, work, self._opened, self.tell_failure)
        else:
            work = partial(store.begin, office, self._order_id or 0)
            jobs.run(self, work, self._begun, self._not_begun)

    def begin_with(self, order_id: int) -> None:
        """Begin with an order just chosen."""
        self._order_id = order_id
        self.load()
        self.page.setFocus()

    def _opened(self, found: Opened) -> None:
        self._begun(edit.opened(*found))

    def _begun(self, doc: Doc) -> None:
        self.page.busy.stop()
        early = self._typed_early()
        self.ready, self.base = True, doc
        self._order_id = doc["order_id"]
        self.show_delivery(doc | early)
        if self.record_id is None and not early:
            self.page.grid.go_to(0)
        self.loaded.emit()

    def _not_begun(self, error: Exception) -> None:
        """Say why nothing can be sent, and what else there is to do."""
        self.page.busy.stop()
        self.nothing.set_text(sentence(error))
        another = (_("Choose another order"), self._choose_again)
        self.nothing.set_actions([another, (_("Open the order"), self.open_order)])
        self.show_part(self.nothing)

    def _choose_again(self) -> None:
        self._order_id = None
        self.load()
        self.chooser.setFocus()

    def open_order(self) -> None:
        """Show the order that this is a delivery of."""
        if self._order_id is not None:
            self.navigator.open_record("sales_order", self._order_id)

    def _show_unread(self) -> None:
        self.page.show_delivery(self.base, False, self.context.office.today)

    def show_delivery(self, doc: Doc) -> None:
        """Show a document over `base`, which it may differ from."""
        self.showing = True
        self.page.show_delivery(doc, self.editable(), self.context.office.today)
        self.page.steps.show_delivery(self.base, self.editable(), self.context.office.rights)
        self.showing = False
        self._edited()
        self.title_changed.emit(self.title)

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        order = self.base.get("order_number")
        text = self.base.get("number") or (
            _("Delivery of {order}").format(order=order) if order else _("New delivery")
        )
        return f"{text} *" if self.dirty else str(text)

    def editable(self) -> bool:
        """Whether anything can be typed: by the state and by one's rights."""
        action = "edit" if self.record_id is not None else "create"
        may = self.context.office.rights.may("delivery", action)
        return bool(edit.editable(self.base)) and may

    # What is typed

    def _is_changed(self) -> bool:
        doc, problems = self.page.typed(commit=False)
        return bool(problems) or edit.changed(self.base, doc)

    def _is_kept(self) -> bool:
        return self.editable()

    def _is_cell_open(self) -> bool:
        grid = self.page.grid
        return bool(grid.typed_lines() != grid.lines(commit=False))

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the delivery as opened, and as it stands now."""
        doc, _problems = self.page.typed(commit=False)
        doc["lines"] = self.page.grid.typed_lines()
        start = {"order_id": self._order_id}
        return {"base": self.base, "doc": doc, "title": self.title, "start": start}
