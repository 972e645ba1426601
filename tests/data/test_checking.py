"""What keeps a document from being saved or sent, what is wiped off, and two states compared."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from client.data.priced import edit
from client.data.priced.checking import all_problems, wiped_further
from client.data.priced.compare import compare
from client.data.priced.kinds import ORDER, QUOTE, DocumentKind

D = Decimal
TODAY = date(2026, 9, 1)


def line(number: int, **parts: Any) -> dict[str, Any]:
    """A line of a hundred yuan."""
    made = {
        "id": number,
        "product_id": number,
        "code": f"P{number}",
        "name": f"Thing {number}",
        "unit": "pc",
        "quantity": D(10),
        "unit_price": D(10),
        "discount": D(0),
        "tax_rate": D("0.13"),
    }
    return edit.stored_line(made | parts)


def document(kind: DocumentKind, *lines: dict[str, Any], **head: Any) -> dict[str, Any]:
    """A document that could be handed out."""
    doc = edit.blank(kind, TODAY, 1) | {"customer_id": 1, "lines": list(lines)}
    return doc | head


@pytest.mark.parametrize(
    ("head", "field", "sentence"),
    [
        ({"whole_discount": D("1.5")}, "whole_discount", "A percentage from 0 to 100 fits here."),
        ({"wipe_off": D(-1)}, "wipe_off", "Only a positive amount can be taken off."),
        (
            {"wipe_off": D("90.01"), "whole_discount": D("0.1")},
            "wipe_off",
            "More than the 90.00 there is cannot be taken off.",
        ),
    ],
)
def test_what_is_taken_off_is_checked_at_its_field(
    head: dict[str, Any], field: str, sentence: str
) -> None:
    doc = document(ORDER, line(1), **head)
    found = all_problems(doc, ORDER, False, TODAY)
    assert [(p.field, p.sentence) for p in found] == [(field, sentence)]


def test_a_draft_may_have_what_cannot_be_sent() -> None:
    back = document(QUOTE, line(1, quantity=D(-1)), valid_until=date(2026, 8, 31))
    assert all_problems(back, QUOTE, False, TODAY) == []
    said = [p.sentence for p in all_problems(back, QUOTE, True, TODAY)]
    assert said == [
        "The total is below zero: -10.00.",
        "The day until which it is valid has passed: 2026-08-31.",
    ]
    empty = all_problems(document(QUOTE), QUOTE, True, TODAY)
    assert [p.sentence for p in empty] == ["A quote needs at least one line."]


def test_what_is_wiped_off_grows_and_begins_anew() -> None:
    now, seen = D(0), []
    for _time in range(5):
        now = wiped_further(D("71675.56"), now)
        seen.append(now)
    assert seen == [D("0.06"), D("0.56"), D("5.56"), D(0), D("0.06")]
    assert wiped_further(D("70.00"), D(0)) == 0
    assert wiped_further(D("8.50"), D(0)) == D("0.50")
    assert wiped_further(D("8.50"), D("0.50")) == 0
    assert wiped_further(D("-3.33"), D(0)) == 0


def test_an_amount_in_a_line_is_what_is_left_of_it() -> None:
    lines = [line(1), line(2, quantity=D(20))]
    sums = edit.figures(lines, D("0.1"), D("0.01"))
    shown = [edit.amount(one, sums.shares[one["key"]]) for one in lines]
    assert shown == [D("90.00"), D("179.99")]
    assert sum(x for x in shown if x is not None) == sums.total == D("269.99")
    taxes = [edit.tax_amount(one, sums.shares[one["key"]]) for one in lines]
    assert sum(x for x in taxes if x is not None) == sums.tax


def stored(*lines: dict[str, Any], **head: Any) -> dict[str, Any]:
    """A document as the database answers with it."""
    whole = [one | {"amount": edit.amount(one), "reduction": D(0)} for one in lines]
    return document(QUOTE, *whole, total=D(1), tax_total=D(0), **head)


def test_two_revisions_differ_where_they_differ() -> None:
    before = stored(line(1), line(2), line(3), terms="cash", salesperson="Ann")
    after = stored(
        line(1, unit_price=D(9)),
        line(3),
        line(4),
        terms="cash\nin advance",
        salesperson="Ann",
        whole_discount=D("0.03"),
    )
    rows = compare(before, after, QUOTE)
    hundred = "10 pc × 10.00 = 100.00 · 13%"
    marked = [(row.place, row.label, row.before, row.after, row.mark) for row in rows if row.mark]
    assert marked == [
        ("head", "Discount on the whole", "", "3%", "changed"),
        ("head", "Terms", "cash", "cash / in advance", "changed"),
        ("line", "P1 Thing 1", hundred, "10 pc × 9.00 = 90.00 · 13%", "changed"),
        ("line", "P2 Thing 2", hundred, "", "removed"),
        ("line", "P4 Thing 4", "", hundred, "added"),
    ]
    assert not any(row.mark for row in compare(None, after, QUOTE))
