"""The money rules, as pure functions: what a line amounts to, the tax in it, totals, capitals.

The database computes the same figures when it stores a document; what is typed is added up here.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

CENT = Decimal("0.01")
ONE = Decimal(1)
# Quantity, price and discount together have up to 35 digits, more than the usual 28.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")


class Range(NamedTuple):
    """The values a numeric column takes: digits in all, digits after the point, and bounds."""

    precision: int
    scale: int
    least: Decimal | None = None
    most: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether the column stores `value` unchanged."""
        if not value.is_finite():
            return False
        if self.least is not None and value < self.least:
            return False
        if self.most is not None and value > self.most:
            return False
        if abs(value) >= Decimal(10) ** (self.precision - self.scale):
            return False
        return value == value.quantize(Decimal(1).scaleb(-self.scale), context=EXACT)


QUANTITY = Range(14, 4)
UNIT_PRICE = Range(14, 4)
DISCOUNT = Range(7, 6, Decimal(0), ONE)
TAX_RATE = Range(5, 4, Decimal(0))


class Totals(NamedTuple):
    """The sums of a document's rounded lines; `total` contains the tax."""

    total: Decimal
    net_total: Decimal
    tax_total: Decimal


def rounded(value: Decimal) -> Decimal:
    """`value` to the cent, a half away from zero, as PostgreSQL rounds a numeric."""
    return value.quantize(CENT, context=EXACT)


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """What a line amounts to, tax included; `discount` is the part taken off, 0 to 1."""
    gross = EXACT.multiply(quantity, unit_price)
    return rounded(EXACT.multiply(gross, EXACT.subtract(ONE, discount)))


def line_tax(amount: Decimal, tax_rate: Decimal) -> Decimal:
    """The tax contained in `amount`: the amount less its rounded net."""
    return amount - rounded(EXACT.divide(amount, EXACT.add(ONE, tax_rate)))


def spread(bases: Sequence[Decimal], whole_discount: Decimal, wipe_off: Decimal) -> list[Decimal]:
    """What each line gives of the document's discount and of what is wiped off.

    `bases` are the lines' amounts before. Each share is rounded to the cent, and what is left goes
    to the largest line, the first of equal ones. Where the lines come to nothing, so do the shares.
    """
    cents = [int(base.scaleb(2, context=EXACT)) for base in bases]
    whole = sum(cents)
    if whole == 0 or not (whole_discount or wipe_off):
        return [Decimal("0.00")] * len(cents)
    part = EXACT.multiply(Decimal(whole).scaleb(-2, context=EXACT), whole_discount)
    taken = int(EXACT.add(rounded(part), wipe_off).scaleb(2, context=EXACT))
    shares = [_quotient(taken * base, whole) for base in cents]
    largest = max(range(len(cents)), key=lambda at: (abs(cents[at]), -at))
    shares[largest] += taken - sum(shares)
    return [Decimal(share).scaleb(-2, context=EXACT) for share in shares]


def _quotient(number: int, by: int) -> int:
    """`number / by`, a half away from zero."""
    size = (2 * abs(number) + abs(by)) // (2 * abs(by))
    return size if (number < 0) == (by < 0) else -size


def totals(
    lines: Iterable[Mapping[str, Any]],
    whole_discount: Decimal = Decimal(0),
    wipe_off: Decimal = Decimal(0),
) -> Totals:
    """The sums over `lines` by quantity, unit_price, discount and tax_rate; None counts as 0."""
    total = tax_total = Decimal("0.00")
    known = list(lines)
    bases = [line_base(line) for line in known]
    shares = spread(bases, whole_discount, wipe_off)
    for line, base, share in zip(known, bases, shares, strict=True):
        amount = EXACT.subtract(base, share)
        total = EXACT.add(total, amount)
        tax_total = EXACT.add(tax_total, line_tax(amount, line.get("tax_rate") or Decimal(0)))
    return Totals(total, EXACT.subtract(total, tax_total), tax_total)


def line_base(line: Mapping[str, Any]) -> Decimal:
    """What a line amounts to before its share of what is taken off the whole."""
    parts = (line.get(key) or Decimal(0) for key in ("quantity", "unit_price", "discount"))
    return line_amount(*parts)


def capitals(amount: Decimal) -> str:
    """`amount` in Chinese capitals as on cheques, e.g. 壹仟肆佰零玖元伍角整, without 人民币."""
    if not amount.is_finite():
        raise ValueError(f"no amount of money: {amount}")
    amount = rounded(amount)
    cents = int(abs(amount).scaleb(2, context=EXACT))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = "负" if cents and amount < 0 else ""
    if yuan or not cents:
        text += _whole(yuan) + "元"
    # A zero before a smaller unit is spoken once: 捌拾元零叁角, 贰元零壹分.
    if yuan and (jiao or fen) and (yuan % 10 == 0 or not jiao):
        text += DIGITS[0]
    if jiao:
        text += DIGITS[jiao] + "角"
    return text + (DIGITS[fen] + "分" if fen else "整")


def _whole(number: int) -> str:
    """A whole number in capitals; the ten is 壹拾, never a bare 拾, which could be altered."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            rest = number % size
            gap = DIGITS[0] if 0 < rest < size // 10 else ""
            return _whole(number // size) + name + gap + (_whole(rest) if rest else "")
    if number == 0:
        return DIGITS[0]
    text = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += DIGITS[digit] + UNITS[place]
        elif text and not text.endswith(DIGITS[0]) and number % 10**place:
            text += DIGITS[0]
    return text
