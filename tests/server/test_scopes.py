"""Who sees whose customers, and that lists, counts and sums agree about it."""

import json
import threading
from contextlib import closing

import pytest

from tests.server import samples
from tests.server.samples import customer, order, refusal, value

OWNERS = ("ann", "bob", "eve", "manager")
GROUPED = (
    "SELECT coalesce(sum(part), 0) FROM (SELECT sum(l.amount) AS part FROM order_line l"
    " JOIN sales_order o ON o.id = l.order_id JOIN customer c ON c.id = o.customer_id"
    " GROUP BY c.owner_id) parts"
)


@pytest.fixture(scope="module")
def office(shared_office):
    """A department below Sales with Low in it, and one order for each owner and for the pool."""
    office = shared_office
    query = (
        "INSERT INTO department (code, name, parent_id)"
        " SELECT 'BELOW', 'Below', id FROM department WHERE code = 'SALES' RETURNING id"
    )
    below = value(office, "admin", query)
    region = "INSERT INTO region (code, name, parent_id) VALUES (%s, %s, %s) RETURNING id"
    country = value(office, "admin", region, "CN", "Country", None)
    city = value(office, "admin", region, "GZ", "City", country)
    make = (
        "SELECT save_operator(jsonb_build_object('code', 'LOW', 'name', 'Low', 'department_id',"
        " %s::integer, 'region_id', %s::integer), NULL) ->> 'id'"
    )
    low = int(value(office, "admin", make, below, city))
    verifier = value(
        office, None, "SELECT rolpassword FROM pg_authid WHERE rolname = %s", f"{office.prefix}.ann"
    )
    office.ask("admin", "SELECT set_login(%s, 'low', %s, false)", low, verifier)
    for user in (*OWNERS, "boss"):
        order(office, user, customer(office, user, f"Of {user}"))
    given = [
        (customer(office, "boss", "In the pool"), None),
        (customer(office, "boss", "Low's"), low),
    ]
    for id_, owner in given:
        order(office, "boss", id_)
        pool = value(office, None, "SELECT id FROM operator WHERE built_in")
        office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", id_, owner or pool)
    return office


def seen(office, user):
    """Names of the customers a user sees, after every figure was compared with the list."""
    with closing(office.psql(user)) as connection, connection.cursor() as cursor:

        def ask(query, *values):
            cursor.execute(query, values or None)
            return cursor.fetchall()

        names = [name for (name,) in ask("SELECT name FROM customer ORDER BY name")]
        orders = ask("SELECT id, total FROM sales_order")
        total = sum(amount for _id, amount in orders)
        assert len(orders) == len(names)
        for query, expected in (
            ("SELECT count(*) FROM customer", len(names)),
            ("SELECT count(*) FROM sales_order", len(names)),
            ("SELECT coalesce(sum(total), 0) FROM sales_order", total),
            ("SELECT coalesce(sum(amount), 0) FROM order_line", total),
            (GROUPED, total),
            ("SELECT count(DISTINCT customer_id) FROM history", len(names)),
        ):
            assert ask(query) == [(expected,)], query
        for id_, _total in orders:
            assert ask("SELECT order_document(%s) ->> 'id'", id_) == [(str(id_),)]
    return set(names)


def set_scope(office, user, **values):
    """What the administrator does in the operator's form."""
    query = "SELECT save_operator(%s::jsonb || jsonb_build_object('id', id), version)::text"
    with closing(office.psql("admin")) as connection, connection.cursor() as cursor:
        cursor.execute(f"{query} FROM operator WHERE login = %s", (json.dumps(values), user))


def ids(office, table, *codes):
    query = f"SELECT array_agg(id) FROM {table} WHERE code = ANY (%s)"
    return value(office, None, query, list(codes))


def test_own(office):
    assert seen(office, "ann") == {"Of ann"}
    assert seen(office, "low") == {"Low's"}


def test_department_and_below(office):
    assert seen(office, "manager") == {"Of ann", "Of bob", "Of manager", "Low's"}
    assert seen(office, "serge") == {"Of eve"}


def test_a_circle_of_departments_ends(office):
    circle = (
        "UPDATE department SET parent_id = (SELECT id FROM department WHERE code = 'BELOW')"
        " WHERE code = 'SALES'"
    )
    office.ask("admin", circle)
    assert seen(office, "manager") == {"Of ann", "Of bob", "Of manager", "Low's"}
    office.ask("admin", "UPDATE department SET parent_id = NULL WHERE code = 'SALES'")


def test_two_who_move_people_at_once_miss_nobody(office):
    """Each reckons who sees whom, and neither has seen what the other has not yet committed."""
    place = "UPDATE department SET parent_id = (SELECT id FROM department WHERE code = %s)"
    office.ask("admin", place + " WHERE code = 'BELOW'", "OTHER")
    assert seen(office, "manager") == {"Of ann", "Of bob", "Of manager"}
    move = "UPDATE operator SET department_id = %s WHERE login = 'eve'"
    was = value(office, None, "SELECT department_id FROM operator WHERE login = 'eve'")
    below = ids(office, "department", "BELOW")[0]
    first = office.superuser()
    first.autocommit = False
    first.cursor().execute(place + " WHERE code = 'BELOW'", ("SALES",))
    other = threading.Thread(target=lambda: office.ask(None, move, below))
    other.start()
    while not value(office, None, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
        assert other.is_alive()
    first.commit()
    first.close()
    other.join()
    assert seen(office, "manager") == {"Of ann", "Of bob", "Of manager", "Of eve", "Low's"}
    office.ask(None, move, was)
    assert seen(office, "manager") == {"Of ann", "Of bob", "Of manager", "Low's"}


def test_everything_with_the_public_pool(office):
    everything = {f"Of {user}" for user in (*OWNERS, "boss")} | {"Low's", "In the pool"}
    for user in ("boss", "clerk", "admin"):
        assert seen(office, user) == everything, user


def test_chosen_departments_and_regions(office):
    set_scope(office, "ann", scope="chosen", chosen_departments=ids(office, "department", "OTHER"))
    assert seen(office, "ann") == {"Of ann", "Of eve"}
    set_scope(office, "ann", chosen_departments=[], chosen_regions=ids(office, "region", "CN"))
    assert seen(office, "ann") == {"Of ann", "Low's"}
    set_scope(office, "ann", scope="own")
    # what was chosen does not count any more
    assert seen(office, "ann") == {"Of ann"}


def test_all_and_back(office):
    set_scope(office, "ann", scope="all")
    assert len(seen(office, "ann")) == 7
    set_scope(office, "ann", scope="own")
    assert seen(office, "ann") == {"Of ann"}


def test_a_share_lasts_until_its_day(office):
    mine = value(office, "ann", "SELECT id FROM customer")
    share = "SELECT share_customer(%s, %s, office_today() + %s)"
    office.ask("ann", share, mine, office.id_of("bob"), 0)
    assert seen(office, "bob") == {"Of ann", "Of bob"}
    office.ask("bob", "UPDATE customer SET remarks = 'by Bob' WHERE id = %s", mine)
    assert value(office, "ann", "SELECT remarks FROM customer") == "by Bob"
    hand_over = "SELECT assign_customers(ARRAY[%s], %s, 'Moved')"
    assert refusal(office, "bob", hand_over, mine, office.id_of("bob")) == "42501"
    # what was lent is not lent on
    assert refusal(office, "bob", share, mine, office.id_of("eve"), 9) == "KH003"
    office.ask("ann", share, mine, office.id_of("bob"), -1)
    assert seen(office, "bob") == {"Of bob"}


def test_a_deputy_sees_the_colleagues_own_until_a_day(office):
    """The manager's own records, not the manager's department."""
    name = "SELECT set_deputy(%s, %s, office_today() + %s)"
    office.ask("manager", name, office.id_of("manager"), office.id_of("eve"), 3)
    assert seen(office, "eve") == {"Of eve", "Of manager"}
    office.ask("manager", name, office.id_of("manager"), office.id_of("eve"), -1)
    assert seen(office, "eve") == {"Of eve"}


def test_nobody_names_a_deputy_for_whom_they_do_not_lead(office):
    name = "SELECT set_deputy(%s, %s, '2200-01-01')"
    ann, bob, eve = (office.id_of(user) for user in ("ann", "bob", "eve"))
    assert refusal(office, "ann", name, bob, ann) == "42501"
    assert refusal(office, "manager", name, eve, ann) == "42501"
    assert refusal(office, "manager", name, bob, ann) == ""
    assert seen(office, "ann") == {"Of ann", "Of bob"}
    office.ask("manager", "SELECT set_deputy(%s, %s, '2020-01-01')", bob, ann)


def test_nobody_assigns_what_they_do_not_see(office):
    hers = value(office, "eve", "SELECT id FROM customer")
    hand_over = "SELECT assign_customers(ARRAY[%s], %s, 'Moved')"
    assert refusal(office, "manager", hand_over, hers, office.id_of("ann")) == "KH003"
    assert refusal(office, "boss", hand_over, hers, 10**6) == "KH005"


def test_without_the_right_to_view_there_is_nothing(office):
    no = "SELECT set_permission(%s, 'order', 'view', %s)"
    office.ask("admin", no, office.id_of("bob"), False)
    assert value(office, "bob", "SELECT count(*) FROM sales_order") == 0
    assert value(office, "bob", "SELECT count(*) FROM order_line") == 0
    assert value(office, "bob", "SELECT count(*) FROM customer") == 1
    office.ask("admin", no, office.id_of("bob"), None)
    assert seen(office, "bob") == {"Of bob"}


@pytest.mark.parametrize("user", ["bob", "boss"])
def test_who_may_not_view_a_kind_writes_none_of_it(office, user):
    no = "SELECT set_permission(%s, 'customer', 'view', %s)"
    office.ask("admin", no, office.id_of(user), False)
    new = "INSERT INTO customer (name) VALUES ('Blind')"
    change = "UPDATE customer SET remarks = 'x'"
    assert refusal(office, user, new) == "42501"
    with closing(office.psql(user)) as connection, connection.cursor() as cursor:
        cursor.execute(change)
        assert cursor.rowcount == 0
    office.ask("admin", no, office.id_of(user), None)
    assert refusal(office, user, f"BEGIN; {new}; {change}; ROLLBACK") == ""


def test_all_that_hangs_on_a_customer_goes_along(office):
    mine = customer(office, "ann", "Goes along")
    samples.contact(office, "ann", mine)
    doc = order(office, "ann", mine)
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", mine, office.id_of("eve"))
    assert seen(office, "ann") == {"Of ann"}
    assert seen(office, "eve") == {"Of eve", "Goes along"}
    query = "SELECT DISTINCT owner_id FROM order_line WHERE order_id = %s"
    assert value(office, "eve", query, doc["id"]) == office.id_of("eve")
    # who sold is another fact than whose it is now
    sold = "SELECT salesperson_id FROM sales_order WHERE id = %s"
    assert value(office, "eve", sold, doc["id"]) == office.id_of("ann")


def reads_as(office, user):
    """By the policies of which roles."""
    query = (
        "SELECT array_agg(g) FROM unnest('{all,wide,scoped}'::text[]) g"
        " WHERE pg_has_role(%s, %s || g, 'MEMBER')"
    )
    return value(office, None, query, f"{office.prefix}.{user}", f"{office.prefix}_")


@pytest.fixture
def crowd(office):
    """The manager leads nine more, and has logged in since then."""
    hired = (
        "INSERT INTO operator (code, name, department_id) SELECT 'M' || n, 'M' || n, d.id"
        " FROM generate_series(1, 9) n, department d WHERE d.code = 'BELOW'"
    )
    before = seen(office, "manager")
    office.ask(None, hired)
    assert reads_as(office, "manager") == ["scoped"]
    office.ask("manager", "SELECT log_access('login')")
    assert reads_as(office, "manager") == ["wide"]
    yield before
    office.ask(None, "DELETE FROM operator WHERE code ~ '^M[0-9]$'")
    office.ask("manager", "SELECT log_access('login')")
    assert reads_as(office, "manager") == ["scoped"]


def test_who_leads_many_sees_the_same_by_other_policies(office, crowd):
    assert seen(office, "manager") == crowd
    hers = value(office, "eve", "SELECT id FROM customer WHERE name = 'Of eve'")
    touch = "UPDATE customer SET remarks = 'by the manager' WHERE id = %s RETURNING id"
    assert office.ask("manager", touch, hers) == []
    share = "SELECT share_customer(%s, %s, office_today() + %s)"
    office.ask("eve", share, hers, office.id_of("manager"), 0)
    assert seen(office, "manager") == crowd | {"Of eve"}
    assert office.ask("manager", touch, hers) == [(hers,)]
    office.ask("eve", share, hers, office.id_of("manager"), -1)
    assert seen(office, "manager") == crowd
    # the newest operator has a number beyond all that are seen
    newest = value(office, None, "INSERT INTO operator (code, name) VALUES ('N', 'N') RETURNING id")
    theirs = customer(office, "boss", "Of the newest")
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", theirs, newest)
    assert seen(office, "manager") == crowd


def test_who_led_many_sees_less_in_a_session_that_is_still_open(office, crowd):
    with closing(office.psql("manager")) as connection, connection.cursor() as cursor:
        cursor.execute("PREPARE mine AS SELECT name FROM customer")
        cursor.execute("EXECUTE mine")
        assert {name for (name,) in cursor.fetchall()} == crowd
        set_scope(office, "manager", scope="own")
        assert reads_as(office, "manager") == ["scoped"]
        cursor.execute("EXECUTE mine")
        assert cursor.fetchall() == [("Of manager",)]
    set_scope(office, "manager", scope="department")
