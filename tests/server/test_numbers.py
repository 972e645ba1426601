"""Numbers have no gaps and come once, with fifty people submitting and some giving up."""

import threading
from contextlib import closing

import psycopg2
from psycopg2.extras import Json

from tests.server import samples
from tests.server.samples import customer, document, draft, order, product, refusal, value

SUBMITTERS = 50
RULE = "UPDATE number_rule SET prefix = %s, date_part = %s, digits = %s, reset = %s WHERE kind = %s"
SAVE = "SELECT save_order(%s, NULL)::text"


def numbers(office, like="%"):
    query = "SELECT number FROM sales_order WHERE number LIKE %s ORDER BY number"
    return [number for (number,) in office.ask(None, query, like)]


def test_fifty_submitters_leave_no_gap_and_no_double(office_db):
    """Half of them roll back the first time, as a broken connection would."""
    users = ("ann", "bob", "eve", "clerk", "boss")
    drafts = []
    for user in users:
        own = customer(office_db, user, f"Of {user}")
        drafts += [(user, draft(office_db, user, own)) for _ in range(SUBMITTERS // len(users))]
    connections = [office_db.psql(user) for user, _doc in drafts]
    start = threading.Barrier(SUBMITTERS)
    failures = []

    def submit(n: int) -> None:
        doc, connection = drafts[n][1], connections[n]
        connection.autocommit = False
        start.wait()
        try:
            for attempt in range(2):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT submit_order(%s, %s)", (doc["id"], doc["version"]))
                if attempt or n % 2:
                    connection.commit()
                    return
                connection.rollback()
        except psycopg2.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(SUBMITTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    year = value(office_db, "ann", "SELECT to_char(office_today(), 'YYYY')")
    assert numbers(office_db) == [f"SO-{year}-{n:04}" for n in range(1, SUBMITTERS + 1)]


def test_customers_are_numbered_when_saved(office):
    first, second = customer(office, "ann", "First"), customer(office, "bob", "Second")
    query = "SELECT number FROM customer WHERE id = %s"
    found = [value(office, None, query, id_) for id_ in (first, second)]
    assert found == ["C-00001", "C-00002"]


def test_a_refused_customer_leaves_no_gap(office):
    customer(office, "ann", "Comes before")
    before = value(office, None, "SELECT last FROM number_counter WHERE kind = 'customer'")
    assert refusal(office, "ann", "INSERT INTO customer (name) VALUES ('')") == "23514"
    after = value(office, None, "SELECT last FROM number_counter WHERE kind = 'customer'")
    assert after == before


def test_a_draft_that_is_thrown_away_leaves_no_gap(office):
    own = customer(office, "ann", "Throws away")
    first = order(office, "ann", own)["number"]
    office.ask(
        "ann", "SELECT delete_records('sales_order', ARRAY[%s])", draft(office, "ann", own)["id"]
    )
    assert int(order(office, "ann", own)["number"][-4:]) == int(first[-4:]) + 1


def test_a_changed_rule_holds_from_the_next_number_on(office):
    own = customer(office, "ann", "By rule")
    old = order(office, "ann", own)["number"]
    office.ask("admin", RULE, "D", "YYYYMM", 3, "month", "order")
    month = value(office, "ann", "SELECT to_char(office_today(), 'YYYYMM')")
    assert order(office, "ann", own)["number"] == f"D{month}-001"
    assert order(office, "ann", own)["number"] == f"D{month}-002"
    office.ask("admin", RULE, "SO-", "YYYY", 4, "year", "order")
    assert int(order(office, "ann", own)["number"][-4:]) == int(old[-4:]) + 1


def test_a_new_year_begins_with_one(office):
    """The year just past is made by moving this year's counter into it."""
    own = customer(office, "ann", "New year")
    past = "UPDATE {} SET period = '1999' WHERE kind = 'order' AND period = %s"
    for table in ("number_counter", "number_taken"):
        now = value(office, "ann", "SELECT to_char(office_today(), 'YYYY')")
        office.ask(None, past.format(table), now)
    office.ask("admin", RULE, "Y-", "YYYY", 4, "year", "order")
    year = value(office, "ann", "SELECT to_char(office_today(), 'YYYY')")
    assert order(office, "ann", own)["number"] == f"Y-{year}-0001"
    office.ask("admin", RULE, "SO-", "YYYY", 4, "year", "order")


def test_a_number_longer_than_its_digits_is_not_cut(office):
    own = customer(office, "ann", "Long")
    office.ask("admin", RULE, "N", "", 1, "never", "order")
    office.ask(None, "INSERT INTO number_counter VALUES ('order', '', 9)")
    assert order(office, "ann", own)["number"] == "N10"
    office.ask("admin", RULE, "SO-", "YYYY", 4, "year", "order")


def import_order(office, own, number):
    """An order with a number of its own, as an import brings it."""
    job = value(office, "clerk", "SELECT new_import_job()")
    cells = {
        "number": number,
        "customer_id": own,
        "order_date": "2020-02-03",
        "lines": [{"position": 1, "product_id": product(office), "quantity": 1, "unit_price": 1}],
    }
    with closing(office.psql("clerk")) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_row (job, row, cells) VALUES (%s, 1, %s)", (job, Json(cells))
        )
        cursor.execute("SELECT import_orders(%s)", (job,))


def test_imported_numbers_stay_and_are_stepped_over(office):
    own = customer(office, "clerk", "Imported")
    last = order(office, "clerk", own)["number"]
    head, n = last[:-4], int(last[-4:])
    import_order(office, own, f"{head}{n + 5:04}")
    import_order(office, own, "10248")
    import_order(office, own, f"{head}old_7%")
    assert order(office, "clerk", own)["number"] == f"{head}{n + 6:04}"
    sources = "SELECT number_source FROM sales_order WHERE number = %s"
    assert value(office, None, sources, "10248") == "imported"
    assert value(office, None, sources, f"{head}{n + 6:04}") == "rule"


def test_one_odd_number_of_an_import_moves_no_counter(office):
    own = customer(office, "clerk", "Odd")
    last = order(office, "clerk", own)["number"]
    head, n = last[:-4], int(last[-4:])
    import_order(office, own, f"{head}999999999")
    import_order(office, own, f"{head}{n + 2:07}")
    assert order(office, "clerk", own)["number"] == f"{head}{n + 1:04}"


def test_numbers_of_an_import_that_outgrew_the_rule_move_the_counter(office):
    own = customer(office, "clerk", "Many")
    office.ask("admin", RULE, "M10", "", 1, "never", "order")
    for n in (*range(1, 10), 12):
        import_order(office, own, f"M10{n}")
    assert order(office, "clerk", own)["number"] == "M1013"
    office.ask("admin", RULE, "SO-", "YYYY", 4, "year", "order")


def test_a_number_in_the_way_is_stepped_over(office):
    """Imported under another rule, so that no counter knows of it."""
    own = customer(office, "clerk", "In the way")
    import_order(office, own, "W-1")
    import_order(office, own, "W-2")
    for table in ("number_counter", "number_taken"):
        office.ask(None, f"DELETE FROM {table} WHERE kind = 'order' AND period = ''")
    office.ask("admin", RULE, "W-", "", 1, "never", "order")
    assert order(office, "clerk", own)["number"] == "W-3"
    office.ask("admin", RULE, "SO-", "YYYY", 4, "year", "order")


def test_an_import_that_is_broken_off_holds_no_number_and_nobody_up(office):
    with closing(office.psql("clerk")) as importing, importing.cursor() as cursor:
        cursor.execute("SELECT reserve_numbers('customer', 1000)")
        first = cursor.fetchone()[0]
        customer(office, "ann", "Entered meanwhile")
    query = "SELECT substr(number, 3)::integer FROM customer WHERE name = 'Entered meanwhile'"
    assert value(office, "ann", query) == first + 1000


def test_saving_again_and_again_takes_no_number(office):
    own = customer(office, "ann", "Patient")
    doc = samples.save(office, "ann", document(office, own))
    counted = "SELECT sum(last) FROM number_counter WHERE kind = 'order'"
    before = value(office, None, counted)
    for remark in ("a", "b", "c"):
        doc = samples.save(office, "ann", doc | {"remarks": remark}, doc["version"])
    assert value(office, None, counted) == before
