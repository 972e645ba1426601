"""Orders from which goods may leave, and connections that break, for tests of deliveries."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import event

from client.context import Context
from client.data.connection import Office
from client.data.deliveries import edit, store
from client.data.priced import edit as order_edit
from client.data.priced import store as orders
from client.data.priced.kinds import ORDER
from tests.conftest import OfficeDatabase

GOODS = (("P-10032", "10"), ("P-10041", "4"))


def submitted(office: Office, customer: int) -> dict[str, Any]:
    """Ten pots and four glasses, to be sent in three days to where the order says."""
    index = orders.all_products(office)
    lines = [
        order_edit.with_text(order_edit.blank_line(), "code", code, index)
        | {"quantity": Decimal(quantity)}
        for code, quantity in GOODS
    ]
    doc = order_edit.blank(ORDER, office.today, office.me["id"])
    doc |= {"customer_id": customer, "lines": lines, "delivery_address": "财富大厦 1206"}
    doc["delivery_date"] = office.today + timedelta(days=3)
    return orders.save_and_issue(office, ORDER, doc, changed=True)


def planned(context: Context, order: dict[str, Any], quantity: str, days: int = 0) -> edit.Doc:
    """A delivery of some pots, as another window would have saved it."""
    doc = store.begin(context.office, order["id"])
    lines = [edit.with_text(doc["lines"][0], "quantity", quantity)]
    day = context.office.today + timedelta(days=days)
    return store.save(context.office, doc | {"lines": lines, "planned_on": day}).doc


def killing(office: Office, office_db: OfficeDatabase, place: int) -> list[str]:
    """Have the server end the connection before statement `place`; one past the last, before the
    transaction is committed. Answers with the statements, as they come."""
    seen: list[str] = []

    def kill(connection: Any) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid
        office_db.ask(None, "SELECT pg_terminate_backend(%s)", pid)

    def before(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)
        if len(seen) == place:
            kill(connection)

    def commit(connection: Any) -> None:
        if len(seen) == place - 1:
            kill(connection)

    event.listen(office._engine, "before_cursor_execute", before)
    event.listen(office._engine, "commit", commit)
    return seen
