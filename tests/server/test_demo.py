"""The demo office: the same for the same seed, fictional, and true to the rules once stored."""

import re
from datetime import date

import pytest

from server_schema import demo
from server_schema.demo_office import make
from server_schema.messages import Refused
from tests import servers

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


@pytest.fixture(scope="module")
def loaded(make_office):
    """A Chinese office with the demo in it, and its logins."""
    made = make_office(staff=False, language="zh_CN")
    people = demo.load(made.dsn, made.prefix, "zh_CN", until=UNTIL)
    yield made, {login: password or servers.PASSWORD for login, password, _, _ in people}
    made.close()


def test_everybody_logs_in_and_sees_their_scope(loaded):
    office, passwords = loaded
    seen = {}
    for login, password in passwords.items():
        with office.psql(login, password).cursor() as cursor:
            cursor.execute("SELECT count(*) FROM customer")
            seen[login] = cursor.fetchone()[0]
    assert len(seen) == 8
    assert seen["zhou"] == seen["wang"] == seen["admin"] == 200
    assert 0 < seen["chen"] < seen["li"] < 200
    assert 0 < seen["xu"] < seen["zhang"] < 200


def test_stored_as_the_triggers_would_have(loaded):
    office, _ = loaded
    before = office.ask(None, "SELECT id, haystack, version FROM customer ORDER BY id")
    totals = office.ask(None, "SELECT id, total, tax_total FROM sales_order ORDER BY id")
    office.ask(None, "UPDATE customer SET haystack = ''")
    office.ask(None, "SELECT sum_order_lines(array_agg(id)) FROM sales_order")
    assert office.ask(None, "SELECT id, haystack, version FROM customer ORDER BY id") == before
    again = office.ask(None, "SELECT id, total, tax_total FROM sales_order ORDER BY id")
    assert again == totals


def test_no_reference_points_nowhere(loaded):
    office, _ = loaded
    office.ask(
        None,
        "DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname,"
        " pg_get_constraintdef(oid) AS d FROM pg_constraint WHERE contype = 'f' LOOP"
        " EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);"
        " EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.t, c.conname, c.d);"
        " END LOOP; END $$",
    )


def test_numbers_go_on_where_the_demo_ends(loaded):
    office, passwords = loaded
    clerk = office.psql("wang", passwords["wang"])
    with clerk.cursor() as cursor:
        cursor.execute("INSERT INTO customer (name) VALUES ('新客户') RETURNING number")
        assert cursor.fetchone() == ("C-00201",)
        cursor.execute(
            "SELECT max(number) FROM sales_order WHERE number LIKE to_char(now(), '\"SO-\"YYYY-%%')"
        )
        last = cursor.fetchone()[0]
        cursor.execute("SELECT id, version FROM sales_order WHERE status = 'draft' LIMIT 1")
        cursor.execute("SELECT submit_order(%s, %s) ->> 'number'", cursor.fetchone())
        given = cursor.fetchone()[0]
    assert last is None or int(given[-4:]) == int(last[-4:]) + 1


def test_not_twice(loaded):
    office, _ = loaded
    with pytest.raises(Refused):
        demo.load(office.dsn, office.prefix, "zh_CN")


def test_history_tells_who_entered_each_customer(make_office):
    made = make_office(staff=False)
    demo.load(made.dsn, made.prefix, "en", 1, UNTIL)
    told = made.ask(
        None,
        "SELECT count(*), count(DISTINCT h.row_id), bool_and(c.at = r.created_at),"
        " bool_and(c.operator_id = r.created_by) FROM history h JOIN change c ON c.id = h.change_id"
        " JOIN customer r ON r.id = h.row_id WHERE h.table_name = 'customer' AND h.op = 'insert'",
    )
    assert told == [(200, 200, True, True)]
    made.close()
