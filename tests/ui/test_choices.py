"""Open forms offer what others add and rename meanwhile; what is chosen and typed stays."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from client.context import Context
from client.model import Customer
from client.ui.forms.editors import ChoiceEditor
from client.ui.forms.form import RecordForm
from client.ui.screens.order import OrderScreen
from client.ui.screens.receipt import ReceiptScreen
from tests.conftest import OfficeDatabase
from tests.ui.order_office import context_of
from tests.ui.records_office import Desk

Open = Callable[..., Any]


@pytest.fixture
def boss(
    office_db: OfficeDatabase, customer: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Context]:
    """Who sees every customer, also without a contact of theirs changed."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    made = context_of(office_db, "boss", tmp_path)
    yield made
    made.jobs.wait()


def offered(combo: ChoiceEditor) -> list[str]:
    return [combo.itemText(at) for at in range(combo.count())]


def test_a_form_offers_what_others_name_and_keeps_what_is_typed(
    qtbot: QtBot, office_db: OfficeDatabase, boss: Context, customer: int
) -> None:
    office_db.ask(None, "INSERT INTO customer_type (code, name) VALUES ('T1', 'Old name')")
    ((type_id,),) = office_db.ask(None, "SELECT id FROM customer_type WHERE code = 'T1'")
    office_db.ask(None, "UPDATE customer SET type_id = %s WHERE id = %s", type_id, customer)
    form = RecordForm(boss, Customer, customer, Desk())
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(lambda: form.data is not None and form.isActiveWindow())
    types, region, name = (form.fields.editors[n] for n in ("type_id", "region_id", "short_name"))
    qtbot.keyClicks(name, "Bay")
    region.setFocus()
    region.setText("佛")
    region.textEdited.emit("佛")
    region.setCursorPosition(0)
    office_db.ask(None, "UPDATE customer_type SET name = 'New name' WHERE id = %s", type_id)
    office_db.ask(None, "INSERT INTO customer_type (code, name) VALUES ('T0', 'Added')")
    office_db.ask(None, "INSERT INTO region (code, name) VALUES ('FS', '佛山')")
    types.showPopup()
    for table in ("customer_type", "region"):
        boss.bus.changed.emit(table, "update", [])
    qtbot.waitUntil(lambda: {"New name", "Added"} <= set(offered(types)))
    assert "Old name" not in offered(types)
    assert types.view().isVisible()
    types.hidePopup()
    assert (types.value(), types.currentText()) == (type_id, "New name")
    assert (region.text(), region.cursorPosition(), name.text()) == ("佛", 0, "Bay")
    region.setFocus()
    region.setText("佛山")
    assert region.value() == office_db.ask(None, "SELECT id FROM region WHERE code = 'FS'")[0][0]
    changed = {n for n, value in form.values().items() if value != form.base.get(n)}
    assert changed == {"short_name", "region_id"}
    form.journal.drop()


def test_a_new_name_waits_until_the_cursor_has_left(
    qtbot: QtBot, office_db: OfficeDatabase, boss: Context, customer: int
) -> None:
    form = RecordForm(boss, Customer, customer, Desk())
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(lambda: form.data is not None and form.isActiveWindow())
    region = form.fields.editors["region_id"]
    region.setFocus()
    region.setCursorPosition(1)
    office_db.ask(None, "UPDATE region SET name = '羊城' WHERE code = 'GZ'")
    boss.bus.changed.emit("region", "update", [1])
    qtbot.waitUntil(lambda: "羊城" in [choice.title for choice in region.known_choices()])
    assert (region.text(), region.cursorPosition()) == ("广州", 1)
    form.fields.editors["short_name"].setFocus()
    assert region.text() == "羊城"
    assert not form.dirty


@pytest.mark.parametrize("screen", [OrderScreen, ReceiptScreen])
def test_documents_do_so_too(
    qtbot: QtBot, office_db: OfficeDatabase, boss: Context, customer: int, screen: Any
) -> None:
    made = screen(boss, Desk(), customer_id=customer)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.ready)
    editors = made.page.head.editors
    qtbot.waitUntil(lambda: not boss.jobs.busy())
    editors["remarks"].setFocus()
    qtbot.keyClicks(editors["remarks"], "typed")
    office_db.ask(None, "INSERT INTO payment_method (code, name) VALUES ('P9', 'Barter')")
    office_db.ask(None, "UPDATE operator SET name = 'Bossy' WHERE id = %s", boss.office.me["id"])
    for table in ("payment_method", "operator"):
        boss.bus.changed.emit(table, "update", [])
    qtbot.waitUntil(lambda: "Barter" in offered(editors["payment_method_id"]))
    assert editors["remarks"].text() == "typed"
    mine = editors["handler_id" if screen is ReceiptScreen else "salesperson_id"]
    known = {choice.id: choice.title for choice in mine.known_choices()[:-1]}
    assert known[boss.office.me["id"]] == "Bossy"
    made.journal.drop()


def test_an_order_offers_a_new_contact_of_its_customer(
    qtbot: QtBot, office_db: OfficeDatabase, boss: Context, customer: int
) -> None:
    made = OrderScreen(boss, Desk(), customer_id=customer)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.ready)
    people, phone = (made.page.head.editors[n] for n in ("contact_id", "phone"))
    chosen = people.value()
    assert phone.text() == "138 0013 8000"
    office_db.ask(None, "UPDATE contact SET mobile = '139 0000 0000'")
    office_db.ask(
        None,
        "INSERT INTO contact (customer_id, owner_id, name, mobile)"
        " SELECT id, owner_id, '李芳', '137 1' FROM customer WHERE id = %s",
        customer,
    )
    boss.bus.changed.emit("contact", "insert", [9])
    qtbot.waitUntil(lambda: "李芳" in offered(people))
    assert (people.value(), phone.text()) == (chosen, "138 0013 8000")
    people.setCurrentIndex(offered(people).index("李芳"))
    people.activated.emit(people.currentIndex())
    assert phone.text() == "137 1"  # the number before was nobody's typing
    made.journal.drop()
