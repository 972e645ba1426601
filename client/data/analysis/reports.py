"""What can be asked of the sales figures, and what is answered: plain values, no database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from client.i18n import N_

REGION_OF = (("customer", N_("The customer")), ("salesperson", N_("The salesperson")))


@dataclass(frozen=True)
class Report:
    """One of the analyses: what the lines are added up by."""

    key: str  # also the name of the column in files that programs read
    name: str  # on the command line
    title: str
    label: str  # of the first column
    note: str  # of the column beside it; empty where there is none
    counted: tuple[str, str]  # "{n} region", "{n} regions"
    each: str  # "Per region"


REPORTS = (
    Report(
        "region",
        "sales-by-region",
        N_("Sales by region"),
        N_("Region"),
        N_("Belongs to"),
        (N_("{n} region"), N_("{n} regions")),
        N_("Per region"),
    ),
    Report(
        "salesperson",
        "sales-by-salesperson",
        N_("Sales by salesperson"),
        N_("Salesperson"),
        N_("Region"),
        (N_("{n} person"), N_("{n} people")),
        N_("Per person"),
    ),
    Report(
        "customer_type",
        "sales-by-customer-type",
        N_("Sales by customer type"),
        N_("Customer type"),
        "",
        (N_("{n} type"), N_("{n} types")),
        N_("Per type"),
    ),
    Report(
        "product",
        "sales-by-product",
        N_("Sales by product"),
        N_("Product"),
        N_("Category"),
        (N_("{n} product"), N_("{n} products")),
        N_("Per product"),
    ),
)


@dataclass(frozen=True)
class Query:
    """What is asked for. Days are inclusive; None means no limit."""

    report: str
    date_from: date | None = None
    date_to: date | None = None
    region_id: int | None = None  # with the regions below it
    salesperson_id: int | None = None
    region_of: str = ""  # whose region at the time of sale; empty as the report has it
    currency: str = ""  # empty for the office's own

    @property
    def regions_of(self) -> str:
        """`customer` or `salesperson`."""
        return self.region_of or ("salesperson" if self.report == "salesperson" else "customer")


@dataclass(frozen=True)
class Figure:
    """One row: how many orders and lines, the quantity, and the amount with tax."""

    id: int | None
    code: str
    text: str
    note: str
    orders: int
    lines: int
    quantity: Decimal
    amount: Decimal
    previous: Decimal | None = None  # the amount a year before, when it was asked for


@dataclass(frozen=True)
class Answer:
    """The rows, the largest amount first; `totals` counts an order once."""

    query: Query
    currency: str
    rows: tuple[Figure, ...]
    totals: Figure
    other_currencies: tuple[str, ...] = ()


def report(key: str) -> Report:
    """The report with that key or name on the command line."""
    return next(found for found in REPORTS if key in (found.key, found.name))
