"""A priced document while it is typed: its lines, their amounts, and merging two versions.

Everything works on plain values and returns new ones, so that each step can be undone. Neither a
window nor a database is needed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from client.data import formats
from client.data.parsing import shown
from client.data.priced.kinds import DocumentKind
from client.data.priced.products import Item, Pick, ProductIndex
from client.data.problem import Problem
from client.i18n import N_, _
from client.model import OrderLine, fields, rules

Line = dict[str, Any]
Doc = dict[str, Any]

LINE = (
    "product_id",
    "code",
    "name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "remarks",
)
FIELD_OF = {
    "code": "product_code",
    "name": "product_name",
    **{key: key for key in LINE if key not in ("code", "name")},
}
NUMBERS = ("quantity", "unit_price", "discount", "tax_rate")
WRONG = "wrong"  # in a line: {column: text that could not be read}, so that it is kept
ZERO = Decimal(0)
MONEY = rules.Range(14, 2)


class Figures(NamedTuple):
    """The sums of a document: `gross` is before the lines' discounts.

    `discounts` (of the lines) and `reduction` (of the whole) are zero or negative; `shares` holds
    each line's part of the reduction, by the line's key.
    """

    lines: int
    quantity: Decimal
    gross: Decimal
    discounts: Decimal
    reduction: Decimal
    tax: Decimal
    total: Decimal
    shares: dict[str, Decimal]


def blank_line() -> Line:
    """A line nobody typed into; its `key` tells it from others until it has an id."""
    return {"id": None, "key": uuid4().hex} | dict.fromkeys(LINE)


def is_blank(line: Line) -> bool:
    """Whether nothing at all was typed into the line."""
    return not line.get(WRONG) and all(line.get(key) in (None, "") for key in LINE)


def filled(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not is_blank(line)]


def with_product(line: Line, item: Item) -> Line:
    """The line with `item` as its product; what was typed into the line already is kept."""
    taken = {
        "product_id": item.id,
        "code": item.code,
        "name": item.name,
        "specification": item.specification or None,
        "unit": item.unit or None,
    }
    other = line.get("product_id") not in (None, item.id)
    if other or line.get("unit_price") is None:
        taken["unit_price"] = item.unit_price
    if other or line.get("tax_rate") is None:
        taken["tax_rate"] = item.tax_rate if item.tax_rate is not None else ZERO
    return _right(line | taken, ("code", "name", *(key for key in taken if key in NUMBERS)))


def with_pick(line: Line, pick: Pick) -> Line:
    """The line naming a product as it was picked, with the quantity and price that came along."""
    taken = with_product(line, pick.item)
    given = {"quantity": pick.quantity, "unit_price": pick.unit_price}
    known = {key: value for key, value in given.items() if value is not None}
    return _right(taken | known, known)


def with_price(line: Line, unit_price: Decimal, discount: Decimal) -> Line:
    """The line at an earlier price; the earlier discount is taken too if the line has none."""
    taken = {"unit_price": unit_price}
    if discount and not line.get("discount"):
        taken["discount"] = discount
    return _right(line | taken, taken)


def with_text(line: Line, column: str, text: str, index: ProductIndex) -> Line:
    """The line with `text` typed into `column`; what cannot be read is kept as typed."""
    if column in ("code", "name"):
        return _with_product_text(line, column, text, index)
    if not text.strip():
        return _right(line | {column: None}, (column,))
    try:
        value = parse_cell(column, text)
    except formats.BadValue:
        wrong = dict(line.get(WRONG) or {}) | {column: text}
        return line | {column: None, WRONG: wrong}
    return _right(line | {column: value}, (column,))


def _with_product_text(line: Line, column: str, text: str, index: ProductIndex) -> Line:
    if not text.strip():
        gone = dict.fromkeys(("product_id", "code", "name", "specification", "unit"))
        return _right(line | gone, ("code", "name"))
    if text == line.get(column) and line.get("product_id") is not None:
        return line
    item = index.exact(text)
    if item is not None:
        return with_product(line, item)
    if column == "name" and line.get("product_id") is not None:
        # The name on the paper may differ from the product's own.
        return _right(line | {"name": text.strip()}, ("name",))
    gone = dict.fromkeys(("product_id", "code", "name", "specification", "unit"))
    return line | gone | {WRONG: dict(line.get(WRONG) or {}) | {"code": text}}


def _right(line: Line, columns: Iterable[str]) -> Line:
    """The line without the unreadable texts of `columns`."""
    if not (wrong := line.get(WRONG)):
        return line
    left = {key: text for key, text in wrong.items() if key not in columns}
    rest = {key: value for key, value in line.items() if key != WRONG}
    return rest | {WRONG: left} if left else rest


def parse_cell(column: str, text: str) -> Any:
    """The value typed into a column of a line; raises BadValue with the sentence to show."""
    field = fields(OrderLine)[FIELD_OF[column]]
    value = formats.parse(field, text)
    if column in ("discount", "tax_rate") and not rules.DISCOUNT.holds(value):
        raise formats.BadValue(N_("A percentage from 0 to 100 fits here."))
    if column == "unit_price" and value is not None and value < 0:
        raise formats.BadValue(N_("A price cannot be negative; a quantity can."))
    return value


def amount(line: Line, share: Decimal = ZERO) -> Decimal | None:
    """A line's amount after its `share` of the reduction; None while quantity or price is
    missing.
    """
    if line.get("quantity") is None or line.get("unit_price") is None:
        return None
    return rules.line_base(line) - share


def tax_amount(line: Line, share: Decimal = ZERO) -> Decimal | None:
    """The tax contained in the line's amount."""
    whole = amount(line, share)
    return None if whole is None else rules.line_tax(whole, line.get("tax_rate") or ZERO)


def figures(
    lines: Iterable[Line], whole_discount: Decimal | None = None, wipe_off: Decimal | None = None
) -> Figures:
    """The sums of the lines as they stand; what is missing in a line counts as nothing."""
    kept = filled(lines)
    off = whole_discount or ZERO, wipe_off or ZERO
    sums = rules.totals(kept, *off)
    bases = [rules.line_base(line) for line in kept]
    shares = rules.spread(bases, *off)
    gross = sum((amount(line | {"discount": None}) or ZERO for line in kept), Decimal("0.00"))
    quantity = sum((line.get("quantity") or ZERO for line in kept), ZERO)
    reduction = sum(shares, Decimal("0.00"))
    return Figures(
        len(kept),
        quantity,
        gross,
        sum(bases, Decimal("0.00")) - gross,
        -reduction,
        sums.tax_total,
        sums.total,
        {str(line.get("key")): share for line, share in zip(kept, shares, strict=True)},
    )


def problems(doc: Doc, kind: DocumentKind) -> list[Problem]:
    """Everything that keeps the document from being saved, the head's first."""
    labels = fields(kind.entity)
    found = [
        Problem(None, name, _("{field} is missing.").format(field=_(labels[name].label)))
        for name in kind.required
        if doc.get(name) in (None, "")
    ]
    for at, line in enumerate(doc["lines"]):
        if not is_blank(line):
            found += line_problems(at, line)
    return found


def line_problems(at: int, line: Line) -> list[Problem]:
    """What is wrong or missing in the line at index `at`."""
    found = []
    for column, text in (line.get(WRONG) or {}).items():
        found.append(Problem(at, column, why_wrong(column, text)))
    wrong = {problem.field for problem in found}
    if line.get("product_id") is None and not wrong & {"code", "name"}:
        found.append(Problem(at, "code", _("Which product?")))
    if not line.get("quantity") and "quantity" not in wrong:
        found.append(Problem(at, "quantity", _("How many?")))
    if line.get("unit_price") is None and "unit_price" not in wrong:
        found.append(Problem(at, "unit_price", _("At what price?")))
    if not MONEY.holds(amount(line) or ZERO):
        found.append(Problem(at, "quantity", _("This amount is too large.")))
    return found


def why_wrong(column: str, text: str) -> str:
    """The sentence for a text that could not be taken into a column."""
    if column in ("code", "name"):
        return _("No product '{text}'. F7 looks for one.").format(text=shown(text))
    try:
        parse_cell(column, text)
    except formats.BadValue as error:
        return str(error)
    return ""


def to_save(doc: Doc) -> Doc:
    """The document as the database takes it: without blank lines, numbered, nothing missing."""
    lines = []
    for position, line in enumerate(filled(doc["lines"]), start=1):
        kept = {key: line.get(key) for key in ("id", *LINE)}
        for key in ("discount", "tax_rate"):
            kept[key] = ZERO if kept.get(key) is None else kept[key]
        lines.append(kept | {"position": position})
    return doc | {"lines": lines}


def copied(line: Line) -> Line:
    """A new line with all that was typed into `line`."""
    kept = blank_line() | {key: line.get(key) for key in LINE}
    return kept | {WRONG: dict(line[WRONG])} if line.get(WRONG) else kept


def duplicate(doc: Doc, kind: DocumentKind, new: Doc) -> Doc:
    """`new` with the same goods for the same customer, its dates its own."""
    head = {name: doc.get(name) for name in kind.head if name not in kind.dates}
    lines = [copied(line) for line in filled(doc["lines"])]
    return new | head | {"lines": lines}


def blank(kind: DocumentKind, today: date, salesperson_id: int | None = None) -> Doc:
    """A document nobody has typed anything into."""
    return {
        "id": None,
        "version": None,
        "number": None,
        "status": "draft",
        **dict.fromkeys(kind.head),
        "whole_discount": ZERO,
        "wipe_off": ZERO,
        kind.day: today,
        "salesperson_id": salesperson_id,
        "lines": [],
    }


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same: an empty text is as good as none."""
    return (one if one != "" else None) == (other if other != "" else None)


def changed(base: Doc, mine: Doc, kind: DocumentKind) -> bool:
    """Whether saving `mine` would change anything in `base`."""
    if any(not same(base.get(name), mine.get(name)) for name in kind.head):
        return True
    before, after = filled(base["lines"]), filled(mine["lines"])
    if len(before) != len(after):
        return True
    return any(
        now.get(WRONG) or was.get("id") != now.get("id") or line_changes(was, now)
        for was, now in zip(before, after, strict=True)
    )


def line_changes(was: Line, now: Line) -> list[str]:
    """The columns in which two states of a line differ."""
    return [key for key in LINE if not same(was.get(key) or None, now.get(key) or None)]


def stored_line(row: Mapping[str, Any]) -> Line:
    """A line as the document function answers with it, ready to be edited."""
    number = row.get("id")
    return {"id": number, "key": f"id {number}"} | {key: row.get(key) for key in LINE}


def opened(doc: Doc) -> Doc:
    """A stored document, ready to be edited."""
    return doc | {"lines": [stored_line(line) for line in doc["lines"]]}


def with_ids(mine: Doc, sent: Doc, fresh: Doc) -> Doc:
    """What was typed while `sent` was being stored, with the ids that its new lines got."""
    keys = [line.get("key") for line in filled(sent["lines"])]
    ids = dict(zip(keys, (line["id"] for line in fresh["lines"]), strict=False))
    lines = [line | {"id": ids.get(line.get("key"), line.get("id"))} for line in mine["lines"]]
    return mine | {"id": fresh["id"], "lines": lines}
