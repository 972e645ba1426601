"""Two people changed one document: different changes are merged, the same ones are chosen."""

from PySide6.QtCore import QObject, Signal

from client.data.priced.edit import Doc
from client.data.priced.merge import Merged, merge, settle, typed_since
from client.ui.priced.dialogs import worded
from client.ui.priced.form import PricedForm
from client.ui.priced.saving import PricedSaver


class DocumentMerge(QObject):
    """Merges for one form; `settled` with the document when nothing is left to choose."""

    settled = Signal(object)

    def __init__(self, form: PricedForm, saver: PricedSaver) -> None:
        super().__init__(form)
        self._form, self._saver = form, saver
        self._merged: Merged | None = None
        saver.clashed.connect(self._met)
        form.conflict.chosen.connect(self._resolved)
        form.conflict.left.connect(self.leave)

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
            form.take(merged.doc, merged.theirs)

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
            self._go_on(merged.doc, merged.theirs)
            return
        self._merged = merged
        who = form.names.get("salesperson_id", {}).get(merged.theirs.get("changed_by") or 0, "")
        names = form.names | {"contact_id": form.page.head.contact_names()}
        form.show_choice(worded(merged.clashes, names, form.look.kind), who)

    def leave(self) -> None:
        """Back to the document without choosing; the others' change waits in the banner."""
        merged, self._merged = self._merged, None
        self._form.show_part(self._form.page)
        if merged is not None:
            self._form.theirs = merged.theirs
            self._form.tell_stale()

    def _resolved(self, mine: list[str]) -> None:
        merged, self._merged = self._merged, None
        if merged is None:
            return
        theirs = [at for at in range(len(merged.clashes)) if str(at) not in mine]
        self._form.show_part(self._form.page)
        self._go_on(settle(merged, theirs), merged.theirs)

    def _go_on(self, doc: Doc, theirs: Doc) -> None:
        self._form.take(doc, theirs)
        self.settled.emit(self._form.page.typed()[0])
