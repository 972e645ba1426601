"""Every table × every kind of access × every kind of reader, against the table of expectations."""

from pathlib import Path

import psycopg2
import pytest

from server_schema.tables import CODE_TABLES
from tests.server import samples
from tests.server.matrix import OPERATIONS, READERS, SCOPED, tried, ways_to_count

EXPECTED = Path(__file__).with_name("matrix.txt")
OWNERS = ("ann", "bob", "dora", "manager", "boss", "admin")
LOGINS = {
    "salesperson": "ann",
    "colleague": "bob",
    "manager": "manager",
    "boss": "boss",
    "administrator": "admin",
    "deputy": "dora",
    "service": "serge",
}


def expectations() -> dict[str, dict[str, str]]:
    """The readable table: one line for each table, one column for each reader."""
    lines = [
        line.split()
        for line in EXPECTED.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert tuple(lines[0][1:]) == READERS
    return {cells[0]: dict(zip(READERS, cells[1:], strict=True)) for cells in lines[1:]}


@pytest.fixture(scope="module")
def filled(shared_office):
    """Ann and Bob with a customer, a contact and a draft each; answers with names of ids."""
    hire_more(shared_office)
    for user in OWNERS:
        shared_office.ask(user, "INSERT INTO customer (name) VALUES (%s)", f"Of {user}")
        shared_office.ask(
            user,
            "INSERT INTO contact (customer_id, name) SELECT id, 'C' FROM customer WHERE name = %s",
            f"Of {user}",
        )
        shared_office.ask(
            user,
            "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
            " SELECT id, '2026-01-01', me() FROM customer WHERE name = %s",
            f"Of {user}",
        )
    for user in OWNERS:
        paper(shared_office, user)
    for table in (*CODE_TABLES, "region", "product"):
        shared_office.ask("admin", f"INSERT INTO {table} (code, name) VALUES ('X', 'X')")
    for user in ("ann", "bob", "dora"):
        shared_office.ask(
            user,
            "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
            " SELECT o.id, 1, p.id, 1, 1 FROM sales_order o, product p"
            " WHERE o.owner_id = me() AND p.code = 'X'",
        )
    shared_office.ask("ann", "SELECT log_access('login')")
    ann, eve = shared_office.id_of("ann"), shared_office.id_of("eve")
    customer = shared_office.ask("ann", "SELECT id FROM customer")[0][0]
    asked = "SELECT request_change(%s, '{\"bank\": \"B\"}', 'Moved')"
    shared_office.ask("ann", asked, customer)
    shared_office.ask("ann", "SELECT share_customer(%s, %s, '2200-01-01')", customer, eve)
    shared_office.ask("boss", "SELECT set_deputy(%s, %s, '2200-01-01')", eve, ann)
    dora = shared_office.id_of("dora")
    shared_office.ask("admin", "SELECT set_deputy(%s, %s, '2200-01-01')", ann, dora)
    shared_office.ask("admin", "SELECT set_permission(%s, 'customer', 'import', false)", ann)
    shared_office.ask(None, "INSERT INTO import_row VALUES (1, 1, '{}')")
    names = {"ann": ann, "bob": shared_office.id_of("bob"), "customer": customer}
    names["contact"] = shared_office.ask("ann", "SELECT id FROM contact")[0][0]
    drafts = "SELECT id FROM sales_order WHERE number IS NULL"
    names["order"] = shared_office.ask("ann", drafts)[0][0]
    line = "SELECT id FROM order_line WHERE order_id = %s"
    names["line"] = shared_office.ask("ann", line, names["order"])[0][0]
    names |= papers_of(shared_office, ann)
    names["group"] = grouped(shared_office, customer)
    shared_office.ask(None, "INSERT INTO picture (content) VALUES ('x')")
    names["product"] = shared_office.ask("ann", "SELECT id FROM product")[0][0]
    return names


def grouped(office, customer: int) -> int:
    """Ann's customer in the group X; answers with the group Y, in which nobody is yet."""
    made = "INSERT INTO customer_group (name) VALUES (%s) RETURNING id"
    hers, empty = (office.ask("admin", made, name)[0][0] for name in "XY")
    member = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s)"
    office.ask("ann", member, hers, customer)
    return int(empty)


def hire_more(office) -> None:
    """Dora, who is to stand in for Ann; Serge serves Ann's department."""
    sales = "(SELECT id FROM department WHERE code = 'SALES')"
    office.ask(
        "admin",
        "SELECT save_operator(jsonb_build_object('id', id, 'department_id', "
        f"{sales}), version) FROM operator WHERE login = 'serge'",
    )
    office.ask(
        "admin",
        'SELECT save_operator(\'{"code": "DORA", "name": "Dora", "rights": "salesperson"}\', NULL)',
    )
    dora = office.ask(None, "SELECT id FROM operator WHERE code = 'DORA'")[0][0]
    office.ask(
        "admin", "SELECT set_login(%s, 'dora', %s, false)", dora, verifier_of(office, "clerk")
    )


def verifier_of(office, login: str) -> str:
    """What the server keeps of a password: it fits any role."""
    query = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
    return office.ask(None, query, f"{office.prefix}.{login}")[0][0]


def paper(office, user: str) -> None:
    """A sent quote, a submitted order with a planned delivery, and a draft receipt of `user`."""
    own = office.ask(None, "SELECT id FROM customer WHERE name = %s", f"Of {user}")[0][0]
    samples.step(office, user, "send_quote", samples.quote(office, user, own))
    lines = [{**samples.LINE, "quantity": 5}]
    draft = samples.save(office, user, samples.document(office, own, lines))
    sent = samples.submit(office, user, draft)
    samples.call(office, user, "log_print", "order", sent["id"], {"way": "pdf"})
    samples.delivery(office, user, sent["id"], {sent["lines"][0]["id"]: 1})
    money = user if user in ("boss", "admin", "manager") else "clerk"
    samples.receipt(office, money, own, 9, {sent["id"]: 1})


def papers_of(office, operator: int) -> dict[str, int]:
    """The ids of what `paper` made."""
    found = {}
    for word, query in (
        ("quote", "SELECT id FROM quote WHERE owner_id = %s"),
        ("sent", "SELECT id FROM sales_order WHERE number IS NOT NULL AND owner_id = %s"),
        (
            "sent_line",
            "SELECT l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id"
            " WHERE o.number IS NOT NULL AND o.owner_id = %s",
        ),
        ("delivery", "SELECT id FROM delivery WHERE owner_id = %s"),
        ("receipt", "SELECT id FROM receipt WHERE owner_id = %s"),
    ):
        rows = office.ask(None, query, operator)
        found[word] = rows[0][0] if rows else 0
    return found


def reader(office, name: str, names: dict[str, int]):
    """A connection of the reader, None where there can be none, and the names of what is theirs."""
    if name == "disabled":
        serge = office.id_of("serge")
        office.ask(
            "admin",
            "SELECT save_operator(jsonb_build_object('id', id, 'active', false),"
            " version) FROM operator WHERE id = %s",
            serge,
        )
        with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
            office.psql("serge")
        return None, names
    login = LOGINS.get(name, "clerk")
    mine = dict(names, me=office.id_of(login))
    for word, table in (
        ("my_customer", "customer"),
        ("my_contact", "contact"),
        ("my_order", "sales_order"),
    ):
        found = office.ask(None, f"SELECT min(id) FROM {table} WHERE owner_id = %s", mine["me"])
        mine[word] = found[0][0] or names["customer"]
    mine |= {f"my_{word}": id_ for word, id_ in papers_of(office, mine["me"]).items()}
    if name == "newcomer":
        verifier = verifier_of(office, "clerk")
        office.ask("admin", "SELECT set_login(%s, 'clerk', %s, true)", mine["me"], verifier)
    connection = office.psql(login)
    connection.autocommit = False
    return connection, mine


@pytest.mark.parametrize("name", LOGINS)
@pytest.mark.parametrize("bin_on", [False, True])
def test_every_way_of_looking_sees_the_same(shared_office, filled, name, bin_on):
    """A list, its count, a chart, an export: none tells of a row that another does not show."""
    connection, _names = reader(shared_office, name, filled)
    with connection.cursor() as cursor:
        cursor.execute(f"SET kehu.bin = '{'on' if bin_on else 'off'}'")
    connection.commit()
    found = {table: ways_to_count(connection, table) for table in SCOPED}
    assert {t: ways for t, ways in found.items() if len(set(ways.values())) > 1} == {}
    if name not in ("colleague", "service"):
        assert found["customer"]["list"] > 0


@pytest.mark.parametrize("name", READERS)
def test_matrix(shared_office, filled, name):
    connection, names = reader(shared_office, name, filled)
    expected = expectations()
    found = {table: tried(connection, table, names) for table in expected}
    wrong = [
        f"{table}: expected {expected[table][name]}, found {letters}"
        for table, letters in found.items()
        if letters != expected[table][name]
    ]
    assert not wrong, f"{name} ({' '.join(OPERATIONS)})\n" + "\n".join(wrong)


def test_every_table_has_a_line(shared_office):
    tables = shared_office.ask(
        None,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f')",
    )
    assert {name for (name,) in tables} == set(expectations())
