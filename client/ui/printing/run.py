"""Papers sent off as a job that can be watched and stopped, and how that ended in words."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from client.context import Context
from client.data.errors import known, sentence
from client.data.workbooks.workbook import Cancelled
from client.i18n import _
from client.ui.kit import BusyBar, Question
from client.ui.printing import work
from client.ui.printing.making import Wanted
from client.ui.printing.printers import PaperMissing, Target
from client.ui.printing.work import Outcome

Do = Callable[["Report"], Outcome]


class Report(QObject):
    """Carries the progress from the job's thread to the window's, and the wish to stop back."""

    told = Signal(int, int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = False

    def tell(self, done: int, total: int, text: str) -> None:
        # A panel that is closed meanwhile does not stop what it sent off.
        if isValid(self):
            self.told.emit(done, total, text)

    def stop(self) -> None:
        self._stop = True

    def stopped(self) -> bool:
        return self._stop


class PaperRun(QObject):
    """One run at a time; `said` tells how it ended with a tone, `ended` what came of it."""

    said = Signal(str, str)
    ended = Signal(object)

    def __init__(self, context: Context, screen: QWidget, busy: BusyBar) -> None:
        super().__init__(screen)
        self._context, self._screen, self._busy = context, screen, busy
        self._report: Report | None = None
        busy.cancelled.connect(self.stop)

    @property
    def running(self) -> bool:
        return self._report is not None

    def print(self, wanted: Sequence[Wanted], target: Target, anyway: bool = False) -> None:
        """Print all papers as one job."""
        do = partial(work.print_papers, self._context.office, wanted, target, anyway)
        again = partial(self.print, wanted, target, True)
        done = partial(self._printed, target.printer or Path(target.file).name)
        self._start(_("Printing…"), do, done, again)

    def save_one(self, wanted: Sequence[Wanted], path: Path) -> None:
        """Write all papers into one PDF."""
        do = partial(work.save_one, self._context.office, wanted, path)
        self._start(_("Writing the PDF…"), do, partial(self._saved, path.name))

    def save_each(self, wanted: Sequence[Wanted], folder: Path) -> None:
        """Write each paper into a file of its own."""
        do = partial(work.save_each, self._context.office, wanted, folder)
        self._start(_("Writing the PDF…"), do, partial(self._saved, folder.name))

    def stop(self) -> None:
        """End soon; nothing half is left."""
        if self._report is not None:
            self._report.stop()
            self.said.emit(_("Stopping…"), "text2")

    def _start(
        self,
        text: str,
        do: Do,
        done: Callable[[Outcome], object],
        again: Callable[[], object] | None = None,
    ) -> None:
        if self.running:
            return
        self._report = report = Report(self)
        report.told.connect(self._busy.progress)
        self._busy.start(text)
        self.said.emit("", "text2")
        failed = partial(self._failed, again)
        self._context.jobs.run(self, partial(do, report), partial(self._done, done), failed)

    def _done(self, then: Callable[[Outcome], object], outcome: Outcome) -> None:
        self._end()
        then(outcome)
        self.ended.emit(outcome)

    def _failed(self, again: Callable[[], object] | None, error: Exception) -> None:
        self._end()
        if isinstance(error, PaperMissing) and again is not None:
            box = ask_anyway(self._screen, error)
            box.accepted.connect(again)
            box.rejected.connect(self._left)
            return
        if isinstance(error, Cancelled):
            self.said.emit(_("Stopped; nothing was printed or written."), "text2")
        elif isinstance(error, OSError):
            text = _("The file could not be written: {reason}")
            self.said.emit(text.format(reason=error.strerror or error), "red")
        else:
            if not known(error):
                logging.error("paper not made", exc_info=error)
            self.said.emit(sentence(error), "red")
        self.ended.emit(None)

    def _left(self) -> None:
        self.said.emit(_("Nothing was printed."), "text2")
        self.ended.emit(None)

    def _end(self) -> None:
        if self._report is not None:
            self._report.deleteLater()
        self._report = None
        self._busy.stop()

    def _printed(self, place: str, outcome: Outcome) -> None:
        one, many = _("Printed {title} on {place}"), _("{n} documents printed on {place}")
        self._tell(one if outcome.documents == 1 else many, place, outcome)

    def _saved(self, place: str, outcome: Outcome) -> None:
        one, many = _("Saved: {place}"), _("{n} documents saved in {place}")
        self._tell(one if outcome.documents == 1 else many, place, outcome)

    def _tell(self, text: str, place: str, outcome: Outcome) -> None:
        parts = [text.format(n=outcome.documents, place=place, title=outcome.title)]
        if outcome.stopped:
            parts.append(_("the rest was stopped"))
        if outcome.left:
            left = _("{n} left out: {reason}")
            parts.append(left.format(n=len(outcome.left), reason=outcome.left[0]))
        if outcome.missing:
            parts.append(missing_text("".join(sorted(outcome.missing))))
        self.said.emit(" · ".join(parts), "amber" if len(parts) > 1 else "text2")


def missing_text(characters: str) -> str:
    """That some characters cannot be printed."""
    text = _("No font has these characters; they print as 〓: {characters}")
    return text.format(characters=" ".join(characters))


def ask_anyway(parent: QWidget, error: PaperMissing) -> Question:
    """Whether to print on a paper that the printer does not know."""
    box = Question(parent, _("Paper is missing"), str(error), _("Print anyway"), risky=True)
    box.open()
    return box
