"""The demo office's quotes: some became orders, some were refused, and some had revisions."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from server_schema.demo_orders import priced_lines
from server_schema.demo_steps import CLERK, Row, after, by, first_contacts, moment, number
from server_schema.demo_terms import taken_off
from server_schema.demo_words import Words

VALID = 30  # days
GAP = 3  # days between two revisions
# How many of each kind, how many days old, and how many of them were revised (how often).
ACCEPTED, ACCEPTED_REVISED = 22, (2, 2, 3)
OTHERS: tuple[tuple[str, int, tuple[int, int], tuple[int, ...]], ...] = (
    ("expired", 12, (36, 210), (2,)),
    ("refused", 10, (18, 260), (2, 3)),
    ("sent", 10, (0, 20), (2, 2)),
    ("draft", 6, (0, 4), (2, 2)),
)
COPIED = (
    "product_id",
    "product_code",
    "product_name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "remarks",
)


class Quoting:
    """Makes all quotes, with the lines of the last revision and a note of each earlier one."""

    def __init__(
        self, words: Words, chance: random.Random, tables: dict[str, list[Row]], until: date
    ) -> None:
        self._words, self._chance, self._tables, self._until = words, chance, tables, until
        self._contacts = first_contacts(tables)
        self._made: list[tuple[Row, list[Row]]] = []
        self._sent: list[tuple[datetime, Row]] = []  # when each was sent first
        self._earlier: list[tuple[Row, Row]] = []

    def make(self) -> tuple[list[Row], list[Row], list[Row]]:
        """The quotes, oldest first, their lines, and what of them was sent before."""
        self._accept()
        for state, count, ages, revised in OTHERS:
            for at in range(count):
                self._offer(state, ages, revised[at] if at < len(revised) else 1)
        number(self._sent, "QT")
        self._made.sort(key=lambda pair: pair[0]["created_at"])
        lines: list[Row] = []
        for at, (quote, own) in enumerate(self._made, 1):
            quote["id"] = at
            for line in own:
                lines.append({"id": len(lines) + 1, "quote_id": at, **line})
        earlier = [{"quote_id": quote["id"], **sent} for quote, sent in self._earlier]
        return [quote for quote, _ in self._made], lines, earlier

    def _accept(self) -> None:
        """The orders that were quotes first: the same goods on the same terms."""
        begun = {row["id"]: row["created_at"].date() for row in self._tables["customer"]}
        goods = by(self._tables["order_line"], "order_id")
        young = [
            order
            for order in self._tables["sales_order"]
            if order["status"] != "cancelled"
            and (self._until - order["order_date"]).days < 300
            and (order["order_date"] - begun[order["customer_id"]]).days > 15
        ]
        for at, order in enumerate(self._chance.sample(young, ACCEPTED)):
            revision = ACCEPTED_REVISED[at] if at < len(ACCEPTED_REVISED) else 1
            before = self._chance.randint(2, 6) + (revision - 1) * GAP
            quote = self._quote(order["customer_id"], order["order_date"] - timedelta(before))
            same = (
                "contact_id",
                "phone",
                "payment_method_id",
                "whole_discount",
                "wipe_off",
                "total",
                "remarks",
            )
            quote |= {name: order[name] for name in same}
            lines = [
                {
                    **{name: line[name] for name in COPIED},
                    "position": line["position"],
                    **self._carried(quote),
                }
                for line in goods[order["id"]]
            ]
            self._made.append((quote, lines))
            self._send(quote, revision)
            self._decide(quote, "accepted", order["created_at"], order["created_by"])
            quote["order_id"] = order["id"]

    def _offer(self, state: str, ages: tuple[int, int], revision: int) -> None:
        """One that is no order: to somebody who bought before, or may begin to."""
        chance = self._chance
        least = max(ages[0], GAP * (revision - 1) + 1) if revision > 1 else ages[0]
        day = self._until - timedelta(chance.randint(least, max(least, ages[1])))
        possible = [
            row
            for row in self._tables["customer"]
            if row["owner_id"] and row["status"] != "lost" and row["created_at"].date() <= day
        ]
        likely = [3 if row["status"] in ("potential", "visited") else 1 for row in possible]
        customer = chance.choices(possible, likely)[0]
        quote = self._quote(customer["id"], day)
        goods = self._tables["product"]
        usual = chance.sample(goods, 8)
        lines = priced_lines(self._words, chance, quote, usual, goods, 1.0, day, self._until)
        base = sum((line["amount"] for line in lines), Decimal(0))
        quote |= taken_off(chance, base)
        self._made.append((quote, lines))
        if state == "draft" and revision == 1:
            return
        self._send(quote, revision)
        if state == "draft":  # sent before, and being revised
            changed = quote["sent_at"]
            quote |= {"status": "draft", "sent_by": None, "sent_at": None, "changed_at": changed}
        elif state == "refused":
            decided = moment((quote["sent_at"] + timedelta(chance.randint(1, 12))).date(), chance)
            reason = self._words.pick("refuse_reasons")
            self._decide(quote, "refused", decided, quote["owner_id"], reason)

    def _send(self, quote: Row, revision: int) -> None:
        """Each revision some days after the one before; the last one stands in the quote."""
        who, at = quote["created_by"], after(quote["created_at"], self._chance, 10, 40)
        self._sent.append((at, quote))
        for earlier in range(1, revision):
            price = Decimal(self._chance.choice((104, 105, 106, 108))) / 100
            sent = {"revision": earlier, "sent_by": who, "sent_at": at, "price": price}
            self._earlier.append((quote, sent))
            at = moment(at.date() + timedelta(GAP), self._chance)
        quote |= {
            "status": "sent",
            "revision": revision,
            "sent_by": who,
            "sent_at": at,
            "changed_at": at,
            "version": 2 * revision,
        }

    def _decide(
        self, quote: Row, status: str, at: datetime, who: int, why: str | None = None
    ) -> None:
        if status == "accepted" and self._chance.random() < 0.4:
            why = self._words.pick("accept_reasons")
        quote |= {
            "status": status,
            "decided_by": who,
            "decided_at": at,
            "decide_reason": why,
            "changed_by": who,
            "changed_at": at,
            "version": quote["version"] + 1,
        }

    def _quote(self, customer_id: int, day: date) -> Row:
        chance = self._chance
        customer = self._tables["customer"][customer_id - 1]
        contact = self._contacts[customer_id]
        owner, made = customer["owner_id"], moment(day, chance)
        who = CLERK if chance.random() < 0.3 else owner
        return {
            "number": None,
            "number_source": None,
            "customer_id": customer_id,
            "owner_id": owner,
            "contact_id": contact["id"],
            "phone": contact["mobile"],
            "quote_date": day,
            "valid_until": day + timedelta(VALID),
            "salesperson_id": owner,
            "payment_method_id": chance.choice((1, 1, 1, 3, 4)),
            "delivery_address": customer["address"],
            "currency": "CNY",
            "status": "draft",
            "revision": 1,
            "terms": self._words.lists["quote_terms"][chance.random() < 0.2],
            "remarks": self._words.pick("quote_remarks") if chance.random() < 0.3 else None,
            "created_by": who,
            "created_at": made,
            "changed_by": who,
            "changed_at": made,
            "version": 1,
        }

    def _carried(self, quote: Row) -> Row:
        names = ("customer_id", "owner_id", "created_by", "created_at", "changed_at")
        return {name: quote[name] for name in names}
