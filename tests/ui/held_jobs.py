"""Jobs whose answers come in the order that a test wants, as they may on a slow or crowded line."""

from typing import Any

from client.ui.jobs import Jobs

Outcome = tuple[Any, Exception | None]


class HeldJobs(Jobs):
    """From `hold` on, what jobs answered waits until `give` is called."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[int, Outcome] = {}
        self._holding = False

    def hold(self) -> None:
        self._holding = True

    def give(self, *turns: int) -> None:
        """Hand over what waits, in the order of these places among the jobs; then all the rest, and
        nothing waits any more."""
        self._holding = False
        numbers = sorted(self.held)
        for number in [*(numbers[turn] for turn in turns), *numbers]:
            if number in self.held:
                super()._deliver(number, self.held.pop(number))

    def _deliver(self, number: int, outcome: Outcome) -> None:
        if self._holding:
            self.held[number] = outcome
        else:
            super()._deliver(number, outcome)
