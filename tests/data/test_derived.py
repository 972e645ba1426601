"""Figures beside the fields of a list: the sales of a customer and their last order."""

from datetime import date
from decimal import Decimal

import pytest

from client.data import filters, records
from client.data.parsing import BadValue
from client.data.rowsource import RowSource, list_fields
from client.model import Customer, fields
from tests.data import sales

NAMES = ("name", "sales_this_year", "last_order_on")
TODAY = date(2026, 9, 1)
# The orders of the current year in the office's currency that are neither draft nor cancelled.
SOLD = {"Alpha": "21.52", "Beta": "115.00", "Gamma": "400.00", "Delta": "7.00", "Zeta": "0"}


@pytest.fixture(scope="module")
def sold(shared_office):
    """The small office with its sales, put into the office's current year."""
    sales.fill(shared_office)
    years = "make_interval(years => extract(year FROM office_today())::integer - 2026)"
    # some of them cancelled, which nobody dates anew
    unasked = "SET session_replication_role = replica"
    shared_office.ask(None, f"{unasked}; UPDATE sales_order SET order_date = order_date + {years}")
    with shared_office.login("boss").session() as session:
        records.save(session, Customer, {"name": "Zeta"})
    return shared_office


def listing(*order, **more):
    return RowSource(Customer, NAMES, order=order, **more)


def day(sold, month_day):
    year = sold.ask(None, "SELECT extract(year FROM office_today())::integer")[0][0]
    return date.fromisoformat(f"{year}-{month_day}")


def names_in(sold, login, source):
    with sold.login(login).session() as session:
        ids = list(source.ids(session))
        return [row[2] for row in source.rows(session, ids)]


def test_rows_show_them(sold):
    with sold.login("boss").session() as session:
        rows = listing("name").rows(session, list(listing("name").ids(session)))
    assert {row[2]: row[3] for row in rows} == {n: Decimal(v) for n, v in SOLD.items()}
    last = {row[2]: row[4] for row in rows}
    assert last["Zeta"] is None
    assert last["Gamma"] == day(sold, "05-31")
    assert last["Alpha"] == day(sold, "03-03")


def test_first_page_stands_in_their_order_without_them(sold):
    source = listing("-sales_this_year")
    with sold.login("boss").session() as session:
        first = source.first_page(session)
    assert [row[2] for row in first] == ["Gamma", "Beta", "Alpha", "Delta", "Zeta"]
    assert source.has_figures
    assert {row[3:] for row in first} == {(None, None)}


def test_lists_are_sorted_by_them(sold):
    assert names_in(sold, "boss", listing("sales_this_year"))[0] == "Zeta"
    newest = ["Delta", "Gamma", "Beta", "Alpha", "Zeta"]
    assert names_in(sold, "boss", listing("-last_order_on")) == newest
    assert names_in(sold, "boss", listing("-last_order_on", "sales_this_year")) == newest


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("sales_this_year", ">= 115", {"Beta", "Gamma"}),
        ("sales_this_year", "0..10", {"Delta", "Zeta"}),
        ("sales_this_year", "=", {"Zeta"}),
        ("sales_this_year", "*", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("sales_this_year", "≠ 7", {"Alpha", "Beta", "Gamma", "Zeta"}),
        ("last_order_on", "=", {"Zeta"}),
        ("last_order_on", "*", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("last_order_on", "MM-03", {"Alpha"}),
        ("last_order_on", ">= MM-05", {"Gamma", "Delta"}),
    ],
)
def test_lists_are_filtered_by_them(sold, field, text, found):
    typed = text.replace("MM", str(day(sold, "01-01").year))
    meant = filters.condition(Customer, list_fields(Customer)[field], typed, TODAY)
    source = listing("name", where=(meant,))
    assert set(names_in(sold, "boss", source)) == found
    with sold.login("boss").session() as session:
        amounts = source.totals(session, ["sales_this_year"])
    assert amounts.rows == len(found)
    assert amounts.sums["sales_this_year"] == sum(Decimal(SOLD[name]) for name in found)


def test_nonsense_above_them_is_refused(sold):
    with pytest.raises(BadValue):
        filters.condition(Customer, list_fields(Customer)["sales_this_year"], "many", TODAY)


def test_only_what_the_reader_may_see_counts(sold):
    assert names_in(sold, "bob", listing("-sales_this_year")) == ["Gamma", "Delta"]
    with sold.login("bob").session() as session:
        assert listing().totals(session, ["sales_this_year"]).sums == {
            "sales_this_year": Decimal("407.00")
        }


def test_nobody_changes_them():
    assert not set(Customer.FIGURES) & set(fields(Customer))
    assert all(list_fields(Customer)[name].readonly for name in Customer.FIGURES)
