"""The window without a server, for what is to be seen of it alone."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from client.settings import Settings
from client.ui.jobs import Jobs
from client.ui.shell.main_window import MainWindow
from tests.ui.window.bare_window import bare_context, open_window


@pytest.fixture
def context(settings: Settings, jobs: Jobs) -> SimpleNamespace:
    return bare_context(settings, jobs)


@pytest.fixture
def make(qtbot: QtBot, context: SimpleNamespace) -> Callable[..., MainWindow]:
    """Opens the window as it opens at the next start."""
    return partial(open_window, qtbot, context)


@pytest.fixture
def window(make: Callable[..., MainWindow]) -> MainWindow:
    return make()
