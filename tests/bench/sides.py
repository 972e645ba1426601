"""One operator in one of two offices, and what the program does there for them."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, any_, literal

from client.data.connection import Office
from client.data.rowsource import Condition, RowSource

MASKED = "masked"  # a clerk who sees all customers and no whole number; made for the measuring


class Person(NamedTuple):
    """Somebody who works in the measured office."""

    login: str
    who: str


BOSS = Person("zhou", "boss")
CLERK = Person(MASKED, "masked clerk")
MANAGER = Person("li", "manager")
SELLER = Person("chen", "salesperson")


@dataclass
class Side:
    """An office as one operator has it open.

    `owners` is where nobody else limits what they see: whose records they are shown, None for all.
    """

    office: Office
    owners: list[int] | None
    customer: int  # one they see
    order: dict[str, Any]  # for that customer, not stored yet
    stored: dict[str, Any] = field(default_factory=dict)  # the same, stored
    turn: int = 0

    def source(self, entity: Any, names: tuple[str, ...] = (), search: Any = None) -> RowSource:
        """The list of a kind of record, in its usual order."""
        where = [] if search is None else [search]
        if self.owners is not None:
            where.append(Condition(entity.owner_id == any_(literal(self.owners, ARRAY(Integer)))))
        return RowSource(entity, names or entity.GRID, tuple(where), entity.ORDER)

    @property
    def only(self) -> int | None:
        """The one whose records are shown."""
        return self.owners[0] if self.owners and len(self.owners) == 1 else None

    def next(self) -> int:
        """A number that was not there before, the same on both sides."""
        self.turn += 1
        return self.turn
