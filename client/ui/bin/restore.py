"""Asks before something comes back from the recycle bin: what with it, and what is in the way."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from client.context import Context
from client.data import formats, merging, recycle
from client.data.errors import sentence
from client.data.recycle import Clash, Preview
from client.i18n import _
from client.model import ENTITIES, fields
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar, lay_dialog
from client.ui.kit.room import fit_to_screen

WIDTH = 460


def read(office: Any, deletion: int) -> Preview:
    found: Preview = office.run(partial(recycle.preview, deletion=deletion))
    return found


def bring_back(office: Any, preview: Preview, renamed: dict[str, Any]) -> str:
    """Restore it, or undo its merge. Answers with a sentence."""
    found = preview.deletion
    if preview.merge is not None:
        work = partial(merging.unmerge, id_=preview.merge["id"])
        return merging.undone_text(office.run(work))
    office.run(partial(recycle.restore, deletion=found.id, renamed=renamed))
    return _("{name} is back.").format(name=found.name)


def sentence_label(text: str, tone: str = "text") -> Label:
    """A sentence over as many lines as it takes."""
    made = Label(text, tone)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class RestoreDialog(QDialog):
    """Restores one deletion; `restored` says in a sentence what came back."""

    restored = Signal(str)

    def __init__(self, context: Context, deletion: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._deletion = context, deletion
        self.preview: Preview | None = None
        self.answers: dict[Clash, QLineEdit] = {}
        self.setWindowTitle(_("Restore from the recycle bin"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(WIDTH)
        self.message = sentence_label("", "red")
        self.message.hide()
        self.restore_button = Button(_("Restore"), "Enter", "arrow-counter-clockwise", "primary")
        self.restore_button.setDefault(True)
        self.restore_button.setEnabled(False)
        leave = Button(_("Cancel"), "Esc")
        self.restore_button.clicked.connect(self.restore)
        leave.clicked.connect(self.reject)
        foot = bar(self.restore_button, leave, None, kind="footbar")
        self.body = lay_dialog(self, foot=foot)
        self.busy = BusyBar(self)
        self.busy.start()
        context.jobs.run(self, partial(read, context.office, deletion), self._show, self._failed)

    def _show(self, preview: Preview) -> None:
        self.busy.stop()
        self.preview = preview
        for label in self._told(preview):
            self._add(label)
        self._ask_for_others(preview)
        self.body.addWidget(self.message)
        self.restore_button.setEnabled(preview.may and not preview.blocked)
        first = next(iter(self.answers.values()), None)
        (first or self.restore_button).setFocus()
        self._fit()

    def _told(self, preview: Preview) -> list[Label]:
        found = preview.deletion
        kind = _(ENTITIES[found.kind].LABEL)
        parts = [kind, found.name, *([found.customer] if found.customer else [])]
        when = formats.datetime_text(found.at)
        gone = _("Deleted {when} by {who}.").format(when=when, who=found.who or "–")
        labels = [Label(" · ".join(parts), "accent"), Label(gone, "text2")]
        merged = merging.undoing(preview.merge) if preview.merge else []
        more = recycle.counted(found.taken, found.kind)
        with_it = _("With it comes back: {records}").format(records=more)
        if not merged:
            none = _("Nothing else comes back with it.")
            labels.append(sentence_label(with_it if more else none))
        told = (*preview.lacks, *merged, *preview.alike)
        labels += [sentence_label(text, "amber") for text in told]
        labels += [
            sentence_label(clash.sentence, "red") for clash in preview.clashes if not clash.is_asked
        ]
        if not preview.may:
            labels.append(sentence_label(_("You do not have the right to restore this."), "red"))
        return labels

    def _ask_for_others(self, preview: Preview) -> None:
        """A field for each code or name that a living record has now."""
        asked = [clash for clash in preview.clashes if clash.is_asked]
        if not asked:
            return
        grid = FormGrid(1)
        for clash in asked:
            field = fields(ENTITIES[clash.kind])[clash.what]
            edit = QLineEdit(clash.value)
            edit.setAccessibleName(_(field.label))
            edit.setMaxLength(field.length or 200)
            edit.selectAll()
            edit.setAccessibleDescription(clash.sentence)
            self._add(sentence_label(clash.sentence, "amber"))
            grid.add(_(field.label), edit, required=True, message_slot=False)
            self.answers[clash] = edit
        self._add(grid)

    def _add(self, part: QWidget) -> None:
        self.body.addWidget(part)
        part.show()  # what is not shown yet takes no room in the layout

    def restore(self) -> None:
        """Bring it back, under the codes that were typed."""
        if self.preview is None:
            return
        renamed: dict[str, Any] = {}
        for clash, edit in self.answers.items():
            of_kind = renamed.setdefault(clash.kind, {})
            of_kind.setdefault(str(clash.row), {})[clash.what] = edit.text().strip()
        self.restore_button.setEnabled(False)
        self.busy.start()
        work = partial(bring_back, self._context.office, self.preview, renamed)
        self._context.jobs.run(self, work, self._done, self._failed)

    def _done(self, said: str) -> None:
        self.restored.emit(said)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        if self.preview is None:
            self.body.addWidget(self.message)
        self.restore_button.setEnabled(self.preview is not None and not self.preview.blocked)
        self.message.setText(sentence(error))
        self.message.show()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the sentences need at this width."""
        whole = self.layout()
        assert whole is not None
        whole.activate()
        fit_to_screen(
            self, WIDTH, max(whole.totalHeightForWidth(WIDTH), whole.minimumSize().height())
        )
