"""Groups from the keyboard: many customers at once, the list narrowed, told in the form."""

import pytest
from PySide6.QtCore import Qt

from client.data import groups
from client.ui.grouping.dialog import GroupDialog
from client.ui.screens.customer import CustomerForm
from client.ui.screens.customers import CustomersScreen
from tests.ui.answers import answer
from tests.ui.records_office import Desk, make_context, make_customers

State = Qt.CheckState


@pytest.fixture
def context(office_db, tmp_path):
    made = make_context(office_db.login("ann"), tmp_path)
    yield made
    made.jobs.wait()


@pytest.fixture
def office(office_db, context):
    """Ann's three customers, the first of them at the office's fair."""
    ids = make_customers(context.office, "Alpha", "Beta", "Gamma")
    with office_db.login("boss").session() as session:
        fair = groups.make(session, "Fair", own=False)
        groups.make(session, "Letters", own=False)
    with context.office.session() as session:
        groups.change(session, ids[:1], [fair])
    office_db.ids, office_db.fair = ids, fair
    return office_db


@pytest.fixture
def screen(qtbot, context, office):
    made = CustomersScreen(context, Desk())
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show()
    qtbot.waitUntil(lambda: len(made.grid.model.ids) == 3 and not context.jobs.busy())
    return made


def opened(qtbot, context, number, name="Chosen"):
    made = GroupDialog(context, number, name, None)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.list.count() > 0 and not context.jobs.busy())
    return made


def titles(made):
    return [made.list.item(row).text() for row in range(made.list.count())]


def state(made, row):
    return made.list.item(row).checkState()


def members(office, user="ann"):
    query = (
        "SELECT g.name, array_agg(c.name::text ORDER BY c.name) FROM customer_group g"
        " JOIN group_member m ON m.group_id = g.id JOIN customer c ON c.id = m.customer_id"
        " GROUP BY g.name"
    )
    return dict(office.ask(user, query))


def test_keys_alone_group_many_customers(qtbot, context, office, screen):
    screen.grid.table.selectAll()
    screen.change_groups()
    made = screen.window().findChildren(GroupDialog)[-1]
    qtbot.waitUntil(lambda: made.list.count() == 2 and not context.jobs.busy())
    assert "3 customers" in made.hint.text()
    assert titles(made) == ["Fair · 1", "Letters"]
    assert state(made, 0) == State.PartiallyChecked
    assert not made.for_all.isVisible()
    qtbot.keyClicks(made.typed, "lett")
    qtbot.keyClick(made.typed, Qt.Key.Key_Return)
    assert (state(made, 1), made.typed.text()) == (State.Checked, "")
    qtbot.keyClicks(made.typed, "Gifts")
    qtbot.keyClick(made.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.list.count() == 3 and not context.jobs.busy())
    assert titles(made)[2] == "Gifts (only mine)"
    assert [state(made, row) for row in (1, 2)] == [State.Checked] * 2
    with qtbot.waitSignal(
        screen.status_changed, check_params_cb=lambda said: "3 customers" in said
    ):
        qtbot.keyClick(made.typed, Qt.Key.Key_Return)
    every = ["Alpha", "Beta", "Gamma"]
    assert members(office) == {"Fair": ["Alpha"], "Letters": every, "Gifts": every}
    assert members(office, "boss") == {"Fair": ["Alpha"], "Letters": every}


def test_unticking_takes_out_and_closing_changes_nothing(qtbot, context, office):
    for leave in (True, False):
        made = opened(qtbot, context, office.ids)
        made.list.setCurrentRow(0)
        qtbot.keyClick(made.list, Qt.Key.Key_Return)
        assert state(made, 0) == State.Checked
        qtbot.keyClick(made.list, Qt.Key.Key_Return)
        assert made.list.wanted == {office.fair: False}
        if leave:
            made.reject()
            assert members(office) == {"Fair": ["Alpha"]}
    with qtbot.waitSignal(made.accepted):
        made.save()
    assert members(office) == {}


def test_groups_are_renamed_and_removed_by_whose_they_are(qtbot, context, office):
    with context.office.session() as session:
        groups.make(session, "Gifts", own=True)
    made = opened(qtbot, context, office.ids[:1])
    assert (made.rename_button.isEnabled(), made.remove_button.isEnabled()) == (False, False)
    made.list.setCurrentRow(2)
    qtbot.keyClick(made, Qt.Key.Key_F2)
    assert made.typed.text() == "Gifts"
    made.typed.setText("Birthdays")
    qtbot.keyClick(made.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(made)[-1] == "Birthdays (only mine)")
    qtbot.waitUntil(lambda: not context.jobs.busy())
    assert made.list.current().name == "Birthdays"
    qtbot.keyClick(made.list, Qt.Key.Key_Delete)
    assert "for good" in answer(made, "Delete")
    qtbot.waitUntil(lambda: made.list.count() == 2)
    made.typed.setText("Fair")
    made.make()  # of one's own, beside the office's of the same name
    qtbot.waitUntil(lambda: made.list.count() == 3)
    made.typed.setText("Fair")
    made.make()
    qtbot.waitUntil(lambda: made.message.text() != "")
    assert made.list.count() == 3


def test_who_may_only_view_ticks_ones_own_groups(qtbot, office, tmp_path):
    ann = office.id_of("ann")
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'edit', false)", ann)
    context = make_context(office.login("ann"), tmp_path)
    with context.office.session() as session:
        groups.make(session, "Gifts", own=True)
    made = opened(qtbot, context, office.ids[1:2])
    for row in (0, 2):
        made.list.setCurrentRow(row)
        made.list.turn()
    assert [state(made, row) for row in (0, 2)] == [State.Unchecked, State.Checked]
    with qtbot.waitSignal(made.accepted):
        made.save()
    assert members(office)["Gifts"] == ["Beta"]
    context.jobs.wait()


def test_the_list_is_narrowed_to_a_group_and_follows_it(qtbot, context, office, screen):
    box = screen.groups
    qtbot.waitUntil(lambda: box.isVisible())
    assert [box.itemText(n) for n in range(box.count())] == [
        "All groups", "Fair · 1", "Letters", "In no group",
    ]  # fmt: skip

    def names():
        model = screen.grid.model
        found = [model.index(row, 1).data() for row in range(len(model.ids))]
        return [name or "not read yet" for name in found]

    box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: names() == ["Alpha"])
    box.setCurrentIndex(3)
    qtbot.waitUntil(lambda: sorted(names()) == ["Beta", "Gamma"])
    box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: names() == ["Alpha"])
    with office.login("boss").session() as session:
        groups.change(session, office.ids[1:2], [office.fair])
    context.bus.changed.emit("group_member", "insert", [1])
    qtbot.waitUntil(lambda: sorted(names()) == ["Alpha", "Beta"])
    assert box.currentText() == "Fair · 2"


def test_the_form_tells_the_groups_and_opens_them(qtbot, context, office):
    form = CustomerForm(context, Desk(), office.ids[0])
    qtbot.addWidget(form)
    form.resize(460, 800)
    form.show()
    line = form.change_groups.__self__
    qtbot.waitUntil(lambda: line.text() == "Fair")
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_F4)
    made = form.window().findChildren(GroupDialog)[-1]
    qtbot.waitUntil(lambda: made.list.count() == 2 and not context.jobs.busy())
    assert "Alpha" in made.hint.text()
    made.list.setCurrentRow(1)
    made.list.turn()
    made.save()
    qtbot.waitUntil(lambda: line.text() == "Fair, Letters")
    assert not form.dirty
