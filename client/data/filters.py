"""What is typed above a column becomes a condition of the list.

`≠ x`, `>= 1000`, `100..200`, `=` (empty), `*` (anything); dates also as `2026`, `2026-09`, `本月`.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    any_,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)

from client.data import derived
from client.data.formats import NO, YES, parse_percent
from client.data.parsing import BadValue, clean_text, parse_date, parse_number, shown
from client.data.rowsource import Condition
from client.i18n import N_, _, joined
from client.model import Customer, Entity, Field, Operator, fields
from server_schema.search import initials, search_key

SIGN = re.compile(r"(≠|!=|<>|>=|<=|≥|≤|＞|＜|＝|>|<|=)\s*", re.ASCII)
PLAIN = {"!=": "≠", "<>": "≠", "≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "="}
RANGE = re.compile(r"(.*?)\s*(?:\.\.|…|～|~)\s*(.*)", re.DOTALL)
WORD_END = re.compile("[,，;；、|]")
NUMBERS = ("money", "price", "quantity", "integer", "percent")
MOST_WORDS = 200


def condition(
    entity: type[Entity],
    field: Field,
    text: str,
    today: date,
    spoken: Mapping[int, str] | None = None,
) -> Condition | None:
    """The condition that `text`, typed above a column, means; None for an empty text.

    `spoken` are titles by id for a column of references, so that they are found by pinyin initials
    too. Raises BadValue with the sentence to show if the text cannot be understood.
    """
    plain = clean_text(text)
    if not plain:
        return None
    if len(plain) > MOST_WORDS:
        raise BadValue(N_("This filter is too long."))
    if field.name not in entity.FIGURES:
        column: Any = getattr(entity, field.name)
        found = _condition(field, column, plain, today)
        word = search_key(plain)
        if not spoken or not re.fullmatch("[a-z]+", word):
            return found
        ids = [id for id, title in spoken.items() if any(word in s for s in initials(title))]
        return Condition(or_(found.clause, column.in_(ids))) if ids else found
    every, column = derived.every(entity, field.name)
    clause = _condition(field, column, plain, today).clause
    return Condition(entity.id.in_(every.where(clause)), scan=True)


def _condition(field: Field, column: Any, plain: str, today: date) -> Condition:
    found = SIGN.match(plain)
    sign = PLAIN.get(found[1], found[1]) if found else ""
    rest = plain[found.end() :].strip() if found else plain
    if not rest:
        return Condition(_emptiness(field, column, sign, plain))
    if plain in ("*", "＊"):
        return Condition(not_(_empty(field, column)))
    if field.kind in NUMBERS:
        return Condition(_numbers(field, column, sign, rest))
    if field.kind in ("date", "moment"):
        return Condition(_dates(field, column, sign, rest, today))
    if sign in (">", "<", ">=", "<="):
        raise BadValue(N_("Only numbers and dates can be compared with {sign}."), sign=sign)
    clause = _WORDS.get(field.kind, _text)(field, column, rest, sign == "=")
    if sign == "≠":
        # What is empty differs from everything.
        clause = func.coalesce(clause, False).is_(False)
    return Condition(clause, scan=field.kind not in ("choice", "yes_no", "reference"))


def belongs(entity: type[Entity], name: str, id: int | None) -> Condition:
    """The condition that the reference `name` points at `id`. If `id` is None, no record meets
    it.
    """
    return Condition(false() if id is None else getattr(entity, name) == id)


def search(entity: type[Entity], text: str) -> Condition | None:
    """The condition of a search box: every word of `text` occurs somewhere in the record."""
    words = search_key(text).split()[:8]
    if not words:
        return None
    if entity is Customer:
        # The owner's name is not in the text that is searched: it changes at a hand-over.
        parts = [or_(_like(Customer.haystack, word), _owned_by(word)) for word in words]
        return Condition(and_(*parts), scan=True)
    columns = [getattr(entity, name) for name in searched(entity)]
    customers = [
        getattr(entity, name) for name, field in fields(entity).items() if field.target is Customer
    ]
    parts = []
    for word in words:
        ways = [_contains(column, word) for column in columns]
        found = select(Customer.id).where(_like(Customer.haystack, word))
        parts.append(or_(*ways, *(column.in_(found) for column in customers)))
    return Condition(and_(*parts), scan=True)


def searched(entity: type[Entity]) -> list[str]:
    """The fields of this kind of record in which `search` looks."""
    names = dict.fromkeys((entity.CODE, entity.TITLE, "barcode"))
    return [name for name in names if name in fields(entity)]


def escaped(word: str) -> str:
    """`word` with the wildcards of LIKE escaped, so that they stand for themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _like(column: Any, word: str) -> ColumnElement[bool]:
    return column.like(f"%{escaped(word)}%", escape="\\")


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a column contains `word`, regardless of case and of full or half width."""
    return _like(_normal(column), search_key(word))


def _normal(column: Any) -> ColumnElement[str]:
    return func.lower(func.normalize(cast(column, Text), literal_column("NFKC")))


def _owned_by(word: str) -> ColumnElement[bool]:
    owners = select(Operator.id).where(_contains(Operator.name, word))
    # As an array they are found once, and the search itself may run in parallel.
    found = func.array(owners.scalar_subquery(), type_=ARRAY(Integer))
    return Customer.owner_id == any_(found)


def _empty(field: Field, column: Any) -> ColumnElement[bool]:
    if field.kind in ("tags", "references"):
        return func.cardinality(column) == 0
    if field.readonly and field.kind == "money":
        return func.coalesce(column, 0) == 0  # what is added up is blank where it is nothing
    if field.kind in ("text", "long", "code", "phone"):
        return func.coalesce(column, "") == ""
    return column.is_(None)


def _emptiness(field: Field, column: Any, sign: str, plain: str) -> ColumnElement[bool]:
    if sign == "=":
        return _empty(field, column)
    if sign == "≠":
        return not_(_empty(field, column))
    raise BadValue(N_("What should follow {sign}?"), sign=shown(plain))


def _text(field: Field, column: Any, text: str, whole: bool) -> ColumnElement[bool]:
    wanted = search_key(text)
    if whole:
        return func.btrim(_normal(column)) == wanted
    found = _like(_normal(column), wanted)
    if field.name == "name" and column.class_ is Customer and re.fullmatch("[a-z]+", wanted):
        # Pinyin initials stand on lines of their own among the keys, words without a blank.
        line = f"(^|\\n)[a-z0-9]*{wanted}[a-z0-9]*($|\\n)"
        return or_(found, Customer.search_key.regexp_match(line))
    return found


def _tags(field: Field, column: Any, text: str, whole: bool) -> ColumnElement[bool]:
    if whole:
        return literal(text) == any_(column)
    return _contains(func.array_to_string(column, " "), text)


def _choices(field: Field, column: Any, text: str, whole: bool) -> ColumnElement[bool]:
    words = [search_key(part) for part in WORD_END.split(text) if part.strip()]
    wanted = []
    for value, label in field.choices:
        labels = {search_key(_(label)), search_key(label), search_key(value)}
        if any(word in labels if whole else any(word in text for text in labels) for word in words):
            wanted.append(value)
    if not wanted:
        names = joined(_(label) for _value, label in field.choices)
        raise BadValue(N_("Choose one of: {names}."), names=names)
    return column.in_(wanted)


def _truth(field: Field, column: Any, text: str, whole: bool) -> ColumnElement[bool]:
    word = search_key(text)
    if word in YES or word == search_key(_("Yes")):
        return column.is_(True)
    if word in NO or word == search_key(_("No")):
        return column.is_(False)
    raise BadValue(N_("Answer with yes or no."))


def _references(field: Field, column: Any, text: str, whole: bool) -> ColumnElement[bool]:
    target: Any = field.target
    clauses: list[ColumnElement[bool]] = []
    for part in WORD_END.split(text):
        word = search_key(part)
        if not word:
            continue
        if target is Customer and not whole:
            clauses.append(_like(Customer.haystack, word))
            continue
        for name in searched(target):
            other = getattr(target, name)
            clauses.append(_normal(other) == word if whole else _contains(other, word))
    if not clauses:
        return false()
    found = select(target.id).where(or_(*clauses))
    if field.kind == "references":
        return column.op("&&")(func.array(found.scalar_subquery(), type_=ARRAY(Integer)))
    return column.in_(found)


_WORDS: dict[str, Callable[[Field, Any, str, bool], ColumnElement[bool]]] = {
    "tags": _tags,
    "choice": _choices,
    "yes_no": _truth,
    "reference": _references,
    "references": _references,
}


def _numbers(field: Field, column: Any, sign: str, text: str) -> ColumnElement[bool]:
    read = parse_percent if field.kind == "percent" else parse_number
    if not sign and (span := RANGE.fullmatch(text)) and (span[1] or span[2]):
        bounds = [read(part) if part else None for part in span.groups()]
        clauses = [column >= bounds[0]] if bounds[0] is not None else []
        return and_(*clauses, *([column <= bounds[1]] if bounds[1] is not None else []))
    return _compared(column, sign, read(text))


def _compared(column: Any, sign: str, value: Any) -> ColumnElement[bool]:
    match sign:
        case ">":
            return column > value
        case "<":
            return column < value
        case ">=":
            return column >= value
        case "<=":
            return column <= value
        case "≠":
            return column.is_distinct_from(value)
    return column == value


def _dates(field: Field, column: Any, sign: str, text: str, today: date) -> ColumnElement[bool]:
    if not sign and (span := RANGE.fullmatch(text)) and (span[1] or span[2]):
        first = period(span[1], today)[0] if span[1] else None
        last = period(span[2], today)[1] if span[2] else None
        return _between(column, first, last)
    first, last = period(text, today)
    match sign:
        case ">":
            return _between(column, last + timedelta(1), None)
        case ">=":
            return _between(column, first, None)
        case "<":
            return _between(column, None, first - timedelta(1))
        case "<=":
            return _between(column, None, last)
        case "≠":
            return func.coalesce(_between(column, first, last), False).is_(False)
    return _between(column, first, last)


def _between(column: Any, first: date | None, last: date | None) -> ColumnElement[bool]:
    # A moment is compared with the midnights of the office's time zone, which the server knows.
    clauses = [column >= literal(first, Date)] if first else []
    if last:
        clauses.append(column < literal(last + timedelta(1), Date))
    return and_(*clauses)


def period(text: str, today: date) -> tuple[date, date]:
    """The first and last day that `text` means: 2026, 2026-09, 0915, today, 本月, last year."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    try:
        if found := re.fullmatch(r"((?:19|[2-9]\d)\d{2})年?", word, re.ASCII):
            return _year(int(found[1]))
        if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?份?", word, re.ASCII):
            return _month(date(int(found[1]), int(found[2]), 1))
    except ValueError:
        raise BadValue(N_("'{text}' is not a date."), text=shown(text)) from None
    key = "-".join(word.split())
    for words, make in _PERIODS:
        if key in words.split():
            return make(today, today.replace(day=1))
    day = parse_date(text, today)
    return day, day


def _month(first: date) -> tuple[date, date]:
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _day(day: date) -> tuple[date, date]:
    return day, day


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


_PERIODS: tuple[tuple[str, Callable[[date, date], tuple[date, date]]], ...] = (
    ("today 今天 今日", lambda today, month: _day(today)),
    ("yesterday 昨天 昨日", lambda today, month: _day(today - timedelta(1))),
    ("tomorrow 明天 明日", lambda today, month: _day(today + timedelta(1))),
    ("this-week 本周 这周", lambda today, month: _week(today)),
    ("last-week 上周", lambda today, month: _week(today - timedelta(7))),
    ("this-month 本月 这个月 当月", lambda today, month: _month(month)),
    ("last-month 上月 上个月", lambda today, month: _month((month - timedelta(1)).replace(day=1))),
    ("this-year 今年 本年", lambda today, month: _year(today.year)),
    ("last-year 去年", lambda today, month: _year(today.year - 1)),
)
