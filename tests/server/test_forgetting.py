"""Erasing leaves nothing of what a record held, in other tables nor, if wanted, in the history."""

from contextlib import closing

import pytest

from server_schema import chain, cli, sealing
from server_schema.verdict import PROVEN
from tests.server import samples
from tests.server.samples import call, contact, customer, draft, order, refused, value

DELETE = "SELECT delete_records(%s, ARRAY[%s])"
PURGE = "SELECT purge_records(%s, 'asked to be forgotten', %s)"
# Every column of every table that holds text or JSON, as a superuser reads it.
COLUMNS = (
    "SELECT c.table_name::text, c.column_name::text FROM information_schema.columns c"
    " JOIN information_schema.tables t USING (table_schema, table_name)"
    " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
    " AND c.data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
)


def where_it_stands(office, word):
    """The columns in which a word is found."""
    columns = office.ask(None, COLUMNS)
    found = []
    for table, column in columns:
        query = f"SELECT EXISTS (SELECT FROM {table} WHERE {column}::text LIKE %s)"
        if value(office, None, query, f"%{word}%"):
            found.append(f"{table}.{column}")
    return sorted(found)


@pytest.fixture
def known(office_db):
    """A customer of which something stands in every table that can tell of one; its deletion."""
    mine = customer(office_db, "ann", "Zhulan Works")
    tax = "UPDATE customer SET tax_number = 'ZHULAN0001', phone = '13800001111' WHERE id = %s"
    office_db.ask("ann", "SET kehu.reason = 'as printed'; " + tax, mine)
    contact(office_db, "ann", mine, "Zhulan's person")
    draft(office_db, "ann", mine)
    call(office_db, "ann", "log_print", "statement", mine, {"printer": "Zhulan's room"})
    call(office_db, "eve", "find_duplicates", {"name": "Zhulan Works"})
    office_db.ask(
        "ann", "SELECT share_customer(%s, %s, '2200-01-01')", mine, office_db.id_of("bob")
    )
    office_db.ask("ann", "SELECT here_i_am('customer', %s)", mine)
    plan = {"customer_id": mine, "from_id": office_db.id_of("ann"), "to_id": office_db.id_of("bob")}
    call(office_db, "boss", "hand_over", {"from_id": plan["from_id"], "moves": [plan]}, "moves on")
    call(office_db, "bob", "request_change", mine, {"bank": "Zhulan Bank"}, "wrong bank")
    twin = customer(office_db, "bob", "Zhulan Twin")
    call(office_db, "boss", "merge_customers", mine, twin, ["name"], "entered twice")
    return mine, value(office_db, "boss", DELETE, "customer", mine)


def test_erasing_leaves_it_in_the_history_alone(office_db, known):
    _mine, deletion = known
    before = where_it_stands(office_db, "Zhulan")
    assert {"customer.name", "handover_item.name", "customer_merge.fields"} <= set(before)
    value(office_db, "admin", PURGE, deletion, False)
    twin = office_db.ask(None, "SELECT deletion_id FROM customer WHERE name = 'Zhulan Twin'")
    value(office_db, "admin", PURGE, twin[0][0], False)
    assert where_it_stands(office_db, "Zhulan") == ["history.after", "history.before"]
    for table in ("duplicate_answer", "presence", "share", "print_log", "change_request"):
        assert value(office_db, None, f"SELECT count(*) FROM {table}") == 0, table
    (handed,) = call(office_db, "boss", "handovers")
    assert handed["customers"] == 1


def test_the_history_of_what_is_erased_can_be_emptied_with_it(office_db, known):
    mine, deletion = known
    living = customer(office_db, "bob", "Lives on")
    with closing(office_db.superuser()) as connection:
        head = sealing.seal(connection)
        value(office_db, "admin", PURGE, deletion, True)
        twin = office_db.ask(None, "SELECT deletion_id FROM customer WHERE name = 'Zhulan Twin'")
        value(office_db, "admin", PURGE, twin[0][0], True)
        assert where_it_stands(office_db, "Zhulan") == []
        query = "SELECT count(*) FROM history WHERE row_id = %s AND table_name = 'customer'"
        query += " AND op IN ('insert', 'update', 'delete', 'erase')"
        assert value(office_db, None, query, mine) >= 4  # who and when stay
        query = "SELECT after ->> 'name' FROM history WHERE row_id = %s AND op = 'insert'"
        assert office_db.ask(None, query + " AND table_name = 'customer'", living) == [
            ("Lives on",)
        ]
        for _ in range(2):  # with the newest unsealed, and sealed
            verdict = chain.verify(connection, [("a", head)])
            assert (verdict.code, verdict.first) == (PROVEN, None)
            assert verdict.redacted > 5
            sealing.seal(connection)
    query = "SELECT count(*) FROM history h JOIN change c ON c.id = h.change_id WHERE op = 'redact'"
    query += " AND c.operator_id = %s AND h.after ->> 'reason' = 'asked to be forgotten'"
    assert value(office_db, None, query, office_db.id_of("admin")) == verdict.redacted


def test_what_went_to_another_customer_keeps_its_history(office_db):
    kept, dropped = customer(office_db, "ann", "Kept"), customer(office_db, "ann", "Dropped")
    sold = order(office_db, "ann", dropped)
    call(office_db, "boss", "merge_customers", kept, dropped, [], "one and the same")
    assert value(office_db, "boss", "SELECT haystack FROM customer WHERE id = %s", kept).count("\n")
    query = "SELECT deletion_id FROM customer WHERE id = %s"
    value(office_db, "admin", PURGE, value(office_db, None, query, dropped), True)
    query = "SELECT count(*) FROM history WHERE table_name = 'sales_order' AND row_id = %s"
    assert value(office_db, None, query + " AND after IS NOT NULL", sold["id"]) >= 2
    number = "SELECT haystack LIKE '%%' || %s || '%%' FROM customer WHERE id = %s"
    gone = value(office_db, None, "SELECT max(row_id) FROM history WHERE op = 'erase'")
    assert gone == dropped
    assert not value(office_db, None, number, f"{dropped:05}", kept)


def test_a_printed_draft_can_be_erased_and_its_prints_go_with_it(office_db):
    mine = customer(office_db, "ann", "Printed once")
    doc = draft(office_db, "ann", mine)
    call(office_db, "ann", "log_print", "order", doc["id"], {})
    deletion = value(office_db, "boss", DELETE, "sales_order", doc["id"])
    value(office_db, "admin", PURGE, deletion, False)
    assert value(office_db, None, "SELECT count(*) FROM print_log") == 0
    query = "SELECT count(*) FROM history WHERE table_name = 'print_log' AND op = 'erase'"
    assert value(office_db, None, query) == 1


def test_only_who_looks_after_the_server_empties_history_later(office_db):
    mine = customer(office_db, "ann", "Forgotten later")
    deletion = value(office_db, "boss", DELETE, "customer", mine)
    for user in ("admin", "boss", None):
        state = refused(office_db, user, "redact_purge", "customer", mine, "why")[0]
        assert state == ("KH001" if user is None else "42501"), user  # not erased yet
    value(office_db, "admin", PURGE, deletion, False)
    assert refused(office_db, "admin", "redact_purge", "customer", mine, "why")[0] == "42501"
    assert refused(office_db, None, "redact_purge", "customer", mine, " ")[0] == "KH005"
    assert value(office_db, None, "SELECT redact_purge('customer', %s, 'asked')", mine) == 3
    assert where_it_stands(office_db, "Forgotten later") == []
    assert samples.refusal(office_db, "ann", PURGE, deletion, True) == "42501"


def test_the_command_lists_what_is_left_and_takes_it_away(office_db, capsys):
    mine = customer(office_db, "ann", "Left in history")
    contact(office_db, "ann", mine, "Person there")
    deletion = value(office_db, "boss", DELETE, "customer", mine)
    value(office_db, "admin", PURGE, deletion, False)
    url = "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(**office_db.dsn)

    def run(*given):
        code = cli.main(["redact-history", *given, "--url", url, "--language", "en"])
        told = capsys.readouterr()
        return code, told.out + told.err

    code, told = run()
    assert code == 0
    assert f"customer:{mine}\tLeft in history" in told
    assert "contact:" in told
    record = f"customer:{mine}"
    assert run("--record", record) == (1, "Say why, with --reason.\n")
    for wrong in ("customer:999999", "nothing:1", "change:1"):
        assert "not an erased record" in run("--record", wrong, "--reason", "x")[1], wrong
    assert "write it as customer:17" in run("--record", "customer", "--reason", "x")[1]
    code, told = run("--record", record, "--reason", "asked by herself")
    assert (code, told[:17]) == (0, "Entries redacted:")
    assert where_it_stands(office_db, "Left in history") == []
    assert where_it_stands(office_db, "Person there") == []
    assert "holds nothing" in run()[1]
    code, told = run("--entries", record)
    assert [line.split("\t")[3] for line in told.splitlines() if "redact" not in line] == [
        "insert",
        "delete",
        "erase",
    ]
    (entry,) = office_db.ask(None, "SELECT max(id) FROM history WHERE after ->> 'name' = 'Ann'")[0]
    assert run("--entry", str(entry), "--reason", "mistyped")[0] == 0
    assert "redacted already" in run("--entry", str(entry), "--reason", "mistyped")[1]
    assert cli.main(["verify-history", "--url", url, "--language", "en"]) == 3
    assert "Entries redacted: 7" in capsys.readouterr().out
