"""The choices of a paper: which paper, language, copies, and the printer that has it."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from client.context import Context
from client.data import papers
from client.i18n import _
from client.ui.kit import Button
from client.ui.printing import choices, printers
from client.ui.printing.choices import Choice
from client.ui.printing.printers import Target
from resources import LANGUAGES


class PaperOptions(QObject):
    """Holds the widgets; whoever shows them lays them out. `changed` when the paper looks
    different, `warned` with why the printer cannot print on it."""

    changed = Signal()
    warned = Signal(str)

    def __init__(self, context: Context, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._kind = context, kind
        self._offered = papers.copies_offered(context.office.settings)
        self._names: list[str] = []
        self.paper, self.language, self.printer = QComboBox(), QComboBox(), QComboBox()
        for name, size in papers.SIZES.items():
            self.paper.addItem(_(size.label), name)
        for language, text in LANGUAGES.items():
            self.language.addItem(text, language)
        self.copies = Button("", icon="copy", menu=True)
        self._menu = QMenu(self.copies)
        for name in self._offered:
            action = self._menu.addAction(name)
            action.setCheckable(True)
            action.toggled.connect(self._chosen)
        self.copies.setMenu(self._menu)
        self.copies.setVisible(bool(self._offered))
        self.paper.setAccessibleName(_("Paper"))
        self.language.setAccessibleName(_("Language"))
        self.printer.setAccessibleName(_("Printer"))
        self.printer.addItem(_("Looking for printers…"), "")
        self._show(choices.choice_of(context.settings, kind, self._offered))
        self.paper.currentIndexChanged.connect(self._paper_chosen)
        self.language.currentIndexChanged.connect(self._chosen)
        self.printer.activated.connect(self._printer_chosen)

    # Asked by whoever prints

    def choice(self) -> Choice:
        """What is chosen now."""
        names = (action.text() for action in self._menu.actions() if action.isChecked())
        return Choice(self.paper.currentData(), self.language.currentData(), tuple(names))

    def target(self) -> Target | None:
        """The chosen printer with what is kept for it and the paper; None where there is none."""
        name, paper = self.printer.currentData(), self.paper.currentData()
        if not name:
            return None
        return Target(name, printers.fit_of(self._context.settings, name, paper))

    def look_for_printers(self) -> None:
        """Ask the system for its printers; this can take a while."""
        self._context.jobs.run(self, printers.names, self._found)

    # What is chosen

    def _show(self, choice: Choice) -> None:
        self.paper.setCurrentIndex(self.paper.findData(choice.paper))
        self.language.setCurrentIndex(self.language.findData(choice.language))
        for action in self._menu.actions():
            action.setChecked(action.text() in choice.copies)
        self._count()

    def _count(self) -> None:
        number = len(self.choice().copies)
        text = _("{n} copies").format(n=number) if number > 1 else _("One copy")
        named = number == 1
        self.copies.setText(self.choice().copies[0] if named else text)
        self.copies.setToolTip(" · ".join(self.choice().copies) or _("Copies"))
        self.copies.setAccessibleName(_("Copies"))
        self.copies.updateGeometry()

    def _chosen(self) -> None:
        self._count()
        choices.keep_choice(self._context.settings, self._kind, self.choice())
        self.changed.emit()

    def _paper_chosen(self) -> None:
        self._offer()
        self._chosen()

    def _printer_chosen(self) -> None:
        if name := self.printer.currentData():
            choices.keep_printer(self._context.settings, self.paper.currentData(), name)
        self.check()

    def _found(self, names: list[str]) -> None:
        self._names = names
        self._offer()

    def _offer(self) -> None:
        """Offer the printers, the one for the chosen paper first at hand."""
        self.printer.clear()
        for name in self._names:
            self.printer.addItem(name, name)
        if not self._names:
            self.printer.addItem(_("No printer"), "")
        self.printer.setEnabled(bool(self._names))
        wished = choices.printer_of(self._context.settings, self.paper.currentData(), self._names)
        self.printer.setCurrentIndex(max(self.printer.findData(wished), 0))
        self.printer.setToolTip(wished)
        self.check()

    def check(self) -> None:
        """Ask the printer whether it has the paper."""
        name, paper = self.printer.currentData(), self.paper.currentData()
        self.warned.emit("")
        if name:
            work = partial(printers.lacks, name, paper)
            asked = partial(self._checked, name, paper)
            self._context.jobs.run(self, work, asked)

    def _checked(self, name: str, paper: str, why: Any) -> None:
        if (name, paper) == (self.printer.currentData(), self.paper.currentData()):
            self.warned.emit(why)
