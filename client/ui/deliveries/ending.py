"""How a delivery ends before its time: a numbered one is cancelled with a reason and stays
listed, one that is only planned goes to the recycle bin.
"""

from functools import partial

from PySide6.QtCore import QObject

from client.data.deliveries import store
from client.i18n import _
from client.ui.deliveries.form import DeliveryForm
from client.ui.deliveries.saving import DeliverySaver
from client.ui.kit import Question
from client.ui.priced.dialogs import ReasonDialog


class DeliveryEnding(QObject):
    """Asks, and does it."""

    def __init__(self, form: DeliveryForm, saver: DeliverySaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver

    def ask(self) -> None:
        """What the button at the bottom means in the delivery's present state."""
        form = self._form
        if form.base.get("number"):
            title = _("Cancel delivery {number}").format(number=form.base["number"])
            text = _("The goods stay with us or came back; the order is open for them again.")
            dialog = ReasonDialog(title, text, _("Cancel delivery"), form)
            dialog.given.connect(self.cancel)
            dialog.open()
        elif form.record_id is not None:
            text = _("Move this delivery to the recycle bin? It can be restored there.")
            box = Question(form, _("Delete delivery"), text, _("Delete delivery"), risky=True)
            work = partial(store.discard, form.context.office, form.record_id)
            box.accepted.connect(partial(form.discard, work))
            box.open()

    def cancel(self, reason: str) -> None:
        """Cancel the delivery for `reason`."""
        if not self._saver.busy:
            self._form.page.busy.start()
            self._saver.cancel(self._form.base, reason)
