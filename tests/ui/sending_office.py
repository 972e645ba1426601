"""Orders from which goods may leave, for tests of deliveries."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from client.data.connection import Office
from client.data.priced import edit as order_edit
from client.data.priced import store as orders
from client.data.priced.kinds import ORDER

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
    return orders.save_and_hand_out(office, ORDER, doc, changed=True)
