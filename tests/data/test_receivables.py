"""Receivables by age: what is owed on a day, as far as its reader sees it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from client.data.errors import KnownError
from client.data.money.receivables import AGES, Query, behind, choices, receivables
from tests.data.money import Till

ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def office(shared_office):
    """Alpha of Ann owes in each age, Beta of Bob has paid ahead, Gamma of Ann owes dollars too."""
    till = Till(shared_office)
    today = till.ask("SELECT office_today()")
    shared_office.today = today
    north = shared_office.ask(None, "INSERT INTO region (code, name) VALUES ('N', 'North')"
                              " RETURNING id")[0][0]  # fmt: skip
    city = shared_office.ask(None, "INSERT INTO region (code, name, parent_id) VALUES"
                             " ('N1', 'City', %s) RETURNING id", north)[0][0]  # fmt: skip
    alpha = till.customer("Alpha", "ann", region_id=city)
    beta, gamma = till.customer("Beta", "bob"), till.customer("Gamma", "ann")
    made = {}
    for days, total in ((0, 10), (1, 20), (30, 40), (31, 80), (90, 160), (91, 320)):
        due = today - days * ONE
        made[days] = till.order(alpha, due - 5 * ONE, total, due)
    bobs = till.order(beta, today - 40 * ONE, 100, today - 10 * ONE)
    till.receive(beta, today - 3 * ONE, 130, {bobs["id"]: 60})
    till.order(gamma, today, 7)
    till.order(gamma, today, 1000, currency="USD")
    till.receive(alpha, today - 2 * ONE, 15, {made[1]["id"]: 15})
    till.cancel(till.order(gamma, today - 9 * ONE, 5000))
    return shared_office


def ask(office, user="boss", **query):
    with office.login(user).session() as session:
        return receivables(session, Query(**query))


def shown(answer):
    return {row.name: tuple(map(int, row[4:-1])) for row in answer.rows}


def test_each_age_ends_with_its_day(office):
    answer = ask(office)
    assert shown(answer) == {
        "Alpha": (10, 45, 80, 160, 320, 615, 0),
        "Beta": (0, 40, 0, 0, 0, 40, 70),
        "Gamma": (7, 0, 0, 0, 0, 7, 0),
    }
    assert [row.owner for row in answer.rows] == ["Ann", "Bob", "Ann"]
    assert tuple(map(int, answer.totals[4:-1])) == (17, 85, 80, 160, 320, 662, 70)
    assert (answer.currency, answer.other_currencies) == ("CNY", ("USD",))
    assert shown(ask(office, currency="USD")) == {"Gamma": (1000, 0, 0, 0, 0, 1000, 0)}


def test_an_earlier_day_knows_nothing_of_what_came_after(office):
    day = office.today - 4 * ONE
    # Neither Beta's payment nor Alpha's had come, nor had Gamma ordered; all was younger.
    assert shown(ask(office, as_of=day)) == {
        "Alpha": (30, 40 + 80, 0, 160 + 320, 0, 630, 0),
        "Beta": (0, 100, 0, 0, 0, 100, 0),
    }


def test_what_is_owed_today_grows_older_until_a_later_day(office):
    later = ask(office, as_of=office.today + 31 * ONE)
    assert shown(later)["Alpha"] == (0, 0, 10 + 5, 40 + 80, 480, 615, 0)


def test_a_salesperson_sees_only_own_customers(office):
    mine = ask(office, "ann")
    assert shown(mine).keys() == {"Alpha", "Gamma"}
    assert mine.totals.outstanding == 622
    assert ask(office, "bob").totals.advance == 70
    assert ask(office, "eve").rows == ()
    assert ask(office, "eve").totals.outstanding == 0


def test_without_the_receipts_nothing_is_said(office):
    with pytest.raises(KnownError), office.login("serge").session() as session:
        receivables(session, Query())


def test_filters(office):
    with office.login("boss").session() as session:
        offered = choices(session)
    ids = {key: {text: id_ for id_, text in pairs} for key, pairs in offered.items()}
    assert "Public pool" not in ids["salesperson"]
    assert shown(ask(office, region_id=ids["region"]["North"])).keys() == {"Alpha"}
    assert shown(ask(office, salesperson_id=ids["salesperson"]["Bob"])).keys() == {"Beta"}
    assert ask(office, department_id=ids["department"]["Sales"]).totals.outstanding == 662
    assert ask(office, department_id=ids["department"]["Other"]).rows == ()


@pytest.mark.parametrize("days", [0, 4])
def test_every_figure_opens_the_orders_behind_it(office, days):
    """The list is the total, for a customer and for all, in each age and altogether."""
    query = {"as_of": office.today - days * ONE}
    answer = ask(office, "ann", **query)
    with office.login("ann").session() as session:
        for row in (answer.totals, *answer.rows):
            asked = Query(**query, customer_id=row.customer_id)
            for age in ("", *(age.key for age in AGES)):
                found = behind(session, asked, age)
                assert found.outstanding == getattr(row, age or "outstanding")
                assert sum((o.outstanding for o in found.orders), Decimal(0)) == found.outstanding
                assert found.many == len(found.orders)
                assert all(o.total - o.received == o.outstanding for o in found.orders)
        first = behind(session, Query(**query), most=2)
    assert (len(first.orders), first.orders[0].days) == (2, 91 - days)
    assert first.outstanding == answer.totals.outstanding


def test_a_day_is_a_day(office):
    assert ask(office, as_of=date(1990, 1, 1)).rows == ()
