"""A document that is open: what is stored, what is typed over it, and what others do to it
meanwhile. What one does with it is in `screen.py`.
"""

from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Signal

from client.context import Context
from client.data.errors import closed
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.merge import Merged, settle
from client.data.priced.store import Buyer, Lists, Opened
from client.i18n import _
from client.model import fields
from client.ui.following import Following, is_of_reach
from client.ui.forms.choices import Choices
from client.ui.forms.journal import kept_title
from client.ui.forms.stored_document import StoredDocument
from client.ui.priced.looks import Look
from client.ui.priced.page import PricedPage
from client.ui.screen import Navigator


class PricedForm(StoredDocument):
    """One document. Without `id` a new one, for `customer_id` or with the goods of `copy_of`."""

    look: ClassVar[Look]
    page: PricedPage
    noted = Signal()  # others changed what is shown beside what can be typed

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        id: int | None = None,
        customer_id: int | None = None,
        copy_of: int | None = None,
    ) -> None:
        super().__init__(context, navigator, id)
        self._customer_id, self._copy_of = customer_id, copy_of
        kind = self.look.kind
        self.base = order_store.begin(context.office, kind)
        self.names: dict[str, dict[int, str]] = {}
        self._recovered: dict[str, Any] | None = None
        self.page = PricedPage(context, self.look)
        self._lay_out()
        self.setFocusProxy(self.page)
        self._keep(kind.table)
        self.page.grid.typing.connect(self._typing)
        self.following = Following(context, self, self._is_about, self._back_online)
        Choices(context, self, order_store.LISTS, self._offer)

    # Load

    def load(self) -> None:
        """Read what the screen shows first."""
        self.page.busy.start()
        work = partial(order_store.open_document, self.context.office, self.look.kind)
        work = partial(work, self.record_id or self._copy_of, self._customer_id)
        self.context.jobs.run(self, work, self._opened, self.tell_failure)

    def _opened(self, found: Opened) -> None:
        self.page.busy.stop()
        early = self._typed_early()
        begun = bool(early) or self._is_cell_open()
        self._offer(found.lists)
        if found.buyer is not None:
            self.page.head.set_buyer(found.buyer)
        self.ready = True
        doc = self.base
        if found.doc is not None and self.record_id is None:
            copy = order_edit.duplicate(found.doc, self.look.kind, doc)
            doc = copy | {"customer": found.doc.get("customer")}
        elif found.doc is not None:
            doc = self.base = order_edit.opened(found.doc)
        lines = [*doc["lines"], *early.pop("lines", ())]
        self.show_order(doc | early | {"lines": lines})
        if found.doc is None and found.buyer is not None:
            self._begin_with(found.buyer, early)
        if self._recovered is not None:
            self.recover(self._recovered)
        if self.record_id is None and not begun:
            self.page.head.focus_first()
        self.tell_stale()
        self.loaded.emit()

    def _begin_with(self, buyer: Buyer, early: Doc) -> None:
        """Begin for a customer, whose address and phone are nobody's typing, as `early` is."""
        self.showing = True
        self.page.head.begin_with(buyer)
        self.showing = False
        head = self.page.head.values()[0]
        self.base |= {name: value for name, value in head.items() if name not in early}
        self._edited()

    def _offer(self, lists: Lists) -> None:
        """Choose from `lists` from now on; by them what two people changed is worded as well."""
        self.page.head.set_lists(lists)
        targets = {name: field.target for name, field in fields(self.look.kind.entity).items()}
        self.names = {
            name: {choice.id: choice.title for choice in lists[target]}
            for name, target in targets.items()
            if target in lists
        }

    def _show_unread(self) -> None:
        self.page.show_order(self.base, editable=False)

    def show_order(self, doc: Doc) -> None:
        """Show a document over `base`, which it may differ from."""
        self.showing = True
        self.page.show_order(doc, self.editable())
        self.page.steps.show_order(self.base, self.editable(), self.context.office)
        self.showing = False
        self._edited()
        self.title_changed.emit(self.title)

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        text = self.base.get("number")
        if not text:
            name = self.page.head.customer_name() if self.record_id is not None else ""
            text = _("Draft: {customer}").format(customer=name) if name else _(self.look.new)
        return f"{text} *" if self.dirty else str(text)

    def editable(self) -> bool:
        """Whether the document may be typed: by its state and by one's rights."""
        action, kind = "edit" if self.record_id is not None else "create", self.look.kind
        state = self.base.get("status") in kind.open
        return state and self.context.office.rights.may(kind.name, action)

    # What is typed

    def _is_changed(self) -> bool:
        doc, problems = self.page.typed(commit=False)
        return bool(problems) or order_edit.changed(self.base, doc, self.look.kind)

    def _is_kept(self) -> bool:
        return self.dirty or self.editable()

    def _is_cell_open(self) -> bool:
        return self.page.grid.typed_lines() is not self.page.grid.lines(commit=False)

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the document as opened, and as it stands now."""
        doc, _problems = self.page.typed(commit=False)
        doc["lines"] = list(self.page.grid.typed_lines())
        known = doc.get("customer") or {}
        if known.get("id") != doc["customer_id"]:
            doc["customer"] = {"id": doc["customer_id"], "name": self.page.head.customer_name()}
        name = (doc.get("customer") or {}).get("name")
        title = kept_title(self.title, self.record_id, name)
        return {"base": self.base, "doc": doc, "title": title}

    def recover(self, payload: dict[str, Any]) -> None:
        """Type again what the journal kept, once the document is read."""
        if not self.ready:
            self._recovered = payload
            return
        self._recovered = None
        stored = self.base
        if self.record_id is not None:
            self.base = payload["base"]
            if stored.get("version") != self.base.get("version"):
                self.theirs = stored
        self.show_order(payload["doc"])
        self.tell_stale()

    # What others do

    def refresh(self) -> None:
        """Read the document again; what is typed stays."""
        if self.record_id is not None and self.ready:
            work = partial(order_store.load, self.context.office, self.look.kind, self.record_id)
            self.following.run(work, self._read_again, self.tell_failure)
        else:
            kind = self.look.kind
            new = order_store.begin(self.context.office, kind)
            self._begin_on({name: new[name] for name in (kind.day, kind.until)})

    def _is_about(self, table: str, ids: list[int]) -> bool:
        # One that could not be opened may be there again.
        mine = table == self.look.kind.table and (not ids or self.record_id in ids)
        return mine or is_of_reach(self.context, table, ids)

    def _read_again(self, found: Doc) -> None:
        if found["version"] < (self.base.get("version") or 0):
            return  # read before what is shown was stored
        if found["version"] == self.base.get("version"):
            self._note(found)
            self.tell_stale()
            return
        if not self.dirty:
            self.base = order_edit.opened(found)
            self.show_order(self.base)
        else:
            self.theirs = order_edit.opened(found)
            self.tell_stale()

    def _note(self, found: Doc) -> None:
        """Money and goods that come and go change no document: its state and figures follow."""
        could = self.editable()
        known = {name: value for name, value in found.items() if name not in self.look.kind.head}
        known.pop("lines")
        if all(self.base.get(name) == value for name, value in known.items()):
            return
        self.base = self.base | known
        if self.editable() != could and not self.dirty:
            self.show_order(self.base)
            return
        self.page.note(known)
        self.page.steps.show_order(self.base, self.editable(), self.context.office)
        self.noted.emit()

    def tell_stale(self) -> None:
        """Say that somebody else saved the document while one was typing, or what else is new."""
        if self.theirs is None and self.dirty and not self.editable():
            self.page.banner.say(closed(self.base["status"]))
            return
        if self.theirs is None:
            self.page.banner.say(*self.news())
            return
        if self.theirs["status"] not in self.look.kind.open:
            self.page.banner.say(closed(self.theirs["status"]))
            return
        text = _("Somebody else has saved this document meanwhile. What you typed is kept.")
        self.page.banner.say(text, _("Bring both together"))

    def news(self) -> tuple[str, str, str]:
        """What is to be known before one types: a sentence, what can be done about it, its tone."""
        return "", "", "text2"

    def settle(self, merged: Merged, theirs: list[int]) -> Doc:
        return settle(merged, theirs)

    def take(self, doc: Doc, merged: Merged) -> None:
        self.base, self.theirs = merged.theirs, None
        self.show_order(doc)
        self.tell_stale()
