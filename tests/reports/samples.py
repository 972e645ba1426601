"""A fictional office and documents of every kind and any length, for the papers' tests and tour."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from client.model.rules import line_amount, line_tax, totals

# Tables of test data, where they lie in a folder above the project.
PLACES = [folder / "shared" / "data" for folder in Path(__file__).resolve().parents[3:]]
SHARED = next(filter(Path.exists, PLACES), PLACES[0])
COPIES = {"zh_CN": ("存根", "客户", "记账"), "en": ("File", "Customer", "Accounts")}

OFFICE = {
    "name": "南山文具商行",
    "address": "示例市南山路1号",
    "phone": "0000-9000 0000",
    "bank": "示例银行",
    "bank_account": "0000 1111 2222",
    "logo": None,
    "terms": "货到付款",
    "quote_terms": "款到发货",
    "seal_box": True,
    "print_repeat": True,
}
ENGLISH_OFFICE = OFFICE | {
    "name": "South Hill Stationery",
    "address": "1 South Hill Road, Sampletown",
    "bank": "Sample Bank",
    "terms": "Cash on delivery",
    "quote_terms": "Payment before dispatch",
}
CUSTOMER = {"number": "C-1", "name": "东湖书店", "address": "示例市东湖路2号"}
ENGLISH_CUSTOMER = {"number": "C-1", "name": "East Lake Books", "address": "2 Lake Road"}


def rare_characters():
    """The characters of the table of test data, empty where it does not lie beside the project."""
    path = SHARED / "cn" / "rare_chars.csv"
    if not path.exists():
        return ""
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return "".join(row["字"] for row in csv.DictReader(rows))


def line(position, **values):
    """One line of an order or a quotation; its amount and tax are computed."""
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
    return {"amount": amount, "tax_amount": line_tax(amount, found["tax_rate"])} | found


def order(lines, **values):
    """A submitted order of these lines."""
    sums = totals(lines)
    return {
        "number": "SO-0001",
        "status": "submitted",
        "customer": CUSTOMER,
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


def quote(lines, **values):
    """A quotation of these lines, sent to the customer."""
    own = {
        "number": "QT-0003",
        "status": "sent",
        "state": "sent",
        "revision": 2,
        "quote_date": date(2026, 9, 1),
        "valid_until": date(2026, 9, 30),
        "terms": "款到发货",
    }
    return order(lines) | own | values


def delivery(lines, **values):
    """A shipped delivery of these lines, which have no prices."""
    keys = ("position", "code", "name", "specification", "unit", "quantity", "remarks")
    return {
        "number": "DN-0002",
        "status": "shipped",
        "order_id": 5,
        "order_number": "SO-0001",
        "customer": CUSTOMER,
        "contact_name": "何某",
        "phone": "000 9000 0001",
        "address": "示例市东湖路2号后门",
        "planned_on": date(2026, 9, 18),
        "shipped_on": date(2026, 9, 19),
        "expected_on": date(2026, 9, 20),
        "courier": "示例快运",
        "waybill": "YD0000111",
        "remarks": "轻放",
        "salesperson": "吴某",
        "created_by_name": "林某",
        "lines": [
            {key: found[key] for key in keys} | {"ordered": found["quantity"]} for found in lines
        ],
    } | values


def receipt(amounts, **values):
    """A posted receipt over these amounts of orders."""
    allocations = [
        {
            "order_id": at,
            "order_number": f"SO-{at:04}",
            "order_date": date(2026, 9, 12),
            "due_date": date(2026, 10, 12),
            "order_total": amount,
            "order_outstanding": Decimal(0),
            "amount": amount,
            "allocated_on": date(2026, 9, 28),
        }
        for at, amount in enumerate(amounts, 1)
    ]
    total = sum(amounts, Decimal("0.00"))
    return {
        "number": "RC-0004",
        "status": "posted",
        "customer": CUSTOMER,
        "payer": "东湖书店",
        "payment_method": "转账",
        "receipt_date": date(2026, 9, 28),
        "handler": "吴某",
        "amount": total,
        "allocated": total,
        "advance": Decimal("0.00"),
        "currency": "CNY",
        "reference": "B-0099",
        "remarks": "九月货款",
        "allocations": allocations,
    } | values


def red_entry(amount=Decimal("-880.50"), **values):
    """The red entry that takes a receipt back."""
    own = {"number": "RC-0005", "amount": amount, "reverses_id": 4, "reverses_number": "RC-0004"}
    return receipt([], **own) | values


def statement(charges, **values):
    """A statement with these charges, of which every third was paid."""
    opening = balance = Decimal("100.00")
    entries = []
    for at, amount in enumerate(charges, 1):
        paid = at % 3 == 0
        balance += -amount if paid else amount
        entries.append(
            {
                "on": date(2026, 9, 1),
                "kind": "receipt" if paid else "order",
                "number": f"RC-{at:04}" if paid else f"SO-{at:04}",
                "text": "",
                "charge": Decimal(0) if paid else amount,
                "credit": amount if paid else Decimal(0),
                "balance": balance,
                "row_id": at,
            }
        )
    charged = sum((entry["charge"] for entry in entries), Decimal("0.00"))
    paid = sum((entry["credit"] for entry in entries), Decimal("0.00"))
    return {
        "customer": CUSTOMER,
        "currency": "CNY",
        "date_from": date(2026, 9, 1),
        "date_to": date(2026, 9, 30),
        "opening": opening,
        "charges": charged,
        "credits": paid,
        "closing": balance,
        "entries": entries,
        "ages": dict.fromkeys(("current", "d30", "d60", "d90", "over"), Decimal("12.50")),
        "advance": Decimal("0.00"),
    } | values


def document(kind, lines, **values):
    """A document of any kind, as long as these lines."""
    if kind in ("order", "quote", "delivery"):
        return {"order": order, "quote": quote, "delivery": delivery}[kind](lines, **values)
    amounts = [found["amount"] for found in lines]
    return {"receipt": receipt, "statement": statement}[kind](amounts, **values)


ENGLISH = {
    "customer": ENGLISH_CUSTOMER,
    "contact_name": "A. Example",
    "salesperson": "B. Sample",
    "created_by_name": "C. Demo",
    "handler": "B. Sample",
    "address": "2 Lake Road, back door",
    "delivery_address": "2 Lake Road, back door",
    "payer": "East Lake Books",
    "payment_method": "Bank transfer",
    "courier": "Sample Express",
    "remarks": "Handle with care",
    "terms": "Payment before dispatch",
}


def in_language(language):
    """What a document and its lines say in a language, beside what they say anyway."""
    return ENGLISH if language == "en" else {}


CASES = ("one", "twenty", "many", "rare", "longest", "nothing_and_less")


def case(name, language):
    """Lines, and what else a document says, of one of CASES."""
    english = language == "en"
    word = {"name": "Copying paper, white", "unit": "box"} if english else {}
    values = dict(in_language(language))
    match name:
        case "one":
            return [line(1, **word)], values
        case "twenty":
            discounts = [Decimal(0), Decimal("0.05")]
            lines = [line(at, discount=discounts[at % 2], **word) for at in range(1, 21)]
            whole = {"whole_discount": Decimal("0.05"), "wipe_off": Decimal("0.30")}
            paid = {"received": Decimal("200.00"), "outstanding": Decimal("1109.90")}
            return lines, values | whole | paid | {"due_date": date(2026, 10, 12)}
        case "many":
            return [line(at, **word) for at in range(1, 201)], values
        case "rare":
            rare = rare_characters() or "𠮷𬭎㛃"
            parts = [rare[at : at + 20] for at in range(0, len(rare), 20)]
            lines = [line(at, name=part) for at, part in enumerate(parts, 1)]
            return lines, values | {"contact_name": rare[:3], "remarks": rare[:40]}
        case "longest":
            name = (
                "Anderson & Brothers Paper Trading, " * 6 if english else "广州市有限责任公司" * 23
            )[:200]
            lines = [line(at, name=name, code="C" * 30, remarks=name) for at in range(1, 5)]
            customer = CUSTOMER | {"name": name, "address": name}
            return lines, values | {
                "customer": customer, "payer": name, "remarks": name, "delivery_address": name,
                "address": name, "contact_name": name[:50], "salesperson": name[:50],
            }  # fmt: skip
    lines = [
        line(1, quantity=Decimal(-3)),
        line(2, unit_price=Decimal(0)),
        line(3, quantity=Decimal(-9999999999), unit_price=Decimal("9999999999.9999")),
        line(4, quantity=Decimal(0)),
    ]
    return lines, values
