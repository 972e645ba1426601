"""The form of any kind of record: it reads, keeps what is typed, and saves.

It is dirty if a value differs from the loaded one. Nothing typed is lost through a conflict, a
server that is gone, or a crash.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Signal

from client.context import Context
from client.data import formats, forms, records
from client.data.errors import Conflict, Gone, NotYours, field_of, sentence
from client.data.forms import FormData
from client.i18n import N_, _, plural, within
from client.model import Entity
from client.ui.following import Following, is_of_reach
from client.ui.forms.choices import FormChoices
from client.ui.forms.journal import FormJournal, kept_title
from client.ui.forms.leave import FormLeave
from client.ui.forms.masking import FormMasking
from client.ui.forms.merge import FormMerge
from client.ui.forms.page import FormPage
from client.ui.forms.retry import FormRetry
from client.ui.screen import Navigator

Values = dict[str, Any]


def read(office: Any, entity: type[Entity], id: int | None, start: Mapping[str, Any]) -> FormData:
    with office.session() as session:
        return forms.read_form(session, entity, id, start)


def write(office: Any, entity: type[Entity], values: Values, base: Values) -> Values:
    work = partial(records.save, entity=entity, values=values, base=base)
    return dict(office.run(work))


class RecordForm(FormPage):
    """Shows one record of `entity`; without `id` a new one, with the values in `start`.

    `loaded` is emitted when a record is shown, `saved` with the id. `record_id` is None until a new
    record is saved; `base` is the record as it was loaded.
    """

    title_changed = Signal(str)
    status_changed = Signal(str)
    saved = Signal(int)
    loaded = Signal()

    def __init__(
        self,
        context: Context,
        entity: type[Entity],
        id: int | None = None,
        navigator: Navigator | None = None,
        **start: Any,
    ) -> None:
        super().__init__(context, entity)
        self.navigator, self.record_id, self._start = navigator, id, start
        self.table: str = entity.__tablename__  # type: ignore[attr-defined]
        if id is None and "owner_id" in self.fields.editors:
            self._start.setdefault("owner_id", context.office.me["id"])
        self.base: Values = {}
        self.sent: Values = {}
        self.data: FormData | None = None
        self.dirty = self.saving = False
        self._then: Callable[[], object] | None = None
        self._recovered: Values | None = None
        self.journal = FormJournal(context, self, self.table, self.payload, self.head.presence)
        self.journal.name(f"{self.table}:{id or uuid4().hex}", id)
        self.merge, self.leave, self.wait = FormMerge(self), FormLeave(self), FormRetry(self)
        self.masking, self.choices = FormMasking(self), FormChoices(self)
        self.fields.edited.connect(self._edited)
        self.save_button.clicked.connect(self.save)
        self.undo_button.clicked.connect(self.back)
        self.following = Following(context, self, self._is_about, self.refresh)
        self.refresh()

    # Loading

    def refresh(self) -> None:
        """Read the record as it is stored; a dirty form keeps what is typed."""
        if self.saving or (self.record_id is None and self.data is not None):
            return
        self.busy.start()
        work = partial(self.reader(), self.context.office, self.entity, self.record_id, self._start)
        self.following.run(work, self._read, self._failed)

    def reader(self) -> Callable[..., FormData]:
        """The function that reads a record; kinds with a function of their own have another."""
        return read

    def _read(self, data: FormData) -> None:
        self.busy.stop()
        self.lose("")
        if self.dirty:
            self.save_button.setEnabled(self.may_save())  # it may have been gone for a while
        if self.merge.is_kept(data.values):
            return
        self.merge.note_early(data.values)
        self.show_record(data)
        self.merge.go_on()
        if self._recovered is not None:
            self.recover(self._recovered)

    def show_record(self, data: FormData) -> None:
        """Show a record as stored."""
        self.data, self.base, self.dirty = data, dict(data.values), False
        self.merge.forget()
        self.fields.show_data(self.merge.with_early(data))
        self.fields.set_readonly(not self.may_save(), self.guarded())
        # What an editor makes of a stored value is no change of the clerk's.
        self.base |= self.merge.without_early(self.fields.values()[0])
        self.head.show_record(data, self.fields)
        self.save_button.setEnabled(self.may_save())
        self.title_changed.emit(self.title)
        self.loaded.emit()

    def take(self, values: Values, base: Values) -> None:
        """Show `values` as typed over the newer version `base`."""
        assert self.data is not None
        self.base = self.base | base
        self.merge.forget()
        self.fields.show_values(values, self.fields.titles(self.values()))
        self._edited()

    def _is_about(self, table: str, ids: list[int]) -> bool:
        known = self.record_id is not None and (not ids or self.record_id in ids)
        lent = "owner_id" in self.base and is_of_reach(self.context, table, ids)
        return (table == self.table and known) or lent

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        name = self.base.get("short_name") or self.base.get(self.entity.TITLE)
        kind = _(self.entity.LABEL)
        new = _("New {kind}").format(kind=within(kind))
        text = str(name or kind) if self.record_id else new
        return f"{text} *" if self.dirty else text

    def may_save(self) -> bool:
        action = "edit" if self.record_id is not None else "create"
        return self.context.office.rights.may(self.entity.MODULE, action)

    def guarded(self) -> tuple[str, ...]:
        """The names of the fields that this operator may not change."""
        may_assign = self.context.office.rights.may(self.entity.MODULE, "assign")
        owner = "owner_id" in self.fields.editors and not may_assign
        return (*(("owner_id",) if owner else ()), *self.masking.names())

    # What is typed

    def values(self) -> Values:
        """The record with what is typed, as far as it can be read."""
        return self.base | self.fields.values()[0]

    def payload(self) -> Values:
        """What the journal keeps: the record as opened, and what was typed."""
        typed = {n: v for n, v in self.values().items() if v != self.base.get(n)}
        plain = {n: v for n, v in self.base.items() if n in self.fields.editors or n == "version"}
        title = kept_title(self.title, self.record_id, typed.get(self.entity.TITLE))
        kept = {"base": plain, "typed": typed, "texts": self.fields.typed(), "title": title}
        return kept | {"start": self._start}

    def recover(self, kept: Values) -> None:
        """Type what the journal kept, once the record is read.

        A record that others saved since then is compared as ever.
        """
        self._recovered = kept if self.data is None else None
        if self.data is None:
            return
        stored = dict(self.base)
        self.base |= kept.get("base", {})
        self.fields.show_values(
            self.base | kept.get("typed", {}), self.fields.titles(self.values())
        )
        self.fields.type_again(kept.get("texts", {}))
        self._edited()
        if self.dirty and stored.get("version") != self.base.get("version"):
            self.merge.know(stored)

    def _edited(self) -> None:
        found, wrong = self.fields.values()
        changed = any(value != self.base.get(name) for name, value in found.items())
        dirty = self.data is not None and (bool(wrong) or changed)
        self.say("")
        if dirty:
            self.journal.note()
        elif self.dirty:
            self.journal.drop()
        if dirty != self.dirty:
            self.dirty = dirty
            self.title_changed.emit(self.title)

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save what is typed, if anything is; `then` is called when it is stored."""
        if self.is_choosing():
            self.conflict.accept()
            return
        if self.data is None and not self.save_button.isEnabled():
            return
        found, wrong = self.fields.check()
        if wrong:
            said = plural(len(wrong), N_("{n} field is wrong."), N_("{n} fields are wrong."))
            self.say(said, "red")
        elif not self.saving and self.may_save():
            self._then = then if callable(then) else None
            if self.dirty or self.record_id is None:
                self.store(self.base | found, self.base)
            else:
                self._go_on()

    def store(self, values: Values, base: Values) -> None:
        """Store `values`, which were made from the version `base`."""
        self.saving, self.sent = True, self.values()
        self.busy.start()
        sent = self.wait.begin(values, base)
        work = partial(self.writer(), self.context.office, self.entity, *sent)
        self.context.jobs.run(self, work, self._stored, self._failed)

    def writer(self) -> Callable[..., Values]:
        """The function that stores a record; kinds with a function of their own have another."""
        return write

    def _stored(self, values: Values) -> None:
        self._quiet()
        self.wait.stored()
        self.show_fields()
        now, texts = self.fields.values()[0], self.fields.typed()
        typed_on = {name: value for name, value in now.items() if value != self.sent.get(name)}
        self.record_id, over = values["id"], self.base.get("version")
        assert self.data is not None
        self.show_record(FormData(values, self.data.choices, self.fields.titles(self.values())))
        self.say(_("saved {time}").format(time=formats.time_text(formats.now())))
        if typed_on or texts:
            # Others' change of the same came in with it, unseen: the next save asks.
            unseen = {n: self.sent[n] for n in typed_on if values.get(n) != self.sent[n]}
            base = self.base | unseen | ({"version": over} if unseen else {})
            self.take(self.base | typed_on, base)
            self.fields.type_again(texts)
            self._edited()
        self.journal.stored(f"{self.table}:{values['id']}", values["id"], self.dirty)
        self._go_on()

    def _go_on(self) -> None:
        self.saved.emit(self.record_id)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _failed(self, error: Exception) -> None:
        saved = self.saving
        self._quiet()
        if saved and self.wait.failed(error):
            return
        if isinstance(error, Conflict):
            self.merge.settle(dict(error.theirs))
            return
        self.complain(field_of(error), sentence(error), not saved or self.values() == self.sent)
        if not saved and isinstance(error, Gone | NotYours):
            self.lose(sentence(error))
        if isinstance(error, Gone) or (self.data is None and isinstance(error, NotYours)):
            self.save_button.setEnabled(False)
            if self.data is None:
                self.fields.set_readonly(True)  # there is no record to type into

    def _quiet(self) -> None:
        self.saving = False
        self.busy.stop()
        self.save_button.setEnabled(self.may_save())

    # What the clerk does

    def save_and_new(self) -> None:
        """Save, then begin another record of the kind."""
        self.save(self.leave.another)

    def back(self) -> None:
        """Undo what is typed, asking once; without anything typed, close the panel."""
        self.leave.back()

    def may_close(self) -> bool:
        return self.leave.may_close()
