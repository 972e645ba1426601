"""Phones and bank accounts that an operator reads masked, whatever program they read with."""

import json
from contextlib import closing, contextmanager

import psycopg2
import pytest

from client.data import filters, lookups, records
from client.data.history import day, entries
from client.data.rowsource import RowSource
from client.model import Contact, Customer, SalesOrder
from server_schema.tables import TABLES
from tests.server import samples
from tests.server.samples import call, customer, refusal, value

PHONE, MOBILE, ACCOUNT = "020-8765 4321", "138 0013 8246", "6222 0200 1111 9753"
SECRETS = (PHONE, MOBILE, ACCOUNT, "8765", "3824", "1111", "0208765", "1380013", "87654321")
MASKED = [table.name for table in TABLES if table.masked]
DENIED = "42501"
REASON = "SET kehu.reason = 'why';"


@pytest.fixture(scope="module")
def office(shared_office):
    """Ann reads masked and may reveal; Bob neither; both have what hangs on a customer."""
    for user in ("ann", "bob"):
        whole = "SELECT set_permission(%s, 'customer', 'whole', false)"
        shared_office.ask("admin", whole, shared_office.id_of(user))
    shut = "SELECT set_permission(%s, 'customer', 'reveal', false)"
    shared_office.ask("admin", shut, shared_office.id_of("bob"))
    return shared_office


@contextmanager
def approval(office):
    """While the office wants key fields approved."""
    wanted = "UPDATE setting SET value = %s WHERE key = 'key_fields_need_approval'"
    office.ask("admin", wanted, "true")
    yield
    office.ask("admin", wanted, "false")


@pytest.fixture(scope="module")
def mine(office):
    """A customer of Ann's with numbers in all places, entered by the boss."""
    with office.login("boss").session() as session:
        values = {"name": "星河贸易", "phone": PHONE, "mobile": MOBILE, "bank_account": ACCOUNT}
        saved = records.save(session, Customer, {**values, "owner_id": office.id_of("ann")})
        person = {"customer_id": saved["id"], "name": "Person", "mobile": MOBILE, "phone": PHONE}
        contact = records.save(session, Contact, person)
    doc = samples.document(office, saved["id"], phone=MOBILE)
    order = samples.submit(office, "boss", samples.save(office, "boss", doc))
    quote = samples.quote(office, "boss", saved["id"], phone=MOBILE)
    samples.step(office, "boss", "send_quote", quote)
    plan = {"order_id": order["id"], "phone": PHONE, "lines": []}
    plan["lines"] = [
        {"order_line_id": order["lines"][0]["id"], "position": 1, "quantity": "1"},
    ]
    delivery = call(office, "boss", "save_delivery", plan, None)
    with office.login("boss").session() as session:  # so that the history knows former numbers
        other = records.save(session, Customer, saved | {"phone": f"{PHONE}0"}, saved)
        records.save(session, Customer, other | {"phone": PHONE}, other)
    ask = "SELECT request_change(%s, %s, 'moved')"
    with approval(office):
        office.ask("ann", ask, saved["id"], '{"bank_account": "622200003333444"}')
    ids = {"customer": saved["id"], "contact": contact["id"], "sales_order": order["id"]}
    return ids | {"quote": quote["id"], "delivery": delivery["id"]}


def leaks(answer):
    """Which secrets stand in an answer."""
    text = json.dumps(answer, default=str, ensure_ascii=False)
    return [secret for secret in SECRETS if secret in text]


def test_the_columns_themselves_are_closed(office, mine):
    for table in TABLES:
        for column in table.masked:
            assert refusal(office, "ann", f"SELECT {column} FROM {table.name}") == DENIED
        if table.masked:
            assert refusal(office, "ann", f"SELECT * FROM {table.name}") == DENIED
            assert refusal(office, "ann", f"SELECT t::text FROM {table.name} t") == DENIED
    for query in (
        "SELECT id FROM customer WHERE phone LIKE '020%'",
        "SELECT id FROM customer ORDER BY mobile",
        "SELECT count(DISTINCT bank_account) FROM customer",
        "UPDATE customer SET remarks = phone",
        "UPDATE customer SET remarks = 'x' RETURNING phone",
        "INSERT INTO contact (customer_id, name, remarks) SELECT id, 'x', phone FROM customer",
        "COPY (SELECT phone FROM customer) TO STDOUT",
        "SELECT to_jsonb(c) FROM customer c",
        "SELECT lo_from_bytea(0, haystack::bytea) FROM customer",
    ):
        assert refusal(office, "ann", query) == DENIED, query


@pytest.mark.parametrize("table", MASKED)
def test_the_views_show_the_same_rows_and_no_secret(office, mine, table):
    for user in ("ann", "bob", "manager", "serge", "boss", "clerk", "admin", "eve"):
        ids = f"SELECT array_agg(id ORDER BY id) FROM {table}"
        assert value(office, user, ids) == value(office, user, ids.replace("FROM ", "FROM masked."))
    rows = office.ask("ann", f"SELECT to_jsonb(t) FROM masked.{table} t")
    assert rows
    assert leaks(rows) == []
    whole = office.ask("boss", f"SELECT to_jsonb(t) FROM masked.{table} t")
    assert leaks(whole)
    assert refusal(office, "ann", f"INSERT INTO masked.{table} DEFAULT VALUES") == DENIED
    assert refusal(office, "ann", f"DELETE FROM masked.{table}") == DENIED


def test_of_the_history_is_told_what_is_seen_of_it(office, mine):
    everything = value(office, None, "SELECT array_agg(id ORDER BY id) FROM history")
    customers = [id_ for (id_,) in office.ask(None, "SELECT id FROM customer")]
    of_one = "SELECT array_agg(id) FROM told_of_customer(%s, '{customer,contact}', NULL, 1000)"
    counts = set()
    for user in ("ann", "bob", "manager", "serge", "boss", "clerk", "admin", "eve"):
        seen = value(office, user, "SELECT array_agg(id ORDER BY id DESC) FROM history")
        told = office.ask(user, "SELECT t.id, to_jsonb(t) FROM told_entries(%s) t", everything)
        assert [id_ for id_, _entry in told] == (seen or []), user
        latest = office.ask(user, "SELECT to_jsonb(t) FROM told_latest(NULL, 1000) t")
        assert latest == [(entry,) for _id, entry in told], user
        counts.add(len(told))
        for id_ in customers:
            query = (
                "SELECT array_agg(id ORDER BY id DESC) FROM history"
                " WHERE customer_id = %s AND table_name IN ('customer', 'contact')"
            )
            assert value(office, user, of_one, id_) == value(office, user, query, id_), user
        assert bool(leaks(told)) == (user in ("manager", "boss", "clerk", "admin")), user
    assert len(counts) > 1
    assert refusal(office, "ann", "SELECT * FROM masked.told") == DENIED


def test_documents_conflicts_history_and_revisions_are_masked(office, mine):
    answers = [
        call(office, "ann", "order_document", mine["sales_order"]),
        call(office, "ann", "quote_document", mine["quote"]),
        call(office, "ann", "quote_revisions", mine["quote"]),
        call(office, "ann", "delivery_document", mine["delivery"]),
        office.ask("ann", "SELECT * FROM record_history('customer', %s)", mine["customer"]),
        office.ask("ann", "SELECT * FROM record_history('contact', %s)", mine["contact"]),
    ]
    for answer in answers:
        assert leaks(answer) == []
        assert "****" in json.dumps(answer, default=str)
    doc = json.dumps({"id": mine["sales_order"], "lines": []})
    with pytest.raises(psycopg2.Error) as conflict:
        office.ask("ann", "SELECT save_order(%s, 0)", doc)
    assert conflict.value.pgcode == "KH002"
    assert leaks(conflict.value.diag.message_detail) == []
    # a function that works with its owner's rights answers masked as well
    draft = samples.save(office, "ann", samples.document(office, mine["customer"]))
    sent = samples.submit(office, "ann", draft)
    assert leaks(sent) == []
    assert leaks(call(office, "boss", "order_document", mine["sales_order"]))


def test_the_program_reads_masked_and_searches_without_the_numbers(office, mine):
    login = office.login("ann")
    assert login.masked
    with login.session() as session:
        for entity, id_ in ((Customer, mine["customer"]), (Contact, mine["contact"])):
            found = records.load(session, entity, id_)
            assert leaks(found) == []
            assert found["phone"] == "020****21"
        names = ("name", "phone", "mobile", "bank_account")
        source = RowSource(Customer, names, (), Customer.ORDER)
        assert leaks(source.first_page(session)) == []
        told = entries.read(session, entries.Wanted(("customer", mine["customer"])))
        assert told
        assert leaks(told) == []
        for word, hits in (("星河", 1), ("xhmy", 1), ("13800138246", 0), ("8765", 0)):
            condition = filters.search(Customer, word)
            rows = source.with_where([condition]).first_page(session)
            assert len(rows) == hits, word
        assert lookups.search(session, Customer, "8246") == []
    with office.login("boss").session() as session:
        for word in ("13800138246", "8765 4321", "xhmy"):
            condition = filters.search(Customer, word)
            assert source.with_where([condition]).first_page(session), word


def test_former_days_duplicates_and_the_bin_are_masked(office, mine):
    query = "SELECT max(c.at) FROM change c JOIN history h ON h.change_id = c.id WHERE row_id = %s"
    latest = value(office, None, f"{query} AND table_name = 'customer'", mine["customer"])
    for user, whole in (("ann", False), ("boss", True)):
        with office.login(user).session() as session:
            was = day.customer_as_of(session, mine["customer"], latest)
        assert was.contacts
        assert bool(leaks(was)) == whole
    for asked in ({"name": "星河贸易"}, {"phone": PHONE}, {"bank_account": ACCOUNT}):
        assert leaks(call(office, "ann", "find_duplicates", asked)) == []
    assert call(office, "ann", "find_duplicates", {"phone": PHONE})
    deleted = value(office, "boss", "SELECT delete_records('contact', %s)", [mine["contact"]])
    assert leaks(office.ask("ann", "SELECT to_jsonb(b) FROM bin_list(NULL, 50) b")) == []
    office.ask("boss", "SELECT restore_records(%s)", deleted)


def test_what_a_form_sends_back_keeps_the_numbers(office, mine):
    login = office.login("ann")
    with login.session() as session:
        base = records.load(session, Customer, mine["customer"])
    with login.session() as session:
        changed = base | {"name": "银河贸易", "phone": "020****21", "mobile": "999"}
        saved = records.save(session, Customer, changed, base, reason="renamed")
    assert saved["name"] == "银河贸易"
    query = "SELECT phone, mobile, bank_account FROM customer WHERE id = %s"
    assert office.ask("boss", query, mine["customer"]) == [(PHONE, MOBILE, ACCOUNT)]
    found = "SELECT count(*) FROM customer WHERE haystack LIKE %s"
    assert value(office, "boss", found, "%13800138246%") == 1
    assert value(office, "boss", found, "%yhmy%") == 1
    doc = call(office, "ann", "order_document", mine["sales_order"])
    doc = json.loads(json.dumps(doc, default=str)) | {"remarks": "by Ann"}
    call(office, "ann", "save_order", doc, doc["version"])
    phone = "SELECT phone FROM sales_order WHERE id = %s"
    assert value(office, "boss", phone, mine["sales_order"]) == MOBILE


def test_a_masked_number_in_a_new_paper_is_the_customers(office, mine):
    doc = samples.document(office, mine["customer"], phone="138****46")
    made = samples.save(office, "ann", doc)
    assert made["phone"] == "138****46"
    phone = "SELECT phone FROM sales_order WHERE id = %s"
    assert value(office, "boss", phone, made["id"]) == MOBILE
    doc["phone"] = "777****77"
    assert value(office, "boss", phone, samples.save(office, "ann", doc)["id"]) is None
    own = samples.save(office, "ann", doc | {"phone": "0755-1234567"})
    assert value(office, "boss", phone, own["id"]) == "0755-1234567"


def test_guessing_shows_nothing(office, mine):
    """Neither the version nor the history tells a right guess from a wrong one."""
    answers = set()
    for guess in (PHONE, "020-0000 0000"):
        with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "UPDATE customer SET phone = %s WHERE id = %s RETURNING version, changed_at",
                (guess, mine["customer"]),
            )
            answers.add(cursor.fetchone())
            cursor.execute("ROLLBACK")
    assert len(answers) == 1
    other = customer(office, "ann", "Nothing asked")
    office.ask(
        "boss", f"{REASON} UPDATE customer SET bank_account = %s WHERE id = %s", ACCOUNT, other
    )
    for guess in (ACCOUNT, "6222 0200 1111 9999"):
        asked = json.dumps({"bank_account": guess})
        with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT request_change(%s, %s, 'why')", (other, asked))
            cursor.execute("ROLLBACK")
    taken = "SELECT import_taken('customer', 'phone', ARRAY[%s])"
    office.ask(
        "admin", "SELECT set_permission(%s, 'customer', 'import', true)", office.id_of("ann")
    )
    assert refusal(office, "ann", taken, PHONE) == DENIED
    assert refusal(office, "ann", taken.replace("'phone'", "'name'"), "x") == ""


def test_nobody_asks_for_one_number_after_the_other(office, mine):
    """Neither by taking each question back, nor of a customer that one sees."""
    counter = value(office, None, "SELECT 'duplicates_of_' || %s", office.id_of("ann"))
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        ask = "BEGIN; SELECT find_duplicates(%s); ROLLBACK"
        for number in range(3):
            cursor.execute(ask, (json.dumps({"phone": f"139 0000 000{number}"}),))
        office.ask(
            None, "SELECT setval(%s::regclass, nextval(%s::regclass) + 600)", counter, counter
        )
        cursor.execute("SELECT find_duplicates(%s)", (json.dumps({"phone": PHONE}),))
        assert cursor.fetchone()[0] == [{"because": "limit"}]
        customer(office, "ann", "广州独一无二贸易有限公司")
        named = json.dumps({"phone": PHONE, "name": "广州独一无二贸易有限公司"})
        cursor.execute("SELECT find_duplicates(%s)", (named,))
        assert {entry["because"] for entry in cursor.fetchone()[0]} == {"name", "limit"}
    office.ask(None, "SELECT setval(%s::regclass, 1)", counter)
    told = call(office, "ann", "find_duplicates", {"phone": PHONE})
    assert mine["customer"] in {entry.get("id") for entry in told}


def test_revealing_is_written_down(office, mine):
    begin, reveal = "SELECT begin_reveal(%s, %s, %s)", "SELECT reveal(%s, %s, %s)"
    asked = (("customer", "phone", PHONE), ("customer", "bank_account", ACCOUNT))
    asked += (("contact", "mobile", MOBILE), ("sales_order", "phone", MOBILE))
    for kind, field, whole in asked:
        office.ask("ann", begin, kind, mine[kind], field)
        assert value(office, "ann", reveal, kind, mine[kind], field) == whole
        for call_ in (begin, reveal):
            assert refusal(office, "bob", call_, kind, mine[kind], field) == DENIED
            assert refusal(office, "eve", call_, kind, mine[kind], field) == "KH003"
    assert refusal(office, "ann", reveal, "contact", mine["contact"], "phone") == DENIED
    written = office.ask("ann", "SELECT * FROM record_history('customer', %s)", mine["customer"])
    assert ("Ann", "reveal") in {(row[1], row[4]) for row in written}
    assert leaks(written) == []


def test_an_error_shows_no_row(office, mine):
    """A constraint that a function of ours meets: the row it refuses holds whole numbers."""
    office.ask("admin", "SELECT set_permission(%s, 'order', 'import', true)", office.id_of("bob"))
    office.ask(
        "admin", "SELECT set_deputy(%s, %s, '2200-01-01')", office.id_of("ann"), office.id_of("bob")
    )
    version = value(office, "bob", "SELECT version FROM delivery WHERE id = %s", mine["delivery"])
    cells = {"number": "OLD", "customer_id": mine["customer"], "phone": "138****46", "status": "x"}
    with closing(office.psql("bob")) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.CheckViolation) as caught:
            cursor.execute(
                "SELECT advance_delivery(%s, %s, 'shipped', '1800-01-01')",
                (mine["delivery"], version),
            )
        assert leaks(str(caught.value)) == []
        cells["order_date"] = "2026-01-01"
        cursor.execute(
            "INSERT INTO import_row (job, row, cells) VALUES (0, 1, %s)", (json.dumps(cells),)
        )
        with pytest.raises(psycopg2.errors.IntegrityError) as caught:
            cursor.execute("SELECT import_orders(0)")
        assert leaks(str(caught.value)) == []
    office.ask("admin", "SELECT end_deputy(%s, %s)", office.id_of("ann"), office.id_of("bob"))


def test_nobody_looks_and_takes_back_that_it_was_written_down(office, mine):
    with closing(office.psql("ann")) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT begin_reveal('quote', %s, 'phone')", (mine["quote"],))
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SAVEPOINT s; SELECT reveal('quote', %s, 'phone')", (mine["quote"],))


@pytest.mark.parametrize(
    "forged",
    [
        ("customer", "haystack"),
        ("customer", "name"),
        ("operator", "phone"),
        ("history", "before"),
        ("customer; DROP TABLE x", "phone"),
        ("quote_revision", "document"),
    ],
)
def test_only_numbers_are_revealed(office, mine, forged):
    kind, field = forged
    for function in ("begin_reveal", "reveal"):
        call_ = f"SELECT {function}(%s, 1, %s)"
        assert refusal(office, "ann", call_, kind, field) == DENIED


def test_nobody_reads_off_a_whole_list(office, mine):
    many = "SELECT begin_reveal('customer', %s, 'phone') FROM generate_series(1, 100)"
    assert refusal(office, "ann", many, mine["customer"]) == "KH005"


def test_rights_given_and_taken_hold_at_once(office, mine):
    give = "SELECT set_permission(%s, 'customer', 'whole', %s)"
    ann = office.id_of("ann")
    session = office.psql("ann")
    with session.cursor() as cursor:
        office.ask("admin", give, ann, True)
        cursor.execute("PREPARE mine AS SELECT phone FROM customer")
        cursor.execute("EXECUTE mine")
        assert cursor.fetchall()
        office.ask("admin", give, ann, False)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("EXECUTE mine")


def test_a_role_without_the_right_masks_all_who_have_it(office):
    doc = call(office, "admin", "role_document", "service")
    theirs = customer(office, "eve", "Of Eve")  # in the department of Serge
    phone = "SELECT phone FROM customer WHERE id = %s"
    assert refusal(office, "serge", phone, theirs) == ""
    less = [p for p in doc["permissions"] if p != "customer.whole"]
    saved = call(office, "admin", "save_role", doc | {"permissions": less}, doc["version"])
    assert refusal(office, "serge", phone, theirs) == DENIED
    call(office, "admin", "save_role", doc, saved["version"])
    assert refusal(office, "serge", phone, theirs) == ""


def test_sales_orders_are_listed_masked(office, mine):
    with office.login("ann").session() as session:
        rows = RowSource(SalesOrder, ("number", "phone"), (), ()).first_page(session)
    assert rows
    assert leaks(rows) == []


def test_who_looks_after_the_server_is_held_by_nothing(office, mine):
    """A superuser reads and changes numbers as they are, as the demo and a restore need it."""
    change = "UPDATE customer SET mobile = %s WHERE id = %s"
    office.ask(None, change, "130****0000", mine["customer"])
    shown = "SELECT mobile FROM masked.customer WHERE id = %s"
    assert value(office, None, shown, mine["customer"]) == "130****0000"
    office.ask(None, change, MOBILE, mine["customer"])
    assert value(office, None, shown, mine["customer"]) == MOBILE
