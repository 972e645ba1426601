"""Opens and imports a file off the window's thread, with progress."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.data.errors import KnownError
from client.data.importing import imports
from client.data.importing.mapping import SheetMapping
from client.data.importing.report import Options, Report
from client.data.reading.files import Workbook, open_workbook
from client.i18n import _


class _News(QObject):
    """Carries progress to the window. It belongs to no widget, so the work may hold it when the
    window is gone.
    """

    progressed = Signal(int, int, str)

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False

    def tell(self, done: int, total: int, text: str) -> None:
        """Called by the work; raises to end it when that is wished."""
        if self.stopped:
            raise KnownError(_("The work was cancelled."))
        self.progressed.emit(done, total, text)


class ImportWork(QObject):
    """One thing at a time; `running` says whether."""

    progressed = Signal(int, int, str)

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(owner)
        self._context = context
        self._news: _News | None = None
        self.running = False

    def open(
        self,
        path: Path,
        password: str,
        done: Callable[[Workbook], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Open a file, which a child process reads."""
        self._start(lambda _news: open_workbook(path, password), done, failed)

    def run(
        self,
        book: Workbook,
        plan: Sequence[SheetMapping],
        skipped: Sequence[str],
        options: Options,
        done: Callable[[Report], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Import, or try to; `options` says which."""
        office = self._context.office

        def work(news: _News) -> Report:
            return imports.run(office, book, plan, options, skipped, news.tell)

        self._start(work, done, failed)

    def stop(self) -> None:
        """Stop at the next batch of rows; the whole import is rolled back."""
        if self._news is not None:
            self._news.stopped = True

    def _start(
        self,
        work: Callable[[_News], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        news = self._news = _News()
        news.progressed.connect(self.progressed)
        self.running = True

        def finished(result: Any) -> None:
            self.running = False
            done(result)

        def broken(error: Exception) -> None:
            self.running = False
            failed(error)

        self._context.jobs.run(self, lambda: work(news), finished, broken)
