"""All changes one may see, the latest first: a page of the settings."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from client.context import Context
from client.data.history.entries import ACCESS
from client.data.workbooks.workbook import file_name
from client.i18n import N_, _, current, plural
from client.ui.history import work
from client.ui.history.changes import ChangeList
from client.ui.kit import IconButton
from client.ui.screen import Navigator

# Where a row is looked at; parts are looked at with the record they belong to.
OPENED = ("customer", "sales_order", "product", "region", "department", "operator")


class HistoryScreen(QWidget):
    """Enter opens the record that was changed."""

    status_changed = Signal(str)
    help_topic = "history"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context, self._navigator = context, navigator
        self.changes = ChangeList(context)
        self.changes.status_changed.connect(self.status_changed)
        self.changes.opened.connect(self._open)
        export = IconButton("export", _("To Excel (Ctrl+E)"))
        export.clicked.connect(self.export)
        export.setVisible(context.office.rights.may("history", "export"))
        self.changes.filters.add(export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.changes)
        self.setFocusProxy(self.changes)

    def refresh(self) -> None:
        self.changes.refresh()

    def focus_filter(self) -> None:
        self.changes.filters.words.setFocus()

    def export(self) -> None:
        """Take all that is asked for to a workbook."""
        if not self._context.office.rights.may("history", "export"):
            return
        folder = self._context.settings.get("export/folder", "") or _documents()
        start = str(Path(folder) / file_name(_("History")))
        kinds = _("Workbook") + " (*.xlsx)"
        chosen, _kind = QFileDialog.getSaveFileName(self, _("To Excel"), start, kinds)
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, path: Path) -> None:
        """Write the workbook, however long the history is."""
        shown = self.changes
        shown.busy.start(_("Writing the workbook…"))
        wanted = shown.filters.wanted()
        asked = partial(work.export, self._context.office, path, wanted, current())
        self._context.jobs.run(shown, asked, partial(self._exported, path), shown.failed)

    def _exported(self, path: Path, rows: int) -> None:
        self.changes.busy.stop()
        text = plural(
            rows, N_("{n} row written to {file}"), N_("{n} rows written to {file}"), file=path.name
        )
        self.changes.say(text)

    def _open(self, kind: str, number: int) -> None:
        if kind == ACCESS:
            kind = "operator"
        if kind in OPENED and number:
            self._navigator.open_record(kind, number)


def _documents() -> str:
    place = QStandardPaths.StandardLocation.DocumentsLocation
    return QStandardPaths.writableLocation(place)
