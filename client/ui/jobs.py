"""Run a function off the window's thread and hand its result back on it."""

import logging
import sys
from collections.abc import Callable
from itertools import count
from threading import Lock, Thread
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance, Slot
from shiboken6 import isValid

GIVE_BACK_SECONDS = 0.0005
PATIENCE = 5.0  # seconds for telling a server to break off
Work = Callable[[], Any]
Done = Callable[[Any], object]
Failed = Callable[[Exception], object]


class Token:
    """Cancels one job: its answer is dropped, and the function given to `on_cancel` is called."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stop: Callable[[], object] | None = None
        self._telling: Thread | None = None
        self.cancelled = False

    def on_cancel(self, stop: Callable[[], object] | None) -> None:
        """Register how to cancel what the work does now, such as a query; None when it has ended.

        With None it waits until a cancellation that has begun is over, lest it hit the next query
        of the same connection.
        """
        with self._lock:
            self._stop, telling = stop, self._telling
            cancelled = self.cancelled
        if stop is None and telling is not None:
            telling.join(PATIENCE)
        elif stop is not None and cancelled:
            stop()

    def cancel(self) -> None:
        """Cancel the job. It may be called from any thread, and more than once.

        It never waits, since telling a server to stop can take long where the line is broken.
        """
        with self._lock:
            stop, self._stop = self._stop, None
            self.cancelled = True
            if stop is not None:
                self._telling = Thread(target=_tell, args=(stop,), daemon=True)
                self._telling.start()


def _tell(stop: Callable[[], object]) -> None:
    try:
        stop()
    except Exception as error:
        logging.info("could not break off: %r", error)


class _Job(QRunnable):
    """The pool's part of a job. It knows no widget, since a widget must not be destroyed on a
    pool thread.
    """

    def __init__(self, number: int, work: Work, report: SignalInstance) -> None:
        super().__init__()
        self._number, self._work, self._report = number, work, report

    def run(self) -> None:
        outcome: tuple[Any, Exception | None]
        try:
            outcome = self._work(), None
        except Exception as error:
            outcome = None, error
        try:
            self._report.emit(self._number, outcome)
        except RuntimeError:
            logging.info("job %s ended after the program", self._number)


class Jobs(QObject):
    """Runs jobs on four threads, and on one more for work that must not wait for a server.

    `problem` tells the error of a job that has no `failed` callback.
    """

    problem = Signal(object)
    _reported = Signal(int, object)

    def __init__(self, threads: int = 4) -> None:
        super().__init__()
        # A worker gives the interpreter back soon, since the window asks for it at every cell.
        sys.setswitchinterval(GIVE_BACK_SECONDS)
        self._waiting: dict[int, tuple[QObject, Done, Failed | None, Token]] = {}
        self._numbers = count()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._apart = QThreadPool(self)
        self._apart.setMaxThreadCount(1)
        self._reported.connect(self._deliver)

    def run(
        self,
        owner: QObject,
        work: Work,
        done: Done,
        failed: Failed | None = None,
        token: Token | None = None,
        apart: bool = False,
    ) -> Token:
        """Call `work` on a pool thread, then `done(result)` or `failed(error)` on the window's
        thread.

        Neither is called if `owner` has been deleted or the token cancelled meanwhile. `work` must
        hold no widget. Work that asks no server is run `apart`, so that it need not wait while the
        others are held up by a server that stalls.
        """
        number, token = next(self._numbers), token or Token()
        self._waiting[number] = owner, done, failed, token
        pool = self._apart if apart else self._pool
        pool.start(_Job(number, work, self._reported))
        return token

    @Slot(int, object)
    def _deliver(self, number: int, outcome: tuple[Any, Exception | None]) -> None:
        owner, done, failed, token = self._waiting.pop(number)
        result, error = outcome
        if not isValid(owner) or token.cancelled:
            return
        if error is None:
            done(result)
        elif failed is not None:
            failed(error)
        else:
            self.problem.emit(error)

    def busy(self) -> bool:
        return bool(self._waiting)

    def wait(self) -> None:
        """Wait until the work of all jobs is done; their callbacks are called later."""
        self._pool.waitForDone()
        self._apart.waitForDone()


class Latest:
    """Runs jobs for `owner` of which only the one asked for last is answered."""

    def __init__(self, jobs: Jobs, owner: QObject) -> None:
        self._jobs, self._owner = jobs, owner
        self._token: Token | None = None

    def run(self, work: Work, done: Done, failed: Failed | None = None) -> None:
        """Call `work` as `Jobs.run` does; the one before is not answered any more."""
        self.drop()
        self._token = self._jobs.run(self._owner, work, done, failed)

    def drop(self) -> None:
        """Let nothing be answered that was asked for so far."""
        if self._token is not None:
            self._token.cancel()
        self._token = None
