"""The bar at the bottom of a document's screen. Where room is short, what is needed least goes into
the menu at its right.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from client.data.connection import Office
from client.data.priced.edit import Doc
from client.i18n import _
from client.ui.kit import Button, IconButton, Label, bar
from client.ui.priced.looks import Look

LEAST = 320
GAP = 8
IN_MENU = ("accept",)  # what is wanted too seldom for the bar
# What gives way first; what is not named stays.
GIVES_WAY = (
    "save_new",
    "duplicate",
    "end",
    "complete",
    "revisions",
    "deliver",
    "reopen",
    "refuse",
    "print",
    "receive",
)


class PricedActions(QWidget):
    """Its buttons are public by name so that the screen connects them."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.save = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.save_new = Button(_("Save and new"), "Ctrl+Enter")
        self.issue = Button(_(look.issue), "Ctrl+Shift+S", "check")
        self.print = Button(_("Print"), "Ctrl+P", "printer", menu=True)
        self.duplicate = Button(_("Duplicate"), "Ctrl+D", "copy")
        self.end = Button(_(look.end))
        self.back = Button(_("Back"), "Esc")
        self.more = IconButton("dots-three", _("More"))
        self.steps = {step.name: Button(_(step.text), step.keys, step.icon) for step in look.steps}
        self._saved = Label("", "text2")
        self._offered: dict[str, bool] = {}
        self.setMinimumWidth(LEAST)
        first = [self.steps[step.name] for step in look.steps if not step.last]
        last = [self.steps[step.name] for step in look.steps if step.last]
        tools: tuple[QWidget, ...] = (self.print, self.duplicate, *last, self.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        start: tuple[QWidget, ...] = (self.save, self.save_new, self.issue, *first)
        end = (None, self._saved, self.back)
        self._start, self._gap = start, QWidget()
        self._gap.setFixedWidth(0)
        row.addWidget(bar(*start, self._gap, *tools, self.more, *end, kind="footbar"))
        menu = QMenu(self)
        self.preview = menu.addAction(_("Preview"))
        self.at_once = menu.addAction(_("Print at once"))
        self.as_pdf = menu.addAction(_("Save as PDF…"))
        menu.addSeparator()
        self.printers = menu.addAction(_("Printers and papers…"))
        self.print_menu = menu
        self.more_menu = QMenu(self)
        self.more_menu.aboutToShow.connect(self._fill_more)
        self.more.clicked.connect(self._open_more)

    def buttons(self) -> Iterator[tuple[str, Button]]:
        """Every button that may be offered or not, by name."""
        names = ("save", "save_new", "issue", "print", "duplicate", "end")
        yield from ((name, getattr(self, name)) for name in names)
        yield from self.steps.items()

    def show_order(self, doc: Doc, editable: bool, office: Office) -> None:
        """Offer what the state of the document and one's rights allow."""
        rights, module = office.rights, self._look.kind.name
        create, stored = rights.may(module, "create"), doc.get("id") is not None
        self._offered = {
            "save": editable,
            "save_new": editable and create,
            "print": rights.may(module, "print"),
            "duplicate": stored and create,
            **self._look.offers(doc, editable, office),
        }
        self.end.setText(_(self._look.end) if doc.get("number") else _("Delete draft…"))
        self._fit()

    def offers(self, name: str) -> bool:
        """Whether this can be done now, in the bar or in its menu."""
        return self._offered.get(name, False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Show what is offered as far as there is room."""
        offered = {name for name, wanted in self._offered.items() if wanted}
        shown = offered - set(IN_MENU)
        widths = {name: button.sizeHint().width() + GAP for name, button in self.buttons()}
        saved = self._saved.sizeHint().width() + GAP  # the layout keeps its gap without a text too
        room = self.width() - self.back.sizeHint().width() - saved - 5 * GAP
        room -= self.more.width() if shown < offered else 0
        for name in GIVES_WAY:
            if sum(widths[one] for one in shown) <= room:
                break
            if name in shown:
                if shown == offered:
                    room -= self.more.width()
                shown.remove(name)
        for name, button in self.buttons():
            button.setVisible(name in shown)
        self.more.setVisible(shown < offered)
        self._gap.setVisible(not all(button.isHidden() for button in self._start))

    def _fill_more(self) -> None:
        self.more_menu.clear()
        for name, button in self.buttons():
            if self._offered.get(name) and button.isHidden():
                action = self.more_menu.addAction(button.text())
                action.triggered.connect(button.click)

    def _open_more(self) -> None:
        self._fill_more()
        self._above(self.more_menu, self.more)

    def say(self, text: str, token: str = "text2") -> None:
        """Tell at the right what was saved when, or why not."""
        self._saved.set_tone(token)
        self._saved.setText(text)
        self._fit()

    def said(self) -> str:
        """What stands at the right now."""
        return self._saved.text()

    def open_print_menu(self) -> None:
        """Offer the ways to a paper, above their button."""
        self._above(self.print_menu, self.print if self.print.isVisible() else self.more)

    def _above(self, menu: QMenu, button: QWidget) -> None:
        corner = button.mapToGlobal(button.rect().topLeft())
        menu.popup(corner - menu.rect().bottomLeft() if menu.height() > 1 else corner)
