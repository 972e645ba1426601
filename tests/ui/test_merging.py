"""Two customers in the list become one by keys, and two again; the old one leads to the new."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QLabel

from client.ui.merging.dialog import MergeDialog
from client.ui.screens.customer import CustomerForm
from client.ui.screens.customers import CustomersScreen
from tests.server import samples
from tests.ui.records_office import Desk, make_customers


@pytest.fixture
def context(at):
    return at("manager")


@pytest.fixture
def two(office_db):
    """Ann's and Bob's, the second with an order and without a phone."""
    first = make_customers(
        office_db.login("ann"), "东湖书店", phone="020 12345678", remarks="Pays in cash"
    )[0]
    second = make_customers(office_db.login("bob"), "东湖书店有限公司")[0]
    samples.contact(office_db, "bob", second)
    samples.order(office_db, "bob", second)
    return first, second


def customers_of_all(office):
    query = "SELECT customer_id FROM sales_order UNION SELECT customer_id FROM contact"
    return sorted(row[0] for row in office.ask(None, query))


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.busy())


def test_two_of_the_list_are_merged_and_parted_again(qtbot, context, office_db, two):
    first, second = two
    screen = CustomersScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.resize(1200, 600)
    screen.show()
    qtbot.waitUntil(lambda: screen.grid.model.rowCount() == 2 and not context.jobs.busy())
    with qtbot.waitSignal(screen.status_changed):
        screen.merge()  # none selected
    chosen = screen.grid.table.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    for row in range(2):
        index = screen.grid.model.index(row, 0)
        chosen.select(index, flags.Select | flags.Rows)
    screen.merge()
    dialog = screen.window().findChild(MergeDialog)
    qtbot.waitUntil(lambda: bool(dialog.choice.sides) and not context.jobs.busy())
    left = [side.id for side in dialog.choice.sides].index(first)
    assert dialog.choice.kept() == 1 - left  # the order decides
    assert dialog.choice.taken() == ["phone", "remarks"]
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Left if left == 0 else Qt.Key.Key_Right)
    assert dialog.choice.kept() == left
    assert dialog.choice.taken() == []
    dialog.choice.choose("name", 1 - left)
    qtbot.keyClick(dialog, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: dialog.doc is not None)
    assert "Contacts 1 · Sales orders 1" in dialog.message.text()
    assert customers_of_all(office_db) == [first]

    desk = Desk()
    form = CustomerForm(context, desk, second)
    qtbot.addWidget(form)
    qtbot.waitUntil(lambda: desk.opened == [("customer", first, {})])
    assert "was merged into C-00001 东湖书店有限公司" in form.message.text()

    dialog.undo()
    qtbot.waitUntil(lambda: dialog.doc is None and not context.jobs.busy())
    assert dialog.message.text() == "C-00002 东湖书店有限公司 is back."
    assert customers_of_all(office_db) == [second]
    settle(qtbot, context)


def test_the_older_one_stays_where_key_fields_need_approval(qtbot, context, two):
    """Said, and chosen, before one tries: the other one's button does nothing."""
    first, second = two
    context.office.settings["key_fields_need_approval"] = True
    dialog = MergeDialog(context, (second, first), None)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(dialog.choice.sides) and not context.jobs.busy())
    assert dialog.choice.kept() == 1  # though the other one has the order
    dialog.choice.choose("number", 0)
    assert dialog.choice.kept() == 1
    assert any("the older customer stays" in label.text() for label in dialog.findChildren(QLabel))
    dialog.choice.choose("name", 0)
    dialog.merge()
    qtbot.waitUntil(lambda: dialog.doc is not None)
    assert dialog.doc["kept"]["id"] == first


def test_the_hint_leads_to_the_merge(qtbot, context, two):
    first, second = two
    form = CustomerForm(context, Desk(), second)
    qtbot.addWidget(form)
    form.resize(460, 800)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None and not context.jobs.busy())
    assert not form.merge_button.isVisible()
    editor = form.fields.editors["phone"]
    editor.setText("+86 20 12345678")
    editor.textEdited.emit(editor.text())
    qtbot.waitUntil(form.merge_button.isVisible)
    form.merge_alike()
    qtbot.waitUntil(lambda: form.window().findChild(MergeDialog) is not None)
    dialog = form.window().findChild(MergeDialog)
    qtbot.waitUntil(lambda: bool(dialog.choice.sides))
    assert {side.id for side in dialog.choice.sides} == {first, second}
    settle(qtbot, context)
