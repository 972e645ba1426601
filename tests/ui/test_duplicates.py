"""A customer that is there already is pointed out while it is typed, and the typing goes on."""

import csv

import pytest

from client.data.duplicates import tax_number_problem
from client.model import Contact
from client.ui.forms.record_dialog import RecordDialog
from client.ui.screens.customer import CustomerForm
from tests.reports.samples import SHARED
from tests.ui.records_office import Desk, make_customers


@pytest.fixture
def context(at):
    return at("ann")


@pytest.fixture
def form(qtbot, context):
    made = CustomerForm(context, Desk(), None)
    qtbot.addWidget(made)
    made.resize(460, 800)
    made.show()
    qtbot.waitUntil(lambda: made.data is not None and not context.jobs.busy())
    return made


def type_into(form, name, text):
    editor = form.fields.editors[name]
    editor.setFocus()
    editor.setText(text)
    editor.textEdited.emit(text)


def said(form, name):
    return form.fields.editors[name].accessibleDescription()


def test_it_is_said_under_the_field_and_the_focus_stays(qtbot, context, office_db, form):
    make_customers(context.office, "广州星河贸易有限公司", phone="020-8888 8888")
    make_customers(office_db.login("eve"), "Secret Ltd", mobile="138 0013 8000")
    type_into(form, "phone", "+86 13800138000")
    type_into(form, "name", "星河贸易")
    focused = form.focusWidget()
    qtbot.waitUntil(lambda: "星河贸易有限公司" in said(form, "name"))
    assert said(form, "name").startswith("There already: C-00001")
    assert said(form, "phone") == "Somebody else's customer already: ask Eve."
    assert form.focusWidget() is focused
    type_into(form, "name", "另一家贸易行")
    qtbot.waitUntil(lambda: said(form, "name") == "" and not context.jobs.busy())
    with qtbot.waitSignal(form.saved):
        form.save()
    assert form.base["phone"] == "+86 13800138000"


def test_a_tax_number_is_checked_and_may_be_kept(qtbot, form):
    type_into(form, "name", "New")
    type_into(form, "tax_number", "91330100MA2B0L5X1Q")
    assert "Check digit" in said(form, "tax_number")
    with qtbot.waitSignal(form.saved):
        form.save()
    assert form.base["tax_number"] == "91330100MA2B0L5X1Q"


@pytest.mark.parametrize(
    "right",
    [
        "91350100M000100Y43",
        "9135 0100 m000100y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "1" * 15,
        "A" * 20,
        "",
        None,
    ],
)
def test_right_tax_numbers(right):
    assert tax_number_problem(right) == ""


@pytest.mark.parametrize("wrong", ["91350100M000100Y44", "91350100M0O0100Y43", "123", "1" * 16])
def test_wrong_tax_numbers(wrong):
    assert tax_number_problem(wrong)


def test_the_codes_of_two_thousand_companies():
    path = SHARED / "cn" / "cn_customers_2000_utf8bom.csv"
    if not path.exists():
        pytest.skip("the table of test data is not there")
    with path.open(encoding="utf-8-sig", newline="") as rows:
        codes = [row["统一社会信用代码"] for row in csv.DictReader(rows)]
    wrong = [code for code in codes if len(code) == 18 and tax_number_problem(code)]
    assert len(wrong) < len(codes) / 20


def test_a_contacts_phone_is_looked_for_as_well(qtbot, context, office_db, form):
    make_customers(context.office, "Paper Lantern Ltd", "Blue Anchor Ltd")
    person = "INSERT INTO contact (customer_id, name, mobile) SELECT id, %s, %s FROM customer"
    person += " WHERE name = %s"
    office_db.ask("ann", person, "Lin", "137 0000 2222", "Paper Lantern Ltd")
    type_into(form, "phone", "13700002222")
    qtbot.waitUntil(lambda: "Lin" in said(form, "phone"))
    assert said(form, "phone") == "There already: Lin at C-00001 Paper Lantern Ltd (Ann)"
    ((first,), (second,)) = office_db.ask("ann", "SELECT id FROM customer ORDER BY id")
    for of, expected in ((second, "There already: Lin at C-00001"), (first, "")):
        contacts = form.contacts
        contacts.show_customer(of, True)
        contacts.add()
        dialog = contacts.window().findChildren(RecordDialog)[-1]
        qtbot.waitUntil(lambda made=dialog: made.form.data is not None)
        type_into(dialog.form, "name", "Paper Lantern Ltd")
        type_into(dialog.form, "mobile", "137-0000-2222")
        qtbot.wait(600)
        qtbot.waitUntil(lambda: not context.jobs.busy())
        assert said(dialog.form, "mobile").startswith(expected)
        assert bool(said(dialog.form, "mobile")) == bool(expected)
        assert said(dialog.form, "name") == ""
        assert dialog.form.entity is Contact
        dialog.form.dirty = False
        dialog.reject()


def test_a_complaint_stays_when_nothing_alike_is_there_any_more(qtbot, context, form):
    make_customers(context.office, "广州星河贸易有限公司")
    type_into(form, "name", "星河贸易")
    qtbot.waitUntil(lambda: "There already" in said(form, "name"))
    type_into(form, "name", "")
    form.save()
    assert said(form, "name") == "This must be filled in."
    qtbot.waitUntil(lambda: form.duplicates._asked == {})
    assert said(form, "name") == "This must be filled in."
