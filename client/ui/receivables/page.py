"""What the reports about money have in common: shown as a table, and taken to a workbook as it
stands.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from client.data.access import export_note
from client.data.workbooks.workbook import export_rows, file_name
from client.i18n import N_, _, current, plural
from client.ui.reading import ReadingPage
from client.ui.tables.rows import RowsModel, shown_columns
from client.ui.tables.table import Table

FOLDER = "export/folder"


class ReportPage(ReadingPage):
    """A subclass says in `export_parts` what goes to a workbook."""

    code = ""  # of the report, as the history names what was exported

    def export_parts(self) -> tuple[str, Table, RowsModel] | None:
        """Title, table and model that go to a workbook; None while there are none."""
        return None

    def export(self) -> None:
        """Ask where, and write the workbook there."""
        parts = self.export_parts()
        if parts is None:
            return
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        kept = self.context.settings.get(FOLDER, "")
        folder = kept or QStandardPaths.writableLocation(documents)
        start = str(Path(folder) / file_name(parts[0]))
        path, _kind = QFileDialog.getSaveFileName(
            self, _("To Excel"), start, _("Workbook") + " (*.xlsx)"
        )
        if path:
            self.context.settings.set(FOLDER, str(Path(path).parent))
            self.save_workbook(path if path.lower().endswith(".xlsx") else path + ".xlsx")

    def save_workbook(self, path: str) -> None:
        """Write the table as it stands, with exact amounts."""
        parts = self.export_parts()
        if parts is None:
            return
        title, table, model = parts
        columns, rows = model.export(shown_columns(table))
        note = export_note(self.context.office, self.code, path)
        work = partial(export_rows, path, title, columns, rows, current(), note=note)
        self.busy.start(_("Writing the workbook…"))
        self.context.jobs.run(self, work, partial(self._saved, path), self._not_saved)

    def _saved(self, path: str, rows: int) -> None:
        self.busy.stop()
        one, many = N_("{n} row written to {file}"), N_("{n} rows written to {file}")
        self.status_changed.emit(plural(rows, one, many, file=Path(path).name))

    def _not_saved(self, error: Exception) -> None:
        self.busy.stop()
        self.context.jobs.problem.emit(error)
