"""An office full of odd records, and what a form is handed in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.context import Context
from client.data import drafts
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of
from tests.ui.still.records import prepare


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    prepare(shared_office)
    return shared_office


@pytest.fixture(params=["boss", "clerk"])
def context(
    request: pytest.FixtureRequest,
    office: OfficeDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Context]:
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = context_of(office, request.param, tmp_path)
    assert made.office.masked == (request.param == "clerk")
    yield made
    made.jobs.wait()
    made.office.close()  # the office is shared by all tests here, and so are its connections
