"""Which products are offered for what is typed into a line, and in which order."""

from decimal import Decimal
from typing import Any

import pytest

from client.data.priced.products import ProductIndex, item_of


def product(number: int, code: str, name: str, **more: Any) -> dict[str, Any]:
    row = dict.fromkeys(("specification", "unit", "unit_price", "tax_rate", "barcode"))
    return {"id": number, "code": code, "name": name, "active": True} | row | more


@pytest.fixture
def index() -> ProductIndex:
    rows = [
        product(1, "P-100", "不锈钢保温壶", barcode="6901234567892"),
        product(2, "P-101", "保温杯", specification="500 ml 白色"),
        product(3, "P-1", "LED 护眼台灯", unit_price=Decimal("158")),
        product(4, "BWB", "Board"),
        product(5, "P-900", "保温箱", active=False),
        product(6, "X-1", "重庆火锅底料"),
        product(7, "X-2", "Board"),
    ]
    return ProductIndex(item_of(row) for row in rows)


def codes(index: ProductIndex, text: str) -> list[str]:
    return [item.code for item in index.search(text)]


def test_whole_code_comes_before_codes_that_begin_with_it(index: ProductIndex) -> None:
    assert codes(index, "p-1") == ["P-1", "P-100", "P-101"]


def test_code_comes_before_initials(index: ProductIndex) -> None:
    assert codes(index, "bwb") == ["BWB", "P-101"]


def test_initials_match_from_the_start_and_within(index: ProductIndex) -> None:
    assert codes(index, "bw") == ["BWB", "P-101", "P-100"]
    assert codes(index, "ledhy") == ["P-1"]


def test_a_character_of_two_sounds_is_found_by_either(index: ProductIndex) -> None:
    assert codes(index, "cqhg") == ["X-1"]
    assert codes(index, "zqhg") == ["X-1"]


def test_name_full_width_and_barcode(index: ProductIndex) -> None:
    assert codes(index, "保温") == ["P-101", "P-100"]
    assert codes(index, "ｌｅｄ") == ["P-1"]
    assert codes(index, "69012") == ["P-100"]
    assert codes(index, "保温 500") == ["P-101"]


def test_inactive_products_are_not_offered_but_known(index: ProductIndex) -> None:
    assert "P-900" not in codes(index, "保温")
    assert index.exact("P-900") is None
    item = index.by_id(5)
    assert item is not None
    assert item.name == "保温箱"


def test_exact_is_certain_or_nothing(index: ProductIndex) -> None:
    assert index.exact("p-100").id == 1  # type: ignore[union-attr]
    assert index.exact("6901234567892").id == 1  # type: ignore[union-attr]
    assert index.exact("保温杯").id == 2  # type: ignore[union-attr]
    assert index.exact("Board") is None
    assert index.exact("保温") is None
    assert index.exact(" ") is None


def test_nothing_typed_offers_the_first_products(index: ProductIndex) -> None:
    assert codes(index, "") == ["BWB", "P-1", "P-100", "P-101", "X-1", "X-2"]
