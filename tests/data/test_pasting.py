"""A block from a spreadsheet: which product each row means, and what is left to look at."""

from decimal import Decimal

import pytest

from client.data.parsing import BadValue
from client.data.priced import edit as order_edit
from client.data.priced import pasting
from client.data.priced.products import ProductIndex, item_of

D = Decimal
GOODS = (
    ("P-1", "不锈钢保温壶", "1.5 L", "690001"),
    ("P-2", "双层玻璃杯", "350 ml", "690002"),
    ("P-3", "双层玻璃杯", "500 ml", "690003"),
    ("P-4", "Vacuum flask, steel", "2 L", ""),
)


@pytest.fixture
def index() -> ProductIndex:
    base = {"unit": "只", "active": True, "unit_price": D(9), "tax_rate": D(0)}
    return ProductIndex(
        item_of(
            base | {"id": n, "code": c, "name": name, "specification": spec, "barcode": barcode}
        )
        for n, (c, name, spec, barcode) in enumerate(GOODS, 1)
    )


def rows(text: str, index: ProductIndex) -> list[pasting.Pasted]:
    return pasting.matched(pasting.rows_of(text), index)


def test_a_name_of_two_products_is_not_certain(index: ProductIndex) -> None:
    (row,) = rows("双层玻璃杯\t3\t9", index)
    assert not row.certain
    assert [item.code for item in pasting.offers(row, index)] == ["P-2", "P-3"]


@pytest.mark.parametrize(
    ("text", "first"),
    [("不锈钢保温壶（哑光黑）", "P-1"), ("steel vacuum flask 2L", "P-4"), ("保温壶", "P-1")],
)
def test_what_is_written_otherwise_is_offered(index: ProductIndex, text: str, first: str) -> None:
    (row,) = rows(f"{text}\t3\t9", index)
    assert row.text == text
    assert pasting.offers(row, index)[0].code == first


def test_nothing_is_offered_for_what_is_like_nothing(index: ProductIndex) -> None:
    (row,) = rows("龙井茶叶\t3\t9", index)
    assert pasting.offers(row, index) == []


def test_a_code_that_is_none_stays_though_a_name_stands_beside_it(index: ProductIndex) -> None:
    known, unknown = rows("编码\t品名\t数量\nX-9\t不锈钢保温壶\t1\nX-8\t茶叶\t2", index)
    assert known.line["code"] == "P-1"
    assert unknown.line[order_edit.WRONG] == {"code": "X-8"}
    assert unknown.text == "X-8  茶叶"


def test_one_figure_that_cannot_be_read_keeps_its_column(index: ProductIndex) -> None:
    found = rows("1\tP-1\t12\t80\n2\tP-2\ttwo\t50\n3\tP-3\t4\t40", index)
    assert [(row.line["quantity"], row.line["unit_price"]) for row in found] == [
        (D("12"), D("80")),
        (None, D("50")),
        (D("4"), D("40")),
    ]
    assert found[1].line[order_edit.WRONG] == {"quantity": "two"}
    assert not pasting.clean(found)
    assert pasting.clean(found[:1])


def test_a_quote_that_never_ends_loses_no_row(index: ProductIndex) -> None:
    found = rows('"P-1\t1\t2\nP-2\t3\t4', index)
    assert [row.text for row in found] == ['"P-1', "P-2"]
    assert rows("", index) == []


def test_too_many_rows_are_refused(index: ProductIndex) -> None:
    with pytest.raises(BadValue, match="2,001"):
        pasting.rows_of("P-1\t1\n" * 2001)
    assert len(rows("P-1\t1\n" * 2000, index)) == 2000
