"""The demo office's receipts: who paid what, for which orders, and what was taken back."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from server_schema.demo_steps import (
    CLERK,
    Row,
    after,
    approvers,
    first_contacts,
    moment,
    number,
    working_day,
)
from server_schema.demo_terms import CENT, IDLE, PROMPT, SLOW, Payer
from server_schema.demo_words import Words

CASH, BANK = 2, 5  # rows of payment methods
METHODS = {BANK: 14, CASH: 1, 6: 3, 7: 2, 8: 1}  # how likely each is
ADVANCES, MORE, DRAFTS, DISPUTES = 2, 4, 4, 3


@dataclass
class Entry:
    """A receipt, and what of it is for which order since when."""

    row: Row
    parts: list[tuple[Row, Decimal, date]] = field(default_factory=list)


class Money:
    """Makes all receipts, and adds to the orders what was received for them."""

    def __init__(
        self,
        words: Words,
        chance: random.Random,
        tables: dict[str, list[Row]],
        payers: dict[int, Payer],
        until: date,
    ) -> None:
        self._words, self._chance, self._until, self._payers = words, chance, until, payers
        self._orders = [o for o in tables["sales_order"] if o["status"] not in IDLE]
        self._customers = {row["id"]: row for row in tables["customer"]}
        self._contacts = first_contacts(tables)
        self._approving = approvers(tables)
        self._entries: list[Entry] = []

    def make(self) -> tuple[list[Row], list[Row]]:
        """The receipts, oldest first, and their parts."""
        self._pay()
        self._join_some()
        self._pay_ahead()
        red = self._void_some()
        for entry in self._entries:
            for order, amount, _ in entry.parts:
                order["received"] += amount
        self._draft_some()
        self._entries.sort(key=lambda entry: entry.row["created_at"])
        rows = [entry.row for entry in self._entries]
        parts: list[Row] = []
        for at, entry in enumerate(self._entries, 1):
            entry.row["id"] = at
            parts += [self._part(entry.row, *part) for part in entry.parts]
            if entry.row["status"] != "draft":
                entry.row["allocated"] = sum((part[1] for part in entry.parts), Decimal(0))
        for voided, taker in red:
            taker["reverses_id"] = voided["id"]
        number([(row["posted_at"], row) for row in rows if row["status"] != "draft"], "RC")
        return rows, [{"id": at, **part} for at, part in enumerate(parts, 1)]

    def _pay(self) -> None:
        """What one customer pays on one day is one receipt, for however many orders."""
        disputed = self._disputed()
        found: dict[tuple[int, date], Entry] = {}
        for order in self._orders:
            payments = _payments(self._chance, order, self._payers[order["customer_id"]])
            if order["id"] in disputed:
                payments = [(payments[0][0], _part_of(order["total"], 70, 100))]
            for due, amount in payments:
                if amount <= 0 or due > self._until:
                    continue
                day = working_day(due, self._until)
                key = (order["customer_id"], day)
                if key not in found:
                    found[key] = self._entry(order["customer_id"], order["salesperson_id"], day)
                found[key].parts.append((order, amount, day))
                found[key].row["amount"] += amount

    def _disputed(self) -> set[int]:
        """Old orders of which the customer holds some of the money back."""
        old = [
            order["id"]
            for order in self._orders
            if 140 <= (self._until - order["order_date"]).days <= 330
            and order["total"] > 8000
            and self._payers[order["customer_id"]].late == PROMPT
        ]
        return set(self._chance.sample(old, min(DISPUTES, len(old))))

    def _join_some(self) -> None:
        """Some who pay ahead send the money for two orders at once, handed out as they come."""
        kept: list[Entry] = []
        waiting: dict[int, Entry] = {}
        for entry in sorted(self._entries, key=lambda entry: entry.row["receipt_date"]):
            customer = entry.row["customer_id"]
            first = waiting.pop(customer, None)
            if first and (entry.row["receipt_date"] - first.row["receipt_date"]).days < 90:
                first.parts += entry.parts
                first.row["amount"] += entry.row["amount"]
                continue
            kept.append(entry)
            if self._payers[customer].ahead and self._chance.random() < 0.35:
                waiting[customer] = entry
        self._entries = kept

    def _pay_ahead(self) -> None:
        """Money left for orders to come: a round sum, or one sent for nothing in particular."""
        chance = self._chance
        paid: dict[int, Decimal] = {}
        for entry in self._entries:
            for order, amount, _ in entry.parts:
                paid[order["id"]] = paid.get(order["id"], Decimal(0)) + amount
        owing = {o["customer_id"] for o in self._orders if o["total"] > paid.get(o["id"], 0)}
        free = [entry for entry in self._entries if entry.row["customer_id"] not in owing]
        free.sort(key=lambda entry: entry.row["receipt_date"])
        latest = {entry.row["customer_id"]: entry for entry in free}
        chosen = sorted(latest.values(), key=lambda entry: entry.row["receipt_date"])
        for entry in chosen[-MORE:]:
            entry.row["amount"] += 1000 - entry.row["amount"] % 1000
        for entry in chosen[-MORE - ADVANCES : -MORE]:
            day = working_day(self._until - timedelta(chance.randint(3, 25)), self._until)
            ahead = self._entry(entry.row["customer_id"], entry.row["handler_id"], day)
            ahead.row["amount"] = Decimal(chance.choice((5000, 10_000, 20_000)))
            ahead.row["remarks"] = self._words.pick("prepaid_remarks")

    def _void_some(self) -> list[tuple[Row, Row]]:
        """Two were entered wrongly, taken back by a red entry, and entered again: (voided, red)."""
        single = [e for e in self._entries if len(e.parts) == 1 and e.row["amount"] > 3000]
        single.sort(key=lambda entry: entry.row["receipt_date"])
        amount_wrong, method_wrong = self._words.lists["void_reasons"]
        made = []
        for right, why in ((single[-6], amount_wrong), (single[-40], method_wrong)):
            order, amount, day = right.parts[0]
            wrong = Entry({**right.row}, [(order, amount, day)])
            if why == amount_wrong:
                amount = (amount * 9 / 10).quantize(CENT)
                wrong.parts = [(order, amount, day)]
                wrong.row["amount"] = amount
            else:
                wrong.row |= {"payment_method_id": CASH, "reference": None}
            who = self._approving[order["salesperson_id"]]
            taken_back = after(wrong.row["posted_at"], self._chance, 15, 50)
            stamps = {"changed_by": who, "changed_at": taken_back}
            wrong.row |= {
                "status": "voided",
                "voided_by": who,
                "voided_at": taken_back,
                "void_reason": why,
                "version": 3,
                **stamps,
            }
            red = Entry(
                {
                    **wrong.row,
                    "status": "posted",
                    "amount": -wrong.row["amount"],
                    "handler_id": who,
                    "remarks": why,
                    "created_by": who,
                    "created_at": taken_back,
                    "posted_by": who,
                    "posted_at": taken_back,
                    "voided_by": None,
                    "voided_at": None,
                    "void_reason": None,
                    "version": 2,
                },
                [(order, -amount, day)],
            )
            self._enter(right.row, after(taken_back, self._chance, 5, 20))
            self._entries += [wrong, red]
            made.append((wrong.row, red.row))
        return made

    def _draft_some(self) -> None:
        """Money that came in today and is not posted yet."""
        due = [
            order
            for order in self._orders
            if order["received"] == 0
            and order["due_date"] <= self._until + timedelta(9)
            and self._payers[order["customer_id"]].late in (PROMPT, SLOW)
        ]
        due.sort(key=lambda order: order["due_date"])
        for order in due[-DRAFTS:]:
            entry = self._entry(order["customer_id"], order["salesperson_id"], self._until)
            entry.parts.append((order, order["total"], self._until))
            made = entry.row["created_at"]
            entry.row |= {
                "amount": order["total"],
                "status": "draft",
                "posted_by": None,
                "posted_at": None,
                "changed_at": made,
                "version": 1,
            }

    def _entry(self, customer: int, handler: int, day: date) -> Entry:
        chance, words = self._chance, self._words
        method = chance.choices(list(METHODS), list(METHODS.values()))[0]
        payer = self._customers[customer]["name"]
        if method in (6, 7) and chance.random() < 0.4:
            payer = self._contacts[customer]["name"]
        row: Row = {
            "number": None,
            "number_source": None,
            "customer_id": customer,
            "owner_id": self._customers[customer]["owner_id"],
            "payer": payer,
            "payment_method_id": method,
            "receipt_date": day,
            "handler_id": handler if chance.random() < 0.7 else CLERK,
            "currency": "CNY",
            "amount": Decimal(0),
            "allocated": Decimal(0),
            "reference": f"00{day:%y%m%d}{chance.randint(0, 999_999):06d}"
            if method in (BANK, 8)
            else None,
            "remarks": words.pick("receipt_remarks") if chance.random() < 0.08 else None,
            "status": "posted",
            "created_by": CLERK,
            "changed_by": CLERK,
            "posted_by": CLERK,
            "version": 2,
        }
        self._enter(row, moment(day, chance))
        entry = Entry(row)
        self._entries.append(entry)
        return entry

    def _enter(self, row: Row, at: datetime) -> None:
        posted = after(at, self._chance, 1, 12)
        row |= {"created_at": at, "posted_at": posted, "changed_at": posted}

    def _part(self, row: Row, order: Row, amount: Decimal, day: date) -> Row:
        return {
            "receipt_id": row["id"],
            "customer_id": row["customer_id"],
            "owner_id": row["owner_id"],
            "order_id": order["id"],
            "amount": amount,
            "allocated_on": day,
            "created_by": row["created_by"],
            "created_at": row["created_at"],
            "changed_at": row["created_at"],
        }


def _payments(chance: random.Random, order: Row, payer: Payer) -> list[tuple[date, Decimal]]:
    """On which days the order is paid, and how much each time."""
    total, ordered, due = order["total"], order["order_date"], order["due_date"]
    if payer.ahead:
        return [(ordered + timedelta(chance.randint(0, 1)), total)]
    last = max(ordered + timedelta(1), due + timedelta(chance.randint(*payer.late)))
    if payer.month_day:
        return [(_next(last, payer.month_day), total)]
    if payer.late != PROMPT and total > 4000 and chance.random() < 0.35:
        half = _part_of(total, 50, 1000)
        first = min(last, due + timedelta(chance.randint(3, 25)))
        return [(first, half), (last + timedelta(9), total - half)]
    if total > 15_000 and chance.random() < 0.1:
        deposit = _part_of(total, 30, 100)
        return [(ordered + timedelta(1), deposit), (last, total - deposit)]
    return [(last, total)]


def _part_of(total: Decimal, percent: int, step: int) -> Decimal:
    """Roughly so much of a total, in round sums."""
    return (total * percent / (100 * step)).quantize(Decimal(1)) * step


def _next(day: date, month_day: int) -> date:
    """The first such day of a month from `day` on."""
    month = day.replace(day=1)
    if day.day > month_day:
        month = (month + timedelta(days=32)).replace(day=1)
    return month.replace(day=month_day)
