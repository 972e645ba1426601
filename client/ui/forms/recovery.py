"""After a crash: what was typed and not saved is offered again, to go on or to let go."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from client.context import Context
from client.data import formats
from client.data.drafts import Draft, Drafts
from client.data.history.sentences import kind_name
from client.data.leftover import Leftover
from client.i18n import N_, _
from client.model import ENTITIES
from client.ui.forms import leftover
from client.ui.forms.journal import drafts_of
from client.ui.forms.record_dialog import RecordDialog
from client.ui.kit import Button, Label, bar, lay_dialog
from client.ui.kit.room import fit_to_screen
from client.ui.list_and_form import ListAndForm
from client.ui.screen import Navigator
from client.ui.tables.columns import Column
from client.ui.tables.plain import plain_table

PAGES = {"rights_role": "roles"}  # kinds whose form is a screen: that one


NO_KEYRING = N_(
    "This computer has no keyring: what you type and do not save is kept encrypted with a key in a"
    " file that only your account here can read."
)
TOLD = "no_keyring_told"


def _left(journal: Drafts) -> tuple[list[Draft], bool]:
    return journal.all(), journal.has_keyring


class Recovery(QObject):
    """Looks into the journal after a login, or when one window replaces another."""

    told = Signal(str)  # something to know about this computer, once

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        shown: Callable[[], QWidget | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context, self._navigator, self._window = context, navigator, window
        self._shown = shown

    def go_on(self) -> None:
        """Open again, without asking, what was typed in a window that this one replaces."""
        work = drafts_of(self._context.office).mine
        self._context.jobs.run(self, work, self._reopen_all)

    def _reopen_all(self, drafts: list[Draft]) -> None:
        for draft in reversed(drafts):
            self.reopen(draft)

    def look(self) -> None:
        """Offer what was left over when the program ended."""
        work = partial(_left, drafts_of(self._context.office))
        self._context.jobs.run(self, work, self._offer)

    def _offer(self, found: tuple[list[Draft], bool]) -> None:
        drafts, has_keyring = found
        settings = self._context.settings
        if not has_keyring and not settings.get(TOLD, False):
            settings.set(TOLD, True)
            self.told.emit(_(NO_KEYRING))
        if drafts:
            dialog = RecoveryDialog(drafts_of(self._context.office), drafts, self._window)
            dialog.wanted.connect(self.reopen)
            dialog.open()

    def reopen(self, draft: Draft) -> None:
        """Open the form with what was typed; its entry stays until the form is saved.

        A form in which something else is typed keeps that, and the entry waits. Where the record
        is gone meanwhile, what was typed is shown by itself.
        """
        if draft.id is None:
            self._looked(draft, None)
            return
        work = partial(leftover.look, self._context.office, draft)
        self._context.jobs.run(self, work, partial(self._looked, draft))

    def _looked(self, draft: Draft, left: Leftover | None) -> None:
        if left is not None:
            journal = drafts_of(self._context.office)
            leftover.LeftoverDialog(journal, draft, left, self._window).open()
            return
        form = self._form_of(draft)
        if form is not None and not form.dirty:
            form.journal.take_over(draft)
            form.recover(draft.payload)

    def _form_of(self, draft: Draft) -> Any:
        if draft.kind in PAGES:
            self._navigator.open_screen(PAGES[draft.kind])
        else:
            self._navigator.open_record(draft.kind, draft.id)
        shown = self._shown()
        form: Any = getattr(shown, "form", shown)
        journal = getattr(form, "journal", None)
        if journal is not None and journal.kind == draft.kind and form.record_id == draft.id:
            return form
        if draft.kind not in ENTITIES or isinstance(shown, ListAndForm):
            return None
        start = draft.payload.get("start") or {}
        entity = ENTITIES[draft.kind]
        dialog = RecordDialog(self._context, entity, draft.id, self._window, **start)
        dialog.open()
        return dialog.form


class RecoveryDialog(QDialog):
    """One line for each form: what it was and when it was typed last."""

    wanted = Signal(object)

    def __init__(self, journal: Drafts, drafts: list[Draft], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Not saved yet"))
        fit_to_screen(self, 620, 340)
        self._journal, self._drafts = journal, list(drafts)
        said = Label(_("The program ended before these were saved. Nothing typed is lost."))
        said.setWordWrap(True)
        columns = [
            Column("when", _("When"), 128, "code"),
            Column("kind", _("Kind of record"), 110, "text2"),
            Column("record", _("Record"), 300, "name", stretch=True),
        ]
        self.table, self.model = plain_table(columns, _("Not saved yet"))
        self.table.setProperty("framed", True)
        self.table.opened.connect(self.reopen)
        self._show(0)
        reopen = Button(_("Go on typing"), "Enter", "pencil-simple", "primary")
        discard = Button(_("Discard"), "Del", "trash")
        later = Button(_("Later"), "Esc")
        QShortcut(QKeySequence.StandardKey.Delete, self.table, self.discard)
        reopen.clicked.connect(self.reopen)
        discard.clicked.connect(self.discard)
        later.clicked.connect(self.reject)
        foot = bar(reopen, discard, None, later, kind="footbar")
        lay_dialog(self, said, self.table, foot=foot, grows=self.table)
        self.table.setFocus()

    def reopen(self) -> None:
        """Go on with the chosen form."""
        draft = self._take()
        if draft is not None:
            self.wanted.emit(draft)
            self._done()

    def discard(self) -> None:
        """Let what was typed go."""
        draft = self._take()
        if draft is not None:
            self._journal.discard(draft)
            self._done()

    def _show(self, row: int) -> None:
        self.model.show_rows([_line(draft) for draft in self._drafts])
        if self._drafts:
            self.table.selectRow(min(row, len(self._drafts) - 1))

    def _take(self) -> Draft | None:
        row = self.table.currentIndex().row()
        found = self._drafts.pop(row) if 0 <= row < len(self._drafts) else None
        self._show(row)
        return found

    def _done(self) -> None:
        if not self._drafts:
            self.accept()


def _line(draft: Draft) -> tuple[str, str, str]:
    payload: Any = draft.payload
    title = payload.get("title", "") if isinstance(payload, dict) else ""
    when = formats.datetime_text(draft.at)
    return when, kind_name(draft.kind), str(title).removesuffix(" *")
