"""What a paper says, before anybody knows where on which page it will stand.

Every kind of paper is a function that fills a form; `flow` and `fixed` lay any form out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from client.data.formats import money
from client.model.rules import EXACT, capitals
from reports.layout import Column

Translate = Callable[[str], str]
Facts = Sequence[tuple[str, Any]]
Office = Mapping[str, Any]
Document = Mapping[str, Any]

YUAN = "CNY"


def added(values: Iterable[Decimal]) -> Decimal:
    """The exact sum, however many digits."""
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total


class Sum(NamedTuple):
    """A column that is added up: each row's value, and how a sum is formatted."""

    values: Sequence[Decimal]
    show: Callable[[Decimal], str] = money

    def widest(self) -> str:
        """The longest text that a sum over some of the rows can have."""
        most = added(map(abs, self.values))
        return self.show(-most if any(value < 0 for value in self.values) else most)


@dataclass(frozen=True)
class Grid:
    """The rows of a paper, with what is added up, by the place of its column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    sums: Mapping[int, Sum]

    def sums_of(self, rows: Iterable[int]) -> dict[int, str]:
        """What some of the rows add up to, by column."""
        places = list(rows)
        return {
            column: found.show(added(found.values[at] for at in places))
            for column, found in self.sums.items()
        }

    def totals(self) -> dict[int, str]:
        """What all rows add up to, by column."""
        return self.sums_of(range(len(self.rows)))


def grid(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    sums: Mapping[Column, Sum],
    translate: Translate,
) -> Grid:
    """A grid with translated titles and without the columns that may be left out and are empty."""
    kept = [
        at
        for at, column in enumerate(columns)
        if not column.optional or any(row[at] for row in rows)
    ]
    titled = [replace(columns[at], title=translate(columns[at].title)) for at in kept]
    places = {columns[at]: place for place, at in enumerate(kept)}
    found = {places[column]: values for column, values in sums.items() if column in places}
    return Grid(titled, [[row[at] for at in kept] for row in rows], found)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A filled form; all labels are in the paper's language already."""

    title: str
    number: str
    party: str
    facts: Facts
    left: Facts = ()
    right: Facts = ()
    grid: Grid
    # The amount in figures and capitals below the rows; None on a paper without prices.
    amount: Decimal | None = None
    amount_label: str = ""
    currency: str = YUAN
    told: Sequence[str] = ()
    ages: Facts = ()
    notes: Facts = ()
    signatures: Sequence[tuple[str, str]] = ()
    seal: str = ""
    mark: str = ""

    @property
    def figure(self) -> str:
        """The amount with its currency."""
        if self.amount is None:
            return ""
        shown = money(self.amount)
        return f"¥{shown}" if self.currency == YUAN else f"{self.currency} {shown}"

    @property
    def capitals(self) -> str:
        """The amount in capitals, which only renminbi has."""
        if self.amount is None or self.currency != YUAN:
            return ""
        return "人民币" + capitals(self.amount)


def text(value: object) -> str:
    """A cell of text; nothing for None."""
    return "" if value is None else str(value)


def paragraphs(value: object) -> list[str]:
    """A text of several lines, as its lines."""
    plain = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return plain.split("\n")


def customer_of(document: Document) -> Document:
    """The customer of a document, who may be missing on a draft."""
    return document.get("customer") or {}


def named(customer: Document) -> str:
    """A customer's name and number."""
    return "  ".join(str(customer[key]) for key in ("name", "number") if customer.get(key))


def bank_account(office: Office) -> str:
    """The office's bank and account, as one line."""
    return " ".join(str(office[key]) for key in ("bank", "bank_account") if office.get(key))
