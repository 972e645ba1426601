"""What others change is told by itself; what is forged, malformed or too much does no harm."""

import zlib
from contextlib import closing
from queue import Empty, Queue

import pytest
from sqlalchemy import text

from client.data import records
from client.data.listener import Listener
from client.model import Customer
from tests.server.samples import call, customer

LONG = 20  # seconds after which something is broken rather than slow


class Ears:
    """Everything a listener calls back, in order."""

    def __init__(self, office):
        self.told = Queue()
        self.listener = Listener(
            office,
            lambda table, op, ids: self.told.put((table, op, ids)),
            lambda: self.told.put("lost"),
            lambda: self.told.put("back"),
        )
        self.listener.start()

    def next(self):
        return self.told.get(timeout=LONG)

    def until(self, expected):
        """Everything told up to `expected`, which must come."""
        found = []
        while not found or found[-1] != expected:
            found.append(self.next())
        return found[:-1]

    def stop(self):
        self.listener.stop()
        self.listener.join(LONG)
        assert not self.listener.is_alive()


def wait_for_listening(office, user):
    """Until the server knows the listening connection of `user`; answers with its process."""
    query = "SELECT pid FROM pg_stat_activity WHERE usename = %s AND query LIKE 'LISTEN%%'"
    with closing(office.superuser()) as watcher, watcher.cursor() as cursor:
        for _ in range(LONG * 100):
            cursor.execute(query, (f"{office.prefix}.{user}",))
            if found := cursor.fetchone():
                return found[0]
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody listens")


@pytest.fixture(scope="module")
def bobs_ears(shared_office):
    made = Ears(shared_office.login("bob"))
    wait_for_listening(shared_office, "bob")
    yield made
    made.stop()


@pytest.fixture
def ears(shared_office, bobs_ears, request):
    """A listener that has heard everything of the tests before."""
    number = zlib.crc32(request.node.name.encode()) // 4
    notify(shared_office, f"position:update:{number}")
    bobs_ears.until(("position", "update", [number]))
    return bobs_ears


def notify(office, *payloads):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        for payload in payloads:
            cursor.execute("SELECT pg_notify('kehu', %s)", (payload,))
        connection.commit()


def test_what_another_saves_is_told_once(shared_office, ears):
    mine = customer(shared_office, "ann", "Told")
    assert ears.next() == ("customer", "insert", [mine])
    shared_office.ask("ann", "UPDATE customer SET phone = '1' WHERE id = %s", mine)
    assert ears.next() == ("customer", "update", [mine])


def test_what_is_rolled_back_is_not_told(shared_office, ears):
    with closing(shared_office.psql("ann")) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("INSERT INTO customer (name) VALUES ('Never')")
        connection.rollback()
    mine = customer(shared_office, "ann", "After it")
    assert ears.next() == ("customer", "insert", [mine])


def test_a_record_put_away_is_told_as_changed(shared_office, ears):
    mine = customer(shared_office, "clerk", "Put away")
    shared_office.ask("clerk", "SELECT delete_records('customer', ARRAY[%s])", mine)
    ears.until(("customer", "update", [mine]))


def test_roles_exceptions_and_groups_are_told(shared_office, ears):
    role = {"code": None, "name": "Packers", "permissions": ["customer.view"]}
    call(shared_office, "admin", "save_role", role, None)
    mine = customer(shared_office, "bob", "Grouped")
    refuse = "SELECT set_permission(%s, 'order', 'delete', false)"
    shared_office.ask("admin", refuse, shared_office.id_of("eve"))
    group = "INSERT INTO customer_group (name) VALUES ('Whoever') RETURNING id"
    put = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s)"
    shared_office.ask("boss", put, shared_office.ask("boss", group)[0][0], mine)
    notify(shared_office, "region:update:7")
    told = {table for table, _op, _ids in ears.until(("region", "update", [7]))}
    assert told >= {"rights_role", "permission", "operator_permission", "group_member"}


def test_a_flood_becomes_many(shared_office, ears):
    many = "INSERT INTO customer (name) SELECT 'Many' FROM generate_series(1, 201)"
    shared_office.ask("ann", many)
    assert ears.next() == ("customer", "insert", [])
    few = "UPDATE customer SET phone = '1' WHERE id IN (SELECT id FROM customer LIMIT 200)"
    shared_office.ask("ann", few)
    table, op, ids = ears.next()
    assert (table, op, len(ids)) == ("customer", "update", 200)


def test_many_small_ones_become_many_too(shared_office, ears):
    blocks = [",".join(map(str, range(n * 150, n * 150 + 150))) for n in range(1, 10)]
    notify(shared_office, *(f"contact:update:{ids}" for ids in blocks), "region:update:1")
    told = ears.until(("region", "update", [1]))
    assert ("contact", "update", []) in told


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        ":",
        "::::",
        "customer",
        "customer:drop:1",
        "pg_class:update:1",
        "operator; DROP TABLE customer:update:1",
        "history:insert:1",
        "\u4f60\u597d:update:\u4f60",
        "customer:update" * 400,
    ],
)
def test_nonsense_is_dropped(shared_office, ears, nonsense):
    notify(shared_office, nonsense, "region:update:7")
    assert ears.next() == ("region", "update", [7])


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ("", []),
        ("many", []),
        ("x", []),
        ("-1", []),
        ("9" * 7000, []),
        ("99999999999", []),
        ("٣", []),
        ("1,x,3", [1, 3]),
        ("1e3,2", [2]),
        ("5,5,5", [5]),
    ],
)
def test_what_cannot_be_an_id_is_none(shared_office, ears, ids, expected):
    notify(shared_office, f"customer:update:{ids}")
    assert ears.next() == ("customer", "update", expected)


def test_a_notice_gives_no_right_to_read(shared_office, ears):
    mine = customer(shared_office, "ann", "Not Bob's")
    ears.until(("customer", "insert", [mine]))
    with shared_office.login("bob").session() as session:
        query = text("SELECT count(*) FROM customer WHERE id = :id")
        assert session.scalar(query, {"id": mine}) == 0


def test_a_cut_connection_is_told_and_mended(shared_office, ears):
    pid = wait_for_listening(shared_office, "bob")
    shared_office.ask(None, "SELECT pg_terminate_backend(%s)", pid)
    assert ears.next() == "lost"
    assert ears.next() == "back"
    mine = customer(shared_office, "ann", "After the cut")
    assert ears.next() == ("customer", "insert", [mine])


def test_listening_holds_no_transaction_open(shared_office, ears):
    pid = wait_for_listening(shared_office, "bob")
    query = "SELECT state, xact_start FROM pg_stat_activity WHERE pid = %s"
    assert shared_office.ask(None, query, pid) == [("idle", None)]


def test_ones_own_saves_are_told_as_well(shared_office):
    """A second window of the same operator has to hear them."""
    office = shared_office.login("ann")
    made = Ears(office)
    wait_for_listening(shared_office, "ann")
    saved = office.run(lambda session: records.save(session, Customer, {"name": "Own"}))
    made.until(("customer", "insert", [saved["id"]]))
    made.stop()
    with pytest.raises(Empty):
        made.told.get_nowait()
