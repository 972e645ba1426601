"""The demo office's orders: who bought what and when, with seasons, big customers and drafts."""

import random
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from server_schema.demo_steps import Row, first_contacts
from server_schema.demo_words import Words

SEASON = (0.75, 0.5, 0.9, 1.0, 1.0, 1.05, 0.85, 0.95, 1.25, 1.3, 1.4, 1.2)  # by month
GROWTH = 0.2  # a year
# Up to so many days old, an order's likely states.
STATES: tuple[tuple[int, dict[str, int]], ...] = (
    (6, {"draft": 7, "submitted": 8, "approved": 4, "partly_shipped": 1}),
    (20, {"draft": 1, "submitted": 4, "approved": 5, "partly_shipped": 4, "shipped": 6}),
    (45, {"cancelled": 1, "partly_shipped": 2, "shipped": 12, "completed": 5}),
    (10_000, {"cancelled": 3, "shipped": 2, "completed": 95}),
)
LINES = (50, 80, 90, 80, 60, 50, 40, 30, 24, 10, 2)  # how likely each number of lines is
PACKS = (5, 6, 10, 12, 20, 24, 30, 40, 50, 60, 80, 100, 120, 150, 200, 240)


class Buyer(NamedTuple):
    """How a customer buys: how often against others, between which days, and how much at once."""

    customer: Row
    weight: float
    since: date
    until: date
    size: float


def make_orders(
    words: Words,
    chance: random.Random,
    tables: dict[str, list[Row]],
    until: date,
    count: int,
    years: int,
) -> tuple[list[Row], list[Row]]:
    """`count` orders of the last `years` years up to `until`, oldest first, and their lines."""
    buyers = _buyers(chance, tables["customer"], until, until - timedelta(days=365 * years))
    contacts = first_contacts(tables)
    sellers = {row["id"]: row for row in tables["operator"]}
    usual: dict[int, list[Row]] = {}
    orders: list[Row] = []
    lines: list[Row] = []
    taken: dict[int, int] = {}
    for day in _days(chance, until, count, years):
        possible = [b for b in buyers if b.since <= day <= b.until]
        buyer = chance.choices(possible, [b.weight for b in possible])[0]
        customer = buyer.customer
        order = _order(words, chance, tables, customer, contacts[customer["id"]], day, until)
        order["id"] = len(orders) + 1
        order["salesperson_region_id"] = sellers[order["salesperson_id"]]["region_id"]
        if order["status"] != "draft":
            taken[day.year] = taken.get(day.year, 0) + 1
            order["number"] = f"SO-{day.year}-{taken[day.year]:04d}"
            order["number_source"] = "rule"
        goods = usual.setdefault(
            customer["id"], chance.sample(tables["product"], chance.randint(6, 16))
        )
        new = priced_lines(words, chance, order, goods, tables["product"], buyer.size, day, until)
        for line in new:
            lines.append({"id": len(lines) + 1, "order_id": order["id"], **line})
        order["total"] = sum((line["amount"] for line in new), Decimal(0))
        orders.append(order)
    return orders, lines


def _buyers(chance: random.Random, customers: list[Row], until: date, begin: date) -> list[Buyer]:
    """A few buy most, a quarter never bought, and some stopped a good while ago."""
    owned = [customer for customer in customers if customer["owner_id"]]
    chance.shuffle(owned)
    # The big ones are mostly old customers.
    owned.sort(key=lambda c: c["created_at"].date() > begin and chance.random() < 0.8)
    # Everybody who sells has some of the big customers.
    turns: dict[int, int] = {}
    for customer in owned:
        owner = customer["owner_id"]
        turns[owner] = turns.get(owner, 0) + 1
        customer["turn"] = turns[owner]
    owned.sort(key=lambda customer: customer.pop("turn"))
    buying = owned[: len(owned) * 3 // 4]
    found = []
    for rank, customer in enumerate(buying):
        stopped = rank > 10 and chance.random() < 0.16
        since = customer["created_at"].date() + timedelta(days=3)
        found.append(
            Buyer(
                customer,
                1.0 / (rank + 4) ** 0.75,
                since,
                until - timedelta(days=chance.randint(320, 700)) if stopped else until,
                chance.lognormvariate(0, 0.45) * (1.8 if rank < 6 else 1.0),
            )
        )
    return found


def _days(chance: random.Random, until: date, count: int, years: int) -> list[date]:
    """The days on which orders came: seasons, growth, hardly any at weekends; oldest first."""
    span = 365 * years
    days = [until - timedelta(days=back) for back in range(span)]
    weights = [
        SEASON[day.month - 1]
        * (1 + GROWTH * (span - back) / 365)
        * (0.05 if day.weekday() >= 5 else 1.0)
        for back, day in enumerate(days)
    ]
    drawn = chance.choices(days, weights, k=count - 18)
    # However the dice fall, the last fortnight has something in every state.
    drawn += [until - timedelta(days=chance.randint(0, 13)) for _ in range(18)]
    return sorted(drawn)


def _order(
    words: Words,
    chance: random.Random,
    tables: dict[str, list[Row]],
    customer: Row,
    contact: Row,
    day: date,
    until: date,
) -> Row:
    age = (until - day).days
    states = next(states for limit, states in STATES if age <= limit)
    status = chance.choices(list(states), list(states.values()))[0]
    made = datetime.combine(day, time(chance.randint(8, 16), chance.randint(0, 59)))
    owner = customer["owner_id"]
    clerk = 3 if chance.random() < 0.55 else owner
    order: Row = {
        "number": None,
        "customer_id": customer["id"],
        "owner_id": owner,
        "contact_id": contact["id"],
        "phone": contact["mobile"],
        "order_date": day,
        "channel_id": chance.choices(tables["sales_channel"], (5, 4, 2, 1))[0]["id"],
        "delivery_date": day + timedelta(days=chance.choice((3, 5, 7, 7, 10, 14))),
        "delivery_address": customer["address"],
        "salesperson_id": owner,
        "customer_region_id": customer["region_id"],
        "currency": "CNY",
        "status": status,
        "remarks": words.pick("remarks") if chance.random() < 0.3 else None,
        "created_by": clerk,
        "created_at": made,
        "changed_by": clerk,
        "changed_at": made,
    }
    if status != "draft":
        sent = made + timedelta(minutes=chance.randint(2, 55))
        order |= {"submitted_by": clerk, "submitted_at": sent, "changed_at": sent, "version": 2}
    if status == "cancelled":
        order |= {
            "cancelled_by": owner,
            "cancelled_at": made + timedelta(hours=chance.randint(2, 6)),
            "cancel_reason": words.pick("cancel_reasons"),
        }
    return order


def priced_lines(
    words: Words,
    chance: random.Random,
    head: Row,
    usual: list[Row],
    products: list[Row],
    size: float,
    day: date,
    until: date,
) -> list[Row]:
    """What is sold by an order or a quote: lines that do not yet say whose they are."""
    count = chance.choices((1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 44), LINES)[0]
    # Prices rose by some three in a hundred a year.
    ago = Decimal((until - day).days) / 365
    found = []
    goods = products if count > len(PACKS) else usual
    for position, product in enumerate(chance.sample(goods, min(count, len(goods))), 1):
        listed = product["unit_price"]
        price = listed * (1 - Decimal("0.03") * ago) * Decimal(chance.choice((96, 98, 100, 100)))
        price = (price / 100).quantize(_step(listed), ROUND_HALF_UP)
        quantity = max(1, round(chance.choice(PACKS) * size * min(1.0, 55 / float(listed))))
        quantity = quantity if quantity < 10 else quantity // 5 * 5
        discount = Decimal(chance.choices((0, 3, 5, 10), (15, 2, 3, 2))[0]) / 100
        amount = (quantity * price * (1 - discount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        found.append(
            {
                "customer_id": head["customer_id"],
                "owner_id": head["owner_id"],
                "position": position,
                "product_id": product["id"],
                "product_code": product["code"],
                "product_name": product["name"],
                "specification": product["specification"],
                "unit": product["unit"],
                "quantity": Decimal(quantity),
                "unit_price": price,
                "discount": discount,
                "tax_rate": product["tax_rate"],
                "amount": amount,
                "remarks": words.pick("line_remarks") if chance.random() < 0.1 else None,
                "created_by": head["created_by"],
                "created_at": head["created_at"],
                "changed_at": head["changed_at"],
            }
        )
    return found


def _step(listed: Decimal) -> Decimal:
    """Cheap goods are priced to four places, the others to a tenth."""
    return Decimal("0.0001") if listed < 10 else Decimal("0.1")
