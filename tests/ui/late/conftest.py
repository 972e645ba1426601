"""What a screen is handed whose answers come late."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from client.context import Context
from tests.ui.late.held import HeldJobs


@pytest.fixture
def late(at: Callable[..., Context]) -> Callable[..., Context]:
    """The context of an operator of a fresh office, with jobs that can be held."""

    def login(user: str) -> Context:
        return replace(at(user), jobs=HeldJobs())

    return login
