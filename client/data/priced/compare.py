"""Two states of one document side by side, field by field and line by line."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from client.data import formats
from client.data.priced.edit import Doc, Line
from client.data.priced.kinds import DocumentKind
from client.i18n import N_, _
from client.model import Field, fields

ADDED, REMOVED, CHANGED, ALIKE = "added", "removed", "changed", ""
# What stands in a document for an id that only the database understands.
SPOKEN = {
    "contact_id": "contact_name",
    "salesperson_id": "salesperson",
    "payment_method_id": "payment_method",
    "channel_id": "channel",
}
NOT_SHOWN = ("customer_id", "currency")
SUMS = (("total", N_("Total")), ("tax_total", N_("Tax contained")))


class Row(NamedTuple):
    """One line of the comparison; `place` is head, line or sum, `mark` what happened to it."""

    place: str
    label: str
    before: str
    after: str
    mark: str


def compare(before: Doc | None, after: Doc, kind: DocumentKind) -> list[Row]:
    """Everything `after` says, beside what `before` said. Without `before` nothing is marked."""
    sums = [_row("sum", _(label), before, after, partial(_money, name)) for name, label in SUMS]
    return [*_head(before, after, kind), *_lines(before, after), *sums]


def _money(name: str, doc: Doc) -> str:
    return formats.money(doc[name])


def _head(before: Doc | None, after: Doc, kind: DocumentKind) -> list[Row]:
    rows = [_row("head", _(fields(kind.entity)["customer_id"].label), before, after, _customer)]
    for name in kind.head:
        if name in NOT_SHOWN:
            continue
        field = fields(kind.entity)[name]
        row = _row("head", _(field.label), before, after, partial(_field_text, field))
        if row.before or row.after:
            rows.append(row)
    return rows


def _field_text(field: Field, doc: Doc) -> str:
    value = doc.get(SPOKEN.get(field.name, field.name))
    # Nothing off is as good as no discount.
    return " / ".join(formats.text_of(field, value).splitlines()) if value else ""


def _customer(doc: Doc) -> str:
    return str((doc.get("customer") or {}).get("name") or "")


def _row(place: str, label: str, before: Doc | None, after: Doc, text: Callable[[Doc], str]) -> Row:
    now = text(after)
    was = text(before) if before is not None else now
    return Row(place, label, was, now, ALIKE if was == now else CHANGED)


def _lines(before: Doc | None, after: Doc) -> list[Row]:
    """The lines in the order they have now; one that is gone stands where it stood."""
    old = list(before["lines"]) if before is not None else list(after["lines"])
    left = {line["id"]: line for line in old}
    pairs: list[tuple[Line | None, Line | None]] = []
    for line in after["lines"]:
        pairs.append((left.pop(line["id"], None), line))
    for at, line in enumerate(old):
        if line["id"] in left:
            pairs.insert(min(at, len(pairs)), (line, None))
    return [_line_row(was, now) for was, now in pairs]


def _line_row(was: Line | None, now: Line | None) -> Row:
    before, after = _line_text(was), _line_text(now)
    label = _product(now or was or {})
    if was is None:
        return Row("line", label, "", after, ADDED)
    if now is None:
        return Row("line", label, before, "", REMOVED)
    if _product(was) != label:
        return Row("line", label, f"{_product(was)}  {before}", after, CHANGED)
    return Row("line", label, before, after, ALIKE if before == after else CHANGED)


def _product(line: Line) -> str:
    return f"{line.get('code') or ''} {line.get('name') or ''}".strip()


def _line_text(line: Line | None) -> str:
    """Like 240 只 × 86.00 −5% = 19,608.00 · promotion."""
    if line is None:
        return ""
    text = f"{formats.quantity(line['quantity'])} {line.get('unit') or ''}".strip()
    text += f" × {formats.price(line['unit_price'])}"
    if line.get("discount"):
        text += f" \N{MINUS SIGN}{formats.percent(line['discount'])}"
    # Before the whole's discount, which has a row of its own: else it would change every line.
    text += f" = {formats.money(line['amount'] + line['reduction'])}"
    notes = [formats.percent(line.get("tax_rate")), line.get("remarks") or ""]
    return " · ".join([text, *(note for note in notes if note)])
