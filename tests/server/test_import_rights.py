"""An import is under its operator's rights like everything else."""

from contextlib import closing

from psycopg2.extras import Json

from tests.server.samples import contact, customer, draft, product, refusal, value

CUSTOMERS = "SELECT import_customers(%s, 1, true)"
ORDERS = "SELECT import_orders(%s)"


def put(office, user, *rows):
    """A job with these rows, copied in as the program does."""
    job = value(office, user, "SELECT new_import_job()")
    with closing(office.psql(user)) as connection, connection.cursor() as cursor:
        for n, cells in enumerate(rows, 1):
            query = "INSERT INTO import_row (job, row, cells) VALUES (%s, %s, %s)"
            cursor.execute(query, (job, n, Json(cells)))
    return job


def order_cells(office, of, **more):
    lines = [{"position": 1, "product_id": product(office), "quantity": 1, "unit_price": 1}]
    return {"customer_id": of, "order_date": "2020-02-03", "lines": lines, **more}


def test_without_the_right_nothing_is_imported(office):
    for query in (CUSTOMERS, ORDERS):
        assert refusal(office, "ann", query, put(office, "ann", {"name": "x"})) == "42501"
    assert refusal(office, "ann", "SELECT import_taken('order', 'number', '{}')") == "42501"


def test_a_job_is_its_writers_alone(office):
    job = put(office, "manager", {"name": "Of the manager", "number": "M-1"})
    assert value(office, "clerk", CUSTOMERS, job) == {"inserted": 0}
    assert refusal(office, "clerk", "SELECT cells FROM import_row") == "42501"
    assert value(office, "manager", CUSTOMERS, job) == {"inserted": 1}
    owner = "SELECT owner_id, created_by FROM customer WHERE number = 'M-1'"
    manager = office.id_of("manager")
    assert office.ask("manager", owner) == [(manager, manager)]


def test_nobody_imports_for_those_they_do_not_see(office):
    job = put(office, "manager", {"name": "x", "number": "M-2", "owner_id": office.id_of("eve")})
    assert refusal(office, "manager", CUSTOMERS, job) == "KH003"
    hers = customer(office, "eve", "Of Eve")
    job = put(office, "manager", order_cells(office, hers, number="M-3"))
    assert refusal(office, "manager", ORDERS, job) == "KH003"
    job = put(office, "manager", order_cells(office, 10**6, number="M-4"))
    assert refusal(office, "manager", ORDERS, job) == "KH003"


def test_an_import_cannot_take_over_what_is_there(office):
    hers = customer(office, "eve", "Is there")
    number = value(office, "eve", "SELECT number FROM customer WHERE id = %s", hers)
    cells = {"name": "Taken over", "number": number, "contact": {"name": "Spy"}}
    assert refusal(office, "manager", CUSTOMERS, put(office, "manager", cells)) == "23505"
    query = "SELECT count(*) FROM contact WHERE customer_id = %s"
    assert value(office, "eve", query, hers) == 0


def test_cells_cannot_set_what_is_the_databases_own(office):
    mine = customer(office, "manager", "With orders")
    forged = {"total": 1, "version": 9, "created_by": 1, "owner_id": 1, "deleted_at": "2020-01-01"}
    job = put(office, "manager", order_cells(office, mine, number="M-5", **forged))
    assert value(office, "manager", ORDERS, job) == {"inserted": 1}
    query = "SELECT total, owner_id, created_by, deleted_at FROM sales_order WHERE number = 'M-5'"
    manager = office.id_of("manager")
    assert office.ask("manager", query) == [(1, manager, manager, None)]
    other = contact(office, "eve", customer(office, "eve", "With a contact"))
    job = put(office, "manager", order_cells(office, mine, number="M-6", contact_id=other))
    assert refusal(office, "manager", ORDERS, job) == "KH005"


def test_an_imported_order_cannot_be_a_numbered_draft(office):
    mine = customer(office, "manager", "No drafts")
    draft(office, "manager", mine)
    for cells in ({"number": "M-7", "status": "draft"}, {"number": None}):
        job = put(office, "manager", order_cells(office, mine, **cells))
        assert refusal(office, "manager", ORDERS, job) == "23514"


def test_an_imported_order_keeps_its_worth_afterwards(office):
    mine = customer(office, "manager", "Brought in")
    returned = order_cells(office, mine, number="M-9")
    returned["lines"][0]["quantity"] = -1  # as a return of the office's earlier program
    job = put(office, "manager", order_cells(office, mine, number="M-8"), returned)
    assert value(office, "manager", ORDERS, job) == {"inserted": 2}
    line = "{} order_line{} WHERE order_id = (SELECT id FROM sales_order WHERE number = 'M-8')"
    for statement in (line.format("UPDATE", " SET quantity = -1"), line.format("DELETE FROM", "")):
        assert refusal(office, "manager", statement) == "KH005"
    total = "UPDATE sales_order SET wipe_off = 2 WHERE number = 'M-8'"
    assert refusal(office, "manager", total) == "KH005"
    note = "UPDATE sales_order SET remarks = 'Returned' WHERE number = 'M-9'"
    assert refusal(office, "manager", note) == ""


def test_of_what_is_taken_only_the_owner_is_told(office):
    hers = customer(office, "eve", "Known by name")
    office.ask("eve", "UPDATE customer SET phone = '555' WHERE id = %s", hers)
    taken = "SELECT import_taken('customer', %s, %s)"
    assert value(office, "manager", taken, "phone", ["555", "556"]) == {"555": "Eve"}
    for field in ("remarks", "id", "credit_limit", "name' OR true--"):
        assert refusal(office, "manager", taken, field, ["x"]) == "42501", field


def told(office, user):
    query = (
        "SELECT after -> 'n' FROM history WHERE table_name = 'access' AND op = 'told'"
        " AND row_id = %s ORDER BY id"
    )
    return [n for (n,) in office.ask(None, query, office.id_of(user))]


def test_what_an_import_learns_of_what_it_may_not_see_is_counted(office):
    names = [f"Hidden from imports {n}" for n in range(3)]
    for name in names:
        customer(office, "eve", name)
    customer(office, "manager", "No secret")
    taken = "SELECT import_taken('customer', 'name', %s)"
    before = value(office, None, f"SELECT last_value FROM imports_of_{office.id_of('manager')}")
    with closing(office.psql("manager")) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(taken, ([*names, "No secret", "Nobody"],))
        assert len(cursor.fetchone()[0]) == 4
        cursor.execute("ROLLBACK")
    value(office, "manager", taken, ["No secret", "Nobody"])
    counted = f"SELECT last_value % 10000000 FROM imports_of_{office.id_of('manager')}"
    count = value(office, None, counted)
    assert count - (before % 10000000 if before > 1 else 0) == 3
    assert count not in told(office, "manager")
    # Whoever logs in next writes down what was taken back; an import tells of itself.
    value(office, "ann", "SELECT log_access('login')")
    value(office, "ann", "SELECT log_access('login')")
    assert told(office, "manager").count(count) == 1
    value(office, "manager", taken, names[:1])
    value(office, "manager", CUSTOMERS, put(office, "manager", {"name": "New", "number": "M-77"}))
    assert told(office, "manager")[-1] == count + 1
    assert told(office, "boss") == []


def test_a_day_has_an_end_of_guessing(office):
    names = [f"Out of reach {n}" for n in range(2)]
    for name in names:
        customer(office, "eve", name)
    taken = "SELECT import_taken('customer', 'name', %s)"
    value(office, "manager", taken, names)
    counter = f"imports_of_{office.id_of('manager')}"
    ahead = "SELECT setval(%s::regclass, nextval(%s::regclass) / 10000000 * 10000000 + 4999)"
    office.ask(None, ahead, counter, counter)
    assert value(office, "manager", taken, names[:1]) == {names[0]: "Eve"}
    assert refusal(office, "manager", taken, names) == "KH005"
    assert len(value(office, "boss", taken, names)) == 2
    customer(office, "manager", "Still answered")
    assert value(office, "manager", taken, ["Still answered"])
    assert refusal(office, "manager", "SELECT nextval(%s)", counter) == "42501"
    office.ask(None, "SELECT setval(%s::regclass, 1)", counter)  # another day
    assert value(office, "manager", taken, names[:1]) == {names[0]: "Eve"}


def test_an_import_approves_nothing(office_db):
    """Where orders need approval, goods leave for no order that nobody might approve."""
    office = office_db
    mine = customer(office, "clerk", "Mine")
    rows = [order_cells(office, mine, number=f"A-{s}", status=s) for s in ("approved", "shipped")]
    done = order_cells(office, mine, number="A-9", status="completed")
    wanted = "UPDATE setting SET value = 'true' WHERE key = 'orders_need_approval'"
    office.ask("admin", wanted)
    for row in rows:
        assert refusal(office, "clerk", ORDERS, put(office, "clerk", row)) == "KH004"
    assert refusal(office, "clerk", ORDERS, put(office, "clerk", done)) == ""
    assert refusal(office, "boss", ORDERS, put(office, "boss", *rows)) == ""
