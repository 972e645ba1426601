"""Groups of customers as a dialog shows and changes them, for one customer or many at once."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ARRAY, Integer, any_, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from client.data import records
from client.data.rowsource import Condition
from client.i18n import _
from client.model import MEMBERS, Customer, CustomerGroup

UNGROUPED = 0  # stands for no group at all where one is chosen


class Group(NamedTuple):
    """A group with how many of its customers the operator sees, and how many of those asked
    about are in it.
    """

    id: int
    name: str
    own: bool
    customers: int
    chosen: int

    @property
    def title(self) -> str:
        """The name, with a mark if the group is the operator's own."""
        return _("{name} (only mine)").format(name=self.name) if self.own else self.name


def listed(session: Session, ids: Sequence[int] = ()) -> list[Group]:
    """The office's groups, then one's own, each by name."""
    of_ids = Customer.id == any_(literal(list(ids), ARRAY(Integer)))
    query = (
        select(
            CustomerGroup.id,
            CustomerGroup.name,
            CustomerGroup.private_to.is_not(None).label("own"),
            func.count(Customer.id),
            func.count(Customer.id).filter(of_ids),
        )
        .outerjoin(MEMBERS, MEMBERS.c.group_id == CustomerGroup.id)
        .outerjoin(Customer, (Customer.id == MEMBERS.c.customer_id) & Customer.deleted_at.is_(None))
        .where(CustomerGroup.deleted_at.is_(None))
        .group_by(CustomerGroup.id)
        .order_by("own", CustomerGroup.name)
    )
    return [Group(*row) for row in session.execute(query)]


def names_of(session: Session, customer: int) -> list[str]:
    """The groups one customer is in, as far as one knows of them."""
    return [group.title for group in listed(session, [customer]) if group.chosen]


def belongs(group: int | None) -> list[Condition]:
    """The conditions that narrow a list of customers to a group; for UNGROUPED to those in no
    group.
    """
    if group is None:
        return []
    found = select(MEMBERS.c.customer_id)
    if group != UNGROUPED:
        return [Condition(Customer.id.in_(found.where(MEMBERS.c.group_id == group)))]
    living = found.join(CustomerGroup, CustomerGroup.id == MEMBERS.c.group_id)
    return [Condition(Customer.id.not_in(living.where(CustomerGroup.deleted_at.is_(None))))]


def make(session: Session, name: str, own: bool) -> int:
    """A new group, of the office or of one's own. Answers with its id."""
    values = {"name": name.strip(), "private_to": func.me() if own else None}
    statement = insert(CustomerGroup).values(values).returning(CustomerGroup.id)
    return int(session.execute(statement).scalar_one())


def rename(session: Session, group: int, name: str) -> None:
    """Raises what `records.save` does."""
    stored = records.load(session, CustomerGroup, group)
    records.save(session, CustomerGroup, {**stored, "name": name.strip()}, stored)


def remove(session: Session, group: Group) -> None:
    """Put a group of the office into the recycle bin; one's own is gone for good."""
    if group.own:
        session.execute(delete(CustomerGroup).where(CustomerGroup.id == group.id))
    else:
        records.delete(session, CustomerGroup, [group.id])


def change(
    session: Session, ids: Iterable[int], put: Iterable[int] = (), take: Iterable[int] = ()
) -> None:
    """Put all these customers into the groups `put`, and take them out of the groups `take`."""
    customers = literal(sorted(set(ids)), ARRAY(Integer))
    for group in put:
        rows = select(literal(group), func.unnest(customers))
        statement = insert(MEMBERS).from_select(["group_id", "customer_id"], rows)
        session.execute(statement.on_conflict_do_nothing())
    for group in take:
        of_group = MEMBERS.c.group_id == group
        session.execute(delete(MEMBERS).where(of_group, MEMBERS.c.customer_id == any_(customers)))
