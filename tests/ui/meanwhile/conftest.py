"""A manager's window onto an office that the tests of a module share."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.meanwhile.desktop import Desktop
from tests.ui.order_office import context_of, furnish

_numbers = count(1)


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    furnish(shared_office)
    return shared_office


@pytest.fixture
def desktop(
    qtbot: QtBot, office: OfficeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    customer = samples.customer(office, "ann", f"Customer {next(_numbers)}")
    made = Desktop(office, context_of(office, "manager", tmp_path), customer, qtbot)
    yield made
    made.context.jobs.wait()
    made.context.office.close()  # the office is shared by all tests here, and so its connections
