"""On what terms the demo's customers buy: how they pay, what is taken off, who approved it."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from server_schema.demo_steps import Row, after, approvers
from server_schema.demo_words import Words

CENT = Decimal("0.01")
IDLE = ("draft", "cancelled")  # nothing is owed for these
PROMPT, SLOW, BAD = (-9, 4), (12, 75), (80, 190)  # days after an order is due
# Of those who buy most nowadays, by rank, who pays late: so that every age of debt has several.
SLOW_RANKS, BAD_RANKS = (1, 5, 8, 11, 14, 17, 20, 23), (4, 7, 9, 12, 13, 16, 19)
LIMITS = (20, 50, 100, 200, 300, 500, 800)  # thousands
METHODS = {30: 1, 0: 2, 60: 4}  # the terms on an order by its days


class Payer(NamedTuple):
    """How a customer pays: after how many days, how late, on which day of the month (0: any)."""

    days: int
    late: tuple[int, int]
    month_day: int = 0
    ahead: bool = False


def make_payers(
    words: Words, chance: random.Random, tables: dict[str, list[Row]], until: date
) -> dict[int, Payer]:
    """Every customer's way to pay; two of the tags tell of it as well."""
    monthly, ahead = words.lists["tags"][1:3]
    recent = Counter(
        order["customer_id"]
        for order in tables["sales_order"]
        if order["status"] not in IDLE and (until - order["order_date"]).days < 150
    )
    ranks = {customer: rank for rank, (customer, _) in enumerate(recent.most_common())}
    payers = {}
    for customer in tables["customer"]:
        rank = ranks.get(customer["id"])
        if rank in BAD_RANKS:
            payer = Payer(30, BAD)
        elif rank in SLOW_RANKS:
            payer = Payer(30, SLOW)
        elif monthly in customer["tags"]:
            payer = Payer(chance.choice((30, 30, 60)), (0, 3), chance.randint(10, 28))
        elif ahead in customer["tags"]:
            payer = Payer(0, (0, 1), ahead=True)
        else:
            days, late = chance.choices((0, 30, 60), (1, 10, 2))[0], chance.random()
            payer = Payer(days, SLOW if late < 0.08 and days else PROMPT)
        payers[customer["id"]] = payer
    return payers


def limit_credit(tables: dict[str, list[Row]], payers: dict[int, Payer], until: date) -> None:
    """Where credit is limited, to somewhat more than who pays in time comes to owe."""
    bought: dict[int, Decimal] = {}
    for order in tables["sales_order"]:
        if order["status"] not in IDLE and (until - order["order_date"]).days < 365:
            customer = order["customer_id"]
            bought[customer] = bought.get(customer, Decimal(0)) + order["total"]
    for customer in tables["customer"]:
        total = bought.get(customer["id"])
        if customer["credit_limit"] is not None and total is not None:
            owed = total * (payers[customer["id"]].days + 25) / 365
            thousands = next((k for k in LIMITS if k * 1000 > owed), LIMITS[-1])
            customer["credit_limit"] = Decimal(thousands * 1000)


def agree(chance: random.Random, tables: dict[str, list[Row]], payers: dict[int, Payer]) -> None:
    """Give the orders their day to pay, what is taken off the whole, and their approval."""
    approving = approvers(tables)
    for order in tables["sales_order"]:
        days = payers[order["customer_id"]].days
        order |= {
            "due_date": order["order_date"] + timedelta(days=days),
            "payment_method_id": METHODS[days],
            "received": Decimal(0),
            **taken_off(chance, order["total"]),
        }
        if order["status"] not in ("draft", "submitted", "cancelled"):
            approved = after(order["submitted_at"], chance, 5, 90)
            approver = approving[order["salesperson_id"]]
            order |= {
                "approved_by": approver,
                "approved_at": approved,
                "approved_amount": order["total"],
                "changed_by": approver,
                "changed_at": approved,
                "version": 3,
            }


def taken_off(chance: random.Random, base: Decimal) -> Row:
    """For some documents a discount on the whole, or the odd amount wiped off; and the total."""
    share, wiped = Decimal(0), Decimal(0)
    if base > 3000 and chance.random() < 0.07:
        share = Decimal(chance.choice((2, 2, 3, 5))) / 100
    total = base - (base * share).quantize(CENT, ROUND_HALF_UP)
    if base > 500 and chance.random() < 0.12:
        wiped = total % (100 if total > 20_000 else 10)
    return {"whole_discount": share, "wipe_off": wiped, "total": total - wiped}
