"""The report on numbers shows every one, a cancelled one with its reason, and any missing."""

import pytest

from tests.server import samples
from tests.server.samples import call, customer, order, refusal, value

SERIES = "SELECT number, state, reason, row_id FROM number_series('order', %s)"


@pytest.fixture(scope="module")
def period(office):
    own = customer(office, "ann", "Of Ann")
    other = customer(office, "bob", "Of Bob")
    one, two = order(office, "ann", own), order(office, "bob", other)
    samples.step(office, "bob", "cancel_order", two, "ordered twice")
    order(office, "ann", own)
    assert one["number"] != two["number"]
    return value(office, "ann", "SELECT number_periods('order')")[0]


def test_every_number_is_listed(office, period):
    rows = office.ask("boss", SERIES, period)
    assert [state for _number, state, _reason, _row in rows] == [
        "submitted",
        "cancelled",
        "submitted",
    ]
    assert rows[1][2] == "ordered twice"


def test_of_others_only_that_there_is_one(office, period):
    rows = office.ask("ann", SERIES, period)
    assert [row[1] for row in rows] == ["submitted", "hidden", "submitted"]
    assert rows[1][2:] == (None, None)


def test_a_number_taken_away_is_missed(office, period):
    kept = office.ask(None, "SELECT * FROM number_taken WHERE counted = 2")
    office.ask(None, "DELETE FROM number_taken WHERE counted = 2")
    rows = office.ask("boss", SERIES, period)
    assert rows[1][:2] == (None, "missing")
    office.ask(None, "INSERT INTO number_taken VALUES (%s, %s, %s, %s, %s, %s)", *kept[0])
    office.ask(None, "UPDATE number_counter SET last = last + 2 WHERE kind = 'order'")
    assert office.ask("boss", SERIES, period)[-1][1] == "missing"
    office.ask(None, "UPDATE number_counter SET last = last - 2 WHERE kind = 'order'")


def test_an_import_passes_numbers_over(office, period):
    own = customer(office, "clerk", "Imported")
    job = value(office, "clerk", "SELECT new_import_job()")
    year = value(office, "clerk", "SELECT to_char(office_today(), 'YYYY')")
    cells = {
        "number": f"SO-{year}-0009",
        "customer_id": own,
        "order_date": "2026-01-01",
        "lines": [],
    }
    office.ask("clerk", "INSERT INTO import_row VALUES (%s, 1, %s)", job, samples.json.dumps(cells))
    call(office, "clerk", "import_orders", job)
    rows = office.ask(
        "boss", "SELECT counted, counted_to, state FROM number_series('order', %s)", period
    )
    assert rows[-1] == (4, 9, "passed")
    assert order(office, "clerk", own)["number"] == f"SO-{year}-0010"
    assert "missing" not in [row[1] for row in office.ask("boss", SERIES, period)]


def test_prints_are_counted_and_nobody_forges_them(office, period):
    doc = order(office, "ann", customer(office, "ann", "Printed"))
    details = {"way": "printer", "paper": "a4", "language": "en"}
    assert [call(office, "ann", "log_print", "order", doc["id"], details) for _ in "12"] == [1, 2]
    assert samples.refused(office, "bob", "log_print", "order", doc["id"], details)[0] == "KH003"
    assert value(office, "bob", "SELECT prints_of('order', %s)", doc["id"]) == 0
    assert value(office, "manager", "SELECT prints_of('order', %s)", doc["id"]) == 2
    for forged in ("DELETE FROM print_log", "UPDATE print_log SET way = 'pdf'"):
        assert refusal(office, "boss", forged) == "42501"
    office.ask("admin", "SELECT set_permission(%s, 'order', 'print', false)", office.id_of("ann"))
    assert samples.refused(office, "ann", "log_print", "order", doc["id"], details)[0] == "42501"


def test_a_picture_is_kept_once_and_only_by_whoever_may(office):
    content = b"\x89PNG picture"
    first = value(office, "admin", "SELECT add_picture(%s)", content)
    assert value(office, "boss", "SELECT add_picture(%s)", content) == first
    assert refusal(office, "ann", "SELECT add_picture(%s)", content) == "42501"
    assert (
        bytes(value(office, "ann", "SELECT content FROM picture WHERE id = %s", first)) == content
    )
    assert refusal(office, "admin", "SELECT add_picture(%s)", b"x" * (2 << 20 | 1)) == "23514"
    assert refusal(office, "admin", "DELETE FROM picture") == "42501"
