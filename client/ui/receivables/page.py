"""What the reports about money have in common: read in a job, read again when others save, shown
as a table, taken to a workbook as it stands.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from client.context import Context
from client.data import errors
from client.data.access import export_note
from client.data.workbooks.workbook import export_rows, file_name
from client.i18n import N_, _, current, plural
from client.ui.following import AsOf, Following
from client.ui.jobs import Token
from client.ui.kit import BusyBar, EmptyState
from client.ui.screen import Navigator
from client.ui.tables.rows import RowsModel, shown_columns
from client.ui.tables.table import Table

FOLDER = "export/folder"


class ReportPage(QWidget):
    """A subclass builds its parts, says what to read (`work`) and shows it (`show_result`).

    `tables` are those whose changes make the figures old.
    """

    status_changed = Signal(str)
    tables: Sequence[str] = ()
    busy_text = ""
    code = ""  # of the report, as the history names what was exported

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self.context, self.navigator = context, navigator
        self._token: Token | None = None
        self.following = Following(context, self, self._is_about, self.refresh)
        self.following.ask()
        self.as_of = AsOf(self.following)  # stands in the head
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.busy = BusyBar(self)
        self.busy.cancelled.connect(self._cancel)
        self.stack = QStackedWidget()

    def arrange(self, above: Sequence[QWidget], body: QWidget, empty: EmptyState) -> None:
        """Put `above` over the body, which gives way to `empty` where there is nothing."""
        self.body, self.empty = body, empty
        for widget in (body, empty):
            self.stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in above:
            column.addWidget(widget)
        column.addWidget(self.stack, 1)

    def sizeHint(self) -> QSize:
        return QSize(1100, 700)

    # For subclasses

    def work(self) -> Callable[[Any], Any] | None:
        """What a job does with a session; None while nothing is asked for."""
        return None

    def show_result(self, result: Any) -> None:
        """Show what the work answered with."""

    def export_parts(self) -> tuple[str, Table, RowsModel] | None:
        """Title, table and model that go to a workbook; None while there are none."""
        return None

    # Reading

    def refresh(self) -> None:
        """Read again; what is shown stays until the answer is there."""
        self._cancel()
        work = self.work()
        if work is None:
            return
        office, token = self.context.office, Token()

        def read() -> Any:
            with office.session(token) as session:
                return work(session)

        self.busy.start(self.busy_text)
        self._token = token
        self.following.run(read, self._read, self._failed, token)

    def _read(self, result: Any) -> None:
        self._token = None
        self.busy.stop()
        self.show_result(result)

    def _failed(self, error: Exception) -> None:
        self._token = None
        self.busy.stop()
        self.context.jobs.problem.emit(error)
        self.empty.set_text(errors.sentence(error))
        self.empty.set_actions([(_("Try again"), self.refresh)])
        self.stack.setCurrentWidget(self.empty)

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
        self._token = None
        self.busy.stop()

    def _is_about(self, table: str, _ids: list[int]) -> bool:
        return table in self.tables

    # Export

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
