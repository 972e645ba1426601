"""Voids a posted receipt by a red entry, or moves a draft to the recycle bin."""

from functools import partial

from PySide6.QtCore import QObject

from client.data.money import receipts
from client.i18n import _
from client.ui.priced.dialogs import ReasonDialog, ask_discard
from client.ui.receipts.opened import OpenReceipt
from client.ui.receipts.saving import ReceiptSaver


class ReceiptEnding(QObject):
    """Asks first, then does it."""

    def __init__(self, form: OpenReceipt, saver: ReceiptSaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver

    def ask(self) -> None:
        """What the button at the bottom means in the receipt's present state."""
        form = self._form
        if form.base.get("number"):
            text = _("A red entry takes the money back, and its orders are open again.")
            title = _("Void receipt {number}").format(number=form.base["number"])
            dialog = ReasonDialog(title, text, _("Void"), form)
            dialog.given.connect(self.void)
            dialog.open()
        elif form.record_id is not None:
            work = partial(receipts.discard, form.context.office, form.record_id)
            ask_discard(form).accepted.connect(partial(form.discard, work))

    def void(self, reason: str) -> None:
        """Take the receipt back for `reason`."""
        if not self._saver.busy:
            self._form.page.busy.start()
            self._saver.void(self._form.base, reason)
