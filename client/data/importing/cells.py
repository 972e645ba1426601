"""A cell of a file becomes the value of a field, or a sentence why not.

Stricter than what a form takes: a file is not watched while it is read, so nothing is guessed.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from client.data import formats
from client.data.formats import BadValue
from client.data.importing.kinds import Target
from client.data.parsing import shown
from client.data.reading.values import CellError
from client.i18n import N_, translator
from client.model.base import Field
from client.model.rules import EXACT

Reader = Callable[[Any], Any]  # raises BadValue

MOST_KNOWN = 10_000
MOST_DIGITS = 15  # that a number in a workbook keeps
DAY_ZERO = date(1899, 12, 30)
SERIAL_DAYS = range(10_000, 80_000)  # 1927 to 2119, as a bare number in a column of dates
FULL_DATE = re.compile(r"\D*\d{4}\D.*|\d{8}", re.DOTALL | re.ASCII)
MOMENT = re.compile(r"(.*\d)[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?", re.ASCII)
SUM = re.compile(r"[*/×÷]|\d\s*[-+−]\s*[\d(]")
PLAIN_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?", re.ASCII)
EXPONENT = re.compile(r"[\d.][eE][+-]?\d")
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)

# Values outside of these the database refuses, too.
BOUNDS: dict[str, tuple[Decimal | None, Decimal | None]] = {
    "unit_price": (ZERO, None),
    "discount": (ZERO, ONE),
    "tax_rate": (ZERO, ONE),
    "credit_limit": (ZERO, None),
}
WORDS = {
    "male": ("m", "mr", "mr.", "男", "先生", "男性"),
    "submitted": ("执行中", "进行中", "处理中", "已下单", "未发货", "open", "processing", "new"),
    "approved": ("已审核", "已批准"),
    "partly_shipped": ("部分出库", "partially shipped"),
    "shipped": ("已发货", "已出库", "sent"),
    "completed": ("已完成", "完成", "已结束", "closed", "done", "delivered"),
    "cancelled": ("已取消", "取消", "已作废", "作废", "canceled", "void"),
    "female": ("f", "ms", "mrs", "ms.", "mrs.", "miss", "女", "女士", "小姐", "女性"),
}


def reader(target: Target) -> Reader:
    """What reads a cell for `target`; references are read as the text to look up."""
    field = target.field
    if field is None:
        return _date if target.key == "shipped_on" else text_of
    if field.choices:
        return Remembered(_Choice(field))
    match field.kind:
        case "date":
            return _date
        case "yes_no":
            return Remembered(_Truth(field))
        case "money" | "price" | "quantity" | "percent" | "integer":
            return _Number(field)
        case "tags":
            return lambda cell: formats.parse(field, text_of(cell) or "")
        case "phone":
            return _Text(field.length, formats.phone_text)
        case "reference":
            return text_of
    return _Text(field.length, None)


def text_of(cell: object) -> str | None:
    """A cell as text, the way Excel shows it; None when empty. Raises BadValue."""
    if isinstance(cell, str):
        # Printable text has no marks, line ends or odd blanks that need a closer look.
        return (cell.strip() if cell.isprintable() else formats.clean_text(cell)) or None
    if cell is None or isinstance(cell, CellError):
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        if abs(cell) >= 10**MOST_DIGITS:
            raise BadValue(
                N_("A number keeps only {n} digits in a workbook: type it as text."), n=MOST_DIGITS
            )
        return str(cell)
    if isinstance(cell, float):
        return format(_decimal(cell), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _decimal(value: float) -> Decimal:
    """A binary number as the decimal it was typed as."""
    return Decimal(format(value, f".{MOST_DIGITS}g"))


class Remembered:
    """A reader that caches by the cell, for columns with few different values."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._known: dict[str, Any] = {}

    def __call__(self, cell: Any) -> Any:
        if cell.__class__ is not str:
            return self._read(cell)
        if cell not in self._known:
            if len(self._known) >= MOST_KNOWN:
                return self._read(cell)
            self._known[cell] = self._read(cell)
        return self._known[cell]


class _Text:
    """Reads text of at most `length` characters."""

    def __init__(self, length: int | None, tidy: Callable[[str], str] | None) -> None:
        self._length = length
        self._tidy = tidy

    def __call__(self, cell: Any) -> str | None:
        text = text_of(cell)
        if text is None:
            return None
        if self._tidy is not None and not text.isascii():
            text = self._tidy(text)
        if self._length is not None and len(text) > self._length:
            raise BadValue(N_("At most {n} characters fit here."), n=self._length)
        return text


class _Number:
    """Reads an exact number, rounded half up to the column's places."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._least, self._most = BOUNDS.get(field.name, (None, None))
        scale = getattr(field.type, "scale", None)
        self._places = None if scale is None else Decimal(1).scaleb(-scale)
        digits = getattr(field.type, "precision", None)
        self._limit = None if digits is None else Decimal(10) ** (digits - (scale or 0))

    def __call__(self, cell: Any) -> Decimal | int | None:
        value = self._number(cell)
        if value is None:
            return None
        if self._field.kind == "integer":
            if value != int(value) or abs(value) >= 2**31:
                raise BadValue(N_("Only whole numbers fit here."))
            return int(value)
        if self._places is not None:
            value = value.quantize(self._places, context=EXACT) + ZERO
        if self._limit is not None and abs(value) >= self._limit:
            raise BadValue(N_("This number is too large."))
        if self._least is not None and value < self._least:
            raise BadValue(N_("Less than {n} is not possible here."), n=self._least)
        if self._most is not None and value > self._most:
            raise BadValue(N_("More than {n} is not possible here."), n=self._most)
        return value

    def _number(self, cell: Any) -> Decimal | None:
        if isinstance(cell, bool | date | time):
            raise BadValue(N_("'{text}' is not a number."), text=text_of(cell))
        if isinstance(cell, int | float):
            return self._fraction(Decimal(cell) if isinstance(cell, int) else _decimal(cell), False)
        text = text_of(cell)
        if text is None:
            return None
        if PLAIN_NUMBER.fullmatch(text):
            return self._fraction(Decimal(text), False)
        percent = text.endswith(("%", "％"))
        plain = text.rstrip("%％ ") if percent else text
        if SUM.search(plain) and not EXPONENT.search(plain):
            raise BadValue(N_("'{text}' is not a number."), text=shown(text))
        return self._fraction(formats.parse_number(plain), percent)

    def _fraction(self, value: Decimal, percent: bool) -> Decimal:
        if self._field.kind == "percent" and (percent or abs(value) > 1):
            return EXACT.divide(value, HUNDRED)
        return value


class _Choice:
    """Reads one of a field's choices in either language."""

    def __init__(self, field: Field) -> None:
        self._field = field
        chinese = translator("zh_CN")
        self._values = {
            word.casefold(): value
            for value, label in field.choices
            for word in (value, label, chinese(label), *WORDS.get(value, ()))
        }

    def __call__(self, cell: Any) -> Any:
        text = text_of(cell)
        if text is None:
            return None
        found = self._values.get(text.casefold())
        return formats.parse(self._field, text) if found is None else found


class _Truth:
    """Reads yes or no, also as a tick or a number."""

    def __init__(self, field: Field) -> None:
        self._field = field

    def __call__(self, cell: Any) -> bool | None:
        if isinstance(cell, bool):
            return cell
        text = text_of(cell)
        return None if text is None else bool(formats.parse(self._field, text))


def _date(cell: Any) -> date | None:
    """A whole date with its year: as a date, as text, or as a day's number in Excel."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in SERIAL_DAYS:
        return DAY_ZERO + timedelta(days=int(cell))
    text = text_of(cell)
    if text is None:
        return None
    if moment := MOMENT.fullmatch(text):
        text = moment[1].strip()
    if not FULL_DATE.fullmatch(text):
        raise BadValue(N_("'{text}' is not a date with its year."), text=shown(text))
    found = formats.parse_date(text, DAY_ZERO)
    if not 1900 <= found.year <= 2200:
        raise BadValue(N_("'{text}' is not a date."), text=shown(text))
    return found
