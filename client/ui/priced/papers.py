"""A document's way to paper, from its print button. Papers show what is stored."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from client.context import Context
from client.ui.priced.form import PricedForm
from client.ui.printing.commands import PaperCommands
from client.ui.screen import Navigator


class DocumentPapers(PaperCommands):
    """The papers of the document of one form. `wanted` asks the screen to store what was typed and
    then to go on."""

    wanted = Signal(object)

    def __init__(self, context: Context, form: PricedForm, navigator: Navigator) -> None:
        super().__init__(context, form, form.look.kind.name, navigator)
        self._form = form
        steps = form.page.steps
        steps.print.clicked.connect(steps.open_print_menu)
        steps.preview.triggered.connect(self.preview)
        steps.at_once.triggered.connect(self.at_once)
        steps.as_pdf.triggered.connect(self.save)
        steps.printers.triggered.connect(self.set_up_printers)

    def preview(self) -> None:
        """Show the paper before it is printed."""
        self._stored_to(self.print_current)

    def at_once(self) -> None:
        self._stored_to(self.print_at_once)

    def save(self) -> None:
        self._stored_to(self.save_pdf)

    def reprint(self, revision: int) -> None:
        """Show what the customer got as `revision`, to be printed again."""
        self.print_current([self._form.base["id"]], revision=revision)

    def _stored_to(self, way: Callable[..., object]) -> None:
        self.wanted.emit(partial(self._go_on, way))

    def _go_on(self, way: Callable[..., Any]) -> None:
        way([self._form.base["id"]])
