"""The demo office: the same for the same seed, fictional, and true to the rules once stored."""

import re
from datetime import date

import pytest

from server_schema.demo_office import make

UNTIL = date(2026, 11, 21)


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def office(request):
    return make(request.param, 1, UNTIL)


def test_same_seed_same_office(office):
    language = "en" if office.settings["office_name"].isascii() else "zh_CN"
    assert make(language, 1, UNTIL) == office
    assert make(language, 2, UNTIL) != office


def test_size_and_span(office):
    tables = office.tables
    assert len(tables["customer"]) == 200
    assert len(tables["sales_order"]) == 1000
    assert len(tables["product"]) == 60
    assert len(tables["operator"]) == 8
    assert len(tables["department"]) == 3
    days = [order["order_date"] for order in tables["sales_order"]]
    assert days == sorted(days)
    assert (UNTIL - days[0]).days <= 365 * 3
    assert days[-1] <= UNTIL


def test_different_rights_and_scopes(office):
    people = office.tables["operator"]
    assert {person["scope"] for person in people} == {"own", "department", "all"}
    assert {person["rights"] for person in people} == {
        "administrator",
        "boss",
        "manager",
        "salesperson",
        "clerk",
    }


def test_every_state_is_there(office):
    orders = office.tables["sales_order"]
    assert {order["status"] for order in orders} == {
        "draft",
        "submitted",
        "approved",
        "partly_shipped",
        "shipped",
        "completed",
        "cancelled",
    }
    assert all((order["status"] == "draft") == (order["number"] is None) for order in orders)
    statuses = {customer["status"] for customer in office.tables["customer"]}
    assert statuses == {"potential", "visited", "member", "dormant", "lost"}
    assert {customer["grade_id"] for customer in office.tables["customer"]} == {1, 2, 3}
    assert any(customer["owner_id"] == 0 for customer in office.tables["customer"])


def test_names_and_numbers_are_fictional(office):
    customers, contacts = office.tables["customer"], office.tables["contact"]
    assert len({customer["name"] for customer in customers}) == len(customers)
    for row in (*customers, *contacts):
        assert row["email"].endswith("@example.com")
        for phone in filter(None, (row["phone"], row["mobile"])):
            # No subscriber's number starts with 0, no mobile with 12, and 555 01xx is for stories.
            assert re.fullmatch(r"0\d{2,3}-0\d{3} \d{4}|12\d( \d{4}){2}|\d{3} 555 01\d\d", phone)


def test_nobody_buys_before_they_are_a_customer_or_from_the_pool(office):
    customers = {customer["id"]: customer for customer in office.tables["customer"]}
    for order in office.tables["sales_order"]:
        customer = customers[order["customer_id"]]
        assert customer["owner_id"] == order["owner_id"] != 0
        assert customer["created_at"].date() <= order["order_date"]
