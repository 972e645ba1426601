"""The customers screen and the form of one customer with its lists."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from client.data import records
from client.data.priced import documents
from client.data.priced.kinds import ORDER
from client.model import Contact, Customer, Product
from client.ui.forms.record_dialog import RecordDialog
from client.ui.kit import Button
from client.ui.screens.customer import CustomerForm
from client.ui.screens.customers import CustomersScreen
from client.ui.shell.actions import Actions
from tests.ui.order_office import receive
from tests.ui.records_office import change, make_context, make_customers


@pytest.fixture
def context(at_shared):
    return at_shared("clerk")


@pytest.fixture
def open_form(qtbot, context, desk):
    def make(id=None, **start):
        form = CustomerForm(context, desk, id, **start)
        qtbot.addWidget(form)
        form.resize(460, 800)
        form.show()
        qtbot.waitUntil(lambda: form.data is not None and not context.jobs.busy())
        return form

    return make


def an_order(context, customer, shared_office):
    with shared_office.login("admin").session() as session:
        code = f"P-{customer}"
        product = records.save(session, Product, {"code": code, "name": "Flask", "unit": "pc"})
    with context.office.session() as session:
        line = {
            "product_id": product["id"],
            "quantity": Decimal(3),
            "unit_price": Decimal("86.0000"),
            "discount": Decimal(0),
            "tax_rate": Decimal("0.13"),
        }
        me = context.office.me["id"]
        order = {"customer_id": customer, "order_date": date.today(), "salesperson_id": me}
        saved = documents.save(session, ORDER, order | {"lines": [line]}, None)
        return documents.submit_order(session, saved["id"], saved["version"])


def test_a_new_customer_gets_its_number(qtbot, open_form):
    form = open_form()
    assert not form.tabs.isVisible()
    form.fields.editors["name"].setText("广州星河贸易有限公司")
    form.fields.editors["name"].textEdited.emit("")
    with qtbot.waitSignal(form.saved):
        form.save()
    assert form.base["number"]
    assert form.tabs.isVisible()
    assert form.head._code.text() == form.base["number"]


def test_figures_and_orders(qtbot, shared_office, context, desk, open_form):
    (number,) = make_customers(context.office, "Buyer")
    order = an_order(context, number, shared_office)
    form = open_form(number)
    form.tabs.setCurrentWidget(form.orders)
    qtbot.waitUntil(lambda: len(form.orders.model.ids) == 1)
    assert form.figures._values[0].text() == "258.00"
    assert form.tabs.tabText(1).endswith(" 1")
    form.orders.opened.emit(order["id"])
    form.new_order()
    assert desk.opened[-2:] == [
        ("sales_order", order["id"], {}),
        ("sales_order", None, {"customer_id": number}),
    ]


def test_what_a_customer_owes_and_paid_ahead(qtbot, shared_office, context, desk, open_form):
    (number,) = make_customers(context.office, "Debtor")
    order = an_order(context, number, shared_office)
    paid = receive(context, number, "300", {order["id"]: "100"})
    form = open_form(number)
    assert [label.text() for label in form.figures._values[:3]] == ["258.00", "158.00", "200.00"]
    form.tabs.setCurrentWidget(form.receipts)
    qtbot.waitUntil(lambda: list(form.receipts.model.ids) == [paid["id"]])
    assert form.tabs.tabText(form.tabs.indexOf(form.receipts)) == "Receipts 1"
    form.receipts.opened.emit(paid["id"])
    assert desk.opened[-1] == ("receipt", paid["id"], {})


def test_contacts_are_added_and_edited(qtbot, context, open_form):
    (number,) = make_customers(context.office, "With people")
    form = open_form(number)
    form.contacts.add()
    dialog = form.findChild(RecordDialog) or form.window().findChild(RecordDialog)
    qtbot.waitUntil(lambda: dialog.form.data is not None)
    name = dialog.form.fields.editors["name"]
    name.setText("陈浩")
    name.textEdited.emit("")
    with qtbot.waitSignal(dialog.accepted):
        dialog.form.save()
    with context.office.session() as session:
        (row,) = session.query(Contact.customer_id, Contact.name).filter_by(customer_id=number)
    assert tuple(row) == (number, "陈浩")
    context.bus.changed.emit("contact", "insert", [1])
    form.contacts.grid.refresh()
    qtbot.waitUntil(lambda: len(form.contacts.grid.model.ids) == 1)
    assert form.tabs.tabText(0).endswith(" 1")


def test_history_says_who_changed_what(qtbot, context, open_form):
    (number,) = make_customers(context.office, "Past", phone="1")
    change(context.office, number, phone="2", status="member")
    form = open_form(number)
    form.tabs.setCurrentWidget(form.history)
    qtbot.waitUntil(lambda: form.history.model.rowCount() >= 3)
    sentences = [row[1] for row in form.history.model.rows()]
    assert "Clerk changed Phone from 1 to 2" in sentences
    assert "Clerk changed Status from Potential to Member" in sentences
    assert "Clerk entered customer Past" in sentences


def test_the_list_opens_forms_and_counts(qtbot, context, desk):
    make_customers(context.office, "Listed")
    screen = CustomersScreen(context, desk)
    qtbot.addWidget(screen)
    screen.resize(900, 500)
    screen.show()
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) > 0)
    qtbot.waitUntil(lambda: desk.counts.get("customers", "") != "")
    number = screen.grid.model.id_at(0)
    screen.grid.table.selectRow(0)
    screen.edit_current()
    screen.new_record()
    screen.new_order()
    assert desk.opened == [
        ("customer", number, {}),
        ("customer", None, {}),
        ("sales_order", None, {"customer_id": number}),
    ]


def test_a_salesperson_cannot_delete(qtbot, shared_office, tmp_path, desk):
    ann = make_context(shared_office.login("ann"), tmp_path)
    screen = CustomersScreen(ann, desk)
    qtbot.addWidget(screen)
    assert not ann.office.rights.may("customer", "delete")
    assert screen.grid.entity is Customer


def test_the_menu_offers_of_the_list_what_one_may_do(qtbot, shared_office, context, desk, tmp_path):
    def offered(made):
        screen = CustomersScreen(made, desk)
        qtbot.addWidget(screen)
        window = QWidget()
        menus = Actions(window)
        menus.build([], set())
        menus.fit(screen)
        names = ("share_chosen", "hand_over", "merge", "delete_current")
        return [name for name in names if menus._actions[name].isEnabled()]

    assert "delete_current" in offered(context)
    ann = make_context(shared_office.login("ann"), tmp_path)
    assert offered(ann) == ["share_chosen"]
    ann.jobs.wait()


def test_no_button_of_the_list_is_cut_off(qtbot, context, desk):
    screen = CustomersScreen(context, desk)
    qtbot.addWidget(screen)
    screen.show()
    grid = screen.grid

    def fitted(width):
        screen.resize(width, 500)
        qtbot.wait(20)
        buttons = [b for b in grid.findChildren(Button) if b.isVisible() and b.parent() is bar_]
        return all(button.width() >= button.sizeHint().width() for button in buttons)

    bar_ = grid.open_button.parentWidget()
    assert fitted(1300)
    assert grid.open_button.isVisible()
    assert fitted(790)
    assert not grid.open_button.isVisible()
    screen.toggle_bin()
    assert fitted(1300)
    assert not grid.open_button.isVisible()
    screen.toggle_bin()
    assert fitted(1310)
    assert grid.open_button.isVisible()


@pytest.mark.parametrize("width", [440, 900])
def test_nothing_usual_is_cut_in_a_narrow_form(qtbot, context, desk, width):
    values = {"email": "office33@example.com", "website": "www33.example.com", "short_name": "Bay"}
    (number,) = make_customers(context.office, "Narrow Ltd", **values)
    form = CustomerForm(context, desk, number)
    qtbot.addWidget(form)
    form.resize(width, 700)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None)
    form.fields.editors["owner_id"].set_value(None)
    form.fields.editors["owner_id"].setText("Martin Lorrimer")
    for name in (*values, "owner_id"):
        editor = form.fields.editors[name]
        editor.end(False)  # scrolled, if the text is longer than the field
        editor.grab()
        start = editor.cursorPositionAt(QPoint(8, editor.height() // 2))
        assert start <= 1, name
