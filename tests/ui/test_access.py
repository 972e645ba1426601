"""What the window tells of exports and refusals, and how the history's page shows it."""

import ast
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import client
from client.data.errors import NotYours
from client.data.login import LoginRefused
from client.data.records import save
from client.data.rowsource import RowSource
from client.model import Customer, Operator
from client.ui.grids.export import Report, export
from client.ui.jobs import Token
from client.ui.screens.history import HistoryScreen
from client.ui.screens.operators import OperatorForm
from tests.ui.records_office import Desk, make_context, make_customers

WRITERS = ("export_rows", "export_tables", "export_csv")
LAST = "SELECT op, after FROM history WHERE table_name = 'access' ORDER BY id DESC LIMIT 1"


@pytest.fixture
def context(at_shared):
    return at_shared("boss")


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("DELETE FROM permission", "permission"),
        ("INSERT INTO customer (number, name) VALUES ('C-1', 'Forged')", "customer"),
        ("SELECT note_access(1, 'login', '{}')", "note_access"),
        ("SELECT end_sessions(1)", "end_sessions"),
        ("SELECT share_customer(1000000, 2, '2200-01-01')", "share_customer"),
    ],
)
def test_what_the_database_refused_is_told(shared_office, query, about):
    with closing(shared_office.login("ann")) as office:
        with pytest.raises(DBAPIError), office.session() as session:
            session.execute(text(query))
        assert shared_office.ask("ann", LAST) == [("refused", {"about": about})]


def test_what_one_may_see_but_not_change(shared_office):
    with closing(shared_office.login("boss")) as boss, boss.session() as session:
        made = save(session, Customer, {"name": "Of the boss", "owner_id": boss.me["id"]})
    serge = shared_office.id_of("serge")
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    shared_office.ask("boss", share, made["id"], serge)
    forbid = "SELECT set_permission(%s, 'customer', 'edit', false)"
    shared_office.ask("admin", forbid, serge)
    office = shared_office.login("serge")
    with pytest.raises(NotYours), office.session() as session:
        save(session, Customer, {**made, "remarks": "Mine"})
    assert shared_office.ask("serge", LAST) == [("refused", {"about": ""})]


def test_an_error_of_another_kind_is_none(shared_office):
    with closing(shared_office.login("bob")) as office:
        with pytest.raises(DBAPIError), office.session() as session:
            session.execute(text("SELECT 1 / 0"))
        mine = "SELECT count(*) FROM history WHERE table_name = 'access' AND row_id = me()"
        assert shared_office.ask("bob", mine) == [(0,)]


def test_what_cannot_be_told_is_not_written(context, tmp_path, shared_office):
    make_customers(context.office, "Exported")
    asked = (RowSource(Customer, ("number", "name")), ["name"], "en", Report(Token()))
    path = tmp_path / "out.xlsx"
    path.write_text("an earlier file")
    shared_office.ask(None, "ALTER FUNCTION log_access RENAME TO not_there")
    try:
        with pytest.raises(DBAPIError):
            export(context.office, path, *asked)
    finally:
        shared_office.ask(None, "ALTER FUNCTION not_there RENAME TO log_access")
    assert path.read_text() == "an earlier file"
    rows = export(context.office, path, *asked)
    told = {"what": "customer", "rows": rows, "format": "xlsx", "filters": ["name"]}
    assert shared_office.ask("boss", LAST) == [("export", told)]


def test_every_export_carries_a_note():
    bare = []
    root = Path(client.__file__).parent
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = [node.func, *node.args[:1]] if isinstance(node, ast.Call) else []
            names = [part.id for part in called if isinstance(part, ast.Name)]
            if any(name in WRITERS for name in names) and file.name != "workbook.py":
                noted = any(word.arg == "note" for word in node.keywords)
                bare += [] if noted else [f"{file.relative_to(root)}:{node.lineno}"]
    assert bare == []


def test_the_page_shows_them_in_sentences(qtbot, context, shared_office):
    bob = shared_office.id_of("bob")
    shared_office.ask("bob", "SELECT log_access('login', '{\"refused\": 2}')")
    told = '{"what": "customer", "rows": 1200, "format": "xlsx", "filters": ["region_id"]}'
    shared_office.ask("bob", "SELECT log_access('export', %s)", told)
    shared_office.ask("bob", "SELECT log_access('refused', '{\"about\": \"permission\"}')")
    screen = HistoryScreen(context, Desk())
    qtbot.addWidget(screen)
    screen.resize(1000, 500)
    screen.show()
    filters = screen.changes.filters
    qtbot.waitUntil(lambda: filters.people.count() > 1 and not screen.changes._reading)
    filters.kinds.setCurrentIndex(filters.kinds.findData("access"))
    filters.people.setCurrentIndex(filters.people.findData(bob))
    qtbot.waitUntil(lambda: len(screen.changes.lines) == 3)
    assert [row[1] for row in screen.changes.model.rows()] == [
        "Bob was refused: Permission of a role",
        "Bob exported Customers: 1,200 rows, XLSX · narrowed by Region",
        "Bob logged in, after 2 wrong passwords on this computer",
    ]
    assert screen.changes.model.rows()[0][2] == "Access Bob"


def test_a_locked_login_is_seen_and_unlocked(qtbot, tmp_path, shared_office):
    eve = shared_office.id_of("eve")
    admin = make_context(shared_office.login("admin"), tmp_path)
    form = OperatorForm(admin, Operator, eve)
    qtbot.addWidget(form)
    form.resize(624, 500)
    form.show()
    qtbot.waitUntil(lambda: bool(form.base.get("login")))
    assert not form.lock_bar.isVisible()
    lock = "SELECT lock_login(%s, clock_timestamp() + interval '15 min', '{\"n\": 10}')"
    shared_office.ask(None, lock, eve)
    form.refresh()
    qtbot.waitUntil(form.lock_bar.isVisible)
    with pytest.raises(LoginRefused) as refused:
        shared_office.login("eve")
    assert refused.value.reason == "password"
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.unlock_button.setFocus()
    form.unlock_button.click()
    qtbot.waitUntil(lambda: not form.lock_bar.isVisible())
    assert form.fields.editors["code"].hasFocus()
    shared_office.login("eve")
    admin.jobs.wait()
