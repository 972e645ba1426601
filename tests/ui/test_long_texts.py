"""A text that is longer than its column takes is refused where it was typed, and stays there."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.screens.customer import CustomerForm
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk


def test_a_remark_without_end_stays_in_its_form(
    qtbot: QtBot, office_db: OfficeDatabase, at: Callable[..., Context]
) -> None:
    context, id = at("ann"), samples.customer(office_db, "ann")
    form = CustomerForm(context, Desk(), id)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None and not context.jobs.busy())
    editor = form.fields.editors["remarks"]
    editor.setPlainText("x" * 10_001)
    form.save()
    assert "At most 10000 characters fit here." in editor.accessibleDescription()
    assert editor.toPlainText() == "x" * 10_001
    editor.setPlainText("x" * 10_000)
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    remarks = office_db.ask("ann", "SELECT length(remarks) FROM customer WHERE id = %s", id)
    assert remarks == [(10_000,)]
