"""Sales figures: exact sums of what the reader may see, one currency at a time."""

from datetime import date
from decimal import Decimal

import pytest

from client.data.analysis.figures import Query, choices, figures, find, year_before
from client.data.analysis.reports import REPORTS
from client.model import Operator, Region
from tests.data import sales

SPRING = (date(2026, 1, 1), date(2026, 5, 31))


@pytest.fixture(scope="module")
def office(shared_office):
    sales.fill(shared_office)
    return shared_office


def ask(office, user, compare=False, **query):
    with office.login(user).session() as session:
        return figures(session, Query(**query), compare)


def sums(answer):
    return {row.text: (row.orders, row.lines, row.amount) for row in answer.rows}


def test_by_region_as_the_boss(office):
    answer = ask(office, "boss", report="region")
    assert sums(answer) == {
        "Northern city": (2, 2, Decimal("650.00")),
        "South": (1, 2, Decimal("115.00")),
        # 3 × 1.005 is 3.015, and half a cent goes up: every line is rounded by itself.
        "North": (2, 3, Decimal("21.52")),
        "(not filled in)": (1, 1, Decimal("7.00")),
    }
    assert answer.rows[0].text == "Northern city"
    assert (answer.totals.orders, answer.totals.amount) == (6, Decimal("793.52"))
    assert answer.totals.quantity == Decimal("19.5")


def test_drafts_cancelled_and_other_currencies_are_left_out(office):
    answer = ask(office, "boss", report="salesperson")
    assert answer.currency == "CNY"
    assert answer.other_currencies == ("USD",)
    assert sums(ask(office, "boss", report="salesperson", currency="USD")) == {
        "Ann": (1, 1, Decimal("1000.00"))
    }


def test_a_salesperson_sees_only_own_customers_in_every_figure(office):
    for report in ("region", "salesperson", "customer_type", "product"):
        answer = ask(office, "ann", report=report)
        assert answer.totals.amount == Decimal("136.52")
        assert answer.totals.orders == 3
    assert sums(ask(office, "eve", report="region")) == {}
    assert ask(office, "eve", report="region").totals.amount == 0


def test_all_reports_add_up_to_the_same_whatever_one_may_view(office):
    change = "SELECT set_permission(%s, 'customer', 'view', %s)"
    office.ask("admin", change, office.id_of("boss"), False)
    try:
        for report in REPORTS:
            totals = ask(office, "boss", report=report.key).totals
            assert (totals.orders, totals.amount) == (6, Decimal("793.52")), report.key
    finally:
        office.ask("admin", change, office.id_of("boss"), True)


def test_an_order_with_two_products_is_one_order(office):
    answer = ask(office, "boss", report="product")
    assert sums(answer) == {
        "=Cable": (4, 4, Decimal("672.00")),
        "Lamp": (3, 4, Decimal("121.52")),
    }
    assert answer.totals.orders == 6


def test_period_is_inclusive_and_compared_with_the_year_before(office):
    first, last = SPRING
    answer = ask(office, "boss", True, report="region", date_from=first, date_to=last)
    previous = {row.text: row.previous for row in answer.rows}
    assert previous == {
        "Northern city": Decimal("250.00"),
        "South": Decimal("0.00"),
        "North": Decimal("0.00"),
    }
    assert answer.totals.previous == Decimal("250.00")
    assert answer.totals.amount == Decimal("536.52")


def test_who_sold_only_last_year_still_has_a_row(office):
    day = {"date_from": date(2026, 5, 30), "date_to": date(2026, 5, 30)}
    answer = ask(office, "boss", True, report="product", **day)
    assert [(row.text, row.orders, row.amount, row.previous) for row in answer.rows] == [
        ("=Cable", 0, Decimal("0.00"), Decimal("250.00"))
    ]
    assert answer.totals.amount == 0


def test_a_region_is_taken_with_those_below_and_as_it_was(office):
    with office.login("boss").session() as session:
        (north,) = find(session, Region, "N")
        (south,) = find(session, Region, "South")
        (bob,) = find(session, Operator, "BOB")
    answer = ask(office, "boss", report="region", region_id=north)
    assert set(sums(answer)) == {"North", "Northern city"}
    by_seller = ask(office, "boss", report="region", region_of="salesperson")
    assert sums(by_seller)["South"] == (3, 3, Decimal("657.00"))
    # The report by salesperson goes by the salesperson's own region.
    assert sums(ask(office, "boss", report="salesperson", region_id=south)).keys() == {"Bob"}
    assert ask(office, "boss", report="product", salesperson_id=bob).totals.amount == 657


def test_the_year_before_of_a_leap_day():
    asked = Query("region", date(2024, 2, 29), date(2024, 2, 29))
    assert year_before(asked).date_to == date(2023, 2, 28)
    assert year_before(Query("region", None, date(2024, 1, 1))) is None


def test_filters_offer_regions_and_people_without_the_pool(office):
    with office.login("boss").session() as session:
        offered = choices(session)
    assert [text for _id, text in offered["region"]] == ["North", "Northern city", "South"]
    assert "Ann" in [text for _id, text in offered["salesperson"]]
    assert "Public pool" not in [text for _id, text in offered["salesperson"]]
