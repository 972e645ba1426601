"""A delivery while it is typed: every line of its order that can still be sent, and how much of it.

Everything is plain values, and every function answers with new ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from client.data import formats
from client.data.formats import BadValue
from client.data.priced.merge import Clash
from client.data.problem import Problem
from client.i18n import N_, _
from client.model import Delivery, DeliveryLine, fields

Line = dict[str, Any]
Doc = dict[str, Any]

HEAD = (
    "planned_on",
    "expected_on",
    "courier",
    "waybill",
    "contact_name",
    "phone",
    "address",
    "remarks",
)
ON_THE_WAY = ("expected_on", "courier", "waybill", "remarks")  # typed after the goods left as well
TYPED = ("quantity", "remarks")  # of a line
WAITING = ("planned", "picked")  # the states in which lines change
CANCELLED = "cancelled"
WRONG = "wrong"  # {field or column: text that could not be read}, so that it is kept
ZERO = Decimal(0)


class Merged(NamedTuple):
    """Two changes joined, with mine where both changed; `lost` tells what was typed and has no
    place any more, since the goods left or stayed meanwhile."""

    doc: Doc
    clashes: list[Clash]
    theirs: Doc
    lost: Sequence[Clash] = ()


def blank() -> Doc:
    """What is shown as long as nothing is known."""
    return {
        "id": None,
        "version": None,
        "number": None,
        "status": "planned",
        **dict.fromkeys(("order_id", "order_number", "customer", *HEAD)),
        "lines": [],
    }


def begin(order: Mapping[str, Any], goods: Iterable[Line], today: date) -> Doc:
    """A new delivery of everything that is still open in an order, as far as it says where to."""
    customer = order.get("customer") or {}
    wished = order.get("delivery_date")
    return blank() | {
        "order_id": order["id"],
        "order_number": order["number"],
        "order_status": order["status"],
        "customer": customer,
        "salesperson": order.get("salesperson"),
        "planned_on": max(wished, today) if wished else today,
        "contact_name": order.get("contact_name"),
        "phone": order.get("phone") or customer.get("phone"),
        "address": order.get("delivery_address") or customer.get("address"),
        "lines": [_line(row, None) | {"quantity": room(row)} for row in goods if room(row) > 0],
    }


def opened(doc: Mapping[str, Any], goods: Sequence[Line]) -> Doc:
    """A stored delivery, ready to be edited; while it waits, with what else its order has."""
    counts = doc["status"] != CANCELLED
    sent: dict[int, list[Line]] = {}
    for line in doc["lines"]:
        sent.setdefault(line["order_line_id"], []).append(line)
    lines: list[Line] = []
    for row in goods:
        own = sent.pop(row["order_line_id"], [])
        lines += [_line(row, line, counts) for line in own]
        if not own and doc["status"] in WAITING and room(row) > 0:
            lines.append(_line(row, None))
    for own in sent.values():
        # Not to be had among the order's own any more.
        lines += [_line(line | {"planned": line["quantity"]}, line, True) for line in own]
    return dict(doc) | {"lines": lines}


def room(row: Mapping[str, Any]) -> Decimal:
    """What no delivery has of a line of the order."""
    return Decimal(row["ordered"]) - Decimal(row["planned"])


def _line(row: Mapping[str, Any], own: Mapping[str, Any] | None, counts: bool = True) -> Line:
    """`counts` tells whether the delivery's own part is among what is planned of the line."""
    goods = ("order_line_id", "code", "name", "specification", "unit", "ordered")
    quantity = own["quantity"] if own is not None else None
    return {
        "id": own["id"] if own is not None else None,
        **{name: row[name] for name in goods},
        "elsewhere": Decimal(row["planned"]) - ((quantity or ZERO) if counts else ZERO),
        "counts": counts,
        "quantity": quantity,
        "remarks": own["remarks"] if own is not None else None,
    }


def is_filled(line: Line) -> bool:
    """Whether the line is part of the delivery."""
    return bool(line.get("quantity")) or bool(line.get(WRONG))


def most(line: Line) -> Decimal:
    """As much as the delivery can have of a line."""
    return max(Decimal(line["ordered"]) - Decimal(line["elsewhere"]), ZERO)


def left(line: Line) -> Decimal:
    """What stays open of a line after this delivery."""
    own = (line.get("quantity") or ZERO) if line["counts"] else ZERO
    return Decimal(line["ordered"]) - Decimal(line["elsewhere"]) - own


def with_text(line: Line, column: str, text: str) -> Line:
    """The line with `text` typed into `column`; what cannot be read is kept as typed."""
    rest = {key: value for key, value in line.items() if key != WRONG}
    if column == "remarks":
        wrong = line.get(WRONG)
        return rest | {"remarks": text.strip() or None} | ({WRONG: wrong} if wrong else {})
    try:
        return rest | {"quantity": _quantity(text)}
    except BadValue:
        return rest | {"quantity": None, WRONG: {"quantity": text}}


def _quantity(text: str) -> Decimal | None:
    value = formats.parse(fields(DeliveryLine)["quantity"], text)
    if value is not None and value < 0:
        raise BadValue(N_("Less than nothing cannot be sent."))
    return value or None


def why_wrong(line: Line) -> str:
    """What is wrong with the quantity of a line; an empty text where nothing is."""
    text = (line.get(WRONG) or {}).get("quantity")
    if text is not None:
        try:
            _quantity(text)
        except BadValue as error:
            return str(error)
    if (line.get("quantity") or ZERO) > most(line):
        open_now = formats.quantity(most(line))
        said = _("Only {n} of {name} can be sent: {ordered} were ordered.")
        ordered = formats.quantity(line["ordered"])
        return said.format(n=open_now or "0", name=line["name"], ordered=ordered)
    return ""


def editable(doc: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields above the lines that can be typed in this state."""
    if doc["status"] in WAITING:
        return HEAD
    return () if doc["status"] == CANCELLED else ON_THE_WAY


def problems(doc: Doc) -> list[Problem]:
    """Everything that keeps the delivery from being saved, the head's first."""
    found = []
    if doc.get("planned_on") is None and doc["status"] in WAITING:
        label = _(fields(Delivery)["planned_on"].label)
        found.append(Problem(None, "planned_on", _("{field} is missing.").format(field=label)))
    if doc["status"] not in WAITING:
        return found
    for at, line in enumerate(doc["lines"]):
        if said := why_wrong(line):
            found.append(Problem(at, "quantity", said))
    if not any(is_filled(line) for line in doc["lines"]):
        found.append(Problem(0, "quantity", _("A delivery needs at least one line.")))
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: nothing, an empty text and a quantity of 0 do."""
    return (one or None) == (other or None)


def changed(base: Doc, mine: Doc) -> bool:
    """Whether anything differs that would be saved."""
    if any(not same(base.get(name), mine.get(name)) for name in (*HEAD, WRONG)):
        return True
    before = _by_goods(base)
    return any(
        line.get(WRONG) or not same(before.get(key, {}).get(name), line.get(name))
        for key, line in _by_goods(mine).items()
        for name in TYPED
    )


def _by_goods(doc: Doc) -> dict[tuple[int, int], Line]:
    """The lines by the line of the order they are of, and which of several it is."""
    found: dict[tuple[int, int], Line] = {}
    for line in doc["lines"]:
        place = 0
        while (line["order_line_id"], place) in found:
            place += 1
        found[line["order_line_id"], place] = line
    return found


def to_save(doc: Doc) -> Doc:
    """The document as the database takes it."""
    filled = [line for line in doc["lines"] if is_filled(line)]
    names = ("id", "order_line_id", "quantity", "remarks")
    lines = [
        {name: line.get(name) for name in names} | {"position": position}
        for position, line in enumerate(filled, start=1)
    ]
    return {name: doc.get(name) for name in ("id", "order_id", *HEAD)} | {"lines": lines}


def merge(base: Doc, mine: Doc, theirs: Doc) -> Merged:
    """Join two changes of `base`; the outcome carries their version and state."""
    clashes: list[Clash] = []
    lost: list[Clash] = []
    doc = dict(theirs)
    doc.pop(WRONG, None)
    wrong = {n: t for n, t in (mine.get(WRONG) or {}).items() if n in editable(theirs)}
    if wrong:
        doc[WRONG] = wrong
    for name in HEAD:
        ours, stored, old = mine.get(name), theirs.get(name), base.get(name)
        if same(ours, old):
            continue
        if name not in editable(theirs):
            lost += [] if same(ours, stored) else [Clash(None, name, ours, stored, old)]
            continue
        doc[name] = ours
        if not same(stored, old) and not same(stored, ours):
            clashes.append(Clash(None, name, ours, stored, old))
    before, typed = _by_goods(base), _by_goods(mine)
    doc["lines"] = []
    for key, line in _by_goods(theirs).items():
        own, old_line = typed.pop(key, line), before.get(key, {})
        if theirs["status"] in WAITING:
            doc["lines"].append(_joined(old_line, own, line, clashes))
        else:
            lost += _late(old_line, own, line)
            doc["lines"].append(line)
    # Of goods that the order has no more, or that others send in full.
    for key, line in typed.items():
        if is_filled(line):
            lost += _late(before.get(key, {}), line, {})
    return Merged(doc, clashes, theirs, lost)


def _late(old: Line, mine: Line, theirs: Line) -> list[Clash]:
    """What was typed into a line that cannot be typed into any more."""
    return [
        Clash(
            mine["order_line_id"],
            name,
            mine.get(name),
            theirs.get(name),
            old.get(name),
            mine["name"],
        )
        for name in TYPED
        if not same(mine.get(name), old.get(name)) and not same(mine.get(name), theirs.get(name))
    ]


def _joined(old: Line, mine: Line, theirs: Line, clashes: list[Clash]) -> Line:
    joined = dict(theirs)
    for name in TYPED:
        ours, stored, was = mine.get(name), theirs.get(name), old.get(name)
        wrong = name in (mine.get(WRONG) or {})
        if same(ours, was) and not wrong:
            continue
        joined[name] = ours
        if wrong:
            joined[WRONG] = mine[WRONG]
        elif not same(stored, was) and not same(stored, ours):
            clashes.append(Clash(theirs["order_line_id"], name, ours, stored, was, theirs["name"]))
    return joined


def settle(merged: Merged, theirs: Iterable[int]) -> Doc:
    """The joined document with their value at the clashes whose indexes are in `theirs`."""
    doc = merged.doc | {"lines": [dict(line) for line in merged.doc["lines"]]}
    for at in theirs:
        clash = merged.clashes[at]
        if clash.line is None:
            doc[clash.field] = clash.theirs
        for line in doc["lines"]:
            if line["order_line_id"] == clash.line:
                line[clash.field] = clash.theirs
    return doc
