"""Every change is written down once: who, what, and for whom to read."""

from contextlib import closing

import pytest

from server_schema.tables import TABLES
from tests.server import samples
from tests.server.samples import contact, customer, draft, order, value

READ = "SELECT op, before, after, who, via, reason FROM record_history(%s, %s)"


def test_an_entry_has_who_and_the_changed_fields_only(office):
    mine = customer(office, "ann", "Old name")
    change = "UPDATE customer SET name = 'New name', phone = '1' WHERE id = %s"
    office.ask("ann", "SET kehu.reason = 'Renamed'; " + change, mine)
    newest, first = office.ask("ann", READ, "customer", mine)
    assert newest[:4] == (
        "update",
        {"name": "Old name", "phone": None},
        {"name": "New name", "phone": "1"},
        "Ann",
    )
    assert (first[0], first[1], first[2]["name"], first[3]) == ("insert", None, "Old name", "Ann")
    assert "fax" not in first[2]  # what is empty is not told


def test_a_change_that_changes_nothing_is_not_written(office):
    mine = customer(office, "ann", "Same")
    office.ask("ann", "UPDATE customer SET name = name WHERE id = %s", mine)
    assert len(office.ask("ann", READ, "customer", mine)) == 1
    assert value(office, "ann", "SELECT version FROM customer WHERE id = %s", mine) == 1


@pytest.mark.parametrize(
    "table", [t.name for t in TABLES if t.kind == "reference" and t.insert == ("create",)]
)
def test_every_kind_of_record_counts_its_versions(office, table):
    columns = ("name",) if table == "customer_group" else ("code", "name")
    values = ", ".join("'V'" for _column in columns)
    query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) RETURNING id"
    id_ = value(office, "admin", query)
    for name, version in (("Changed", 2), ("Changed", 2), ("Again", 3)):
        office.ask("boss", f"UPDATE {table} SET name = %s WHERE id = %s", name, id_)
        query = f"SELECT version, created_by, changed_by FROM {table} WHERE id = %s"
        admin, boss = office.id_of("admin"), office.id_of("boss")
        assert office.ask("ann", query, id_) == [(version, admin, boss)]


def test_how_and_why_are_as_reported_but_who_is_not(office):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute("SET kehu.via = 'import'; SET kehu.reason = 'renamed by the register'")
        cursor.execute("SET kehu.operator = 'boss'; SET application_name = 'boss'")
        cursor.execute("INSERT INTO customer (name) VALUES ('Reported') RETURNING id")
        mine = cursor.fetchone()[0]
    (entry,) = office.ask("ann", READ, "customer", mine)
    assert entry[3:] == ("Ann", "import", "renamed by the register")


def test_one_transaction_is_one_change(office):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("INSERT INTO customer (name) VALUES ('Whole') RETURNING id")
        mine = cursor.fetchone()[0]
        cursor.execute("INSERT INTO contact (customer_id, name) VALUES (%s, 'C')", (mine,))
        connection.commit()
    query = "SELECT count(DISTINCT change_id), count(*) FROM history WHERE customer_id = %s"
    assert office.ask("ann", query, mine) == [(1, 2)]


def test_nothing_is_written_of_what_was_rolled_back(office):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("INSERT INTO customer (name) VALUES ('Never') RETURNING id")
        mine = cursor.fetchone()[0]
        connection.rollback()
    query = "SELECT count(*) FROM history WHERE table_name = 'customer' AND row_id = %s"
    assert value(office, None, query, mine) == 0


def test_whoever_may_see_the_customer_reads_its_history(office):
    mine = customer(office, "ann", "Watched")
    contact(office, "ann", mine)
    order(office, "ann", mine)
    count = "SELECT count(*) FROM history WHERE customer_id = %s"
    whole = value(office, None, count, mine)
    assert whole >= 5
    for user, expected in (
        ("ann", whole),
        ("manager", whole),
        ("boss", whole),
        ("admin", whole),
        ("bob", 0),
        ("eve", 0),
        ("serge", 0),
    ):
        assert value(office, user, count, mine) == expected, user
        assert bool(office.ask(user, READ, "customer", mine)) == bool(expected), user


def test_history_goes_along_with_the_customer(office):
    mine = customer(office, "ann", "Goes to Bob")
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", mine, office.id_of("bob"))
    assert office.ask("ann", READ, "customer", mine) == []
    assert [entry[3] for entry in office.ask("bob", READ, "customer", mine)] == ["Boss", "Ann"]


def test_without_the_right_to_view_orders_their_history_is_not_read_either(office_db):
    mine = customer(office_db, "ann", "Orders unseen")
    doc = order(office_db, "ann", mine)
    no = "SELECT set_permission(%s, 'order', 'view', false)"
    office_db.ask("admin", no, office_db.id_of("ann"))
    assert office_db.ask("ann", READ, "sales_order", doc["id"]) == []
    assert len(office_db.ask("ann", READ, "customer", mine)) == 1


def _past(office):
    """Entries of all kinds: of customers that are shared, deleted or gone, settings and logins."""
    files = {name: customer(office, "ann", name) for name in ("Kept", "Lent", "Binned", "Gone")}
    contact(office, "ann", files["Lent"]), order(office, "ann", files["Lent"])
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    office.ask("boss", share, files["Lent"], office.id_of("serge"))
    office.ask(
        "boss", "SELECT set_deputy(%s, %s, '2200-01-01')", *map(office.id_of, ("ann", "bob"))
    )
    office.ask("admin", "SELECT set_permission(%s, 'order', 'view', false)", office.id_of("bob"))
    deleted = "SELECT delete_records('customer', ARRAY[%s])"
    bins = [value(office, "boss", deleted, files[name]) for name in ("Binned", "Gone")]
    office.ask("admin", "SELECT purge_records(%s, 'Asked for it')", bins[-1])
    office.ask("serge", "SELECT log_access('login')")


def test_of_the_history_is_told_what_the_policies_show(office_db):
    _past(office_db)
    everything = value(office_db, None, "SELECT array_agg(id) FROM history")
    middle = sorted(everything)[len(everything) // 2]
    counts = set()
    for user in ("ann", "bob", "manager", "serge", "boss", "clerk", "admin", "eve"):
        for state in ("off", "on"):
            in_state = f"SET kehu.bin = '{state}'; "
            ids = in_state + "SELECT id FROM {} ORDER BY id DESC"
            seen = office_db.ask(user, ids.format("history"))
            counts.add((state, len(seen)))
            for told, given in (
                ("told_latest(NULL, 10000)", ()),
                ("told_entries(%s)", (everything,)),
            ):
                assert office_db.ask(user, ids.format(told), *given) == seen, (user, state, told)
            latest = in_state + "SELECT id FROM told_latest(%s, 3)"
            assert office_db.ask(user, latest, None) == seen[:3], user
            earlier = [(id_,) for (id_,) in seen if id_ < middle]
            assert office_db.ask(user, latest, middle) == earlier[:3], user
    assert len(counts) > 8, counts


def test_a_hand_over_writes_one_entry_for_each_customer(office):
    moved = [customer(office, "eve", f"Moves {n}") for n in range(3)]
    for id_ in moved:
        contact(office, "eve", id_)
        draft(office, "eve", id_)
    last = value(office, None, "SELECT max(id) FROM history")
    office.ask("boss", "SELECT assign_customers(%s, %s, 'Moved')", moved, office.id_of("bob"))
    query = (
        "SELECT table_name::text, row_id, op, before, after FROM history WHERE id > %s ORDER BY id"
    )
    was, becomes = office.id_of("eve"), office.id_of("bob")
    assert office.ask(None, query, last) == [
        ("customer", id_, "update", {"owner_id": was}, {"owner_id": becomes}) for id_ in moved
    ]


def test_orders_tell_lines_and_numbers(office):
    mine = customer(office, "ann", "Ordering")
    doc = order(office, "ann", mine)
    entries = office.ask("ann", READ, "sales_order", doc["id"])
    assert entries[0][2]["number"] == doc["number"]
    assert entries[0][2]["status"] == "submitted"
    lines = office.ask("ann", READ, "order_line", doc["lines"][0]["id"])
    assert lines[0][2]["quantity"] == 2


def test_a_line_taken_away_is_told_whole(office):
    mine = customer(office, "ann", "Takes a line away")
    doc = draft(office, "ann", mine)
    samples.save(office, "ann", doc | {"lines": []}, doc["version"])
    (gone, *_rest) = office.ask("ann", READ, "order_line", doc["lines"][0]["id"])
    assert (gone[0], gone[1]["product_code"]) == ("erase", "P")


def test_settings_and_rights_are_for_those_who_see_operators(office):
    ann = office.id_of("ann")
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'print', false)", ann)
    rights = "SELECT count(*) FROM history WHERE table_name = 'operator_permission'"
    assert value(office, "admin", rights) == 1
    assert value(office, "boss", rights) == 1
    for user in ("ann", "manager", "clerk", "serge"):
        assert value(office, user, rights) == 0, user


@pytest.mark.parametrize("user", ["admin", "boss", "ann"])
@pytest.mark.parametrize(
    "tried",
    [
        "UPDATE history SET op = 'none'",
        "DELETE FROM history",
        "TRUNCATE history",
        "UPDATE change SET operator_id = 1",
        "DELETE FROM change",
        "INSERT INTO change (who) VALUES ('x')",
        "ALTER TABLE history DISABLE TRIGGER ALL",
    ],
)
def test_nobody_alters_it(office, user, tried):
    assert samples.refusal(office, user, tried) == "42501"
