"""Shows a draft whose record is gone, so that no form can open: what was typed can be copied."""

from typing import Any

from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from client.data import leftover
from client.data.drafts import Draft, Drafts
from client.data.leftover import Leftover
from client.i18n import _
from client.ui.kit import Button, Label, bar, lay_dialog
from client.ui.kit.room import fit_to_screen
from client.ui.tables.columns import Column
from client.ui.tables.plain import plain_table


def look(office: Any, draft: Draft) -> Leftover | None:
    """What is left of a draft, where its record is gone. For worker threads."""
    with office.session() as session:
        return leftover.look(session, draft)


class LeftoverDialog(QDialog):
    """What was typed, beside what it was; it stays in the journal until it is discarded."""

    def __init__(self, journal: Drafts, draft: Draft, left: Leftover, parent: QWidget) -> None:
        super().__init__(parent)
        self._journal, self._draft, self._left = journal, draft, left
        title = str(draft.payload.get("title") or "").removesuffix(" *")
        self.setWindowTitle(_("Not saved: {name}").format(name=title))
        fit_to_screen(self, 620, 380)
        reason = Label(left.reason, "amber")
        reason.setWordWrap(True)
        kept = Label(_("What you typed cannot be saved there any more. Copy what you need."))
        kept.setWordWrap(True)
        columns = [
            Column("field", _("Field"), 120, "text2"),
            Column("was", _("Was"), 160, "text2"),
            Column("typed", _("Typed"), 300, stretch=True),
        ]
        self.table, model = plain_table(columns, _("Not saved yet"))
        self.table.setProperty("framed", True)
        model.show_rows([tuple(row) for row in left.rows])
        copy = Button(_("Copy all"), "Ctrl+C", "copy", "primary")
        copy.clicked.connect(self.copy)
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self.copy)
        discard = Button(_("Discard"), "", "trash")
        discard.clicked.connect(self.discard)
        close = Button(_("Close"), "Esc")
        close.clicked.connect(self.reject)
        self.said = Label("", "text2")
        foot = bar(copy, discard, None, self.said, 8, close, kind="footbar")
        lay_dialog(self, reason, kept, self.table, foot=foot, grows=self.table)
        self.table.setFocus()

    def copy(self) -> None:
        """Put all of it on the clipboard, a line a field, ready for a sheet."""
        lines = ("\t".join(row) for row in self._left.rows)
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.setText(_("Copied."))

    def discard(self) -> None:
        """Let what was typed go."""
        self._journal.discard(self._draft)
        self.accept()
