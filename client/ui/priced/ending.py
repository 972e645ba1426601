"""How an order ends before its time: a numbered one is cancelled with a reason and stays
listed, a draft goes to the recycle bin.
"""

from functools import partial

from PySide6.QtCore import QObject, Signal

from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from client.i18n import _
from client.ui.priced.dialogs import ReasonDialog, ask_delete
from client.ui.priced.form import OrderForm
from client.ui.priced.saving import OrderSaver


class OrderEnding(QObject):
    """Asks, and does it; `discarded` when a draft has gone."""

    discarded = Signal()

    def __init__(self, form: OrderForm, saver: OrderSaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver

    def ask(self) -> None:
        """What the button at the bottom means in the order's present state."""
        form = self._form
        if form.base.get("number"):
            text = _("The number stays listed with the reason. This cannot be undone.")
            title = _("Cancel order {number}").format(number=form.base["number"])
            dialog = ReasonDialog(title, text, _("Cancel order"), form)
            dialog.given.connect(self.cancel)
            dialog.open()
        elif form.record_id is not None and ask_delete(form):
            work = partial(order_store.discard, form.context.office, ORDER, form.record_id)
            form.context.jobs.run(self, work, self._discarded, form.tell_failure)

    def cancel(self, reason: str) -> None:
        """Cancel the order for `reason`."""
        self._form.page.busy.start()
        self._saver.cancel(self._form.base, reason)

    def _discarded(self, _nothing: object) -> None:
        self._form.dirty = False
        self._form.journal.drop()
        self.discarded.emit()
