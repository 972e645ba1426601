"""Waiting for what another process does, on a machine that may be busy with something else."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60  # seconds; only a test that fails waits so long


def wait_until(
    what: str, condition: Callable[[], Any], tell: Callable[[], Any] = str, pause: float = 0.03
) -> Any:
    """The first answer of `condition` that is true; fails with `what` and what `tell` tells."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: {tell()}")
        time.sleep(pause)
    return answer
