"""Asks where PDF files go, and remembers the folder."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from client.i18n import _
from client.settings import Settings

FOLDER = "folder/papers"


def last_folder(settings: Settings) -> Path:
    """Where the last paper went, else where documents lie; the home of who has neither."""
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    for folder in (settings.get(FOLDER, ""), QStandardPaths.writableLocation(documents)):
        if folder and Path(folder).is_dir():
            return Path(folder)
    return Path.home()


def ask_file(settings: Settings, parent: QWidget, name: str) -> Path | None:
    """The PDF file to write, or None."""
    dialog = QFileDialog(parent, _("Save as PDF"), str(last_folder(settings) / name))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    if not dialog.exec() or not dialog.selectedFiles():
        return None
    path = Path(dialog.selectedFiles()[0])
    settings.set(FOLDER, str(path.parent))
    return path


def ask_folder(settings: Settings, parent: QWidget) -> Path | None:
    """The folder to write files into, or None."""
    chosen = QFileDialog.getExistingDirectory(
        parent, _("Folder for the PDF files"), str(last_folder(settings))
    )
    if not chosen:
        return None
    settings.set(FOLDER, chosen)
    return Path(chosen)
