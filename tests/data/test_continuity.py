"""Number continuity: every number of a period is accounted for, the missing ones above all."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from client.data.continuity import KINDS, periods, series
from tests.data.money import Till


@pytest.fixture(scope="module")
def till(shared_office):
    """Five orders: one of Bob's, one called off, one that somebody tore out of the table."""
    made = Till(shared_office)
    today = made.ask("SELECT office_today()")
    anns, bobs = made.customer("Alpha", "ann"), made.customer("Beta", "bob")
    made.orders = [made.order(c, today, 10) for c in (anns, bobs, anns, anns, anns)]
    made.cancel(made.orders[2], "ordered twice")
    receipt = made.receive(anns, today - timedelta(days=1), 5)
    made.void(receipt, "wrong customer")
    made.period = str(today.year)
    return made


def ask(till, user, kind="order"):
    with till.office.login(user).session() as session:
        (period,) = periods(session, kind)
        return series(session, kind, period)


def test_complete_with_its_cancelled_ones(till):
    found = ask(till, "boss")
    assert found.period == till.period
    assert [row.counted for row in found.rows] == [1, 2, 3, 4, 5]
    assert [row.number for row in found.rows] == [order["number"] for order in till.orders]
    assert (found.rows[2].state, found.rows[2].reason) == ("cancelled", "ordered twice")
    assert found.verdict == "Complete: 5 numbers, none is missing · 1 cancelled or voided"
    receipts = ask(till, "boss", "receipt")
    assert [row.state for row in receipts.rows] == ["voided", "posted"]
    assert receipts.rows[0].reason == "wrong customer"


def test_what_is_not_ones_own_is_given_and_no_more(till):
    second = ask(till, "ann").rows[1]
    assert (second.state, second.row_id, second.operator) == ("hidden", None, "")
    assert second.number == till.orders[1]["number"]
    assert ask(till, "ann").complete


def test_a_gap_is_found(till):
    torn = "DELETE FROM number_taken WHERE kind = 'order' AND counted IN (4, 5) RETURNING *"
    rows = till.office.ask(None, torn)
    try:
        found = ask(till, "boss")
        assert [(row.place, row.state) for row in found.rows][-1] == ("4\N{EN DASH}5", "missing")
        assert not found.complete
        assert found.verdict == "2 of 5 numbers are missing · 1 cancelled or voided"
    finally:
        for row in rows:
            till.office.ask(None, "INSERT INTO number_taken VALUES (%s, %s, %s, %s, %s, %s)", *row)
    assert ask(till, "boss").complete


def test_kinds_without_a_number_or_without_the_right(till):
    with till.office.login("boss").session() as session:
        assert periods(session, "quote") == []
        assert series(session, "quote", till.period).verdict == "No number has been given yet."
    with pytest.raises(DBAPIError), till.office.login("serge").session() as session:
        series(session, "receipt", till.period)
    assert list(KINDS) == ["order", "quote", "delivery", "receipt"]
