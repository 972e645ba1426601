"""Allocating a receipt while it is typed: which order gets how much, and merging two versions.

Everything works on plain values and returns new ones; neither a window nor a database is needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from client.data import formats
from client.data.parsing import BadValue
from client.data.problem import Problem
from client.i18n import N_, _
from client.model import Receipt, fields, rules

Doc = dict[str, Any]
Parts = dict[int, Decimal]  # by the order's id

HEAD = (
    "customer_id",
    "payer",
    "payment_method_id",
    "receipt_date",
    "handler_id",
    "currency",
    "amount",
    "reference",
    "remarks",
)
REQUIRED = ("customer_id", "receipt_date", "handler_id")
WRONG = "wrong"  # in a document: {field or order's id: text that could not be read}
ZERO = Decimal("0.00")
MONEY = rules.Range(14, 2)


class OpenOrder(NamedTuple):
    """An order for which money is still outstanding."""

    id: int
    number: str
    order_date: date | None
    due_date: date | None
    total: Decimal
    outstanding: Decimal
    remarks: str = ""


class Figures(NamedTuple):
    """How a receipt's money is used; `rest` is negative if more is allocated than came in."""

    amount: Decimal
    allocated: Decimal
    orders: int
    rest: Decimal


class Clash(NamedTuple):
    """Something that both changed: a field of the head or, if `order` is set, what that order
    gets.
    """

    field: str
    order: int | None
    mine: Any
    theirs: Any
    base: Any


class Merged(NamedTuple):
    """The merged receipt, which has my values where both changed, and what has to be decided."""

    doc: Doc
    clashes: list[Clash]
    theirs: Doc


def blank(today: date, handler_id: int | None = None) -> Doc:
    """A new receipt without any content."""
    start = {"id": None, "version": None, "number": None, "status": "draft", "state": "draft"}
    return (
        start
        | dict.fromkeys(HEAD)
        | {
            "receipt_date": today,
            "handler_id": handler_id,
            "allocations": [],
        }
    )


# What each order gets


def propose(amount: Decimal | None, orders: Iterable[OpenOrder], first: int | None = None) -> Parts:
    """Allocate `amount` to the orders that are due longest, after the order with the id `first`."""
    left, parts = max(amount or ZERO, ZERO), {}
    for order in sorted(orders, key=_due):
        if order.id == first:
            parts[order.id] = min(left, order.outstanding)
            left -= parts[order.id]
    for order in sorted(orders, key=_due):
        if order.id != first:
            parts[order.id] = min(left, order.outstanding)
            left -= parts[order.id]
    return {number: part for number, part in parts.items() if part > 0}


def _due(order: OpenOrder) -> tuple[date, date, int]:
    dated = order.order_date or date.max
    return order.due_date or dated, dated, order.id


def fill(amount: Decimal | None, parts: Mapping[int, Decimal], order: OpenOrder) -> Decimal:
    """How much an order gets when it is filled: all it lacks, as far as the money goes.

    While no amount is typed, there is no limit.
    """
    if amount is None:
        return order.outstanding
    others = sum((part for number, part in parts.items() if number != order.id), ZERO)
    return max(min(order.outstanding, amount - others), ZERO)


def parts_of(doc: Mapping[str, Any]) -> Parts:
    """What a receipt gives each order; several allocations to one order are added up."""
    parts: Parts = {}
    for entry in doc.get("allocations") or ():
        parts[entry["order_id"]] = parts.get(entry["order_id"], ZERO) + entry["amount"]
    return {number: part for number, part in parts.items() if part}


def with_parts(doc: Doc, parts: Mapping[int, Decimal]) -> Doc:
    """The receipt, giving each order what `parts` say."""
    known = {entry["order_id"]: entry for entry in doc.get("allocations") or ()}
    entries = [
        {**known.get(number, {}), "order_id": number, "amount": part}
        for number, part in parts.items()
        if part
    ]
    return doc | {"allocations": entries}


def orders_of(doc: Mapping[str, Any]) -> list[OpenOrder]:
    """The orders that a stored receipt names, as they were when it was read."""
    found = {
        entry["order_id"]: OpenOrder(
            entry["order_id"],
            entry.get("order_number") or "",
            entry.get("order_date"),
            entry.get("due_date"),
            entry.get("order_total") or ZERO,
            entry.get("order_outstanding") or ZERO,
        )
        for entry in doc.get("allocations") or ()
    }
    return sorted(found.values(), key=_due)


def rows(orders: Sequence[OpenOrder], doc: Mapping[str, Any]) -> list[OpenOrder]:
    """The orders to list: the open ones, and those that the receipt names although they are
    paid.
    """
    open_ = {order.id for order in orders}
    closed = [o._replace(outstanding=ZERO) for o in orders_of(doc) if o.id not in open_]
    return sorted([*orders, *closed], key=_due)


def figures(amount: Decimal | None, parts: Mapping[int, Decimal]) -> Figures:
    """How much came in, is handed out, and stays."""
    allocated = sum(parts.values(), ZERO)
    whole = amount or ZERO
    return Figures(whole, allocated, sum(1 for part in parts.values() if part), whole - allocated)


def parse_amount(text: str) -> Decimal | None:
    """The amount typed into a cell, such as 1,200 or 100+20. Raises BadValue with the sentence
    to show.
    """
    value: Decimal | None = formats.parse(fields(Receipt)["amount"], text)
    if value is not None and value < 0:
        raise BadValue(N_("Money received is above zero."))
    return value


# What keeps it from being stored


def head_problems(doc: Doc, post: bool) -> list[Problem]:
    """What is wrong or missing in the head; to post it, an amount is required too."""
    labels = fields(Receipt)
    found = [
        Problem(None, name, _("{field} is missing.").format(field=_(labels[name].label)))
        for name in REQUIRED
        if doc.get(name) in (None, "")
    ]
    if (doc.get("amount") or ZERO) < 0:
        found.append(Problem(None, "amount", _("Money received is above zero.")))
    elif post and not doc.get("amount"):
        found.append(Problem(None, "amount", _("How much money?")))
    return found


def order_problems(orders: Iterable[OpenOrder], parts: Mapping[int, Decimal]) -> list[Problem]:
    """The orders that would get more than is outstanding."""
    return [
        Problem(order.id, "part", too_much(order, parts[order.id]))
        for order in orders
        if parts.get(order.id, ZERO) > order.outstanding
    ]


def too_much(order: OpenOrder, part: Decimal) -> str:
    """The sentence for an order that would get more than is outstanding; empty if it would not."""
    if part <= order.outstanding:
        return ""
    text = _("{number}: {amount} is more than the {outstanding} outstanding.")
    return text.format(
        number=order.number or "–",
        amount=formats.money(part),
        outstanding=formats.money(order.outstanding),
    )


def too_little(sums: Figures) -> str:
    """The sentence for more money allocated than came in; empty if it is not so."""
    if sums.rest >= 0:
        return ""
    text = _("{amount} more is handed out than came in.")
    return text.format(amount=formats.money(-sums.rest))


# Two versions of one receipt


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: an empty text is as good as None, and no money as zero."""
    return (one or None) == (other or None)


def changed(base: Doc, mine: Doc) -> bool:
    """Whether saving `mine` would change anything in `base`."""
    if mine.get(WRONG) or any(not same(base.get(name), mine.get(name)) for name in HEAD):
        return True
    return parts_of(base) != parts_of(mine)


def merge(base: Doc, mine: Doc, theirs: Doc) -> Merged:
    """Merge two changes of the same draft. The result has the version and status of `theirs`."""
    clashes: list[Clash] = []
    doc = dict(theirs) | ({WRONG: mine[WRONG]} if mine.get(WRONG) else {})
    for name in HEAD:
        ours, stored, old = mine.get(name), theirs.get(name), base.get(name)
        if same(ours, old):
            continue
        doc[name] = ours
        if not same(stored, old) and not same(stored, ours):
            clashes.append(Clash(name, None, ours, stored, old))
    was, ours, stored = parts_of(base), parts_of(mine), parts_of(theirs)
    parts = dict(stored)
    for number in {**was, **ours, **stored}:
        one, other, old = (p.get(number, ZERO) for p in (ours, stored, was))
        if one != old:
            parts[number] = one
            if other not in (old, one):
                clashes.append(Clash("part", number, one, other, old))
    known = {"allocations": [*theirs.get("allocations", ()), *mine.get("allocations", ())]}
    return Merged(with_parts(doc | known, parts), clashes, theirs)


def settle(merged: Merged, theirs: Iterable[int]) -> Doc:
    """The merged receipt, with their value for the clashes at the indexes `theirs`."""
    doc, parts = dict(merged.doc), parts_of(merged.doc)
    for at in theirs:
        clash = merged.clashes[at]
        if clash.order is None:
            doc[clash.field] = clash.theirs
        else:
            parts[clash.order] = clash.theirs
    return with_parts(doc, parts)
