"""Keeps what a widget shows as others leave it, at a price that the server can bear.

The rule for all of them: nothing is read that nobody sees, nor again before a time has passed that
grows with what the last reading took.
"""

import math
from collections import deque
from collections.abc import Callable
from datetime import datetime
from random import uniform
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats
from client.data.rights import REACH
from client.i18n import _
from client.ui.jobs import Token
from client.ui.kit import Label

QUIET_MS = 200  # notices that come together are answered together
LONG_SECONDS = 3.0  # what is older than others' changes for so long says so
# Fifty clients whose readings are always due take half of one processor: about half of what a
# client waits for is the server's work.
REST = 50
SPREAD = 25  # all are told at one instant: fifty that then read once keep one processor busy
Answer = TypeVar("Answer")


def seen(widget: QWidget) -> bool:
    """Whether somebody can look at it: not behind another tab, nor in a minimised window."""
    return widget.isVisible() and not widget.window().isMinimized()


def is_of_reach(context: Context, table: str, ids: list[int]) -> bool:
    """Whether a notice says that the operator sees more or less now: something was lent to them,
    or is no longer.
    """
    return table == REACH and (not ids or context.office.me["id"] in ids)


class Pace:
    """When something may be read again because others changed it, by what reading it takes: the
    shortest of the last three times, since any one may have waited for something else.
    """

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=3)
        self._began = self._ended = -math.inf

    def measured(self, work: Callable[..., Answer]) -> Callable[..., Answer]:
        """`work`, timed wherever it runs; a server that is busy is asked less often."""

        def read(*args: Any) -> Answer:
            self._began = began = monotonic()
            try:
                answer = work(*args)
            finally:
                self._ended = monotonic()
            self._times.append(self._ended - began)  # what fails or is broken off tells nothing
            return answer

        return read

    def rest(self) -> float:
        """The seconds until then; of a reading that has not ended, as long as it took so far."""
        now = monotonic()
        if self._began > self._ended:
            return (now - self._began) * REST
        return max(0.0, self._ended + self._took() * REST - now)

    def spread(self) -> float:
        """Seconds by chance, so that not all clients ask at once."""
        return uniform(0, self._took() * SPREAD)

    def _took(self) -> float:
        return min(self._times, default=0.0)


class Following(QObject):
    """Calls `read` soon after something changed that `is_about` its table and ids, or the server
    was away; or when asked to, without `is_about` only then. `stale` until then. What `read`
    starts goes through `begin` or `run`; those who want it at once call it themselves.

    `late` tells since when what is shown is out of date for more than a moment, None when it is
    read again.
    """

    late = Signal(object)

    def __init__(
        self,
        context: Context,
        widget: QWidget,
        is_about: Callable[[str, list[int]], bool] | None,
        read: Callable[[], object],
    ) -> None:
        super().__init__(widget)
        self._context, self._widget = context, widget
        self._is_about, self._read_again = is_about, read
        self.stale, self.pace = False, Pace()
        self._as_of = formats.now()
        self._begun = self._answered = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._look)
        if is_about is not None:
            context.bus.changed.connect(self._changed)
            context.bus.connection_back.connect(self.ask)
        widget.installEventFilter(self)

    def ask(self) -> None:
        """It may be out of date."""
        self.stale = True
        if not self._pause.isActive():  # however often something changes, it is read at times
            self._wait(max(QUIET_MS / 1000, self.pace.rest()) + self.pace.spread())

    def begin(self, work: Callable[..., Answer]) -> Callable[..., Answer]:
        """`work` as it is to be run now, to read what is shown."""
        self.stale = False
        self._as_of = formats.now()
        self._pause.stop()
        self.late.emit(None)
        return self.pace.measured(work)

    def run(
        self,
        work: Callable[[], Answer],
        done: Callable[[Answer], object],
        failed: Callable[[Exception], object] | None = None,
        token: Token | None = None,
    ) -> None:
        """Read now, in a job; what an earlier reading tells after a later one is dropped."""
        self._begun += 1
        turn, problem = self._begun, self._context.jobs.problem.emit

        def answered(answer: Answer) -> None:
            if turn > self._answered:
                self._answered = turn
                done(answer)

        def refused(error: Exception) -> None:
            if turn > self._answered:
                (failed or problem)(error)

        self._context.jobs.run(self._widget, self.begin(work), answered, refused, token)

    def _changed(self, table: str, _operation: str, ids: list[int]) -> None:
        if self._is_about is not None and self._is_about(table, ids):
            self.ask()

    def _wait(self, seconds: float) -> None:
        self._pause.start(math.ceil(seconds * 1000))
        if seconds > LONG_SECONDS:
            self.late.emit(self._as_of)

    def _look(self) -> None:
        if not self.stale or not seen(self._widget):
            return
        rest = self.pace.rest()
        if rest > 0:
            self._wait(rest)
            return
        self._pause.stop()
        self.stale = False
        self._read_again()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._look()
        return super().eventFilter(watched, event)


class AsOf(Label):
    """Says how old figures are that others' changes wait for, beside what reads them at once."""

    def __init__(self, following: Following) -> None:
        super().__init__("", "amber")
        following.late.connect(self._tell)
        self.hide()

    def _tell(self, since: datetime | None) -> None:
        if since is not None:
            text = _("as of {time}, changes since")
            self.setText(text.format(time=f"{since:%H:%M}"))
            self.setToolTip(_("Read again by itself in a while; at once with F5"))
        self.setVisible(since is not None)
