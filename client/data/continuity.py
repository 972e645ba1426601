"""Number continuity: the proof that no document's number is missing.

Every number counted in a period is listed in order, with what became of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from client.i18n import N_, _, plural
from client.model import Delivery, Entity, Quote, Receipt, SalesOrder
from client.model.delivery import DELIVERY_STATUSES
from client.model.order import ORDER_STATUSES
from client.model.quote import QUOTE_STATES
from client.model.receipt import RECEIPT_STATES

# By the word that the database, the command line and the rights have for it.
KINDS: dict[str, type[Entity]] = {
    "order": SalesOrder,
    "quote": Quote,
    "delivery": Delivery,
    "receipt": Receipt,
}
MISSING, PASSED, HIDDEN = "missing", "passed", "hidden"
CALLED_OFF = ("cancelled", "voided")
STATES: dict[str, str] = {
    **{
        value: label
        for group in (QUOTE_STATES, DELIVERY_STATUSES, RECEIPT_STATES, ORDER_STATUSES)
        for value, label in group
    },
    MISSING: N_("Missing"),
    PASSED: N_("Passed over by an import"),
    HIDDEN: N_("Given; not yours to see"),
}


class NumberRange(NamedTuple):
    """One number, or several consecutive ones that are missing or were skipped."""

    counted: int
    counted_to: int
    number: str
    row_id: int | None
    state: str
    on_date: date | None
    reason: str
    operator: str

    @property
    def many(self) -> int:
        return self.counted_to - self.counted + 1

    @property
    def place(self) -> str:
        """12, or 12–15."""
        return (
            str(self.counted) if self.many == 1 else f"{self.counted}\N{EN DASH}{self.counted_to}"
        )


@dataclass(frozen=True)
class Series:
    """All numbers of one kind of document and one period, in order."""

    kind: str
    period: str
    rows: tuple[NumberRange, ...]

    def many(self, *states: str) -> int:
        """How many numbers are in one of these states; without states, how many there are."""
        return sum(row.many for row in self.rows if not states or row.state in states)

    @property
    def complete(self) -> bool:
        return self.many(MISSING) == 0

    @property
    def verdict(self) -> str:
        """One sentence: that the series is complete, or how many numbers are missing or were
        called off.
        """
        if not self.rows:
            return _("No number has been given yet.")
        many, missing = self.many(), self.many(MISSING)
        if missing:
            one = N_("{n} of {many} numbers is missing")
            more = N_("{n} of {many} numbers are missing")
            said = [plural(missing, one, more, many=f"{many:,}")]
        else:
            one = N_("Complete: {n} number, none is missing")
            said = [plural(many, one, N_("Complete: {n} numbers, none is missing"))]
        if called_off := self.many(*CALLED_OFF):
            said.append(_("{n} cancelled or voided").format(n=f"{called_off:,}"))
        if passed := self.many(PASSED):
            said.append(_("{n} passed over by an import").format(n=f"{passed:,}"))
        return " · ".join(said)


def periods(session: Session, kind: str) -> list[str]:
    """The periods, like 2026, in which numbers of a kind were given, the latest first."""
    query = text("SELECT number_periods(:kind)")
    return list(session.scalar(query, {"kind": kind}) or ())


def series(session: Session, kind: str, period: str) -> Series:
    """Every number of a kind in a period. Raises a database error without the right to view that
    kind.
    """
    query = text(
        "SELECT counted, counted_to, coalesce(number, ''), row_id, state, on_date,"
        " coalesce(reason, ''), coalesce(operator, '') FROM number_series(:kind, :period)"
    )
    rows = session.execute(query, {"kind": kind, "period": period})
    return Series(kind, period, tuple(NumberRange._make(row) for row in rows))
