"""Two programs on one office: changes of the same record, a server that dies in the middle of a
save, sessions and rights that end. Whatever happens, both keep what was typed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from client.data import operators
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import ORDER
from tests import servers
from tests.crash.clients import AWAY, Client
from tests.crash.conftest import Place, make_place
from tests.patience import wait_until

D = Decimal
_names = count(1)


@pytest.fixture(scope="module")
def place(killed_cluster: servers.Cluster) -> Iterator[Place]:
    made = make_place(killed_cluster, "together")
    yield made
    made.office.close()


@pytest.fixture(scope="module")
def clients(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Client]]:
    """Two programs that stay open for all tests here; each test opens records of its own."""
    homes: list[Path] = [tmp_path_factory.mktemp(name) for name in "ab"]
    made = [Client(home, place.profile) for home in homes]
    try:
        yield [client.enter(login) for client, login in zip(made, ("clerk", "boss"), strict=True)]
    finally:
        for client in made:
            client.kill()


@pytest.fixture
def customer(place: Place) -> int:
    name = f"南方贸易 {next(_names)}"
    query = (
        "INSERT INTO customer (name, phone, owner_id, search_key, sort_key)"
        " VALUES (%s, '1', %s, 'x', 'x') RETURNING id"
    )
    return int(place.ask(query, name, place.office.id_of("ann"))[0][0])


@pytest.fixture
def order(place: Place) -> int:
    """A draft of two lines."""
    office = place.office.login("boss")
    index = order_store.all_products(office)
    lines = []
    for code, quantity in (("P-10032", D(10)), ("P-10041", D(4))):
        item = index.exact(code)
        assert item is not None
        line = order_edit.with_product(order_edit.blank_line(), item)
        lines.append(line | {"quantity": quantity, "discount": D(0)})
    doc = order_edit.blank(ORDER, office.today, office.me["id"]) | {"customer_id": place.customer}
    return int(order_store.save(office, ORDER, doc | {"lines": lines})["id"])


def lines_of(place: Place, order: int) -> list[tuple]:
    query = "SELECT quantity, unit_price, remarks FROM order_line WHERE order_id = %s"
    return place.ask(query + " ORDER BY position", order)


# Two people, one record


def test_different_fields_of_one_customer_merge_by_themselves(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, b = clients
    for client in clients:
        client.open("customer", customer)
    a.ask("type", "fax", "020-1111")
    b.ask("type", "address", "天河路 1 号")
    assert not a.save()["dirty"]
    assert not b.save()["dirty"]
    assert b.form()["values"]["fax"] == "020-1111"
    a.until("form", like=lambda form: form["values"]["address"] == "天河路 1 号")
    stored = place.ask("SELECT fax, address, version FROM customer WHERE id = %s", customer)
    assert stored == [("020-1111", "天河路 1 号", 3)]


def test_the_second_to_save_a_customer_chooses(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, b = clients
    for client in clients:
        client.open("customer", customer)
    a.ask("type", "phone", "111")
    a.ask("type", "fax", "222")
    b.ask("type", "phone", "999")
    b.ask("type", "fax", "888")
    b.ask("type", "mobile", "777")
    a.save()
    b.ask("save")
    clashes = b.until("clashes")
    assert [name for name, *_sides in clashes] == ["phone", "fax"]
    phone = " ".join(clashes[0])
    assert "111" in phone
    assert "999" in phone
    b.ask("settle", ["fax"])
    b.until("form", like=lambda form: not form["dirty"] and not form["busy"])
    stored = place.ask("SELECT phone, fax, mobile FROM customer WHERE id = %s", customer)
    assert stored == [("999", "222", "777")]
    query = "SELECT after ->> 'phone' FROM history WHERE table_name = 'customer' AND row_id = %s"
    history = place.ask(query + " AND after -> 'phone' IS NOT NULL ORDER BY id", customer)
    assert [value for (value,) in history] == ["1", "111", "999"]


def test_different_parts_of_one_order_merge_by_themselves(
    clients: list[Client], place: Place, order: int
) -> None:
    a, b = clients
    for client in clients:
        client.open("sales_order", order)
    a.ask("type_cell", 0, "quantity", "11")
    b.ask("type_cell", 1, "unit_price", "50")
    b.ask("type", "remarks", "加急")
    assert not a.save()["dirty"]
    assert not b.save()["dirty"]
    assert lines_of(place, order) == [(D(11), D("86"), None), (D(4), D("50"), None)]
    a.until("form", like=lambda form: form["doc"]["remarks"] == "加急")
    assert [line["unit_price"] for line in a.form()["doc"]["lines"]] == [D("86"), D("50")]


def test_the_second_to_save_an_order_chooses(
    clients: list[Client], place: Place, order: int
) -> None:
    a, b = clients
    for client in clients:
        client.open("sales_order", order)
    a.ask("type_cell", 0, "quantity", "11")
    b.ask("type_cell", 0, "quantity", "12")
    b.ask("type_cell", 1, "quantity", "5")
    a.save()
    b.ask("save")
    (clash,) = b.until("clashes")
    assert "11" in clash[1]
    assert "12" in clash[2]
    assert [line["quantity"] for line in b.form()["doc"]["lines"]] == [D(12), D(5)]
    b.ask("settle", [])
    b.until("form", like=lambda form: not form["dirty"] and not form["busy"])
    assert [row[0] for row in lines_of(place, order)] == [D(12), D(5)]


# The server in the middle of a save


def hold(place: Place, query: str, *values: object) -> Callable[[], None]:
    """Take a lock in a transaction that stays open; returns what ends it."""
    other = place.office.superuser()
    other.autocommit = False
    with other.cursor() as cursor:
        cursor.execute(query, values or None)
    return other.close


def test_a_save_that_the_server_did_not_survive_stores_nothing(
    clients: list[Client], place: Place, order: int
) -> None:
    a, b = clients
    before = lines_of(place, order)
    a.open("sales_order", order)
    a.ask("type_cell", 0, "quantity", "77")
    a.ask("type_cell", 1, "remarks", "𠮷野 先送")
    b.open("sales_order", None, customer_id=place.customer)
    b.ask("type_cell", 0, "code", "10032")
    b.ask("type_cell", 0, "quantity", "6")
    number = place.ask("SELECT count(*) FROM sales_order")
    hold(place, "LOCK TABLE sales_order IN SHARE MODE")
    a.ask("save")
    b.ask("save")
    place.wait_for_saves(2)
    place.kill_server()
    for client in clients:
        client.until("server", like=lambda text: AWAY in text)
        client.until("form", like=lambda form: not form["busy"])
    place.embedded.ensure_running()
    assert lines_of(place, order) == before
    assert place.ask("SELECT count(*) FROM sales_order") == number
    # What was an order already is saved by itself, once the server is back.
    a.until("form", like=lambda form: not form["dirty"])
    assert [row[0] for row in lines_of(place, order)] == [D(77), D(4)]
    assert lines_of(place, order)[1][2] == "𠮷野 先送"
    form = b.until("form", like=lambda form: not form["busy"])
    if form["dirty"]:
        form = b.save()
    assert not form["dirty"]
    assert place.ask("SELECT count(*) FROM sales_order") == [(number[0][0] + 1,)]
    assert lines_of(place, form["id"]) == [(D(6), D("86"), None)]


def test_a_customer_saved_in_vain_is_kept(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, _b = clients
    a.open("customer", customer)
    a.ask("type", "fax", "020-555")
    hold(place, "SELECT FROM customer WHERE id = %s FOR UPDATE", customer)
    a.ask("save")
    place.wait_for_saves(1)
    place.kill_server()
    a.until("server", like=lambda text: AWAY in text)
    form = a.until("form", like=lambda form: not form["busy"])
    assert form["values"]["fax"] == "020-555"
    assert "kept" in form["says"]
    place.embedded.ensure_running()
    a.until("form", like=lambda form: not form["dirty"])
    assert place.ask("SELECT fax, version FROM customer WHERE id = %s", customer) == [
        ("020-555", 2)
    ]


def reset(cursor: Any) -> None:
    cursor.execute("ALTER SYSTEM RESET synchronous_commit")
    cursor.execute("ALTER SYSTEM RESET synchronous_standby_names")


@contextmanager
def commits_wait(place: Place) -> Iterator[None]:
    """Commits are stored, but their answers wait for a second server that is not there."""
    with closing(place.office.superuser()) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("ALTER SYSTEM SET synchronous_commit = on")
            cursor.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            cursor.execute("SELECT pg_reload_conf()")
            yield
        except BaseException:
            reset(cursor)
            cursor.execute("SELECT pg_reload_conf()")
            raise
        reset(cursor)  # for the next start: what waits now shall wait until the server dies


def begin_new_ones(clients: list[Client], place: Place, name: str) -> None:
    """A new customer in the first program, a new order in the second."""
    a, b = clients
    a.open("customer", None)
    a.ask("type", "name", name)
    b.open("sales_order", None, customer_id=place.customer)
    b.ask("type", "remarks", name)
    b.ask("type_cell", 0, "code", "10032")
    b.ask("type_cell", 0, "quantity", "8")


def numbers_of(place: Place, name: str) -> tuple[int, int, int]:
    """How many customers, orders and lines there are of what was begun."""
    customers = place.ask("SELECT count(*) FROM customer WHERE name = %s", name)
    orders = place.ask("SELECT count(*) FROM sales_order WHERE remarks = %s", name)
    query = "SELECT count(*) FROM order_line l JOIN sales_order o ON o.id = order_id"
    lines = place.ask(query + " WHERE o.remarks = %s", name)
    return customers[0][0], orders[0][0], lines[0][0]


def test_a_save_is_not_stored_twice_when_its_answer_was_lost(
    clients: list[Client], place: Place
) -> None:
    begin_new_ones(clients, place, "只存一次")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    for client in clients:
        with commits_wait(place):
            client.ask("save")
            wait_until("a commit that waits", lambda: place.ask(waiting)[0][0])
        place.kill_server()
        client.until("form", like=lambda form: not form["busy"])
        place.embedded.ensure_running()
        client.until("form", like=lambda form: not form["dirty"] and form["id"])
    assert numbers_of(place, "只存一次") == (1, 1, 1)
    clients[1].ask("type_cell", 0, "quantity", "9")
    assert not clients[1].save()["dirty"]
    assert numbers_of(place, "只存一次") == (1, 1, 1)


def test_a_save_that_died_while_it_committed_is_stored_later(
    clients: list[Client], place: Place
) -> None:
    begin_new_ones(clients, place, "再存一次")
    place.ask(
        "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END $$"
    )
    for table in ("customer", "sales_order"):
        place.ask(
            f"CREATE CONSTRAINT TRIGGER zz_wait AFTER INSERT ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()"
        )
    hold(place, "SELECT pg_advisory_xact_lock(4711)")
    for client in clients:
        client.ask("save")
    place.wait_for_saves(2)
    place.kill_server()
    for client in clients:
        client.until("form", like=lambda form: not form["busy"])
    place.embedded.ensure_running()
    for client in clients:
        client.until("form", like=lambda form: not form["dirty"] and form["id"])
    assert numbers_of(place, "再存一次") == (1, 1, 1)
    place.ask("DROP FUNCTION wait_at_commit CASCADE")


# Sessions and rights that end


def end_sessions(place: Place, login: str) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
    place.ask(query, f"{place.office.prefix}.{login}")


def test_a_session_that_was_ended_comes_back(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, _b = clients
    a.open("customer", customer)
    a.ask("type", "fax", "1")
    end_sessions(place, "clerk")
    wait_until("connected again", lambda: place.connections("clerk"))
    a.until("server", like=lambda text: AWAY not in text)
    a.ask("type", "fax", "12")
    form = a.save()
    assert not form["dirty"], form["says"]
    assert place.ask("SELECT fax FROM customer WHERE id = %s", customer) == [("12",)]


def test_text_outlives_the_right_to_save_it(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, _b = clients
    admin, clerk = place.office.login("admin"), place.office.id_of("clerk")
    a.open("customer", customer)
    a.ask("type", "fax", "020-9")
    operators.set_active(admin, clerk, False)
    a.until("server", like=lambda text: AWAY in text)
    form = a.save()
    assert form["dirty"]
    assert form["values"]["fax"] == "020-9"
    assert "disabled" in form["says"]
    operators.set_active(admin, clerk, True)
    a.until("server", like=lambda text: AWAY not in text)
    with closing(place.office.psql("admin")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_permission(%s, 'customer', 'edit', false)", (clerk,))
    form = a.save()
    assert form["dirty"]
    assert form["values"]["fax"] == "020-9"
    assert form["says"]
    with closing(place.office.psql("admin")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_permission(%s, 'customer', 'edit', true)", (clerk,))
    assert not a.save()["dirty"]
    assert place.ask("SELECT fax FROM customer WHERE id = %s", customer) == [("020-9",)]


# The last, since it ends one of the two


def test_a_killed_program_leaves_the_others_alone(
    clients: list[Client], place: Place, customer: int
) -> None:
    a, b = clients
    a.open("customer", customer)
    b.open("customer", customer)
    b.ask("type", "fax", "3")
    assert place.connections("boss")
    b.kill()
    wait_until("connections gone", lambda: not place.connections("boss"))
    a.ask("type", "fax", "4")
    assert not a.save()["dirty"]
    assert AWAY not in a.ask("server")
