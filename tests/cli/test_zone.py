"""Moments are the office's, whatever zone the computer in front of one is set to."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import openpyxl
import psycopg2
import pytest
from pypdf import PdfReader

from client import cli, i18n
from client.data import errors, filters, formats
from client.data.history import entries
from client.data.rowsource import RowSource, list_fields
from client.data.workbooks import workbook
from client.i18n import zone
from client.model import Customer
from client.ui.grids.export import Report, export
from client.ui.history.filters import HistoryFilters
from client.ui.jobs import Token
from tests.server import samples
from tests.ui.records_office import make_context

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = "2026-09-14 16:30Z"
SHOWN = "2026-09-15 00:30"  # half an hour into the office's day, and still the day before elsewhere


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Kiritimati"])
def office(office_db, request, monkeypatch):
    """An office in China on a computer that is set to somewhere else in every way there is."""
    monkeypatch.setenv("TZ", request.param)
    monkeypatch.setenv("PGTZ", request.param)
    if hasattr(time, "tzset"):
        time.tzset()
    office_db.ask(None, "UPDATE setting SET value = '\"Asia/Shanghai\"' WHERE key = 'time_zone'")
    samples.customer(office_db, "boss", "Half past midnight")
    office_db.ask(
        None,
        "ALTER TABLE customer DISABLE TRIGGER USER;"
        f"UPDATE customer SET created_at = '{MOMENT}';"
        "ALTER TABLE customer ENABLE TRIGGER USER",
    )
    yield office_db
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def on(office, day, today):
    """What a list of customers shows that is filtered by the day they were entered."""
    field = list_fields(Customer)["created_at"]
    condition = filters.condition(Customer, field, day, today)
    with office.session() as session:
        rows = RowSource(Customer, ("created_at",), (condition,)).first_page(session)
    return [formats.text_of(field, row[2]) for row in rows]


def test_what_is_shown_is_what_is_filtered_by(office):
    boss = office.login("boss")
    assert on(boss, "2026-09-15", boss.today) == [SHOWN]
    assert on(boss, "2026-09-14", boss.today) == []
    assert on(boss, "<= 2026-09-14", boss.today) == []
    assert on(boss, "today", datetime(2026, 9, 15).date()) == [SHOWN]
    assert formats.today() == boss.today == datetime.now(SHANGHAI).date()


def test_a_command_means_by_today_the_day_of_the_office(office_db, kehu, monkeypatch, tmp_path):
    """There is always another day on this computer, which is 26 hours behind the office."""
    office_db.ask(
        None, "UPDATE setting SET value = '\"Pacific/Kiritimati\"' WHERE key = 'time_zone'"
    )
    monkeypatch.setattr(i18n, "_zone", timezone(-timedelta(hours=12)))
    out = tmp_path / "owed.json"
    report = ("report", "receivables", "--out", out, "--as-of")
    assert kehu(office_db, "boss", *report, "today")[0] == cli.DONE
    today = office_db.login("boss").today
    assert json.loads(out.read_text("utf-8"))["as_of"] == str(today)
    kehu(office_db, "boss", *report, "-1")
    assert json.loads(out.read_text("utf-8"))["as_of"] == str(today - timedelta(1))
    assert kehu(office_db, "boss", *report, "the day before")[0] == cli.USAGE


@pytest.mark.parametrize("here", [True, False])
def test_what_is_exported_is_the_same(office, tmp_path, monkeypatch, here):
    if not here:  # by a process of its own, as long lists are
        monkeypatch.setattr(workbook, "HERE_AT_MOST", 0)
    out = tmp_path / "customers.xlsx"
    source = RowSource(Customer, ("created_at",))
    export(office.login("boss"), out, source, (), "en", Report(Token()))
    (cells,) = openpyxl.load_workbook(out).active.iter_rows(min_row=2, values_only=True)
    assert [str(cell)[:16] for cell in cells] == [SHOWN]


def test_what_is_printed_is_the_same(office, kehu, tmp_path):
    of = samples.value(office, None, "SELECT id FROM customer")
    paid = samples.posted(office, "boss", of, 5, {})
    samples.call(office, "boss", "void_receipt", paid["id"], paid["version"], "twice")
    office.ask(
        None,
        "ALTER TABLE receipt DISABLE TRIGGER USER;"
        f"UPDATE receipt SET voided_at = '{MOMENT}' WHERE id = {paid['id']};"
        "ALTER TABLE receipt ENABLE TRIGGER USER",
    )
    out = tmp_path / "receipt.pdf"
    code, _said, err = kehu(office, "boss", "print", "receipt", paid["number"], "--out", out)
    assert (code, err) == (0, "")
    assert SHOWN in PdfReader(out).pages[0].extract_text()


def test_the_history_counts_days_as_it_shows_them(office, qtbot, tmp_path):
    boss = office.login("boss")
    office.ask(None, f"UPDATE change SET at = '{MOMENT}'")
    bar = HistoryFilters(make_context(boss, tmp_path), None)
    qtbot.addWidget(bar)
    for day, there in (("2026-09-15", True), ("2026-09-14", False)):
        bar.period.set_period((datetime.fromisoformat(day).date(),) * 2)
        with boss.session() as session:
            found = entries.read(session, bar.wanted())
        assert {formats.datetime_text(entry.at) for entry in found} == ({SHOWN} if there else set())


def test_a_moment_kept_by_another_program_is_told_by_the_same_clock(office):
    office.login("boss")
    kept = datetime.fromisoformat("2026-09-14T09:30:00-07:00")
    assert formats.datetime_text(kept) == formats.datetime_text(kept.astimezone(UTC)) == SHOWN


def test_when_the_office_moves_its_clocks_programs_follow(office):
    boss = office.login("boss")
    office.ask("admin", "UPDATE setting SET value = '\"Europe/Berlin\"' WHERE key = 'time_zone'")
    boss.read_again()
    assert on(boss, "2026-09-14", boss.today) == ["2026-09-14 18:30"]
    # a zone in the server's own way of writing, of which computers know only how far it is
    office.ask("admin", "UPDATE setting SET value = '\"<X>-05:30:00\"' WHERE key = 'time_zone'")
    boss.read_again()
    assert on(boss, "2026-09-14", boss.today) == ["2026-09-14 22:00"]
    assert zone().utcoffset(None) == datetime.now(ZoneInfo("Asia/Kolkata")).utcoffset()


def test_a_zone_that_no_session_can_have_is_refused(office):
    set_zone = "UPDATE setting SET value = to_jsonb(%s::text) WHERE key = 'time_zone'"
    for wrong in ("Nowhere/Nope", "CST", ""):
        with pytest.raises(psycopg2.Error) as refused:
            office.ask("admin", set_zone, wrong)
        said = f"The server knows no time zone of this name: {wrong}."
        assert errors.sentence(refused.value) == said
