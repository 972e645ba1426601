"""What every form offers about its record: its history, and why one may (not) change it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from client.app import records, screens
from client.data import drafts
from client.model import Contact
from client.ui.forms.journal import drafts_of
from client.ui.forms.record_dialog import RecordDialog
from client.ui.history.dialog import HistoryDialog
from client.ui.rights.explain_record import ExplainDialog
from client.ui.screen import Extras
from client.ui.shell.main_window import MainWindow
from tests.server import samples
from tests.ui.records_office import make_context, make_customers


@pytest.fixture
def open_window(qtbot, office_db, tmp_path, monkeypatch):
    """The window of an operator of a fresh office."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = []

    def login(user):
        context = make_context(office_db.login(user), tmp_path / user)
        window = MainWindow(context, screens(context), Extras(records()))
        qtbot.addWidget(window)
        window.resize(1400, 800)
        window.show()
        made.append(context)
        return window

    yield login
    for context in made:
        context.jobs.wait()
        drafts_of(context.office).close()


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.context.jobs.busy())


def form_of(window):
    shown = window.shown_screen()
    return getattr(shown, "form", None) or shown


def tried(qtbot, window, form, kind, number):
    """Both buttons stand last in the head, and do what the keys do."""
    tools = form.tools
    assert tools.history.isVisible()
    assert tools.why.isVisible()
    head = tools.parentWidget()
    right = tools.why.mapTo(head, QPoint(tools.why.width(), 0)).x()
    assert head.width() - right <= 12
    qtbot.mouseClick(tools.history, Qt.MouseButton.LeftButton)
    history = next(d for d in window.findChildren(HistoryDialog) if d.isVisible())
    assert history.changes.of == (kind, number)
    settle(qtbot, window)
    assert history.changes.lines
    history.close()
    qtbot.mouseClick(tools.why, Qt.MouseButton.LeftButton)
    panel = window.docks.widget("explain")
    assert panel.isVisible()
    settle(qtbot, window)
    assert panel.parts, panel.title.text()
    return panel.title.text()


@pytest.mark.parametrize("kind", ["customer", "quote", "sales_order", "delivery", "receipt"])
def test_every_form_of_what_one_owns_offers_both(qtbot, office_db, open_window, kind):
    clerk = open_window("clerk")
    customer = make_customers(clerk.context.office, "East Lake")[0]
    number = customer
    if kind == "sales_order":
        number = samples.order(office_db, "clerk", customer)["id"]
    elif kind == "quote":
        number = samples.quote(office_db, "clerk", customer)["id"]
    elif kind == "receipt":
        number = samples.receipt(office_db, "clerk", customer, 5)["id"]
    elif kind == "delivery":
        order = samples.order(office_db, "clerk", customer)
        number = samples.delivery(office_db, "clerk", order["id"])["id"]
    clerk.desk.open_record(kind, None)
    settle(qtbot, clerk)
    new = form_of(clerk)
    assert not new.tools.history.isVisible()
    assert not new.tools.why.isVisible()
    new.dirty = False
    clerk.desk.open_record(kind, number)
    settle(qtbot, clerk)
    assert tried(qtbot, clerk, form_of(clerk), kind, number)


def test_the_history_of_what_is_everybodys_is_for_those_who_may_read_it(
    qtbot, office_db, open_window
):
    number = samples.product(office_db)
    boss = open_window("boss")
    boss.desk.open_record("product", number)
    qtbot.waitUntil(lambda: form_of(boss).record_id == number and form_of(boss).data is not None)
    settle(qtbot, boss)
    office_db.ask(None, "UPDATE product SET name = 'Other' WHERE id = %s", number)
    assert "Product" in tried(qtbot, boss, form_of(boss), "product", number)
    ann = open_window("ann")
    ann.desk.open_record("product", number)
    qtbot.waitUntil(lambda: form_of(ann).data is not None)
    settle(qtbot, ann)
    assert form_of(ann).tools.why.isVisible()
    assert not form_of(ann).tools.history.isVisible()
    form_of(ann).show_history()
    assert not ann.findChildren(HistoryDialog)


@pytest.mark.parametrize("kind", ["setting", "number_rule"])
def test_the_cards_of_the_settings_offer_both(qtbot, office_db, open_window, kind):
    change = {
        "setting": "UPDATE setting SET value = '45' WHERE key = 'payment_days'",
        "number_rule": "UPDATE number_rule SET digits = 6 WHERE kind = 'order'",
    }
    office_db.ask("admin", change[kind])
    admin = open_window("admin")
    admin.desk.open_screen(kind)
    settle(qtbot, admin)
    form = form_of(admin)
    tried(qtbot, admin, form, kind, form.ROW)


def test_a_form_over_another_says_it_in_a_window(qtbot, office_db, open_window):
    ann = open_window("ann")
    customer = make_customers(ann.context.office, "East Lake")[0]
    number = samples.contact(office_db, "ann", customer)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = RecordDialog(ann.context, Contact, number, parent)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.form.tools.why.isVisible())
    qtbot.mouseClick(dialog.form.tools.why, Qt.MouseButton.LeftButton)
    (why,) = dialog.findChildren(ExplainDialog)
    qtbot.waitUntil(lambda: bool(why.panel.parts))
    assert "Contact" in why.panel.title.text()


def test_ctrl_h_reaches_a_quotes_history_and_its_revisions_have_a_key_of_their_own(
    qtbot, office_db, open_window
):
    ann = open_window("ann")
    customer = make_customers(ann.context.office, "East Lake")[0]
    number = samples.quote(office_db, "ann", customer)["id"]
    ann.desk.open_record("quote", number)
    settle(qtbot, ann)
    ann.activateWindow()
    qtbot.waitUntil(ann.isActiveWindow)
    qtbot.keyClick(form_of(ann).page.grid, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in ann.findChildren(HistoryDialog)))
