"""The dialog that merges two customers: the choice, the reason, the act, and its undoing."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from client.context import Context
from client.data import merging
from client.data.errors import KnownError, known, sentence
from client.data.merging import Doc, Side
from client.i18n import _
from client.ui.kit import BusyBar, Button, ElidedLabel, Label, bar, headline, pile
from client.ui.kit.room import fit_to_screen
from client.ui.merging.choice import MergeChoice


def read(office: Any, ids: tuple[int, int]) -> list[Side]:
    with office.session() as session:
        return [merging.read(session, id_) for id_ in ids]


def merge(office: Any, kept: int, dropped: int, names: list[str], reason: str) -> Doc:
    doc: Doc = office.run(lambda s: merging.merge(s, kept, dropped, names, reason))
    return doc


def unmerge(office: Any, id_: int) -> Doc:
    doc: Doc = office.run(lambda session: merging.unmerge(session, id_))
    return doc


def may_merge(context: Context) -> bool:
    """Whether the operator may merge at all."""
    may = context.office.rights.may
    return bool(may("customer", "edit") and may("customer", "delete"))


class MergeDialog(QDialog):
    """Two customers; `done_with` when they were merged, or parted again."""

    done_with = Signal()

    def __init__(self, context: Context, ids: tuple[int, int], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._ids = context, ids
        self.doc: Doc | None = None
        self._working = self._read_once = False
        self.setWindowTitle(_("Merge customers"))
        fit_to_screen(self, 820, 620)
        self.choice = MergeChoice()
        self.reason = QLineEdit(_("entered twice"))
        self.reason.setMaxLength(500)
        self.reason.setAccessibleName(_("Reason"))
        self.start = Button(_("Merge"), "F8", "check", "primary")
        self.undo_button = Button(_("Undo"), icon="arrow-counter-clockwise")
        self.message = ElidedLabel("")
        self._leave = leave = Button(_("Close"), "Esc")
        self.start.clicked.connect(self.merge)
        self.undo_button.clicked.connect(self.undo)
        leave.clicked.connect(self.reject)
        self.reason.textChanged.connect(self._settle)
        self.choice.kept_changed.connect(self._tell)
        QShortcut(QKeySequence("F8"), self).activated.connect(self.start.click)
        head = headline(_("Merge customers"), _("Choose in each line what to keep."))
        why = bar(Label(_("Reason"), "text2"), self.reason, kind="panel", gap=8)
        why.setFixedHeight(40)
        foot = bar(self.start, self.undo_button, self.message, None, leave, kind="footbar")
        pile(self, head, self.choice, why, foot, grows=self.choice)
        self.busy = BusyBar(self)
        self.refresh()

    def refresh(self) -> None:
        """Read both as they are now."""
        self._begin()
        work = partial(read, self._context.office, self._ids)
        self._context.jobs.run(self, work, self._read, self._failed)

    def _read(self, sides: list[Side]) -> None:
        self._end()
        self._read_once = True
        said = self.message.text()
        left, right = sides
        self.choice.show_sides(left, right, merging.approved_first(self._context.office))
        if said:
            self.say(said, "amber")  # what the undoing left
        self._settle()

    def _tell(self) -> None:
        """What the act would do."""
        kept = self.choice.kept()
        here, other = (self.choice.sides[n].data.values for n in (kept, 1 - kept))
        said = _("{old} moves to {number} and goes to the recycle bin.")
        self.say(said.format(old=other["number"], number=here["number"]))

    # What the clerk does

    def merge(self) -> None:
        """Merge them as chosen."""
        kept = self.choice.kept()
        here, other = (self.choice.sides[n].id for n in (kept, 1 - kept))
        names, why = self.choice.taken(), self.reason.text()
        self._begin()
        job = partial(merge, self._context.office, here, other, names, why)
        self._context.jobs.run(self, job, self._merged, self._failed)

    def _merged(self, doc: Doc) -> None:
        self.doc = doc
        self._end()
        self.say(merging.done_text(doc), "green")
        self._leave.setFocus()  # one more Enter must not undo it
        self.done_with.emit()

    def undo(self) -> None:
        """Part them again."""
        if self.doc is not None:
            self._begin()
            job = partial(unmerge, self._context.office, self.doc["id"])
            self._context.jobs.run(self, job, self._undone, self._failed)

    def _undone(self, doc: Doc) -> None:
        self.doc = None
        self._end()
        self.say(merging.undone_text(doc), "amber")
        self.done_with.emit()
        self.refresh()

    def say(self, text: str, tone: str = "text2") -> None:
        self.message.set_tone(tone)
        self.message.setText(text)
        self.message.setToolTip(text)
        self.message.updateGeometry()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.say(sentence(error), "red")
        if not (known(error) or isinstance(error, KnownError)):
            self._context.jobs.problem.emit(error)

    def _begin(self) -> None:
        self._working = True
        self.busy.start()
        self._settle()

    def _end(self) -> None:
        self._working = False
        self.busy.stop()
        self._settle()

    def _settle(self) -> None:
        done, reason = self.doc is not None, bool(self.reason.text().strip())
        self.start.setVisible(not done)
        self.start.setEnabled(self._read_once and reason and not self._working)
        self.undo_button.setVisible(done)
        self.undo_button.setEnabled(not self._working)
        self.choice.setEnabled(not (done or self._working))
        self.reason.setEnabled(not (done or self._working))
