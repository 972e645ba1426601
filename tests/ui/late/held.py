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

    def let_go(self, *first: int, newest_first: bool = False) -> None:
        """Hand out what is held, in the order in which it was asked for or the other way round, but
        first those at these places; and hold no more.
        """
        self.holding = False
        held, self._held = sorted(self._held, reverse=newest_first), []
        ahead = {held[turn][0]: held[turn] for turn in first}
        for number, outcome in [*ahead.values(), *(each for each in held if each[0] not in ahead)]:
            super()._deliver(number, outcome)
