"""What people type, read kindly but exactly: numbers with sums in them, short dates, clean text.

Nothing here guesses silently: what cannot be read in one way only is refused with a sentence.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation

from client.i18n import N_, _
from client.model.rules import EXACT

LONGEST_NUMBER = 100
LARGEST = Decimal(10) ** 20
# Results of a division are kept to this place, beyond every column's own.
PLACES = Decimal(1).scaleb(-8)
EDGES = "\ufeff\u200b\u2060\u3000"

SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "、": ","})
NUMBER = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)?(?:\.\d*)?(?<=[\d.])(?:e[+-]?\d{1,3}(?!\d))?(?:万|亿)?",
    re.IGNORECASE | re.ASCII,
)
SCALES = {"万": Decimal(10) ** 4, "亿": Decimal(10) ** 8}
CURRENCY = re.compile(r"^(?:¥|RMB|CNY|人民币)\s*|\s*(?:元|RMB|CNY)$", re.IGNORECASE)
ACCOUNTING = re.compile(r"\(\s*([\d,.]+)\s*\)", re.ASCII)

DATE = re.compile(
    r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})[日号]?"
    r"(?:[ t]+0?0:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
TODAY = {"今天", "今日", "today"}
MONTH_END = {"月末", "月底", "eom"}


class BadValue(ValueError):
    """A typed value that cannot be taken; its text says why, in the language then in use."""

    def __init__(self, message: str, **details: object) -> None:
        """`message` is marked with `N_`; `details` fill its placeholders."""
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return _(self.message).format(**self.details)


def clean_text(text: str) -> str:
    """`text` without marks and blanks at its edges and with plain line ends."""
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadValue(N_("The text contains a character that cannot be stored."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    while (stripped := text.strip().strip(EDGES)) != text:
        text = stripped
    return text


def phone_text(text: str) -> str:
    """A phone number with half-width characters and single blanks; its grouping is kept."""
    return " ".join(_half_width(text).split())


def phone_digits(text: str) -> str:
    """Only the digits of a phone number, for comparing two of them."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char in "0123456789")


def parse_number(text: str) -> Decimal:
    """The number in `text`: 1,234.50, (1,234.00), １２, 1.5万, ¥86, or a sum such as 12*3.5."""
    plain = _half_width(text)
    if len(plain) > LONGEST_NUMBER:
        raise BadValue(N_("This number is too long."))
    # Blanks (also narrow ones) between groups of three separate thousands.
    plain = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", CURRENCY.sub("", plain.strip()))
    if accounting := ACCOUNTING.fullmatch(plain):
        plain = "-" + accounting[1]
    try:
        value = _Sum(plain).value()
    except (InvalidOperation, SyntaxError):
        raise BadValue(N_("'{text}' is not a number."), text=shown(text)) from None
    except (ZeroDivisionError, DivisionByZero):
        raise BadValue(N_("'{text}' divides by zero."), text=shown(text)) from None
    if not value.is_finite() or abs(value) >= LARGEST:
        raise BadValue(N_("'{text}' is too large a number."), text=shown(text))
    if value and value.adjusted() < -30:
        raise BadValue(N_("'{text}' is not a number."), text=shown(text))
    return value


def _half_width(text: str) -> str:
    """Full-width characters as plain ones; a raised 2 stays, as it is no digit of a number."""
    return "".join(
        char if unicodedata.category(char) == "No" else unicodedata.normalize("NFKC", char)
        for char in clean_text(text)
    ).translate(SIGNS)


class _Sum:
    """A reader of + - * / and brackets over decimal numbers, and of nothing else."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def value(self) -> Decimal:
        result = self._terms()
        if self._next():
            raise SyntaxError(self.text)
        return result

    def _next(self) -> str:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _terms(self) -> Decimal:
        result = self._factors()
        while (sign := self._next()) and sign in "+-":
            self.at += 1
            other = self._factors()
            result = EXACT.add(result, other) if sign == "+" else EXACT.subtract(result, other)
        return result

    def _factors(self) -> Decimal:
        result = self._operand()
        while (sign := self._next()) and sign in "*/":
            self.at += 1
            other = self._operand()
            if sign == "*":
                result = EXACT.multiply(result, other)
            else:
                result = EXACT.divide(result, other)
                if result.as_tuple().exponent < PLACES.as_tuple().exponent:  # type: ignore[operator]
                    result = result.quantize(PLACES, context=EXACT)
        return result

    def _operand(self) -> Decimal:
        sign = self._next()
        if sign and sign in "+-":
            self.at += 1
            operand = self._operand()
            return EXACT.minus(operand) if sign == "-" else operand
        if sign == "(":
            self.at += 1
            result = self._terms()
            if self._next() != ")":
                raise SyntaxError(self.text)
            self.at += 1
            return result
        found = NUMBER.match(self.text, self.at)
        if not found or not found[0]:
            raise SyntaxError(self.text)
        self.at = found.end()
        digits = found[0].rstrip("万亿")
        value = EXACT.create_decimal(digits.replace(",", ""))
        return EXACT.multiply(value, SCALES.get(found[0][len(digits) :], Decimal(1)))


def parse_date(text: str, today: date) -> date:
    """The date in `text`: 2026-09-15, 2026年9月15日, 0915, 15, +7, -3, 0 (today), 月末."""
    plain = _half_width(text).strip().lower()
    try:
        found = _date(plain, today)
    except (ValueError, OverflowError):
        found = None
    if found is None or not 1000 <= found.year <= 9999:
        raise BadValue(N_("'{text}' is not a date."), text=shown(text))
    return found


def _date(plain: str, today: date) -> date | None:
    if plain == "0" or plain in TODAY:
        return today
    if plain in MONTH_END:
        return today.replace(day=monthrange(today.year, today.month)[1])
    if re.fullmatch(r"[+-]\d{1,5}", plain, re.ASCII):
        return today + timedelta(days=int(plain))
    if re.fullmatch(r"\d{1,2}[日号]?", plain, re.ASCII):
        return today.replace(day=int(plain.rstrip("日号")))
    if re.fullmatch(r"\d{3,8}", plain, re.ASCII):
        return _compact_date(plain, today)
    if not (parts := DATE.fullmatch(plain.replace(" ", "") if "月" in plain else plain)):
        return None
    year = int(parts["year"]) if parts["year"] else today.year
    return date(year, int(parts["month"]), int(parts["day"]))


def _compact_date(digits: str, today: date) -> date | None:
    """Digits alone: MDD, MMDD, YYMMDD or YYYYMMDD."""
    if len(digits) in (5, 7):
        return None
    day = int(digits[-2:])
    month = int(digits[-4:-2])
    year = int(digits[:-4] or today.year)
    return date(year + 2000 if len(digits) == 6 else year, month, day)


def shown(text: str) -> str:
    """`text` short enough for a sentence, without characters that would break it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= 40 else line[:39] + "…"


def quoted(text: str) -> str:
    """`text` between the quotation marks of the language."""
    return _("'{text}'").format(text=text)
