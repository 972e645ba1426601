"""Typing into lines, what they amount to, pasting a block, and joining two changes."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import i18n
from client.data.priced import edit as order_edit
from client.data.priced import pasting
from client.data.priced.kinds import ORDER
from client.data.priced.merge import PLACES, WHOLE, merge, settle, typed_since
from client.data.priced.products import ProductIndex, item_of

D = Decimal


@pytest.fixture
def index() -> ProductIndex:
    base = {"specification": "1.5 L", "unit": "只", "barcode": None, "active": True}
    return ProductIndex(
        item_of(base | {"id": n, "code": code, "name": name, "unit_price": price, "tax_rate": rate})
        for n, code, name, price, rate in (
            (1, "P-1", "保温壶", D("86"), D("0.13")),
            (2, "P-2", "玻璃杯", D("58.5"), None),
            (3, "123", "收纳箱", None, None),
        )
    )


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    i18n.use("zh_CN")
    yield
    i18n.use("en")


def typed(index: ProductIndex, **texts: str) -> dict[str, Any]:
    line = order_edit.blank_line()
    for column, text in texts.items():
        line = order_edit.with_text(line, column, text, index)
    return line


def test_a_product_brings_its_name_unit_price_and_rate(index: ProductIndex) -> None:
    line = typed(index, code="p-1", quantity="12*3.5")
    assert (line["name"], line["unit"], line["specification"]) == ("保温壶", "只", "1.5 L")
    assert (line["quantity"], line["unit_price"], line["tax_rate"]) == (D("42"), D("86"), D("0.13"))
    assert order_edit.amount(line) == D("3612.00")
    assert order_edit.tax_amount(line) == D("415.54")


def test_a_price_typed_before_the_product_stays(index: ProductIndex) -> None:
    assert typed(index, unit_price="80", code="P-1")["unit_price"] == D("80")


def test_another_product_brings_its_own_price(index: ProductIndex) -> None:
    line = order_edit.with_text(typed(index, code="P-1"), "code", "P-2", index)
    assert (line["unit_price"], line["tax_rate"]) == (D("58.5"), D("0"))


def test_a_name_of_its_own_keeps_the_product(index: ProductIndex) -> None:
    line = order_edit.with_text(typed(index, code="P-1"), "name", "保温壶 (黑)", index)
    assert (line["product_id"], line["name"]) == (1, "保温壶 (黑)")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("quantity", "１２", D("12")),
        ("quantity", "0.00005", D("0.0001")),
        ("unit_price", "6.43751", D("6.4375")),
        ("discount", "5", D("0.05")),
        ("discount", "12.5%", D("0.125")),
        ("tax_rate", "13", D("0.13")),
        ("remarks", " 赠品 ", "赠品"),
    ],
)
def test_cells_are_read_exactly(index: ProductIndex, column: str, text: str, value: object) -> None:
    assert order_edit.with_text(typed(index, code="P-1"), column, text, index)[column] == value


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("quantity", "1e309"),
        ("quantity", "a dozen"),
        ("unit_price", "12345678901234567890"),
        ("discount", "120"),
        ("discount", "-5"),
        ("remarks", "x" * 300),
        ("code", "nothing like it"),
    ],
)
def test_what_cannot_be_read_is_kept_and_said(index: ProductIndex, column: str, text: str) -> None:
    line = typed(index, code="P-1", quantity="1")
    line = order_edit.with_text(line, column, text, index)
    assert line[order_edit.WRONG] == {column: text}
    said = [p for p in order_edit.line_problems(0, line) if p.field == column]
    assert [bool(problem.sentence) for problem in said] == [True]
    good = {"quantity": "1", "code": "P-2"}.get(column, "")
    line = order_edit.with_text(line, column, good, index)
    assert order_edit.WRONG not in line


def test_problems_name_the_place(index: ProductIndex) -> None:
    doc = order_edit.blank(ORDER, date(2026, 9, 1))
    doc["lines"] = [order_edit.blank_line(), typed(index, quantity="2")]
    places = [(problem.line, problem.field) for problem in order_edit.problems(doc, ORDER)]
    assert places == [
        (None, "customer_id"),
        (None, "salesperson_id"),
        (1, "code"),
        (1, "unit_price"),
    ]


def test_saving_leaves_blank_lines_out_and_numbers_the_rest(index: ProductIndex) -> None:
    doc = order_edit.blank(ORDER, date(2026, 9, 1))
    doc["lines"] = [order_edit.blank_line(), typed(index, code="P-1"), order_edit.blank_line()]
    saved = order_edit.to_save(doc)
    assert [(line["position"], line["code"]) for line in saved["lines"]] == [(1, "P-1")]
    assert saved["lines"][0]["discount"] == 0


numbers = st.decimals(-9999, 9999, places=4)
parts = st.decimals(0, 1, places=4)


@given(st.lists(st.tuples(numbers, numbers, parts, parts), max_size=20))
def test_figures_agree_with_each_other(rows: list[tuple[D, D, D, D]]) -> None:
    lines = [
        order_edit.blank_line()
        | {"code": "x", "quantity": q, "unit_price": p, "discount": d, "tax_rate": t}
        for q, p, d, t in rows
    ]
    sums = order_edit.figures(lines)
    assert sums.total == sum((order_edit.amount(line) or D(0) for line in lines), D(0))
    assert sums.tax == sum((order_edit.tax_amount(line) or D(0) for line in lines), D(0))
    assert sums.gross + sums.discounts == sums.total


def test_a_block_without_headings(index: ProductIndex) -> None:
    block = pasting.block_of("P-1\t保温壶\t240\t86.00\r\n玻璃杯\t\t1,200\t58.50\r\n??\t\t1\t2")
    lines = [row.line for row in pasting.matched(block, index)]
    assert [(x["code"], x["quantity"], x["unit_price"]) for x in lines] == [
        ("P-1", D("240"), D("86")),
        ("P-2", D("1200"), D("58.5")),
        (None, D("1"), D("2")),
    ]
    assert lines[2][order_edit.WRONG] == {"code": "??"}


def test_a_block_with_headings_in_any_order(index: ProductIndex) -> None:
    block = pasting.block_of('数量\t单价\t商品编码\t备注\n5\t80\t123\t"两行\n备注"')
    (line,) = [row.line for row in pasting.matched(block, index)]
    assert (line["product_id"], line["quantity"], line["unit_price"]) == (3, D("5"), D("80"))
    assert line["remarks"] == "两行\n备注"


def stored() -> dict[str, Any]:
    doc = order_edit.blank(ORDER, date(2026, 9, 1), 7) | {"id": 5, "version": 1, "customer_id": 3}
    lines = [
        {"id": n, "product_id": n, "code": f"P-{n}", "name": f"N{n}", "quantity": D(n)}
        for n in (1, 2, 3)
    ]
    return doc | {"lines": [order_edit.stored_line(line) for line in lines]}


def change(doc: dict[str, Any], at: int, **values: Any) -> dict[str, Any]:
    lines = [dict(line) for line in doc["lines"]]
    lines[at] |= values
    return doc | {"lines": lines}


def test_different_fields_merge_by_themselves() -> None:
    base = stored()
    mine = change(base | {"remarks": "mine"}, 0, quantity=D(9))
    theirs = change(base | {"phone": "123", "version": 2}, 0, unit_price=D(4))
    doc, clashes, _theirs = merge(base, mine, theirs, ORDER)
    assert clashes == []
    assert (doc["remarks"], doc["phone"], doc["version"]) == ("mine", "123", 2)
    assert (doc["lines"][0]["quantity"], doc["lines"][0]["unit_price"]) == (D(9), D(4))


def test_lines_added_and_removed_on_both_sides() -> None:
    base = stored()
    mine = base | {
        "lines": [base["lines"][0], base["lines"][2], order_edit.blank_line() | {"code": "new"}]
    }
    added = base["lines"][0] | {"id": 8, "name": "theirs"}
    theirs = base | {"version": 2, "lines": [base["lines"][0], added, base["lines"][1]]}
    doc, clashes, _theirs = merge(base, mine, theirs, ORDER)
    assert clashes == []
    assert [line["id"] for line in doc["lines"]] == [1, 8, None]


def test_the_same_field_is_asked_and_settled() -> None:
    base = stored()
    mine = change(base | {"phone": "1"}, 1, quantity=D(20), product_id=9, code="P-9", name="N9")
    theirs = change(base | {"phone": "2"}, 1, quantity=D(30), product_id=8, code="P-8", name="N8")
    merged = merge(base, mine, theirs, ORDER)
    assert [(c.line, c.field) for c in merged.clashes] == [
        (None, "phone"),
        (2, "name"),
        (2, "quantity"),
    ]
    kept = settle(merged, theirs=())
    assert (kept["phone"], kept["lines"][1]["quantity"], kept["lines"][1]["code"]) == (
        "1",
        D(20),
        "P-9",
    )
    taken = settle(merged, theirs=(0, 1))
    assert taken["phone"] == "2"
    assert taken["lines"][1]["product_id"] == 8
    assert taken["lines"][1]["code"] == "P-8"
    assert taken["lines"][1]["quantity"] == D(20)


def test_a_line_changed_here_and_removed_there() -> None:
    base = stored()
    mine = change(base, 1, quantity=D(20))
    theirs = base | {"lines": [base["lines"][0], base["lines"][2]]}
    merged = merge(base, mine, theirs, ORDER)
    assert [(c.line, c.field) for c in merged.clashes] == [(2, WHOLE)]
    kept = settle(merged, theirs=())
    assert [(x["id"], x["quantity"]) for x in kept["lines"]] == [
        (1, D(1)),
        (None, D(20)),
        (3, D(3)),
    ]
    assert [x["id"] for x in settle(merged, theirs=(0,))["lines"]] == [1, 3]


def test_a_line_removed_here_and_changed_there() -> None:
    base = stored()
    mine = base | {"lines": base["lines"][:2]}
    theirs = change(base, 2, quantity=D(30))
    merged = merge(base, mine, theirs, ORDER)
    assert [x["id"] for x in settle(merged, theirs=())["lines"]] == [1, 2]
    assert [x["id"] for x in settle(merged, theirs=(0,))["lines"]] == [1, 2, 3]


def in_order(doc: dict[str, Any], *ids: int) -> dict[str, Any]:
    lines = {line["id"]: line for line in doc["lines"]}
    return doc | {"lines": [lines[number] for number in ids]}


def order_of(doc: dict[str, Any]) -> list[int | None]:
    return [line["id"] for line in doc["lines"]]


def test_lines_stand_as_the_one_put_them_who_moved_any() -> None:
    base = stored()
    typed = change(base, 0, quantity=D(9))
    typed["lines"].insert(1, order_edit.blank_line() | {"code": "new"})
    moved = in_order(base, 3, 1, 2)
    there = merge(base, typed, moved, ORDER)
    assert there.clashes == []
    assert order_of(there.doc) == [3, 1, None, 2]
    assert there.doc["lines"][1]["quantity"] == D(9)
    assert there.doc["lines"][2]["code"] == "new"
    here = merge(base, moved, change(base, 0, quantity=D(9)), ORDER)
    assert here.clashes == []
    assert order_of(here.doc) == [3, 1, 2]


def test_two_who_moved_lines_are_asked() -> None:
    base = stored()
    merged = merge(base, in_order(base, 2, 1, 3), in_order(base, 3, 1, 2), ORDER)
    assert [(c.line, c.field) for c in merged.clashes] == [(None, PLACES)]
    assert order_of(settle(merged, theirs=())) == [2, 1, 3]
    assert order_of(settle(merged, theirs=(0,))) == [3, 1, 2]
    assert merge(base, in_order(base, 2, 1, 3), in_order(base, 2, 1, 3), ORDER).clashes == []


def test_a_line_taken_back_stands_where_they_have_it() -> None:
    base = stored()
    mine = in_order(base, 1, 3)
    merged = merge(base, mine, change(base, 1, quantity=D(30)), ORDER)
    assert order_of(settle(merged, theirs=(0,))) == [1, 2, 3]


def test_what_could_not_be_read_stays_when_two_are_joined() -> None:
    base = stored()
    mine = base | {order_edit.WRONG: {"order_date": "tomorrow or so"}}
    merged = merge(base, mine, base | {"phone": "2"}, ORDER)
    assert merged.doc[order_edit.WRONG] == {"order_date": "tomorrow or so"}
    assert settle(merged, ())[order_edit.WRONG] == {"order_date": "tomorrow or so"}


def test_what_is_typed_after_a_save_began_stands_over_what_was_sent() -> None:
    base = stored()
    new = [order_edit.blank_line() | {"code": code, "quantity": D(1)} for code in "ab"]
    asked = base | {"lines": [*base["lines"], *new]}
    sent = change(asked | {"phone": "theirs"}, 0, quantity=D(7))
    typed = base | {
        "remarks": "later",
        "lines": [*base["lines"][:2], new[1] | {"quantity": D(2)}],
    }
    now = typed_since(asked, typed, sent, ORDER)
    assert (now["phone"], now["remarks"]) == ("theirs", "later")
    assert [(x["id"], x["code"], x["quantity"]) for x in now["lines"]] == [
        (1, base["lines"][0]["code"], D(7)),
        (2, base["lines"][1]["code"], base["lines"][1]["quantity"]),
        (None, "b", D(2)),
    ]


def test_duplicate_is_a_new_draft() -> None:
    copy = order_edit.duplicate(
        stored() | {"status": "shipped", "number": "SO-1"},
        ORDER,
        order_edit.blank(ORDER, date(2026, 9, 2)),
    )
    assert (copy["id"], copy["number"], copy["status"]) == (None, None, "draft")
    assert copy["order_date"] == date(2026, 9, 2)
    assert [line["id"] for line in copy["lines"]] == [None, None, None]


def test_only_what_would_be_saved_counts_as_a_change() -> None:
    base = stored()
    assert not order_edit.changed(base, base | {"remarks": ""}, ORDER)
    assert not order_edit.changed(
        base, base | {"lines": [*base["lines"], order_edit.blank_line()]}, ORDER
    )
    assert order_edit.changed(base, change(base, 0, quantity=D(2)), ORDER)
    assert order_edit.changed(base, base | {"lines": base["lines"][::-1]}, ORDER)
