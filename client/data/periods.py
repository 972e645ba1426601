"""Periods of days: the quick choices, and what is typed, like 2026, 2026-03 or 1.1. – 15.9."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from client.data.parsing import BadValue, parse_date
from client.i18n import N_, _

Period = tuple[date | None, date | None]

YEAR = re.compile(r"(?P<year>[12]\d{3})\s*年?", re.ASCII)
MONTH = re.compile(r"(?P<year>[12]\d{3})\s*[-/.年]\s*(?P<month>0?[1-9]|1[0-2])\s*月?", re.ASCII)
BETWEEN = re.compile(r"\s*(?:\.\.+|[–—~～至到]|\s-\s|\bto\b)\s*")


def _this_year(today: date) -> Period:
    return today.replace(month=1, day=1), today


def _last_year(today: date) -> Period:
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _quarter_start(today: date) -> date:
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)


def _this_quarter(today: date) -> Period:
    return _quarter_start(today), today


def _last_quarter(today: date) -> Period:
    last = _quarter_start(today) - timedelta(days=1)
    return _quarter_start(last), last


def _this_month(today: date) -> Period:
    return today.replace(day=1), today


def _last_month(today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _twelve_months(today: date) -> Period:
    # A day that the month a year ago lacks becomes its last.
    day = min(today.day, monthrange(today.year - 1, today.month)[1])
    return today.replace(year=today.year - 1, day=day) + timedelta(days=1), today


def _all_days(_today: date) -> Period:
    return None, None


QUICK: tuple[tuple[str, Callable[[date], Period]], ...] = (
    (N_("This year"), _this_year),
    (N_("Last year"), _last_year),
    (N_("This quarter"), _this_quarter),
    (N_("Last quarter"), _last_quarter),
    (N_("This month"), _this_month),
    (N_("Last month"), _last_month),
    (N_("The last 12 months"), _twelve_months),
    (N_("All days"), _all_days),
)


def period_text(period: Period) -> str:
    """2026-01-01 – 2026-09-15; an open end shows nothing at its side."""
    first, last = period
    if first is None and last is None:
        return _("All days")
    if first == last:
        return str(first)
    return f"{first or ''} – {last or ''}".strip()


def parse_period(text: str, today: date) -> Period:
    """What `period_text` writes, a year, a month, a day, or two days with something between.

    Raises BadValue with the sentence to show.
    """
    plain = text.strip()
    if not plain or plain in (_("All days"), "All days"):
        return None, None
    for name, make in QUICK:
        if plain.casefold() in (name.casefold(), _(name).casefold()):
            return make(today)
    if found := YEAR.fullmatch(plain):
        return date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31)
    if found := MONTH.fullmatch(plain):
        year, month = int(found["year"]), int(found["month"])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    days = [parse_date(part, today) if part else None for part in BETWEEN.split(plain, maxsplit=1)]
    first, last = days[0], days[-1]
    if first is not None and last is not None and first > last:
        raise BadValue(N_("The period ends before it begins."))
    return first, last
