"""The money rules hold exactly, to the cent, for every amount a document can have."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.model.rules import (
    DISCOUNT,
    QUANTITY,
    TAX_RATE,
    capitals,
    line_amount,
    line_tax,
    totals,
)

QUANTITIES = st.decimals("-9999999999.9999", "9999999999.9999", places=4)
PRICES = st.decimals(0, "9999999999.9999", places=4)
DISCOUNTS = st.decimals(0, 1, places=6)
RATES = st.decimals(0, "0.9999", places=4)


def half_up(value: Fraction) -> Decimal:
    """The nearest cent of an exact fraction, a half away from zero."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return Decimal(cents if value >= 0 else -cents).scaleb(-2)


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [
        ("1", "0.005", "0", "0.01"),
        ("-1", "0.005", "0", "-0.01"),
        ("3", "1.115", "0", "3.35"),
        ("1", "2.675", "0", "2.68"),
        ("12", "86.4375", "0.05", "985.39"),
        ("9999999999.9999", "9999999999.9999", "0.000001", "99999899999998000002.00"),
        ("5", "10", "1", "0.00"),
    ],
)
def test_line_amount(quantity, price, discount, amount):
    found = line_amount(Decimal(quantity), Decimal(price), Decimal(discount))
    assert str(found) == amount


@given(QUANTITIES, PRICES, DISCOUNTS)
def test_line_amount_is_the_exact_product_rounded_half_up(quantity, price, discount):
    exact = Fraction(quantity) * Fraction(price) * (1 - Fraction(discount))
    assert line_amount(quantity, price, discount) == half_up(exact)


@given(st.decimals("-99999999.99", "99999999.99", places=2), RATES)
def test_net_and_tax_make_up_the_amount(amount, rate):
    tax = line_tax(amount, rate)
    net = amount - tax
    assert net == half_up(Fraction(amount) / (1 + Fraction(rate)))
    assert tax.as_tuple().exponent == -2


def test_tax_contained():
    assert line_tax(Decimal("113.00"), Decimal("0.13")) == Decimal("13.00")
    assert line_tax(Decimal("100.00"), Decimal("0")) == 0


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "quantity": QUANTITIES,
                "unit_price": PRICES,
                "discount": DISCOUNTS,
                "tax_rate": st.one_of(st.none(), RATES),
            }
        )
    )
)
def test_totals_are_sums_of_rounded_lines(lines):
    sums = totals(lines)
    amounts = [line_amount(x["quantity"], x["unit_price"], x["discount"]) for x in lines]
    assert Fraction(sums.total) == sum(map(Fraction, amounts))
    assert Fraction(sums.net_total) + Fraction(sums.tax_total) == Fraction(sums.total)


def test_ranges():
    assert QUANTITY.holds(Decimal("9999999999.9999"))
    assert QUANTITY.holds(Decimal("-1"))
    assert not QUANTITY.holds(Decimal("10000000000"))
    assert not QUANTITY.holds(Decimal("0.00001"))
    assert not QUANTITY.holds(Decimal("NaN"))
    assert not QUANTITY.holds(Decimal("Infinity"))
    assert DISCOUNT.holds(Decimal("1"))
    assert not DISCOUNT.holds(Decimal("1.000001"))
    assert not DISCOUNT.holds(Decimal("-0.1"))
    assert TAX_RATE.holds(Decimal("0.13"))
    assert not TAX_RATE.holds(Decimal("13"))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("100000", "壹拾万元整"),
        ("0.05", "伍分"),
        ("2.01", "贰元零壹分"),
        ("22.40", "贰拾贰元肆角整"),
        ("10000000000", "壹佰亿元整"),
        ("-1409.50", "负壹仟肆佰零玖元伍角整"),
        ("0", "零元整"),
        ("-0.004", "零元整"),
        ("0.005", "壹分"),
        ("10", "壹拾元整"),
        ("1010", "壹仟零壹拾元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000000000000", "壹万亿元整"),
    ],
)
def test_capitals(amount, text):
    assert capitals(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_capitals_of_no_amount(amount):
    with pytest.raises(ValueError, match="no amount"):
        capitals(Decimal(amount))


def capitals_value(text: str) -> Decimal:
    """Read capitals back, written without a look at how they are made."""
    sign = -1 if text.startswith("负") else 1
    text = text.removeprefix("负").removesuffix("整")
    whole, found, rest = text.rpartition("元")
    value = Decimal(whole_value(whole)) if found else Decimal(0)
    for char, unit in (("角", "0.1"), ("分", "0.01")):
        if char in rest:
            digit, _unit, rest = rest.partition(char)
            value += "零壹贰叁肆伍陆柒捌玖".index(digit[-1]) * Decimal(unit)
    return sign * value


def whole_value(text: str) -> int:
    for name, size in (("亿", 10**8), ("万", 10**4)):
        if name in text:
            head, _name, tail = text.rpartition(name)
            return whole_value(head) * size + whole_value(tail)
    value = digit = 0
    for char in text:
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        else:
            value += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = 0
    return value + digit


@given(st.decimals("-999999999999.99", "999999999999.99", places=2))
def test_capitals_read_back(amount):
    text = capitals(amount)
    assert capitals_value(text) == amount
    assert "零零" not in text
    assert not text.removeprefix("负").startswith(("拾", "零")) or amount == 0


@given(st.decimals("-1000000", "1000000", places=6))
def test_capitals_speak_of_the_rounded_amount(amount):
    cents = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert capitals(amount) == capitals(cents)
