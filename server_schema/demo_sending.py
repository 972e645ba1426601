"""The demo office's deliveries: what left for each order and when, as far as its state says."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from server_schema.demo_steps import (
    CLERK,
    Row,
    after,
    by,
    first_contacts,
    moment,
    number,
    working_day,
)
from server_schema.demo_words import Words

# When the open deliveries are to leave, in days from now; those of the oldest orders first.
OPEN_DAYS = (-4, -2, -1, 0, 0, 1, 0, 1, 2, 2, 3, 5, 6)
CANCELLED = 4
Goods = list[tuple[Row, Decimal]]  # order lines, and how much of each


class Load(NamedTuple):
    """A delivery with what is in it."""

    delivery: Row
    goods: Goods


class Sending:
    """Makes all deliveries of the orders, and moves the orders on with them."""

    def __init__(
        self, words: Words, chance: random.Random, tables: dict[str, list[Row]], until: date
    ) -> None:
        self._words, self._chance, self._until = words, chance, until
        self._orders = tables["sales_order"]
        self._lines = by(tables["order_line"], "order_id")
        self._contacts = first_contacts(tables)
        self._loads: list[Load] = []

    def make(self) -> tuple[list[Row], list[Row]]:
        """The deliveries, oldest first, and their lines."""
        for order in self._orders:
            if order["status"] in ("partly_shipped", "shipped", "completed"):
                self._send(order)
            elif order["status"] == "approved" and self._chance.random() < 0.8:
                self._plan(order, [(line, line["quantity"]) for line in self._lines[order["id"]]])
        self._place_open()
        self._cancel_some()
        self._loads.sort(key=lambda load: (load.delivery["created_at"], load.delivery["order_id"]))
        rows = [load.delivery for load in self._loads]
        number([(row["picked_at"], row) for row in rows if row["status"] != "planned"], "DN")
        lines: list[Row] = []
        for at, load in enumerate(self._loads, 1):
            load.delivery["id"] = at
            for position, (line, quantity) in enumerate(load.goods, 1):
                lines.append(self._line(len(lines) + 1, load.delivery, position, line, quantity))
        return rows, lines

    def _send(self, order: Row) -> None:
        """In one or two parts; a partly sent order keeps the second for later, mostly planned."""
        lines = self._lines[order["id"]]
        now: Goods = [(line, line["quantity"]) for line in lines]
        later: Goods = []
        if order["status"] == "partly_shipped" or self._chance.random() < 0.15:
            now, later = _split(lines)
        if not later and order["status"] == "partly_shipped":
            order["status"] = "shipped"
        day = order["order_date"] + timedelta(self._chance.randint(1, 6))
        sent = [self._ship(order, now, day)]
        if order["status"] != "partly_shipped":
            if later:
                day = sent[0]["shipped_on"] + timedelta(self._chance.randint(2, 6))
                sent.append(self._ship(order, later, day))
        elif self._chance.random() < 0.7:
            self._plan(order, later)
        self._follow(order, max(part["changed_at"] for part in sent))

    def _follow(self, order: Row, at: datetime) -> None:
        """The order was changed last when its goods left, or when it was completed after that."""
        order |= {"changed_by": CLERK, "changed_at": at, "version": order["version"] + 1}
        if order["status"] == "completed":
            done = after(at, self._chance, 20, 2000)
            order |= {"completed_by": CLERK, "completed_at": done, "changed_at": done}

    def _ship(self, order: Row, goods: Goods, day: date) -> Row:
        chance = self._chance
        day = working_day(day, self._until)
        delivery = self._delivery(order, goods, day)
        shipped = max(moment(day, chance), after(delivery["created_at"], chance, 60, 150))
        expected = working_day(day + timedelta(chance.randint(1, 4)), date.max)
        name, letters = chance.choice(self._words.lists["couriers"])
        delivery |= {
            "status": "shipped",
            "planned_on": max(order["order_date"], day - timedelta(chance.choice((0, 0, 0, 1)))),
            "shipped_on": day,
            "expected_on": expected,
            "courier": name,
            "waybill": f"{letters}00{chance.randint(0, 99_999_999):08d}" if letters else None,
            "picked_by": CLERK,
            "picked_at": shipped - timedelta(minutes=chance.randint(20, 55)),
            "shipped_by": CLERK,
            "shipped_at": shipped,
            "changed_at": shipped,
            "version": 3,
        }
        told = (self._until - day).days > 20 or chance.random() < 0.75
        if order["status"] == "completed" or (told and expected < self._until):
            received = moment(min(expected, self._until), chance)
            delivery |= {
                "status": "received",
                "received_by": order["salesperson_id"],
                "received_at": max(received, after(shipped, chance, 30, 90)),
                "version": 4,
            }
            delivery["changed_at"] = delivery["received_at"]
        return delivery

    def _plan(self, order: Row, goods: Goods) -> None:
        self._delivery(order, goods, order["delivery_date"])

    def _place_open(self) -> None:
        """A few are late, some leave today, and of those some are picked already."""
        loads = [load for load in self._loads if load.delivery["status"] == "planned"]
        loads.sort(key=lambda load: load.delivery["created_at"])
        for at, load in enumerate(loads):
            delivery = load.delivery
            made = delivery["created_at"].date()
            days = OPEN_DAYS[at] if at < len(OPEN_DAYS) else self._chance.randint(1, 9)
            day = max(made, self._until + timedelta(days))
            delivery["planned_on"] = day
            if days <= 1 and at % 3 == 2:
                picked = max(moment(self._until, self._chance), delivery["created_at"])
                delivery |= {
                    "status": "picked",
                    "picked_by": CLERK,
                    "picked_at": picked,
                    "changed_at": picked,
                    "version": 2,
                }

    def _cancel_some(self) -> None:
        """Picked, and then not sent: the goods left later after all."""
        sent = [load for load in self._loads if load.delivery["status"] == "received"]
        for load in self._chance.sample(sent[-150:], CANCELLED):
            order = next(o for o in self._orders if o["id"] == load.delivery["order_id"])
            made = self._delivery(order, load.goods, load.delivery["planned_on"])
            made["created_at"] = load.delivery["created_at"]
            picked = after(made["created_at"], self._chance, 5, 25)
            cancelled = after(picked, self._chance, 5, 25)
            made |= {
                "status": "cancelled",
                "picked_by": CLERK,
                "picked_at": picked,
                "cancelled_by": CLERK,
                "cancelled_at": cancelled,
                "cancel_reason": self._words.pick("delivery_cancel_reasons"),
                "changed_at": cancelled,
                "version": 3,
            }

    def _delivery(self, order: Row, goods: Goods, day: date) -> Row:
        made: datetime = after(order["approved_at"], self._chance, 5, 60)
        contact = self._contacts[order["customer_id"]]
        row: Row = {
            "number": None,
            "number_source": None,
            "order_id": order["id"],
            "customer_id": order["customer_id"],
            "owner_id": order["owner_id"],
            "planned_on": day,
            "address": order["delivery_address"],
            "contact_name": contact["name"],
            "phone": contact["mobile"],
            "status": "planned",
            "remarks": self._words.pick("delivery_remarks")
            if self._chance.random() < 0.15
            else None,
            "picked_at": None,
            "received_at": None,
            "created_by": CLERK,
            "created_at": made,
            "changed_by": CLERK,
            "changed_at": made,
            "version": 1,
        }
        self._loads.append(Load(row, goods))
        return row

    def _line(self, at: int, delivery: Row, position: int, line: Row, quantity: Decimal) -> Row:
        return {
            "id": at,
            "delivery_id": delivery["id"],
            "customer_id": delivery["customer_id"],
            "owner_id": delivery["owner_id"],
            "order_line_id": line["id"],
            "position": position,
            "quantity": quantity,
            "created_by": CLERK,
            "created_at": delivery["created_at"],
            "changed_at": delivery["created_at"],
        }


def _split(lines: list[Row]) -> tuple[Goods, Goods]:
    """The first half of the lines now and the others later, and of one a part each time."""
    half = (len(lines) + 1) // 2
    now: Goods = [(line, line["quantity"]) for line in lines[:half]]
    later: Goods = [(line, line["quantity"]) for line in lines[half:]]
    line, quantity = now[-1]
    part = quantity // 2
    if part:
        now[-1] = (line, quantity - part)
        later.insert(0, (line, part))
    return now, later
