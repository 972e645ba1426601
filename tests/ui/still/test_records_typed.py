"""What is typed into a record is all that a save changes, whatever others changed meanwhile."""

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from tests.conftest import OfficeDatabase
from tests.ui.still.forms import RECORDS
from tests.ui.still.typed import check_typed


@pytest.mark.parametrize("kind", RECORDS)
def test_what_is_typed_is_all_that_changes(
    qtbot: QtBot, office: OfficeDatabase, context: Context, kind: str
) -> None:
    if kind == "operator" and context.office.masked:
        pytest.skip("nobody changes who may more than they do")
    check_typed(qtbot, office, context, kind)
