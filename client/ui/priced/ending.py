"""Ends a document before its time: a numbered one is cancelled with a reason and stays listed, a
draft goes to the recycle bin.
"""

from functools import partial

from PySide6.QtCore import QObject

from client.data.priced import store as order_store
from client.i18n import _
from client.ui.priced.dialogs import ReasonDialog, ask_discard
from client.ui.priced.form import PricedForm
from client.ui.priced.saving import PricedSaver


class Ending(QObject):
    """Asks first, then does it."""

    def __init__(self, form: PricedForm, saver: PricedSaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver

    def ask(self) -> None:
        """What the button at the bottom means in the document's present state."""
        form, kind = self._form, self._form.look.kind
        if form.base.get("number"):
            text = _("The number stays listed with the reason. This cannot be undone.")
            title = _("Cancel order {number}").format(number=form.base["number"])
            dialog = ReasonDialog(title, text, _("Cancel order"), form)
            dialog.given.connect(self.cancel)
            dialog.open()
        elif form.record_id is not None:
            work = partial(order_store.discard, form.context.office, kind, form.record_id)
            ask_discard(form).accepted.connect(partial(form.discard, work))

    def cancel(self, reason: str) -> None:
        """Cancel the order for `reason`."""
        doc, office = self._form.base, self._form.context.office
        self._form.page.busy.start()
        work = partial(order_store.cancel, office, doc["id"], doc["version"], reason)
        self._saver.step(doc, work)

    def ask_refused(self) -> None:
        """Why the customer does not want what a quote offers."""
        number = self._form.base.get("number") or ""
        text = _("The customer's reason is kept with the quote. A new revision can still be sent.")
        title = _("Quote {number} refused").format(number=number)
        dialog = ReasonDialog(title, text, _("Refused"), self._form)
        dialog.given.connect(self.refuse)
        dialog.open()

    def refuse(self, reason: str) -> None:
        """Note that the customer refused, and why."""
        self._form.page.busy.start()
        doc, office = self._form.base, self._form.context.office
        work = partial(order_store.decide, office, doc["id"], doc["version"], "refused", reason)
        self._saver.step(doc, work)
