"""The hand-over dialog: it shares customers out, shows who gets what, moves them, and undoes it."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from client.data import handover, records
from client.data.handover import EVENLY, Handed, deal, groups, part
from client.model import Customer, Operator
from client.ui.handover.dialog import HandoverDialog
from client.ui.handover.listing import HandoversDialog
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.operators import OperatorsScreen
from reports.sheet import Paper
from tests.reports.reading import pages
from tests.server import samples
from tests.ui.records_office import Desk, make_context, make_customers


@pytest.fixture
def context(office_db, tmp_path):
    made = make_context(office_db.login("admin"), tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def ann(office_db):
    """Ann's four customers, the first with an order that is not paid."""
    ids = make_customers(office_db.login("ann"), "东湖书店", "西山 & Co", "North", "South")
    samples.order(office_db, "ann", ids[0])
    return ids


@pytest.fixture
def open_dialog(qtbot, context, office_db):
    def make(user="ann", **more):
        owner = office_db.id_of(user) if user else None
        dialog = HandoverDialog(context, owner=owner, **more)
        qtbot.addWidget(dialog)
        dialog.show()
        settle(qtbot, dialog)
        return dialog

    return make


def settle(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog.context.jobs.busy())


def owners(office, ids):
    return [office.ask(None, "SELECT owner_id FROM customer WHERE id = %s", i)[0][0] for i in ids]


def a_row(number, outstanding=0, region=None):
    counts = (0, 0, 0, 0, 0, 0)
    return Handed(
        number, f"C-{number}", "N", 1, region, None, None, *counts, Decimal(outstanding), ""
    )


def test_sharing_out():
    rows = [a_row(n, outstanding=100 - n, region=n % 2 or None) for n in range(8)]
    assert groups(rows, "region_id") == [(None, 4), (1, 4)]
    assert deal(rows, "region_id", {1: 7, None: None}) == {1: 7, 3: 7, 5: 7, 7: 7}
    evenly = deal(rows, EVENLY, {0: 7, 1: None, 2: 8})
    sums = [part(row for row in rows if evenly[row.id] == person) for person in (7, 8)]
    assert [s.customers for s in sums] == [4, 4]
    assert abs(sums[0].outstanding - sums[1].outstanding) <= 2
    assert deal(rows, EVENLY, {0: None}) == {}


def test_to_one_person_and_one_of_them_to_another(qtbot, open_dialog, office_db, ann):
    dialog = open_dialog()
    bob, eve = office_db.id_of("bob"), office_db.id_of("eve")
    assert not dialog.foot.start.isEnabled()
    dialog.groups.choose(None, bob)
    assert dialog.foot.start.text() == "Hand over 4"
    dialog.preview.customers.selectRow(1)
    dialog.preview.give(eve)
    shown = [tuple(row) for row in dialog.preview.parts.model().rows()]
    assert shown == [("Bob", 3, "", 1, Decimal("20.00")), ("Eve", 1, "", "", Decimal("0.00"))]
    dialog.hand_over()
    assert dialog.foot.message.text() == "Say why."
    dialog.foot.reason.setText("leaves")
    with qtbot.waitSignal(dialog.done_with):
        dialog.hand_over()
    assert owners(office_db, ann) == [bob, eve, bob, bob]
    assert dialog.foot.message.text() == "4 customers handed over."
    with qtbot.waitSignal(dialog.done_with):
        dialog.undo()
    settle(qtbot, dialog)
    assert set(owners(office_db, ann)) == {office_db.id_of("ann")}
    assert dialog.foot.message.text() == "4 customers are back."


def test_all_of_it_by_keys(qtbot, open_dialog, office_db, ann):
    dialog = open_dialog()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.head.choose_rule(EVENLY)
    settle(qtbot, dialog)
    receivers = list(dialog.groups._choices.values())
    dialog.head._rule.setFocus()
    for receiver in receivers:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is receiver
    qtbot.keyClick(receivers[-1], Qt.Key.Key_Tab)
    assert dialog.preview.isAncestorOf(QApplication.focusWidget())
    receivers[0].setFocus()
    qtbot.keyClick(receivers[0], Qt.Key.Key_Down)
    dialog.foot.reason.setFocus()
    qtbot.keyClicks(dialog.foot.reason, "Moves")
    qtbot.keyClick(dialog.foot.reason, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: dialog.doc is not None)


def test_what_is_in_the_bin_is_counted_and_goes_along(qtbot, open_dialog, office_db, context, ann):
    with context.office.session() as session:
        records.delete(session, Customer, ann[3:])
    office_db.ask(
        "ann", "SELECT share_customer(%s, %s, '2200-01-01')", ann[0], office_db.id_of("bob")
    )
    dialog = open_dialog()
    assert "Shares with colleagues (1) go along" in dialog.head.rest.text()
    assert not dialog.head.rest.isHidden()
    told = [label.accessibleName() for label in dialog.head.figures.findChildren(QLabel)]
    assert {"Customers 4", "Of them in the recycle bin 1"} <= set(told)
    bob = office_db.id_of("bob")
    dialog.groups.choose(None, bob)
    assert tuple(dialog.preview.parts.model().rows()[0])[:3] == ("Bob", 4, 1)
    states = [row[2] for row in dialog.preview.customers.model().rows()]
    assert states == ["", "", "", "deleted"]
    dialog.foot.reason.setText("leaves")
    with qtbot.waitSignal(dialog.done_with):
        dialog.hand_over()
    said = "4 customers handed over. Of them stay in the recycle bin: 1."
    assert dialog.foot.message.text() == said
    assert set(owners(office_db, ann)) == {bob}
    with qtbot.waitSignal(dialog.done_with):
        dialog.undo()
    settle(qtbot, dialog)
    assert set(owners(office_db, ann)) == {office_db.id_of("ann")}


def test_a_leaver_can_no_longer_log_in(qtbot, open_dialog, office_db, ann):
    dialog = open_dialog()
    dialog.head.choose_rule(EVENLY)
    dialog.groups.choose(0, office_db.id_of("bob"))
    dialog.groups.choose(1, office_db.id_of("eve"))
    assert dialog.foot.start.text() == "Hand over 4"
    dialog.foot.reason.setText("leaves")
    dialog.foot._disable.setChecked(True)
    with qtbot.waitSignal(dialog.done_with):
        dialog.hand_over()
    settle(qtbot, dialog)
    assert dialog.foot.message.text() == "Handed over, and the login is disabled."
    assert office_db.ask(None, "SELECT active FROM operator WHERE login = 'ann'") == [(False,)]
    assert office_db.id_of("ann") not in owners(office_db, ann)


def test_others_who_were_quicker_are_respected(qtbot, open_dialog, office_db, context, ann):
    dialog = open_dialog()
    with context.office.session() as session:
        records.assign(session, ann[:1], office_db.id_of("eve"), "Quicker")
    dialog.groups.choose(None, office_db.id_of("bob"))
    dialog.foot.reason.setText("leaves")
    dialog.hand_over()
    settle(qtbot, dialog)
    assert "belong to somebody else by now" in dialog.foot.message.text()
    assert office_db.id_of("bob") not in owners(office_db, ann)


def test_the_list_and_the_sheets(qtbot, context, office_db, tmp_path, ann):
    with context.office.session() as session:
        rows = handover.customers_of(session, office_db.id_of("ann"))
        people = {0: office_db.id_of("bob"), 1: office_db.id_of("eve")}
        asked = handover.plan(rows, deal(rows, EVENLY, people), office_db.id_of("ann"))
        made = handover.hand_over(session, asked, "long journey")
    dialog = HandoversDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    settle(qtbot, dialog)
    assert dialog.rows.rows()[0][2:6] == ("Ann", "Bob, Eve", 4, "long journey")
    path = tmp_path / "sheets.pdf"
    dialog.sheets.save(made["id"], path)
    settle(qtbot, dialog)
    found = pages(Paper(path.read_bytes(), 2, ()))
    whole = "".join(found)
    for word in ("东湖书店", "西山&Co", "North", "South", "longjourney", "20.00", "Takenoverby"):
        assert word in whole, word
    with qtbot.waitSignal(dialog.changed):
        dialog.undo()
    settle(qtbot, dialog)
    assert dialog.rows.rows()[0][6][0] == "undone, 4 back"
    assert not dialog.undo_button.isEnabled()


def test_from_the_lists(qtbot, context, office_db, ann):
    screen = CustomersScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.grid.model.rowCount() == 4 and not context.jobs.busy())
    screen.grid.table.selectRow(0)
    screen.hand_over()
    dialog = screen.findChild(HandoverDialog)
    qtbot.waitUntil(lambda: dialog.offer is not None)
    assert [row.id for row in dialog.rows] == [ann[-1]]
    dialog.reject()
    people = OperatorsScreen(context, Desk())
    qtbot.addWidget(people)
    people.resize(1200, 700)
    people.show()
    people.open_record(Operator.__tablename__, office_db.id_of("ann"))
    qtbot.waitUntil(lambda: people.form.data is not None and not context.jobs.busy())
    assert people.form.handing.isVisible()
