"""The sheets that giver and receivers sign, as one PDF file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog

from client import i18n
from client.context import Context
from client.data.errors import sentence
from client.data.handover import Doc
from client.data.workbooks.workbook import file_name
from client.i18n import N_, _, plural
from client.ui.handover import work
from client.ui.printing.files import ask_file


class Sheets:
    """Asks for a file and writes the sheets into it; `say(text, tone)` tells what came of it."""

    def __init__(
        self, context: Context, dialog: QDialog, say: Callable[[str, str], object]
    ) -> None:
        self._context, self._dialog, self._say = context, dialog, say

    def ask(self, doc: Doc) -> None:
        """Let the clerk choose a file."""
        title = _("Hand-over {id}").format(id=doc["id"])
        path = ask_file(self._context.settings, self._dialog, file_name(title, ".pdf"))
        if path is not None:
            self.save(doc["id"], path)

    def save(self, id_: int, path: Path) -> None:
        """Write the sheets of a hand-over, one for each receiver."""
        job = partial(work.save_sheets, self._context.office, id_, path, i18n.current())
        self._context.jobs.run(self._dialog, job, partial(self._saved, path), self._failed)

    def _saved(self, path: Path, pages: int) -> None:
        said = plural(
            pages, N_("{n} page saved as {file}"), N_("{n} pages saved as {file}"), file=path.name
        )
        self._say(said, "green")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self._say(_("The file cannot be written: {why}").format(why=error.strerror), "red")
            return
        self._say(sentence(error), "red")
