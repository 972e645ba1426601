"""Orders and receipts of chosen days and amounts, made by the database's own functions."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from tests.server import samples


class Till:
    """One operator's connection to an office, for many documents one after another."""

    def __init__(self, office: Any, user: str = "clerk") -> None:
        self.office = office
        self.connection = office.psql(user)
        self.product = samples.product(office)

    def ask(self, query: str, *values: Any) -> Any:
        """The one value a statement answers with."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()[0]

    def _call(self, function: str, doc: dict[str, Any], *more: Any) -> dict[str, Any]:
        marks = ", ".join(["%s"] * (len(more) + 2))
        answer = self.ask(f"SELECT {function}({marks})::text", doc["id"], doc["version"], *more)
        return json.loads(answer, parse_float=Decimal)

    def customer(self, name: str, owner: str = "ann", **values: Any) -> int:
        """A customer of `owner`."""
        values = {"name": name, "owner_id": self.office.id_of(owner), **values}
        marks = ", ".join(["%s"] * len(values))
        query = f"INSERT INTO customer ({', '.join(values)}) VALUES ({marks}) RETURNING id"
        return int(self.office.ask(None, query, *values.values())[0][0])

    def order(
        self, customer: int, on: date, total: Any, due: date | None = None, **head: Any
    ) -> dict[str, Any]:
        """A submitted order over `total`."""
        doc = {
            "customer_id": customer,
            "order_date": on,
            "due_date": due,
            "salesperson_id": self.office.id_of("ann"),
            "lines": [
                {"product_id": self.product, "position": 1, "quantity": 1, "unit_price": total}
            ],
            **head,
        }
        saved = self.ask("SELECT save_order(%s, NULL)::text", json.dumps(doc, default=str))
        return self._call("submit_order", json.loads(saved))

    def cancel(self, order: dict[str, Any], why: str = "a mistake") -> dict[str, Any]:
        """The order called off, its number kept."""
        return self._call("cancel_order", self.again("order", order), why)

    def receive(
        self,
        customer: int,
        on: date,
        amount: Any,
        parts: dict[int, Any] | None = None,
        **head: Any,
    ) -> dict[str, Any]:
        """A posted receipt; `parts` are amounts by the id of their order."""
        doc = {
            "customer_id": customer,
            "receipt_date": on,
            "amount": amount,
            "allocations": [{"order_id": o, "amount": a} for o, a in (parts or {}).items()],
            **head,
        }
        saved = self.ask("SELECT save_receipt(%s, NULL)::text", json.dumps(doc, default=str))
        return self._call("post_receipt", json.loads(saved))

    def void(self, receipt: dict[str, Any], why: str = "wrong amount") -> dict[str, Any]:
        """The receipt taken back by a red entry of today."""
        return self._call("void_receipt", self.again("receipt", receipt), why)

    def use_advance(self, receipt: dict[str, Any], parts: dict[int, Any]) -> dict[str, Any]:
        """What was paid ahead, given to later orders today."""
        given = [{"order_id": o, "amount": a} for o, a in parts.items()]
        doc = self.again("receipt", receipt)
        return self._call("allocate_advance", doc, json.dumps(given, default=str))

    def again(self, kind: str, doc: dict[str, Any]) -> dict[str, Any]:
        """The document as it stands now."""
        answer = self.ask(f"SELECT {kind}_document(%s)::text", doc["id"])
        return json.loads(answer, parse_float=Decimal)
