"""The demo office: the same for the same seed, fictional, and true to the rules once stored."""

import re
from datetime import date

import pytest

from server_schema import demo
from server_schema.attacks import raid
from server_schema.attacks.attempt import NOT_TRIED
from server_schema.demo_mark import mark
from server_schema.demo_office import make
from server_schema.messages import Refused
from tests import servers

UNTIL = date(2026, 11, 21)
NUMBERED = {
    "order": "sales_order",
    "quote": "quote",
    "delivery": "delivery",
    "receipt": "receipt",
}
TOO_MUCH = "planned_quantity(id) > quantity"
OF_ORDER = "JOIN sales_order o ON o.id = d.order_id"
OUT_OF_TURN = (
    "d.created_at < o.approved_at OR d.picked_at < d.created_at OR d.shipped_at < d.picked_at"
    " OR d.received_at < d.shipped_at OR o.completed_at < d.received_at"
    " OR d.shipped_on < o.order_date"
)


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


def rows(cursor, query, *values):
    cursor.execute(query, values)
    return cursor.fetchall()


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
    queries = (
        "SELECT id, haystack, version FROM customer ORDER BY id",
        "SELECT id, total, tax_total FROM sales_order ORDER BY id",
        "SELECT id, total, tax_total FROM quote ORDER BY id",
        "SELECT id, reduction FROM order_line ORDER BY id",
        "SELECT id, reduction FROM quote_line ORDER BY id",
    )
    with office.superuser().cursor() as cursor:
        before = [rows(cursor, query) for query in queries]
        assert any(reduction for _, reduction in before[3])
        cursor.execute("BEGIN")
        cursor.execute("UPDATE customer SET haystack = ''")
        cursor.execute("SELECT sum_order_lines(array_agg(id)) FROM sales_order")
        cursor.execute("SELECT sum_quote_lines(array_agg(id)) FROM quote")
        assert [rows(cursor, query) for query in queries] == before
        cursor.execute("ROLLBACK")


def test_orders_stand_where_their_deliveries_say(loaded):
    office, _ = loaded
    states = office.ask(
        None,
        "SELECT DISTINCT status, state_by_deliveries(id), approved_amount = total,"
        " completed_at IS NOT NULL FROM sales_order WHERE status NOT IN ('draft', 'cancelled')",
    )
    assert sorted(states) == [
        ("approved", "approved", True, False),
        ("completed", "shipped", True, True),
        ("partly_shipped", "partly_shipped", True, False),
        ("shipped", "shipped", True, False),
        ("submitted", "submitted", None, False),
    ]
    assert office.ask(None, f"SELECT count(*) FROM order_line WHERE {TOO_MUCH}") == [(0,)]
    assert office.ask(None, f"SELECT count(*) FROM delivery d {OF_ORDER} WHERE {OUT_OF_TURN}") == [
        (0,)
    ]
    found = office.ask(None, "SELECT DISTINCT status FROM delivery")
    assert {status for (status,) in found} == {
        "planned",
        "picked",
        "shipped",
        "received",
        "cancelled",
    }
    leaving = office.ask(
        None, "SELECT DISTINCT sign(planned_on - %s) FROM delivery WHERE shipped_on IS NULL", UNTIL
    )
    assert sorted(leaving) == [(-1,), (0,), (1,)]


def test_what_is_received_is_what_the_receipts_say(loaded):
    office, _ = loaded
    wrong = (
        "SELECT count(*) FROM sales_order o WHERE received <> (SELECT coalesce(sum(a.amount), 0)"
        " FROM receipt_allocation a JOIN receipt r ON r.id = a.receipt_id AND r.status <> 'draft'"
        " WHERE a.order_id = o.id)",
        "SELECT count(*) FROM receipt r WHERE status <> 'draft' AND allocated <>"
        " (SELECT coalesce(sum(amount), 0) FROM receipt_allocation a WHERE a.receipt_id = r.id)",
        "SELECT count(*) FROM receipt_allocation a JOIN sales_order o ON o.id = a.order_id"
        " WHERE a.customer_id <> o.customer_id OR a.allocated_on < o.order_date",
    )
    assert [office.ask(None, query) for query in wrong] == [[(0,)]] * 3
    ages = office.ask(
        None,
        "SELECT CASE WHEN due_date >= %s THEN 0 ELSE least(4, (%s - due_date + 29) / 30) END,"
        " count(DISTINCT customer_id) FROM sales_order WHERE outstanding > 0 GROUP BY 1 ORDER BY 1",
        UNTIL,
        UNTIL,
    )
    assert [age for age, _ in ages] == [0, 1, 2, 3, 4]
    assert all(customers > 1 for _, customers in ages)
    taken_back = office.ask(
        None,
        "SELECT v.status, r.status, v.amount + r.amount, v.allocated + r.allocated"
        " FROM receipt r JOIN receipt v ON v.id = r.reverses_id",
    )
    assert taken_back == [("voided", "posted", 0, 0)] * 2
    left = office.ask(
        None,
        "SELECT count(*) FILTER (WHERE advance > 0), count(*) FILTER"
        " (WHERE status = 'draft') FROM receipt",
    )
    assert left == [(6, 4)]


def test_no_number_is_missing(loaded):
    office, passwords = loaded
    with office.psql("zhou", passwords["zhou"]).cursor() as cursor:
        for kind, table in NUMBERED.items():
            series = rows(
                cursor,
                "SELECT s.number, s.row_id, s.state FROM unnest(number_periods(%s)) p,"
                " number_series(%s, p) s",
                kind,
                kind,
            )
            assert len({number for number, _, _ in series}) == len(series) > 50
            stored = rows(
                cursor, f"SELECT number, id, status FROM {table} WHERE number IS NOT NULL"
            )
            assert sorted(series) == sorted(stored)


def test_quotes_are_kept_as_they_were_sent(loaded):
    office, _ = loaded
    states = office.ask(None, "SELECT q.state, count(*) FROM quote q GROUP BY 1")
    assert {state for state, _ in states} == {"draft", "sent", "expired", "accepted", "refused"}
    assert sum(count for _, count in states) == 60
    kept = office.ask(
        None,
        "SELECT q.id, q.status = 'draft', q.total, jsonb_agg(r.document ORDER BY r.revision)"
        " FROM quote q JOIN quote_revision r ON r.quote_id = q.id"
        " GROUP BY q.id HAVING count(*) = q.revision - (q.status = 'draft')::integer",
    )
    sent = office.ask(None, "SELECT id FROM quote WHERE number IS NOT NULL")
    assert sorted(id_ for id_, *_ in kept) == sorted(id_ for (id_,) in sent)
    for _, revised, total, documents in kept:
        assert {paper["state"] for paper in documents} == {"sent"}
        assert all(paper["office"]["name"] and paper["office"]["logo"] for paper in documents)
        assert len({paper["total"] for paper in documents}) == len(documents)
        assert (documents[-1]["total"] == float(total)) != revised
    assert max(len(documents) for *_, documents in kept) == 3
    same = "position, product_id, quantity, unit_price, discount, tax_rate, amount"
    ordered = office.ask(
        None,
        f"SELECT count(*) FROM ((SELECT q.order_id, {same} FROM quote_line JOIN quote q"
        f" ON q.id = quote_id WHERE order_id IS NOT NULL) EXCEPT SELECT order_id, {same}"
        " FROM order_line) l",
    )
    assert ordered == [(0,)]


def test_papers_have_a_mark(loaded):
    office, _ = loaded
    marks = office.ask(
        None,
        "SELECT content FROM picture p JOIN setting s ON s.key = 'office_logo'"
        " AND s.value = to_jsonb(p.id)",
    )
    assert [bytes(content) for (content,) in marks] == [mark()]
    assert mark().startswith(b"\x89PNG")


def test_a_salesperson_sees_a_part(loaded):
    office, passwords = loaded
    tables = ("sales_order", "quote", "delivery", "receipt", "receipt_allocation", "print_log")
    with (
        office.psql("chen", passwords["chen"]).cursor() as hers,
        office.psql("zhou", passwords["zhou"]).cursor() as all_,
    ):
        for table in tables:
            query = f"SELECT count(*) FROM {table}"
            assert 0 < rows(hers, query)[0][0] < rows(all_, query)[0][0]


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
        cursor.execute("SELECT id, version FROM receipt WHERE status = 'draft' LIMIT 1")
        cursor.execute("SELECT post_receipt(%s, %s) ->> 'number'", cursor.fetchone())
        assert cursor.fetchone()[0].startswith("RC-")
        cursor.execute("SELECT id, version FROM delivery WHERE status = 'planned' LIMIT 1")
        cursor.execute("SELECT advance_delivery(%s, %s, 'shipped') ->> 'number'", cursor.fetchone())
        assert cursor.fetchone()[0].startswith("DN-")
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


def test_attacks_on_an_office_at_work_go_nowhere(loaded):
    """A new office has no rows that some of them need, and no places to move."""
    office, _ = loaded
    answers = raid.raid(office.dsn)
    assert raid.holes(answers) == []
    assert all(answer.answer != NOT_TRIED for answer in answers)
