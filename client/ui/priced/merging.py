"""Two people changed one document: different changes are merged, the same ones are chosen."""

from PySide6.QtCore import QObject

from client.data.priced.merge import Merged, merge, typed_since
from client.ui.priced.dialogs import worded
from client.ui.priced.form import PricedForm
from client.ui.priced.saving import PricedSaver


class DocumentMerge(QObject):
    """Merges for one form, which is `settled` when nothing is left to choose."""

    def __init__(self, form: PricedForm, saver: PricedSaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver
        saver.clashed.connect(self._met)

    def join(self) -> None:
        """Merge what is typed with what somebody else stored meanwhile."""
        form = self._form
        if form.theirs is None or form.theirs["status"] not in form.look.kind.open:
            return
        doc, _problems = form.page.typed()
        merged = merge(form.base, doc, form.theirs, form.look.kind)
        if merged.clashes:
            self.show_clashes(merged)
        else:
            form.take(merged.doc, merged)

    def _met(self, merged: Merged) -> None:
        """A save met another one; what was typed since it began is chosen about as well."""
        form, saver = self._form, self._saver
        typed, _problems = form.page.typed(commit=False)
        mine = typed_since(saver.asked, typed, saver.sent, form.look.kind)
        self.show_clashes(merge(saver.base, mine, merged.theirs, form.look.kind))

    def show_clashes(self, merged: Merged) -> None:
        """Let the clerk choose where both changed the same; with nothing to choose, go on."""
        form = self._form
        form.page.busy.stop()
        if not merged.clashes:
            form.take(merged.doc, merged)
            form.settled.emit(form.page.typed()[0])
            return
        who = form.names.get("salesperson_id", {}).get(merged.theirs.get("changed_by") or 0, "")
        names = form.names | {"contact_id": form.page.head.contact_names()}
        form.show_choice(merged, worded(merged.clashes, names, form.look.kind), who)
