"""Makes the search keys of customers that plain SQL or an undone merge left without."""

from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from client.data.connection import Office
from client.model import Customer
from server_schema.search import customer_keys

AT_ONCE = 500


def complete(session: Session, most: int = AT_ONCE) -> int:
    """Complete the customers one may change; answers with how many those were.

    Who sees only masked numbers cannot: the next who sees them whole does it.
    """
    if session.info.get("masked"):
        return 0
    names = ("id", *Customer.SEARCHED)
    lacking = Customer.search_key.is_(None)
    query = select(*(getattr(Customer, name) for name in names)).where(lacking)
    rows = session.execute(query.order_by(Customer.id).limit(most)).mappings().all()
    completed = 0
    for row in rows:
        statement = update(Customer).where(Customer.id == row["id"], lacking)
        answer = session.execute(statement.values(customer_keys(dict(row))))
        completed += cast("Any", answer).rowcount
    return completed


def complete_all(office: Office) -> None:
    """The same for as many as there are, a few hundred in each transaction."""
    if not office.rights.may("customer", "edit"):
        return
    while True:
        with office.session() as session:
            if complete(session) < AT_ONCE:
                return
