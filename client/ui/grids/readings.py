"""The jobs that read one list."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.ui.jobs import Token

Done = Callable[[Any], object]


class Readings(QObject):
    """Runs jobs by kind: of each kind only the one begun last is answered, and none that was
    stopped. What runs `quiet` is not waited for.

    `started` and `finished` tell whether anything is waited for, `ended` that any one has ended.
    """

    started = Signal()
    finished = Signal()
    ended = Signal()
    failed = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = context.jobs
        self._running: dict[Token, tuple[str, bool]] = {}

    def run(self, kind: str, work: Callable[[Token], Any], done: Done, quiet: bool = False) -> None:
        """Call `work` with a token in a job, then `done` with what it answers."""
        before = self._of(kind)
        token = Token()
        self._running[token] = kind, quiet
        if not quiet:
            self.started.emit()
        self._stop(before)
        answered, failed = partial(self._answered, token, done), partial(self._failed, token)
        self._jobs.run(self, partial(work, token), answered, failed, token)

    def is_on(self, *kinds: str) -> bool:
        """Whether one of these kinds is being read."""
        return any(kind in kinds for kind, _quiet in self._running.values())

    def stop(self, *kinds: str) -> None:
        """Break off what is being read, of these kinds or of all."""
        self._stop([t for kind in kinds for t in self._of(kind)] if kinds else [*self._running])

    def _of(self, wanted: str) -> list[Token]:
        return [token for token, (kind, _quiet) in self._running.items() if kind == wanted]

    def _answered(self, token: Token, done: Done, result: Any) -> None:
        done(result)
        self._end([token])

    def _failed(self, token: Token, error: Exception) -> None:
        self.failed.emit(error)
        self._end([token])

    def _stop(self, tokens: list[Token]) -> None:
        for token in tokens:
            token.cancel()
        self._end(tokens)

    def _end(self, tokens: list[Token]) -> None:
        waited = self._is_waited_for()
        ended = [token for token in tokens if self._running.pop(token, None) is not None]
        if waited and not self._is_waited_for():
            self.finished.emit()
        if ended:
            self.ended.emit()

    def _is_waited_for(self) -> bool:
        return any(not quiet for _kind, quiet in self._running.values())
