"""The recycle bin by keys: in a list, on its page, coming back, and going for good."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from client.data import merging, records
from client.data.history import entries, names, sentences
from client.data.history.entries import Wanted
from client.model import (
    CODE_TABLES,
    Contact,
    Customer,
    Department,
    Operator,
    Product,
    Region,
)
from client.ui.bin.purge import PurgeDialog
from client.ui.bin.restore import RestoreDialog
from client.ui.kit import Label
from client.ui.screens.bin import BinScreen
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.deliveries import DeliveriesScreen
from client.ui.screens.operators import OperatorsScreen
from client.ui.screens.orders import OrdersScreen
from client.ui.screens.quotes import QuotesScreen
from client.ui.screens.receipts import ReceiptsScreen
from client.ui.screens.reference import ReferenceScreen
from tests.ui.answers import question
from tests.ui.records_office import Desk, make_customers

Key = Qt.Key


@pytest.fixture
def enter(at_shared):
    return at_shared


@pytest.fixture
def show(qtbot):
    def make(screen):
        qtbot.addWidget(screen)
        screen.resize(1000, 560)
        screen.show()
        qtbot.waitExposed(screen)
        return screen

    return make


def put_away(context, entity, *ids):
    with context.office.session() as session:
        return records.delete(session, entity, ids)


def change(context, id_, **values):
    with context.office.session() as session:
        whole = {**records.load(session, Customer, id_), **values}
        records.save(session, Customer, whole, reason="as printed")


def dialog_of(qtbot, kind, ready):
    def found():
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(found()) and ready(found()[-1]))
    return found()[-1]


def restoring(qtbot):
    return dialog_of(qtbot, RestoreDialog, lambda d: d.preview is not None)


def test_deleting_asks_with_what_goes_along_and_the_bin_gives_it_back(qtbot, enter, show):
    context = enter("boss")
    below, mine = make_customers(context.office, "Below it", "Away and back")
    with context.office.session() as session:
        records.save(session, Contact, {"customer_id": mine, "name": "Chen"})
    screen = show(CustomersScreen(context, Desk()))
    grid, said = screen.grid, []
    screen.status_changed.connect(said.append)
    qtbot.waitUntil(lambda: mine in grid.model.ids)
    grid.table.selectRow(list(grid.model.ids).index(mine))
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    grid.table.setFocus()
    qtbot.keyClick(grid.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: question(screen) is not None)
    box = question(screen)
    assert "Away and back" in box.text()
    assert "Contacts 1" in box.text()
    qtbot.keyClick(box, Key.Key_Return)
    qtbot.waitUntil(lambda: mine not in grid.model.ids)
    assert said == ["C-00002 Away and back is in the recycle bin."]
    assert grid.current_id() == below
    assert grid.table.summary().startswith("1 selected")
    screen.toggle_bin()
    qtbot.waitUntil(lambda: list(grid.model.ids) == [mine])
    shown = [grid.table.column(i).key for i in grid.table.column_layout.shown()]
    assert {"deleted_at", "deleted_by"} <= set(shown)
    who = grid.model.index(0, grid.table.column_layout.index_of("deleted_by"))
    qtbot.waitUntil(lambda: who.data() == "Boss")
    assert grid.table.struck
    assert "Enter restore" in grid.foot._hint.text()
    assert not grid.new_button.isVisible()
    grid.table.setCurrentIndex(grid.model.index(0, 0))
    qtbot.keyClick(grid.table, Key.Key_Return)
    dialog = restoring(qtbot)
    qtbot.keyClick(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: not list(grid.model.ids))
    screen.toggle_bin()
    qtbot.waitUntil(lambda: mine in grid.model.ids)
    assert not grid.table.struck
    assert "deleted_at" not in [grid.table.column(i).key for i in grid.table.column_layout.shown()]


LISTS = (CustomersScreen, OrdersScreen, QuotesScreen, DeliveriesScreen, ReceiptsScreen)


def test_every_list_has_its_bin_but_that_of_operators(qtbot, enter, show):
    context = enter("boss")
    common = (Region, Department, Product, *CODE_TABLES)
    made = [kind(context, Desk()) for kind in LISTS]
    made += [ReferenceScreen(context, Desk(), kind) for kind in common]
    for screen in made:
        show(screen)
        assert screen.grid.bin.button.isVisible(), screen.grid.entity
        screen.toggle_bin()
        assert screen.grid.bin.on, screen.grid.entity
        assert screen.grid.bin.restore_button.isVisible()
        qtbot.waitUntil(lambda: not context.jobs.busy())
        screen.close()
    people = show(OperatorsScreen(context, Desk()))
    assert people.grid.entity is Operator  # disabled, never deleted
    assert not people.grid.bin.button.isVisible()
    people.toggle_bin()
    assert not people.grid.bin.on


def test_a_layout_kept_in_the_bin_is_none_of_the_list(qtbot, enter, show):
    context = enter("boss")
    screen = show(CustomersScreen(context, Desk()))
    screen.toggle_bin()
    state = screen.grid.table.state()
    assert "deleted_at" not in {column["key"] for column in state["columns"]}
    assert state["sort"] == []


def test_a_taken_code_is_asked_for_again(qtbot, enter, show):
    context = enter("admin")
    with context.office.session() as session:
        old = records.save(session, Region, {"code": "GZ", "name": "Old Guangzhou"})["id"]
    put_away(context, Region, old)
    with context.office.session() as session:
        records.save(session, Region, {"code": "GZ", "name": "New Guangzhou"})
    screen = show(ReferenceScreen(context, Desk(), Region))
    screen.toggle_bin()
    qtbot.waitUntil(lambda: list(screen.grid.model.ids) == [old])
    assert screen.form is None
    screen.grid.table.selectRow(0)
    screen.edit_current()
    dialog = restoring(qtbot)
    (edit,) = dialog.answers.values()
    assert "New Guangzhou" in edit.accessibleDescription()
    qtbot.keyClick(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: "taken" in dialog.message.text())
    edit.selectAll()
    qtbot.keyClicks(edit, "GZ2")
    with qtbot.waitSignal(dialog.restored):
        qtbot.keyClick(dialog, Key.Key_Return)
    with context.office.session() as session:
        assert records.load(session, Region, old)["code"] == "GZ2"


def test_the_page_lists_all_kinds_and_only_an_administrator_erases(qtbot, enter, show):
    boss, admin = enter("boss"), enter("admin")
    first, second = make_customers(boss.office, "Page one", "Page two")
    put_away(boss, Customer, first)
    put_away(boss, Customer, second)
    page = show(BinScreen(boss, Desk()))
    qtbot.waitUntil(lambda: len(page.listed) >= 2)
    assert not page.purge_button.isVisible()
    page = show(BinScreen(admin, Desk()))
    qtbot.waitUntil(lambda: len(page.listed) >= 2)
    page.focus_filter()
    qtbot.keyClicks(page.words, "page two")
    assert [entry.name for entry in page.listed] == ["Page two"]
    assert page.model.rows()[0][1:4] == ("Boss", "Customer", "Page two")
    page.purge()
    dialog = dialog_of(qtbot, PurgeDialog, lambda d: True)
    dialog.purge_button.click()
    assert dialog.reason.accessibleDescription() == "Say why."
    qtbot.keyClicks(dialog.reason, "asked to be forgotten")
    assert "what it was" in dialog.warned.text()
    assert "alone" not in dialog.warned.text()
    dialog.and_history.click()
    assert "alone" in dialog.warned.text()
    with qtbot.waitSignal(dialog.purged):
        qtbot.keyClick(dialog.reason, Key.Key_Return)
    qtbot.waitUntil(lambda: page.listed == [])
    with admin.office.session() as session, pytest.raises(records.Gone):
        records.load(session, Customer, second)
    with admin.office.session() as session:
        told = [e for e in entries.read(session, Wanted()) if e.customer == second]
        held = [entry for entry in told if entry.op != "redact" and (entry.before or entry.after)]
        assert (held, {entry.op for entry in told}) == ([], {"insert", "delete", "erase", "redact"})
        said = [
            line.sentence for e in told for line in sentences.lines(e, names.collect(session, [e]))
        ]
    assert all(said)
    assert "Page two" not in " ".join(said)


def test_before_a_customer_is_erased_one_hears_who_was_merged_into_it(qtbot, enter, show):
    boss, admin = enter("boss"), enter("admin")
    kept, dropped = make_customers(boss.office, "Kept one", "Dropped one")
    boss.office.run(lambda session: merging.merge(session, kept, dropped, [], "twice"))
    put_away(boss, Customer, kept)
    page = show(BinScreen(admin, Desk()))
    qtbot.waitUntil(lambda: len(page.listed) >= 2)
    page.focus_filter()
    qtbot.keyClicks(page.words, "kept one")
    page.purge()
    dialog = dialog_of(qtbot, PurgeDialog, lambda d: d.merged.text() != "")
    assert dialog.merged.isVisible()
    assert "Dropped one" in dialog.merged.text()
    dialog.reject()


def test_whoever_may_not_restore_is_told_so(qtbot, enter, show):
    boss, ann = enter("boss"), enter("ann")
    (mine,) = make_customers(ann.office, "Ann wants it back")
    deletion = put_away(boss, Customer, mine)
    dialog = show(RestoreDialog(ann, deletion))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    assert not dialog.restore_button.isEnabled()


def test_a_merge_undone_from_the_bin_tells_what_stayed(qtbot, enter, show):
    context = enter("boss")
    kept, dropped = make_customers(context.office, "Kept from the bin", "Dropped to the bin")
    with context.office.session() as session:
        records.save(session, Contact, {"customer_id": dropped, "name": "Chen"})
    change(context, dropped, phone="0208888")
    with context.office.session() as session:
        merging.merge(session, kept, dropped, ["phone"], "entered twice")
    change(context, kept, phone="0209999")
    page = show(BinScreen(context, Desk()))
    qtbot.waitUntil(lambda: "Dropped to the bin" in [entry.name for entry in page.listed])
    page.table.selectRow([entry.name for entry in page.listed].index("Dropped to the bin"))
    page.restore()
    dialog = restoring(qtbot)
    told = [label.text() for label in dialog.findChildren(Label)]
    assert "Changed since, so it stays: Phone" in told
    assert not any(text.startswith(("Tied to", "Nothing else")) for text in told)
    assert not dialog.preview.alike  # they are alike, which is why they were merged
    with qtbot.waitSignal(dialog.restored) as said:
        dialog.restore()
    assert "Dropped to the bin is back." in said.args[0]
    assert "Changed since, so it stays: Phone" in said.args[0]


def test_a_living_twin_is_told_before_restoring(qtbot, enter):
    context, eve = enter("boss"), enter("eve")
    tax = "91440101MA5AAAAA17"
    (mine,) = make_customers(context.office, "Twin in the bin")
    (hers,) = make_customers(eve.office, "Living twin")
    for who, id_ in ((context, mine), (eve, hers)):
        change(who, id_, tax_number=tax)
    deletion = put_away(context, Customer, mine)
    dialog = RestoreDialog(context, deletion)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.preview is not None)
    (said,) = dialog.preview.alike
    assert said.startswith("Twin in the bin and ")
    assert said.endswith(" Living twin (Eve) are alike: Tax number.")
    with qtbot.waitSignal(dialog.restored):  # told, not forbidden
        dialog.restore()
