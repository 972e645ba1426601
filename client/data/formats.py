"""How a value of a field is shown as text, and how typed text becomes a value again.

Grids, forms, papers and export use it; it knows a column by its type alone and needs no window.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from client.data.parsing import (
    BadValue,
    clean_text,
    parse_date,
    parse_number,
    phone_digits,
    phone_text,
)
from client.i18n import N_, _, joined, zone
from client.model.rules import EXACT

if TYPE_CHECKING:
    from client.model.base import Field

Number = Decimal | int
HUNDRED = Decimal(100)
TAG_ENDS = re.compile("[,，;；、\n]")
YES = {"1", "true", "yes", "y", "是", "√", "✓", "有效", "启用", "active"}
NO = {"0", "false", "no", "n", "否", "×", "✗", "无效", "停用", "inactive"}


def money(value: Number | None) -> str:
    """Two decimals and thousands separators: 1,234.50; nothing for None."""
    return _decimals(value, 2, 2)


def price(value: Number | None) -> str:
    """Two to four decimals: 86.00, 6.4375."""
    return _decimals(value, 2, 4)


def quantity(value: Number | None) -> str:
    """As many decimals as there are, at most four: 1,200, 0.5."""
    return _decimals(value, 0, 4)


def percent(value: Number | None) -> str:
    """A fraction as a percentage: 0.13 is 13%, 0.125 is 12.5%."""
    if value is None:
        return ""
    return _decimals(EXACT.multiply(Decimal(value), HUNDRED), 0, 4) + "%"


def integer(value: Number | None) -> str:
    """A whole number with thousands separators."""
    return _decimals(value, 0, 0)


def date_text(value: date | None) -> str:
    """2026-09-15 in both languages: it sorts, and it can be typed back."""
    return "" if value is None else f"{value.year:04}-{value.month:02}-{value.day:02}"


def local(moment: datetime) -> datetime:
    """The same moment by the office's clock; one without a zone is taken to be so already."""
    return moment.astimezone(zone()) if moment.tzinfo else moment


def now() -> datetime:
    """This computer's moment by the office's clock."""
    return datetime.now(UTC).astimezone(zone())


def today() -> date:
    return now().date()


def datetime_text(moment: datetime | None) -> str:
    """A moment to the minute, like 2026-09-15 14:03."""
    return "" if moment is None else f"{date_text(local(moment).date())} {time_text(moment)}"


def time_text(moment: datetime) -> str:
    """The time of a moment, like 14:03."""
    return f"{local(moment):%H:%M}"


def _decimals(value: Number | None, least: int, most: int) -> str:
    if value is None:
        return ""
    exact = Decimal(value)
    if not exact.is_finite():
        return str(exact)
    text = f"{exact.quantize(Decimal(1).scaleb(-most), context=EXACT):,f}"
    if most > least:
        whole, _point, digits = text.partition(".")
        digits = digits.rstrip("0").ljust(least, "0")
        text = f"{whole}.{digits}" if digits else whole
    # A rounded away negative is zero, not minus zero.
    return text.lstrip("-") if not text.strip("-0.,") else text


def text_of(field: "Field", value: Any) -> str:
    """`value` of `field` as people read it, in the language in use; nothing for None."""
    if value is None:
        return ""
    for choice, label in field.choices:
        if choice == value:
            return _(label)
    if isinstance(value, list | tuple):
        return joined(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return datetime_text(value)
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, Decimal | int):
        return SHOW.get(field.kind, quantity)(value)
    return str(value)


SHOW = {
    "money": money,
    "price": price,
    "quantity": quantity,
    "percent": percent,
    "integer": integer,
}


def parse(field: "Field", text: str, day: date | None = None) -> Any:
    """The value of `field` typed as `text`, rounded half up to its column; None when empty.

    Raises BadValue with the sentence to show. A field that points at another record is not read
    here: its text has to be looked up.
    """
    plain = clean_text(text)
    if not plain:
        return None
    if field.choices:
        return _choice(field, plain)
    match field.kind:
        case "yes_no":
            return _truth(plain)
        case "date":
            return parse_date(plain, day or today())
        case "moment":
            return _moment(plain, day or today())
        case "integer":
            return _whole(parse_number(plain))
        case "percent":
            return _fitted(field, parse_percent(plain))
        case "money" | "price" | "quantity":
            return _fitted(field, parse_number(plain))
        case "tags":
            plain = fitting(field, plain)
            return [word for part in TAG_ENDS.split(plain) if (word := part.strip())]
        case "reference" | "references":
            raise TypeError(f"{field.name} has to be looked up")
    return fitting(field, plain)


def parse_percent(text: str) -> Decimal:
    """A fraction typed as a percentage: 13% and 13 are 0.13; a bare number below 1 is itself."""
    plain = text.strip().replace("％", "%")
    value = parse_number(plain.removesuffix("%"))
    if plain.endswith("%") or abs(value) >= 1:
        return EXACT.divide(value, HUNDRED)
    return value


def fitting(field: "Field", plain: str) -> str:
    """A text as its column takes it. Raises BadValue if it is too long."""
    if field.kind == "phone":
        plain = phone_text(plain)
    if field.length and len(plain) > field.length:
        raise BadValue(N_("At most {n} characters fit here."), n=field.length)
    return plain


def _choice(field: "Field", plain: str) -> Any:
    for choice, label in field.choices:
        if plain.casefold() in (str(choice).casefold(), label.casefold(), _(label).casefold()):
            return choice
    names = joined(_(label) for _choice, label in field.choices)
    raise BadValue(N_("Choose one of: {names}."), names=names)


def _truth(plain: str) -> bool:
    word = plain.casefold()
    if word in YES or word == _("Yes").casefold():
        return True
    if word in NO or word == _("No").casefold():
        return False
    raise BadValue(N_("Answer with yes or no."))


def _moment(plain: str, today: date) -> datetime:
    """A date, then perhaps a time: 2026-09-15 14:03."""
    day, _blank, clock = plain.replace("T", " ").partition(" ")
    try:
        parts = [int(part) for part in clock.split(":")] if clock.strip() else [0]
        found = parse_date(day, today)
        return datetime(found.year, found.month, found.day, *parts)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise BadValue(N_("'{text}' is not a date and time."), text=plain[:40]) from None


def _whole(value: Decimal) -> int:
    if value != int(value):
        raise BadValue(N_("Only whole numbers fit here."))
    if abs(value) >= 2**31:
        raise BadValue(N_("This number is too large."))
    return int(value)


def _fitted(field: "Field", value: Decimal) -> Decimal:
    precision, scale = getattr(field.type, "precision", None), getattr(field.type, "scale", None)
    if precision is None or scale is None:
        return value
    fitted = value.quantize(Decimal(1).scaleb(-scale), context=EXACT)
    if abs(fitted) >= Decimal(10) ** (precision - scale):
        raise BadValue(N_("This number is too large."))
    return fitted + 0


__all__ = [
    "BadValue",
    "clean_text",
    "date_text",
    "datetime_text",
    "integer",
    "money",
    "parse",
    "parse_date",
    "parse_number",
    "parse_percent",
    "percent",
    "phone_digits",
    "phone_text",
    "price",
    "quantity",
    "text_of",
]
