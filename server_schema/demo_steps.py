"""What the demo's documents have in common: their moments, who approves them, their numbers."""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

Row = dict[str, Any]
CLERK = 3  # enters most of what the office writes down


def moment(day: date, chance: random.Random) -> datetime:
    """Some time within the office hours of `day`, in the office's own time zone."""
    return datetime.combine(day, time(chance.randint(8, 17), chance.randint(0, 59)))


def after(at: datetime, chance: random.Random, least: int, most: int) -> datetime:
    """So many minutes later."""
    return at + timedelta(minutes=chance.randint(least, most))


def working_day(day: date, until: date) -> date:
    """`day`, or the Monday after it at a weekend; never later than `until`."""
    return min(until, day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0))


def approvers(tables: dict[str, list[Row]]) -> dict[int, int]:
    """Who approves for each operator: the head of the department, or the head above."""
    heads = {row["id"]: row["head_id"] for row in tables["department"]}
    top = tables["department"][0]["head_id"]
    return {
        row["id"]: top if heads[row["department_id"]] == row["id"] else heads[row["department_id"]]
        for row in tables["operator"]
    }


def first_contacts(tables: dict[str, list[Row]]) -> dict[int, Row]:
    """The person one deals with at each customer."""
    found: dict[int, Row] = {}
    for contact in tables["contact"]:
        found.setdefault(contact["customer_id"], contact)
    return found


def by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """The rows by what they have in one column."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def number(rows: list[tuple[datetime, Row]], prefix: str) -> None:
    """Number the rows in the order of the moments at which each got its number, year by year."""
    taken: dict[int, int] = {}
    for at, row in sorted(rows, key=lambda pair: pair[0]):
        taken[at.year] = taken.get(at.year, 0) + 1
        row["number"] = f"{prefix}-{at.year}-{taken[at.year]:04d}"
        row["number_source"] = "rule"
