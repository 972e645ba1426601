"""Periods: quick choices and what is typed."""

from datetime import date

import pytest

from client.data.parsing import BadValue
from client.data.periods import QUICK, parse_period, period_text

TODAY = date(2026, 9, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-01 – 2026-09-15", date(2026, 1, 1), date(2026, 9, 15)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026年3月", date(2026, 3, 1), date(2026, 3, 31)),
        ("0101 至 0", date(2026, 1, 1), TODAY),
        ("2026-01-01 - 2026-02-01", date(2026, 1, 1), date(2026, 2, 1)),
        ("2026-01-01..", date(2026, 1, 1), None),
        ("– 2026-02-01", None, date(2026, 2, 1)),
        ("0915", TODAY, TODAY),
        ("last month", date(2026, 8, 1), date(2026, 8, 31)),
        ("", None, None),
    ],
)
def test_typed(text, first, last):
    assert parse_period(text, TODAY) == (first, last)


@pytest.mark.parametrize("text", ["tomorrowish", "2026-13", "2026-02-01 – 2026-01-01"])
def test_refused_with_a_sentence(text):
    with pytest.raises(BadValue) as caught:
        parse_period(text, TODAY)
    assert str(caught.value)


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31)])
def test_quick_choices_read_back_as_themselves(today):
    for _name, make in QUICK:
        period = make(today)
        assert parse_period(period_text(period), today) == period


def test_the_last_twelve_months_are_a_year():
    choices = dict(QUICK)
    assert choices["The last 12 months"](TODAY) == (date(2025, 9, 16), TODAY)
    assert choices["Last quarter"](TODAY) == (date(2026, 4, 1), date(2026, 6, 30))
