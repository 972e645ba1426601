"""An order on paper: as a PDF file of a speaking name, or opened in the system's viewer."""

import re
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from client import i18n
from client.context import Context
from client.data import formats
from client.data.priced.edit import Doc
from client.data.workbooks.workbook import write_whole
from client.i18n import _

FOLDER = "folder/papers"
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
LONGEST = 120


def make_paper(doc: Doc, head: dict[str, Any], language: str, path: Path) -> tuple[Path, str]:
    """Write the order's PDF to `path`; answers with characters that no font has."""
    from reports import papers

    paper = papers.make("order", doc, head, language)
    write_whole(path, paper.pdf)
    return path, "".join(paper.missing)


def paper_head(settings: dict[str, Any]) -> dict[str, Any]:
    """What the head of a paper says about the office, out of its settings."""
    own = "office_"
    return {k.removeprefix(own): value for k, value in settings.items() if k.startswith(own)}


def file_name(doc: Doc) -> str:
    """Like 销售单_广州星河_SO-2026-0412_20260912.pdf, without characters a file cannot have."""
    customer = doc.get("customer") or {}
    parts = (
        _("Sales order"),
        customer.get("short_name") or customer.get("name"),
        doc.get("number") or _("Draft"),
        formats.date_text(doc.get("order_date")).replace("-", ""),
    )
    name = "_".join(FORBIDDEN.sub(" ", str(part)).strip() for part in parts if part)
    return name[:LONGEST].strip(" .") + ".pdf"


class OrderPrinter(QObject):
    """Makes the paper off the window's thread; `said` tells how it ended."""

    said = Signal(str, str)  # sentence, tone

    def __init__(self, context: Context, screen: QWidget) -> None:
        super().__init__(screen)
        self._context, self._screen = context, screen

    def save_as(self, doc: Doc) -> None:
        """Ask where, and write the PDF there."""
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = self._context.settings.get(FOLDER, "") or QStandardPaths.writableLocation(
            documents
        )
        dialog = QFileDialog(self._screen, _("Save as PDF"), str(Path(folder) / file_name(doc)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        if dialog.exec() and dialog.selectedFiles():
            path = Path(dialog.selectedFiles()[0])
            self._context.settings.set(FOLDER, str(path.parent))
            self.write(doc, path)

    def write(self, doc: Doc, path: Path) -> None:
        """Write the PDF to `path`."""
        self._make(doc, path, self._written)

    def view(self, doc: Doc) -> None:
        """Open the PDF in the system's viewer, from where it can be printed."""
        folder = Path(tempfile.gettempdir()) / "kehu-papers"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            self._failed(error)
            return
        self._make(doc, folder / file_name(doc), self._open)

    def _make(self, doc: Doc, path: Path, done: Any) -> None:
        head = paper_head(self._context.office.settings)
        work = partial(make_paper, doc, head, i18n.current(), path)
        self._context.jobs.run(self, work, done, self._failed)

    def _written(self, made: tuple[Path, str]) -> None:
        path, missing = made
        self._tell(_("Saved: {file}").format(file=path.name), missing)

    def _open(self, made: tuple[Path, str]) -> None:
        path, missing = made
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._tell(_("Opened: {file}").format(file=path.name), missing)
        else:
            text = _("No program for PDF files was found. The file lies at {path}.")
            self.said.emit(text.format(path=path), "red")

    def _tell(self, text: str, missing: str) -> None:
        if missing:
            text += " " + _("No font has these characters: {characters}").format(characters=missing)
        self.said.emit(text, "amber" if missing else "text2")

    def _failed(self, error: Exception) -> None:
        if isinstance(error, OSError):
            text = _("The file could not be written: {reason}")
            self.said.emit(text.format(reason=error.strerror or error), "red")
        else:
            self._context.jobs.problem.emit(error)
