"""Orders are saved whole, numbered once, and add up, whoever writes them and however."""

import json
import threading
from decimal import Decimal

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.model import rules
from tests.server import samples
from tests.server.samples import LINE, contact, customer, document, draft, order, refusal, value

ERASE = "SELECT delete_records('sales_order', ARRAY[%s])"
SAVE = "SELECT save_order(%s, %s)"
SUBMIT = "SELECT submit_order(%s, %s)"
CANCEL = "SELECT cancel_order(%s, %s, %s)"
STATE = "UPDATE sales_order SET status = %s WHERE id = %s"


def stored(office, id_):
    return office.ask(None, "SELECT total, tax_total FROM sales_order WHERE id = %s", id_)[0]


def save_refused(office, user, doc, version=None):
    return refusal(office, user, SAVE, json.dumps(doc, default=str), version)


def test_a_draft_has_no_number_and_is_its_writers(office, of_ann):
    doc = draft(office, "ann", of_ann)
    assert (doc["number"], doc["status"], doc["total"]) == (None, "draft", Decimal("20.00"))
    assert doc["salesperson_id"] == doc["created_by"] == office.id_of("ann")
    assert doc["currency"] == "CNY"
    assert doc["lines"][0]["code"] == "P"


def test_an_order_is_numbered_once(office, of_ann):
    doc = order(office, "ann", of_ann)
    assert doc["status"] == "submitted"
    assert doc["submitted_by"] == office.id_of("ann")
    assert refusal(office, "ann", SUBMIT, doc["id"], doc["version"]) == "KH004"
    again = samples.save(office, "ann", doc | {"remarks": "soon"}, doc["version"])
    assert (again["number"], again["remarks"]) == (doc["number"], "soon")


def test_two_savers_the_second_gets_what_is_stored(office, of_ann):
    doc = draft(office, "ann", of_ann)
    first = samples.save(office, "ann", doc | {"remarks": "first"}, doc["version"])
    with pytest.raises(psycopg2.Error) as caught:
        samples.save(office, "ann", doc | {"remarks": "second"}, doc["version"])
    assert caught.value.pgcode == "KH002"
    theirs = json.loads(caught.value.diag.message_detail, parse_float=Decimal)
    assert theirs == first
    assert refusal(office, "ann", SUBMIT, doc["id"], doc["version"]) == "KH002"


def test_a_changed_line_counts_as_a_change_of_the_order(office, of_ann):
    doc = draft(office, "ann", of_ann)
    office.ask("ann", "UPDATE order_line SET quantity = 3 WHERE order_id = %s", doc["id"])
    assert save_refused(office, "ann", doc, doc["version"]) == "KH002"


@pytest.mark.parametrize("status", ["shipped", "completed", "cancelled", "partly_shipped"])
def test_what_has_left_the_house_is_not_edited(office, of_ann, status):
    doc = order(office, "ann", of_ann)
    office.ask(None, STATE, status, doc["id"])
    version = value(office, "ann", "SELECT version FROM sales_order WHERE id = %s", doc["id"])
    assert save_refused(office, "ann", doc, version) == "KH004"
    for tried in (
        "UPDATE sales_order SET remarks = 'x' WHERE id = %s",
        "UPDATE sales_order SET order_date = '2020-01-01' WHERE id = %s",
        "UPDATE order_line SET quantity = 9 WHERE order_id = %s",
        "DELETE FROM order_line WHERE order_id = %s",
        "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
        " SELECT %s, 2, id, 1, 1 FROM product",
    ):
        assert refusal(office, "ann", tried, doc["id"]) == "KH004", tried
    assert stored(office, doc["id"])[0] == 20


def test_the_customer_changes_in_a_draft_only(office, of_ann):
    other = customer(office, "ann", "Other of Ann")
    doc = draft(office, "ann", of_ann)
    doc = samples.save(office, "ann", doc | {"customer_id": other}, doc["version"])
    assert doc["customer_id"] == other
    lines = "SELECT customer_id FROM order_line WHERE order_id = %s"
    assert value(office, "ann", lines, doc["id"]) == other
    doc = samples.submit(office, "ann", doc)
    assert save_refused(office, "ann", doc | {"customer_id": of_ann}, doc["version"]) == "KH004"
    moved = "UPDATE sales_order SET customer_id = %s WHERE id = %s"
    assert refusal(office, "ann", moved, of_ann, doc["id"]) == "KH004"


def test_gone_not_yours_and_handed_over_are_told_apart(office):
    mine = customer(office, "ann", "To be handed over")
    doc = draft(office, "ann", mine)
    assert save_refused(office, "bob", doc, doc["version"]) == "KH003"
    assert refusal(office, "bob", SUBMIT, doc["id"], doc["version"]) == "KH003"
    office.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'Moved')", mine, office.id_of("bob"))
    assert save_refused(office, "ann", doc, doc["version"]) == "KH003"
    # the hand-over is no change of the document itself
    taken = samples.save(office, "bob", doc | {"remarks": "taken over"}, doc["version"])
    assert taken["salesperson_id"] == office.id_of("ann")
    office.ask("bob", ERASE, doc["id"])
    assert save_refused(office, "bob", taken, taken["version"]) == "KH001"
    assert refusal(office, "bob", SUBMIT, doc["id"], taken["version"]) == "KH001"
    assert save_refused(office, "bob", taken | {"id": 10**9}, 1) == "KH001"


def test_whoever_may_only_look_is_told_so(office):
    mine = customer(office, "eve", "Of Eve")
    doc = draft(office, "eve", mine)
    assert value(office, "serge", "SELECT count(*) FROM sales_order WHERE id = %s", doc["id"]) == 1
    assert save_refused(office, "serge", doc, doc["version"]) == "42501"
    assert refusal(office, "serge", SUBMIT, doc["id"], doc["version"]) == "42501"


def test_a_draft_for_somebody_elses_customer_is_refused(office, of_ann):
    assert save_refused(office, "bob", document(office, of_ann)) == "KH003"


def test_nothing_is_sold_that_is_not_sold_any_more(office, of_ann):
    gone = samples.product(office, "OLD")
    doc = samples.save(office, "ann", document(office, of_ann, [{**LINE, "product_id": gone}]))
    office.ask("admin", "UPDATE product SET active = false WHERE id = %s", gone)
    assert refusal(office, "ann", SUBMIT, doc["id"], doc["version"]) == "KH005"
    fresh = document(office, of_ann, [{**LINE, "product_id": gone}])
    assert save_refused(office, "ann", fresh) == "KH005"
    # a line keeps what it says; only a new one is refused
    kept = samples.save(office, "ann", doc | {"remarks": "kept"}, doc["version"])
    assert kept["lines"][0]["code"] == "OLD"


def test_a_line_keeps_the_products_words_of_its_day(office, of_ann):
    goods = samples.product(office, "RENAMED")
    doc = samples.save(office, "ann", document(office, of_ann, [{**LINE, "product_id": goods}]))
    office.ask("admin", "UPDATE product SET name = 'Later' WHERE id = %s", goods)
    again = samples.save(office, "ann", doc | {"remarks": "x"}, doc["version"])
    assert again["lines"][0]["name"] == "Thing"


def test_lines_copied_from_another_order_are_new_lines(office, of_ann):
    first = draft(office, "ann", of_ann)
    copy = samples.save(office, "ann", {**first, "id": None, "remarks": "copy"})
    assert len(copy["lines"]) == 1
    assert copy["lines"][0]["id"] != first["lines"][0]["id"]
    assert copy["total"] == first["total"]
    both = "SELECT count(*) FROM order_line WHERE order_id IN (%s, %s)"
    assert value(office, "ann", both, first["id"], copy["id"]) == 2


def test_contact_and_customer_belong_together(office, of_ann):
    stranger = contact(office, "ann", customer(office, "ann", "Another"))
    assert save_refused(office, "ann", document(office, of_ann, contact_id=stranger)) == "KH005"
    own = contact(office, "ann", of_ann)
    doc = samples.save(office, "ann", document(office, of_ann, contact_id=own))
    assert doc["contact_name"] == "Contact"
    moved = "UPDATE sales_order SET contact_id = %s WHERE id = %s"
    assert refusal(office, "ann", moved, stranger, doc["id"]) == "KH005"


def test_an_order_whose_contact_was_deleted_can_still_be_saved(office, of_ann):
    own = contact(office, "ann", of_ann)
    doc = samples.save(office, "ann", document(office, of_ann, contact_id=own))
    office.ask("clerk", "SELECT delete_records('contact', ARRAY[%s])", own)
    saved = samples.save(office, "ann", doc | {"remarks": "x"}, doc["version"])
    assert saved["contact_id"] == own


def test_an_empty_order_stays_a_draft(office, of_ann):
    doc = samples.save(office, "ann", document(office, of_ann, []))
    assert refusal(office, "ann", SUBMIT, doc["id"], doc["version"]) == "KH005"


def test_cancelling_needs_a_reason_and_keeps_the_number(office, of_ann):
    doc = order(office, "ann", of_ann)
    assert refusal(office, "ann", CANCEL, doc["id"], doc["version"], "  ") == "KH005"
    cancelled = value(office, "ann", CANCEL, doc["id"], doc["version"], "ordered twice")
    assert (cancelled["status"], cancelled["number"]) == ("cancelled", doc["number"])
    assert cancelled["cancelled_by"] == office.id_of("ann")
    assert refusal(office, "ann", CANCEL, doc["id"], cancelled["version"], "again") == "KH004"
    waiting = draft(office, "ann", of_ann)
    assert refusal(office, "ann", CANCEL, waiting["id"], waiting["version"], "draft") == "KH004"


def test_an_order_keeps_the_regions_of_its_day(office):
    query = "INSERT INTO region (code, name) VALUES (%s, %s) RETURNING id"
    north, south = (value(office, "admin", query, code, code) for code in ("N", "S"))
    mine = customer(office, "ann", "Moves")
    office.ask("ann", "UPDATE customer SET region_id = %s WHERE id = %s", north, mine)
    doc = order(office, "ann", mine)
    office.ask("ann", "UPDATE customer SET region_id = %s WHERE id = %s", south, mine)
    saved = samples.save(office, "ann", doc | {"remarks": "x"}, doc["version"])
    assert saved["customer_region_id"] == north


def test_totals_are_right_whoever_writes_the_lines(office, of_ann):
    doc = draft(office, "ann", of_ann)
    add = (
        "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price, tax_rate)"
        " SELECT %s, n, id, 1, 1.13, 0.13 FROM product, generate_series(2, 4) n WHERE code = 'P'"
    )
    office.ask("ann", add, doc["id"])
    assert stored(office, doc["id"]) == (Decimal("23.39"), Decimal("0.39"))
    office.ask("boss", "DELETE FROM order_line WHERE order_id = %s AND position = 2", doc["id"])
    assert stored(office, doc["id"]) == (Decimal("22.26"), Decimal("0.26"))
    office.ask(None, "UPDATE order_line SET quantity = 0 WHERE order_id = %s", doc["id"])
    assert stored(office, doc["id"]) == (0, 0)


def test_lines_written_at_the_same_moment_are_both_in_the_total(office, of_ann):
    doc = draft(office, "ann", of_ann)
    add = (
        "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
        " SELECT %s, %s, id, 1, 5 FROM product WHERE code = 'P'"
    )
    first, second = office.psql("ann"), office.psql("boss")
    first.autocommit = False
    with first.cursor() as cursor:
        cursor.execute(add, (doc["id"], 2))
    other = threading.Thread(target=lambda: second.cursor().execute(add, (doc["id"], 3)))
    other.start()
    samples.wait_until_blocked(office, second)
    first.commit()
    other.join()
    assert stored(office, doc["id"])[0] == 30


def test_no_line_slips_into_an_order_that_is_being_cancelled(office, of_ann):
    doc = order(office, "ann", of_ann)
    first, second = office.psql("ann"), office.psql("boss")
    first.autocommit = False
    with first.cursor() as cursor:
        cursor.execute(CANCEL, (doc["id"], doc["version"], "twice"))
    states = []

    def add() -> None:
        try:
            second.cursor().execute(
                "INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
                " SELECT %s, 2, id, 1, 5 FROM product WHERE code = 'P'",
                (doc["id"],),
            )
        except psycopg2.Error as error:
            states.append(error.pgcode)

    other = threading.Thread(target=add)
    other.start()
    samples.wait_until_blocked(office, second)
    first.commit()
    other.join()
    assert states == ["KH004"]
    assert stored(office, doc["id"])[0] == 20


def test_a_customer_is_not_deleted_under_an_order_that_is_being_numbered(office):
    mine = customer(office, "clerk", "Numbered meanwhile")
    doc = draft(office, "clerk", mine)
    first, second = office.psql("clerk"), office.psql("boss")
    first.autocommit = False
    with first.cursor() as cursor:
        cursor.execute(SUBMIT, (doc["id"], doc["version"]))
    states = []

    def erase() -> None:
        try:
            second.cursor().execute("SELECT delete_records('customer', ARRAY[%s])", (mine,))
        except psycopg2.Error as error:
            states.append(error.pgcode)

    other = threading.Thread(target=erase)
    other.start()
    samples.wait_until_blocked(office, second)
    first.commit()
    other.join()
    assert states == ["KH004"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "NaN"},
        {"quantity": "1e309"},
        {"quantity": "1e10"},
        {"quantity": "Infinity"},
        {"unit_price": "-0.01"},
        {"unit_price": "1e10"},
        {"discount": "1.01"},
        {"discount": "-0.1"},
        {"discount": "NaN"},
        {"tax_rate": "1.5"},
        {"tax_rate": "NaN"},
        {"quantity": "9999999999.9999", "unit_price": "9999999999.9999"},
        {"quantity": None},
        {"position": 0},
    ],
)
def test_impossible_figures_are_refused(office, of_ann, wrong):
    state = save_refused(office, "ann", document(office, of_ann, [{**LINE, **wrong}]))
    assert state in ("22003", "23514", "23502"), state


def test_totals_have_an_end_too(office, of_ann):
    big = {"quantity": 1, "unit_price": "9999999999.9999"}
    lines = [{**big, "quantity": 99} for _ in range(2)]
    assert save_refused(office, "ann", document(office, of_ann, lines)) in ("22003", "23514")


def figures(places: int, least: str, most: str):
    return st.decimals(Decimal(least), Decimal(most), places=places)


LINES = st.lists(
    st.fixed_dictionaries(
        {
            "quantity": st.one_of(
                figures(4, "-1000", "1000"), figures(4, "-99999", "99999"), figures(0, "1", "20")
            ),
            "unit_price": st.one_of(figures(4, "0", "99999"), figures(2, "0", "100")),
            "discount": st.one_of(st.just(Decimal(0)), figures(6, "0", "1")),
            "tax_rate": st.one_of(
                st.sampled_from([Decimal(0), Decimal("0.13"), Decimal("0.06")]),
                figures(4, "0", "1"),
            ),
        }
    ),
    max_size=6,
)


@given(lines=LINES)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_database_and_the_program_add_up_alike(office, of_ann, lines):
    doc = samples.save(office, "ann", document(office, of_ann, lines))
    for line, kept in zip(lines, doc["lines"], strict=True):
        amount = rules.line_amount(line["quantity"], line["unit_price"], line["discount"])
        assert Decimal(kept["amount"]) == amount
        assert Decimal(kept["tax_amount"]) == rules.line_tax(amount, line["tax_rate"])
    sums = rules.totals(lines)
    assert (Decimal(doc["total"]), Decimal(doc["tax_total"])) == (sums.total, sums.tax_total)
    assert Decimal(doc["net_total"]) == sums.net_total


@pytest.mark.parametrize(
    ("lines", "field"), [([], "lines"), ([{"quantity": -2, "unit_price": "5"}], "total")]
)
def test_what_was_submitted_keeps_its_worth(office, of_ann, lines, field):
    doc = samples.order(office, "ann", of_ann)
    mine = {"id": doc["id"], "salesperson_id": doc["salesperson_id"]}
    emptied = document(office, of_ann, lines, **mine)
    state, column = "", ""
    try:
        samples.save(office, "ann", emptied, doc["version"])
    except psycopg2.Error as error:
        state, column = error.pgcode, error.diag.column_name
    assert (state, column) == ("KH005", field)
    changed = "UPDATE order_line SET quantity = -1 WHERE order_id = %s"
    assert refusal(office, "ann", changed, doc["id"]) == "KH005"
    assert (
        refusal(office, "ann", "DELETE FROM order_line WHERE order_id = %s", doc["id"]) == "KH005"
    )
    assert samples.call(office, "ann", "order_document", doc["id"]) == doc
    replaced = document(office, of_ann, [{"quantity": 1, "unit_price": "3"}], **mine)
    assert samples.save(office, "ann", replaced, doc["version"])["total"] == 3
