"""A fictional office and orders of any length, for the papers' tests."""

from datetime import date
from decimal import Decimal

from client.model.rules import line_amount, line_tax, totals

OFFICE = {
    "name": "南山文具商行",
    "address": "示例市南山路1号",
    "phone": "0000-9000 0000",
    "bank": "示例银行",
    "bank_account": "0000 1111 2222",
    "logo": None,
    "terms": "货到付款",
}


def line(position, **values):
    """One order line; its amount and tax are computed."""
    found = {
        "position": position,
        "code": f"K{position:04}",
        "name": f"品名第{position}号",
        "specification": "A4",
        "unit": "包",
        "quantity": Decimal(position),
        "unit_price": Decimal("6.4375"),
        "discount": Decimal(0),
        "tax_rate": Decimal("0.13"),
        "remarks": "",
    } | values
    amount = line_amount(found["quantity"], found["unit_price"], found["discount"])
    return found | {"amount": amount, "tax_amount": line_tax(amount, found["tax_rate"])}


def order(lines, **values):
    """A submitted order of these lines."""
    sums = totals(lines)
    return {
        "number": "SO-0001",
        "status": "submitted",
        "customer": {"number": "C-1", "name": "东湖书店", "address": "示例市东湖路2号"},
        "contact_name": "何某",
        "phone": "000 9000 0001",
        "order_date": date(2026, 9, 12),
        "delivery_date": date(2026, 9, 20),
        "delivery_address": "示例市东湖路2号后门",
        "salesperson": "吴某",
        "created_by": 7,
        "created_by_name": "林某",
        "currency": "CNY",
        "remarks": "第一行\r\n第二行",
        "total": sums.total,
        "tax_total": sums.tax_total,
        "lines": lines,
    } | values
