"""Jobs whose answers come when a test lets them, and in the order it wants."""

from typing import Any

from PySide6.QtCore import Slot

from client.ui.jobs import Jobs


class HeldJobs(Jobs):
    """While it is `holding`, answers wait until they are let go."""

    def __init__(self) -> None:
        super().__init__()
        self.holding = False
        self._held: list[tuple[int, Any]] = []

    @Slot(int, object)
    def _deliver(self, number: int, outcome: Any) -> None:
        if self.holding:
            self._held.append((number, outcome))
        else:
            super()._deliver(number, outcome)

    def count(self) -> int:
        """How many answers are held."""
        return len(self._held)

    def is_done(self) -> bool:
        """Whether all work is done and every answer held."""
        return len(self._held) == len(self._waiting)

    def let_go(self, newest_first: bool = False) -> None:
        """Hand out what is held, and hold no more."""
        self.holding = False
        held, self._held = sorted(self._held, reverse=newest_first), []
        for number, outcome in held:
            super()._deliver(number, outcome)
